/*
 * svr.c
 *		Sequential minimal optimization of support vector regression.
 *
 * Of each row there are two multipliers, t < count for errors above and t >= count for errors
 * below, with signs s = +1 and -1; the coefficient of a row is their difference.
 */
#include "numeric/tree/svr.h"

#include <math.h>
#include <stdint.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"

/* In place of a curvature that vanishes. */
#define LEAST_CURVATURE 1e-12

/* Elements of a row of the kernel that are computed at once. */
#define KERNEL_BLOCK 256

static size_t
cached_rows(size_t rows)
{
	size_t most = CS_SVR_CACHE / sizeof(double) / (rows < 1 ? 1 : rows);

	if (most < 2)
		return 2;
	return most < rows ? most : rows < 2 ? 2 : rows;
}

size_t
cs_svr_numbers(size_t vectors, size_t columns)
{
	return vectors > (SIZE_MAX >> 4) / (columns + 1) ? SIZE_MAX : 1 + vectors * (columns + 1);
}

void
cs_svr_fit_lay_out(cs_svr_fit *fit, const cs_svr_options *options, size_t rows, size_t columns,
				   cs_workspace *workspace)
{
	*fit = (cs_svr_fit){.options = options,
						.rows = rows,
						.columns = columns,
						.gamma = options->gamma < 0 ? 1 / (double) columns : options->gamma,
						.cached = cached_rows(rows)};
	fit->alpha = cs_workspace_take(workspace, rows, 2 * sizeof(double));
	fit->gradient = cs_workspace_take(workspace, rows, 2 * sizeof(double));
	fit->cache = cs_workspace_take(workspace, fit->cached, rows * sizeof(double));
	fit->holds = cs_workspace_take(workspace, fit->cached, sizeof(size_t));
	fit->place = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->numbers = cs_workspace_take(workspace, cs_svr_numbers(rows, columns), sizeof(float));
}

