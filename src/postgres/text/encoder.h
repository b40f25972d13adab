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

/* Options of texts, as options/text.def describes them; an encoder reads those that are its own. */
typedef struct TextOptions
{
	int buckets;
	int window_size;
	double half_distance; /* OPTION_NONE: no distance counts */
	int pooling;		  /* cs_pooling */
} TextOptions;

/* The options in `json` (NULL = none) of the function `what`. */
extern TextOptions text_read_options(const Jsonb *json, const char *what);

/* A text at hand; what it points to lives as long as the call. */
typedef struct EncoderInput
{
	const char *what;	/* the function at work, as messages name it */
	const char *source; /* UTF-8 */
	Size length;
	const cs_normal_text *text;
	const TextOptions *options;
} EncoderInput;

typedef struct TextEncoder TextEncoder;
struct TextEncoder
{
	const char *name;
	/* Elements of the vector of a text, and of that of an entity in it. */
	int (*text_width)(const TextEncoder *encoder, const TextOptions *options);
	int (*entity_width)(const TextEncoder *encoder, const TextOptions *options);
	/* Works through a text once, palloc'd; the next two are told what it gave. */
	void *(*read)(const TextEncoder *encoder, const EncoderInput *input);
	void (*embed)(void *encoded, float *vector);
	/* The vector of one entity with its mentions, at least one, in order of their starts. */
	void (*entity_features)(void *encoded, const cs_mention *mention, Size count, float *vector);
};

/* Finds an encoder; error 42704, which lists those that there are. */
extern const TextEncoder *text_encoder(const char *name, const char *what);

extern const TextEncoder hashing_encoder; /* hashing_encoder.c */

#endif
