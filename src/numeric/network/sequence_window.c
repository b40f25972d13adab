/*
 * sequence_window.c
 *		Splitting series into windows, and scaling windows into buffers.
 *
 * N batch, T look-back, C columns, K horizons.
 */
#include "numeric/network/sequence_window.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

#include "numeric/base/rounding.h"
#include "numeric/evaluation/conformal.h"

/* What an interval's width keeps of the usual one in calm times, before it is made 1 for usual
 * ones. */
#define LEAST_VOLATILITY 0.25

/* How many windows ahead, and how many of their values, memory is asked for; values of a cache
 * line. */
#define ASKED_AHEAD 4
#define ASKED_VALUES 32
#define LINE_VALUES 8

/* Rows of a series before the first that can stand in a window. */
static size_t
base_rows(const cs_sequence_options *options)
{
	return options->target == CS_TARGET_CHANGE ? 1 : 0;
}

static size_t
longest_horizon(const cs_sequence_options *options)
{
	return (size_t) options->horizons[options->horizon_count - 1];
}

/* Of `windows`, the share for validation, rounded up; 1e-9 allows for the product's rounding. */
size_t
cs_sequence_validation_count(const cs_sequence_options *options, size_t windows)
{
	return (size_t) ceil(options->validation_fraction * (double) windows * (1.0 - 1e-9));
}

void
cs_sequence_split_series(cs_sequence_split *split, const cs_sequence_options *options, size_t start,
						 size_t end)
{
	size_t ahead = longest_horizon(options);
	size_t first = start + base_rows(options) + (size_t) options->look_back - 1;
	size_t origin_end = end - start > ahead ? end - ahead : start;
	size_t windows = origin_end > first ? origin_end - first : 0;
	size_t held_out = cs_sequence_validation_count(options, windows);

	split->first_row = start + base_rows(options);
	split->end_row = end;
	split->first_origin = first;
	split->validation_end = first + windows;
	split->validation_first = split->validation_end - held_out;
	split->training_end = split->validation_end;
	if (held_out > 0)
	{
		/* an origin i is left out if i + ahead > validation_first */
		size_t known_end = split->validation_first + 1;

		split->training_end = known_end > first + ahead ? known_end - ahead : first;
	}
}

