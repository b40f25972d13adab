/*
 * test_coupon_bond.c
 *		Calendar, schedules, accrued interest as quoted in the market, and the identities of prices,
 *		yields, durations and convexity.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/term_structure/bond_measures.h"
#include "numeric/term_structure/coupon_bond.h"
#include "check_helper.h"
#include "poll_helper.h"

static void
days_are_counted(void **state)
{
	(void) state;
	assert_int_equal(cs_day_number((cs_date){2000, 3, 1}) - cs_day_number((cs_date){2000, 2, 28}),
					 2);
	assert_int_equal(cs_day_number((cs_date){1900, 3, 1}) - cs_day_number((cs_date){1900, 2, 28}),
					 1);
	assert_int_equal(cs_day_number((cs_date){2000, 1, 1}) - cs_day_number((cs_date){1970, 1, 1}),
					 10957);
	assert_int_equal(cs_day_number((cs_date){2005, 11, 15}) - cs_day_number((cs_date){1600, 1, 1}),
					 148242);
	assert_int_equal(cs_day_number((cs_date){1, 1, 1}) - cs_day_number((cs_date){-4712, 1, 1}),
					 1721388);
	/* every day of four centuries follows the one before */
	for (int32_t year = 1890; year < 2290; year++)
		for (int32_t month = 1; month <= 12; month++)
		{
			cs_date first = {year, month, 1};
			cs_date next = {month == 12 ? year + 1 : year, month % 12 + 1, 1};
			cs_date last = cs_months_before(next, 1, true);

			assert_int_equal(cs_day_number(next), cs_day_number(last) + 1);
			assert_true(last.day >= 28 && last.day <= 31 && last.month == month);
			assert_int_equal(cs_day_number(last) - cs_day_number(first), last.day - 1);
			assert_true(cs_is_end_of_month(last) && !cs_is_end_of_month(first));
		}
}

static void
months_keep_their_day(void **state)
{
	cs_date date = cs_months_before((cs_date){2016, 5, 31}, 3, false);

	(void) state;
	assert_true(date.year == 2016 && date.month == 2 && date.day == 29);
	date = cs_months_before((cs_date){2016, 2, 29}, 6, true);
	assert_true(date.year == 2015 && date.month == 8 && date.day == 31);
	date = cs_months_before((cs_date){2016, 2, 29}, 6, false);
	assert_true(date.year == 2015 && date.month == 8 && date.day == 29);
	date = cs_months_before((cs_date){1, 1, 15}, 14, false);
	assert_true(date.year == -1 && date.month == 11 && date.day == 15);
}

static void
dates_follow_from_day_numbers(void **state)
{
	(void) state;
	for (int64_t day = cs_day_number((cs_date){-4712, 1, 1});
		 day < cs_day_number((cs_date){5000, 1, 1}); day += 17)
		assert_int_equal(cs_day_number(cs_date_of(day)), day);
	for (int64_t day = cs_day_number((cs_date){1999, 12, 1});
		 day < cs_day_number((cs_date){2004, 4, 1}); day++)
	{
		cs_date date = cs_date_of(day);

		assert_true(date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= 31);
		assert_int_equal(cs_day_number(date), day);
	}
}

