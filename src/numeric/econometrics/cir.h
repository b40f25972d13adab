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

/* Differences for derivatives: the centre, both sides of each parameter, each pair together. */
#define CS_CIR_POINTS 10

typedef struct cs_cir_point
{
	double parameter[3]; /* intercept, persistence, ln scale */
	double value;		 /* minus the log-likelihood; INFINITY where there is none */
} cs_cir_point;

typedef struct cs_cir_fit
{
	const double *y;
	size_t count;
	cs_cir_likelihood likelihood;
	double time_step;
	int max_iterations;
	int stage;
	size_t row;			  /* the next step between two observations */
	double sum[6];		  /* of the stage at work */
	double mean_start;	  /* of R, weighted by 1 / R */
	double mean_end;	  /* of R', likewise */
	double sum_start;	  /* of R */
	double sum_inverse;	  /* of 1 / R */
	double sum_logarithm; /* of ln R */
	cs_cir_point best;	  /* so far; the result */
	cs_cir_point points[CS_CIR_POINTS];
	int point;
	cs_cir_point trial;
	double gradient[3]; /* at the centre, in units of `unit` */
	double hessian[3][3];
	double unit[3];
	double offset[3]; /* of the best place from the centre */
	double damping;
	double gain;	 /* that the quadratic model promises of the trial */
	double rounding; /* of the log-likelihood */
	int iterations;
	bool converged;
} cs_cir_fit;

/*
 * Prepares a fit of y[count], all > 0, which must live as long as the fit.  CS_TOO_FEW below
 * CS_CIR_MINIMUM_ROWS; time_step > 0, max_iterations >= 1.
 */
extern cs_status cs_cir_fit_initialize(cs_cir_fit *fit, const double *y, size_t count,
									   cs_cir_likelihood likelihood, double time_step,
									   int max_iterations);

extern bool cs_cir_fit_finished(const cs_cir_fit *fit);

/*
 * Some rows further, well below a millisecond.  CS_CONSTANT for a series that does not vary,
 * CS_ZERO_VARIANCE for one without errors, CS_NOT_FINITE after an overflow.
 */
extern cs_status cs_cir_fit_step(cs_cir_fit *fit);

/* The share of the work done, estimated. */
extern double cs_cir_fit_progress(const cs_cir_fit *fit);

/* Once finished: the parameters; unless NULL the log-likelihood and the bound reached. */
extern void cs_cir_fit_result(const cs_cir_fit *fit, cs_cir_model *model, double *log_likelihood,
							  cs_cir_bound *bound);

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
