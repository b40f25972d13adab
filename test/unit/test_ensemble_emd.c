/*
 * test_ensemble_emd.c
 *		EEMD and CEEMDAN: sums, seeds, limits, what noise of zero gives, and every error.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/signal/ensemble_emd.h"
#include "golden/ceemdan.h"
#include "poll_helper.h"

#define LENGTH 300

typedef struct Averaged
{
	cs_ensemble ensemble;
	void *block;
	poll_count polls;
} Averaged;

static cs_ensemble_options
default_options(cs_ensemble_method method)
{
	cs_ensemble_options options = {.method = method, .trials = 20, .noise = 0.2, .seed = 5};

	cs_emd_default_options(&options.emd);
	return options;
}

static Averaged
average(const cs_ensemble_options *options, const double *x, size_t n)
{
	Averaged result = {.block = NULL};
	size_t size = cs_ensemble_workspace_size(options, n);
	cs_workspace workspace;

	result.block = malloc(size);
	cs_workspace_initialize(&workspace, result.block, size);
	poll_count_start();
	assert_int_equal(cs_ensemble_decompose(&result.ensemble, options, x, n, &workspace), CS_OK);
	result.polls = poll_count_end();
	assert_true(result.polls.in_order);
	return result;
}

static void
make_series(double *x, size_t n)
{
	cs_random random;
	double level = 2.0;

	cs_random_seed(&random, 9);
	for (size_t i = 0; i < n; i++)
	{
		level += 0.05 * cs_random_normal(&random);
		x[i] = level + 0.3 * sin(0.21 * (double) i) + 0.02 * cs_random_normal(&random);
	}
}

static void
assert_adds_up(const Averaged *result, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		double sum = result->ensemble.residue[i];

		for (int k = result->ensemble.count; k-- > 0;)
			sum += result->ensemble.imfs[(size_t) k * n + i];
		assert_true(fabs(sum - x[i]) <= 1e-12);
	}
}

static bool
same_result(const Averaged *a, const Averaged *b, size_t n)
{
	return a->ensemble.count == b->ensemble.count &&
		   memcmp(a->ensemble.residue, b->ensemble.residue, n * sizeof(double)) == 0 &&
		   memcmp(a->ensemble.imfs, b->ensemble.imfs,
				  (size_t) a->ensemble.count * n * sizeof(double)) == 0;
}

static void
test_sums_and_seeds(void **state)
{
	double x[LENGTH];

	(void) state;
	make_series(x, LENGTH);
	for (int method = 0; method < 2; method++)
		for (int trials = 1; trials < 22; trials += 10)
		{
			cs_ensemble_options options = default_options((cs_ensemble_method) method);
			Averaged first;
			Averaged same;
			Averaged other;

			options.trials = trials;
			first = average(&options, x, LENGTH);
			same = average(&options, x, LENGTH);
			options.seed++;
			other = average(&options, x, LENGTH);
			assert_true(first.ensemble.count >= 3 && first.ensemble.count <= 8);
			assert_adds_up(&first, x, LENGTH);
			assert_adds_up(&other, x, LENGTH);
			assert_true(same_result(&first, &same, LENGTH));
			assert_false(same_result(&first, &other, LENGTH));
			free(first.block);
			free(same.block);
			free(other.block);
		}
}

/* Against an implementation in numpy, which has the generator of the noise too. */
static void
test_reference(void **state)
{
	const size_t n = sizeof(golden_ensemble_series) / sizeof(double);
	double x[200];

	(void) state;
	for (size_t k = 0; k < sizeof(golden_ensembles) / sizeof(golden_ensembles[0]); k++)
	{
		const golden_ensemble *golden = &golden_ensembles[k];
		cs_ensemble_options options = default_options(golden->method);
		const double *value = golden->values;
		Averaged result;

		options.trials = golden->trials;
		options.noise = golden->noise;
		options.seed = golden->seed;
		options.emd.boundary = golden->boundary;
		for (size_t i = 0; i < n; i++)
			x[i] = golden->factor * golden_ensemble_series[i];
		result = average(&options, x, n);
		assert_int_equal(result.ensemble.count, golden->count);
		for (int imf = 0; imf <= golden->count; imf++)
			for (size_t i = 0; i < n; i += 3, value++)
			{
				double got = imf < golden->count ? result.ensemble.imfs[(size_t) imf * n + i]
												 : result.ensemble.residue[i];

				if (!(fabs(got - *value) < 1e-9 * golden->factor))
					fail_msg("case %zu, IMF %d, %zu: %.17g is not %.17g", k, imf, i, got, *value);
			}
		free(result.block);
	}
}

