/*
 * nelson_siegel.c
 *		The aggregate nelson_siegel_fit, with the decay given or estimated, and the functions of a
 *		nelson_siegel_curve.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/term_structure/nelson_siegel.h"
#include "postgres/arguments.h"
#include "postgres/curve.h"
#include "postgres/settings.h"
#include "postgres/status.h"
#include "postgres/sums_state.h"

/*
 * Most observations of one curve with an estimated decay: one evaluation of the fit stays short
 * enough for an interrupt to be answered at once.
 */
#define MAX_OBSERVATIONS 1000000

static const SumsType state_type = {"nelson_siegel_state", "nsxxxssxxxssss"};

StaticAssertDecl(sizeof(cs_nelson_siegel_sums) == 14 * sizeof(int64),
				 "nelson_siegel_state has 14 members");

/* The state of version 0.1.0, without the maturities at the end. */
static const SumsType old_type = {"nelson_siegel_sums", "nsxxxssxxxss"};

#define STATE_FUNCTIONS(prefix, type)                                                              \
	PG_FUNCTION_INFO_V1(prefix##_in);                                                              \
	Datum prefix##_in(PG_FUNCTION_ARGS)                                                            \
	{                                                                                              \
		return sums_in(&(type), PG_GETARG_CSTRING(0));                                             \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(prefix##_out);                                                             \
	Datum prefix##_out(PG_FUNCTION_ARGS)                                                           \
	{                                                                                              \
		return sums_out(&(type), PG_GETARG_POINTER(0));                                            \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(prefix##_recv);                                                            \
	Datum prefix##_recv(PG_FUNCTION_ARGS)                                                          \
	{                                                                                              \
		return sums_receive(&(type), (StringInfo) PG_GETARG_POINTER(0));                           \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(prefix##_send);                                                            \
	Datum prefix##_send(PG_FUNCTION_ARGS)                                                          \
	{                                                                                              \
		return sums_send(&(type), PG_GETARG_POINTER(0));                                           \
	}

STATE_FUNCTIONS(creditspread_nelson_siegel_state, state_type)
STATE_FUNCTIONS(creditspread_nelson_siegel_sums, old_type)

/* Sums of either type: the state itself, or a copy in which what the old one does not have is 0. */
static cs_nelson_siegel_sums *
state_sums(void *state, const SumsType *type, cs_nelson_siegel_sums *copy)
{
	if (type == &state_type)
		return state;
	memset(copy, 0, sizeof(*copy));
	memcpy(copy, state, strlen(old_type.members) * sizeof(int64));
	return copy;
}

static void
store_sums(void *state, const SumsType *type, const cs_nelson_siegel_sums *sums)
{
	if (type == &old_type)
		memcpy(state, sums, strlen(old_type.members) * sizeof(int64));
}

static void
report_different_decays(double first, double second)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("nelson_siegel_fit: decay is %.15g after %.15g in the same group",
						   second, first),
					errhint("Give one decay for all rows of a curve.")));
}

/*
 * transition(state, maturity, yield, decay): a row without a yield is left out.
 */
static Datum
fixed_transition(FunctionCallInfo fcinfo, const SumsType *type)
{
	bool created;
	void *state = sums_argument(fcinfo, type, &created);
	cs_nelson_siegel_sums copy;
	cs_nelson_siegel_sums *sums = state_sums(state, type, &copy);
	double maturity = maturity_argument(fcinfo, 1);
	double decay = finite_argument(fcinfo, 3, "decay", NULL);

	if (created)
	{
		check_decay("decay", decay);
		sums->decay = decay;
	}
	else if (decay != sums->decay)
		report_different_decays(sums->decay, decay);
	if (!PG_ARGISNULL(2))
	{
		check_finite(PG_GETARG_FLOAT8(2), "yield", NULL);
		check_status(cs_nelson_siegel_sums_add(sums, maturity, PG_GETARG_FLOAT8(2)),
					 "nelson_siegel_fit");
	}
	store_sums(state, type, sums);
	PG_RETURN_POINTER(state);
}

static Datum
fixed_combine(FunctionCallInfo fcinfo, const SumsType *type)
{
	bool created;
	void *state = sums_argument(fcinfo, type, &created);
	cs_nelson_siegel_sums copy, other_copy;
	cs_nelson_siegel_sums *sums = state_sums(state, type, &copy);
	const cs_nelson_siegel_sums *other;

	if (PG_ARGISNULL(1))
	{
		if (created)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	other = state_sums(PG_GETARG_POINTER(1), type, &other_copy);
	check_counts(type->name, sums->n, other->n);
	if (created)
		*sums = *other;
	else if (cs_nelson_siegel_sums_combine(sums, other) != CS_OK)
		report_different_decays(sums->decay, other->decay);
	store_sums(state, type, sums);
	PG_RETURN_POINTER(state);
}

static void
report_overflow(int64 observations)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("nelson_siegel_fit: the fit of %lld observations overflows",
						   (long long) observations),
					errhint("Yields are in percent per year; look for extreme values.")));
}

static Datum
fixed_final(FunctionCallInfo fcinfo, const SumsType *type)
{
	cs_nelson_siegel_sums copy;
	const cs_nelson_siegel_sums *sums;
	cs_nelson_siegel_curve curve;
	cs_status status;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sums = state_sums(PG_GETARG_POINTER(0), type, &copy);
	if (sums->n == 0)
		PG_RETURN_NULL();
	status = cs_nelson_siegel_sums_solve(sums, &curve);
	if (status == CS_TOO_FEW)
		report_too_few("nelson_siegel_fit", 3, sums->n);
	if (status == CS_SINGULAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("nelson_siegel_fit: the loadings of %lld observations at decay "
						"%.15g are linearly dependent",
						(long long) sums->n, sums->decay),
				 errhint("Give yields at 3 or more clearly different maturities, or a decay whose "
						 "hump, at 1.793 / decay, lies among them.")));
	if (status == CS_NOT_FINITE)
		report_overflow(sums->n);
	return nelson_siegel_datum(fcinfo, &curve);
}

#define FIXED_FUNCTIONS(prefix, type)                                                              \
	PG_FUNCTION_INFO_V1(prefix##_transition);                                                      \
	Datum prefix##_transition(PG_FUNCTION_ARGS)                                                    \
	{                                                                                              \
		return fixed_transition(fcinfo, &(type));                                                  \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(prefix##_combine);                                                         \
	Datum prefix##_combine(PG_FUNCTION_ARGS)                                                       \
	{                                                                                              \
		return fixed_combine(fcinfo, &(type));                                                     \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(prefix##_final);                                                           \
	Datum prefix##_final(PG_FUNCTION_ARGS)                                                         \
	{                                                                                              \
		return fixed_final(fcinfo, &(type));                                                       \
	}

FIXED_FUNCTIONS(creditspread_nelson_siegel_state, state_type)
FIXED_FUNCTIONS(creditspread_nelson_siegel_fixed, old_type)

/*
 * transition(state, maturity, yield [[, weight], options])
 */
PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_free_transition);
Datum
creditspread_nelson_siegel_free_transition(PG_FUNCTION_ARGS)
{
	return quotes_transition(fcinfo, "nelson_siegel_fit");
}

static void
report_few_maturities(const CurveOptions *options, const Quotes *quotes, Size different)
{
	bool given = options->decay_lower == options->decay_upper;

	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("nelson_siegel_fit: %s needs at least %d different "
						   "maturities, %zu observations have %zu",
						   given ? "a curve" : "estimating the decay", given ? 3 : 4, quotes->n,
						   different),
					errhint("Give yields at more maturities%s.", given ? "" : ", or the decay")));
}

static void
check_fit(cs_status status, const CurveOptions *options, const Quotes *quotes, Size different)
{
	if (status == CS_TOO_FEW)
		report_few_maturities(options, quotes, different);
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("nelson_siegel_fit: the decay cannot be estimated, all %zu yields "
							   "are %g",
							   quotes->n, quotes->yield[0]),
						errhint("Give the decay as third argument.")));
	if (status == CS_SINGULAR)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("nelson_siegel_fit: the loadings of %zu observations are linearly "
							   "dependent at every decay of the search",
							   quotes->n),
						errhint("Give yields at clearly different maturities, or a decay whose "
								"hump, at 1.793 / decay, lies among them.")));
	if (status == CS_NOT_FINITE)
		report_overflow(quotes->n);
	check_status(status, "nelson_siegel_fit");
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_free_final);
Datum
creditspread_nelson_siegel_free_final(PG_FUNCTION_ARGS)
{
	CurveOptions options;
	Quotes quotes;
	Size size;
	cs_workspace workspace;
	cs_nelson_siegel_curve curve;
	Size different = 0;
	cs_status status;

	if (!quotes_argument(fcinfo, "nelson_siegel_fit", MAX_OBSERVATIONS, &quotes))
		PG_RETURN_NULL();
	options = curve_read_options(quotes.options, "nelson_siegel_fit", CURVE_NELSON_SIEGEL);
	settle_decay_options("nelson_siegel_fit", &options);
	size = cs_nelson_siegel_fit_size(quotes.n);
	cs_workspace_initialize(&workspace, allocate_checked("nelson_siegel_fit", size), size);
	status = cs_nelson_siegel_fit(quotes.n, quotes.maturity, quotes.yield, quotes.weight,
								  options.decay_lower, options.decay_upper, &workspace, &different,
								  &curve);
	check_fit(status, &options, &quotes, different);
	return nelson_siegel_datum(fcinfo, &curve);
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_yield);
Datum
creditspread_nelson_siegel_yield(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = nelson_siegel_argument(fcinfo, 0);

	return curve_at_maturity(fcinfo, "nelson_siegel_yield", &curve, cs_svensson_yield);
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_discount);
Datum
creditspread_nelson_siegel_discount(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = nelson_siegel_argument(fcinfo, 0);

	return curve_at_maturity(fcinfo, "nelson_siegel_discount", &curve, cs_svensson_discount);
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_forward);
Datum
creditspread_nelson_siegel_forward(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = nelson_siegel_argument(fcinfo, 0);

	return curve_at_maturity(fcinfo, "nelson_siegel_forward", &curve, cs_svensson_forward);
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_par_yield);
Datum
creditspread_nelson_siegel_par_yield(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = nelson_siegel_argument(fcinfo, 0);

	return curve_par_yield(fcinfo, "nelson_siegel_par_yield", &curve);
}
