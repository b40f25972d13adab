/*
 * test_hazard.c
 *		Survival curves from bond prices: closed forms, known hazards found again, bounds, polls.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/term_structure/hazard.h"
#include "check_helper.h"
#include "poll_helper.h"

#define BONDS 8
#define POINTS 2000

static const cs_discount_curve riskfree = {
	.curve = {.level = 4, .slope = -1, .curvature = 0.5, .decay = 0.7, .second_decay = 1}};

typedef struct sample
{
	double price[BONDS], weight[BONDS], maturity[BONDS], start[BONDS];
	size_t first[BONDS + 1], index[BONDS];
	double point[POINTS], paid[POINTS], lost[POINTS];
} sample;

/* Annual bonds of 1.3, 2.6, .. years, priced with a curve. */
static cs_hazard_set
sample_set(sample *s, size_t bonds, const cs_hazard_curve *truth)
{
	cs_hazard_set set = {bonds,	   100,		 s->price, s->weight, s->maturity,
						 s->start, s->first, s->point, s->paid,	  s->lost};

	s->first[0] = 0;
	for (size_t i = 0; i < bonds; i++)
	{
		double time[20], amount[20];
		double maturity = 1.3 * (double) (i + 1);
		size_t n = (size_t) ceil(maturity);
		size_t from = s->first[i];

		for (size_t k = 0; k < n; k++)
		{
			time[k] = maturity - (double) (n - 1 - k);
			amount[k] = 3 + (double) (i % 4) + (k + 1 == n ? 100 : 0);
		}
		s->maturity[i] = maturity;
		s->weight[i] = 1;
		s->start[i] = cs_hazard_points(n, time, amount, &riskfree, s->point + from, s->paid + from,
									   s->lost + from);
		s->first[i + 1] = from + cs_hazard_count(n, time);
		assert_true(s->first[i + 1] <= POINTS);
		s->price[i] = cs_hazard_price(&set, i, truth);
	}
	return set;
}

static void
survival_has_a_closed_form(void **state)
{
	const cs_hazard_curve curve = {.intervals = 2, .knot = {2, 5}, .hazard = {0.01, 0.05}};

	(void) state;
	assert_true(fabs(cs_hazard_survival(&curve, 1) - exp(-0.01)) < 1e-15);
	assert_true(fabs(cs_hazard_survival(&curve, 9) - exp(-0.02 - 0.35)) < 1e-15);
	assert_true(fabs(cs_hazard_default(&curve, 1e-13) - 1e-15) < 1e-24);
	assert_true(cs_hazard_survival(&curve, 0) == 1 && cs_hazard_default(&curve, 0) == 0);
}

static void
known_hazards_are_found_again(void **state)
{
	const cs_hazard_curve truths[] = {
		{.intervals = 3, .hazard = {0.005, 0.01, 0.02}, .recovery = 0.4},
		{.intervals = 3, .hazard = {0.2, 0.1, 0.05}, .recovery = 0.4},
		{.intervals = 3, .hazard = {0.9, 0.5, 0.3}, .recovery = 0.1},
		{.intervals = 4, .hazard = {0.03, 0.01, 0.04, 0.02}, .recovery = 0},
		{.intervals = 1, .hazard = {0.05}, .recovery = 0.25},
	};

	(void) state;
	for (size_t c = 0; c < COUNT(truths); c++)
	{
		sample s;
		cs_hazard_curve truth = truths[c], curve;
		cs_hazard_set set;
		size_t different;

		for (size_t j = 0; j < truth.intervals; j++)
		{
			size_t bonds = (j + 1) * BONDS / truth.intervals;

			truth.knot[j] = 1.3 * (double) bonds;
		}
		set = sample_set(&s, BONDS, &truth);
		assert_int_equal(
			cs_hazard_fit(&set, truth.intervals, truth.recovery, 0.4, s.index, &different, &curve),
			CS_OK);
		assert_int_equal(different, BONDS);
		assert_false(curve.at_bound);
		assert_true(curve.rmse < 1e-8);
		for (size_t j = 0; j < truth.intervals; j++)
		{
			assert_true(fabs(curve.knot[j] - truth.knot[j]) < 1e-12);
			assert_true(fabs(curve.hazard[j] / truth.hazard[j] - 1) < 1e-6);
		}
	}
}

