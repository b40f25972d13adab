/*
 * sequence_fit.h
 *		Trains sequence models on time series: windows of the last `look_back` rows in, the target
 *		`horizon` rows later out.
 *
 * Windows and targets stay within a series of the data (sequence_data.h).  The window of origin row
 * i is rows i-look_back+1 to i.  With CS_TARGET_LEVEL the network sees y and learns y[i+h]; with
 * CS_TARGET_CHANGE it sees y[r] - y[r-1] (so the first row of a series is only a base for the
 * second) and learns y[i+h] - y[i], to which a forecast adds y[i] again.  Features go in as given.
 * Inputs and levels are standardized, (value - mean) / sd with divisor n; changes are divided by
 * their root mean square and not centred, so that an untrained network is close to the random walk.
 * Only the training rows count; a constant column has sd 1 and so contributes 0.  With local_rows
 * each series has been scaled by itself before (sequence_window.h).
 *
 * The last validation_fraction of each series' windows (rounded up) are for validation.  Training
 * windows whose target lies after the first validation origin are left out.
 *
 * With linear forecasts targets are what those leave.  They are fitted first, to what is known when
 * training ends, and before a refit again, to all rows.
 *
 * With a cross-section a batch is made of whole times, whose windows see each other where there are
 * relations; the validation windows are those of the last times, the same for all series.  The loss
 * of a time is the mean over its windows plus alpha times the ranking loss (ranking_loss.h) of its
 * outputs in standardized units, which are those of all series alike even with local_rows, the mean
 * over the horizons; that of a batch is the mean over its times.
 *
 * Initialize, then run, which polls, reporting how far it is.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_FIT_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/moments.h"
#include "numeric/base/random.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/network/optimizer.h"
#include "numeric/network/sequence_data.h"
#include "numeric/network/sequence_model.h"
#include "numeric/network/sequence_options.h"
#include "numeric/network/sequence_window.h"
#include "numeric/network/time_batch.h"

/*
 * The log of a member has one entry for every `stride` epochs, so many that there are at most
 * CS_LOG_ENTRIES; entry e (from 0) is of epoch (e + 1) * stride.
 */
#define CS_LOG_ENTRIES 1000

typedef struct cs_sequence_log_entry
{
	float training_loss;
	float validation_loss; /* negative: not computed in this epoch */
} cs_sequence_log_entry;

/* Epochs from one entry to the next. */
extern int cs_sequence_log_stride(const cs_sequence_options *options);

/* Entries of a member after `epochs` epochs. */
extern int cs_sequence_log_count(const cs_sequence_options *options, int epochs);

/* What the fit of a member reports; losses are in standardized units, means over an epoch. */
typedef struct cs_sequence_member
{
	int epochs;				/* run */
	int best_epoch;			/* the one whose parameters are kept, from 1 */
	double training_loss;	/* of the kept epoch, as seen while its batches were trained on */
	double validation_loss; /* of the kept epoch; only with validation windows */
} cs_sequence_member;

