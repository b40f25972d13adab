/*
 * test_svensson.c
 *		Svensson curves against scipy's values, identities, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/term_structure/svensson.h"
#include "check_helper.h"
#include "golden/svensson.h"
#include "poll_helper.h"

/* Bounds of the decays, wider than those that come from the maturities. */
#define LOWER 0.02436
#define UPPER 21.924

#define CASES COUNT(golden_svensson)

static const cs_svensson_decays estimated = {.lower = LOWER, .upper = UPPER};

static cs_status
fit(size_t n, const double *maturity, const double *yield, const double *weight,
	const cs_svensson_decays *decays, cs_svensson_curve *curve)
{
	size_t size = cs_svensson_fit_size(n);
	void *block = malloc(size);
	cs_workspace workspace;
	size_t different;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_svensson_fit(n, maturity, yield, weight, decays, &workspace, &different, curve);
	free(block);
	return status;
}

/* Half of the cases have weights; the others pass none, which must be the same as ones. */
static const double *
weights(size_t c)
{
	return c % 2 == 0 ? NULL : golden_svensson[c].weight;
}

static double
total_weight(size_t c)
{
	double total = 0;

	for (size_t i = 0; i < golden_svensson[c].n; i++)
		total += golden_svensson[c].weight[i];
	return total;
}

static void
fixed_decays_agree_with_reference(void **state)
{
	const cs_svensson_decays decays = {.fixed = true, .decay = 0.7308, .second_decay = 0.12};

	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		const double *beta = golden_svensson[c].fixed_beta;
		cs_svensson_curve curve;

		assert_int_equal(fit(golden_svensson[c].n, golden_svensson[c].maturity,
							 golden_svensson[c].yield, weights(c), &decays, &curve),
						 CS_OK);
		assert_near(curve.level, beta[0], 1e-9, 0);
		assert_near(curve.slope, beta[1], 1e-9, 0);
		assert_near(curve.curvature, beta[2], 1e-9, 0);
		assert_near(curve.second_curvature, beta[3], 1e-9, 0);
		assert_near(curve.rmse * curve.rmse * total_weight(c), golden_svensson[c].fixed_sse, 1e-9,
					0);
		assert_true(curve.decay == 0.7308 && curve.second_decay == 0.12);
		assert_int_equal(curve.observations, golden_svensson[c].n);
		assert_false(curve.decay_at_bound);
		assert_true(curve.r_squared > 0.5 && curve.r_squared < 1);
	}
}

static void
estimated_decays_agree_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		const double *beta = golden_svensson[c].beta;
		cs_svensson_curve curve;
		double sse;

		assert_int_equal(fit(golden_svensson[c].n, golden_svensson[c].maturity,
							 golden_svensson[c].yield, weights(c), &estimated, &curve),
						 CS_OK);
		sse = curve.rmse * curve.rmse * total_weight(c);
		assert_near(sse, golden_svensson[c].sse, 1e-9, 0);
		assert_near(curve.decay, golden_svensson[c].decay[0], 1e-6, 0);
		assert_near(curve.second_decay, golden_svensson[c].decay[1], 1e-6, 0);
		assert_near(curve.level, beta[0], 1e-6, 0);
		assert_near(curve.slope, beta[1], 1e-6, 0);
		assert_near(curve.curvature, beta[2], 1e-6, 0);
		assert_near(curve.second_curvature, beta[3], 1e-6, 0);
		assert_false(curve.decay_at_bound);
	}
}

/* No pair of decays of a dense grid may be better than the pair found. */
static void
no_other_decays_are_better(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_svensson_curve best, other;
		double step = log(UPPER / LOWER) / 60;

		assert_int_equal(fit(golden_svensson[c].n, golden_svensson[c].maturity,
							 golden_svensson[c].yield, weights(c), &estimated, &best),
						 CS_OK);
		for (int i = 0; i <= 60; i++)
			for (int j = 0; j <= 60; j++)
			{
				const cs_svensson_decays decays = {.fixed = true,
												   .decay = LOWER * exp(i * step),
												   .second_decay = LOWER * exp(j * step)};

				if (abs(i - j) * step < log(CS_SVENSSON_DECAY_RATIO))
					continue;
				if (fit(golden_svensson[c].n, golden_svensson[c].maturity, golden_svensson[c].yield,
						weights(c), &decays, &other) == CS_OK)
					assert_true(other.rmse >= best.rmse);
			}
	}
}

/* A Nelson-Siegel curve needs no second hump, and pulls the estimate to no particular place. */
static void
bounds_are_kept_and_told(void **state)
{
	const cs_svensson_decays narrow = {.lower = 0.6, .upper = 1.5};
	cs_svensson_curve curve;

	(void) state;
	assert_int_equal(fit(golden_svensson[0].n, golden_svensson[0].maturity,
						 golden_svensson[0].yield, NULL, &narrow, &curve),
					 CS_OK);
	assert_true(curve.decay_at_bound);
	assert_true(fmin(curve.decay, curve.second_decay) >= 0.6 * (1 - 1e-12));
	assert_true(fmax(curve.decay, curve.second_decay) <= 1.5 * (1 + 1e-12));
	assert_true(fabs(log(curve.decay / curve.second_decay)) >=
				log(CS_SVENSSON_DECAY_RATIO) * (1 - 1e-9));
}

