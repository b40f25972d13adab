/*
 * arma.c
 *		Autocovariances by Levinson's recursion backwards and forwards, and the fast filter.
 */
#include "numeric/state_space/arma.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/base/log_product.h"
#include "numeric/base/poll.h"

void
cs_arma_lay_out(cs_arma *arma, size_t states, cs_workspace *workspace)
{
	arma->states = states;
	arma->phi = cs_workspace_take(workspace, states, sizeof(double));
	arma->theta = cs_workspace_take(workspace, states, sizeof(double));
	arma->first = cs_workspace_take(workspace, states, sizeof(double));
	arma->covariance = cs_workspace_take(workspace, 4 * states, sizeof(double));
	for (int i = 0; i < 3; i++)
		arma->scratch[i] = cs_workspace_take(workspace, states, sizeof(double));
}

/* Partial autocorrelations of coefficients, in place; false where one is not within (-1, 1). */
static bool
to_partial(double *values, size_t count, double *scratch)
{
	for (size_t k = count; k > 0; k--)
	{
		double last = values[k - 1];
		double rest = (1 - last) * (1 + last);

		if (!(fabs(last) < 1))
			return false;
		for (size_t j = 0; j + 1 < k; j++)
			scratch[j] = (values[j] + last * values[k - 2 - j]) / rest;
		memcpy(values, scratch, sizeof(double) * (k - 1));
		cs_work(k);
	}
	return true;
}

/* Adds one coefficient to an autoregression of `k`, in place. */
static void
step_up(double *values, size_t k, double partial, double *scratch)
{
	for (size_t j = 0; j < k; j++)
		scratch[j] = values[j] - partial * values[k - 1 - j];
	memcpy(values, scratch, sizeof(double) * k);
	values[k] = partial;
}

void
cs_arma_from_partial(double *values, size_t count, double *scratch)
{
	for (size_t k = 0; k < count; k++)
		step_up(values, k, values[k], scratch);
}

bool
cs_arma_stationary(const double *phi, size_t count, double radius, double *scratch[2])
{
	double power = 1;

	for (size_t j = 0; j < count; j++)
	{
		power *= radius;
		scratch[0][j] = phi[j] * power;
	}
	return to_partial(scratch[0], count, scratch[1]);
}

/* The autocovariances 0 to count - 1 of the autoregression alone, into arma->covariance. */
static bool
autoregressive_covariances(cs_arma *arma, size_t count)
{
	size_t order = arma->states;
	double *gamma = arma->covariance;
	double *partial = arma->scratch[0];
	double *values = arma->scratch[1];
	double variance;

	while (order > 0 && arma->phi[order - 1] == 0)
		order--;
	memcpy(partial, arma->phi, sizeof(double) * order);
	if (!to_partial(partial, order, arma->scratch[2]))
		return false;
	gamma[0] = 1;
	for (size_t k = 0; k < order; k++)
		gamma[0] /= (1 - partial[k]) * (1 + partial[k]);
	variance = gamma[0];
	for (size_t k = 1; k < count; k++)
	{
		size_t used = k - 1 < order ? k - 1 : order;
		double sum = k <= order ? partial[k - 1] * variance : 0;

		for (size_t j = 1; j <= used; j++)
			sum += values[j - 1] * gamma[k - j];
		gamma[k] = sum;
		if (k <= order)
		{
			variance *= (1 - partial[k - 1]) * (1 + partial[k - 1]);
			step_up(values, k - 1, partial[k - 1], arma->scratch[2]);
		}
		cs_work(used + 1);
	}
	return isfinite(gamma[0]);
}

/* The autocovariance of the process at lag k, from those of its autoregression. */
static double
process_covariance(const double *gamma, const double *products, size_t terms, size_t k)
{
	double sum = products[0] * gamma[k];

	for (size_t l = 1; l < terms; l++)
		sum += products[l] * (gamma[k + l] + gamma[k > l ? k - l : l - k]);
	return sum;
}

bool
cs_arma_stationary_start(cs_arma *arma)
{
	size_t states = arma->states;
	double *gamma = arma->covariance;
	double *products = arma->scratch[0];
	double *impulse = arma->scratch[1];
	double *process = arma->scratch[2];

	if (!autoregressive_covariances(arma, 2 * states))
		return false;
	for (size_t k = 0; k < states; k++)
	{
		products[k] = 0;
		for (size_t i = 0; i + k < states; i++)
			products[k] += arma->theta[i] * arma->theta[i + k];
		impulse[k] = arma->theta[k];
		for (size_t j = 1; j <= k; j++)
			impulse[k] += arma->phi[j - 1] * impulse[k - j];
		cs_work(2 * states);
	}
	for (size_t k = 0; k < states; k++)
	{
		process[k] = process_covariance(gamma, products, states, k);
		cs_work(2 * states);
	}
	arma->first[0] = process[0];
	for (size_t j = 1; j < states; j++)
	{
		double sum = 0;

		for (size_t i = j + 1; i <= states; i++)
			sum += arma->phi[i - 1] * process[i - j];
		for (size_t i = j; i < states; i++)
			sum += arma->theta[i] * impulse[i - j];
		arma->first[j] = sum;
		cs_work(2 * states);
	}
	return true;
}

