/*
 * model.h
 *		The container that every model type shares: a readable header and a block of parameters.
 *
 * The header is a JSON object (architecture, scaling, training facts); the parameters are float32.
 * Text form: {"model", "format", "checksum", "header", "parameters"}, the parameters as hexadecimal
 * of their network byte order.  Binary form: the same fields in network byte order.  Both forms
 *		give back the same bytes, and whatever comes in is validated completely.
 */
#ifndef CREDITSPREAD_POSTGRES_MODEL_H
#define CREDITSPREAD_POSTGRES_MODEL_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/base/compatibility.h"

/* Most parameters that a model may have: their text must fit a JSON string (256 MB). */
#define MODEL_MAX_PARAMETERS 30000000

struct Model;

typedef struct ModelKind
{
	const char *name; /* of the SQL type */
	uint16 code;	  /* stored, so it does not change */
	/* Errors unless the header is complete and fits `parameter_count` parameters. */
	void (*check_header)(const Jsonb *header, Size parameter_count);
	/* Likewise unless the parameters fit the header; NULL: any that are finite do. */
	void (*check_parameters)(const struct Model *model);
} ModelKind;

typedef struct Model
{
	int32 vl_len_;			/* varlena header */
	uint32 magic;			/* MODEL_MAGIC */
	uint16 format;			/* MODEL_FORMAT, or that of release 0.1.0 */
	uint16 kind;			/* ModelKind.code */
	uint32 header_length;	/* bytes of the header text */
	uint32 parameter_count; /* floats */
	uint32 checksum; /* CRC-32C of the header text and the parameters in network byte order */
	char data[];	 /* header text, MAXALIGNed; then float parameters[parameter_count] */
} Model;

/* The types, each defined where its header is read. */
#define MODEL_TYPES(TYPE)                                                                          \
	TYPE(rnn)                                                                                      \
	TYPE(transformer)                                                                              \
	TYPE(graph_rank)                                                                               \
	TYPE(linear)                                                                                   \
	TYPE(boosted_trees)                                                                            \
	TYPE(random_forest)                                                                            \
	TYPE(svr)                                                                                      \
	TYPE(arima)                                                                                    \
	TYPE(ets)                                                                                      \
	TYPE(theta)                                                                                    \
	TYPE(entity_sentiment)

#define MODEL_KIND(TYPE) extern const ModelKind TYPE##_model_kind;
MODEL_TYPES(MODEL_KIND)

/* Defines the SQL-callable C function creditspread_FAMILY_NAME as WORK(fcinfo, family). */
#define FAMILY_FUNCTION(FAMILY, NAME, WORK)                                                        \
	PG_FUNCTION_INFO_V1(creditspread_##FAMILY##_##NAME);                                           \
	Datum creditspread_##FAMILY##_##NAME(PG_FUNCTION_ARGS)                                         \
	{                                                                                              \
		return WORK(fcinfo, &FAMILY##_family);                                                     \
	}

/* Error 54000 when `count` is above MODEL_MAX_PARAMETERS; to be asked before training. */
extern void check_parameter_count(const ModelKind *kind, Size count);

/* A new model from the text of its header, a JSON object, and its parameters. */
extern Model *model_create(const ModelKind *kind, const char *header, const float *parameters,
						   Size parameter_count);

/* The model in `datum`, detoasted; error XX001 when its bytes have been damaged. */
extern const Model *model_of_datum(Datum datum, const ModelKind *kind);

extern Jsonb *model_header(const Model *model);
extern const float *model_values(const Model *model);

/* Whether two datums hold the same model; one stored value is known without detoasting it. */
extern bool model_same(Datum left, Datum right);

/* Unpacks a model in the current context; `family` is what the caller needs to know. */
typedef void *(*ModelUnpack)(const void *family, Datum stored);

/*
 * The unpacked model of *stored, which a window function keeps from one partition to the next as
 * long as the value stays the same; *stored becomes the copy that is kept beside it.  Stands in
 * fn_extra, and is not to be changed.
 */
extern void *model_kept(FunctionCallInfo fcinfo, Datum *stored, ModelUnpack unpack,
						const void *family);

/* What the SQL functions of each model type (model_functions.c) call. */
extern Datum model_in(const ModelKind *kind, char *text);
extern Datum model_out(const ModelKind *kind, Datum datum);
extern Datum model_receive(const ModelKind *kind, StringInfo buffer);
extern Datum model_send(const ModelKind *kind, Datum datum);
extern Datum model_information(const ModelKind *kind, Datum datum);

/* Rows that a count in a header can be of, exact in JSON. */
#define MODEL_MOST_ROWS 0x1p53

/* Error 22023: what a header has under a key must be something else. */
extern void model_report_header(const char *what, const char *key, const char *expected);

/* The array under a key, of `least` to `most` elements; else that error. */
extern JsonbContainer *model_header_array(const char *what, const JsonbContainer *object,
										  const char *key, uint32 least, uint32 most);

/* A number under a key within bounds. */
extern double model_header_number(const char *what, const JsonbContainer *object, const char *key,
								  double low, double high);
extern int64 model_header_integer(const char *what, const JsonbContainer *object, const char *key,
								  double low, double high);

/* Checks a number of at least 0 under a key, or null. */
extern void model_check_measure(const char *what, const JsonbContainer *object, const char *key);

#endif
