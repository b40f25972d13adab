/*
 * coupon_bond.c
 *		Functions of single coupon bonds: cash flows, accrued interest, price, yield, risk.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "numeric/term_structure/bond_measures.h"
#include "numeric/term_structure/coupon_bond.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/status.h"
#include "postgres/term_structure/bond_terms.h"
#include "postgres/term_structure/coupon_bond.h"

/* The cash flows of a bond, palloc'd. */
static Cashflows
cashflows_of(const BondTerms *terms)
{
	size_t most = terms->schedule.cashflows;
	Cashflows result = {.time = palloc(2 * most * sizeof(double))};

	result.amount = result.time + most;
	result.n = (int) cs_coupon_bond_cashflows(&terms->schedule, result.time, result.amount);
	return result;
}

PG_FUNCTION_INFO_V1(creditspread_bond_cashflows);
Datum
creditspread_bond_cashflows(PG_FUNCTION_ARGS)
{
	BondTerms terms;
	Cashflows cashflows;
	ArrayType *array;
	double *values;
	Size size;

	if (!bond_terms(fcinfo, 0, &terms))
		PG_RETURN_NULL();
	bond_schedule(&terms);
	cashflows = cashflows_of(&terms);
	check_results("bond_cashflows", cashflows.time, cashflows.n, false);
	check_results("bond_cashflows", cashflows.amount, cashflows.n, false);
	size = ARR_OVERHEAD_NONULLS(2) + 2 * cashflows.n * sizeof(double);
	array = palloc0(size);
	SET_VARSIZE(array, size);
	array->ndim = 2;
	array->elemtype = FLOAT8OID;
	ARR_DIMS(array)[0] = cashflows.n;
	ARR_DIMS(array)[1] = 2;
	ARR_LBOUND(array)[0] = ARR_LBOUND(array)[1] = 1;
	values = (double *) ARR_DATA_PTR(array);
	for (int k = 0; k < cashflows.n; k++)
	{
		values[2 * k] = cashflows.time[k];
		values[2 * k + 1] = cashflows.amount[k];
	}
	PG_RETURN_ARRAYTYPE_P(array);
}

PG_FUNCTION_INFO_V1(creditspread_accrued_interest);
Datum
creditspread_accrued_interest(PG_FUNCTION_ARGS)
{
	BondTerms terms;

	if (!bond_terms(fcinfo, 0, &terms))
		PG_RETURN_NULL();
	bond_schedule(&terms);
	return finite_datum("accrued_interest", cs_coupon_bond_accrued(&terms.schedule));
}

static void
check_cashflow(int k, double time, double before, double amount)
{
	if (isfinite(time) && isfinite(amount) && time >= 0 && time >= before && amount > 0)
		return;
	check_finite(time, psprintf("cashflows[%d][1]", k + 1), NULL);
	check_finite(amount, psprintf("cashflows[%d][2]", k + 1), NULL);
	if (time < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cash flow %d is %g years away, must not be negative", k + 1, time),
						errhint("Leave out what has been paid.")));
	if (time < before)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cash flow %d is %g years away, the one before %g", k + 1, time, before),
				 errhint("Order cash flows by time: array_agg(ARRAY[time, amount] ORDER BY "
						 "time).")));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("cash flow %d is %g, must be positive", k + 1, amount),
					errhint("Leave out payments of nothing.")));
}

Cashflows
cashflows_argument(FunctionCallInfo fcinfo, int argno)
{
	ArrayType *array;
	Cashflows result;
	const double *values;

	if (PG_ARGISNULL(argno))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("cashflows is NULL"),
						errhint(LEAVE_ROWS_OUT)));
	array = PG_GETARG_ARRAYTYPE_P(argno);
	if (ARR_NDIM(array) != 2 || ARR_DIMS(array)[1] != 2)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("cashflows has %d dimensions of last length %d, must have 2 of 2",
							   ARR_NDIM(array),
							   ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[ARR_NDIM(array) - 1]),
						errhint("Give {{time, amount}, ...} as bond_cashflows does.")));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("cashflows contains NULL"),
						errhint(LEAVE_ROWS_OUT)));
	result.n = ARR_DIMS(array)[0];
	if (result.n > MAX_CASHFLOWS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a bond has %d cash flows, the limit is %d", result.n, MAX_CASHFLOWS),
				 errhint("Add up payments of one day.")));
	values = (const double *) ARR_DATA_PTR(array);
	result.time = palloc(2 * result.n * sizeof(double));
	result.amount = result.time + result.n;
	for (int k = 0; k < result.n; k++)
	{
		check_cashflow(k, values[2 * k], k == 0 ? 0 : values[2 * k - 2], values[2 * k + 1]);
		result.time[k] = values[2 * k];
		result.amount[k] = values[2 * k + 1];
	}
	return result;
}

