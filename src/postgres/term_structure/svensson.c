/*
 * svensson.c
 *		The aggregate svensson_fit, and the functions of a svensson_curve.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/term_structure/svensson.h"
#include "postgres/term_structure/curve.h"
#include "postgres/term_structure/curve_fit.h"
#include "postgres/base/options.h"
#include "postgres/base/settings.h"
#include "postgres/state/state_type.h"
#include "postgres/base/status.h"

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

static cs_status
fit_quotes(const Quotes *quotes, CurveFit *fit)
{
	cs_svensson_decays decays = svensson_decays(quotes->options);
	Size size = cs_svensson_fit_size(quotes->n);
	cs_workspace workspace;

	fit->given = decays.fixed;
	cs_workspace_initialize(&workspace, allocate_checked("svensson_fit", size), size);
	return cs_svensson_fit(quotes->n, quotes->maturity, quotes->yield, quotes->weight, &decays,
						   &workspace, &fit->different, &fit->curve.svensson);
}

static Datum
fit_result(FunctionCallInfo fcinfo, const CurveFit *fit)
{
	return svensson_datum(fcinfo, &fit->curve.svensson);
}

static const CurveFamily svensson_family = {.what = "svensson_fit",
											.kind = CURVE_SVENSSON,
											.decays = "decays",
											.most = MAX_OBSERVATIONS,
											.least_given = 4,
											.least_estimated = 6,
											.fit = fit_quotes,
											.result = fit_result};

STATE_FUNCTION(creditspread_svensson_transition, curve_fit_transition, &svensson_family)
STATE_FUNCTION(creditspread_svensson_final, curve_fit_final, &svensson_family)

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
