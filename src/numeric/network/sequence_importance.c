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

/* The first row with a forecast. */
static size_t
first_origin(const cs_sequence_options *options, size_t rows)
{
	cs_sequence_split split;

	cs_sequence_split_series(&split, options, 0, rows);
	return split.first_origin;
}

/* False when the workspace is too small. */
static bool
lay_out(cs_sequence_importance *importance, const cs_sequence_network *network, size_t rows,
		cs_workspace *workspace)
{
	size_t columns = network->columns;
	size_t horizons = (size_t) network->options->horizon_count;
	cs_sequence_data data = {.rows = rows, .columns = columns, .series_count = 1};

	importance->block_size = cs_sequence_predict_workspace_size(network->options, &data);
	importance->importance = cs_workspace_take(workspace, columns, sizeof(double));
	importance->permuted =
		cs_workspace_take(workspace, cs_saturated_product(rows, columns), sizeof(double));
	importance->forecast =
		cs_workspace_take(workspace, cs_saturated_product(rows, horizons), sizeof(double));
	importance->order = cs_workspace_take(workspace, rows, sizeof(int32_t));
	importance->block = cs_workspace_take(workspace, importance->block_size, 1);
	return !workspace->failed;
}

size_t
cs_sequence_importance_workspace_size(const cs_sequence_network *network, size_t rows)
{
	cs_sequence_importance importance;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&importance, network, rows, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_sequence_importance_initialize(cs_sequence_importance *importance,
								  const cs_sequence_network *network, const double *values,
								  size_t rows, int horizon, int repeats, uint64_t seed,
								  cs_workspace *workspace)
{
	const cs_sequence_options *options = network->options;
	size_t columns = network->columns;

	memset(importance, 0, sizeof(*importance));
	if (cs_sequence_options_check(options, NULL) != CS_OK || horizon < 0 ||
		horizon >= options->horizon_count || repeats < 1)
		return CS_OUT_OF_RANGE;
	if (rows > INT32_MAX)
		return CS_SIZE_OVERFLOW;
	if (first_origin(options, rows) + (size_t) options->horizons[horizon] >= rows)
		return CS_TOO_FEW;
	if (!lay_out(importance, network, rows, workspace))
		return CS_NO_MEMORY;
	memset(importance->importance, 0, columns * sizeof(double));
	importance->network = network;
	importance->values = values;
	importance->rows = rows;
	importance->horizon = horizon;
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

/* The rows with the values of one column permuted. */
static void
permute(cs_sequence_importance *importance, size_t column)
{
	size_t columns = columns_of(importance);
	bool changes = permutes_changes(importance, column);
	size_t skip = changes ? 1 : 0;

	for (size_t i = 0; i < importance->rows; i++)
		importance->order[i] = (int32_t) i;
	cs_random_shuffle(&importance->random, importance->order + skip, importance->rows - skip);
	cs_work(VALUE_COST * importance->rows);
	for (size_t i = 0; i < importance->rows; i++)
	{
		const double *from = importance->values + (size_t) importance->order[i] * columns + column;
		double *to = importance->permuted + i * columns;

		memcpy(to, importance->values + i * columns, columns * sizeof(double));
		if (!changes)
			to[column] = *from;
		else if (i > 0)
			to[column] = *(to - columns + column) + (*from - *(from - columns));
		cs_work(VALUE_COST * columns);
	}
}

static cs_status
predict(cs_sequence_importance *importance, const double *values)
{
	static const size_t start = 0;
	cs_sequence_data data = {.values = values,
							 .rows = importance->rows,
							 .columns = columns_of(importance),
							 .series_start = &start,
							 .series_count = 1};
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, importance->block, importance->block_size);
	status = cs_sequence_predictor_initialize(&importance->predictor, importance->network, &data,
											  &workspace, importance->forecast);
	return status == CS_OK ? cs_sequence_predictor_run(&importance->predictor) : status;
}

/* Mean absolute error of the forecasts from `given`, in which y is permuted if `changes`. */
static cs_status
measure(cs_sequence_importance *importance, const double *given, bool changes, double *error)
{
	const cs_sequence_options *options = importance->network->options;
	const double *values = importance->values;
	size_t columns = columns_of(importance);
	size_t ahead = (size_t) options->horizons[importance->horizon];
	size_t first = first_origin(options, importance->rows);
	cs_status status = predict(importance, given);
	double sum = 0;

	if (status != CS_OK)
		return status;
	for (size_t i = first; i + ahead < importance->rows; i++)
	{
		double forecast =
			importance->forecast[i * (size_t) options->horizon_count + importance->horizon];

		if (changes) /* onto the true base */
			forecast += values[i * columns] - given[i * columns];
		sum += fabs(values[(i + ahead) * columns] - forecast);
		cs_work(VALUE_COST);
	}
	*error = sum / (double) (importance->rows - ahead - first);
	return cs_all_finite_double(&sum, 1) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_sequence_importance_run(cs_sequence_importance *importance)
{
	size_t columns = columns_of(importance);
	double forecasts = 1 + (double) columns * importance->repeats;
	double done = 0;
	cs_status status = measure(importance, importance->values, false, &importance->error);

	for (size_t column = 0; column < columns; column++)
		for (int repeat = 0; status == CS_OK && repeat < importance->repeats; repeat++)
		{
			double error;

			cs_poll(++done, forecasts);
			permute(importance, column);
			status = measure(importance, importance->permuted, permutes_changes(importance, column),
							 &error);
			if (status == CS_OK)
				importance->importance[column] += (error - importance->error) / importance->repeats;
		}
	return status;
}
