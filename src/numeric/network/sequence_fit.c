/*
 * sequence_fit.c
 *		Training as a chain of stages, each of which can stop after a bounded piece of work.
 *
 *		PREPARE  SCALE  { DRAW  CLEAR  { { GATHER  FORWARD  BACKWARD  NORM  UPDATE } per batch
 *		{ CHECK_GATHER  CHECK_FORWARD } per validation batch  EPOCH  KEEP } per epoch  FINISH }
 *		per member  { EVALUATE_GATHER  EVALUATE_FORWARD } per validation batch  INTERVAL  DONE
 */
#include "numeric/network/sequence_fit.h"

#include <math.h>
#include <string.h>

#include "numeric/base/vector_math.h"
#include "numeric/evaluation/conformal.h"

/* Work of one call, in multiply-adds; some milliseconds. */
#define CALL_BUDGET 1e8

/* The same of one piece inside of a stage. */
#define PIECE 2e7

/* What other work costs in multiply-adds, per value or parameter. */
#define PREPARE_COST 200.0
#define GATHER_COST 30.0
#define PARAMETER_COST 50.0
#define ERROR_COST 200.0

enum
{
	PREPARE,
	SCALE,
	DRAW,
	CLEAR,
	GATHER,
	FORWARD,
	BACKWARD,
	NORM,
	UPDATE,
	CHECK_GATHER,
	CHECK_FORWARD,
	EPOCH,
	KEEP,
	FINISH,
	EVALUATE_GATHER,
	EVALUATE_FORWARD,
	INTERVAL,
	DONE
};

static int
pass_batch(const cs_sequence_options *options)
{
	int forward = cs_sequence_forward_batch(options);

	return options->batch_size > forward ? options->batch_size : forward;
}

/* The most validation windows that `rows` rows can have. */
static size_t
validation_bound(const cs_sequence_options *options, size_t rows, size_t series_count)
{
	if (options->validation_fraction == 0)
		return 0;
	return (size_t) (options->validation_fraction * (double) rows) + 1 + series_count;
}

size_t
cs_sequence_fit_workspace_size(const cs_sequence_options *options, size_t rows, size_t columns,
							   size_t series_count)
{
	cs_sequence_architecture architecture;
	size_t count = cs_sequence_parameter_count(options, columns);
	size_t outputs = (size_t) pass_batch(options) * options->horizon_count;
	size_t errors;
	cs_size total = {0};

	if (count == SIZE_MAX || __builtin_mul_overflow(validation_bound(options, rows, series_count),
													(size_t) options->horizon_count, &errors))
		return SIZE_MAX;
	cs_sequence_options_architecture(options, columns, &architecture);
	cs_size_add(&total, 2 * columns, sizeof(double));
	cs_size_add(&total, columns, sizeof(cs_moments));
	if (options->patience > 0)
		cs_size_add(&total, count, sizeof(float));
	for (int i = 0; i < 3; i++)
		cs_size_add(&total, count, sizeof(float));
	cs_size_add(&total, rows, sizeof(int32_t));
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
	size_t errors =
		validation_bound(options, fit->rows, fit->series_count) * (size_t) options->horizon_count;
	float *moments[2];

	fit->input_mean = cs_workspace_take(workspace, 2 * columns, sizeof(double));
	fit->input_moments = cs_workspace_take(workspace, columns, sizeof(cs_moments));
	if (options->patience > 0)
		fit->best = cs_workspace_take(workspace, count, sizeof(float));
	fit->gradient = cs_workspace_take(workspace, count, sizeof(float));
	moments[0] = cs_workspace_take(workspace, count, sizeof(float));
	moments[1] = cs_workspace_take(workspace, count, sizeof(float));
	fit->window = cs_workspace_take(workspace, fit->rows, sizeof(int32_t));
	fit->target = cs_workspace_take(workspace, outputs, sizeof(float));
	fit->forecast = cs_workspace_take(workspace, outputs, sizeof(double));
	fit->absolute_error = cs_workspace_take(workspace, errors, sizeof(double));
	if (!cs_sequence_pass_create(&fit->pass, &fit->architecture, pass_batch(options), true,
								 workspace))
		return false; /* taken last: whatever failed before, this would fail too */
	fit->input_sd = fit->input_mean + columns;
	cs_adam_initialize(&fit->adam, options->learning_rate, moments[0], moments[1]);
	fit->adam.weight_decay = options->weight_decay;
	return true;
}

