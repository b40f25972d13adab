/*
 * stl_loess.h
 *		Local regression over equally spaced points with tricube weights (Cleveland, JASA 74, 1979),
 *		with the windows of STL.
 */
#ifndef CREDITSPREAD_NUMERIC_STL_LOESS_H
#define CREDITSPREAD_NUMERIC_STL_LOESS_H

#include <stddef.h>

/* Shares of the reach within which a weight is 1 and beyond which it is 0. */
#define CS_LOESS_FULL_WEIGHT 0.001
#define CS_LOESS_NO_WEIGHT 0.999

typedef struct cs_loess
{
	size_t n;
	const double *y;	  /* [n] */
	const double *weight; /* [n], NULL = 1 */
	size_t span;		  /* points of a window, odd; may exceed n */
	int degree;			  /* of the local polynomial: 0 or 1 */
	double *tricube;	  /* [cs_loess_table] by distance, of the windows of `reach` */
	double reach;		  /* distance where the weights end; 0 before the first point */
	double *centred;	  /* [cs_loess_table] share of each point of a window around its middle */
} cs_loess;

/* Elements of each of the two tables for n points. */
extern size_t cs_loess_table(size_t n, size_t span);

/* Makes the shares of windows around their middle; n >= 2. */
extern void cs_loess_initialize(cs_loess *loess);

/*
 * The regression's value at point i - 1, that is for i = 0 one before the first and for i = n + 1
 * one after the last point.  Where all weights are zero: the value of the nearest point.
 */
extern double cs_loess_at(cs_loess *loess, size_t i);

#endif
