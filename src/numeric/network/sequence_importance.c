/*
 * sequence_importance.c
 *		Forecasts with one input permuted after the other, and the growth of their error.
 */
#include "numeric/network/sequence_importance.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"

/* What a value that is shuffled, filled in or measured costs in multiply-adds. */
#define VALUE_COST 20

static size_t
columns_of(const cs_sequence_importance *importance)
{
	return importance->network->columns;
}

/* The first row of a series with a forecast, and one after the last whose actual value is there. */
static size_t
first_origin(const cs_sequence_options *options, const cs_sequence_data *data, size_t series)
{
	cs_sequence_split split;

	cs_sequence_split_series(&split, options, data->series_start[series],
							 cs_sequence_series_end(data, series));
	return split.first_origin;
}

static size_t
origin_end(const cs_sequence_importance *importance, size_t series)
{
	size_t start = importance->data.series_start[series];
	size_t end = cs_sequence_series_end(&importance->data, series);
	size_t ahead = (size_t) importance->network->options->horizons[importance->horizon];

	return end - start > ahead ? end - ahead : start;
}

/* Rows with a forecast and its actual value. */
static size_t
rows_measured(const cs_sequence_importance *importance)
{
	size_t count = 0;

	for (size_t s = 0; s < importance->data.series_count; s++)
	{
		size_t first = first_origin(importance->network->options, &importance->data, s);
		size_t end = origin_end(importance, s);

		count += end > first ? end - first : 0;
	}
	return count;
}

/* What is forecast at a time: all of a cross-section, else the longest series. */
static cs_sequence_data
largest_part(const cs_sequence_network *network, const cs_sequence_data *data)
{
	cs_sequence_data part = *data;

	if (network->options->cross_section || data->series_count == 1)
		return part;
	part.rows = 0;
	part.series_count = 1;
	for (size_t s = 0; s < data->series_count; s++)
	{
		size_t rows = cs_sequence_series_end(data, s) - data->series_start[s];

		part.rows = rows > part.rows ? rows : part.rows;
	}
	return part;
}

/* False when the workspace is too small. */
static bool
lay_out(cs_sequence_importance *importance, const cs_sequence_network *network,
		const cs_sequence_data *data, cs_workspace *workspace)
{
	size_t columns = network->columns;
	size_t horizons = (size_t) network->options->horizon_count;
	cs_sequence_data part = largest_part(network, data);

	importance->block_size = cs_sequence_predict_workspace_size(network->options, &part);
	importance->importance = cs_workspace_take(workspace, columns, sizeof(double));
	importance->permuted =
		cs_workspace_take(workspace, cs_saturated_product(data->rows, columns), sizeof(double));
	importance->forecast =
		cs_workspace_take(workspace, cs_saturated_product(data->rows, horizons), sizeof(double));
	importance->order = cs_workspace_take(workspace, data->rows, sizeof(int32_t));
	importance->block = cs_workspace_take(workspace, importance->block_size, 1);
	return !workspace->failed;
}

