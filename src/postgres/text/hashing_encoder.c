/*
 * hashing_encoder.c
 *		The encoder "hashing", which needs no file: a text's words in buckets; of an entity the
 *		text's vector, then what stands before and after its mentions, pooled.
 */
#include "postgres.h"

#include "numeric/text/hashing.h"
#include "numeric/text/pooling.h"
#include "postgres/base/options.h"
#include "postgres/base/settings.h"
#include "postgres/text/encoder.h"

/* Before and after a mention. */
#define SIDES 2

typedef struct HashedText
{
	cs_hashing hashing;
	cs_pooling pooling;
	const cs_normal_text *text;
	float *whole;	/* [buckets] */
	float *mention; /* [SIDES][buckets] */
} HashedText;

static cs_pooling
pooling_of(const char *what, const TextOptions *options)
{
	if (options->pooling == TEXT_POOLING_DEFAULT)
		return CS_POOLING_MEAN;
	if (options->pooling == TEXT_POOLING_CLS || options->pooling == TEXT_POOLING_POOLER)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: option \"pooling\" of the encoder \"hashing\" must be mean, max "
						"or mean_max",
						what),
				 errhint("cls and pooler are those of encoders from files.")));
	return (cs_pooling) options->pooling;
}

static int
text_width(const TextEncoder *encoder pg_attribute_unused(), const TextOptions *options)
{
	return options->buckets;
}

static int
entity_width(const TextEncoder *encoder pg_attribute_unused(), const TextOptions *options)
{
	return options->buckets *
		   (1 + SIDES * cs_pooling_parts(pooling_of("entity_features", options)));
}

static void *
read_text(const TextEncoder *encoder pg_attribute_unused(), const EncoderInput *input)
{
	const TextOptions *options = input->options;
	HashedText *hashed = palloc(sizeof(HashedText));

	hashed->hashing = (cs_hashing){
		.buckets = options->buckets,
		.window = options->window_size,
		.half_distance = options->half_distance == OPTION_NONE ? 0 : options->half_distance};
	hashed->pooling = pooling_of(input->what, options);
	hashed->text = input->text;
	hashed->whole =
		allocate_checked(input->what, sizeof(float) * (1 + SIDES) * (Size) options->buckets);
	hashed->mention = hashed->whole + options->buckets;
	cs_hashing_text(hashed->whole, &hashed->hashing, hashed->text);
	return hashed;
}

static void
embed(void *encoded, float *vector)
{
	const HashedText *hashed = encoded;

	memcpy(vector, hashed->whole, sizeof(float) * hashed->hashing.buckets);
}

static void
entity_features(void *encoded, const cs_mention *mention, Size count, float *vector)
{
	HashedText *hashed = encoded;
	Size buckets = hashed->hashing.buckets;
	float *pooled = vector + buckets;

	embed(encoded, vector);
	for (Size i = 0; i < count; i++)
	{
		cs_hashing_mention(hashed->mention, &hashed->hashing, hashed->text, mention[i].start,
						   mention[i].stop);
		cs_pooling_add(pooled, hashed->pooling, hashed->mention, SIDES * buckets, i);
	}
	cs_pooling_finish(pooled, hashed->pooling, SIDES * buckets, count);
}

static const char *const own_options[] = {"buckets", "window_size", "half_distance", "pooling",
										  NULL};

const TextEncoder hashing_encoder = {.name = "hashing",
									 .options = own_options,
									 .fingerprint = "",
									 .text_width = text_width,
									 .entity_width = entity_width,
									 .read = read_text,
									 .embed = embed,
									 .entity_features = entity_features};
