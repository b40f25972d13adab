/*
 * sequence_window.h
 *		Windows over rows of time series: how a series is split into training and validation
 *		windows, and how windows and targets are standardized into a network's buffers.
 *
 * A panel's series differ in level and in volatility.  With local_rows each is scaled by itself:
 * before everything else, y loses its center at the origin of the window and is divided by its
 * scale there (cs_sequence_local), which needs no name of the series and no row after the origin.
 *
 * N batch, T look-back, C columns, K horizons.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_WINDOW_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/network/sequence_options.h"

/* The split of one series; rows count from the start of the data. */
typedef struct cs_sequence_split
{
	size_t first_row;		 /* of the series that can stand in a window */
	size_t end_row;			 /* one after the series' last */
	size_t first_origin;	 /* of the training windows */
	size_t training_end;	 /* one after their last origin */
	size_t validation_first; /* first origin of the validation windows */
	size_t validation_end;	 /* one after their last origin */
} cs_sequence_split;

/* Splits the series in rows `start` to `end` - 1; empty ranges where there are no windows. */
extern void cs_sequence_split_series(cs_sequence_split *split, const cs_sequence_options *options,
									 size_t start, size_t end);

/*
 * The same by time: `time` is that of the rows, ascending; the validation windows are those from
 * time `first_validation` on, and training windows have targets no later than that.
 */
extern void cs_sequence_split_times(cs_sequence_split *split, const cs_sequence_options *options,
									size_t start, size_t end, const int32_t *time,
									int32_t first_validation);

/* How many of `windows` windows, or of their times, are for validation. */
extern size_t cs_sequence_validation_count(const cs_sequence_options *options, size_t windows);

/* One after the last row of a series whose y is known when training ends. */
extern size_t cs_sequence_known_end(const cs_sequence_split *split);

/* The shortest single series that can be fitted, in rows. */
extern size_t cs_sequence_fit_minimum_rows(const cs_sequence_options *options);

/* The rows over which a panel's series are scaled: a year of days. */
#define CS_LOCAL_ROWS 250

/* Multiply-adds for the local scale of a row, and for the scale of an interval there. */
#define CS_LOCAL_COST(options) (4.0 * (options)->local_rows)
#define CS_INTERVAL_COST(options) (20.0 * (options)->local_rows)

/* Of a series at a row, in units of y. */
typedef struct cs_local
{
	double center; /* mean of y; 0 for CS_TARGET_CHANGE */
	double scale;  /* mean absolute change; 0: y stood still */
} cs_local;

/*
 * Over the last options->local_rows rows up to `row` of the series from row `start`, or as many as
 * there are.  Changes that are but the rounding of y are none.
 */
extern cs_local cs_sequence_local(const cs_sequence_options *options, const double *values,
								  size_t columns, size_t start, size_t row);

/* Rows and the scaling that brings them to standard units. */
typedef struct cs_sequence_source
{
	const cs_sequence_options *options;
	const double *values; /* (rows, C) */
	size_t columns;
	const double *input_mean;  /* [C] */
	const double *input_sd;	   /* [C] */
	const double *target_mean; /* [K] */
	const double *target_sd;   /* [K] */
	const cs_local *local;	   /* [rows], known at origins; NULL: all series are scaled alike */
	const double *base;		   /* (rows, K) linear forecasts; NULL: there are none */
	const double *usual;	   /* the scale of a series that stood still */
} cs_sequence_source;

/* The center and the scale at an origin: 0 and 1 where all series are scaled alike. */
extern cs_local cs_sequence_local_at(const cs_sequence_source *source, size_t origin);

/* The target of origin row `origin`, horizon number k, in units of y. */
extern double cs_sequence_target(const cs_sequence_source *source, size_t origin, int k);

/* What the target is added to: y at the origin or its linear forecast, or 0 for levels. */
extern double cs_sequence_target_base(const cs_sequence_source *source, size_t origin, int k);

/* Column `column` of row `row` as the network sees it, before scaling. */
extern double cs_sequence_input(const cs_sequence_source *source, size_t row, size_t column);

/*
 * Puts windows `first` to `first` + count - 1 of origin[0..batch-1] into input (T, N, C), and the
 * columns that the body does not see into side_input (T, N, S), which is NULL if nobody does.
 */
extern void cs_sequence_gather(float *input, float *side_input, const cs_sequence_source *source,
							   const int32_t *origin, int batch, int first, int count);

/* The standardized targets (N, K) of origin[0..batch-1]. */
extern void cs_sequence_gather_targets(float *target, const cs_sequence_source *source,
									   const int32_t *origin, int batch);

/*
 * Adds the first K outputs (N, cs_sequence_outputs) of one of `ensemble` members to forecast (N,
 * K), which starts out as forecasts of no member: the targets' means on top of their bases.
 */
extern void cs_sequence_forecast_begin(double *forecast, const cs_sequence_source *source,
									   const int32_t *origin, int batch);
extern void cs_sequence_forecast_add(double *forecast, const cs_sequence_source *source,
									 const int32_t *origin, const float *output, int batch);

/* Changes that the width of an interval looks back on. */
#define CS_VOLATILITY_ROWS 20

/*
 * How restless y is at row `origin` of the series from row `start`: its mean absolute change over
 * the last CS_VOLATILITY_ROWS rows relative to `usual`, 1 where it is the usual one, bounded from
 * below.  The interval of a forecast is as wide.
 */
extern double cs_sequence_local_volatility(const double *values, size_t columns, size_t start,
										   size_t origin, double usual);

/*
 * What the half width of an interval for horizon number k is a multiple of at row `origin`: the
 * local volatility above; with local_rows that relative to the series' own scale, times the
 * interval_level-th quantile of the random walk's absolute errors over as many rows in the last
 * local_rows, so that it is in the series' own units and fits its own kind of changes.
 */
extern double cs_sequence_interval_scale(const cs_sequence_options *options, const double *values,
										 size_t columns, size_t start, size_t origin, int k,
										 double usual);

/*
 * How many last rows of a series its last row's forecast depends on, and with `interval` the bounds
 * of that: with these alone it is the same.
 */
extern size_t cs_sequence_rows_needed(const cs_sequence_options *options, bool interval);

#endif
