/*
 * state_of_economy.h
 *		Whether a credit spread says that the economy gets worse: it is high, or it rises.
 *
 * Of the last `window` rows up to a row, m and s their mean and standard deviation (divisor n), and
 * q the root mean square of their changes over k = `rise` rows:
 *
 *		level_score = (x_t - m) / s,	rise_score = (x_t - x_{t-k}) / q
 *
 * It gets worse from the first row on where one of the two is above `enter`, until the first where
 * both are below `leave`: in the band between them the state stays what it was (a trigger of
 * Schmitt, J. Scientific Instruments 15, 1938).
 */
#ifndef CREDITSPREAD_NUMERIC_STATE_OF_ECONOMY_H
#define CREDITSPREAD_NUMERIC_STATE_OF_ECONOMY_H

#include "numeric/base/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct cs_economy_options
{
	size_t window; /* at least 2 rise */
	size_t rise;   /* at least 1 */
	double enter;  /* at least leave */
	double leave;
} cs_economy_options;

typedef struct cs_economy_state
{
	double level_score; /* NaN: fewer than 2 rise rows up to here */
	double rise_score;	/* likewise */
	bool worse;
} cs_economy_state;

/*
 * state[n] of x[n] in order of time, each from the rows up to its own.  Scores of rows that differ
 * by rounding are 0.  CS_OUT_OF_RANGE for options; CS_NOT_FINITE.
 */
extern cs_status cs_state_of_economy(const double *x, size_t n, const cs_economy_options *options,
									 cs_economy_state *state);

#endif