/* Worked by hand from the rules: ISDA 2006 Definitions 4.16, SIA 1993 for ends of February. */
static void
years_are_counted_by_rule(void **state)
{
	const struct
	{
		cs_day_count rule;
		bool month_end;
		cs_date start, end;
		double numerator, denominator;
	} cases[] = {
		{CS_30_360_BOND, false, {2005, 8, 20}, {2005, 11, 15}, 85, 360},
		{CS_30_360_BOND, false, {2005, 1, 31}, {2005, 3, 31}, 60, 360},
		{CS_30_360_BOND, false, {2005, 1, 29}, {2005, 3, 31}, 62, 360},
		{CS_30_360_BOND, true, {2005, 2, 28}, {2005, 8, 31}, 183, 360},
		{CS_30_360_BOND, true, {2005, 2, 28}, {2006, 2, 28}, 360, 360},
		{CS_30_360, true, {2005, 2, 28}, {2005, 8, 31}, 180, 360},
		{CS_30_360, true, {2005, 2, 28}, {2005, 8, 30}, 180, 360},
		{CS_30_360, true, {2007, 2, 28}, {2008, 2, 29}, 360, 360},
		{CS_30_360, true, {2005, 8, 31}, {2006, 2, 28}, 178, 360},
		{CS_30_360, false, {2005, 2, 28}, {2005, 8, 28}, 180, 360},
		{CS_30_360, false, {2005, 2, 28}, {2005, 3, 31}, 33, 360},
		{CS_30E_360, false, {2005, 1, 29}, {2005, 3, 31}, 61, 360},
		{CS_30E_360, true, {2005, 2, 28}, {2005, 8, 31}, 182, 360},
		{CS_ACT_360, false, {2005, 2, 28}, {2005, 8, 31}, 184, 360},
		{CS_ACT_365, false, {2004, 2, 28}, {2004, 8, 31}, 185, 365},
		{CS_ACT_365_25, false, {2004, 2, 28}, {2004, 8, 31}, 185, 365.25},
		{CS_ACT_ACT_ISDA, false, {2004, 2, 28}, {2004, 8, 31}, 185, 366},
		{CS_ACT_ACT_ISDA, false, {2003, 11, 1}, {2004, 5, 1}, 61 * 366 + 121 * 365, 365 * 366},
		{CS_ACT_ACT_ISDA, false, {2003, 7, 1}, {2005, 7, 1}, 184 + 365 + 181, 365},
	};

	(void) state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_near(
			cs_year_fraction(cases[i].rule, cases[i].month_end, cases[i].start, cases[i].end),
			cases[i].numerator / cases[i].denominator, 1e-15, 1);
}

/* The schedule of a bond that is sound, and the number of its cash flows. */
static size_t
cash_flows(const cs_coupon_bond *bond, cs_bond_schedule *schedule, double *time, double *amount)
{
	assert_int_equal(cs_bond_schedule_of(bond, schedule), CS_BOND_SOUND);
	return cs_coupon_bond_cashflows(schedule, time, amount);
}

/* Accrued interest as quoted with EUR corporate bonds of 15 November 2005. */
static void
accrued_interest_is_as_quoted(void **state)
{
	const struct
	{
		cs_date issue, maturity;
		double coupon_rate;
		cs_day_count day_count;
		double accrued;
	} quoted[] = {
		{{2003, 4, 30}, {2018, 4, 30}, 5.25, CS_ACT_ACT, 2.862328767},
		{{2003, 6, 23}, {2013, 6, 23}, 4.125, CS_ACT_ACT, 1.63869863},
		{{2001, 10, 9}, {2016, 10, 9}, 5.875, CS_ACT_ACT, 0.595547945},
		{{1997, 8, 20}, {2009, 8, 20}, 5.625, CS_30_360, 1.328125},
		{{1997, 8, 26}, {2011, 8, 26}, 5.75, CS_30_360, 1.261805556},
		{{1998, 9, 2}, {2015, 9, 2}, 5.125, CS_30_360, 1.039236111},
		{{2005, 9, 19}, {2035, 9, 19}, 4.125, CS_ACT_ACT, 0.644178082},
		{{2005, 6, 29}, {2013, 1, 29}, 4, CS_ACT_ACT, 1.523287671}, /* since its issue */
	};

	(void) state;
	for (size_t i = 0; i < COUNT(quoted); i++)
	{
		const cs_coupon_bond bond = {.quote_date = {2005, 11, 15},
									 .maturity_date = quoted[i].maturity,
									 .dated_date = quoted[i].issue,
									 .has_dated_date = true,
									 .coupon_rate = quoted[i].coupon_rate,
									 .frequency = 1,
									 .face = 100,
									 .day_count = quoted[i].day_count};
		cs_bond_schedule schedule;

		assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_SOUND);
		assert_near(cs_coupon_bond_accrued(&schedule), quoted[i].accrued, 1e-8, quoted[i].accrued);
	}
}

