/*
 * kalman.h
 *		What the functions of the Kalman filter share: arguments, models, results, errors.
 */
#ifndef CREDITSPREAD_POSTGRES_KALMAN_H
#define CREDITSPREAD_POSTGRES_KALMAN_H

#include "fmgr.h"
#include "windowapi.h"

#include "numeric/state_space/kalman_matrix.h"

/* Arguments of a window function that are the same in all rows, checked as the rows pass. */
#define FIXED_ARGUMENTS_MAX 8

typedef struct FixedArguments
{
	const char *what;
	int first, count; /* argument numbers first .. first + count - 1 */
	const char *const *names;
	Datum values[FIXED_ARGUMENTS_MAX];
	bool nulls[FIXED_ARGUMENTS_MAX];
	bool stable[FIXED_ARGUMENTS_MAX];
} FixedArguments;

/* Takes the arguments of the current row, copied into the current context. */
extern void fixed_arguments_read(FixedArguments *fixed, FunctionCallInfo fcinfo, const char *what,
								 int first, int count, const char *const *names);

/* Error 22023 unless those of the current row are the same. */
extern void fixed_arguments_check(const FixedArguments *fixed, FunctionCallInfo fcinfo, int64 row);

/* The six arguments of a scalar filter. */
typedef enum KalmanArgument
{
	KALMAN_TRANSITION,
	KALMAN_PROCESS_VARIANCE,
	KALMAN_OBSERVATION_VARIANCE,
	KALMAN_INITIAL_STATE,
	KALMAN_INITIAL_VARIANCE,
	KALMAN_START,
	KALMAN_ARGUMENTS
} KalmanArgument;

/* A filter at its start; every argument out of its range is an error that names it. */
extern cs_kalman kalman_of_arguments(const char *what, const Datum *values, const bool *nulls);

/* 'predicted' or 'filtered', else error 22023. */
extern cs_kalman_start kalman_start_of_text(const char *what, Datum datum, bool isnull);

/* An observation, NULL = missing = NaN; or the effect of a control, NULL = none = 0. */
extern double kalman_observation(const char *what, const char *name, Datum value, bool isnull,
								 int64 row, double null_value);

/* Nothing for CS_OK, else the error of row `row`, counted from 1. */
extern void check_kalman_status(cs_status status, const char *what, int64 row);

/* The eight columns of a kalman_estimate; NaN is NULL. */
#define KALMAN_ESTIMATE_COLUMNS 8
extern void kalman_estimate_columns(const cs_kalman_row *row, Datum *values, bool *nulls);

/* The value as a column, NULL for NaN. */
extern Datum kalman_column(double value, bool *isnull);

/* The argument `lookahead`: not negative, else error 22023; -1 for NULL, all rows. */
extern int64 kalman_lookahead(Datum value, bool isnull);

/* ---- models of several states (kalman_model.c) ---- */

typedef struct KalmanModel
{
	cs_kalman_system system;
	bool diffuse;
	cs_kalman_start start;
	const double *state;	  /* [n], NULL if diffuse */
	const double *covariance; /* [n][n], likewise */
} KalmanModel;

/* The model in a value of type kalman_model, whose arrays it points into. */
extern KalmanModel kalman_model_read(Datum datum);

/* The model as a filter of one state; error 22023 when it has more. */
extern cs_kalman kalman_of_model(const char *what, const KalmanModel *model);

/*
 * The controls of a row, NULL = none; an element that is NULL is 0, or NaN where observations hang
 * on it.
 */
extern double *kalman_controls(const char *what, const KalmanModel *model, Datum value, bool isnull,
							   int64 row);

/* Fills the arrays of a position with the start of a model. */
extern void kalman_start_position(const KalmanModel *model, cs_kalman_position *position);

/* Room for a position, palloc'd under the limit of memory. */
extern cs_kalman_position kalman_new_position(const char *what, size_t states);

/* The observations y[m] of a row, NaN = missing. */
extern double *kalman_observations(const char *what, const KalmanModel *model, Datum value,
								   bool isnull, int64 row);

/* The eight columns of a kalman_vector_estimate. */
extern void kalman_vector_columns(const cs_kalman_system *system, const cs_kalman_matrix_row *row,
								  Datum *values, bool *nulls);

/* float8[rows][columns] (or [rows] where columns is 0); NaN is NULL, all NaN is NULL altogether. */
extern Datum kalman_array(const double *values, int rows, int columns, bool *isnull);

/* The columns of kalman_model, in order. */
typedef enum KalmanModelColumn
{
	MODEL_TRANSITION,
	MODEL_OBSERVATION,
	MODEL_PROCESS,
	MODEL_NOISE,
	MODEL_STATE,
	MODEL_COVARIANCE,
	MODEL_CONTROL,
	MODEL_START,
	MODEL_LOG_LIKELIHOOD,
	MODEL_OBSERVATIONS,
	MODEL_ITERATIONS,
	MODEL_CONVERGED,
	MODEL_AT_BOUND,
	MODEL_DIRECT,
	MODEL_STATES,
	MODEL_PARAMETERS,
	MODEL_ESTIMATES,
	MODEL_ERRORS,
	MODEL_COLUMNS
} KalmanModelColumn;

/* A filter of several states in the current context, at the start of the model. */
typedef struct KalmanFilter
{
	KalmanModel model;
	cs_kalman_matrix filter;
	cs_kalman_position position;
	cs_kalman_matrix_row row;
} KalmanFilter;

extern void kalman_filter_start(KalmanFilter *filter, const char *what, const KalmanModel *model);

#endif
