/*
 * noncentral_chi_square.h
 *		The noncentral chi-square distribution, which the square-root process moves by: density and
 *		quantile at any size of its parameters.
 *
 * Sources: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 29;
 * Abramowitz and Stegun (1964), 9.6, 9.7, 26.2.49.
 */
#ifndef CREDITSPREAD_NUMERIC_NONCENTRAL_CHI_SQUARE_H
#define CREDITSPREAD_NUMERIC_NONCENTRAL_CHI_SQUARE_H

/* ln(exp(-x) I_order(x)), I the modified Bessel function; order >= -1, x > 0. */
extern double cs_log_bessel_i_scaled(double order, double x);

/*
 * ln of the density at x > 0; freedom >= 0, noncentrality > 0.  With no freedom it is that of the
 * part above the atom at zero.
 */
extern double cs_noncentral_chi_square_log_density(double x, double freedom, double noncentrality);

/*
 * P(X <= x), 0 <= x < 2e6, to about 1e-13, and unless NULL the density at x; freedom >= 0,
 * noncentrality >= 0, both finite.  Takes time in proportion to the root of the noncentrality.
 */
extern double cs_noncentral_chi_square_probability(double x, double freedom, double noncentrality,
												   double *density);

/*
 * The smallest x with P(X <= x) >= probability, 0 < probability < 1.  Close to the normal
 * distribution a Cornish-Fisher expansion answers, to 1e-9 of the standard deviation.
 */
extern double cs_noncentral_chi_square_quantile(double probability, double freedom,
												double noncentrality);

#endif
