/*
 * sequence_fit.c
 *		A fit's memory, its start, and the loop over its members.
 */
#include "numeric/network/sequence_fit.h"

#include <string.h>

#include "numeric/network/sequence_linear.h"
#include "numeric/network/sequence_parts.h"

#include "numeric/base/poll.h"

/* Times in a batch. */
static size_t
batch_times(const cs_sequence_options *options, const cs_sequence_data *data)
{
	size_t times = data->cross_section->times;

	return times < (size_t) options->batch_size ? times : (size_t) options->batch_size;
}

/* Windows in a batch, at most. */
static int
pass_batch(const cs_sequence_options *options, const cs_sequence_data *data)
{
	int forward = cs_sequence_forward_batch(options);

	if (options->cross_section)
		return (int) cs_time_batch_bound(data, batch_times(options, data));
	return options->batch_size > forward ? options->batch_size : forward;
}

size_t
cs_fit_validation_bound(const cs_sequence_options *options, const cs_sequence_data *data)
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

/* What a cross-section takes besides. */
static void
lay_section(cs_sequence_fit *fit, cs_workspace *workspace)
{
	const cs_sequence_options *options = fit->options;
	size_t times = batch_times(options, &fit->data);
	size_t bound = cs_time_batch_bound(&fit->data, times);
	size_t body;

	cs_time_list_lay(&fit->windows_by_time, &fit->data, workspace);
	fit->time_order = cs_workspace_take(workspace, fit->data.cross_section->times, sizeof(int32_t));
	cs_time_batch_lay(&fit->time_batch, &fit->data, times, options->relation_form, true, workspace);
	fit->ranked = cs_workspace_take(workspace, 3 * bound, sizeof(float));
	fit->window = fit->windows_by_time.origin;
	body = cs_saturated_product(fit->data.rows,
								(size_t) cs_sequence_model_body_width(&fit->architecture));
	if (options->frozen_body && body <= CS_MAX_BODY_OUTPUT)
		fit->body_output = cs_workspace_take(workspace, body, sizeof(float));
}

/* False when the workspace is too small. */
static bool
lay_out(cs_sequence_fit *fit, cs_workspace *workspace)
{
	const cs_sequence_options *options = fit->options;
	size_t columns = fit->data.columns;
	size_t count = fit->parameter_count;
	int batch = pass_batch(options, &fit->data);
	size_t outputs = (size_t) batch * options->horizon_count;
	cs_status status = options->linear ? cs_fit_lay_linear(fit, workspace) : CS_OK;
	size_t errors = cs_saturated_product(cs_fit_validation_bound(options, &fit->data),
										 (size_t) options->horizon_count);

	fit->input_mean = cs_workspace_take(workspace, 2 * columns, sizeof(double));
	fit->input_moments = cs_workspace_take(workspace, columns, sizeof(cs_moments));
	if (options->local_rows > 0)
		fit->local = cs_workspace_take(workspace, fit->data.rows, sizeof(cs_local));
	fit->log = cs_workspace_take(workspace, log_size(options), sizeof(cs_sequence_log_entry));
	if (options->patience > 0)
		fit->best = cs_workspace_take(workspace, count, sizeof(float));
	fit->gradient = cs_workspace_take(workspace, count, sizeof(float));
	fit->optimizer.first = cs_workspace_take(workspace, count, sizeof(float));
	fit->optimizer.second = cs_workspace_take(workspace, count, sizeof(float));
	if (options->cross_section)
		lay_section(fit, workspace);
	else
		fit->window = cs_workspace_take(workspace, fit->data.rows, sizeof(int32_t));
	fit->target = cs_workspace_take(workspace, outputs, sizeof(float));
	fit->forecast = cs_workspace_take(workspace, outputs, sizeof(double));
	fit->absolute_error = cs_workspace_take(workspace, errors, sizeof(double));
	if (options->quantile_count > 0)
		cs_fit_lay_quantiles(fit, batch, workspace);
	return cs_sequence_pass_create(&fit->pass, &fit->architecture, batch, true, workspace) &&
		   status == CS_OK;
}

size_t
cs_sequence_fit_workspace_size(const cs_sequence_options *options, const cs_sequence_data *data)
{
	cs_sequence_fit fit = {.options = options, .data = *data};
	cs_workspace workspace;

	fit.parameter_count = cs_sequence_parameter_count(options, data->columns);
	if (fit.parameter_count == SIZE_MAX || cs_sequence_linear_terms(options, data) == SIZE_MAX ||
		(options->cross_section && !cs_cross_section_given(data)))
		return SIZE_MAX;
	cs_sequence_options_architecture(options, data->columns, &fit.architecture);
	cs_workspace_count(&workspace);
	lay_out(&fit, &workspace);
	return cs_workspace_total(&workspace);
}

static void
prepare_optimizer(cs_sequence_fit *fit)
{
	const cs_sequence_options *options = fit->options;

	cs_optimizer_initialize(&fit->optimizer, options->optimizer, options->learning_rate,
							fit->optimizer.first, fit->optimizer.second);
	fit->optimizer.weight_decay = options->weight_decay;
	if (options->optimizer == CS_OPTIMIZER_RMSPROP)
		fit->optimizer.beta1 = options->momentum;
}

