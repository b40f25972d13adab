/*
 * sequence_predict.c
 *		Forecasts in batches: the windows are gathered once and run through every member.
 */
#include "numeric/network/sequence_predict.h"

#include <string.h>

#include "numeric/base/vector_math.h"

/* Work of one call, and of one piece in it, in multiply-adds. */
#define CALL_BUDGET 1e8
#define PIECE 2e7

/* What bringing a value into a buffer costs in multiply-adds. */
#define GATHER_COST 60.0

/* Of a cross-section: rows that are counted or sorted at a time, and what one costs. */
#define ROWS_AT_ONCE 4096
#define ROW_COST 20.0

enum
{
	FILL,
	COUNT,
	SORT,
	BATCH,
	GATHER,
	FORWARD,
	DONE
};

/* Windows in a batch, at most. */
static size_t
batch_bound(const cs_sequence_options *options, const cs_sequence_data *data)
{
	return options->cross_section ? cs_time_batch_bound(data, 1)
								  : (size_t) cs_sequence_forward_batch(options);
}

size_t
cs_sequence_predict_workspace_size(const cs_sequence_options *options, const cs_sequence_data *data)
{
	cs_sequence_architecture architecture;
	size_t batch;
	cs_size total = {0};

	if (cs_sequence_parameter_count(options, data->columns) == SIZE_MAX ||
		(options->cross_section && !cs_cross_section_given(data)))
		return SIZE_MAX;
	batch = batch_bound(options, data);
	cs_sequence_options_architecture(options, data->columns, &architecture);
	cs_size_add(&total, batch * (size_t) options->horizon_count, sizeof(double));
	if (options->local_rows > 0)
		cs_size_add(&total, data->rows, sizeof(cs_local));
	if (options->cross_section)
	{
		cs_time_list_size(&total, data);
		cs_time_batch_size(&total, data, 1, options->relation_form, false);
	}
	else
		cs_size_add(&total, batch, sizeof(int32_t));
	cs_sequence_pass_size(&total, &architecture, (int) batch, false);
	return cs_size_total(&total);
}

static bool
take_workspace(cs_sequence_predictor *predictor, cs_workspace *workspace)
{
	const cs_sequence_options *options = predictor->source.options;
	const cs_sequence_data *data = &predictor->data;
	size_t batch = batch_bound(options, data);

	predictor->batch_forecast =
		cs_workspace_take(workspace, batch * (size_t) options->horizon_count, sizeof(double));
	if (options->local_rows > 0)
		predictor->source.local = predictor->local =
			cs_workspace_take(workspace, data->rows, sizeof(cs_local));
	if (!options->cross_section)
		predictor->window = cs_workspace_take(workspace, batch, sizeof(int32_t));
	else if (!cs_time_list_take(&predictor->windows_by_time, data, workspace) ||
			 !cs_time_batch_take(&predictor->time_batch, data, 1, options->relation_form, false,
								 workspace))
		return false;
	return cs_sequence_pass_create(&predictor->pass, &predictor->architecture, (int) batch, false,
								   workspace);
}

static cs_status
check_data(const cs_sequence_network *network, const cs_sequence_data *data)
{
	if (data->columns != network->columns)
		return CS_OUT_OF_RANGE;
	if (data->rows > INT32_MAX)
		return CS_SIZE_OVERFLOW;
	if (!network->options->cross_section)
		return data->series_count == 1 ? CS_OK : CS_OUT_OF_RANGE;
	if (cs_sequence_data_check(data) != CS_OK)
		return CS_OUT_OF_RANGE;
	return cs_cross_section_check(network->options, data);
}

