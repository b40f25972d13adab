/*
 * bench_structural.c
 *		kalman_fit of 10 simulated series of 240 rows for each of four structural models: processor
 *		seconds without standard errors.  With --series the series as text, one a line: its model,
 *		then its values; structural.py reads them and measures statsmodels, structural.R R's
 *		StructTS.  With --likelihoods what each fit found.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "numeric/base/random.h"
#include "numeric/state_space/structural.h"

#define SERIES 10
#define ROWS 240

static const char *const names[] = {"local level and cycle", "local linear trend",
									"trend and season of 12", "level and season of 52"};
static const cs_structural_form forms[] = {
	{.trend = CS_TREND_LEVEL, .cycle = CS_CYCLE_DAMPED, .shortest = 6, .longest = 60},
	{.trend = CS_TREND_LINEAR},
	{.trend = CS_TREND_LINEAR, .season = CS_SEASON_DUMMY, .period = 12},
	{.trend = CS_TREND_LEVEL, .season = CS_SEASON_DUMMY, .period = 52}};

#define MODELS ((int) (sizeof(forms) / sizeof(forms[0])))

/* A series that starts near 0, as R's StructTS has its start. */
static void
draw(int model, int k, double *y)
{
	const cs_structural_form *form = &forms[model];
	double season[52] = {0};
	double level = 0, slope = 0, cycle = 2, other = 0;
	cs_random random;

	cs_random_seed(&random, (uint64_t) model * 100 + (uint64_t) k + 1);
	for (int i = 0; i < form->period; i++)
		season[i] = 2 * cs_random_normal(&random);
	for (int t = 0; t < ROWS; t++)
	{
		double before = cycle;

		slope += form->trend == CS_TREND_LINEAR ? 0.05 * cs_random_normal(&random) : 0;
		level += slope + 0.4 * cs_random_normal(&random);
		cycle = 0.95 * (before * cos(0.3) + other * sin(0.3)) + 0.4 * cs_random_normal(&random);
		other = 0.95 * (other * cos(0.3) - before * sin(0.3)) + 0.4 * cs_random_normal(&random);
		y[t] = level + 0.6 * cs_random_normal(&random);
		if (form->season != CS_SEASON_NONE)
			y[t] += season[t % form->period] += 0.05 * cs_random_normal(&random);
		if (form->cycle != CS_CYCLE_NONE)
			y[t] += cycle;
	}
}

static double
fit_series(const cs_structural_form *form, const double *y)
{
	static cs_structural_fit fit;
	cs_workspace workspace;
	size_t size;
	void *block;

	cs_workspace_count(&workspace);
	cs_structural_fit_lay_out(&fit, form, ROWS, &workspace);
	size = cs_workspace_total(&workspace);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_structural_fit_lay_out(&fit, form, ROWS, &workspace);
	if (cs_structural_fit_take(&fit, y, NULL) != CS_OK || cs_structural_fit_solve(&fit) != CS_OK)
		exit(1);
	free(block);
	return fit.log_likelihood;
}

int
main(int count, char **argument)
{
	bool list = count > 1 && strcmp(argument[1], "--series") == 0;
	bool likelihoods = count > 1 && strcmp(argument[1], "--likelihoods") == 0;
	double y[ROWS];

	for (int model = 0; model < MODELS; model++)
	{
		clock_t started = clock();

		for (int k = 0; k < SERIES; k++)
		{
			double found;

			draw(model, k, y);
			if (list)
			{
				printf("%d", model);
				for (int t = 0; t < ROWS; t++)
					printf(" %.17g", y[t]);
				printf("\n");
				continue;
			}
			found = fit_series(&forms[model], y);
			if (likelihoods)
				printf("%d %d %.4f\n", model, k, found);
		}
		if (!list)
			printf("{\"name\": \"kalman_fit, %s, %d series\", \"seconds\": %.6f, \"peer\": "
				   "\"statsmodels, %s, %d series\"}\n",
				   names[model], SERIES, (double) (clock() - started) / CLOCKS_PER_SEC,
				   names[model], SERIES);
	}
	return 0;
}
