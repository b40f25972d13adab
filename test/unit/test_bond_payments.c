/*
 * test_bond_payments.c
 *		When coupon bonds pay and what: business days, ex dividend, repayments, odd periods.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/term_structure/coupon_bond.h"
#include "check_helper.h"

/* The schedule of a bond that is sound, and the number of its cash flows. */
static size_t
cash_flows(const cs_coupon_bond *bond, cs_bond_schedule *schedule, double *time, double *amount)
{
	assert_int_equal(cs_bond_schedule_of(bond, schedule), CS_BOND_SOUND);
	return cs_coupon_bond_cashflows(schedule, time, amount);
}

/* Monday 1 May and Friday 28 April 2006 are holidays; 30 April is a Sunday. */
static void
payments_move_to_business_days(void **state)
{
	const int64_t holidays[] = {cs_day_number((cs_date){2006, 4, 28}),
								cs_day_number((cs_date){2006, 5, 1}),
								cs_day_number((cs_date){2006, 12, 25})};
	const int days[] = {[CS_UNADJUSTED] = 166,
						[CS_FOLLOWING] = 168,
						[CS_MODIFIED_FOLLOWING] = 163,
						[CS_PRECEDING] = 163};
	double time[CS_BOND_MAX_CASHFLOWS], amount[CS_BOND_MAX_CASHFLOWS];
	cs_bond_schedule schedule;

	(void) state;
	for (int rule = CS_UNADJUSTED; rule <= CS_PRECEDING; rule++)
	{
		cs_coupon_bond bond = {.quote_date = {2005, 11, 15},
							   .maturity_date = {2007, 4, 30},
							   .coupon_rate = 6,
							   .frequency = 2,
							   .face = 100,
							   .day_count = CS_ACT_ACT,
							   .times = CS_TIMES_ACT_365,
							   .end_of_month = true,
							   .business_day = (cs_business_day) rule,
							   .has_calendar = true,
							   .holiday = holidays,
							   .holidays = COUNT(holidays)};

		assert_int_equal(cash_flows(&bond, &schedule, time, amount), 3);
		assert_near(time[0], days[rule] / 365.0, 1e-15, 1);
		assert_near(time[1], 350 / 365.0, 1e-15, 1); /* a Tuesday and a Monday stay */
		assert_near(time[2], 531 / 365.0, 1e-15, 1);
		assert_true(amount[0] == 3 && amount[1] == 3 && amount[2] == 103);
		bond.times = CS_TIMES_PERIODS;
		cash_flows(&bond, &schedule, time, amount);
		assert_near(time[0], days[rule] / 181.0 / 2, 1e-15, 1);
		assert_near(time[1], 166 / 181.0 / 2 + 0.5, 1e-15, 1);
	}
}

/* Seven days before Tuesday 7 March 2006, by the calendar and on business days. */
static void
coupons_go_ex_dividend(void **state)
{
	const struct
	{
		bool has_calendar;
		cs_date quote_date;
		int accrued_days;
		size_t cash_flows;
	} cases[] = {
		{false, {2006, 2, 28}, 174, 3}, {false, {2006, 3, 1}, -6, 2}, {true, {2006, 2, 24}, 170, 3},
		{true, {2006, 2, 27}, -8, 2},	{true, {2006, 3, 7}, 0, 2},
	};
	double time[CS_BOND_MAX_CASHFLOWS], amount[CS_BOND_MAX_CASHFLOWS];

	(void) state;
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		const cs_coupon_bond bond = {.quote_date = cases[i].quote_date,
									 .maturity_date = {2007, 3, 7},
									 .coupon_rate = 4,
									 .frequency = 2,
									 .face = 100,
									 .day_count = CS_ACT_ACT,
									 .ex_dividend_days = 7,
									 .has_calendar = cases[i].has_calendar};
		cs_bond_schedule schedule;

		assert_int_equal(cash_flows(&bond, &schedule, time, amount), cases[i].cash_flows);
		assert_near(cs_coupon_bond_accrued(&schedule), 2 * cases[i].accrued_days / 181.0, 1e-14, 1);
	}
}

