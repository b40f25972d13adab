/*
 * principal_components.c
 *		principal_components, an aggregate over sums of rows, and the scores of a row.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "numeric/econometrics/principal_components.h"
#include "postgres/compatibility.h"
#include "postgres/arguments.h"
#include "postgres/composite.h"
#include "postgres/options.h"
#include "postgres/settings.h"
#include "postgres/state_text.h"
#include "postgres/status.h"
#include "postgres/sums_state.h"
#include "postgres/text_encoding.h"

#define COMPONENTS_STATE_VERSION 1

/* The state: a varlena type, so that workers, partitions and remote nodes can hand it on. */
typedef struct ComponentsState
{
	int32 vl_len_;
	uint16 version;
	uint16 columns;
	int32 options_length; /* bytes of the options, a jsonb; 0 = none */
	int64 count;		  /* rows */
	/*
	 * mean[columns], diagonal[columns], factor[columns (columns - 1) / 2]; then the options.
	 */
	double sums[];
} ComponentsState;

typedef struct ComponentsOptions
{
	bool standardize;
	int components; /* 0 = all */
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

static inline double *
mean_of(const ComponentsState *state)
{
	return (double *) state->sums;
}

static inline double *
diagonal_of(const ComponentsState *state)
{
	return mean_of(state) + state->columns;
}

static inline double *
factor_of(const ComponentsState *state)
{
	return diagonal_of(state) + state->columns;
}

static inline int
sums_count(int columns)
{
	return 2 * columns + columns * (columns - 1) / 2;
}

static inline const Jsonb *
state_options(const ComponentsState *state)
{
	return state->options_length == 0 ? NULL
									  : (const Jsonb *) (state->sums + sums_count(state->columns));
}

/* Empty sums, in the current context: the executor copies a new state into the aggregate's own. */
static ComponentsState *
new_state(int columns, const Jsonb *options)
{
	int32 length = options == NULL ? 0 : VARSIZE(options);
	Size size = offsetof(ComponentsState, sums) + sizeof(double) * sums_count(columns) + length;
	ComponentsState *state = palloc0(size);

	SET_VARSIZE(state, size);
	state->version = COMPONENTS_STATE_VERSION;
	state->columns = columns;
	state->options_length = length;
	if (length > 0)
		memcpy(state->sums + sums_count(columns), options, length);
	return state;
}

static void
check_same_shape(const ComponentsState *state, int columns, const Jsonb *options)
{
	if (state->columns != columns)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("principal_components: x has %d elements, %d in the rows before",
							   columns, (int) state->columns),
						errhint("Every row of a group must have the same number of elements.")));
	if ((options == NULL) != (state->options_length == 0) ||
		(options != NULL && (VARSIZE(options) != (Size) state->options_length ||
							 memcmp(options, state_options(state), state->options_length) != 0)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("principal_components: the options of a row differ from those of "
							   "the rows before"),
						errhint("Give the same options for every row of a group.")));
}

/*
 * transition(state, x [, options])
 */
PG_FUNCTION_INFO_V1(creditspread_components_transition);
Datum
creditspread_components_transition(PG_FUNCTION_ARGS)
{
	double scratch[2 * CS_COMPONENTS_MAX_COLUMNS];
	ComponentsState *state;
	const Jsonb *options = NULL;
	const double *x;
	int columns;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("principal_components must be called as an aggregate")));
	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("x is NULL"),
						errhint(LEAVE_ROWS_OUT)));
	x = float8_array_values(PG_GETARG_ARRAYTYPE_P(1), "x", NULL, &columns);
	if (columns < 1 || columns > CS_COMPONENTS_MAX_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("principal_components: x has %d elements, must have 1 to %d",
							   columns, CS_COMPONENTS_MAX_COLUMNS)));
	if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		options = PG_GETARG_JSONB_P(2);
	if (PG_ARGISNULL(0))
		state = new_state(columns, options);
	else
		state = (ComponentsState *) PG_GETARG_VARLENA_P(0);
	check_same_shape(state, columns, options);
	cs_components_add(columns, &state->count, mean_of(state), diagonal_of(state), factor_of(state),
					  x, scratch);
	PG_RETURN_POINTER(state);
}

/*
 * combine(state, state).  The second state may belong to somebody else, so it is only read.
 */
PG_FUNCTION_INFO_V1(creditspread_components_combine);
Datum
creditspread_components_combine(PG_FUNCTION_ARGS)
{
	double scratch[2 * CS_COMPONENTS_MAX_COLUMNS];
	ComponentsState *left;
	ComponentsState *right;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("principal_components_combine must be called by an aggregate")));
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	right = (ComponentsState *) PG_GETARG_VARLENA_P(1);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(memcpy(palloc(VARSIZE(right)), right, VARSIZE(right)));
	left = (ComponentsState *) PG_GETARG_VARLENA_P(0);
	check_same_shape(left, right->columns, state_options(right));
	check_counts("principal_components_sums", left->count, right->count);
	cs_components_combine(left->columns, &left->count, mean_of(left), diagonal_of(left),
						  factor_of(left), right->count, mean_of(right), diagonal_of(right),
						  factor_of(right), scratch);
	PG_RETURN_POINTER(left);
}

