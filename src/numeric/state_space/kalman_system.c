/*
 * kalman_system.c
 *		What can be said of a model of several states before it filters anything, and what controls
 *		do to observations.
 */
#include "numeric/state_space/kalman_matrix.h"

#include <math.h>
#include <string.h>

#include "numeric/state_space/kalman_dense.h"

#define SYMMETRY 1e-9  /* relative difference of mirrored elements */
#define NEGATIVE 1e-10 /* relative to the largest variance */

bool
cs_kalman_is_covariance(size_t n, const double *matrix)
{
	double s[CS_KALMAN_MAX_SIZE * CS_KALMAN_MAX_SIZE];
	double largest = 0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, matrix[i * n + i]);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
		{
			double element = matrix[i * n + j];

			if (!isfinite(element) || fabs(element - matrix[j * n + i]) > SYMMETRY * largest)
				return false;
		}
	memcpy(s, matrix, n * n * sizeof(double));
	/* elimination: no pivot is negative, and a zero one leaves a zero column */
	for (size_t k = 0; k < n; k++)
	{
		double pivot = s[k * n + k];

		if (pivot < -NEGATIVE * largest)
			return false;
		for (size_t i = k + 1; i < n; i++)
		{
			double ratio = pivot > NEGATIVE * largest ? s[i * n + k] / pivot : 0;

			if (ratio == 0 &&
				s[i * n + k] * s[i * n + k] > 4 * NEGATIVE * largest * fmax(largest, s[i * n + i]))
				return false;
			for (size_t j = k + 1; j < n; j++)
				s[i * n + j] -= ratio * s[k * n + j];
		}
	}
	return true;
}

size_t
cs_kalman_row_doubles(const cs_kalman_system *system)
{
	size_t n = system->states;
	size_t m = system->observed;

	return 2 * n + 2 * n * n + n * m + m + m * m + 1;
}

cs_kalman_matrix_row
cs_kalman_row_views(const cs_kalman_system *system, double *block)
{
	size_t n = system->states;
	size_t m = system->observed;
	cs_kalman_matrix_row row = {.predicted = block};

	row.predicted_covariance = row.predicted + n;
	row.filtered = row.predicted_covariance + n * n;
	row.covariance = row.filtered + n;
	row.gain = row.covariance + n * n;
	row.innovation = row.gain + n * m;
	row.innovation_covariance = row.innovation + m;
	row.log_likelihood = row.innovation_covariance + m * m;
	return row;
}

#define SWEEPS 20

/* One more equation for the mean that gives a logarithm of a unit. */
static void
add_equation(double coefficient, double value, double *sum, int *count)
{
	if (coefficient == 0)
		return;
	*sum += value;
	++*count;
}

/*
 * Units of the states, as powers of two, in which the coefficients of the system are of the order
 * of 1 as nearly as may be: an orthogonal step over directions in units far apart would lose the
 * digits of the smaller.
 */
static void
choose_units(const cs_kalman_system *system, int *units)
{
	size_t n = system->states;
	size_t m = system->observed;
	const double *a = system->transition;
	const double *h = system->observation;
	double state[CS_KALMAN_MAX_SIZE] = {0};
	double observed[CS_KALMAN_MAX_SIZE] = {0};

	for (int sweep = 0; sweep < SWEEPS; sweep++)
	{
		for (size_t k = 0; k < m; k++)
		{
			double sum = 0;
			int count = 0;

			for (size_t i = 0; i < n; i++)
				add_equation(h[k * n + i], log2(fabs(h[k * n + i])) + state[i], &sum, &count);
			observed[k] = count == 0 ? 0 : sum / count;
		}
		for (size_t i = 0; i < n; i++)
		{
			double sum = 0;
			int count = 0;

			for (size_t k = 0; k < m; k++)
				add_equation(h[k * n + i], observed[k] - log2(fabs(h[k * n + i])), &sum, &count);
			for (size_t j = 0; j < n; j++)
				if (j != i)
				{
					add_equation(a[i * n + j], state[j] + log2(fabs(a[i * n + j])), &sum, &count);
					add_equation(a[j * n + i], state[j] - log2(fabs(a[j * n + i])), &sum, &count);
				}
			state[i] = count == 0 ? 0 : sum / count;
		}
	}
	for (size_t i = 0; i < n; i++)
		units[i] = (int) round(fmin(fmax(state[i], -150), 150));
}

void
cs_kalman_start_unknown(const cs_kalman_system *system, double *unknown)
{
	size_t n = system->states;
	int units[CS_KALMAN_MAX_SIZE] = {0};

	if (n > 1)
		choose_units(system, units);
	memset(unknown, 0, cs_kalman_unknown_doubles(n) * sizeof(double));
	for (size_t i = 0; i < n; i++)
		unknown[i * n + i] = ldexp(1, units[i]);
}

void
cs_kalman_less_direct(const cs_kalman_system *system, double *controls, double *y)
{
	bool missing = controls == NULL;

	if (system->direct == NULL)
		return;
	for (size_t j = 0; j < system->controls && controls != NULL; j++)
		if (isnan(controls[j]))
		{
			controls[j] = 0;
			missing = true;
		}
	for (size_t i = 0; i < system->observed; i++)
		y[i] = missing ? NAN
					   : y[i] - product(system->controls, system->direct + i * system->controls,
										controls);
}
