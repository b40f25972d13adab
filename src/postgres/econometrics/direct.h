/*
 * direct.h
 *		What direct forecasts share, in which each horizon is a fit of its own to the last rows:
 *		linear ones, trees and support vectors.  A family says what tells its SQL functions from
 *		those of the others.
 */
#ifndef CREDITSPREAD_POSTGRES_DIRECT_H
#define CREDITSPREAD_POSTGRES_DIRECT_H

#include "windowapi.h"

#include "numeric/base/contributions.h"
#include "postgres/econometrics/linear_model.h"

/* A stored model, as far as all families have it. */
typedef struct DirectModel
{
	const void *fitted; /* what the family unpacked */
	const LinearOptions *options;
	int features;
	const bool *flagged; /* [1 + features] */
	const bool *ahead;	 /* [1 + features] those known in advance; NULL: none */
	struct
	{
		bool has_interval;
		double lower; /* less the forecast, in scales */
		double upper;
	} bounds[CS_LINEAR_MAX_HORIZONS];
} DirectModel;

/* A row among those of its series. */
typedef struct DirectRow
{
	size_t start;
	size_t end;
	size_t row;
} DirectRow;

/* Forecasts of all rows of one series. */
typedef struct DirectForecasts
{
	int first; /* of the horizons that were forecast: all, or one */
	int horizons;
	double *forecast; /* [rows][horizons], NaN = none */
	double *scale;	  /* [rows][horizons] of the bounds */
} DirectForecasts;

typedef struct DirectFamily
{
	const ModelKind *kind;
	const char *fit; /* the names of the SQL functions */
	const char *forecast;
	int method; /* of families that share more: which of them */

	/* The options of a fit, palloc'd, LinearOptions their first member; errors as read_options. */
	LinearOptions *(*read_options)(const struct DirectFamily *family, const Jsonb *json,
								   const char *what);
	/* Rows of one series that a fit needs, rows that a forecast looks at, terms (SIZE_MAX: too
	 * many). */
	size_t (*minimum_rows)(const LinearOptions *options);
	size_t (*look_back)(const LinearOptions *options);
	size_t (*terms)(const LinearOptions *options, const cs_linear_data *data);
	/* The model of the data; NULL where the options want that instead of an error. */
	Model *(*fit_data)(const struct DirectFamily *family, const LinearRows *rows,
					   const cs_linear_data *data, const LinearOptions *options, const char *what);
	/* The model, palloc'd; its fitted part points into `stored`. */
	DirectModel *(*unpack)(const struct DirectFamily *family, const Model *stored);
	/* What forecasts of the data are made from, palloc'd in the current context. */
	void *(*prepare)(const DirectModel *model, const cs_linear_data *data, const char *what);
	/* The forecasts of `count` horizons from number `first` on, NaN = none, and the scales of their
	 * bounds. */
	void (*forecast_row)(const DirectModel *model, const void *prepared, DirectRow row, int first,
						 int count, double *forecast, double *scale);
	/* That of horizon number `which` taken apart; false where there is none. */
	bool (*explain_row)(const DirectModel *model, const void *prepared, DirectRow row, int which,
						cs_contributions *result, const char *what);
	/* Term `term` as tables show it. */
	char *(*term_text)(const DirectModel *model, size_t term);
} DirectFamily;

extern const DirectFamily linear_family;
extern const DirectFamily boosted_trees_family;
extern const DirectFamily random_forest_family;
extern const DirectFamily svr_family;

/* Defines an SQL-callable C function of all families. */
#define DIRECT_FUNCTION(NAME, WORK)                                                                \
	FAMILY_FUNCTION(linear, NAME, WORK)                                                            \
	FAMILY_FUNCTION(boosted_trees, NAME, WORK)                                                     \
	FAMILY_FUNCTION(random_forest, NAME, WORK)                                                     \
	FAMILY_FUNCTION(svr, NAME, WORK)

/* The model of sorted rows; NULL where the options want that instead of an error. */
extern Model *direct_fit_rows(const DirectFamily *family, LinearRows *rows,
							  const LinearOptions *options, const char *what);

/* values[rows][1 + features], NaN = missing; of horizon `which` or, where it is -1, of all. */
extern DirectForecasts direct_forecasts(const DirectFamily *family, const DirectModel *model,
										const double *values, int64 rows, int which,
										const char *what);

/* The data of one series that begins in row *start, as the model takes it. */
extern cs_linear_data direct_data(const DirectModel *model, const double *values, int64 rows,
								  const size_t *start);

/* The rows of a series that a model looks at, by its option missing. */
typedef struct DirectKept
{
	cs_linear_data data;
	int64 *number; /* [data.rows] of each among the rows of the series */
	int64 *place;  /* [rows] of each row of the series among them, -1 = none */
} DirectKept;

extern DirectKept direct_kept_rows(const DirectModel *model, const double *values, int64 rows,
								   const char *what);

/* The arguments of window functions that forecast. */
enum
{
	DIRECT_ARGUMENT_MODEL,
	DIRECT_ARGUMENT_Y,
	DIRECT_ARGUMENT_FEATURES,
	DIRECT_ARGUMENT_STEP
};

/* values[rows][1 + features] of a partition, NaN = missing; its rows must have the stored model.
 * Where features are known in advance anything may be missing after the last y. */
extern double *direct_partition_values(WindowObject window, const DirectModel *model, int64 rows,
									   Datum stored, const char *what);

/* The number of `step` among the horizons; error 22023 where there is none. */
extern int direct_horizon_of_step(const LinearOptions *options, Datum step, bool isnull,
								  const char *what);

/* Error 22023 unless the step of a row is that of the first. */
extern void direct_check_step(WindowObject window, int first, int64 row, const char *what);

#endif
