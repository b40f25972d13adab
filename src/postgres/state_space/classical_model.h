/*
 * classical_model.h
 *		ARIMA, exponential smoothing and Theta: the types arima_model, ets_model and theta_model,
 *		which share all code.
 */
#ifndef CREDITSPREAD_POSTGRES_CLASSICAL_MODEL_H
#define CREDITSPREAD_POSTGRES_CLASSICAL_MODEL_H

#include "numeric/base/forecast.h"
#include "numeric/state_space/classical.h"
#include "postgres/base/arguments.h"
#include "postgres/base/model.h"
#include "postgres/base/options.h"
#include "postgres/base/row_series.h"
#include "postgres/state/series_state.h"

typedef struct ClassicalFamily
{
	const ModelKind *kind;
	const char *fit; /* the names of the SQL functions */
	const char *forecast;
	cs_classical_method method; /* and family in options/classical.def */
} ClassicalFamily;

extern const ClassicalFamily arima_family;
extern const ClassicalFamily ets_family;
extern const ClassicalFamily theta_family;

/* What the three families have. */
#define CLASSICAL_FUNCTIONS(NAME, WORK)                                                            \
	FAMILY_FUNCTION(arima, NAME, WORK)                                                             \
	FAMILY_FUNCTION(ets, NAME, WORK)                                                               \
	FAMILY_FUNCTION(theta, NAME, WORK)

/* The choice of an option that leaves it to the fit. */
#define CLASSICAL_AUTO 0

typedef struct ClassicalOptions
{
	int period;
	int orders[3];
	int order_count;
	int seasonal_orders[3];
	int seasonal_order_count;
	int max_order;
	int max_seasonal_order;
	bool constant;
	int error; /* choices, CLASSICAL_AUTO first */
	int trend;
	int season;
	bool adjust;
	double interval_level;
	double lower_bound; /* OPTION_NONE */
	int on_error;
} ClassicalOptions;

/* The options of a fit, as given and as numeric/ takes them; errors as read_options. */
extern void classical_read_options(const ClassicalFamily *family, const Jsonb *json,
								   const char *what, ClassicalOptions *options,
								   cs_classical_options *numeric);

/* An array of features of `what`, NaN = missing; more than a model may have are error 54000. */
extern double *classical_features(ArrayType *array, const char *what, const char *where,
								  int *count);

/* A stored model, unpacked. */
typedef struct ClassicalModel
{
	ClassicalOptions options;
	cs_classical_model fitted;
} ClassicalModel;

/* The model of a series with `values` of its rows not missing. */
extern Model *classical_model_create(const ClassicalFamily *family,
									 const cs_classical_model *fitted,
									 const ClassicalOptions *options, const Series *series,
									 int64 values);

/* Unpacks a model, palloc'd in the current context. */
extern ClassicalModel *classical_model_unpack(const ClassicalFamily *family, const Model *model);

/* The model of a sorted series, NaN = missing; NULL where the options want that for an error. */
extern Model *classical_fit_series(const ClassicalFamily *family, const Series *series,
								   const Jsonb *json, const char *what);

#endif
