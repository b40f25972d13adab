/*
 * curve_fit.h
 *		What the fits of curves to yields share: the yields, the options of decays, one transition,
 *		one final function.
 */
#ifndef CREDITSPREAD_POSTGRES_CURVE_FIT_H
#define CREDITSPREAD_POSTGRES_CURVE_FIT_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "numeric/base/status.h"
#include "numeric/term_structure/nelson_siegel.h"
#include "numeric/term_structure/svensson.h"
#include "postgres/term_structure/curve.h"

/* The yields of one curve, ordered by maturity, yield and weight. */
typedef struct Quotes
{
	Size n;
	double *maturity;
	double *yield;
	double *weight; /* NULL = equal */
	const Jsonb *options;
} Quotes;

/* What came of a fit. */
typedef struct CurveFit
{
	bool given;		/* decays are, and not estimated */
	Size different; /* maturities */
	union
	{
		cs_nelson_siegel_curve nelson_siegel;
		cs_svensson_curve svensson;
	} curve;
} CurveFit;

typedef struct CurveFamily
{
	const char *what;	 /* the function's name */
	CurveFitKind kind;	 /* of its options */
	const char *decays;	 /* "decay" or "decays" */
	Size most;			 /* observations, so that an interrupt is answered between evaluations */
	int least_given;	 /* different maturities that a curve of given decays needs */
	int least_estimated; /* and of estimated ones */
	/* Reads the options and fits; the status is reported by curve_fit_final. */
	cs_status (*fit)(const Quotes *quotes, CurveFit *fit);
	/* The curve, as the function in `fcinfo` returns it. */
	Datum (*result)(FunctionCallInfo fcinfo, const CurveFit *fit);
} CurveFamily;

/*
 * transition(state, maturity, yield [[, weight], options]): a row without a yield is left out.
 */
extern Datum curve_fit_transition(FunctionCallInfo fcinfo, const CurveFamily *family);

/* final(state); NULL without rows. */
extern Datum curve_fit_final(FunctionCallInfo fcinfo, const CurveFamily *family);

/* Error 22003: the fit of so many observations overflows. */
extern void report_fit_overflow(const char *what, int64 observations);

#endif
