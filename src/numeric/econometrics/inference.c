/*
 * inference.c
 *		Student's t and the normal distribution, from GSL.
 */
#include "numeric/econometrics/inference.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

double
cs_student_p_value(double statistic, double freedom)
{
	if (isnan(statistic) || !(freedom > 0))
		return NAN;
	return 2 * gsl_cdf_tdist_Q(fabs(statistic), freedom);
}

double
cs_normal_half_width(double level)
{
	return gsl_cdf_ugaussian_Qinv((1 - level) / 2);
}
