/*
 * linear_inputs.c
 *		The terms of robust linear forecasts: changes over volatilities.
 */
#include "numeric/econometrics/linear.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"
#include "numeric/econometrics/error_scale.h"

static int
longest_mean(const cs_linear_options *options)
{
	int longest = 0;

	for (int i = 0; i < options->mean_count; i++)
		longest = options->means[i] > longest ? options->means[i] : longest;
	return longest;
}

size_t
cs_linear_ahead_terms(const cs_linear_data *data)
{
	size_t terms = 0;

	for (size_t column = 1; data->ahead != NULL && column < data->columns; column++)
		terms += data->ahead[column] ? 2 : 0;
	return terms;
}

size_t
cs_linear_terms(const cs_linear_options *options, const cs_linear_data *data)
{
	size_t lags = (size_t) options->lags;
	size_t terms = (size_t) options->mean_count;

	if (data->columns > CS_LINEAR_MAX_TERMS / lags)
		return SIZE_MAX;
	terms += data->columns * lags;
	for (size_t column = 1; data->flagged != NULL && column < data->columns; column++)
		terms += data->flagged[column];
	terms += cs_linear_ahead_terms(data);
	return terms > CS_LINEAR_MAX_TERMS ? SIZE_MAX : terms;
}

size_t
cs_linear_history(const cs_linear_options *options)
{
	int mean = longest_mean(options);

	return (size_t) (mean > options->lags + 1 ? mean : options->lags + 1);
}

size_t
cs_linear_look_back(const cs_linear_options *options, bool interval)
{
	size_t history = cs_linear_history(options);
	size_t furthest = (size_t) options->horizons[options->horizon_count - 1];
	size_t scale = cs_error_scale_rows(interval ? furthest : 1);

	return history > scale ? history : scale;
}

size_t
cs_linear_minimum_rows(const cs_linear_options *options)
{
	return cs_linear_history(options) - 1 + (size_t) options->horizons[options->horizon_count - 1] +
		   CS_LINEAR_MIN_ORIGINS;
}

static void
lay_out(cs_linear_inputs *inputs, cs_workspace *workspace)
{
	size_t rows = inputs->data.rows;
	size_t columns = inputs->data.columns;

	inputs->weight = cs_workspace_take(workspace, CS_LINEAR_WINDOW, sizeof(double));
	inputs->change = cs_workspace_take(workspace, rows, columns * sizeof(double));
	inputs->known = cs_workspace_take(workspace, rows, columns * sizeof(bool));
	inputs->level = cs_workspace_take(workspace, rows, sizeof(double));
	if (inputs->data.ahead == NULL)
		return;
	inputs->value = cs_workspace_take(workspace, rows, columns * sizeof(double));
	inputs->median = cs_workspace_take(workspace, columns, sizeof(double));
	inputs->spread = cs_workspace_take(workspace, columns, sizeof(double));
}

size_t
cs_linear_inputs_size(const cs_linear_options *options, const cs_linear_data *data)
{
	cs_linear_inputs inputs = {.options = options, .data = *data};
	cs_workspace workspace;

	if (cs_linear_terms(options, data) == SIZE_MAX)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	lay_out(&inputs, &workspace);
	return cs_workspace_total(&workspace);
}

/* The changes of a column over the rows of a series; false where one overflows. */
static bool
fill_changes(cs_linear_inputs *inputs, size_t column, size_t start, size_t end)
{
	size_t columns = inputs->data.columns;
	double *change = inputs->change + column * inputs->data.rows;
	bool *known = inputs->known + column * inputs->data.rows;
	double last = NAN;
	double largest = 0;

	for (size_t i = start; i < end;)
		for (size_t stop = cs_block_end(i, end, 4); i < stop; i++)
		{
			double value = inputs->data.values[i * columns + column];

			known[i] = !isnan(value) && !isnan(last);
			change[i] = known[i] ? value - last : 0;
			if (fabs(change[i]) <= CS_PASSES_ROUNDING * fmax(fabs(value), fabs(last)))
				change[i] = 0;
			largest = fmax(largest, fabs(change[i]));
			if (!isnan(value))
				last = value;
			if (column == 0)
				inputs->level[i] = last;
		}
	return isfinite(largest);
}

