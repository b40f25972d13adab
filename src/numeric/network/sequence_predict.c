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

enum
{
	FILL,
	BATCH,
	GATHER,
	FORWARD,
	DONE
};

size_t
cs_sequence_predict_workspace_size(const cs_sequence_options *options, const cs_sequence_data *data)
{
	cs_sequence_architecture architecture;
	int batch = cs_sequence_forward_batch(options);
	cs_size total = {0};

	if (cs_sequence_parameter_count(options, data->columns) == SIZE_MAX)
		return SIZE_MAX;
	cs_sequence_options_architecture(options, data->columns, &architecture);
	cs_size_add(&total, (size_t) batch, sizeof(int32_t));
	cs_sequence_pass_size(&total, &architecture, batch, false);
	return cs_size_total(&total);
}

cs_status
cs_sequence_predictor_initialize(cs_sequence_predictor *predictor,
								 const cs_sequence_network *network, const cs_sequence_data *data,
								 cs_workspace *workspace, double *forecast)
{
	const cs_sequence_options *options = network->options;
	cs_status status = cs_sequence_options_check(options, NULL);
	int batch;

	memset(predictor, 0, sizeof(*predictor));
	if (status != CS_OK)
		return status;
	predictor->parameter_count = cs_sequence_parameter_count(options, network->columns);
	if (predictor->parameter_count == SIZE_MAX || data->columns != network->columns ||
		data->series_count != 1)
		return CS_OUT_OF_RANGE;
	if (data->rows > INT32_MAX)
		return CS_SIZE_OVERFLOW;
	cs_sequence_options_architecture(options, network->columns, &predictor->architecture);
	batch = cs_sequence_forward_batch(options);
	predictor->window = cs_workspace_take(workspace, (size_t) batch, sizeof(int32_t));
	if (!cs_sequence_pass_create(&predictor->pass, &predictor->architecture, batch, false,
								 workspace))
		return CS_NO_MEMORY;
	predictor->source = (cs_sequence_source){.options = options,
											 .values = data->values,
											 .columns = network->columns,
											 .input_mean = network->input_mean,
											 .input_sd = network->input_sd,
											 .target_mean = network->target_mean,
											 .target_sd = network->target_sd};
	predictor->parameters = network->parameters;
	predictor->data = *data;
	predictor->forecast = forecast;
	predictor->stage = FILL;
	return CS_OK;
}

/* NaN for the rows with too short a history. */
static cs_status
fill(cs_sequence_predictor *predictor)
{
	const cs_sequence_source *source = &predictor->source;
	cs_sequence_split split;
	size_t none;

	cs_sequence_split_series(&split, source->options, 0, predictor->data.rows);
	none = split.first_origin < predictor->data.rows ? split.first_origin : predictor->data.rows;
	cs_vector_fill_nan(predictor->forecast, none * (size_t) source->options->horizon_count);
	predictor->position = none;
	predictor->stage = none < predictor->data.rows ? BATCH : DONE;
	return cs_all_finite_double(source->values, none * source->columns) ? CS_OK : CS_NOT_FINITE;
}

/* Chooses the windows of the next batch. */
static cs_status
begin_batch(cs_sequence_predictor *predictor, double *budget)
{
	const cs_sequence_source *source = &predictor->source;
	size_t left = predictor->data.rows - predictor->position;
	int most = cs_sequence_forward_batch(source->options);
	size_t values;

	predictor->batch = left < (size_t) most ? (int) left : most;
	for (int n = 0; n < predictor->batch; n++)
		predictor->window[n] = (int32_t) (predictor->position + (size_t) n);
	predictor->gathered = 0;
	predictor->stage = GATHER;
	values = (size_t) predictor->batch * source->columns;
	*budget -= (double) values;
	return cs_all_finite_double(source->values + predictor->position * source->columns, values)
			   ? CS_OK
			   : CS_NOT_FINITE;
}

static void
begin_member(cs_sequence_predictor *predictor)
{
	cs_sequence_forward_begin(&predictor->pass,
							  predictor->parameters +
								  (size_t) predictor->current * predictor->parameter_count,
							  predictor->batch);
}

static cs_status
gather(cs_sequence_predictor *predictor, double *budget)
{
	const cs_sequence_source *source = &predictor->source;
	double cost = GATHER_COST * (double) source->columns * source->options->look_back;
	int most = (int) (PIECE / cost) + 1;
	int left = predictor->batch - predictor->gathered;
	int count = left < most ? left : most;

	cs_sequence_gather(predictor->pass.input, source, predictor->window, predictor->batch,
					   predictor->gathered, count);
	*budget -= cost * count;
	predictor->gathered += count;
	if (predictor->gathered == predictor->batch)
	{
		cs_sequence_forecast_begin(
			predictor->forecast + predictor->position * (size_t) source->options->horizon_count,
			source, predictor->window, predictor->batch);
		predictor->current = 0;
		begin_member(predictor);
		predictor->stage = FORWARD;
	}
	return CS_OK;
}

static cs_status
forward(cs_sequence_predictor *predictor, double *budget)
{
	const cs_sequence_options *options = predictor->source.options;
	size_t horizons = (size_t) options->horizon_count;
	double *forecast = predictor->forecast + predictor->position * horizons;

	if (!cs_sequence_forward(&predictor->pass, budget))
		return CS_OK;
	cs_sequence_forecast_add(forecast, &predictor->source, predictor->pass.output,
							 predictor->batch);
	predictor->current++;
	if (predictor->current < options->ensemble)
	{
		begin_member(predictor);
		return CS_OK;
	}
	predictor->position += (size_t) predictor->batch;
	predictor->stage = predictor->position < predictor->data.rows ? BATCH : DONE;
	return cs_all_finite_double(forecast, (size_t) predictor->batch * horizons) ? CS_OK
																				: CS_NOT_FINITE;
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
			case BATCH:
				status = begin_batch(predictor, &budget);
				break;
			case GATHER:
				status = gather(predictor, &budget);
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
