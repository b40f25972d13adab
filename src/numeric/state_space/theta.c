/*
 * theta.c
 *		The season, the smoothing and the drift of the Theta method.
 */
#include "numeric/state_space/theta.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"

#define LARGE_CORRELATION 1.6448536269514722 /* of the normal distribution, 10 % on both sides */

void
cs_theta_fit_lay_out(cs_theta_fit *fit, size_t n, cs_workspace *workspace)
{
	cs_ets_fit_lay_out(&fit->ets, n, workspace);
	fit->values = cs_workspace_take(workspace, n, sizeof(double));
	fit->adjusted = cs_workspace_take(workspace, n, sizeof(double));
}

/* Straight lines over gaps. */
static void
fill_gaps(const double *y, size_t n, double *values)
{
	size_t last = 0;

	for (size_t i = 0; i < n; i++)
	{
		values[i] = y[i];
		if (isnan(y[i]))
			continue;
		for (size_t j = last + 1; j < i; j++)
			values[j] = y[last] + (y[i] - y[last]) * (double) (j - last) / (double) (i - last);
		last = i;
	}
	cs_work(2 * n);
}

/* Whether the autocorrelation at the period is larger than those at shorter lags let expect. */
static bool
has_season(const double *values, size_t n, size_t period)
{
	double mean = 0, squares = 0, others = 0, correlation = 0;

	for (size_t i = 0; i < n; i++)
		mean += values[i] / (double) n;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	for (size_t lag = 1; lag <= period; lag++)
	{
		double sum = 0;

		for (size_t i = lag; i < n; i++)
			sum += (values[i] - mean) * (values[i - lag] - mean);
		correlation = sum / squares;
		if (lag < period)
			others += correlation * correlation;
		cs_work(n);
	}
	return fabs(correlation) > LARGE_CORRELATION * sqrt((1 + 2 * others) / (double) n);
}

/* The centred moving average over a period. */
static double
moving_average(const double *values, size_t i, size_t period)
{
	size_t half = period / 2;
	double sum = 0;

	for (size_t j = i - half; j <= i + half; j++)
		sum += values[j];
	if (period % 2 == 0)
		sum -= (values[i - half] + values[i + half]) / 2;
	return sum / (double) period;
}

/* The mean of each phase over, or less, the moving average; false where that is not positive. */
static bool
set_season(const double *values, size_t n, cs_theta_model *model)
{
	size_t period = (size_t) model->period;
	size_t count[CS_ETS_MAX_PERIOD] = {0};
	double mean = 0;

	memset(model->season, 0, sizeof(model->season));
	for (size_t i = period / 2; i + period / 2 < n; i++)
	{
		double trend = moving_average(values, i, period);

		model->season[i % period] += model->multiplicative ? values[i] / trend : values[i] - trend;
		count[i % period]++;
		cs_work(period);
	}
	for (size_t k = 0; k < period; k++)
	{
		if (count[k] == 0)
			return false;
		model->season[k] /= (double) count[k];
		mean += model->season[k] / (double) period;
	}
	for (size_t k = 0; k < period; k++)
		model->season[k] =
			model->multiplicative ? model->season[k] / mean : model->season[k] - mean;
	return true;
}

static double
without_season(const cs_theta_model *model, double y, size_t row)
{
	double season = model->season[row % (size_t) model->period];

	if (!model->seasonal)
		return y;
	return model->multiplicative ? y / season : y - season;
}

static double
with_season(const cs_theta_model *model, double value, size_t row)
{
	double season = model->season[row % (size_t) model->period];

	if (!model->seasonal)
		return value;
	return model->multiplicative ? value * season : value + season;
}

/* The slope of the line of least squares through the values that are there. */
static double
slope(const double *values, size_t n)
{
	double count = 0, time = 0, level = 0, products = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i]))
		{
			count++;
			time += (double) i;
			level += values[i];
		}
	time /= count;
	level /= count;
	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i]))
		{
			products += ((double) i - time) * (values[i] - level);
			squares += ((double) i - time) * ((double) i - time);
		}
	cs_work(4 * n);
	return products / squares;
}

cs_status
cs_theta_fit_run(cs_theta_fit *fit, const double *y, int period, bool season, cs_theta_model *model)
{
	static const cs_ets_form level = {.period = 1};
	size_t n = fit->ets.n;
	cs_ets_model smoothing;
	cs_status status;

	*model = (cs_theta_model){.period = season ? period : 1, .multiplicative = true};
	status = cs_ets_fit_run(&fit->ets, &level, y, &smoothing);
	if (status != CS_OK)
		return status;
	if (season && period > 1 && n > 2 * (size_t) period)
	{
		fill_gaps(y, n, fit->values);
		for (size_t i = 0; i < n; i++)
			model->multiplicative = model->multiplicative && fit->values[i] > 0;
		model->seasonal =
			has_season(fit->values, n, (size_t) period) && set_season(fit->values, n, model);
	}
	for (size_t i = 0; i < n; i++)
		fit->adjusted[i] = without_season(model, y[i], i);
	if (model->seasonal)
		status = cs_ets_fit_run(&fit->ets, &level, fit->adjusted, &smoothing);
	if (status != CS_OK)
		return status;
	model->alpha = smoothing.alpha;
	model->level = smoothing.start.level;
	model->variance = smoothing.variance;
	model->observations = smoothing.observations;
	model->converged = smoothing.converged;
	model->drift = slope(fit->adjusted, n) / 2;
	return isfinite(model->drift) ? CS_OK : CS_NOT_FINITE;
}

void
cs_theta_step(const cs_theta_model *model, cs_theta_state *state, double y)
{
	if (!isnan(y))
		state->level += model->alpha * (without_season(model, y, state->rows) - state->level);
	state->rows++;
}

void
cs_theta_forecast(const cs_theta_model *model, const cs_theta_state *state, size_t horizon,
				  double *mean, double *variance)
{
	double alpha = model->alpha;
	double learned = (1 - pow(1 - alpha, (double) state->rows)) / alpha;

	for (size_t h = 0; h < horizon; h++)
	{
		mean[h] = with_season(model, state->level + model->drift * ((double) h + learned),
							  state->rows + h);
		variance[h] = model->variance * (1 + (double) h * alpha * alpha);
	}
	cs_work(8 * horizon);
}
