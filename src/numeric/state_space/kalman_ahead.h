/*
 * kalman_ahead.h
 *		What a filter expects of the rows after the one that it has taken last.
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_AHEAD_H
#define CREDITSPREAD_NUMERIC_KALMAN_AHEAD_H

#include "numeric/state_space/kalman_matrix.h"

typedef struct cs_kalman_ahead
{
	cs_kalman_matrix filter;
	cs_kalman_position position; /* of the filter */
	double *state;				 /* [n] */
	double *moved;				 /* [n] */
	double *from;				 /* [n][n] the covariance of which the variances are */
	size_t settled;				 /* rows ahead with variances of that covariance; 0: none */
} cs_kalman_ahead;

/* For a system of one observation in a row; workspace->failed says that there was no room. */
extern void cs_kalman_ahead_lay_out(cs_kalman_ahead *ahead, const cs_kalman_system *system,
									cs_workspace *workspace);

/* Once, over the block. */
extern void cs_kalman_ahead_start(cs_kalman_ahead *ahead);

/*
 * Means and variances of the `horizon` rows after those that the filter has taken; NaN where a
 * diffuse start is not overcome.  The row `h` after the last has the controls of row h - 1 of
 * controls[rows][c], or of its last row; rows 0 = none.  variance[] is to be that of the call
 * before: what has settled is left in it.
 */
extern void cs_kalman_ahead_run(cs_kalman_ahead *ahead, const cs_kalman_matrix *filter,
								const double *controls, size_t rows, size_t horizon, double *mean,
								double *variance);

#endif
