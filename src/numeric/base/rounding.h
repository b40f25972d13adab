/*
 * rounding.h
 *		What is rounding and what is data: shares of the data's own size, so that units do not
 *		matter.
 */
#ifndef CREDITSPREAD_NUMERIC_ROUNDING_H
#define CREDITSPREAD_NUMERIC_ROUNDING_H

#include <float.h>

/* What some operations leave of values that should cancel. */
#define CS_ROUNDING (16 * DBL_EPSILON)

/* Values whose range or deviations are below this share of them are constant. */
#define CS_CONSTANT_RANGE 1e-12

/* A column is explained by others when they leave less than this share of its square. */
#define CS_EXPLAINED_SQUARE (CS_CONSTANT_RANGE * CS_CONSTANT_RANGE)

/* Sums of squares that differ by less than this share are the same. */
#define CS_SAME_SQUARES 1e-12

/* A product that is meant to be whole exceeds it by no more than this share. */
#define CS_WHOLE_PRODUCT 1e-12

/* 4,096 units in the last place, 2^-40: hundreds of passes over a series round less. */
#define CS_PASSES_ROUNDING 0x1p-40

#endif
