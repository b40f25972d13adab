/*
 * expanding_zscore.c
 *		The window function expanding_zscore.
 */
#include "postgres.h"

#include <math.h>

#include "windowapi.h"

#include "numeric/text/expanding_zscore.h"
#include "postgres/base/arguments.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"

#define WHAT "expanding_zscore"

/* What is kept of a partition. */
typedef struct Scores
{
	double *zscore; /* NULL: not computed yet */
} Scores;

static double *
partition_scores(FunctionCallInfo fcinfo)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int64 rows = WinGetPartitionRowCount(window);
	double *value = partition_doubles(window, WHAT, 0, "x", false);
	double *zscore = allocate_checked(WHAT, sizeof(double) * rows);
	double *scratch = allocate_checked(WHAT, sizeof(double) * rows);
	size_t *stop = allocate_checked(WHAT, sizeof(size_t) * rows);
	bool isnull;
	Datum whole = partition_parameter(fcinfo, WHAT, 1, "whole_sample", &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg(WHAT ": whole_sample is NULL")));
	for (int64 i = rows - 1; i >= 0; i--)
		stop[i] = i + 1 < rows && WinRowsArePeers(window, i, i + 1) ? stop[i + 1] : (size_t) i + 1;
	cs_expanding_zscore(zscore, value, stop, rows, DatumGetBool(whole), scratch);
	for (int64 i = 0; i < rows; i++)
		if (!isfinite(zscore[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg(WHAT ": the sums up to row " INT64_FORMAT " of the partition overflow",
							i + 1)));
	pfree(value);
	pfree(scratch);
	pfree(stop);
	return zscore;
}

/* expanding_zscore(x, whole_sample) */
PG_FUNCTION_INFO_V1(creditspread_expanding_zscore);
Datum
creditspread_expanding_zscore(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	Scores *scores;

	scores = partition_memory(window, sizeof(Scores), &context);
	if (scores->zscore == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		scores->zscore = partition_scores(fcinfo);
		MemoryContextSwitchTo(old);
	}
	PG_RETURN_FLOAT8(scores->zscore[WinGetCurrentPosition(window)]);
}
