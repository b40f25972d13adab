/*
 * nelson_siegel.c
 *		The aggregate nelson_siegel_fit, with the decay given or estimated, and the functions of a
 *		nelson_siegel_curve.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "executor/executor.h" /* GetAttributeByNum */
#include "funcapi.h"
#include "miscadmin.h"

#include "numeric/term_structure/nelson_siegel.h"
#include "postgres/arguments.h"
#include "postgres/series_state.h"
#include "postgres/settings.h"
#include "postgres/status.h"
#include "postgres/sums_state.h"

/*
 * Most observations of one curve with an estimated decay: one evaluation of the fit stays short
 * enough for an interrupt to be answered at once.
 */
#define MAX_OBSERVATIONS 1000000

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

static const SumsType nelson_siegel_type = {"nelson_siegel_sums", "nsxxxssxxxss"};

StaticAssertDecl(sizeof(cs_nelson_siegel_sums) == 12 * sizeof(int64),
				 "nelson_siegel_sums has 12 members");

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_sums_in);
Datum
creditspread_nelson_siegel_sums_in(PG_FUNCTION_ARGS)
{
	return sums_in(&nelson_siegel_type, PG_GETARG_CSTRING(0));
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_sums_out);
Datum
creditspread_nelson_siegel_sums_out(PG_FUNCTION_ARGS)
{
	return sums_out(&nelson_siegel_type, PG_GETARG_POINTER(0));
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_sums_recv);
Datum
creditspread_nelson_siegel_sums_recv(PG_FUNCTION_ARGS)
{
	return sums_receive(&nelson_siegel_type, (StringInfo) PG_GETARG_POINTER(0));
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_sums_send);
Datum
creditspread_nelson_siegel_sums_send(PG_FUNCTION_ARGS)
{
	return sums_send(&nelson_siegel_type, PG_GETARG_POINTER(0));
}

static double
maturity_argument(FunctionCallInfo fcinfo, int argno)
{
	double maturity = finite_argument(fcinfo, argno, "maturity", NULL);

	if (maturity < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("maturity is %g, must not be negative", maturity),
						errhint("Give the years until maturity.")));
	return maturity;
}

static void
check_decay(double decay)
{
	if (!(decay > 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("decay is %g, must be positive", decay),
						errhint("0.7308 per year is a common choice; leave the decay out to have "
								"it estimated.")));
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
PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_fixed_transition);
Datum
creditspread_nelson_siegel_fixed_transition(PG_FUNCTION_ARGS)
{
	bool created;
	cs_nelson_siegel_sums *sums = sums_argument(fcinfo, &nelson_siegel_type, &created);
	double maturity = maturity_argument(fcinfo, 1);
	double decay = finite_argument(fcinfo, 3, "decay", NULL);

	if (created)
	{
		check_decay(decay);
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
	PG_RETURN_POINTER(sums);
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_fixed_combine);
Datum
creditspread_nelson_siegel_fixed_combine(PG_FUNCTION_ARGS)
{
	bool created;
	cs_nelson_siegel_sums *sums = sums_argument(fcinfo, &nelson_siegel_type, &created);
	const cs_nelson_siegel_sums *other;

	if (PG_ARGISNULL(1))
	{
		if (created)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(sums);
	}
	other = (const cs_nelson_siegel_sums *) PG_GETARG_POINTER(1);
	if (created)
		*sums = *other;
	else if (cs_nelson_siegel_sums_combine(sums, other) != CS_OK)
		report_different_decays(sums->decay, other->decay);
	PG_RETURN_POINTER(sums);
}

static Datum
curve_datum(FunctionCallInfo fcinfo, const cs_nelson_siegel_curve *curve)
{
	Datum values[CURVE_ATTRIBUTES];
	bool nulls[CURVE_ATTRIBUTES] = {false};
	TupleDesc descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("nelson_siegel_fit must return a composite type")));
	values[CURVE_LEVEL] = Float8GetDatum(curve->level);
	values[CURVE_SLOPE] = Float8GetDatum(curve->slope);
	values[CURVE_CURVATURE] = Float8GetDatum(curve->curvature);
	values[CURVE_DECAY] = Float8GetDatum(curve->decay);
	values[CURVE_RMSE] = Float8GetDatum(curve->rmse);
	values[CURVE_R_SQUARED] = Float8GetDatum(curve->r_squared);
	nulls[CURVE_R_SQUARED] = isnan(curve->r_squared);
	values[CURVE_OBSERVATIONS] = Int64GetDatum(curve->observations);
	values[CURVE_DECAY_AT_BOUND] = BoolGetDatum(curve->decay_at_bound);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