static void
weights_count_like_repeated_observations(void **state)
{
	double maturity[11 * 3], yield[11 * 3], weight[11];
	const cs_svensson_decays decays = {.fixed = true, .decay = 0.9, .second_decay = 0.15};
	cs_svensson_curve weighted, repeated;
	size_t n = 0;

	(void) state;
	for (size_t i = 0; i < 11; i++)
	{
		weight[i] = (double) (1 + i % 3);
		for (size_t k = 0; k < 1 + i % 3; k++, n++)
		{
			maturity[n] = golden_svensson[2].maturity[i];
			yield[n] = golden_svensson[2].yield[i];
		}
	}
	for (int free = 0; free < 2; free++)
	{
		double tolerance = free ? 1e-6 : 1e-10;
		const cs_svensson_decays *asked = free ? &estimated : &decays;

		assert_int_equal(fit(11, golden_svensson[2].maturity, golden_svensson[2].yield, weight,
							 asked, &weighted),
						 CS_OK);
		assert_int_equal(fit(n, maturity, yield, NULL, asked, &repeated), CS_OK);
		assert_near(weighted.level, repeated.level, tolerance, 0);
		assert_near(weighted.slope, repeated.slope, tolerance, 0);
		assert_near(weighted.second_curvature, repeated.second_curvature, tolerance, 0);
		assert_near(weighted.decay, repeated.decay, tolerance, 0);
		assert_near(weighted.rmse, repeated.rmse, 1e-9, 0);
		assert_near(weighted.r_squared, repeated.r_squared, 1e-9, 1);
	}
}

static void
curve_functions_agree(void **state)
{
	const cs_svensson_curve curve = {.level = 4.2,
									 .slope = -2.1,
									 .curvature = -1.6,
									 .second_curvature = 3.8,
									 .decay = 0.9,
									 .second_decay = 0.11};

	(void) state;
	assert_near(cs_svensson_yield(&curve, 0), 2.1, 1e-15, 0);
	assert_near(cs_svensson_forward(&curve, 0), 2.1, 1e-15, 0);
	assert_true(cs_svensson_discount(&curve, 0) == 1);
	for (double n = 0.05; n < 60; n *= 1.3)
	{
		double h = 1e-5 * n;
		double forward =
			-100 * log(cs_svensson_discount(&curve, n + h) / cs_svensson_discount(&curve, n - h)) /
			(2 * h);

		assert_near(cs_svensson_forward(&curve, n), forward, 1e-8, 0);
	}
}

static void
nelson_siegel_is_a_special_case(void **state)
{
	const cs_nelson_siegel_curve curve = {
		.level = 5, .slope = -2, .curvature = 1.5, .decay = 0.7308};
	const cs_svensson_curve same = cs_svensson_of_nelson_siegel(&curve);

	(void) state;
	for (double n = 0; n < 50; n += 0.7)
	{
		assert_true(cs_svensson_yield(&same, n) == cs_nelson_siegel_yield(&curve, n));
		assert_true(cs_svensson_forward(&same, n) == cs_nelson_siegel_forward(&curve, n));
		assert_true(cs_svensson_discount(&same, n) == cs_nelson_siegel_discount(&curve, n));
	}
}

/* A bond that pays the par yield is worth its face, clean of what has accrued. */
static void
par_yields_price_at_par(void **state)
{
	const int frequency[] = {1, 2, 4, 12};
	const cs_svensson_curve curve = {.level = 4.2,
									 .slope = -2.1,
									 .curvature = -1.6,
									 .second_curvature = 3.8,
									 .decay = 0.9,
									 .second_decay = 0.11};

	(void) state;
	for (size_t f = 0; f < 4; f++)
		for (double maturity = 0.04; maturity < 41; maturity *= 1.37)
		{
			double coupon = cs_svensson_par_yield(&curve, maturity, frequency[f]) / frequency[f];
			double price = 100 * cs_svensson_discount(&curve, maturity);
			double time = maturity;

			for (; time > 1e-12; time -= 1.0 / frequency[f])
				price += coupon * cs_svensson_discount(&curve, time);
			assert_near(price, 100 - coupon * time * frequency[f], 1e-12, 100);
		}
	/* one coupon at the end, and a flat curve */
	assert_near(cs_svensson_par_yield(&curve, 1, 1),
				100 * (1 / cs_svensson_discount(&curve, 1) - 1), 1e-13, 4);
	assert_near(cs_svensson_par_yield(&(cs_svensson_curve){.level = 5, .decay = 1}, 7, 2),
				200 * expm1(0.025), 1e-13, 5);
	assert_near(cs_svensson_par_yield(&(cs_svensson_curve){.decay = 1}, 2.3, 2), 0, 1e-15, 1);
}

