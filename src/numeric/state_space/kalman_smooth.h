/*
 * kalman_smooth.h
 *		The fixed-interval smoother of several states: what all rows say of each, backwards through
 *		the rows of kalman_matrix.h.
 *
 * It is that of de Jong (Journal of the American Statistical Association 84, 1989), x + P r and
 * P - P N P, which inverts nothing.  Where later rows tell much more than those before, the start
 * above all, that difference would lose its digits; there, and where later rows tell what was not
 * known at all, it is that of Rauch, Tung and Striebel (AIAA Journal 3, 1965): given the next
 * state, a state is what the filter makes of it with one more observation, x(t+1) = A x(t) + w.
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_SMOOTH_H
#define CREDITSPREAD_NUMERIC_KALMAN_SMOOTH_H

#include "numeric/state_space/kalman_matrix.h"

typedef struct cs_kalman_smoother
{
	cs_kalman_matrix *filter; /* its memory is used */
	cs_kalman_matrix back;	  /* takes the next state in */
	bool taken;				  /* a later row took in what was unknown: r and N have ended */
	bool settled;			  /* `back` holds the gain of its own predicted covariance */
	double *r, *n;			  /* what later rows say of the state [n], [n][n] */
	/* of the row last smoothed */
	double *state, *covariance; /* [n], [n][n] as in kalman_factor.h */
	double *predicted;			/* [n], as the filter predicted it */
	double *untold;				/* directions of which no row tells [n][n] */
	size_t untold_count;
	double *work, *difference, *root, *left;			 /* [n], [n], [n][n], [n][n] */
	double *back_state, *back_covariance, *back_unknown; /* the position of `back` */
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
