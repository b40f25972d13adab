/*
 * coupon_bond.c
 *		Coupon bonds: schedules, cash flows, accrued interest.
 */
#include "numeric/term_structure/coupon_bond.h"

#include "numeric/base/poll.h"

#include <math.h>

/* Multiply-adds of the dates of one cash flow. */
#define DATE_WORK 30

/* The coupon date `k` periods before the anchor. */
static cs_date
coupon_date(const cs_bond_schedule *schedule, int64_t k)
{
	return cs_months_before(schedule->anchor, k * (12 / schedule->bond->frequency),
							schedule->month_end);
}

static int64_t
coupon_day(const cs_bond_schedule *schedule, int64_t k)
{
	return cs_day_number(coupon_date(schedule, k));
}

/* The period that a day lies in, the day on which a period ends in the next one: the largest k of
 * which the end is after it. */
static int64_t
period_of_day(const cs_bond_schedule *schedule, cs_date date)
{
	int64_t day = cs_day_number(date);
	int64_t months =
		12 * ((int64_t) schedule->anchor.year - date.year) + schedule->anchor.month - date.month;
	int64_t k = months * schedule->bond->frequency / 12 - 2;

	while (coupon_day(schedule, k + 1) > day)
		k++;
	return k;
}

/* The same among the bond's own periods. */
static int64_t
own_period(const cs_bond_schedule *schedule, cs_date date)
{
	int64_t k = period_of_day(schedule, date);
	int64_t last = schedule->bond->has_last_coupon ? -1 : 0;

	if (schedule->has_first && k > schedule->first)
		k = schedule->first;
	return k < last ? last : k;
}

static cs_date
period_end(const cs_bond_schedule *schedule, int64_t k)
{
	return k < 0 ? schedule->bond->maturity_date : coupon_date(schedule, k);
}

/* Whether a period is one of the grid from end to end. */
static bool
is_regular(const cs_bond_schedule *schedule, int64_t k)
{
	const cs_coupon_bond *bond = schedule->bond;

	return k >= 0 && (!schedule->has_first || k < schedule->first || !bond->has_dated_date ||
					  cs_day_number(bond->dated_date) == coupon_day(schedule, k + 1));
}

static cs_date
period_start(const cs_bond_schedule *schedule, int64_t k)
{
	if (schedule->has_first && k == schedule->first && schedule->bond->has_dated_date)
		return schedule->bond->dated_date;
	return coupon_date(schedule, k + 1);
}

/* The share of the grid's period k, of which the end is after `date`, that lies before it. */
static double
share_of_period(const cs_bond_schedule *schedule, int64_t k, cs_date date)
{
	int64_t start = coupon_day(schedule, k + 1);

	return (double) (cs_day_number(date) - start) / (double) (coupon_day(schedule, k) - start);
}

/* Years from the start of period k to a date in it, by the day count. */
static double
fraction(const cs_bond_schedule *schedule, int64_t k, cs_date date)
{
	const cs_coupon_bond *bond = schedule->bond;
	cs_date start = period_start(schedule, k);
	int64_t from, to;

	if (bond->day_count != CS_ACT_ACT)
		return cs_year_fraction(bond->day_count, schedule->month_end, start, date);
	if (is_regular(schedule, k))
		return share_of_period(schedule, k, date) / bond->frequency;
	from = period_of_day(schedule, start);
	to = period_of_day(schedule, date);
	return ((double) (from - to) +
			(share_of_period(schedule, to, date) - share_of_period(schedule, from, start))) /
		   bond->frequency;
}

/* Years of interest that the coupon of a period pays. */
static double
coupon_fraction(const cs_bond_schedule *schedule, int64_t k)
{
	if (is_regular(schedule, k) && !schedule->bond->coupons_by_day_count)
		return 1.0 / schedule->bond->frequency;
	return fraction(schedule, k, period_end(schedule, k));
}

/* Years of interest from the start of a period to a date in it: never more than its coupon. */
static double
accrued_fraction(const cs_bond_schedule *schedule, int64_t k, cs_date date)
{
	return fmin(fraction(schedule, k, date), coupon_fraction(schedule, k));
}

/* Where in a period a date lies, and how long the period is, on the axis of the times. */
static double
period_time(const cs_bond_schedule *schedule, int64_t k, cs_date date)
{
	if (schedule->bond->times == CS_TIMES_DAY_COUNT)
		return fraction(schedule, k, date);
	if (is_regular(schedule, k))
		return accrued_fraction(schedule, k, date) /
			   (coupon_fraction(schedule, k) * schedule->bond->frequency);
	return accrued_fraction(schedule, k, date);
}

static double
period_length(const cs_bond_schedule *schedule, int64_t k)
{
	if (schedule->bond->times != CS_TIMES_DAY_COUNT && is_regular(schedule, k))
		return 1.0 / schedule->bond->frequency;
	return fraction(schedule, k, period_end(schedule, k));
}

