/*
 * network_fit.h
 *		Training of sequence networks on sorted rows, for all aggregates that do it.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_FIT_H
#define CREDITSPREAD_POSTGRES_NETWORK_FIT_H

#include "postgres/network_model.h"
#include "postgres/series_state.h"

/*
 * y and the features of a call's row into row[SERIES_MAX_COLUMNS]; returns their number.  The
 * features may be NULL: none.  `options` are those of the fit, for the features' names.
 */
extern int network_row(FunctionCallInfo fcinfo, const NetworkFamily *family, const char *what,
					   int y_argument, TimePoint time, const Jsonb *options, double *row);

/* The model of one series; `what` names the function in messages. */
extern Model *network_fit_series(const Series *series, const NetworkOptions *options,
								 const char *what);

#endif
