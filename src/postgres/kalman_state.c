/*
 * kalman_state.c
 *		The type kalman_state, a filter between two rows: its model, what it knows of the state, and
 *		the results of its last row.  kalman_update moves it by one observation and gives, bit by
 *		bit, what kalman_filter gives over all rows.
 *
 * Text form: a JSON object of flat arrays, matrices row after row, numbers exact, null where there
 * is no value.  Binary form: the same fields in network byte order.  Both are validated completely.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "postgres/composite.h"
#include "postgres/kalman.h"
#include "postgres/options.h"
#include "postgres/row_series.h"
#include "postgres/settings.h"
#include "postgres/status.h"

#define WHAT "kalman_state"
#define STATE_VERSION 1

/* Counts that a number of JSON keeps exactly. */
#define MOST_ROWS (INT64CONST(1) << 53)

typedef struct KalmanState
{
	int32 vl_len_;	 /* varlena header */
	uint8 version;	 /* STATE_VERSION */
	uint8 predicted; /* the position is already that before the next observation */
	uint8 states, observed, controls;
	uint8 unused[3];
	int64 rows;			   /* taken so far */
	int64 observations;	   /* rows of them with an observation */
	double log_likelihood; /* sum over the rows */
	double data[];		   /* the parts below, one after the other */
} KalmanState;

/* The parts of the data. */
typedef enum Part
{
	PART_TRANSITION,
	PART_OBSERVATION,
	PART_PROCESS,
	PART_NOISE,
	PART_CONTROL,
	PART_STATE,
	PART_COVARIANCE,
	PART_UNKNOWN,
	PART_ROW, /* results of the last row; NaN where there is none */
	PARTS
} Part;

static const char *const part_names[PARTS] = {
	"transition",	  "observation", "process_covariance", "observation_covariance",
	"control_effect", "state",		 "covariance",		   "unknown",
	"last_row"};

static Size
part_length(const KalmanState *s, Part part)
{
	Size n = s->states;
	Size m = s->observed;
	const cs_kalman_system sizes = {.states = n, .observed = m};
	const Size lengths[PARTS] = {n * n, m * n,			 n * n,
								 m * m, n * s->controls, n,
								 n * n, n * n,			 cs_kalman_row_doubles(&sizes)};

	return lengths[part];
}

static double *
part_of(KalmanState *s, Part part)
{
	double *data = s->data;

	for (int i = 0; i < (int) part; i++)
		data += part_length(s, i);
	return data;
}

/* A state of these sizes, all zero but the last row, which has no values. */
static KalmanState *
new_state(int states, int observed, int controls)
{
	KalmanState head = {
		.version = STATE_VERSION, .states = states, .observed = observed, .controls = controls};
	Size doubles = 0;
	KalmanState *s;
	double *row;

	for (int i = 0; i < PARTS; i++)
		doubles += part_length(&head, i);
	s = allocate_checked(WHAT, offsetof(KalmanState, data) + doubles * sizeof(double));
	memcpy(s, &head, offsetof(KalmanState, data));
	memset(s->data, 0, doubles * sizeof(double));
	SET_VARSIZE(s, offsetof(KalmanState, data) + doubles * sizeof(double));
	row = part_of(s, PART_ROW);
	for (Size i = 0; i < part_length(s, PART_ROW); i++)
		row[i] = NAN;
	return s;
}

static cs_kalman_system
state_system(KalmanState *s)
{
	return (cs_kalman_system){.states = s->states,
							  .observed = s->observed,
							  .controls = s->controls,
							  .transition = part_of(s, PART_TRANSITION),
							  .observation = part_of(s, PART_OBSERVATION),
							  .process = part_of(s, PART_PROCESS),
							  .noise = part_of(s, PART_NOISE),
							  .control = part_of(s, PART_CONTROL)};
}

static cs_kalman_position
state_position(KalmanState *s)
{
	return (cs_kalman_position){.state = part_of(s, PART_STATE),
								.covariance = part_of(s, PART_COVARIANCE),
								.unknown = part_of(s, PART_UNKNOWN),
								.predicted = s->predicted != 0};
}

