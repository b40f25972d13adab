/*
 * sequence_predict.c
 *		Forecasts in batches: the windows are gathered once and run through every member.
 */
#include "numeric/network/sequence_predict.h"

#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"
#include "numeric/network/rows_at_once.h"
#include "numeric/network/sequence_linear.h"
#include "numeric/network/sequence_quantiles.h"

/* What a value of a row costs that is counted or sorted. */
#define ROW_COST 20

/* Windows in a batch, at most. */
static size_t
batch_bound(const cs_sequence_options *options, const cs_sequence_data *data)
{
	return options->cross_section ? cs_time_batch_bound(data, 1)
								  : (size_t) cs_sequence_forward_batch(options);
}

static cs_status
lay_linear(cs_sequence_predictor *predictor, const cs_sequence_options *options,
		   cs_workspace *workspace)
{
	cs_linear_data data = cs_sequence_linear_data(options, &predictor->data);

	predictor->linear_options = cs_linear_skip_options(options->horizons, options->horizon_count);
	predictor->base = cs_workspace_take(
		workspace, cs_saturated_product(data.rows, (size_t) options->horizon_count),
		sizeof(double));
	return cs_linear_skip_lay(&predictor->linear_rows, &predictor->linear_options, &data, false,
							  workspace);
}

/* False when the workspace is too small. */
static bool
lay_out(cs_sequence_predictor *predictor, const cs_sequence_options *options,
		cs_workspace *workspace)
{
	const cs_sequence_data *data = &predictor->data;
	size_t batch = batch_bound(options, data);

	cs_status status = CS_OK;

	if (options->linear)
		status = lay_linear(predictor, options, workspace);
	predictor->batch_forecast =
		cs_workspace_take(workspace, batch * (size_t) options->horizon_count, sizeof(double));
	if (options->quantile_count > 0)
	{
		predictor->batch_quantile = cs_workspace_take(
			workspace, batch * (cs_sequence_outputs(options) - (size_t) options->horizon_count),
			sizeof(double));
		predictor->batch_spread = cs_workspace_take(workspace, batch, sizeof(double));
	}
	if (options->local_rows > 0)
		predictor->local = cs_workspace_take(workspace, data->rows, sizeof(cs_local));
	if (options->cross_section)
	{
		cs_time_list_lay(&predictor->windows_by_time, data, workspace);
		cs_time_batch_lay(&predictor->time_batch, data, 1, options->relation_form, false,
						  workspace);
	}
	else
		predictor->window = cs_workspace_take(workspace, batch, sizeof(int32_t));
	return cs_sequence_pass_create(&predictor->pass, &predictor->architecture, (int) batch, false,
								   workspace) &&
		   status == CS_OK;
}

size_t
cs_sequence_predict_workspace_size(const cs_sequence_options *options, const cs_sequence_data *data)
{
	cs_sequence_predictor predictor = {.data = *data};
	cs_workspace workspace;

	if (cs_sequence_parameter_count(options, data->columns) == SIZE_MAX ||
		cs_sequence_linear_terms(options, data) == SIZE_MAX ||
		(options->cross_section && !cs_cross_section_given(data)))
		return SIZE_MAX;
	cs_sequence_options_architecture(options, data->columns, &predictor.architecture);
	cs_workspace_count(&workspace);
	lay_out(&predictor, options, &workspace);
	return cs_workspace_total(&workspace);
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
	predictor->linear = network->linear;
	predictor->correction = network->quantile_correction;
	predictor->parameters = network->parameters;
	predictor->data = *data;
	predictor->forecast = forecast;
	predictor->only_time = -1;
	if (!lay_out(predictor, options, workspace))
		return CS_NO_MEMORY;
	predictor->source.local = predictor->local;
	predictor->source.base = predictor->base;
	return CS_OK;
}

void
cs_sequence_predictor_want_quantiles(cs_sequence_predictor *predictor, double *quantile)
{
	predictor->quantile = quantile;
}

void
cs_sequence_predictor_only_ends(cs_sequence_predictor *predictor, size_t block)
{
	predictor->block = block;
}

