/*
 * fit_progress.c
 *		The function fit_progress() and what it reads: numbers that each session keeps in its entry
 *		of the server's table of backends, where VACUUM, COPY and the like keep theirs.
 *
 * Sessions need no memory of their own for it, and no preloaded library.  While one of the server's
 * commands uses the place, nothing is published.
 */
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/acl.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "postgres/base/compatibility.h"
#include "postgres/base/fit_progress.h"

/* "creditsp" as a number: the entry is one of ours. */
#define PROGRESS_MAGIC INT64CONST(0x6372656469747370)

/* The numbers of an entry. */
enum
{
	PROGRESS_TAG,
	PROGRESS_STATEMENT, /* start of the session's statement, which tells a past one's numbers */
	PROGRESS_STARTED,
	PROGRESS_UPDATED,
	PROGRESS_MILLIONTHS, /* done */
	PROGRESS_NAME,		 /* the function's name, in this and all numbers after it */
	PROGRESS_NAME_NUMBERS = 8,
	PROGRESS_NUMBERS = PROGRESS_NAME + PROGRESS_NAME_NUMBERS
};

/* What the function returns of an entry. */
enum
{
	COLUMN_PID,
	COLUMN_ROLE,
	COLUMN_FUNCTION,
	COLUMN_STARTED,
	COLUMN_PERCENT,
	COLUMN_SECONDS_LEFT,
	COLUMN_COUNT
};

void
fit_progress_publish(const char *what, TimestampTz started, double fraction)
{
	int index[PROGRESS_NUMBERS];
	int64 numbers[PROGRESS_NUMBERS] = {[PROGRESS_TAG] = PROGRESS_MAGIC};

	if (MyBEEntry == NULL || MyBEEntry->st_progress_command != PROGRESS_COMMAND_INVALID)
		return;
	numbers[PROGRESS_STATEMENT] = MyBEEntry->st_activity_start_timestamp;
	numbers[PROGRESS_STARTED] = started;
	numbers[PROGRESS_UPDATED] = GetCurrentTimestamp();
	numbers[PROGRESS_MILLIONTHS] = (int64) (Min(Max(fraction, 0), 1) * 1e6);
	strlcpy((char *) (numbers + PROGRESS_NAME), what, sizeof(int64) * PROGRESS_NAME_NUMBERS);
	for (int i = 0; i < PROGRESS_NUMBERS; i++)
		index[i] = i;
	pgstat_progress_update_multi_param(PROGRESS_NUMBERS, index, numbers);
}

/* Whether the entry tells of a computation that still runs, for this user to see. */
static bool
is_shown(const PgBackendStatus *entry)
{
	const int64 *numbers = entry->st_progress_param;

	return entry->st_procpid > 0 && entry->st_state == STATE_RUNNING &&
		   entry->st_progress_command == PROGRESS_COMMAND_INVALID &&
		   numbers[PROGRESS_TAG] == PROGRESS_MAGIC &&
		   numbers[PROGRESS_STATEMENT] == entry->st_activity_start_timestamp &&
		   (has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) ||
			has_privs_of_role(GetUserId(), entry->st_userid));
}

static void
return_entry(ReturnSetInfo *result, const PgBackendStatus *entry)
{
	const int64 *numbers = entry->st_progress_param;
	double done = (double) numbers[PROGRESS_MILLIONTHS] / 1e6;
	double elapsed =
		(double) (numbers[PROGRESS_UPDATED] - numbers[PROGRESS_STARTED]) / USECS_PER_SEC;
	char *role = GetUserNameFromId(entry->st_userid, true);
	Datum values[COLUMN_COUNT] = {0};
	bool nulls[COLUMN_COUNT] = {0};

	values[COLUMN_PID] = Int32GetDatum(entry->st_procpid);
	nulls[COLUMN_ROLE] = role == NULL;
	if (role != NULL)
		values[COLUMN_ROLE] = CStringGetTextDatum(role);
	values[COLUMN_FUNCTION] = CStringGetTextDatum((const char *) (numbers + PROGRESS_NAME));
	values[COLUMN_STARTED] = TimestampTzGetDatum(numbers[PROGRESS_STARTED]);
	values[COLUMN_PERCENT] = Float8GetDatum(100 * done);
	nulls[COLUMN_SECONDS_LEFT] = done <= 0;
	if (done > 0)
		values[COLUMN_SECONDS_LEFT] = Float8GetDatum(elapsed * (1 - done) / done);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(creditspread_fit_progress);
Datum
creditspread_fit_progress(PG_FUNCTION_ARGS)
{
	int count = pgstat_fetch_stat_numbackends();

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int i = 1; i <= count; i++)
	{
		LocalPgBackendStatus *entry = pgstat_get_local_beentry_by_index(i);

		if (entry != NULL && is_shown(&entry->backendStatus))
			return_entry((ReturnSetInfo *) fcinfo->resultinfo, &entry->backendStatus);
	}
	PG_RETURN_NULL();
}
