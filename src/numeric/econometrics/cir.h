/*
 * cir.h
 *		The square-root process dR = (a - b R) dt + sigma sqrt(R) dW: maximum likelihood and
 *		forecasts.
 *
 * Between two observations a time t apart the process is R' = intercept + persistence R + error:
 *
 *		exact	4 R' / scale is noncentral chi-square, 4 intercept / scale degrees of freedom,
 *				noncentrality 4 persistence R / scale; persistence = exp(-b t), and with
 *				g = (1 - persistence) / b, intercept = a g, scale = sigma^2 g
 *		euler	the error is normal with variance scale R; persistence = 1 - b t, intercept = a t,
 *				scale = sigma^2 t
 *
 * Euler's likelihood has its maximum at weighted least squares; the exact one is climbed to from
 * there by Newton's method with differences for derivatives, which sees the number of observations
 * and the interval only through these three parameters, so that b may be of either sign.
 *
 * Source: Cox, Ingersoll and Ross (Econometrica 53, 1985).
 */
#ifndef CREDITSPREAD_NUMERIC_CIR_H
#define CREDITSPREAD_NUMERIC_CIR_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/status.h"

/* Fewest observations: as many steps between them as parameters. */
#define CS_CIR_MINIMUM_ROWS 4

typedef enum cs_cir_likelihood
{
	CS_CIR_EXACT,
	CS_CIR_EULER
} cs_cir_likelihood;

/* The parameter whose bound the maximum lies on. */
typedef enum cs_cir_bound
{
	CS_CIR_INSIDE,
	CS_CIR_BOUND_A, /* a = 0 */
	CS_CIR_BOUND_B	/* b at the largest value that a sample can tell */
} cs_cir_bound;

typedef struct cs_cir_model
{
	double a;
	double b;
	double sigma;
	double time_step; /* between two observations */
	cs_cir_likelihood likelihood;
} cs_cir_model;

typedef struct cs_cir_result
{
	cs_cir_model model;
	double log_likelihood;
	size_t steps; /* that the fit used */
	cs_cir_bound bound;
	int iterations;
	bool converged;
} cs_cir_result;

/*
 * Fits y[count], each > 0 or NaN where it is missing: steps from and to such a place are left out;
 * time_step > 0, max_iterations >= 1.  CS_TOO_FEW below CS_CIR_MINIMUM_ROWS, less 1 as steps,
 * CS_CONSTANT for a series that does not vary, CS_ZERO_VARIANCE for one without errors,
 * CS_NOT_FINITE after an overflow.
 */
extern cs_status cs_cir_fit(const double *y, size_t count, cs_cir_likelihood likelihood,
							double time_step, int max_iterations, cs_cir_result *result);

typedef struct cs_cir_forecast
{
	double mean;
	double variance;
	double lower, upper;
} cs_cir_forecast;

/*
 * The distribution `steps` time steps after a value of y >= 0: mean, variance and the interval
 * between the quantiles (1 - level) / 2 and (1 + level) / 2; of a normal distribution for Euler's
 * model, of the exact one else.  CS_OUT_OF_RANGE for sigma <= 0, time_step <= 0, and a < 0 of an
 * exact model; CS_NOT_FINITE after an overflow and where Euler's mean has turned negative.
 */
extern cs_status cs_cir_forecast_after(const cs_cir_model *model, double y, int steps, double level,
									   cs_cir_forecast *forecast);

#endif
