/*
 * arima_auto.c
 *		Differences by tests, orders by steps from one model to a better neighbour.
 */
#include "numeric/state_space/arima_auto.h"

#include <math.h>
#include <string.h>

#include "numeric/base/moments.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/econometrics/kpss_test.h"

#define KPSS_CRITICAL 0.463 /* at 5 %, around a level */
#define SEASONAL_WINDOW 11

static bool
has_season(const cs_arima_limits *limits)
{
	return limits->period > 1;
}

static cs_arima_order
largest_order(const cs_arima_limits *limits)
{
	cs_arima_order order = {.differences = CS_ARIMA_MAX_DIFFERENCES,
							.seasonal_differences = has_season(limits),
							.period = limits->period,
							.constant = true,
							.features = limits->features};

	memcpy(order.count, limits->most, sizeof(order.count));
	return order;
}

void
cs_arima_auto_lay_out(cs_arima_auto *search, const cs_arima_limits *limits, size_t n,
					  cs_workspace *workspace)
{
	cs_arima_order most = largest_order(limits);

	search->limits = *limits;
	cs_arima_fit_lay_out(&search->fit, &most, n, workspace);
	search->values = cs_workspace_take(workspace, n, sizeof(double));
	search->scratch = cs_workspace_take(workspace, n, sizeof(double));
	if (limits->features > 0)
		search->residuals = cs_workspace_take(workspace, n, sizeof(double));
	if (!has_season(limits))
		return;
	for (int i = 0; i < 4; i++)
		search->parts[i] = cs_workspace_take(workspace, n, sizeof(double));
	search->stl =
		(cs_stl_options){.period = (size_t) limits->period,
						 .seasonal = SEASONAL_WINDOW,
						 .trend = cs_stl_default_trend((size_t) limits->period, SEASONAL_WINDOW),
						 .low_pass = cs_stl_default_low_pass((size_t) limits->period),
						 .seasonal_degree = 0,
						 .trend_degree = 1,
						 .low_pass_degree = 1,
						 .inner_iterations = 2};
	search->stl_size = cs_stl_workspace_size(n, &search->stl);
	search->stl_block = cs_workspace_take(workspace, search->stl_size, 1);
}

/* ---- differences ---- */

/* values[] of y with gaps filled by straight lines; leading and trailing ones are left out. */
static size_t
fill_gaps(const double *y, size_t n, double *values)
{
	size_t count = 0;
	size_t last = n;

	for (size_t i = 0; i < n; i++)
	{
		if (isnan(y[i]))
			continue;
		for (size_t j = last + 1; last < n && j < i; j++)
			values[count++] =
				y[last] + (y[i] - y[last]) * (double) (j - last) / (double) (i - last);
		values[count++] = y[i];
		last = i;
	}
	cs_work(n);
	return count;
}

static double
variance_of(const double *values, const double *more, size_t n)
{
	cs_moments moments;
	double sd;

	cs_moments_initialize(&moments);
	for (size_t i = 0; i < n; i++)
		cs_moments_add(&moments, values[i] + (more == NULL ? 0 : more[i]));
	cs_work(8 * n);
	sd = cs_moments_sd(&moments);
	return sd * sd;
}

/* Whether most of what is not trend is season. */
static bool
season_is_strong(cs_arima_auto *search, size_t count)
{
	cs_workspace workspace;
	double whole;

	if (count <= 2 * search->stl.period)
		return false;
	cs_workspace_initialize(&workspace, search->stl_block, search->stl_size);
	if (cs_stl_decompose(count, search->values, &search->stl, &workspace, search->parts[0],
						 search->parts[1], search->parts[2], search->parts[3]) != CS_OK)
		return false;
	whole = variance_of(search->parts[2], search->parts[1], count);
	return whole > 0 &&
		   1 - variance_of(search->parts[2], NULL, count) / whole > CS_ARIMA_STRONG_SEASON;
}

/* Whether each place of the season has a value; the differences of one without cannot start. */
static bool
season_is_seen(const double *y, size_t n, size_t period)
{
	for (size_t place = 0; place < period; place++)
	{
		size_t i = place;

		while (i < n && isnan(y[i]))
			i += period;
		if (i >= n)
			return false;
	}
	cs_work(n);
	return true;
}

static size_t
difference(double *values, size_t count, size_t lag)
{
	if (count <= lag)
		return 0;
	for (size_t i = 0; i + lag < count; i++)
		values[i] = values[i + lag] - values[i];
	cs_work(count);
	return count - lag;
}

/* Whether so many differences leave all features varying; those of a missing row are missing. */
static bool
features_vary(cs_arima_auto *search, int seasonal, int plain)
{
	size_t features = search->limits.features;
	double *values = search->scratch;

	for (size_t j = 0; j < features; j++)
	{
		size_t count = search->fit.n;
		double largest = 0;
		double lowest = INFINITY, highest = -INFINITY;

		for (size_t i = 0; i < count; i++)
		{
			values[i] = search->fit.x[i * features + j];
			largest = fmax(largest, fabs(values[i]));
		}
		for (int k = 0; k < seasonal; k++)
			count = difference(values, count, (size_t) search->limits.period);
		for (int k = 0; k < plain; k++)
			count = difference(values, count, 1);
		for (size_t i = 0; i < count; i++)
		{
			lowest = fmin(lowest, values[i]);
			highest = fmax(highest, values[i]);
		}
		cs_work(2 * search->fit.n);
		if (!(highest - lowest > CS_CONSTANT_RANGE * largest))
			return false;
	}
	return true;
}

