/*
 * sample_bond_market.c
 *		The made-up market of bonds as rows: its quotes, and the factors behind them.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "numeric/evaluation/sample_bond_market.h"
#include "postgres/base/composite.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "sample_bond_market"
#define FIRST_YEAR 2012
#define QUOTE_DAY 15

/* (seed, firms, months) */
static void
market_arguments(FunctionCallInfo fcinfo, cs_sample_bond_market *market)
{
	int64 seed = PG_GETARG_INT64(0);
	int32 firms = PG_GETARG_INT32(1);
	int32 months = PG_GETARG_INT32(2);
	Size size;
	cs_workspace workspace;

	if (seed < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": seed is %lld, must be at least 0", (long long) seed),
						errhint("Any other number gives another market.")));
	if (firms < 0 || firms > CS_SAMPLE_MAX_FIRMS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(WHAT ": firms is %d, must be from 0 to %d", firms, CS_SAMPLE_MAX_FIRMS),
				 errhint("The government is there without firms, too.")));
	if (months < 1 || months > CS_SAMPLE_MAX_MONTHS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(WHAT ": months is %d, must be from 1 to %d", months, CS_SAMPLE_MAX_MONTHS),
				 errhint("The first month is January %d.", FIRST_YEAR)));
	size = cs_sample_bond_market_size(months);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	check_status(cs_sample_bond_market_initialize(market, seed, firms, months, &workspace), WHAT);
}

/* The day of a month's quotes. */
static Datum
month_date(int month)
{
	int year = FIRST_YEAR + (month + 1200) / 12 - 100;

	return DateADTGetDatum(date2j(year, (month + 1200) % 12 + 1, QUOTE_DAY) - POSTGRES_EPOCH_JDATE);
}

static char *
issuer_name(Size issuer)
{
	return issuer == 0 ? pstrdup("government") : psprintf("firm %03zu", issuer);
}

static void
put_quotes(ReturnSetInfo *result, const cs_sample_bond_market *market, Size issuer, Size number)
{
	cs_sample_bond bond = cs_sample_bond_of(market, issuer, number);
	int due = bond.issued + 12 * bond.years;
	Datum values[8];
	bool nulls[8] = {false};

	values[1] = CStringGetTextDatum(issuer_name(issuer));
	values[2] = CStringGetTextDatum(psprintf("%s %zu", issuer_name(issuer), number + 1));
	values[3] = month_date(bond.issued);
	values[4] = month_date(due);
	values[5] = Float8GetDatum(bond.coupon_rate);
	values[6] = Int32GetDatum(bond.frequency);
	for (int month = Max(bond.issued, 0); month < Min(due, (int) market->months); month++)
	{
		values[0] = month_date(month);
		values[7] = Float8GetDatum(cs_sample_bond_quote(market, issuer, number, month));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/* sample_bond_market(seed, firms, months): day, issuer, bond and its terms, clean price. */
PG_FUNCTION_INFO_V1(creditspread_sample_bond_market);
Datum
creditspread_sample_bond_market(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	cs_sample_bond_market market;
	MemoryContext row, old;

	market_arguments(fcinfo, &market);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	row = AllocSetContextCreate(CurrentMemoryContext, WHAT, ALLOCSET_DEFAULT_SIZES);
	for (Size issuer = 0; issuer <= market.firms; issuer++)
	{
		cs_sample_bond_market_take(&market, issuer);
		for (Size number = 0; number < cs_sample_bonds(&market, issuer); number++)
		{
			CHECK_FOR_INTERRUPTS();
			old = MemoryContextSwitchTo(row);
			put_quotes(result, &market, issuer, number);
			MemoryContextSwitchTo(old);
			MemoryContextReset(row);
		}
	}
	return (Datum) 0;
}

/* sample_bond_market_factors(seed, firms, months): day, issuer, curve, variables. */
PG_FUNCTION_INFO_V1(creditspread_sample_bond_market_factors);
Datum
creditspread_sample_bond_market_factors(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	cs_sample_bond_market market;
	MemoryContext row, old;

	market_arguments(fcinfo, &market);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	row = AllocSetContextCreate(CurrentMemoryContext, WHAT, ALLOCSET_DEFAULT_SIZES);
	for (Size issuer = 0; issuer <= market.firms; issuer++)
	{
		cs_sample_bond_market_take(&market, issuer);
		CHECK_FOR_INTERRUPTS();
		old = MemoryContextSwitchTo(row);
		for (Size month = 0; month < market.months; month++)
		{
			const cs_sample_factors *factors = cs_sample_bond_factors(&market, issuer, month);
			Datum values[6];
			bool nulls[6] = {false};

			values[0] = month_date((int) month);
			values[1] = CStringGetTextDatum(issuer_name(issuer));
			for (int i = 0; i < 3; i++)
				values[2 + i] = Float8GetDatum(factors->factor[i]);
			values[5] = doubles_datum(WHAT, factors->variable, CS_SAMPLE_VARIABLES, 0);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
		MemoryContextSwitchTo(old);
		MemoryContextReset(row);
	}
	return (Datum) 0;
}
