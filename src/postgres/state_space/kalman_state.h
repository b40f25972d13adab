/*
 * kalman_state.h
 *		The type kalman_state: what a value holds.
 */
#ifndef CREDITSPREAD_POSTGRES_KALMAN_STATE_H
#define CREDITSPREAD_POSTGRES_KALMAN_STATE_H

#include "fmgr.h"

#define KALMAN_STATE_VERSION 2 /* before it the covariance and the unknown stood as matrices */
#define KALMAN_STATE_OLDEST 1

typedef struct KalmanState
{
	int32 vl_len_;	 /* varlena header */
	uint8 version;	 /* KALMAN_STATE_VERSION, or the older one it was stored with */
	uint8 predicted; /* the position is already that before the next observation */
	uint8 states, observed, controls;
	uint8 unused[3];
	int64 rows;			   /* taken so far */
	int64 observations;	   /* rows of them with an observation */
	double log_likelihood; /* sum over the rows */
	double data[];		   /* the parts below, one after the other */
} KalmanState;

/* The parts of the data. */
typedef enum KalmanStatePart
{
	KALMAN_PART_TRANSITION,
	KALMAN_PART_OBSERVATION,
	KALMAN_PART_PROCESS,
	KALMAN_PART_NOISE,
	KALMAN_PART_CONTROL,
	KALMAN_PART_STATE,
	KALMAN_PART_COVARIANCE, /* a factor */
	KALMAN_PART_UNKNOWN,	/* directions and their rounding */
	KALMAN_PART_ROW,		/* results of the last row; NaN where there is none */
	KALMAN_PARTS
} KalmanStatePart;

/* A state of these sizes, all zero but the last row, which has no values. */
extern KalmanState *kalman_state_new(int version, int states, int observed, int controls);

/* A part, the number of its doubles, and its name. */
extern double *kalman_state_part(KalmanState *s, KalmanStatePart part);
extern Size kalman_state_length(const KalmanState *s, KalmanStatePart part);
extern const char *kalman_state_part_name(const KalmanState *s, KalmanStatePart part);

/* The state as this version keeps it. */
extern KalmanState *kalman_state_current(KalmanState *s);

/* An argument, the caller's own, as this version keeps it. */
extern KalmanState *kalman_state_copy(FunctionCallInfo fcinfo, int argno);

#endif
