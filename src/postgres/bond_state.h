/*
 * bond_state.h
 *		The state of nelson_siegel_fit_bonds: the bonds of one curve and the options of the fit.
 *
 * It is a varlena type (bond_set), so that parallel workers, partitions and remote nodes can hand
 * it on.  Bonds are kept as they come; the end orders them.
 */
#ifndef CREDITSPREAD_POSTGRES_BOND_STATE_H
#define CREDITSPREAD_POSTGRES_BOND_STATE_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/coupon_bond.h"

typedef struct BondState
{
	int32 vl_len_;		  /* varlena header; covers the whole capacity */
	uint8 version;		  /* BOND_STATE_VERSION */
	int32 options_length; /* bytes of the options, a jsonb; 0 = none */
	int64 bonds;
	int64 used;		/* doubles */
	int64 capacity; /* doubles that there is room for */
	char data[];	/* options, MAXALIGNed; then for each bond: price, cash flows n, n times, n
					   amounts discounted with the known curve */
} BondState;

/* One bond of a state; points into it. */
typedef struct Bond
{
	double price;
	int n;
	const double *time;
	const double *amount;
} Bond;

/* NULL when the state has none. */
extern const Jsonb *bond_state_options(const BondState *state);

/*
 * The state with one more bond; `state` is NULL for the first.  Grows by doubling and may then
 * return a new block, which the executor copies into the aggregate's memory context.  Other options
 * than before are error 22023.
 */
extern BondState *bond_state_append(FunctionCallInfo fcinfo, BondState *state, double price,
									const Cashflows *cashflows, const Jsonb *options);

/*
 * The bonds in an order that does not depend on that of the rows: by price, then by cash flows;
 * palloc'd.
 */
extern Bond *bond_state_sorted(const BondState *state);

#endif
