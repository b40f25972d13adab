/*
 * sequence_helper.h
 *		Synthetic series, and whole fits and forecasts in one call, for the tests of sequence
 *		models.
 */
#ifndef CREDITSPREAD_TEST_SEQUENCE_HELPER_H
#define CREDITSPREAD_TEST_SEQUENCE_HELPER_H

#include "numeric/network/sequence_fit.h"
#include "numeric/network/sequence_predict.h"

/* A small network that learns the planted signal in a second. */
extern cs_sequence_options helper_options(void);

/* Bytes of a workspace for passes over up to `batch` windows; SIZE_MAX on overflow. */
extern size_t helper_pass_size(const cs_sequence_architecture *architecture, int batch,
							   bool training);

/*
 * Rows of y, a driver x and noise: y[t+1] = y[t] + 0.8 x[t] + 0.1 e (target change), or
 * y[t+1] = 0.3 y[t] + 0.8 x[t] + 0.1 e (target level); x and e are standard normal.
 */
#define HELPER_COLUMNS 3
extern void helper_series(double *values, size_t rows, cs_target target, uint64_t seed);

/* A fit with its memory; free with helper_free. */
typedef struct helper_fit
{
	cs_sequence_options options;
	cs_sequence_fit fit;
	cs_status status; /* of initialize or of the run */
	size_t count;	  /* floats of one member */
	float *parameters;
	void *block;
} helper_fit;

/* Allocates what is stated, no byte more, and initializes; `series_start` of `series_count`. */
extern void helper_begin(helper_fit *helper, const cs_sequence_options *options,
						 const double *values, size_t rows, size_t columns,
						 const size_t *series_start, size_t series_count);

/* Runs the fit, if it could be initialized. */
extern void helper_run(helper_fit *helper);

/* Both, for one series. */
extern void helper_train(helper_fit *helper, const cs_sequence_options *options,
						 const double *values, size_t rows, size_t columns);

extern void helper_free(helper_fit *helper);

/* Forecasts (rows, horizons) of one series with the network that was fitted. */
extern cs_status helper_predict(const helper_fit *helper, const double *values, size_t rows,
								double *forecast);

/* The same with their quantiles (rows, horizons, quantiles), moved by `correction` or NULL. */
extern cs_status helper_quantiles(const helper_fit *helper, const double *correction,
								  const double *values, size_t rows, double *forecast,
								  double *quantile);

#endif
