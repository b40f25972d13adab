/*
 * arima.c
 *		Fits by exact maximum likelihood: partial autocorrelations are searched, which keeps both
 *		sides within their bounds, and the constant is concentrated out.
 */
#include "numeric/state_space/arima.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

/* Of the log-likelihood, that a step must promise. */
#define TOLERANCE 1e-8
#define ROUGH_TOLERANCE 1e-6

#define MAX_STEPS 200
/* Where searches start: the parameters of autoregressions and of moving averages. */
static const double starts[][2] = {{0, 0}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}};

#define STARTS (sizeof(starts) / sizeof(starts[0]))

#define PARAMETER_LIMIT 9.0 /* partial autocorrelations up to 1 - 3e-8 */

size_t
cs_arima_coefficients(const cs_arima_order *order)
{
	size_t count = order->constant + order->features;

	for (int i = 0; i < CS_ARIMA_PARTS; i++)
		count += (size_t) order->count[i];
	return count;
}

static bool
within(int value, int most)
{
	return value >= 0 && value <= most;
}

cs_status
cs_arima_check(const cs_arima_order *order)
{
	int seasonal = order->count[CS_ARIMA_SEASONAL_AR] + order->count[CS_ARIMA_SEASONAL_MA] +
				   order->seasonal_differences;

	if (!within(order->count[CS_ARIMA_AR], CS_ARIMA_MAX_ORDER) ||
		!within(order->count[CS_ARIMA_MA], CS_ARIMA_MAX_ORDER) ||
		!within(order->count[CS_ARIMA_SEASONAL_AR], CS_ARIMA_MAX_SEASONAL) ||
		!within(order->count[CS_ARIMA_SEASONAL_MA], CS_ARIMA_MAX_SEASONAL) ||
		!within(order->differences, CS_ARIMA_MAX_DIFFERENCES) ||
		!within(order->seasonal_differences, CS_ARIMA_MAX_DIFFERENCES) || order->period < 1 ||
		order->period > CS_ARIMA_MAX_PERIOD || order->features > CS_ARIMA_MAX_FEATURES)
		return CS_OUT_OF_RANGE;
	if ((seasonal > 0 && order->period == 1) ||
		(order->constant && order->differences + order->seasonal_differences > 1))
		return CS_OUT_OF_RANGE;
	return CS_OK;
}

/* A product of polynomials is stationary where both are. */
bool
cs_arima_is_stationary(const cs_arima_model *model)
{
	const int *count = model->order.count;
	const double *seasonal = model->coefficients + count[CS_ARIMA_AR] + count[CS_ARIMA_MA];
	double block[2][CS_ARIMA_MAX_ORDER];
	double *scratch[2] = {block[0], block[1]};

	return cs_arma_stationary(model->coefficients, (size_t) count[CS_ARIMA_AR], 1, scratch) &&
		   cs_arma_stationary(seasonal, (size_t) count[CS_ARIMA_SEASONAL_AR], 1, scratch);
}

void
cs_arima_fit_lay_out(cs_arima_fit *fit, const cs_arima_order *most, size_t n,
					 cs_workspace *workspace)
{
	cs_arima_filter_lay_out(&fit->filter, most, workspace);
	fit->y = cs_workspace_take(workspace, n, sizeof(double));
	fit->w = cs_workspace_take(workspace, n, sizeof(double));
	cs_quasi_newton_lay_out(&fit->search, cs_arima_coefficients(most), workspace);
	cs_arima_regression_lay_out(&fit->regression, most, n, workspace);
	fit->near_order.period = 0;
	fit->n = n;
}

/* ---- data ---- */

/* A power of 2 near the largest value, so that scaling rounds nothing. */
static cs_status
scale_values(cs_arima_fit *fit, const double *y)
{
	double largest = 0;
	int exponent;

	for (size_t i = 0; i < fit->n;)
		for (size_t end = cs_block_end(i, fit->n, 1); i < end; i++)
		{
			if (isinf(y[i]))
				return CS_NOT_FINITE;
			if (!isnan(y[i]))
				largest = fmax(largest, fabs(y[i]));
		}
	frexp(largest, &exponent);
	fit->scale = largest > 0 ? ldexp(1, exponent) : 1;
	for (size_t i = 0; i < fit->n;)
		for (size_t end = cs_block_end(i, fit->n, 1); i < end; i++)
			fit->y[i] = y[i] / fit->scale;
	return CS_OK;
}