static void
report_fault(cs_status status, const ComponentsState *state, size_t column)
{
	if (status == CS_TOO_FEW)
		report_too_few("principal_components", 2, state->count);
	if (status == CS_CONSTANT && column == state->columns)
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

static void
run_fit(cs_components_fit *fit, const ComponentsState *state, bool standardize)
{
	Size size = cs_components_fit_size(state->columns);
	cs_workspace workspace;
	size_t column = 0;
	cs_status status;

	cs_workspace_initialize(&workspace, allocate_checked("principal_components", size), size);
	status = cs_components_fit_initialize(fit, state->columns, state->count, mean_of(state),
										  diagonal_of(state), factor_of(state), standardize,
										  &workspace, &column);
	report_fault(status, state, column);
	check_status(cs_components_fit_solve(fit), "principal_components");
}

PG_FUNCTION_INFO_V1(creditspread_components_final);
Datum
creditspread_components_final(PG_FUNCTION_ARGS)
{
	const ComponentsState *state;
	ComponentsOptions options = {false, 0};
	cs_components_fit fit;
	double *components;
	double *variance;
	double *ratio;
	double total = 0;
	int columns;
	int kept;
	Datum values[COMPONENTS_MODEL_COLUMNS];
	bool nulls[COMPONENTS_MODEL_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (const ComponentsState *) PG_GETARG_VARLENA_P(0);
	columns = state->columns;
	read_options(state_options(state), "principal_components", &components_table, &options);
	if (options.components > columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("principal_components: option \"components\" is %d, x has %d "
							   "elements",
							   options.components, columns)));
	run_fit(&fit, state, options.standardize);
	components = palloc(sizeof(double) * columns * columns);
	variance = palloc(sizeof(double) * columns);
	ratio = palloc(sizeof(double) * columns);
	cs_components_fit_result(&fit, variance, components);
	for (int i = 0; i < columns; i++)
		total += variance[i];
	for (int i = 0; i < columns; i++)
		ratio[i] = variance[i] / total;
	kept = options.components == 0 ? columns : options.components;
	values[COMPONENTS_OBSERVATIONS] = Int64GetDatum(state->count);
	values[COMPONENTS_MEAN] = doubles_datum("principal_components", mean_of(state), columns, 0);
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

static ComponentsState *
receive_state(StringInfo buffer)
{
	ComponentsState *state;
	int version = pq_getmsgint(buffer, 2);
	int columns = pq_getmsgint(buffer, 2);
	int32 options_length = pq_getmsgint(buffer, 4);
	Jsonb *options = NULL;
	int64 count;

	if (version != COMPONENTS_STATE_VERSION || columns < 1 || columns > CS_COMPONENTS_MAX_COLUMNS ||
		options_length < 0 || options_length > buffer->len - buffer->cursor)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid head of a principal_components_sums")));
	if (options_length > 0)
		options = receive_json(buffer, options_length);
	count = pq_getmsgint64(buffer);
	if (count < 0 || count > SUMS_MAX_COUNT ||
		buffer->len - buffer->cursor != sums_count(columns) * (int) sizeof(double))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a principal_components_sums of %lld rows of %d elements cannot "
							   "have %d bytes of sums",
							   (long long) count, columns, buffer->len - buffer->cursor)));
	state = new_state(columns, options);
	state->count = count;
	for (int i = 0; i < sums_count(columns); i++)
	{
		state->sums[i] = pq_getmsgfloat8(buffer);
		check_finite(state->sums[i], "a member of a principal_components_sums", NULL);
		if (i >= columns && i < 2 * columns && state->sums[i] < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("a square in a principal_components_sums is negative")));
	}
	return state;
}

PG_FUNCTION_INFO_V1(creditspread_components_sums_recv);
Datum
creditspread_components_sums_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(receive_state((StringInfo) PG_GETARG_POINTER(0)));
}

PG_FUNCTION_INFO_V1(creditspread_components_sums_send);
Datum
creditspread_components_sums_send(PG_FUNCTION_ARGS)
{
	const ComponentsState *state = (const ComponentsState *) PG_GETARG_VARLENA_P(0);
	const Jsonb *options = state_options(state);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendint16(&buffer, state->version);
	pq_sendint16(&buffer, state->columns);
	if (options == NULL)
		pq_sendint32(&buffer, 0);
	else
		send_json(&buffer, options);
	pq_sendint64(&buffer, state->count);
	for (int i = 0; i < sums_count(state->columns); i++)
		pq_sendfloat8(&buffer, state->sums[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

PG_FUNCTION_INFO_V1(creditspread_components_sums_in);
Datum
creditspread_components_sums_in(PG_FUNCTION_ARGS)
{
	StringInfoData buffer;

	state_text_read(PG_GETARG_DATUM(0), &buffer);
	PG_RETURN_POINTER(receive_state(&buffer));
}

PG_FUNCTION_INFO_V1(creditspread_components_sums_out);
Datum
creditspread_components_sums_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(
		state_text(DirectFunctionCall1(creditspread_components_sums_send, PG_GETARG_DATUM(0))));
}
