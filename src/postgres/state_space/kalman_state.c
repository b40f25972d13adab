/*
 * kalman_state.c
 *		The type kalman_state, a filter between two rows: its model, what it knows of the state, and
 *		the results of its last row.  kalman_update moves it by one observation and gives, bit by
 *		bit, what kalman_filter gives over all rows.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/state_space/kalman_factor.h"
#include "postgres/base/composite.h"
#include "postgres/state_space/kalman.h"
#include "postgres/state_space/kalman_state.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "kalman_state"

static const char *const part_names[KALMAN_PARTS] = {
	"transition",	  "observation", "process_covariance", "observation_covariance",
	"control_effect", "state",		 "covariance_factor",  "unknown",
	"last_row"};

const char *
kalman_state_part_name(const KalmanState *s, KalmanStatePart part)
{
	return part == KALMAN_PART_COVARIANCE && s->version == KALMAN_STATE_OLDEST ? "covariance"
																			   : part_names[part];
}

Size
kalman_state_length(const KalmanState *s, KalmanStatePart part)
{
	Size n = s->states;
	Size m = s->observed;
	const cs_kalman_system sizes = {.states = n, .observed = m};
	const Size lengths[KALMAN_PARTS] = {
		n * n,
		m * n,
		n * n,
		m * m,
		n * s->controls,
		n,
		n * n,
		s->version == KALMAN_STATE_OLDEST ? n * n : cs_kalman_unknown_doubles(n),
		cs_kalman_row_doubles(&sizes)};

	return lengths[part];
}

double *
kalman_state_part(KalmanState *s, KalmanStatePart part)
{
	double *data = s->data;

	for (int i = 0; i < (int) part; i++)
		data += kalman_state_length(s, i);
	return data;
}

KalmanState *
kalman_state_new(int version, int states, int observed, int controls)
{
	KalmanState head = {
		.version = version, .states = states, .observed = observed, .controls = controls};
	Size doubles = 0;
	KalmanState *s;
	double *row;

	for (int i = 0; i < KALMAN_PARTS; i++)
		doubles += kalman_state_length(&head, i);
	s = allocate_checked(WHAT, offsetof(KalmanState, data) + doubles * sizeof(double));
	memcpy(s, &head, offsetof(KalmanState, data));
	memset(s->data, 0, doubles * sizeof(double));
	SET_VARSIZE(s, offsetof(KalmanState, data) + doubles * sizeof(double));
	row = kalman_state_part(s, KALMAN_PART_ROW);
	for (Size i = 0; i < kalman_state_length(s, KALMAN_PART_ROW); i++)
		row[i] = NAN;
	return s;
}

static cs_kalman_system
state_system(KalmanState *s)
{
	return (cs_kalman_system){.states = s->states,
							  .observed = s->observed,
							  .controls = s->controls,
							  .transition = kalman_state_part(s, KALMAN_PART_TRANSITION),
							  .observation = kalman_state_part(s, KALMAN_PART_OBSERVATION),
							  .process = kalman_state_part(s, KALMAN_PART_PROCESS),
							  .noise = kalman_state_part(s, KALMAN_PART_NOISE),
							  .control = kalman_state_part(s, KALMAN_PART_CONTROL)};
}

static cs_kalman_position
state_position(KalmanState *s)
{
	return (cs_kalman_position){.state = kalman_state_part(s, KALMAN_PART_STATE),
								.covariance = kalman_state_part(s, KALMAN_PART_COVARIANCE),
								.unknown = kalman_state_part(s, KALMAN_PART_UNKNOWN),
								.predicted = s->predicted != 0};
}

/* The start of a model. */
static KalmanState *
state_of_model(const KalmanModel *model)
{
	const cs_kalman_system *system = &model->system;
	KalmanState *s =
		kalman_state_new(KALMAN_STATE_VERSION, system->states, system->observed, system->controls);
	const double *const parts[] = {system->transition, system->observation, system->process,
								   system->noise, system->control};
	cs_kalman_position position = state_position(s);

	for (int i = 0; i < (int) lengthof(parts); i++)
		if (kalman_state_length(s, i) > 0)
			memcpy(kalman_state_part(s, i), parts[i], kalman_state_length(s, i) * sizeof(double));
	kalman_start_position(model, &position);
	s->predicted = position.predicted;
	return s;
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_model);
Datum
creditspread_kalman_state_model(PG_FUNCTION_ARGS)
{
	KalmanModel model = kalman_model_read(PG_GETARG_DATUM(0));

	if (model.system.direct != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(WHAT ": the model has an effect of controls on the observation"),
				 errhint("Set observation_effect of the model to NULL, and take the effect off the "
						 "observations that kalman_update is given.")));
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

