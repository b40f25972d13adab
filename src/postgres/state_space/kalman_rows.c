/*
 * kalman_rows.c
 *		kalman_filter and kalman_smooth by a kalman_model, over the rows of a window.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "numeric/state_space/kalman_smooth.h"
#include "postgres/base/composite.h"
#include "postgres/state_space/kalman.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

enum
{
	ARGUMENT_Y,
	ARGUMENT_MODEL,
	ARGUMENT_CONTROL,
	ARGUMENT_LOOKAHEAD
};

static const char *const model_name[] = {"model"};

/* The model of a partition as stored beside its rows. */
static KalmanModel
fixed_model(const FixedArguments *fixed)
{
	if (fixed->nulls[0])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: the model is NULL", fixed->what),
						errhint("Use kalman_model(...) or join to the table of models.")));
	return kalman_model_read(fixed->values[0]);
}

/* ---- the filter ------------------------------------------------------------------------- */

typedef struct ModelPartition
{
	bool ready;
	int64 next; /* row */
	FixedArguments fixed;
	KalmanModel model;
	cs_kalman scalar;	 /* kalman_filter(y, model) */
	KalmanFilter vector; /* kalman_filter(y[], model) */
	TupleDesc descriptor;
} ModelPartition;

static ModelPartition *
filter_partition(FunctionCallInfo fcinfo, bool scalar)
{
	MemoryContext context;
	ModelPartition *partition =
		partition_memory(PG_WINDOW_OBJECT(), sizeof(ModelPartition), &context);
	MemoryContext old;

	if (!partition->ready)
	{
		old = MemoryContextSwitchTo(context);
		fixed_arguments_read(&partition->fixed, fcinfo, "kalman_filter", ARGUMENT_MODEL, 1,
							 model_name);
		partition->model = fixed_model(&partition->fixed);
		if (scalar)
			partition->scalar = kalman_of_model("kalman_filter", &partition->model);
		else
			kalman_filter_start(&partition->vector, "kalman_filter", &partition->model);
		partition->descriptor = result_descriptor(fcinfo);
		partition->ready = true;
		MemoryContextSwitchTo(old);
	}
	fixed_arguments_check(&partition->fixed, fcinfo, partition->next);
	return partition;
}

/*
 * kalman_filter(y, model, control) OVER (...): a kalman_estimate
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_filter_model);
Datum
creditspread_kalman_filter_model(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	ModelPartition *partition = filter_partition(fcinfo, true);
	const cs_kalman_system *system = &partition->model.system;
	Datum values[KALMAN_ESTIMATE_COLUMNS];
	bool nulls[KALMAN_ESTIMATE_COLUMNS];
	double *controls;
	double effect = 0;
	cs_kalman_row row;
	double y;
	bool isnull;
	Datum datum = WinGetFuncArgCurrent(window, ARGUMENT_Y, &isnull);

	y = kalman_observation("kalman_filter", "y", datum, isnull, partition->next, NAN);
	datum = WinGetFuncArgCurrent(window, ARGUMENT_CONTROL, &isnull);
	controls = kalman_controls("kalman_filter", &partition->model, datum, isnull, partition->next);
	cs_kalman_less_direct(system, controls, &y);
	if (controls != NULL)
		effect = cs_kalman_control_effect(system, 0, controls);
	partition->next++;
	check_kalman_status(cs_kalman_step(&partition->scalar, y, effect, &row), "kalman_filter",
						partition->next);
	kalman_estimate_columns(&row, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, values, nulls)));
}

/*
 * kalman_filter(y[], model, control) OVER (...): a kalman_vector_estimate
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_filter_vector);
Datum
creditspread_kalman_filter_vector(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	ModelPartition *partition = filter_partition(fcinfo, false);
	KalmanFilter *filter = &partition->vector;
	Datum values[KALMAN_ESTIMATE_COLUMNS];
	bool nulls[KALMAN_ESTIMATE_COLUMNS];
	double *y;
	double *controls;
	bool isnull;
	Datum datum = WinGetFuncArgCurrent(window, ARGUMENT_Y, &isnull);

	y = kalman_observations("kalman_filter", &partition->model, datum, isnull, partition->next);
	datum = WinGetFuncArgCurrent(window, ARGUMENT_CONTROL, &isnull);
	controls = kalman_controls("kalman_filter", &partition->model, datum, isnull, partition->next);
	cs_kalman_less_direct(&partition->model.system, controls, y);
	partition->next++;
	CHECK_FOR_INTERRUPTS();
	check_kalman_status(cs_kalman_matrix_step(&filter->filter, y, controls, &filter->row),
						"kalman_filter", partition->next);
	kalman_vector_columns(&partition->model.system, &filter->row, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, values, nulls)));
}

/* ---- the smoother ----------------------------------------------------------------------- */

