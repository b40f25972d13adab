/*
 * curve.c
 *		Curves as arguments and results, the functions of a curve, and the yields of a fit.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"

#include "numeric/term_structure/coupon_bond.h"
#include "postgres/arguments.h"
#include "postgres/composite.h"
#include "postgres/curve.h"
#include "postgres/series_state.h"
#include "postgres/settings.h"

/* The attributes of nelson_siegel_curve, in order. */
enum
{
	CURVE_LEVEL,
	CURVE_SLOPE,
	CURVE_CURVATURE,
	CURVE_DECAY,
	CURVE_RMSE,
	CURVE_R_SQUARED,
	CURVE_OBSERVATIONS,
	CURVE_DECAY_AT_BOUND,
	CURVE_ATTRIBUTES
};

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

/* The first attributes of a curve, all float8. */
static void
read_attributes(FunctionCallInfo fcinfo, int argno, int count, const char *const *names,
				double *values)
{
	HeapTupleHeader tuple = PG_GETARG_HEAPTUPLEHEADER(argno);

	for (int i = 0; i < count; i++)
	{
		bool isnull;
		Datum value = GetAttributeByNum(tuple, i + 1, &isnull);

		values[i] = finite_value(value, isnull, names[i], NULL);
	}
}

cs_svensson_curve
nelson_siegel_argument(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"level", "slope", "curvature", "decay"};
	double values[lengthof(names)];

	read_attributes(fcinfo, argno, lengthof(names), names, values);
	check_decay("decay", values[CURVE_DECAY]);
	return cs_svensson_of_nelson_siegel(
		&(cs_nelson_siegel_curve){.level = values[CURVE_LEVEL],
								  .slope = values[CURVE_SLOPE],
								  .curvature = values[CURVE_CURVATURE],
								  .decay = values[CURVE_DECAY]});
}

cs_svensson_curve
svensson_argument(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"level", "slope",		"curvature", "second_curvature",
										"decay", "second_decay"};
	double values[lengthof(names)];

	read_attributes(fcinfo, argno, lengthof(names), names, values);
	check_decay("decay", values[4]);
	check_decay("second_decay", values[5]);
	return (cs_svensson_curve){.level = values[0],
							   .slope = values[1],
							   .curvature = values[2],
							   .second_curvature = values[3],
							   .decay = values[4],
							   .second_decay = values[5]};
}

Datum
nelson_siegel_datum(FunctionCallInfo fcinfo, const cs_nelson_siegel_curve *curve)
{
	Datum values[CURVE_ATTRIBUTES];
	bool nulls[CURVE_ATTRIBUTES] = {false};
	TupleDesc descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("the fit of a curve must return a composite type")));
	values[CURVE_LEVEL] = finite_datum("nelson_siegel_fit", curve->level);
	values[CURVE_SLOPE] = finite_datum("nelson_siegel_fit", curve->slope);
	values[CURVE_CURVATURE] = finite_datum("nelson_siegel_fit", curve->curvature);
	values[CURVE_DECAY] = finite_datum("nelson_siegel_fit", curve->decay);
	values[CURVE_RMSE] = finite_datum("nelson_siegel_fit", curve->rmse);
	values[CURVE_R_SQUARED] =
		nullable_datum("nelson_siegel_fit", curve->r_squared, &nulls[CURVE_R_SQUARED]);
	values[CURVE_OBSERVATIONS] = Int64GetDatum(curve->observations);
	values[CURVE_DECAY_AT_BOUND] = BoolGetDatum(curve->decay_at_bound);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
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

void
settle_decay_options(const char *what, DecayOptions *options)
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
	if (isnan(options->decay_lower))
		options->decay_lower = CS_NELSON_SIEGEL_DECAY_LOWER;
	if (isnan(options->decay_upper))
		options->decay_upper = CS_NELSON_SIEGEL_DECAY_UPPER;
	if (options->decay_lower >= options->decay_upper)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: option \"decay_lower\" is %.15g, must be below \"decay_upper\", %.15g",
						what, options->decay_lower, options->decay_upper),
				 errhint("Bounds that are not given are %g and %g.", CS_NELSON_SIEGEL_DECAY_LOWER,
						 CS_NELSON_SIEGEL_DECAY_UPPER)));
}
