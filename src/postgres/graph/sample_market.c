/*
 * sample_market.c
 *		The made-up bond market as rows: its series, its relations and their strengths.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "numeric/graph/sample_market.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "sample_market"
#define MAX_DAYS 100000
#define FIRST_DAY 3656 /* 2010-01-04, a Monday, in days from 2000-01-01 */

static void
put_day(ReturnSetInfo *result, int day, const cs_sample_market *market)
{
	DateADT date = FIRST_DAY + day / 5 * 7 + day % 5;

	for (int i = 0; i < CS_SAMPLE_INDUSTRIES; i++)
	{
		Datum values[5];
		bool nulls[5] = {false};

		values[0] = DateADTGetDatum(date);
		values[1] = CStringGetTextDatum(cs_sample_industry(i));
		values[2] = CStringGetTextDatum(cs_sample_sector(i));
		values[3] = Float8GetDatum(market->spread[i]);
		values[4] = Float8GetDatum(market->stock[i]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/* sample_market(seed, days): day, industry, sector, spread, stock. */
PG_FUNCTION_INFO_V1(creditspread_sample_market);
Datum
creditspread_sample_market(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64 seed = PG_GETARG_INT64(0);
	int32 days = PG_GETARG_INT32(1);
	Size size = cs_sample_market_size();
	MemoryContext row;
	MemoryContext old;
	cs_workspace workspace;
	cs_sample_market *market;

	if (seed < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": seed is %lld, must be at least 0", (long long) seed)));
	if (days < 1 || days > MAX_DAYS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": days is %d, must be from 1 to %d", days, MAX_DAYS)));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	market = palloc(sizeof(cs_sample_market));
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	check_status(cs_sample_market_initialize(market, seed, &workspace), WHAT);
	row = AllocSetContextCreate(CurrentMemoryContext, WHAT, ALLOCSET_DEFAULT_SIZES);
	for (int day = 0; day < days; day++)
	{
		CHECK_FOR_INTERRUPTS();
		cs_sample_market_step(market);
		old = MemoryContextSwitchTo(row);
		put_day(result, day, market);
		MemoryContextSwitchTo(old);
		MemoryContextReset(row);
	}
	return (Datum) 0;
}

/* sample_market_relations(): source, target, kind. */
PG_FUNCTION_INFO_V1(creditspread_sample_market_relations);
Datum
creditspread_sample_market_relations(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	cs_relation *relations = palloc(sizeof(cs_relation) * CS_SAMPLE_MAX_PAIRS);
	Size pairs = cs_sample_relations(relations);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (Size i = 0; i < pairs; i++)
		for (int k = 0; k < CS_SAMPLE_KINDS; k++)
			if ((relations[i].kinds >> k & 1) != 0)
			{
				Datum values[3];
				bool nulls[3] = {false};

				values[0] = CStringGetTextDatum(cs_sample_industry(relations[i].source));
				values[1] = CStringGetTextDatum(cs_sample_industry(relations[i].target));
				values[2] = CStringGetTextDatum(cs_sample_kind_names[k]);
				tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
			}
	return (Datum) 0;
}

/* sample_market_strengths(): kind, strength. */
PG_FUNCTION_INFO_V1(creditspread_sample_market_strengths);
Datum
creditspread_sample_market_strengths(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int k = 0; k < CS_SAMPLE_KINDS; k++)
	{
		Datum values[2];
		bool nulls[2] = {false};

		values[0] = CStringGetTextDatum(cs_sample_kind_names[k]);
		values[1] = Float8GetDatum(cs_sample_strengths[k]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
