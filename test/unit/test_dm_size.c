/*
 * test_dm_size.c
 *		How often the Diebold-Mariano test rejects at a nominal 5 %: forecasts of equal accuracy
 *		whose errors are sums of h shocks, as those of a random walk h steps ahead are, and one
 *		worse.
 *
 * DM_DRAWS=50000 in the environment prints the table of docs/dm_test.md.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/evaluation/dm_test.h"

#define LONGEST 1000
#define LONGEST_HORIZON 20
#define LEVEL 0.05

/* errors[n], each the sum of h standard normal shocks */
static void
draw_errors(cs_random *random, size_t n, size_t h, double *errors)
{
	double shock[LONGEST + LONGEST_HORIZON];

	for (size_t i = 0; i < n + h - 1; i++)
		shock[i] = cs_random_normal(random);
	for (size_t i = 0; i < n; i++)
	{
		errors[i] = 0;
		for (size_t k = 0; k < h; k++)
			errors[i] += shock[i + k];
	}
}

static bool
rejects(const double *d, size_t n, size_t h, cs_dm_variance variance)
{
	cs_dm_result result;

	assert_int_equal(cs_dm_series_test(d, n, 0, h, variance, CS_DM_TWO_SIDED, &result), CS_OK);
	return result.two_sided < LEVEL;
}

/*
 * Shares of rejections, of each variance; the first forecast's errors are `scale` times as large.
 */
static void
rejection_rates(size_t n, size_t h, double scale, int draws, double rate[3])
{
	cs_random random;
	double first[LONGEST], second[LONGEST], d[LONGEST];

	cs_random_seed(&random, 1000 * h + n);
	rate[0] = rate[1] = rate[2] = 0;
	for (int draw = 0; draw < draws; draw++)
	{
		draw_errors(&random, n, h, first);
		draw_errors(&random, n, h, second);
		for (size_t i = 0; i < n; i++)
			d[i] = scale * scale * first[i] * first[i] - second[i] * second[i];
		for (int v = 0; v < 3; v++)
			rate[v] += rejects(d, n, h, (cs_dm_variance) v) ? 1.0 / draws : 0;
	}
}

/* A loss larger by this share of the noise of its mean. */
static double
worse(size_t n, size_t h)
{
	return 1 + 1.2 * sqrt((double) h / (double) n);
}

static void
print_table(int draws)
{
	static const size_t lengths[] = {100, 250, 1000};
	static const size_t horizons[] = {2, 5, 10, 20};

	printf("# |  h |    n | periodogram | rectangular | bartlett | size, power; %d draws\n", draws);
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 3; j++)
		{
			size_t h = horizons[i], n = lengths[j];
			double size[3], power[3];

			rejection_rates(n, h, 1, draws, size);
			rejection_rates(n, h, worse(n, h), draws, power);
			printf("# | %2zu | %4zu | %.3f %.3f | %.3f %.3f | %.3f %.3f |\n", h, n, size[0],
				   power[0], size[1], power[1], size[2], power[2]);
		}
}

static void
rejects_as_often_as_it_says(void **state)
{
	static const struct
	{
		size_t n;
		size_t h;
		double least, most; /* of the size; a standard error is .003 */
		double power;
	} cells[] = {
		{100, 5, 0.035, 0.065, 0.18}, {250, 5, 0.04, 0.065, 0.21}, {100, 20, 0.035, 0.08, 0.12}};

	(void) state;
	for (int i = 0; i < 3; i++)
	{
		double size[3], power[3];

		rejection_rates(cells[i].n, cells[i].h, 1, 4000, size);
		rejection_rates(cells[i].n, cells[i].h, worse(cells[i].n, cells[i].h), 4000, power);
		assert_true(size[CS_DM_PERIODOGRAM] >= cells[i].least &&
					size[CS_DM_PERIODOGRAM] <= cells[i].most);
		assert_true(power[CS_DM_PERIODOGRAM] >= cells[i].power);
		assert_true(size[CS_DM_PERIODOGRAM] < size[CS_DM_RECTANGULAR]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rejects_as_often_as_it_says)};

	if (getenv("DM_DRAWS") != NULL)
		print_table((int) strtol(getenv("DM_DRAWS"), NULL, 10));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
