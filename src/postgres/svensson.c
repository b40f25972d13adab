/*
 * svensson.c
 *		The aggregate svensson_fit, and the functions of a svensson_curve.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/term_structure/svensson.h"
#include "postgres/curve.h"
#include "postgres/options.h"
#include "postgres/settings.h"
#include "postgres/status.h"

/* Most observations of one curve: an interrupt is answered between evaluations of the fit. */
#define MAX_OBSERVATIONS 200000

static cs_svensson_decays
svensson_decays(const Jsonb *json)
{
	CurveOptions options = curve_read_options(json, "svensson_fit", CURVE_SVENSSON);
	double ratio = CS_SVENSSON_DECAY_RATIO * CS_SVENSSON_DECAY_RATIO;

	if (isnan(options.decay) != isnan(options.second_decay) ||
		options.decay == options.second_decay)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("svensson_fit: options \"decay\" and \"second_decay\" are %s",
							   options.decay == options.second_decay ? "equal" : "not both given"),
						errhint("Give two different decays, or neither to have them estimated.")));
	settle_decay_options("svensson_fit", &options);
	if (isnan(options.second_decay) && options.decay_upper < ratio * options.decay_lower)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("svensson_fit: option \"decay_upper\" is %.15g, must be at least "
							   "%.15g, %g times \"decay_lower\"",
							   options.decay_upper, ratio * options.decay_lower, ratio),
						errhint("Two decays must fit in between, apart by a factor of %g.",
								CS_SVENSSON_DECAY_RATIO)));
	return (cs_svensson_decays){.fixed = !isnan(options.second_decay),
								.decay = options.decay,
								.second_decay = options.second_decay,
								.lower = options.decay_lower,
								.upper = options.decay_upper,
								.ordered = options.ordered,
								.shrinkage = options.shrinkage};
}

/*
 * transition(state, maturity, yield [[, weight], options])
 */
PG_FUNCTION_INFO_V1(creditspread_svensson_transition);
Datum
creditspread_svensson_transition(PG_FUNCTION_ARGS)
{
	return quotes_transition(fcinfo, "svensson_fit");
}

static void
check_fit(cs_status status, const cs_svensson_decays *decays, const Quotes *quotes, Size different)
{
	if (status == CS_TOO_FEW)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("svensson_fit: %s needs at least %d different maturities, %zu "
							   "observations have %zu",
							   decays->fixed ? "a curve" : "estimating the decays",
							   decays->fixed ? 4 : 6, quotes->n, different),
						errhint("Give yields at more maturities%s.",
								decays->fixed ? "" : ", or the decays")));
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("svensson_fit: the decays cannot be estimated, all %zu yields are "
							   "%g",
							   quotes->n, quotes->yield[0]),
						errhint("Give the decays.")));
	if (status == CS_SINGULAR)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("svensson_fit: the loadings of %zu observations are linearly "
							   "dependent",
							   quotes->n),
						errhint("Maturities are in years; give clearly different ones.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("svensson_fit: the fit of %zu observations overflows", quotes->n),
						errhint("Yields are in percent per year; look for extreme values.")));
	check_status(status, "svensson_fit");
}

PG_FUNCTION_INFO_V1(creditspread_svensson_final);
Datum
creditspread_svensson_final(PG_FUNCTION_ARGS)
{
	Quotes quotes;
	cs_svensson_decays decays;
	Size size;
	cs_workspace workspace;
	cs_svensson_curve curve;
	Size different = 0;
	cs_status status;

	if (!quotes_argument(fcinfo, "svensson_fit", MAX_OBSERVATIONS, &quotes))
		PG_RETURN_NULL();
	decays = svensson_decays(quotes.options);
	size = cs_svensson_fit_size(quotes.n);
	cs_workspace_initialize(&workspace, allocate_checked("svensson_fit", size), size);
	status = cs_svensson_fit(quotes.n, quotes.maturity, quotes.yield, quotes.weight, &decays,
							 &workspace, &different, &curve);
	check_fit(status, &decays, &quotes, different);
	return svensson_datum(fcinfo, &curve);
}

PG_FUNCTION_INFO_V1(creditspread_svensson_yield);
Datum
creditspread_svensson_yield(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = svensson_argument(fcinfo, 0);

	return curve_at_maturity(fcinfo, "svensson_yield", &curve, cs_svensson_yield);
}

PG_FUNCTION_INFO_V1(creditspread_svensson_discount);
Datum
creditspread_svensson_discount(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = svensson_argument(fcinfo, 0);

	return curve_at_maturity(fcinfo, "svensson_discount", &curve, cs_svensson_discount);
}

PG_FUNCTION_INFO_V1(creditspread_svensson_forward);
Datum
creditspread_svensson_forward(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = svensson_argument(fcinfo, 0);

	return curve_at_maturity(fcinfo, "svensson_forward", &curve, cs_svensson_forward);
}

PG_FUNCTION_INFO_V1(creditspread_svensson_par_yield);
Datum
creditspread_svensson_par_yield(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve = svensson_argument(fcinfo, 0);

	return curve_par_yield(fcinfo, "svensson_par_yield", &curve);
}
