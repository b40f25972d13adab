/*
 * network_family.h
 *		The families of sequence networks (recurrent, Transformer): what tells their SQL functions,
 *		which share all code, apart.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_FAMILY_H
#define CREDITSPREAD_POSTGRES_NETWORK_FAMILY_H

#include "lib/stringinfo.h"

#include "numeric/network/sequence_options.h"
#include "postgres/base/model.h"
#include "postgres/base/options.h"

struct NetworkOptions;

/* The families that the table of options tells apart. */
typedef enum NetworkOptionFamily
{
	OPTIONS_RNN,
	OPTIONS_TRANSFORMER,
	OPTIONS_GRAPH_RANK_RECURRENT,
	OPTIONS_GRAPH_RANK_TRANSFORMER
} NetworkOptionFamily;

typedef struct NetworkFamily
{
	const ModelKind *model;
	const char *fit; /* the names of the SQL functions */
	const char *forecast;
	const char *quantiles; /* NULL: has none */
	const char *importance;
	const char *options;
	NetworkOptionFamily option_family; /* in options/network.def */
	cs_body body;
	bool cross_section;
	void (*take_preset)(int preset, struct NetworkOptions *options);
	/* Of families with several bodies: the one that the options ask for; else NULL. */
	const struct NetworkFamily *(*choose)(const Jsonb *options);
	/* Appends what the tensors of the body depend on, as messages tell two apart. */
	void (*describe)(StringInfo text, const cs_sequence_options *network, int features);

	/*
	 * Of families with more than the network, else NULL: error 22023 where options contradict each
	 * other; what a model's header has besides, read and checked against the options, or appended.
	 */
	void (*check_options)(const struct NetworkOptions *options, const char *what);
	const char *header_key;
	void (*read_header)(const JsonbContainer *header, struct NetworkOptions *options);
	void (*append_header)(StringInfo json, const struct NetworkOptions *options);
} NetworkFamily;

extern const NetworkFamily rnn_family;		   /* rnn_options.c */
extern const NetworkFamily transformer_family; /* transformer_options.c */
extern const NetworkFamily graph_rank_family;  /* graph_rank_options.c */

/* What the families of single series have. */
#define NETWORK_FUNCTION(NAME, WORK)                                                               \
	FAMILY_FUNCTION(rnn, NAME, WORK)                                                               \
	FAMILY_FUNCTION(transformer, NAME, WORK)

/* What all families have. */
#define MODEL_FUNCTION(NAME, WORK)                                                                 \
	NETWORK_FUNCTION(NAME, WORK)                                                                   \
	FAMILY_FUNCTION(graph_rank, NAME, WORK)

#endif
