/*
 * linear_model.h
 *		The type linear_model: robust linear forecasts for several horizons, their options and what
 *		they were fitted to.
 */
#ifndef CREDITSPREAD_POSTGRES_LINEAR_MODEL_H
#define CREDITSPREAD_POSTGRES_LINEAR_MODEL_H

#include "numeric/econometrics/linear.h"
#include "postgres/base/arguments.h"
#include "postgres/base/model.h"
#include "postgres/base/options.h"
#include "access/tupdesc.h"

#include "postgres/base/row_series.h"
#include "postgres/state/panel_state.h"
#include "postgres/state/row_state.h"

/* Most features; more terms than the limit are refused by themselves. */
#define LINEAR_MAX_FEATURES 1000

/* What a NULL does, in the order of option "missing". */
typedef enum LinearMissing
{
	MISSING_CARRY,
	MISSING_DROP,
	MISSING_ERROR
} LinearMissing;

typedef struct LinearOptions
{
	cs_linear_options linear;
	double lower_bound; /* OPTION_NONE */
	int missing;		/* a LinearMissing */
	int on_error;		/* 1: data that cannot be fitted give NULL */
	char **feature_names;
	int feature_name_count; /* 0 = without names */
	char **known;			/* features known in advance, by name or number */
	int known_count;
} LinearOptions;

/* A stored model, unpacked. */
typedef struct LinearModel
{
	LinearOptions options;
	int features;
	bool *flagged;	/* [1 + features] */
	bool *ahead;	/* [1 + features] those known in advance; NULL: none, */
	double *median; /* [1 + features] and what their terms are made by */
	double *spread;
	size_t terms;
	cs_linear_horizon horizon[CS_LINEAR_MAX_HORIZONS];
} LinearModel;

/* Rows of a fit: one series, or those of a panel one after the other. */
typedef struct LinearRows
{
	TimeType time_type;
	int64 count;
	int columns;
	int64 *times;		/* [count] */
	double *values;		/* [count][columns], NaN = missing */
	size_t *start;		/* [series] first rows */
	size_t series;		/* with rows; */
	int64 entities;		/* 0: one series without a name */
	size_t *place;		/* [count], NULL: one series */
	const char **names; /* [series] entities; NULL: one series without a name */
	int64 missing;		/* values, */
	int64 first_row;	/* and where the first of them is */
	int first_column;
	const char *first_name; /* its entity's; NULL: one series */

	/* rows after the last y, set aside; of one series only */
	int64 ahead;
	const int64 *ahead_times;
	const double *ahead_values; /* [ahead][columns] */
} LinearRows;

/* The options that a fit is given; errors as read_options. */
extern void linear_read_options(const Jsonb *json, const char *what, LinearOptions *options);

/* Error 22023 where options contradict each other. */
extern void linear_check_options(const LinearOptions *options, const char *what);

/* Error 22023 when there are names, but not so many as features. */
extern void linear_check_feature_names(const LinearOptions *options, int features,
									   const char *what);

/* y (0) or a feature, as messages and tables name it: y, the feature's name, or features[n]. */
extern char *linear_column_label(const LinearOptions *options, int column);

/* [1 + features] whether a feature is known in advance, NULL where none is; error 22023 for one
 * that there is not. */
extern bool *linear_known_columns(const LinearOptions *options, int features, const char *what);

extern Model *linear_model_create(const cs_linear_fit *fit, const LinearOptions *options,
								  const LinearRows *rows);

/* Unpacks a model, palloc'd in the current context. */
extern LinearModel *linear_model_unpack(const Model *model);

/* The rows that a state of one series holds, and its options. */
extern LinearRows linear_series_rows(const RowState *state, const char *what,
									 const Jsonb **options);

/* y and the features of a call, with a mark for what is missing, into row[]; their number. */
extern int linear_row(FunctionCallInfo fcinfo, const char *what, int y_argument, TimePoint time,
					  double *row);

/* The elements of an array of features as doubles, NaN = NULL; NaN and infinity are error 22003. */
extern double *linear_feature_values(ArrayType *array, const LinearOptions *options,
									 const char *where, const TimePoint *time, int *count);

/* ---- what all direct forecasts (direct.h) take from here ---- */

/* Argument `argument`, the options, or NULL where it is not there. */
extern const Jsonb *linear_options_argument(FunctionCallInfo fcinfo, int argument);

extern LinearRows linear_panel_rows(const Panel *panel, const char *what);

/* The places of the times of a panel among all of its times. */
extern void linear_find_places(LinearRows *rows, const char *what);

/* Counts the values that are missing, and finds the first. */
extern void linear_count_missing(LinearRows *rows);

/* Sets the rows after the last y of each series aside, where only features known in advance are. */
extern void linear_set_aside(LinearRows *rows);

/* Leaves out the rows in which a value is missing, and series without any other. */
extern void linear_drop_rows(LinearRows *rows);

/* The features of which some values are missing and some are not: that is a term of the model. */
extern bool *linear_flagged_columns(const LinearRows *rows);

extern int64 linear_rows_with_y(const LinearRows *rows);

/* The span of the rows' times, as messages say it. */
extern char *linear_span_text(const LinearRows *rows);

/* Error 22004 with option missing error, or NULL by on_error. */
extern Model *linear_report_missing(const LinearRows *rows, const LinearOptions *options,
									const char *what);

/* The same for too few rows, or too few of a horizon (0: of the series), and for a status. */
extern Model *linear_report_few(const LinearRows *rows, const LinearOptions *options, int64 need,
								int horizon, size_t origins, const char *what);
extern Model *linear_report_status(cs_status status, const LinearRows *rows,
								   const LinearOptions *options, const char *what);

/* The row behind the last with y. */
extern int64 linear_rows_to_last_y(const double *values, int columns, int64 count);

/* flagged[1 + features] as a model's header lists them; error 22023. */
extern bool *linear_read_flagged(const JsonbContainer *root, int features, const char *what);

/* Term `term` as tables show it: "L1.y" the last change of y, "M20.y", "missing.x", "change.x". */
extern char *linear_term_text(const LinearOptions *all, int features, const bool *flagged,
							  size_t term);

/* Term `term` of those of features known in advance: "change.x" or, of levels, "target.x",
 * "mean.x". */
extern char *linear_ahead_term_text(const LinearOptions *all, int features, bool levels,
									size_t term);

/* A training's facts as JSON: rows, entities, missing values, times. */
extern void linear_append_training(StringInfo json, const LinearRows *rows);

#endif
