/*
 * curve_data.h
 *		The yields of one curve, centred and weighted, and the loadings of Nelson-Siegel and
 *		Svensson curves at their maturities: what the searches for decays share.
 */
#ifndef CREDITSPREAD_NUMERIC_CURVE_DATA_H
#define CREDITSPREAD_NUMERIC_CURVE_DATA_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/term_structure/curve_quality.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cs_curve_data
{
	size_t n;
	size_t different;		/* maturities */
	const double *maturity; /* [n] ascending */
	double weight;			/* of all observations */
	double mean;			/* weighted, of the yields */
	double total;			/* weighted sum of squares of the centred yields */
	bool constant;			/* all yields are equal, but for rounding */
	double *root_weight;	/* [n] NULL = equal weights */
	double *yield;			/* [rows] centred, times the root weights; 0 in the rows added */
	size_t rows;			/* n, and one for each column that is shrunk */
	double ridge;			/* in those rows: root of what a square of a factor adds */
} cs_curve_data;

/* Most columns of loadings beside the ones. */
#define CS_CURVE_COLUMNS (CS_CURVE_FACTORS - 1)

/* Most rows of a column, which takes room for them where it may be shrunk. */
static inline size_t
cs_curve_rows(size_t n)
{
	return n < SIZE_MAX - CS_CURVE_COLUMNS ? n + CS_CURVE_COLUMNS : n;
}

/* Takes the arrays for n observations. */
extern void cs_curve_data_lay_out(cs_curve_data *data, size_t n, cs_workspace *workspace);

/*
 * maturity[n] ascending (years, >= 0) is kept by reference, yield[n] (percent) and weight[n] (> 0;
 * NULL = equal) are not.  CS_TOO_FEW below `needed` different maturities (*different receives their
 * number), CS_NOT_FINITE, CS_OUT_OF_RANGE.
 */
extern cs_status cs_curve_data_fill(cs_curve_data *data, const double *maturity,
									const double *yield, const double *weight, size_t needed,
									size_t *different);

/*
 * Shrinks `columns` factors towards 0: the sum of squares is enlarged by shrinkage times the weight
 * of all observations times the square of each.
 */
extern void cs_curve_data_shrink(cs_curve_data *data, size_t columns, double shrinkage);

/* F2, F3 and x exp(-x) at x = decay * maturity[n]. */
extern void cs_curve_data_loadings(const cs_curve_data *data, double decay, double *slope,
								   double *curvature, double *hump);

/* Multiplies column[n] by the root weights. */
extern void cs_curve_data_scale(const cs_curve_data *data, double *column);

/*
 * Weights the columns and makes them orthogonal to the ones and to each other, by modified
 * Gram-Schmidt; triangle[(count + 1)^2] receives the upper triangle of this decomposition, row by
 * row.  False if a column depends on those before.
 */
extern bool cs_curve_data_orthogonalize(const cs_curve_data *data, size_t count,
										double *const *column, double *triangle);

/*
 * The factors: level, then one for each orthogonal column.  residual[rows] is what they leave of
 * the yields; returns its sum of squares, the enlargement by shrinkage included.
 */
extern double cs_curve_data_solve(const cs_curve_data *data, size_t count, double *const *column,
								  const double *triangle, double *factor, double *residual);

/* The quality of a fit of count + 1 factors and `decays` that were estimated, from its triangle. */
extern void cs_curve_data_quality(const cs_curve_data *data, size_t count, size_t decays,
								  const double *triangle, double sse, cs_curve_quality *quality);

/* The bounds of a search for decays that are NAN: see curve_quality.h; the columns are scratch. */
extern void cs_curve_data_bounds(const cs_curve_data *data, bool two_humps, double *const *scratch,
								 double *lower, double *upper);

#endif
