/*
 * nelson_siegel_bonds.c
 *		The aggregate nelson_siegel_fit_bonds: a curve, or a spread curve over a known one, from the
 *		prices of coupon bonds.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/term_structure/bond_measures.h"
#include "numeric/term_structure/nelson_siegel_bonds.h"
#include "numeric/term_structure/nelson_siegel_huber.h"
#include "postgres/base/arguments.h"
#include "postgres/term_structure/bond_state.h"
#include "postgres/term_structure/curve.h"
#include "postgres/term_structure/curve_fit.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/notice.h"
#include "postgres/base/on_error.h"
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

typedef enum BondLoss
{
	LOSS_SQUARED,
	LOSS_HUBER
} BondLoss;

/* (state, dirty_price, cashflows [, curve] [, options]), of a row that has a price. */
static Datum
transition(FunctionCallInfo fcinfo, const cs_svensson_curve *known, int options_argno)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_NARGS() > options_argno && !PG_ARGISNULL(options_argno)
							   ? PG_GETARG_JSONB_P(options_argno)
							   : NULL;
	double price = price_argument(fcinfo, 1);
	Cashflows cashflows = cashflows_argument(fcinfo, 2);

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
	PG_RETURN_POINTER(bond_state_append(fcinfo, state, price, &cashflows, options));
}

/* Whether there is no risk-free curve, and NULL is wanted for that; else an error. */
static bool
refuses_known_curve(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(3) && PG_NARGS() > 4 && !PG_ARGISNULL(4) &&
		refused_gives_null(PG_GETARG_JSONB_P(4)))
		return true;
	if (PG_ARGISNULL(3))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: the risk-free curve is NULL", WHAT),
						errhint("Leave the argument out to fit the curve of the bonds itself, or "
								"the rows that have no curve with FILTER.")));
	return false;
}

static Datum
refuse_row(FunctionCallInfo fcinfo)
{
	PG_RETURN_POINTER(
		bond_state_refuse(fcinfo, row_state_argument(fcinfo, 0), PG_GETARG_JSONB_P(4)));
}

PG_FUNCTION_INFO_V1(creditspread_bonds_transition);
Datum
creditspread_bonds_transition(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1))
		return row_state_unchanged(fcinfo, row_state_argument(fcinfo, 0));
	return transition(fcinfo, NULL, 3);
}

PG_FUNCTION_INFO_V1(creditspread_bonds_transition_nelson_siegel);
Datum
creditspread_bonds_transition_nelson_siegel(PG_FUNCTION_ARGS)
{
	cs_svensson_curve known;

	if (PG_ARGISNULL(1))
		return row_state_unchanged(fcinfo, row_state_argument(fcinfo, 0));
	if (refuses_known_curve(fcinfo))
		return refuse_row(fcinfo);
	known = nelson_siegel_argument(fcinfo, 3);
	return transition(fcinfo, &known, 4);
}

PG_FUNCTION_INFO_V1(creditspread_bonds_transition_svensson);
Datum
creditspread_bonds_transition_svensson(PG_FUNCTION_ARGS)
{
	cs_svensson_curve known;

	if (PG_ARGISNULL(1))
		return row_state_unchanged(fcinfo, row_state_argument(fcinfo, 0));
	if (refuses_known_curve(fcinfo))
		return refuse_row(fcinfo);
	known = svensson_argument(fcinfo, 3);
	return transition(fcinfo, &known, 4);
}

/*
 * Macaulay, with the known curve and the bond's own constant spread over it; NaN: NULL is wanted
 * instead of an error.
 */
static double
bond_duration(const Bond *bond, int on_error)
{
	double spread;
	cs_bond_risk risk;
	cs_status status;

	if (bond->time[bond->n - 1] == 0)
		return 0;
	status = cs_z_spread(bond->n, bond->time, bond->amount, bond->price, &spread);
	if (gives_null(status, on_error))
		return NAN;
	if (status != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: no yield gives the price %g", WHAT, bond->price),
						errhint("Prices and cash flows are in the same money, curves in percent "
								"per year.")));
	cs_bond_risk_at(bond->n, bond->time, bond->amount, spread, 0, &risk);
	return risk.macaulay_duration;
}

/* Arrays as numeric/ takes them, palloc'd; false: NULL is wanted instead of an error. */
static bool
bond_set(const RowState *state, const CurveOptions *options, cs_bond_set *set)
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
		weight[i] =
			options->weights == WEIGHTS_EQUAL ? 1 : bond_duration(&bonds[i], options->on_error);
		if (isnan(weight[i]))
			return false;
		memcpy(time + first[i], bonds[i].time, bonds[i].n * sizeof(double));
		memcpy(amount + first[i], bonds[i].amount, bonds[i].n * sizeof(double));
		first[i + 1] = first[i] + bonds[i].n;
		check_interrupts_slow(i);
	}
	pfree(bonds);
	if (options->weights == WEIGHTS_INVERSE_SQUARED_DURATION)
		cs_bond_duration_weights(n, weight, allocate_checked(WHAT, n * sizeof(size_t)));
	*set = (cs_bond_set){n, price, weight, first, time, amount};
	return true;
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
	if (state->count == 0)
		PG_RETURN_NULL();
	if (!bond_set(state, &options, &set))
		PG_RETURN_NULL();
	size = cs_nelson_siegel_bonds_fit_size(set.first[set.bonds]);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	if (options.loss == LOSS_HUBER)
	{
		double *scratch = allocate_checked(WHAT, 2 * set.bonds * sizeof(double));
		cs_huber huber = {.threshold = options.huber_threshold,
						  .weight = scratch,
						  .deviation = scratch + set.bonds,
						  .index = allocate_checked(WHAT, set.bonds * sizeof(size_t))};

		status = cs_nelson_siegel_bonds_fit_huber(
			&set, &huber, options.decay_lower, options.decay_upper, &workspace, &different, &curve);
		if (status == CS_OK && !huber.converged && notice_due(NOTICE_CURVE_HUBER))
			ereport(NOTICE,
					(errmsg("%s: Huber's loss of %lld bonds does not converge, a curve is that of "
							"the last step",
							WHAT, (long long) state->count),
					 errhint("A price is far off that no other bond speaks against, most often "
							 "the shortest: leave it out.")));
	}
	else
		status = cs_nelson_siegel_bonds_fit(&set, options.decay_lower, options.decay_upper,
											&workspace, &different, &curve);
	if (gives_null(status, options.on_error))
		PG_RETURN_NULL();
	check_fit(status, state, &options, different);
	return nelson_siegel_datum(fcinfo, &curve);
}