static size_t
later(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Counts and sorts the windows by time; the forecasts are NaN until there is one. */
static cs_status
sort_windows(cs_sequence_predictor *predictor)
{
	const cs_sequence_data *data = &predictor->data;
	const cs_sequence_options *options = predictor->source.options;
	const int32_t *time = data->cross_section->time;
	cs_time_list *list = &predictor->windows_by_time;
	size_t values = data->columns + (size_t) options->horizon_count;

	cs_time_list_begin(list);
	for (int sorts = 0; sorts < 2; sorts++)
	{
		for (size_t s = 0; s < data->series_count; s++)
		{
			size_t start = data->series_start[s];
			size_t end = cs_sequence_series_end(data, s);
			cs_sequence_split split;

			cs_sequence_split_series(&split, options, start, end);
			if (sorts == 1)
				cs_time_list_put(list, time, later(start, split.first_origin), end);
			else
			{
				cs_time_list_count(list, time, later(start, split.first_origin), end);
				if (!cs_all_finite_double(data->values + start * data->columns,
										  (end - start) * data->columns))
					return CS_NOT_FINITE;
			}
			cs_work(ROW_COST * (end - start + 1) * values);
		}
		if (sorts == 0)
			cs_time_list_start(list);
	}
	cs_time_list_finish(list);
	if (predictor->forecast != NULL)
		cs_vector_fill_nan(predictor->forecast, data->rows * (size_t) options->horizon_count);
	return CS_OK;
}

/* The local scales at the origins of the batch. */
static void
scale_windows(cs_sequence_predictor *predictor)
{
	const cs_sequence_source *source = &predictor->source;
	const cs_sequence_data *data = &predictor->data;

	for (int n = 0; predictor->local != NULL && n < predictor->batch; n++)
	{
		size_t origin = (size_t) predictor->window[n];
		size_t start = data->series_start[cs_sequence_series_of(data, origin)];

		predictor->local[origin] =
			cs_sequence_local(source->options, source->values, source->columns, start, origin);
		cs_work((size_t) CS_LOCAL_COST(source->options));
	}
}

static void
gather(cs_sequence_predictor *predictor)
{
	const cs_sequence_source *source = &predictor->source;
	double cost = CS_GATHER_COST * (double) source->columns * source->options->look_back;
	float *side_input = predictor->architecture.side_inputs > 0 ? predictor->pass.side_input : NULL;
	int count;

	for (int first = 0; first < predictor->batch; first += count)
	{
		count = (int) cs_rows_at_once((size_t) (predictor->batch - first), cost);
		cs_sequence_gather(predictor->pass.input, side_input, source, predictor->window,
						   predictor->batch, first, count);
		cs_work((size_t) (count * cost));
	}
}

/* What the weights of the pairs are in this member. */
static void
add_weights(cs_sequence_predictor *predictor)
{
	const cs_time_batch *batch = &predictor->time_batch;

	for (size_t pair = 0; pair < batch->pair_count; pair++)
		predictor->weight_sum[pair] += (double) batch->pairs.weight[pair];
}

static size_t
quantiles_of_row(const cs_sequence_predictor *predictor)
{
	const cs_sequence_options *options = predictor->source.options;

	return (size_t) options->horizon_count * (size_t) options->quantile_count;
}

/* The quantiles of the batch, of which the sums over the members are known, in their rows. */
static cs_status
store_quantiles(cs_sequence_predictor *predictor)
{
	const cs_sequence_source *source = &predictor->source;
	size_t count = quantiles_of_row(predictor);

	for (int n = 0; n < predictor->batch; n++)
	{
		predictor->batch_spread[n] =
			cs_sequence_spread(source->options, source->values, source->columns, 0,
							   (size_t) predictor->window[n], predictor->usual_change);
		cs_work((size_t) CS_SPREAD_COST(source->options));
	}
	cs_quantiles_finish(predictor->batch_quantile, source, predictor->window,
						predictor->batch_spread, predictor->correction, predictor->batch);
	for (int n = 0; n < predictor->batch; n++)
		memcpy(predictor->quantile + (size_t) predictor->window[n] * count,
			   predictor->batch_quantile + (size_t) n * count, count * sizeof(double));
	return cs_all_finite_double(predictor->batch_quantile, (size_t) predictor->batch * count)
			   ? CS_OK
			   : CS_NOT_FINITE;
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

/* Forecasts from the windows of the batch, by all members. */
static cs_status
forecast_batch(cs_sequence_predictor *predictor)
{
	const cs_sequence_source *source = &predictor->source;

	scale_windows(predictor);
	gather(predictor);
	if (source->options->cross_section)
		cs_time_batch_relate(&predictor->time_batch);
	cs_sequence_forecast_begin(predictor->batch_forecast, source, predictor->window,
							   predictor->batch);
	if (predictor->quantile != NULL)
		memset(predictor->batch_quantile, 0,
			   (size_t) predictor->batch * quantiles_of_row(predictor) * sizeof(double));
	for (int member = 0; member < source->options->ensemble; member++)
	{
		cs_sequence_forward(&predictor->pass,
							predictor->parameters + (size_t) member * predictor->parameter_count,
							predictor->batch);
		cs_sequence_forecast_add(predictor->batch_forecast, source, predictor->window,
								 predictor->pass.output, predictor->batch);
		if (predictor->weight_sum != NULL)
			add_weights(predictor);
		if (predictor->quantile != NULL)
			cs_quantiles_add(predictor->batch_quantile, source->options, predictor->pass.output,
							 predictor->batch);
	}
	if (predictor->quantile != NULL)
	{
		cs_status status = store_quantiles(predictor);

		if (status != CS_OK)
			return status;
	}
	return store(predictor);
}

/* The windows of a time. */
static cs_status
forecast_time(cs_sequence_predictor *predictor, size_t time)
{
	const cs_time_list *list = &predictor->windows_by_time;
	int32_t first = list->first[time];

	cs_time_batch_clear(&predictor->time_batch);
	cs_time_batch_add(&predictor->time_batch, list->origin + first, list->first[time + 1] - first);
	predictor->window = predictor->time_batch.origin;
	predictor->batch = cs_time_batch_windows(&predictor->time_batch);
	predictor->pass.pairs = &predictor->time_batch.pairs;
	return predictor->batch == 0 ? CS_OK : forecast_batch(predictor);
}

static cs_status
forecast_times(cs_sequence_predictor *predictor)
{
	cs_status status = sort_windows(predictor);

	if (status != CS_OK || predictor->only_time >= 0)
		return status != CS_OK ? status : forecast_time(predictor, (size_t) predictor->only_time);
	for (size_t time = 0; status == CS_OK && time < predictor->windows_by_time.times; time++)
		status = forecast_time(predictor, time);
	return status;
}

/* From the last row of each part. */
static cs_status
forecast_ends(cs_sequence_predictor *predictor)
{
	const cs_sequence_source *source = &predictor->source;
	size_t parts = predictor->data.rows / predictor->block;
	size_t most = (size_t) cs_sequence_forward_batch(source->options);

	if (predictor->block < cs_sequence_rows_needed(source->options, false))
		return CS_TOO_FEW;
	for (size_t part = 0; part < parts; part += (size_t) predictor->batch)
	{
		cs_status status = CS_NOT_FINITE;

		predictor->batch = (int) (parts - part < most ? parts - part : most);
		for (int n = 0; n < predictor->batch; n++)
			predictor->window[n] = (int32_t) ((part + (size_t) n + 1) * predictor->block - 1);
		if (cs_all_finite_double(source->values + part * predictor->block * source->columns,
								 (size_t) predictor->batch * predictor->block * source->columns))
			status = forecast_batch(predictor);
		if (status != CS_OK)
			return status;
	}
	return CS_OK;
}

/* From every row of one series; NaN for those with too short a history. */
static cs_status
forecast_rows(cs_sequence_predictor *predictor)
{
	const cs_sequence_source *source = &predictor->source;
	size_t rows = predictor->data.rows;
	size_t most = (size_t) cs_sequence_forward_batch(source->options);
	cs_sequence_split split;
	size_t none;

	cs_sequence_split_series(&split, source->options, 0, rows);
	none = split.first_origin < rows ? split.first_origin : rows;
	cs_vector_fill_nan(predictor->forecast, none * (size_t) source->options->horizon_count);
	if (predictor->quantile != NULL)
		cs_vector_fill_nan(predictor->quantile, none * quantiles_of_row(predictor));
	if (!cs_all_finite_double(source->values, none * source->columns))
		return CS_NOT_FINITE;
	for (size_t row = none; row < rows; row += (size_t) predictor->batch)
	{
		cs_status status = CS_NOT_FINITE;

		predictor->batch = (int) (rows - row < most ? rows - row : most);
		for (int n = 0; n < predictor->batch; n++)
			predictor->window[n] = (int32_t) (row + (size_t) n);
		if (cs_all_finite_double(source->values + row * source->columns,
								 (size_t) predictor->batch * source->columns))
			status = forecast_batch(predictor);
		if (status != CS_OK)
			return status;
	}
	return CS_OK;
}

cs_status
cs_sequence_predictor_run(cs_sequence_predictor *predictor)
{
	if (predictor->source.options->linear)
	{
		cs_status status;

		cs_linear_skip_fill(&predictor->linear_rows, predictor->data.values,
							predictor->data.columns, predictor->data.known);
		status =
			cs_linear_skip_forecast(&predictor->linear_rows, predictor->linear, predictor->base);
		if (status != CS_OK)
			return status;
	}
	if (predictor->source.options->cross_section)
		return forecast_times(predictor);
	return predictor->block > 0 ? forecast_ends(predictor) : forecast_rows(predictor);
}