typedef struct cs_sequence_fit
{
	/* Results; complete once the fit is finished */
	size_t training_windows;   /* known after initialize */
	size_t validation_windows; /* known after initialize */
	double *input_mean;		   /* [columns], of y or its change, then of the features */
	double *input_sd;		   /* [columns] */
	double target_mean[CS_MAX_HORIZONS];
	double target_sd[CS_MAX_HORIZONS];
	cs_sequence_member member[CS_MAX_ENSEMBLE];
	cs_sequence_log_entry *log; /* (ensemble, cs_sequence_log_count of all epochs) */
	double *linear; /* (horizons, terms) coefficients of linear forecasts; NULL without */
	double interval_half_width[CS_MAX_HORIZONS]; /* at the usual volatility, in units of y;
												  * negative: not available (no validation, or too
												  * few windows for the level) */
	double *quantile_correction; /* (horizons, quantiles) in units of their scale; NULL without
								  * quantiles, 0 without validation */
	double usual_change;		 /* mean absolute change of y over the training rows */
	double validation_mae;		 /* first horizon, units of y, the ensemble's mean forecast; */
	double validation_rmse;		 /* only with validation windows */
	double random_walk_mae;		 /* the same of the forecast y[i] */
	double random_walk_rmse;

	/* Where the work stands; not for the caller */
	const cs_sequence_options *options;
	cs_sequence_architecture architecture;
	cs_sequence_source source;
	cs_sequence_data data;
	size_t parameter_count; /* of one member, */
	size_t trained_count;	/* and how many of them, the first ones, are trained, */
	size_t frozen_count;	/* but for these, the very first */
	float *parameters;		/* (ensemble, parameter_count) */
	const float *start;		/* the same, to begin with; NULL: drawn */
	const float *body;	 /* of networks without relations, for the body to begin with; or NULL, */
	size_t body_network; /* floats of such a network, */
	size_t body_trained; /* and how many of them, the first ones, are trained */
	float *best;		 /* parameters of the best epoch; only with patience */
	float *gradient;
	cs_optimizer optimizer;
	cs_moments *input_moments; /* [columns] */
	cs_moments target_moments[CS_MAX_HORIZONS];
	cs_linear_options linear_options;			/* only with linear forecasts: */
	cs_linear_skip_rows linear_rows;			/* their work, */
	double *base;								/* and these, (rows, horizons) */
	cs_local *local;							/* [rows]; only with local_rows: scales, */
	cs_moments common_moments[CS_MAX_HORIZONS]; /* and the targets of all series alike, in units of
												 * y, in which entities are ranked, */
	double common_mean[CS_MAX_HORIZONS];		/* and their scaling */
	double common_sd[CS_MAX_HORIZONS];
	cs_moments y_moments;
	int32_t *window;			  /* origins: training windows, then validation windows */
	cs_time_list windows_by_time; /* with a cross-section: the same; */
	int32_t first_validation;	  /* the first time for validation; INT32_MAX: none */
	int32_t *time_order;		  /* and the times with windows: those for training, then */
	size_t training_times;		  /* those for validation; so many, */
	size_t validation_times;
	size_t time_position;	  /* and how many of them are done in the epoch */
	cs_time_batch time_batch; /* at work */
	float *body_output;		  /* (windows by time, H) what a frozen body gives for them; NULL: it is
							   * run for each batch */
	float *ranked;			  /* (3, windows of a batch): output, target, gradient of a horizon */
	const int32_t *origin;	  /* of the windows of the batch at work */
	float *target;			  /* (batch, horizons) */
	double *forecast;		  /* (batch, horizons), mean of the members */
	double *absolute_error;	  /* (horizons, validation windows) */
	double *spread;			  /* [rows]; only with quantiles: cs_sequence_spread, */
	double *batch_spread;	  /* that of the batch at work, */
	float *part;			  /* (3, batch, horizons): outputs, targets, gradients of a part, */
	double *quantile;		  /* (batch, horizons, quantiles), sums over the members, */
	double *quantile_error;	  /* (horizons, quantiles, validation windows) */
	cs_sequence_pass pass;
	cs_random random;
	bool training;		 /* has begun */
	bool refitting;		 /* members are trained again, on all windows */
	size_t change_count; /* changes summed in usual_change, while the data are prepared */
	int current;		 /* member at work */
	int batch;			 /* windows in the batch at work */
} cs_sequence_fit;

/* Floats that what a frozen body gives for all windows may take: beyond, it is run again. */
#define CS_MAX_BODY_OUTPUT ((size_t) 1 << 24)

/* Bytes of workspace that a fit needs; SIZE_MAX on overflow.  The options have been checked. */
extern size_t cs_sequence_fit_workspace_size(const cs_sequence_options *options,
											 const cs_sequence_data *data);

/*
 * Starts a fit.  `parameters` takes ensemble x cs_sequence_parameter_count floats.  What is passed
 * in, but for the struct `data`, must outlive the fit, which must stay in its place; `workspace`
 * has been laid over a block of cs_sequence_fit_workspace_size bytes.
 *
 * CS_OUT_OF_RANGE (options, columns, offsets), CS_TOO_FEW (fewer than 2 training windows),
 * CS_SIZE_OVERFLOW (2^31 rows or more), CS_NO_MEMORY (workspace).
 */
extern cs_status cs_sequence_fit_initialize(cs_sequence_fit *fit,
											const cs_sequence_options *options,
											const cs_sequence_data *data, cs_workspace *workspace,
											float *parameters);

/*
 * Before the run: members begin with the parameters `start` (ensemble, parameter_count)
 * of another fit of the same architecture instead of drawing theirs; the scaling is still that of
 * the data at hand.
 */
extern void cs_sequence_fit_warm_start(cs_sequence_fit *fit, const float *start);

/*
 * Before the run: the body of each member begins with that of a fit without relations,
 * `start` its parameters (ensemble, cs_sequence_parameter_count of the same options with
 * CS_RELATION_NONE); what stands above the body, and a similarity body, are drawn.
 */
extern void cs_sequence_fit_start_body(cs_sequence_fit *fit, const float *start);

/*
 * Prepares the data, trains every member and measures their errors.  CS_NOT_FINITE: a value is not
 * finite, or the training diverged (cs_sequence_fit_diverged tells which); CS_CONSTANT: y does not
 * vary in the training rows; CS_TOO_FEW: they are too few for linear forecasts.
 */
extern cs_status cs_sequence_fit_run(cs_sequence_fit *fit);

/* Whether training had begun, that is, whether CS_NOT_FINITE means that it diverged. */
extern bool cs_sequence_fit_diverged(const cs_sequence_fit *fit);

#endif
