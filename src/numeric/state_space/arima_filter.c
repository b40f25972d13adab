/*
 * arima_filter.c
 *		The Kalman filter of the process of the differences and the lags of y, for missing values
 *		and forecasts.
 */
#include "numeric/state_space/arima.h"

#include <math.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"

#define STEADY 1e-15 /* change of the covariance, to its first element, that counts as none */

size_t
cs_arima_lags(const cs_arima_order *order)
{
	return (size_t) order->differences +
		   (size_t) order->period * (size_t) order->seasonal_differences;
}

/* States of the process, both factors multiplied out. */
static size_t
process_states(const cs_arima_order *order)
{
	size_t period = (size_t) order->period;
	size_t ar =
		(size_t) order->count[CS_ARIMA_AR] + period * (size_t) order->count[CS_ARIMA_SEASONAL_AR];
	size_t ma =
		(size_t) order->count[CS_ARIMA_MA] + period * (size_t) order->count[CS_ARIMA_SEASONAL_MA];

	return ar > ma + 1 ? ar : ma + 1;
}

size_t
cs_arima_states(const cs_arima_order *order)
{
	return process_states(order) + cs_arima_lags(order);
}

void
cs_arima_filter_lay_out(cs_arima_filter *filter, const cs_arima_order *order,
						cs_workspace *workspace)
{
	size_t states = process_states(order);
	size_t all = states + cs_arima_lags(order);

	cs_arma_lay_out(&filter->arma, states, workspace);
	filter->differences = cs_workspace_take(workspace, all - states + 1, sizeof(double));
	filter->state = cs_workspace_take(workspace, all, sizeof(double));
	filter->gain = cs_workspace_take(workspace, all, sizeof(double));
	filter->ahead = cs_workspace_take(workspace, all, sizeof(double));
	filter->column = cs_workspace_take(workspace, all, sizeof(double));
	filter->covariance = cs_workspace_take(workspace, all * all, sizeof(double));
	filter->before = cs_workspace_take(workspace, all * all, sizeof(double));
	filter->half = cs_workspace_take(workspace, all * all, sizeof(double));
	cs_arima_unknown_lay_out(&filter->unknown, order, workspace);
}

/* values[0..degree] times 1 - B^lag, in place; values has room. */
static void
multiply_difference(double *values, size_t degree, size_t lag)
{
	for (size_t j = degree + lag + 1; j-- > lag;)
		values[j] -= values[j - lag];
}

static void
set_differences(cs_arima_filter *filter, const cs_arima_order *order)
{
	double *values = filter->differences; /* of the lags 0, 1, ... at first */
	size_t degree = 0;

	memset(values, 0, sizeof(double) * (filter->lags + 1));
	values[0] = 1;
	for (int i = 0; i < order->differences; i++, degree++)
		multiply_difference(values, degree, 1);
	for (int i = 0; i < order->seasonal_differences; i++, degree += (size_t) order->period)
		multiply_difference(values, degree, (size_t) order->period);
	for (size_t j = 0; j < filter->lags; j++)
		values[j] = -values[j + 1];
}

/*
 * The product of both factors with the signs of phi or theta, into product[states] for the lags
 * 1, 2, ...
 */
static void
multiply_out(const double *plain, int plain_count, const double *seasonal, int seasonal_count,
			 size_t period, double cross, double *product, size_t states)
{
	memset(product, 0, sizeof(double) * states);
	for (int i = 0; i < plain_count; i++)
		product[i] += plain[i];
	for (int j = 0; j < seasonal_count; j++)
	{
		size_t lag = (size_t) (j + 1) * period;

		product[lag - 1] += seasonal[j];
		for (int i = 0; i < plain_count; i++)
			product[lag + (size_t) i] += cross * seasonal[j] * plain[i];
	}
}

void
cs_arima_multiply_out(const cs_arima_order *order, const double *coefficients, cs_arma *arma)
{
	const double *part[CS_ARIMA_PARTS];
	size_t states = process_states(order);

	part[0] = coefficients;
	for (int i = 1; i < CS_ARIMA_PARTS; i++)
		part[i] = part[i - 1] + order->count[i - 1];
	arma->states = states;
	multiply_out(part[CS_ARIMA_AR], order->count[CS_ARIMA_AR], part[CS_ARIMA_SEASONAL_AR],
				 order->count[CS_ARIMA_SEASONAL_AR], (size_t) order->period, -1, arma->phi, states);
	multiply_out(part[CS_ARIMA_MA], order->count[CS_ARIMA_MA], part[CS_ARIMA_SEASONAL_MA],
				 order->count[CS_ARIMA_SEASONAL_MA], (size_t) order->period, 1, arma->theta,
				 states);
	memmove(arma->theta + 1, arma->theta, sizeof(double) * (states - 1));
	arma->theta[0] = 1;
}

