/*
 * test_kalman_matrix.c
 *		The filter and smoother of several states: against statsmodels' values, against the normal
 *		equations of all rows at once, against the filter of one state, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/state_space/kalman_factor.h"
#include "numeric/state_space/kalman_smooth.h"
#include "check_helper.h"
#include "golden/kalman.h"
#include "kalman_helper.h"
#include "poll_helper.h"

#define CASES COUNT(golden_kalman)
#define N 3 /* most states */
#define M 3 /* most observations */
#define BLOCK 16384

typedef struct Run
{
	cs_kalman_system system;
	cs_kalman_matrix filter;
	cs_kalman_smoother smoother;
	double state[N], covariance[N * N], unknown[2 * N * N];
	cs_kalman_matrix_row row;
	double row_block[100];
	double block[BLOCK], smoother_block[BLOCK];
} Run;

static Run run;

/* The start is predicted; x NULL = diffuse. */
static void
begin(const cs_kalman_system *system, const double *x, const double *p)
{
	size_t n = system->states;
	cs_kalman_position position = {run.state, run.covariance, run.unknown, true};
	cs_workspace workspace;

	run.system = *system;
	for (size_t i = 0; i < n; i++)
		run.state[i] = x == NULL ? 0 : x[i];
	for (size_t i = 0; i < n * n; i++)
		run.covariance[i] = x == NULL ? 0 : p[i];
	cs_kalman_factor_of(n, run.covariance, run.covariance);
	memset(run.unknown, 0, sizeof(run.unknown));
	if (x == NULL)
		cs_kalman_start_unknown(system, run.unknown);
	assert_true(cs_kalman_matrix_size(system) <= sizeof(run.block));
	assert_true(cs_kalman_row_doubles(system) <= 100);
	cs_workspace_initialize(&workspace, run.block, cs_kalman_matrix_size(system));
	assert_int_equal(cs_kalman_matrix_initialize(&run.filter, system, &position, &workspace),
					 CS_OK);
	run.row = cs_kalman_row_views(system, run.row_block);
}

static void
begin_smoother(void)
{
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, run.smoother_block, cs_kalman_smoother_size(&run.system));
	assert_int_equal(cs_kalman_smoother_initialize(&run.smoother, &run.filter, &workspace), CS_OK);
}

typedef struct Kept
{
	double state[N], covariance[N * N], unknown[2 * N * N];
} Kept;

static Kept kept[ROWS];
static double smoothed[ROWS][N], smoothed_covariance[ROWS][N * N];

/* Filters y[count][m] keeping positions, then smooths. */
static void
smooth(size_t count, const double *y, const double *controls)
{
	size_t n = run.system.states;

	for (size_t t = 0; t < count; t++)
	{
		cs_kalman_matrix_predict(&run.filter,
								 controls == NULL ? NULL : controls + t * run.system.controls);
		memcpy(kept[t].state, run.state, n * sizeof(double));
		memcpy(kept[t].covariance, run.covariance, n * n * sizeof(double));
		memcpy(kept[t].unknown, run.unknown, sizeof(run.unknown));
		assert_int_equal(cs_kalman_matrix_take(&run.filter, y + t * run.system.observed), CS_OK);
	}
	begin_smoother();
	for (size_t t = count; t-- > 0;)
	{
		const cs_kalman_position at = {kept[t].state, kept[t].covariance, kept[t].unknown, true};

		assert_int_equal(cs_kalman_smoother_back(&run.smoother, &at, y + t * run.system.observed,
												 smoothed[t], smoothed_covariance[t]),
						 CS_OK);
	}
}