/* In basis points as in percent, to 1e-9; what there is adds up to 1e-12 of the range. */
static void
test_units(void **state)
{
	static const double factors[] = {1e-9, 3e-7, 1e-2, 100, 1e9};
	double x[LENGTH];
	double y[LENGTH];

	(void) state;
	make_series(x, LENGTH);
	for (int method = 0; method < 2; method++)
	{
		cs_ensemble_options options = default_options((cs_ensemble_method) method);
		Averaged usual = average(&options, x, LENGTH);

		assert_adds_up(&usual, x, LENGTH);
		for (size_t k = 0; k < sizeof(factors) / sizeof(double); k++)
		{
			Averaged other;

			for (size_t i = 0; i < LENGTH; i++)
				y[i] = factors[k] * x[i];
			other = average(&options, y, LENGTH);
			assert_int_equal(other.ensemble.count, usual.ensemble.count);
			for (size_t i = 0; i < (size_t) usual.ensemble.count * LENGTH; i++)
				assert_true(fabs(other.ensemble.imfs[i] / factors[k] - usual.ensemble.imfs[i]) <
							1e-9);
			free(other.block);
		}
		free(usual.block);
	}
}

/* Without noise every trial is the plain decomposition. */
static void
test_no_noise(void **state)
{
	static char block[200000];
	double x[LENGTH];
	const double *imf;
	cs_workspace workspace;
	cs_emd emd;

	(void) state;
	make_series(x, LENGTH);
	for (int method = 0; method < 2; method++)
	{
		cs_ensemble_options options = default_options((cs_ensemble_method) method);
		Averaged result;

		options.noise = 0.0;
		result = average(&options, x, LENGTH);
		cs_workspace_initialize(&workspace, block, sizeof(block));
		assert_int_equal(cs_emd_initialize(&emd, &options.emd, x, LENGTH, &workspace), CS_OK);
		while (!emd.finished)
		{
			assert_int_equal(cs_emd_next_imf(&emd, &imf), CS_OK);
			for (int i = 0; imf != NULL && emd.imfs <= 2 && i < LENGTH; i++)
				assert_true(fabs(result.ensemble.imfs[(emd.imfs - 1) * LENGTH + i] - imf[i]) <
							1e-9);
		}
		assert_true(abs(result.ensemble.count - emd.imfs) <= 1);
		free(result.block);
	}
}

/* Pairs of noise leave nothing in a residue: it is as smooth as those of the trials. */
static void
test_pairs_cancel(void **state)
{
	double x[LENGTH];
	cs_ensemble_options options = default_options(CS_ENSEMBLE_EEMD);
	double roughness[2] = {0.0, 0.0};

	(void) state;
	make_series(x, LENGTH);
	for (int odd = 0; odd < 2; odd++)
	{
		Averaged result;

		options.trials = 20 - odd;
		result = average(&options, x, LENGTH);
		for (int i = 1; i + 1 < LENGTH; i++)
			roughness[odd] +=
				fabs(result.ensemble.residue[i - 1] - 2.0 * result.ensemble.residue[i] +
					 result.ensemble.residue[i + 1]);
		free(result.block);
	}
	assert_true(roughness[0] < 0.05 * roughness[1]);
}

/* An intermittent oscillation over a slow one: the first IMF of EMD mixes them, ensembles less. */
static void
test_mode_mixing(void **state)
{
	static char block[500000];
	double x[LENGTH * 2];
	double slow[LENGTH * 2];
	cs_emd_options plain;
	const double *imf;
	cs_workspace workspace;
	cs_emd emd;
	double mixed = 0.0;

	(void) state;
	for (int i = 0; i < LENGTH * 2; i++)
	{
		slow[i] = sin(0.1 * i);
		x[i] = slow[i] + (i % 200 > 90 && i % 200 < 120 ? 0.1 * sin(1.9 * i) : 0.0);
	}
	cs_emd_default_options(&plain);
	plain.max_imfs = 1;
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_emd_initialize(&emd, &plain, x, LENGTH * 2, &workspace), CS_OK);
	assert_int_equal(cs_emd_next_imf(&emd, &imf), CS_OK);
	for (int i = 0; i < LENGTH * 2; i++)
		mixed += imf[i] * slow[i] / LENGTH;
	assert_true(mixed > 0.5);
	for (int method = 0; method < 2; method++)
	{
		cs_ensemble_options options = default_options((cs_ensemble_method) method);
		Averaged result = average(&options, x, LENGTH * 2);
		double share = 0.0;

		for (int i = 0; i < LENGTH * 2; i++)
			share += result.ensemble.imfs[i] * slow[i] / LENGTH;
		assert_true(fabs(share) < 0.1);
		free(result.block);
	}
}

