/*
 * sequence_options.c
 *		Bounds of the options.
 */
#include "numeric/network/sequence_options.h"

#include <stdbool.h>

#include "numeric/base/vector_math.h"

static bool
units_valid(const int *units, int layers, int least, int most)
{
	if (layers < least || layers > most)
		return false;
	for (int layer = 0; layer < layers; layer++)
		if (units[layer] < 1 || units[layer] > CS_MAX_UNITS)
			return false;
	return true;
}

static bool
horizons_valid(const cs_sequence_options *options)
{
	for (int k = 0; k < options->horizon_count; k++)
		if (options->horizons[k] < 1 || options->horizons[k] > CS_MAX_HORIZON ||
			(k > 0 && options->horizons[k] <= options->horizons[k - 1]))
			return false;
	return true;
}

/* Written so that NaN is outside, also where comparisons assume that there is none. */
static bool
within(double value, double low, double high)
{
	return cs_all_finite_double(&value, 1) && value >= low && value <= high;
}

static const char *
invalid_recurrent_option(const cs_sequence_options *options)
{
	if ((unsigned) options->cell >= CS_CELL_COUNT)
		return "cell";
	if (!units_valid(options->units, options->layers, 1, CS_MAX_LAYERS))
		return "units";
	if ((unsigned) options->normalization >= CS_NORMALIZATION_COUNT)
		return "normalization";
	return NULL;
}

static const char *
invalid_transformer_option(const cs_sequence_options *options)
{
	if (options->layers < 1 || options->layers > CS_MAX_LAYERS)
		return "layers";
	if (options->width < 1 || options->width > CS_MAX_UNITS)
		return "width";
	if (options->heads < 1 || options->heads > options->width ||
		options->width % options->heads != 0)
		return "heads";
	if (options->feed_forward < 1 || options->feed_forward > CS_MAX_FEED_FORWARD)
		return "feed_forward";
	return NULL;
}

/* Loss and optimizer, with what belongs to one of them alone. */
static const char *
invalid_descent_option(const cs_sequence_options *options)
{
	if ((unsigned) options->loss >= CS_LOSS_COUNT)
		return "loss";
	if (options->loss == CS_LOSS_HUBER
			? !within(options->huber_delta, CS_MIN_HUBER_DELTA, CS_MAX_HUBER_DELTA)
			: !within(options->huber_delta, -1, 0))
		return "huber_delta";
	if (options->loss == CS_LOSS_PINBALL
			? !within(options->quantile, CS_MIN_QUANTILE, CS_MAX_QUANTILE)
			: !within(options->quantile, -1, 0))
		return "quantile";
	if ((unsigned) options->optimizer >= CS_OPTIMIZER_COUNT)
		return "optimizer";
	if (options->optimizer == CS_OPTIMIZER_RMSPROP ? !within(options->momentum, 0, CS_MAX_MOMENTUM)
												   : !within(options->momentum, -1, 0))
		return "momentum";
	if (!within(options->learning_rate, CS_MIN_LEARNING_RATE, CS_MAX_LEARNING_RATE))
		return "learning_rate";
	if (!within(options->weight_decay, 0, CS_MAX_WEIGHT_DECAY))
		return "weight_decay";
	if (!within(options->clip_norm, 0, CS_MAX_CLIP_NORM))
		return "clip_norm";
	return NULL;
}

static bool
quantiles_valid(const cs_sequence_options *options)
{
	if (options->quantile_count < 0 || options->quantile_count > CS_MAX_QUANTILES ||
		(options->quantile_count > 0 && options->cross_section))
		return false;
	for (int q = 0; q < options->quantile_count; q++)
		if (!within(options->quantiles[q], CS_MIN_QUANTILE, CS_MAX_QUANTILE) ||
			(q > 0 && options->quantiles[q] <= options->quantiles[q - 1]))
			return false;
	return true;
}

static const char *
invalid_cross_section_option(const cs_sequence_options *options)
{
	bool related = options->relation_form != CS_RELATION_NONE;

	if ((unsigned) options->relation_form >= CS_RELATION_FORM_COUNT)
		return "relation_form";
	if ((unsigned) options->relation_norm >= CS_RELATION_NORM_COUNT)
		return "relation_norm";
	if (related && (options->relation_kinds < 1 || options->relation_kinds > CS_RELATION_MAX_KINDS))
		return "relation_kinds";
	if (options->similarity_features < 0 || options->similarity_features >= CS_MAX_COLUMNS ||
		(options->similarity_features > 0 && related &&
		 options->relation_form != CS_RELATION_EXPLICIT))
		return "similarity_features";
	if ((unsigned) options->ranking >= CS_RANKING_COUNT)
		return "ranking";
	if (!within(options->alpha, 0, CS_MAX_ALPHA))
		return "alpha";
	return NULL;
}

