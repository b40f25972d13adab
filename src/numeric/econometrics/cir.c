/*
 * cir.c
 *		Maximum likelihood of the square-root process, and its forecasts.
 */
#include "numeric/econometrics/cir.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_math.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/econometrics/inference.h"
#include "numeric/econometrics/noncentral_chi_square.h"

/* Densities that are summed before their sum is added to the rest. */
#define BLOCK 512

/* What a step between two observations takes, in multiply-adds: with a logarithm, and a density. */
#define STEP_WORK 16
#define DENSITY_WORK 100

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

/* Differences for derivatives: the centre, both sides of each parameter, each pair together. */
#define POINTS 10

enum
{
	INTERCEPT,
	PERSISTENCE,
	LN_SCALE
};

static const double lower_bound[3] = {0, LEAST_PERSISTENCE, -INFINITY};

static const int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};

/* The observations, and sums over the starts R and ends R' of the steps between them. */
typedef struct sample
{
	const double *y;
	size_t steps;
	double mean_start;	  /* of R, weighted by 1 / R */
	double mean_end;	  /* of R', likewise */
	double sum_start;	  /* of R */
	double sum_inverse;	  /* of 1 / R */
	double sum_logarithm; /* of ln R */
} sample;

typedef struct point
{
	double parameter[3]; /* intercept, persistence, ln scale */
	double value;		 /* minus the log-likelihood; INFINITY where there is none */
	double rounding;	 /* of the value */
} point;

/* Minus the log-likelihood around a centre, in units of standard errors. */
typedef struct quadratic
{
	point points[POINTS]; /* the centre is the first */
	double gradient[3];
	double hessian[3][3];
	double unit[3];
	double offset[3]; /* of the best place from the centre */
	double damping;
} quadratic;

static cs_status
find_means(sample *sample, const double *y, size_t count)
{
	double smallest = INFINITY;
	double largest = 0;
	double sum_ratio = 0;

	sample->y = y;
	sample->steps = count - 1;
	sample->sum_inverse = sample->sum_start = sample->sum_logarithm = 0;
	for (const double *end = y + sample->steps; y < end; y++)
	{
		sample->sum_inverse += 1 / y[0];
		sum_ratio += y[1] / y[0];
		sample->sum_start += y[0];
		sample->sum_logarithm += log(y[0]);
		smallest = fmin(smallest, fmin(y[0], y[1]));
		largest = fmax(largest, fmax(y[0], y[1]));
		cs_work(STEP_WORK);
	}
	if (largest - smallest <= CS_CONSTANT_RANGE * largest)
		return CS_CONSTANT;
	sample->mean_start = (double) sample->steps / sample->sum_inverse;
	sample->mean_end = sum_ratio / sample->sum_inverse;
	return isfinite(sample->sum_inverse) && isfinite(sample->sum_start) &&
				   isfinite(sample->mean_end)
			   ? CS_OK
			   : CS_NOT_FINITE;
}

/* Weighted least squares: intercept and persistence. */
static cs_status
find_line(const sample *sample, point *line)
{
	double square = 0;
	double product = 0;

	for (const double *y = sample->y, *end = y + sample->steps; y < end; y++)
	{
		double deviation = (y[0] - sample->mean_start) / y[0];

		square += deviation * (y[0] - sample->mean_start);
		product += deviation * (y[1] - sample->mean_end);
		cs_work(STEP_WORK);
	}
	if (!(square > CS_EXPLAINED_SQUARE * sample->sum_start))
		return CS_CONSTANT;
	line->parameter[PERSISTENCE] = product / square;
	line->parameter[INTERCEPT] =
		sample->mean_end - line->parameter[PERSISTENCE] * sample->mean_start;
	return isfinite(line->parameter[PERSISTENCE]) ? CS_OK : CS_NOT_FINITE;
}

