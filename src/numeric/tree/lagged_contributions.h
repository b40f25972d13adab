/*
 * lagged_contributions.h
 *		What each term adds to a forecast by trees (tree_contributions.h) or by support vectors
 *		(integrated gradients from the means, path_integral.h).
 */
#ifndef CREDITSPREAD_NUMERIC_LAGGED_CONTRIBUTIONS_H
#define CREDITSPREAD_NUMERIC_LAGGED_CONTRIBUTIONS_H

#include "numeric/base/contributions.h"
#include "numeric/tree/lagged.h"

/* The column of a term. */
extern size_t cs_lagged_term_column(const cs_lagged_options *options, const cs_linear_data *data,
									size_t term);

/* Scratch for a horizon's model of so many numbers and parts. */
extern size_t cs_lagged_contributions_size(const cs_lagged_options *options, const float *numbers,
										   size_t parts, size_t terms);

/*
 * The forecast base + unit shrinkage f(x) taken apart: terms in inputs->raw, standardized in x.
 * CS_NOT_FINITE, CS_NOT_CONVERGED as cs_contributions_finish; CS_NO_MEMORY.
 */
extern cs_status cs_lagged_contributions(const cs_lagged_inputs *inputs,
										 const cs_lagged_horizon *horizon, const float *x,
										 double base, double unit, cs_workspace *workspace,
										 cs_contributions *result);

#endif
