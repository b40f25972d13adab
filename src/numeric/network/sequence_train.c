/*
 * sequence_train.c
 *		The stages of a fit that train a member: batch by batch, epoch by epoch, with early
 *		stopping.
 */
#include "numeric/network/sequence_stage.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/base/vector_math.h"

/* What a parameter costs in multiply-adds, wherever all of them are gone through. */
#define PARAMETER_COST 150.0

/* Windows that an epoch goes through. */
static size_t
epoch_windows(const cs_sequence_fit *fit)
{
	return fit->training_windows + (fit->refitting ? fit->validation_windows : 0);
}

/* The epoch after which the member at work is finished at the latest. */
static int
last_epoch(const cs_sequence_fit *fit)
{
	return fit->refitting ? fit->member[fit->current].best_epoch : fit->options->epochs;
}

/*
 * Where a tensor stands in the network to begin with; NULL: nowhere.  A body comes first in both
 * parts of a network's block.
 */
static const float *
given_tensor(const cs_sequence_fit *fit, const cs_parameter_view *view)
{
	size_t member = (size_t) fit->current;
	size_t place = view->offset;

	if (fit->start != NULL)
		return fit->start + member * fit->parameter_count + view->offset;
	if (fit->body == NULL)
		return NULL;
	if (!view->trained)
		place = fit->body_trained + (view->offset - fit->trained_count);
	else if (view->offset >= cs_sequence_model_body_count(&fit->architecture))
		return NULL;
	return place < fit->body_network ? fit->body + member * fit->body_network + place : NULL;
}

/* Draws the parameters, or takes those of the start, tensor by tensor. */
cs_status
cs_stage_draw(cs_sequence_fit *fit, double *budget)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	size_t count = (size_t) cs_sequence_model_views(&fit->architecture, views);
	int view = (int) fit->cursor;
	float *parameters = cs_stage_parameters(fit);
	const float *given;

	if (view == 0)
		cs_random_seed(&fit->random, fit->options->seed + (uint64_t) fit->current);
	given = given_tensor(fit, views + view);
	if (given == NULL)
		cs_view_initialize(parameters, views + view, &fit->random);
	else
		memcpy(parameters + views[view].offset, given, cs_view_count(views + view) * sizeof(float));
	*budget -= PARAMETER_COST * (double) cs_view_count(views + view);
	fit->cursor++;
	if (fit->cursor == count)
		cs_stage_enter(fit, CS_STAGE_CLEAR);
	return CS_OK;
}

/* The next piece of the first `all` parameters; advances the cursor. */
static size_t
parameter_piece(cs_sequence_fit *fit, size_t all, size_t *from, double *budget)
{
	size_t count = all - fit->cursor;

	if (count > (size_t) (CS_STAGE_PIECE / PARAMETER_COST))
		count = (size_t) (CS_STAGE_PIECE / PARAMETER_COST);
	*from = fit->cursor;
	*budget -= PARAMETER_COST * (double) count;
	fit->cursor += count;
	return count;
}

/* The same of the parameters that are trained. */
static size_t
trained_piece(cs_sequence_fit *fit, size_t *from, double *budget)
{
	size_t count = parameter_piece(fit, fit->trained_count - fit->frozen_count, from, budget);

	*from += fit->frozen_count;
	return count;
}

/* Whether the last such piece was the last one. */
static bool
trained_through(const cs_sequence_fit *fit)
{
	return fit->cursor == fit->trained_count - fit->frozen_count;
}

static void
begin_epoch(cs_sequence_fit *fit)
{
	fit->position = 0;
	fit->loss_sum = 0;
	cs_stage_enter(fit, CS_STAGE_GATHER);
}

cs_status
cs_stage_clear(cs_sequence_fit *fit, double *budget)
{
	size_t from;
	size_t count = trained_piece(fit, &from, budget);

	cs_optimizer_restart(&fit->optimizer);
	cs_optimizer_clear(&fit->optimizer, from, count);
	memset(fit->gradient + from, 0, count * sizeof(float));
	if (!trained_through(fit))
		return CS_OK;
	fit->epoch = 0;
	begin_epoch(fit);
	return CS_OK;
}

