/*
 * test_kalman_diffuse.c
 *		The diffuse start against arithmetic of 400 digits, ill-conditioned models included; and in
 *		any unit of the observations and of each state.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/state_space/kalman_smooth.h"
#include "golden/kalman_diffuse.h"

#define CASES (sizeof(golden_diffuse) / sizeof(golden_diffuse[0]))
#define N 5	 /* most states */
#define M 10 /* most observations */
#define TOLERANCE 1e-8

typedef struct Results
{
	size_t n, m;
	double a[N * N], h[M * N], q[N * N], r[M * M], y[DIFFUSE_ROWS * M];
	double filtered[DIFFUSE_ROWS][N], variance[DIFFUSE_ROWS][N];
	double smoothed[DIFFUSE_ROWS][N], smoothed_variance[DIFFUSE_ROWS][N];
	double log_likelihood[DIFFUSE_ROWS];
} Results;

static void
take_case(Results *r, size_t c)
{
	size_t n = r->n = golden_diffuse[c].states;
	size_t m = r->m = golden_diffuse[c].observed;
	const double *model = golden_diffuse[c].model;

	assert_true(n <= N && m <= M);
	memcpy(r->a, model, n * n * sizeof(double));
	memcpy(r->h, model + n * n, m * n * sizeof(double));
	memcpy(r->q, model + (n + m) * n, n * n * sizeof(double));
	memcpy(r->r, model + (2 * n + m) * n, m * m * sizeof(double));
	memcpy(r->y, golden_diffuse[c].y, DIFFUSE_ROWS * m * sizeof(double));
}

static void
run(Results *r)
{
	static double block[8192], smoother_block[8192], row_block[400];
	static double kept_state[DIFFUSE_ROWS][N], kept_covariance[DIFFUSE_ROWS][N * N];
	static double kept_unknown[DIFFUSE_ROWS][2 * N * N];
	double state[N] = {0}, covariance[N * N] = {0}, unknown[2 * N * N], smooth_covariance[N * N];
	size_t n = r->n;
	size_t m = r->m;
	const cs_kalman_system system = {n, m, 0, r->a, r->h, r->q, r->r, NULL, NULL};
	const cs_kalman_position position = {state, covariance, unknown, true};
	cs_kalman_matrix_row row = cs_kalman_row_views(&system, row_block);
	cs_kalman_matrix filter;
	cs_kalman_smoother smoother;
	cs_workspace workspace;

	cs_kalman_start_unknown(&system, unknown);
	assert_true(cs_kalman_matrix_size(&system) <= sizeof(block) &&
				cs_kalman_smoother_size(&system) <= sizeof(smoother_block) &&
				cs_kalman_row_doubles(&system) <= sizeof(row_block) / sizeof(double));
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_kalman_matrix_initialize(&filter, &system, &position, &workspace), CS_OK);
	for (size_t t = 0; t < DIFFUSE_ROWS; t++)
	{
		cs_kalman_matrix_predict(&filter, NULL);
		memcpy(kept_state[t], state, n * sizeof(double));
		memcpy(kept_covariance[t], covariance, n * n * sizeof(double));
		memcpy(kept_unknown[t], unknown, 2 * n * n * sizeof(double));
		assert_int_equal(cs_kalman_matrix_update(&filter, r->y + t * m, &row), CS_OK);
		for (size_t i = 0; i < n; i++)
		{
			r->filtered[t][i] = row.filtered[i];
			r->variance[t][i] = row.covariance[i * (n + 1)];
		}
		r->log_likelihood[t] = row.log_likelihood[0];
	}
	cs_workspace_initialize(&workspace, smoother_block, sizeof(smoother_block));
	assert_int_equal(cs_kalman_smoother_initialize(&smoother, &filter, &workspace), CS_OK);
	for (size_t t = DIFFUSE_ROWS; t-- > 0;)
	{
		const cs_kalman_position at = {kept_state[t], kept_covariance[t], kept_unknown[t], true};

		assert_int_equal(cs_kalman_smoother_back(&smoother, &at, r->y + t * m, r->smoothed[t],
												 smooth_covariance),
						 CS_OK);
		for (size_t i = 0; i < n; i++)
			r->smoothed_variance[t][i] = smooth_covariance[i * (n + 1)];
	}
}

