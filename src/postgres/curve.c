/*
 * curve.c
 *		Curves as arguments and results, the functions of a curve, and the yields of a fit.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/typcache.h"

#include "numeric/term_structure/coupon_bond.h"
#include "postgres/arguments.h"
#include "postgres/composite.h"
#include "postgres/curve.h"
#include "postgres/series_state.h"
#include "postgres/settings.h"

/* The attributes of nelson_siegel_curve and svensson_curve before those of the quality of the fit.
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
	TupleDesc descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("%s must return a composite type", what)));
	for (int i = 0; i < factors; i++, next++)
		values[next] = nullable_datum(what, quality->error[i], &nulls[next]);
	values[next++] = finite_datum(what, quality->condition);
	values[next++] = BoolGetDatum(quality->determined);
	values[next++] = finite_datum(what, quality->shortest);
	values[next] = finite_datum(what, quality->longest);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
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

bool
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

static const Jsonb *
state_options(const SeriesState *state)
{
	return state->options_length == 0 ? NULL : (const Jsonb *) state->data;
}

static void
check_same_options(const char *what, const SeriesState *state, const Jsonb *options)
{
	const Jsonb *before = state_options(state);

	if ((before == NULL) != (options == NULL) ||
		(options != NULL && (VARSIZE(options) != (Size) state->options_length ||
							 memcmp(options, before, VARSIZE(options)) != 0)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the options differ within one group", what),
						errhint("Give the same options for every row of a curve.")));
}

/* The rows of the state have no time, but two or three values: order plays no part in a curve. */
Datum
quotes_transition(FunctionCallInfo fcinfo, const char *what)
{
	SeriesState *state = PG_ARGISNULL(0) ? NULL : (SeriesState *) PG_GETARG_VARLENA_P(0);
	bool has_options = PG_NARGS() > 3 && !PG_ARGISNULL(PG_NARGS() - 1);
	const Jsonb *options = has_options ? PG_GETARG_JSONB_P(PG_NARGS() - 1) : NULL;
	int columns = PG_NARGS() > 4 ? 3 : 2;
	double quote[3] = {maturity_argument(fcinfo, 1)};

	if (PG_ARGISNULL(2))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
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
	if (state != NULL)
		check_same_options(what, state, options);
	PG_RETURN_POINTER(series_state_append(fcinfo, what, state, (TimePoint){TIME_BIGINT, 0}, quote,
										  columns, options));
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
sort_state(SeriesState *state, const char *what, Quotes *quotes)
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

bool
quotes_argument(FunctionCallInfo fcinfo, const char *what, Size most, Quotes *quotes)
{
	SeriesState *state;

	if (PG_ARGISNULL(0))
		return false;
	state = (SeriesState *) PG_GETARG_VARLENA_P(0);
	if (state->count == 0)
		return false;
	if (state->columns != 2 && state->columns != 3)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a state of %d values in a row is not one of maturities and "
							   "yields",
							   what, (int) state->columns)));
	if ((Size) state->count > most)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s estimates the decay of at most %zu observations, has %lld", what,
							   most, (long long) state->count),
						errhint("Group the rows by curve, or give the decay.")));
	quotes->n = state->count;
	quotes->options = state_options(state);
	quotes->maturity = allocate_checked(what, quotes->n * sizeof(double));
	quotes->yield = allocate_checked(what, quotes->n * sizeof(double));
	quotes->weight =
		state->columns == 3 ? allocate_checked(what, quotes->n * sizeof(double)) : NULL;
	sort_state(state, what, quotes);
	return true;
}
