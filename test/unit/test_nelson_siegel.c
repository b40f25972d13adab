/*
 * test_nelson_siegel.c
 *		Nelson-Siegel curves against scipy's values, identities, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/term_structure/nelson_siegel.h"
#include "check_helper.h"
#include "golden/nelson_siegel.h"
#include "poll_helper.h"

/* Bounds of the decays, wider than those that come from the maturities. */
#define LOWER 0.02436
#define UPPER 21.924

#define CASES COUNT(golden_nelson_siegel)

/* A reproducible uniform number in [0, 1). */
static double
uniform(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (double) (*seed >> 11) / 9007199254740992.0;
}

static cs_status
fit_fixed(size_t n, const double *maturity, const double *yield, double decay,
		  cs_nelson_siegel_curve *curve)
{
	cs_nelson_siegel_sums sums = {.decay = decay};

	for (size_t i = 0; i < n; i++)
		assert_int_equal(cs_nelson_siegel_sums_add(&sums, maturity[i], yield[i]), CS_OK);
	return cs_nelson_siegel_sums_solve(&sums, curve);
}

static cs_status
fit_free_weighted(size_t n, const double *maturity, const double *yield, const double *weight,
				  double lower, double upper, cs_nelson_siegel_curve *curve)
{
	size_t size = cs_nelson_siegel_fit_size(n);
	void *block = malloc(size);
	cs_workspace workspace;
	size_t different;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_nelson_siegel_fit(n, maturity, yield, weight, lower, upper, &workspace, &different,
								  curve);
	free(block);
	return status;
}

static cs_status
fit_free(size_t n, const double *maturity, const double *yield, double lower, double upper,
		 cs_nelson_siegel_curve *curve)
{
	return fit_free_weighted(n, maturity, yield, NULL, lower, upper, curve);
}

static void
loadings_agree_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
		for (size_t i = 0; i < golden_nelson_siegel[c].n; i++)
		{
			const double *expected = &golden_nelson_siegel[c].loadings[2 * i];
			double x = golden_nelson_siegel[c].decay * golden_nelson_siegel[c].maturity[i];
			double slope, curvature;

			cs_nelson_siegel_loadings(x, &slope, &curvature);
			assert_near(slope, expected[0], 1e-9, 0);
			assert_near(curvature, expected[1], 1e-9, 0);
		}
}

static void
loadings_at_small_and_large_arguments(void **state)
{
	double slope, curvature;

	(void) state;
	cs_nelson_siegel_loadings(0, &slope, &curvature);
	assert_true(slope == 1 && curvature == 0);
	cs_nelson_siegel_loadings(INFINITY, &slope, &curvature);
	assert_true(slope == 0 && curvature == 0);
	/* Across the change from series to closed form, against long double. */
	for (double x = 1e-9; x < 1000; x *= 1.1)
	{
		long double f2 = -expm1l(-(long double) x) / x;
		long double f3 = f2 - expl(-(long double) x);

		if (x < 1e-3)
			f3 = (long double) x / 2 - (long double) x * x / 3 + (long double) x * x * x / 8 -
				 (long double) x * x * x * x / 30;
		cs_nelson_siegel_loadings(x, &slope, &curvature);
		assert_near(slope, (double) f2, 1e-14, 0);
		assert_near(curvature, (double) f3, 1e-14, 0);
	}
}

static void
fixed_decay_agrees_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_nelson_siegel_curve curve;
		size_t n = golden_nelson_siegel[c].n;
		const double *beta = golden_nelson_siegel[c].beta;

		assert_int_equal(fit_fixed(n, golden_nelson_siegel[c].maturity,
								   golden_nelson_siegel[c].yield, golden_nelson_siegel[c].decay,
								   &curve),
						 CS_OK);
		assert_near(curve.level, beta[0], 1e-9, 0);
		assert_near(curve.slope, beta[1], 1e-9, 0);
		assert_near(curve.curvature, beta[2], 1e-9, 0);
		assert_int_equal(curve.observations, n);
		assert_false(curve.decay_at_bound);
		if (n == 3)
		{
			assert_true(isnan(curve.r_squared));
			assert_true(curve.rmse < 1e-13);
		}
		else
		{
			double sse = curve.rmse * curve.rmse * (double) n;

			assert_near(sse, golden_nelson_siegel[c].sse, 1e-9, 0);
			assert_near(curve.rmse, golden_nelson_siegel[c].rmse, 1e-9, 0);
			assert_near(curve.r_squared, golden_nelson_siegel[c].r_squared, 1e-9, 1);
		}
		for (size_t i = 0; i < n; i++)
			assert_near(cs_nelson_siegel_yield(&curve, golden_nelson_siegel[c].maturity[i]),
						golden_nelson_siegel[c].fitted[i], 1e-9, 0);
	}
}

