/*
 * sequence_quantiles.c
 *		Quantiles from the outputs of networks; what a fit does with them.
 *
 * N batch, K horizons, Q quantiles.
 */
#include "numeric/network/sequence_quantiles.h"

#include <math.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"
#include "numeric/network/sequence_parts.h"

/* Windows without overlap at which half of a correction is believed. */
#define OVERLAP_WEIGHT 20.0

/* Of the pinball losses: that of the median is half the absolute error. */
#define PINBALL_WEIGHT 2.0

double
cs_sequence_spread(const cs_sequence_options *options, const double *values, size_t columns,
				   size_t start, size_t origin, double usual)
{
	if (options->target == CS_TARGET_LEVEL)
		return 1;
	if (options->local_rows > 0)
		usual = cs_sequence_local(options, values, columns, start, origin).scale;
	return cs_sequence_local_volatility(values, columns, start, origin, usual);
}

double
cs_quantile_unit(const cs_sequence_source *source, size_t origin, int k, double spread)
{
	return cs_sequence_local_at(source, origin).scale * source->target_sd[k] * spread;
}

double
cs_quantile_base(const cs_sequence_source *source, size_t origin, int k)
{
	cs_local local = cs_sequence_local_at(source, origin);

	return cs_sequence_target_base(source, origin, k) + local.center +
		   local.scale * source->target_mean[k];
}

void
cs_quantiles_add(double *quantile, const cs_sequence_options *options, const float *output,
				 int batch)
{
	size_t horizons = (size_t) options->horizon_count;
	size_t quantiles = (size_t) options->quantile_count;
	size_t outputs = cs_sequence_outputs(options);

	for (size_t n = 0; n < (size_t) batch; n++)
		for (size_t k = 0; k < horizons; k++)
			for (size_t q = 0; q < quantiles; q++)
				quantile[(n * horizons + k) * quantiles + q] +=
					(double) output[n * outputs + (1 + q) * horizons + k];
}

/* So few that an insertion is quickest. */
static void
sort_quantiles(double *value, int count)
{
	for (int i = 1; i < count; i++)
	{
		double moved = value[i];
		int place = i;

		for (; place > 0 && value[place - 1] > moved; place--)
			value[place] = value[place - 1];
		value[place] = moved;
	}
}

void
cs_quantiles_finish(double *quantile, const cs_sequence_source *source, const int32_t *origin,
					const double *spread, const double *correction, int batch)
{
	const cs_sequence_options *options = source->options;
	int quantiles = options->quantile_count;

	for (int n = 0; n < batch; n++)
		for (int k = 0; k < options->horizon_count; k++)
		{
			double *value = quantile + ((size_t) n * options->horizon_count + k) * quantiles;
			double unit = cs_quantile_unit(source, (size_t) origin[n], k, spread[n]);
			double base = cs_quantile_base(source, (size_t) origin[n], k);

			for (int q = 0; q < quantiles; q++)
			{
				double moved = correction == NULL ? 0 : correction[k * quantiles + q];

				value[q] = base + unit * (value[q] / options->ensemble + moved);
			}
			sort_quantiles(value, quantiles);
		}
	cs_work((size_t) batch * (size_t) options->horizon_count * (size_t) quantiles *
			CS_QUANTILE_COST);
}

double
cs_conformal_quantile(double *error, size_t n, double quantile)
{
	double side = quantile < 0.5 ? 1 - quantile : quantile;
	double rank = ceil((double) (n + 1) * side * (1 - CS_WHOLE_PRODUCT));
	size_t place;

	if (n == 0)
		return 0;
	place = rank > (double) n ? n : (size_t) rank;
	return cs_select_rank(error, n, quantile < 0.5 ? n - place : place - 1);
}

/* ---- of a fit ---- */

void
cs_fit_lay_quantiles(cs_sequence_fit *fit, int batch, cs_workspace *workspace)
{
	const cs_sequence_options *options = fit->options;
	size_t values = (size_t) options->horizon_count * (size_t) options->quantile_count;

	fit->spread = cs_workspace_take(workspace, fit->data.rows, sizeof(double));
	fit->batch_spread = cs_workspace_take(workspace, (size_t) batch, sizeof(double));
	fit->part = cs_workspace_take(workspace, 3 * (size_t) batch * (size_t) options->horizon_count,
								  sizeof(float));
	fit->quantile = cs_workspace_take(workspace, (size_t) batch * values, sizeof(double));
	fit->quantile_correction = cs_workspace_take(workspace, values, sizeof(double));
	fit->quantile_error = cs_workspace_take(
		workspace, cs_saturated_product(cs_fit_validation_bound(options, &fit->data), values),
		sizeof(double));
}

