/*
 * state_of_economy.c
 *		The window function state_of_economy.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"

#include "numeric/signal/state_of_economy.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "state_of_economy"

enum
{
	ARGUMENT_SPREAD,
	ARGUMENT_WINDOW,
	ARGUMENT_RISE,
	ARGUMENT_ENTER,
	ARGUMENT_LEAVE
};

/* What is kept of a partition. */
typedef struct Partition
{
	cs_economy_state *states; /* a state for each row */
	TupleDesc descriptor;
} Partition;

static int
rows_argument(FunctionCallInfo fcinfo, int argno, const char *name, int least)
{
	bool isnull;
	int rows = DatumGetInt32(partition_parameter(fcinfo, WHAT, argno, name, &isnull));

	check_not_null(WHAT, name, isnull);
	if (rows < least)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": %s is %d, it must be at least %d", name, rows, least)));
	return rows;
}

static double
score_argument(FunctionCallInfo fcinfo, int argno, const char *name)
{
	bool isnull;
	Datum score = partition_parameter(fcinfo, WHAT, argno, name, &isnull);

	check_not_null(WHAT, name, isnull);
	return finite_value(score, false, name, NULL);
}

static cs_economy_options
read_arguments(FunctionCallInfo fcinfo)
{
	int rise = rows_argument(fcinfo, ARGUMENT_RISE, "rise_rows", 1);
	int window = rows_argument(fcinfo, ARGUMENT_WINDOW, "window_rows", 2);
	double enter = score_argument(fcinfo, ARGUMENT_ENTER, "enter");
	double leave = score_argument(fcinfo, ARGUMENT_LEAVE, "leave");

	if (window / 2 < rise)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(WHAT ": window_rows is %d, less than twice rise_rows, %d", window, rise),
				 errhint("Give more window_rows or fewer rise_rows.")));
	if (enter < leave)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": enter is %g, below leave, %g", enter, leave),
						errhint("The state begins above enter and ends below leave.")));
	return (cs_economy_options){window, rise, enter, leave};
}

static void
read_partition(FunctionCallInfo fcinfo, Partition *partition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int64 count = WinGetPartitionRowCount(window);
	cs_economy_options options = read_arguments(fcinfo);
	double *x = partition_doubles(window, WHAT, ARGUMENT_SPREAD, "spread", false);

	partition->states = allocate_checked(WHAT, sizeof(cs_economy_state) * count);
	check_status(cs_state_of_economy(x, count, &options, partition->states), WHAT);
	partition->descriptor = result_descriptor(fcinfo);
	pfree(x);
}

/*
 * state_of_economy(spread, window_rows, rise_rows, enter, leave) OVER (...)
 */
PG_FUNCTION_INFO_V1(creditspread_state_of_economy);
Datum
creditspread_state_of_economy(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	Partition *partition = partition_memory(window, sizeof(Partition), &context);
	const cs_economy_state *state;
	Datum values[3];
	bool nulls[3] = {false};

	if (partition->descriptor == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		read_partition(fcinfo, partition);
		MemoryContextSwitchTo(old);
	}
	state = &partition->states[WinGetCurrentPosition(window)];
	if (isnan(state->level_score))
		PG_RETURN_NULL();
	values[0] = BoolGetDatum(state->worse);
	values[1] = finite_datum(WHAT, state->level_score);
	values[2] = finite_datum(WHAT, state->rise_score);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, values, nulls)));
}
