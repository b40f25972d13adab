/*
 * bench_trees.c
 *		Processor seconds of boosted trees, a random forest and support vectors.
 *
 *		bench_trees								on generated rows: the median of 3 fits each
 *		bench_trees FILE METHOD NAME=VALUE...	on the rows of a file, as trees.py writes them:
 *												a fit, and the error of its forecasts
 *
 * A file holds three integers of 32 bits, rows, columns and rows to fit, then x[rows][columns] in
 * single and y[rows] in double precision; the error is that of the rows after those.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/tree/svr.h"
#include "numeric/tree/tree.h"
#include "stopwatch.h"

#define COLUMNS 30
#define REPEATS 3

typedef struct problem
{
	int32_t rows;
	int32_t columns;
	int32_t training;
	float *x;
	double *y;
	size_t *listed;
} problem;

typedef struct settings
{
	bool svr;
	cs_tree_options trees;
	cs_svr_options vectors;
} settings;

static const settings boosted_settings = {.trees = {.quantile = 0.5,
													.rounds = 200,
													.learning_rate = 0.1,
													.depth = 6,
													.min_rows = 1,
													.l2 = 1,
													.subsample = 1,
													.columns = 1,
													.seed = 1}};
static const settings forest_settings = {.trees = {.quantile = 0.5,
												   .rounds = 200,
												   .learning_rate = 1,
												   .depth = 32,
												   .min_rows = 5,
												   .subsample = 1,
												   .columns = 1.0 / 3,
												   .forest = true,
												   .seed = 1}};
static const settings svr_settings = {
	.svr = true, .vectors = {.cost = 1, .epsilon = 0.1, .gamma = -1, .tolerance = 1e-3}};

/* Memory or the end of the program. */
static void *
allocate(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size);

	if (memory == NULL)
		exit(1);
	return memory;
}

static void
make_room(problem *problem)
{
	problem->x = allocate((size_t) problem->rows * (size_t) problem->columns, sizeof(float));
	problem->y = allocate((size_t) problem->rows, sizeof(double));
	problem->listed = allocate((size_t) problem->rows, sizeof(size_t));
	for (int32_t i = 0; i < problem->rows; i++)
		problem->listed[i] = (size_t) i;
}

/* Normal columns; y has a product, a bend, a wave and noise. */
static problem
generated(int32_t rows)
{
	problem problem = {.rows = rows, .columns = COLUMNS, .training = rows};
	cs_random random;

	make_room(&problem);
	cs_random_seed(&random, 1);
	for (int32_t i = 0; i < rows; i++)
	{
		float *x = problem.x + (size_t) i * COLUMNS;

		for (int c = 0; c < COLUMNS; c++)
			x[c] = (float) cs_random_normal(&random);
		problem.y[i] = (double) x[0] * (double) x[1] + fabs((double) x[2]) +
					   sin(3 * (double) x[3]) + 0.5 * cs_random_normal(&random);
	}
	return problem;
}

static problem
read_problem(const char *name)
{
	FILE *file = fopen(name, "rb");
	problem problem;
	int32_t head[3];
	size_t values;

	if (file == NULL || fread(head, sizeof(head), 1, file) != 1)
		exit(1);
	problem.rows = head[0];
	problem.columns = head[1];
	problem.training = head[2];
	make_room(&problem);
	values = (size_t) problem.rows * (size_t) problem.columns;
	if (fread(problem.x, sizeof(float), values, file) != values ||
		fread(problem.y, sizeof(double), (size_t) problem.rows, file) != (size_t) problem.rows)
		exit(1);
	fclose(file);
	return problem;
}

/* The squared error of forecasts of the rows that were not fitted. */
static double
squared_error(const problem *problem, const cs_trees_fit *trees, const cs_svr_fit *vectors)
{
	double sum = 0;

	for (int32_t i = problem->training; i < problem->rows; i++)
	{
		const float *x = problem->x + (size_t) i * (size_t) problem->columns;
		double value = vectors != NULL ? cs_svr_value(vectors->numbers, vectors->vectors,
													  vectors->gamma, x, (size_t) problem->columns)
									   : cs_trees_value(trees->numbers, trees->trees, x);

		sum += (value - problem->y[i]) * (value - problem->y[i]);
	}
	return sum;
}

