/*
 * bench_emd.c
 *		Empirical mode decompositions of a random walk with a cycle and noise, S-number 4 and at
 *		most 50 siftings, as libeemd's defaults are.  Median of 5 runs of several decompositions
 *		each.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numeric/base/random.h"
#include "numeric/signal/emd.h"
#include "stopwatch.h"

#define MOST 20000
#define REPEATS 5

static const size_t lengths[] = {512, 2048, 5749, MOST};
static double series[MOST];

static void
make_series(void)
{
	cs_random random;
	double level = 1.5;

	cs_random_seed(&random, 1);
	for (size_t i = 0; i < MOST; i++)
	{
		level += 0.02 * cs_random_normal(&random);
		series[i] = level + 0.1 * sin(2 * 3.14159265358979323846 * (double) i / 21) +
					0.05 * cs_random_normal(&random);
	}
}

static int
decompose(void *block, size_t size, size_t n)
{
	cs_workspace workspace;
	cs_emd_options options;
	const double *imf;
	cs_emd emd;

	cs_workspace_initialize(&workspace, block, size);
	cs_emd_default_options(&options);
	if (cs_emd_initialize(&emd, &options, series, n, &workspace) != CS_OK)
		return -1;
	do
		if (cs_emd_next_imf(&emd, &imf) != CS_OK)
			return -1;
	while (imf != NULL);
	return emd.imfs;
}

int
main(void)
{
	make_series();
	for (size_t l = 0; l < sizeof(lengths) / sizeof(lengths[0]); l++)
	{
		size_t n = lengths[l];
		size_t size = cs_emd_workspace_size(n);
		void *block = malloc(size);
		size_t runs = 40000 / n;
		double seconds[REPEATS];
		int imfs = 0;

		if (block == NULL)
			return 1;
		for (int r = 0; r < REPEATS; r++)
		{
			double start = now();

			for (size_t run = 0; run < runs; run++)
				imfs = decompose(block, size, n);
			seconds[r] = (now() - start) / (double) runs;
		}
		printf("{\"name\": \"emd, %zu points, %d IMFs\", \"peer\": \"emd/Rlibeemd_C\", "
			   "\"n\": %zu, \"seconds\": %.6g}\n",
			   n, imfs, n, median(seconds, REPEATS));
		free(block);
	}
	return 0;
}
