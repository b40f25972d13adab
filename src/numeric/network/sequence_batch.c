/*
 * sequence_batch.c
 *		Batches of a fit: which windows come next, and how they get into the pass.
 */
#include "numeric/network/sequence_parts.h"

#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/network/rows_at_once.h"

/* What the sorting of a row costs. */
#define SORT_COST 20

/* The windows of a series, added to the list by `add`, which counts or puts them. */
static void
list_windows(cs_sequence_fit *fit, size_t first, size_t end,
			 void (*add)(cs_time_list *, const int32_t *, size_t, size_t))
{
	for (size_t next = first; cs_fit_next_windows(fit, end, &first, &next);)
		add(&fit->windows_by_time, fit->data.cross_section->time, first, next);
}

/* Counts the windows of all series by time, with the split as it is. */
static void
count_by_time(cs_sequence_fit *fit)
{
	cs_time_list_begin(&fit->windows_by_time);
	for (size_t s = 0; s < fit->data.series_count; s++)
	{
		cs_sequence_split split;

		cs_fit_split(fit, s, &split);
		list_windows(fit, split.first_origin, split.training_end, cs_time_list_count);
		list_windows(fit, split.validation_first, split.validation_end, cs_time_list_count);
	}
}

void
cs_fit_hold_out_times(cs_sequence_fit *fit)
{
	const int32_t *count = fit->windows_by_time.first + 1;
	size_t held_out;
	size_t times = 0;

	fit->first_validation = INT32_MAX;
	count_by_time(fit);
	for (size_t t = 0; t < fit->windows_by_time.times; t++)
		times += count[t] > 0;
	held_out = cs_sequence_validation_count(fit->options, times);
	for (size_t t = fit->windows_by_time.times; held_out > 0; held_out -= count[t] > 0)
		fit->first_validation = (int32_t) --t;
	count_by_time(fit);
	for (size_t t = 0; t < fit->windows_by_time.times; t++)
		if (count[t] > 0)
			*((int32_t) t < fit->first_validation ? &fit->training_times
												  : &fit->validation_times) += 1;
	cs_time_list_start(&fit->windows_by_time);
}

void
cs_fit_sort_windows(cs_sequence_fit *fit)
{
	for (size_t s = 0; s < fit->data.series_count; s++)
	{
		cs_sequence_split split;

		cs_fit_split(fit, s, &split);
		list_windows(fit, split.first_origin, split.training_end, cs_time_list_put);
		list_windows(fit, split.validation_first, split.validation_end, cs_time_list_put);
		cs_work(SORT_COST * (split.end_row - split.first_row + 1));
	}
	cs_time_list_finish(&fit->windows_by_time);
}

void
cs_fit_order_times(cs_sequence_fit *fit)
{
	const int32_t *first = fit->windows_by_time.first;
	size_t listed = 0;

	for (size_t t = 0; t < fit->windows_by_time.times; t++)
		if (first[t + 1] > first[t])
			fit->time_order[listed++] = (int32_t) t;
}

/* Adds what the body gives for the next windows of the batch, from number `first` on. */
static void
give_body(cs_sequence_fit *fit, size_t first, size_t windows)
{
	size_t width = (size_t) cs_sequence_model_body_width(&fit->architecture);
	size_t place = (size_t) cs_time_batch_windows(&fit->time_batch);

	memcpy(cs_sequence_body_output(&fit->pass) + place * width, fit->body_output + first * width,
		   windows * width * sizeof(float));
}

/* The times of fit->time_order from number `from` on. */
static void
choose_times(cs_sequence_fit *fit, size_t from, size_t count)
{
	const cs_time_list *list = &fit->windows_by_time;

	cs_time_batch_clear(&fit->time_batch);
	for (size_t i = from; i < from + count; i++)
	{
		int32_t first = list->first[fit->time_order[i]];
		int windows = list->first[fit->time_order[i] + 1] - first;

		if (fit->pass.given)
			give_body(fit, (size_t) first, (size_t) windows);
		cs_time_batch_add(&fit->time_batch, list->origin + first, windows);
	}
	fit->time_position += count;
	fit->batch = cs_time_batch_windows(&fit->time_batch);
	fit->origin = fit->time_batch.origin;
	fit->pass.pairs = &fit->time_batch.pairs;
}

