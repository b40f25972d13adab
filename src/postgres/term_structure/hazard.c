/*
 * hazard.c
 *		hazard_fit, an aggregate that fits a survival curve to the prices of an issuer's bonds, and
 *		the functions of a hazard_curve.
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "miscadmin.h"

#include "numeric/term_structure/bond_measures.h"
#include "numeric/term_structure/hazard.h"
#include "numeric/term_structure/nelson_siegel_bonds.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/state/row_state.h"
#include "postgres/term_structure/coupon_bond.h"
#include "postgres/term_structure/curve.h"

#define WHAT "hazard_fit"
#define MOST_RECOVERY 0.4

/* Most points of time of one fit: an interrupt is answered between two pricings of all of them. */
#define MAX_POINTS 10000000

typedef struct HazardOptions
{
	double recovery; /* NAN = by the prices */
	double face;
	int intervals; /* 0 = by the maturities */
	int weights;
	int on_error; /* an OnError */
} HazardOptions;

static const OptionSpec hazard_specs[] = {
#define OPTIONS_OF HazardOptions
#include "postgres/options/hazard.def"
};
static const OptionTable hazard_table = OPTION_TABLE(hazard_specs, 0);

/* The columns of hazard_curve. */
typedef enum HazardColumn
{
	HAZARD_KNOTS,
	HAZARD_HAZARDS,
	HAZARD_RECOVERY,
	HAZARD_RMSE,
	HAZARD_OBSERVATIONS,
	HAZARD_AT_BOUND,
	HAZARD_CONVERGED,
	HAZARD_COLUMNS
} HazardColumn;

/* ---- the state: of each bond its price, the risk-free curve, times and amounts ---- */

/* Values of a row before the times: the price, and the curve as a Svensson curve. */
#define CURVE_VALUES 6
#define HEAD_VALUES (1 + CURVE_VALUES)

typedef struct HazardBond
{
	const double *values; /* [HEAD_VALUES + 2 n] */
	int64 n;
} HazardBond;

static cs_discount_curve
curve_of(const double *values)
{
	return (cs_discount_curve){.curve = {.level = values[1],
										 .slope = values[2],
										 .curvature = values[3],
										 .second_curvature = values[4],
										 .decay = values[5],
										 .second_decay = values[6]}};
}

static void
check_row(const Row *row)
{
	int64 n = (row->count - HEAD_VALUES) / 2;
	const double *time = row->values + HEAD_VALUES;

	if (n < 1 || n > MAX_CASHFLOWS || row->count != HEAD_VALUES + 2 * n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("a bond of a hazard_set cannot have %lld values", (long long) row->count)));
	for (int64 v = 0; v < row->count; v++)
	{
		bool positive = v == 0 || v == 5 || v == 6 || v >= HEAD_VALUES + n;
		bool is_time = v >= HEAD_VALUES && v < HEAD_VALUES + n;

		if (!isfinite(row->values[v]) || (positive && row->values[v] <= 0) ||
			(is_time && row->values[v] < (v == HEAD_VALUES ? 0 : row->values[v - 1])))
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("value %lld of a bond of a hazard_set is %g", (long long) v + 1,
								   row->values[v])));
	}
	if (time[n - 1] <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a bond of a hazard_set has no time left")));
}

static const RowType hazard_type = {
	.type = ROW_STATE_TYPE("hazard_set"), .may_untimed = true, .counted = true, .check = check_row};

ROW_STATE_FUNCTIONS(hazard_set, &hazard_type)

/* (state, dirty_price, cashflows, curve [, options]), of a row that has a price; a bond that is
 * due on the day tells of no hazard and is left out. */
static Datum
transition(FunctionCallInfo fcinfo, const cs_svensson_curve *curve)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_NARGS() > 4 && !PG_ARGISNULL(4) ? PG_GETARG_JSONB_P(4) : NULL;
	double price = price_argument(fcinfo, 1);
	Cashflows cashflows = cashflows_argument(fcinfo, 2);
	int n = cashflows.n;
	double *values = palloc((HEAD_VALUES + 2 * n) * sizeof(double));
	Row row = {.count = HEAD_VALUES + 2 * n, .values = values};

	if (cashflows.time[n - 1] == 0)
		return row_state_unchanged(fcinfo, state);
	for (int k = 0; k < n; k++)
		check_reach(WHAT, curve, cashflows.time[k]);
	values[0] = price;
	values[1] = curve->level;
	values[2] = curve->slope;
	values[3] = curve->curvature;
	values[4] = curve->second_curvature;
	values[5] = curve->decay;
	values[6] = curve->second_decay;
	memcpy(values + HEAD_VALUES, cashflows.time, n * sizeof(double));
	memcpy(values + HEAD_VALUES + n, cashflows.amount, n * sizeof(double));
	PG_RETURN_POINTER(row_state_append(fcinfo, &hazard_type, WHAT, state, &row, options));
}

