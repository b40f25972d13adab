/*
 * cir.c
 *		Maximum likelihood of the square-root process, and its forecasts.
 */
#include "numeric/econometrics/cir.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_math.h>

#include "numeric/econometrics/inference.h"
#include "numeric/econometrics/noncentral_chi_square.h"

#define ROWS_AT_ONCE 512

/* A range below this share of the largest value is rounding. */
#define CONSTANT_RANGE 1e-12

/* Squared errors below this share of the squared values are rounding. */
#define EXACT_SHARE 1e-28

#define LEAST_PERSISTENCE 1e-9

/* Steps of differences, in standard errors of a parameter when the others are known. */
#define DIFFERENCE 1e-3

/* Gain of the log-likelihood below which the maximum is reached, unless its rounding is larger. */
#define LEAST_GAIN 1e-12

/* Rounding of a sum, by the sum of the sizes of its terms. */
#define SUM_ROUNDING (4 * DBL_EPSILON)

/* Up to here a promised gain is trusted to tell the end. */
#define SMALL_DAMPING 0.1

#define LARGEST_DAMPING 1e12

enum
{
	INTERCEPT,
	PERSISTENCE,
	LN_SCALE
};

static const double lower_bound[3] = {0, LEAST_PERSISTENCE, -INFINITY};

enum
{
	STAGE_MEANS,
	STAGE_MOMENTS,
	STAGE_ERRORS,
	STAGE_POINTS,
	STAGE_TRIAL,
	STAGE_FINISHED
};

cs_status
cs_cir_fit_initialize(cs_cir_fit *fit, const double *y, size_t count, cs_cir_likelihood likelihood,
					  double time_step, int max_iterations)
{
	if (count < CS_CIR_MINIMUM_ROWS)
		return CS_TOO_FEW;
	*fit = (cs_cir_fit){.y = y,
						.count = count,
						.likelihood = likelihood,
						.time_step = time_step,
						.max_iterations = max_iterations,
						.sum = {[4] = INFINITY}};
	return CS_OK;
}

bool
cs_cir_fit_finished(const cs_cir_fit *fit)
{
	return fit->stage == STAGE_FINISHED;
}

double
cs_cir_fit_progress(const cs_cir_fit *fit)
{
	double iterations = fit->iterations;

	return fit->stage == STAGE_FINISHED ? 1 : iterations / (iterations + 3);
}

static void
next_stage(cs_cir_fit *fit, int stage)
{
	fit->stage = stage;
	fit->row = 0;
	memset(fit->sum, 0, sizeof(fit->sum));
}

static void
add_means(cs_cir_fit *fit, double start, double end)
{
	fit->sum[0] += 1 / start;
	fit->sum[1] += end / start;
	fit->sum[2] += start;
	fit->sum[3] += log(start);
	fit->sum[4] = fmin(fit->sum[4], fmin(start, end));
	fit->sum[5] = fmax(fit->sum[5], fmax(start, end));
}

static cs_status
finish_means(cs_cir_fit *fit)
{
	const double *sum = fit->sum;

	if (sum[5] - sum[4] <= CONSTANT_RANGE * sum[5])
		return CS_CONSTANT;
	fit->sum_inverse = sum[0];
	fit->sum_start = sum[2];
	fit->sum_logarithm = sum[3];
	fit->mean_start = (double) (fit->count - 1) / sum[0];
	fit->mean_end = sum[1] / sum[0];
	next_stage(fit, STAGE_MOMENTS);
	return isfinite(fit->sum_inverse) && isfinite(fit->sum_start) && isfinite(fit->mean_end)
			   ? CS_OK
			   : CS_NOT_FINITE;
}

static void
add_moments(cs_cir_fit *fit, double start, double end)
{
	double deviation = (start - fit->mean_start) / start;

	fit->sum[0] += deviation * (start - fit->mean_start);
	fit->sum[1] += deviation * (end - fit->mean_end);
}