/* The start of a model. */
static KalmanState *
state_of_model(const KalmanModel *model)
{
	const cs_kalman_system *system = &model->system;
	KalmanState *s = new_state(system->states, system->observed, system->controls);
	const double *const parts[] = {system->transition, system->observation, system->process,
								   system->noise, system->control};
	cs_kalman_position position = state_position(s);

	for (int i = 0; i < (int) lengthof(parts); i++)
		if (part_length(s, i) > 0)
			memcpy(part_of(s, i), parts[i], part_length(s, i) * sizeof(double));
	kalman_start_position(model, &position);
	s->predicted = position.predicted;
	return s;
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_model);
Datum
creditspread_kalman_state_model(PG_FUNCTION_ARGS)
{
	KalmanModel model = kalman_model_read(PG_GETARG_DATUM(0));

	PG_RETURN_POINTER(state_of_model(&model));
}

/*
 * kalman_state(transition, process_variance, observation_variance, initial_state,
 * initial_variance, start)
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_state_scalar);
Datum
creditspread_kalman_state_scalar(PG_FUNCTION_ARGS)
{
	const double one = 1;
	Datum values[KALMAN_ARGUMENTS];
	bool nulls[KALMAN_ARGUMENTS];
	cs_kalman filter;
	KalmanModel model;

	for (int i = 0; i < KALMAN_ARGUMENTS; i++)
	{
		values[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i);
	}
	filter = kalman_of_arguments(WHAT, values, nulls);
	model = (KalmanModel){.system = {.states = 1,
									 .observed = 1,
									 .controls = 1,
									 .transition = &filter.model.transition,
									 .observation = &one,
									 .process = &filter.model.process_variance,
									 .noise = &filter.model.observation_variance,
									 .control = &one},
						  .diffuse = filter.diffuse,
						  .start = filter.predicted ? CS_KALMAN_PREDICTED : CS_KALMAN_FILTERED,
						  .state = &filter.state,
						  .covariance = &filter.variance};
	PG_RETURN_POINTER(state_of_model(&model));
}

/* ---- one row --------------------------------------------------------------------------------- */

static KalmanState *
copy_state(FunctionCallInfo fcinfo, int argno)
{
	return (KalmanState *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(argno));
}

/* Moves a state, which is the caller's own, by one row. */
static void
update_state(KalmanState *s, const double *y, const double *controls)
{
	cs_kalman_system system = state_system(s);
	cs_kalman_position position = state_position(s);
	cs_kalman_matrix_row row = cs_kalman_row_views(&system, part_of(s, PART_ROW));
	Size size = cs_kalman_matrix_size(&system);
	void *block = allocate_checked(WHAT, size);
	cs_kalman_matrix filter;
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	check_status(cs_kalman_matrix_initialize(&filter, &system, &position, &workspace),
				 "kalman_update");
	check_kalman_status(cs_kalman_matrix_step(&filter, y, controls, &row), "kalman_update",
						s->rows + 1);
	s->predicted = filter.position.predicted;
	s->rows++;
	for (int i = 0; i < s->observed; i++)
		if (!isnan(y[i]))
		{
			s->observations++;
			break;
		}
	if (!isnan(row.log_likelihood[0]))
		s->log_likelihood += row.log_likelihood[0];
	pfree(block);
}

static void
check_one_observation(const KalmanState *s, const char *what)
{
	if (s->states != 1 || s->observed != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the state has %d states and %d observations in a row, must "
							   "have 1 of each",
							   what, s->states, s->observed),
						errhint("Use the function of arrays: kalman_update(state, ARRAY[y]), "
								"kalman_vector_estimate(state).")));
}

