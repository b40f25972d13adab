/*
 * sequence_prepare.c
 *		The beginning of a fit: it reads every row once, standardizes by the training rows, and
 *		lists the windows.
 */
#include "numeric/network/sequence_parts.h"

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/vector_math.h"

#include <math.h>

/* What a value, or the listing of a row, costs in multiply-adds. */
#define PREPARE_COST 200
#define ORDER_COST 20

/* y, or its change, of row `row` to be standardized; without a scale there is nothing to be. */
static double
scaled_input(const cs_sequence_fit *fit, size_t row, size_t column)
{
	double value = cs_sequence_input(&fit->source, row, column);

	if (fit->local == NULL || column > 0)
		return value;
	return fit->local[row].scale > 0 ? (value - fit->local[row].center) / fit->local[row].scale : 0;
}

bool
cs_fit_ranks_otherwise(const cs_sequence_fit *fit)
{
	return fit->local != NULL || fit->options->linear;
}

double
cs_fit_linear_change(const cs_sequence_fit *fit, size_t origin, int k)
{
	if (!fit->options->linear)
		return 0;
	return cs_sequence_target_base(&fit->source, origin, k) -
		   fit->data.values[origin * fit->data.columns];
}

/* Takes in the targets of an origin. */
static void
prepare_targets(cs_sequence_fit *fit, size_t row)
{
	const cs_sequence_source *source = &fit->source;
	cs_local local = fit->local == NULL ? (cs_local){0, 1} : fit->local[row];

	for (int k = 0; k < fit->options->horizon_count; k++)
	{
		double target = cs_sequence_target(source, row, k);

		if (local.scale > 0)
			cs_moments_add(fit->target_moments + k, (target - local.center) / local.scale);
		if (cs_fit_ranks_otherwise(fit))
			cs_moments_add(fit->common_moments + k, target + cs_fit_linear_change(fit, row, k));
		cs_moments_add(&fit->y_moments, target + cs_sequence_target_base(source, row, k));
	}
}

/* Takes in a row of the series that starts at row `start`. */
static cs_status
prepare_row(cs_sequence_fit *fit, const cs_sequence_split *split, size_t start, size_t row)
{
	const cs_sequence_source *source = &fit->source;
	const double *value = source->values + row * source->columns;

	if (!cs_all_finite_double(value, source->columns))
		return CS_NOT_FINITE;
	if (fit->local != NULL)
		fit->local[row] =
			cs_sequence_local(fit->options, source->values, source->columns, start, row);
	if (split->training_end > split->first_origin && row < split->training_end)
	{
		cs_moments_add(&fit->y_moments, value[0]);
		if (row > start && (fit->data.known == NULL || fit->data.known[row]))
		{
			fit->usual_change += fabs(value[0] - *(value - source->columns));
			fit->change_count++;
		}
		for (size_t c = 0; row >= split->first_row && c < source->columns; c++)
			cs_moments_add(fit->input_moments + c, scaled_input(fit, row, c));
	}
	return CS_OK;
}

static cs_status
prepare_rows(cs_sequence_fit *fit)
{
	size_t cost = PREPARE_COST * fit->source.columns + (size_t) CS_LOCAL_COST(fit->options);

	for (size_t s = 0; s < fit->data.series_count; s++)
	{
		cs_sequence_split split;

		cs_fit_split(fit, s, &split);
		for (size_t row = fit->data.series_start[s]; row < cs_sequence_series_end(&fit->data, s);
			 row++)
		{
			cs_status status = prepare_row(fit, &split, fit->data.series_start[s], row);

			if (status != CS_OK)
				return status;
			cs_work(cost);
		}
		for (size_t first, next = split.first_origin;
			 cs_fit_next_windows(fit, split.training_end, &first, &next);)
			for (size_t row = first; row < next; row++)
			{
				prepare_targets(fit, row);
				cs_work(cost);
			}
	}
	return CS_OK;
}

/* Mean and scale of a sample; the scale is 1 when it is as good as constant. */
static void
scale_of(double *mean, double *sd, const cs_moments *moments, double magnitude)
{
	*mean = moments->mean;
	*sd = cs_moments_constant(moments, magnitude) ? 1.0 : cs_moments_sd(moments);
}

