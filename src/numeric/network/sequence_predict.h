/*
 * sequence_predict.h
 *		Forecasts of a fitted sequence model from every row of a series, or of all series of a
 *		cross-section.  Initialize, then run, which polls.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_PREDICT_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/network/sequence_data.h"
#include "numeric/network/sequence_options.h"
#include "numeric/network/sequence_window.h"
#include "numeric/network/time_batch.h"

/* A fitted network, as a stored model holds it. */
typedef struct cs_sequence_network
{
	const cs_sequence_options *options;
	size_t columns;
	const double *input_mean;  /* [columns] */
	const double *input_sd;	   /* [columns] */
	const double *target_mean; /* [horizon_count] */
	const double *target_sd;   /* [horizon_count] */
	const float *parameters;   /* (ensemble, cs_sequence_parameter_count) */
	double usual_change;	   /* of the fit; only with local_rows */
	const double *linear;	   /* (horizons, terms) coefficients; only with linear forecasts */
	const double *quantile_correction; /* (horizons, quantiles); NULL: none */
} cs_sequence_network;

/* Where the work stands; not for the caller. */
typedef struct cs_sequence_predictor
{
	cs_sequence_architecture architecture;
	cs_sequence_source source;
	double usual_change;
	const float *parameters; /* (ensemble, parameter_count) */
	size_t parameter_count;	 /* of one member */
	cs_sequence_data data;
	double *forecast; /* (rows, horizons); NULL: not wanted */
	cs_sequence_pass pass;
	const double *linear; /* only with linear forecasts: coefficients, */
	cs_linear_options linear_options;
	cs_linear_skip_rows linear_rows;
	double *base;			/* and these, (rows, horizons) */
	cs_local *local;		/* [rows] at the origins so far; NULL without local_rows */
	int32_t *window;		/* origins of the batch at work */
	double *batch_forecast; /* (batch, horizons) */
	int batch;				/* their number */
	double *quantile;		/* (rows, horizons, quantiles); NULL: not wanted; */
	double *batch_quantile; /* (batch, horizons, quantiles), */
	double *batch_spread;	/* and the spreads of the batch */
	const double *correction;
	size_t block; /* rows of the parts from whose ends alone is forecast; 0: from all rows */

	/* Of a cross-section */
	cs_time_list windows_by_time;
	cs_time_batch time_batch;
	int32_t only_time;	/* -1: all */
	double *weight_sum; /* [pairs] of that time, over the members; NULL: not wanted */
} cs_sequence_predictor;

/*
 * Bytes of workspace for forecasts, whatever the number of rows unless there is a cross-section,
 * local_rows or linear forecasts; SIZE_MAX on overflow.
 */
extern size_t cs_sequence_predict_workspace_size(const cs_sequence_options *options,
												 const cs_sequence_data *data);

/*
 * Starts forecasting from every row of the data: one series, or all those of a cross-section, whose
 * windows of a time then see each other.  Writes forecast (rows, horizon_count): the value of y
 * `horizon` rows after the row, NaN where the history is too short for a window.  What the network
 * and the data point to, workspace and forecast must outlive the work; the predictor must stay in
 * its place.  CS_OUT_OF_RANGE (options, columns, series, cross-section), CS_SIZE_OVERFLOW (2^31
 * rows or more), CS_NO_MEMORY.
 */
extern cs_status cs_sequence_predictor_initialize(cs_sequence_predictor *predictor,
												  const cs_sequence_network *network,
												  const cs_sequence_data *data,
												  cs_workspace *workspace, double *forecast);

/*
 * Before the run: quantile (rows, horizons, quantiles) takes them, NaN where there is no forecast.
 */
extern void cs_sequence_predictor_want_quantiles(cs_sequence_predictor *predictor,
												 double *quantile);

/*
 * Before the run: the rows are parts of `block` rows, from the last of which alone is forecast;
 * each has at least as many as a forecast depends on (cs_sequence_rows_needed), so that none sees
 * the part before.  Not of a cross-section.
 */
extern void cs_sequence_predictor_only_ends(cs_sequence_predictor *predictor, size_t block);

/* Forecasts.  CS_NOT_FINITE: a value is not finite, or a forecast would not be. */
extern cs_status cs_sequence_predictor_run(cs_sequence_predictor *predictor);

#endif
