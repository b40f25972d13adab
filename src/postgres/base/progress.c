/*
 * progress.c
 *		Interrupts within a long computation, and word of how far it is.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "numeric/base/poll.h"
#include "postgres/base/fit_progress.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"

#define NOTICE_INTERVAL_MS 5000
#define PUBLISH_INTERVAL_MS 250

/*
 * What cs_poll reports: a copy, since an error takes the caller's away.  The entries into others'
 * parts are counted, and forgotten where a transaction or subtransaction ends, so that no error
 * leaves one behind.
 */
static struct
{
	Progress progress;
	double done;
	double share;
	int entered;
} work;

void
progress_start(Progress *progress, const char *what)
{
	progress->what = what;
	progress->started = progress->reported = progress->published = GetCurrentTimestamp();
}

static void
report(Progress *progress, double fraction)
{
	TimestampTz now = GetCurrentTimestamp();

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

void
progress_step(Progress *progress, double fraction)
{
	CHECK_FOR_INTERRUPTS();
	report(progress, fraction);
}

void
progress_enter(const Progress *progress, double done, double share)
{
	if (work.entered++ > 0)
		return;
	work.progress = *progress;
	work.done = done;
	work.share = share;
}

void
progress_leave(Progress *progress)
{
	if (work.entered > 0 && --work.entered == 0)
		*progress = work.progress;
}

static void
answer_poll(double done, double total)
{
	CHECK_FOR_INTERRUPTS();
	if (total > 0 && work.entered == 1)
		report(&work.progress, work.done + work.share * (done / total));
}

static void
end_transaction(XactEvent event, void *arg)
{
	(void) event;
	(void) arg;
	work.entered = 0;
}

static void
end_subtransaction(SubXactEvent event, SubTransactionId id, SubTransactionId parent, void *arg)
{
	(void) id;
	(void) parent;
	(void) arg;
	if (event == SUBXACT_EVENT_ABORT_SUB)
		work.entered = 0;
}

void
progress_initialize(void)
{
	cs_poll = answer_poll;
	RegisterXactCallback(end_transaction, NULL);
	RegisterSubXactCallback(end_subtransaction, NULL);
}
