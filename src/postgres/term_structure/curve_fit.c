/*
 * curve_fit.c
 *		The fits of curves to yields: the yields as a state, in order, and what can go wrong.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/base/arguments.h"
#include "postgres/term_structure/curve.h"
#include "postgres/term_structure/curve_fit.h"
#include "postgres/base/on_error.h"
#include "postgres/base/settings.h"
#include "postgres/state/series_state.h"
#include "postgres/base/status.h"

/* Whether a row cannot be used, which NULL is wanted for. */
static bool
is_refused(FunctionCallInfo fcinfo, int columns)
{
	return PG_ARGISNULL(1) || PG_GETARG_FLOAT8(1) < 0 ||
		   (columns == 3 && (PG_ARGISNULL(3) || PG_GETARG_FLOAT8(3) <= 0));
}

/* The rows of the state have no time, but two or three values. */
Datum
curve_fit_transition(FunctionCallInfo fcinfo, const CurveFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	bool has_options = PG_NARGS() > 3 && !PG_ARGISNULL(PG_NARGS() - 1);
	const Jsonb *options = has_options ? PG_GETARG_JSONB_P(PG_NARGS() - 1) : NULL;
	int columns = PG_NARGS() > 4 ? 3 : 2;
	double quote[3];

	if (PG_ARGISNULL(2))
	{
		if (!refused_gives_null(options))
			maturity_argument(fcinfo, 1);
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	if (is_refused(fcinfo, columns) && refused_gives_null(options))
		PG_RETURN_POINTER(
			series_state_refuse(fcinfo, family->what, state, (TimePoint){TIME_NONE, 0}, options));
	quote[0] = maturity_argument(fcinfo, 1);
	quote[1] = PG_GETARG_FLOAT8(2);
	check_finite(quote[1], "yield", NULL);
	if (columns == 3)
	{
		quote[2] = finite_argument(fcinfo, 3, "weight", NULL);
		if (quote[2] <= 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("weight is %g, must be positive", quote[2]),
							errhint("Leave rows without weight out with WHERE or FILTER.")));
	}
	PG_RETURN_POINTER(series_state_append(fcinfo, family->what, state, (TimePoint){TIME_NONE, 0},
										  quote, columns, options));
}

typedef struct Quote
{
	double maturity;
	double yield;
	double weight;
} Quote;

static inline int
compare_quotes(const Quote *left, const Quote *right)
{
	if (left->maturity != right->maturity)
		return left->maturity < right->maturity ? -1 : 1;
	if (left->yield != right->yield)
		return left->yield < right->yield ? -1 : 1;
	if (left->weight != right->weight)
		return left->weight < right->weight ? -1 : 1;
	return 0;
}

#define ST_SORT sort_quotes
#define ST_ELEMENT_TYPE Quote
#define ST_COMPARE(a, b) compare_quotes(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Sorting makes the fit the same for any order of the rows, to the last bit. */
static void
sort_state(RowState *state, const char *what, Quotes *quotes)
{
	Quote *sorted = allocate_checked(what, state->count * sizeof(Quote));

	for (int64 i = 0; i < state->count; i++)
	{
		const double *quote = series_state_values(state, i);

		/* the sum is never a negative zero */
		sorted[i] = (Quote){quote[0] + 0.0, quote[1], state->columns == 3 ? quote[2] : 1};
	}
	sort_quotes(sorted, state->count);
	for (int64 i = 0; i < state->count; i++)
	{
		quotes->maturity[i] = sorted[i].maturity;
		quotes->yield[i] = sorted[i].yield;
		if (quotes->weight != NULL)
			quotes->weight[i] = sorted[i].weight;
	}
	pfree(sorted);
}

static Quotes
quotes_of_state(RowState *state, const CurveFamily *family)
{
	const char *what = family->what;
	Quotes quotes = {.n = state->count, .options = row_state_options(state)};

	if (state->time_type != TIME_NONE || (state->columns != 2 && state->columns != 3))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a state of %d values in a row is not one of maturities and "
							   "yields",
							   what, (int) state->columns)));
	if (quotes.n > family->most)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s estimates the decay of at most %zu observations, has %zu", what,
							   family->most, quotes.n),
						errhint("Group the rows by curve, or give the decay.")));
	quotes.maturity = allocate_checked(what, quotes.n * sizeof(double));
	quotes.yield = allocate_checked(what, quotes.n * sizeof(double));
	if (state->columns == 3)
		quotes.weight = allocate_checked(what, quotes.n * sizeof(double));
	sort_state(state, what, &quotes);
	return quotes;
}

void
report_fit_overflow(const char *what, int64 observations)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s: the fit of %lld observations overflows", what, (long long) observations),
			 errhint("Yields are in percent per year; look for extreme values.")));
}

static void
check_fit(cs_status status, const CurveFamily *family, const CurveFit *fit, const Quotes *quotes)
{
	const char *what = family->what;

	if (status == CS_TOO_FEW)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s: %s needs at least %d different maturities, %zu observations have %zu",
					what, fit->given ? "a curve" : psprintf("estimating the %s", family->decays),
					fit->given ? family->least_given : family->least_estimated, quotes->n,
					fit->different),
			 errhint("Give yields at more maturities%s.",
					 fit->given ? "" : psprintf(", or the %s", family->decays))));
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: the %s cannot be estimated, all %zu yields are %g", what,
							   family->decays, quotes->n, quotes->yield[0]),
						errhint("Give the %s.", family->decays)));
	if (status == CS_SINGULAR)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: the loadings of %zu observations are linearly dependent%s",
							   what, quotes->n, fit->given ? "" : " at every decay of the search"),
						errhint("Give yields at clearly different maturities, or decays whose "
								"humps, at 1.793 / decay, lie among them.")));
	if (status == CS_NOT_FINITE)
		report_fit_overflow(what, quotes->n);
	check_status(status, what);
}

Datum
curve_fit_final(FunctionCallInfo fcinfo, const CurveFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	CurveFit fit = {0};
	Quotes quotes;
	cs_status status;
	int on_error;

	if (state == NULL)
		PG_RETURN_NULL();
	if (state->count > 0)
		quotes = quotes_of_state(state, family);
	on_error = curve_read_options(row_state_options(state), family->what, family->kind).on_error;
	if (state->count == 0)
		PG_RETURN_NULL();
	status = family->fit(&quotes, &fit);
	if (gives_null(status, on_error))
		PG_RETURN_NULL();
	check_fit(status, family, &fit, &quotes);
	return family->result(fcinfo, &fit);
}