static void
cash_flows_follow_the_schedule(void **state)
{
	cs_coupon_bond bond = {.quote_date = {2005, 11, 15},
						   .maturity_date = {2007, 8, 31},
						   .coupon_rate = 6,
						   .frequency = 2,
						   .face = 100,
						   .times = CS_TIMES_ACT_365_25,
						   .end_of_month = true};
	double time[CS_BOND_MAX_CASHFLOWS], amount[CS_BOND_MAX_CASHFLOWS];
	cs_bond_schedule schedule;

	(void) state;
	/* 2006-02-28, 2006-08-31, 2007-02-28, 2007-08-31 */
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 4);
	assert_near(time[0], 105 / 365.25, 1e-15, 1);
	assert_near(time[1], 289 / 365.25, 1e-15, 1);
	assert_near(time[2], 470 / 365.25, 1e-15, 1);
	assert_near(time[3], 654 / 365.25, 1e-15, 1);
	assert_true(amount[0] == 3 && amount[1] == 3 && amount[2] == 3 && amount[3] == 103);
	assert_near(cs_coupon_bond_accrued(&schedule), 6 * 76 / 365.25, 1e-15, 1);
	bond.day_count = CS_ACT_ACT;
	bond.times = CS_TIMES_PERIODS;
	cash_flows(&bond, &schedule, time, amount);
	assert_near(time[0], 105.0 / 181 / 2, 1e-15, 1);
	assert_near(time[3], 105.0 / 181 / 2 + 1.5, 1e-15, 1);
	assert_near(cs_coupon_bond_accrued(&schedule), 3 * 76.0 / 181, 1e-15, 1);
	bond.day_count = CS_30_360;
	cash_flows(&bond, &schedule, time, amount);
	assert_near(time[0], 105.0 / 360, 1e-15, 1);
	assert_near(time[3], 105.0 / 360 + 1.5, 1e-15, 1);
	/* a coupon on the quote date is the seller's */
	bond.quote_date = (cs_date){2006, 2, 28};
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 3);
	assert_near(cs_coupon_bond_accrued(&schedule), 0, 0, 1);
	/* the first coupon of a bond issued within its period */
	bond.has_dated_date = true;
	bond.dated_date = (cs_date){2005, 11, 30};
	bond.quote_date = (cs_date){2005, 12, 1};
	bond.day_count = CS_ACT_ACT;
	cash_flows(&bond, &schedule, time, amount);
	assert_near(amount[0], 3 * 90.0 / 181, 1e-15, 1);
	assert_true(amount[1] == 3);
	assert_near(cs_coupon_bond_accrued(&schedule), 3 / 181.0, 1e-15, 1);
	/* no coupons */
	bond.coupon_rate = 0;
	bond.face = 1000;
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 1);
	assert_true(amount[0] == 1000 && cs_coupon_bond_accrued(&schedule) == 0);
}

/* Each period but the first has one coupon, whatever dates and rules a bond has. */
static void
schedules_are_complete(void **state)
{
	const int frequencies[] = {1, 2, 3, 4, 6, 12};
	double time[CS_BOND_MAX_CASHFLOWS], amount[CS_BOND_MAX_CASHFLOWS];

	(void) state;
	for (int f = 0; f < 6; f++)
		for (int day = 1; day <= 31; day += 5)
			for (int k = 0; k < 40 * CS_DAY_COUNTS; k++)
			{
				cs_coupon_bond bond = {.quote_date = {2003 + k % 5, 1 + k % 12, 1 + 7 * k % 28},
									   .maturity_date = {2009 + k % 3, 1 + 5 * k % 12, day},
									   .coupon_rate = 5,
									   .frequency = frequencies[f],
									   .face = 100,
									   .day_count = (cs_day_count) (k / 40),
									   .end_of_month = k % 2 == 0};
				cs_bond_schedule schedule;
				size_t count;
				double share;

				bond.maturity_date = cs_months_before(
					(cs_date){bond.maturity_date.year, bond.maturity_date.month, day}, 0, false);
				count = cash_flows(&bond, &schedule, time, amount);
				assert_int_equal(count, schedule.cashflows);
				assert_true(time[0] >= 0 && time[0] <= 1.0 / bond.frequency);
				for (size_t i = 1; i < count; i++)
					assert_near(time[i] - time[i - 1], 1.0 / bond.frequency, 1e-13, 1);
				share = cs_coupon_bond_accrued(&schedule) * bond.frequency / 5;
				assert_true(share >= 0 && share <= 1);
				assert_near(share + time[0] * bond.frequency, 1, 1e-14, 1);
			}
}

