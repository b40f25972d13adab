/*
 * sequence_loss.c
 *		The loss of a batch: of its windows, or of the times of a cross-section.
 */
#include <string.h>

#include "numeric/network/loss.h"
#include "numeric/network/ranking_loss.h"
#include "numeric/network/sequence_stage.h"

/* What a pair, and an output of a batch, cost in multiply-adds. */
#define PAIR_COST 4.0
#define OUTPUT_COST 20.0

/* The windows of a time of the batch at work. */
typedef struct time_windows
{
	int first;
	int count;
} time_windows;

static time_windows
windows_of(const cs_sequence_fit *fit, size_t time)
{
	const int32_t *start = fit->time_batch.start + time;

	return (time_windows){start[0], start[1] - start[0]};
}

/* The mean loss of the windows of a time; its share of the batch's gradient. */
static void
add_mean_loss(cs_sequence_fit *fit, time_windows windows, float *gradient)
{
	const cs_sequence_options *options = fit->options;
	size_t at = (size_t) windows.first * options->horizon_count;
	size_t count = (size_t) windows.count * options->horizon_count;
	float share = 1.0f / (float) fit->time_batch.times;

	fit->loss_sum +=
		cs_loss_sum(gradient == NULL ? NULL : gradient + at, fit->pass.output + at,
					fit->target + at, count, options->loss, cs_sequence_loss_shape(options)) /
		(double) count;
	if (gradient != NULL)
		for (size_t i = at; i < at + count; i++)
			gradient[i] *= share;
}

/*
 * What brings a standardized output or target of a window to the units in which windows are ranked:
 * offset + slope times it.  They are the same where all series are scaled alike.
 */
typedef struct rank_units
{
	double offset;
	double slope;
} rank_units;

static rank_units
rank_units_of(const cs_sequence_fit *fit, int window, int k)
{
	cs_local local;

	if (fit->local == NULL)
		return (rank_units){0, 1};
	local = cs_sequence_local_at(&fit->source, (size_t) fit->origin[window]);
	return (rank_units){
		(local.center + local.scale * fit->target_mean[k] - fit->common_mean[k]) /
			fit->common_sd[k],
		local.scale * fit->target_sd[k] / fit->common_sd[k],
	};
}

/* Outputs, targets and gradient of one horizon, side by side in fit->ranked. */
static void
gather_ranked(cs_sequence_fit *fit, time_windows windows, int horizon)
{
	int horizons = fit->options->horizon_count;
	float *output = fit->ranked;
	float *target = output + windows.count;
	const size_t first = (size_t) windows.first * horizons + horizon;

	for (int n = 0; n < windows.count; n++)
	{
		rank_units units = rank_units_of(fit, windows.first + n, horizon);

		output[n] =
			(float) (units.offset + units.slope * fit->pass.output[first + (size_t) n * horizons]);
		target[n] =
			(float) (units.offset + units.slope * fit->target[first + (size_t) n * horizons]);
	}
	memset(target + windows.count, 0, (size_t) windows.count * sizeof(float));
}

/* Rows of the matrix of pairs of one time and horizon; true when all are done. */
static bool
add_ranking_loss(cs_sequence_fit *fit, time_windows windows, int horizon, float *gradient,
				 double *budget)
{
	const cs_sequence_options *options = fit->options;
	const int32_t *group =
		options->ranking == CS_RANKING_SEPARATE ? fit->time_batch.group + windows.first : NULL;
	float *slope = fit->ranked + 2 * (size_t) windows.count;
	double weight = options->alpha / options->horizon_count;
	double cost = PAIR_COST * windows.count;
	int rows = windows.count - fit->ranked_row;

	if (fit->ranked_row == 0)
		gather_ranked(fit, windows, horizon);
	if (rows > (int) (CS_STAGE_PIECE / cost) + 1)
		rows = (int) (CS_STAGE_PIECE / cost) + 1;
	fit->loss_sum += weight * cs_ranking_loss(slope, fit->ranked, fit->ranked + windows.count,
											  group, windows.count, fit->ranked_row, rows,
											  weight / fit->time_batch.times);
	*budget -= cost * rows;
	fit->ranked_row += rows;
	if (fit->ranked_row < windows.count)
		return false;
	fit->ranked_row = 0;
	for (int n = 0; gradient != NULL && n < windows.count; n++)
		gradient[((size_t) windows.first + n) * options->horizon_count + horizon] +=
			(float) (rank_units_of(fit, windows.first + n, horizon).slope * slope[n]);
	return true;
}

/* fit->cursor counts times and horizons together. */
static bool
add_times(cs_sequence_fit *fit, float *gradient, double *budget)
{
	size_t horizons = (size_t) fit->options->horizon_count;

	while (fit->cursor < (size_t) fit->time_batch.times * horizons)
	{
		time_windows windows = windows_of(fit, fit->cursor / horizons);
		int horizon = (int) (fit->cursor % horizons);

		if (*budget <= 0)
			return false;
		if (horizon == 0 && fit->ranked_row == 0)
		{
			add_mean_loss(fit, windows, gradient);
			*budget -= OUTPUT_COST * windows.count * (double) horizons;
		}
		if (fit->options->alpha == 0 || add_ranking_loss(fit, windows, horizon, gradient, budget))
			fit->cursor++;
	}
	return true;
}

bool
cs_stage_add_loss(cs_sequence_fit *fit, float *gradient, double *budget)
{
	size_t outputs = (size_t) fit->batch * fit->options->horizon_count;

	if (fit->options->cross_section)
		return add_times(fit, gradient, budget);
	fit->loss_sum += cs_loss_sum(gradient, fit->pass.output, fit->target, outputs,
								 fit->options->loss, cs_sequence_loss_shape(fit->options));
	return true;
}

double
cs_stage_mean_loss(const cs_sequence_fit *fit, size_t windows, size_t times)
{
	if (fit->options->cross_section)
		return fit->loss_sum / (double) times;
	return fit->loss_sum / ((double) windows * fit->options->horizon_count);
}
