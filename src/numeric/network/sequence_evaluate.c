/*
 * sequence_evaluate.c
 *		The end of a fit: errors of the members' mean forecast on the validation windows,
 *		beside those of a random walk, and the conformal interval that follows from them.
 */
#include "numeric/network/sequence_parts.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"
#include "numeric/evaluation/conformal.h"
#include "numeric/network/sequence_quantiles.h"

/* What a forecast's errors cost in multiply-adds. */
#define ERROR_COST 200.0

/* The first row of the series that holds `row`. */
static size_t
series_start(const cs_sequence_data *data, size_t row)
{
	return data->series_start[cs_sequence_series_of(data, row)];
}

/*
 * Errors of the members' mean forecast, and of the random walk, in units of y; those that the
 * interval is made of relative to its scale at the origin.
 */
static void
add_errors(cs_sequence_fit *fit, size_t position, double *sum)
{
	const cs_sequence_source *source = &fit->source;
	const int32_t *origin = fit->origin;
	int horizons = fit->options->horizon_count;

	for (int n = 0; n < fit->batch; n++)
	{
		double walk = cs_sequence_target(source, (size_t) origin[n], 0) +
					  cs_sequence_target_base(source, (size_t) origin[n], 0) -
					  source->values[(size_t) origin[n] * source->columns];
		size_t start = series_start(&fit->data, (size_t) origin[n]);

		for (int k = 0; k < horizons; k++)
		{
			double actual = cs_sequence_target(source, (size_t) origin[n], k) +
							cs_sequence_target_base(source, (size_t) origin[n], k);
			double error = fabs(actual - fit->forecast[(size_t) n * horizons + k]);

			fit->absolute_error[k * fit->validation_windows + position + n] =
				error *
				(1 / cs_sequence_interval_scale(fit->options, source->values, source->columns,
												start, (size_t) origin[n], k, fit->usual_change));
			sum[0] += k == 0 ? error : 0;
			sum[1] += k == 0 ? error * error : 0;
		}
		sum[2] += fabs(walk);
		sum[3] += walk * walk;
		cs_work((size_t) (horizons * (ERROR_COST + CS_INTERVAL_COST(fit->options))));
	}
}

/* The mean forecast of the batch at work. */
static void
forecast_batch(cs_sequence_fit *fit)
{
	size_t quantiles = cs_sequence_outputs(fit->options) - (size_t) fit->options->horizon_count;

	if (quantiles > 0)
		memset(fit->quantile, 0, (size_t) fit->batch * quantiles * sizeof(double));
	cs_sequence_forecast_begin(fit->forecast, &fit->source, fit->origin, fit->batch);
	for (int member = 0; member < fit->options->ensemble; member++)
	{
		cs_sequence_forward(&fit->pass, fit->parameters + (size_t) member * fit->parameter_count,
							fit->batch);
		cs_sequence_forecast_add(fit->forecast, &fit->source, fit->origin, fit->pass.output,
								 fit->batch);
		if (fit->options->quantile_count > 0)
			cs_quantiles_add(fit->quantile, fit->options, fit->pass.output, fit->batch);
	}
}

cs_status
cs_fit_evaluate(cs_sequence_fit *fit)
{
	size_t n = fit->validation_windows;
	double sum[4] = {0}; /* absolute and squared: of the model, of the random walk */

	for (size_t position = 0; position < n; position += (size_t) fit->batch)
	{
		cs_fit_gather_validation(fit, position);
		forecast_batch(fit);
		add_errors(fit, position, sum);
		if (fit->options->quantile_count > 0)
			cs_fit_add_quantile_errors(fit, position);
		if (!cs_all_finite_double(sum, 4))
			return CS_NOT_FINITE;
	}
	for (int k = 0; k < fit->options->horizon_count; k++)
	{
		fit->interval_half_width[k] = cs_conformal_half_width(fit->absolute_error + (size_t) k * n,
															  n, fit->options->interval_level);
		cs_work((size_t) ERROR_COST * n);
	}
	if (fit->options->quantile_count > 0)
		cs_fit_correct_quantiles(fit);
	if (n == 0)
		return CS_OK;
	fit->validation_mae = sum[0] / (double) n;
	fit->validation_rmse = sqrt(sum[1] / (double) n);
	fit->random_walk_mae = sum[2] / (double) n;
	fit->random_walk_rmse = sqrt(sum[3] / (double) n);
	return CS_OK;
}