static const char *
invalid_option(const cs_sequence_options *options)
{
	const char *invalid;

	if ((unsigned) options->body >= CS_BODY_COUNT)
		return "body";
	invalid = options->body == CS_BODY_TRANSFORMER ? invalid_transformer_option(options)
												   : invalid_recurrent_option(options);
	if (invalid == NULL)
		invalid = invalid_descent_option(options);
	if (invalid != NULL)
		return invalid;
	if (!within(options->dropout, 0, CS_MAX_DROPOUT))
		return "dropout";
	if (!units_valid(options->dense, options->dense_layers, 0, CS_MAX_DENSE))
		return "dense";
	if (options->look_back < 1 || options->look_back > CS_MAX_LOOK_BACK)
		return "look_back";
	if (options->horizon_count < 1 || options->horizon_count > CS_MAX_HORIZONS ||
		!horizons_valid(options))
		return "horizons";
	if (options->target != CS_TARGET_CHANGE && options->target != CS_TARGET_LEVEL)
		return "target";
	if (options->batch_size < 1 || options->batch_size > CS_MAX_BATCH)
		return "batch_size";
	if (options->epochs < 1 || options->epochs > CS_MAX_EPOCHS)
		return "epochs";
	if (!within(options->validation_fraction, 0, CS_MAX_VALIDATION_FRACTION))
		return "validation_fraction";
	if (options->patience < 0 || (options->patience > 0 && options->validation_fraction == 0))
		return "patience";
	if (options->ensemble < 1 || options->ensemble > CS_MAX_ENSEMBLE)
		return "ensemble";
	if (!within(options->random_walk_weight, 0, 1))
		return "random_walk_weight";
	if (!within(options->interval_level, CS_MIN_LEVEL, CS_MAX_LEVEL))
		return "interval_level";
	if (options->local_rows != 0 &&
		(options->local_rows < 2 || options->local_rows > CS_MAX_LOCAL_ROWS))
		return "local_rows";
	if (options->linear && options->target != CS_TARGET_CHANGE)
		return "linear";
	if (options->linear && options->horizons[options->horizon_count - 1] > CS_LINEAR_MAX_HORIZON)
		return "horizons";
	if (!quantiles_valid(options))
		return "quantiles";
	return options->cross_section ? invalid_cross_section_option(options) : NULL;
}

cs_status
cs_sequence_options_check(const cs_sequence_options *options, const char **which)
{
	const char *name = invalid_option(options);

	if (which != NULL)
		*which = name;
	return name == NULL ? CS_OK : CS_OUT_OF_RANGE;
}

size_t
cs_sequence_outputs(const cs_sequence_options *options)
{
	return (size_t) options->horizon_count * (1 + (size_t) options->quantile_count);
}

int
cs_sequence_side_columns(const cs_sequence_options *options)
{
	return options->cross_section ? options->similarity_features : 0;
}

static void
describe_relations(const cs_sequence_options *options, cs_sequence_architecture *architecture)
{
	architecture->relation_form =
		options->cross_section ? options->relation_form : CS_RELATION_NONE;
	architecture->relation_norm = options->relation_norm;
	architecture->relation_kinds = options->relation_kinds;
	architecture->side_inputs =
		architecture->relation_form == CS_RELATION_EXPLICIT ? cs_sequence_side_columns(options) : 0;
}

void
cs_sequence_options_architecture(const cs_sequence_options *options, size_t columns,
								 cs_sequence_architecture *architecture)
{
	architecture->body = options->body;
	architecture->layers = options->layers;
	architecture->cell = options->cell;
	for (int layer = 0; layer < options->layers; layer++)
		architecture->units[layer] = options->units[layer];
	architecture->attention = options->attention;
	architecture->normalization = options->normalization;
	architecture->width = options->width;
	architecture->heads = options->heads;
	architecture->feed_forward = options->feed_forward;
	architecture->positions = options->positions;
	architecture->dropout = options->dropout;
	describe_relations(options, architecture);
	architecture->dense_layers = options->dense_layers;
	for (int layer = 0; layer < options->dense_layers; layer++)
		architecture->dense[layer] = options->dense[layer];
	architecture->steps = options->look_back;
	architecture->inputs = (int) columns - cs_sequence_side_columns(options);
	architecture->outputs = (int) cs_sequence_outputs(options);
}

size_t
cs_sequence_parameter_count(const cs_sequence_options *options, size_t columns)
{
	cs_sequence_architecture architecture;

	if (columns < 1 + (size_t) cs_sequence_side_columns(options) || columns > CS_MAX_COLUMNS)
		return SIZE_MAX;
	cs_sequence_options_architecture(options, columns, &architecture);
	return cs_sequence_model_parameter_count(&architecture);
}

double
cs_sequence_loss_shape(const cs_sequence_options *options)
{
	return options->loss == CS_LOSS_HUBER ? options->huber_delta : options->quantile;
}

/* Enough for the matrix products, few enough for the cache. */
int
cs_sequence_forward_batch(const cs_sequence_options *options)
{
	int windows = 2048 / options->look_back;

	return windows < 16 ? 16 : windows > 256 ? 256 : windows;
}
