/*
 * rnn_fit.h
 *		Training of sequence networks on sorted rows, for all aggregates that do it.
 */
#ifndef CREDITSPREAD_POSTGRES_RNN_FIT_H
#define CREDITSPREAD_POSTGRES_RNN_FIT_H

#include "postgres/rnn_model.h"
#include "postgres/series_state.h"

/*
 * y and the features of a call's row into row[SERIES_MAX_COLUMNS]; returns their number.  The
 * features may be NULL: none.  `options` are those of the fit, for the features' names.
 */
extern int rnn_row(FunctionCallInfo fcinfo, const NetworkFamily *family, const char *what,
				   int y_argument, TimePoint time, const Jsonb *options, double *row);

/* The model of one series; `what` names the function in messages. */
extern Model *rnn_fit_series(const Series *series, const RnnOptions *options, const char *what);

#endif
