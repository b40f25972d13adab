/*
 * sequence_parts.h
 *		Internal: the parts of a fit.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_PARTS_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_PARTS_H

#include "numeric/network/sequence_fit.h"

/*
 * The data (sequence_prepare.c): the scaling by the training rows; the lists of windows, from where
 * every member starts its shuffles; the split of a series.
 */
extern cs_status cs_fit_prepare(cs_sequence_fit *fit);
extern void cs_fit_order(cs_sequence_fit *fit);
extern void cs_fit_split(const cs_sequence_fit *fit, size_t series, cs_sequence_split *split);

/*
 * The next origins before `end` of which one follows on another: from *first, which is *next or
 * after, up to *next.  False where there are no more.
 */
extern bool cs_fit_next_windows(const cs_sequence_fit *fit, size_t end, size_t *first,
								size_t *next);

/*
 * Batches (sequence_batch.c).  With a cross-section: chooses the times that are held out, and
 * counts windows by time; puts the windows in their places; lists the times in order.
 */
extern void cs_fit_hold_out_times(cs_sequence_fit *fit);
extern void cs_fit_sort_windows(cs_sequence_fit *fit);
extern void cs_fit_order_times(cs_sequence_fit *fit);

/* Brings the training or validation batch from window `position` on into the pass. */
extern void cs_fit_gather_training(cs_sequence_fit *fit, size_t position);
extern void cs_fit_gather_validation(cs_sequence_fit *fit, size_t position);

/* Runs a frozen body for all windows, and no more while the member at work is trained, if there is
 * room; from then on it is run again. */
extern void cs_fit_keep_body(cs_sequence_fit *fit);
extern void cs_fit_leave_body(cs_sequence_fit *fit);

/*
 * Linear forecasts (sequence_linear.c): the room for them; and what they are by a fit to what is
 * known when training ends, or to all rows.
 */
extern cs_status cs_fit_lay_linear(cs_sequence_fit *fit, cs_workspace *workspace);
extern cs_status cs_fit_linear(cs_sequence_fit *fit, bool all);

/*
 * Whether entities are ranked in other units than those of the outputs; the change that the linear
 * forecast of an origin says, 0 without (sequence_prepare.c).
 */
extern bool cs_fit_ranks_otherwise(const cs_sequence_fit *fit);
extern double cs_fit_linear_change(const cs_sequence_fit *fit, size_t origin, int k);

/* Trains the member at work (sequence_train.c). */
extern cs_status cs_fit_train(cs_sequence_fit *fit);

/* Errors and intervals of the ensemble on the validation windows (sequence_evaluate.c). */
extern cs_status cs_fit_evaluate(cs_sequence_fit *fit);

/*
 * Adds the batch's loss to *sum, with its gradient unless that is NULL; the mean of such a sum over
 * `windows` windows, or `times` times (sequence_loss.c).
 */
extern void cs_fit_add_loss(cs_sequence_fit *fit, double *sum, float *gradient);
extern double cs_fit_mean_loss(const cs_sequence_fit *fit, double sum, size_t windows,
							   size_t times);

/*
 * Quantiles (sequence_quantiles.c): the room for them; the spreads of all rows; the loss of a
 * batch, as cs_fit_add_loss; errors of the batch of validation windows at `position`, and the
 * correction that follows from all of them.
 */
extern void cs_fit_lay_quantiles(cs_sequence_fit *fit, int batch, cs_workspace *workspace);
extern void cs_fit_spreads(cs_sequence_fit *fit);
extern void cs_fit_add_quantile_loss(cs_sequence_fit *fit, double *sum, float *gradient);
extern void cs_fit_add_quantile_errors(cs_sequence_fit *fit, size_t position);
extern void cs_fit_correct_quantiles(cs_sequence_fit *fit);

/* The most validation windows that the data can have. */
extern size_t cs_fit_validation_bound(const cs_sequence_options *options,
									  const cs_sequence_data *data);

/* Parameters of the member at work. */
extern float *cs_fit_parameters(const cs_sequence_fit *fit);

#endif