/* Told alike, and to the tolerance: states in their sizes and standard errors, variances. */
static void
assert_moments(size_t c, size_t t, const double *x, const double *v, const double *right,
			   double tolerance)
{
	size_t n = golden_diffuse[c].states;

	for (size_t i = 0; i < n; i++)
	{
		double x_right = right[i];
		double v_right = right[n + i];

		if (isnan(x[i]) != isnan(x_right) || isnan(v[i]) != isnan(v_right) ||
			fabs(x[i] - x_right) > tolerance * (fabs(x_right) + sqrt(v_right)) ||
			fabs(v[i] - v_right) > tolerance * (v_right + 1e-8 * x_right * x_right))
			fail_msg("%s, row %zu, state %zu: %.17g with variance %.17g is not %.17g with %.17g",
					 golden_diffuse[c].name, t + 1, i + 1, x[i], v[i], x_right, v_right);
	}
}

/* Units of the golden case: states in s[n], observations in k. */
static void
compare(const Results *r, size_t c, const double *s, double k)
{
	size_t n = r->n;
	double condition = golden_diffuse[c].condition;
	double tolerance = TOLERANCE * (isnan(condition) ? 1 : condition);

	for (size_t t = 0; t < DIFFUSE_ROWS; t++)
	{
		const double *golden = golden_diffuse[c].rows + t * (4 * n + 1);
		double right[4 * N + 1];

		for (size_t i = 0; i < n; i++)
		{
			right[i] = golden[i] * s[i];
			right[n + i] = golden[n + i] * s[i] * s[i];
			right[2 * n + i] = golden[2 * n + i] * s[i];
			right[3 * n + i] = golden[3 * n + i] * s[i] * s[i];
		}
		assert_moments(c, t, r->filtered[t], r->variance[t], right, tolerance);
		assert_moments(c, t, r->smoothed[t], r->smoothed_variance[t], right + 2 * n, tolerance);
		if (isnan(golden[4 * n]) != isnan(r->log_likelihood[t]))
			fail_msg("%s, row %zu: log-likelihood %.17g is not %.17g", golden_diffuse[c].name,
					 t + 1, r->log_likelihood[t], golden[4 * n]);
		/* in other units a density is another one */
		if (isnan(golden[4 * n]) || k != 1)
			continue;
		if (fabs(golden[4 * n] - r->log_likelihood[t]) > tolerance * (1 + fabs(golden[4 * n])))
			fail_msg("%s, row %zu: log-likelihood %.17g is not %.17g", golden_diffuse[c].name,
					 t + 1, r->log_likelihood[t], golden[4 * n]);
	}
}

static void
agrees_with_400_digits(void **state)
{
	static const double one[N] = {1, 1, 1, 1, 1};
	static Results r;

	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		take_case(&r, c);
		run(&r);
		compare(&r, c, one, 1);
	}
}

/* y in units of k, and each state in one of its own: the same is known, in those units. */
static void
any_units(void **state)
{
	static const double scales[] = {1e-9, 1e-3, 1e4, 1e9};
	static Results r;

	(void) state;
	for (size_t c = 0; c < CASES; c++)
		for (size_t u = 0; u < sizeof(scales) / sizeof(scales[0]); u++)
		{
			double k = scales[u];
			double s[N];
			size_t n = golden_diffuse[c].states;
			size_t m = golden_diffuse[c].observed;

			take_case(&r, c);
			for (size_t i = 0; i < n; i++)
				s[i] = k * (i % 2 == 0 ? 1 : scales[(u + i) % 4]);
			for (size_t i = 0; i < n; i++)
				for (size_t j = 0; j < n; j++)
				{
					r.a[i * n + j] *= s[i] / s[j];
					r.q[i * n + j] *= s[i] * s[j];
				}
			for (size_t i = 0; i < m * n; i++)
				r.h[i] *= k / s[i % n];
			for (size_t i = 0; i < m * m; i++)
				r.r[i] *= k * k;
			for (size_t i = 0; i < DIFFUSE_ROWS * m; i++)
				r.y[i] *= k;
			run(&r);
			compare(&r, c, s, k);
		}
}

