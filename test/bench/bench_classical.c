/*
 * bench_classical.c
 *		arima_fit, ets_fit and theta_fit of 60 simulated series, everything chosen: processor
 *		seconds, and the information criteria.  With --series the series as text, one a line: its
 *		period, then its values; classical.R reads them and measures R's package forecast.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "numeric/base/random.h"
#include "numeric/state_space/classical.h"

#define SERIES 60
#define LONGEST 300

typedef struct series
{
	int period;
	size_t n;
	double y[LONGEST];
} series;

static series drawn[SERIES];

/*
 * Walks, autoregressions, differences of noise, growth: a third each without season, of 4, of 12.
 */
static void
draw(series *s, int k)
{
	static const int periods[] = {1, 4, 12};
	cs_random random;
	double level = 0, slope = 0, before = 0;

	cs_random_seed(&random, (uint64_t) k + 1);
	s->period = periods[k % 3];
	s->n = 96 + 12 * (size_t) (k % 18);
	for (size_t t = 0; t < s->n; t++)
	{
		double noise = cs_random_normal(&random);
		double season = s->period == 1 ? 0 : sin(6.28318530717958648 * (double) t / s->period);

		level = (k / 3 % 2 == 0 ? 0.8 : 1) * level + noise + (k / 6 % 2 == 0 ? 0.5 * before : 0);
		slope += k % 5 == 0 ? 0.02 * cs_random_normal(&random) : 0;
		level += slope;
		before = noise;
		s->y[t] = 100 + 2 * level + (k % 4 == 0 ? 0.2 * (double) t : 0);
		s->y[t] = k % 2 == 0 ? s->y[t] + 8 * season : s->y[t] * (1 + 0.1 * season);
	}
}

static cs_classical_options
options_of(cs_classical_method method, int period)
{
	cs_classical_options options = {.method = method, .period = period, .season = true};
	int most = period > 1 && period < 6 ? period - 1 : 5;
	int seasonal = period > 1 ? 2 : 0;

	options.arima = (cs_arima_limits){
		.most = {most, most, seasonal, seasonal}, .period = period, .constant = true};
	options.ets = (cs_ets_limits){.period = period, .error = -1, .trend = -1, .season = -1};
	return options;
}

/* The criterion of a fit. */
static double
fit(cs_classical_method method, const series *s)
{
	cs_classical_options options = options_of(method, s->period);
	cs_classical_fit *work = calloc(1, sizeof(cs_classical_fit));
	cs_classical_model model;
	cs_workspace workspace;
	size_t size;
	void *block;

	cs_workspace_count(&workspace);
	cs_classical_fit_lay_out(work, &options, s->n, &workspace);
	size = cs_workspace_total(&workspace);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_classical_fit_lay_out(work, &options, s->n, &workspace);
	if (cs_classical_fit_run(work, s->y, &model) != CS_OK)
		exit(1);
	free(block);
	free(work);
	if (method == CS_CLASSICAL_THETA)
		return model.theta.variance;
	return method == CS_CLASSICAL_ARIMA ? model.arima.aicc : model.ets.aicc;
}

int
main(int count, char **argument)
{
	static const char *const names[] = {"arima_fit", "ets_fit", "theta_fit"};
	static const char *const peers[] = {"auto.arima", "ets", "thetaf"};
	bool list = count > 1 && strcmp(argument[1], "--series") == 0;
	bool criteria = count > 1 && strcmp(argument[1], "--criteria") == 0;

	for (int k = 0; k < SERIES; k++)
		draw(&drawn[k], k);
	for (int k = 0; list && k < SERIES; k++)
	{
		printf("%d", drawn[k].period);
		for (size_t t = 0; t < drawn[k].n; t++)
			printf(" %.17g", drawn[k].y[t]);
		printf("\n");
	}
	for (cs_classical_method method = CS_CLASSICAL_ARIMA; !list && method <= CS_CLASSICAL_THETA;
		 method++)
	{
		clock_t started = clock();

		for (int k = 0; k < SERIES; k++)
		{
			double criterion = fit(method, &drawn[k]);

			if (criteria)
				printf("%s %d %.4f\n", names[method], k, criterion);
		}
		printf("{\"name\": \"%s, %d series\", \"seconds\": %.6f, \"peer\": \"%s, %d series\"}\n",
			   names[method], SERIES, (double) (clock() - started) / CLOCKS_PER_SEC, peers[method],
			   SERIES);
	}
	return 0;
}
