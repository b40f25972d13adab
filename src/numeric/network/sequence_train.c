/*
 * sequence_train.c
 *		Trains a member of a fit: epoch by epoch, batch by batch, with early stopping.
 */
#include "numeric/network/sequence_parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"

/* What a parameter costs in multiply-adds, wherever all of them are gone through, */
#define PARAMETER_COST 150

/* and how many of them are gone through between two polls. */
#define PARAMETERS_AT_ONCE ((size_t) 1 << 17)

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

/* How many parameters from `from` to before `end` come next; polls. */
static size_t
next_parameters(size_t from, size_t end)
{
	size_t count = end - from < PARAMETERS_AT_ONCE ? end - from : PARAMETERS_AT_ONCE;

	cs_work(PARAMETER_COST * count);
	return count;
}

static void
copy_parameters(float *to, const float *from, size_t all)
{
	size_t count;

	for (size_t at = 0; at < all; at += count)
	{
		count = next_parameters(at, all);
		memcpy(to + at, from + at, count * sizeof(float));
	}
}

/* Draws the parameters, or takes those of the start, tensor by tensor. */
static void
draw(cs_sequence_fit *fit)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(&fit->architecture, views);
	float *parameters = cs_fit_parameters(fit);

	cs_random_seed(&fit->random, fit->options->seed + (uint64_t) fit->current);
	for (int view = 0; view < count; view++)
	{
		const float *given = given_tensor(fit, views + view);

		if (given == NULL)
			cs_view_initialize(parameters, views + view, &fit->random);
		else
			copy_parameters(parameters + views[view].offset, given, cs_view_count(views + view));
	}
}

static void
clear(cs_sequence_fit *fit)
{
	size_t count;

	cs_optimizer_restart(&fit->optimizer);
	for (size_t from = fit->frozen_count; from < fit->trained_count; from += count)
	{
		count = next_parameters(from, fit->trained_count);
		cs_optimizer_clear(&fit->optimizer, from, count);
		memset(fit->gradient + from, 0, count * sizeof(float));
	}
}

static double
gradient_norm(const cs_sequence_fit *fit)
{
	double square = 0;
	size_t count;

	for (size_t from = fit->frozen_count; from < fit->trained_count; from += count)
	{
		count = next_parameters(from, fit->trained_count);
		square += cs_gradient_norm_square(fit->gradient + from, count);
	}
	return sqrt(square);
}

/* A step along the gradient, which is then 0 again. */
static cs_status
update(cs_sequence_fit *fit)
{
	double clip_norm = fit->options->clip_norm;
	double norm = clip_norm > 0 ? gradient_norm(fit) : 0;
	double scale = cs_gradient_clip_scale(norm, clip_norm);
	size_t count;

	if (!cs_all_finite_double(&norm, 1))
		return CS_NOT_FINITE;
	cs_optimizer_step(&fit->optimizer);
	for (size_t from = fit->frozen_count; from < fit->trained_count; from += count)
	{
		count = next_parameters(from, fit->trained_count);
		cs_optimizer_update(&fit->optimizer, cs_fit_parameters(fit), fit->gradient, scale, from,
							count);
		memset(fit->gradient + from, 0, count * sizeof(float));
	}
	return CS_OK;
}

/* Trains on the batch at `position`; adds to the loss of the epoch. */
static cs_status
train_batch(cs_sequence_fit *fit, size_t position, double *loss)
{
	cs_fit_gather_training(fit, position);
	cs_sequence_training_forward(&fit->pass, cs_fit_parameters(fit), fit->batch, &fit->random);
	cs_fit_add_loss(fit, loss, fit->pass.output_gradient);
	if (!cs_all_finite_double(loss, 1))
		return CS_NOT_FINITE;
	cs_sequence_backward(&fit->pass, fit->gradient);
	return update(fit);
}

/*
 * Tells how far the fit is, as if every member ran all its epochs; `epochs` are those of this one.
 */
static void
report(const cs_sequence_fit *fit, double epochs)
{
	double done = (fit->current + epochs / last_epoch(fit)) / fit->options->ensemble;
	bool twice = fit->options->refit && fit->validation_windows > 0;

	cs_poll(fit->refitting ? 1 + done : done, twice ? 2 : 1);
}

