/*
 * var.c
 *		var_fit, an aggregate that fits a vector autoregression.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "numeric/base/carry_forward.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/state/series_state.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/econometrics/var_model.h"

/* The most lags that are tried unless max_lags says otherwise. */
#define DEFAULT_MAX_LAGS 8

#define UNSET (-1)

typedef enum Criterion
{
	CRITERION_AIC,
	CRITERION_BIC,
	CRITERION_HQIC
} Criterion;

/* What a NULL does, in the order of option "missing". */
typedef enum VarMissing
{
	MISSING_CARRY,
	MISSING_DROP,
	MISSING_ERROR
} VarMissing;

typedef struct VarOptions
{
	int lags;
	int max_lags;
	int criterion; /* a Criterion */
	int method;	   /* 1: each variable on its own lags only */
	int horizon;
	int missing;  /* a VarMissing */
	int on_error; /* an OnError */
} VarOptions;

static const OptionSpec var_specs[] = {
#define OPTIONS_OF VarOptions
#include "postgres/options/var.def"
};
const OptionTable var_table = OPTION_TABLE(var_specs, 0);

static VarOptions
read_var_options(const Jsonb *json)
{
	VarOptions options = {.lags = UNSET, .max_lags = UNSET, .criterion = UNSET};

	read_options(json, "var_fit", &var_table, &options);
	if (options.lags != UNSET && (options.max_lags != UNSET || options.criterion != UNSET))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("var_fit: option \"%s\" is given with option \"lags\"",
							   options.max_lags != UNSET ? "max_lags" : "criterion"),
						errhint("Give the number of lags, or how to choose it.")));
	if (options.criterion == UNSET)
		options.criterion = CRITERION_BIC;
	return options;
}

/* var_check_options(options): the errors that var_fit has of them, without rows */
PG_FUNCTION_INFO_V1(creditspread_var_check_options);
Datum
creditspread_var_check_options(PG_FUNCTION_ARGS)
{
	(void) read_var_options(PG_GETARG_JSONB_P(0));
	PG_RETURN_VOID();
}

/* Appends the elements of array argument `argno` to a row, NaN = NULL; returns their number. */
static int
append_array(FunctionCallInfo fcinfo, int argno, const char *name, TimePoint time, double *row,
			 int used)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	const double *values;
	int count;

	if (array_contains_nulls(array) && ARR_NDIM(array) == 1)
		values = float8_array_with_nulls(array, name, &time, &count);
	else
		values = float8_array_values(array, name, &time, &count);
	if (count > SERIES_MAX_COLUMNS - used)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("var_fit: %d values in %s at %s, the limit is %d", count, name,
							   time_text(time), SERIES_MAX_COLUMNS - used)));
	memcpy(row + used, values, sizeof(double) * count);
	return count;
}

/* The error of the array that has a NULL. */
static void
report_missing(FunctionCallInfo fcinfo, bool exogenous, TimePoint time)
{
	int count;

	if (!PG_ARGISNULL(2))
		float8_array_values(PG_GETARG_ARRAYTYPE_P(2), "y", &time, &count);
	if (!PG_ARGISNULL(2) && exogenous)
		float8_array_values(PG_GETARG_ARRAYTYPE_P(3), "exogenous", &time, &count);
}

/*
 * transition(state, time, y [, exogenous] [, options]).  A row of the state is the number of
 * variables, then y, then the exogenous terms.
 */
PG_FUNCTION_INFO_V1(creditspread_var_transition);
Datum
creditspread_var_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	double row[SERIES_MAX_COLUMNS];
	int used = 1;
	bool exogenous = PG_NARGS() > 3 && argument_type(fcinfo, 3) != JSONBOID;
	int last = exogenous ? 4 : 3;
	const Jsonb *options =
		PG_NARGS() > last && !PG_ARGISNULL(last) ? PG_GETARG_JSONB_P(last) : NULL;
	bool missing =
		PG_ARGISNULL(2) || array_contains_nulls(PG_GETARG_ARRAYTYPE_P(2)) ||
		(exogenous && !PG_ARGISNULL(3) && array_contains_nulls(PG_GETARG_ARRAYTYPE_P(3)));

	if (missing && missing_is_error(options))
	{
		if (refused_gives_null(options))
			PG_RETURN_POINTER(series_state_refuse(fcinfo, "var_fit", state, time, options));
		report_missing(fcinfo, exogenous, time);
	}
	if (PG_ARGISNULL(2))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("y at %s is NULL", time_text(time)),
						errhint("Give an array whose elements are NULL, or leave the row out.")));
	used += append_array(fcinfo, 2, "y", time, row, used);
	row[0] = used - 1;
	if (exogenous && !PG_ARGISNULL(3))
		used += append_array(fcinfo, 3, "exogenous", time, row, used);
	PG_RETURN_POINTER(series_state_append(fcinfo, "var_fit", state, time, row, used, options));
}