/* What the condition of the start must not cost: the first full rows are least squares. */
static void
first_observation_is_least_squares(void **state)
{
	static const double a[] = {1, 0, 0, 1}, h[] = {0.9, -0.8, 0.8, -0.7}, r[] = {1, 0, 0, 1};
	static Results results;

	(void) state;
	results.n = results.m = 2;
	memcpy(results.a, a, sizeof(a));
	memcpy(results.h, h, sizeof(h));
	memcpy(results.q, r, sizeof(r));
	memcpy(results.r, r, sizeof(r));
	for (size_t i = 0; i < DIFFUSE_ROWS * 2; i++)
		results.y[i] = i == 0 ? 1 : i == 1 ? 2 : NAN;
	run(&results);
	assert_true(fabs(results.filtered[0][0] - 90) < 1e-9);
	assert_true(fabs(results.filtered[0][1] - 100) < 1e-9);
	assert_true(fabs(results.smoothed[0][0] - 90) < 1e-9);
}

/* U of rank 2 of a state that was kept before directions were. */
static void
directions_of_a_covariance(void **state)
{
	static const double u[] = {4, 2, 0, 2, 2, 0, 0, 0, 0};
	static const double sees_both[] = {1, 0, 0}, sees_none[] = {0, 0, 1};
	double unknown[18], seen[3], work[3];

	(void) state;
	cs_kalman_unknown_of_covariance(3, u, unknown);
	assert_int_equal(cs_kalman_unknown_count(3, unknown), 2);
	for (size_t i = 0; i < 9; i++)
	{
		double sum = 0;

		for (size_t j = 0; j < 2; j++)
			sum += unknown[j * 3 + i / 3] * unknown[j * 3 + i % 3];
		assert_true(fabs(sum - u[i]) < 1e-14);
	}
	assert_true(fabs(cs_kalman_unknown_seen(3, 2, unknown, sees_both, seen, work) - 4) < 1e-14);
	assert_true(cs_kalman_unknown_seen(3, 2, unknown, sees_none, seen, work) == 0);
	assert_true(cs_kalman_unknown_has(3, 2, unknown, 1));
	assert_false(cs_kalman_unknown_has(3, 2, unknown, 2));
}

/* Rows without an observation move what is unknown out of the range of its squares and back. */
static void
unknown_has_no_scale(void **state)
{
	static const double shrink[] = {1e-40, 0, 0, 1e-40}, grow[] = {1e40, 0, 0, 1e40};
	static const double stop[] = {0, 0, 0, 0}, h[] = {1, 1};
	double unknown[8] = {1, 0, 0, 1}, seen[2], work[4];
	size_t count = 2;

	(void) state;
	for (int i = 0; i < 20; i++)
		count = cs_kalman_unknown_predict(2, count, i < 10 ? shrink : grow, unknown, work);
	assert_int_equal(count, 2);
	assert_true(cs_kalman_unknown_has(2, 2, unknown, 0));
	assert_true(cs_kalman_unknown_seen(2, 2, unknown, h, seen, work) > 0);
	assert_int_equal(cs_kalman_unknown_predict(2, count, stop, unknown, work), 0);
	assert_int_equal(cs_kalman_unknown_count(2, unknown), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_400_digits), cmocka_unit_test(any_units),
		cmocka_unit_test(first_observation_is_least_squares),
		cmocka_unit_test(directions_of_a_covariance), cmocka_unit_test(unknown_has_no_scale)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
