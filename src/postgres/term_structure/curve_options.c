/*
 * curve_options.c
 *		The options of fits of curves.
 */
#include "postgres.h"

#include <math.h>

#include "postgres/term_structure/curve.h"
#include "postgres/base/options.h"

static const OptionSpec curve_specs[] = {
#define OF(family, value) OF_##family(value)
#define OF_every(value)                                                                            \
	[CURVE_NELSON_SIEGEL] = (value), [CURVE_BONDS] = (value), [CURVE_SVENSSON] = (value),
#define OF_bonds(value) [CURVE_BONDS] = (value),
#define OF_svensson(value) [CURVE_SVENSSON] = (value),
#define OPTIONS_OF CurveOptions
#include "postgres/options/curve.def"
};

CurveOptions
curve_read_options(const Jsonb *json, const char *what, CurveFitKind kind)
{
	const OptionTable table = OPTION_TABLE(curve_specs, kind);
	CurveOptions options = {
		.decay = NAN, .second_decay = NAN, .decay_lower = NAN, .decay_upper = NAN};

	read_options(json, what, &table, &options);
	return options;
}

void
settle_decay_options(const char *what, CurveOptions *options)
{
	bool bounded = !isnan(options->decay_lower) || !isnan(options->decay_upper);

	if (!isnan(options->decay))
	{
		if (bounded)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"decay\" is %.15g, so that bounds mean nothing",
								   what, options->decay),
							errhint("Give either the decay or bounds of its search.")));
		options->decay_lower = options->decay_upper = options->decay;
		return;
	}
	if (options->decay_lower >= options->decay_upper)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: option \"decay_lower\" is %.15g, must be below \"decay_upper\", %.15g",
						what, options->decay_lower, options->decay_upper),
				 errhint("A bound that is left out comes from the maturities.")));
}