/* Euler's maximum: the line, and the scale of its errors. */
static cs_status
find_euler(const sample *sample, point *maximum)
{
	double steps = (double) sample->steps;
	double errors = 0;
	double squares = 0;
	double scale;
	cs_status status = find_line(sample, maximum);

	if (status != CS_OK)
		return status;
	for (const double *y = sample->y, *end = y + sample->steps; y < end; y++)
	{
		double error =
			y[1] - maximum->parameter[INTERCEPT] - maximum->parameter[PERSISTENCE] * y[0];

		errors += error * error / y[0];
		squares += y[1] * (y[1] / y[0]);
		cs_work(STEP_WORK);
	}
	scale = errors / steps;
	if (!(errors > EXACT_SHARE * squares))
		return CS_ZERO_VARIANCE;
	if (!isfinite(scale))
		return CS_NOT_FINITE;
	maximum->parameter[LN_SCALE] = log(scale);
	maximum->value = steps / 2 * (log(2 * M_PI * scale) + 1) + sample->sum_logarithm / 2;
	return CS_OK;
}

/* What one observation adds to the exact log-likelihood, apart from what they share. */
static inline double
log_density(const double *parameter, double start, double end)
{
	double factor = 4 * exp(-parameter[LN_SCALE]);

	return cs_noncentral_chi_square_log_density(factor * end, factor * parameter[INTERCEPT],
												factor * parameter[PERSISTENCE] * start);
}

/* The exact likelihood at a point. */
static void
evaluate(const sample *sample, point *point)
{
	double shared = 2 * M_LN2 - point->parameter[LN_SCALE];
	double densities = 0;
	double sizes = 0;

	for (size_t first = 0; first < sample->steps; first += BLOCK)
	{
		size_t rows = sample->steps - first < BLOCK ? sample->steps - first : BLOCK;
		double sum = 0;
		double sum_sizes = 0;

		for (const double *y = sample->y + first, *end = y + rows; y < end; y++)
		{
			double density = log_density(point->parameter, y[0], y[1]);

			sum += density;
			sum_sizes += fabs(density);
		}
		densities += sum;
		sizes += sum_sizes;
		cs_work(rows * DENSITY_WORK);
	}
	point->value = -densities - (double) sample->steps * shared;
	if (!isfinite(point->value))
		point->value = INFINITY;
	point->rounding = SUM_ROUNDING * (sizes + (double) (sample->steps + 1) * fabs(shared));
}

/* From Euler's maximum to a place inside of the bounds of the exact one. */
static void
start_search(const sample *sample, point *best)
{
	double *parameter = best->parameter;
	double mean = sample->sum_start / (double) sample->steps;
	double variance = exp(parameter[LN_SCALE]) * mean;

	parameter[PERSISTENCE] = fmax(parameter[PERSISTENCE], 0.01);
	parameter[INTERCEPT] = fmax(mean * (1 - parameter[PERSISTENCE]), 1e-6 * mean);
	parameter[LN_SCALE] =
		log(variance / (parameter[PERSISTENCE] * mean + parameter[INTERCEPT] / 2));
	best->value = INFINITY;
}

/*
 * The centre is the best place, off the bounds by what the differences need; units are standard
 * errors of a parameter when the others are known.
 */
static void
place_points(quadratic *model, const sample *sample, const point *best)
{
	double scale = exp(best->parameter[LN_SCALE]);
	double *centre = model->points[0].parameter;

	model->unit[INTERCEPT] = sqrt(scale / sample->sum_inverse);
	model->unit[PERSISTENCE] = sqrt(scale / sample->sum_start);
	model->unit[LN_SCALE] = sqrt(2 / (double) sample->steps);
	for (int i = 0; i < 3; i++)
		centre[i] = fmax(best->parameter[i], lower_bound[i] + 2 * DIFFERENCE * model->unit[i]);
	for (int k = 1; k < POINTS; k++)
		memcpy(model->points[k].parameter, centre, sizeof(model->points[k].parameter));
	for (int i = 0; i < 3; i++)
	{
		model->points[1 + 2 * i].parameter[i] += DIFFERENCE * model->unit[i];
		model->points[2 + 2 * i].parameter[i] -= DIFFERENCE * model->unit[i];
		for (int j = 0; j < 2; j++)
			model->points[7 + i].parameter[pairs[i][j]] += DIFFERENCE * model->unit[pairs[i][j]];
	}
}

