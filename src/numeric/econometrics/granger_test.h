/*
 * granger_test.h
 *		The test of Granger (Econometrica 37, 1969): the past of a series says nothing of another.
 *
 * F test of the lags of `cause` in the regression of y on a constant, its own lags and those.
 */
#ifndef CREDITSPREAD_NUMERIC_GRANGER_TEST_H
#define CREDITSPREAD_NUMERIC_GRANGER_TEST_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stddef.h>

typedef struct cs_granger_result
{
	double statistic;
	double p_value;
	size_t freedom; /* of the residuals; that of the numerator is the number of lags */
} cs_granger_result;

/* Fewest rows that a test with so many lags takes. */
extern size_t cs_granger_least(size_t lags);

extern size_t cs_granger_size(size_t n, size_t lags);

/*
 * The test of rows[n][2], y and cause.  CS_TOO_FEW; CS_CONSTANT where a series is; CS_SINGULAR
 * where a lag follows from the others; CS_ZERO_VARIANCE where they leave no error.
 */
extern cs_status cs_granger_test(const double *rows, size_t n, size_t lags, cs_workspace *workspace,
								 cs_granger_result *result);

#endif
