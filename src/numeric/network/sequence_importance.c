/*
 * sequence_importance.c
 *		Forecasts with one input permuted after the other, and the growth of their error.
 */
#include "numeric/network/sequence_importance.h"

#include <math.h>
#include <string.h>

#include "numeric/base/vector_math.h"

/* Rows that are shuffled, filled in or measured in one call. */
#define ROWS_AT_ONCE 65536

enum
{
	FORGET, /* the order of the last permutation */
	SHUFFLE,
	FILL,
	PREDICT,
	MEASURE,
	DONE
};

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

size_t
cs_sequence_importance_workspace_size(const cs_sequence_network *network, size_t rows)
{
	cs_sequence_data data = {.rows = rows, .columns = network->columns, .series_count = 1};
	size_t predictor = cs_sequence_predict_workspace_size(network->options, &data);
	size_t values;
	size_t forecasts;
	cs_size total = {0};

	if (predictor == SIZE_MAX || __builtin_mul_overflow(rows, network->columns, &values) ||
		__builtin_mul_overflow(rows, (size_t) network->options->horizon_count, &forecasts))
		return SIZE_MAX;
	cs_size_add(&total, network->columns, sizeof(double));
	cs_size_add(&total, values, sizeof(double));
	cs_size_add(&total, forecasts, sizeof(double));
	cs_size_add(&total, rows, sizeof(int32_t));
	cs_size_add(&total, predictor, 1);
	return cs_size_total(&total);
}

static cs_status
begin_predictor(cs_sequence_importance *importance)
{
	static const size_t start = 0;
	cs_sequence_data data = {.values =
								 importance->column < 0 ? importance->values : importance->permuted,
							 .rows = importance->rows,
							 .columns = columns_of(importance),
							 .series_start = &start,
							 .series_count = 1};
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, importance->block, importance->block_size);
	importance->stage = PREDICT;
	return cs_sequence_predictor_initialize(&importance->predictor, importance->network, &data,
											&workspace, importance->forecast);
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
	importance->block_size = cs_sequence_predict_workspace_size(
		options, &(cs_sequence_data){.rows = rows, .columns = columns, .series_count = 1});
	importance->importance = cs_workspace_take(workspace, columns, sizeof(double));
	importance->permuted = cs_workspace_take(workspace, rows * columns, sizeof(double));
	importance->forecast =
		cs_workspace_take(workspace, rows * (size_t) options->horizon_count, sizeof(double));
	importance->order = cs_workspace_take(workspace, rows, sizeof(int32_t));
	importance->block = cs_workspace_take(workspace, importance->block_size, 1);
	if (importance->block == NULL) /* taken last: whatever failed before, this would fail too */
		return CS_NO_MEMORY;
	memset(importance->importance, 0, columns * sizeof(double));
	importance->network = network;
	importance->values = values;
	importance->rows = rows;
	importance->horizon = horizon;
	importance->repeats = repeats;
	importance->column = -1;
	cs_random_seed(&importance->random, seed);
	return begin_predictor(importance);
}

static void
enter(cs_sequence_importance *importance, int stage)
{
	importance->stage = stage;
	importance->position = 0;
}

/* The next rows to go through, from *first to before *end; true when they are the last. */
static bool
next_rows(cs_sequence_importance *importance, size_t *first, size_t *end)
{
	size_t left = importance->rows - importance->position;

	*first = importance->position;
	*end = *first + (left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE);
	importance->position = *end;
	return *end == importance->rows;
}

static void
forget(cs_sequence_importance *importance)
{
	size_t first;
	size_t end;
	bool last = next_rows(importance, &first, &end);

	for (size_t i = first; i < end; i++)
		importance->order[i] = (int32_t) i;
	if (last)
		enter(importance, SHUFFLE);
}

/* A change belongs to two rows, so row 0 has none and keeps its place. */
static bool
permutes_changes(const cs_sequence_importance *importance)
{
	return importance->column == 0 && importance->network->options->target == CS_TARGET_CHANGE;
}

