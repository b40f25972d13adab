/*
 * kalman_model.c
 *		The composite type kalman_model, which anybody may build, and what reads it; arrays of
 *		results.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/state_space/kalman_factor.h"
#include "postgres/base/composite.h"
#include "postgres/state_space/kalman.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

static const char *const column_names[] = {
	[MODEL_TRANSITION] = "transition",		[MODEL_OBSERVATION] = "observation",
	[MODEL_PROCESS] = "process_covariance", [MODEL_NOISE] = "observation_covariance",
	[MODEL_STATE] = "initial_state",		[MODEL_COVARIANCE] = "initial_covariance",
	[MODEL_CONTROL] = "control_effect",		[MODEL_DIRECT] = "observation_effect"};

/* The length of a matrix of the model along one dimension; it must have two. */
static size_t
matrix_length(const Composite *composite, int column, int dimension)
{
	ArrayType *array;

	if (composite->nulls[column])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s of a kalman_model is NULL", column_names[column]),
						errhint("Give an array of arrays, one for each row of the matrix.")));
	array = DatumGetArrayTypeP(composite->values[column]);
	if (ARR_NDIM(array) != 2)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s of a kalman_model has %d dimensions, must have 2",
							   column_names[column], ARR_NDIM(array)),
						errhint("Give an array of arrays, one for each row of the matrix, as in "
								"'{{1,1},{0,1}}'.")));
	if (ARR_DIMS(array)[dimension] > CS_KALMAN_MAX_SIZE)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s of a kalman_model has %d %s, the limit is %d",
							   column_names[column], ARR_DIMS(array)[dimension],
							   dimension == 0 ? "rows" : "columns", CS_KALMAN_MAX_SIZE),
						errhint("Use fewer states, observations or controls.")));
	return ARR_DIMS(array)[dimension];
}

/* A covariance matrix, symmetric to the last bit. */
static const double *
read_covariance(const Composite *composite, int column, size_t n)
{
	const double *given = composite_doubles(composite, column, n, n);
	double *matrix = palloc(sizeof(double) * n * n);

	if (!cs_kalman_is_covariance(n, given))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s of a kalman_model is not a covariance matrix", column_names[column]),
				 errhint("It must be symmetric and positive semidefinite.")));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			matrix[i * n + j] = given[i * n + j] == given[j * n + i]
									? given[i * n + j]
									: (given[i * n + j] + given[j * n + i]) / 2;
	return matrix;
}

static void
read_start(const Composite *composite, KalmanModel *model)
{
	size_t n = model->system.states;

	model->start = kalman_start_of_text("kalman_model", composite->values[MODEL_START],
										composite->nulls[MODEL_START]);
	model->diffuse = composite->nulls[MODEL_STATE];
	if (composite->nulls[MODEL_STATE] != composite->nulls[MODEL_COVARIANCE])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s of a kalman_model is NULL, %s is not",
							   column_names[model->diffuse ? MODEL_STATE : MODEL_COVARIANCE],
							   column_names[model->diffuse ? MODEL_COVARIANCE : MODEL_STATE]),
						errhint("Give both, or neither for a start of which nothing is known.")));
	if (model->diffuse)
		return;
	model->state = composite_doubles(composite, MODEL_STATE, n, 0);
	model->covariance = read_covariance(composite, MODEL_COVARIANCE, n);
}

/* B and D, of as many controls; one that is not there is zero. */
static void
read_controls(const Composite *composite, cs_kalman_system *system)
{
	const bool *nulls = composite->nulls;

	if (nulls[MODEL_CONTROL] && nulls[MODEL_DIRECT])
		return;
	system->controls =
		matrix_length(composite, nulls[MODEL_CONTROL] ? MODEL_DIRECT : MODEL_CONTROL, 1);
	system->control =
		nulls[MODEL_CONTROL]
			? palloc0(sizeof(double) * system->states * Max(system->controls, 1))
			: composite_doubles(composite, MODEL_CONTROL, system->states, system->controls);
	if (!nulls[MODEL_DIRECT])
		system->direct =
			composite_doubles(composite, MODEL_DIRECT, system->observed, system->controls);
}

