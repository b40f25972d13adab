/*
 * series_regression.h
 *		Least squares of a series on a trend and on lags, and what tests of series ask of it.
 *
 * An orthogonal triangle by Householder's reflections of blocks of rows (Golub and Van Loan, Matrix
 * Computations, 12.5.2): lags of a series that moves in ticks eliminate to rounding, which
 * rotations of single rows would take for data.
 */
#ifndef CREDITSPREAD_NUMERIC_SERIES_REGRESSION_H
#define CREDITSPREAD_NUMERIC_SERIES_REGRESSION_H

#include "numeric/base/workspace.h"
#include "numeric/econometrics/unit_root_distribution.h"

#include <stddef.h>

typedef struct cs_series_regression
{
	size_t columns;	  /* without the explained value, which stands behind them */
	size_t rows;	  /* added */
	size_t waiting;	  /* of these, in the block */
	double *triangle; /* [columns + 1][columns + 1], upper */
	double *block;	  /* [columns + 1][CS_REGRESSION_BLOCK] */
	double *squares;  /* [columns]: sum of squares of each column */
	double *row;	  /* [columns]: the next row, for the caller to fill */
} cs_series_regression;

#define CS_REGRESSION_BLOCK 32

/* Takes its arrays, for up to `columns` columns. */
extern void cs_series_regression_layout(cs_series_regression *regression, size_t columns,
										cs_workspace *workspace);

/* Empty, with so many columns, at most those of the layout. */
extern void cs_series_regression_start(cs_series_regression *regression, size_t columns);

/* Adds regression->row and the value that it explains; polls. */
extern void cs_series_regression_add(cs_series_regression *regression, double value);

/* After the last row, before the functions below. */
extern void cs_series_regression_finish(cs_series_regression *regression);

/* The first column that the ones before explain; `columns` when there is none. */
extern size_t cs_series_regression_explained(const cs_series_regression *regression);

/* Sum of squared residuals with the first `columns` columns only. */
extern double cs_series_regression_squares(const cs_series_regression *regression, size_t columns);

/* t statistic of the last column among the first `columns`. */
extern double cs_series_regression_t(const cs_series_regression *regression, size_t columns);

/* What the columns before leave of the last one: the sum of squares. */
extern double cs_series_regression_rest(const cs_series_regression *regression);

extern void cs_series_regression_solve(const cs_series_regression *regression,
									   double *coefficients);

/* Fills row[trend] with the terms of time t of n and returns trend, their number. */
extern size_t cs_trend_terms(cs_trend trend, size_t t, size_t n, double *row);

#endif