/*
 * Whether a row has no price and is left out, or no risk-free curve, which is an error or refuses
 * the group; *state is then what the transition returns.
 */
static bool
is_left_out(FunctionCallInfo fcinfo, Datum *state)
{
	const Jsonb *options = PG_NARGS() > 4 && !PG_ARGISNULL(4) ? PG_GETARG_JSONB_P(4) : NULL;

	if (PG_ARGISNULL(1))
	{
		*state = row_state_unchanged(fcinfo, row_state_argument(fcinfo, 0));
		return true;
	}
	if (!PG_ARGISNULL(3))
		return false;
	if (!refused_gives_null(options))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: the risk-free curve is NULL", WHAT), errhint(LEAVE_ROWS_OUT)));
	*state = PointerGetDatum(row_state_refuse(fcinfo, WHAT, row_state_argument(fcinfo, 0),
											  (TimePoint){TIME_NONE, 0}, options));
	return true;
}

PG_FUNCTION_INFO_V1(creditspread_hazard_transition_nelson_siegel);
Datum
creditspread_hazard_transition_nelson_siegel(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve;
	Datum state;

	if (is_left_out(fcinfo, &state))
		return state;
	curve = nelson_siegel_argument(fcinfo, 3);
	return transition(fcinfo, &curve);
}

PG_FUNCTION_INFO_V1(creditspread_hazard_transition_svensson);
Datum
creditspread_hazard_transition_svensson(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve;
	Datum state;

	if (is_left_out(fcinfo, &state))
		return state;
	curve = svensson_argument(fcinfo, 3);
	return transition(fcinfo, &curve);
}

static int
compare_bonds(const void *a, const void *b)
{
	const HazardBond *left = a;
	const HazardBond *right = b;

	if (left->n != right->n)
		return left->n < right->n ? -1 : 1;
	for (int64 i = 0; i < HEAD_VALUES + 2 * left->n; i++)
		if (left->values[i] != right->values[i])
			return left->values[i] < right->values[i] ? -1 : 1;
	return 0;
}

/* The bonds in an order that does not depend on that of the rows. */
static HazardBond *
sorted_bonds(const RowState *state, Size *points)
{
	HazardBond *bonds = allocate_checked(WHAT, state->count * sizeof(HazardBond));
	int64 position = 0;

	*points = 0;
	for (int64 i = 0; i < state->count; i++)
	{
		Row row;

		position = row_state_read(&hazard_type, state, position, &row);
		bonds[i] = (HazardBond){row.values, (row.count - HEAD_VALUES) / 2};
		if (row.values[HEAD_VALUES + bonds[i].n - 1] > CS_BOND_MAX_PAYMENTS)
			ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
							errmsg("%s: a bond ends in %g years, the limit is %d", WHAT,
								   row.values[HEAD_VALUES + bonds[i].n - 1], CS_BOND_MAX_PAYMENTS),
							errhint("Times are in years.")));
		*points += cs_hazard_count(bonds[i].n, row.values + HEAD_VALUES);
		CHECK_FOR_INTERRUPTS();
	}
	if (*points > MAX_POINTS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %lld bonds are too many for one curve", WHAT,
							   (long long) state->count),
						errhint("Group the rows by issuer.")));
	qsort(bonds, state->count, sizeof(HazardBond), compare_bonds);
	return bonds;
}

/* Macaulay, at the bond's own yield; NaN: NULL is wanted instead of an error. */
static double
bond_duration(const HazardBond *bond, int on_error)
{
	const double *time = bond->values + HEAD_VALUES;
	double yield;
	cs_bond_risk risk;
	cs_status status = cs_z_spread(bond->n, time, time + bond->n, bond->values[0], &yield);

	if (gives_null(status, on_error))
		return NAN;
	if (status != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: no yield gives the price %g", WHAT, bond->values[0]),
						errhint("Prices and cash flows are in the same money.")));
	cs_bond_risk_at(bond->n, time, time + bond->n, yield, 0, &risk);
	return risk.macaulay_duration;
}