bool
cs_arima_filter_start(cs_arima_filter *filter, const cs_arima_model *model)
{
	cs_arma *arma = &filter->arma;
	size_t states, all;

	cs_arima_multiply_out(&model->order, model->coefficients, arma);
	states = filter->states = arma->states;
	filter->lags = cs_arima_lags(&model->order);
	all = states + filter->lags;
	if (!cs_arma_stationary_start(arma))
		return false;
	set_differences(filter, &model->order);
	filter->constant = model->order.constant ? model->constant : 0;
	filter->slope = filter->lags > 0;
	filter->x = 1;
	filter->known = 0;
	filter->steady = false;
	cs_arima_unknown_start(&filter->unknown, filter->lags);
	memset(filter->state, 0, sizeof(double) * all);
	memset(filter->covariance, 0, sizeof(double) * all * all);
	for (size_t j = 0; j < states; j++)
		filter->covariance[j] = filter->covariance[j * all] = arma->first[j];
	/* P = T P T' + theta theta' gives each row from the one before */
	for (size_t i = 0; i + 1 < states; i++)
		for (size_t j = 0; j + 1 < states; j++)
			filter->covariance[(i + 1) * all + j + 1] =
				filter->covariance[i * all + j] - arma->theta[i] * arma->theta[j] -
				arma->phi[i] * arma->phi[j] * arma->first[0] - arma->phi[i] * arma->first[j + 1] -
				arma->phi[j] * arma->first[i + 1];
	return true;
}

bool
cs_arima_filter_ready(const cs_arima_filter *filter)
{
	return filter->known == filter->lags && filter->unknown.count == 0;
}

/* What the next y is expected to be by a state, or a row of the covariance. */
static double
observe(const cs_arima_filter *filter, const double *state)
{
	return state[0] + cs_dot(filter->lags, filter->differences, state + filter->states);
}

/* to = T from, for a state or a column. */
static void
move(const cs_arima_filter *filter, const double *from, double *to)
{
	size_t states = filter->states;
	double head = from[0];

	for (size_t i = 0; i + 1 < states; i++)
		to[i] = filter->arma.phi[i] * head + from[i + 1];
	to[states - 1] = filter->arma.phi[states - 1] * head;
	if (filter->lags == 0)
		return;
	memmove(to + states + 1, from + states, sizeof(double) * (filter->lags - 1));
	to[states] = observe(filter, from);
}

/* The covariance of the next row: T P T' + theta theta'. */
static void
move_covariance(cs_arima_filter *filter, double *covariance)
{
	size_t all = filter->states + filter->lags;
	double *half = filter->half;

	/* rows of P are its columns: P is symmetric */
	for (size_t i = 0; i < all; i++)
		move(filter, covariance + i * all, half + i * all);
	for (size_t j = 0; j < all; j++)
	{
		for (size_t i = 0; i < all; i++)
			filter->column[i] = half[i * all + j];
		move(filter, filter->column, covariance + j * all);
	}
	for (size_t i = 0; i < filter->states; i++)
		for (size_t j = 0; j < filter->states; j++)
			covariance[i * all + j] += filter->arma.theta[i] * filter->arma.theta[j];
	cs_work(6 * all * all);
}

static void
set_gain(cs_arima_filter *filter)
{
	size_t all = filter->states + filter->lags;

	for (size_t i = 0; i < all; i++)
		filter->gain[i] = observe(filter, filter->covariance + i * all);
	filter->variance = observe(filter, filter->gain);
	for (size_t i = 0; i < all; i++)
		filter->gain[i] /= filter->variance;
	cs_work(all * (filter->lags + 1));
}

static void
push_lag(const cs_arima_filter *filter, double *state, double value)
{
	double *lag = state + filter->states;

	memmove(lag + 1, lag, sizeof(double) * (filter->lags - 1));
	lag[0] = value;
}

