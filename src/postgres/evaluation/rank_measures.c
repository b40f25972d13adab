/*
 * rank_measures.c
 *		The aggregates mean_reciprocal_rank and rank_correlation: how well forecasts order the
 *		entities of each time.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"

#include "numeric/base/moments.h"
#include "numeric/evaluation/rank_measures.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/state/series_state.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

static const char reciprocal_name[] = "mean_reciprocal_rank";
static const char correlation_name[] = "rank_correlation";

/* The columns of rank_correlation_result, in order. */
typedef enum CorrelationColumn
{
	CORRELATION_MEAN,
	CORRELATION_SD,
	CORRELATION_INFORMATION_RATIO,
	CORRELATION_TIMES,
	CORRELATION_UNDEFINED,
	CORRELATION_COLUMNS
} CorrelationColumn;

static Datum
append_forecast(FunctionCallInfo fcinfo, const char *what)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	double row[2];

	row[0] = finite_argument(fcinfo, 2, "actual", &time);
	row[1] = finite_argument(fcinfo, 3, "the forecast", &time);
	PG_RETURN_POINTER(series_state_append(fcinfo, what, state, time, row, 2, NULL));
}

/* transition(state, time, actual, forecast) */
PG_FUNCTION_INFO_V1(creditspread_mean_reciprocal_rank_transition);
Datum
creditspread_mean_reciprocal_rank_transition(PG_FUNCTION_ARGS)
{
	return append_forecast(fcinfo, reciprocal_name);
}

PG_FUNCTION_INFO_V1(creditspread_rank_correlation_transition);
Datum
creditspread_rank_correlation_transition(PG_FUNCTION_ARGS)
{
	return append_forecast(fcinfo, correlation_name);
}

/* The rows of a state, time after time. */
typedef struct TimeScan
{
	const char *what;
	Series series;
	double *actual;	  /* [count], in order of time */
	double *forecast; /* [count] */
	int64 from;		  /* rows of the time at hand: from .. to - 1 */
	int64 to;
	cs_ranking ranking;
} TimeScan;

static int64
end_of_time(const Series *series, int64 from)
{
	int64 to = from + 1;

	while (to < series->count && series->times[to] == series->times[from])
		to++;
	return to;
}

/* The most rows that a time has. */
static int64
largest_time(const TimeScan *scan)
{
	int64 largest = 0;
	int64 to;

	for (int64 from = 0; from < scan->series.count; from = to)
	{
		to = end_of_time(&scan->series, from);
		if (to - from > CS_RANK_MAX_ENTITIES)
			ereport(
				ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s: %lld rows at %s, the limit is %d", scan->what, (long long) (to - from),
						time_text(series_time(&scan->series, from)), CS_RANK_MAX_ENTITIES),
				 errhint("Give each entity one row per time, or use groups.")));
		largest = Max(largest, to - from);
		CHECK_FOR_INTERRUPTS();
	}
	return largest;
}

static void
scan_begin(TimeScan *scan, const RowState *state, const char *what)
{
	cs_workspace workspace;
	int64 largest;
	Size size;

	check_row_columns(what, state->columns, 2, 2);
	*scan = (TimeScan){.what = what, .series = series_state_by_time(state, what)};
	scan->actual = allocate_checked(what, sizeof(double) * scan->series.count);
	scan->forecast = allocate_checked(what, sizeof(double) * scan->series.count);
	for (int64 i = 0; i < scan->series.count; i++)
	{
		scan->actual[i] = scan->series.values[2 * i];
		scan->forecast[i] = scan->series.values[2 * i + 1];
		check_interrupts(i);
	}
	largest = largest_time(scan);
	size = cs_ranking_size(largest);
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(cs_ranking_initialize(&scan->ranking, largest, &workspace), what);
}

/* Goes on to the next time; false when there is none. */
static bool
scan_next(TimeScan *scan)
{
	CHECK_FOR_INTERRUPTS();
	if (scan->to == scan->series.count)
		return false;
	scan->from = scan->to;
	scan->to = end_of_time(&scan->series, scan->from);
	return true;
}

PG_FUNCTION_INFO_V1(creditspread_mean_reciprocal_rank_final);
Datum
creditspread_mean_reciprocal_rank_final(PG_FUNCTION_ARGS)
{
	TimeScan scan;
	double sum = 0;
	int64 times = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	scan_begin(&scan, row_state_argument(fcinfo, 0), reciprocal_name);
	while (scan_next(&scan))
	{
		if (scan.to - scan.from < 2)
			continue; /* a single entity has no place to miss */
		sum += cs_reciprocal_rank(&scan.ranking, scan.actual + scan.from, scan.forecast + scan.from,
								  scan.to - scan.from);
		times++;
	}
	if (times == 0)
		PG_RETURN_NULL();
	return finite_datum("mean_reciprocal_rank", sum / (double) times);
}

PG_FUNCTION_INFO_V1(creditspread_rank_correlation_final);
Datum
creditspread_rank_correlation_final(PG_FUNCTION_ARGS)
{
	TimeScan scan;
	cs_moments moments;
	int64 undefined = 0;
	double sd;
	Datum values[CORRELATION_COLUMNS] = {0};
	bool nulls[CORRELATION_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	scan_begin(&scan, row_state_argument(fcinfo, 0), correlation_name);
	if (scan.series.count == 0)
		PG_RETURN_NULL();
	cs_moments_initialize(&moments);
	while (scan_next(&scan))
	{
		double correlation;

		if (cs_rank_correlation(&scan.ranking, scan.actual + scan.from, scan.forecast + scan.from,
								scan.to - scan.from, &correlation) == CS_OK)
			cs_moments_add(&moments, correlation);
		else
			undefined++;
	}
	sd = sqrt(moments.sum_squares / ((double) moments.count - 1));
	values[CORRELATION_MEAN] = finite_datum("rank_correlation", moments.mean);
	nulls[CORRELATION_MEAN] = moments.count == 0;
	nulls[CORRELATION_SD] = moments.count < 2;
	if (!nulls[CORRELATION_SD])
		values[CORRELATION_SD] = finite_datum("rank_correlation", sd);
	nulls[CORRELATION_INFORMATION_RATIO] =
		moments.count < 2 || cs_moments_constant(&moments, cs_moments_magnitude(&moments));
	if (!nulls[CORRELATION_INFORMATION_RATIO])
		values[CORRELATION_INFORMATION_RATIO] = finite_datum("rank_correlation", moments.mean / sd);
	values[CORRELATION_TIMES] = Int64GetDatum(moments.count);
	values[CORRELATION_UNDEFINED] = Int64GetDatum(undefined);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