/* Weighted least squares. */
static cs_status
finish_moments(cs_cir_fit *fit)
{
	double persistence = fit->sum[1] / fit->sum[0];

	if (!(fit->sum[0] > CONSTANT_RANGE * CONSTANT_RANGE * fit->sum_start))
		return CS_CONSTANT;
	fit->best.parameter[INTERCEPT] = fit->mean_end - persistence * fit->mean_start;
	fit->best.parameter[PERSISTENCE] = persistence;
	next_stage(fit, STAGE_ERRORS);
	return isfinite(persistence) ? CS_OK : CS_NOT_FINITE;
}

static void
add_errors(cs_cir_fit *fit, double start, double end)
{
	double error = end - fit->best.parameter[INTERCEPT] - fit->best.parameter[PERSISTENCE] * start;

	fit->sum[0] += error * error / start;
	fit->sum[1] += end * (end / start);
}

/* What one observation adds to the exact log-likelihood, apart from what they share. */
static inline double
log_density(const double *parameter, double start, double end)
{
	double factor = 4 * exp(-parameter[LN_SCALE]);

	return cs_noncentral_chi_square_log_density(factor * end, factor * parameter[INTERCEPT],
												factor * parameter[PERSISTENCE] * start);
}

/* Units of the parameters: standard errors when the others are known. */
static void
set_units(cs_cir_fit *fit)
{
	double scale = exp(fit->best.parameter[LN_SCALE]);

	fit->unit[INTERCEPT] = sqrt(scale / fit->sum_inverse);
	fit->unit[PERSISTENCE] = sqrt(scale / fit->sum_start);
	fit->unit[LN_SCALE] = sqrt(2 / (double) (fit->count - 1));
}

/* The centre keeps off the bounds by what the differences need. */
static void
set_points(cs_cir_fit *fit)
{
	static const int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
	double *centre = fit->points[0].parameter;

	set_units(fit);
	for (int i = 0; i < 3; i++)
		centre[i] = fmax(fit->best.parameter[i], lower_bound[i] + 2 * DIFFERENCE * fit->unit[i]);
	for (int k = 1; k < CS_CIR_POINTS; k++)
		memcpy(fit->points[k].parameter, centre, sizeof(fit->points[k].parameter));
	for (int i = 0; i < 3; i++)
	{
		fit->points[1 + 2 * i].parameter[i] += DIFFERENCE * fit->unit[i];
		fit->points[2 + 2 * i].parameter[i] -= DIFFERENCE * fit->unit[i];
		for (int j = 0; j < 2; j++)
			fit->points[7 + i].parameter[pairs[i][j]] += DIFFERENCE * fit->unit[pairs[i][j]];
	}
	fit->point = 0;
	next_stage(fit, STAGE_POINTS);
}

/* From Euler's maximum to a place inside of the bounds of the exact one. */
static void
start_search(cs_cir_fit *fit)
{
	double *parameter = fit->best.parameter;
	double mean = fit->sum_start / (double) (fit->count - 1);
	double variance = exp(parameter[LN_SCALE]) * mean;

	parameter[PERSISTENCE] = fmax(parameter[PERSISTENCE], 0.01);
	parameter[INTERCEPT] = fmax(mean * (1 - parameter[PERSISTENCE]), 1e-6 * mean);
	parameter[LN_SCALE] =
		log(variance / (parameter[PERSISTENCE] * mean + parameter[INTERCEPT] / 2));
	fit->best.value = INFINITY;
	set_points(fit);
}

static cs_status
finish_errors(cs_cir_fit *fit)
{
	double steps = (double) (fit->count - 1);
	double scale = fit->sum[0] / steps;

	if (!(fit->sum[0] > EXACT_SHARE * fit->sum[1]))
		return CS_ZERO_VARIANCE;
	if (!isfinite(scale))
		return CS_NOT_FINITE;
	fit->best.parameter[LN_SCALE] = log(scale);
	fit->best.value = steps / 2 * (log(2 * M_PI * scale) + 1) + fit->sum_logarithm / 2;
	if (fit->likelihood == CS_CIR_EXACT)
		start_search(fit);
	else
	{
		fit->converged = true;
		fit->stage = STAGE_FINISHED;
	}
	return CS_OK;
}