/*
 * The lags that start the differences, from the first value on, what is missing among them, and the
 * observations behind them less as many as tell what is missing.
 */
static cs_status
find_start(cs_arima_fit *fit, size_t lags)
{
	size_t *unknown = &fit->regression.unknown;
	size_t values = 0;
	size_t row = 0;

	while (lags > 0 && row < fit->n && isnan(fit->y[row]))
		row++;
	fit->first = row;
	if (fit->n - row < lags)
		return CS_TOO_FEW;
	*unknown = 0;
	for (; row < fit->first + lags; row++)
		*unknown += isnan(fit->y[row]);
	fit->complete = *unknown == 0;
	for (; row < fit->n; row++)
		if (isnan(fit->y[row]))
			fit->complete = false;
		else
			values++;
	fit->used = values - (values < *unknown ? values : *unknown);
	cs_work(fit->n);
	return CS_OK;
}

/* Whether there are features, or gaps, which the fast filter of differences cannot have. */
static bool
is_regression(const cs_arima_fit *fit)
{
	return fit->order.features > 0 || !fit->complete;
}

/* w[n] less its own values `lag` rows before, from row `from` on. */
static void
take_difference(double *w, size_t from, size_t n, size_t lag)
{
	for (size_t i = n; i-- > from;)
		w[i] -= w[i - lag];
	cs_work(n);
}

/* Widens a range to a value, unless that is missing. */
static void
widen(double value, double *lowest, double *highest)
{
	if (isnan(value))
		return;
	*lowest = fmin(*lowest, value);
	*highest = fmax(*highest, value);
}

/* Differences into w; CS_CONSTANT if they, or y where some are missing, do not vary. */
static cs_status
set_differences(cs_arima_fit *fit)
{
	const cs_arima_order *order = &fit->order;
	size_t period = (size_t) order->period;
	size_t from = fit->first;
	double lowest = INFINITY, highest = -INFINITY;
	double least = INFINITY, most = -INFINITY; /* of y */

	memcpy(fit->w, fit->y, sizeof(double) * fit->n);
	for (int i = 0; i < order->differences; i++)
		take_difference(fit->w, ++from, fit->n, 1);
	for (int i = 0; i < order->seasonal_differences; i++)
		take_difference(fit->w, from += period, fit->n, period);
	for (size_t i = fit->first; i < fit->n; i++)
	{
		widen(fit->y[i], &least, &most);
		if (i >= from)
			widen(fit->complete ? fit->w[i] : fit->y[i], &lowest, &highest);
	}
	cs_work(2 * fit->n);
	return highest - lowest > CS_CONSTANT_RANGE * fmax(fabs(least), fabs(most)) ? CS_OK
																				: CS_CONSTANT;
}

/* What the drift adds to a difference, or the mean to a value. */
static double
constant_column(const cs_arima_order *order)
{
	if (!order->constant)
		return 0;
	return order->seasonal_differences > 0 ? order->period : 1;
}

/*
 * Takes a constant near the estimate out of the data: what generalized least squares subtracts from
 * sums of squares is then no larger than what is left of them.
 */
static void
set_shift(cs_arima_fit *fit)
{
	double column = constant_column(&fit->order);
	size_t lags = cs_arima_lags(&fit->order);
	double sum = 0;

	fit->shift = 0;
	if (!fit->order.constant)
		return;
	for (size_t i = fit->first + lags; i < fit->n; i++)
		sum += fit->w[i];
	fit->shift = sum / (double) fit->used / column;
	for (size_t i = fit->first; i < fit->n; i++)
		fit->w[i] -= fit->shift * column;
	cs_work(2 * fit->n);
}

/* ---- likelihood ---- */

