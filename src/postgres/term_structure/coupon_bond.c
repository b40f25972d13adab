/*
 * coupon_bond.c
 *		Functions of single coupon bonds: cash flows, accrued interest, price, yield, risk, spread.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "numeric/term_structure/coupon_bond.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/term_structure/coupon_bond.h"
#include "postgres/term_structure/curve.h"
#include "postgres/base/status.h"

/* In the order of cs_day_count. */
static const char *const day_count_names[] = {"ACT/365.25", "ACT/ACT", "30/360"};

static cs_day_count
day_count_argument(FunctionCallInfo fcinfo, int argno)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(argno));

	for (int i = 0; i < (int) lengthof(day_count_names); i++)
		if (pg_strcasecmp(name, day_count_names[i]) == 0)
			return (cs_day_count) i;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("day_count is \"%s\", must be one of ACT/365.25, ACT/ACT, 30/360", name),
					errhint("ACT/ACT is that of ICMA, 30/360 the bond basis.")));
}

static cs_date
date_argument(FunctionCallInfo fcinfo, int argno, const char *name)
{
	DateADT date = PG_GETARG_DATEADT(argno);
	int year, month, day;

	if (DATE_NOT_FINITE(date))
		ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
						errmsg("%s is infinite", name), errhint("A bond has a last day.")));
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return (cs_date){.year = year, .month = month, .day = day};
}

static char *
date_text(FunctionCallInfo fcinfo, int argno)
{
	return DatumGetCString(DirectFunctionCall1(date_out, PG_GETARG_DATUM(argno)));
}

static void
check_dates(FunctionCallInfo fcinfo)
{
	if (PG_GETARG_DATEADT(0) >= PG_GETARG_DATEADT(1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("maturity_date is %s, must be after quote_date, %s",
							   date_text(fcinfo, 1), date_text(fcinfo, 0)),
						errhint("Leave bonds out once they are due.")));
	if (!PG_ARGISNULL(4) && PG_GETARG_DATEADT(4) > PG_GETARG_DATEADT(0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("issue_date is %s, must not be after quote_date, %s",
							   date_text(fcinfo, 4), date_text(fcinfo, 0)),
						errhint("A bond has cash flows and accrues interest from its issue on.")));
}

/*
 * (quote_date, maturity_date, coupon_rate, frequency, issue_date, face, day_count), of which only
 * issue_date may be NULL; sets the bond and the number of its cash flows, or returns false.
 */
static bool
bond_arguments(FunctionCallInfo fcinfo, cs_coupon_bond *bond, size_t *count)
{
	cs_status status;

	for (int argno = 0; argno < 7; argno++)
		if (argno != 4 && PG_ARGISNULL(argno))
			return false;
	*bond = (cs_coupon_bond){.quote_date = date_argument(fcinfo, 0, "quote_date"),
							 .maturity_date = date_argument(fcinfo, 1, "maturity_date"),
							 .coupon_rate = finite_argument(fcinfo, 2, "coupon_rate", NULL),
							 .frequency = PG_GETARG_INT32(3),
							 .has_issue_date = !PG_ARGISNULL(4),
							 .face = finite_argument(fcinfo, 5, "face", NULL),
							 .day_count = day_count_argument(fcinfo, 6)};
	if (bond->has_issue_date)
		bond->issue_date = date_argument(fcinfo, 4, "issue_date");
	check_dates(fcinfo);
	check_frequency(bond->frequency);
	if (bond->coupon_rate < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("coupon_rate is %g, must not be negative", bond->coupon_rate),
						errhint("Give percent per year.")));
	if (bond->face <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("face is %g, must be positive", bond->face),
						errhint("Give the amount that is repaid at maturity.")));
	status = cs_coupon_bond_count(bond, count);
	if (status == CS_SIZE_OVERFLOW)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a bond from %s to %s with %d coupons a year has more than %d cash "
							   "flows",
							   date_text(fcinfo, 0), date_text(fcinfo, 1), bond->frequency,
							   CS_BOND_MAX_CASHFLOWS),
						errhint("Check the maturity date.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the coupons of %g percent on %g overflow", bond->coupon_rate, bond->face),
				 errhint("Give percent per year.")));
	check_status(status, "bond_cashflows");
	return true;
}

