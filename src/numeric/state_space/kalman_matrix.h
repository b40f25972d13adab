/*
 * kalman_matrix.h
 *		The Kalman filter of several states and observations:
 *
 *		x(t) = A x(t-1) + B u(t) + w, w ~ N(0, Q)		z(t) = H x(t) + v, v ~ N(0, R)
 *
 * The elements of an observation are made independent (R = L D L') and taken one after the other,
 * so that no matrix is inverted and any of them may be missing (Koopman and Durbin, Journal of Time
 * Series Analysis 21, 2000).  Covariances are kept as factors, see kalman_factor.h.  A diffuse
 * start is exact: the covariance is P + k U with k without bound, and an observation that sees U
 * takes a direction out of it, see kalman_unknown.h (Durbin and Koopman, Time Series Analysis by
 * State Space Methods, 2012, ch. 5 and 6.4).
 *
 * The log-likelihood of an element that takes a direction out of U is not counted.
 *
 * Legend: n states, m observed, c controls.  Matrices lie row after row.
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_MATRIX_H
#define CREDITSPREAD_NUMERIC_KALMAN_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/state_space/kalman.h"
#include "numeric/state_space/kalman_unknown.h"

#define CS_KALMAN_MAX_SIZE 64 /* of n, m and c each */

typedef struct cs_kalman_system
{
	size_t states, observed, controls;
	const double *transition;  /* A [n][n] */
	const double *observation; /* H [m][n] */
	const double *process;	   /* Q [n][n] */
	const double *noise;	   /* R [m][m] */
	const double *control;	   /* B [n][c] */
	const double *direct;	   /* D [m][c], what controls add to observations; NULL = nothing */
} cs_kalman_system;

/* All that a filter has to remember from one row to the next. */
typedef struct cs_kalman_position
{
	double *state;		/* [n] */
	double *covariance; /* P [n][n], as in kalman_factor.h */
	double *unknown;	/* as in kalman_unknown.h, all zero when the start is known */
	bool predicted;		/* the position is already that before the next observation */
} cs_kalman_position;

/* A row of results, views of one block of cs_kalman_row_doubles(); NaN where there is none. */
typedef struct cs_kalman_matrix_row
{
	double *predicted;			   /* [n] */
	double *predicted_covariance;  /* [n][n] */
	double *filtered;			   /* [n] */
	double *covariance;			   /* [n][n] */
	double *gain;				   /* [n][m]; zero for a missing element */
	double *innovation;			   /* [m] */
	double *innovation_covariance; /* [m][m] */
	double *log_likelihood;		   /* [1] */
} cs_kalman_matrix_row;

/* The elements of an observation made independent, and how each was taken in. */
typedef struct cs_kalman_elements
{
	size_t count;		 /* present */
	size_t *index;		 /* [m], of the present ones */
	double *lower;		 /* L [count][count], D on its diagonal */
	double *noise;		 /* D [m] */
	double *observation; /* inverse of L times H [m][n] */
	double *value;		 /* inverse of L times z [m] */
	double *innovation;	 /* [m], each given those before it */
	double *variance;	 /* F [m] of that innovation */
	bool *first;		 /* [m], took a direction of what is unknown out */
	double *gain;		 /* [m][n] */
} cs_kalman_elements;

/* What a row leaves for those after it. */
typedef struct cs_kalman_phase
{
	cs_kalman_elements elements;
	double *predicted;			   /* covariance before the observation, a factor [n][n] */
	double *filtered;			   /* likewise, after it */
	double *gain;				   /* [n][m] */
	double *innovation_covariance; /* [m][m] */
} cs_kalman_phase;

typedef struct cs_kalman_matrix
{
	cs_kalman_system system;
	cs_kalman_position position;
	size_t directions;		   /* that are unknown */
	cs_kalman_phase phases[2]; /* of the last two rows, in turn */
	int phase;				   /* of the last one */
	int complete;			   /* rows that were observed whole one after the other, up to 2 */
	bool steady; /* the covariances of two rows ago have come back, bit by bit, and will go on */
	double *process;  /* Q as a factor [n][n] */
	double *scratch;  /* [2 n + 2][n] */
	double *vector;	  /* [n] */
	double *seen;	  /* [n], products with the directions */
	cs_kalman scalar; /* does the work where n = m = 1 */
} cs_kalman_matrix;

/* Whether S[n][n] is symmetric and positive semidefinite, up to rounding; n to the maximum. */
extern bool cs_kalman_is_covariance(size_t n, const double *matrix);

/* A start of which nothing is known; sizes within their limits. */
extern void cs_kalman_start_unknown(const cs_kalman_system *system, double *unknown);

extern size_t cs_kalman_row_doubles(const cs_kalman_system *system);
extern cs_kalman_matrix_row cs_kalman_row_views(const cs_kalman_system *system, double *block);

/* The effect of controls[c] on state i, (B u)[i]; NULL = none. */
extern double cs_kalman_control_effect(const cs_kalman_system *system, size_t i,
									   const double *controls);

/*
 * y[m] less D u, which is what the filter takes; missing where an element of controls[c] is NaN,
 * which becomes 0, or where there are none.  Nothing without a D.
 */
extern void cs_kalman_less_direct(const cs_kalman_system *system, double *controls, double *y);

extern size_t cs_kalman_matrix_size(const cs_kalman_system *system);

/*
 * The arrays of the system and of the position stay in use; the position, which the caller fills,
 * is kept up to date.  CS_OUT_OF_RANGE for sizes of zero (controls apart) or above the maximum;
 * covariances are taken as checked.
 */
extern cs_status cs_kalman_matrix_initialize(cs_kalman_matrix *filter,
											 const cs_kalman_system *system,
											 const cs_kalman_position *position,
											 cs_workspace *workspace);

/*
 * Its parts, for cs_kalman_matrix_take_exact alone: the arrays, of which workspace->failed tells
 * that there was no room, and the position.
 */
extern void cs_kalman_matrix_lay_out(cs_kalman_matrix *filter, const cs_kalman_system *system,
									 cs_workspace *workspace);
extern void cs_kalman_matrix_start(cs_kalman_matrix *filter, const cs_kalman_position *position);

/* Moves the position before the observation of the next row; controls[c], NULL = none. */
extern void cs_kalman_matrix_predict(cs_kalman_matrix *filter, const double *controls);

/*
 * Takes the observation y[m] in, NaN = missing.  CS_NOT_FINITE when the state overflows,
 * CS_ZERO_VARIANCE when an element has no variance.
 */
extern cs_status cs_kalman_matrix_update(cs_kalman_matrix *filter, const double *y,
										 const cs_kalman_matrix_row *row);

/* The same without results. */
extern cs_status cs_kalman_matrix_take(cs_kalman_matrix *filter, const double *y);

/*
 * The covariances after an observation of all elements, and the gain on it; an element that has no
 * variance tells nothing.
 */
extern cs_status cs_kalman_matrix_take_exact(cs_kalman_matrix *filter);

/* Puts the filter at a copy of a position. */
extern void cs_kalman_matrix_place(cs_kalman_matrix *filter, const cs_kalman_position *position);

/* Both; with n = m = 1 the results are those of kalman.h, bit by bit. */
extern cs_status cs_kalman_matrix_step(cs_kalman_matrix *filter, const double *y,
									   const double *controls, const cs_kalman_matrix_row *row);

#endif
