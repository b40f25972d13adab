/*
 * bench_kalman.c
 *		The filter of one state over 1,000,000 points, row by row as the server takes them, and
 *		maximum likelihood of 5,749 points.  Median of 5.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numeric/base/random.h"
#include "numeric/state_space/kalman_fit.h"
#include "stopwatch.h"

#define POINTS 1000000
#define FIT_POINTS 5749
#define REPEATS 5

static double y[POINTS];

static double
filter_points(void)
{
	const cs_kalman_model model = {1, 1, 0.0025, 0.04};
	cs_kalman filter;
	double sum = 0;

	cs_kalman_initialize(&filter, &model, CS_KALMAN_PREDICTED, 0, 1e6);
	for (size_t i = 0; i < POINTS; i++)
	{
		cs_kalman_row row;

		if (cs_kalman_step(&filter, y[i], 0, &row) != CS_OK)
			exit(1);
		sum += row.log_likelihood;
	}
	return sum;
}

static double
fit_points(cs_kalman_form form)
{
	cs_kalman_fit fit;

	if (cs_kalman_fit_solve(&fit, form, y, FIT_POINTS, 0) != CS_OK)
		exit(1);
	return fit.best.value;
}

static double
fit_level(void)
{
	return fit_points(CS_KALMAN_LOCAL_LEVEL);
}

static double
fit_autoregression(void)
{
	return fit_points(CS_KALMAN_AR1_PLUS_NOISE);
}

static void
measure(const char *name, double (*work)(void), const char *peer)
{
	double seconds[REPEATS];
	double result = work();

	for (int r = 0; r < REPEATS; r++)
	{
		double started = now();

		result = work();
		seconds[r] = now() - started;
	}
	printf("{\"name\": \"%s\", \"seconds\": %.6f, \"peer\": \"%s\", \"log_likelihood\": %.9g}\n",
		   name, median(seconds, REPEATS), peer, result);
}

int
main(void)
{
	cs_random random;
	double level = 0;

	cs_random_seed(&random, 1);
	for (size_t i = 0; i < POINTS; i++)
	{
		level += 0.05 * cs_random_normal(&random);
		y[i] = level + 0.2 * cs_random_normal(&random);
	}
	measure("Kalman filter, local level, 1,000,000 points", filter_points, "kalman/numba_loop");
	measure("Kalman maximum likelihood, local level, 5,749 points", fit_level,
			"kalman/R_StructTS_ml");
	measure("Kalman maximum likelihood, AR(1) plus noise, 5,749 points", fit_autoregression,
			"none");
	return 0;
}