PG_FUNCTION_INFO_V1(creditspread_bond_cashflows);
Datum
creditspread_bond_cashflows(PG_FUNCTION_ARGS)
{
	cs_coupon_bond bond;
	size_t count;
	double *time, *amount;
	Datum *elements;
	int dimensions[2];
	int lower_bounds[2] = {1, 1};

	if (!bond_arguments(fcinfo, &bond, &count))
		PG_RETURN_NULL();
	time = palloc(2 * count * sizeof(double));
	amount = time + count;
	cs_coupon_bond_cashflows(&bond, count, time, amount);
	elements = palloc(2 * count * sizeof(Datum));
	for (size_t k = 0; k < count; k++)
	{
		elements[2 * k] = finite_datum("bond_cashflows", time[k]);
		elements[2 * k + 1] = finite_datum("bond_cashflows", amount[k]);
	}
	dimensions[0] = (int) count;
	dimensions[1] = 2;
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, NULL, 2, dimensions, lower_bounds, FLOAT8OID,
											 sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

PG_FUNCTION_INFO_V1(creditspread_accrued_interest);
Datum
creditspread_accrued_interest(PG_FUNCTION_ARGS)
{
	cs_coupon_bond bond;
	size_t count;

	if (!bond_arguments(fcinfo, &bond, &count))
		PG_RETURN_NULL();
	return finite_datum("accrued_interest", cs_coupon_bond_accrued(&bond));
}

static void
check_cashflow(int k, double time, double before, double amount)
{
	if (isfinite(time) && isfinite(amount) && time > 0 && time >= before && amount > 0)
		return;
	check_finite(time, psprintf("cashflows[%d][1]", k + 1), NULL);
	check_finite(amount, psprintf("cashflows[%d][2]", k + 1), NULL);
	if (time <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cash flow %d is %g years away, must be positive", k + 1, time),
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

static int
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

/* Amounts discounted with a curve. */
static void
discount(Cashflows *cashflows, const cs_svensson_curve *curve, const char *what)
{
	for (int k = 0; k < cashflows->n; k++)
	{
		check_reach(what, curve, cashflows->time[k]);
		cashflows->amount[k] *= cs_svensson_discount(curve, cashflows->time[k]);
	}
}

static double
constant_spread(const Cashflows *cashflows, double price, const char *what)
{
	double spread;
	cs_status status =
		cs_z_spread(cashflows->n, cashflows->time, cashflows->amount, price, &spread);

	if (status != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: no yield gives the price %g", what, price),
						errhint("Prices and cash flows are in the same money, curves in percent "
								"per year.")));
	return spread;
}

/* (dirty_price, cashflows [, compounding]) */
PG_FUNCTION_INFO_V1(creditspread_yield_to_maturity);
Datum
creditspread_yield_to_maturity(PG_FUNCTION_ARGS)
{
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	int compounding = compounding_argument(fcinfo, 2);
	double yield = constant_spread(&cashflows, price_argument(fcinfo, 0), "yield_to_maturity");

	yield = cs_compounded_yield(yield, compounding);
	check_finite(yield, "the yield to maturity", NULL);
	PG_RETURN_FLOAT8(yield);
}

static cs_bond_risk
risk_of_arguments(FunctionCallInfo fcinfo, const char *what)
{
	Cashflows cashflows = cashflows_argument(fcinfo, 1);
	double yield = constant_spread(&cashflows, price_argument(fcinfo, 0), what);
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

/* (cashflows, curve [, spread_curve]): a spread curve is a nelson_siegel_curve. */
static Datum
bond_price(FunctionCallInfo fcinfo, const cs_svensson_curve *curve)
{
	Cashflows cashflows = cashflows_argument(fcinfo, 0);
	double price = 0;

	discount(&cashflows, curve, "bond_price");
	if (PG_NARGS() > 2)
	{
		cs_svensson_curve spread = nelson_siegel_argument(fcinfo, 2);

		discount(&cashflows, &spread, "bond_price");
	}
	for (int k = 0; k < cashflows.n; k++)
		price += cashflows.amount[k];
	check_finite(price, "the price of the bond", NULL);
	PG_RETURN_FLOAT8(price);
}

PG_FUNCTION_INFO_V1(creditspread_bond_price_nelson_siegel);
Datum
creditspread_bond_price_nelson_siegel(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = nelson_siegel_argument(fcinfo, 1);

	return bond_price(fcinfo, &curve);
}

PG_FUNCTION_INFO_V1(creditspread_bond_price_svensson);
Datum
creditspread_bond_price_svensson(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = svensson_argument(fcinfo, 1);

	return bond_price(fcinfo, &curve);
}

/* (dirty_price, cashflows, curve) */
static Datum
z_spread(FunctionCallInfo fcinfo, const cs_svensson_curve *curve)
{
	double price = price_argument(fcinfo, 0);
	Cashflows cashflows = cashflows_argument(fcinfo, 1);

	discount(&cashflows, curve, "z_spread");
	return finite_datum("z_spread", constant_spread(&cashflows, price, "z_spread"));
}

PG_FUNCTION_INFO_V1(creditspread_z_spread_nelson_siegel);
Datum
creditspread_z_spread_nelson_siegel(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = nelson_siegel_argument(fcinfo, 2);

	return z_spread(fcinfo, &curve);
}

PG_FUNCTION_INFO_V1(creditspread_z_spread_svensson);
Datum
creditspread_z_spread_svensson(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = svensson_argument(fcinfo, 2);

	return z_spread(fcinfo, &curve);
}
