/*
 * sequence_fit.c
 *		A fit's memory, its start, what its stages share, and the loop over them.
 */
#include "numeric/network/sequence_fit.h"

#include <string.h>

#include "numeric/network/sequence_stage.h"

/* Work of one call, in multiply-adds; some milliseconds. */
#define CALL_BUDGET 1e8

/* What bringing a value into a buffer costs in multiply-adds. */
#define GATHER_COST 60.0

static int
pass_batch(const cs_sequence_options *options)
{
	int forward = cs_sequence_forward_batch(options);

	return options->batch_size > forward ? options->batch_size : forward;
}

/* The most validation windows that `rows` rows can have. */
static size_t
validation_bound(const cs_sequence_options *options, const cs_sequence_data *data)
{
	if (options->validation_fraction == 0)
		return 0;
	return (size_t) (options->validation_fraction * (double) data->rows) + 1 + data->series_count;
}

int
cs_sequence_log_stride(const cs_sequence_options *options)
{
	return (options->epochs - 1) / CS_LOG_ENTRIES + 1;
}

int
cs_sequence_log_count(const cs_sequence_options *options, int epochs)
{
	return epochs / cs_sequence_log_stride(options);
}

static size_t
log_size(const cs_sequence_options *options)
{
	return (size_t) options->ensemble * cs_sequence_log_count(options, options->epochs);
}

size_t
cs_sequence_fit_workspace_size(const cs_sequence_options *options, const cs_sequence_data *data)
{
	cs_sequence_architecture architecture;
	size_t columns = data->columns;
	size_t count = cs_sequence_parameter_count(options, columns);
	size_t outputs = (size_t) pass_batch(options) * options->horizon_count;
	size_t errors;
	cs_size total = {0};

	if (count == SIZE_MAX || __builtin_mul_overflow(validation_bound(options, data),
													(size_t) options->horizon_count, &errors))
		return SIZE_MAX;
	cs_sequence_options_architecture(options, columns, &architecture);
	cs_size_add(&total, 2 * columns, sizeof(double));
	cs_size_add(&total, columns, sizeof(cs_moments));
	cs_size_add(&total, log_size(options), sizeof(cs_sequence_log_entry));
	if (options->patience > 0)
		cs_size_add(&total, count, sizeof(float));
	for (int i = 0; i < 3; i++)
		cs_size_add(&total, count, sizeof(float));
	cs_size_add(&total, data->rows, sizeof(int32_t));
	cs_size_add(&total, outputs, sizeof(float));
	cs_size_add(&total, outputs, sizeof(double));
	cs_size_add(&total, errors, sizeof(double));
	cs_sequence_pass_size(&total, &architecture, pass_batch(options), true);
	return cs_size_total(&total);
}

static bool
take_workspace(cs_sequence_fit *fit, cs_workspace *workspace)
{
	const cs_sequence_options *options = fit->options;
	size_t columns = fit->source.columns;
	size_t count = fit->parameter_count;
	size_t outputs = (size_t) pass_batch(options) * options->horizon_count;
	size_t errors = validation_bound(options, &fit->data) * (size_t) options->horizon_count;
	float *moments[2];

	fit->input_mean = cs_workspace_take(workspace, 2 * columns, sizeof(double));
	fit->input_moments = cs_workspace_take(workspace, columns, sizeof(cs_moments));
	fit->log = cs_workspace_take(workspace, log_size(options), sizeof(cs_sequence_log_entry));
	if (options->patience > 0)
		fit->best = cs_workspace_take(workspace, count, sizeof(float));
	fit->gradient = cs_workspace_take(workspace, count, sizeof(float));
	moments[0] = cs_workspace_take(workspace, count, sizeof(float));
	moments[1] = cs_workspace_take(workspace, count, sizeof(float));
	fit->window = cs_workspace_take(workspace, fit->data.rows, sizeof(int32_t));
	fit->target = cs_workspace_take(workspace, outputs, sizeof(float));
	fit->forecast = cs_workspace_take(workspace, outputs, sizeof(double));
	fit->absolute_error = cs_workspace_take(workspace, errors, sizeof(double));
	if (!cs_sequence_pass_create(&fit->pass, &fit->architecture, pass_batch(options), true,
								 workspace))
		return false; /* taken last: whatever failed before, this would fail too */
	fit->input_sd = fit->input_mean + columns;
	cs_optimizer_initialize(&fit->optimizer, options->optimizer, options->learning_rate, moments[0],
							moments[1]);
	fit->optimizer.weight_decay = options->weight_decay;
	if (options->optimizer == CS_OPTIMIZER_RMSPROP)
		fit->optimizer.beta1 = options->momentum;
	return true;
}

