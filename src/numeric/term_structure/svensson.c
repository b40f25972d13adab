/*
 * svensson.c
 *		Yields, forward rates, discount factors and par yields of Svensson curves.  The search for
 *		the decays is in svensson_search.c.
 */
#include "numeric/term_structure/svensson.h"

#include <math.h>

#include "numeric/base/rounding.h"

/* Nelson-Siegel is linear in its curves: the second hump is one without level and slope. */
static cs_nelson_siegel_curve
first_part(const cs_svensson_curve *curve)
{
	return (cs_nelson_siegel_curve){.level = curve->level,
									.slope = curve->slope,
									.curvature = curve->curvature,
									.decay = curve->decay};
}

static cs_nelson_siegel_curve
second_part(const cs_svensson_curve *curve)
{
	return (cs_nelson_siegel_curve){.curvature = curve->second_curvature,
									.decay = curve->second_decay};
}

cs_svensson_curve
cs_svensson_of_nelson_siegel(const cs_nelson_siegel_curve *curve)
{
	return (cs_svensson_curve){.level = curve->level,
							   .slope = curve->slope,
							   .curvature = curve->curvature,
							   .decay = curve->decay,
							   .second_decay = curve->decay,
							   .quality = curve->quality};
}

double
cs_svensson_yield(const cs_svensson_curve *curve, double maturity)
{
	cs_nelson_siegel_curve first = first_part(curve);
	cs_nelson_siegel_curve second = second_part(curve);

	return cs_nelson_siegel_yield(&first, maturity) + cs_nelson_siegel_yield(&second, maturity);
}

double
cs_svensson_forward(const cs_svensson_curve *curve, double maturity)
{
	cs_nelson_siegel_curve first = first_part(curve);
	cs_nelson_siegel_curve second = second_part(curve);

	return cs_nelson_siegel_forward(&first, maturity) + cs_nelson_siegel_forward(&second, maturity);
}

double
cs_svensson_discount(const cs_svensson_curve *curve, double maturity)
{
	return exp(-cs_svensson_yield(curve, maturity) / 100 * maturity);
}

static int64_t
coupons_left(double maturity, int frequency)
{
	return (int64_t) ceil(maturity * frequency * (1 - CS_WHOLE_PRODUCT));
}

double
cs_first_coupon(double maturity, int frequency)
{
	return maturity - (double) (coupons_left(maturity, frequency) - 1) / frequency;
}

/* Of the first coupon the buyer owes the seller the part of its period that has passed. */
double
cs_svensson_par_yield(const cs_svensson_curve *curve, double maturity, int frequency)
{
	double periods = maturity * frequency;
	int64_t coupons = coupons_left(maturity, frequency);
	double passed = (double) coupons - periods;
	double annuity = 0;

	for (int64_t k = coupons - 1; k >= 0; k--)
		annuity += cs_svensson_discount(curve, maturity - (double) k / frequency);
	return -100 * frequency * expm1(-cs_svensson_yield(curve, maturity) / 100 * maturity) /
		   (annuity - fmax(passed, 0));
}
