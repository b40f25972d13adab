/*
 * test_bond_measures.c
 *		Prices and yields are inverse, spreads and durations are derivatives, key rates add up.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/term_structure/bond_measures.h"
#include "check_helper.h"
#include "poll_helper.h"

static const double bond_time[] = {0, 0.4, 1.4, 2.4, 3.4};
static const double bond_amount[] = {2, 5, 5, 5, 105};
static const double maturity[] = {0, 1, 2, 5};
static const double yield[] = {1, 1.5, 2.5, 3};
static const cs_discount_curve rows = {.points = 4, .maturity = maturity, .yield = yield};

static void
prices_and_yields_are_inverse(void **state)
{
	(void) state;
	for (int simple = 0; simple < 2; simple++)
		for (int m = simple; m < 13; m++)
			for (double y = -3; y < 60; y += 7)
				for (size_t first = 0; first < 5; first++)
				{
					const double *time = bond_time + first, *amount = bond_amount + first;
					double price, again;

					assert_int_equal(
						cs_price_from_yield(5 - first, time, amount, y, m, simple, &price), CS_OK);
					assert_int_equal(
						cs_yield_of_price(5 - first, time, amount, price, m, simple, &again),
						CS_OK);
					assert_near(again, y, 1e-10, 1);
				}
}

/* 31 CFR 356 Appendix B: v = 1 / ((1 + r y / m)(1 + y / m)^n) with r of the broken period. */
static void
simple_interest_is_that_of_the_treasury(void **state)
{
	const double time[] = {0.2, 0.7, 1.2};
	const double amount[] = {4, 4, 104};
	double price, expected = 0;

	(void) state;
	for (int k = 0; k < 3; k++)
		expected += amount[k] / ((1 + 0.4 * 0.03) * pow(1.03, k));
	assert_int_equal(cs_price_from_yield(3, time, amount, 6, 2, true, &price), CS_OK);
	assert_near(price, expected, 1e-12, 1);
	/* one cash flow, in more than a period */
	assert_int_equal(cs_price_from_yield(1, time + 2, amount + 2, 6, 2, true, &price), CS_OK);
	assert_near(price, 104 / (1 + 0.06 * 1.2), 1e-12, 1);
	/* near its end also one that pays a twentieth of its price, or 12 times as much */
	for (double part = 1e-4; part < 1; part *= 7)
		for (double paid = 0.05; paid < 20; paid *= 3)
		{
			double yield;

			price = 1 / paid;
			assert_int_equal(cs_yield_of_price(1, &part, &(double){1}, price, 2, true, &yield),
							 CS_OK);
			assert_near(yield, 100 * (paid - 1) / part, 1e-10, 1);
			assert_int_equal(cs_price_from_yield(1, &part, &(double){1}, yield, 2, true, &price),
							 CS_OK);
			assert_near(price, 1 / paid, 1e-10, 0);
		}
	assert_int_equal(cs_price_from_yield(1, time, amount, -500, 2, true, &price), CS_OUT_OF_RANGE);
}

static void
yields_have_a_range(void **state)
{
	const double none = 0;
	double price, spread;

	(void) state;
	assert_int_equal(cs_price_from_yield(5, bond_time, bond_amount, -200, 2, false, &price),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_price_from_yield(5, bond_time, bond_amount, NAN, 2, false, &price),
					 CS_NOT_FINITE);
	assert_int_equal(cs_price_from_yield(5, bond_time, bond_amount, -1e9, 0, false, &price),
					 CS_NOT_FINITE);
	assert_int_equal(cs_curve_spread(5, bond_time, bond_amount, 0, &rows, 0, &spread, NULL),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_curve_spread(5, bond_time, bond_amount, INFINITY, &rows, 0, &spread, NULL),
					 CS_NOT_FINITE);
	assert_int_equal(cs_curve_spread(1, &none, bond_amount, 1, &rows, 0, &spread, NULL),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_z_spread(1, &none, bond_amount, 1, &spread), CS_OUT_OF_RANGE);
}