static void
repayments_lower_the_face(void **state)
{
	int64_t days[] = {cs_day_number((cs_date){2006, 10, 31}),
					  cs_day_number((cs_date){2007, 4, 30})};
	double repayments[] = {40, 20};
	const double expected[] = {3, 43, 21.8, 41.2};
	cs_coupon_bond bond = {.quote_date = {2005, 11, 15},
						   .maturity_date = {2007, 10, 31},
						   .coupon_rate = 6,
						   .frequency = 2,
						   .face = 100,
						   .day_count = CS_ACT_ACT,
						   .end_of_month = true,
						   .repayments = 2,
						   .repayment_day = days,
						   .repayment = repayments};
	double time[CS_BOND_MAX_CASHFLOWS], amount[CS_BOND_MAX_CASHFLOWS];
	cs_bond_schedule schedule;

	(void) state;
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 4);
	for (size_t i = 0; i < 4; i++)
		assert_near(amount[i], expected[i], 1e-14, expected[i]);
	/* interest accrues on the face that is left */
	bond.quote_date = (cs_date){2006, 11, 30};
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 2);
	assert_near(amount[0], 21.8, 1e-14, 1);
	assert_near(cs_coupon_bond_accrued(&schedule), 1.8 * 30 / 181, 1e-14, 1);
	repayments[1] = 60;
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_REPAYMENT);
	repayments[1] = 20;
	days[1]--;
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_REPAYMENT);
	days[1] = days[0];
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_REPAYMENT);
	days[1] = cs_day_number(bond.maturity_date);
	assert_int_equal(cs_bond_schedule_of(&bond, &schedule), CS_BOND_REPAYMENT);
}

/* The examples of ISDA's memorandum on actual/actual of 1999: a long first period, a short and a
 * long last one; and a call between two coupons. */
static void
odd_periods_pay_by_their_length(void **state)
{
	cs_coupon_bond bond = {.quote_date = {2003, 1, 20},
						   .maturity_date = {2004, 7, 15},
						   .has_dated_date = true,
						   .dated_date = {2002, 8, 15},
						   .has_first_coupon = true,
						   .first_coupon = {2003, 7, 15},
						   .coupon_rate = 10,
						   .frequency = 2,
						   .face = 100,
						   .day_count = CS_ACT_ACT};
	double time[CS_BOND_MAX_CASHFLOWS], amount[CS_BOND_MAX_CASHFLOWS];
	cs_bond_schedule schedule;

	(void) state;
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 3);
	assert_near(amount[0], 9.157608696, 1e-9, 1);
	assert_near(amount[1], 5, 1e-15, 1);
	assert_near(cs_coupon_bond_accrued(&schedule), 10 * (153 / 368.0 + 5 / 362.0), 1e-14, 1);
	bond = (cs_coupon_bond){.quote_date = {1999, 12, 15},
							.maturity_date = {2000, 6, 30},
							.has_last_coupon = true,
							.last_coupon = {2000, 1, 30},
							.coupon_rate = 10,
							.frequency = 2,
							.face = 100,
							.day_count = CS_ACT_ACT};
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 2);
	assert_near(amount[0], 5, 1e-15, 1);
	assert_near(amount[1], 104.175824176, 1e-9, 1);
	bond.maturity_date = (cs_date){2000, 4, 30};
	bond.last_coupon = (cs_date){1999, 11, 30};
	bond.frequency = 4;
	bond.end_of_month = true;
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 1);
	assert_near(amount[0], 104.157608696, 1e-9, 1);
	bond = (cs_coupon_bond){.quote_date = {2005, 11, 15},
							.maturity_date = {2010, 1, 1},
							.has_redemption = true,
							.redemption_date = {2007, 7, 1},
							.redemption_price = 102,
							.coupon_rate = 5,
							.frequency = 1,
							.face = 100,
							.day_count = CS_ACT_365};
	assert_int_equal(cash_flows(&bond, &schedule, time, amount), 3);
	assert_near(amount[2], 102 + 5 * 181 / 365.0, 1e-13, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payments_move_to_business_days),
		cmocka_unit_test(coupons_go_ex_dividend),
		cmocka_unit_test(repayments_lower_the_face),
		cmocka_unit_test(odd_periods_pay_by_their_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