double
price_argument(FunctionCallInfo fcinfo, int argno)
{
	double price = finite_argument(fcinfo, argno, "dirty_price", NULL);

	if (price <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("dirty_price is %g, must be positive", price),
						errhint("Give the clean price plus accrued interest.")));
	return price;
}

int
compounding_argument(FunctionCallInfo fcinfo, int argno)
{
	int compounding = PG_GETARG_INT32(argno);

	if (compounding < 0 || compounding > 365)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("compounding is %d, must be from 0 to 365", compounding),
						errhint("Give how often a year the yield is compounded; 0 is "
								"continuously.")));
	return compounding;
}

static void
report_no_yield(const char *what, double price)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("%s: no yield gives the price %g", what, price),
					errhint("Prices and cash flows are in the same money, curves in percent per "
							"year.")));
}

/* Argument `argno`: whether interest is simple in the first period. */
static bool
first_period_argument(FunctionCallInfo fcinfo, int argno, int compounding)
{
	char *value = text_to_cstring(PG_GETARG_TEXT_PP(argno));
	bool simple = pg_strcasecmp(value, "simple") == 0;

	if (!simple && pg_strcasecmp(value, "compound") != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("first_period is \"%s\", must be one of compound, simple", value),
						errhint("Interest is simple in the first period of US Treasury "
								"securities, and of most bonds in the last one.")));
	if (simple && compounding == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("first_period is \"simple\", but compounding is 0"),
						errhint("Give the number of coupons in a year as compounding.")));
	return simple;
}

static double
yield_of(const Cashflows *cashflows, double price, int compounding, bool simple, const char *what)
{
	double yield;

	if (cs_yield_of_price(cashflows->n, cashflows->time, cashflows->amount, price, compounding,
						  simple, &yield) != CS_OK)
		report_no_yield(what, price);
	return yield;
}

/* (dirty_price, cashflows, compounding [, first_period]) */
PG_FUNCTION_INFO_V1(creditspread_yield_to_maturity);
Datum
creditspread_yield_to_maturity(PG_FUNCTION_ARGS)
{
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	int compounding = compounding_argument(fcinfo, 2);
	bool simple = PG_NARGS() > 3 && first_period_argument(fcinfo, 3, compounding);

	PG_RETURN_FLOAT8(
		yield_of(&cashflows, price_argument(fcinfo, 0), compounding, simple, "yield_to_maturity"));
}

/* (yield, cashflows, compounding, first_period) */
PG_FUNCTION_INFO_V1(creditspread_price_from_yield);
Datum
creditspread_price_from_yield(PG_FUNCTION_ARGS)
{
	double yield = finite_argument(fcinfo, 0, "yield", NULL);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	int compounding = compounding_argument(fcinfo, 2);
	bool simple = first_period_argument(fcinfo, 3, compounding);
	double price;
	cs_status status = cs_price_from_yield(cashflows.n, cashflows.time, cashflows.amount, yield,
										   compounding, simple, &price);

	if (status == CS_OUT_OF_RANGE && simple && cashflows.n == 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("yield is %g, must be above %g where interest is simple for %g years",
						yield, -100 / cashflows.time[0], cashflows.time[0]),
				 errhint("Yields are in percent per year.")));
	if (status == CS_OUT_OF_RANGE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("yield is %g, must be above %d where it is compounded %d times a "
							   "year",
							   yield, -100 * compounding, compounding),
						errhint("Yields are in percent per year.")));
	if (status != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("price_from_yield: the price at a yield of %g overflows", yield),
						errhint("Yields are in percent per year, times in years.")));
	PG_RETURN_FLOAT8(price);
}

/* The risk at the yield of (dirty_price, cashflows [, compounding]). */
static cs_bond_risk
risk_of_arguments(FunctionCallInfo fcinfo, const char *what)
{
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	double price = price_argument(fcinfo, 0);
	double yield = yield_of(&cashflows, price, 0, false, what);
	cs_bond_risk risk;

	cs_bond_risk_at(cashflows.n, cashflows.time, cashflows.amount, yield,
					PG_NARGS() > 2 ? compounding_argument(fcinfo, 2) : 0, &risk);
	return risk;
}

PG_FUNCTION_INFO_V1(creditspread_macaulay_duration);
Datum
creditspread_macaulay_duration(PG_FUNCTION_ARGS)
{
	return finite_datum("macaulay_duration",
						risk_of_arguments(fcinfo, "macaulay_duration").macaulay_duration);
}

PG_FUNCTION_INFO_V1(creditspread_modified_duration);
Datum
creditspread_modified_duration(PG_FUNCTION_ARGS)
{
	return finite_datum("modified_duration",
						risk_of_arguments(fcinfo, "modified_duration").modified_duration);
}

