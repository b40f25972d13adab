/*
 * conformal.h
 *		Split-conformal prediction intervals (Lei et al. 2018): forecast +- a quantile of the
 *		absolute errors on data that the fit has not seen.
 */
#ifndef CREDITSPREAD_NUMERIC_CONFORMAL_H
#define CREDITSPREAD_NUMERIC_CONFORMAL_H

#include <stddef.h>

/*
 * The ceil((n + 1) * level)-th smallest of n absolute errors, which must be finite; -1 when n is
 * too small for the level.  Reorders the errors.  0 < level < 1.  Expected time is linear.
 */
extern double cs_conformal_half_width(double *absolute_error, size_t n, double level);

#endif