/* a = T a + gain * error */
static inline void
advance(double *restrict a, const double *restrict phi, const double *restrict gain, size_t states,
		double error)
{
	double head = a[0];

	for (size_t i = 0; i + 1 < states; i++)
		a[i] = phi[i] * head + a[i + 1] + gain[i] * error;
	a[states - 1] = phi[states - 1] * head + gain[states - 1] * error;
}

/* The filter's variances on their way: gain times variance, and the factor of their change. */
typedef struct gains
{
	double *gain; /* [states] */
	double *factor;
	double middle;
	double variance;
	bool steady;
} gains;

/* From one time to the next. */
static void
next_gain(const cs_arma *arma, gains *g)
{
	size_t states = arma->states;
	double head = g->factor[0];
	double before = g->variance;
	double share = g->middle * head;
	double largest = 0;

	g->variance += share * head;
	for (size_t i = 0; i < states; i++)
	{
		double moved = arma->phi[i] * head + (i + 1 < states ? g->factor[i + 1] : 0);
		double size;

		g->gain[i] = (g->gain[i] * before + share * moved) / g->variance;
		g->factor[i] = moved - g->gain[i] * head;
		size = fabs(g->factor[i]);
		largest = size > largest ? size : largest;
	}
	g->middle += share * share / before;
	g->steady = fabs(g->middle) * largest * largest <= DBL_EPSILON / 16 * g->variance;
}

/* At the first time. */
static gains
first_gain(cs_arma *arma)
{
	size_t states = arma->states;
	gains g = {.gain = arma->scratch[0], .factor = arma->scratch[1], .variance = arma->first[0]};

	for (size_t i = 0; i < states; i++)
	{
		g.factor[i] = arma->phi[i] * arma->first[0] + (i + 1 < states ? arma->first[i + 1] : 0);
		g.gain[i] = g.factor[i] / g.variance;
	}
	g.middle = -1 / g.variance;
	return g;
}

bool
cs_arma_filter(cs_arma *arma, const double *w, double x, size_t n, cs_arma_sums *sums)
{
	size_t states = arma->states;
	double *a = arma->covariance; /* both states behind each other */
	double *b = a + states;
	cs_log_product variances = {.product = 1};
	size_t steady = 0; /* times with the last variance */
	gains g = first_gain(arma);

	*sums = (cs_arma_sums){0};
	memset(a, 0, 2 * states * sizeof(double));
	for (size_t t = 0; t < n; t++)
	{
		double error = w[t] - a[0];

		if (t > 0 && !g.steady)
			next_gain(arma, &g);
		if (!(g.variance > 0))
			return false;
		if (g.steady)
			steady++;
		else
			cs_log_product_add(&variances, g.variance);
		sums->ww += error * error / g.variance;
		advance(a, arma->phi, g.gain, states, error);
		if (x != 0)
		{
			double other = x - b[0];

			sums->wx += error * other / g.variance;
			sums->xx += other * other / g.variance;
			advance(b, arma->phi, g.gain, states, other);
		}
		cs_work(8 * states);
	}
	sums->log_variance = cs_log_product_sum(&variances) + (double) steady * log(g.variance);
	return isfinite(sums->ww) && isfinite(sums->log_variance);
}

bool
cs_arma_filter_rows(cs_arma *arma, const double *rows, size_t columns, size_t n, double *state,
					double *errors, cs_arma_take take, void *context, double *log_variance)
{
	size_t states = arma->states;
	cs_log_product variances = {.product = 1};
	size_t steady = 0; /* times with the last variance */
	gains g = first_gain(arma);

	memset(state, 0, columns * states * sizeof(double));
	for (size_t t = 0; t < n; t++)
	{
		if (t > 0 && !g.steady)
			next_gain(arma, &g);
		if (!(g.variance > 0))
			return false;
		if (g.steady)
			steady++;
		else
			cs_log_product_add(&variances, g.variance);
		for (size_t j = 0; j < columns; j++)
		{
			double *a = state + j * states;

			errors[j] = rows[t * columns + j] - a[0];
			advance(a, arma->phi, g.gain, states, errors[j]);
		}
		take(context, errors, g.variance);
		cs_work(4 * columns * (states + columns));
	}
	*log_variance = cs_log_product_sum(&variances) + (double) steady * log(g.variance);
	return isfinite(*log_variance);
}
