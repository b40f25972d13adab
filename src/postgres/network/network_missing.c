/*
 * network_missing.c
 *		Missing values in the rows of a fit: carried forward, or their rows left out.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "numeric/base/carry_forward.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/network/network_fit.h"

/* Whether a value of the rows is NaN. */
static bool
any_missing(const double *values, int64 rows, int columns)
{
	for (int64 i = 0; i < rows; i++)
	{
		for (int c = 0; c < columns; c++)
			if (isnan(values[i * columns + c]))
				return true;
		check_interrupts(i);
	}
	return false;
}

static bool
is_whole(const double *row, int columns)
{
	for (int c = 0; c < columns; c++)
		if (isnan(row[c]))
			return false;
	return true;
}

/* The rows of one series that are kept after values were carried forward; known is set for it. */
static void
settle_rows(double *values, int64 rows, int columns, int missing, bool *known, bool *keep)
{
	int64 first = 0;

	if (missing == NETWORK_MISSING_CARRY)
		first = cs_carry_forward(values, rows, columns, 1, known);
	for (int64 i = 0; i < rows; i++)
	{
		if (missing != NETWORK_MISSING_CARRY)
			known[i] = true;
		keep[i] = i >= first &&
				  (missing == NETWORK_MISSING_CARRY || is_whole(values + i * columns, columns));
		check_interrupts(i);
	}
}

/* Moves the known of the rows that are kept together. */
static void
keep_known(bool *known, const bool *keep, int64 rows)
{
	int64 kept = 0;

	for (int64 i = 0; i < rows; i++)
		if (keep[i])
			known[kept++] = known[i];
}

void
network_settle_series(Series *series, const NetworkOptions *options, bool **known, const char *what)
{
	bool *keep;

	*known = NULL;
	if (!any_missing(series->values, series->count, series->columns))
		return;
	*known = allocate_checked(what, sizeof(bool) * series->count);
	keep = allocate_checked(what, sizeof(bool) * series->count);
	settle_rows(series->values, series->count, series->columns, options->missing, *known, keep);
	keep_known(*known, keep, series->count);
	series_keep_rows(series, keep);
	pfree(keep);
}

void
network_settle_panel(Panel *panel, const NetworkOptions *options, bool **known, const char *what)
{
	bool *keep;
	int64 end;

	*known = NULL;
	if (!any_missing(panel->values, panel->count, panel->columns))
		return;
	*known = allocate_checked(what, sizeof(bool) * panel->count);
	keep = allocate_checked(what, sizeof(bool) * panel->count);
	for (int64 start = 0; start < panel->count; start = end)
	{
		for (end = start + 1; end < panel->count && panel->entities[end] == panel->entities[start];)
			end++;
		settle_rows(panel->values + start * panel->columns, end - start, panel->columns,
					options->missing, *known + start, keep + start);
	}
	keep_known(*known, keep, panel->count);
	panel_keep_rows(panel, keep);
	pfree(keep);
}
