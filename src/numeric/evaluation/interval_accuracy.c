/*
 * interval_accuracy.c
 *		Sums of the scores of intervals and quantiles, and the measures made of them.
 */
#include "numeric/evaluation/interval_accuracy.h"

#include <math.h>
#include <stdbool.h>

static double
pinball(double actual, double quantile, double level)
{
	double error = actual - quantile;

	return error >= 0 ? level * error : (level - 1) * error;
}

/* The levels 0.05 and 0.95 are 0.8999999999999999 apart: digits of the level that are told. */
#define LEVEL_UNIT 1e12

/* The share of all levels that `levels[k]` stands for. */
static double
share(size_t count, const double *levels, size_t k)
{
	double from = k == 0 ? 0 : (levels[k - 1] + levels[k]) / 2;
	double to = k + 1 == count ? 1 : (levels[k] + levels[k + 1]) / 2;

	return to - from;
}

static bool
levels_ascend(size_t count, const double *levels)
{
	for (size_t k = 0; k < count; k++)
		if (!(levels[k] > (k == 0 ? 0 : levels[k - 1]) && levels[k] < 1))
			return false;
	return count >= 2;
}

cs_status
cs_interval_sums_add(cs_interval_sums *sums, double actual, size_t count, const double *quantiles,
					 const double *levels)
{
	double lower = quantiles[0];
	double upper = quantiles[count - 1];
	double score = upper - lower;
	double sum = 0;
	double crps = 0;
	cs_exact_pair terms[CS_INTERVAL_SUMS / 2];

	if (!levels_ascend(count, levels))
		return CS_OUT_OF_RANGE;
	for (size_t k = 0; k < count; k++)
	{
		double loss = pinball(actual, quantiles[k], levels[k]);

		sum += loss / (double) count;
		crps += 2 * share(count, levels, k) * loss;
	}
	if (actual < lower)
		score += (lower - actual) / levels[0];
	if (actual > upper)
		score += (actual - upper) / (1 - levels[count - 1]);
	if (!isfinite(actual) || !isfinite(sum) || !isfinite(crps) || !isfinite(score))
		return CS_NOT_FINITE;
	terms[0] = (cs_exact_pair){levels[count - 1] - levels[0], upper - lower};
	terms[1] = (cs_exact_pair){score, sum};
	terms[2] = (cs_exact_pair){crps, 0};
	sums->n++;
	sums->below += actual < lower;
	sums->above += actual > upper;
	cs_exact_add(CS_INTERVAL_SUMS, sums->exact, terms);
	return CS_OK;
}

void
cs_interval_sums_combine(cs_interval_sums *sums, const cs_interval_sums *other)
{
	sums->n += other->n;
	sums->below += other->below;
	sums->above += other->above;
	cs_exact_combine(CS_INTERVAL_SUMS, sums->exact, other->exact);
}

static double
value_of(const cs_interval_sums *sums, cs_interval_sum sum)
{
	return cs_exact_value(CS_INTERVAL_SUMS, sums->exact, sum);
}

cs_status
cs_interval_accuracy(const cs_interval_sums *sums, cs_interval_measures *result)
{
	double n = (double) sums->n;

	if (sums->n == 0)
		return CS_TOO_FEW;
	*result = (cs_interval_measures){
		.level = nearbyint(value_of(sums, CS_SUM_LEVEL) / n * LEVEL_UNIT) / LEVEL_UNIT,
		.coverage = (double) (sums->n - sums->below - sums->above) / n,
		.below = (double) sums->below / n,
		.above = (double) sums->above / n,
		.width = value_of(sums, CS_SUM_WIDTH) / n,
		.interval_score = value_of(sums, CS_SUM_SCORE) / n,
		.pinball = value_of(sums, CS_SUM_PINBALL) / n,
		.crps = value_of(sums, CS_SUM_CRPS) / n};
	return isfinite(result->width) && isfinite(result->interval_score) &&
				   isfinite(result->pinball) && isfinite(result->crps)
			   ? CS_OK
			   : CS_NOT_FINITE;
}
