/*
 * bond_state.h
 *		The state of nelson_siegel_fit_bonds (bond_set): the bonds of one curve and the options of
 *		the fit.
 */
#ifndef CREDITSPREAD_POSTGRES_BOND_STATE_H
#define CREDITSPREAD_POSTGRES_BOND_STATE_H

#include "postgres/term_structure/coupon_bond.h"
#include "postgres/state/row_state.h"

/* One bond of a state; points into it. */
typedef struct Bond
{
	double price;
	int n;
	const double *time;
	const double *amount; /* discounted with the known curve */
} Bond;

/* The state with one more bond: row_state_append. */
extern RowState *bond_state_append(FunctionCallInfo fcinfo, RowState *state, double price,
								   const Cashflows *cashflows, const Jsonb *options);

/* row_state_refuse. */
extern RowState *bond_state_refuse(FunctionCallInfo fcinfo, RowState *state, const Jsonb *options);

/*
 * The bonds in an order that does not depend on that of the rows: by price, then by cash flows;
 * palloc'd.  Sets the number of all their cash flows.
 */
extern Bond *bond_state_sorted(const RowState *state, Size *cashflows);

#endif