KalmanState *
kalman_state_current(KalmanState *s)
{
	KalmanState *current;

	if (s->version == KALMAN_STATE_VERSION)
		return s;
	current = kalman_state_new(KALMAN_STATE_VERSION, s->states, s->observed, s->controls);
	current->predicted = s->predicted;
	current->rows = s->rows;
	current->observations = s->observations;
	current->log_likelihood = s->log_likelihood;
	for (int part = 0; part < KALMAN_PARTS; part++)
		if (part == KALMAN_PART_COVARIANCE)
			cs_kalman_factor_of(s->states, kalman_state_part(s, part),
								kalman_state_part(current, part));
		else if (part == KALMAN_PART_UNKNOWN)
			cs_kalman_unknown_of_covariance(s->states, kalman_state_part(s, part),
											kalman_state_part(current, part));
		else
			memcpy(kalman_state_part(current, part), kalman_state_part(s, part),
				   kalman_state_length(s, part) * sizeof(double));
	return current;
}

/* ---- one row --------------------------------------------------------------------------------- */

KalmanState *
kalman_state_copy(FunctionCallInfo fcinfo, int argno)
{
	return kalman_state_current((KalmanState *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(argno)));
}

/* Moves a state, which is the caller's own, by one row. */
static void
update_state(KalmanState *s, const double *y, const double *controls)
{
	cs_kalman_system system = state_system(s);
	cs_kalman_position position = state_position(s);
	cs_kalman_matrix_row row = cs_kalman_row_views(&system, kalman_state_part(s, KALMAN_PART_ROW));
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
	s = kalman_state_copy(fcinfo, 0);
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
	s = kalman_state_copy(fcinfo, 0);
	model.system = state_system(s);
	update_state(
		s,
		kalman_observations("kalman_update", &model, PG_GETARG_DATUM(1), PG_ARGISNULL(1), s->rows),
		kalman_controls("kalman_update", &model, PG_GETARG_DATUM(2), PG_ARGISNULL(2), s->rows));
	PG_RETURN_POINTER(s);
}

/* ---- what a state tells ---- */

PG_FUNCTION_INFO_V1(creditspread_kalman_state_estimate);
Datum
creditspread_kalman_state_estimate(PG_FUNCTION_ARGS)
{
	KalmanState *s = kalman_state_copy(fcinfo, 0);
	cs_kalman_system system = state_system(s);
	cs_kalman_matrix_row row = cs_kalman_row_views(&system, kalman_state_part(s, KALMAN_PART_ROW));
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
	KalmanState *s = kalman_state_copy(fcinfo, 0);
	cs_kalman_system system = state_system(s);
	cs_kalman_matrix_row row = cs_kalman_row_views(&system, kalman_state_part(s, KALMAN_PART_ROW));
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
	KalmanState *s = kalman_state_copy(fcinfo, 0);
	const Datum values[5] = {Int32GetDatum(s->states), Int32GetDatum(s->observed),
							 Int64GetDatum(s->rows), Int64GetDatum(s->observations),
							 Float8GetDatum(s->log_likelihood)};
	const bool nulls[5] = {false};

	PG_RETURN_DATUM(HeapTupleGetDatum(
		heap_form_tuple(result_descriptor(fcinfo), (Datum *) values, (bool *) nulls)));
}