static double
value_at(const cs_discount_curve *curve, double spread, int m)
{
	double sum = 0;

	for (int k = 0; k < 5; k++)
	{
		double rate = cs_compounded_yield(cs_discount_curve_yield(curve, bond_time[k]), m) + spread;

		sum += bond_amount[k] * (m == 0 ? exp(-rate / 100 * bond_time[k])
										: pow(1 + rate / 100 / m, -m * bond_time[k]));
	}
	return sum;
}

static void
spreads_reprice(void **state)
{
	const double prices[] = {20, 60, 100, 121.9};

	(void) state;
	for (int m = 0; m < 5; m++)
		for (size_t i = 0; i < 4; i++)
		{
			double spread, duration;

			assert_int_equal(
				cs_curve_spread(5, bond_time, bond_amount, prices[i], &rows, m, &spread, &duration),
				CS_OK);
			assert_near(value_at(&rows, spread, m), prices[i], 1e-10, 1);
			assert_near(duration,
						(value_at(&rows, spread - 1e-4, m) - value_at(&rows, spread + 1e-4, m)) /
							2e-4 * 100 / prices[i],
						1e-6, 1);
		}
}

static void
key_rates_add_up(void **state)
{
	const double key[] = {0.5, 1, 3, 10};
	double duration[4], spread, whole;

	(void) state;
	assert_int_equal(cs_key_rate_durations(5, bond_time, bond_amount, 97, &rows, 4, key, duration),
					 CS_OK);
	assert_int_equal(cs_curve_spread(5, bond_time, bond_amount, 97, &rows, 0, &spread, &whole),
					 CS_OK);
	assert_near(duration[0] + duration[1] + duration[2] + duration[3], whole, 1e-12, 1);
	assert_true(duration[0] > 0 && duration[3] > 0 && duration[2] > duration[3]);
}

static void
curves_of_rows_are_lines(void **state)
{
	(void) state;
	assert_near(cs_discount_curve_yield(&rows, 0.5), 1.25, 1e-15, 1);
	assert_near(cs_discount_curve_yield(&rows, 3), 2.5 + 0.5 / 3, 1e-15, 1);
	assert_near(cs_discount_curve_yield(&rows, 9), 3, 0, 1);
	assert_near(cs_discount_curve_factor(&rows, 2), exp(-0.05), 1e-15, 1);
	/* a par bond of the curve is worth its face */
	for (int frequency = 1; frequency < 5; frequency += 1)
	{
		double par = cs_discount_curve_par_yield(&rows, 3, frequency);
		double price = 100 * cs_discount_curve_factor(&rows, 3);

		for (int k = 1; k <= 3 * frequency; k++)
			price += par / frequency * cs_discount_curve_factor(&rows, (double) k / frequency);
		assert_near(price, 100, 1e-10, 1);
	}
}

static void
asset_swaps_of_the_curve_pay_nothing(void **state)
{
	double value = value_at(&rows, 0, 0);
	double spread;

	(void) state;
	assert_int_equal(cs_asset_swap_spread(5, bond_time, bond_amount, value, &rows, 4, 100, &spread),
					 CS_OK);
	assert_near(spread, 0, 1e-12, 1);
	assert_int_equal(cs_asset_swap_spread(1, bond_time, bond_amount, value, &rows, 4, 100, &spread),
					 CS_OUT_OF_RANGE);
}

static void
spreads_poll(void **state)
{
	static double time[2400], amount[2400];
	poll_count polls;
	double spread;

	(void) state;
	for (size_t k = 0; k < 2400; k++)
	{
		time[k] = (double) (k + 1) / 12;
		amount[k] = 0.5;
	}
	poll_count_start();
	for (int i = 0; i < 50; i++)
		assert_int_equal(cs_curve_spread(2400, time, amount, 100 + i, &rows, 2, &spread, NULL),
						 CS_OK);
	polls = poll_count_end();
	assert_polls(&polls, 50 * 8 * 2 * 60.0 * 2400, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_and_yields_are_inverse),
		cmocka_unit_test(simple_interest_is_that_of_the_treasury),
		cmocka_unit_test(yields_have_a_range),
		cmocka_unit_test(spreads_reprice),
		cmocka_unit_test(key_rates_add_up),
		cmocka_unit_test(curves_of_rows_are_lines),
		cmocka_unit_test(asset_swaps_of_the_curve_pay_nothing),
		cmocka_unit_test(spreads_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
