/*
 * sequence_contributions.h
 *		What each input of a fitted sequence model adds to one of its forecasts: integrated
 *		gradients (path_integral.h) through the network, of which the baseline is what inputs were
 *		on average in the training, 0 once they are standardized.
 *
 * The base is the forecast with the baseline: of changes on top of y at the origin, of levels on
 * top of nothing.  Of a random walk in the forecast y has what is off its own mean.  Where the
 * network is added to linear forecasts (linear_skip.h), their terms have coefficient times value.
 * Members of an ensemble are averaged; the local scale is taken as given.
 *
 * Terms: of each column, y first, `lags` of them, the newest first; with linear forecasts then the
 * deviations of y from its means.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_CONTRIBUTIONS_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_CONTRIBUTIONS_H

#include "numeric/base/contributions.h"
#include "numeric/network/sequence_predict.h"

typedef struct cs_sequence_contributions
{
	cs_contributions result; /* of the last run */
	size_t lags;			 /* terms of a column */

	/* Where the work stands; not for the caller */
	cs_sequence_architecture architecture; /* without dropout */
	cs_sequence_source source;
	cs_sequence_data data;
	double usual_change;
	const float *parameters; /* (ensemble, parameter_count) */
	size_t parameter_count;
	const double *linear; /* only with linear forecasts: coefficients, */
	cs_linear_options linear_options;
	cs_linear_skip_rows linear_rows;
	double *base;	 /* and these, (rows, horizons) */
	cs_local *local; /* [rows]; NULL without local_rows */
	cs_sequence_pass pass;
	float *input_gradient; /* (T, N, C) */
	float *gradient;	   /* of the parameters, which nobody wants */
	float *x;			   /* (T, C) the window */
	double *scratch;	   /* (2, T, C) */
	double *sum;		   /* (T, C) */
	int horizon;		   /* its number */
	double factor;		   /* of a member's output in the forecast */
} cs_sequence_contributions;

/* Bytes of workspace; SIZE_MAX on overflow, or for networks of a cross-section. */
extern size_t cs_sequence_contributions_size(const cs_sequence_options *options,
											 const cs_sequence_data *data);

/*
 * Starts on the rows of one series.  What the network and the data point to, and the workspace,
 * must outlive the work; the struct must stay in its place.  CS_OUT_OF_RANGE (options, columns,
 * series), CS_SIZE_OVERFLOW, CS_NO_MEMORY, CS_NOT_FINITE (a value, or a linear forecast).
 */
extern cs_status cs_sequence_contributions_initialize(cs_sequence_contributions *of,
													  const cs_sequence_network *network,
													  const cs_sequence_data *data,
													  cs_workspace *workspace);

/* The first row with a forecast. */
extern size_t cs_sequence_contributions_first(const cs_sequence_contributions *of);

/*
 * Fills the result for the forecast from row `row`, the first or later, of horizon number
 * `horizon`.  Errors as cs_contributions_finish.
 */
extern cs_status cs_sequence_contributions_run(cs_sequence_contributions *of, size_t row,
											   int horizon);

#endif
