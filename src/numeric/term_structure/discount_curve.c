/*
 * discount_curve.c
 *		Curves to discount with.
 */
#include "numeric/term_structure/discount_curve.h"

#include <math.h>

double
cs_interpolate(size_t n, const double *x, const double *y, double at)
{
	size_t low = 0, high = n - 1;

	if (at <= x[0])
		return y[0];
	if (at >= x[n - 1])
		return y[n - 1];
	while (high - low > 1)
	{
		size_t middle = low + (high - low) / 2;

		if (x[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return y[low] + (y[high] - y[low]) * ((at - x[low]) / (x[high] - x[low]));
}

double
cs_discount_curve_yield(const cs_discount_curve *curve, double maturity)
{
	return curve->points == 0
			   ? cs_svensson_yield(&curve->curve, maturity)
			   : cs_interpolate(curve->points, curve->maturity, curve->yield, maturity);
}

double
cs_discount_curve_factor(const cs_discount_curve *curve, double maturity)
{
	return exp(-cs_discount_curve_yield(curve, maturity) * maturity / 100);
}

double
cs_discount_curve_par_yield(const cs_discount_curve *curve, double maturity, int frequency)
{
	double first = cs_first_coupon(maturity, frequency);
	double passed = fmax(1 - first * frequency, 0); /* the buyer owes this part of a coupon */
	double annuity = -passed;

	if (curve->points == 0)
		return cs_svensson_par_yield(&curve->curve, maturity, frequency);
	for (size_t k = 0; first + (double) k / frequency <= maturity * (1 + 1e-12); k++)
		annuity += cs_discount_curve_factor(curve, first + (double) k / frequency);
	return 100 * frequency * (1 - cs_discount_curve_factor(curve, maturity)) / annuity;
}