static void
test_limits(void **state)
{
	const double rising[3] = {1, 2, 4};
	double x[LENGTH];

	(void) state;
	make_series(x, LENGTH);
	for (int method = 0; method < 2; method++)
	{
		cs_ensemble_options options = default_options((cs_ensemble_method) method);
		Averaged result;

		assert_int_equal(cs_ensemble_limit(&options, LENGTH), 8);
		assert_int_equal(cs_ensemble_limit(&options, 1), 0);
		options.emd.max_imfs = 2;
		result = average(&options, x, LENGTH);
		assert_int_equal(result.ensemble.count, 2);
		assert_adds_up(&result, x, LENGTH);
		free(result.block);
		/* nothing that oscillates */
		for (size_t n = 1; n < 4; n++)
		{
			result = average(&options, rising, n);
			assert_int_equal(result.ensemble.count, 0);
			assert_int_equal(result.polls.reports, 0);
			assert_true(result.ensemble.residue[n - 1] == rising[n - 1]);
			free(result.block);
		}
	}
}

/* Few values: the noise runs out of IMFs before the series does. */
static void
test_short_series(void **state)
{
	const double x[12] = {1, 2, 1, 3, 1, 2, 5, 1, 2, 0, 3, 2};

	(void) state;
	for (int method = 0; method < 2; method++)
		for (size_t n = 5; n <= 12; n++)
		{
			cs_ensemble_options options = default_options((cs_ensemble_method) method);
			Averaged result = average(&options, x, n);

			assert_adds_up(&result, x, n);
			free(result.block);
		}
}

static cs_status
try(const cs_ensemble_options *options, const double *x, size_t size)
{
	static char block[50000];
	cs_workspace workspace;
	cs_ensemble ensemble;

	cs_workspace_initialize(&workspace, block, size);
	return cs_ensemble_decompose(&ensemble, options, x, 8, &workspace);
}

static void
test_errors(void **state)
{
	const double x[8] = {1, 2, 1, 3, 1, 2, 5, 1};
	const double huge[8] = {1e308, -1e308, 1e308, -1e308, 1e308, -1.5e308, 1e308, 0};

	(void) state;
	for (int method = 0; method < 2; method++)
	{
		cs_ensemble_options good = default_options((cs_ensemble_method) method);
		cs_ensemble_options bad = good;

		assert_int_equal(try(&good, x, 50000), CS_OK);
		assert_int_equal(try(&good, x, 100), CS_NO_MEMORY);
		assert_int_equal(try(&good, huge, 50000), CS_NOT_FINITE);
		bad.trials = 0;
		assert_int_equal(try(&bad, x, 50000), CS_OUT_OF_RANGE);
		bad = good;
		bad.noise = -1.0;
		assert_int_equal(try(&bad, x, 50000), CS_OUT_OF_RANGE);
		bad.noise = INFINITY;
		assert_int_equal(try(&bad, x, 50000), CS_OUT_OF_RANGE);
		bad = good;
		bad.emd.s_number = 0;
		assert_int_equal(try(&bad, x, 50000), CS_OUT_OF_RANGE);
		bad.noise = DBL_MAX;
		bad.emd.s_number = 4;
		assert_int_equal(try(&bad, x, 50000), CS_NOT_FINITE);
		assert_true(cs_ensemble_workspace_size(&good, CS_EXTREMA_MOST_VALUES + 1) == SIZE_MAX);
	}
}

/* Every trial reports; series are long enough for polls within it. */
static void
test_polls(void **state)
{
	enum
	{
		N = 100000
	};
	double *x = malloc(N * sizeof(double));

	(void) state;
	make_series(x, N);
	for (int method = 0; method < 2; method++)
	{
		cs_ensemble_options options = default_options((cs_ensemble_method) method);
		Averaged result;

		options.trials = 2;
		options.emd.max_imfs = 2;
		result = average(&options, x, N);
		assert_int_equal(result.polls.reports, method == CS_ENSEMBLE_EEMD ? 2 : 4);
		assert_true((double) result.polls.most <= 2e6);
		assert_true(result.polls.polls > 50);
		free(result.block);
	}
	free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polls),		 cmocka_unit_test(test_reference),
		cmocka_unit_test(test_units),		 cmocka_unit_test(test_sums_and_seeds),
		cmocka_unit_test(test_no_noise),	 cmocka_unit_test(test_pairs_cancel),
		cmocka_unit_test(test_mode_mixing),	 cmocka_unit_test(test_limits),
		cmocka_unit_test(test_short_series), cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
