/*
 * bond_spread.c
 *		Single bonds over a curve: price, spreads, durations by spread and by key rates, residuals.
 *		The curve is a nelson_siegel_curve, a svensson_curve, or rows {maturity, zero yield}.
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "utils/array.h"

#include "numeric/term_structure/bond_measures.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/status.h"
#include "postgres/term_structure/coupon_bond.h"
#include "postgres/term_structure/curve.h"

/* Most key rates, and most points of a curve of rows. */
#define MAX_KEYS 1000

/* Argument `argno`: rows {maturity, yield} as a curve, palloc'd. */
static cs_discount_curve
rows_argument(FunctionCallInfo fcinfo, int argno)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	cs_discount_curve curve = {0};
	const double *values = (const double *) ARR_DATA_PTR(array);
	double *maturity, *yield;
	int n;

	if (ARR_NDIM(array) != 2 || ARR_DIMS(array)[1] != 2)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("the curve has %d dimensions of last length %d, must have 2 of 2",
							   ARR_NDIM(array),
							   ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[ARR_NDIM(array) - 1]),
						errhint("Give {{maturity, yield}, ...}, as array_agg(ARRAY[maturity, "
								"yield] ORDER BY maturity) does.")));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("the curve contains NULL"),
						errhint(LEAVE_ROWS_OUT)));
	n = ARR_DIMS(array)[0];
	if (n > MAX_KEYS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("the curve has %d points, the limit is %d", n, MAX_KEYS),
						errhint("Give fewer maturities.")));
	maturity = palloc(2 * n * sizeof(double));
	yield = maturity + n;
	for (int i = 0; i < n; i++)
	{
		check_finite(values[2 * i], psprintf("curve[%d][1]", i + 1), NULL);
		check_finite(values[2 * i + 1], psprintf("curve[%d][2]", i + 1), NULL);
		maturity[i] = values[2 * i];
		yield[i] = values[2 * i + 1];
		if (maturity[i] < 0 || (i > 0 && maturity[i] <= maturity[i - 1]))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("maturity %d of the curve is %g, must be above %g", i + 1,
								   maturity[i], i == 0 ? 0 : maturity[i - 1]),
							errhint("Order the rows by maturity: array_agg(ARRAY[maturity, yield] "
									"ORDER BY maturity).")));
	}
	curve.points = n;
	curve.maturity = maturity;
	curve.yield = yield;
	return curve;
}

static cs_discount_curve
curve_nelson_siegel(FunctionCallInfo fcinfo, int argno)
{
	return (cs_discount_curve){.curve = nelson_siegel_argument(fcinfo, argno)};
}

static cs_discount_curve
curve_svensson(FunctionCallInfo fcinfo, int argno)
{
	return (cs_discount_curve){.curve = svensson_argument(fcinfo, argno)};
}