/* Removes the number of variables from each row and returns it. */
static int
unpack_rows(Series *series)
{
	double variables = series->columns == 0 ? -1 : series->values[0];

	if (!(variables >= 0 && variables < series->columns && variables == floor(variables)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("var_fit: a state of %d values in a row is not one of var_fit",
							   series->columns)));
	series->columns--;
	for (int64 i = 0; i < series->count; i++)
	{
		double *row = series->values + i * (series->columns + 1);

		if (row[0] != variables)
			ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
							errmsg("var_fit: y has %g elements at %s, %g in the rows before",
								   row[0], time_text(series_time(series, i)), variables),
							errhint("Every row of a series must have the same variables.")));
		memmove(series->values + i * series->columns, row + 1, sizeof(double) * series->columns);
	}
	return variables;
}

/* Rows as they are fitted. */
typedef struct VarRows
{
	Series series; /* without NaN */
	bool *known;   /* [count] whether y was there; NULL: everywhere */
} VarRows;

/* Leaves rows with a NaN out. */
static void
drop_rows(Series *series)
{
	bool *keep = allocate_checked("var_fit", sizeof(bool) * series->count);

	for (int64 i = 0; i < series->count; i++)
	{
		const double *row = series->values + i * series->columns;

		keep[i] = true;
		for (int c = 0; c < series->columns; c++)
			keep[i] = keep[i] && !isnan(row[c]);
		check_interrupts(i);
	}
	series_keep_rows(series, keep);
	pfree(keep);
}

/* Values that are missing are carried forward; rows before the first whole one are left out. */
static void
settle_missing(VarRows *rows, int variables, int missing)
{
	Series *series = &rows->series;
	bool any = false;
	size_t first;

	for (int64 i = 0; i < series->count * series->columns && !any; i++)
		any = isnan(series->values[i]);
	if (!any)
		return;
	if (missing != MISSING_CARRY)
	{
		drop_rows(series);
		return;
	}
	rows->known = allocate_checked("var_fit", sizeof(bool) * series->count);
	first =
		cs_carry_forward(series->values, series->count, series->columns, variables, rows->known);
	series->values += first * series->columns;
	series->times += first;
	series->count -= first;
	rows->known += first;
}

/* false: NULL is wanted instead of an error; so below. */
static bool
check_design(const cs_var_design *design, const VarRows *rows, int on_error)
{
	int64 lost;

	if (design->variables == 0)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("var_fit: y at %s has no elements",
							   time_text(series_time(&rows->series, 0)))));
	if (cs_var_check_design(design) != CS_OK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("var_fit: %zu variables at %zu lags and %zu exogenous terms, the limits "
						"are %d lagged and %d terms in an equation",
						design->variables, design->order, design->exogenous, CS_VAR_MAX_LAG_TERMS,
						CS_VAR_MAX_TERMS),
				 errhint("Use fewer variables, fewer lags or principal_components.")));
	lost = rows->known == NULL || rows->series.count < (int64) cs_var_minimum_rows(design)
			   ? 0
			   : cs_var_observations(design, rows->series.count) -
					 cs_var_known_observations(design, rows->known, rows->series.count);
	if (rows->series.count - lost >= (int64) cs_var_minimum_rows(design))
		return true;
	if (!gives_null(CS_TOO_FEW, on_error))
		report_too_few(
			psprintf("var_fit with %zu lags%s", design->order,
					 rows->known == NULL ? "" : ", y known there and at the last of them,"),
			cs_var_minimum_rows(design), rows->series.count - lost);
	return false;
}