void
cs_fit_split(const cs_sequence_fit *fit, size_t series, cs_sequence_split *split)
{
	const cs_sequence_data *data = &fit->data;
	size_t start = data->series_start[series];
	size_t end = cs_sequence_series_end(data, series);

	if (fit->options->cross_section)
		cs_sequence_split_times(split, fit->options, start, end, data->cross_section->time,
								fit->first_validation);
	else
		cs_sequence_split_series(split, fit->options, start, end);
}

/* Whether the last y and the targets of an origin were observed. */
static bool
is_window(const cs_sequence_fit *fit, size_t origin)
{
	const bool *known = fit->data.known;

	if (!known[origin])
		return false;
	for (int k = 0; k < fit->options->horizon_count; k++)
		if (!known[origin + (size_t) fit->options->horizons[k]])
			return false;
	return true;
}

bool
cs_fit_next_windows(const cs_sequence_fit *fit, size_t end, size_t *first, size_t *next)
{
	size_t row = *next;

	while (fit->data.known != NULL && row < end && !is_window(fit, row))
		row++;
	*first = row;
	while (fit->data.known != NULL && row < end && is_window(fit, row))
		row++;
	*next = fit->data.known == NULL ? end : row;
	cs_work((size_t) fit->options->horizon_count * (row - *first + 1));
	return *first < *next;
}

/* Windows from the origin `first` on, before `end`. */
static size_t
windows_between(const cs_sequence_fit *fit, size_t first, size_t end)
{
	size_t count = 0;

	for (size_t next = first; cs_fit_next_windows(fit, end, &first, &next);)
		count += next - first;
	return count;
}

static cs_status
count_windows(cs_sequence_fit *fit)
{
	for (size_t s = 0; s < fit->data.series_count; s++)
	{
		cs_sequence_split split;

		cs_fit_split(fit, s, &split);
		fit->training_windows += windows_between(fit, split.first_origin, split.training_end);
		fit->validation_windows +=
			windows_between(fit, split.validation_first, split.validation_end);
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
	if (fit->parameter_count == SIZE_MAX || cs_sequence_linear_terms(options, data) == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	if (data->rows > INT32_MAX)
		return CS_SIZE_OVERFLOW;
	status = cs_sequence_data_check(data);
	if (status == CS_OK && options->cross_section)
		status = cs_cross_section_check(options, data);
	if (status == CS_OK && !options->cross_section)
		status = count_windows(fit);
	if (status != CS_OK)
		return status;
	cs_sequence_options_architecture(options, columns, &fit->architecture);
	fit->trained_count = cs_sequence_model_trained_count(&fit->architecture);
	fit->source.columns = columns;
	fit->frozen_count = options->cross_section && options->frozen_body
							? cs_sequence_model_body_count(&fit->architecture)
							: 0;
	if (!lay_out(fit, workspace))
		return CS_NO_MEMORY;
	fit->input_sd = fit->input_mean + columns;
	fit->pass.frozen = fit->frozen_count > 0;
	prepare_optimizer(fit);
	if (options->cross_section)
	{
		cs_fit_hold_out_times(fit);
		status = count_windows(fit);
		if (status != CS_OK)
			return status;
	}
	fit->source = (cs_sequence_source){.options = options,
									   .values = data->values,
									   .columns = columns,
									   .input_mean = fit->input_mean,
									   .input_sd = fit->input_sd,
									   .target_mean = fit->target_mean,
									   .target_sd = fit->target_sd,
									   .local = fit->local,
									   .base = fit->base,
									   .usual = &fit->usual_change};
	for (size_t c = 0; c < columns; c++)
		cs_moments_initialize(fit->input_moments + c);
	for (int k = 0; k < options->horizon_count; k++)
	{
		cs_moments_initialize(fit->target_moments + k);
		cs_moments_initialize(fit->common_moments + k);
	}
	cs_moments_initialize(&fit->y_moments);
	return CS_OK;
}

void
cs_sequence_fit_warm_start(cs_sequence_fit *fit, const float *start)
{
	fit->start = start;
}

void
cs_sequence_fit_start_body(cs_sequence_fit *fit, const float *start)
{
	cs_sequence_architecture architecture = fit->architecture;

	architecture.relation_form = CS_RELATION_NONE;
	architecture.side_inputs = 0;
	fit->body = start;
	fit->body_network = cs_sequence_model_parameter_count(&architecture);
	fit->body_trained = cs_sequence_model_trained_count(&architecture);
}

float *
cs_fit_parameters(const cs_sequence_fit *fit)
{
	return fit->parameters + (size_t) fit->current * fit->parameter_count;
}

static cs_status
train_members(cs_sequence_fit *fit)
{
	for (fit->current = 0; fit->current < fit->options->ensemble; fit->current++)
	{
		cs_status status;

		cs_fit_order(fit);
		status = cs_fit_train(fit);
		if (status != CS_OK)
			return status;
	}
	return CS_OK;
}

cs_status
cs_sequence_fit_run(cs_sequence_fit *fit)
{
	cs_status status = cs_fit_prepare(fit);

	if (status != CS_OK)
		return status;
	fit->training = true;
	status = train_members(fit);
	if (status == CS_OK)
		status = cs_fit_evaluate(fit);
	fit->refitting = fit->options->refit && fit->validation_windows > 0;
	if (status == CS_OK && fit->refitting && fit->options->linear)
		status = cs_fit_linear(fit, true);
	if (status == CS_OK && fit->refitting)
		status = train_members(fit);
	return status;
}

bool
cs_sequence_fit_diverged(const cs_sequence_fit *fit)
{
	return fit->training;
}
