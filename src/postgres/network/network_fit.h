/*
 * network_fit.h
 *		Training of sequence networks on sorted rows, for all aggregates that do it.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_FIT_H
#define CREDITSPREAD_POSTGRES_NETWORK_FIT_H

#include "postgres/network/network_model.h"
#include "postgres/state/panel_state.h"
#include "postgres/state/series_state.h"

/*
 * The defaults, or those of a preset or of the model of a warm start, changed by what `options`
 * (NULL = none) names; errors as read_options.
 */
extern void network_read_options(const NetworkFamily *family, const Jsonb *options,
								 const char *what, NetworkOptions *result);

/*
 * Error unless the model of a warm start, if there is one, has the tensors and the members that the
 * options ask for with so many features.
 */
extern void network_check_start(const NetworkOptions *options, int features, const char *what);

/*
 * y and the features of a call's row into row[SERIES_MAX_COLUMNS]; returns their number.  The
 * features may be NULL: none.  `options` are those of the fit, for the features' names.
 */
extern int network_row(FunctionCallInfo fcinfo, const NetworkFamily *family, const char *what,
					   int y_argument, TimePoint time, const Jsonb *options, double *row);

/* The same with NaN for what is NULL, as a fit takes it; options of missing error refuse that. */
extern int network_fit_row(FunctionCallInfo fcinfo, const NetworkFamily *family, const char *what,
						   int y_argument, TimePoint time, const Jsonb *options, double *row);

/* Whether the row has a NULL that the options refuse, and want NULL for. */
extern bool network_row_refused(FunctionCallInfo fcinfo, int y_argument, const Jsonb *options);

/*
 * Gives rows that have NaN values for them, or leaves them out, by option missing.  Of a panel, in
 * order of entity and time, `known` tells of which rows y was observed; NULL: of all.
 */
extern void network_settle_series(Series *series, const NetworkOptions *options, bool **known,
								  const char *what);
extern void network_settle_panel(Panel *panel, const NetworkOptions *options, bool **known,
								 const char *what);

/* Of several series each is scaled by itself. */
extern void network_scale_series(NetworkOptions *options, int64 entities);

/* Where each entity's rows begin, and the times between which all lie. */
extern NetworkRows network_panel_rows(const Panel *panel, const char *what);

/*
 * Error unless the entities together have the windows that a fit needs; false where the options
 * want NULL instead.
 */
extern bool network_check_panel_length(const NetworkRows *rows, const NetworkOptions *options);

/*
 * The model of the rows, NULL where the options want that instead of an error; `what` names the
 * function in messages.
 */
extern Model *network_fit_rows(const NetworkRows *rows, const NetworkOptions *options,
							   const char *what);

/* The same of one series, whose missing values are settled; known as of network_settle_series. */
extern Model *network_fit_series(Series *series, const NetworkOptions *options, bool **known,
								 const char *what);

#endif