void
cs_fit_spreads(cs_sequence_fit *fit)
{
	const cs_sequence_data *data = &fit->data;

	for (size_t s = 0; s < data->series_count; s++)
	{
		size_t start = data->series_start[s];

		for (size_t row = start; row < cs_sequence_series_end(data, s); row++)
		{
			fit->spread[row] = cs_sequence_spread(fit->options, data->values, data->columns, start,
												  row, fit->usual_change);
			cs_work((size_t) CS_SPREAD_COST(fit->options));
		}
	}
}

/*
 * Puts part `part` of the outputs (0: the forecasts, else a quantile) and their targets side by
 * side into fit->part, (2, N, K), for which gradients follow.
 */
static void
gather_part(cs_sequence_fit *fit, size_t part)
{
	size_t horizons = (size_t) fit->options->horizon_count;
	size_t outputs = cs_sequence_outputs(fit->options);
	float *output = fit->part;
	float *target = output + (size_t) fit->batch * horizons;

	for (size_t n = 0; n < (size_t) fit->batch; n++)
	{
		float share = part == 0 ? 1 : (float) (1 / fit->spread[fit->origin[n]]);

		for (size_t k = 0; k < horizons; k++)
		{
			output[n * horizons + k] = fit->pass.output[n * outputs + part * horizons + k];
			target[n * horizons + k] = fit->target[n * horizons + k] * share;
		}
	}
}

void
cs_fit_add_quantile_loss(cs_sequence_fit *fit, double *sum, float *gradient)
{
	const cs_sequence_options *options = fit->options;
	size_t horizons = (size_t) options->horizon_count;
	size_t count = (size_t) fit->batch * horizons;
	size_t outputs = cs_sequence_outputs(options);
	float *slope = fit->part + 2 * count;
	double weight = PINBALL_WEIGHT / options->quantile_count;

	for (size_t part = 0; part <= (size_t) options->quantile_count; part++)
	{
		bool forecast = part == 0;
		double loss;

		gather_part(fit, part);
		loss = cs_loss_sum(
			slope, fit->part, fit->part + count, count, forecast ? options->loss : CS_LOSS_PINBALL,
			forecast ? cs_sequence_loss_shape(options) : options->quantiles[part - 1]);
		*sum += forecast ? loss : weight * loss;
		for (size_t i = 0; gradient != NULL && i < count; i++)
			gradient[i / horizons * outputs + part * horizons + i % horizons] =
				forecast ? slope[i] : (float) weight * slope[i];
	}
}

void
cs_fit_add_quantile_errors(cs_sequence_fit *fit, size_t position)
{
	const cs_sequence_source *source = &fit->source;
	int horizons = fit->options->horizon_count;
	int quantiles = fit->options->quantile_count;

	for (int n = 0; n < fit->batch; n++)
		fit->batch_spread[n] = fit->spread[fit->origin[n]];
	cs_quantiles_finish(fit->quantile, source, fit->origin, fit->batch_spread, NULL, fit->batch);
	for (int n = 0; n < fit->batch; n++)
		for (int k = 0; k < horizons; k++)
		{
			size_t origin = (size_t) fit->origin[n];
			double actual =
				cs_sequence_target(source, origin, k) + cs_sequence_target_base(source, origin, k);
			double unit = cs_quantile_unit(source, origin, k, fit->batch_spread[n]);

			for (int q = 0; q < quantiles; q++)
				fit->quantile_error[(size_t) (k * quantiles + q) * fit->validation_windows +
									position + (size_t) n] =
					(actual - fit->quantile[((size_t) n * horizons + k) * quantiles + q]) / unit;
		}
}

void
cs_fit_correct_quantiles(cs_sequence_fit *fit)
{
	size_t n = fit->validation_windows;
	int quantiles = fit->options->quantile_count;

	for (int k = 0; k < fit->options->horizon_count; k++)
	{
		double overlap = OVERLAP_WEIGHT * fit->options->horizons[k];
		double share = (double) n / ((double) n + overlap);

		for (int q = 0; q < quantiles; q++)
		{
			size_t i = (size_t) k * quantiles + q;

			fit->quantile_correction[i] =
				share *
				cs_conformal_quantile(fit->quantile_error + i * n, n, fit->options->quantiles[q]);
			cs_work(CS_QUANTILE_COST * n);
		}
	}
}