/* Gradient and curvature in units, from the values around the centre. */
static void
set_derivatives(quadratic *model)
{
	const point *p = model->points;

	for (int i = 0; i < 3; i++)
	{
		double up = p[1 + 2 * i].value;
		double down = p[2 + 2 * i].value;

		model->gradient[i] = (up - down) / (2 * DIFFERENCE);
		model->hessian[i][i] =
			((up - p[0].value) + (down - p[0].value)) / (DIFFERENCE * DIFFERENCE);
	}
	for (int k = 0; k < 3; k++)
	{
		int i = pairs[k][0];
		int j = pairs[k][1];

		model->hessian[i][j] = model->hessian[j][i] =
			((p[7 + k].value - p[1 + 2 * i].value) - (p[1 + 2 * j].value - p[0].value)) /
			(DIFFERENCE * DIFFERENCE);
	}
}

/* The quadratic model at the best place so far. */
static cs_status
expand(quadratic *model, const sample *sample, point *best)
{
	place_points(model, sample, best);
	for (int k = 0; k < POINTS; k++)
	{
		evaluate(sample, &model->points[k]);
		if (isinf(model->points[k].value))
			return CS_NOT_FINITE;
	}
	if (isinf(best->value))
		*best = model->points[0];
	for (int i = 0; i < 3; i++)
		model->offset[i] = (best->parameter[i] - model->points[0].parameter[i]) / model->unit[i];
	set_derivatives(model);
	return CS_OK;
}

/*
 * Minimizes the quadratic model over the parameters that are not fixed in move[]; false unless it
 * curves upwards (elimination without exchanges, pivots positive).
 */
