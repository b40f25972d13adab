/*
 * svr.h
 *		Support vector regression with a Gaussian kernel (Vapnik 1995; Smola and Schoelkopf 2004),
 *		solved by sequential minimal optimization with pairs chosen by second order (Fan, Chen and
 *		Lin 2005).
 *
 *		f(x) = sum_i b_i exp(-gamma |x - x_i|^2) + b,  |b_i| <= cost, sum b_i = 0,
 *
 * minimizes |w|^2 / 2 + cost sum_i max(|y_i - f(x_i)| - epsilon, 0) over the rows.
 */
#ifndef CREDITSPREAD_NUMERIC_SVR_H
#define CREDITSPREAD_NUMERIC_SVR_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

/* Bytes of rows of the kernel that are kept. */
#define CS_SVR_CACHE ((size_t) 64 << 20)

/* Steps for each row after which the optimum is given up. */
#define CS_SVR_STEPS 10000

typedef struct cs_svr_options
{
	double cost;
	double epsilon;
	double gamma;	  /* negative: one over the number of columns */
	double tolerance; /* to which the conditions of the optimum hold, in units of the target */
} cs_svr_options;

typedef struct cs_svr_fit
{
	const cs_svr_options *options;
	size_t rows; /* most */
	size_t columns;
	double gamma;
	const float *x;
	const size_t *listed; /* rows of x that are fitted */
	size_t count;
	double *alpha;	  /* [2][count] */
	double *gradient; /* [2][count] */
	double *cache;	  /* [cached][rows] rows of the kernel */
	size_t cached;
	size_t *holds; /* [cached] the row that a place holds, SIZE_MAX = none */
	size_t *place; /* [rows] of a row, SIZE_MAX = none */
	size_t next;   /* the place that is used again next */
	double intercept;
	float *numbers; /* the model: the intercept; coefficient and x of each support vector */
	size_t vectors;
} cs_svr_fit;

extern void cs_svr_fit_lay_out(cs_svr_fit *fit, const cs_svr_options *options, size_t rows,
							   size_t columns, cs_workspace *workspace);

/* Fits target[rows] at the listed rows of x[rows][columns].  CS_NOT_CONVERGED: steps ran out. */
extern cs_status cs_svr_fit_run(cs_svr_fit *fit, const float *x, const double *target,
								const size_t *listed, size_t count);

/* Numbers of a model. */
extern size_t cs_svr_numbers(size_t vectors, size_t columns);

/* The model's value at x[columns]. */
extern double cs_svr_value(const float *numbers, size_t vectors, double gamma, const float *x,
						   size_t columns);

#endif