/* A fit of prices below 40 finds the recovery too. */
static void
recovery_follows_from_low_prices(void **state)
{
	cs_hazard_curve truth = {
		.intervals = 2, .knot = {5.2, 10.4}, .hazard = {0.9, 0.5}, .recovery = 0.15};
	cs_hazard_curve curve;
	sample s;
	cs_hazard_set set = sample_set(&s, BONDS, &truth);
	size_t different;

	(void) state;
	assert_int_equal(cs_hazard_fit(&set, 2, NAN, 0.4, s.index, &different, &curve), CS_OK);
	assert_true(fabs(curve.recovery - 0.15) < 1e-3);
	assert_true(curve.rmse < 1e-2);
	assert_int_equal(cs_hazard_fit(&set, 2, 0.9, 0.4, s.index, &different, &curve),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_hazard_fit(&set, 0, 0.15, 0.4, s.index, &different, &curve), CS_OK);
	assert_int_equal(curve.intervals, 3);
}

static void
prices_above_riskfree_have_no_hazard(void **state)
{
	const cs_hazard_curve truth = {.intervals = 1, .knot = {1}, .hazard = {0}, .recovery = 0.4};
	cs_hazard_curve curve;
	sample s;
	cs_hazard_set set = sample_set(&s, 3, &truth);
	size_t different;

	(void) state;
	for (int i = 0; i < 3; i++)
		s.price[i] += 1;
	assert_int_equal(cs_hazard_fit(&set, 0, NAN, 0.4, s.index, &different, &curve), CS_OK);
	assert_true(curve.at_bound && curve.hazard[0] == 0 && curve.hazard[1] == 0);
	assert_int_equal(cs_hazard_fit(&set, 4, NAN, 0.4, s.index, &different, &curve), CS_TOO_FEW);
	assert_int_equal(different, 3);
}

static void
spreads_have_limits(void **state)
{
	const cs_hazard_curve curve = {.intervals = 1, .knot = {1}, .hazard = {0.03}, .recovery = 0.4};
	cs_hazard_curve nothing = curve;

	(void) state;
	nothing.recovery = 0;
	assert_true(fabs(cs_hazard_spread(&curve, &riskfree, 0) - 1.8) < 1e-13);
	assert_true(fabs(cs_hazard_spread(&curve, &riskfree, 1e-4) - 1.8) < 1e-3);
	for (double t = 0; t < 60; t = 2 * t + 0.1)
		assert_true(fabs(cs_hazard_spread(&nothing, &riskfree, t) - 3) < 1e-9);
}

static void
fits_poll(void **state)
{
	cs_hazard_curve truth = {
		.intervals = 3, .knot = {3, 6, 11}, .hazard = {0.02, 0.03, 0.01}, .recovery = 0.4};
	cs_hazard_curve curve;
	static sample s;
	cs_hazard_set set = sample_set(&s, BONDS, &truth);
	poll_count polls;
	size_t different;

	(void) state;
	poll_count_start();
	for (int i = 0; i < 200; i++)
		assert_int_equal(cs_hazard_fit(&set, 3, 0.4, 0.4, s.index, &different, &curve), CS_OK);
	polls = poll_count_end();
	assert_polls(&polls, 200 * 10 * 60.0 * (double) s.first[BONDS], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survival_has_a_closed_form),
		cmocka_unit_test(known_hazards_are_found_again),
		cmocka_unit_test(recovery_follows_from_low_prices),
		cmocka_unit_test(prices_above_riskfree_have_no_hazard),
		cmocka_unit_test(spreads_have_limits),
		cmocka_unit_test(fits_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
