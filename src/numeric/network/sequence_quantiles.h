/*
 * sequence_quantiles.h
 *		Quantiles of the forecast as outputs of a sequence network, beside the forecast itself.
 *
 * Each is trained by the pinball loss of Koenker and Bassett (1978), on what the forecast is
 * trained on but, for CS_TARGET_CHANGE, divided by how restless y has been of late
 * (cs_sequence_spread), so that one network serves calm and wild times.  The loss of a window and
 * horizon is that of the forecast plus twice the mean of the pinball losses; of the median the
 * latter is the absolute error.  The quantiles of the members are averaged, without a share of the
 * random walk, which would draw them together; corrected, if that is wanted; and sorted, which
 * never makes the sum of pinball losses larger (Chernozhukov, Fernandez-Val and Galichon 2010) and
 * leaves no crossing.
 *
 * The correction is conformal (Romano, Patterson and Candes 2019), each quantile by itself: what
 * the actual values of the n validation windows exceed it by, in units of its scale, has a quantile
 * of that order, or with too few windows for it an extreme; the quantile is moved by its share n /
 * (n + 20 h), since windows h rows ahead overlap, and few without overlap say little of a tail.
 *
 * N batch, K horizons, Q quantiles.  The outputs of a window are K forecasts, then K values of each
 * quantile.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_QUANTILES_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_QUANTILES_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/network/sequence_window.h"

/* Multiply-adds for the spread of a row, and for a quantile of a window. */
#define CS_SPREAD_COST(options) (CS_LOCAL_COST(options) + 4.0 * CS_VOLATILITY_ROWS)
#define CS_QUANTILE_COST 50

/*
 * How restless y is at row `origin` of the series from row `start`: cs_sequence_local_volatility,
 * relative to `usual` or, with local_rows, to the series' own scale; 1 for CS_TARGET_LEVEL.
 */
extern double cs_sequence_spread(const cs_sequence_options *options, const double *values,
								 size_t columns, size_t start, size_t origin, double usual);

/*
 * What quantiles of horizon number k are multiples of at an origin, in units of y, and what they
 * are added to.
 */
extern double cs_quantile_unit(const cs_sequence_source *source, size_t origin, int k,
							   double spread);
extern double cs_quantile_base(const cs_sequence_source *source, size_t origin, int k);

/* Adds the outputs (N, .) of one member to quantile (N, K, Q), which starts out as 0. */
extern void cs_quantiles_add(double *quantile, const cs_sequence_options *options,
							 const float *output, int batch);

/*
 * Brings the sums over the members to units of y, moved by correction (K, Q), which may be NULL,
 * and sorted; spread[N] is that of the origins.
 */
extern void cs_quantiles_finish(double *quantile, const cs_sequence_source *source,
								const int32_t *origin, const double *spread,
								const double *correction, int batch);

/*
 * The conformal quantile of n errors, which must be finite and are reordered; 0 where there is
 * none.
 */
extern double cs_conformal_quantile(double *error, size_t n, double quantile);

#endif
