/*
 * sequence_loss.c
 *		The loss of a batch: of its windows, or of the times of a cross-section.
 */
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/network/loss.h"
#include "numeric/network/ranking_loss.h"
#include "numeric/network/rows_at_once.h"
#include "numeric/network/sequence_parts.h"

/* What a pair, and an output of a batch, cost in multiply-adds. */
#define PAIR_COST 4.0
#define OUTPUT_COST 20

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
add_mean_loss(cs_sequence_fit *fit, time_windows windows, double *sum, float *gradient)
{
	const cs_sequence_options *options = fit->options;
	size_t at = (size_t) windows.first * options->horizon_count;
	size_t count = (size_t) windows.count * options->horizon_count;
	float share = 1.0f / (float) fit->time_batch.times;

	*sum += cs_loss_sum(gradient == NULL ? NULL : gradient + at, fit->pass.output + at,
						fit->target + at, count, options->loss, cs_sequence_loss_shape(options)) /
			(double) count;
	if (gradient != NULL)
		for (size_t i = at; i < at + count; i++)
			gradient[i] *= share;
}

/*
 * What brings a standardized output or target of a window to the units in which windows are ranked:
 * offset + slope times it.  They are the same where all series are scaled alike, without linear
 * forecasts.
 */
typedef struct rank_units
{
	double offset;
	double slope;
} rank_units;

static rank_units
rank_units_of(const cs_sequence_fit *fit, int window, int k)
{
	size_t origin = (size_t) fit->origin[window];
	cs_local local;

	if (!cs_fit_ranks_otherwise(fit))
		return (rank_units){0, 1};
	local = cs_sequence_local_at(&fit->source, origin);
	return (rank_units){
		(cs_fit_linear_change(fit, origin, k) + local.center + local.scale * fit->target_mean[k] -
		 fit->common_mean[k]) /
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

/* The pairs of one time and horizon. */
static void
add_ranking_loss(cs_sequence_fit *fit, time_windows windows, int horizon, double *sum,
				 float *gradient)
{
	const cs_sequence_options *options = fit->options;
	const int32_t *group =
		options->ranking == CS_RANKING_SEPARATE ? fit->time_batch.group + windows.first : NULL;
	float *slope = fit->ranked + 2 * (size_t) windows.count;
	double weight = options->alpha / options->horizon_count;
	double cost = PAIR_COST * windows.count;
	int rows;

	gather_ranked(fit, windows, horizon);
	for (int row = 0; row < windows.count; row += rows)
	{
		rows = (int) cs_rows_at_once((size_t) (windows.count - row), cost);
		*sum += weight * cs_ranking_loss(slope, fit->ranked, fit->ranked + windows.count, group,
										 windows.count, row, rows, weight / fit->time_batch.times);
		cs_work((size_t) (rows * cost));
	}
	for (int n = 0; gradient != NULL && n < windows.count; n++)
		gradient[((size_t) windows.first + n) * options->horizon_count + horizon] +=
			(float) (rank_units_of(fit, windows.first + n, horizon).slope * slope[n]);
}

void
cs_fit_add_loss(cs_sequence_fit *fit, double *sum, float *gradient)
{
	const cs_sequence_options *options = fit->options;
	size_t outputs = (size_t) fit->batch * options->horizon_count;

	cs_work(OUTPUT_COST * (size_t) fit->batch * cs_sequence_outputs(options));
	if (options->quantile_count > 0)
	{
		cs_fit_add_quantile_loss(fit, sum, gradient);
		return;
	}
	if (!options->cross_section)
	{
		*sum += cs_loss_sum(gradient, fit->pass.output, fit->target, outputs, options->loss,
							cs_sequence_loss_shape(options));
		return;
	}
	for (int time = 0; time < fit->time_batch.times; time++)
	{
		time_windows windows = windows_of(fit, (size_t) time);

		add_mean_loss(fit, windows, sum, gradient);
		for (int k = 0; options->alpha != 0 && k < options->horizon_count; k++)
			add_ranking_loss(fit, windows, k, sum, gradient);
	}
}

double
cs_fit_mean_loss(const cs_sequence_fit *fit, double sum, size_t windows, size_t times)
{
	if (fit->options->cross_section)
		return sum / (double) times;
	return sum / ((double) windows * fit->options->horizon_count);
}
