/*
 * contributions.h
 *		The value of type forecast_contributions, and what the window functions that give it share:
 *		FAMILY_contributions(model, y, features, step, terms) OVER (...).
 */
#ifndef CREDITSPREAD_POSTGRES_CONTRIBUTIONS_H
#define CREDITSPREAD_POSTGRES_CONTRIBUTIONS_H

#include "fmgr.h"
#include "access/tupdesc.h"
#include "windowapi.h"

#include "numeric/base/contributions.h"

/* "rnn_contributions" of "rnn_forecast". */
extern char *contributions_name(const char *forecast);

/* What is wanted of the current row: false where its step or its terms is NULL. */
typedef struct ContributionRequest
{
	Datum step;
	bool terms; /* each term by itself, else those of a column together */
} ContributionRequest;

extern bool contributions_wanted(WindowObject window, ContributionRequest *request);

typedef struct ContributionLabels
{
	const void *of;
	char *(*column)(const void *of, int column);
	char *(*term)(const void *of, size_t term);
} ContributionLabels;

/* Error where the status is one; else nothing. */
extern void contributions_check(const cs_contributions *result, cs_status status, const char *what);

/*
 * row[columns] are the values of the row, NaN = NULL; lower_bound, unless negative, is that of
 * forecasts: what it adds is the last element.
 */
extern Datum contributions_datum(const cs_contributions *result, const ContributionLabels *labels,
								 const ContributionRequest *request, const double *row, int columns,
								 double lower_bound, const char *what, TupleDesc descriptor);

#endif