/* Goes through all training batches once; the mean loss. */
static cs_status
train_epoch(cs_sequence_fit *fit, int epoch, double *loss)
{
	size_t windows = epoch_windows(fit);
	size_t times = fit->training_times + (fit->refitting ? fit->validation_times : 0);
	double sum = 0;

	for (size_t position = 0; position < windows; position += (size_t) fit->batch)
	{
		cs_status status = train_batch(fit, position, &sum);

		if (status != CS_OK)
			return status;
		report(fit, epoch - 1 + (double) (position + (size_t) fit->batch) / (double) windows);
	}
	*loss = cs_fit_mean_loss(fit, sum, windows, times);
	return CS_OK;
}

/* The mean loss on the validation windows. */
static cs_status
validate(cs_sequence_fit *fit, double *loss)
{
	double sum = 0;

	for (size_t position = 0; position < fit->validation_windows; position += (size_t) fit->batch)
	{
		cs_fit_gather_validation(fit, position);
		cs_sequence_forward(&fit->pass, cs_fit_parameters(fit), fit->batch);
		cs_fit_add_loss(fit, &sum, NULL);
		if (!cs_all_finite_double(&sum, 1))
			return CS_NOT_FINITE;
	}
	*loss = cs_fit_mean_loss(fit, sum, fit->validation_windows, fit->validation_times);
	return CS_OK;
}

static float
logged(double loss)
{
	return loss < FLT_MAX ? (float) loss : FLT_MAX;
}

/* `validated`: the validation loss is of this epoch. */
static void
log_epoch(cs_sequence_fit *fit, int epoch, const double *loss, bool validated)
{
	int stride = cs_sequence_log_stride(fit->options);
	size_t entries = (size_t) cs_sequence_log_count(fit->options, fit->options->epochs);
	cs_sequence_log_entry *log = fit->log + (size_t) fit->current * entries;

	if (epoch % stride != 0)
		return;
	log[epoch / stride - 1] =
		(cs_sequence_log_entry){logged(loss[0]), validated ? logged(loss[1]) : -1.0f};
}

/* Validates and logs an epoch, and keeps what is best; *stop: enough epochs without improvement. */
static cs_status
judge_epoch(cs_sequence_fit *fit, int epoch, double training_loss, bool *stop)
{
	cs_sequence_member *member = fit->member + fit->current;
	int patience = fit->options->patience;
	bool validates = fit->validation_windows > 0 && (patience > 0 || epoch == fit->options->epochs);
	double loss[2] = {training_loss, 0};

	if (validates)
	{
		cs_status status = validate(fit, loss + 1);

		if (status != CS_OK)
			return status;
	}
	member->epochs = epoch;
	log_epoch(fit, epoch, loss, validates);
	if (patience > 0 && epoch > 1 && !(loss[1] < member->validation_loss))
	{
		*stop = epoch - member->best_epoch >= patience;
		return CS_OK;
	}
	member->best_epoch = epoch;
	member->training_loss = loss[0];
	member->validation_loss = loss[1];
	if (patience > 0)
		copy_parameters(fit->best, cs_fit_parameters(fit), fit->parameter_count);
	return CS_OK;
}

/* Takes the parameters of the best epoch, which must be finite. */
static cs_status
finish(cs_sequence_fit *fit)
{
	float *parameters = cs_fit_parameters(fit);
	size_t count;

	if (fit->options->patience > 0 && !fit->refitting)
		copy_parameters(parameters, fit->best, fit->parameter_count);
	for (size_t at = 0; at < fit->parameter_count; at += count)
	{
		count = next_parameters(at, fit->parameter_count);
		if (!cs_all_finite_float(parameters + at, count))
			return CS_NOT_FINITE;
	}
	return CS_OK;
}

cs_status
cs_fit_train(cs_sequence_fit *fit)
{
	bool stop = false;

	draw(fit);
	clear(fit);
	cs_fit_keep_body(fit);
	for (int epoch = 1; epoch <= last_epoch(fit) && !stop; epoch++)
	{
		double loss;
		cs_status status = train_epoch(fit, epoch, &loss);

		if (status == CS_OK && !fit->refitting)
			status = judge_epoch(fit, epoch, loss, &stop);
		if (status != CS_OK)
			return status;
	}
	cs_fit_leave_body(fit);
	return finish(fit);
}