/* The decay and the loadings that depend on it are iterative; a curvature of zero is judged by
 * the size of the other factors. */
static void
free_decay_agrees_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_nelson_siegel_curve curve;
		size_t n = golden_nelson_siegel[c].n;
		const double *beta = golden_nelson_siegel[c].free_beta;
		double sse;

		if (isnan(golden_nelson_siegel[c].free_decay))
			continue;
		assert_int_equal(fit_free(n, golden_nelson_siegel[c].maturity,
								  golden_nelson_siegel[c].yield, LOWER, UPPER, &curve),
						 CS_OK);
		sse = curve.rmse * curve.rmse * (double) n;
		assert_near(sse, golden_nelson_siegel[c].free_sse, 1e-9, 0);
		assert_near(curve.decay, golden_nelson_siegel[c].free_decay, 1e-6, 0);
		assert_near(curve.level, beta[0], 1e-6, 0);
		assert_near(curve.slope, beta[1], 1e-6, 0);
		assert_near(curve.curvature, beta[2], 1e-6, fmax(fabs(beta[1]), fabs(beta[2])));
		assert_false(curve.decay_at_bound);
		assert_true(curve.r_squared > 0.99 && curve.r_squared < 1);
	}
}

static void
combined_sums_give_the_same_curve(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
		for (size_t split = 0; split <= golden_nelson_siegel[c].n; split++)
		{
			const double *beta = golden_nelson_siegel[c].beta;
			cs_nelson_siegel_sums left = {.decay = golden_nelson_siegel[c].decay};
			cs_nelson_siegel_sums right = left;
			cs_nelson_siegel_curve curve;

			for (size_t i = 0; i < golden_nelson_siegel[c].n; i++)
				cs_nelson_siegel_sums_add(i % 7 < split % 7 || i < split / 2 ? &left : &right,
										  golden_nelson_siegel[c].maturity[i],
										  golden_nelson_siegel[c].yield[i]);
			assert_int_equal(cs_nelson_siegel_sums_combine(&left, &right), CS_OK);
			assert_int_equal(cs_nelson_siegel_sums_solve(&left, &curve), CS_OK);
			assert_near(curve.level, beta[0], 1e-9, 0);
			assert_near(curve.slope, beta[1], 1e-9, 0);
			assert_near(curve.curvature, beta[2], 1e-9, 0);
			assert_int_equal(curve.observations, golden_nelson_siegel[c].n);
			if (curve.observations > 3)
			{
				assert_near(curve.rmse, golden_nelson_siegel[c].rmse, 1e-9, 0);
				assert_near(curve.r_squared, golden_nelson_siegel[c].r_squared, 1e-9, 1);
			}
		}
}

/* An observation of weight k is k observations, at a fixed decay and at an estimated one. */
static void
weights_count_like_repeated_observations(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		const double *maturity = golden_nelson_siegel[c].maturity;
		const double *yield = golden_nelson_siegel[c].yield;
		double decay = golden_nelson_siegel[c].decay;
		size_t n = golden_nelson_siegel[c].n;
		double *weight = malloc(n * sizeof(double));
		double *repeated = malloc(6 * n * sizeof(double));
		cs_nelson_siegel_curve weighted, counted;
		size_t count = 0;

		for (size_t i = 0; i < n; i++)
		{
			weight[i] = (double) (1 + i % 3);
			for (size_t k = 0; k < 1 + i % 3; k++, count++)
			{
				repeated[count] = maturity[i];
				repeated[3 * n + count] = yield[i];
			}
		}
		assert_int_equal(fit_free_weighted(n, maturity, yield, weight, decay, decay, &weighted),
						 CS_OK);
		assert_true(weighted.decay == decay && !weighted.decay_at_bound);
		assert_true(isnan(weighted.r_squared) == (n == 3));
		assert_int_equal(fit_fixed(count, repeated, repeated + 3 * n, decay, &counted), CS_OK);
		assert_near(weighted.level, counted.level, 1e-9, 0);
		assert_near(weighted.slope, counted.slope, 1e-9, 0);
		assert_near(weighted.curvature, counted.curvature, 1e-9, 0);
		assert_true(fabs(weighted.rmse - counted.rmse) < 1e-12);
		assert_int_equal(weighted.observations, n);
		if (!isnan(golden_nelson_siegel[c].free_decay))
		{
			assert_int_equal(
				fit_free_weighted(n, maturity, yield, weight, 0.02436, 21.924, &weighted), CS_OK);
			assert_int_equal(fit_free(count, repeated, repeated + 3 * n, 0.02436, 21.924, &counted),
							 CS_OK);
			assert_near(weighted.decay, counted.decay, 1e-6, 0);
			assert_near(weighted.level, counted.level, 1e-6, 0);
			assert_near(weighted.rmse, counted.rmse, 1e-9, 0);
			assert_near(weighted.r_squared, counted.r_squared, 1e-9, 1);
		}
		free(weight);
		free(repeated);
	}
}