static bool
filter(cs_arima_fit *fit, const cs_arima_model *model)
{
	cs_arma *arma = &fit->filter.arma;
	size_t lags = cs_arima_lags(&fit->order);

	if (is_regression(fit))
		return cs_arima_regression_filter(fit, model);
	cs_arima_multiply_out(&fit->order, model->coefficients, arma);
	return cs_arma_stationary_start(arma) &&
		   cs_arma_filter(arma, fit->w + fit->first + lags, constant_column(&fit->order),
						  fit->n - fit->first - lags, &fit->sums);
}

/* Squares of the prediction errors less what the constant and the features explain. */
static double
squares(const cs_arima_fit *fit)
{
	const cs_arma_sums *sums = &fit->sums;

	if (is_regression(fit))
		return fit->regression.squares;
	return fit->order.constant ? sums->ww - sums->wx / sums->xx * sums->wx : sums->ww;
}

/* Minus the log-likelihood less its constants, the variance and the constant concentrated out. */
static double
objective(const double *x, void *context)
{
	cs_arima_fit *fit = context;
	cs_arima_model model = {.order = fit->order};
	size_t from = 0;
	double sse;

	for (int i = 0; i < CS_ARIMA_PARTS; i++)
	{
		size_t count = (size_t) fit->order.count[i];
		double scratch[CS_ARIMA_MAX_ORDER];

		for (size_t j = from; j < from + count; j++)
			model.coefficients[j] = tanh(fmax(-PARAMETER_LIMIT, fmin(PARAMETER_LIMIT, x[j])));
		cs_arma_from_partial(model.coefficients + from, count, scratch);
		if (i == CS_ARIMA_MA || i == CS_ARIMA_SEASONAL_MA)
			for (size_t j = from; j < from + count; j++)
				model.coefficients[j] = -model.coefficients[j];
		from += count;
	}
	memcpy(fit->coefficients, model.coefficients, sizeof(model.coefficients));
	if (!filter(fit, &model))
		return INFINITY;
	sse = squares(fit);
	if (!(sse > 0))
		return INFINITY;
	return ((double) fit->used * log(sse) + fit->sums.log_variance) / 2;
}

/* The model's figures from the sums of the last evaluation. */
static void
set_figures(const cs_arima_fit *fit, cs_arima_model *model)
{
	double n = (double) fit->used;
	double k = (double) cs_arima_coefficients(&fit->order) + 1;
	double sse = squares(fit);

	model->observations = fit->used;
	model->constant = fit->order.constant && !is_regression(fit)
						  ? (fit->shift + fit->sums.wx / fit->sums.xx) * fit->scale
						  : 0;
	model->variance = sse / (n - k + 1) * fit->scale * fit->scale;
	model->log_likelihood =
		-(n * (log(2 * M_PI * sse / n) + 1) + fit->sums.log_variance) / 2 - n * log(fit->scale);
	model->aicc = n - k - 1 > 0 ? -2 * model->log_likelihood + 2 * k * n / (n - k - 1) : INFINITY;
	if (is_regression(fit))
		cs_arima_regression_set(fit, model);
}

/* Whether the constant and the features have finite coefficients. */
static bool
is_finite(const cs_arima_model *model)
{
	double sum = model->constant;

	for (size_t j = 0; j < model->order.features; j++)
		sum += 0 * model->regression[j] + 0 * model->errors[j];
	return isfinite(model->variance) && isfinite(sum);
}

static cs_status
prepare(cs_arima_fit *fit, const cs_arima_order *order, const double *y)
{
	cs_status status = cs_arima_check(order);

	if (status == CS_OK)
		status = scale_values(fit, y);
	if (status != CS_OK)
		return status;
	fit->order = *order;
	if (order->features > 0)
		status = cs_arima_regression_mask(fit);
	if (status != CS_OK)
		return status;
	status = find_start(fit, cs_arima_lags(order));
	if (status != CS_OK)
		return status;
	if (fit->used < cs_arima_coefficients(order) + 2)
		return CS_TOO_FEW;
	status = set_differences(fit);
	if (status == CS_OK && is_regression(fit))
		return cs_arima_regression_prepare(fit);
	if (status == CS_OK)
		set_shift(fit);
	return status;
}

