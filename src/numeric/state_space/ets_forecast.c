/*
 * ets_forecast.c
 *		Exact means and variances of what is ahead: of states that move linearly, and where season
 *		and level are multiplied, of the products of their states.
 */
#include "numeric/state_space/ets.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"

#define MOST (2 * CS_ETS_MAX_PERIOD)

void
cs_ets_ahead_lay_out(cs_ets_ahead *ahead, cs_workspace *workspace)
{
	ahead->mean = cs_workspace_take(workspace, MOST, sizeof(double));
	ahead->second = cs_workspace_take(workspace, (size_t) MOST * MOST, sizeof(double));
	for (int i = 0; i < 3; i++)
		ahead->scratch[i] = cs_workspace_take(workspace, (size_t) MOST * MOST, sizeof(double));
}

/* ---- states that move linearly: level, trend, seasons ---- */

/* What the next row is expected to be. */
static double
observe(const cs_ets_model *model, const double *x)
{
	double value = x[0] + model->phi * x[1];

	return model->form.season == CS_ETS_NO_SEASON ? value : value + x[2];
}

/* Without an error, in place. */
static void
move(const cs_ets_model *model, double *x)
{
	size_t period = (size_t) model->form.period;
	double first = x[2];

	x[0] += model->phi * x[1];
	x[1] *= model->phi;
	memmove(x + 2, x + 3, sizeof(double) * (period - 1));
	x[2 + period - 1] = first;
}

/* matrix[n][n] = T matrix T' */
static void
move_both_sides(const cs_ets_model *model, double *matrix, size_t n, double *column)
{
	for (size_t i = 0; i < n; i++)
		move(model, matrix + i * n);
	for (size_t j = 0; j < n; j++)
	{
		for (size_t i = 0; i < n; i++)
			column[i] = matrix[i * n + j];
		move(model, column);
		for (size_t i = 0; i < n; i++)
			matrix[i * n + j] = column[i];
	}
	cs_work(4 * n * n);
}

static void
forecast_linear(const cs_ets_model *model, const cs_ets_state *state, size_t horizon,
				cs_ets_ahead *ahead, double *mean, double *variance)
{
	size_t period = (size_t) model->form.period;
	size_t n = period + 2;
	double *x = ahead->mean;
	double *covariance = ahead->second;
	double *seen = ahead->scratch[0];
	double *column = ahead->scratch[1];
	double *gain = ahead->scratch[2];

	x[0] = state->level;
	x[1] = model->form.trend == CS_ETS_NO_TREND ? 0 : state->trend;
	memcpy(x + 2, state->season, sizeof(double) * period);
	memset(covariance, 0, sizeof(double) * n * n);
	memset(gain, 0, sizeof(double) * n);
	gain[0] = model->alpha;
	gain[1] = model->beta;
	gain[n - 1] = model->gamma;
	cs_work(n * horizon);
	for (size_t h = 0; h < horizon; h++)
	{
		double error = model->variance;
		double spread;

		mean[h] = observe(model, x);
		move(model, x);
		if (variance == NULL)
			continue;
		for (size_t i = 0; i < n; i++)
			seen[i] = observe(model, covariance + i * n);
		spread = observe(model, seen);
		if (model->form.multiplicative_error)
			error *= mean[h] * mean[h] + spread;
		variance[h] = spread + error;
		move_both_sides(model, covariance, n, column);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				covariance[i * n + j] += gain[i] * gain[j] * error;
	}
}

/* ---- products of (level, trend) and seasons ---- */

/*
 * The products after a row without an error, with one to the first power, and to the second, of
 * products[period][2], in place: by a level that moves on, or only what the error adds to it, times
 * a season that moves on, or only what the error adds.
 */
typedef enum power
{
	POWER_0,
	POWER_1,
	POWER_2
} power;

static void
move_level(const cs_ets_model *model, const double *pair, bool error, double *moved)
{
	double q = pair[0] + model->phi * pair[1];

	moved[0] = error ? model->alpha * q : q;
	moved[1] = error ? model->beta * q : model->phi * pair[1];
}

