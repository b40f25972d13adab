/*
 * path_integral.h
 *		Integrated gradients (Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks,
 *		2017): what each input adds to a function on the straight way from a baseline b to x,
 *
 *		c_d = integral_0^1 (x_d - b_d) df/dx_d (b + t (x - b)) dt,    sum_d c_d = f(x) - f(b),
 *
 *		by Gauss-Legendre rules on pieces of the way.  A piece that is not the sum of its halves, as
 *		one with a kink, is halved.
 */
#ifndef CREDITSPREAD_NUMERIC_PATH_INTEGRAL_H
#define CREDITSPREAD_NUMERIC_PATH_INTEGRAL_H

#include <stddef.h>

/* Nodes of a rule on [0, 1], exact for polynomials up to degree 31. */
#define CS_GAUSS_NODES 16

extern const double cs_gauss_node[CS_GAUSS_NODES];
extern const double cs_gauss_weight[CS_GAUSS_NODES];

typedef struct cs_path
{
	void *of;
	size_t dimensions;

	/* adds sum_q weight[q] (x_d - b_d) df/dx_d at t[q], q < count, to sum[dimensions] */
	void (*add_slopes)(void *of, const double *t, const double *weight, int count, double *sum);

	double rounding; /* of the slopes, relative */
} cs_path;

/*
 * Writes c into sum[dimensions], to an absolute accuracy of its sum unless very many pieces did not
 * do: the caller holds it against f(x) - f(b).  scratch[2][dimensions].
 */
extern void cs_path_integrate(const cs_path *path, double accuracy, double *scratch, double *sum);

#endif