static void
shuffle(cs_sequence_importance *importance)
{
	size_t skip = permutes_changes(importance) ? 1 : 0;
	size_t first;
	size_t end;
	bool last = next_rows(importance, &first, &end);

	if (end > skip)
		cs_random_shuffle_part(&importance->random, importance->order + skip,
							   importance->rows - skip, first > skip ? first - skip : 0,
							   end - (first > skip ? first : skip));
	if (last)
		enter(importance, FILL);
}

static cs_status
fill(cs_sequence_importance *importance)
{
	size_t columns = columns_of(importance);
	bool changes = permutes_changes(importance);
	size_t first;
	size_t end;
	bool last = next_rows(importance, &first, &end);

	for (size_t i = first; i < end; i++)
	{
		const double *from =
			importance->values + (size_t) importance->order[i] * columns + importance->column;
		double *to = importance->permuted + i * columns;

		memcpy(to, importance->values + i * columns, columns * sizeof(double));
		if (!changes)
			to[importance->column] = *from;
		else if (i > 0)
			to[0] = *(to - columns) + (*from - *(from - columns));
	}
	return last ? begin_predictor(importance) : CS_OK;
}

static cs_status
predict(cs_sequence_importance *importance)
{
	cs_status status = cs_sequence_predictor_iterate(&importance->predictor);

	if (status == CS_OK && cs_sequence_predictor_finished(&importance->predictor))
	{
		importance->sum = 0;
		importance->count = 0;
		enter(importance, MEASURE);
	}
	return status;
}

/* What the last forecasts say, and which input comes next. */
static void
finish_forecasts(cs_sequence_importance *importance)
{
	double error = importance->sum / (double) importance->count;

	if (importance->column < 0)
	{
		importance->error = error;
		importance->column = 0;
	}
	else
	{
		importance->importance[importance->column] +=
			(error - importance->error) / importance->repeats;
		importance->repeat++;
		if (importance->repeat == importance->repeats)
		{
			importance->repeat = 0;
			importance->column++;
		}
	}
	enter(importance, (size_t) importance->column < columns_of(importance) ? FORGET : DONE);
}

static cs_status
measure(cs_sequence_importance *importance)
{
	const cs_sequence_options *options = importance->network->options;
	size_t columns = columns_of(importance);
	size_t ahead = (size_t) options->horizons[importance->horizon];
	size_t start = first_origin(options, importance->rows);
	bool changes = permutes_changes(importance);
	size_t first;
	size_t end;
	bool last = next_rows(importance, &first, &end);

	for (size_t i = first > start ? first : start; i < end && i + ahead < importance->rows; i++)
	{
		double forecast =
			importance->forecast[i * (size_t) options->horizon_count + importance->horizon];

		if (changes) /* onto the true base */
			forecast += importance->values[i * columns] - importance->permuted[i * columns];
		importance->sum += fabs(importance->values[(i + ahead) * columns] - forecast);
		importance->count++;
	}
	if (last)
		finish_forecasts(importance);
	return cs_all_finite_double(&importance->sum, 1) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_sequence_importance_iterate(cs_sequence_importance *importance)
{
	switch (importance->stage)
	{
		case FORGET:
			forget(importance);
			return CS_OK;
		case SHUFFLE:
			shuffle(importance);
			return CS_OK;
		case FILL:
			return fill(importance);
		case PREDICT:
			return predict(importance);
		case MEASURE:
			return measure(importance);
		default:
			return CS_OK;
	}
}

bool
cs_sequence_importance_finished(const cs_sequence_importance *importance)
{
	return importance->stage == DONE;
}

double
cs_sequence_importance_progress(const cs_sequence_importance *importance)
{
	double each = 1.0 / (1.0 + (double) columns_of(importance) * importance->repeats);

	if (importance->column < 0)
		return 0;
	return each * (1 + (double) importance->column * importance->repeats + importance->repeat);
}