cs_status
cs_stage_gather(cs_sequence_fit *fit, double *budget)
{
	if (fit->cursor == 0)
		cs_stage_choose_training(fit);
	if (cs_stage_gather_windows(fit, budget))
		cs_stage_enter(fit, CS_STAGE_FORWARD);
	return CS_OK;
}

cs_status
cs_stage_forward(cs_sequence_fit *fit, double *budget)
{
	cs_sequence_training_forward(&fit->pass, cs_stage_parameters(fit), fit->batch, &fit->random);
	*budget = 0;
	cs_stage_enter(fit, CS_STAGE_LOSS);
	return CS_OK;
}

cs_status
cs_stage_loss(cs_sequence_fit *fit, double *budget)
{
	if (!cs_stage_add_loss(fit, fit->pass.output_gradient, budget))
		return CS_OK;
	fit->norm_square = 0;
	cs_stage_enter(fit, CS_STAGE_BACKWARD);
	return cs_all_finite_double(&fit->loss_sum, 1) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_stage_backward(cs_sequence_fit *fit, double *budget)
{
	cs_sequence_backward(&fit->pass, fit->gradient);
	*budget = 0;
	cs_optimizer_step(&fit->optimizer);
	cs_stage_enter(fit, fit->options->clip_norm > 0 ? CS_STAGE_NORM : CS_STAGE_UPDATE);
	return CS_OK;
}

cs_status
cs_stage_norm(cs_sequence_fit *fit, double *budget)
{
	size_t from;
	size_t count = trained_piece(fit, &from, budget);

	fit->norm_square += cs_gradient_norm_square(fit->gradient + from, count);
	if (!trained_through(fit))
		return CS_OK;
	cs_stage_enter(fit, CS_STAGE_UPDATE);
	return cs_all_finite_double(&fit->norm_square, 1) ? CS_OK : CS_NOT_FINITE;
}

/* Whether the epoch that has ended is to be validated. */
static bool
validates(const cs_sequence_fit *fit)
{
	return !fit->refitting && fit->validation_windows > 0 &&
		   (fit->options->patience > 0 || fit->epoch == fit->options->epochs);
}

cs_status
cs_stage_update(cs_sequence_fit *fit, double *budget)
{
	size_t from;
	size_t count = trained_piece(fit, &from, budget);

	cs_optimizer_update(&fit->optimizer, cs_stage_parameters(fit), fit->gradient,
						cs_gradient_clip_scale(sqrt(fit->norm_square), fit->options->clip_norm),
						from, count);
	memset(fit->gradient + from, 0, count * sizeof(float));
	if (!trained_through(fit))
		return CS_OK;
	fit->position += (size_t) fit->batch;
	cs_stage_enter(fit, CS_STAGE_GATHER);
	if (fit->position < epoch_windows(fit))
		return CS_OK;
	fit->epoch++;
	fit->epoch_loss[0] =
		cs_stage_mean_loss(fit, epoch_windows(fit),
						   fit->training_times + (fit->refitting ? fit->validation_times : 0));
	fit->loss_sum = 0;
	fit->position = 0;
	cs_stage_enter(fit, validates(fit) ? CS_STAGE_CHECK_GATHER : CS_STAGE_EPOCH);
	return CS_OK;
}

cs_status
cs_stage_check_gather(cs_sequence_fit *fit, double *budget)
{
	if (cs_stage_gather_validation(fit, budget))
		cs_stage_enter(fit, CS_STAGE_CHECK_FORWARD);
	return CS_OK;
}

cs_status
cs_stage_check_forward(cs_sequence_fit *fit, double *budget)
{
	cs_sequence_forward(&fit->pass, cs_stage_parameters(fit), fit->batch);
	*budget = 0;
	cs_stage_enter(fit, CS_STAGE_CHECK_LOSS);
	return CS_OK;
}

cs_status
cs_stage_check_loss(cs_sequence_fit *fit, double *budget)
{
	if (!cs_stage_add_loss(fit, NULL, budget))
		return CS_OK;
	fit->position += (size_t) fit->batch;
	cs_stage_enter(fit, fit->position < fit->validation_windows ? CS_STAGE_CHECK_GATHER
																: CS_STAGE_EPOCH);
	return cs_all_finite_double(&fit->loss_sum, 1) ? CS_OK : CS_NOT_FINITE;
}

/* Whether the epoch is the one to keep, so far. */
static bool
improved(const cs_sequence_fit *fit, const cs_sequence_member *member)
{
	return fit->options->patience == 0 || fit->epoch == 1 ||
		   fit->epoch_loss[1] < member->validation_loss;
}

static float
logged(double loss)
{
	return loss < FLT_MAX ? (float) loss : FLT_MAX;
}

/* `validated`: the validation loss is of this epoch. */
static void
log_epoch(cs_sequence_fit *fit, bool validated)
{
	int stride = cs_sequence_log_stride(fit->options);
	size_t entries = (size_t) cs_sequence_log_count(fit->options, fit->options->epochs);
	cs_sequence_log_entry *log = fit->log + (size_t) fit->current * entries;

	if (fit->epoch % stride != 0)
		return;
	log[fit->epoch / stride - 1] = (cs_sequence_log_entry){
		logged(fit->epoch_loss[0]), validated ? logged(fit->epoch_loss[1]) : -1.0f};
}

cs_status
cs_stage_epoch(cs_sequence_fit *fit, double *budget)
{
	cs_sequence_member *member = fit->member + fit->current;

	(void) budget;
	if (fit->refitting)
	{
		if (fit->epoch == last_epoch(fit))
			cs_stage_enter(fit, CS_STAGE_FINISH);
		else
			begin_epoch(fit);
		return CS_OK;
	}
	if (fit->validation_windows > 0)
		fit->epoch_loss[1] =
			cs_stage_mean_loss(fit, fit->validation_windows, fit->validation_times);
	member->epochs = fit->epoch;
	log_epoch(fit, validates(fit));
	if (improved(fit, member))
	{
		member->best_epoch = fit->epoch;
		member->training_loss = fit->epoch_loss[0];
		member->validation_loss = fit->epoch_loss[1];
		cs_stage_enter(fit, CS_STAGE_KEEP);
	}
	else if (fit->epoch == last_epoch(fit) ||
			 fit->epoch - member->best_epoch >= fit->options->patience)
		cs_stage_enter(fit, CS_STAGE_FINISH);
	else
		begin_epoch(fit);
	return CS_OK;
}

cs_status
cs_stage_keep(cs_sequence_fit *fit, double *budget)
{
	if (fit->options->patience > 0)
	{
		size_t from;
		size_t count = parameter_piece(fit, fit->parameter_count, &from, budget);

		memcpy(fit->best + from, cs_stage_parameters(fit) + from, count * sizeof(float));
		if (fit->cursor < fit->parameter_count)
			return CS_OK;
	}
	if (fit->epoch == last_epoch(fit))
		cs_stage_enter(fit, CS_STAGE_FINISH);
	else
		begin_epoch(fit);
	return CS_OK;
}

cs_status
cs_stage_finish(cs_sequence_fit *fit, double *budget)
{
	float *parameters = cs_stage_parameters(fit);
	size_t from;
	size_t count = parameter_piece(fit, fit->parameter_count, &from, budget);

	if (fit->options->patience > 0 && !fit->refitting)
		memcpy(parameters + from, fit->best + from, count * sizeof(float));
	if (!cs_all_finite_float(parameters + from, count))
		return CS_NOT_FINITE;
	if (fit->cursor < fit->parameter_count)
		return CS_OK;
	fit->current++;
	fit->position = 0;
	if (fit->current < fit->options->ensemble)
		cs_stage_enter(fit, CS_STAGE_ORDER);
	else if (fit->refitting)
		cs_stage_enter(fit, CS_STAGE_DONE);
	else
	{
		fit->current = 0;
		cs_stage_enter(fit,
					   fit->validation_windows > 0 ? CS_STAGE_EVALUATE_GATHER : CS_STAGE_INTERVAL);
	}
	return CS_OK;
}
