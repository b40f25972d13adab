/*
 * bench_blas.c
 *		Which kernels OpenBLAS took, and how fast the products of networks run in each form that
 *		they are written in: not transposed, the right and the left factor transposed.
 */
#include <stdio.h>
#include <string.h>

#include <cblas.h>

#include "stopwatch.h"

#define MOST (256 * 512)
#define WORK 4e8 /* multiply-adds of a measurement */

static const struct
{
	const char *name;
	enum CBLAS_TRANSPOSE left, right;
} forms[] = {{"NN", CblasNoTrans, CblasNoTrans},
			 {"NT", CblasNoTrans, CblasTrans},
			 {"TN", CblasTrans, CblasNoTrans}};

/* Rows, inner, columns: steps of recurrent layers, the layers of a Transformer. */
static const int shapes[][3] = {{32, 64, 128}, {32, 128, 256}, {32, 128, 512}, {256, 128, 512},
								{36, 64, 256}, {672, 64, 192}, {672, 64, 256}, {672, 256, 64}};

static float a[672 * 256], b[MOST], c[672 * 512];

int
main(int count, char **arguments)
{
	if (count > 1 && strcmp(arguments[1], "--core-type") == 0)
	{
		puts(openblas_get_corename());
		return 0;
	}
	printf("%s\n", openblas_get_config());
	for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++)
	{
		int rows = shapes[s][0];
		int inner = shapes[s][1];
		int columns = shapes[s][2];
		double work = (double) rows * inner * columns;

		printf("(%d, %d) by (%d, %d), GFLOP/s:", rows, inner, inner, columns);
		for (size_t form = 0; form < sizeof(forms) / sizeof(forms[0]); form++)
		{
			double seconds[5];

			for (int run = 0; run < 5; run++)
			{
				double began = now();

				for (int i = 0; i < WORK / work; i++)
					cblas_sgemm(CblasRowMajor, forms[form].left, forms[form].right, rows, columns,
								inner, 1.0f, a, forms[form].left == CblasTrans ? rows : inner, b,
								forms[form].right == CblasTrans ? inner : columns, 0.0f, c,
								columns);
				seconds[run] = now() - began;
			}
			printf(" %s %.0f", forms[form].name, 2 * WORK / median(seconds, 5) / 1e9);
		}
		puts("");
	}
	return 0;
}
