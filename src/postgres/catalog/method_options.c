/*
 * method_options.c
 *		The options of the catalog's methods that are made of several functions: checked before
 *		there are rows.  The templates of the methods read the values.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/base/options.h"
#include "postgres/econometrics/var_model.h"
#include "postgres/state_space/kalman_fit.h"
#include "postgres/state_space/reflection.h"
#include "postgres/term_structure/curve.h"

typedef struct MethodOptions
{
	double interval_level;
	int model;
	KalmanForm kalman;
	int period;
	bool difference;
	int base;
	int fit_window;
	int refit_every;
	double decay;
	int dynamics;
	int lags;
} MethodOptions;

/* The families of the table. */
typedef enum MethodFamily
{
	METHOD_PLAIN, /* no option but the level */
	METHOD_SEASONAL_NAIVE,
	METHOD_KALMAN,
	METHOD_REFLECTION,
	METHOD_NELSON_SIEGEL
} MethodFamily;

static const OptionSpec method_specs[] = {
#define OF(family, value) OF_##family(value)
#define OF_plain(value) [METHOD_PLAIN] = (value),
#define OF_seasonal_naive(value) [METHOD_SEASONAL_NAIVE] = (value),
#define OF_kalman(value) [METHOD_KALMAN] = (value),
#define OF_reflection(value) [METHOD_REFLECTION] = (value),
#define OF_nelson_siegel(value) [METHOD_NELSON_SIEGEL] = (value),
#define OPTIONS_OF MethodOptions
#include "postgres/options/catalog_method.def"
};

static Datum
check(FunctionCallInfo fcinfo, const char *method, MethodFamily family)
{
	const OptionTable table = OPTION_TABLE(method_specs, family);
	MethodOptions options = {.kalman.cycle_longest = OPTION_NONE};

	default_options(&table, &options);
	change_options(PG_GETARG_JSONB_P(0), method, &table, &options);
	if (family == METHOD_KALMAN)
		kalman_check_form(method, &options.kalman);
	if (family == METHOD_SEASONAL_NAIVE && options.period == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"period\" is missing", method),
						errhint("Give the rows of a season, such as '{\"period\": 5}'.")));
	PG_RETURN_VOID();
}

/* METHOD_check_options(options): error 22023 unless the method knows them */
#define METHOD_FUNCTION(METHOD, FAMILY)                                                            \
	PG_FUNCTION_INFO_V1(creditspread_##METHOD##_check_options);                                    \
	Datum creditspread_##METHOD##_check_options(PG_FUNCTION_ARGS)                                  \
	{                                                                                              \
		return check(fcinfo, #METHOD, FAMILY);                                                     \
	}

METHOD_FUNCTION(random_walk, METHOD_PLAIN)
METHOD_FUNCTION(mean, METHOD_PLAIN)
METHOD_FUNCTION(drift, METHOD_PLAIN)
METHOD_FUNCTION(seasonal_naive, METHOD_SEASONAL_NAIVE)
METHOD_FUNCTION(kalman, METHOD_KALMAN)
METHOD_FUNCTION(reflection, METHOD_REFLECTION)
METHOD_FUNCTION(nelson_siegel, METHOD_NELSON_SIEGEL)