/* Of four sums, so that one addition need not wait for the one before. */
static double
squared_distance(const float *a, const float *b, size_t columns)
{
	double sum[4] = {0};
	size_t c = 0;

	for (; c + 4 <= columns; c += 4)
		for (size_t k = 0; k < 4; k++)
		{
			double difference = (double) a[c + k] - (double) b[c + k];

			sum[k] += difference * difference;
		}
	for (; c < columns; c++)
	{
		double difference = (double) a[c] - (double) b[c];

		sum[0] += difference * difference;
	}
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static size_t
place_after(const cs_svr_fit *fit, size_t place)
{
	return place + 1 < fit->cached ? place + 1 : 0;
}

/* Row i of the kernel over the listed rows, kept until others need its place; `keep` stays. */
static const double *
kernel_row(cs_svr_fit *fit, size_t i, size_t keep)
{
	double *row;

	if (fit->place[i] == SIZE_MAX)
	{
		if (fit->holds[fit->next] == keep && keep != SIZE_MAX)
			fit->next = place_after(fit, fit->next);
		if (fit->holds[fit->next] != SIZE_MAX)
			fit->place[fit->holds[fit->next]] = SIZE_MAX;
		fit->holds[fit->next] = i;
		fit->place[i] = fit->next;
		row = fit->cache + fit->next * fit->rows;
		fit->next = place_after(fit, fit->next);
		for (size_t j = 0; j < fit->count;)
		{
			size_t from = j;
			size_t end = fit->count - j < KERNEL_BLOCK ? fit->count : j + KERNEL_BLOCK;

			for (; j < end; j++)
				row[j] = -fit->gamma * squared_distance(fit->x + fit->listed[i] * fit->columns,
														fit->x + fit->listed[j] * fit->columns,
														fit->columns);
			cs_work((j - from) * (fit->columns + 16));
			cs_vector_exp_double(row + from, row + from, j - from);
		}
	}
	return fit->cache + fit->place[i] * fit->rows;
}

static bool
may_rise(const cs_svr_fit *fit, size_t t)
{
	return t < fit->count ? fit->alpha[t] < fit->options->cost : fit->alpha[t] > 0;
}

static bool
may_fall(const cs_svr_fit *fit, size_t t)
{
	return t < fit->count ? fit->alpha[t] > 0 : fit->alpha[t] < fit->options->cost;
}

static double
sign_of(const cs_svr_fit *fit, size_t t)
{
	return t < fit->count ? 1 : -1;
}

/* The row of a multiplier. */
static size_t
row_of(const cs_svr_fit *fit, size_t t)
{
	return t < fit->count ? t : t - fit->count;
}

/* The multiplier that may rise and whose gradient says most; its value, -INFINITY for none. */
static double
choose_first(const cs_svr_fit *fit, size_t *first)
{
	size_t count = fit->count;
	const double *alpha = fit->alpha;
	const double *gradient = fit->gradient;
	double cost = fit->options->cost;
	double highest = -INFINITY;

	for (size_t t = 0; t < count; t++)
		if (-gradient[t] > highest && alpha[t] < cost)
		{
			highest = -gradient[t];
			*first = t;
		}
	for (size_t t = count; t < 2 * count; t++)
		if (gradient[t] > highest && alpha[t] > 0)
		{
			highest = gradient[t];
			*first = t;
		}
	return highest;
}

/*
 * The pair to move, the first by the gradient, the second by what it gains; false at the optimum.
 */
static bool
choose_pair(cs_svr_fit *fit, size_t *first, size_t *second)
{
	size_t count = fit->count;
	double highest = choose_first(fit, first);
	double lowest = INFINITY;
	double most = 0;
	const double *row;

	*second = SIZE_MAX;
	if (!isfinite(highest))
		return false;
	row = kernel_row(fit, row_of(fit, *first), SIZE_MAX);
	for (size_t t = 0; t < 2 * count; t++)
	{
		double value = -sign_of(fit, t) * fit->gradient[t];
		double apart = highest - value;
		double curvature;

		if (!may_fall(fit, t))
			continue;
		lowest = fmin(lowest, value);
		if (apart <= 0)
			continue;
		curvature = fmax(2 - 2 * row[row_of(fit, t)], LEAST_CURVATURE);
		if (apart * apart > most * curvature)
		{
			most = apart * apart / curvature;
			*second = t;
		}
	}
	cs_work(8 * count);
	return *second != SIZE_MAX && highest - lowest > fit->options->tolerance;
}

/* Moves a pair along the constraint, as far as the bounds let it. */
static void
move_pair(cs_svr_fit *fit, size_t first, size_t second)
{
	size_t count = fit->count;
	size_t a = row_of(fit, first);
	size_t b = row_of(fit, second);
	const double *row_a = kernel_row(fit, a, b);
	const double *row_b = kernel_row(fit, b, a);
	double cost = fit->options->cost;
	double sign_a = sign_of(fit, first);
	double sign_b = sign_of(fit, second);
	double curvature = fmax(2 - 2 * row_a[b], LEAST_CURVATURE);
	double step = (-sign_a * fit->gradient[first] + sign_b * fit->gradient[second]) / curvature;
	double room_a = sign_a > 0 ? cost - fit->alpha[first] : fit->alpha[first];
	double room_b = sign_b > 0 ? fit->alpha[second] : cost - fit->alpha[second];

	step = fmin(step, fmin(room_a, room_b));
	/* a bound that is reached is reached exactly */
	fit->alpha[first] =
		step == room_a ? (sign_a > 0 ? cost : 0) : fit->alpha[first] + sign_a * step;
	fit->alpha[second] =
		step == room_b ? (sign_b > 0 ? 0 : cost) : fit->alpha[second] - sign_b * step;
	for (size_t j = 0; j < count; j++)
	{
		double change = step * (row_a[j] - row_b[j]);

		fit->gradient[j] += change;
		fit->gradient[j + count] -= change;
	}
	cs_work(4 * count);
}

/* The intercept: the mean of what free multipliers say, else the middle of its bounds. */
static void
set_intercept(cs_svr_fit *fit)
{
	double upper = INFINITY;
	double lower = -INFINITY;
	double sum = 0;
	size_t free = 0;

	for (size_t t = 0; t < 2 * fit->count; t++)
	{
		double value = -sign_of(fit, t) * fit->gradient[t];

		if (may_rise(fit, t) && may_fall(fit, t))
		{
			sum += value;
			free++;
		}
		else if (may_rise(fit, t))
			lower = fmax(lower, value);
		else
			upper = fmin(upper, value);
	}
	fit->intercept = free > 0 ? sum / (double) free : (lower + upper) / 2;
}

static void
write_model(cs_svr_fit *fit)
{
	float *number = fit->numbers;

	fit->vectors = 0;
	*number++ = (float) fit->intercept;
	for (size_t i = 0; i < fit->count; i++)
	{
		double coefficient = fit->alpha[i] - fit->alpha[i + fit->count];
		const float *x = fit->x + fit->listed[i] * fit->columns;

		if (coefficient == 0)
			continue;
		*number++ = (float) coefficient;
		for (size_t c = 0; c < fit->columns; c++)
			*number++ = x[c];
		fit->vectors++;
	}
}

cs_status
cs_svr_fit_run(cs_svr_fit *fit, const float *x, const double *target, const size_t *listed,
			   size_t count)
{
	size_t first = 0;
	size_t second;

	fit->x = x;
	fit->listed = listed;
	fit->count = count;
	fit->next = 0;
	for (size_t i = 0; i < fit->cached; i++)
		fit->holds[i] = SIZE_MAX;
	for (size_t i = 0; i < count; i++)
	{
		fit->place[i] = SIZE_MAX;
		fit->alpha[i] = fit->alpha[i + count] = 0;
		fit->gradient[i] = fit->options->epsilon - target[listed[i]];
		fit->gradient[i + count] = fit->options->epsilon + target[listed[i]];
	}
	for (size_t step = 0; choose_pair(fit, &first, &second); step++)
	{
		if (step >= CS_SVR_STEPS * count)
			return CS_NOT_CONVERGED;
		move_pair(fit, first, second);
	}
	set_intercept(fit);
	write_model(fit);
	return CS_OK;
}

double
cs_svr_value(const float *numbers, size_t vectors, double gamma, const float *x, size_t columns)
{
	double sum = (double) numbers[0];

	numbers++;
	for (size_t i = 0; i < vectors; i++, numbers += columns + 1)
	{
		sum += (double) numbers[0] * exp(-gamma * squared_distance(numbers + 1, x, columns));
		cs_work(columns + 16);
	}
	return sum;
}