static size_t
series_end(const cs_sequence_fit *fit, size_t series)
{
	return series + 1 < fit->series_count ? fit->series_start[series + 1] : fit->rows;
}

/* Checks the offsets and counts the windows. */
static cs_status
count_windows(cs_sequence_fit *fit)
{
	if (fit->series_count < 1 || fit->series_start[0] != 0)
		return CS_OUT_OF_RANGE;
	for (size_t s = 0; s < fit->series_count; s++)
	{
		size_t start = fit->series_start[s];
		size_t end = series_end(fit, s);
		cs_sequence_split split;

		if (end < start || end > fit->rows)
			return CS_OUT_OF_RANGE;
		cs_sequence_split_series(&split, fit->options, start, end);
		fit->training_windows += split.training_end - split.first_origin;
		fit->validation_windows += split.validation_end - split.validation_first;
	}
	return fit->training_windows < 2 ? CS_TOO_FEW : CS_OK;
}

cs_status
cs_sequence_fit_initialize(cs_sequence_fit *fit, const cs_sequence_options *options,
						   const double *values, size_t rows, size_t columns,
						   const size_t *series_start, size_t series_count, cs_workspace *workspace,
						   float *parameters)
{
	cs_status status = cs_sequence_options_check(options, NULL);

	memset(fit, 0, sizeof(*fit));
	fit->options = options;
	fit->rows = rows;
	fit->series_start = series_start;
	fit->series_count = series_count;
	fit->parameters = parameters;
	if (status != CS_OK)
		return status;
	fit->parameter_count = cs_sequence_parameter_count(options, columns);
	if (fit->parameter_count == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	if (rows > INT32_MAX)
		return CS_SIZE_OVERFLOW;
	status = count_windows(fit);
	if (status != CS_OK)
		return status;
	cs_sequence_options_architecture(options, columns, &fit->architecture);
	fit->source.columns = columns;
	if (!take_workspace(fit, workspace))
		return CS_NO_MEMORY;
	fit->source = (cs_sequence_source){.options = options,
									   .values = values,
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
	cs_sequence_split_series(&fit->split, options, 0, series_end(fit, 0));
	fit->stage = PREPARE;
	return CS_OK;
}

static void
enter(cs_sequence_fit *fit, int stage)
{
	fit->stage = stage;
	fit->cursor = 0;
}

/* Takes in row `position`, in the split of its series. */
static cs_status
prepare_row(cs_sequence_fit *fit)
{
	const cs_sequence_source *source = &fit->source;
	const cs_sequence_split *split = &fit->split;
	size_t row = fit->position;
	const double *value = source->values + row * source->columns;

	if (!cs_all_finite_double(value, source->columns))
		return CS_NOT_FINITE;
	if (split->training_end > split->first_origin && row < split->training_end)
	{
		cs_moments_add(&fit->y_moments, value[0]);
		for (size_t c = 0; row >= split->first_row && c < source->columns; c++)
			cs_moments_add(fit->input_moments + c, cs_sequence_input(source, row, c));
	}
	if (row >= split->first_origin && row < split->training_end)
	{
		for (int k = 0; k < fit->options->horizon_count; k++)
		{
			double target = cs_sequence_target(source, row, k);

			cs_moments_add(fit->target_moments + k, target);
			cs_moments_add(&fit->y_moments, target + cs_sequence_target_base(source, row));
		}
		fit->window[fit->filled[0]++] = (int32_t) row;
	}
	if (row >= split->validation_first && row < split->validation_end)
		fit->window[fit->training_windows + fit->filled[1]++] = (int32_t) row;
	return CS_OK;
}

static cs_status
prepare(cs_sequence_fit *fit, double *budget)
{
	double cost = PREPARE_COST * (double) fit->source.columns;

	for (; *budget > 0 && fit->position < fit->rows; fit->position++, *budget -= cost)
	{
		cs_status status;

		while (fit->position >= series_end(fit, fit->series))
		{
			fit->series++;
			cs_sequence_split_series(&fit->split, fit->options, fit->position,
									 series_end(fit, fit->series));
		}
		status = prepare_row(fit);
		if (status != CS_OK)
			return status;
	}
	if (fit->position == fit->rows)
		enter(fit, SCALE);
	return CS_OK;
}

/* Mean and scale of a sample; the scale is 1 when it is as good as constant. */
static void
scale_of(double *mean, double *sd, const cs_moments *moments, double magnitude)
{
	*mean = moments->mean;
	*sd = cs_moments_constant(moments, magnitude) ? 1.0 : cs_moments_sd(moments);
}

static cs_status
scale(cs_sequence_fit *fit, double *budget)
{
	size_t columns = fit->source.columns;
	size_t horizons = (size_t) fit->options->horizon_count;
	double magnitude = cs_moments_magnitude(&fit->y_moments);

	(void) budget;
	for (size_t c = 0; c < columns; c++)
		scale_of(fit->input_mean + c, fit->input_sd + c, fit->input_moments + c,
				 c == 0 ? magnitude : cs_moments_magnitude(fit->input_moments + c));
	for (size_t k = 0; k < horizons; k++)
		scale_of(fit->target_mean + k, fit->target_sd + k, fit->target_moments + k, magnitude);
	if (!cs_all_finite_double(fit->input_mean, 2 * columns) ||
		!cs_all_finite_double(fit->target_mean, horizons) ||
		!cs_all_finite_double(fit->target_sd, horizons))
		return CS_NOT_FINITE;
	if (cs_moments_constant(&fit->y_moments, magnitude))
		return CS_CONSTANT;
	enter(fit, DRAW);
	return CS_OK;
}

static float *
member_parameters(const cs_sequence_fit *fit)
{
	return fit->parameters + (size_t) fit->current * fit->parameter_count;
}

static cs_status
draw(cs_sequence_fit *fit, double *budget)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	size_t count = (size_t) cs_sequence_model_views(&fit->architecture, views);
	int view = (int) fit->cursor;

	if (view == 0)
		cs_random_seed(&fit->random, fit->options->seed + (uint64_t) fit->current);
	cs_sequence_model_initialize_view(member_parameters(fit), &fit->architecture, views, view,
									  &fit->random);
	*budget -= PARAMETER_COST * views[view].shape[0] * views[view].shape[1];
	fit->cursor++;
	if (fit->cursor == count)
		enter(fit, CLEAR);
	return CS_OK;
}

/* The next piece of the parameters; advances the cursor. */
static size_t
parameter_piece(cs_sequence_fit *fit, size_t *from, double *budget)
{
	size_t count = fit->parameter_count - fit->cursor;

	if (count > (size_t) (PIECE / PARAMETER_COST))
		count = (size_t) (PIECE / PARAMETER_COST);
	*from = fit->cursor;
	*budget -= PARAMETER_COST * (double) count;
	fit->cursor += count;
	return count;
}

static void
begin_epoch(cs_sequence_fit *fit)
{
	fit->position = 0;
	fit->loss_sum = 0;
	enter(fit, GATHER);
}

static cs_status
clear(cs_sequence_fit *fit, double *budget)
{
	size_t from;
	size_t count = parameter_piece(fit, &from, budget);

	cs_adam_clear(&fit->adam, from, count);
	memset(fit->gradient + from, 0, count * sizeof(float));
	if (fit->cursor < fit->parameter_count)
		return CS_OK;
	fit->epoch = 0;
	begin_epoch(fit);
	return CS_OK;
}

/*
 * Brings windows position, position + 1, ... of `origin` into the pass; true when all of the batch
 * are in.
 */
static bool
gather(cs_sequence_fit *fit, const int32_t *origin, double *budget)
{
	const cs_sequence_source *source = &fit->source;
	double cost = GATHER_COST * (double) source->columns * fit->options->look_back;
	int most = (int) (PIECE / cost) + 1;
	int first = (int) fit->cursor;
	int count = fit->batch - first < most ? fit->batch - first : most;

	cs_sequence_gather(fit->pass.input, source, origin + fit->position, fit->batch, first, count);
	*budget -= cost * count;
	fit->cursor += (size_t) count;
	if (fit->cursor < (size_t) fit->batch)
		return false;
	cs_sequence_gather_targets(fit->target, source, origin + fit->position, fit->batch);
	cs_sequence_forward_begin(&fit->pass, member_parameters(fit), fit->batch);
	return true;
}

static void
choose_batch(cs_sequence_fit *fit, size_t windows, int batch)
{
	size_t left = windows - fit->position;

	fit->batch = left < (size_t) batch ? (int) left : batch;
}

static cs_status
gather_training(cs_sequence_fit *fit, double *budget)
{
	if (fit->cursor == 0)
	{
		choose_batch(fit, fit->training_windows, fit->options->batch_size);
		cs_random_shuffle_part(&fit->random, fit->window, fit->training_windows, fit->position,
							   (size_t) fit->batch);
	}
	if (gather(fit, fit->window, budget))
		enter(fit, FORWARD);
	return CS_OK;
}

/* Adds the loss of the batch, with its gradient if that is wanted. */
static cs_status
add_loss(cs_sequence_fit *fit, float *gradient)
{
	size_t outputs = (size_t) fit->batch * fit->options->horizon_count;

	fit->loss_sum +=
		cs_loss_sum(gradient, fit->pass.output, fit->target, outputs, fit->options->loss);
	return cs_all_finite_double(&fit->loss_sum, 1) ? CS_OK : CS_NOT_FINITE;
}

static cs_status
forward(cs_sequence_fit *fit, double *budget)
{
	if (!cs_sequence_forward(&fit->pass, budget))
		return CS_OK;
	cs_sequence_backward_begin(&fit->pass, fit->gradient);
	fit->norm_square = 0;
	enter(fit, BACKWARD);
	return add_loss(fit, fit->pass.output_gradient);
}

static cs_status
backward(cs_sequence_fit *fit, double *budget)
{
	if (!cs_sequence_backward(&fit->pass, budget))
		return CS_OK;
	cs_adam_step(&fit->adam);
	enter(fit, fit->options->clip_norm > 0 ? NORM : UPDATE);
	return CS_OK;
}

static cs_status
norm(cs_sequence_fit *fit, double *budget)
{
	size_t from;
	size_t count = parameter_piece(fit, &from, budget);

	fit->norm_square += cs_gradient_norm_square(fit->gradient + from, count);
	if (fit->cursor < fit->parameter_count)
		return CS_OK;
	enter(fit, UPDATE);
	return cs_all_finite_double(&fit->norm_square, 1) ? CS_OK : CS_NOT_FINITE;
}

static double
mean_loss(const cs_sequence_fit *fit, size_t windows)
{
	return fit->loss_sum / ((double) windows * fit->options->horizon_count);
}

static cs_status
update(cs_sequence_fit *fit, double *budget)
{
	size_t from;
	size_t count = parameter_piece(fit, &from, budget);

	cs_adam_update(&fit->adam, member_parameters(fit), fit->gradient,
				   cs_gradient_clip_scale(sqrt(fit->norm_square), fit->options->clip_norm), from,
				   count);
	memset(fit->gradient + from, 0, count * sizeof(float));
	if (fit->cursor < fit->parameter_count)
		return CS_OK;
	fit->position += (size_t) fit->batch;
	enter(fit, GATHER);
	if (fit->position < fit->training_windows)
		return CS_OK;
	fit->epoch++;
	fit->epoch_loss[0] = mean_loss(fit, fit->training_windows);
	fit->loss_sum = 0;
	fit->position = 0;
	if (fit->validation_windows > 0 &&
		(fit->options->patience > 0 || fit->epoch == fit->options->epochs))
		enter(fit, CHECK_GATHER);
	else
		enter(fit, EPOCH);
	return CS_OK;
}

static bool
gather_validation(cs_sequence_fit *fit, double *budget)
{
	choose_batch(fit, fit->validation_windows, cs_sequence_forward_batch(fit->options));
	return gather(fit, fit->window + fit->training_windows, budget);
}

static cs_status
check_gather(cs_sequence_fit *fit, double *budget)
{
	if (gather_validation(fit, budget))
		enter(fit, CHECK_FORWARD);
	return CS_OK;
}

static cs_status
check_forward(cs_sequence_fit *fit, double *budget)
{
	if (!cs_sequence_forward(&fit->pass, budget))
		return CS_OK;
	fit->position += (size_t) fit->batch;
	enter(fit, fit->position < fit->validation_windows ? CHECK_GATHER : EPOCH);
	return add_loss(fit, NULL);
}

/* Whether the epoch is the one to keep, so far. */
static bool
improved(const cs_sequence_fit *fit, const cs_sequence_member *member)
{
	return fit->options->patience == 0 || fit->epoch == 1 ||
		   fit->epoch_loss[1] < member->validation_loss;
}

static cs_status
epoch(cs_sequence_fit *fit, double *budget)
{
	cs_sequence_member *member = fit->member + fit->current;

	(void) budget;
	if (fit->validation_windows > 0)
		fit->epoch_loss[1] = mean_loss(fit, fit->validation_windows);
	member->epochs = fit->epoch;
	if (improved(fit, member))
	{
		member->best_epoch = fit->epoch;
		member->training_loss = fit->epoch_loss[0];
		member->validation_loss = fit->epoch_loss[1];
		enter(fit, KEEP);
	}
	else if (fit->epoch == fit->options->epochs ||
			 fit->epoch - member->best_epoch >= fit->options->patience)
		enter(fit, FINISH);
	else
		begin_epoch(fit);
	return CS_OK;
}

static cs_status
keep(cs_sequence_fit *fit, double *budget)
{
	if (fit->options->patience > 0)
	{
		size_t from;
		size_t count = parameter_piece(fit, &from, budget);

		memcpy(fit->best + from, member_parameters(fit) + from, count * sizeof(float));
		if (fit->cursor < fit->parameter_count)
			return CS_OK;
	}
	if (fit->epoch == fit->options->epochs)
		enter(fit, FINISH);
	else
		begin_epoch(fit);
	return CS_OK;
}

static cs_status
finish(cs_sequence_fit *fit, double *budget)
{
	float *parameters = member_parameters(fit);
	size_t from;
	size_t count = parameter_piece(fit, &from, budget);

	if (fit->options->patience > 0)
		memcpy(parameters + from, fit->best + from, count * sizeof(float));
	if (!cs_all_finite_float(parameters + from, count))
		return CS_NOT_FINITE;
	if (fit->cursor < fit->parameter_count)
		return CS_OK;
	fit->current++;
	fit->position = 0;
	if (fit->current < fit->options->ensemble)
		enter(fit, DRAW);
	else
	{
		fit->current = 0;
		enter(fit, fit->validation_windows > 0 ? EVALUATE_GATHER : INTERVAL);
	}
	return CS_OK;
}

static cs_status
evaluate_gather(cs_sequence_fit *fit, double *budget)
{
	if (gather_validation(fit, budget))
		enter(fit, EVALUATE_FORWARD);
	return CS_OK;
}

/* Errors of the members' mean forecast, and of the random walk, in units of y. */
static cs_status
add_errors(cs_sequence_fit *fit)
{
	const cs_sequence_source *source = &fit->source;
	const int32_t *origin = fit->window + fit->training_windows + fit->position;
	int horizons = fit->options->horizon_count;

	for (int n = 0; n < fit->batch; n++)
	{
		double base = cs_sequence_target_base(source, (size_t) origin[n]);
		double walk = cs_sequence_target(source, (size_t) origin[n], 0) + base -
					  source->values[(size_t) origin[n] * source->columns];

		for (int k = 0; k < horizons; k++)
		{
			double actual = cs_sequence_target(source, (size_t) origin[n], k) + base;
			double error = fabs(actual - fit->forecast[(size_t) n * horizons + k]);

			fit->absolute_error[k * fit->validation_windows + fit->position + n] = error;
			fit->error_sum[0] += k == 0 ? error : 0;
			fit->error_sum[1] += k == 0 ? error * error : 0;
		}
		fit->error_sum[2] += fabs(walk);
		fit->error_sum[3] += walk * walk;
	}
	return cs_all_finite_double(fit->error_sum, 4) ? CS_OK : CS_NOT_FINITE;
}

static cs_status
evaluate_forward(cs_sequence_fit *fit, double *budget)
{
	const int32_t *origin = fit->window + fit->training_windows + fit->position;
	cs_status status;

	if (!cs_sequence_forward(&fit->pass, budget))
		return CS_OK;
	if (fit->current == 0)
		cs_sequence_forecast_begin(fit->forecast, &fit->source, origin, fit->batch);
	cs_sequence_forecast_add(fit->forecast, &fit->source, fit->pass.output, fit->batch);
	*budget -= ERROR_COST * fit->batch * fit->options->horizon_count;
	fit->current++;
	if (fit->current < fit->options->ensemble)
	{
		cs_sequence_forward_begin(&fit->pass, member_parameters(fit), fit->batch);
		return CS_OK;
	}
	status = add_errors(fit);
	fit->current = 0;
	fit->position += (size_t) fit->batch;
	enter(fit, fit->position < fit->validation_windows ? EVALUATE_GATHER : INTERVAL);
	return status;
}

static cs_status
interval(cs_sequence_fit *fit, double *budget)
{
	size_t n = fit->validation_windows;
	size_t k = fit->cursor;

	fit->interval_half_width[k] =
		cs_conformal_half_width(fit->absolute_error + k * n, n, fit->options->interval_level);
	*budget -= ERROR_COST * (double) n;
	fit->cursor++;
	if (fit->cursor < (size_t) fit->options->horizon_count)
		return CS_OK;
	if (n > 0)
	{
		fit->validation_mae = fit->error_sum[0] / (double) n;
		fit->validation_rmse = sqrt(fit->error_sum[1] / (double) n);
		fit->random_walk_mae = fit->error_sum[2] / (double) n;
		fit->random_walk_rmse = sqrt(fit->error_sum[3] / (double) n);
	}
	enter(fit, DONE);
	return CS_OK;
}

cs_status
cs_sequence_fit_iterate(cs_sequence_fit *fit)
{
	static cs_status (*const stages[])(cs_sequence_fit *, double *) = {
		[PREPARE] = prepare,
		[SCALE] = scale,
		[DRAW] = draw,
		[CLEAR] = clear,
		[GATHER] = gather_training,
		[FORWARD] = forward,
		[BACKWARD] = backward,
		[NORM] = norm,
		[UPDATE] = update,
		[CHECK_GATHER] = check_gather,
		[CHECK_FORWARD] = check_forward,
		[EPOCH] = epoch,
		[KEEP] = keep,
		[FINISH] = finish,
		[EVALUATE_GATHER] = evaluate_gather,
		[EVALUATE_FORWARD] = evaluate_forward,
		[INTERVAL] = interval,
	};
	double budget = CALL_BUDGET;
	cs_status status = CS_OK;

	while (status == CS_OK && budget > 0 && fit->stage != DONE)
		status = stages[fit->stage](fit, &budget);
	return status;
}

bool
cs_sequence_fit_finished(const cs_sequence_fit *fit)
{
	return fit->stage == DONE;
}

bool
cs_sequence_fit_diverged(const cs_sequence_fit *fit)
{
	return fit->stage > SCALE;
}

double
cs_sequence_fit_progress(const cs_sequence_fit *fit)
{
	double windows = (double) fit->training_windows;
	double epochs = fit->options->epochs;
	double all = fit->options->ensemble * epochs * windows;
	double position = fit->stage >= DRAW && fit->stage <= UPDATE ? (double) fit->position : 0;

	if (fit->stage < DRAW)
		return 0;
	if (fit->stage >= EVALUATE_GATHER)
		return 1;
	return ((fit->current * epochs + fit->epoch) * windows + position) / all;
}
