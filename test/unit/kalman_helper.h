/*
 * kalman_helper.h
 *		What the tests of the Kalman filter of several states compare with.
 */
#ifndef CREDITSPREAD_UNIT_KALMAN_HELPER_H
#define CREDITSPREAD_UNIT_KALMAN_HELPER_H

#include <stdbool.h>
#include <stdint.h>

#include "numeric/state_space/kalman_matrix.h"

#define ROWS 60

extern const double h3[];
extern const cs_kalman_system system3;
extern double y3[ROWS * 3], u3[ROWS * 2];

/* Fills y3 and u3. */
extern void make_rows(uint64_t seed, bool gaps);

/* The inverse of matrix[n][n], n up to 3. */
extern void invert(size_t n, const double *matrix, double *inverse);

/* x[3 rows] of system3 that minimize the weighted squares of w and v, and their covariance. */
extern void normal_equations(size_t rows, double *x, double *v);

#endif
