/*
 * nelson_siegel_huber.c
 *		Huber's loss at the scale of a first, robust fit.
 */
#include "numeric/term_structure/nelson_siegel_huber.h"

#include "numeric/base/sort.h"
#include "numeric/term_structure/bond_measures.h"

#include <math.h>

#define MAD_OF_NORMAL 1.4826022185056018

/* Below this share of the prices an error is rounding. */
#define LEAST_SCALE 1e-9

static double
median(double *values, size_t *index, size_t n)
{
	cs_sort_index(index, values, n);
	return (values[index[(n - 1) / 2]] + values[index[n / 2]]) / 2;
}

/* A bond's price at the median z-spread over its own, where that is more; else 1. */
static double
share_of_price(const cs_bond_set *set, size_t bond, double spread)
{
	size_t first = set->first[bond];
	double price;

	if (cs_price_from_yield(set->first[bond + 1] - first, set->time + first, set->amount + first,
							spread, 0, false, &price) != CS_OK)
		return 1;
	return fmin(1, price / set->price[bond]);
}

/* Weights from the z-spreads; bonds of which none gives the price count as any other. */
static void
first_weights(const cs_bond_set *set, const cs_huber *huber)
{
	double middle, limit;

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
	limit = huber->threshold * MAD_OF_NORMAL * median(huber->deviation, huber->index, set->bonds);
	if (limit <= huber->threshold * LEAST_SCALE * fabs(middle))
		return;
	for (size_t i = 0; i < set->bonds; i++)
		if (huber->deviation[i] > limit)
			huber->weight[i] *=
				pow(limit / huber->deviation[i] * share_of_price(set, i, middle), 2);
}

/* The robust scale of the errors of a curve. */
static double
error_scale(const cs_bond_set *set, const cs_huber *huber, const cs_nelson_siegel_curve *curve)
{
	double prices = 0;

	for (size_t i = 0; i < set->bonds; i++)
	{
		double root = sqrt(set->weight[i]);

		huber->deviation[i] = fabs(cs_bond_price_error(set, i, curve)) * root;
		prices += set->price[i] * root;
	}
	return fmax(MAD_OF_NORMAL * median(huber->deviation, huber->index, set->bonds),
				LEAST_SCALE * prices / (double) set->bonds);
}

cs_status
cs_nelson_siegel_bonds_fit_huber(const cs_bond_set *set, cs_huber *huber, double lower,
								 double upper, cs_workspace *workspace, size_t *different,
								 cs_nelson_siegel_curve *curve)
{
	cs_bond_set weighted = *set;
	cs_bond_loss loss = {.weight = huber->weight};
	cs_workspace first = *workspace;
	cs_status status;

	weighted.weight = huber->weight;
	first_weights(set, huber);
	status = cs_nelson_siegel_bonds_fit(&weighted, lower, upper, &first, different, curve);
	if (status != CS_OK)
		return status;
	loss.limit = huber->threshold * error_scale(set, huber, curve);
	status = cs_nelson_siegel_bonds_fit_loss(set, &loss, lower, upper, workspace, different, curve);
	huber->converged = status == CS_OK;
	return status == CS_NOT_CONVERGED && curve->observations > 0 ? CS_OK : status;
}