static void
report_overflow(int64 observations)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("nelson_siegel_fit: the fit of %lld observations overflows",
						   (long long) observations),
					errhint("Yields are in percent per year; look for extreme values.")));
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_fixed_final);
Datum
creditspread_nelson_siegel_fixed_final(PG_FUNCTION_ARGS)
{
	const cs_nelson_siegel_sums *sums = (const cs_nelson_siegel_sums *) PG_GETARG_POINTER(0);
	cs_nelson_siegel_curve curve;
	cs_status status;

	if (PG_ARGISNULL(0) || sums->n == 0)
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
				 errhint("Give yields at 3 or more clearly different maturities, in years.")));
	if (status == CS_NOT_FINITE)
		report_overflow(sums->n);
	return curve_datum(fcinfo, &curve);
}

/* One yield of a curve whose decay is to be estimated. */
typedef struct Quote
{
	double maturity;
	double yield;
} Quote;

static inline int
compare_quotes(const Quote *left, const Quote *right)
{
	if (left->maturity != right->maturity)
		return left->maturity < right->maturity ? -1 : 1;
	if (left->yield != right->yield)
		return left->yield < right->yield ? -1 : 1;
	return 0;
}

#define ST_SORT sort_quotes
#define ST_ELEMENT_TYPE Quote
#define ST_COMPARE(a, b) compare_quotes(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * transition(state, maturity, yield): a row without a yield is left out.  The rows of the series
 * have no time, but two values: order plays no part in a curve.
 */
PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_free_transition);
Datum
creditspread_nelson_siegel_free_transition(PG_FUNCTION_ARGS)
{
	SeriesState *state = PG_ARGISNULL(0) ? NULL : (SeriesState *) PG_GETARG_VARLENA_P(0);
	double quote[2] = {maturity_argument(fcinfo, 1), 0};

	if (PG_ARGISNULL(2))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	quote[1] = PG_GETARG_FLOAT8(2);
	check_finite(quote[1], "yield", NULL);
	PG_RETURN_POINTER(series_state_append(fcinfo, "nelson_siegel_fit", state,
										  (TimePoint){TIME_BIGINT, 0}, quote, 2, NULL));
}

/* The observations ordered by maturity and yield, so that the fit is the same for any order. */
static void
sorted_quotes(SeriesState *state, double *maturity, double *yield)
{
	Quote *quotes = allocate_checked("nelson_siegel_fit", state->count * sizeof(Quote));

	for (int64 i = 0; i < state->count; i++)
	{
		const double *quote = series_state_values(state, i);

		quotes[i] = (Quote){quote[0] + 0.0, quote[1]}; /* the sum is never a negative zero */
	}
	sort_quotes(quotes, state->count);
	for (int64 i = 0; i < state->count; i++)
	{
		maturity[i] = quotes[i].maturity;
		yield[i] = quotes[i].yield;
	}
	pfree(quotes);
}

