/*
 * sequence_stage.h
 *		Internal: the stages of a fit.  Each is a function that does one bounded piece of work,
 *		reduces the budget (in multiply-adds) by what it cost, and enters the stage that follows.
 *
 *		PREPARE  SCALE  { ORDER  DRAW  CLEAR  { { GATHER  FORWARD  LOSS  BACKWARD  NORM  UPDATE }
 *		per batch  { CHECK_GATHER  CHECK_FORWARD  CHECK_LOSS } per validation batch  EPOCH  KEEP }
 *		per epoch  FINISH } per member  { EVALUATE_GATHER  EVALUATE_FORWARD } per validation batch
 *		INTERVAL  DONE
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_STAGE_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_STAGE_H

#include "numeric/network/sequence_fit.h"

/* A piece of work inside of a stage, in multiply-adds. */
#define CS_STAGE_PIECE 2e7

enum
{
	CS_STAGE_PREPARE,
	CS_STAGE_SCALE,
	CS_STAGE_ORDER,
	CS_STAGE_DRAW,
	CS_STAGE_CLEAR,
	CS_STAGE_GATHER,
	CS_STAGE_FORWARD,
	CS_STAGE_LOSS,
	CS_STAGE_BACKWARD,
	CS_STAGE_NORM,
	CS_STAGE_UPDATE,
	CS_STAGE_CHECK_GATHER,
	CS_STAGE_CHECK_FORWARD,
	CS_STAGE_CHECK_LOSS,
	CS_STAGE_EPOCH,
	CS_STAGE_KEEP,
	CS_STAGE_FINISH,
	CS_STAGE_EVALUATE_GATHER,
	CS_STAGE_EVALUATE_FORWARD,
	CS_STAGE_INTERVAL,
	CS_STAGE_DONE
};

typedef cs_status (*cs_stage)(cs_sequence_fit *fit, double *budget);

/* The data: moments of the training rows, the scaling, the lists of windows (sequence_prepare.c).
 */
extern cs_status cs_stage_prepare(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_scale(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_order(cs_sequence_fit *fit, double *budget);

/* The split of a series. */
extern void cs_stage_split(const cs_sequence_fit *fit, size_t series, cs_sequence_split *split);

/*
 * Batches (sequence_batch.c).  With a cross-section: chooses the times that are held out, and
 * counts windows by time; puts the windows of a series in their places; lists the times in order,
 * from where every member starts its shuffles.
 */
extern void cs_stage_hold_out_times(cs_sequence_fit *fit);
extern void cs_stage_sort_windows(cs_sequence_fit *fit, const cs_sequence_split *split);
extern void cs_stage_order_times(cs_sequence_fit *fit);

/* Chooses the training batch at fit->position. */
extern void cs_stage_choose_training(cs_sequence_fit *fit);

/* Brings the batch's windows into the pass; true when all are in. */
extern bool cs_stage_gather_windows(cs_sequence_fit *fit, double *budget);

/* Chooses the validation batch at fit->position and brings it in; true when it is in. */
extern bool cs_stage_gather_validation(cs_sequence_fit *fit, double *budget);

/* Training of a member (sequence_train.c). */
extern cs_status cs_stage_draw(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_clear(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_gather(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_forward(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_loss(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_backward(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_norm(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_update(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_check_gather(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_check_forward(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_check_loss(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_epoch(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_keep(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_finish(cs_sequence_fit *fit, double *budget);

/* Errors of the ensemble on the validation windows (sequence_evaluate.c). */
extern cs_status cs_stage_evaluate_gather(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_evaluate_forward(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_interval(cs_sequence_fit *fit, double *budget);

/*
 * Adds the batch's loss to the epoch's, with its gradient unless that is NULL; true when done
 * (sequence_loss.c).
 */
extern bool cs_stage_add_loss(cs_sequence_fit *fit, float *gradient, double *budget);

/* The mean of the losses of an epoch of `windows` windows, or `times` times. */
extern double cs_stage_mean_loss(const cs_sequence_fit *fit, size_t windows, size_t times);

/* Goes on to `stage`, from its start. */
extern void cs_stage_enter(cs_sequence_fit *fit, int stage);

/* Parameters of the member at work. */
extern float *cs_stage_parameters(const cs_sequence_fit *fit);

#endif