/* At most `batch` of the `windows` windows in `window`, those at `position`. */
static void
choose_windows(cs_sequence_fit *fit, const int32_t *window, size_t windows, size_t position,
			   int batch)
{
	size_t left = windows - position;

	fit->batch = left < (size_t) batch ? (int) left : batch;
	fit->origin = window + position;
}

static void
choose_training(cs_sequence_fit *fit, size_t position)
{
	size_t windows = fit->training_windows + (fit->refitting ? fit->validation_windows : 0);
	size_t times = fit->training_times + (fit->refitting ? fit->validation_times : 0);
	size_t count = (size_t) fit->options->batch_size;

	if (!fit->options->cross_section)
	{
		choose_windows(fit, fit->window, windows, position, fit->options->batch_size);
		cs_random_shuffle_part(&fit->random, fit->window, windows, position, (size_t) fit->batch);
		return;
	}
	if (position == 0)
		fit->time_position = 0;
	if (count > times - fit->time_position)
		count = times - fit->time_position;
	cs_random_shuffle_part(&fit->random, fit->time_order, times, fit->time_position, count);
	choose_times(fit, fit->time_position, count);
}

/* One time at a time, or as many windows as a forward pass takes. */
static void
choose_validation(cs_sequence_fit *fit, size_t position)
{
	if (!fit->options->cross_section)
	{
		choose_windows(fit, fit->window + fit->training_windows, fit->validation_windows, position,
					   cs_sequence_forward_batch(fit->options));
		return;
	}
	if (position == 0)
		fit->time_position = 0;
	choose_times(fit, fit->training_times + fit->time_position, 1);
}

/* Brings the windows of the batch in; but not where what the body makes of them is given. */
static void
gather_inputs(cs_sequence_fit *fit)
{
	const cs_sequence_source *source = &fit->source;
	double cost = CS_GATHER_COST * (double) source->columns * fit->options->look_back;
	float *input = fit->pass.given ? NULL : fit->pass.input;
	float *side_input = fit->architecture.side_inputs > 0 ? fit->pass.side_input : NULL;
	int count;

	if (input == NULL && side_input == NULL)
		return;
	for (int first = 0; first < fit->batch; first += count)
	{
		count = (int) cs_rows_at_once((size_t) (fit->batch - first), cost);
		cs_sequence_gather(input, side_input, source, fit->origin, fit->batch, first, count);
		cs_work((size_t) (count * cost));
	}
}

/* With their targets and relations. */
static void
gather(cs_sequence_fit *fit)
{
	gather_inputs(fit);
	if (fit->options->cross_section)
		cs_time_batch_relate(&fit->time_batch);
	cs_sequence_gather_targets(fit->target, &fit->source, fit->origin, fit->batch);
}

void
cs_fit_gather_training(cs_sequence_fit *fit, size_t position)
{
	choose_training(fit, position);
	gather(fit);
}

void
cs_fit_gather_validation(cs_sequence_fit *fit, size_t position)
{
	choose_validation(fit, position);
	gather(fit);
}

void
cs_fit_keep_body(cs_sequence_fit *fit)
{
	const int32_t *first = fit->windows_by_time.first;
	size_t width = (size_t) cs_sequence_model_body_width(&fit->architecture);
	size_t times = fit->training_times + fit->validation_times;

	for (size_t i = 0; fit->body_output != NULL && i < times; i++)
	{
		choose_times(fit, i, 1);
		gather_inputs(fit);
		memcpy(fit->body_output + (size_t) first[fit->time_order[i]] * width,
			   cs_sequence_body_forward(&fit->pass, cs_fit_parameters(fit), fit->batch),
			   (size_t) fit->batch * width * sizeof(float));
	}
	fit->pass.given = fit->body_output != NULL;
}

void
cs_fit_leave_body(cs_sequence_fit *fit)
{
	fit->pass.given = false;
}
