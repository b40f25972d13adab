/*
 * sequence_importance.h
 *		Permutation importance of the inputs of a fitted sequence model (Breiman 2001; Fisher, Rudin
 *		and Dominici 2019): by how much the mean absolute error of its forecasts grows when the
 *		values of one input are permuted over the rows and so say nothing any more.
 *
 * Of several series the values of each are permuted within it, and the error is that of all rows;
 * of a cross-section all series are permuted before its windows of a time see each other.
 *
 * y counts as an input too: what the network sees of it is permuted, its changes or its level, not
 * the value that a change is added to.  Initialize, then run, which polls, reporting how far it is.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_IMPORTANCE_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_IMPORTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/random.h"
#include "numeric/network/sequence_predict.h"

typedef struct cs_sequence_importance
{
	/* Results; complete once the work is finished */
	double error;		/* mean absolute error of the forecasts as they are, units of y */
	double *importance; /* [columns], y first: the error with the input permuted less `error` */

	/* Where the work stands; not for the caller */
	const cs_sequence_network *network;
	cs_sequence_data data;
	size_t measured; /* rows with a forecast and its actual value */
	int horizon;	 /* number of the horizon */
	int repeats;
	double *permuted; /* (rows, columns) */
	double *forecast; /* (rows, horizons) */
	int32_t *order;	  /* [rows] */
	void *block;	  /* the predictor's workspace */
	size_t block_size;
	cs_sequence_predictor predictor;
	cs_random random;
} cs_sequence_importance;

/* Bytes of workspace; SIZE_MAX on overflow. */
extern size_t cs_sequence_importance_workspace_size(const cs_sequence_network *network,
													const cs_sequence_data *data);

/*
 * Starts on the rows of one or more series, as for forecasts.  Errors are those of the
 * network's horizon number `horizon`; each input is permuted `repeats` times, 1 or more, and the
 * mean is taken; `seed` decides the permutations.  What is passed in must outlive the work.
 * CS_OUT_OF_RANGE (horizon, repeats, options, series, cross-section), CS_TOO_FEW (no row has both a
 * forecast and its actual value), CS_SIZE_OVERFLOW, CS_NO_MEMORY.
 */
extern cs_status cs_sequence_importance_initialize(cs_sequence_importance *importance,
												   const cs_sequence_network *network,
												   const cs_sequence_data *data, int horizon,
												   int repeats, uint64_t seed,
												   cs_workspace *workspace);

/* Fills the results.  CS_NOT_FINITE: a value is not finite, or a forecast would not be. */
extern cs_status cs_sequence_importance_run(cs_sequence_importance *importance);

#endif