/* Checks the offsets and counts the windows. */
static cs_status
count_windows(cs_sequence_fit *fit)
{
	const cs_sequence_data *data = &fit->data;

	if (data->series_count < 1 || data->series_start[0] != 0)
		return CS_OUT_OF_RANGE;
	for (size_t s = 0; s < data->series_count; s++)
	{
		size_t start = data->series_start[s];
		size_t end = cs_sequence_series_end(data, s);
		cs_sequence_split split;

		if (end < start || end > data->rows)
			return CS_OUT_OF_RANGE;
		cs_sequence_split_series(&split, fit->options, start, end);
		fit->training_windows += split.training_end - split.first_origin;
		fit->validation_windows += split.validation_end - split.validation_first;
	}
	return fit->training_windows < 2 ? CS_TOO_FEW : CS_OK;
}

cs_status
cs_sequence_fit_initialize(cs_sequence_fit *fit, const cs_sequence_options *options,
						   const cs_sequence_data *data, cs_workspace *workspace, float *parameters)
{
	size_t columns = data->columns;
	cs_status status = cs_sequence_options_check(options, NULL);

	memset(fit, 0, sizeof(*fit));
	fit->options = options;
	fit->data = *data;
	fit->parameters = parameters;
	if (status != CS_OK)
		return status;
	fit->parameter_count = cs_sequence_parameter_count(options, columns);
	if (fit->parameter_count == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	if (data->rows > INT32_MAX)
		return CS_SIZE_OVERFLOW;
	status = count_windows(fit);
	if (status != CS_OK)
		return status;
	cs_sequence_options_architecture(options, columns, &fit->architecture);
	fit->trained_count = cs_sequence_model_trained_count(&fit->architecture);
	fit->source.columns = columns;
	if (!take_workspace(fit, workspace))
		return CS_NO_MEMORY;
	fit->source = (cs_sequence_source){.options = options,
									   .values = data->values,
									   .columns = columns,
									   .input_mean = fit->input_mean,
									   .input_sd = fit->input_sd,
									   .target_mean = fit->target_mean,
									   .target_sd = fit->target_sd};
	for (size_t c = 0; c < columns; c++)
		cs_moments_initialize(fit->input_moments + c);
	for (int k = 0; k < options->horizon_count; k++)
		cs_moments_initialize(fit->target_moments + k);
	cs_moments_initialize(&fit->y_moments);
	cs_sequence_split_series(&fit->split, options, 0, cs_sequence_series_end(data, 0));
	fit->stage = CS_STAGE_PREPARE;
	return CS_OK;
}

void
cs_sequence_fit_warm_start(cs_sequence_fit *fit, const float *start)
{
	fit->start = start;
}

void
cs_stage_enter(cs_sequence_fit *fit, int stage)
{
	fit->stage = stage;
	fit->cursor = 0;
}

float *
cs_stage_parameters(const cs_sequence_fit *fit)
{
	return fit->parameters + (size_t) fit->current * fit->parameter_count;
}

bool
cs_stage_gather_windows(cs_sequence_fit *fit, const int32_t *origin, double *budget)
{
	const cs_sequence_source *source = &fit->source;
	double cost = GATHER_COST * (double) source->columns * fit->options->look_back;
	int most = (int) (CS_STAGE_PIECE / cost) + 1;
	int first = (int) fit->cursor;
	int count = fit->batch - first < most ? fit->batch - first : most;

	cs_sequence_gather(fit->pass.input, source, origin + fit->position, fit->batch, first, count);
	*budget -= cost * count;
	fit->cursor += (size_t) count;
	if (fit->cursor < (size_t) fit->batch)
		return false;
	cs_sequence_gather_targets(fit->target, source, origin + fit->position, fit->batch);
	return true;
}

void
cs_stage_choose_batch(cs_sequence_fit *fit, size_t windows, int batch)
{
	size_t left = windows - fit->position;

	fit->batch = left < (size_t) batch ? (int) left : batch;
}

bool
cs_stage_gather_validation(cs_sequence_fit *fit, double *budget)
{
	cs_stage_choose_batch(fit, fit->validation_windows, cs_sequence_forward_batch(fit->options));
	if (!cs_stage_gather_windows(fit, fit->window + fit->training_windows, budget))
		return false;
	cs_sequence_forward_begin(&fit->pass, cs_stage_parameters(fit), fit->batch);
	return true;
}

cs_status
cs_sequence_fit_iterate(cs_sequence_fit *fit)
{
	static const cs_stage stages[] = {
		[CS_STAGE_PREPARE] = cs_stage_prepare,
		[CS_STAGE_SCALE] = cs_stage_scale,
		[CS_STAGE_ORDER] = cs_stage_order,
		[CS_STAGE_DRAW] = cs_stage_draw,
		[CS_STAGE_CLEAR] = cs_stage_clear,
		[CS_STAGE_GATHER] = cs_stage_gather,
		[CS_STAGE_FORWARD] = cs_stage_forward,
		[CS_STAGE_BACKWARD] = cs_stage_backward,
		[CS_STAGE_NORM] = cs_stage_norm,
		[CS_STAGE_UPDATE] = cs_stage_update,
		[CS_STAGE_CHECK_GATHER] = cs_stage_check_gather,
		[CS_STAGE_CHECK_FORWARD] = cs_stage_check_forward,
		[CS_STAGE_EPOCH] = cs_stage_epoch,
		[CS_STAGE_KEEP] = cs_stage_keep,
		[CS_STAGE_FINISH] = cs_stage_finish,
		[CS_STAGE_EVALUATE_GATHER] = cs_stage_evaluate_gather,
		[CS_STAGE_EVALUATE_FORWARD] = cs_stage_evaluate_forward,
		[CS_STAGE_INTERVAL] = cs_stage_interval,
	};
	double budget = CALL_BUDGET;
	cs_status status = CS_OK;

	while (status == CS_OK && budget > 0 && fit->stage != CS_STAGE_DONE)
		status = stages[fit->stage](fit, &budget);
	return status;
}

bool
cs_sequence_fit_finished(const cs_sequence_fit *fit)
{
	return fit->stage == CS_STAGE_DONE;
}

bool
cs_sequence_fit_diverged(const cs_sequence_fit *fit)
{
	return fit->stage > CS_STAGE_SCALE;
}

double
cs_sequence_fit_progress(const cs_sequence_fit *fit)
{
	bool twice = fit->options->refit && fit->validation_windows > 0;
	bool trains = fit->stage >= CS_STAGE_ORDER && fit->stage <= CS_STAGE_UPDATE;
	double windows = (double) fit->training_windows;
	double epochs = fit->options->epochs;
	double done;

	if (fit->stage < CS_STAGE_ORDER)
		return 0;
	if (fit->stage == CS_STAGE_DONE)
		return 1;
	if (fit->refitting)
	{
		windows += (double) fit->validation_windows;
		epochs = fit->member[fit->current].best_epoch;
	}
	done =
		(fit->current + (fit->epoch + (trains ? (double) fit->position / windows : 0)) / epochs) /
		fit->options->ensemble;
	if (fit->stage >= CS_STAGE_EVALUATE_GATHER)
		done = 1;
	return twice ? (fit->refitting ? 0.5 : 0) + 0.5 * done : done;
}
