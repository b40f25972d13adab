/*
 * row_numbers.c
 *		Numbers the rows of a query that come in the order of their groups, two texts each (by
 *		bytes), in one pass and without keeping them, which window functions would do.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "postgres/base/compatibility.h"

/* What a call knows of the row before; a text that is NULL has no bytes, and a size of its own. */
typedef struct
{
	StringInfoData text[2];
	int32 size[2];
	int32 group, place;
	bool has_time;
	Timestamp time;
} LastRow;

static LastRow *
last_row(FmgrInfo *call)
{
	if (call->fn_extra == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(call->fn_mcxt);
		LastRow *last = palloc0(sizeof(LastRow));

		initStringInfo(&last->text[0]);
		initStringInfo(&last->text[1]);
		MemoryContextSwitchTo(caller);
		call->fn_extra = last;
	}
	return call->fn_extra;
}

/* Keeps a text of this row; whether the row before had the same. */
static bool
same_text(LastRow *last, FunctionCallInfo fcinfo, int which)
{
	text *given = PG_ARGISNULL(which) ? NULL : PG_GETARG_TEXT_PP(which);
	int32 size = given == NULL ? -1 : (int32) VARSIZE_ANY_EXHDR(given);
	bool same = last->size[which] == size &&
				(size <= 0 || memcmp(last->text[which].data, VARDATA_ANY(given), size) == 0);

	if (!same)
	{
		resetStringInfo(&last->text[which]);
		if (size > 0)
			appendBinaryStringInfo(&last->text[which], VARDATA_ANY(given), size);
		last->size[which] = size;
	}
	return same;
}

/* The number of this row's group, and its place among the rows of that. */
static LastRow *
next_row(FunctionCallInfo fcinfo)
{
	LastRow *last = last_row(fcinfo->flinfo);
	bool same_first = same_text(last, fcinfo, 0);
	bool same_second = same_text(last, fcinfo, 1);

	if (last->group > 0 && same_first && same_second)
		last->place++;
	else
	{
		last->group++;
		last->place = 1;
	}
	return last;
}

PG_FUNCTION_INFO_V1(creditspread_group_number);
Datum
creditspread_group_number(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(next_row(fcinfo)->group);
}

PG_FUNCTION_INFO_V1(creditspread_place_in_group);
Datum
creditspread_place_in_group(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(next_row(fcinfo)->place);
}

PG_FUNCTION_INFO_V1(creditspread_repeats_time);
Datum
creditspread_repeats_time(PG_FUNCTION_ARGS)
{
	LastRow *last = next_row(fcinfo);
	bool has_time = !PG_ARGISNULL(2);
	Timestamp time = has_time ? PG_GETARG_TIMESTAMP(2) : 0;
	bool again = last->place > 1 && has_time && last->has_time && time == last->time;

	last->has_time = has_time;
	last->time = time;
	PG_RETURN_BOOL(again);
}
