/*
 * bond_measures.c
 *		Prices, yields and risk of cash flows.
 */
#include "numeric/term_structure/bond_measures.h"

#include "numeric/base/poll.h"

#include <float.h>
#include <math.h>

#define NEWTON_STEPS 100

/* Multiply-adds of the present value of one cash flow. */
#define VALUE_WORK 30
#define CURVE_WORK 60

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
		if (time[k] < 0 || amount[k] < 0)
			return CS_OUT_OF_RANGE;
		any = any || (amount[k] > 0 && time[k] > 0);
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

/* Years of the broken part of the first period, in which interest is simple. */
static double
broken_part(const double *time, int compounding)
{
	double periods = time[0] * compounding;

	return (periods - floor(periods)) / compounding;
}

/*
 * The logarithm of the price at a yield and its derivative by it; NAN where there is none.  rate is
 * the yield per year, not in percent.
 */
static double
log_price(size_t n, const double *time, const double *amount, double rate, int compounding,
		  double simple, double *derivative)
{
	double base = 1 + rate / compounding;
	double first = 1 + rate * simple;
	double slope;
	double value;

	*derivative = NAN;
	if (!(base > 0) || !(first > 0))
		return NAN;
	value = log_present_value(n, time, amount, compounding * log(base), &slope);
	*derivative = (slope + simple) / base - simple / first;
	return value + simple * compounding * log(base) - log(first);
}

cs_status
cs_price_from_yield(size_t n, const double *time, const double *amount, double yield,
					int compounding, bool simple_first, double *price)
{
	double derivative;
	double value;

	if (!isfinite(yield))
		return CS_NOT_FINITE;
	if (compounding == 0)
		value = log_present_value(n, time, amount, yield / 100, &derivative);
	else if (simple_first && n == 1)
		value = 1 + yield / 100 * time[0] > 0 ? log(amount[0]) - log1p(yield / 100 * time[0]) : NAN;
	else
		value = log_price(n, time, amount, yield / 100, compounding,
						  simple_first ? broken_part(time, compounding) : 0, &derivative);
	if (isnan(value))
		return CS_OUT_OF_RANGE;
	*price = exp(value);
	return isfinite(*price) ? CS_OK : CS_NOT_FINITE;
}

/*
 * Whether a step for a rate is down to the rounding of the logarithms that it was solved for: it is
 * of their size, or near it and no smaller than half of the step before.
 */
static bool
is_rounding(double change, double last, double price, double value, double derivative)
{
	double rounding = 1e-15 * (1 + fabs(log(price)) + fabs(value)) / fabs(derivative);

	return fabs(change) <= rounding ||
		   (fabs(change) <= 100 * rounding && fabs(change) >= fabs(last) / 2);
}

/* Newton's steps from the compound yield, halved where they leave the range of yields. */
cs_status
cs_yield_of_price(size_t n, const double *time, const double *amount, double price, int compounding,
				  bool simple_first, double *yield)
{
	bool is_simple = simple_first && compounding > 0;
	double simple, rate;
	double last = INFINITY;
	cs_status status = cs_z_spread(n, time, amount, price, yield);

	if (status == CS_OK && is_simple && n == 1)
	{
		*yield = 100 * (amount[0] - price) / price / time[0];
		return isfinite(*yield) ? CS_OK : CS_NOT_FINITE;
	}
	if (status != CS_OK)
		return status;
	*yield = cs_compounded_yield(*yield, compounding);
	if (!isfinite(*yield))
		return CS_NOT_FINITE;
	if (!is_simple)
		return CS_OK;
	simple = broken_part(time, compounding);
	rate = *yield / 100;
	for (int step = 0; step < NEWTON_STEPS; step++)
	{
		double derivative, value, change;

		value = log_price(n, time, amount, rate, compounding, simple, &derivative);
		if (!(derivative < 0))
			return CS_NOT_CONVERGED;
		change = (log(price) - value) / derivative;
		while (!(1 + (rate + change) / compounding > 0) || !(1 + (rate + change) * simple > 0))
			change /= 2;
		rate += change;
		if (is_rounding(change, last, price, value, derivative))
		{
			*yield = 100 * rate;
			return CS_OK;
		}
		last = change;
	}
	return CS_NOT_CONVERGED;
}

/* The smallest rate per year, as compounded, of a curve at the times: the spread stays above it. */
static double
least_rate(size_t n, const double *time, const cs_discount_curve *curve, int compounding)
{
	double least = INFINITY;

	for (size_t k = 0; k < n; k++)
		least = fmin(
			least, cs_compounded_yield(cs_discount_curve_yield(curve, time[k]), compounding) / 100);
	return least;
}

