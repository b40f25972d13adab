/*
 * coupon_bond.c
 *		Coupon bonds: schedules, accrued interest, and what follows from cash flows and a price.
 */
#include "numeric/term_structure/coupon_bond.h"

#include "numeric/base/poll.h"

#include <float.h>
#include <math.h>

#define NEWTON_STEPS 100

/* Multiply-adds of the present value of one cash flow. */
#define VALUE_WORK 30

/* The coupon date `periods` before maturity. */
static cs_date
coupon_date(const cs_coupon_bond *bond, int64_t periods)
{
	return cs_months_before(bond->maturity_date, periods * (12 / bond->frequency),
							cs_is_end_of_month(bond->maturity_date));
}

/* Years from `start` to `end`, which lie in the coupon period that ends `periods` before maturity.
 */
static double
fraction_in_period(const cs_coupon_bond *bond, cs_date start, cs_date end, int64_t periods)
{
	double days = (double) (cs_day_number(end) - cs_day_number(start));
	double period;

	switch (bond->day_count)
	{
		case CS_ACT_ACT:
			period = (double) (cs_day_number(coupon_date(bond, periods)) -
							   cs_day_number(coupon_date(bond, periods + 1)));
			return days / period / bond->frequency;
		case CS_30_360:
			return (double) cs_days_30_360(start, end) / CS_YEAR_OF_30_360;
		default:
			return days / CS_YEAR_OF_ACT_365_25;
	}
}

/* Coupon periods that end after the quote date. */
static int64_t
periods_left(const cs_coupon_bond *bond)
{
	int64_t quote = cs_day_number(bond->quote_date);
	int64_t months = 12 * ((int64_t) bond->maturity_date.year - bond->quote_date.year) +
					 bond->maturity_date.month - bond->quote_date.month;
	int64_t periods = months * bond->frequency / 12 - 1;

	if (periods < 0)
		periods = 0;
	while (cs_day_number(coupon_date(bond, periods)) > quote)
		periods++;
	return periods;
}

cs_status
cs_coupon_bond_count(const cs_coupon_bond *bond, size_t *count)
{
	int64_t quote = cs_day_number(bond->quote_date);
	int64_t periods;

	if (!isfinite(bond->coupon_rate) || !isfinite(bond->face))
		return CS_NOT_FINITE;
	if (bond->frequency < 1 || bond->frequency > 12 || 12 % bond->frequency != 0 ||
		bond->coupon_rate < 0 || bond->face <= 0 || quote >= cs_day_number(bond->maturity_date) ||
		(bond->has_issue_date && cs_day_number(bond->issue_date) > quote))
		return CS_OUT_OF_RANGE;
	if (!isfinite(bond->face * (1 + bond->coupon_rate / 100)))
		return CS_NOT_FINITE;
	periods = periods_left(bond);
	if (periods > CS_BOND_MAX_CASHFLOWS)
		return CS_SIZE_OVERFLOW;
	*count = bond->coupon_rate == 0 ? 1 : (size_t) periods;
	return CS_OK;
}

/* Years from the quote date to the end of the period in which it lies, `periods` before maturity.
 */
static double
time_to_next_coupon(const cs_coupon_bond *bond, int64_t periods)
{
	return fraction_in_period(bond, bond->quote_date, coupon_date(bond, periods), periods);
}

/* The coupon at the end of the period in which the quote date lies, `periods` before maturity. */
static double
next_coupon(const cs_coupon_bond *bond, int64_t periods)
{
	double yearly = bond->coupon_rate / 100 * bond->face;
	cs_date start = coupon_date(bond, periods + 1);

	if (!bond->has_issue_date || cs_day_number(bond->issue_date) <= cs_day_number(start))
		return yearly / bond->frequency;
	return yearly * fraction_in_period(bond, bond->issue_date, coupon_date(bond, periods), periods);
}

void
cs_coupon_bond_cashflows(const cs_coupon_bond *bond, size_t count, double *time, double *amount)
{
	int64_t periods = periods_left(bond);
	int64_t quote = cs_day_number(bond->quote_date);
	double first = time_to_next_coupon(bond, periods - 1);

	for (size_t k = 0; k < count; k++)
	{
		int64_t after = (int64_t) (count - 1 - k); /* periods from here to maturity */
		cs_date date = coupon_date(bond, after);

		if (bond->day_count == CS_ACT_ACT)
			time[k] = first + (double) (periods - 1 - after) / bond->frequency;
		else if (bond->day_count == CS_30_360)
			time[k] = (double) cs_days_30_360(bond->quote_date, date) / CS_YEAR_OF_30_360;
		else
			time[k] = (double) (cs_day_number(date) - quote) / CS_YEAR_OF_ACT_365_25;
		amount[k] = bond->coupon_rate / 100 * bond->face / bond->frequency;
	}
	if (count == (size_t) periods)
		amount[0] = next_coupon(bond, periods - 1);
	if (bond->coupon_rate == 0)
		amount[count - 1] = 0;
	amount[count - 1] += bond->face;
}