/*
 * kalman_update(state, observation, control), numbers; the control is its effect
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_update);
Datum
creditspread_kalman_update(PG_FUNCTION_ARGS)
{
	KalmanState *s;
	double y;
	double control;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = copy_state(fcinfo, 0);
	check_one_observation(s, "kalman_update");
	y = kalman_observation("kalman_update", "the observation", PG_GETARG_DATUM(1), PG_ARGISNULL(1),
						   s->rows, NAN);
	control = kalman_observation("kalman_update", "control", PG_GETARG_DATUM(2), PG_ARGISNULL(2),
								 s->rows, 0);
	if (!PG_ARGISNULL(2) && s->controls != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("kalman_update: the model has %d controls, one is given", s->controls),
				 errhint("Give an array, or a control_effect of one column.")));
	update_state(s, &y, PG_ARGISNULL(2) ? NULL : &control);
	PG_RETURN_POINTER(s);
}

/*
 * kalman_update(state, observation, control), arrays
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_update_vector);
Datum
creditspread_kalman_update_vector(PG_FUNCTION_ARGS)
{
	KalmanState *s;
	KalmanModel model = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = copy_state(fcinfo, 0);
	model.system = state_system(s);
	update_state(
		s,
		kalman_observations("kalman_update", &model, PG_GETARG_DATUM(1), PG_ARGISNULL(1), s->rows),
		kalman_controls("kalman_update", &model, PG_GETARG_DATUM(2), PG_ARGISNULL(2), s->rows));
	PG_RETURN_POINTER(s);
}

/* ---- what a state tells ------------------------------------------------------------------------
 */