static bool
solve_free(const quadratic *model, const bool *fixed, double *move)
{
	double m[3][4];

	for (int i = 0; i < 3; i++)
	{
		m[i][3] = fixed[i] ? move[i] : model->damping * model->offset[i] - model->gradient[i];
		for (int j = 0; j < 3; j++)
		{
			if (fixed[i] || fixed[j])
				m[i][j] = i == j;
			else
				m[i][j] = model->hessian[i][j] + (i == j ? model->damping : 0);
			if (!fixed[i] && fixed[j])
				m[i][3] -= model->hessian[i][j] * move[j];
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
model_change(const quadratic *model, const double *move)
{
	double change = 0;

	for (int i = 0; i < 3; i++)
	{
		change += model->gradient[i] * move[i];
		for (int j = 0; j < 3; j++)
			change += model->hessian[i][j] * move[i] * move[j] / 2;
	}
	return change;
}

/* Whether the damped model cannot be lowered by a parameter's leaving its bound. */
static bool
stays_fixed(const quadratic *model, int i, const double *move)
{
	double slope = model->gradient[i] + model->damping * (move[i] - model->offset[i]);

	for (int j = 0; j < 3; j++)
		slope += model->hessian[i][j] * move[j];
	return slope >= 0;
}

/*
 * The lowest place of the damped quadratic model within the bounds: of the four choices which of
 * the two bounded parameters stand on them, the one that meets the conditions of a minimum.
 * *gain is what the model promises of it.
 */
static bool
place_trial(const quadratic *model, point *trial, double *gain)
{
	const double *centre = model->points[0].parameter;

	for (int choice = 0; choice < 4; choice++)
	{
		bool fixed[3] = {choice & 1, choice & 2, false};
		double move[3];
		bool minimum;

		for (int i = 0; i < 3; i++)
			move[i] = fixed[i] ? (lower_bound[i] - centre[i]) / model->unit[i] : 0;
		minimum = solve_free(model, fixed, move);
		for (int i = 0; i < 2 && minimum; i++)
			minimum = fixed[i] ? stays_fixed(model, i, move)
							   : centre[i] + move[i] * model->unit[i] >= lower_bound[i];
		if (!minimum)
			continue;
		*gain = model_change(model, model->offset) - model_change(model, move);
		if (*gain < 0)
			continue;
		for (int i = 0; i < 3; i++)
			trial->parameter[i] = fixed[i] ? lower_bound[i] : centre[i] + move[i] * model->unit[i];
		return true;
	}
	return false;
}

static void
dampen(quadratic *model)
{
	model->damping = fmax(1e-3, 10 * model->damping);
}

/*
 * Tries places, more and more damped, until one is better: that is the new best.  A promised gain
 * within the rounding of the likelihood is the last, and its place is taken as no worse.  False
 * when no place is better.
 */
static cs_status
improve(quadratic *model, const sample *sample, point *best, bool *last, bool *better)
{
	double rounding = model->points[POINTS - 1].rounding;

	*last = *better = false;
	do
	{
		point trial;
		double gain;

		while (!place_trial(model, &trial, &gain))
		{
			dampen(model);
			if (!(model->damping < LARGEST_DAMPING))
				return CS_NOT_FINITE;
		}
		evaluate(sample, &trial);
		*last = model->damping <= SMALL_DAMPING && gain < fmax(LEAST_GAIN, rounding);
		*better = trial.value <= best->value || *last;
		if (!*better)
			dampen(model);
		else if (trial.value <= best->value + rounding)
			*best = trial;
	} while (!*better && model->damping < LARGEST_DAMPING);
	return CS_OK;
}

/* Newton's method from Euler's maximum to the exact one. */
static cs_status
climb(const sample *sample, int max_iterations, point *best, cs_cir_result *result)
{
	quadratic model = {.damping = 0};
	bool better = true;

	start_search(sample, best);
	while (better && !result->converged && result->iterations < max_iterations)
	{
		cs_status status = expand(&model, sample, best);

		if (status == CS_OK)
			status = improve(&model, sample, best, &result->converged, &better);
		if (status != CS_OK)
			return status;
		if (better)
			result->iterations++;
		model.damping = model.damping > 1e-5 ? model.damping / 30 : 0;
		cs_poll(result->iterations, result->iterations + 3);
	}
	return CS_OK;
}

static void
set_result(const point *best, double time_step, cs_cir_likelihood likelihood, cs_cir_result *result)
{
	bool exact = likelihood == CS_CIR_EXACT;
	double persistence = best->parameter[PERSISTENCE];
	double rate = exact ? -log(persistence) : 1 - persistence;
	double factor = exact && rate != 0 ? -expm1(-rate) / rate : 1; /* passed on of a drift */

	result->model =
		(cs_cir_model){.a = best->parameter[INTERCEPT] / (factor * time_step),
					   .b = rate / time_step,
					   .sigma = sqrt(exp(best->parameter[LN_SCALE]) / (factor * time_step)),
					   .time_step = time_step,
					   .likelihood = likelihood};
	result->log_likelihood = -best->value;
	result->bound = CS_CIR_INSIDE;
	if (exact && best->parameter[INTERCEPT] <= 0)
		result->bound = CS_CIR_BOUND_A;
	else if (exact && persistence <= LEAST_PERSISTENCE)
		result->bound = CS_CIR_BOUND_B;
}

cs_status
cs_cir_fit(const double *y, size_t count, cs_cir_likelihood likelihood, double time_step,
		   int max_iterations, cs_cir_result *result)
{
	sample sample;
	point best;
	cs_status status;

	if (count < CS_CIR_MINIMUM_ROWS)
		return CS_TOO_FEW;
	*result = (cs_cir_result){.converged = likelihood == CS_CIR_EULER};
	status = find_means(&sample, y, count);
	if (status == CS_OK)
		status = find_euler(&sample, &best);
	if (status == CS_OK && likelihood == CS_CIR_EXACT)
		status = climb(&sample, max_iterations, &best, result);
	if (status == CS_OK)
		set_result(&best, time_step, likelihood, result);
	return status;
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