static void
bad_bonds_are_refused(void **state)
{
	const cs_coupon_bond good = {.quote_date = {2005, 11, 15},
								 .maturity_date = {2010, 1, 1},
								 .coupon_rate = 5,
								 .frequency = 1,
								 .face = 100};
	cs_coupon_bond bond = good;
	cs_bond_schedule schedule;

	(void) state;
	bond.maturity_date = bond.quote_date;
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_DUE);
	bond = good;
	bond.coupon_rate = 1e300;
	bond.face = 1e300;
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_OVERFLOW);
	bond = good;
	bond.has_dated_date = true;
	bond.dated_date = (cs_date){2005, 11, 16};
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_NOT_DATED);
	bond = good;
	bond.maturity_date.year = 2300;
	bond.frequency = 12;
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_TOO_LONG);
	bond = good;
	bond.has_last_coupon = true;
	bond.last_coupon = good.maturity_date;
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_LAST_COUPON);
	bond = good;
	bond.has_redemption = true;
	bond.redemption_date = good.quote_date;
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_REDEMPTION);
	bond = good;
	bond.has_first_coupon = true;
	bond.first_coupon = (cs_date){2010, 1, 2};
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_FIRST_COUPON);
	bond.first_coupon = (cs_date){2007, 1, 2};
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_FIRST_OFF_SCHEDULE);
	bond.first_coupon = (cs_date){2007, 1, 1};
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_START_UNKNOWN);
}

static const double bond_time[] = {0.4, 1.4, 2.4, 3.4, 4.4};
static const double bond_amount[] = {5, 5, 5, 5, 105};

static double
present_value(double yield, int compounding)
{
	double sum = 0;

	for (int k = 0; k < 5; k++)
		sum += bond_amount[k] *
			   (compounding == 0 ? exp(-yield / 100 * bond_time[k])
								 : pow(1 + yield / 100 / compounding, -compounding * bond_time[k]));
	return sum;
}

static void
spreads_reprice(void **state)
{
	const double prices[] = {1e-3, 20, 87.3, 104.2, 125, 400, 1e6};

	(void) state;
	for (size_t i = 0; i < COUNT(prices); i++)
	{
		double yield;

		assert_int_equal(cs_z_spread(5, bond_time, bond_amount, prices[i], &yield), CS_OK);
		assert_near(present_value(yield, 0), prices[i], 1e-13, prices[i]);
		for (int m = 1; m <= 12; m++)
			assert_near(present_value(cs_compounded_yield(yield, m), m), prices[i], 1e-12,
						prices[i]);
	}
}

/* The closed form of one cash flow, from a day to a century. */
static void
one_cash_flow_has_a_closed_form(void **state)
{
	(void) state;
	for (double time = 1 / 365.25; time < 101; time *= 2)
	{
		const double amount = 100;
		double yield;

		assert_int_equal(cs_z_spread(1, &time, &amount, 97.3, &yield), CS_OK);
		assert_near(yield, -100 * log(0.973) / time, 1e-12, yield);
	}
}

