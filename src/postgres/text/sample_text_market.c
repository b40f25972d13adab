/*
 * sample_text_market.c
 *		The made-up market with its news as rows: spreads, texts, labels, bonds, topics.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "numeric/text/sample_text_market.h"

#define WHAT "sample_text_market"
#define MAX_DAYS 100000
#define FIRST_DAY 5483 /* 2015-01-05, a Monday, in days from 2000-01-01 */

static const char *const labels[] = {"negative", "neutral", "positive"};
static const char *const languages[] = {"en", "zh"};

static Datum
utf8_datum(const char *text)
{
	return CStringGetTextDatum(pg_any_to_server(text, strlen(text), PG_UTF8));
}

static Datum
date_of(int day)
{
	return DateADTGetDatum(FIRST_DAY + day / 5 * 7 + day % 5);
}

/* Rows of one day; *texts is the number of texts before it. */
typedef void (*PutDay)(ReturnSetInfo *result, const cs_text_market *market, int64 texts);

static Datum
run_market(FunctionCallInfo fcinfo, double link, PutDay put)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64 seed = PG_GETARG_INT64(0);
	int32 days = PG_GETARG_INT32(1);
	cs_text_market *market = palloc(sizeof(cs_text_market));
	int64 texts = 0;
	MemoryContext row;

	if (seed < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": seed is %lld, must be at least 0", (long long) seed)));
	if (days < 1 || days > MAX_DAYS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": days is %d, must be from 1 to %d", days, MAX_DAYS)));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	cs_text_market_initialize(market, seed, link);
	row = AllocSetContextCreate(CurrentMemoryContext, WHAT, ALLOCSET_DEFAULT_SIZES);
	for (int day = 0; day < days; day++)
	{
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		cs_text_market_step(market);
		old = MemoryContextSwitchTo(row);
		put(result, market, texts);
		MemoryContextSwitchTo(old);
		MemoryContextReset(row);
		texts += market->news_count;
	}
	return (Datum) 0;
}

static void
put_spreads(ReturnSetInfo *result, const cs_text_market *market, int64 texts pg_attribute_unused())
{
	for (int i = 0; i < CS_TEXT_MARKET_ISSUERS; i++)
	{
		Datum values[4];
		bool nulls[4] = {false};

		if (!cs_text_market_alive(market, i))
			continue;
		values[0] = date_of(market->day);
		values[1] = CStringGetTextDatum(cs_text_issuers[i].bond);
		values[2] = Float8GetDatum(market->spread[i]);
		values[3] = BoolGetDatum(market->default_day[i] == market->day);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/* sample_text_market(seed, days, link): day, bond, spread, defaulted. */
PG_FUNCTION_INFO_V1(creditspread_sample_text_market);
Datum
creditspread_sample_text_market(PG_FUNCTION_ARGS)
{
	double link = PG_GETARG_FLOAT8(2);

	if (!(fabs(link) <= 100))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": link is %g, must be from -100 to 100", link)));
	return run_market(fcinfo, link, put_spreads);
}

static void
put_texts(ReturnSetInfo *result, const cs_text_market *market, int64 texts)
{
	for (int n = 0; n < market->news_count; n++)
	{
		const cs_text_news *news = market->news + n;
		Datum values[5];
		bool nulls[5] = {false};

		values[0] = Int64GetDatum(texts + n + 1);
		values[1] = date_of(market->day);
		values[2] = CStringGetTextDatum(languages[news->language]);
		values[3] = CStringGetTextDatum(news->topic >= 0 ? "topic" : "issuer");
		values[4] = utf8_datum(news->text);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/* sample_text_market_texts(seed, days): text_id, day, language, about, text. */
PG_FUNCTION_INFO_V1(creditspread_sample_text_market_texts);
Datum
creditspread_sample_text_market_texts(PG_FUNCTION_ARGS)
{
	return run_market(fcinfo, 0, put_texts);
}

static void
put_labels(ReturnSetInfo *result, const cs_text_market *market, int64 texts)
{
	for (int n = 0; n < market->news_count; n++)
	{
		const cs_text_news *news = market->news + n;

		for (int e = 0; e < (news->topic >= 0 ? 1 : news->entities); e++)
		{
			Datum values[3] = {0};
			bool nulls[3] = {false};

			values[0] = Int64GetDatum(texts + n + 1);
			nulls[1] = news->topic >= 0;
			if (!nulls[1])
				values[1] = utf8_datum(cs_text_issuers[news->issuer[e]].name[news->language]);
			values[2] = CStringGetTextDatum(labels[news->polarity[e] + 1]);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}
}

/* sample_text_market_labels(seed, days): text_id, entity, label. */
PG_FUNCTION_INFO_V1(creditspread_sample_text_market_labels);
Datum
creditspread_sample_text_market_labels(PG_FUNCTION_ARGS)
{
	return run_market(fcinfo, 0, put_labels);
}

static Datum
text_array(Datum *elements, int count)
{
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* sample_text_market_bonds(): bond, names, industries. */
PG_FUNCTION_INFO_V1(creditspread_sample_text_market_bonds);
Datum
creditspread_sample_text_market_bonds(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int i = 0; i < CS_TEXT_MARKET_ISSUERS; i++)
	{
		const cs_text_issuer *issuer = cs_text_issuers + i;
		int industries = issuer->industry[1] < 0 ? 1 : 2;
		Datum names[2] = {utf8_datum(issuer->name[0]), utf8_datum(issuer->name[1])};
		Datum industry[2] = {0};
		Datum values[3];
		bool nulls[3] = {false};

		for (int m = 0; m < industries; m++)
			industry[m] = CStringGetTextDatum(cs_text_industries[issuer->industry[m]]);
		values[0] = CStringGetTextDatum(issuer->bond);
		values[1] = text_array(names, 2);
		values[2] = text_array(industry, industries);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* sample_text_market_topics(): topic, definition, industries. */
PG_FUNCTION_INFO_V1(creditspread_sample_text_market_topics);
Datum
creditspread_sample_text_market_topics(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int k = 0; k < CS_TEXT_MARKET_TOPICS; k++)
	{
		const cs_text_topic *topic = cs_text_topics + k;
		Datum industry[CS_TEXT_MARKET_INDUSTRIES];
		int industries = 0;
		Datum values[3];
		bool nulls[3] = {false};

		for (int m = 0; m < CS_TEXT_MARKET_INDUSTRIES; m++)
			if ((topic->industries >> m & 1) != 0)
				industry[industries++] = CStringGetTextDatum(cs_text_industries[m]);
		values[0] = CStringGetTextDatum(topic->name);
		values[1] = utf8_datum(topic->definition);
		values[2] = text_array(industry, industries);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
