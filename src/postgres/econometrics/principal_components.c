/*
 * principal_components.c
 *		principal_components, an aggregate over sums of rows, and the scores of a row.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "numeric/econometrics/principal_components.h"
#include "postgres/base/compatibility.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/settings.h"
#include "postgres/state/row_state.h"
#include "postgres/state/sums_state.h"
#include "postgres/base/status.h"

typedef struct ComponentsOptions
{
	bool standardize;
	int components; /* 0 = all */
	int missing;	/* 1: a NULL is an error, in the transition function */
	int on_error;	/* an OnError */
} ComponentsOptions;

static const OptionSpec components_specs[] = {
#define OPTIONS_OF ComponentsOptions
#include "postgres/options/principal_components.def"
};
static const OptionTable components_table = OPTION_TABLE(components_specs, 0);

/* The columns of principal_components_model, in order. */
typedef enum ComponentsModelColumn
{
	COMPONENTS_OBSERVATIONS,
	COMPONENTS_MEAN,
	COMPONENTS_SCALE,
	COMPONENTS_COMPONENTS,
	COMPONENTS_VARIANCE,
	COMPONENTS_RATIO,
	COMPONENTS_MODEL_COLUMNS
} ComponentsModelColumn;

/* ---- the state: one row of sums ---- */

/* The number of rows, mean[P], diagonal[P], factor[P (P - 1) / 2]. */
typedef struct ComponentsSums
{
	int columns; /* P */
	int64 count;
	double *values;
	double *mean;
	double *diagonal;
	double *factor;
} ComponentsSums;

static int64
sums_values(int columns)
{
	return 1 + 2 * (int64) columns + (int64) columns * (columns - 1) / 2;
}

/* The sums of a row, to which they point. */
static ComponentsSums
sums_of_row(const Row *row)
{
	double *values = (double *) row->values;

	return (ComponentsSums){.columns = row->columns,
							.count = (int64) values[0],
							.values = values,
							.mean = values + 1,
							.diagonal = values + 1 + row->columns,
							.factor = values + 1 + 2 * row->columns};
}

static void
check_row(const Row *row)
{
	bool counts = row->columns > 0 && row->values[0] >= 0 &&
				  row->values[0] <= (double) MAX_EXACT_COUNT &&
				  row->values[0] == floor(row->values[0]);

	if (!counts)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a principal_components_sums cannot be of %g rows of %d elements",
							   row->values[0], row->columns)));
	for (int64 v = 1; v < row->count; v++)
	{
		check_finite(row->values[v], "a member of a principal_components_sums", NULL);
		if (v > row->columns && v <= 2 * row->columns && row->values[v] < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("a square in a principal_components_sums is negative")));
	}
}

static void merge_sums(RowState *state, const RowState *other);

static const RowType components_type = {.type = ROW_STATE_TYPE("principal_components_sums"),
										.columns = CS_COMPONENTS_MAX_COLUMNS,
										.may_untimed = true,
										.values = sums_values,
										.check = check_row,
										.merge = merge_sums};

STATE_TYPE_FUNCTIONS(components_sums, &components_type.type)
STATE_FUNCTION(creditspread_components_combine, row_state_combine, &components_type)

static ComponentsSums
sums_of_state(const RowState *state)
{
	Row row;

	row_state_read(&components_type, state, 0, &row);
	return sums_of_row(&row);
}

static void
merge_sums(RowState *state, const RowState *other)
{
	double scratch[2 * CS_COMPONENTS_MAX_COLUMNS];
	ComponentsSums left = sums_of_state(state);
	ComponentsSums right = sums_of_state(other);

	check_counts("principal_components_sums", left.count, right.count);
	cs_components_combine(left.columns, &left.count, left.mean, left.diagonal, left.factor,
						  right.count, right.mean, right.diagonal, right.factor, scratch);
	left.values[0] = (double) left.count;
}

/*
 * transition(state, x [, options])
 */
PG_FUNCTION_INFO_V1(creditspread_components_transition);
Datum
creditspread_components_transition(PG_FUNCTION_ARGS)
{
	double scratch[2 * CS_COMPONENTS_MAX_COLUMNS];
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_NARGS() > 2 && !PG_ARGISNULL(2) ? PG_GETARG_JSONB_P(2) : NULL;
	ComponentsSums sums;
	const double *x;
	int columns;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("principal_components must be called as an aggregate")));
	if (PG_ARGISNULL(1) || array_contains_nulls(PG_GETARG_ARRAYTYPE_P(1)))
	{
		if (!missing_is_error(options))
			return row_state_unchanged(fcinfo, state);
		if (refused_gives_null(options))
			PG_RETURN_POINTER(row_state_refuse(fcinfo, "principal_components", state,
											   (TimePoint){TIME_NONE, 0}, options));
	}
	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("x is NULL"),
						errhint(LEAVE_ROWS_OUT)));
	x = float8_array_values(PG_GETARG_ARRAYTYPE_P(1), "x", NULL, &columns);
	if (columns < 1 || columns > CS_COMPONENTS_MAX_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("principal_components: x has %d elements, must have 1 to %d",
							   columns, CS_COMPONENTS_MAX_COLUMNS)));
	if (state == NULL || state->count == 0)
	{
		Row row = {.columns = columns, .count = sums_values(columns)};

		row.values = palloc0(sizeof(double) * row.count);
		state = row_state_append(fcinfo, &components_type, "principal_components", state, &row,
								 options);
	}
	if (state->count == 0)
		PG_RETURN_POINTER(state);
	row_state_check("principal_components", state, (TimePoint){TIME_NONE, 0}, columns, options);
	sums = sums_of_state(state);
	cs_components_add(columns, &sums.count, sums.mean, sums.diagonal, sums.factor, x, scratch);
	sums.values[0] = (double) sums.count;
	PG_RETURN_POINTER(state);
}