static void
agrees_with_reference(void **state)
{
	static const double one = 1;

	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		size_t n = golden_kalman[c].states;
		cs_kalman_system system = {n,
								   1,
								   golden_kalman[c].control != NULL,
								   golden_kalman[c].a,
								   golden_kalman[c].h,
								   golden_kalman[c].q,
								   &golden_kalman[c].r,
								   &one,
								   NULL};

		begin(&system, golden_kalman[c].x, golden_kalman[c].p);
		for (size_t t = 0; t < golden_kalman[c].rows; t++)
		{
			const double *control =
				golden_kalman[c].control == NULL ? NULL : golden_kalman[c].control + t;

			assert_int_equal(
				cs_kalman_matrix_step(&run.filter, golden_kalman[c].y + t, control, &run.row),
				CS_OK);
			for (size_t i = 0; i < n; i++)
			{
				assert_near(run.row.predicted[i], golden_kalman[c].predicted[t * n + i], 1e-9,
							1e-2);
				assert_near(run.row.filtered[i], golden_kalman[c].filtered[t * n + i], 1e-9, 1e-2);
			}
			for (size_t i = 0; i < n * n; i++)
			{
				assert_near(run.row.predicted_covariance[i],
							golden_kalman[c].predicted_covariance[t * n * n + i], 1e-9, 1e-2);
				assert_near(run.row.covariance[i], golden_kalman[c].covariance[t * n * n + i], 1e-9,
							1e-2);
			}
			if (isnan(golden_kalman[c].y[t]))
			{
				assert_true(isnan(run.row.innovation[0]) && isnan(run.row.gain[0]) &&
							isnan(run.row.log_likelihood[0]));
				continue;
			}
			assert_near(run.row.innovation[0], golden_kalman[c].innovation[t], 1e-9, 1e-2);
			assert_near(run.row.innovation_covariance[0], golden_kalman[c].innovation_variance[t],
						1e-9, 1e-2);
			assert_near(run.row.log_likelihood[0], golden_kalman[c].log_likelihoods[t], 1e-9, 1e-2);
		}
		begin(&system, golden_kalman[c].x, golden_kalman[c].p);
		smooth(golden_kalman[c].rows, golden_kalman[c].y, golden_kalman[c].control);
		for (size_t t = 0; t < golden_kalman[c].rows; t++)
		{
			for (size_t i = 0; i < n; i++)
				assert_near(smoothed[t][i], golden_kalman[c].smoothed[t * n + i], 1e-8, 1e-2);
			for (size_t i = 0; i < n * n; i++)
				assert_near(smoothed_covariance[t][i],
							golden_kalman[c].smoothed_covariance[t * n * n + i], 1e-8, 1e-2);
		}
	}
}

/* Diffuse start, gaps, correlated noise and controls: all that the smoother has. */
static void
smoother_is_least_squares(void **state)
{
	static double x[ROWS * 3], v[ROWS * 3 * ROWS * 3];

	(void) state;
	for (uint64_t seed = 1; seed <= 20; seed++)
	{
		size_t rows = 12 + seed;

		make_rows(seed, true);
		if (seed % 3 == 0)
			y3[0] = y3[1] = y3[2] = NAN;
		if (seed % 4 == 0)
			y3[1] = y3[2] = y3[4] = y3[5] = NAN;
		begin(&system3, NULL, NULL);
		smooth(rows, y3, u3);
		normal_equations(rows, x, v);
		for (size_t t = 0; t < rows; t++)
			for (size_t i = 0; i < 3; i++)
			{
				assert_near(smoothed[t][i], x[t * 3 + i], 1e-6, 1e-2);
				for (size_t j = 0; j < 3; j++)
					assert_near(smoothed_covariance[t][i * 3 + j],
								v[(t * 3 + i) * rows * 3 + t * 3 + j], 1e-6, 1e-2);
			}
	}
}

