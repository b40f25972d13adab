/*
 * wavelet.h
 *		The discrete wavelet transform of a series of any length and its inverse, by orthogonal
 *		filters (Mallat 1989), with two ways to continue the series past its ends.
 *
 * Level j has length[j] approximation and as many detail coefficients, computed from the
 * approximation of level j - 1; level 0 is the series.  With h the scaling filter of L taps, g the
 * wavelet filter, and x continued past both ends,
 *		symmetric		a[k] = sum_m h[m] x[2k + 2 - L + m],		k < floor((n + L - 1) / 2)
 *		periodization	a[k] = sum_m h[m] x[2k + 1 - L/2 + m],	k < ceil(n / 2)
 * and d[k] likewise with g.  Symmetric repeats the samples backwards, the last one twice;
 * periodization repeats the series, an odd one with its last sample twice.
 */
#ifndef CREDITSPREAD_NUMERIC_WAVELET_H
#define CREDITSPREAD_NUMERIC_WAVELET_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/signal/wavelet_filters.h"

#define CS_WAVELET_MAX_LEVEL 30

typedef enum cs_wavelet_extension
{
	CS_WAVELET_SYMMETRIC,
	CS_WAVELET_PERIODIZATION
} cs_wavelet_extension;

typedef struct cs_wavelet_shape
{
	const cs_wavelet_filter *filter;
	cs_wavelet_extension extension;
	int levels;
	size_t length[CS_WAVELET_MAX_LEVEL + 1];
	/* the first coefficient of each level that is computed, and that is reconstructed from */
	size_t analysis_first[CS_WAVELET_MAX_LEVEL + 1];
	size_t synthesis_first[CS_WAVELET_MAX_LEVEL + 1];
} cs_wavelet_shape;

/* CS_TOO_FEW without observations, CS_OUT_OF_RANGE unless 1 <= levels <= CS_WAVELET_MAX_LEVEL. */
extern cs_status cs_wavelet_shape_initialize(cs_wavelet_shape *shape,
											 const cs_wavelet_filter *filter,
											 cs_wavelet_extension extension, int levels,
											 size_t observations);

/*
 * Leaves out what has no influence on the last sample of the reconstruction.  The details of level
 * 1 are kept whole where `threshold` says that a threshold is estimated from them.
 */
extern void cs_wavelet_shape_last(cs_wavelet_shape *shape, bool threshold);

/*
 * The highest level of which a coefficient sees the series without its continuations,
 * floor(log2(n / (L - 1))), or 0.
 */
extern int cs_wavelet_highest_level(const cs_wavelet_filter *filter, size_t observations);

/*
 * Coefficients stand in the order: approximation of the last level, details of the last level, ...,
 * details of level 1.
 */
extern size_t cs_wavelet_coefficient_count(const cs_wavelet_shape *shape);
extern size_t cs_wavelet_detail_offset(const cs_wavelet_shape *shape, int level);

/* Room for transforms of one shape or of shorter series. */
typedef struct cs_wavelet_transform
{
	double detail_taps[CS_WAVELET_MAX_TAPS];
	double *buffer[2]; /* approximations of odd and even levels */
	double *window;
	double *even, *odd;
} cs_wavelet_transform;

extern size_t cs_wavelet_transform_size(const cs_wavelet_shape *shape);

/* The workspace may be one that counts; CS_NO_MEMORY. */
extern cs_status cs_wavelet_transform_initialize(cs_wavelet_transform *transform,
												 const cs_wavelet_shape *shape,
												 cs_workspace *workspace);

/*
 * Transforms x[length[0]] into coefficients.  Without `details` these are computed for the
 * approximation of the last level only, which then stands alone.
 */
extern void cs_wavelet_decompose(cs_wavelet_transform *transform, const cs_wavelet_shape *shape,
								 bool details, const double *x, double *coefficients);

/* Reconstructs x[length[0]]; without `details` they are zero and not looked at. */
extern void cs_wavelet_reconstruct(cs_wavelet_transform *transform, const cs_wavelet_shape *shape,
								   bool details, const double *coefficients, double *x);

#endif