/* The values of a feature known in advance: what is missing before the last y is carried. */
static void
fill_values(cs_linear_inputs *inputs, size_t column, size_t start, size_t end)
{
	const cs_linear_data *data = &inputs->data;
	double *value = inputs->value + column * data->rows;
	size_t known = end;

	while (known > start && isnan(data->values[(known - 1) * data->columns]))
		known--;
	for (size_t i = start; i < end;)
		for (size_t stop = cs_block_end(i, end, 4); i < stop; i++)
		{
			value[i] = data->values[i * data->columns + column];
			if (isnan(value[i]) && i > start && i < known)
				value[i] = value[i - 1];
		}
}

cs_status
cs_linear_inputs_initialize(cs_linear_inputs *inputs, const cs_linear_options *options,
							const cs_linear_data *data, cs_workspace *workspace)
{
	*inputs = (cs_linear_inputs){
		.options = options, .data = *data, .terms = cs_linear_terms(options, data)};
	if (inputs->terms == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	lay_out(inputs, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	inputs->weight[0] = 1;
	for (size_t age = 1; age < CS_LINEAR_WINDOW; age++)
		inputs->weight[age] = inputs->weight[age - 1] * CS_LINEAR_DECAY;
	for (size_t s = 0; s < data->series_count; s++)
		for (size_t column = 0; column < data->columns; column++)
		{
			size_t start = data->series_start[s];
			size_t end = s + 1 < data->series_count ? data->series_start[s + 1] : data->rows;

			if (!fill_changes(inputs, column, start, end))
				return CS_NOT_FINITE;
			if (data->ahead != NULL && data->ahead[column])
				fill_values(inputs, column, start, end);
		}
	for (size_t column = 0; data->ahead != NULL && column < data->columns; column++)
	{
		inputs->median[column] = 0;
		inputs->spread[column] = 1;
	}
	return CS_OK;
}

void
cs_linear_set_ahead(cs_linear_inputs *inputs, double *scratch)
{
	const cs_linear_data *data = &inputs->data;

	for (size_t column = 1; data->ahead != NULL && column < data->columns; column++)
	{
		const double *value = inputs->value + column * data->rows;
		double largest = 0;
		double furthest = 0;
		double square = 0;
		size_t count = 0;

		if (!data->ahead[column])
			continue;
		for (size_t i = 0; i < data->rows; i++)
			if (!isnan(value[i]) && !isnan(data->values[i * data->columns]))
			{
				scratch[count++] = value[i];
				largest = fmax(largest, fabs(value[i]));
			}
		cs_work(16 * data->rows);
		inputs->spread[column] = 0;
		if (count == 0)
			continue;
		inputs->median[column] = cs_select_rank(scratch, count, count / 2);
		for (size_t i = 0; i < count; i++)
			furthest = fmax(furthest, fabs(scratch[i] / 2 - inputs->median[column] / 2));
		if (furthest <= CS_CONSTANT_RANGE * largest)
			continue;
		for (size_t i = 0; i < count; i++)
		{
			double apart = (scratch[i] / 2 - inputs->median[column] / 2) / furthest;

			square += apart * apart;
		}
		inputs->spread[column] = fmin(2 * sqrt(square / (double) count) * furthest, DBL_MAX);
	}
}

bool
cs_linear_ahead(const cs_linear_inputs *inputs, size_t end, size_t row, size_t horizon, bool levels,
				double *terms)
{
	const cs_linear_data *data = &inputs->data;

	if (data->ahead == NULL)
		return true;
	if (end - row <= horizon)
		return false;
	for (size_t column = 1; column < data->columns; column++)
	{
		const double *value = inputs->value + column * data->rows + row;
		double median = data->ahead[column] ? inputs->median[column] : 0;
		double spread = data->ahead[column] ? inputs->spread[column] : 0;
		double sum = 0;

		if (!data->ahead[column])
			continue;
		for (size_t step = 0; step <= horizon; step++)
		{
			if (isnan(value[step]))
				return false;
			if (step > 0)
				sum += (value[step] - median) / (double) horizon;
		}
		cs_work(2 * horizon);
		*terms++ = spread > 0 ? (value[horizon] - (levels ? median : value[0])) / spread : 0;
		*terms++ = spread > 0 ? sum / spread : 0;
	}
	return true;
}

double
cs_linear_volatility(const cs_linear_inputs *inputs, size_t column, size_t start, size_t row)
{
	const double *change = inputs->change + column * inputs->data.rows;
	const bool *known = inputs->known + column * inputs->data.rows;
	size_t ages = row - start < CS_LINEAR_WINDOW ? row - start : CS_LINEAR_WINDOW;
	double sum = 0;
	double total = 0;

	for (size_t age = 0; age < ages; age++)
	{
		double weight = known[row - age] ? inputs->weight[age] : 0;

		sum += weight * fabs(change[row - age]);
		total += weight;
	}
	return total > 0 ? sum / total : 0;
}

double
cs_linear_interval_scale(const cs_linear_inputs *inputs, size_t start, size_t row, size_t horizon)
{
	return cs_error_scale(inputs->level + start, inputs->known + start, row - start, horizon, true);
}

static double
clipped(double value)
{
	return value > CS_LINEAR_CLIP ? CS_LINEAR_CLIP : fmax(value, -CS_LINEAR_CLIP);
}

/* y less the mean of its last `length` values, 0 where that is rounding. */
static double
deviation_from_mean(const cs_linear_inputs *inputs, size_t start, size_t row, size_t length)
{
	const double *level = inputs->level;
	double sum = 0;
	double magnitude = fabs(level[row]);
	size_t count = 0;

	for (size_t age = 0; age < length && age <= row - start && !isnan(level[row - age]); age++)
	{
		sum += level[row] - level[row - age];
		magnitude = fmax(magnitude, fabs(level[row - age]));
		count++;
	}
	return fabs(sum) <= CS_PASSES_ROUNDING * magnitude * (double) count ? 0 : sum / (double) count;
}

bool
cs_linear_origin(const cs_linear_inputs *inputs, size_t start, size_t row, double *terms,
				 double *volatility)
{
	const cs_linear_options *options = inputs->options;
	const cs_linear_data *data = &inputs->data;
	const double *values = data->values + row * data->columns;

	if (isnan(values[0]) || row - start + 1 < cs_linear_history(options))
		return false;
	for (size_t column = 0; column < data->columns; column++)
	{
		const double *change = inputs->change + column * data->rows;
		double unit = cs_linear_volatility(inputs, column, start, row);

		if (column == 0)
			*volatility = unit;
		for (int lag = 0; lag < options->lags; lag++)
			*terms++ = unit > 0 ? clipped(change[row - (size_t) lag] / unit) : 0;
	}
	for (int i = 0; i < options->mean_count; i++)
	{
		double deviation = deviation_from_mean(inputs, start, row, (size_t) options->means[i]);

		*terms++ = *volatility > 0
					   ? clipped(deviation / *volatility / sqrt((double) options->means[i]))
					   : 0;
	}
	for (size_t column = 1; data->flagged != NULL && column < data->columns; column++)
		if (data->flagged[column])
			*terms++ = isnan(values[column]);
	cs_work(data->columns * 2 * CS_LINEAR_WINDOW + cs_linear_history(options));
	return true;
}

double
cs_linear_forecast(const cs_linear_horizon *horizon, size_t terms, const double *x,
				   double volatility, double y)
{
	return y + horizon->shrinkage * volatility * cs_dot(terms, x, horizon->coefficients);
}