/* Filtered is what the smoother says of the last row; the log-likelihood is the density of all. */
static void
filter_is_the_last_smoothed(void **state)
{
	static double x[ROWS * 3], v[ROWS * 3 * ROWS * 3];

	(void) state;
	make_rows(3, true);
	begin(&system3, NULL, NULL);
	for (size_t t = 0; t < 25; t++)
	{
		assert_int_equal(cs_kalman_matrix_step(&run.filter, y3 + t * 3, u3 + t * 2, &run.row),
						 CS_OK);
		if (t < 6)
			continue;
		normal_equations(t + 1, x, v);
		for (size_t i = 0; i < 3; i++)
		{
			assert_near(run.row.filtered[i], x[t * 3 + i], 1e-6, 1e-2);
			assert_near(run.row.covariance[i * 4], v[(t * 3 + i) * (t * 3 + 4)], 1e-6, 1e-2);
		}
	}
}

/* filtered = predicted + gain innovation, covariance = (I - K H) P, for the elements at once. */
static void
gain_is_of_the_whole_row(void **state)
{
	static const double x[] = {1, -1, 0.5};
	static const double p[] = {2, 0.3, 0.1, 0.3, 1, 0, 0.1, 0, 1.5};

	(void) state;
	make_rows(5, true);
	begin(&system3, x, p);
	for (size_t t = 0; t < ROWS; t++)
	{
		double s[9], si[9], log_likelihood = 0;
		size_t present[3], count = 0;

		assert_int_equal(cs_kalman_matrix_step(&run.filter, y3 + t * 3, u3 + t * 2, &run.row),
						 CS_OK);
		for (size_t i = 0; i < 3; i++)
			if (!isnan(y3[t * 3 + i]))
				present[count++] = i;
		if (count == 0)
			continue;
		for (size_t i = 0; i < 3; i++)
		{
			double value = run.row.predicted[i];

			for (size_t j = 0; j < count; j++)
				value += run.row.gain[i * 3 + present[j]] * run.row.innovation[present[j]];
			assert_near(run.row.filtered[i], value, 1e-10, 1e-2);
			for (size_t k = 0; k < 3; k++)
			{
				double kept_part = run.row.predicted_covariance[i * 3 + k];

				for (size_t j = 0; j < count; j++)
					for (size_t l = 0; l < 3; l++)
						kept_part -= run.row.gain[i * 3 + present[j]] * h3[present[j] * 3 + l] *
									 run.row.predicted_covariance[l * 3 + k];
				assert_near(run.row.covariance[i * 3 + k], kept_part, 1e-9, 1e-2);
			}
		}
		/* the density of the row at once */
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < count; j++)
				s[i * count + j] = run.row.innovation_covariance[present[i] * 3 + present[j]];
		invert(count, s, si);
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < count; j++)
				log_likelihood -= 0.5 * run.row.innovation[present[i]] * si[i * count + j] *
								  run.row.innovation[present[j]];
		if (count == 1)
			log_likelihood -= 0.5 * log(s[0]);
		if (count == 2)
			log_likelihood -= 0.5 * log(s[0] * s[3] - s[1] * s[2]);
		if (count == 3)
			log_likelihood -=
				0.5 * log(s[0] * (s[4] * s[8] - s[5] * s[7]) - s[1] * (s[3] * s[8] - s[5] * s[6]) +
						  s[2] * (s[3] * s[7] - s[4] * s[6]));
		log_likelihood -= 0.5 * (double) count * log(2 * acos(-1));
		assert_near(run.row.log_likelihood[0], log_likelihood, 1e-9, 1e-2);
	}
}

static void
steady_changes_nothing(void **state)
{
	Run *first = malloc(sizeof(Run));
	size_t steady = 0;

	(void) state;
	make_rows(9, false);
	for (size_t i = 0; i < 3; i++)
		y3[40 * 3 + i] = NAN;
	for (int slow = 0; slow < 2; slow++)
	{
		double sum = 0;

		begin(&system3, NULL, NULL);
		for (size_t t = 0; t < 20 * ROWS; t++)
		{
			size_t at = t % ROWS == 40 && t < 18 * ROWS ? 0 : t % ROWS;

			if (slow)
			{
				run.filter.steady = false;
				run.filter.complete = 0;
			}
			assert_int_equal(cs_kalman_matrix_step(&run.filter, y3 + at * 3, u3 + at * 2, &run.row),
							 CS_OK);
			steady += run.filter.steady;
			sum += isnan(run.row.log_likelihood[0]) ? 0 : run.row.log_likelihood[0];
		}
		if (!slow)
			memcpy(first->row_block, run.row_block, sizeof(run.row_block));
		else
			assert_memory_equal(first->row_block, run.row_block,
								cs_kalman_row_doubles(&system3) * sizeof(double));
		assert_true(isfinite(sum));
	}
	assert_true(steady > 200);
	free(first);
}