/* The first row from `first` to `end` that is not before `time`. */
static size_t
first_not_before(const int32_t *time, size_t first, size_t end, int32_t at)
{
	while (first < end)
	{
		size_t middle = first + (end - first) / 2;

		if (time[middle] < at)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

void
cs_sequence_split_times(cs_sequence_split *split, const cs_sequence_options *options, size_t start,
						size_t end, const int32_t *time, int32_t first_validation)
{
	size_t ahead = longest_horizon(options);
	size_t known_end;

	cs_sequence_split_series(split, options, start, end);
	split->validation_first =
		first_not_before(time, split->first_origin, split->validation_end, first_validation);
	split->training_end = split->validation_first;
	if (split->validation_first == split->first_origin || first_validation == INT32_MAX)
		return;
	known_end = first_not_before(time, split->first_origin, split->validation_first + ahead,
								 first_validation + 1);
	known_end = known_end > split->first_origin + ahead ? known_end - ahead : split->first_origin;
	if (known_end < split->training_end)
		split->training_end = known_end;
}

size_t
cs_sequence_known_end(const cs_sequence_split *split)
{
	return split->validation_first < split->validation_end ? split->validation_first + 1
														   : split->end_row;
}

size_t
cs_sequence_fit_minimum_rows(const cs_sequence_options *options)
{
	size_t fixed = base_rows(options) + (size_t) options->look_back - 1 + longest_horizon(options);
	size_t rows = fixed + 1;
	size_t least_linear = 0;
	bool enough = false;

	if (options->linear)
	{
		cs_linear_options linear =
			cs_linear_skip_options(options->horizons, options->horizon_count);

		least_linear = cs_linear_minimum_rows(&linear);
	}

	/* With a validation share s, about (2 + ahead) / (1 - s) windows are enough: not many turns. */
	while (!enough)
	{
		cs_sequence_split split;

		rows++;
		cs_sequence_split_series(&split, options, 0, rows);
		enough = split.training_end >= split.first_origin + 2 &&
				 cs_sequence_known_end(&split) >= least_linear;
	}
	return rows;
}

/* None where it is but rounding. */
static double
feature_change(double value, double before)
{
	double change = value - before;

	return fabs(change) <= CS_PASSES_ROUNDING * fmax(fabs(value), fabs(before)) ? 0 : change;
}

double
cs_sequence_input(const cs_sequence_source *source, size_t row, size_t column)
{
	const double *value = source->values + row * source->columns + column;

	if (column == 0 && source->options->target == CS_TARGET_CHANGE)
		return value[0] - *(value - source->columns);
	if (source->options->linear)
		return feature_change(value[0], *(value - source->columns));
	return value[0];
}

double
cs_sequence_target_base(const cs_sequence_source *source, size_t origin, int k)
{
	if (source->base != NULL)
		return source->base[origin * (size_t) source->options->horizon_count + (size_t) k];
	return source->options->target == CS_TARGET_CHANGE ? source->values[origin * source->columns]
													   : 0.0;
}

double
cs_sequence_target(const cs_sequence_source *source, size_t origin, int k)
{
	size_t row = origin + (size_t) source->options->horizons[k];

	return source->values[row * source->columns] - cs_sequence_target_base(source, origin, k);
}

cs_local
cs_sequence_local(const cs_sequence_options *options, const double *values, size_t columns,
				  size_t start, size_t row)
{
	size_t rows = (size_t) options->local_rows;
	size_t first = row - start >= rows ? row - rows + 1 : start;
	size_t base = first > start ? first - 1 : start; /* of the first change */
	double center = 0;
	double change = 0;
	double largest = fabs(values[base * columns]);
	cs_local local = {0, 0};

	for (size_t i = base + 1; i <= row; i++)
	{
		change += fabs(values[i * columns] - values[(i - 1) * columns]);
		largest = fmax(largest, fabs(values[i * columns]));
	}
	if (row > base && change > CS_CONSTANT_RANGE * largest * (double) (row - base))
		local.scale = change / (double) (row - base);
	if (options->target == CS_TARGET_CHANGE)
		return local;
	for (size_t i = first; i <= row; i++)
		center += values[i * columns] - values[row * columns];
	local.center = values[row * columns] + center / (double) (row - first + 1);
	return local;
}

cs_local
cs_sequence_local_at(const cs_sequence_source *source, size_t origin)
{
	cs_local local = {0, 1};

	if (source->local == NULL)
		return local;
	local = source->local[origin];
	if (local.scale == 0)
		local.scale = *source->usual > 0 ? *source->usual : 1;
	return local;
}

/* Columns `first` to `end` - 1 of a row. */
static void
gather_columns(float *to, const cs_sequence_source *source, const cs_local *local, size_t row,
			   size_t first, size_t end)
{
	for (size_t c = first; c < end; c++)
	{
		double value = cs_sequence_input(source, row, c);

		if (c == 0)
			value = (value - local->center) / local->scale;
		to[c - first] = (float) ((value - source->input_mean[c]) / source->input_sd[c]);
	}
}

/* Asks for the beginning of a window that will be gathered soon: windows lie far apart. */
static void
ask_for(const cs_sequence_source *source, size_t origin)
{
	size_t rows = base_rows(source->options) + (size_t) source->options->look_back;
	const double *values = source->values + (origin + 1 - rows) * source->columns;

	for (size_t i = 0; i < ASKED_VALUES; i += LINE_VALUES)
		__builtin_prefetch(values + i);
}

void
cs_sequence_gather(float *input, float *side_input, const cs_sequence_source *source,
				   const int32_t *origin, int batch, int first, int count)
{
	size_t side_columns = (size_t) cs_sequence_side_columns(source->options);
	size_t columns = source->columns - side_columns;
	size_t steps = (size_t) source->options->look_back;

	for (int n = first; n < first + count; n++)
	{
		cs_local local = cs_sequence_local_at(source, (size_t) origin[n]);

		if (n + ASKED_AHEAD < first + count)
			ask_for(source, (size_t) origin[n + ASKED_AHEAD]);
		for (size_t t = 0; t < steps; t++)
		{
			size_t row = (size_t) origin[n] + 1 - steps + t;
			size_t place = t * batch + n;

			if (input != NULL)
				gather_columns(input + place * columns, source, &local, row, 0, columns);
			if (side_input != NULL)
				gather_columns(side_input + place * side_columns, source, &local, row, columns,
							   source->columns);
		}
	}
}

void
cs_sequence_gather_targets(float *target, const cs_sequence_source *source, const int32_t *origin,
						   int batch)
{
	int horizons = source->options->horizon_count;

	for (int n = 0; n < batch; n++)
	{
		cs_local local = cs_sequence_local_at(source, (size_t) origin[n]);

		for (int k = 0; k < horizons; k++)
		{
			double value = cs_sequence_target(source, (size_t) origin[n], k);

			value = (value - local.center) / local.scale;
			target[(size_t) n * horizons + k] =
				(float) ((value - source->target_mean[k]) / source->target_sd[k]);
		}
	}
}

void
cs_sequence_forecast_begin(double *forecast, const cs_sequence_source *source,
						   const int32_t *origin, int batch)
{
	double weight = source->options->random_walk_weight;
	int horizons = source->options->horizon_count;

	for (int n = 0; n < batch; n++)
	{
		double y = source->values[(size_t) origin[n] * source->columns];
		cs_local local = cs_sequence_local_at(source, (size_t) origin[n]);

		for (int k = 0; k < horizons; k++)
		{
			double base = cs_sequence_target_base(source, (size_t) origin[n], k);
			double rest = source->base == NULL ? y : base; /* what the network is not given */

			forecast[(size_t) n * horizons + k] =
				base + weight * (rest - base) +
				(1 - weight) * (local.center + local.scale * source->target_mean[k]);
		}
	}
}

void
cs_sequence_forecast_add(double *forecast, const cs_sequence_source *source, const int32_t *origin,
						 const float *output, int batch)
{
	int horizons = source->options->horizon_count;
	size_t outputs = cs_sequence_outputs(source->options);
	double share = (1 - source->options->random_walk_weight) / source->options->ensemble;

	for (int n = 0; n < batch; n++)
	{
		double scale = cs_sequence_local_at(source, (size_t) origin[n]).scale;

		for (int k = 0; k < horizons; k++)
			forecast[(size_t) n * horizons + k] +=
				share * source->target_sd[k] * output[(size_t) n * outputs + k] * scale;
	}
}

double
cs_sequence_local_volatility(const double *values, size_t columns, size_t start, size_t origin,
							 double usual)
{
	size_t first = origin - start > CS_VOLATILITY_ROWS ? origin - CS_VOLATILITY_ROWS : start;
	double sum = 0;

	if (usual == 0 || origin == start)
		return 1;
	for (size_t row = first + 1; row <= origin; row++)
		sum += fabs(values[row * columns] - values[(row - 1) * columns]);
	return (sum / (double) (origin - first) / usual + LEAST_VOLATILITY) / (1 + LEAST_VOLATILITY);
}

/* Of a Gaussian random walk: the mean absolute step. */
#define MEAN_ABSOLUTE_NORMAL 0.7978845608028654

/* Walks beyond the quantile without which it is not one. */
#define LEAST_BEYOND 2

/*
 * What the random walk's absolute errors over h rows rarely exceed, h rows apart over the last
 * local_rows; from the mean absolute change where they are too few, or nearly all zero.
 */
static double
walk_error(const cs_sequence_options *options, const double *values, size_t columns, size_t start,
		   size_t origin, int k, double change)
{
	double level = options->interval_level;
	size_t ahead = (size_t) options->horizons[k];
	size_t rows = (size_t) options->local_rows;
	size_t walks = origin - start > ahead ? origin - start - ahead : 0;
	double error[CS_MAX_LOCAL_ROWS];
	double quantile = 0;

	walks = walks < rows ? walks : rows;
	for (size_t i = 0; i < walks; i++)
		error[i] = fabs(values[(origin - i) * columns] - values[(origin - i - ahead) * columns]);
	if ((double) walks * (1 - level) >= LEAST_BEYOND)
		quantile = cs_conformal_half_width(error, walks, level);
	if (quantile > CS_CONSTANT_RANGE * change)
		return quantile;
	return change / MEAN_ABSOLUTE_NORMAL * sqrt((double) ahead) *
		   gsl_cdf_ugaussian_Pinv(0.5 * (1 + level));
}

double
cs_sequence_interval_scale(const cs_sequence_options *options, const double *values, size_t columns,
						   size_t start, size_t origin, int k, double usual)
{
	double change;
	double volatility;

	if (options->local_rows == 0)
		return cs_sequence_local_volatility(values, columns, start, origin, usual);
	change = cs_sequence_local(options, values, columns, start, origin).scale;
	volatility = cs_sequence_local_volatility(values, columns, start, origin, change);
	if (change == 0)
		change = usual > 0 ? usual : 1;
	return walk_error(options, values, columns, start, origin, k, change) * volatility;
}

size_t
cs_sequence_rows_needed(const cs_sequence_options *options, bool interval)
{
	size_t rows = base_rows(options) + (size_t) options->look_back;
	size_t local = (size_t) options->local_rows;

	/* a change more than there are rows in what is averaged */
	if (local > 0 && rows < local + 1)
		rows = local + 1;
	if (options->linear)
	{
		cs_linear_options linear =
			cs_linear_skip_options(options->horizons, options->horizon_count);
		size_t seen = cs_linear_look_back(&linear, false);

		rows = rows < seen ? seen : rows;
	}
	if (interval && rows < CS_VOLATILITY_ROWS + 1)
		rows = CS_VOLATILITY_ROWS + 1;
	/* walks, the first of which begins as many rows before */
	if (interval && local > 0 && rows < local + longest_horizon(options) + 1)
		rows = local + longest_horizon(options) + 1;
	return rows;
}