/* The three SQL functions of a C function over its curve in argument `argno`. */
#define CURVE_FUNCTIONS(name, argno)                                                               \
	PG_FUNCTION_INFO_V1(creditspread_##name##_nelson_siegel);                                      \
	Datum creditspread_##name##_nelson_siegel(PG_FUNCTION_ARGS)                                    \
	{                                                                                              \
		cs_discount_curve curve = curve_nelson_siegel(fcinfo, argno);                              \
		return name(fcinfo, &curve);                                                               \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_##name##_svensson);                                           \
	Datum creditspread_##name##_svensson(PG_FUNCTION_ARGS)                                         \
	{                                                                                              \
		cs_discount_curve curve = curve_svensson(fcinfo, argno);                                   \
		return name(fcinfo, &curve);                                                               \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_##name##_rows);                                               \
	Datum creditspread_##name##_rows(PG_FUNCTION_ARGS)                                             \
	{                                                                                              \
		cs_discount_curve curve = rows_argument(fcinfo, argno);                                    \
		return name(fcinfo, &curve);                                                               \
	}

static void
check_curve_reach(const char *what, const Cashflows *cashflows, const cs_discount_curve *curve)
{
	for (int k = 0; curve->points == 0 && k < cashflows->n; k++)
		check_reach(what, &curve->curve, cashflows->time[k]);
}

/* Amounts discounted with a curve. */
static void
discount(Cashflows *cashflows, const cs_discount_curve *curve, const char *what)
{
	check_curve_reach(what, cashflows, curve);
	for (int k = 0; k < cashflows->n; k++)
		cashflows->amount[k] *= curve->points == 0
									? cs_svensson_discount(&curve->curve, cashflows->time[k])
									: cs_discount_curve_factor(curve, cashflows->time[k]);
}

/* Error 22003 unless a spread or yield was found. */
static void
check_found(cs_status status, const char *what, double price)
{
	if (status != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: no yield gives the price %g", what, price),
						errhint("Prices and cash flows are in the same money, curves in percent "
								"per year.")));
}

/* (cashflows, curve [, spread_curve]): a spread curve is a nelson_siegel_curve. */
static Datum
bond_price(FunctionCallInfo fcinfo, const cs_discount_curve *curve)
{
	Cashflows cashflows = cashflows_argument(fcinfo, 0);
	double price = 0;

	discount(&cashflows, curve, "bond_price");
	if (PG_NARGS() > 2)
	{
		cs_discount_curve spread = curve_nelson_siegel(fcinfo, 2);

		discount(&cashflows, &spread, "bond_price");
	}
	for (int k = 0; k < cashflows.n; k++)
		price += cashflows.amount[k];
	check_finite(price, "the price of the bond", NULL);
	PG_RETURN_FLOAT8(price);
}

CURVE_FUNCTIONS(bond_price, 1)

/* (dirty_price, cashflows, curve [, compounding]) */
static Datum
z_spread(FunctionCallInfo fcinfo, const cs_discount_curve *curve)
{
	double price = price_argument(fcinfo, 0);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	int compounding = PG_NARGS() > 3 ? compounding_argument(fcinfo, 3) : 0;
	double spread;

	if (compounding == 0)
	{
		discount(&cashflows, curve, "z_spread");
		check_found(cs_z_spread(cashflows.n, cashflows.time, cashflows.amount, price, &spread),
					"z_spread", price);
	}
	else
	{
		check_curve_reach("z_spread", &cashflows, curve);
		check_found(cs_curve_spread(cashflows.n, cashflows.time, cashflows.amount, price, curve,
									compounding, &spread, NULL),
					"z_spread", price);
	}
	return finite_datum("z_spread", spread);
}

CURVE_FUNCTIONS(z_spread, 2)

/* (dirty_price, cashflows, curve, compounding) */
static Datum
spread_duration(FunctionCallInfo fcinfo, const cs_discount_curve *curve)
{
	double price = price_argument(fcinfo, 0);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	double spread, duration;

	check_curve_reach("spread_duration", &cashflows, curve);
	check_found(cs_curve_spread(cashflows.n, cashflows.time, cashflows.amount, price, curve,
								compounding_argument(fcinfo, 3), &spread, &duration),
				"spread_duration", price);
	return finite_datum("spread_duration", duration);
}

CURVE_FUNCTIONS(spread_duration, 2)

/* (dirty_price, cashflows, curve, keys) */
static Datum
key_rate_duration(FunctionCallInfo fcinfo, const cs_discount_curve *curve)
{
	double price = price_argument(fcinfo, 0);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	int keys;
	const double *key = float8_array_values(PG_GETARG_ARRAYTYPE_P(3), "keys", NULL, &keys);
	double *duration;

	if (keys < 1 || keys > MAX_KEYS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%d keys, must be from 1 to %d", keys, MAX_KEYS),
						errhint("Give maturities in years, such as '{1,2,5,10,30}'.")));
	for (int j = 0; j < keys; j++)
		if (key[j] < 0 || (j > 0 && key[j] <= key[j - 1]))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("keys[%d] is %g, must be above %g", j + 1, key[j],
								   j == 0 ? 0 : key[j - 1]),
							errhint("Give maturities in years, ascending.")));
	check_curve_reach("key_rate_duration", &cashflows, curve);
	duration = palloc(keys * sizeof(double));
	check_found(cs_key_rate_durations(cashflows.n, cashflows.time, cashflows.amount, price, curve,
									  keys, key, duration),
				"key_rate_duration", price);
	return doubles_datum("key_rate_duration", duration, keys, 0);
}

