/*
 * progress.c
 *		Interrupts between the steps of a long computation, and word of how far it is.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "postgres/fit_progress.h"
#include "postgres/progress.h"
#include "postgres/settings.h"

#define NOTICE_INTERVAL_MS 2000
#define PUBLISH_INTERVAL_MS 250

void
progress_start(Progress *progress, const char *what)
{
	progress->what = what;
	progress->started = progress->reported = progress->published = GetCurrentTimestamp();
}

void
progress_step(Progress *progress, double fraction)
{
	TimestampTz now;

	CHECK_FOR_INTERRUPTS();
	now = GetCurrentTimestamp();
	if (TimestampDifferenceExceeds(progress->published, now, PUBLISH_INTERVAL_MS))
	{
		progress->published = now;
		fit_progress_publish(progress->what, progress->started, fraction);
	}
	if (!progress_notices ||
		!TimestampDifferenceExceeds(progress->reported, now, NOTICE_INTERVAL_MS))
		return;
	progress->reported = now;
	if (fraction > 0)
	{
		double elapsed = (double) (now - progress->started) / USECS_PER_SEC;

		ereport(NOTICE, (errmsg("%s: %.0f %% done, %.0f s left", progress->what, fraction * 100,
								elapsed * (1 - fraction) / fraction)));
	}
}
