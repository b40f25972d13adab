/*
 * conformal.c
 *		The conformal quantile.
 */
#include "numeric/evaluation/conformal.h"

#include <math.h>

#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"

double
cs_conformal_half_width(double *absolute_error, size_t n, double level)
{
	double exact = (double) (n + 1) * level;
	double rank = ceil(exact * (1 - CS_WHOLE_PRODUCT));

	if (rank > (double) n)
		return -1.0;
	return cs_select_rank(absolute_error, n, rank < 1 ? 0 : (size_t) rank - 1);
}