cs_status
cs_sequence_predictor_initialize(cs_sequence_predictor *predictor,
								 const cs_sequence_network *network, const cs_sequence_data *data,
								 cs_workspace *workspace, double *forecast)
{
	const cs_sequence_options *options = network->options;
	cs_status status = cs_sequence_options_check(options, NULL);

	memset(predictor, 0, sizeof(*predictor));
	if (status != CS_OK)
		return status;
	predictor->parameter_count = cs_sequence_parameter_count(options, network->columns);
	if (predictor->parameter_count == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	status = check_data(network, data);
	if (status != CS_OK)
		return status;
	cs_sequence_options_architecture(options, network->columns, &predictor->architecture);
	predictor->source = (cs_sequence_source){.options = options,
											 .values = data->values,
											 .columns = network->columns,
											 .input_mean = network->input_mean,
											 .input_sd = network->input_sd,
											 .target_mean = network->target_mean,
											 .target_sd = network->target_sd,
											 .usual = &predictor->usual_change};
	predictor->usual_change = network->usual_change;
	predictor->parameters = network->parameters;
	predictor->data = *data;
	predictor->forecast = forecast;
	predictor->only_time = -1;
	if (!take_workspace(predictor, workspace))
		return CS_NO_MEMORY;
	if (options->cross_section)
		cs_time_list_begin(&predictor->windows_by_time);
	predictor->stage = options->cross_section ? COUNT : FILL;
	return CS_OK;
}

/* NaN for the rows with too short a history. */
static cs_status
fill(cs_sequence_predictor *predictor)
{
	const cs_sequence_source *source = &predictor->source;
	size_t rows = predictor->data.rows;
	cs_sequence_split split;
	size_t none;

	cs_sequence_split_series(&split, source->options, 0, rows);
	none = split.first_origin < rows ? split.first_origin : rows;
	cs_vector_fill_nan(predictor->forecast, none * (size_t) source->options->horizon_count);
	predictor->position = none;
	predictor->stage = none < rows ? BATCH : DONE;
	return cs_all_finite_double(source->values, none * source->columns) ? CS_OK : CS_NOT_FINITE;
}

/* The rows of a series from the first origin on, within the next piece, *first to *end - 1. */
static bool
next_piece(cs_sequence_predictor *predictor, size_t *first, size_t *end)
{
	const cs_sequence_data *data = &predictor->data;
	size_t start = data->series_start[predictor->series];
	size_t series_end = cs_sequence_series_end(data, predictor->series);

	if (predictor->position <= start)
		cs_sequence_split_series(&predictor->split, predictor->source.options, start, series_end);
	*first = predictor->position;
	*end = series_end - *first < ROWS_AT_ONCE ? series_end : *first + ROWS_AT_ONCE;
	predictor->position = *end;
	if (*end == series_end)
		predictor->series++;
	return predictor->series == data->series_count;
}

static size_t
later(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Counts the windows of some rows by time; their forecasts are NaN until there is one. */
static cs_status
count(cs_sequence_predictor *predictor, double *budget)
{
	const cs_sequence_source *source = &predictor->source;
	size_t horizons = (size_t) source->options->horizon_count;
	size_t first;
	size_t end;
	bool last = next_piece(predictor, &first, &end);
	size_t rows = end - first;

	cs_time_list_count(&predictor->windows_by_time, predictor->data.cross_section->time,
					   later(first, predictor->split.first_origin), end);
	if (predictor->forecast != NULL)
		cs_vector_fill_nan(predictor->forecast + first * horizons, rows * horizons);
	*budget -= ROW_COST * (double) (rows * (source->columns + horizons) + 1);
	if (last)
	{
		cs_time_list_start(&predictor->windows_by_time);
		predictor->series = 0;
		predictor->position = 0;
		predictor->stage = SORT;
	}
	return cs_all_finite_double(source->values + first * source->columns, rows * source->columns)
			   ? CS_OK
			   : CS_NOT_FINITE;
}

static void
sort(cs_sequence_predictor *predictor, double *budget)
{
	size_t first;
	size_t end;
	bool last = next_piece(predictor, &first, &end);

	cs_time_list_put(&predictor->windows_by_time, predictor->data.cross_section->time,
					 later(first, predictor->split.first_origin), end);
	*budget -= ROW_COST * (double) (end - first + 1);
	if (!last)
		return;
	cs_time_list_finish(&predictor->windows_by_time);
	predictor->position = predictor->only_time < 0 ? 0 : (size_t) predictor->only_time;
	predictor->stage = BATCH;
}

/* The windows of the time at work. */
static void
choose_time(cs_sequence_predictor *predictor)
{
	const cs_time_list *list = &predictor->windows_by_time;
	int32_t first = list->first[predictor->position];

	cs_time_batch_clear(&predictor->time_batch);
	cs_time_batch_add(&predictor->time_batch, list->origin + first,
					  list->first[predictor->position + 1] - first);
	predictor->window = predictor->time_batch.origin;
	predictor->batch = cs_time_batch_windows(&predictor->time_batch);
	predictor->pass.pairs = &predictor->time_batch.pairs;
}

static void
choose_windows(cs_sequence_predictor *predictor)
{
	size_t left = predictor->data.rows - predictor->position;
	int most = cs_sequence_forward_batch(predictor->source.options);

	predictor->batch = left < (size_t) most ? (int) left : most;
	for (int n = 0; n < predictor->batch; n++)
		predictor->window[n] = (int32_t) (predictor->position + (size_t) n);
}

/* Goes on to the next windows after those of the batch at work. */
static void
finish_batch(cs_sequence_predictor *predictor)
{
	bool section = predictor->source.options->cross_section;
	size_t all = section ? predictor->windows_by_time.times : predictor->data.rows;

	predictor->position += section ? 1 : (size_t) predictor->batch;
	predictor->stage = predictor->position < all && predictor->only_time < 0 ? BATCH : DONE;
}

/* The local scales at the origins of the batch. */
static void
scale_windows(cs_sequence_predictor *predictor, double *budget)
{
	const cs_sequence_source *source = &predictor->source;
	const cs_sequence_data *data = &predictor->data;

	if (predictor->local == NULL)
		return;
	for (int n = 0; n < predictor->batch; n++)
	{
		size_t origin = (size_t) predictor->window[n];
		size_t start = data->series_start[cs_sequence_series_of(data, origin)];

		predictor->local[origin] =
			cs_sequence_local(source->options, source->values, source->columns, start, origin);
	}
	*budget -= CS_LOCAL_COST(source->options) * predictor->batch;
}

/* Chooses the windows of the next batch. */
static cs_status
begin_batch(cs_sequence_predictor *predictor, double *budget)
{
	const cs_sequence_source *source = &predictor->source;
	size_t values;

	*budget -= 1;
	if (source->options->cross_section)
		choose_time(predictor);
	else
		choose_windows(predictor);
	scale_windows(predictor, budget);
	predictor->gathered = 0;
	predictor->stage = GATHER;
	if (predictor->batch == 0)
		finish_batch(predictor);
	/* the values of a cross-section have been looked at when its windows were counted */
	if (source->options->cross_section)
		return CS_OK;
	values = (size_t) predictor->batch * source->columns;
	*budget -= (double) values;
	return cs_all_finite_double(source->values + predictor->position * source->columns, values)
			   ? CS_OK
			   : CS_NOT_FINITE;
}

static void
gather(cs_sequence_predictor *predictor, double *budget)
{
	const cs_sequence_source *source = &predictor->source;
	double cost = GATHER_COST * (double) source->columns * source->options->look_back;
	int most = (int) (PIECE / cost) + 1;
	int left = predictor->batch - predictor->gathered;
	int piece = left < most ? left : most;
	float *side_input = predictor->architecture.side_inputs > 0 ? predictor->pass.side_input : NULL;

	cs_sequence_gather(predictor->pass.input, side_input, source, predictor->window,
					   predictor->batch, predictor->gathered, piece);
	*budget -= cost * piece;
	predictor->gathered += piece;
	if (predictor->gathered < predictor->batch ||
		(source->options->cross_section && !cs_time_batch_relate(&predictor->time_batch, budget)))
		return;
	cs_sequence_forecast_begin(predictor->batch_forecast, source, predictor->window,
							   predictor->batch);
	predictor->current = 0;
	predictor->stage = FORWARD;
}

/* What the weights of the pairs are in this member. */
static void
add_weights(cs_sequence_predictor *predictor)
{
	const cs_time_batch *batch = &predictor->time_batch;

	for (size_t pair = 0; pair < batch->pair_count; pair++)
		predictor->weight_sum[pair] += (double) batch->pairs.weight[pair];
}

/* Puts the batch's forecasts in their rows. */
static cs_status
store(const cs_sequence_predictor *predictor)
{
	size_t horizons = (size_t) predictor->source.options->horizon_count;

	for (int n = 0; predictor->forecast != NULL && n < predictor->batch; n++)
		memcpy(predictor->forecast + (size_t) predictor->window[n] * horizons,
			   predictor->batch_forecast + (size_t) n * horizons, horizons * sizeof(double));
	return cs_all_finite_double(predictor->batch_forecast, (size_t) predictor->batch * horizons)
			   ? CS_OK
			   : CS_NOT_FINITE;
}

static cs_status
forward(cs_sequence_predictor *predictor, double *budget)
{
	cs_status status;

	*budget = 0;
	cs_sequence_forward(&predictor->pass,
						predictor->parameters +
							(size_t) predictor->current * predictor->parameter_count,
						predictor->batch);
	cs_sequence_forecast_add(predictor->batch_forecast, &predictor->source, predictor->window,
							 predictor->pass.output, predictor->batch);
	if (predictor->weight_sum != NULL)
		add_weights(predictor);
	predictor->current++;
	if (predictor->current < predictor->source.options->ensemble)
		return CS_OK;
	status = store(predictor);
	finish_batch(predictor);
	return status;
}

cs_status
cs_sequence_predictor_iterate(cs_sequence_predictor *predictor)
{
	double budget = CALL_BUDGET;
	cs_status status = CS_OK;

	while (status == CS_OK && budget > 0 && predictor->stage != DONE)
	{
		switch (predictor->stage)
		{
			case FILL:
				status = fill(predictor);
				break;
			case COUNT:
				status = count(predictor, &budget);
				break;
			case SORT:
				sort(predictor, &budget);
				break;
			case BATCH:
				status = begin_batch(predictor, &budget);
				break;
			case GATHER:
				gather(predictor, &budget);
				break;
			default:
				status = forward(predictor, &budget);
				break;
		}
	}
	return status;
}

bool
cs_sequence_predictor_finished(const cs_sequence_predictor *predictor)
{
	return predictor->stage == DONE;
}
