/*
 * coupon_bond.h
 *		Cash flows and prices of bonds as SQL arguments.
 */
#ifndef CREDITSPREAD_POSTGRES_COUPON_BOND_H
#define CREDITSPREAD_POSTGRES_COUPON_BOND_H

#include "fmgr.h"

/* Most cash flows in one array. */
#define MAX_CASHFLOWS 10000

typedef struct Cashflows
{
	int n;			/* at least 1 */
	double *time;	/* [n] years, >= 0, ascending */
	double *amount; /* [n] > 0 */
} Cashflows;

/*
 * Argument `argno`, a float8[][2] of times and amounts as bond_cashflows makes them, palloc'd.
 * Errors: NULL or NULL elements 22004, NaN and infinity 22003, another shape 2202E, times that are
 * negative or do not ascend and amounts that are not positive 22023.
 */
extern Cashflows cashflows_argument(FunctionCallInfo fcinfo, int argno);

/* Argument `argno`, the dirty price: finite and positive, else error 22004, 22003, 22023. */
extern double price_argument(FunctionCallInfo fcinfo, int argno);

/* Argument `argno`, how often a year a yield is compounded: 0 to 365, else error 22023. */
extern int compounding_argument(FunctionCallInfo fcinfo, int argno);

#endif
