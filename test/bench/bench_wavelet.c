/*
 * bench_wavelet.c
 *		Smoothing of 6,472 series of 2,600 points by db4 at level 6, and of their last 512 points up
 *		to each row (fewer series).  Median of 5.
 */
#include <stdio.h>
#include <stdlib.h>

#include "numeric/base/random.h"
#include "numeric/signal/wavelet_smooth.h"
#include "stopwatch.h"

#define SERIES 6472
#define POINTS 2600
#define TRAILING_SERIES 64
#define TRAILING 512
#define REPEATS 5

static double (*x)[POINTS];
static double (*smoothed)[POINTS];

static void
run(cs_wavelet_smoother *smoother, const double *series, size_t n, bool last_only, double *output)
{
	if (cs_wavelet_smooth(smoother, series, n, last_only, output) != CS_OK)
		exit(1);
}

static void
smooth_whole(cs_wavelet_smoother *smoother)
{
	for (int s = 0; s < SERIES; s++)
		run(smoother, x[s], POINTS, false, smoothed[s]);
}

static void
smooth_trailing(cs_wavelet_smoother *smoother)
{
	double output[TRAILING];

	for (int s = 0; s < TRAILING_SERIES; s++)
		for (int i = 0; i < POINTS; i++)
		{
			int first = i < TRAILING ? 0 : i + 1 - TRAILING;

			run(smoother, x[s] + first, (size_t) (i + 1 - first), true, output);
			smoothed[s][i] = output[i - first];
		}
}

static void
measure(const char *name, const char *peer, cs_wavelet_mode mode,
		void (*work)(cs_wavelet_smoother *))
{
	cs_wavelet_shape shape;
	cs_wavelet_smoother smoother;
	cs_workspace workspace;
	double seconds[REPEATS];
	size_t size;
	void *block;

	cs_wavelet_shape_initialize(&shape, cs_wavelet_filter_named("db4"), CS_WAVELET_SYMMETRIC, 6,
								POINTS);
	size = cs_wavelet_smoother_size(&shape, mode);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	if (cs_wavelet_smoother_initialize(&smoother, &shape, mode, &workspace) != CS_OK)
		exit(1);
	work(&smoother);
	for (int r = 0; r < REPEATS; r++)
	{
		double started = now();

		work(&smoother);
		seconds[r] = now() - started;
	}
	free(block);
	printf("{\"name\": \"%s\", \"seconds\": %.6f, \"peer\": \"%s\"}\n", name,
		   median(seconds, REPEATS), peer);
}

int
main(void)
{
	cs_random random;

	x = malloc(sizeof(double) * SERIES * POINTS);
	smoothed = malloc(sizeof(double) * SERIES * POINTS);
	if (x == NULL || smoothed == NULL)
		return 1;
	cs_random_seed(&random, 1);
	for (int s = 0; s < SERIES; s++)
		for (int i = 0; i < POINTS; i++)
			x[s][i] = (i == 0 ? 0 : x[s][i - 1]) + 0.01 * cs_random_normal(&random);
	measure("wavelet smoothing, kernel, approximation, 6,472 series of 2,600",
			"wavelet/panel_axis/f8", CS_WAVELET_APPROXIMATION, smooth_whole);
	measure("wavelet smoothing, kernel, soft, 6,472 series of 2,600", "wavelet/panel_axis/f8",
			CS_WAVELET_SOFT, smooth_whole);
	measure("wavelet smoothing, kernel, approximation, trailing 512, 64 series of 2,600", "none",
			CS_WAVELET_APPROXIMATION, smooth_trailing);
	measure("wavelet smoothing, kernel, soft, trailing 512, 64 series of 2,600", "none",
			CS_WAVELET_SOFT, smooth_trailing);
	free(x);
	free(smoothed);
	return 0;
}