/* The differences that the tests give, into order. */
static void
choose_differences(cs_arima_auto *search, const double *y, cs_arima_order *order)
{
	const cs_arima_limits *limits = &search->limits;
	size_t count = fill_gaps(y, search->fit.n, search->values);

	order->seasonal_differences = has_season(limits) &&
								  season_is_seen(y, search->fit.n, (size_t) limits->period) &&
								  season_is_strong(search, count) && features_vary(search, 1, 0);
	for (int i = 0; i < order->seasonal_differences; i++)
		count = difference(search->values, count, (size_t) limits->period);
	for (order->differences = 0; order->differences < CS_ARIMA_MAX_DIFFERENCES;
		 order->differences++)
	{
		cs_kpss_result result;
		size_t lags = (size_t) (3 * sqrt((double) count) / 13);

		if (cs_kpss_test(search->values, count, CS_TREND_CONSTANT, lags, search->scratch,
						 &result) != CS_OK ||
			result.statistic <= KPSS_CRITICAL ||
			!features_vary(search, order->seasonal_differences, order->differences + 1))
			return;
		count = difference(search->values, count, 1);
	}
}

/* ---- orders ---- */

static bool
same_order(const cs_arima_order *a, const cs_arima_order *b)
{
	return memcmp(a->count, b->count, sizeof(a->count)) == 0 && a->constant == b->constant;
}

/* Fits an order that is new and within the limits; whether it is the best so far. */
static bool
try_order(cs_arima_auto *search, const double *y, const cs_arima_order *order, cs_arima_model *best,
		  cs_status *status)
{
	cs_arima_model model;

	for (int i = 0; i < CS_ARIMA_PARTS; i++)
		if (order->count[i] < 0 || order->count[i] > search->limits.most[i])
			return false;
	for (int i = 0; i < search->models; i++)
		if (same_order(&search->tried[i], order))
			return false;
	if (search->models == CS_ARIMA_MAX_MODELS)
		return false;
	search->tried[search->models++] = *order;
	*status = cs_arima_fit_run(&search->fit, order, y, false, &model);
	cs_poll(search->models, CS_ARIMA_MAX_MODELS);
	if (*status != CS_OK || !(model.aicc < best->aicc) ||
		!cs_arima_fit_roots(&search->fit, &model, CS_ARIMA_ROOT))
		return false;
	*best = model;
	cs_arima_fit_remember(&search->fit);
	return true;
}

/* The first better neighbour becomes the best; false where there is none. */
static bool
step(cs_arima_auto *search, const double *y, bool constant_allowed, cs_arima_model *best)
{
	/* p, q, P, Q */
	static const int moves[][CS_ARIMA_PARTS] = {
		{0, 0, -1, 0},	{0, 0, 0, -1}, {0, 0, 1, 0},  {0, 0, 0, 1},	 {0, 0, -1, -1}, {0, 0, -1, 1},
		{0, 0, 1, -1},	{0, 0, 1, 1},  {-1, 0, 0, 0}, {0, -1, 0, 0}, {1, 0, 0, 0},	 {0, 1, 0, 0},
		{-1, -1, 0, 0}, {-1, 1, 0, 0}, {1, -1, 0, 0}, {1, 1, 0, 0}};
	cs_arima_order next;
	cs_status status;

	for (size_t k = 0; k < sizeof(moves) / sizeof(moves[0]); k++)
	{
		next = best->order;
		for (int i = 0; i < CS_ARIMA_PARTS; i++)
			next.count[i] += moves[k][i];
		if (try_order(search, y, &next, best, &status))
			return true;
	}
	if (!constant_allowed)
		return false;
	next = best->order;
	next.constant = !next.constant;
	return try_order(search, y, &next, best, &status);
}

static int
at_most(int value, int most)
{
	return value < most ? value : most;
}

cs_status
cs_arima_auto_run(cs_arima_auto *search, const double *y, cs_arima_model *model)
{
	/* p, q, P, Q */
	static const int starts[][CS_ARIMA_PARTS] = {
		{2, 2, 1, 1}, {0, 0, 0, 0}, {1, 0, 1, 0}, {0, 1, 0, 1}};
	const int *most = search->limits.most;
	cs_arima_order order = {.period = search->limits.period, .features = search->limits.features};
	cs_status status = CS_OK, first = CS_OK;
	bool constant;

	search->models = 0;
	search->fit.near_order.period = 0;
	*model = (cs_arima_model){.aicc = INFINITY};
	if (order.features > 0)
		status = cs_arima_fit_residuals(&search->fit, y, search->limits.constant, order.features,
										search->residuals);
	if (status != CS_OK)
		return status;
	choose_differences(search, order.features > 0 ? search->residuals : y, &order);
	constant = search->limits.constant && order.differences + order.seasonal_differences < 2;
	for (size_t k = 0; k < sizeof(starts) / sizeof(starts[0]); k++)
	{
		for (int i = 0; i < CS_ARIMA_PARTS; i++)
			order.count[i] = at_most(starts[k][i], most[i]);
		order.constant = constant;
		try_order(search, y, &order, model, &status);
		if (k == 1)
			first = status;
	}
	if (constant)
	{
		memset(order.count, 0, sizeof(order.count));
		order.constant = false;
		try_order(search, y, &order, model, &status);
		if (first == CS_TOO_FEW)
			first = status;
	}
	if (!isfinite(model->aicc))
		return first == CS_OK ? CS_TOO_FEW : first;
	while (step(search, y, constant, model))
		;
	order = model->order;
	return cs_arima_fit_run(&search->fit, &order, y, true, model);
}
