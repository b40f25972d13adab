/*
 * test_linear_algebra.c
 *		The triangle updated row by row, against normal equations in long double.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/linear_algebra.h"

#define ROWS 40
#define COLUMNS 4
#define FACTORS (COLUMNS * (COLUMNS - 1) / 2)

typedef struct triangle
{
	double diagonal[COLUMNS];
	double factor[FACTORS];
	double rhs[COLUMNS];
	double residual;
} triangle;

static double design[ROWS][COLUMNS];
static double response[ROWS];
static double weight[ROWS];

static int
make_data(void **state)
{
	(void) state;
	for (int i = 0; i < ROWS; i++)
	{
		double t = 0.3 * i;

		design[i][0] = 1;
		design[i][1] = t + 0.1 * sin(7.0 * i);
		design[i][2] = i % 5 == 0 ? 0 : cos(1.7 * t);
		design[i][3] = exp(-0.2 * t) + 0.05 * sin(11.0 * i);
		response[i] = 3 - 0.4 * t + 1.5 * design[i][2] + 0.3 * sin(5.0 * i);
		weight[i] = 0.5 + (i * 7 % 11) / 5.0;
	}
	return 0;
}

static void
add(triangle *system, int i)
{
	double row[COLUMNS];
	double value = response[i];
	double left;

	memcpy(row, design[i], sizeof(row));
	left = cs_triangle_add_row(COLUMNS, system->diagonal, system->factor, system->rhs, weight[i],
							   row, &value);
	system->residual += left * value * value;
}

/* Weighted least squares by Gaussian elimination in long double. */
static void
solve_exactly(long double *beta, long double *residual)
{
	long double a[COLUMNS][COLUMNS + 1] = {{0}};

	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < COLUMNS; j++)
		{
			for (int k = 0; k < COLUMNS; k++)
				a[j][k] += (long double) weight[i] * design[i][j] * design[i][k];
			a[j][COLUMNS] += (long double) weight[i] * design[i][j] * response[i];
		}
	for (int j = 0; j < COLUMNS; j++)
		for (int k = 0; k < COLUMNS; k++)
		{
			long double ratio = a[k][j] / a[j][j];

			for (int l = 0; k != j && l <= COLUMNS; l++)
				a[k][l] -= ratio * a[j][l];
		}
	*residual = 0;
	for (int j = 0; j < COLUMNS; j++)
		beta[j] = a[j][COLUMNS] / a[j][j];
	for (int i = 0; i < ROWS; i++)
	{
		long double error = response[i];

		for (int j = 0; j < COLUMNS; j++)
			error -= beta[j] * design[i][j];
		*residual += weight[i] * error * error;
	}
}

static void
assert_solves(const triangle *system)
{
	double beta[COLUMNS];
	long double exact[COLUMNS];
	long double residual;

	cs_triangle_solve(COLUMNS, system->factor, system->rhs, beta);
	solve_exactly(exact, &residual);
	for (int j = 0; j < COLUMNS; j++)
		assert_true(fabsl(beta[j] - exact[j]) <= 1e-12L * fabsl(exact[j]));
	assert_true(fabsl(system->residual - residual) <= 1e-12L * residual);
}

static void
rows_give_weighted_least_squares(void **state)
{
	triangle system = {0};

	(void) state;
	for (int i = 0; i < ROWS; i++)
		add(&system, i);
	assert_solves(&system);
}

static void
combined_parts_give_the_same(void **state)
{
	(void) state;
	for (int split = 0; split <= ROWS; split++)
	{
		triangle left = {0};
		triangle right = {0};
		double scratch[COLUMNS];

		for (int i = 0; i < ROWS; i++)
			add(i < split ? &left : &right, i);
		left.residual +=
			right.residual + cs_triangle_combine(COLUMNS, left.diagonal, left.factor, left.rhs,
												 right.diagonal, right.factor, right.rhs, scratch);
		assert_solves(&left);
	}
}

static void
dependent_columns_leave_a_zero_diagonal(void **state)
{
	triangle system = {0};

	(void) state;
	for (int i = 0; i < ROWS; i++)
	{
		double row[COLUMNS] = {1, i % 3, 2.0 * (i % 3) - 1, 0};
		double value = i;

		cs_triangle_add_row(COLUMNS, system.diagonal, system.factor, system.rhs, 1, row, &value);
	}
	assert_true(system.diagonal[1] > 1);
	assert_true(system.diagonal[2] < 1e-24);
	assert_true(system.diagonal[3] == 0);
}

static void
sums_of_every_length(void **state)
{
	double a[11] = {0};
	double b[11] = {0};
	double sum = 0, dot = 0;

	(void) state;
	assert_true(cs_sum(0, a) == 0);
	for (size_t n = 1; n <= 11; n++)
	{
		a[n - 1] = (double) (n * n);
		b[n - 1] = 3.0 - (double) n;
		sum += a[n - 1];
		dot += a[n - 1] * b[n - 1];
		assert_true(cs_sum(n, a) == sum);
		assert_true(cs_dot(n, a, b) == dot);
	}
}

/*
 * Rows that differ from multiples of the first by rounding only leave the other rows their digits.
 */
static void
rows_nearly_twice_do_no_harm(void **state)
{
	const double base[COLUMNS] = {-0.91, -1.82, -1.22, 0.83};
	const double rows[][COLUMNS] = {{base[0], base[1], base[2], base[3]},
									{base[0] * 3, base[1] * 3, base[2] * 3, base[3] * 3},
									{base[0] * 7, base[1] * 7, base[2] * 7, base[3] * 7},
									{1, 2, -1, 0.3},
									{-0.4, 1, 3, 0.5},
									{2, -1, 0.6, 1},
									{0.3, 0.2, 1.7, -2}};
	const double truth[COLUMNS] = {2, -1, 0.5, 3};
	const double noise[] = {0.1, -0.05, 0.02};
	double coefficients[COLUMNS];
	triangle system = {0};

	(void) state;
	for (int i = 0; i < 7; i++)
	{
		double row[COLUMNS];
		double value = i < 3 ? noise[i] : 0;

		for (int j = 0; j < COLUMNS; j++)
		{
			row[j] = rows[i][j];
			value += rows[i][j] * truth[j];
		}
		/* the first rows weigh next to nothing: the others are solved exactly */
		cs_triangle_add_row(COLUMNS, system.diagonal, system.factor, system.rhs, i < 3 ? 1e-12 : 1,
							row, &value);
	}
	cs_triangle_solve(COLUMNS, system.factor, system.rhs, coefficients);
	for (int j = 0; j < COLUMNS; j++)
		assert_true(fabs(coefficients[j] - truth[j]) < 1e-9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_nearly_twice_do_no_harm),
		cmocka_unit_test(rows_give_weighted_least_squares),
		cmocka_unit_test(combined_parts_give_the_same),
		cmocka_unit_test(dependent_columns_leave_a_zero_diagonal),
		cmocka_unit_test(sums_of_every_length),
	};

	return cmocka_run_group_tests(tests, make_data, NULL);
}
