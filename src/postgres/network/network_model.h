/*
 * network_model.h
 *		The types rnn_model, transformer_model and graph_rank_model: the network that a stored value
 *		holds, and what it was fitted on.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_MODEL_H
#define CREDITSPREAD_POSTGRES_NETWORK_MODEL_H

#include "numeric/network/sequence_fit.h"
#include "numeric/network/sequence_predict.h"
#include "postgres/base/model.h"
#include "windowapi.h"
#include "postgres/network/network_options.h"
#include "postgres/state/series_state.h"

/* A stored network, unpacked; `network` points into the struct and into the model. */
typedef struct NetworkModel
{
	NetworkOptions options;
	int features;
	bool has_interval;
	double *input_mean; /* [1 + features] */
	double *input_sd;
	double target_mean[CS_MAX_HORIZONS];
	double target_sd[CS_MAX_HORIZONS];
	double interval_half_width[CS_MAX_HORIZONS]; /* at the usual volatility */
	double usual_change;
	double *linear;				 /* coefficients of the linear forecasts; NULL without */
	double *quantile_correction; /* (horizons, quantiles); NULL without */
	cs_sequence_network network;
} NetworkModel;

/* The rows of a fit: one series, or those of a panel one after the other. */
typedef struct NetworkRows
{
	int64 count;
	int columns; /* y and the features */
	const double *values;
	const bool *known;	 /* [count] whether y was observed; NULL: everywhere */
	const int64 *times;	 /* [count] of a panel; NULL: in the order of the rows */
	const size_t *place; /* [count] of the times among all, for linear forecasts; NULL likewise */
	int64 entities;		 /* 0: one series without a name */
	size_t *start;		 /* the first row of each series */
	size_t series;		 /* their number */
	TimePoint first;	 /* of all times */
	TimePoint last;
	const cs_cross_section *cross_section; /* NULL = none */
} NetworkRows;

/* The rows as numeric/ takes them. */
extern cs_sequence_data network_rows_data(const NetworkRows *rows);

/* The model value of a finished fit. */
extern Model *network_model_create(const cs_sequence_fit *fit, const NetworkOptions *options,
								   const NetworkRows *rows, const float *parameters);

/* Unpacks a model value of either type, palloc'd in the current context. */
extern NetworkModel *network_model_unpack(const Model *model);

/* The number of `step` among the model's horizons; error 22023 where there is none. */
extern int network_horizon_of_step(const NetworkModel *fitted, Datum step, bool isnull,
								   const char *what);

/* The arguments of window functions that forecast from the rows of one series. */
enum
{
	NETWORK_ARGUMENT_MODEL,
	NETWORK_ARGUMENT_Y,
	NETWORK_ARGUMENT_FEATURES,
	NETWORK_ARGUMENT_STEP
};

/*
 * The rows of the partition, y and features, NaN where they are missing, all of the stored model.
 */
extern double *network_partition_values(WindowObject window, const NetworkModel *fitted, int64 rows,
										Datum model, const char *what);

/*
 * Forecasts of the data's rows, (rows, horizons), NaN where the history is too short; palloc'd.
 * `what` names the function in messages.
 */
extern double *network_model_forecast_data(const NetworkModel *fitted, const cs_sequence_data *data,
										   const char *what);

/*
 * Forecasts of `rows` rows of y and features, (rows, horizons), NaN where the history is too short;
 * palloc'd.  known[rows] says where y was observed (NULL: everywhere); `what` names the function in
 * messages.
 */
extern double *network_model_forecast(const NetworkModel *fitted, const double *values,
									  const bool *known, int64 rows, const char *what);

/*
 * The same with the quantiles of the forecasts, (rows, horizons, quantiles), in *quantiles; NULL
 * where the model has none.
 */
extern double *network_model_quantiles(const NetworkModel *fitted, const double *values,
									   const bool *known, int64 rows, const char *what,
									   double **quantiles);

/*
 * Half the width of the interval of the forecast made on row `row` of `values`, in the series from
 * row `start`.
 */
extern double network_interval_half_width(const NetworkModel *fitted, const double *values,
										  int64 start, int64 row, int horizon);

#endif