/* Gradient and curvature in units, from the values around the centre. */
static void
set_derivatives(cs_cir_fit *fit)
{
	static const int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
	const cs_cir_point *p = fit->points;

	for (int i = 0; i < 3; i++)
	{
		double up = p[1 + 2 * i].value;
		double down = p[2 + 2 * i].value;

		fit->gradient[i] = (up - down) / (2 * DIFFERENCE);
		fit->hessian[i][i] = ((up - p[0].value) + (down - p[0].value)) / (DIFFERENCE * DIFFERENCE);
	}
	for (int k = 0; k < 3; k++)
	{
		int i = pairs[k][0];
		int j = pairs[k][1];

		fit->hessian[i][j] = fit->hessian[j][i] =
			((p[7 + k].value - p[1 + 2 * i].value) - (p[1 + 2 * j].value - p[0].value)) /
			(DIFFERENCE * DIFFERENCE);
	}
}

/*
 * Minimizes the quadratic model over the parameters that are not fixed in move[]; false unless it
 * curves upwards (elimination without exchanges, pivots positive).
 */
static bool
solve_free(const cs_cir_fit *fit, const bool *fixed, double *move)
{
	double m[3][4];

	for (int i = 0; i < 3; i++)
	{
		m[i][3] = fixed[i] ? move[i] : fit->damping * fit->offset[i] - fit->gradient[i];
		for (int j = 0; j < 3; j++)
		{
			if (fixed[i] || fixed[j])
				m[i][j] = i == j;
			else
				m[i][j] = fit->hessian[i][j] + (i == j ? fit->damping : 0);
			if (!fixed[i] && fixed[j])
				m[i][3] -= fit->hessian[i][j] * move[j];
		}
	}
	for (int i = 0; i < 3; i++)
	{
		if (!(m[i][i] > 1e-9))
			return false;
		for (int k = i + 1; k < 3; k++)
			for (int j = 3; j >= i; j--)
				m[k][j] -= m[k][i] / m[i][i] * m[i][j];
	}
	for (int i = 2; i >= 0; i--)
	{
		move[i] = m[i][3];
		for (int j = i + 1; j < 3; j++)
			move[i] -= m[i][j] * move[j];
		move[i] /= m[i][i];
	}
	return true;
}

/* What the quadratic model changes by a move from the centre. */
static double
model_change(const cs_cir_fit *fit, const double *move)
{
	double change = 0;

	for (int i = 0; i < 3; i++)
	{
		change += fit->gradient[i] * move[i];
		for (int j = 0; j < 3; j++)
			change += fit->hessian[i][j] * move[i] * move[j] / 2;
	}
	return change;
}

/* Whether the damped model cannot be lowered by a parameter's leaving its bound. */
static bool
stays_fixed(const cs_cir_fit *fit, int i, const double *move)
{
	double slope = fit->gradient[i] + fit->damping * (move[i] - fit->offset[i]);

	for (int j = 0; j < 3; j++)
		slope += fit->hessian[i][j] * move[j];
	return slope >= 0;
}

/*
 * The lowest place of the damped quadratic model within the bounds: of the four choices which of
 * the two bounded parameters stand on them, the one that meets the conditions of a minimum.
 */
static bool
place_trial(cs_cir_fit *fit)
{
	const double *centre = fit->points[0].parameter;

	for (int choice = 0; choice < 4; choice++)
	{
		bool fixed[3] = {choice & 1, choice & 2, false};
		double move[3];
		bool minimum;

		for (int i = 0; i < 3; i++)
			move[i] = fixed[i] ? (lower_bound[i] - centre[i]) / fit->unit[i] : 0;
		minimum = solve_free(fit, fixed, move);
		for (int i = 0; i < 2 && minimum; i++)
			minimum = fixed[i] ? stays_fixed(fit, i, move)
							   : centre[i] + move[i] * fit->unit[i] >= lower_bound[i];
		if (!minimum)
			continue;
		fit->gain = model_change(fit, fit->offset) - model_change(fit, move);
		if (fit->gain < 0)
			continue;
		for (int i = 0; i < 3; i++)
			fit->trial.parameter[i] =
				fixed[i] ? lower_bound[i] : centre[i] + move[i] * fit->unit[i];
		return true;
	}
	return false;
}

static void
dampen(cs_cir_fit *fit)
{
	fit->damping = fmax(1e-3, 10 * fit->damping);
}

