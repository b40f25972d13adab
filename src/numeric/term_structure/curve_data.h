/*
 * curve_data.h
 *		The yields of one curve, centred and weighted, and the loadings of Nelson-Siegel and
 *		Svensson curves at their maturities: what the searches for decays share.
 */
#ifndef CREDITSPREAD_NUMERIC_CURVE_DATA_H
#define CREDITSPREAD_NUMERIC_CURVE_DATA_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct cs_curve_data
{
	size_t n;
	size_t different;		/* maturities */
	const double *maturity; /* [n] ascending */
	double weight;			/* of all observations */
	double mean;			/* weighted, of the yields */
	double total;			/* weighted sum of squares of the centred yields */
	bool constant;			/* all yields are equal */
	double *root_weight;	/* [n] NULL = equal weights */
	double *yield;			/* [n] centred, times the root weights */
} cs_curve_data;

/* Adds what cs_curve_data_initialize takes for n observations. */
extern void cs_curve_data_size_add(cs_size *size, size_t n);

/*
 * maturity[n] ascending (years, >= 0) is kept by reference, yield[n] (percent) and weight[n] (> 0;
 * NULL = equal) are not.  CS_TOO_FEW below `needed` different maturities (*different receives their
 * number), CS_NOT_FINITE, CS_OUT_OF_RANGE, CS_NO_MEMORY.
 */
extern cs_status cs_curve_data_initialize(cs_curve_data *data, size_t n, const double *maturity,
										  const double *yield, const double *weight, size_t needed,
										  cs_workspace *workspace, size_t *different);

/* F2, F3 and x exp(-x) at x = decay * maturity[n]. */
extern void cs_curve_data_loadings(const cs_curve_data *data, double decay, double *slope,
								   double *curvature, double *hump);

/* Centres column[n], multiplies it by the root weights and returns its mean. */
extern double cs_curve_data_centre(const cs_curve_data *data, double *column);

/* Multiplies column[n] by the root weights. */
extern void cs_curve_data_scale(const cs_curve_data *data, double *column);

#endif
