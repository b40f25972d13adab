/*
 * nelson_siegel.c
 *		Nelson-Siegel loadings and curves, and least squares at a fixed decay from sums that are
 *		updated row by row.  The search for the decay is in nelson_siegel_search.c.
 */
#include "numeric/term_structure/nelson_siegel.h"

#include "numeric/base/linear_algebra.h"

#include <math.h>
#include <string.h>

/*
 * F3 is the sum of -k (-x)^k / (k+1)! from k = 1; ten terms leave less than 1e-17 at
 * CS_NELSON_SIEGEL_SERIES_BELOW. From x F2 = 1 - exp(-x) = 1 - F2 + F3 follows F2.
 */
static void
loadings_series(double x, double *slope, double *curvature)
{
	double sum = 10.0 / 39916800;

	sum = 9.0 / 3628800 - x * sum;
	sum = 8.0 / 362880 - x * sum;
	sum = 7.0 / 40320 - x * sum;
	sum = 6.0 / 5040 - x * sum;
	sum = 5.0 / 720 - x * sum;
	sum = 4.0 / 120 - x * sum;
	sum = 3.0 / 24 - x * sum;
	sum = 2.0 / 6 - x * sum;
	sum = 1.0 / 2 - x * sum;
	*curvature = x * sum;
	*slope = (1 + *curvature) / (1 + x);
}

void
cs_nelson_siegel_loadings(double x, double *slope, double *curvature)
{
	double decayed;

	if (x < CS_NELSON_SIEGEL_SERIES_BELOW)
	{
		loadings_series(x, slope, curvature);
		return;
	}
	decayed = exp(-x);
	*slope = (1 - decayed) / x;
	*curvature = *slope - decayed;
}

double
cs_nelson_siegel_yield(const cs_nelson_siegel_curve *curve, double maturity)
{
	double slope;
	double curvature;

	cs_nelson_siegel_loadings(curve->decay * maturity, &slope, &curvature);
	return curve->level + curve->slope * slope + curve->curvature * curvature;
}

double
cs_nelson_siegel_forward(const cs_nelson_siegel_curve *curve, double maturity)
{
	double x = fmin(curve->decay * maturity, CS_NELSON_SIEGEL_LARGEST);
	double decayed = exp(-x);

	return curve->level + curve->slope * decayed + curve->curvature * x * decayed;
}

double
cs_nelson_siegel_discount(const cs_nelson_siegel_curve *curve, double maturity)
{
	return exp(-cs_nelson_siegel_yield(curve, maturity) / 100 * maturity);
}

/* Rotates the centred row in, given that its weight has been reduced for the mean. */
static void
add_centred(cs_nelson_siegel_sums *sums, double weight, double *row, double value)
{
	sums->total += weight * value * value;
	weight = cs_triangle_add_row(2, sums->diagonal, &sums->factor, sums->rhs, weight, row, &value);
	sums->residual += weight * value * value;
}

cs_status
cs_nelson_siegel_sums_add(cs_nelson_siegel_sums *sums, double maturity, double yield)
{
	double row[2];
	double value;
	double share;

	if (!isfinite(maturity) || !isfinite(yield))
		return CS_NOT_FINITE;
	if (maturity < 0)
		return CS_OUT_OF_RANGE;

	cs_nelson_siegel_loadings(sums->decay * maturity, &row[0], &row[1]);
	sums->shortest = sums->n == 0 ? maturity : fmin(sums->shortest, maturity);
	sums->longest = fmax(sums->longest, maturity);
	share = 1.0 / (double) ++sums->n;
	row[0] -= sums->mean[0];
	row[1] -= sums->mean[1];
	value = yield - sums->mean[2];
	sums->mean[0] += share * row[0];
	sums->mean[1] += share * row[1];
	sums->mean[2] += share * value;
	add_centred(sums, 1 - share, row, value);
	return CS_OK;
}

cs_status
cs_nelson_siegel_sums_combine(cs_nelson_siegel_sums *sums, const cs_nelson_siegel_sums *other)
{
	double row[2];
	double value;
	double share;
	double scratch[2];

	if (sums->decay != other->decay)
		return CS_OUT_OF_RANGE;
	if (other->n == 0)
		return CS_OK;

	share = (double) other->n / (double) (sums->n + other->n);
	row[0] = other->mean[0] - sums->mean[0];
	row[1] = other->mean[1] - sums->mean[1];
	value = other->mean[2] - sums->mean[2];
	for (int i = 0; i < 2; i++)
		sums->mean[i] += share * row[i];
	sums->mean[2] += share * value;
	add_centred(sums, share * (double) sums->n, row, value);
	sums->shortest = sums->n == 0 ? other->shortest : fmin(sums->shortest, other->shortest);
	sums->longest = fmax(sums->longest, other->longest);
	sums->n += other->n;
	sums->total += other->total;
	sums->residual +=
		other->residual + cs_triangle_combine(2, sums->diagonal, &sums->factor, sums->rhs,
											  other->diagonal, &other->factor, other->rhs, scratch);
	return CS_OK;
}

/*
 * The triangle of the loadings, the column of ones first; false if a column depends on the others.
 */
static bool
sums_triangle(const cs_nelson_siegel_sums *sums, double *triangle)
{
	const double least = CS_CURVE_INDEPENDENT_ABOVE * CS_CURVE_INDEPENDENT_ABOVE;
	double root = sqrt((double) sums->n);
	double slope = sqrt(sums->diagonal[0]);
	const double rows[9] = {
		root, root * sums->mean[0],	  root * sums->mean[1], 0, slope, slope * sums->factor, 0,
		0,	  sqrt(sums->diagonal[1])};
	double length = rows[1] * rows[1] + sums->diagonal[0];
	double second_length = rows[2] * rows[2] + rows[5] * rows[5] + sums->diagonal[1];

	memcpy(triangle, rows, sizeof(rows));
	return sums->diagonal[0] > least * length && sums->diagonal[1] > least * second_length;
}

cs_status
cs_nelson_siegel_sums_solve(const cs_nelson_siegel_sums *sums, cs_nelson_siegel_curve *curve)
{
	double triangle[9];
	double slopes[2];

	if (sums->n < 3)
		return CS_TOO_FEW;
	if (!sums_triangle(sums, triangle))
		return CS_SINGULAR;

	cs_triangle_solve(2, &sums->factor, sums->rhs, slopes);
	curve->level = sums->mean[2] - slopes[0] * sums->mean[0] - slopes[1] * sums->mean[1];
	curve->slope = slopes[0];
	curve->curvature = slopes[1];
	curve->decay = sums->decay;
	curve->rmse = sqrt(sums->residual / (double) sums->n);
	curve->r_squared = sums->n > 3 && sums->total > 0 ? 1 - sums->residual / sums->total : NAN;
	curve->observations = sums->n;
	curve->decay_at_bound = false;
	cs_curve_quality_of_triangle(
		3, triangle, sums->n > 3 ? sums->residual / (double) (sums->n - 3) : NAN, &curve->quality);
	curve->quality.shortest = sums->shortest;
	curve->quality.longest = sums->longest;
	if (!isfinite(curve->level) || !isfinite(curve->slope) || !isfinite(curve->curvature) ||
		!isfinite(curve->rmse))
		return CS_NOT_FINITE;
	return CS_OK;
}
