/*
 * sequence_evaluate.c
 *		The last stages of a fit: errors of the members' mean forecast on the validation windows,
 *		beside those of a random walk, and the conformal interval that follows from them.
 */
#include "numeric/network/sequence_stage.h"

#include <math.h>

#include "numeric/base/vector_math.h"
#include "numeric/evaluation/conformal.h"

/* What a forecast's errors cost in multiply-adds. */
#define ERROR_COST 200.0

cs_status
cs_stage_evaluate_gather(cs_sequence_fit *fit, double *budget)
{
	if (cs_stage_gather_validation(fit, budget))
		cs_stage_enter(fit, CS_STAGE_EVALUATE_FORWARD);
	return CS_OK;
}

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
static cs_status
add_errors(cs_sequence_fit *fit)
{
	const cs_sequence_source *source = &fit->source;
	const int32_t *origin = fit->origin;
	int horizons = fit->options->horizon_count;

	for (int n = 0; n < fit->batch; n++)
	{
		double base = cs_sequence_target_base(source, (size_t) origin[n]);
		double walk = cs_sequence_target(source, (size_t) origin[n], 0) + base -
					  source->values[(size_t) origin[n] * source->columns];
		size_t start = series_start(&fit->data, (size_t) origin[n]);

		for (int k = 0; k < horizons; k++)
		{
			double actual = cs_sequence_target(source, (size_t) origin[n], k) + base;
			double error = fabs(actual - fit->forecast[(size_t) n * horizons + k]);

			fit->absolute_error[k * fit->validation_windows + fit->position + n] =
				error *
				(1 / cs_sequence_interval_scale(fit->options, source->values, source->columns,
												start, (size_t) origin[n], k, fit->usual_change));
			fit->error_sum[0] += k == 0 ? error : 0;
			fit->error_sum[1] += k == 0 ? error * error : 0;
		}
		fit->error_sum[2] += fabs(walk);
		fit->error_sum[3] += walk * walk;
	}
	return cs_all_finite_double(fit->error_sum, 4) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_stage_evaluate_forward(cs_sequence_fit *fit, double *budget)
{
	const int32_t *origin = fit->origin;
	cs_status status;

	cs_sequence_forward(&fit->pass, cs_stage_parameters(fit), fit->batch);
	if (fit->current == 0)
		cs_sequence_forecast_begin(fit->forecast, &fit->source, origin, fit->batch);
	cs_sequence_forecast_add(fit->forecast, &fit->source, origin, fit->pass.output, fit->batch);
	*budget -= (ERROR_COST * fit->options->horizon_count +
				fit->options->horizon_count * CS_INTERVAL_COST(fit->options)) *
			   (double) fit->batch;
	fit->current++;
	if (fit->current < fit->options->ensemble)
		return CS_OK;
	status = add_errors(fit);
	fit->current = 0;
	fit->position += (size_t) fit->batch;
	cs_stage_enter(fit, fit->position < fit->validation_windows ? CS_STAGE_EVALUATE_GATHER
																: CS_STAGE_INTERVAL);
	return status;
}

cs_status
cs_stage_interval(cs_sequence_fit *fit, double *budget)
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
	fit->refitting = fit->options->refit && n > 0;
	fit->current = 0;
	fit->position = 0;
	cs_stage_enter(fit, fit->refitting ? CS_STAGE_ORDER : CS_STAGE_DONE);
	return CS_OK;
}
