/*
 * adf_test.c
 *		The regression of the augmented Dickey-Fuller test, and the choice of its lags.
 */
#include "numeric/econometrics/adf_test.h"

#include "numeric/econometrics/series_data.h"
#include "numeric/econometrics/series_regression.h"

#include <math.h>

/* The normal quantile of 0.95. */
#define SIGNIFICANT_T 1.6448536269514722

typedef struct adf_data
{
	double *y; /* [n], without unit */
	size_t n;
	cs_trend trend;
	double rounding;
	cs_series_regression regression;
} adf_data;

static void
layout(adf_data *data, size_t n, size_t lags, cs_trend trend, cs_workspace *workspace)
{
	*data = (adf_data){.n = n, .trend = trend};
	data->y = cs_workspace_take(workspace, n, sizeof(double));
	cs_series_regression_layout(&data->regression, trend + 1 + lags, workspace);
}

size_t
cs_adf_size(size_t n, size_t lags, cs_trend trend)
{
	cs_workspace workspace;
	adf_data data;

	cs_workspace_count(&workspace);
	layout(&data, n, lags, trend, &workspace);
	return cs_workspace_total(&workspace);
}

size_t
cs_adf_default_lags(size_t n, cs_trend trend)
{
	size_t lags = cs_fourth_root_lags(12, n, true);
	size_t terms = (size_t) trend + 1;

	if (n / 2 <= terms)
		return 0;
	return lags < n / 2 - terms ? lags : n / 2 - terms;
}

size_t
cs_adf_least(size_t lags, cs_trend trend)
{
	return 2 * lags + trend + 3;
}

/* The regression with `lags` differences on the rows that `skipped` would leave; y_{t-1} last or
 * before them. */
static void
regress(adf_data *data, size_t lags, size_t skipped, bool level_last)
{
	const double *y = data->y;

	cs_series_regression_start(&data->regression, data->trend + 1 + lags);
	for (size_t t = skipped + 1; t < data->n; t++)
	{
		double *row = data->regression.row;

		row += cs_trend_terms(data->trend, t, data->n, row);
		if (!level_last)
			*row++ = y[t - 1];
		for (size_t j = 1; j <= lags; j++)
			*row++ = y[t - j] - y[t - j - 1];
		if (level_last)
			*row = y[t - 1];
		cs_series_regression_add(&data->regression, y[t] - y[t - 1]);
	}
	cs_series_regression_finish(&data->regression);
}

static double
criterion(const adf_data *data, cs_lag_selection selection, size_t columns)
{
	double rows = (double) data->regression.rows;
	double penalty = selection == CS_LAGS_AIC ? 2 : log(rows);

	return rows * log(cs_series_regression_squares(&data->regression, columns) / rows) +
		   penalty * (double) columns;
}

/*
 * One regression gives them all, since the lags stand last; those that follow from others end them.
 */
static size_t
choose_lags(const adf_data *data, cs_lag_selection selection)
{
	size_t first = (size_t) data->trend + 1;
	size_t end = cs_series_regression_explained(&data->regression);
	size_t best = first;

	if (selection == CS_LAGS_T)
	{
		for (best = end; best > first; best--)
			if (fabs(cs_series_regression_t(&data->regression, best)) >= SIGNIFICANT_T)
				break;
		return best - first;
	}
	for (size_t columns = first + 1; columns <= end; columns++)
		if (criterion(data, selection, columns) < criterion(data, selection, best))
			best = columns;
	return best - first;
}

static bool
leaves_nothing(const adf_data *data)
{
	const cs_series_regression *regression = &data->regression;

	return sqrt(cs_series_regression_squares(regression, regression->columns) /
				(double) regression->rows) <= data->rounding;
}

cs_status
cs_adf_test(const double *y, size_t n, cs_trend trend, cs_lag_selection selection, size_t lags,
			cs_workspace *workspace, cs_adf_result *result)
{
	adf_data data;
	cs_status status;

	if (n < cs_adf_least(lags, trend))
		return CS_TOO_FEW;
	layout(&data, n, lags, trend, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status = cs_series_copy(y, n, 1, trend != CS_TREND_NONE, data.y, &data.rounding);
	if (status != CS_OK)
		return status;
	if (selection != CS_LAGS_FIXED)
	{
		regress(&data, lags, lags, false);
		if (leaves_nothing(&data))
			return CS_ZERO_VARIANCE;
		if (cs_series_regression_explained(&data.regression) <= (size_t) trend)
			return CS_SINGULAR;
		lags = choose_lags(&data, selection);
	}
	regress(&data, lags, lags, true);
	if (leaves_nothing(&data))
		return CS_ZERO_VARIANCE;
	if (cs_series_regression_explained(&data.regression) < data.regression.columns)
		return CS_SINGULAR;
	result->statistic = cs_series_regression_t(&data.regression, data.regression.columns);
	result->p = cs_dickey_fuller_p_value(trend, result->statistic);
	cs_dickey_fuller_critical_values(trend, data.regression.rows, result->critical);
	result->lags = lags;
	return isfinite(result->statistic) ? CS_OK : CS_NOT_FINITE;
}