/* Changes are scaled about zero, so that a network that gives 0 is the random walk. */
static void
target_scale(double *mean, double *sd, const cs_moments *moments, cs_target target,
			 double magnitude)
{
	scale_of(mean, sd, moments, magnitude);
	if (target == CS_TARGET_LEVEL)
		return;
	*sd = hypot(moments->mean, cs_moments_sd(moments));
	if (*sd <= CS_CONSTANT_RANGE * magnitude)
		*sd = 1.0;
	*mean = 0;
}

static cs_status
scale(cs_sequence_fit *fit)
{
	size_t columns = fit->source.columns;
	size_t horizons = (size_t) fit->options->horizon_count;
	double magnitude = cs_moments_magnitude(&fit->y_moments);
	bool local = fit->local != NULL;

	if (fit->change_count > 0)
		fit->usual_change /= (double) fit->change_count;
	for (size_t c = 0; c < columns; c++)
		scale_of(fit->input_mean + c, fit->input_sd + c, fit->input_moments + c,
				 c == 0 && !local ? magnitude : cs_moments_magnitude(fit->input_moments + c));
	for (size_t k = 0; k < horizons; k++)
	{
		target_scale(fit->target_mean + k, fit->target_sd + k, fit->target_moments + k,
					 fit->options->target,
					 local ? cs_moments_magnitude(fit->target_moments + k) : magnitude);
		target_scale(fit->common_mean + k, fit->common_sd + k, fit->common_moments + k,
					 fit->options->target, magnitude);
	}
	if (!cs_all_finite_double(&fit->usual_change, 1) ||
		!cs_all_finite_double(fit->input_mean, 2 * columns) ||
		!cs_all_finite_double(fit->target_mean, horizons) ||
		!cs_all_finite_double(fit->target_sd, horizons))
		return CS_NOT_FINITE;
	if (cs_moments_constant(&fit->y_moments, magnitude))
		return CS_CONSTANT;
	return CS_OK;
}

static int32_t *
add_origins(const cs_sequence_fit *fit, int32_t *window, size_t first, size_t end)
{
	for (size_t next = first; cs_fit_next_windows(fit, end, &first, &next);)
		for (size_t origin = first; origin < next; origin++)
			*window++ = (int32_t) origin;
	return window;
}

/*
 * Training windows of a series that had not moved yet have the scale of its training rows: that of
 * the others, which forecasts must do with, would be of another unit.
 */
static void
scale_beginnings(cs_sequence_fit *fit, const cs_sequence_split *split)
{
	const double *values = fit->data.values;
	size_t columns = fit->data.columns;
	size_t changes = 0;
	double sum = 0;

	for (size_t row = split->first_row + 1; row < split->training_end; row++, changes++)
		sum += fabs(values[row * columns] - values[(row - 1) * columns]);
	for (size_t row = split->first_row; sum > 0 && row < split->training_end; row++)
		if (fit->local[row].scale == 0)
			fit->local[row].scale = sum / (double) changes;
}

cs_status
cs_fit_prepare(cs_sequence_fit *fit)
{
	cs_status status = fit->options->linear ? cs_fit_linear(fit, false) : CS_OK;

	if (status == CS_OK)
		status = prepare_rows(fit);
	if (status == CS_OK)
		status = scale(fit);
	if (status != CS_OK)
		return status;
	for (size_t s = 0; fit->local != NULL && s < fit->data.series_count; s++)
	{
		cs_sequence_split split;

		cs_fit_split(fit, s, &split);
		scale_beginnings(fit, &split);
		cs_work(ORDER_COST * (split.end_row - split.first_row + 1));
	}
	if (fit->options->cross_section)
		cs_fit_sort_windows(fit);
	if (fit->options->quantile_count > 0)
		cs_fit_spreads(fit);
	return CS_OK;
}

void
cs_fit_order(cs_sequence_fit *fit)
{
	int32_t *training = fit->window;
	int32_t *validation = fit->window + fit->training_windows;

	if (fit->options->cross_section)
	{
		cs_fit_order_times(fit);
		return;
	}
	for (size_t s = 0; s < fit->data.series_count; s++)
	{
		cs_sequence_split split;

		cs_fit_split(fit, s, &split);
		training = add_origins(fit, training, split.first_origin, split.training_end);
		validation = add_origins(fit, validation, split.validation_first, split.validation_end);
		cs_work(ORDER_COST * (split.end_row - split.first_row + 1));
	}
}
