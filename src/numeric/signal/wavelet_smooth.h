/*
 * wavelet_smooth.h
 *		Smoothing by wavelets: the transform of a series without its details, or with them shrunk
 *		by the universal threshold sigma sqrt(2 ln n) (Donoho and Johnstone 1994), sigma = median of
 *		the absolute details of level 1 / 0.6745.
 */
#ifndef CREDITSPREAD_NUMERIC_WAVELET_SMOOTH_H
#define CREDITSPREAD_NUMERIC_WAVELET_SMOOTH_H

#include "numeric/signal/wavelet.h"

typedef enum cs_wavelet_mode
{
	CS_WAVELET_APPROXIMATION, /* all details are zero */
	CS_WAVELET_SOFT,		  /* details shrink by the threshold */
	CS_WAVELET_HARD			  /* details below the threshold are zero */
} cs_wavelet_mode;

typedef struct cs_wavelet_smoother
{
	cs_wavelet_shape shape;
	cs_wavelet_mode mode;
	cs_wavelet_transform transform;
	double *coefficients;
	double threshold; /* of the last series */
} cs_wavelet_smoother;

/* Workspace to smooth series of `shape` or shorter ones. */
extern size_t cs_wavelet_smoother_size(const cs_wavelet_shape *shape, cs_wavelet_mode mode);
extern cs_status cs_wavelet_smoother_initialize(cs_wavelet_smoother *smoother,
												const cs_wavelet_shape *shape, cs_wavelet_mode mode,
												cs_workspace *workspace);

/*
 * Smooths x[n], n at most that of the shape, into output[n].  With `last_only` only output[n - 1]
 * is right: the same bits, sooner.  CS_TOO_FEW without observations, CS_NOT_FINITE when the result
 * overflows.
 */
extern cs_status cs_wavelet_smooth(cs_wavelet_smoother *smoother, const double *x, size_t n,
								   bool last_only, double *output);

#endif
