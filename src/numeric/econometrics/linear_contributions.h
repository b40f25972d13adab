/*
 * linear_contributions.h
 *		What each term adds to a robust linear forecast: v shrinkage b_k x_k, from y(t) itself,
 *		which is the forecast where nothing has changed.
 */
#ifndef CREDITSPREAD_NUMERIC_LINEAR_CONTRIBUTIONS_H
#define CREDITSPREAD_NUMERIC_LINEAR_CONTRIBUTIONS_H

#include "numeric/base/contributions.h"
#include "numeric/econometrics/linear.h"

/* The column of term `term` of those of features known in advance, and of any term. */
extern size_t cs_linear_ahead_column(const cs_linear_data *data, size_t term);
extern size_t cs_linear_term_column(const cs_linear_options *options, const cs_linear_data *data,
									size_t term);

/*
 * The forecast made with the terms x, the volatility and the y of an origin; the workspace is that
 * of cs_contributions_lay_out.  Errors as cs_contributions_finish; CS_NO_MEMORY.
 */
extern cs_status cs_linear_contributions(const cs_linear_inputs *inputs,
										 const cs_linear_horizon *horizon, const double *x,
										 double volatility, double y, cs_workspace *workspace,
										 cs_contributions *result);

#endif
