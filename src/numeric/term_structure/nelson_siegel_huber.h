/*
 * nelson_siegel_huber.h
 *		Curves from the prices of coupon bonds with Huber's loss (Annals of Mathematical Statistics
 *		35, 1964): least squares reweighted until the weights stay, so that a bond whose error is
 *		above `threshold` robust standard deviations counts by its error and not by its square.
 */
#ifndef CREDITSPREAD_NUMERIC_NELSON_SIEGEL_HUBER_H
#define CREDITSPREAD_NUMERIC_NELSON_SIEGEL_HUBER_H

#include "numeric/term_structure/nelson_siegel_bonds.h"

typedef struct cs_huber
{
	double threshold;  /* > 0 */
	double *weight;	   /* [bonds] receives the weights of the last fit */
	double *deviation; /* [bonds] scratch */
	size_t *index;	   /* [bonds] scratch */
} cs_huber;

/*
 * cs_nelson_siegel_bonds_fit with Huber's loss; the errors are those of the prices times the roots
 * of the weights of the set.  The first weights come from how far the z-spread of each bond is from
 * the median, so that no bond can draw the first curve to itself.
 */
extern cs_status cs_nelson_siegel_bonds_fit_huber(const cs_bond_set *set, const cs_huber *huber,
												  double lower, double upper,
												  cs_workspace *workspace, size_t *different,
												  cs_nelson_siegel_curve *curve);

#endif