/* Fits; the processor seconds that it took. */
static double
fit(const problem *problem, const settings *settings, double *error)
{
	size_t rows = (size_t) problem->rows;
	size_t columns = (size_t) problem->columns;
	size_t training = (size_t) problem->training;
	size_t capacity = settings->svr ? 0 : cs_trees_most_numbers(&settings->trees, rows);
	cs_trees_fit trees;
	cs_svr_fit vectors;
	cs_workspace workspace;
	void *block = NULL;
	double started;
	double seconds;
	cs_status status;

	for (int pass = 0; pass < 2; pass++)
	{
		if (pass == 0)
			cs_workspace_count(&workspace);
		else
		{
			size_t size = cs_workspace_total(&workspace);

			block = allocate(1, size);
			cs_workspace_initialize(&workspace, block, size);
		}
		if (settings->svr)
			cs_svr_fit_lay_out(&vectors, &settings->vectors, rows, columns, &workspace);
		else
			cs_trees_fit_lay_out(&trees, &settings->trees, rows, columns, capacity, &workspace);
	}
	started = now();
	status = settings->svr
				 ? cs_svr_fit_run(&vectors, problem->x, problem->y, problem->listed, training)
				 : cs_trees_fit_run(&trees, problem->x, problem->y, problem->listed, training,
									problem->listed, 0);
	seconds = now() - started;
	if (status != CS_OK)
		exit(1);
	*error = squared_error(problem, &trees, settings->svr ? &vectors : NULL);
	free(block);
	return seconds;
}

static void
measure(const char *name, int32_t rows, const settings *settings)
{
	problem problem = generated(rows);
	double seconds[REPEATS];
	double error;

	for (int r = 0; r < REPEATS; r++)
		seconds[r] = fit(&problem, settings, &error);
	printf("{\"name\": \"%s, %d rows of %d\", \"seconds\": %.6f, \"peer\": \"none\"}\n", name, rows,
		   COLUMNS, median(seconds, REPEATS));
	fflush(stdout);
	free(problem.x);
	free(problem.y);
	free(problem.listed);
}

static void
take_argument(settings *settings, const char *argument)
{
	const char *value = strchr(argument, '=');
	double number = value == NULL ? 0 : strtod(value + 1, NULL);

#define TAKE(NAME, MEMBER, TYPE)                                                                   \
	if (strncmp(argument, #NAME "=", sizeof(#NAME)) == 0)                                          \
	settings->MEMBER = (TYPE) number
	TAKE(rounds, trees.rounds, int);
	TAKE(learning_rate, trees.learning_rate, double);
	TAKE(depth, trees.depth, int);
	TAKE(min_rows, trees.min_rows, int);
	TAKE(l2, trees.l2, double);
	TAKE(columns, trees.columns, double);
	TAKE(seed, trees.seed, uint64_t);
	TAKE(cost, vectors.cost, double);
	TAKE(epsilon, vectors.epsilon, double);
	TAKE(gamma, vectors.gamma, double);
	TAKE(tolerance, vectors.tolerance, double);
}

int
main(int count, char **argument)
{
	if (count == 1)
	{
		measure("boosted trees, 200 rounds of depth 6", 2500, &boosted_settings);
		measure("boosted trees, 200 rounds of depth 6", 200000, &boosted_settings);
		measure("random forest, 200 trees", 2500, &forest_settings);
		measure("support vectors", 2500, &svr_settings);
		return 0;
	}
	if (count > 2)
	{
		problem problem = read_problem(argument[1]);
		settings settings = strcmp(argument[2], "svr") == 0		 ? svr_settings
							: strcmp(argument[2], "forest") == 0 ? forest_settings
																 : boosted_settings;
		double error;
		double seconds;

		for (int i = 3; i < count; i++)
			take_argument(&settings, argument[i]);
		seconds = fit(&problem, &settings, &error);
		printf("{\"seconds\": %.6f, \"rmse\": %.9g}\n", seconds,
			   sqrt(error / fmax(1, problem.rows - problem.training)));
		return 0;
	}
	return 2;
}