static void
move_products(const cs_ets_model *model, const double *products, power power, double *moved)
{
	size_t period = (size_t) model->form.period;
	double *last = moved + 2 * (period - 1);
	double more[2];

	memset(moved, 0, sizeof(double) * 2 * period);
	if (power != POWER_2)
		for (size_t k = 0; k + 1 < period; k++)
			move_level(model, products + 2 * (k + 1), power == POWER_1, moved + 2 * k);
	if (power != POWER_2)
		move_level(model, products, power == POWER_1, last);
	if (power == POWER_0)
		return;
	move_level(model, products, power == POWER_2, more);
	last[0] += model->gamma * more[0];
	last[1] += model->gamma * more[1];
}

/* to[n][n] += weight A from B', A and B the moves of two powers. */
static void
add_moved(const cs_ets_model *model, const double *from, power left, power right, double weight,
		  cs_ets_ahead *ahead, double *to, size_t n)
{
	double *half = ahead->scratch[1]; /* (from B')' */
	double column[MOST] = {0}, moved[MOST];

	for (size_t i = 0; i < n; i++)
		move_products(model, from + i * n, right, half + i * n);
	for (size_t j = 0; j < n; j++)
	{
		for (size_t i = 0; i < n; i++)
			column[i] = half[i * n + j];
		move_products(model, column, left, moved);
		for (size_t i = 0; i < n; i++)
			to[i * n + j] += weight * moved[i];
	}
	cs_work(8 * n * n);
}

static void
forecast_products(const cs_ets_model *model, const cs_ets_state *state, size_t horizon,
				  cs_ets_ahead *ahead, double *mean, double *variance)
{
	size_t period = (size_t) model->form.period;
	size_t n = 2 * period;
	double sigma2 = model->variance;
	double trend = model->form.trend == CS_ETS_NO_TREND ? 0 : state->trend;
	double moved[MOST], more[MOST];
	double phi = model->phi;

	for (size_t k = 0; k < period; k++)
	{
		ahead->mean[2 * k] = state->level * state->season[k];
		ahead->mean[2 * k + 1] = trend * state->season[k];
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			ahead->second[i * n + j] = ahead->mean[i] * ahead->mean[j];
	for (size_t h = 0; h < horizon; h++)
	{
		double *next = ahead->scratch[0];
		const double *s = ahead->second;

		mean[h] = ahead->mean[0] + phi * ahead->mean[1];
		variance[h] =
			(s[0] + phi * (s[1] + s[n]) + phi * phi * s[n + 1]) * (1 + sigma2) - mean[h] * mean[h];
		move_products(model, ahead->mean, POWER_0, moved);
		move_products(model, ahead->mean, POWER_2, more);
		for (size_t i = 0; i < n; i++)
			ahead->mean[i] = moved[i] + sigma2 * more[i];
		memset(next, 0, sizeof(double) * n * n);
		add_moved(model, s, POWER_0, POWER_0, 1, ahead, next, n);
		add_moved(model, s, POWER_1, POWER_1, sigma2, ahead, next, n);
		add_moved(model, s, POWER_0, POWER_2, sigma2, ahead, next, n);
		add_moved(model, s, POWER_2, POWER_0, sigma2, ahead, next, n);
		add_moved(model, s, POWER_2, POWER_2, 3 * sigma2 * sigma2, ahead, next, n);
		memcpy(ahead->second, next, sizeof(double) * n * n);
	}
}

void
cs_ets_forecast(const cs_ets_model *model, const cs_ets_state *state, size_t horizon,
				cs_ets_ahead *ahead, double *mean, double *variance)
{
	if (model->form.season == CS_ETS_MULTIPLICATIVE_SEASON)
		forecast_products(model, state, horizon, ahead, mean, variance);
	else
		forecast_linear(model, state, horizon, ahead, mean, variance);
}
