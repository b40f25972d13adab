/*
 * progress.h
 *		What cs_poll does inside a server: interrupts, notices of progress, and what other sessions
 *		see of it.
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

/* Lets cs_poll answer cancel and timeout, and report; called once, by _PG_init. */
extern void progress_initialize(void);

/* `what` must live as long as `progress`. */
extern void progress_start(Progress *progress, const char *what);

/*
 * What cs_poll reports between these two is the part of `progress` that begins at `done` and takes
 * `share`, 0..1 as all of it is 0 and 1.  Inside of another's part nothing is reported.  An error
 * leaves all of them; cs_poll then still answers interrupts.
 */
extern void progress_enter(const Progress *progress, double done, double share);
extern void progress_leave(Progress *progress);

/*
 * For loops that do not poll, between two steps: answers cancel and timeout and tells other
 * sessions how far the work is (`fraction` in 0..1); with creditspread.progress on, every few
 * seconds a NOTICE gives the percentage done and the seconds left.
 */
extern void progress_step(Progress *progress, double fraction);

#endif
