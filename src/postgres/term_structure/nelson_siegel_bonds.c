/*
 * nelson_siegel_bonds.c
 *		The aggregate nelson_siegel_fit_bonds: a curve, or a spread curve over a known one, from the
 *		prices of coupon bonds.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/term_structure/coupon_bond.h"
#include "numeric/term_structure/nelson_siegel_bonds.h"
#include "postgres/base/arguments.h"
#include "postgres/term_structure/bond_state.h"
#include "postgres/term_structure/curve.h"
#include "postgres/term_structure/curve_fit.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/options.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "nelson_siegel_fit_bonds"

/* Most cash flows of one curve: an interrupt is answered between two pricings of all of them. */
#define MAX_CURVE_CASHFLOWS 1000000

typedef enum BondWeights
{
	WEIGHTS_EQUAL,
	WEIGHTS_INVERSE_SQUARED_DURATION
} BondWeights;

/* (state, dirty_price, cashflows [, curve] [, options]): a row without a price is left out. */
static Datum
transition(FunctionCallInfo fcinfo, const cs_svensson_curve *known, int options_argno)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_NARGS() > options_argno && !PG_ARGISNULL(options_argno)
							   ? PG_GETARG_JSONB_P(options_argno)
							   : NULL;
	Cashflows cashflows = cashflows_argument(fcinfo, 2);

	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	for (int k = 0; known != NULL && k < cashflows.n; k++)
	{
		check_reach(WHAT, known, cashflows.time[k]);
		cashflows.amount[k] *= cs_svensson_discount(known, cashflows.time[k]);
		if (!isfinite(cashflows.amount[k]) || cashflows.amount[k] <= 0)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("%s: the risk-free curve discounts a cash flow at %g years to "
								   "%g",
								   WHAT, cashflows.time[k], cashflows.amount[k]),
							errhint("Curves are in percent per year, times in years.")));
	}
	PG_RETURN_POINTER(
		bond_state_append(fcinfo, state, price_argument(fcinfo, 1), &cashflows, options));
}

static void
check_known_curve(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(3))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: the risk-free curve is NULL", WHAT),
						errhint("Leave the argument out to fit the curve of the bonds itself, or "
								"the rows that have no curve with FILTER.")));
}

PG_FUNCTION_INFO_V1(creditspread_bonds_transition);
Datum
creditspread_bonds_transition(PG_FUNCTION_ARGS)
{
	return transition(fcinfo, NULL, 3);
}

PG_FUNCTION_INFO_V1(creditspread_bonds_transition_nelson_siegel);
Datum
creditspread_bonds_transition_nelson_siegel(PG_FUNCTION_ARGS)
{
	cs_svensson_curve known;

	check_known_curve(fcinfo);
	known = nelson_siegel_argument(fcinfo, 3);
	return transition(fcinfo, &known, 4);
}

PG_FUNCTION_INFO_V1(creditspread_bonds_transition_svensson);
Datum
creditspread_bonds_transition_svensson(PG_FUNCTION_ARGS)
{
	cs_svensson_curve known;

	check_known_curve(fcinfo);
	known = svensson_argument(fcinfo, 3);
	return transition(fcinfo, &known, 4);
}

/* Macaulay, with the known curve and the bond's own constant spread over it. */
static double
bond_duration(const Bond *bond)
{
	double spread;
	cs_bond_risk risk;
	cs_status status = cs_z_spread(bond->n, bond->time, bond->amount, bond->price, &spread);

	if (status != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: no yield gives the price %g", WHAT, bond->price),
						errhint("Prices and cash flows are in the same money, curves in percent "
								"per year.")));
	cs_bond_risk_at(bond->n, bond->time, bond->amount, spread, 0, &risk);
	return risk.macaulay_duration;
}

/* Arrays as numeric/ takes them, palloc'd. */
static cs_bond_set
bond_set(const RowState *state, int weights)
{
	Size cashflows;
	Bond *bonds = bond_state_sorted(state, &cashflows);
	Size n = state->count;
	double *price, *weight, *time, *amount;
	size_t *first;

	if (cashflows > MAX_CURVE_CASHFLOWS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %lld bonds have more than %d cash flows", WHAT,
							   (long long) state->count, MAX_CURVE_CASHFLOWS),
						errhint("Group the rows by curve.")));
	price = allocate_checked(WHAT, 2 * n * sizeof(double));
	weight = price + n;
	first = allocate_checked(WHAT, (n + 1) * sizeof(size_t));
	time = allocate_checked(WHAT, 2 * cashflows * sizeof(double));
	amount = time + cashflows;
	first[0] = 0;
	for (Size i = 0; i < n; i++)
	{
		price[i] = bonds[i].price;
		weight[i] = weights == WEIGHTS_EQUAL ? 1 : bond_duration(&bonds[i]);
		memcpy(time + first[i], bonds[i].time, bonds[i].n * sizeof(double));
		memcpy(amount + first[i], bonds[i].amount, bonds[i].n * sizeof(double));
		first[i + 1] = first[i] + bonds[i].n;
		check_interrupts_slow(i);
	}
	pfree(bonds);
	if (weights == WEIGHTS_INVERSE_SQUARED_DURATION)
		cs_bond_duration_weights(n, weight, allocate_checked(WHAT, n * sizeof(size_t)));
	return (cs_bond_set){n, price, weight, first, time, amount};
}

static void
check_fit(cs_status status, const RowState *state, const CurveOptions *options, Size different)
{
	bool given = options->decay_lower == options->decay_upper;

	if (status == CS_TOO_FEW)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: %s needs at least %d bonds of different maturity, %lld bonds have %zu",
						WHAT, given ? "a curve" : "estimating the decay", given ? 3 : 4,
						(long long) state->count, different),
				 errhint("Leave such curves out with count(*) OVER (PARTITION BY ...) in a "
						 "subquery%s.",
						 given ? "" : ", or give the decay")));
	if (status == CS_SINGULAR)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: the prices of %lld bonds do not determine level, slope and "
							   "curvature",
							   WHAT, (long long) state->count),
						errhint("Give bonds of clearly different maturities, in years.")));
	if (status == CS_NOT_CONVERGED)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: the fit of %lld bonds does not converge", WHAT,
							   (long long) state->count),
						errhint("Look for prices that no curve can give, or give the decay.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s: the fit of %lld bonds overflows", WHAT, (long long) state->count),
				 errhint("Look for extreme prices and cash flows.")));
	check_status(status, WHAT);
}

PG_FUNCTION_INFO_V1(creditspread_bonds_final);
Datum
creditspread_bonds_final(PG_FUNCTION_ARGS)
{
	CurveOptions options;
	const RowState *state;
	cs_bond_set set;
	Size size;
	cs_workspace workspace;
	cs_nelson_siegel_curve curve;
	Size different = 0;
	cs_status status;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	options = curve_read_options(row_state_options(state), WHAT, CURVE_BONDS);
	settle_decay_options(WHAT, &options);
	set = bond_set(state, options.weights);
	size = cs_nelson_siegel_bonds_fit_size(set.first[set.bonds]);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	status = cs_nelson_siegel_bonds_fit(&set, options.decay_lower, options.decay_upper, &workspace,
										&different, &curve);
	check_fit(status, state, &options, different);
	return nelson_siegel_datum(fcinfo, &curve);
}