typedef struct SmoothRows
{
	bool ready;
	bool scalar; /* y and the result are numbers, not arrays */
	int64 rows;
	int64 lookahead; /* -1 = all rows */
	KalmanFilter filter;
	cs_kalman_smoother smoother;
	cs_kalman_position at;
	double *y;		   /* [rows][m] */
	double *positions; /* [rows][n + n n], before each observation */
	double *unknown;   /* [unknown_rows][2 n n] likewise, of the first rows, where any is left */
	int64 unknown_rows, unknown_capacity;
	double *smoothed; /* [rows][n + n n] if lookahead is -1, else one row */
	TupleDesc descriptor;
} SmoothRows;

static size_t
moments_size(const SmoothRows *s)
{
	size_t n = s->filter.model.system.states;

	return n + n * n;
}

/* The position of a row, as kept. */
static void
load_position(SmoothRows *s, int64 row)
{
	size_t n = s->filter.model.system.states;
	const double *from = s->positions + row * moments_size(s);

	memcpy(s->at.state, from, n * sizeof(double));
	memcpy(s->at.covariance, from + n, n * n * sizeof(double));
	if (row < s->unknown_rows)
		memcpy(s->at.unknown, s->unknown + row * cs_kalman_unknown_doubles(n),
			   cs_kalman_unknown_doubles(n) * sizeof(double));
	else
		memset(s->at.unknown, 0, cs_kalman_unknown_doubles(n) * sizeof(double));
	s->at.predicted = true;
}

/* Rows that do not know all states are the first ones, mostly few. */
static void
keep_unknown(SmoothRows *s, int64 row)
{
	size_t doubles = cs_kalman_unknown_doubles(s->filter.model.system.states);

	if (row >= s->unknown_capacity)
	{
		Size size;

		s->unknown_capacity = Min(Max(2 * s->unknown_capacity, 16), s->rows);
		size = s->unknown_capacity * doubles * sizeof(double);
		check_memory("kalman_smooth", size);
		s->unknown = s->unknown == NULL
						 ? MemoryContextAllocHuge(GetMemoryChunkContext(s->positions), size)
						 : repalloc_huge(s->unknown, size);
	}
	memcpy(s->unknown + row * doubles, s->filter.position.unknown, doubles * sizeof(double));
	s->unknown_rows = row + 1;
}

static void
keep_position(SmoothRows *s, int64 row)
{
	size_t n = s->filter.model.system.states;
	double *to = s->positions + row * moments_size(s);

	memcpy(to, s->filter.position.state, n * sizeof(double));
	memcpy(to + n, s->filter.position.covariance, n * n * sizeof(double));
	if (s->filter.filter.directions > 0)
		keep_unknown(s, row);
}