double
cs_coupon_bond_accrued(const cs_coupon_bond *bond)
{
	int64_t periods = periods_left(bond) - 1;
	cs_date start = coupon_date(bond, periods + 1);

	if (bond->has_issue_date && cs_day_number(bond->issue_date) > cs_day_number(start))
		start = bond->issue_date;
	return bond->coupon_rate / 100 * bond->face *
		   fraction_in_period(bond, start, bond->quote_date, periods);
}

/*
 * The logarithm of the sum of amount exp(-rate time) and its derivative by the rate; the largest
 * exponent is taken out, so that nothing overflows.
 */
static double
log_present_value(size_t n, const double *time, const double *amount, double rate,
				  double *derivative)
{
	double shift = -INFINITY;
	double sum = DBL_MIN; /* so that it has a logarithm */
	double moment = 0;

	for (size_t k = 0; k < n; k++)
		if (amount[k] > 0)
			shift = fmax(shift, -rate * time[k]);
	for (size_t k = 0; k < n; k++)
	{
		double value = amount[k] > 0 ? amount[k] * exp(-rate * time[k] - shift) : 0;

		sum += value;
		moment += value * time[k];
	}
	cs_work(n * VALUE_WORK);
	*derivative = -moment / sum;
	return log(sum) + shift;
}

/*
 * The logarithm of the present value falls with the rate and is convex, so Newton's steps converge
 * from anywhere: after the first they only rise, until rounding stops them.
 */
cs_status
cs_z_spread(size_t n, const double *time, const double *amount, double price, double *spread)
{
	double rate = 0;
	bool any = false;

	if (!isfinite(price))
		return CS_NOT_FINITE;
	for (size_t k = 0; k < n; k++)
	{
		if (!isfinite(time[k]) || !isfinite(amount[k]))
			return CS_NOT_FINITE;
		if (!(time[k] > 0) || amount[k] < 0)
			return CS_OUT_OF_RANGE;
		any = any || amount[k] > 0;
	}
	if (!any || !(price > 0))
		return CS_OUT_OF_RANGE;
	for (int step = 0; step < NEWTON_STEPS; step++)
	{
		double derivative;
		double value = log_present_value(n, time, amount, rate, &derivative);
		double change = (log(price) - value) / derivative;

		rate += change;
		if (!isfinite(rate))
			return CS_NOT_FINITE;
		if (change == 0 || (step > 0 && change <= 4e-16 * fabs(rate)))
		{
			*spread = 100 * rate;
			return isfinite(*spread) ? CS_OK : CS_NOT_FINITE;
		}
	}
	return CS_NOT_CONVERGED;
}

double
cs_compounded_yield(double continuous, int compounding)
{
	return compounding == 0 ? continuous
							: 100.0 * compounding * expm1(continuous / 100 / compounding);
}

/* With D and C the first two moments at a continuous yield r and y = m (exp(r / m) - 1):
 * dP/dy = dP/dr exp(-r/m), and once more by the chain rule. */
void
cs_bond_risk_at(size_t n, const double *time, const double *amount, double yield, int compounding,
				cs_bond_risk *risk)
{
	double rate = yield / 100;
	double factor = compounding == 0 ? 1 : exp(-rate / compounding);
	double period = compounding == 0 ? 0 : 1.0 / compounding;
	double shift = -INFINITY;
	double value = 0, first = 0, second = 0;

	for (size_t k = 0; k < n; k++)
		if (amount[k] > 0)
			shift = fmax(shift, -rate * time[k]);
	for (size_t k = 0; k < n; k++)
	{
		double present = amount[k] > 0 ? amount[k] * exp(-rate * time[k] - shift) : 0;

		value += present;
		first += present * time[k];
		second += present * time[k] * time[k];
	}
	risk->macaulay_duration = first / value;
	risk->modified_duration = first / value * factor;
	risk->convexity = (second / value + period * first / value) * factor * factor;
}
