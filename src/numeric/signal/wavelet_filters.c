/*
 * wavelet_filters.c
 *		The table of wavelets; their taps are computed by test/golden/make_wavelet_filters.py.
 */
#include "numeric/signal/wavelet_filters.h"

#include <string.h>

#include "numeric/signal/wavelet_taps.h"

#define FILTER(name)                                                                               \
	{                                                                                              \
#name, sizeof(name) / sizeof((name)[0]), name                                              \
	}

const cs_wavelet_filter cs_wavelet_filters[] = {
	FILTER(db1),   FILTER(db2),	  FILTER(db3),	 FILTER(db4),	 FILTER(db5),
	FILTER(db6),   FILTER(db7),	  FILTER(db8),	 FILTER(db9),	 FILTER(db10),
	FILTER(sym4),  FILTER(sym5),  FILTER(sym6),	 FILTER(sym7),	 FILTER(sym8),
	FILTER(coif1), FILTER(coif2), FILTER(coif3), {NULL, 0, NULL}};

const cs_wavelet_filter *
cs_wavelet_filter_named(const char *name)
{
	for (const cs_wavelet_filter *filter = cs_wavelet_filters; filter->name != NULL; filter++)
		if (strcmp(filter->name, name) == 0)
			return filter;
	return NULL;
}

void
cs_wavelet_detail_taps(const cs_wavelet_filter *filter, double *taps)
{
	for (size_t m = 0; m < filter->length; m++)
		taps[m] = (m % 2 == 0 ? 1 : -1) * filter->taps[filter->length - 1 - m];
}
