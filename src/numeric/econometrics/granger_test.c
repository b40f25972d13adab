/*
 * granger_test.c
 *		One regression whose last columns are those that the test leaves out.
 */
#include "numeric/econometrics/granger_test.h"

#include "numeric/econometrics/series_data.h"
#include "numeric/econometrics/series_regression.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

typedef struct granger_data
{
	double *y;	   /* [n], without unit */
	double *cause; /* [n], likewise */
	cs_series_regression regression;
} granger_data;

static void
layout(granger_data *data, size_t n, size_t lags, cs_workspace *workspace)
{
	data->y = cs_workspace_take(workspace, n, sizeof(double));
	data->cause = cs_workspace_take(workspace, n, sizeof(double));
	cs_series_regression_layout(&data->regression, 2 * lags + 1, workspace);
}

size_t
cs_granger_size(size_t n, size_t lags)
{
	cs_workspace workspace;
	granger_data data;

	cs_workspace_count(&workspace);
	layout(&data, n, lags, &workspace);
	return cs_workspace_total(&workspace);
}

size_t
cs_granger_least(size_t lags)
{
	return 3 * lags + 2;
}

static void
regress(granger_data *data, size_t n, size_t lags)
{
	cs_series_regression_start(&data->regression, 2 * lags + 1);
	for (size_t t = lags; t < n; t++)
	{
		double *row = data->regression.row;

		row[0] = 1;
		for (size_t j = 1; j <= lags; j++)
		{
			row[j] = data->y[t - j];
			row[lags + j] = data->cause[t - j];
		}
		cs_series_regression_add(&data->regression, data->y[t]);
	}
	cs_series_regression_finish(&data->regression);
}

cs_status
cs_granger_test(const double *rows, size_t n, size_t lags, cs_workspace *workspace,
				cs_granger_result *result)
{
	granger_data data;
	double rounding;
	double unused;
	double squares;
	cs_status status;

	if (lags == 0)
		return CS_OUT_OF_RANGE;
	if (n < cs_granger_least(lags))
		return CS_TOO_FEW;
	layout(&data, n, lags, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status = cs_series_copy(rows, n, 2, true, data.y, &rounding);
	if (status == CS_OK)
		status = cs_series_copy(rows + 1, n, 2, true, data.cause, &unused);
	if (status != CS_OK)
		return status;
	regress(&data, n, lags);
	squares = cs_series_regression_squares(&data.regression, data.regression.columns);
	if (sqrt(squares / (double) data.regression.rows) <= rounding)
		return CS_ZERO_VARIANCE;
	if (cs_series_regression_explained(&data.regression) < data.regression.columns)
		return CS_SINGULAR;
	result->freedom = data.regression.rows - data.regression.columns;
	result->statistic = (cs_series_regression_squares(&data.regression, lags + 1) - squares) /
						(double) lags / (squares / (double) result->freedom);
	result->p_value = gsl_cdf_fdist_Q(result->statistic, (double) lags, (double) result->freedom);
	return isfinite(result->statistic) ? CS_OK : CS_NOT_FINITE;
}