static void
sums_reject_bad_observations(void **state)
{
	cs_nelson_siegel_sums sums = {.decay = 0.7308};
	cs_nelson_siegel_sums before;
	cs_nelson_siegel_sums other = {.decay = 0.7309};

	(void) state;
	assert_int_equal(cs_nelson_siegel_sums_add(&sums, 1, 4.5), CS_OK);
	before = sums;
	assert_int_equal(cs_nelson_siegel_sums_add(&sums, -0.25, 4), CS_OUT_OF_RANGE);
	assert_int_equal(cs_nelson_siegel_sums_add(&sums, NAN, 4), CS_NOT_FINITE);
	assert_int_equal(cs_nelson_siegel_sums_add(&sums, INFINITY, 4), CS_NOT_FINITE);
	assert_int_equal(cs_nelson_siegel_sums_add(&sums, 1, NAN), CS_NOT_FINITE);
	assert_int_equal(cs_nelson_siegel_sums_add(&sums, 1, -INFINITY), CS_NOT_FINITE);
	assert_int_equal(cs_nelson_siegel_sums_combine(&sums, &other), CS_OUT_OF_RANGE);
	assert_memory_equal(&sums, &before, sizeof(sums));
}

static void
fixed_decay_needs_three_maturities(void **state)
{
	const double yield[] = {4.1, 4.4, 4.2, 4.6, 4.3, 4.5};
	const double two[] = {1, 5, 1, 5, 1, 5};
	const double far[] = {800, 900, 1000, 1100, 1200, 1300};
	cs_nelson_siegel_curve curve;

	(void) state;
	assert_int_equal(fit_fixed(0, two, yield, 0.7308, &curve), CS_TOO_FEW);
	assert_int_equal(fit_fixed(2, two, yield, 0.7308, &curve), CS_TOO_FEW);
	assert_int_equal(fit_fixed(6, two, yield, 0.7308, &curve), CS_SINGULAR);
	/* Different maturities, but slope and curvature have become one column. */
	assert_int_equal(fit_fixed(6, far, yield, 0.7308, &curve), CS_SINGULAR);
}

static void
equal_yields_give_a_flat_curve(void **state)
{
	const double maturity[] = {0, 1, 2, 5, 10};
	const double yield[] = {4.1, 4.1, 4.1, 4.1, 4.1};
	const double huge[] = {1e300, -1e300, 1e300, -1e300, 1e300};
	cs_nelson_siegel_curve curve;

	(void) state;
	assert_int_equal(fit_fixed(5, maturity, yield, 0.7308, &curve), CS_OK);
	assert_true(curve.level == 4.1 && curve.slope == 0 && curve.curvature == 0);
	assert_true(curve.rmse == 0 && isnan(curve.r_squared));
	assert_int_equal(fit_free(5, maturity, yield, 0.02, 20, &curve), CS_CONSTANT);
	assert_int_equal(fit_fixed(5, maturity, huge, 0.7308, &curve), CS_NOT_FINITE);
	assert_int_equal(fit_free(5, maturity, huge, 0.02, 20, &curve), CS_NOT_FINITE);
}