cs_status
cs_arima_fit_evaluate(cs_arima_fit *fit, const double *y, cs_arima_model *model)
{
	cs_status status = prepare(fit, &model->order, y);

	if (status != CS_OK)
		return status;
	if (!filter(fit, model) || !(squares(fit) > 0))
		return CS_OUT_OF_RANGE;
	set_figures(fit, model);
	return CS_OK;
}

void
cs_arima_fit_remember(cs_arima_fit *fit)
{
	fit->near_order = fit->order;
	memcpy(fit->near, fit->search.point, sizeof(double) * fit->search.parameters);
}

/* The point of start `k`; behind them, of the model that is near, with no more of its lags. */
static void
set_point(cs_arima_fit *fit, size_t k)
{
	double *point = fit->search.point;
	const double *near = fit->near;

	for (int part = 0; part < CS_ARIMA_PARTS; part++)
	{
		int known = k < STARTS ? 0 : fit->near_order.count[part];

		for (int i = 0; i < fit->order.count[part]; i++)
			*point++ = k < STARTS ? starts[k][part % 2] : (i < known ? near[i] : 0);
		near += known;
	}
}

/*
 * The likelihood has several maxima: the search starts from no dependence, from a model that is
 * near, and if it is to be thorough from strong dependences of either sign of both sides.
 */
static void
search_maximum(cs_arima_fit *fit, size_t parameters, bool thorough)
{
	cs_quasi_newton *search = &fit->search;
	size_t most = parameters == 0 ? 1 : STARTS + (fit->near_order.period > 0);
	double best = INFINITY;
	bool converged = false;

	search->parameters = parameters;
	for (size_t k = 0; k < most; k = thorough || k > 0 ? k + 1 : STARTS)
	{
		set_point(fit, k);
		cs_quasi_newton_run(search, objective, fit, thorough ? TOLERANCE : ROUGH_TOLERANCE,
							MAX_STEPS);
		if (k > 0 && !(search->value < best - TOLERANCE))
			continue;
		best = search->value;
		converged = search->converged;
		memcpy(fit->best, search->point, sizeof(double) * parameters);
	}
	memcpy(search->point, fit->best, sizeof(double) * parameters);
	search->converged = converged;
}

cs_status
cs_arima_fit_run(cs_arima_fit *fit, const cs_arima_order *order, const double *y, bool thorough,
				 cs_arima_model *model)
{
	cs_status status = prepare(fit, order, y);
	size_t parameters = cs_arima_coefficients(order) - order->constant - order->features;

	if (status != CS_OK)
		return status;
	*model = (cs_arima_model){.order = *order};
	search_maximum(fit, parameters, thorough);
	if (!isfinite(objective(fit->search.point, fit)))
		return CS_NOT_CONVERGED;
	memcpy(model->coefficients, fit->coefficients, sizeof(model->coefficients));
	model->converged = fit->search.converged;
	set_figures(fit, model);
	return is_finite(model) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_arima_fit_residuals(cs_arima_fit *fit, const double *y, bool constant, size_t features,
					   double *residuals)
{
	const cs_arima_order order = {.period = 1, .constant = constant, .features = features};
	const cs_arima_regression *regression = &fit->regression;
	size_t columns = features + constant;
	cs_status status = prepare(fit, &order, y);

	if (status != CS_OK)
		return status;
	for (size_t i = 0; i < fit->n; i++)
	{
		const double *row = regression->rows + i * (columns + 1);

		residuals[i] = row[columns];
		for (size_t j = 0; j < columns && !isnan(row[columns]); j++)
			residuals[i] -= regression->coefficients[j] * row[j];
	}
	cs_work(fit->n * columns);
	return CS_OK;
}

bool
cs_arima_fit_roots(cs_arima_fit *fit, const cs_arima_model *model, double radius)
{
	cs_arma *arma = &fit->filter.arma;
	double *scratch[2] = {arma->covariance, arma->covariance + arma->states};

	cs_arima_multiply_out(&model->order, model->coefficients, arma);
	if (!cs_arma_stationary(arma->phi, arma->states, radius, scratch))
		return false;
	for (size_t j = 0; j + 1 < arma->states; j++)
		arma->first[j] = -arma->theta[j + 1];
	return cs_arma_stationary(arma->first, arma->states - 1, radius, scratch);
}