/* Arrays as numeric/ takes them, palloc'd; false: NULL is wanted instead of an error. */
static bool
hazard_set(const RowState *state, const HazardOptions *options, cs_hazard_set *set)
{
	Size points;
	HazardBond *bonds = sorted_bonds(state, &points);
	Size n = state->count;
	double *price = allocate_checked(WHAT, 4 * n * sizeof(double));
	double *weight = price + n, *maturity = price + 2 * n, *start = price + 3 * n;
	size_t *first = allocate_checked(WHAT, (n + 1) * sizeof(size_t));
	double *point = allocate_checked(WHAT, 3 * points * sizeof(double));
	double *paid = point + points, *lost = point + 2 * points;

	first[0] = 0;
	for (Size i = 0; i < n; i++)
	{
		const HazardBond *bond = &bonds[i];
		const double *time = bond->values + HEAD_VALUES;
		cs_discount_curve curve = curve_of(bond->values);
		Size from = first[i];

		price[i] = bond->values[0];
		weight[i] = options->weights == 0 ? 1 : bond_duration(bond, options->on_error);
		if (isnan(weight[i]))
			return false;
		maturity[i] = time[bond->n - 1];
		start[i] = cs_hazard_points(bond->n, time, time + bond->n, &curve, point + from,
									paid + from, lost + from);
		first[i + 1] = from + cs_hazard_count(bond->n, time);
	}
	if (options->weights != 0)
		cs_bond_duration_weights(n, weight, allocate_checked(WHAT, n * sizeof(size_t)));
	*set =
		(cs_hazard_set){n, options->face, price, weight, maturity, start, first, point, paid, lost};
	return true;
}

static void
check_fit(cs_status status, const RowState *state, const HazardOptions *options, Size different)
{
	if (status == CS_TOO_FEW)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %d intervals need as many different maturities, %lld bonds "
							   "have %zu",
							   WHAT, options->intervals, (long long) state->count, different),
						errhint("Give fewer intervals.")));
	if (status == CS_OUT_OF_RANGE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a price is not above the recovery, %g of %g", WHAT,
							   options->recovery, options->face),
						errhint("Give a lower recovery, or none to have it follow from such "
								"prices; see the option face, too.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s: the fit of %lld bonds overflows", WHAT, (long long) state->count),
				 errhint("Look for extreme prices and cash flows.")));
	check_status(status, WHAT);
}

PG_FUNCTION_INFO_V1(creditspread_hazard_fit_final);
Datum
creditspread_hazard_fit_final(PG_FUNCTION_ARGS)
{
	HazardOptions options = {.recovery = NAN};
	const RowState *state;
	cs_hazard_set set;
	cs_hazard_curve curve;
	Size different = 0;
	cs_status status;
	double hazards[CS_HAZARD_INTERVALS];
	Datum values[HAZARD_COLUMNS];
	bool nulls[HAZARD_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	read_options(row_state_options(state), WHAT, &hazard_table, &options);
	if (state->count == 0 || !hazard_set(state, &options, &set))
		PG_RETURN_NULL();
	status = cs_hazard_fit(&set, options.intervals, options.recovery, MOST_RECOVERY,
						   allocate_checked(WHAT, set.bonds * sizeof(size_t)), &different, &curve);
	if (gives_null(status, options.on_error) ||
		(status == CS_OUT_OF_RANGE && options.on_error == ON_ERROR_NULL))
		PG_RETURN_NULL();
	check_fit(status, state, &options, different);
	for (Size j = 0; j < curve.intervals; j++)
		hazards[j] = 100 * curve.hazard[j];
	values[HAZARD_KNOTS] = doubles_datum(WHAT, curve.knot, (int) curve.intervals, 0);
	values[HAZARD_HAZARDS] = doubles_datum(WHAT, hazards, (int) curve.intervals, 0);
	values[HAZARD_RECOVERY] = finite_datum(WHAT, curve.recovery);
	values[HAZARD_RMSE] = finite_datum(WHAT, curve.rmse);
	values[HAZARD_OBSERVATIONS] = Int64GetDatum(state->count);
	values[HAZARD_AT_BOUND] = BoolGetDatum(curve.at_bound);
	values[HAZARD_CONVERGED] = BoolGetDatum(curve.converged);
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

/* ---- functions of a hazard_curve ---- */

/* Argument `argno`: anybody may build such a value. */
static cs_hazard_curve
hazard_argument(FunctionCallInfo fcinfo, int argno)
{
	Composite composite = composite_read(PG_GETARG_DATUM(argno), "hazard_curve");
	cs_hazard_curve curve = {0};
	int n = composite_length(&composite, HAZARD_KNOTS, 1, CS_HAZARD_INTERVALS);
	const double *knots = composite_doubles(&composite, HAZARD_KNOTS, n, 0);
	const double *hazards = composite_doubles(&composite, HAZARD_HAZARDS, n, 0);

	curve.intervals = n;
	curve.recovery = finite_value(composite.values[HAZARD_RECOVERY],
								  composite.nulls[HAZARD_RECOVERY], "recovery", NULL);
	for (int j = 0; j < n; j++)
	{
		curve.knot[j] = knots[j];
		curve.hazard[j] = hazards[j] / 100;
		if (knots[j] <= (j == 0 ? 0 : knots[j - 1]) || hazards[j] < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("hazard_curve: interval %d ends at %g with hazard %g", j + 1,
								   knots[j], hazards[j]),
							errhint("Knots are positive and ascend, hazards are not negative.")));
	}
	if (curve.recovery < 0 || curve.recovery >= 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("hazard_curve: recovery is %g, must be from 0 to below 1", curve.recovery),
				 errhint("Give the share of the face that is paid at default.")));
	return curve;
}

