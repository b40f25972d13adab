/*
 * nelson_siegel_huber.c
 *		Huber's loss by reweighted least squares.
 */
#include "numeric/term_structure/nelson_siegel_huber.h"

#include "numeric/base/poll.h"
#include "numeric/base/sort.h"
#include "numeric/term_structure/bond_measures.h"

#include <math.h>

#define MAD_OF_NORMAL 1.4826022185056018
#define SCALED_FITS 8	   /* in which the scale of the errors is measured again */
#define MOST_FITS 100	   /* then it stays, so that the loss falls from fit to fit */
#define WEIGHT_CHANGE 1e-7 /* relative, at which the weights stay */

/* Below this share of the prices an error is rounding. */
#define LEAST_SCALE 1e-9

static double
median(double *values, size_t *index, size_t n)
{
	cs_sort_index(index, values, n);
	return (values[index[(n - 1) / 2]] + values[index[n / 2]]) / 2;
}

/* Weights from deviation[bonds], >= 0, over their robust scale; returns the largest change. */
static double
reweight(const cs_bond_set *set, const cs_huber *huber, double scale, double power)
{
	double largest = 0;

	for (size_t i = 0; i < set->bonds; i++)
	{
		double excess = huber->deviation[i] / (huber->threshold * scale);
		double weight = set->weight[i] * (excess > 1 ? pow(excess, -power) : 1);

		largest = fmax(largest, fabs(weight - huber->weight[i]) / set->weight[i]);
		huber->weight[i] = weight;
	}
	return largest;
}

/* Weights from the z-spreads; bonds of which none gives the price count as any other. */
static void
first_weights(const cs_bond_set *set, const cs_huber *huber)
{
	double middle, scale;

	for (size_t i = 0; i < set->bonds; i++)
	{
		size_t first = set->first[i];

		if (cs_z_spread(set->first[i + 1] - first, set->time + first, set->amount + first,
						set->price[i], &huber->deviation[i]) != CS_OK)
			huber->deviation[i] = 0;
		huber->weight[i] = set->weight[i];
	}
	middle = median(huber->deviation, huber->index, set->bonds);
	for (size_t i = 0; i < set->bonds; i++)
		huber->deviation[i] = fabs(huber->deviation[i] - middle);
	scale = MAD_OF_NORMAL * median(huber->deviation, huber->index, set->bonds);
	if (scale > LEAST_SCALE * fabs(middle))
		reweight(set, huber, scale, 2);
}

/* Absolute errors of the prices, times the roots of the weights. */
static void
measure_deviations(const cs_bond_set *set, const cs_huber *huber,
				   const cs_nelson_siegel_curve *curve)
{
	for (size_t i = 0; i < set->bonds; i++)
	{
		double error = set->price[i];

		for (size_t k = set->first[i]; k < set->first[i + 1]; k++)
			error -= set->amount[k] * cs_nelson_siegel_discount(curve, set->time[k]);
		huber->deviation[i] = fabs(error) * sqrt(set->weight[i]);
	}
	cs_work(set->first[set->bonds] * 60);
}

static double
typical_price(const cs_bond_set *set)
{
	double sum = 0;

	for (size_t i = 0; i < set->bonds; i++)
		sum += set->price[i] * sqrt(set->weight[i]);
	return sum / (double) set->bonds;
}

cs_status
cs_nelson_siegel_bonds_fit_huber(const cs_bond_set *set, const cs_huber *huber, double lower,
								 double upper, cs_workspace *workspace, size_t *different,
								 cs_nelson_siegel_curve *curve)
{
	cs_bond_set weighted = *set;
	double scale = 0;

	weighted.weight = huber->weight;
	first_weights(set, huber);
	for (int fit = 0; fit < MOST_FITS; fit++)
	{
		cs_workspace again = *workspace;
		cs_status status =
			cs_nelson_siegel_bonds_fit(&weighted, lower, upper, &again, different, curve);

		if (status != CS_OK)
			return status;
		measure_deviations(set, huber, curve);
		if (fit < SCALED_FITS)
			scale = MAD_OF_NORMAL * median(huber->deviation, huber->index, set->bonds);
		scale = fmax(scale, LEAST_SCALE * typical_price(set));
		if (reweight(set, huber, scale, 1) <= WEIGHT_CHANGE && fit > 0)
			return CS_OK;
	}
	return CS_OK;
}