static void
risk_is_the_derivative_of_the_price(void **state)
{
	(void) state;
	for (int m = 0; m <= 4; m++)
		for (double continuous = -2; continuous < 30; continuous += 3.7)
		{
			double yield = cs_compounded_yield(continuous, m);
			double price = present_value(yield, m);
			double h = 0.01;
			double up = present_value(yield + h, m);
			double down = present_value(yield - h, m);
			cs_bond_risk risk;

			cs_bond_risk_at(5, bond_time, bond_amount, continuous, m, &risk);
			assert_near(risk.modified_duration, (down - up) / (2 * h) * 100 / price, 1e-6,
						risk.modified_duration);
			assert_near(risk.convexity, (up + down - 2 * price) / (h * h) * 1e4 / price, 1e-5,
						risk.convexity);
			assert_near(risk.macaulay_duration,
						risk.modified_duration * (m == 0 ? 1 : 1 + yield / 100 / m), 1e-13,
						risk.macaulay_duration);
		}
}

static void
bad_cash_flows_are_refused(void **state)
{
	const double time[] = {1, -1};
	const double negative[] = {5, -1};
	const double zero[] = {0, 0};
	const double infinite[] = {INFINITY, 1};
	const double huge[] = {1e-308, 2e-308};
	double spread;

	(void) state;
	assert_int_equal(cs_z_spread(2, time, bond_amount, 100, &spread), CS_OUT_OF_RANGE);
	assert_int_equal(cs_z_spread(2, bond_time, negative, 100, &spread), CS_OUT_OF_RANGE);
	assert_int_equal(cs_z_spread(2, bond_time, zero, 100, &spread), CS_OUT_OF_RANGE);
	assert_int_equal(cs_z_spread(2, bond_time, infinite, 100, &spread), CS_NOT_FINITE);
	assert_int_equal(cs_z_spread(2, infinite, bond_amount, 100, &spread), CS_NOT_FINITE);
	assert_int_equal(cs_z_spread(2, bond_time, bond_amount, 0, &spread), CS_OUT_OF_RANGE);
	assert_int_equal(cs_z_spread(2, bond_time, bond_amount, NAN, &spread), CS_NOT_FINITE);
	assert_int_equal(cs_z_spread(0, bond_time, bond_amount, 100, &spread), CS_OUT_OF_RANGE);
	assert_int_equal(cs_z_spread(2, huge, bond_amount, 100, &spread), CS_NOT_FINITE);
}

/* Bonds with many coupons, one after the other. */
static void
spreads_poll(void **state)
{
	static double time[CS_BOND_MAX_CASHFLOWS], amount[CS_BOND_MAX_CASHFLOWS];
	poll_count polls;
	double spread;

	(void) state;
	for (size_t k = 0; k < CS_BOND_MAX_CASHFLOWS; k++)
	{
		time[k] = (double) (k + 1) / 12;
		amount[k] = 0.5;
	}
	poll_count_start();
	for (int i = 0; i < 100; i++)
		assert_int_equal(cs_z_spread(CS_BOND_MAX_CASHFLOWS, time, amount, 100 + i, &spread), CS_OK);
	polls = poll_count_end();
	/* some 7 steps, 30 for a cash flow */
	assert_polls(&polls, 100 * 7 * 30.0 * CS_BOND_MAX_CASHFLOWS, 0);
	assert_int_equal(polls.reports, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_counted),
		cmocka_unit_test(months_keep_their_day),
		cmocka_unit_test(dates_follow_from_day_numbers),
		cmocka_unit_test(years_are_counted_by_rule),
		cmocka_unit_test(accrued_interest_is_as_quoted),
		cmocka_unit_test(cash_flows_follow_the_schedule),
		cmocka_unit_test(schedules_are_complete),
		cmocka_unit_test(bad_bonds_are_refused),
		cmocka_unit_test(spreads_reprice),
		cmocka_unit_test(one_cash_flow_has_a_closed_form),
		cmocka_unit_test(risk_is_the_derivative_of_the_price),
		cmocka_unit_test(bad_cash_flows_are_refused),
		cmocka_unit_test(spreads_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
