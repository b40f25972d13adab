/*
 * emd.h
 *		Empirical mode decomposition (Huang et al., Proceedings of the Royal Society A 454, 1998): a
 *		series as a sum of intrinsic mode functions (IMFs), the fastest first, and a residue.
 *
 * The caller takes one IMF after the other: initialize, then next until there is none.
 */
#ifndef CREDITSPREAD_NUMERIC_EMD_H
#define CREDITSPREAD_NUMERIC_EMD_H

#include "numeric/base/status.h"
#include "numeric/signal/envelope.h"

/* No series gives more IMFs: each has about half of the extrema of the one before. */
#define CS_EMD_MOST_IMFS 64

typedef enum cs_emd_stop
{
	CS_STOP_S_NUMBER,
	CS_STOP_SD
} cs_emd_stop;

typedef struct cs_emd_options
{
	cs_boundary boundary;
	cs_knots knots;
	cs_emd_stop stop;
	int s_number;		 /* at least 1 */
	double sd_threshold; /* above 0 */
	int max_siftings;	 /* of one IMF, at least 1 */
	int max_imfs;		 /* 0 to CS_EMD_MOST_IMFS */
	double rounding;	 /* at least 0; what is no larger is rounding even if the series is */
} cs_emd_options;

typedef struct cs_emd
{
	cs_emd_options options;
	size_t n;
	double *residue;	/* [n] the input less the IMFs so far */
	double *candidate;	/* [n] being sifted */
	double *next;		/* [n] after the pass at work */
	cs_extrema extrema; /* of the candidate */
	cs_envelope envelope;
	double magnitude; /* of the input, the largest absolute value */
	double rounding;  /* differences and IMFs up to this are no part of the data */
	int siftings;	  /* of the candidate */
	int imfs;
	bool finished; /* the residue is not to be sifted */
} cs_emd;

extern void cs_emd_default_options(cs_emd_options *options);

/* Bytes for series of n values; SIZE_MAX: too many. */
extern size_t cs_emd_workspace_size(size_t n);

/* Lays out room for series of n values, at most CS_EXTREMA_MOST_VALUES. */
extern void cs_emd_lay_out(cs_emd *emd, cs_workspace *workspace, size_t n);

/*
 * x: [n], finite, n >= 1.  Sifting of an IMF ends
 *		S_NUMBER	after s_number passes in a row with as many extrema and zero crossings as before
 *					them, the two differing by at most 1 (Huang et al. 2003),
 *		SD			when the squares of what a pass took away sum up to less than sd_threshold of
 *					the squares before it (Huang and Wu, Reviews of Geophysics 46, 2008),
 * or after max_siftings passes, or when fewer than 3 extrema are left.  The decomposition ends when
 * the residue has fewer than 3 extrema, at max_imfs, or when an IMF is no more than rounding of the
 * input (CS_PASSES_ROUNDING of its largest value), which then stays in the residue.  Extrema, zero
 * crossings and ends are told by differences above it.
 *
 * Errors: CS_OUT_OF_RANGE (options), CS_NO_MEMORY, CS_SIZE_OVERFLOW, CS_NOT_FINITE (x).  `start`
 * does the same in room that has been laid out for the same n.
 */
extern cs_status cs_emd_initialize(cs_emd *emd, const cs_emd_options *options, const double *x,
								   size_t n, cs_workspace *workspace);
extern cs_status cs_emd_start(cs_emd *emd, const cs_emd_options *options, const double *x);

/* *imf: [n], until the next call; NULL when there is none left.  CS_NOT_FINITE on overflow. */
extern cs_status cs_emd_next_imf(cs_emd *emd, const double **imf);

#endif