static bool
is_business_day(const cs_coupon_bond *bond, int64_t day)
{
	size_t low = 0, high = bond->holidays;

	if ((day % 7 + 7) % 7 == 3 || (day % 7 + 7) % 7 == 4) /* day 0 is a Wednesday */
		return false;
	while (low < high)
	{
		size_t middle = low + (high - low) / 2;

		if (bond->holiday[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low == bond->holidays || bond->holiday[low] != day;
}

static int64_t
next_business_day(const cs_coupon_bond *bond, int64_t day, int step)
{
	while (!is_business_day(bond, day))
		day += step;
	return day;
}

/* The day on which a payment of a date is made. */
static int64_t
payment_day(const cs_coupon_bond *bond, cs_date date)
{
	int64_t day = cs_day_number(date);
	int64_t moved;

	switch (bond->business_day)
	{
		case CS_FOLLOWING:
			return next_business_day(bond, day, 1);
		case CS_PRECEDING:
			return next_business_day(bond, day, -1);
		case CS_MODIFIED_FOLLOWING:
			moved = next_business_day(bond, day, 1);
			return cs_date_of(moved).month == date.month ? moved : next_business_day(bond, day, -1);
		default:
			return day;
	}
}

/* Whether a buyer does not get the coupon that is due on a day. */
static bool
is_ex_dividend(const cs_coupon_bond *bond, int64_t due)
{
	int64_t day = due;

	if (!bond->has_calendar)
		day -= bond->ex_dividend_days;
	else
		for (int i = 0; i < bond->ex_dividend_days; i++)
			day = next_business_day(bond, day - 1, -1);
	return cs_day_number(bond->quote_date) > day;
}

/* Repayments are checked against the dates of the schedule and the face. */
static bool
repayments_are_sound(const cs_bond_schedule *schedule)
{
	const cs_coupon_bond *bond = schedule->bond;
	double face = bond->face;

	for (size_t i = 0; i < bond->repayments; i++)
	{
		cs_date date = cs_date_of(bond->repayment_day[i]);
		int64_t k = period_of_day(schedule, date) + 1;

		face -= bond->repayment[i];
		if (coupon_day(schedule, k) != bond->repayment_day[i] || !(face > 0) ||
			(i > 0 && bond->repayment_day[i] <= bond->repayment_day[i - 1]) ||
			bond->repayment_day[i] >= cs_day_number(bond->maturity_date) ||
			(schedule->has_first && k > schedule->first))
			return false;
	}
	return true;
}

/* The first period, if the dated date or the first coupon tells of it. */
static cs_bond_fault
set_first_period(cs_bond_schedule *schedule)
{
	const cs_coupon_bond *bond = schedule->bond;
	int64_t first;

	if (!bond->has_first_coupon)
	{
		if (!bond->has_dated_date)
			return CS_BOND_SOUND;
		first = own_period(schedule, bond->dated_date);
	}
	else
	{
		int64_t day = cs_day_number(bond->first_coupon);

		if (day > cs_day_number(schedule->anchor) ||
			(bond->has_dated_date && day <= cs_day_number(bond->dated_date)))
			return CS_BOND_FIRST_COUPON;
		first = period_of_day(schedule, bond->first_coupon) + 1;
		if (coupon_day(schedule, first) != day)
			return CS_BOND_FIRST_OFF_SCHEDULE;
	}
	schedule->first = first;
	schedule->has_first = true;
	return CS_BOND_SOUND;
}

static cs_bond_fault
check_dates(const cs_coupon_bond *bond)
{
	int64_t quote = cs_day_number(bond->quote_date);
	int64_t maturity = cs_day_number(bond->maturity_date);

	if (quote >= maturity)
		return CS_BOND_DUE;
	if (bond->has_dated_date && cs_day_number(bond->dated_date) > quote)
		return CS_BOND_NOT_DATED;
	if (bond->has_last_coupon && (cs_day_number(bond->last_coupon) >= maturity ||
								  (bond->has_dated_date && cs_day_number(bond->last_coupon) <=
															   cs_day_number(bond->dated_date))))
		return CS_BOND_LAST_COUPON;
	if (bond->has_redemption && (cs_day_number(bond->redemption_date) <= quote ||
								 cs_day_number(bond->redemption_date) > maturity))
		return CS_BOND_REDEMPTION;
	return CS_BOND_SOUND;
}

cs_bond_fault
cs_bond_schedule_of(const cs_coupon_bond *bond, cs_bond_schedule *schedule)
{
	cs_bond_fault fault = check_dates(bond);
	cs_date day_before;

	if (fault != CS_BOND_SOUND)
		return fault;
	if (!isfinite(bond->face * (1 + bond->coupon_rate / 100) * (1 + bond->redemption_price / 100)))
		return CS_BOND_OVERFLOW;
	*schedule = (cs_bond_schedule){.bond = bond};
	schedule->anchor = bond->has_last_coupon ? bond->last_coupon : bond->maturity_date;
	schedule->month_end = bond->end_of_month && cs_is_end_of_month(schedule->anchor);
	fault = set_first_period(schedule);
	if (fault != CS_BOND_SOUND)
		return fault;
	schedule->now = own_period(schedule, bond->quote_date);
	if (schedule->has_first && !bond->has_dated_date && schedule->now == schedule->first &&
		cs_day_number(bond->quote_date) < coupon_day(schedule, schedule->first + 1))
		return CS_BOND_START_UNKNOWN;
	schedule->last = bond->has_last_coupon ? -1 : 0;
	if (bond->has_redemption)
	{
		day_before = cs_date_of(cs_day_number(bond->redemption_date) - 1);
		schedule->last = own_period(schedule, day_before);
	}
	if (schedule->now - schedule->last >= CS_BOND_MAX_CASHFLOWS)
		return CS_BOND_TOO_LONG;
	if (!repayments_are_sound(schedule))
		return CS_BOND_REPAYMENT;
	schedule->cashflows = (size_t) (schedule->now - schedule->last + 1);
	schedule->ex_dividend =
		is_ex_dividend(bond, cs_day_number(period_end(schedule, schedule->now)));
	return CS_BOND_SOUND;
}

/* The face that is left after the repayments of a day and before. */
static double
face_after(const cs_coupon_bond *bond, int64_t day)
{
	double face = bond->face;

	for (size_t i = 0; i < bond->repayments && bond->repayment_day[i] <= day; i++)
		face -= bond->repayment[i];
	return face;
}

/* Years from the quote date to the payment of a date that lies `time` periods' years away. */
static double
payment_time(const cs_bond_schedule *schedule, int64_t k, cs_date date, double time)
{
	const cs_coupon_bond *bond = schedule->bond;
	int64_t paid = payment_day(bond, date);
	double days = (double) (paid - cs_day_number(bond->quote_date));
	int64_t moved = paid - cs_day_number(date);

	if (bond->times == CS_TIMES_ACT_365_25)
		return days / CS_YEAR_OF_ACT_365_25;
	if (bond->times == CS_TIMES_ACT_365)
		return days / CS_YEAR_OF_ACT_365;
	if (moved != 0)
		time += (double) moved / (double) (coupon_day(schedule, k) - coupon_day(schedule, k + 1)) /
				bond->frequency;
	return fmax(time, 0);
}

/*
 * What is paid at the end of period k, or on the redemption date in it, in years of interest on
 * `face` and in face.
 */
static double
payment(const cs_bond_schedule *schedule, int64_t k, cs_date date, double face)
{
	const cs_coupon_bond *bond = schedule->bond;
	int64_t day = cs_day_number(date);
	double left = face_after(bond, day);
	double years = accrued_fraction(schedule, k, date);
	double amount;

	if (day == cs_day_number(period_end(schedule, k)))
		years = coupon_fraction(schedule, k);
	if (k == schedule->now && schedule->ex_dividend)
		years = 0;
	amount = bond->coupon_rate / 100 * face * years + (face - left);
	if (k == schedule->last)
		amount += bond->has_redemption ? left * bond->redemption_price / 100 : left;
	return amount;
}

size_t
cs_coupon_bond_cashflows(const cs_bond_schedule *schedule, double *time, double *amount)
{
	const cs_coupon_bond *bond = schedule->bond;
	double face = face_after(bond, cs_day_number(bond->quote_date));
	double position = -period_time(schedule, schedule->now, bond->quote_date);
	size_t count = 0;

	for (int64_t k = schedule->now; k >= schedule->last; k--)
	{
		cs_date date = k == schedule->last && bond->has_redemption ? bond->redemption_date
																   : period_end(schedule, k);
		bool whole = cs_day_number(date) == cs_day_number(period_end(schedule, k));
		double at =
			position + (whole ? period_length(schedule, k) : period_time(schedule, k, date));
		double paid = payment(schedule, k, date, face);

		if (paid > 0)
		{
			time[count] = payment_time(schedule, k, date, at);
			amount[count++] = paid;
		}
		face = face_after(bond, cs_day_number(date));
		position = at;
	}
	cs_work((size_t) (schedule->now - schedule->last + 1) * DATE_WORK);
	return count;
}

double
cs_coupon_bond_accrued(const cs_bond_schedule *schedule)
{
	const cs_coupon_bond *bond = schedule->bond;
	double face = face_after(bond, cs_day_number(bond->quote_date));
	double years = accrued_fraction(schedule, schedule->now, bond->quote_date);

	if (schedule->ex_dividend)
		years -= coupon_fraction(schedule, schedule->now);
	return bond->coupon_rate / 100 * face * years;
}
