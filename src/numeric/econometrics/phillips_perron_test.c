/*
 * phillips_perron_test.c
 *		The regression on the value before, and the correction for correlated errors.
 */
#include "numeric/econometrics/phillips_perron_test.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/econometrics/series_data.h"
#include "numeric/econometrics/series_regression.h"

#include <math.h>

#define MOST_COLUMNS (CS_TREND_LINEAR + 1)

typedef struct pp_data
{
	double *y;		   /* [n], without unit */
	double *residuals; /* [n - 1] */
	size_t n;
	cs_trend trend;
	cs_series_regression regression;
} pp_data;

static void
layout(pp_data *data, size_t n, cs_trend trend, cs_workspace *workspace)
{
	*data = (pp_data){.n = n, .trend = trend};
	data->y = cs_workspace_take(workspace, n, sizeof(double));
	data->residuals = cs_workspace_take(workspace, n, sizeof(double));
	cs_series_regression_layout(&data->regression, (size_t) trend + 1, workspace);
}

size_t
cs_phillips_perron_size(size_t n, cs_trend trend)
{
	cs_workspace workspace;
	pp_data data;

	cs_workspace_count(&workspace);
	layout(&data, n, trend, &workspace);
	return cs_workspace_total(&workspace);
}

size_t
cs_phillips_perron_default_lags(size_t n)
{
	return n == 0 ? 0 : cs_fourth_root_lags(4, n - 1, false);
}

size_t
cs_phillips_perron_least(size_t lags, cs_trend trend)
{
	size_t rows = (size_t) trend + 2;

	return (rows > lags + 1 ? rows : lags + 1) + 1;
}

static size_t
fill_row(const pp_data *data, size_t t, double *row)
{
	size_t terms = cs_trend_terms(data->trend, t, data->n, row);

	row[terms] = data->y[t - 1];
	return terms + 1;
}

static void
regress(pp_data *data)
{
	cs_series_regression_start(&data->regression, (size_t) data->trend + 1);
	for (size_t t = 1; t < data->n; t++)
	{
		fill_row(data, t, data->regression.row);
		cs_series_regression_add(&data->regression, data->y[t] - data->y[t - 1]);
	}
	cs_series_regression_finish(&data->regression);
}

/* Also returns the coefficient of the value before. */
static double
fill_residuals(pp_data *data)
{
	double coefficients[MOST_COLUMNS];

	cs_series_regression_solve(&data->regression, coefficients);
	for (size_t t = 1; t < data->n;)
		for (size_t end = cs_block_end(t, data->n, MOST_COLUMNS); t < end; t++)
		{
			double row[MOST_COLUMNS];
			size_t columns = fill_row(data, t, row);

			data->residuals[t - 1] =
				data->y[t] - data->y[t - 1] - cs_dot(columns, coefficients, row);
		}
	return coefficients[data->regression.columns - 1];
}

static cs_status
correct(const pp_data *data, double last_coefficient, size_t lags,
		cs_phillips_perron_result *result)
{
	const cs_series_regression *regression = &data->regression;
	double rows = (double) regression->rows;
	double short_run = cs_lagged_product(data->residuals, regression->rows, 0) / rows;
	double long_run = cs_bartlett_variance(data->residuals, regression->rows, lags);
	double excess = long_run - short_run;
	/* (T s_r / s)^2 */
	double ratio = rows * rows / cs_series_regression_rest(regression);

	result->tau =
		sqrt(short_run / long_run) * cs_series_regression_t(regression, regression->columns) -
		excess / (2 * sqrt(long_run)) * sqrt(ratio);
	result->alpha = rows * last_coefficient - ratio * excess / 2;
	if (!isfinite(result->tau) || !isfinite(result->alpha))
		return CS_NOT_FINITE;
	result->tau_p = cs_dickey_fuller_p_value(data->trend, result->tau);
	cs_dickey_fuller_critical_values(data->trend, regression->rows, result->critical);
	result->alpha_p = cs_normalized_bias_p_value(data->trend, regression->rows, result->alpha);
	return CS_OK;
}

cs_status
cs_phillips_perron_test(const double *y, size_t n, cs_trend trend, size_t lags,
						cs_workspace *workspace, cs_phillips_perron_result *result)
{
	pp_data data;
	double rounding;
	cs_status status;

	if (trend > CS_TREND_LINEAR)
		return CS_OUT_OF_RANGE;
	if (n < cs_phillips_perron_least(lags, trend))
		return CS_TOO_FEW;
	layout(&data, n, trend, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status = cs_series_copy(y, n, 1, trend != CS_TREND_NONE, data.y, &rounding);
	if (status != CS_OK)
		return status;
	regress(&data);
	if (sqrt(cs_series_regression_squares(&data.regression, data.regression.columns) /
			 (double) data.regression.rows) <= rounding)
		return CS_ZERO_VARIANCE;
	if (cs_series_regression_explained(&data.regression) < data.regression.columns)
		return CS_SINGULAR;
	return correct(&data, fill_residuals(&data), lags, result);
}