/* A system of one state goes through the filter of one state, bit by bit. */
static void
one_state_is_scalar(void **state)
{
	static const double a = 0.8, h = 1.3, q = 0.2, r = 0.4;
	const cs_kalman_system system = {1, 1, 0, &a, &h, &q, &r, NULL, NULL};
	const cs_kalman_model model = {a, h, q, r};
	cs_kalman scalar;

	(void) state;
	make_rows(2, true);
	y3[0] = NAN;
	for (int diffuse = 0; diffuse < 2; diffuse++)
	{
		const double x = 0.3, p = 2;

		begin(&system, diffuse ? NULL : &x, &p);
		assert_int_equal(cs_kalman_initialize(&scalar, &model,
											  diffuse ? CS_KALMAN_DIFFUSE : CS_KALMAN_PREDICTED, x,
											  p),
						 CS_OK);
		for (size_t t = 0; t < ROWS; t++)
		{
			cs_kalman_row row;

			assert_int_equal(cs_kalman_matrix_step(&run.filter, y3 + t, NULL, &run.row), CS_OK);
			assert_int_equal(cs_kalman_step(&scalar, y3[t], 0, &row), CS_OK);
			assert_memory_equal(run.row.filtered, &row.filtered, sizeof(double));
			assert_memory_equal(run.row.covariance, &row.variance, sizeof(double));
			assert_memory_equal(run.row.log_likelihood, &row.log_likelihood, sizeof(double));
		}
	}
}

/* A trend: the level is known from the first row, the slope from the second. */
static void
diffuse_trend(void **state)
{
	static const double a[] = {1, 1, 0, 1}, h[] = {1, 0}, q[] = {0.1, 0, 0, 0.01}, r = 0.5;
	const cs_kalman_system system = {2, 1, 0, a, h, q, &r, NULL, NULL};
	const double series[] = {3, 5, 4, NAN};

	(void) state;
	begin(&system, NULL, NULL);
	assert_int_equal(cs_kalman_matrix_step(&run.filter, series, NULL, &run.row), CS_OK);
	assert_true(run.row.filtered[0] == 3 && run.row.covariance[0] == 0.5);
	assert_true(isnan(run.row.filtered[1]) && isnan(run.row.covariance[3]));
	assert_true(isnan(run.row.predicted[0]) && isnan(run.row.innovation[0]) &&
				isnan(run.row.log_likelihood[0]) && run.row.gain[0] == 1);
	assert_int_equal(cs_kalman_matrix_step(&run.filter, series + 1, NULL, &run.row), CS_OK);
	assert_near(run.row.filtered[0], 5, 1e-12, 1e-2);
	assert_near(run.row.filtered[1], 2, 1e-12, 1e-2);
	assert_int_equal(run.filter.directions, 0);
	assert_int_equal(cs_kalman_matrix_step(&run.filter, series + 2, NULL, &run.row), CS_OK);
	assert_near(run.row.predicted[0], 7, 1e-12, 1e-2);
	assert_true(isfinite(run.row.log_likelihood[0]));

	/* one observation never tells the slope: the smoother says so */
	begin(&system, NULL, NULL);
	smooth(1, series, NULL);
	assert_near(smoothed[0][0], 3, 1e-12, 1e-2);
	assert_true(isnan(smoothed[0][1]));
	begin(&system, NULL, NULL);
	smooth(1, series + 3, NULL);
	assert_true(isnan(smoothed[0][0]) && isnan(smoothed[0][1]));
}

