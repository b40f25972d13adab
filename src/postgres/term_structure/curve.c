/*
 * curve.c
 *		Curves as arguments and results, and the functions of a curve.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/typcache.h"

#include "numeric/term_structure/coupon_bond.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/term_structure/curve.h"
#include "postgres/base/settings.h"

/*
 * The attributes of nelson_siegel_curve and svensson_curve before those of the quality of the fit.
 */
#define NELSON_SIEGEL_FIT_ATTRIBUTES 8
#define SVENSSON_FIT_ATTRIBUTES 10

/* Maturities are compared with the range of a fit up to rounding. */
#define REACH_ROUNDING 1e-9

double
maturity_argument(FunctionCallInfo fcinfo, int argno)
{
	double maturity = finite_argument(fcinfo, argno, "maturity", NULL);

	if (maturity < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("maturity is %g, must not be negative", maturity),
						errhint("Give the years until maturity.")));
	return maturity;
}

void
check_decay(const char *name, double decay)
{
	if (!(decay > 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is %g, must be positive", name, decay),
						errhint("0.7308 per year is a common choice; leave the decay out to have "
								"it estimated.")));
}

/* The attributes of a curve; those that an older version's did not have are NULL. */
typedef struct CurveRow
{
	int count;
	Datum *values;
	bool *nulls;
} CurveRow;

static CurveRow
curve_row(FunctionCallInfo fcinfo, int argno)
{
	HeapTupleHeader header = PG_GETARG_HEAPTUPLEHEADER(argno);
	TupleDesc descriptor =
		lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(header), .t_data = header};
	CurveRow row = {.count = descriptor->natts};

	row.values = palloc(row.count * sizeof(Datum));
	row.nulls = palloc(row.count * sizeof(bool));
	heap_deform_tuple(&tuple, descriptor, row.values, row.nulls);
	ReleaseTupleDesc(descriptor);
	return row;
}

static bool
row_has(const CurveRow *row, int attribute)
{
	return attribute < row->count && !row->nulls[attribute];
}

static double
row_factor(const CurveRow *row, int attribute, const char *name)
{
	return finite_value(row->values[attribute], row->nulls[attribute], name, NULL);
}

/* The reach of a curve; one of which nothing is known may be asked for any maturity. */
static cs_curve_quality
row_quality(const CurveRow *row, int fit_attributes, int factors)
{
	int condition = fit_attributes + factors;
	cs_curve_quality quality = {.determined = true, .longest = INFINITY};

	if (row_has(row, condition))
		quality.condition = DatumGetFloat8(row->values[condition]);
	if (row_has(row, condition + 1))
		quality.determined = DatumGetBool(row->values[condition + 1]);
	if (row_has(row, condition + 2))
		quality.shortest = DatumGetFloat8(row->values[condition + 2]);
	if (row_has(row, condition + 3))
		quality.longest = DatumGetFloat8(row->values[condition + 3]);
	return quality;
}

cs_svensson_curve
nelson_siegel_argument(FunctionCallInfo fcinfo, int argno)
{
	CurveRow row = curve_row(fcinfo, argno);
	cs_nelson_siegel_curve curve = {.level = row_factor(&row, 0, "level"),
									.slope = row_factor(&row, 1, "slope"),
									.curvature = row_factor(&row, 2, "curvature"),
									.decay = row_factor(&row, 3, "decay"),
									.quality = row_quality(&row, NELSON_SIEGEL_FIT_ATTRIBUTES, 3)};

	check_decay("decay", curve.decay);
	return cs_svensson_of_nelson_siegel(&curve);
}

cs_svensson_curve
svensson_argument(FunctionCallInfo fcinfo, int argno)
{
	CurveRow row = curve_row(fcinfo, argno);
	cs_svensson_curve curve = {.level = row_factor(&row, 0, "level"),
							   .slope = row_factor(&row, 1, "slope"),
							   .curvature = row_factor(&row, 2, "curvature"),
							   .second_curvature = row_factor(&row, 3, "second_curvature"),
							   .decay = row_factor(&row, 4, "decay"),
							   .second_decay = row_factor(&row, 5, "second_decay"),
							   .quality = row_quality(&row, SVENSSON_FIT_ATTRIBUTES, 4)};

	check_decay("decay", curve.decay);
	check_decay("second_decay", curve.second_decay);
	return curve;
}

