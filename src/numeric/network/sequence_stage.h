/*
 * sequence_stage.h
 *		Internal: the stages of a fit.  Each is a function that does one bounded piece of work,
 *		reduces the budget (in multiply-adds) by what it cost, and enters the stage that follows.
 *
 *		PREPARE  SCALE  { ORDER  DRAW  CLEAR  { { GATHER  FORWARD  BACKWARD  NORM  UPDATE } per
 *		batch  { CHECK_GATHER  CHECK_FORWARD } per validation batch  EPOCH  KEEP } per epoch
 *		FINISH } per member  { EVALUATE_GATHER  EVALUATE_FORWARD } per validation batch  INTERVAL
 *		DONE
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
	CS_STAGE_BACKWARD,
	CS_STAGE_NORM,
	CS_STAGE_UPDATE,
	CS_STAGE_CHECK_GATHER,
	CS_STAGE_CHECK_FORWARD,
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

/* Training of a member (sequence_train.c). */
extern cs_status cs_stage_draw(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_clear(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_gather(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_forward(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_backward(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_norm(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_update(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_check_gather(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_check_forward(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_epoch(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_keep(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_finish(cs_sequence_fit *fit, double *budget);

/* Errors of the ensemble on the validation windows (sequence_evaluate.c). */
extern cs_status cs_stage_evaluate_gather(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_evaluate_forward(cs_sequence_fit *fit, double *budget);
extern cs_status cs_stage_interval(cs_sequence_fit *fit, double *budget);

/* Goes on to `stage`, from its start. */
extern void cs_stage_enter(cs_sequence_fit *fit, int stage);

/* Parameters of the member at work. */
extern float *cs_stage_parameters(const cs_sequence_fit *fit);

/* Chooses the batch at fit->position: at most `batch` of `windows` windows. */
extern void cs_stage_choose_batch(cs_sequence_fit *fit, size_t windows, int batch);

/* Brings the batch's windows of `origin` into the pass; true when all are in. */
extern bool cs_stage_gather_windows(cs_sequence_fit *fit, const int32_t *origin, double *budget);

/* Both, for the validation windows; then the forward pass has begun. */
extern bool cs_stage_gather_validation(cs_sequence_fit *fit, double *budget);

#endif
