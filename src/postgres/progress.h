/*
 * progress.h
 *		Stands around iterate-and-test loops: interrupts between steps, notices of progress, and
 *		what other sessions see of it.
 */
#ifndef CREDITSPREAD_POSTGRES_PROGRESS_H
#define CREDITSPREAD_POSTGRES_PROGRESS_H

#include "datatype/timestamp.h"

typedef struct Progress
{
	const char *what; /* the function at work, as messages name it */
	TimestampTz started;
	TimestampTz reported;
	TimestampTz published;
} Progress;

extern void progress_start(Progress *progress, const char *what);

/*
 * To be called between two steps: answers cancel and timeout and tells other sessions how far the
 * work is (`fraction` in 0..1); with creditspread.progress on, every few seconds a NOTICE gives the
 * percentage done and the seconds left.
 */
extern void progress_step(Progress *progress, double fraction);

#endif
