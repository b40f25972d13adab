/*
 * noncentral_chi_square.c
 *		Density by the modified Bessel function in logarithms, probability as a Poisson mixture of
 *		gamma distributions summed from its largest weight outwards.
 */
#include "numeric/econometrics/noncentral_chi_square.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

#include "numeric/base/poll.h"

/* Orders from here on are left to Debye's expansion, whose next term is below 1e-13. */
#define DEBYE_ORDER 50.0

/* Arguments from here on, if not below order squared, are left to Hankel's expansion. */
#define HANKEL_ARGUMENT 30.0

#define QUANTILE_STEPS 200

/* Of a term of the mixture, in multiply-adds: it has three divisions. */
#define TERM_WORK 10

/* Below this skewness the distribution is close enough to the normal for its expansion. */
#define NEARLY_NORMAL 3e-3

/* Coefficients of Debye's polynomials u_1 to u_6, u_k(p) = p^k times a polynomial in p^2. */
static const double debye[6][7] = {
	{1.0 / 8, -5.0 / 24},
	{9.0 / 128, -77.0 / 192, 385.0 / 1152},
	{75.0 / 1024, -4563.0 / 5120, 17017.0 / 9216, -85085.0 / 82944},
	{3675.0 / 32768, -96833.0 / 40960, 144001.0 / 16384, -7436429.0 / 663552, 37182145.0 / 7962624},
	{59535.0 / 262144, -67608983.0 / 9175040, 250881631.0 / 5898240, -108313205.0 / 1179648,
	 5391411025.0 / 63700992, -5391411025.0 / 191102976},
	{2401245.0 / 4194304, -388895895.0 / 14680064, 1441372804469.0 / 6606028800.0,
	 -33010308331.0 / 47185920, 4445922195.0 / 4194304, -1169936192425.0 / 1528823808,
	 5849680962125.0 / 27518828544.0}};

/* Uniform in x for large orders (Abramowitz and Stegun 9.7.7). */
static double
debye_expansion(double order, double x)
{
	double s = hypot(order, x);
	double squared = order / s * (order / s);
	double sum = 0;

	for (int k = 5; k >= 0; k--)
	{
		double u = 0;

		for (int j = k + 1; j >= 0; j--)
			u = u * squared + debye[k][j];
		sum = (sum + u) / s;
	}
	return order * (order / (s + x)) - order * asinh(order / x) - 0.5 * log(2 * M_PI * s) +
		   log1p(sum);
}

/* For arguments that are large beside the order (9.7.1). */
static double
hankel_expansion(double order, double x)
{
	double term = 1;
	double sum = 1;

	for (int k = 1; k < 100; k++)
	{
		double odd = 2 * k - 1;
		double next = term * (odd - 2 * order) * (odd + 2 * order) / (8 * k * x);

		if (fabs(next) < DBL_EPSILON / 8 || (odd > 2 * order && fabs(next) > fabs(term)))
			break;
		term = next;
		sum += term;
	}
	return log(sum) - 0.5 * log(2 * M_PI * x);
}

double
cs_log_bessel_i_scaled(double order, double x)
{
	double top;
	double ratio; /* I_{top} / I_{top + 1} */
	double product = 1;
	double logarithm = 0;

	if (x >= HANKEL_ARGUMENT && x >= order * order)
		return hankel_expansion(order, x);
	if (order >= DEBYE_ORDER)
		return debye_expansion(order, x);

	/*
	 * Down from an order of Debye's by I_{n-1} = 2n/x I_n + I_{n+1}, all terms positive (9.6.26).
	 */
	top = order + ceil(DEBYE_ORDER - order);
	logarithm = debye_expansion(top, x);
	ratio = exp(logarithm - debye_expansion(top + 1, x));
	for (int steps = (int) ceil(DEBYE_ORDER - order); steps > 0; steps--)
	{
		ratio = 2 * (order + steps) / x + 1 / ratio;
		product *= ratio;
		if (product > 1e200)
		{
			logarithm += log(product);
			product = 1;
		}
	}
	return logarithm + log(product);
}

double
cs_noncentral_chi_square_log_density(double x, double freedom, double noncentrality)
{
	double order = freedom / 2 - 1;
	double root_x = sqrt(x);
	double root_noncentrality = sqrt(noncentrality);
	double distance = root_x - root_noncentrality;

	return -M_LN2 - distance * distance / 2 + order * log(root_x / root_noncentrality) +
		   cs_log_bessel_i_scaled(order, root_x * root_noncentrality);
}

