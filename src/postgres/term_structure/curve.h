/*
 * curve.h
 *		What the curve families share: curves as arguments and results.
 */
#ifndef CREDITSPREAD_POSTGRES_CURVE_H
#define CREDITSPREAD_POSTGRES_CURVE_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "numeric/term_structure/nelson_siegel.h"
#include "numeric/term_structure/svensson.h"

/* Argument `argno`, called "maturity": finite and not negative, else error 22004, 22003, 22023. */
extern double maturity_argument(FunctionCallInfo fcinfo, int argno);

/* Error 22023 unless positive. */
extern void check_decay(const char *name, double decay);

/*
 * Argument `argno` as a curve, of its fit how far it reaches.
 * Errors name the attribute that is NULL (22004), not finite (22003) or a decay not positive.
 */
extern cs_svensson_curve svensson_argument(FunctionCallInfo fcinfo, int argno);

/* The same of a nelson_siegel_curve, which is a Svensson curve without a second hump. */
extern cs_svensson_curve nelson_siegel_argument(FunctionCallInfo fcinfo, int argno);

/* A curve, as the function in `fcinfo` returns it. */
extern Datum nelson_siegel_datum(FunctionCallInfo fcinfo, const cs_nelson_siegel_curve *curve);
extern Datum svensson_datum(FunctionCallInfo fcinfo, const cs_svensson_curve *curve);

/* Error 22023 unless it is. */
extern void check_reach(const char *what, const cs_svensson_curve *curve, double maturity);

/* function(curve, maturity in argument 1); error 22003 naming `what` when it overflows. */
typedef double (*curve_function)(const cs_svensson_curve *curve, double maturity);
extern Datum curve_at_maturity(FunctionCallInfo fcinfo, const char *what,
							   const cs_svensson_curve *curve, curve_function function);

/* The par yield of a curve: maturity in argument 1, coupons a year in argument 2. */
extern Datum curve_par_yield(FunctionCallInfo fcinfo, const char *what,
							 const cs_svensson_curve *curve);

/* Error 22023 unless a bond may have so many coupons a year. */
extern void check_frequency(int frequency);

/* What tells the options of fits apart. */
typedef enum CurveFitKind
{
	CURVE_NELSON_SIEGEL,
	CURVE_BONDS,
	CURVE_SVENSSON
} CurveFitKind;

/* The range of an option that is a decay, per year. */
#define DECAY_MINIMUM 1e-6
#define DECAY_MAXIMUM 1e6

/* The options of a fit; not every fit has every option. */
typedef struct CurveOptions
{
	double decay; /* NAN = to be estimated */
	double second_decay;
	double decay_lower; /* NAN = from the maturities */
	double decay_upper;
	bool ordered;
	double shrinkage;
	int weights; /* a BondWeights */
} CurveOptions;

/* The options in `json` (NULL = none) of the function `what`, before settle_decay_options. */
extern CurveOptions curve_read_options(const Jsonb *json, const char *what, CurveFitKind kind);

/*
 * A given decay becomes both bounds; one that is left out stays NAN.  Error 22023 for bounds beside
 * a given decay, or where the lower is not below the upper.
 */
extern void settle_decay_options(const char *what, CurveOptions *options);

#endif
