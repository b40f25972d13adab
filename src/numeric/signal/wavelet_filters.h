/*
 * wavelet_filters.h
 *		The filters of orthogonal wavelets by name: Daubechies db1 to db10, symlets sym4 to sym8,
 *		coiflets coif1 to coif3 (Daubechies, Ten Lectures on Wavelets, 1992).
 */
#ifndef CREDITSPREAD_NUMERIC_WAVELET_FILTERS_H
#define CREDITSPREAD_NUMERIC_WAVELET_FILTERS_H

#include <stddef.h>

#define CS_WAVELET_MAX_TAPS 20

typedef struct cs_wavelet_filter
{
	const char *name;
	size_t length;		/* even, from 2 to CS_WAVELET_MAX_TAPS */
	const double *taps; /* the scaling filter h as it reconstructs; sum sqrt(2), length 1 */
} cs_wavelet_filter;

/* All filters; one without a name ends them. */
extern const cs_wavelet_filter cs_wavelet_filters[];

/* The filter called `name`, or NULL. */
extern const cs_wavelet_filter *cs_wavelet_filter_named(const char *name);

/* The wavelet filter g[m] = (-1)^m h[length - 1 - m], as it reconstructs. */
extern void cs_wavelet_detail_taps(const cs_wavelet_filter *filter, double *taps);

#endif