static void
check_system(const cs_kalman_system *system)
{
	size_t n = system->states;

	for (size_t i = 0; i < system->observed; i++)
	{
		bool zero = true;

		for (size_t j = 0; j < n; j++)
			zero = zero && system->observation[i * n + j] == 0;
		if (zero)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("row %zu of observation of a kalman_model is all zero", i + 1),
							errhint("Leave out observations that say nothing of the state.")));
	}
	if (n == 1 && system->observed == 1 && system->process[0] == 0 && system->noise[0] == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("process_covariance and observation_covariance of a kalman_model "
							   "are both 0"),
						errhint("One of them must be positive.")));
}

KalmanModel
kalman_model_read(Datum datum)
{
	Composite composite = composite_read(datum, "kalman_model");
	KalmanModel model = {0};
	cs_kalman_system *system = &model.system;
	size_t n = matrix_length(&composite, MODEL_TRANSITION, 0);
	size_t m = matrix_length(&composite, MODEL_OBSERVATION, 0);

	system->states = n;
	system->observed = m;
	system->transition = composite_doubles(&composite, MODEL_TRANSITION, n, n);
	system->observation = composite_doubles(&composite, MODEL_OBSERVATION, m, n);
	system->process = read_covariance(&composite, MODEL_PROCESS, n);
	system->noise = read_covariance(&composite, MODEL_NOISE, m);
	read_controls(&composite, system);
	read_start(&composite, &model);
	check_system(system);
	return model;
}

/*
 * kalman_model(transition, observation, process_covariance, observation_covariance,
 * initial_state, initial_covariance, control_effect, start)
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_model);
Datum
creditspread_kalman_model(PG_FUNCTION_ARGS)
{
	Datum values[MODEL_COLUMNS] = {0};
	bool nulls[MODEL_COLUMNS];
	Datum model;

	for (int i = 0; i < MODEL_COLUMNS; i++)
	{
		nulls[i] = i >= PG_NARGS() || PG_ARGISNULL(i);
		if (!nulls[i])
			values[i] = PG_GETARG_DATUM(i);
	}
	model = HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
	kalman_model_read(model);
	PG_RETURN_DATUM(model);
}

cs_kalman
kalman_of_model(const char *what, const KalmanModel *model)
{
	const cs_kalman_system *system = &model->system;
	cs_kalman_model scalar;
	cs_kalman filter;

	if (system->states != 1 || system->observed != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the model has %zu states and %zu observations in a row, y "
							   "stands for 1 of each",
							   what, system->states, system->observed),
						errhint("Give y as an array, as in %s(ARRAY[y], model).", what)));
	scalar = (cs_kalman_model){system->transition[0], system->observation[0], system->process[0],
							   system->noise[0]};
	check_status(cs_kalman_initialize(&filter, &scalar,
									  model->diffuse ? CS_KALMAN_DIFFUSE : model->start,
									  model->diffuse ? 0 : model->state[0],
									  model->diffuse ? 0 : model->covariance[0]),
				 what);
	return filter;
}

/* The elements of an array argument of a row, `expected` of them; NULL ones become NaN. */
static double *
row_elements(const char *what, const char *name, Datum value, size_t expected, int64 row)
{
	int length;
	const char *where = psprintf("%s in row " INT64_FORMAT, name, row + 1);
	double *values = array_doubles(DatumGetArrayTypeP(value), what, where, true, &length);

	if ((size_t) length != expected)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: %s has %d elements, the model has %zu", what, where, length, expected),
				 errhint("Give one element for each %s of the model.",
						 name[0] == 'y' ? "observation" : "control")));
	return values;
}