PG_FUNCTION_INFO_V1(creditspread_convexity);
Datum
creditspread_convexity(PG_FUNCTION_ARGS)
{
	return finite_datum("convexity", risk_of_arguments(fcinfo, "convexity").convexity);
}

/* The value of a basis point: what the price loses when the yield rises by 0.01. */
PG_FUNCTION_INFO_V1(creditspread_dv01);
Datum
creditspread_dv01(PG_FUNCTION_ARGS)
{
	double duration = risk_of_arguments(fcinfo, "dv01").modified_duration;

	return finite_datum("dv01", duration * PG_GETARG_FLOAT8(0) / 10000);
}

/* (clean_price, coupon_rate, face) */
PG_FUNCTION_INFO_V1(creditspread_current_yield);
Datum
creditspread_current_yield(PG_FUNCTION_ARGS)
{
	double price = finite_argument(fcinfo, 0, "clean_price", NULL);
	double coupon_rate = finite_argument(fcinfo, 1, "coupon_rate", NULL);
	double face = finite_argument(fcinfo, 2, "face", NULL);

	if (price <= 0 || face <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is %g, must be positive", price <= 0 ? "clean_price" : "face",
							   price <= 0 ? price : face),
						errhint("Give the price without accrued interest, in the money of the "
								"face.")));
	return finite_datum("current_yield", coupon_rate * face / price);
}

/* The yield if the bond is redeemed on a day at a price: percent of the face. */
static double
yield_to_redemption(BondTerms *terms, double price, cs_date day, double redemption_price,
					int compounding, const char *what)
{
	Cashflows cashflows;

	terms->bond.has_redemption = true;
	terms->bond.redemption_date = day;
	terms->bond.redemption_price = redemption_price;
	bond_schedule(terms);
	cashflows = cashflows_of(terms);
	return yield_of(&cashflows, price, compounding, false, what);
}

static double
checked_call_price(double price, const char *name)
{
	check_finite(price, name, NULL);
	if (price <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is %g, must be positive", name, price),
						errhint("Give percent of the face, without accrued interest.")));
	return price;
}

/* (dirty_price, call_date, call_price, compounding, terms ...) */
PG_FUNCTION_INFO_V1(creditspread_yield_to_call);
Datum
creditspread_yield_to_call(PG_FUNCTION_ARGS)
{
	BondTerms terms;

	for (int argno = 0; argno < 4; argno++)
		if (PG_ARGISNULL(argno))
			PG_RETURN_NULL();
	if (!bond_terms(fcinfo, 4, &terms))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(yield_to_redemption(&terms, price_argument(fcinfo, 0),
										 bond_date(PG_GETARG_DATEADT(1), "call_date"),
										 checked_call_price(PG_GETARG_FLOAT8(2), "call_price"),
										 compounding_argument(fcinfo, 3), "yield_to_call"));
}

/*
 * (dirty_price, call_dates, call_prices, compounding, terms ...): the lowest of the yields to the
 * calls after the quote date and to maturity.
 */
PG_FUNCTION_INFO_V1(creditspread_yield_to_worst);
Datum
creditspread_yield_to_worst(PG_FUNCTION_ARGS)
{
	BondTerms terms;
	const double *call_prices;
	const DateADT *call_dates;
	int calls, prices, compounding;
	double price;
	double worst;
	Datum values[3];
	bool nulls[3] = {false};

	for (int argno = 0; argno < 4; argno++)
		if (PG_ARGISNULL(argno))
			PG_RETURN_NULL();
	if (!bond_terms(fcinfo, 4, &terms))
		PG_RETURN_NULL();
	price = price_argument(fcinfo, 0);
	compounding = compounding_argument(fcinfo, 3);
	call_dates = date_array_values(PG_GETARG_ARRAYTYPE_P(1), "call_dates", &calls);
	call_prices = float8_array_values(PG_GETARG_ARRAYTYPE_P(2), "call_prices", NULL, &prices);
	if (calls != prices)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d call_dates have %d call_prices", calls, prices),
						errhint("Give a price for each date.")));
	worst = yield_to_redemption(&terms, price, terms.bond.maturity_date, 100, compounding,
								"yield_to_worst");
	values[1] = PG_GETARG_DATUM(5);
	values[2] = Float8GetDatum(100);
	for (int i = 0; i < calls; i++)
	{
		cs_date day = bond_date(call_dates[i], "call_dates");
		double call_price = checked_call_price(call_prices[i], "call_prices");
		double yield;

		if (call_dates[i] <= PG_GETARG_DATEADT(4))
			continue;
		yield = yield_to_redemption(&terms, price, day, call_price, compounding, "yield_to_worst");
		if (yield < worst)
		{
			worst = yield;
			values[1] = DateADTGetDatum(call_dates[i]);
			values[2] = Float8GetDatum(call_price);
		}
	}
	values[0] = Float8GetDatum(worst);
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}