PG_FUNCTION_INFO_V1(creditspread_kalman_state_estimate);
Datum
creditspread_kalman_state_estimate(PG_FUNCTION_ARGS)
{
	KalmanState *s = copy_state(fcinfo, 0);
	cs_kalman_system system = state_system(s);
	cs_kalman_matrix_row row = cs_kalman_row_views(&system, part_of(s, PART_ROW));
	cs_kalman_row scalar;
	Datum values[KALMAN_ESTIMATE_COLUMNS];
	bool nulls[KALMAN_ESTIMATE_COLUMNS];

	check_one_observation(s, "kalman_estimate");
	scalar = (cs_kalman_row){.predicted = row.predicted[0],
							 .predicted_variance = row.predicted_covariance[0],
							 .filtered = row.filtered[0],
							 .variance = row.covariance[0],
							 .gain = row.gain[0],
							 .innovation = row.innovation[0],
							 .innovation_variance = row.innovation_covariance[0],
							 .log_likelihood = row.log_likelihood[0]};
	kalman_estimate_columns(&scalar, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_vector_estimate);
Datum
creditspread_kalman_state_vector_estimate(PG_FUNCTION_ARGS)
{
	KalmanState *s = copy_state(fcinfo, 0);
	cs_kalman_system system = state_system(s);
	cs_kalman_matrix_row row = cs_kalman_row_views(&system, part_of(s, PART_ROW));
	Datum values[KALMAN_ESTIMATE_COLUMNS];
	bool nulls[KALMAN_ESTIMATE_COLUMNS];

	kalman_vector_columns(&system, &row, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

/*
 * kalman_summary(state): states, observed, rows, observations, log_likelihood
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_summary);
Datum
creditspread_kalman_summary(PG_FUNCTION_ARGS)
{
	KalmanState *s = copy_state(fcinfo, 0);
	const Datum values[5] = {Int32GetDatum(s->states), Int32GetDatum(s->observed),
							 Int64GetDatum(s->rows), Int64GetDatum(s->observations),
							 Float8GetDatum(s->log_likelihood)};
	const bool nulls[5] = {false};

	PG_RETURN_DATUM(HeapTupleGetDatum(
		heap_form_tuple(result_descriptor(fcinfo), (Datum *) values, (bool *) nulls)));
}

/* ---- text and binary form ------------------------------------------------------------------- */

_Noreturn static void
report_invalid(int sqlstate, const char *clause)
{
	ereport(ERROR, (errcode(sqlstate), errmsg("invalid kalman_state: %s", clause),
					errhint("Use the value as kalman_state or kalman_update returned it.")));
}

static void
check_sizes(int sqlstate, double states, double observed, double controls)
{
	if (!(states >= 1 && states <= CS_KALMAN_MAX_SIZE && observed >= 1 &&
		  observed <= CS_KALMAN_MAX_SIZE && controls >= 0 && controls <= CS_KALMAN_MAX_SIZE) ||
		states != floor(states) || observed != floor(observed) || controls != floor(controls))
		report_invalid(sqlstate,
					   psprintf("%g states, %g observations and %g controls, the limits are 1 to "
								"%d, 1 to %d and 0 to %d",
								states, observed, controls, CS_KALMAN_MAX_SIZE, CS_KALMAN_MAX_SIZE,
								CS_KALMAN_MAX_SIZE));
}

/* What the parts must be, beyond their sizes. */
static void
check_parts(int sqlstate, KalmanState *s)
{
	const Part covariances[] = {PART_PROCESS, PART_NOISE, PART_COVARIANCE, PART_UNKNOWN};

	for (int part = 0; part < PARTS; part++)
	{
		const double *values = part_of(s, part);

		for (Size i = 0; i < part_length(s, part); i++)
			if (!isfinite(values[i]) && !(part == PART_ROW && isnan(values[i])))
				report_invalid(sqlstate,
							   psprintf("%s has a value that is not finite", part_names[part]));
	}
	for (int i = 0; i < (int) lengthof(covariances); i++)
		if (!cs_kalman_is_covariance(covariances[i] == PART_NOISE ? s->observed : s->states,
									 part_of(s, covariances[i])))
			report_invalid(sqlstate,
						   psprintf("%s is not a covariance matrix", part_names[covariances[i]]));
	for (int i = 0; i < s->observed; i++)
	{
		const double *row = part_of(s, PART_OBSERVATION) + i * s->states;
		double sum = 0;

		for (int j = 0; j < s->states; j++)
			sum += fabs(row[j]);
		if (sum == 0)
			report_invalid(sqlstate, psprintf("row %d of observation is all zero", i + 1));
	}
	if (s->rows < 0 || s->observations < 0 || s->observations > s->rows || s->rows > MOST_ROWS ||
		!isfinite(s->log_likelihood))
		report_invalid(sqlstate, psprintf("%lld observations in %lld rows, log-likelihood %g",
										  (long long) s->observations, (long long) s->rows,
										  s->log_likelihood));
	if (s->states == 1 && s->observed == 1 && part_of(s, PART_PROCESS)[0] == 0 &&
		part_of(s, PART_NOISE)[0] == 0)
		report_invalid(sqlstate, "both variances are 0");
}

/* A double, exactly: the sign of zero would not survive as a number. */
static void
append_exact(StringInfo json, double value)
{
	if (value == 0 && signbit(value))
		appendStringInfoString(json, "\"-0\"");
	else
		append_json_double(json, value);
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_out);
Datum
creditspread_kalman_state_out(PG_FUNCTION_ARGS)
{
	KalmanState *s = copy_state(fcinfo, 0);
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json,
					 "{\"format\": %d, \"states\": %d, \"observed\": %d, \"controls\": %d, "
					 "\"predicted\": %s, \"rows\": %lld, \"observations\": %lld, "
					 "\"log_likelihood\": ",
					 s->version, s->states, s->observed, s->controls,
					 s->predicted ? "true" : "false", (long long) s->rows,
					 (long long) s->observations);
	append_exact(&json, s->log_likelihood);
	for (int part = 0; part < PARTS; part++)
	{
		const double *values = part_of(s, part);

		appendStringInfo(&json, ", \"%s\": [", part_names[part]);
		for (Size i = 0; i < part_length(s, part); i++)
		{
			if (i > 0)
				appendStringInfoString(&json, ", ");
			append_exact(&json, values[i]);
		}
		appendStringInfoChar(&json, ']');
	}
	appendStringInfoChar(&json, '}');
	PG_RETURN_CSTRING(json.data);
}

/* A number as append_exact wrote it; infinite unless it is one. */
static double
exact_double(const JsonbValue *value)
{
	if (value->type == jbvNull)
		return NAN;
	if (value->type == jbvString && value->val.string.len == 2 &&
		memcmp(value->val.string.val, "-0", 2) == 0)
		return -0.0;
	if (value->type != jbvNumeric)
		return INFINITY;
	return DatumGetFloat8(
		DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));
}

static void
read_part(const JsonbContainer *object, KalmanState *s, Part part)
{
	double *values = part_of(s, part);
	Size length = part_length(s, part);
	JsonbValue array;

	if (!json_field(object, part_names[part], &array) || array.type != jbvBinary ||
		!JsonContainerIsArray(array.val.binary.data) ||
		JsonContainerSize(array.val.binary.data) != length)
		report_invalid(
			ERRCODE_INVALID_TEXT_REPRESENTATION,
			psprintf("\"%s\" must be an array of %zu numbers", part_names[part], length));
	for (Size i = 0; i < length; i++)
		values[i] = exact_double(getIthJsonbValueFromContainer(array.val.binary.data, i));
}

static int64
json_count(const JsonbContainer *object, const char *key)
{
	double value = json_double(object, key, WHAT);

	if (!(value >= 0 && value <= (double) MOST_ROWS) || value != floor(value))
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION,
					   psprintf("\"%s\" is %g, must be a count", key, value));
	return (int64) value;
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_in);
Datum
creditspread_kalman_state_in(PG_FUNCTION_ARGS)
{
	const Jsonb *jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, PG_GETARG_DATUM(0)));
	const JsonbContainer *object = &jsonb->root;
	double sizes[3];
	JsonbValue value;
	KalmanState *s;

	if (!JB_ROOT_IS_OBJECT(jsonb) || JsonContainerSize(object) != 8 + PARTS)
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION,
					   psprintf("it must be a JSON object of %d fields", 8 + PARTS));
	if (json_double(object, "format", WHAT) != STATE_VERSION)
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION,
					   psprintf("\"format\" must be %d", STATE_VERSION));
	sizes[0] = json_double(object, "states", WHAT);
	sizes[1] = json_double(object, "observed", WHAT);
	sizes[2] = json_double(object, "controls", WHAT);
	check_sizes(ERRCODE_INVALID_TEXT_REPRESENTATION, sizes[0], sizes[1], sizes[2]);
	s = new_state((int) sizes[0], (int) sizes[1], (int) sizes[2]);
	if (!json_field(object, "predicted", &value) || value.type != jbvBool)
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION, "\"predicted\" must be true or false");
	s->predicted = value.val.boolean;
	s->rows = json_count(object, "rows");
	s->observations = json_count(object, "observations");
	if (!json_field(object, "log_likelihood", &value))
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION, "\"log_likelihood\" is missing");
	s->log_likelihood = exact_double(&value);
	for (int part = 0; part < PARTS; part++)
		read_part(object, s, part);
	check_parts(ERRCODE_INVALID_TEXT_REPRESENTATION, s);
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_send);
Datum
creditspread_kalman_state_send(PG_FUNCTION_ARGS)
{
	KalmanState *s = copy_state(fcinfo, 0);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendbyte(&buffer, s->version);
	pq_sendbyte(&buffer, s->predicted);
	pq_sendbyte(&buffer, s->states);
	pq_sendbyte(&buffer, s->observed);
	pq_sendbyte(&buffer, s->controls);
	pq_sendint64(&buffer, s->rows);
	pq_sendint64(&buffer, s->observations);
	pq_sendfloat8(&buffer, s->log_likelihood);
	for (int part = 0; part < PARTS; part++)
		for (Size i = 0; i < part_length(s, part); i++)
			pq_sendfloat8(&buffer, part_of(s, part)[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_recv);
Datum
creditspread_kalman_state_recv(PG_FUNCTION_ARGS)
{
	StringInfo buffer = (StringInfo) PG_GETARG_POINTER(0);
	int version = pq_getmsgbyte(buffer);
	int predicted = pq_getmsgbyte(buffer);
	int states = pq_getmsgbyte(buffer);
	int observed = pq_getmsgbyte(buffer);
	int controls = pq_getmsgbyte(buffer);
	KalmanState *s;

	if (version != STATE_VERSION || predicted > 1)
		report_invalid(ERRCODE_INVALID_BINARY_REPRESENTATION,
					   psprintf("format %d, flag %d", version, predicted));
	check_sizes(ERRCODE_INVALID_BINARY_REPRESENTATION, states, observed, controls);
	s = new_state(states, observed, controls);
	s->predicted = predicted;
	s->rows = pq_getmsgint64(buffer);
	s->observations = pq_getmsgint64(buffer);
	s->log_likelihood = pq_getmsgfloat8(buffer);
	for (int part = 0; part < PARTS; part++)
		for (Size i = 0; i < part_length(s, part); i++)
		{
			double value = pq_getmsgfloat8(buffer);

			part_of(s, part)[i] = isnan(value) ? NAN : value; /* there is one NaN */
		}
	check_parts(ERRCODE_INVALID_BINARY_REPRESENTATION, s);
	PG_RETURN_POINTER(s);
}