double *
kalman_observations(const char *what, const KalmanModel *model, Datum value, bool isnull, int64 row)
{
	double *values;

	if (!isnull)
		return row_elements(what, "y", value, model->system.observed, row);
	values = palloc(sizeof(double) * model->system.observed);
	for (size_t i = 0; i < model->system.observed; i++)
		values[i] = NAN;
	return values;
}

double *
kalman_controls(const char *what, const KalmanModel *model, Datum value, bool isnull, int64 row)
{
	double *values;

	if (isnull)
		return NULL;
	values = row_elements(what, "control", value, model->system.controls, row);
	for (size_t i = 0; i < model->system.controls && model->system.direct == NULL; i++)
		if (isnan(values[i]))
			values[i] = 0;
	return values;
}

cs_kalman_position
kalman_new_position(const char *what, size_t states)
{
	Size doubles = states + states * states + cs_kalman_unknown_doubles(states);
	double *block = allocate_checked(what, sizeof(double) * doubles);

	return (cs_kalman_position){
		.state = block, .covariance = block + states, .unknown = block + states + states * states};
}

void
kalman_start_position(const KalmanModel *model, cs_kalman_position *position)
{
	size_t n = model->system.states;

	memset(position->state, 0, n * sizeof(double));
	memset(position->covariance, 0, n * n * sizeof(double));
	memset(position->unknown, 0, cs_kalman_unknown_doubles(n) * sizeof(double));
	if (model->diffuse)
		cs_kalman_start_unknown(&model->system, position->unknown);
	else
	{
		memcpy(position->state, model->state, n * sizeof(double));
		cs_kalman_factor_of(n, model->covariance, position->covariance);
	}
	position->predicted = model->diffuse || model->start == CS_KALMAN_PREDICTED;
}

void
kalman_filter_start(KalmanFilter *filter, const char *what, const KalmanModel *model)
{
	Size size = cs_kalman_matrix_size(&model->system);
	Size row = sizeof(double) * cs_kalman_row_doubles(&model->system);
	cs_workspace workspace;

	filter->model = *model;
	filter->position = kalman_new_position(what, model->system.states);
	kalman_start_position(model, &filter->position);
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(
		cs_kalman_matrix_initialize(&filter->filter, &model->system, &filter->position, &workspace),
		what);
	filter->row = cs_kalman_row_views(&model->system, allocate_checked(what, row));
}

Datum
kalman_array(const double *values, int rows, int columns, bool *isnull)
{
	int lengths[2] = {rows, columns};
	int lower[2] = {1, 1};
	int count = columns == 0 ? rows : rows * columns;
	Datum *elements = palloc(sizeof(Datum) * count);
	bool *nulls = palloc(sizeof(bool) * count);

	*isnull = true;
	for (int i = 0; i < count; i++)
	{
		elements[i] = kalman_column(values[i], &nulls[i]);
		*isnull = *isnull && nulls[i];
	}
	if (*isnull)
		return (Datum) 0;
	return PointerGetDatum(construct_md_array(elements, nulls, columns == 0 ? 1 : 2, lengths, lower,
											  FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
											  TYPALIGN_DOUBLE));
}

void
kalman_vector_columns(const cs_kalman_system *system, const cs_kalman_matrix_row *row,
					  Datum *values, bool *nulls)
{
	int n = system->states;
	int m = system->observed;

	values[0] = kalman_array(row->predicted, n, 0, &nulls[0]);
	values[1] = kalman_array(row->filtered, n, 0, &nulls[1]);
	values[2] = kalman_array(row->covariance, n, n, &nulls[2]);
	values[3] = kalman_array(row->gain, n, m, &nulls[3]);
	values[4] = kalman_array(row->innovation, m, 0, &nulls[4]);
	values[5] = kalman_array(row->predicted_covariance, n, n, &nulls[5]);
	values[6] = kalman_array(row->innovation_covariance, m, m, &nulls[6]);
	values[7] = kalman_column(row->log_likelihood[0], &nulls[7]);
}