static void
report_fault(cs_status status, const cs_var_design *design, size_t term)
{
	if (status == CS_SINGULAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("var_fit: with %zu lags the term %s is constant or a linear combination of "
						"the terms before it",
						design->order, var_term_text(design, term)),
				 errhint("Leave redundant variables out, or give fewer lags.")));
	if (status == CS_ZERO_VARIANCE)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("var_fit: with %zu lags the variable y%zu is fitted exactly",
							   design->order, term + 1),
						errhint("Leave variables out that do not vary or follow from others.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("var_fit: the fit overflows"), errhint("Scale the variables.")));
	check_status(status, "var_fit");
}

static bool
solve(cs_var_fit *fit, size_t order, int on_error)
{
	size_t term = 0;
	cs_status status = cs_var_fit_solve(fit, order, &term);

	if (gives_null(status, on_error))
		return false;
	report_fault(status, &fit->tried, term);
	return true;
}

/* The fit of a design in a block of its own, which is returned for freeing; NULL: see above. */
static void *
fit_design(cs_var_fit *fit, const cs_var_design *design, const VarRows *rows, int on_error)
{
	Size size = cs_var_fit_size(design);
	void *block = allocate_checked("var_fit", size);
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	check_status(cs_var_fit_initialize(fit, design, rows->series.values, rows->known,
									   rows->series.count, &workspace),
				 "var_fit");
	return solve(fit, design->order, on_error) ? block : NULL;
}

static bool
take_result(cs_var_fit *fit, int on_error, double *sigma, double *sigma_ml,
			cs_var_criteria *criteria)
{
	cs_status status = cs_var_fit_result(fit, sigma, sigma_ml, criteria);

	if (gives_null(status, on_error))
		return false;
	if (status != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("var_fit: with %zu lags the residuals of the variables are linearly "
							   "dependent",
							   fit->tried.order),
						errhint("Leave variables out that follow from others.")));
	return true;
}

/* The highest order to try: as asked for, or what twice as many observations as terms allow. */
static size_t
highest_order(const VarOptions *options, cs_var_design design, const VarRows *rows)
{
	if (options->max_lags != UNSET)
		return options->max_lags;
	for (design.order = DEFAULT_MAX_LAGS; design.order > 1; design.order--)
		if (cs_var_check_design(&design) == CS_OK &&
			cs_var_observations(&design, rows->series.count) >= 2 * cs_var_free_terms(&design))
			break;
	return design.order;
}

/* The order of lowest criterion, all on the sample that the highest order leaves. */
static bool
choose_order(const VarOptions *options, cs_var_design design, const VarRows *rows, size_t *best)
{
	double lowest = INFINITY;
	cs_var_fit fit;
	void *block;

	design.order = highest_order(options, design, rows);
	*best = 0;
	if (!check_design(&design, rows, options->on_error))
		return false;
	block = fit_design(&fit, &design, rows, options->on_error);
	if (block == NULL)
		return false;
	for (size_t order = 0; order <= design.order; order++)
	{
		cs_var_criteria criteria;
		double value;

		if (!solve(&fit, order, options->on_error) ||
			!take_result(&fit, options->on_error, NULL, NULL, &criteria))
			return false;
		value = options->criterion == CRITERION_AIC
					? criteria.aic
					: (options->criterion == CRITERION_BIC ? criteria.bic : criteria.hqic);
		if (value < lowest)
		{
			lowest = value;
			*best = order;
		}
	}
	pfree(block);
	return true;
}

/* Root moduli and stability; NULL for a direct forecast, which is not a process. */
static void
fill_stability(const cs_var_fit *fit, Datum *values, bool *nulls)
{
	size_t count = fit->design.variables * fit->design.order;
	double *moduli;

	nulls[VAR_ROOT_MODULI] = nulls[VAR_STABLE] = fit->design.horizon > 1;
	if (fit->design.horizon > 1)
		return;
	moduli = palloc(sizeof(double) * (count + 1));
	check_status(cs_var_root_moduli(&fit->design, fit->coefficients, moduli), "var_fit");
	for (size_t i = 0; i < count; i++)
		moduli[i] = fmin(moduli[i], DBL_MAX); /* a root at infinity */
	values[VAR_ROOT_MODULI] = doubles_datum("var_fit", moduli, count, 0);
	values[VAR_STABLE] = BoolGetDatum(count == 0 || moduli[0] > 1);
}