/* A catalog that has not been updated has types without the attributes of the quality. */
static Datum
curve_datum(FunctionCallInfo fcinfo, const char *what, Datum *values, bool *nulls,
			int fit_attributes, int factors, const cs_curve_quality *quality)
{
	int next = fit_attributes;

	for (int i = 0; i < factors; i++, next++)
		values[next] = nullable_datum(what, quality->error[i], &nulls[next]);
	values[next++] = finite_datum(what, quality->condition);
	values[next++] = BoolGetDatum(quality->determined);
	values[next++] = finite_datum(what, quality->shortest);
	values[next] = finite_datum(what, quality->longest);
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

Datum
nelson_siegel_datum(FunctionCallInfo fcinfo, const cs_nelson_siegel_curve *curve)
{
	const char *what = "nelson_siegel_fit";
	Datum values[NELSON_SIEGEL_FIT_ATTRIBUTES + 3 + 4];
	bool nulls[lengthof(values)] = {false};

	values[0] = finite_datum(what, curve->level);
	values[1] = finite_datum(what, curve->slope);
	values[2] = finite_datum(what, curve->curvature);
	values[3] = finite_datum(what, curve->decay);
	values[4] = finite_datum(what, curve->rmse);
	values[5] = nullable_datum(what, curve->r_squared, &nulls[5]);
	values[6] = Int64GetDatum(curve->observations);
	values[7] = BoolGetDatum(curve->decay_at_bound);
	return curve_datum(fcinfo, what, values, nulls, NELSON_SIEGEL_FIT_ATTRIBUTES, 3,
					   &curve->quality);
}

Datum
svensson_datum(FunctionCallInfo fcinfo, const cs_svensson_curve *curve)
{
	const char *what = "svensson_fit";
	Datum values[SVENSSON_FIT_ATTRIBUTES + 4 + 4];
	bool nulls[lengthof(values)] = {false};

	values[0] = finite_datum(what, curve->level);
	values[1] = finite_datum(what, curve->slope);
	values[2] = finite_datum(what, curve->curvature);
	values[3] = finite_datum(what, curve->second_curvature);
	values[4] = finite_datum(what, curve->decay);
	values[5] = finite_datum(what, curve->second_decay);
	values[6] = finite_datum(what, curve->rmse);
	values[7] = nullable_datum(what, curve->r_squared, &nulls[7]);
	values[8] = Int64GetDatum(curve->observations);
	values[9] = BoolGetDatum(curve->decay_at_bound);
	return curve_datum(fcinfo, what, values, nulls, SVENSSON_FIT_ATTRIBUTES, 4, &curve->quality);
}

/* Whether a curve is determined at a maturity: within those of its fit every curve is. */
static bool
curve_reaches(const cs_svensson_curve *curve, double maturity)
{
	const cs_curve_quality *quality = &curve->quality;

	return quality->determined || (maturity >= quality->shortest * (1 - REACH_ROUNDING) &&
								   maturity <= quality->longest * (1 + REACH_ROUNDING));
}

void
check_reach(const char *what, const cs_svensson_curve *curve, double maturity)
{
	if (curve_reaches(curve, maturity))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s: maturity is %g, but the curve is not determined outside of the "
					"maturities of its fit, %g to %g (condition %.3g)",
					what, maturity, curve->quality.shortest, curve->quality.longest,
					curve->quality.condition),
			 errhint("Fit it with another decay or with yields at maturities further apart, or "
					 "leave such curves out with WHERE (curve).determined.")));
}

static Datum
finite_result(const char *what, double maturity, double result)
{
	if (!isfinite(result))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s at maturity %g overflows", what, maturity),
						errhint("Yields are in percent per year and maturities in years.")));
	PG_RETURN_FLOAT8(result);
}

Datum
curve_at_maturity(FunctionCallInfo fcinfo, const char *what, const cs_svensson_curve *curve,
				  curve_function function)
{
	double maturity = maturity_argument(fcinfo, 1);

	check_reach(what, curve, maturity);
	return finite_result(what, maturity, function(curve, maturity));
}

void
check_frequency(int frequency)
{
	if (frequency < 1 || frequency > 12 || 12 % frequency != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("frequency is %d, must be 1, 2, 3, 4, 6 or 12", frequency),
						errhint("Give the number of coupons in a year.")));
}

Datum
curve_par_yield(FunctionCallInfo fcinfo, const char *what, const cs_svensson_curve *curve)
{
	double maturity = maturity_argument(fcinfo, 1);
	int frequency = PG_GETARG_INT32(2);

	check_frequency(frequency);
	if (maturity == 0 || maturity * frequency > CS_BOND_MAX_CASHFLOWS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: maturity is %g, must be positive and have at most %d coupons",
							   what, maturity, CS_BOND_MAX_CASHFLOWS),
						errhint("Give the years until maturity.")));
	check_reach(what, curve, maturity);
	check_reach(what, curve, cs_first_coupon(maturity, frequency));
	return finite_result(what, maturity, cs_svensson_par_yield(curve, maturity, frequency));
}