/* Reads and filters all rows, keeping the position before each observation. */
static void
filter_rows(SmoothRows *s, WindowObject window)
{
	const KalmanModel *model = &s->filter.model;
	size_t m = model->system.observed;
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "kalman_smooth row", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(per_row);

	for (int64 i = 0; i < s->rows; i++)
	{
		double *y = s->y + i * m;
		double *controls;
		bool isnull;
		Datum datum;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(per_row);
		datum = partition_argument(window, ARGUMENT_Y, i, &isnull);
		if (s->scalar)
			y[0] = kalman_observation("kalman_smooth", "y", datum, isnull, i, NAN);
		else
			memcpy(y, kalman_observations("kalman_smooth", model, datum, isnull, i),
				   m * sizeof(double));
		datum = partition_argument(window, ARGUMENT_CONTROL, i, &isnull);
		controls = kalman_controls("kalman_smooth", model, datum, isnull, i);
		cs_kalman_less_direct(&model->system, controls, y);
		cs_kalman_matrix_predict(&s->filter.filter, controls);
		keep_position(s, i);
		check_kalman_status(cs_kalman_matrix_take(&s->filter.filter, y), "kalman_smooth", i + 1);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
}

/* One row back, with its moments at `target` unless NULL. */
static void
smooth_step(SmoothRows *s, int64 row, double *target)
{
	size_t n = s->filter.model.system.states;

	CHECK_FOR_INTERRUPTS();
	load_position(s, row);
	check_kalman_status(cs_kalman_smoother_back(&s->smoother, &s->at,
												s->y + row * s->filter.model.system.observed,
												target, target == NULL ? NULL : target + n),
						"kalman_smooth", row + 1);
}

static const double *
smoothed_row(SmoothRows *s, int64 row)
{
	if (s->lookahead < 0)
		return s->smoothed + row * moments_size(s);
	cs_kalman_smoother_restart(&s->smoother);
	for (int64 i = Min(row + s->lookahead, s->rows - 1); i > row; i--)
		smooth_step(s, i, NULL);
	smooth_step(s, row, s->smoothed);
	return s->smoothed;
}

static void
allocate_rows(SmoothRows *s)
{
	const cs_kalman_system *system = &s->filter.model.system;
	Size n = system->states;
	Size moments = sizeof(double) * moments_size(s);
	Size size = cs_kalman_smoother_size(system);
	cs_workspace workspace;

	s->y = allocate_checked("kalman_smooth", s->rows * system->observed * sizeof(double));
	s->positions = allocate_checked("kalman_smooth", s->rows * moments);
	s->smoothed = allocate_checked("kalman_smooth", moments * (s->lookahead < 0 ? s->rows : 1));
	s->at = kalman_new_position("kalman_smooth", n);
	cs_workspace_initialize(&workspace, allocate_checked("kalman_smooth", size), size);
	check_status(cs_kalman_smoother_initialize(&s->smoother, &s->filter.filter, &workspace),
				 "kalman_smooth");
}

static void
start_smooth_rows(FunctionCallInfo fcinfo, SmoothRows *s)
{
	WindowObject window = PG_WINDOW_OBJECT();
	FixedArguments fixed = {.what = "kalman_smooth"};
	KalmanModel model;
	bool isnull;
	Datum lookahead;

	s->rows = WinGetPartitionRowCount(window);
	fixed.values[0] =
		partition_parameter(fcinfo, "kalman_smooth", ARGUMENT_MODEL, "model", &fixed.nulls[0]);
	if (!fixed.nulls[0])
		fixed.values[0] = PointerGetDatum(PG_DETOAST_DATUM_COPY(fixed.values[0]));
	model = fixed_model(&fixed);
	lookahead =
		partition_parameter(fcinfo, "kalman_smooth", ARGUMENT_LOOKAHEAD, "lookahead", &isnull);
	s->lookahead = kalman_lookahead(lookahead, isnull);
	if (s->scalar)
		kalman_of_model("kalman_smooth", &model);
	kalman_filter_start(&s->filter, "kalman_smooth", &model);
	allocate_rows(s);
	filter_rows(s, window);
	if (s->lookahead < 0)
		for (int64 i = s->rows - 1; i >= 0; i--)
			smooth_step(s, i, s->smoothed + i * moments_size(s));
	s->descriptor = result_descriptor(fcinfo);
	s->ready = true;
}

static Datum
smooth_by_model(FunctionCallInfo fcinfo, bool scalar)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	SmoothRows *s = partition_memory(window, sizeof(SmoothRows), &context);
	const double *moments;
	Datum values[2];
	bool nulls[2];
	int n;

	if (!s->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		s->scalar = scalar;
		start_smooth_rows(fcinfo, s);
		MemoryContextSwitchTo(old);
	}
	moments = smoothed_row(s, WinGetCurrentPosition(window));
	n = s->filter.model.system.states;
	values[0] =
		scalar ? kalman_column(moments[0], &nulls[0]) : kalman_array(moments, n, 0, &nulls[0]);
	values[1] =
		scalar ? kalman_column(moments[1], &nulls[1]) : kalman_array(moments + n, n, n, &nulls[1]);
	return HeapTupleGetDatum(heap_form_tuple(s->descriptor, values, nulls));
}

/*
 * kalman_smooth(y, model, control, lookahead) OVER (...): smoothed, variance
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_smooth_model);
Datum
creditspread_kalman_smooth_model(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(smooth_by_model(fcinfo, true));
}

/*
 * kalman_smooth(y[], model, control, lookahead) OVER (...): smoothed[], variance[][]
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_smooth_vector);
Datum
creditspread_kalman_smooth_vector(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(smooth_by_model(fcinfo, false));
}