/* Noise that is the same for two observations; the second tells nothing new. */
static void
singular_noise(void **state)
{
	static const double a[] = {1, 0, 0, 0.5}, h[] = {1, 0, 0, 1}, q[] = {0.1, 0, 0, 0.2};
	static const double r[] = {1, 1, 1, 1}, zero[] = {0, 0, 0, 0};
	static const double twice[] = {1, 1, 1, 1}, x[] = {0, 0}, p[] = {1, 0, 0, 1};
	const cs_kalman_system system = {2, 2, 0, a, h, q, r, NULL, NULL};
	const cs_kalman_system redundant = {2, 2, 0, a, twice, q, zero, NULL, NULL};
	const double series[] = {1, 2};

	(void) state;
	begin(&system, x, p);
	assert_int_equal(cs_kalman_matrix_step(&run.filter, series, NULL, &run.row), CS_OK);
	/* the difference of the observations is that of the states */
	assert_near(run.row.filtered[1] - run.row.filtered[0], 1, 1e-12, 1e-2);
	begin(&redundant, x, p);
	assert_int_equal(cs_kalman_matrix_step(&run.filter, series, NULL, &run.row), CS_ZERO_VARIANCE);
	begin(&redundant, x, p);
	begin_smoother();
	{
		const cs_kalman_position at = {kept[0].state, kept[0].covariance, kept[0].unknown, true};

		memcpy(kept[0].state, x, sizeof(x));
		memcpy(kept[0].covariance, p, sizeof(p));
		memset(kept[0].unknown, 0, sizeof(kept[0].unknown));
		assert_int_equal(cs_kalman_smoother_back(&run.smoother, &at, series, NULL, NULL),
						 CS_ZERO_VARIANCE);
	}
}

static void
overflow(void **state)
{
	static const double a[] = {1e200, 0, 0, 1e200}, h[] = {1, 1}, q[] = {1, 0, 0, 1}, r = 1;
	static const double x[] = {1, 1}, p[] = {1, 0, 0, 1};
	const cs_kalman_system system = {2, 1, 0, a, h, q, &r, NULL, NULL};
	const double value = 1;

	(void) state;
	begin(&system, x, p);
	assert_int_equal(cs_kalman_matrix_step(&run.filter, &value, NULL, &run.row), CS_OK);
	assert_int_equal(cs_kalman_matrix_step(&run.filter, &value, NULL, &run.row), CS_NOT_FINITE);
}