static bool
model_datum(FunctionCallInfo fcinfo, cs_var_fit *fit, const VarRows *rows, int on_error,
			Datum *model)
{
	const cs_var_design *design = &fit->design;
	int k = design->variables;
	int terms = cs_var_terms(design);
	double *sigma = palloc(sizeof(double) * k * k);
	double *sigma_ml = palloc(sizeof(double) * k * k);
	double *last = palloc(sizeof(double) * (k * design->order + 1));
	cs_var_criteria criteria;
	Datum values[VAR_COLUMNS];
	bool nulls[VAR_COLUMNS] = {false};

	if (!take_result(fit, on_error, sigma, sigma_ml, &criteria))
		return false;
	for (size_t i = 0; i < design->order; i++)
		memcpy(last + i * k,
			   rows->series.values +
				   (rows->series.count - design->order + i) * rows->series.columns,
			   sizeof(double) * k);
	values[VAR_METHOD] =
		CStringGetTextDatum(option_spec(&var_table, "method")->choices[design->separate]);
	values[VAR_LAGS] = Int32GetDatum(design->order);
	values[VAR_HORIZON] = Int32GetDatum(design->horizon);
	values[VAR_VARIABLES] = Int32GetDatum(k);
	values[VAR_EXOGENOUS] = Int32GetDatum(design->exogenous);
	values[VAR_OBSERVATIONS] = Int64GetDatum(fit->observations);
	values[VAR_COEFFICIENTS] = doubles_datum("var_fit", fit->coefficients, terms, k);
	values[VAR_STANDARD_ERRORS] = doubles_datum("var_fit", fit->standard_errors, terms, k);
	values[VAR_SIGMA] = doubles_datum("var_fit", sigma, k, k);
	values[VAR_SIGMA_ML] = doubles_datum("var_fit", sigma_ml, k, k);
	values[VAR_AIC] = finite_datum("var_fit", criteria.aic);
	values[VAR_BIC] = finite_datum("var_fit", criteria.bic);
	values[VAR_HQIC] = finite_datum("var_fit", criteria.hqic);
	values[VAR_LOG_LIKELIHOOD] = finite_datum("var_fit", criteria.log_likelihood);
	fill_stability(fit, values, nulls);
	values[VAR_LAST_Y] = doubles_datum("var_fit", last, design->order, k);
	values[VAR_LAST_EXOGENOUS] = doubles_datum(
		"var_fit", rows->series.values + (rows->series.count - 1) * rows->series.columns + k,
		design->exogenous, 0);
	*model = HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
	return true;
}

PG_FUNCTION_INFO_V1(creditspread_var_fit_final);
Datum
creditspread_var_fit_final(PG_FUNCTION_ARGS)
{
	VarRows rows = {.known = NULL};
	VarOptions options;
	cs_var_design design;
	cs_var_fit fit;
	Progress progress;
	Datum model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	rows.series = series_state_sorted(row_state_argument(fcinfo, 0), "var_fit");
	options = read_var_options(rows.series.options);
	if (rows.series.count == 0)
		PG_RETURN_NULL();
	design = (cs_var_design){.variables = unpack_rows(&rows.series),
							 .horizon = options.horizon,
							 .separate = options.method == 1};
	design.exogenous = rows.series.columns - design.variables;
	settle_missing(&rows, design.variables, options.missing);
	progress_start(&progress, "var_fit");
	design.order = options.lags;
	if (options.lags == UNSET)
	{
		progress_enter(&progress, 0, 0.5);
		if (!choose_order(&options, design, &rows, &design.order))
			PG_RETURN_NULL();
		progress_leave(&progress);
	}
	if (!check_design(&design, &rows, options.on_error))
		PG_RETURN_NULL();
	progress_enter(&progress, options.lags == UNSET ? 0.5 : 0, options.lags == UNSET ? 0.5 : 1);
	if (fit_design(&fit, &design, &rows, options.on_error) == NULL ||
		!model_datum(fcinfo, &fit, &rows, options.on_error, &model))
		PG_RETURN_NULL();
	progress_leave(&progress);
	PG_RETURN_DATUM(model);
}