CURVE_FUNCTIONS(key_rate_duration, 2)

/* The yield to maturity, compounded as often as there are coupons. */
static double
quoted_yield(const Cashflows *cashflows, double price, int compounding, const char *what)
{
	double yield;

	check_found(cs_yield_of_price(cashflows->n, cashflows->time, cashflows->amount, price,
								  compounding, false, &yield),
				what, price);
	return yield;
}

/* (dirty_price, cashflows, curve, frequency) */
static Datum
g_spread(FunctionCallInfo fcinfo, const cs_discount_curve *curve)
{
	double price = price_argument(fcinfo, 0);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	double maturity = cashflows.time[cashflows.n - 1];
	int frequency = PG_GETARG_INT32(3);

	check_frequency(frequency);
	check_curve_reach("g_spread", &cashflows, curve);
	if (!(maturity > 0) || maturity * frequency > CS_BOND_MAX_PAYMENTS)
		check_found(CS_OUT_OF_RANGE, "g_spread", price);
	return finite_datum("g_spread", quoted_yield(&cashflows, price, frequency, "g_spread") -
										cs_discount_curve_par_yield(curve, maturity, frequency));
}

CURVE_FUNCTIONS(g_spread, 2)

/* (dirty_price, cashflows, par_curve, compounding): the par curve is rows {maturity, rate}. */
PG_FUNCTION_INFO_V1(creditspread_i_spread);
Datum
creditspread_i_spread(PG_FUNCTION_ARGS)
{
	double price = price_argument(fcinfo, 0);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	cs_discount_curve curve = rows_argument(fcinfo, 2);
	double yield = quoted_yield(&cashflows, price, compounding_argument(fcinfo, 3), "i_spread");

	return finite_datum("i_spread",
						yield - cs_discount_curve_yield(&curve, cashflows.time[cashflows.n - 1]));
}

/* (dirty_price, cashflows, curve, frequency, face) */
static Datum
asset_swap_spread(FunctionCallInfo fcinfo, const cs_discount_curve *curve)
{
	double price = price_argument(fcinfo, 0);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	int frequency = PG_GETARG_INT32(3);
	double face = finite_argument(fcinfo, 4, "face", NULL);
	double spread;

	check_frequency(frequency);
	if (face <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("face is %g, must be positive", face),
						errhint("Give the amount that the swap is made on.")));
	check_curve_reach("asset_swap_spread", &cashflows, curve);
	check_found(cs_asset_swap_spread(cashflows.n, cashflows.time, cashflows.amount, price, curve,
									 frequency, face, &spread),
				"asset_swap_spread", price);
	return finite_datum("asset_swap_spread", spread);
}

CURVE_FUNCTIONS(asset_swap_spread, 2)

/* (dirty_price, cashflows, curve [, spread_curve]): what is observed less what the curve says. */
static Datum
curve_residuals(FunctionCallInfo fcinfo, const cs_discount_curve *curve)
{
	const char *what = "curve_residuals";
	double price = price_argument(fcinfo, 0);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	Cashflows discounted = cashflows_argument(fcinfo, 1);
	double fitted = 0;
	double spread, yield, fitted_yield;
	Datum values[4];
	bool nulls[4] = {false};

	discount(&discounted, curve, what);
	if (PG_NARGS() > 3)
	{
		cs_discount_curve over = curve_nelson_siegel(fcinfo, 3);

		discount(&discounted, &over, what);
	}
	for (int k = 0; k < discounted.n; k++)
		fitted += discounted.amount[k];
	check_finite(fitted, "the price of the bond", NULL);
	check_found(cs_z_spread(discounted.n, discounted.time, discounted.amount, price, &spread), what,
				price);
	yield = quoted_yield(&cashflows, price, 0, what);
	fitted_yield = quoted_yield(&cashflows, fitted, 0, what);
	values[0] = finite_datum(what, fitted);
	values[1] = finite_datum(what, price - fitted);
	values[2] = finite_datum(what, yield - fitted_yield);
	values[3] = finite_datum(what, spread);
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

CURVE_FUNCTIONS(curve_residuals, 2)