static void
covariances(void **state)
{
	static const double good[][4] = {
		{1, 0.5, 0.5, 1}, {0, 0, 0, 0}, {1, 1, 1, 1}, {0, 0, 0, 2}, {1e-8, 1e-6, 1e-6, 1e-4}};
	static const double bad[][4] = {{1, 0.5, 0.4, 1}, {1, 2, 2, 1},		  {-1, 0, 0, 1},
									{0, 1, 1, 0},	  {0, 1, 1, 5},		  {1, NAN, NAN, 1},
									{1, 0, 0, -1},	  {1, 0, 0, INFINITY}};

	(void) state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(cs_kalman_is_covariance(2, good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(cs_kalman_is_covariance(2, bad[i]));
}

static void
sizes_out_of_range(void **state)
{
	cs_kalman_position position = {run.state, run.covariance, run.unknown, true};
	cs_kalman_system bad[4] = {system3, system3, system3, system3};
	cs_workspace workspace;

	(void) state;
	bad[0].states = 0;
	bad[1].states = CS_KALMAN_MAX_SIZE + 1;
	bad[2].observed = CS_KALMAN_MAX_SIZE + 1;
	bad[3].controls = CS_KALMAN_MAX_SIZE + 1;
	for (int i = 0; i < 4; i++)
	{
		cs_workspace_initialize(&workspace, run.block, sizeof(run.block));
		assert_int_equal(cs_kalman_matrix_initialize(&run.filter, &bad[i], &position, &workspace),
						 CS_OUT_OF_RANGE);
	}
	cs_workspace_initialize(&workspace, run.block, cs_kalman_matrix_size(&system3) - 128);
	assert_int_equal(cs_kalman_matrix_initialize(&run.filter, &system3, &position, &workspace),
					 CS_NO_MEMORY);
	begin(&system3, NULL, NULL);
	cs_workspace_initialize(&workspace, run.smoother_block,
							cs_kalman_smoother_size(&system3) - 128);
	assert_int_equal(cs_kalman_smoother_initialize(&run.smoother, &run.filter, &workspace),
					 CS_NO_MEMORY);
}

/* A row of the largest model, whose states are all unknown before it. */
static void
large_rows_poll(void **state)
{
	enum
	{
		LARGE = CS_KALMAN_MAX_SIZE
	};
	static double identity[LARGE * LARGE], y[LARGE], x[LARGE], p[LARGE * LARGE];
	static double unknown[2 * LARGE * LARGE];
	static double kept_x[LARGE], kept_p[LARGE * LARGE], known[2 * LARGE * LARGE];
	const cs_kalman_position kept_position = {kept_x, kept_p, known, true};
	const cs_kalman_system system = {LARGE,	   LARGE,	 0,	   identity, identity,
									 identity, identity, NULL, NULL};
	cs_kalman_position position = {x, p, unknown, true};
	size_t size = cs_kalman_matrix_size(&system);
	size_t smoother_size = cs_kalman_smoother_size(&system);
	void *block = malloc(size);
	void *smoother_block = malloc(smoother_size);
	cs_kalman_matrix filter;
	cs_kalman_smoother smoother;
	cs_workspace workspace;
	poll_count count;

	(void) state;
	for (size_t i = 0; i < LARGE; i++)
		identity[i * (LARGE + 1)] = 1;
	cs_kalman_start_unknown(&system, unknown);
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_kalman_matrix_initialize(&filter, &system, &position, &workspace), CS_OK);
	poll_count_start();
	assert_int_equal(cs_kalman_matrix_take(&filter, y), CS_OK);
	count = poll_count_end();
	/* each element takes a direction out of all n, in n^3 */
	assert_polls(&count, 1.0 * LARGE * LARGE * LARGE * LARGE, 0);
	poll_count_start();
	for (int t = 0; t < 4; t++)
	{
		cs_kalman_matrix_predict(&filter, NULL);
		assert_int_equal(cs_kalman_matrix_take(&filter, y), CS_OK);
	}
	count = poll_count_end();
	assert_polls(&count, 4 * 4.0 * LARGE * LARGE * LARGE, 0);
	cs_workspace_initialize(&workspace, smoother_block, smoother_size);
	assert_int_equal(cs_kalman_smoother_initialize(&smoother, &filter, &workspace), CS_OK);
	memcpy(kept_p, p, sizeof(p));
	poll_count_start();
	for (int t = 0; t < 4; t++)
		assert_int_equal(cs_kalman_smoother_back(&smoother, &kept_position, y, NULL, NULL), CS_OK);
	count = poll_count_end();
	assert_polls(&count, 4 * 8.0 * LARGE * LARGE * LARGE, 0);
	free(block);
	free(smoother_block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_reference),
									   cmocka_unit_test(smoother_is_least_squares),
									   cmocka_unit_test(filter_is_the_last_smoothed),
									   cmocka_unit_test(gain_is_of_the_whole_row),
									   cmocka_unit_test(steady_changes_nothing),
									   cmocka_unit_test(one_state_is_scalar),
									   cmocka_unit_test(diffuse_trend),
									   cmocka_unit_test(singular_noise),
									   cmocka_unit_test(overflow),
									   cmocka_unit_test(covariances),
									   cmocka_unit_test(sizes_out_of_range),
									   cmocka_unit_test(large_rows_poll)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