size_t
cs_sequence_importance_workspace_size(const cs_sequence_network *network,
									  const cs_sequence_data *data)
{
	cs_sequence_importance importance;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&importance, network, data, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_sequence_importance_initialize(cs_sequence_importance *importance,
								  const cs_sequence_network *network, const cs_sequence_data *data,
								  int horizon, int repeats, uint64_t seed, cs_workspace *workspace)
{
	const cs_sequence_options *options = network->options;
	size_t columns = network->columns;

	memset(importance, 0, sizeof(*importance));
	if (cs_sequence_options_check(options, NULL) != CS_OK || horizon < 0 ||
		horizon >= options->horizon_count || repeats < 1 || data->columns != columns)
		return CS_OUT_OF_RANGE;
	if (data->rows > INT32_MAX)
		return CS_SIZE_OVERFLOW;
	importance->network = network;
	importance->data = *data;
	importance->horizon = horizon;
	importance->measured = rows_measured(importance);
	if (importance->measured == 0)
		return CS_TOO_FEW;
	if (!lay_out(importance, network, data, workspace))
		return CS_NO_MEMORY;
	memset(importance->importance, 0, columns * sizeof(double));
	importance->repeats = repeats;
	cs_random_seed(&importance->random, seed);
	return CS_OK;
}

/* A change belongs to two rows, so row 0 has none and keeps its place. */
static bool
permutes_changes(const cs_sequence_importance *importance, size_t column)
{
	const cs_sequence_options *options = importance->network->options;

	return options->linear || (column == 0 && options->target == CS_TARGET_CHANGE);
}

/* The rows of a series with the values of one column permuted. */
static void
permute_series(cs_sequence_importance *importance, size_t series, size_t column)
{
	const cs_sequence_data *data = &importance->data;
	size_t start = data->series_start[series];
	size_t rows = cs_sequence_series_end(data, series) - start;
	size_t columns = columns_of(importance);
	const double *values = data->values + start * columns;
	double *permuted = importance->permuted + start * columns;
	int32_t *order = importance->order;
	bool changes = permutes_changes(importance, column);
	size_t skip = changes && rows > 0 ? 1 : 0;

	for (size_t i = 0; i < rows; i++)
		order[i] = (int32_t) i;
	cs_random_shuffle(&importance->random, order + skip, rows - skip);
	cs_work(VALUE_COST * rows);
	for (size_t i = 0; i < rows; i++)
	{
		const double *from = values + (size_t) order[i] * columns + column;
		double *to = permuted + i * columns;

		memcpy(to, values + i * columns, columns * sizeof(double));
		if (!changes)
			to[column] = *from;
		else if (i > 0)
			to[column] = *(to - columns + column) + (*from - *(from - columns));
		cs_work(VALUE_COST * columns);
	}
}

/* The forecasts of a part of the data from row `start` on. */
static cs_status
predict_part(cs_sequence_importance *importance, const cs_sequence_data *part, size_t start)
{
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, importance->block, importance->block_size);
	status = cs_sequence_predictor_initialize(
		&importance->predictor, importance->network, part, &workspace,
		importance->forecast + start * (size_t) importance->network->options->horizon_count);
	return status == CS_OK ? cs_sequence_predictor_run(&importance->predictor) : status;
}

static cs_status
predict(cs_sequence_importance *importance, const double *values)
{
	static const size_t first = 0;
	const cs_sequence_data *data = &importance->data;
	cs_sequence_data part = *data;
	cs_status status = CS_OK;

	part.values = values;
	if (importance->network->options->cross_section)
		return predict_part(importance, &part, 0);
	part.series_start = &first;
	part.series_count = 1;
	part.place = NULL;
	for (size_t s = 0; status == CS_OK && s < data->series_count; s++)
	{
		size_t start = data->series_start[s];

		part.values = values + start * columns_of(importance);
		part.rows = cs_sequence_series_end(data, s) - start;
		if (part.rows > 0)
			status = predict_part(importance, &part, start);
	}
	return status;
}

/* Mean absolute error of the forecasts from `given`, in which y is permuted if `changes`. */
static cs_status
measure(cs_sequence_importance *importance, const double *given, bool changes, double *error)
{
	const cs_sequence_options *options = importance->network->options;
	const double *values = importance->data.values;
	size_t columns = columns_of(importance);
	size_t ahead = (size_t) options->horizons[importance->horizon];
	cs_status status = predict(importance, given);
	double sum = 0;

	if (status != CS_OK)
		return status;
	for (size_t s = 0; s < importance->data.series_count; s++)
		for (size_t i = first_origin(options, &importance->data, s); i < origin_end(importance, s);
			 i++)
		{
			double forecast =
				importance->forecast[i * (size_t) options->horizon_count + importance->horizon];

			if (changes) /* onto the true base */
				forecast += values[i * columns] - given[i * columns];
			sum += fabs(values[(i + ahead) * columns] - forecast);
			cs_work(VALUE_COST);
		}
	*error = sum / (double) importance->measured;
	return cs_all_finite_double(&sum, 1) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_sequence_importance_run(cs_sequence_importance *importance)
{
	size_t columns = columns_of(importance);
	double forecasts = 1 + (double) columns * importance->repeats;
	double done = 0;
	cs_status status = measure(importance, importance->data.values, false, &importance->error);

	for (size_t column = 0; column < columns; column++)
		for (int repeat = 0; status == CS_OK && repeat < importance->repeats; repeat++)
		{
			double error;

			cs_poll(++done, forecasts);
			for (size_t s = 0; s < importance->data.series_count; s++)
				permute_series(importance, s, column);
			status = measure(importance, importance->permuted, permutes_changes(importance, column),
							 &error);
			if (status == CS_OK)
				importance->importance[column] += (error - importance->error) / importance->repeats;
		}
	return status;
}
