/*
 * kalman_smooth.h
 *		The fixed-interval smoother of several states: what all rows say of each, backwards through
 *		the rows of kalman_matrix.h.  It is the smoother of Rauch, Tung and Striebel in the form of
 *		de Jong (Journal of the American Statistical Association 84, 1989), which inverts no
 *		covariance, with the terms of an exact diffuse start (Koopman and Durbin, Journal of Time
 *		Series Analysis 24, 2003).
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_SMOOTH_H
#define CREDITSPREAD_NUMERIC_KALMAN_SMOOTH_H

#include "numeric/state_space/kalman_matrix.h"

typedef struct cs_kalman_smoother
{
	cs_kalman_matrix *filter; /* its memory is used */
	/* what later rows say of the state: in powers of the unbounded factor of U */
	double *r0, *r1;				/* [n] */
	double *n0, *n1, *n2;			/* [n][n] */
	double *known, *first, *second; /* products with N */
} cs_kalman_smoother;

extern size_t cs_kalman_smoother_size(const cs_kalman_system *system);

/* Starts behind the last row that counts. */
extern cs_status cs_kalman_smoother_initialize(cs_kalman_smoother *smoother,
											   cs_kalman_matrix *filter, cs_workspace *workspace);
extern void cs_kalman_smoother_restart(cs_kalman_smoother *smoother);

/*
 * The row before: `predicted` is the filter's position there after cs_kalman_matrix_predict, y[m]
 * its observation.  Gives state[n] and covariance[n][n], unless both are NULL; NaN where no row
 * tells.  Statuses as cs_kalman_matrix_update.
 */
extern cs_status cs_kalman_smoother_back(cs_kalman_smoother *smoother,
										 const cs_kalman_position *predicted, const double *y,
										 double *state, double *covariance);

#endif
