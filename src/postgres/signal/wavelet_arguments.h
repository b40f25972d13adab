/*
 * wavelet_arguments.h
 *		What smoothing and decomposition share: the arguments wavelet, level and extension, and
 *		arrays as results.
 */
#ifndef CREDITSPREAD_POSTGRES_WAVELET_ARGUMENTS_H
#define CREDITSPREAD_POSTGRES_WAVELET_ARGUMENTS_H

#include "utils/array.h"

#include "numeric/signal/wavelet.h"

typedef struct WaveletArguments
{
	const cs_wavelet_filter *filter;
	cs_wavelet_extension extension;
	int level;
} WaveletArguments;

/* As the enum cs_wavelet_extension counts them. */
extern const char *const wavelet_extension_names[];

extern WaveletArguments wavelet_arguments(const char *what, const char *wavelet, int level,
										  const char *extension);

/* NOTICE when the level is above the highest for so many observations. */
extern void notice_level(const char *what, const WaveletArguments *arguments, Size observations);

/* The shape of a decomposition; errors with figures. */
extern cs_wavelet_shape wavelet_shape(const char *what, const WaveletArguments *arguments,
									  Size observations);

/* A float8[count] to be filled; more than an array can hold is error 54000. */
extern ArrayType *doubles_array(const char *what, Size count);

#endif
