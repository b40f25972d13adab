/*
 * ensemble_emd.h
 *		Decompositions averaged over trials with added white noise, which keeps oscillations of one
 *		scale in one IMF.
 *
 *		EEMD	decomposes the series plus noise, once with the noise and once with its negative
 *				(Wu and Huang, Advances in Adaptive Data Analysis 1, 2009; pairs: Yeh, Shieh and
 *				Huang, the same 2, 2010).
 *		CEEMDAN	averages after each IMF and goes on with what is left; the noise of the k-th IMF is
 *				the k-1-th IMF of the noise (Torres et al., ICASSP 2011).
 *
 * The same seed gives the same bytes.
 */
#ifndef CREDITSPREAD_NUMERIC_ENSEMBLE_EMD_H
#define CREDITSPREAD_NUMERIC_ENSEMBLE_EMD_H

#include "numeric/base/random.h"
#include "numeric/signal/emd.h"

typedef enum cs_ensemble_method
{
	CS_ENSEMBLE_EEMD,
	CS_ENSEMBLE_CEEMDAN
} cs_ensemble_method;

typedef struct cs_ensemble_options
{
	cs_ensemble_method method;
	cs_emd_options emd;
	int trials;	  /* at least 1 */
	double noise; /* at least 0: its standard deviation in those of the series (of its rest) */
	uint64_t seed;
} cs_ensemble_options;

typedef struct cs_ensemble
{
	cs_ensemble_options options;
	size_t n;
	double *residue; /* [n] the input less the finished IMFs */
	double *imfs;	 /* [limit][n] sums over the trials, then averages */
	int limit;
	int started;   /* IMFs with a sum */
	int count;	   /* IMFs that are finished */
	double *noise; /* [n], or of CEEMDAN [trials][n] */
	double *input; /* [n] of the decomposition at work */
	cs_emd emd;
	cs_random random;
	double rounding;  /* of the series, and so of what is left of it */
	double deviation; /* standard deviation of the residue */
} cs_ensemble;

/* The most IMFs of an ensemble of series of n values: the binary logarithm of n, or max_imfs. */
extern int cs_ensemble_limit(const cs_ensemble_options *options, size_t n);

/* Bytes for series of n values; SIZE_MAX: too many. */
extern size_t cs_ensemble_workspace_size(const cs_ensemble_options *options, size_t n);

/*
 * x: [n], finite, n >= 1.  imfs[0..count-1][n] and residue[n] add up to x.  Errors as those of
 * cs_emd_initialize and cs_emd_next_imf.
 */
extern cs_status cs_ensemble_decompose(cs_ensemble *ensemble, const cs_ensemble_options *options,
									   const double *x, size_t n, cs_workspace *workspace);

#endif