static void
search_rejects_bad_input(void **state)
{
	const double yield[] = {4.1, 4.4, 4.2, 4.6, 4.3, 4.5};
	const double three[] = {1, 1, 2, 2, 5, 5};
	const double unsorted[] = {1, 2, 3, 2, 5, 6};
	const double negative[] = {-1, 2, 3, 4, 5, 6};
	const double infinite[] = {1, 2, 3, 4, 5, INFINITY};
	const double good[] = {1, 2, 3, 4, 5, 6};
	const double far[] = {2e3, 3e3, 4e3, 5e3, 6e3, 7e3};
	cs_nelson_siegel_curve curve;
	cs_workspace workspace;
	size_t different;
	char block[256];

	(void) state;
	assert_int_equal(fit_free(0, three, yield, 0.02, 20, &curve), CS_TOO_FEW);
	assert_int_equal(fit_free(6, three, yield, 0.02, 20, &curve), CS_TOO_FEW);
	assert_int_equal(fit_free(6, unsorted, yield, 0.02, 20, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit_free(6, negative, yield, 0.02, 20, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit_free(6, infinite, yield, 0.02, 20, &curve), CS_NOT_FINITE);
	assert_int_equal(fit_free(6, good, yield, 0, 20, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit_free(6, good, yield, 3, 2, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit_free(6, good, yield, 2, INFINITY, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit_free(6, far, yield, 0.5, 20, &curve), CS_SINGULAR);
	assert_int_equal(fit_free(6, far, yield, 1e-13, 2e-13, &curve), CS_SINGULAR);
	assert_true(cs_nelson_siegel_fit_size(SIZE_MAX / 2) == SIZE_MAX);

	cs_workspace_initialize(&workspace, block, 0);
	assert_int_equal(
		cs_nelson_siegel_fit(6, good, yield, NULL, 0.02, 20, &workspace, &different, &curve),
		CS_NO_MEMORY);
}

static void
search_needs_all_of_its_workspace(void **state)
{
	const double maturity[] = {1, 2, 3, 4, 5, 6};
	const double yield[] = {4.1, 4.4, 4.2, 4.6, 4.3, 4.5};
	size_t size = cs_nelson_siegel_fit_size(6);
	char *block = malloc(size);
	cs_workspace workspace;
	size_t different;
	cs_nelson_siegel_curve curve;

	(void) state;
	cs_workspace_initialize(&workspace, block, size - 2 * CS_ALIGNMENT);
	assert_int_equal(
		cs_nelson_siegel_fit(6, maturity, yield, NULL, 0.02, 20, &workspace, &different, &curve),
		CS_NO_MEMORY);
	free(block);
}

static void
search_recovers_an_exact_curve(void **state)
{
	const double maturity[] = {0, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30};
	uint64_t seed = 7;

	(void) state;
	for (int k = 0; k < 200; k++)
	{
		cs_nelson_siegel_curve truth = {.level = 2 + 3 * uniform(&seed),
										.slope = -3 + 2 * uniform(&seed),
										.curvature = 0.5 + 2 * uniform(&seed),
										.decay = exp(-2.3 + 3 * uniform(&seed))};
		cs_nelson_siegel_curve curve;
		double yield[11];

		for (int i = 0; i < 11; i++)
			yield[i] = cs_nelson_siegel_yield(&truth, maturity[i]);
		assert_int_equal(fit_free(11, maturity, yield, LOWER, UPPER, &curve), CS_OK);
		assert_near(curve.decay, truth.decay, 1e-9, 0);
		assert_near(curve.level, truth.level, 1e-9, 0);
		assert_near(curve.slope, truth.slope, 1e-9, 0);
		assert_near(curve.curvature, truth.curvature, 1e-9, 0);
		assert_true(curve.rmse < 1e-12);
	}
}

/* No decay of a much finer grid fits better than the one found. */
static void
search_finds_the_lowest_minimum(void **state)
{
	const double lower = LOWER;
	const double upper = UPPER;
	uint64_t seed = 20260101;
	int at_bound = 0;

	(void) state;
	for (int k = 0; k < 300; k++)
	{
		size_t n = 4 + (size_t) (9 * uniform(&seed));
		double maturity[12], yield[12];
		cs_nelson_siegel_curve curve, other;

		for (size_t i = 0; i < n; i++)
		{
			maturity[i] =
				i == 0 ? 0.3 * uniform(&seed) : maturity[i - 1] + 0.1 + 4 * pow(uniform(&seed), 3);
			yield[i] = 4 + 0.2 * (double) i + uniform(&seed);
		}
		assert_int_equal(fit_free(n, maturity, yield, lower, upper, &curve), CS_OK);
		at_bound += curve.decay_at_bound;
		assert_int_equal(curve.decay_at_bound,
						 log(curve.decay / lower) < 1e-9 || log(upper / curve.decay) < 1e-9);
		for (int g = 0; g <= 1000; g++)
			if (fit_fixed(n, maturity, yield, lower * pow(upper / lower, g / 1000.0), &other) ==
				CS_OK)
				assert_true(curve.rmse <= other.rmse * (1 + 1e-7) + 1e-9);
	}
	assert_true(at_bound > 10 && at_bound < 290);
}

/* Long maturities only: at high decays slope and curvature become one column. */
static void
search_skips_dependent_loadings(void **state)
{
	const double maturity[] = {4, 5, 7, 10, 20, 30};
	const double falling[] = {9, 7.4, 5.6, 4.2, 2.6, 2.1};
	const double spike[] = {8.25, 5.2, 5.143, 5.1, 5.05, 5.033}; /* 5 + 1/n, but at first */
	cs_nelson_siegel_curve curve;

	(void) state;
	assert_int_equal(fit_free(6, maturity, falling, 0.02436, 21.924, &curve), CS_OK);
	assert_true(curve.decay > 0.02 && curve.decay < 10);
	assert_int_equal(fit_free(6, maturity, spike, 0.02436, 21.924, &curve), CS_OK);
	assert_true(curve.decay_at_bound);
	assert_true(curve.decay > 3 && curve.decay < 10);
}

static void
curve_functions_are_consistent(void **state)
{
	const cs_nelson_siegel_curve curve = {
		.level = 4.2, .slope = -1.9, .curvature = 0.6, .decay = 0.7308};
	const double step = 1e-5;

	(void) state;
	assert_near(cs_nelson_siegel_yield(&curve, 0), 2.3, 1e-15, 0);
	assert_near(cs_nelson_siegel_forward(&curve, 0), 2.3, 1e-15, 0);
	assert_true(cs_nelson_siegel_discount(&curve, 0) == 1);
	assert_near(cs_nelson_siegel_forward(&curve, 1e308), 4.2, 1e-15, 0);
	for (double n = 0.25; n < 40; n *= 1.7)
	{
		/* The forward rate is minus the derivative of the logarithm of the discount factor. */
		double slope = (log(cs_nelson_siegel_discount(&curve, n + step)) -
						log(cs_nelson_siegel_discount(&curve, n - step))) /
					   (2 * step);

		assert_near(-100 * slope, cs_nelson_siegel_forward(&curve, n), 1e-7, 1);
		assert_near(cs_nelson_siegel_discount(&curve, n),
					exp(-cs_nelson_siegel_yield(&curve, n) * n / 100), 1e-15, 1);
	}
}

static void
search_polls(void **state)
{
	enum
	{
		N = 50000
	};
	const cs_nelson_siegel_curve truth = {.level = 4, .slope = -2, .curvature = 1, .decay = 0.7};
	double *maturity = malloc(2 * N * sizeof(double));
	double *yield = maturity + N;
	cs_nelson_siegel_curve curve;
	poll_count polls;

	(void) state;
	for (size_t i = 0; i < N; i++)
	{
		maturity[i] = 30.0 * (double) (i + 1) / N;
		yield[i] = cs_nelson_siegel_yield(&truth, maturity[i]) + 0.1 * sin(1e3 * (double) i);
	}
	poll_count_start();
	assert_int_equal(fit_free(N, maturity, yield, LOWER, UPPER, &curve), CS_OK);
	polls = poll_count_end();
	/* some 50 decays, 50 for an observation at each */
	assert_polls(&polls, 2500.0 * N, 0);
	assert_int_equal(polls.reports, 0);
	free(maturity);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loadings_agree_with_reference),
		cmocka_unit_test(loadings_at_small_and_large_arguments),
		cmocka_unit_test(fixed_decay_agrees_with_reference),
		cmocka_unit_test(free_decay_agrees_with_reference),
		cmocka_unit_test(combined_sums_give_the_same_curve),
		cmocka_unit_test(weights_count_like_repeated_observations),
		cmocka_unit_test(sums_reject_bad_observations),
		cmocka_unit_test(fixed_decay_needs_three_maturities),
		cmocka_unit_test(equal_yields_give_a_flat_curve),
		cmocka_unit_test(search_rejects_bad_input),
		cmocka_unit_test(search_needs_all_of_its_workspace),
		cmocka_unit_test(search_polls),
		cmocka_unit_test(search_recovers_an_exact_curve),
		cmocka_unit_test(search_finds_the_lowest_minimum),
		cmocka_unit_test(search_skips_dependent_loadings),
		cmocka_unit_test(curve_functions_are_consistent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