PG_FUNCTION_INFO_V1(creditspread_survival_probability);
Datum
creditspread_survival_probability(PG_FUNCTION_ARGS)
{
	cs_hazard_curve curve = hazard_argument(fcinfo, 0);

	PG_RETURN_FLOAT8(cs_hazard_survival(&curve, maturity_argument(fcinfo, 1)));
}

PG_FUNCTION_INFO_V1(creditspread_default_probability);
Datum
creditspread_default_probability(PG_FUNCTION_ARGS)
{
	cs_hazard_curve curve = hazard_argument(fcinfo, 0);

	PG_RETURN_FLOAT8(cs_hazard_default(&curve, maturity_argument(fcinfo, 1)));
}

/* (hazard_curve, curve, maturity) */
static Datum
hazard_spread(FunctionCallInfo fcinfo, const cs_svensson_curve *riskfree)
{
	cs_hazard_curve hazard = hazard_argument(fcinfo, 0);
	cs_discount_curve curve = {.curve = *riskfree};
	double maturity = maturity_argument(fcinfo, 2);

	if (maturity > CS_BOND_MAX_PAYMENTS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("maturity is %g, must be at most %d", maturity, CS_BOND_MAX_PAYMENTS),
				 errhint("Give the years until maturity.")));
	check_reach("hazard_spread", riskfree, maturity);
	return finite_datum("hazard_spread", cs_hazard_spread(&hazard, &curve, maturity));
}

PG_FUNCTION_INFO_V1(creditspread_hazard_spread_nelson_siegel);
Datum
creditspread_hazard_spread_nelson_siegel(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = nelson_siegel_argument(fcinfo, 1);

	return hazard_spread(fcinfo, &curve);
}

PG_FUNCTION_INFO_V1(creditspread_hazard_spread_svensson);
Datum
creditspread_hazard_spread_svensson(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = svensson_argument(fcinfo, 1);

	return hazard_spread(fcinfo, &curve);
}

/* (cashflows, curve, hazard_curve, face) */
static Datum
hazard_price(FunctionCallInfo fcinfo, const cs_svensson_curve *riskfree)
{
	Cashflows cashflows = cashflows_argument(fcinfo, 0);
	cs_hazard_curve hazard = hazard_argument(fcinfo, 2);
	double face = finite_argument(fcinfo, 3, "face", NULL);
	cs_discount_curve curve = {.curve = *riskfree};
	double maturity = cashflows.time[cashflows.n - 1];
	size_t first[2] = {0};
	cs_hazard_set set = {.bonds = 1, .first = first};
	double *point;
	double start;

	if (face <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("face is %g, must be positive", face),
						errhint("Give the amount of which the recovery is a share.")));
	if (maturity > CS_BOND_MAX_PAYMENTS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("hazard_price: a bond ends in %g years, the limit is %d", maturity,
							   CS_BOND_MAX_PAYMENTS),
						errhint("Times are in years.")));
	for (int k = 0; k < cashflows.n; k++)
		check_reach("hazard_price", riskfree, cashflows.time[k]);
	first[1] = cs_hazard_count(cashflows.n, cashflows.time);
	point = palloc(3 * first[1] * sizeof(double));
	start = cs_hazard_points(cashflows.n, cashflows.time, cashflows.amount, &curve, point,
							 point + first[1], point + 2 * first[1]);
	set.face = face;
	set.start = &start;
	set.point = point;
	set.paid = point + first[1];
	set.lost = point + 2 * first[1];
	return finite_datum("hazard_price", cs_hazard_price(&set, 0, &hazard));
}

PG_FUNCTION_INFO_V1(creditspread_hazard_price_nelson_siegel);
Datum
creditspread_hazard_price_nelson_siegel(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = nelson_siegel_argument(fcinfo, 1);

	return hazard_price(fcinfo, &curve);
}

PG_FUNCTION_INFO_V1(creditspread_hazard_price_svensson);
Datum
creditspread_hazard_price_svensson(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = svensson_argument(fcinfo, 1);

	return hazard_price(fcinfo, &curve);
}