/* The same as log_present_value over a curve and a spread per year, as compounded. */
static double
log_spread_value(size_t n, const double *time, const double *amount, const cs_discount_curve *curve,
				 int compounding, double spread, double *derivative)
{
	double shift = -INFINITY;
	double sum = DBL_MIN;
	double moment = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t k = 0; k < n; k++)
		{
			double rate =
				cs_compounded_yield(cs_discount_curve_yield(curve, time[k]), compounding) / 100 +
				spread;
			double base = compounding == 0 ? 1 : 1 + rate / compounding;
			double exponent =
				compounding == 0 ? -rate * time[k] : -compounding * time[k] * log(base);
			double value;

			if (pass == 0)
			{
				shift = fmax(shift, exponent);
				continue;
			}
			value = amount[k] * exp(exponent - shift);
			sum += value;
			moment += value * time[k] / base;
		}
	cs_work(2 * n * CURVE_WORK);
	*derivative = -moment / sum;
	return log(sum) + shift;
}

cs_status
cs_curve_spread(size_t n, const double *time, const double *amount, double price,
				const cs_discount_curve *curve, int compounding, double *spread, double *duration)
{
	double least = compounding == 0 ? -INFINITY : least_rate(n, time, curve, compounding);
	double rate = compounding == 0 ? 0 : fmax(0, -least);
	double last = INFINITY;

	if (!isfinite(price) || isnan(least))
		return CS_NOT_FINITE;
	if (!(price > 0) || !(time[n - 1] > 0))
		return CS_OUT_OF_RANGE;
	for (int step = 0; step < NEWTON_STEPS; step++)
	{
		double derivative;
		double value = log_spread_value(n, time, amount, curve, compounding, rate, &derivative);
		double change = (log(price) - value) / derivative;

		if (!isfinite(change))
			return CS_NOT_FINITE;
		while (compounding > 0 && !(1 + (least + rate + change) / compounding > 0))
			change /= 2;
		rate += change;
		if (is_rounding(change, last, price, value, derivative))
		{
			log_spread_value(n, time, amount, curve, compounding, rate, &derivative);
			*spread = 100 * rate;
			if (duration != NULL)
				*duration = -derivative;
			return isfinite(*spread) ? CS_OK : CS_NOT_FINITE;
		}
		last = change;
	}
	return CS_NOT_CONVERGED;
}

/* How much a rise at key j moves the yield at a time. */
static double
key_share(size_t keys, const double *key, size_t j, double time)
{
	if (time <= key[j])
	{
		if (j == 0)
			return 1;
		return time <= key[j - 1] ? 0 : (time - key[j - 1]) / (key[j] - key[j - 1]);
	}
	if (j + 1 == keys)
		return 1;
	return time >= key[j + 1] ? 0 : (key[j + 1] - time) / (key[j + 1] - key[j]);
}

cs_status
cs_key_rate_durations(size_t n, const double *time, const double *amount, double price,
					  const cs_discount_curve *curve, size_t keys, const double *key,
					  double *duration)
{
	double spread;
	cs_status status = cs_curve_spread(n, time, amount, price, curve, 0, &spread, NULL);

	if (status != CS_OK)
		return status;
	for (size_t j = 0; j < keys; j++)
		duration[j] = 0;
	for (size_t k = 0; k < n; k++)
	{
		double yield = cs_discount_curve_yield(curve, time[k]) + spread;
		double moment = time[k] * amount[k] / price * exp(-yield * time[k] / 100);

		for (size_t j = 0; j < keys; j++)
			duration[j] += moment * key_share(keys, key, j, time[k]);
		cs_work(keys * VALUE_WORK);
	}
	return CS_OK;
}

cs_status
cs_asset_swap_spread(size_t n, const double *time, const double *amount, double price,
					 const cs_discount_curve *curve, int frequency, double face, double *spread)
{
	double value = -price;
	double annuity = 0;
	double end = time[n - 1];
	double before = cs_first_coupon(end, frequency);

	if (!(end > 0) || !(end * frequency <= CS_BOND_MAX_PAYMENTS))
		return CS_OUT_OF_RANGE;
	for (size_t k = 0; k < n; k++)
		value += amount[k] * cs_discount_curve_factor(curve, time[k]);
	annuity = before * cs_discount_curve_factor(curve, before);
	for (size_t k = 1; before + (double) k / frequency <= end * (1 + 1e-12); k++)
		annuity += cs_discount_curve_factor(curve, before + (double) k / frequency) / frequency;
	cs_work((n + (size_t) (end * frequency)) * CURVE_WORK);
	*spread = 100 * value / (face * annuity);
	return isfinite(*spread) ? CS_OK : CS_NOT_FINITE;
}
