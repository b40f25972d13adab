/*
 * notice.c
 *		Remembers which notices the statement at work has had.
 */
#include "postgres.h"

#include "access/xact.h"

#include "postgres/base/notice.h"

bool
notice_due(NoticeKind kind)
{
	/* the starts of the statements that were told; no statement started at 0, in the year 2000 */
	static TimestampTz told[NOTICE_KINDS];
	TimestampTz statement = GetCurrentStatementStartTimestamp();

	if (told[kind] == statement)
		return false;
	told[kind] = statement;
	return true;
}