static cs_status
next_trial(cs_cir_fit *fit)
{
	while (!place_trial(fit))
	{
		dampen(fit);
		if (!(fit->damping < LARGEST_DAMPING))
			return CS_NOT_FINITE;
	}
	next_stage(fit, STAGE_TRIAL);
	return CS_OK;
}

/*
 * Judges the trial: a better place is where the next iteration starts.  A promised gain within the
 * rounding of the likelihood is the last, and its place is taken as no worse.
 */
static cs_status
finish_trial(cs_cir_fit *fit)
{
	bool last = fit->damping <= SMALL_DAMPING && fit->gain < fmax(LEAST_GAIN, fit->rounding);

	if (fit->trial.value <= fit->best.value || last)
	{
		if (fit->trial.value <= fit->best.value + fit->rounding)
			fit->best = fit->trial;
		fit->iterations++;
		fit->damping = fit->damping > 1e-5 ? fit->damping / 30 : 0;
		fit->converged = last;
		if (last || fit->iterations >= fit->max_iterations)
			fit->stage = STAGE_FINISHED;
		else
			set_points(fit);
		return CS_OK;
	}
	dampen(fit);
	if (fit->damping < LARGEST_DAMPING)
		return next_trial(fit);
	fit->stage = STAGE_FINISHED;
	return CS_OK;
}

/* The value of a point, once all rows are added. */
static double
point_value(const cs_cir_fit *fit, const cs_cir_point *point)
{
	double value =
		-fit->sum[0] - (double) (fit->count - 1) * (2 * M_LN2 - point->parameter[LN_SCALE]);

	return isfinite(value) ? value : INFINITY;
}

static double
point_rounding(const cs_cir_fit *fit, const cs_cir_point *point)
{
	return SUM_ROUNDING *
		   (fit->sum[1] + (double) fit->count * fabs(2 * M_LN2 - point->parameter[LN_SCALE]));
}

static cs_status
finish_point(cs_cir_fit *fit)
{
	fit->points[fit->point].value = point_value(fit, &fit->points[fit->point]);
	fit->rounding = point_rounding(fit, &fit->points[fit->point]);
	if (!isfinite(fit->points[fit->point].value))
		return CS_NOT_FINITE;
	if (++fit->point < CS_CIR_POINTS)
	{
		next_stage(fit, STAGE_POINTS);
		return CS_OK;
	}
	if (isinf(fit->best.value))
		fit->best = fit->points[0];
	for (int i = 0; i < 3; i++)
		fit->offset[i] = (fit->best.parameter[i] - fit->points[0].parameter[i]) / fit->unit[i];
	set_derivatives(fit);
	return next_trial(fit);
}

static void
add_densities(cs_cir_fit *fit, const double *parameter, size_t rows)
{
	double sum = 0;
	double sizes = 0;

	for (const double *y = fit->y + fit->row, *end = y + rows; y < end; y++)
	{
		double density = log_density(parameter, y[0], y[1]);

		sum += density;
		sizes += fabs(density);
	}
	fit->sum[0] += sum;
	fit->sum[1] += sizes;
}

static cs_status
finish_stage(cs_cir_fit *fit)
{
	switch (fit->stage)
	{
		case STAGE_MEANS:
			return finish_means(fit);
		case STAGE_MOMENTS:
			return finish_moments(fit);
		case STAGE_ERRORS:
			return finish_errors(fit);
		case STAGE_POINTS:
			return finish_point(fit);
		default:
			fit->trial.value = point_value(fit, &fit->trial);
			return finish_trial(fit);
	}
}

cs_status
cs_cir_fit_step(cs_cir_fit *fit)
{
	size_t left = fit->count - 1 - fit->row;
	size_t rows = left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE;

	if (fit->stage == STAGE_POINTS)
		add_densities(fit, fit->points[fit->point].parameter, rows);
	else if (fit->stage == STAGE_TRIAL)
		add_densities(fit, fit->trial.parameter, rows);
	else
	{
		for (const double *y = fit->y + fit->row, *end = y + rows; y < end; y++)
		{
			if (fit->stage == STAGE_MEANS)
				add_means(fit, y[0], y[1]);
			else if (fit->stage == STAGE_MOMENTS)
				add_moments(fit, y[0], y[1]);
			else
				add_errors(fit, y[0], y[1]);
		}
	}
	fit->row += rows;
	return fit->row == fit->count - 1 ? finish_stage(fit) : CS_OK;
}

