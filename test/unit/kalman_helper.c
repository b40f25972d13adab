/*
 * kalman_helper.c
 *		A system of three states, its rows, and its states by least squares over all rows at once.
 */
#include "kalman_helper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/random.h"

/* A system of three states and observations, none of them simple. */
static const double a3[] = {0.9, 0.2, 0, -0.1, 0.8, 0.3, 0.05, 0, 1};
const double h3[] = {1, 0, 0.5, 0.3, 1, 0, 0, -1, 2};
static const double q3[] = {0.3, 0.1, 0, 0.1, 0.2, 0.05, 0, 0.05, 0.1};
static const double r3[] = {0.5, 0.2, 0.1, 0.2, 0.4, 0, 0.1, 0, 0.3};
static const double b3[] = {1, 0, 0.5, -1, 0, 2};
const cs_kalman_system system3 = {3, 3, 2, a3, h3, q3, r3, b3, NULL};
double y3[ROWS * 3], u3[ROWS * 2];

void
make_rows(uint64_t seed, bool gaps)
{
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < ROWS * 3; i++)
	{
		y3[i] = 2 * cs_random_normal(&random);
		if (gaps && cs_random_below(&random, 3) == 0)
			y3[i] = NAN;
	}
	for (size_t i = 0; i < ROWS * 2; i++)
		u3[i] = cs_random_normal(&random);
}

/* Solves S x = b for count right sides by elimination with pivots; S and b are overwritten. */
static void
solve(size_t n, double *s, size_t count, double *b)
{
	for (size_t k = 0; k < n; k++)
	{
		size_t pivot = k;

		for (size_t i = k; i < n; i++)
			if (fabs(s[i * n + k]) > fabs(s[pivot * n + k]))
				pivot = i;
		for (size_t j = 0; j < n; j++)
		{
			double swap = s[k * n + j];

			s[k * n + j] = s[pivot * n + j];
			s[pivot * n + j] = swap;
		}
		for (size_t j = 0; j < count; j++)
		{
			double swap = b[k * count + j];

			b[k * count + j] = b[pivot * count + j];
			b[pivot * count + j] = swap;
		}
		for (size_t i = 0; i < n; i++)
		{
			double ratio = i == k ? 0 : s[i * n + k] / s[k * n + k];

			for (size_t j = 0; j < n; j++)
				s[i * n + j] -= ratio * s[k * n + j];
			for (size_t j = 0; j < count; j++)
				b[i * count + j] -= ratio * b[k * count + j];
		}
	}
	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < count; j++)
			b[k * count + j] /= s[k * n + k];
}

void
invert(size_t n, const double *matrix, double *inverse)
{
	double copy[9];

	memcpy(copy, matrix, n * n * sizeof(double));
	for (size_t i = 0; i < n * n; i++)
		inverse[i] = i % (n + 1) == 0;
	solve(n, copy, n, inverse);
}

/* The states of all rows that minimize the weighted squares of w and v, diffuse start: x and V. */
void
normal_equations(size_t rows, double *x, double *v)
{
	size_t all = rows * 3;
	double *s = calloc(all * all, sizeof(double));
	double qi[9];

	invert(3, q3, qi);
	memset(x, 0, all * sizeof(double));
	for (size_t t = 0; t < rows; t++)
	{
		size_t present[3], p = 0;
		double r[9], ri[9];

		for (size_t i = 0; i < 3; i++)
			if (!isnan(y3[t * 3 + i]))
				present[p++] = i;
		for (size_t i = 0; i < p; i++)
			for (size_t j = 0; j < p; j++)
				r[i * p + j] = r3[present[i] * 3 + present[j]];
		if (p > 0)
			invert(p, r, ri);
		for (size_t i = 0; i < p; i++)
			for (size_t j = 0; j < p; j++)
				for (size_t k = 0; k < 3; k++)
				{
					double left = h3[present[i] * 3 + k] * ri[i * p + j];

					x[t * 3 + k] += left * y3[t * 3 + present[j]];
					for (size_t l = 0; l < 3; l++)
						s[(t * 3 + k) * all + t * 3 + l] += left * h3[present[j] * 3 + l];
				}
		/* w = x(t) - A x(t-1) - B u */
		for (size_t i = 0; t > 0 && i < 6; i++)
			for (size_t j = 0; j < 6; j++)
			{
				double sum = 0;

				for (size_t k = 0; k < 3; k++)
					for (size_t l = 0; l < 3; l++)
						sum += (i < 3 ? -a3[k * 3 + i] : k == i - 3) * qi[k * 3 + l] *
							   (j < 3 ? -a3[l * 3 + j] : l == j - 3);
				s[((t - 1) * 3 + i) * all + (t - 1) * 3 + j] += sum;
			}
		for (size_t i = 0; t > 0 && i < 6; i++)
			for (size_t k = 0; k < 3; k++)
				for (size_t l = 0; l < 3; l++)
					x[(t - 1) * 3 + i] += (i < 3 ? -a3[k * 3 + i] : k == i - 3) * qi[k * 3 + l] *
										  (b3[l * 2] * u3[t * 2] + b3[l * 2 + 1] * u3[t * 2 + 1]);
	}
	for (size_t i = 0; i < all * all; i++)
		v[i] = i % (all + 1) == 0;
	/* right sides side by side: x, then the unit matrix */
	{
		double *b = malloc(all * (all + 1) * sizeof(double));

		for (size_t i = 0; i < all; i++)
		{
			b[i * (all + 1)] = x[i];
			memcpy(b + i * (all + 1) + 1, v + i * all, all * sizeof(double));
		}
		solve(all, s, all + 1, b);
		for (size_t i = 0; i < all; i++)
		{
			x[i] = b[i * (all + 1)];
			memcpy(v + i * all, b + i * (all + 1) + 1, all * sizeof(double));
		}
		free(b);
	}
	free(s);
}