/* One of the values that start the differences: the first is there, others may be unknown. */
static void
start_lag(cs_arima_filter *filter, double value)
{
	cs_arima_unknown *unknown = &filter->unknown;
	size_t all = filter->states + filter->lags;

	if (filter->known == 0 && isnan(value))
		return;
	for (size_t j = 0; j < unknown->count; j++)
		push_lag(filter, unknown->state + j * all, 0);
	if (isnan(value))
	{
		double *state = unknown->state + unknown->count++ * all;

		memset(state, 0, sizeof(double) * all);
		push_lag(filter, state, 1);
		value = 0;
	}
	push_lag(filter, filter->state, value);
	filter->known++;
	cs_work(unknown->count * all);
}

/* Moves the state on by one row. */
static void
move_state(cs_arima_filter *filter, double *state)
{
	move(filter, state, filter->column);
	memcpy(state, filter->column, sizeof(double) * (filter->states + filter->lags));
}

/* What an observation leaves of the covariance of the states. */
static void
update_covariance(cs_arima_filter *filter)
{
	size_t all = filter->states + filter->lags;

	set_gain(filter);
	for (size_t i = 0; i < all; i++)
		for (size_t j = 0; j < all; j++)
			filter->covariance[i * all + j] -= filter->gain[i] * filter->gain[j] * filter->variance;
	cs_work(all * all);
}

/* Whether the covariance of a row is that of the row before, in filter->before. */
static bool
covariance_stays(const cs_arima_filter *filter)
{
	size_t all = filter->states + filter->lags;

	for (size_t i = 0; i < all * all; i++)
		if (fabs(filter->covariance[i] - filter->before[i]) > STEADY * filter->covariance[0])
			return false;
	return true;
}

bool
cs_arima_filter_step(cs_arima_filter *filter, double y, double *error, double *variance)
{
	size_t all = filter->states + filter->lags;
	double value = y - filter->constant * filter->x;
	bool there = !isnan(y);

	filter->x += filter->slope;
	cs_work(4 * all);
	if (filter->known < filter->lags)
	{
		start_lag(filter, value);
		return false;
	}
	if (!there)
	{
		filter->steady = false;
		move_state(filter, filter->state);
		move_covariance(filter, filter->covariance);
		cs_arima_unknown_step(filter, false, 0);
		return false;
	}
	*error = value - observe(filter, filter->state);
	if (!filter->steady)
	{
		memcpy(filter->before, filter->covariance, sizeof(double) * all * all);
		update_covariance(filter);
		move_covariance(filter, filter->covariance);
		filter->steady = covariance_stays(filter);
	}
	*variance = filter->variance;
	for (size_t i = 0; i < all; i++)
		filter->state[i] += filter->gain[i] * *error;
	move_state(filter, filter->state);
	if (filter->unknown.count == 0)
		return true;
	cs_arima_unknown_step(filter, true, *error);
	return false;
}

double
cs_arima_filter_follow(cs_arima_filter *filter, bool ready, double value, double *state)
{
	size_t all = filter->states + filter->lags;
	double error = 0;

	if (!ready)
	{
		if (!isnan(value))
			push_lag(filter, state, value);
		return 0;
	}
	if (!isnan(value))
	{
		error = value - observe(filter, state);
		for (size_t i = 0; i < all; i++)
			state[i] += filter->gain[i] * error;
	}
	move_state(filter, state);
	cs_work(4 * all);
	return error;
}

void
cs_arima_filter_forecast(cs_arima_filter *filter, size_t horizon, double *mean, double *variance)
{
	size_t all = filter->states + filter->lags;
	double *covariance = filter->before;

	memcpy(filter->ahead, filter->state, sizeof(double) * all);
	if (variance != NULL)
		memcpy(covariance, filter->covariance, sizeof(double) * all * all);
	for (size_t h = 0; h < horizon; h++)
	{
		mean[h] = observe(filter, filter->ahead) +
				  filter->constant * (filter->x + filter->slope * (double) h);
		move_state(filter, filter->ahead);
		cs_work(4 * all);
		if (variance == NULL)
			continue;
		for (size_t i = 0; i < all; i++)
			filter->column[i] = observe(filter, covariance + i * all);
		variance[h] = observe(filter, filter->column);
		move_covariance(filter, covariance);
	}
}