/* y^a e^-y / Gamma(a + 1), a >= 0, y > 0; by Stirling's series where large terms would cancel */
static double
gamma_step(double a, double y)
{
	double distance, exponent, stirling;

	if (a < 100)
		return exp(a * log(y) - y - lgamma(a + 1));
	distance = (y - a) / a;
	exponent = fabs(distance) < 0.1 ? -a * (distance - log1p(distance)) : a * log(y / a) - (y - a);
	stirling = (1.0 / 12 - (1.0 / 360 - 1.0 / (1260 * a * a)) / (a * a)) / a;
	return exp(exponent - stirling) / sqrt(2 * M_PI * a);
}

double
cs_noncentral_chi_square_probability(double x, double freedom, double noncentrality,
									 double *density)
{
	double y = x / 2;
	double mean = noncentrality / 2;
	double middle = floor(mean);
	double weight = mean > 0 ? gamma_step(middle, mean) : 1;
	double shape = freedom / 2 + middle;
	double below,
		step; /* of the gamma distribution of that shape: P(<= y), P less that of the next */
	double sum = 0;
	double slope = 0;
	size_t terms = 0;

	if (y <= 0)
	{
		if (density != NULL)
			*density = freedom < 2 ? INFINITY : (freedom > 2 ? 0 : exp(-mean) / 2);
		return freedom > 0 ? 0 : exp(-mean);
	}
	below = shape > 0 ? gsl_cdf_gamma_P(y, shape, 1) : 1;
	step = gamma_step(shape, y);
	for (double k = middle, w = weight, p = below, t = step; w > 1e-18; k++, terms++)
	{
		double a = freedom / 2 + k;

		sum += w * p;
		slope += w * t * a / y;
		p -= t;
		t *= y / (a + 1);
		w *= mean / (k + 1);
	}
	for (double k = middle, w = weight, p = below, t = step; k >= 1; terms++)
	{
		double a = freedom / 2 + k;

		t *= a / y;
		p += t;
		w *= k / mean;
		k--;
		if (w < 1e-18)
			break;
		sum += w * p;
		slope += w * t * (a - 1) / y;
	}
	cs_work(terms * TERM_WORK);
	if (density != NULL)
		*density = slope / 2;
	return fmin(fmax(sum, 0), 1);
}

/* The Cornish-Fisher expansion by the third to fifth cumulant. */
static double
nearly_normal_quantile(double probability, double mean, double sd, const double *gamma)
{
	double z = gsl_cdf_ugaussian_Pinv(probability);
	double z2 = z * z;
	double w = z + gamma[0] * (z2 - 1) / 6 + gamma[1] * z * (z2 - 3) / 24 -
			   gamma[0] * gamma[0] * z * (2 * z2 - 5) / 36 +
			   gamma[2] * (z2 * z2 - 6 * z2 + 3) / 120 -
			   gamma[0] * gamma[1] * (z2 * z2 - 5 * z2 + 2) / 24 +
			   gamma[0] * gamma[0] * gamma[0] * (12 * z2 * z2 - 53 * z2 + 17) / 324;

	return mean + sd * w;
}

/* Newton's method, kept inside of a bracket. */
static double
solve_quantile(double probability, double freedom, double noncentrality, double start)
{
	double lower = 0;
	double upper = INFINITY;
	double x = start;

	for (int i = 0; i < QUANTILE_STEPS && x > DBL_MIN; i++)
	{
		double density;
		double excess =
			cs_noncentral_chi_square_probability(x, freedom, noncentrality, &density) - probability;
		double next = x - excess / density;

		if (excess >= 0)
			upper = x;
		else
			lower = x;
		if (!(next > lower && next < upper))
		{
			if (fabs(next - x) <= 4 * DBL_EPSILON * x)
				return x;
			if (isinf(upper))
				next = 2 * x;
			else
				next = lower > 0 ? sqrt(lower) * sqrt(upper) : upper * 1e-3;
		}
		if (fabs(next - x) <= 4 * DBL_EPSILON * x)
			return next;
		x = next;
	}
	return x > DBL_MIN ? x : 0;
}

double
cs_noncentral_chi_square_quantile(double probability, double freedom, double noncentrality)
{
	double mean = freedom + noncentrality;
	double sd = sqrt(2 * (freedom + 2 * noncentrality));
	double gamma[3];
	double start;

	if (freedom <= 0 && exp(-noncentrality / 2) >= probability)
		return 0;
	gamma[0] = 8 * (freedom + 3 * noncentrality) / (sd * sd * sd);
	gamma[1] = 48 * (freedom + 4 * noncentrality) / (sd * sd * sd * sd);
	gamma[2] = 384 * (freedom + 5 * noncentrality) / (sd * sd * sd * sd * sd);
	start = nearly_normal_quantile(probability, mean, sd, gamma);
	if (gamma[0] < NEARLY_NORMAL)
		return start;
	return solve_quantile(probability, freedom, noncentrality, start > 0 ? start : mean / 2);
}