static void
errors_are_told(void **state)
{
	const double maturity[] = {0.25, 1, 2, 5, 10, 30};
	const double yield[] = {1, 2, 2.5, 3.1, 3.6, 3.5};
	const double flat[] = {2, 2, 2, 2, 2, 2};
	const double weight[] = {1, 1, 0, 1, 1, 1};
	const double not_finite[] = {1, 2, NAN, 3, 4, 5};
	const double unsorted[] = {0.25, 2, 1, 5, 10, 30};
	const double repeated[] = {0.25, 0.25, 1, 2, 5, 10};
	const double tiny[] = {1e-300, 2e-300, 3e-300, 4e-300, 5e-300, 6e-300};
	const cs_svensson_decays fixed = {.fixed = true, .decay = 0.5, .second_decay = 0.1};
	const cs_svensson_decays same = {.fixed = true, .decay = 0.5, .second_decay = 0.5};
	const cs_svensson_decays close = {.lower = 1, .upper = 2};
	cs_svensson_curve curve;

	(void) state;
	assert_int_equal(fit(5, maturity, yield, NULL, &estimated, &curve), CS_TOO_FEW);
	assert_int_equal(fit(6, repeated, yield, NULL, &estimated, &curve), CS_TOO_FEW);
	assert_int_equal(fit(3, maturity, yield, NULL, &fixed, &curve), CS_TOO_FEW);
	assert_int_equal(fit(6, maturity, flat, NULL, &estimated, &curve), CS_CONSTANT);
	assert_int_equal(fit(6, maturity, yield, weight, &estimated, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit(6, maturity, yield, not_finite, &estimated, &curve), CS_NOT_FINITE);
	assert_int_equal(fit(6, maturity, not_finite, NULL, &estimated, &curve), CS_NOT_FINITE);
	assert_int_equal(fit(6, unsorted, yield, NULL, &estimated, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit(6, maturity, yield, NULL, &same, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit(6, maturity, yield, NULL, &close, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit(6, tiny, yield, NULL, &estimated, &curve), CS_SINGULAR);
	assert_int_equal(fit(6, tiny, yield, NULL, &fixed, &curve), CS_SINGULAR);
	assert_int_equal(fit(6, maturity, flat, NULL, &fixed, &curve), CS_OK);
	assert_true(isnan(curve.r_squared));
	assert_near(curve.level, 2, 1e-12, 0);
	assert_int_equal(fit(4, maturity, yield, NULL, &fixed, &curve), CS_OK);
	assert_true(isnan(curve.r_squared) && curve.rmse < 1e-12);
}

static void
memory_is_stated(void **state)
{
	cs_workspace workspace;
	cs_svensson_curve curve;
	size_t size = cs_svensson_fit_size(golden_svensson[0].n);
	size_t different;
	char *block = malloc(size);

	(void) state;
	assert_int_equal(cs_svensson_fit_size(SIZE_MAX / 4), SIZE_MAX);
	for (size_t given = 0; given < size - CS_ALIGNMENT; given += CS_ALIGNMENT)
	{
		cs_workspace_initialize(&workspace, block, given);
		assert_int_equal(cs_svensson_fit(golden_svensson[0].n, golden_svensson[0].maturity,
										 golden_svensson[0].yield, NULL, &estimated, &workspace,
										 &different, &curve),
						 CS_NO_MEMORY);
	}
	free(block);
}

static void
search_polls(void **state)
{
	enum
	{
		N = 3000
	};
	const cs_svensson_curve truth = {.level = 4.2,
									 .slope = -2.1,
									 .curvature = -1.6,
									 .second_curvature = 3.8,
									 .decay = 0.9,
									 .second_decay = 0.11};
	double *maturity = malloc(2 * N * sizeof(double));
	double *yield = maturity + N;
	cs_svensson_curve curve;
	poll_count polls;

	(void) state;
	for (size_t i = 0; i < N; i++)
	{
		maturity[i] = 30.0 * (double) (i + 1) / N;
		yield[i] = cs_svensson_yield(&truth, maturity[i]) + 0.1 * sin(1e3 * (double) i);
	}
	poll_count_start();
	assert_int_equal(fit(N, maturity, yield, NULL, &estimated, &curve), CS_OK);
	polls = poll_count_end();
	/* two grids of 24 by 13 decays and some 200 beside, 100 for an observation at each */
	assert_polls(&polls, 82400.0 * N, 0);
	assert_int_equal(polls.reports, 0);
	free(maturity);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_decays_agree_with_reference),
		cmocka_unit_test(estimated_decays_agree_with_reference),
		cmocka_unit_test(no_other_decays_are_better),
		cmocka_unit_test(bounds_are_kept_and_told),
		cmocka_unit_test(weights_count_like_repeated_observations),
		cmocka_unit_test(curve_functions_agree),
		cmocka_unit_test(nelson_siegel_is_a_special_case),
		cmocka_unit_test(par_yields_price_at_par),
		cmocka_unit_test(errors_are_told),
		cmocka_unit_test(memory_is_stated),
		cmocka_unit_test(search_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
