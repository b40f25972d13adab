/*
 * encoder.h
 *		Encoders: what makes numbers of a text and of the entities in it.  entity_features and
 *		text_embedding find an encoder by its name and ask nothing else of it.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_ENCODER_H
#define CREDITSPREAD_POSTGRES_TEXT_ENCODER_H

#include "utils/jsonb.h"

#include "numeric/text/entity_search.h"
#include "numeric/text/normal_text.h"
#include "postgres/base/compatibility.h"

#define TEXT_MAX_BUCKETS 65536

/* The choices of the option pooling: those of cs_pooling, then these. */
#define TEXT_POOLING_DEFAULT (-1)
#define TEXT_POOLING_CLS 3
#define TEXT_POOLING_POOLER 4

/* Options of texts, as options/text.def describes them; an encoder has some of them. */
typedef struct TextOptions
{
	int buckets;
	int window_size;
	double half_distance; /* OPTION_NONE: no distance counts */
	int pooling;		  /* TEXT_POOLING_DEFAULT: the encoder's own */
	bool unit_length;
} TextOptions;

typedef struct TextEncoder TextEncoder;

/* Error 22023 for an option of the table that the encoder does not have. */
extern TextOptions text_read_options(const Jsonb *json, const char *what,
									 const TextEncoder *encoder);

/* A text at hand; what it points to lives as long as the call. */
typedef struct EncoderInput
{
	const char *what;	/* the function at work, as messages name it */
	const char *source; /* UTF-8 */
	Size length;
	const cs_normal_text *text;
	const TextOptions *options;
} EncoderInput;

struct TextEncoder
{
	const char *name;
	const char *const *options; /* those that it has, ended by NULL */
	const char *fingerprint;	/* of its files; "": it has none */
	/* Elements of the vector of a text, and of that of an entity in it. */
	int (*text_width)(const TextEncoder *encoder, const TextOptions *options);
	int (*entity_width)(const TextEncoder *encoder, const TextOptions *options);
	/* Works through a text once, palloc'd; the next two are told what it gave. */
	void *(*read)(const TextEncoder *encoder, const EncoderInput *input);
	void (*embed)(void *encoded, float *vector);
	/* The vector of one entity with its mentions, at least one, in order of their starts. */
	void (*entity_features)(void *encoded, const cs_mention *mention, Size count, float *vector);
};

/*
 * Finds an encoder, for the length of the call; error 42704, which lists those that there are, or
 * F0000 where the files of its folder are not those of an encoder.
 */
extern const TextEncoder *text_encoder(const char *name, const char *what);

/* The encoder that a statement used last, in fn_extra or beside what stands there. */
typedef struct EncoderUse
{
	char name[64];
	char fingerprint[64];
} EncoderUse;

/* Error 55000 where the files of the encoder are others than at the use before. */
extern void check_encoder_use(EncoderUse *use, const TextEncoder *encoder, const char *what);

/* The use that is kept in fn_extra, which nothing else stands in. */
extern EncoderUse *encoder_use(FmgrInfo *function);

extern const TextEncoder hashing_encoder; /* hashing_encoder.c */

#endif
