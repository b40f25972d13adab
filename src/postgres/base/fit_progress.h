/*
 * fit_progress.h
 *		How far the long computations of all sessions are, for other sessions to see.
 */
#ifndef CREDITSPREAD_POSTGRES_FIT_PROGRESS_H
#define CREDITSPREAD_POSTGRES_FIT_PROGRESS_H

#include "datatype/timestamp.h"

/*
 * Lets other sessions see that function `what`, at work since `started`, has done `fraction` (0..1)
 * of it; no more than the session's current statement lasts.
 */
extern void fit_progress_publish(const char *what, TimestampTz started, double fraction);

#endif