void
cs_cir_fit_result(const cs_cir_fit *fit, cs_cir_model *model, double *log_likelihood,
				  cs_cir_bound *bound)
{
	const double *parameter = fit->best.parameter;
	double persistence = parameter[PERSISTENCE];
	double rate = fit->likelihood == CS_CIR_EXACT ? -log(persistence) : 1 - persistence;
	double factor = 1; /* what a step passes on of a constant drift */

	if (fit->likelihood == CS_CIR_EXACT && rate != 0)
		factor = -expm1(-rate) / rate;
	*model = (cs_cir_model){.a = parameter[INTERCEPT] / (factor * fit->time_step),
							.b = rate / fit->time_step,
							.sigma = sqrt(exp(parameter[LN_SCALE]) / (factor * fit->time_step)),
							.time_step = fit->time_step,
							.likelihood = fit->likelihood};
	if (log_likelihood != NULL)
		*log_likelihood = -fit->best.value;
	if (bound == NULL)
		return;
	*bound = CS_CIR_INSIDE;
	if (fit->likelihood == CS_CIR_EXACT && parameter[INTERCEPT] <= 0)
		*bound = CS_CIR_BOUND_A;
	else if (fit->likelihood == CS_CIR_EXACT && persistence <= LEAST_PERSISTENCE)
		*bound = CS_CIR_BOUND_B;
}

/* The quantiles of scale / 4 times a noncentral chi-square variable. */
static void
exact_forecast(const cs_cir_model *model, double y, int steps, double level,
			   cs_cir_forecast *forecast)
{
	double time = model->time_step * steps;
	double persistence = exp(-model->b * time);
	double factor = model->b == 0 ? time : -expm1(-model->b * time) / model->b;
	double scale = model->sigma * model->sigma * factor;
	double freedom = 4 * model->a / (model->sigma * model->sigma);
	double noncentrality = 4 * persistence * y / scale;

	forecast->mean = persistence * y + model->a * factor;
	forecast->variance = scale * (persistence * y + model->a * factor / 2);
	forecast->lower = forecast->upper = NAN;
	if (!isfinite(forecast->mean) || !isfinite(freedom) || !isfinite(noncentrality))
		return;
	forecast->lower =
		scale / 4 * cs_noncentral_chi_square_quantile((1 - level) / 2, freedom, noncentrality);
	forecast->upper =
		scale / 4 * cs_noncentral_chi_square_quantile((1 + level) / 2, freedom, noncentrality);
}

static void
euler_forecast(const cs_cir_model *model, double y, int steps, double level,
			   cs_cir_forecast *forecast)
{
	double persistence = 1 - model->b * model->time_step;
	double scale = model->sigma * model->sigma * model->time_step;
	double half;

	forecast->mean = y;
	forecast->variance = 0;
	for (int i = 0; i < steps; i++)
	{
		forecast->variance =
			persistence * persistence * forecast->variance + scale * forecast->mean;
		forecast->mean = persistence * forecast->mean + model->a * model->time_step;
	}
	half = cs_normal_half_width(level) * sqrt(forecast->variance);
	forecast->lower = forecast->mean - half;
	forecast->upper = forecast->mean + half;
}

cs_status
cs_cir_forecast_after(const cs_cir_model *model, double y, int steps, double level,
					  cs_cir_forecast *forecast)
{
	if (!(model->sigma > 0) || !(model->time_step > 0) || !(y >= 0) ||
		(model->likelihood == CS_CIR_EXACT && !(model->a >= 0)))
		return CS_OUT_OF_RANGE;
	if (model->likelihood == CS_CIR_EXACT)
		exact_forecast(model, y, steps, level, forecast);
	else
		euler_forecast(model, y, steps, level, forecast);
	return isfinite(forecast->mean) && isfinite(forecast->variance) && isfinite(forecast->lower) &&
				   isfinite(forecast->upper)
			   ? CS_OK
			   : CS_NOT_FINITE;
}