static void
check_search(cs_status status, int64 observations, Size different, double yield)
{
	if (status == CS_TOO_FEW)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("nelson_siegel_fit: estimating the decay needs at least 4 different "
						"maturities, %lld observations have %zu",
						(long long) observations, different),
				 errhint("Give yields at more maturities, or the decay as third argument.")));
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("nelson_siegel_fit: the decay cannot be estimated, all %lld yields "
							   "are %g",
							   (long long) observations, yield),
						errhint("Give the decay as third argument.")));
	if (status == CS_SINGULAR)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("nelson_siegel_fit: the loadings of %lld observations are linearly "
							   "dependent at every decay from %g to %g",
							   (long long) observations, CS_NELSON_SIEGEL_DECAY_LOWER,
							   CS_NELSON_SIEGEL_DECAY_UPPER),
						errhint("Maturities are in years; give clearly different ones.")));
	if (status == CS_NOT_FINITE)
		report_overflow(observations);
	check_status(status, "nelson_siegel_fit");
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_free_final);
Datum
creditspread_nelson_siegel_free_final(PG_FUNCTION_ARGS)
{
	SeriesState *state;
	Size n, size;
	double *maturity, *yield;
	cs_workspace workspace;
	cs_nelson_siegel_search *search;
	cs_nelson_siegel_curve curve;
	Size different = 0;
	cs_status status;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (SeriesState *) PG_GETARG_VARLENA_P(0);
	n = state->count;
	if (n == 0)
		PG_RETURN_NULL();
	if (state->columns != 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("nelson_siegel_fit: a state of %d values in a row is not one of "
							   "maturities and yields",
							   (int) state->columns)));
	if (n > MAX_OBSERVATIONS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("nelson_siegel_fit estimates the decay of at most %d observations, "
							   "has %zu",
							   MAX_OBSERVATIONS, n),
						errhint("Group the rows by curve, or give the decay as third argument.")));
	maturity = allocate_checked("nelson_siegel_fit", n * sizeof(double));
	yield = allocate_checked("nelson_siegel_fit", n * sizeof(double));
	sorted_quotes(state, maturity, yield);
	size = cs_nelson_siegel_search_size(n);
	cs_workspace_initialize(&workspace, allocate_checked("nelson_siegel_fit", size), size);
	status = cs_nelson_siegel_search_initialize(n, maturity, yield, CS_NELSON_SIEGEL_DECAY_LOWER,
												CS_NELSON_SIEGEL_DECAY_UPPER, &workspace,
												&different, &search);
	check_search(status, n, different, yield[0]);
	while (!cs_nelson_siegel_search_finished(search))
	{
		cs_nelson_siegel_search_step(search);
		CHECK_FOR_INTERRUPTS();
	}
	check_search(cs_nelson_siegel_search_curve(search, &curve), n, different, yield[0]);
	return curve_datum(fcinfo, &curve);
}

/* The attributes of a curve that say where it runs; the measures of its fit are not needed. */
static cs_nelson_siegel_curve
curve_argument(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"level", "slope", "curvature", "decay"};
	HeapTupleHeader tuple = PG_GETARG_HEAPTUPLEHEADER(argno);
	double values[lengthof(names)];

	for (int i = 0; i < (int) lengthof(names); i++)
	{
		bool isnull;
		Datum value = GetAttributeByNum(tuple, i + 1, &isnull);

		values[i] = finite_value(value, isnull, names[i], NULL);
	}
	check_decay(values[CURVE_DECAY]);
	return (cs_nelson_siegel_curve){.level = values[CURVE_LEVEL],
									.slope = values[CURVE_SLOPE],
									.curvature = values[CURVE_CURVATURE],
									.decay = values[CURVE_DECAY]};
}

typedef double (*curve_function)(const cs_nelson_siegel_curve *curve, double maturity);

static Datum
curve_at_maturity(FunctionCallInfo fcinfo, const char *what, curve_function function)
{
	cs_nelson_siegel_curve curve = curve_argument(fcinfo, 0);
	double maturity = maturity_argument(fcinfo, 1);
	double result = function(&curve, maturity);

	if (!isfinite(result))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s at maturity %g overflows", what, maturity),
						errhint("Yields are in percent per year and maturities in years.")));
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_yield);
Datum
creditspread_nelson_siegel_yield(PG_FUNCTION_ARGS)
{
	return curve_at_maturity(fcinfo, "nelson_siegel_yield", cs_nelson_siegel_yield);
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_discount);
Datum
creditspread_nelson_siegel_discount(PG_FUNCTION_ARGS)
{
	return curve_at_maturity(fcinfo, "nelson_siegel_discount", cs_nelson_siegel_discount);
}

PG_FUNCTION_INFO_V1(creditspread_nelson_siegel_forward);
Datum
creditspread_nelson_siegel_forward(PG_FUNCTION_ARGS)
{
	return curve_at_maturity(fcinfo, "nelson_siegel_forward", cs_nelson_siegel_forward);
}
