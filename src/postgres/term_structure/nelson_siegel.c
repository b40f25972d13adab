/*
 * nelson_siegel.c
 *		The aggregate nelson_siegel_fit, with the decay given or estimated, and the functions of a
 *		nelson_siegel_curve.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/term_structure/nelson_siegel.h"
#include "postgres/base/arguments.h"
#include "postgres/term_structure/curve.h"
#include "postgres/term_structure/curve_fit.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/state/sums_state.h"

/*
 * Most observations of one curve with an estimated decay: one evaluation of the fit stays short
 * enough for an interrupt to be answered at once.
 */
#define MAX_OBSERVATIONS 1000000

static const SumsType state_type = SUMS_TYPE("nelson_siegel_state", "nsxxxssxxxssss");

StaticAssertDecl(sizeof(cs_nelson_siegel_sums) == 14 * sizeof(int64),
				 "nelson_siegel_state has 14 members");

/* The state of version 0.1.0, without the maturities at the end. */
static const SumsType old_type = SUMS_TYPE("nelson_siegel_sums", "nsxxxssxxxss");

SUMS_TYPE_FUNCTIONS(nelson_siegel_state, &state_type)
SUMS_TYPE_FUNCTIONS(nelson_siegel_sums, &old_type)

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
	check_counts(type->type.name, sums->n, other->n);
	if (created)
		*sums = *other;
	else if (cs_nelson_siegel_sums_combine(sums, other) != CS_OK)
		report_different_decays(sums->decay, other->decay);
	store_sums(state, type, sums);
	PG_RETURN_POINTER(state);
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
		report_fit_overflow("nelson_siegel_fit", sums->n);
	return nelson_siegel_datum(fcinfo, &curve);
}

#define FIXED_FUNCTIONS(NAME, TYPE)                                                                \
	STATE_FUNCTION(creditspread_##NAME##_transition, fixed_transition, TYPE)                       \
	STATE_FUNCTION(creditspread_##NAME##_combine, fixed_combine, TYPE)                             \
	STATE_FUNCTION(creditspread_##NAME##_final, fixed_final, TYPE)

FIXED_FUNCTIONS(nelson_siegel_state, &state_type)
FIXED_FUNCTIONS(nelson_siegel_fixed, &old_type)

static cs_status
fit_quotes(const Quotes *quotes, CurveFit *fit)
{
	CurveOptions options =
		curve_read_options(quotes->options, "nelson_siegel_fit", CURVE_NELSON_SIEGEL);
	cs_workspace workspace;
	Size size;

	settle_decay_options("nelson_siegel_fit", &options);
	fit->given = options.decay_lower == options.decay_upper;
	size = cs_nelson_siegel_fit_size(quotes->n);
	cs_workspace_initialize(&workspace, allocate_checked("nelson_siegel_fit", size), size);
	return cs_nelson_siegel_fit(quotes->n, quotes->maturity, quotes->yield, quotes->weight,
								options.decay_lower, options.decay_upper, &workspace,
								&fit->different, &fit->curve.nelson_siegel);
}

static Datum
fit_result(FunctionCallInfo fcinfo, const CurveFit *fit)
{
	return nelson_siegel_datum(fcinfo, &fit->curve.nelson_siegel);
}

static const CurveFamily nelson_siegel_family = {.what = "nelson_siegel_fit",
												 .kind = CURVE_NELSON_SIEGEL,
												 .decays = "decay",
												 .most = MAX_OBSERVATIONS,
												 .least_given = 3,
												 .least_estimated = 4,
												 .fit = fit_quotes,
												 .result = fit_result};

STATE_FUNCTION(creditspread_nelson_siegel_free_transition, curve_fit_transition,
			   &nelson_siegel_family)
STATE_FUNCTION(creditspread_nelson_siegel_free_final, curve_fit_final, &nelson_siegel_family)

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
