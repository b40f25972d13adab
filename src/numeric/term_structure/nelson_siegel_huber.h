/*
 * nelson_siegel_huber.h
 *		Curves from the prices of coupon bonds with Huber's loss (Annals of Mathematical Statistics
 *		35, 1964) at a scale that a first, robust fit gives and that stays (Yohai, Annals of
 *		Statistics 15, 1987): measured again and again, a bond that nothing else holds would draw
 *		curve and scale after itself.
 */
#ifndef CREDITSPREAD_NUMERIC_NELSON_SIEGEL_HUBER_H
#define CREDITSPREAD_NUMERIC_NELSON_SIEGEL_HUBER_H

#include "numeric/term_structure/nelson_siegel_bonds.h"

#include <stdbool.h>

typedef struct cs_huber
{
	double threshold;  /* > 0 */
	double *weight;	   /* [bonds] scratch */
	double *deviation; /* [bonds] scratch */
	size_t *index;	   /* [bonds] scratch */
	bool converged;	   /* else the curve is that of the last step to the minimum */
} cs_huber;

/*
 * cs_nelson_siegel_bonds_fit with Huber's loss; the errors are those e of the prices times the
 * roots of the weights of the set.  The first fit is of squares; there a bond whose z-spread is d
 * from the median one, more than threshold times 1.4826 the median of those distances, weighs less
 * by the square of that ratio, and by the square of its price at the median z-spread over its own,
 * where that is more, so that no bond can draw the first curve to itself.  The scale s is
 * 1.4826 times the median of its |e|; then sum rho(e), e^2 up to c = threshold s and 2 c |e| - c^2
 * beyond, is minimized.  No loss that grows with the error bounds what a bond that nothing else
 * holds does: the steps may then crawl to a curve that is drawn to it, and converged tells.
 */
extern cs_status cs_nelson_siegel_bonds_fit_huber(const cs_bond_set *set, cs_huber *huber,
												  double lower, double upper,
												  cs_workspace *workspace, size_t *different,
												  cs_nelson_siegel_curve *curve);

#endif