/* ---- the fit ---- */

static void
report_fault(cs_status status, const ComponentsSums *sums, size_t column)
{
	if (status == CS_TOO_FEW)
		report_too_few("principal_components", 2, sums->count);
	if (status == CS_CONSTANT && column == (size_t) sums->columns)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("principal_components: no element of x varies")));
	if (status == CS_CONSTANT)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("principal_components: x[%zu] is constant and cannot be standardized",
						column + 1),
				 errhint("Leave it out, or do not standardize.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("principal_components: the sums overflow"), errhint("Scale x.")));
	check_status(status, "principal_components");
}

/* false: NULL is wanted instead of an error. */
static bool
run_fit(cs_components_fit *fit, const ComponentsSums *sums, const ComponentsOptions *options)
{
	Size size = cs_components_fit_size(sums->columns);
	cs_workspace workspace;
	size_t column = 0;
	cs_status status;

	cs_workspace_initialize(&workspace, allocate_checked("principal_components", size), size);
	status =
		cs_components_fit_initialize(fit, sums->columns, sums->count, sums->mean, sums->diagonal,
									 sums->factor, options->standardize, &workspace, &column);
	if (gives_null(status, options->on_error))
		return false;
	report_fault(status, sums, column);
	status = cs_components_fit_solve(fit);
	if (gives_null(status, options->on_error))
		return false;
	check_status(status, "principal_components");
	return true;
}

PG_FUNCTION_INFO_V1(creditspread_components_final);
Datum
creditspread_components_final(PG_FUNCTION_ARGS)
{
	const RowState *state = row_state_argument(fcinfo, 0);
	ComponentsSums sums;
	ComponentsOptions options = {.components = 0};
	cs_components_fit fit;
	double *components;
	double *variance;
	double *ratio;
	double total = 0;
	int columns;
	int kept;
	Datum values[COMPONENTS_MODEL_COLUMNS];
	bool nulls[COMPONENTS_MODEL_COLUMNS] = {false};

	if (state == NULL)
		PG_RETURN_NULL();
	read_options(row_state_options(state), "principal_components", &components_table, &options);
	if (state->count == 0)
		PG_RETURN_NULL();
	sums = sums_of_state(state);
	columns = sums.columns;
	if (options.components > columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("principal_components: option \"components\" is %d, x has %d "
							   "elements",
							   options.components, columns)));
	if (!run_fit(&fit, &sums, &options))
		PG_RETURN_NULL();
	components = palloc(sizeof(double) * columns * columns);
	variance = palloc(sizeof(double) * columns);
	ratio = palloc(sizeof(double) * columns);
	cs_components_fit_result(&fit, variance, components);
	for (int i = 0; i < columns; i++)
		total += variance[i];
	for (int i = 0; i < columns; i++)
		ratio[i] = variance[i] / total;
	kept = options.components == 0 ? columns : options.components;
	values[COMPONENTS_OBSERVATIONS] = Int64GetDatum(sums.count);
	values[COMPONENTS_MEAN] = doubles_datum("principal_components", sums.mean, columns, 0);
	values[COMPONENTS_SCALE] = doubles_datum("principal_components", fit.scale, columns, 0);
	values[COMPONENTS_COMPONENTS] =
		doubles_datum("principal_components", components, kept, columns);
	values[COMPONENTS_VARIANCE] = doubles_datum("principal_components", variance, kept, 0);
	values[COMPONENTS_RATIO] = doubles_datum("principal_components", ratio, kept, 0);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

/*
 * principal_components_scores(model, x): float8[], one for each component
 */
PG_FUNCTION_INFO_V1(creditspread_components_scores);
Datum
creditspread_components_scores(PG_FUNCTION_ARGS)
{
	Composite model = composite_read(PG_GETARG_DATUM(0), "principal_components_model");
	int kept = composite_length(&model, COMPONENTS_VARIANCE, 1, CS_COMPONENTS_MAX_COLUMNS);
	int columns = composite_length(&model, COMPONENTS_MEAN, kept, CS_COMPONENTS_MAX_COLUMNS);
	const double *mean = composite_doubles(&model, COMPONENTS_MEAN, columns, 0);
	const double *scale = composite_doubles(&model, COMPONENTS_SCALE, columns, 0);
	const double *components = composite_doubles(&model, COMPONENTS_COMPONENTS, kept, columns);
	double centred[CS_COMPONENTS_MAX_COLUMNS];
	double score[CS_COMPONENTS_MAX_COLUMNS];
	int count;
	const double *x = float8_array_values(PG_GETARG_ARRAYTYPE_P(1), "x", NULL, &count);

	if (count != columns)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("principal_components_scores: x has %d elements, the model has %d",
							   count, columns)));
	for (int i = 0; i < columns; i++)
		if (!(scale[i] > 0))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("scale of a principal_components_model is %g, must be positive",
								   scale[i]),
							errhint("Use the value as the fit returned it.")));
	cs_components_scores(columns, kept, mean, scale, components, x, centred, score);
	for (int i = 0; i < kept; i++)
		if (!isfinite(score[i]))
			check_finite(score[i], "principal_components_scores: a score", NULL);
	PG_RETURN_DATUM(doubles_datum("principal_components_scores", score, kept, 0));
}
