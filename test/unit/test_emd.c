/*
 * test_emd.c
 *		Empirical mode decompositions: the reference's properties, sums on random series, every stop
 *		rule and error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/signal/emd.h"
#include "check_helper.h"
#include "golden/emd.h"

#define PI 3.14159265358979323846

typedef struct Decomposed
{
	size_t n;
	int count;
	int passes;
	double *imfs[CS_EMD_MOST_IMFS];
	double *residue;
} Decomposed;

static Decomposed
decompose(const cs_emd_options *options, const double *x, size_t n)
{
	Decomposed result = {.n = n};
	size_t size = cs_emd_workspace_size(n);
	void *block = malloc(size);
	const double *imf;
	cs_workspace workspace;
	cs_emd emd;

	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_emd_initialize(&emd, options, x, n, &workspace), CS_OK);
	do
	{
		assert_int_equal(cs_emd_next_imf(&emd, &imf), CS_OK);
		result.passes += emd.siftings;
		emd.siftings = 0;
		if (imf != NULL)
		{
			assert_int_equal(emd.imfs, result.count + 1);
			result.imfs[result.count] = malloc(n * sizeof(double));
			memcpy(result.imfs[result.count++], imf, n * sizeof(double));
		}
	} while (imf != NULL);
	assert_true(emd.finished);
	result.residue = malloc(n * sizeof(double));
	memcpy(result.residue, emd.residue, n * sizeof(double));
	free(block);
	return result;
}

static void
discard(Decomposed *result)
{
	for (int k = 0; k < result->count; k++)
		free(result->imfs[k]);
	free(result->residue);
}

static size_t
extrema_of(const double *values, size_t n, size_t *crossings)
{
	cs_extrema extrema = {.twice = malloc((n + 1) * sizeof(uint32_t))};

	cs_extrema_find(&extrema, values, n);
	free(extrema.twice);
	if (crossings != NULL)
		*crossings = extrema.zero_crossings;
	return extrema.count;
}

/* Sum of IMFs and residue against x, to 1e-12 of the range. */
static void
assert_adds_up(const Decomposed *result, const double *x)
{
	double low = INFINITY;
	double high = -INFINITY;

	for (size_t i = 0; i < result->n; i++)
	{
		low = fmin(low, x[i]);
		high = fmax(high, x[i]);
	}
	for (size_t i = 0; i < result->n; i++)
	{
		double sum = result->residue[i];

		for (int k = result->count; k-- > 0;)
			sum += result->imfs[k][i];
		if (!(fabs(sum - x[i]) <= 1e-12 * (high - low)))
			fail_msg("%zu values, at %zu: %.17g is not %.17g", result->n, i, sum, x[i]);
	}
}

static double
correlation(const double *a, const double *b, size_t n)
{
	double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;

	for (size_t i = 0; i < n; i++)
	{
		mean_a += a[i] / (double) n;
		mean_b += b[i] / (double) n;
	}
	for (size_t i = 0; i < n; i++)
	{
		ab += (a[i] - mean_a) * (b[i] - mean_b);
		aa += (a[i] - mean_a) * (a[i] - mean_a);
		bb += (b[i] - mean_b) * (b[i] - mean_b);
	}
	return ab / sqrt(aa * bb);
}

static cs_emd_options
default_options(void)
{
	cs_emd_options options;

	cs_emd_default_options(&options);
	return options;
}

/* A sine cut anywhere: mirrored envelopes are flat, endpoint envelopes meet the series. */
static void
test_mirror_of_sine(void **state)
{
	cs_emd_options options = default_options();

	(void) state;
	for (int phase = 0; phase < 20; phase++)
	{
		double x[400];
		Decomposed result;

		for (int i = 0; i < 400; i++)
			x[i] = sin(2 * PI * i / 25 + 0.31 * phase);
		result = decompose(&options, x, 400);
		assert_true(result.count >= 1);
		assert_true(correlation(result.imfs[0], x, 400) > 0.999);
		assert_adds_up(&result, x);
		discard(&result);
	}
}

/* ---- decompositions ---- */

/* The reference correlations are those without the eighth of the series at each end. */
static void
test_two_tones(void **state)
{
	(void) state;
	for (size_t k = 0; k < COUNT(golden_two_tones); k++)
	{
		const golden_tones *golden = &golden_two_tones[k];
		size_t n = (size_t) golden->n;
		cs_emd_options options = default_options();
		double *x = malloc(n * sizeof(double));
		double *high = malloc(n * sizeof(double));
		double *low = malloc(n * sizeof(double));
		Decomposed result;

		for (size_t i = 0; i < n; i++)
		{
			high[i] = golden->size_high *
					  sin(2 * PI * (double) i / golden->period_high + golden->phase_high);
			low[i] = golden->size_low *
					 sin(2 * PI * (double) i / golden->period_low + golden->phase_low);
			x[i] = golden->constant + golden->trend * (double) i + high[i] + low[i];
		}
		result = decompose(&options, x, n);
		assert_true(result.count >= golden->fewest && result.count <= golden->most);
		assert_true(correlation(result.imfs[0] + n / 8, high + n / 8, n - n / 8 * 2) >=
					golden->correlation_high);
		assert_true(correlation(result.imfs[1] + n / 8, low + n / 8, n - n / 8 * 2) >=
					golden->correlation_low);
		/* over the whole length, ends included */
		assert_true(correlation(result.imfs[0], high, n) > 0.999);
		assert_true(correlation(result.imfs[1], low, n) > 0.9995);
		assert_adds_up(&result, x);
		discard(&result);
		free(x);
		free(high);
		free(low);
	}
}

/* IMF by IMF against an implementation in numpy, with every boundary and sort of knots. */
static void
test_reference(void **state)
{
	(void) state;
	for (size_t k = 0; k < COUNT(golden_decompositions); k++)
	{
		const golden_imfs *golden = &golden_decompositions[k];
		const double *value = golden->values;
		cs_emd_options options = default_options();
		Decomposed result;

		options.boundary = golden->boundary;
		options.knots = golden->knots;
		options.stop = golden->stop;
		result = decompose(&options, golden->x, GOLDEN_IMFS_LENGTH);
		assert_int_equal(result.count, golden->count);
		for (int imf = 0; imf <= result.count; imf++)
			for (size_t i = 0; i < GOLDEN_IMFS_LENGTH; i += 5, value++)
			{
				double got = imf < result.count ? result.imfs[imf][i] : result.residue[i];

				if (!(fabs(got - *value) < 1e-10))
					fail_msg("case %zu, IMF %d, %zu: %.17g is not %.17g", k, imf, i, got, *value);
			}
		discard(&result);
	}
}

/* Series of the kinds that bring ties, zeros and symmetry; true if there is one more. */
static bool
make_kind(int kind, double *x, size_t n)
{
	cs_random random;
	double level = 2.0;

	cs_random_seed(&random, 17);
	for (size_t i = 0; i < n; i++)
	{
		double part = (double) (i % 12);

		level += 0.05 * cs_random_normal(&random);
		x[i] = (double[]){level,
						  0.25 * floor(8.0 * level),
						  0.01 * floor(300.0 * level) - 0.01 * floor(299.0 * level),
						  sin(2.0 * PI * part / 12.0),
						  part < 6.0 ? 0.1 : -0.1,
						  0.1 * part,
						  0.01 * (double) i + (part == 3.0 ? 0.7 : 0.1),
						  sin(2.0 * PI * (double) i / 8.0) + sin(2.0 * PI * (double) i / 60.0),
						  1.0 + 1e-8 * level,
						  0.25 * floor(8.0 * level) * (double) (i % 5 == 0),
						  0.1}[kind];
	}
	return kind < 10;
}

static void
assert_same(const Decomposed *a, const Decomposed *b, double factor, bool reversed, int kind,
			double tolerance)
{
	size_t n = a->n;

	if (a->count != b->count)
		fail_msg("kind %d, factor %g: %d IMFs and %d", kind, factor, a->count, b->count);
	for (int k = 0; k <= a->count; k++)
		for (size_t i = 0; i < n; i++)
		{
			double one = k < a->count ? a->imfs[k][i] : a->residue[i];
			size_t j = reversed ? n - 1 - i : i;
			double other = (k < b->count ? b->imfs[k][j] : b->residue[j]) / factor;

			if (!(fabs(one - other) < tolerance))
				fail_msg("kind %d, factor %g, IMF %d, %zu: %.17g and %.17g", kind, factor, k, i,
						 one, other);
		}
}

/*
 * f(k x) = k f(x), and of a series turned round the IMFs are turned round.  Vertices move with the
 * values, which makes rounding grow from sifting to sifting.
 */
static void
test_units_and_reversal(void **state)
{
	static const double factors[] = {1e-9, 3e-7, 1e-2, 100, 1e9, 1};
	double x[301];
	double y[301];
	size_t n = COUNT(x);
	bool more = true;

	(void) state;
	for (int kind = 0; more; kind++)
	{
		more = make_kind(kind, x, n);
		for (int variant = 0; variant < 9; variant++)
		{
			cs_emd_options options = default_options();
			Decomposed usual;

			options.boundary = (cs_boundary) (variant % 3);
			options.stop = variant / 3 == 1 ? CS_STOP_SD : CS_STOP_S_NUMBER;
			options.knots = variant / 3 == 2 ? CS_KNOTS_PARABOLA : CS_KNOTS_SAMPLE;
			usual = decompose(&options, x, n);
			for (size_t k = 0; k < COUNT(factors); k++)
			{
				bool reversed = factors[k] == 1;
				Decomposed other;

				for (size_t i = 0; i < n; i++)
					y[i] = factors[k] * x[reversed ? n - 1 - i : i];
				other = decompose(&options, y, n);
				assert_same(&usual, &other, factors[k], reversed, kind,
							options.knots == CS_KNOTS_PARABOLA ? 1e-6 : 1e-9);
				discard(&other);
			}
			discard(&usual);
		}
	}
}

/* An end of 5e-17 is none the less on zero: the residue tells no crossing from rounding. */
static void
test_rounding_at_the_end(void **state)
{
	double x[61];
	double y[61];
	cs_emd_options options = default_options();
	Decomposed of_x;
	Decomposed of_y;

	(void) state;
	options.boundary = CS_BOUNDARY_ENDPOINT;
	for (int i = 0; i < 61; i++)
		y[i] = x[i] = sin(2 * PI * i / 20.0) + 0.3 * sin(2 * PI * i / 6.0);
	x[0] = x[60] = 5e-17;
	y[0] = y[60] = -5e-17;
	of_x = decompose(&options, x, 61);
	of_y = decompose(&options, y, 61);
	assert_same(&of_x, &of_y, 1, false, -1, 1e-9);
	discard(&of_x);
	discard(&of_y);
}

static void
test_walk(void **state)
{
	size_t n = COUNT(golden_walk);

	(void) state;
	for (int variant = 0; variant < 6; variant++)
	{
		cs_emd_options options = default_options();
		Decomposed result;

		options.boundary = (cs_boundary) (variant % 3);
		options.stop = variant < 3 ? CS_STOP_S_NUMBER : CS_STOP_SD;
		result = decompose(&options, golden_walk, n);
		assert_true(result.count >= 3 && result.count <= 10);
		for (int k = 0; k < 3 && variant < 3; k++)
		{
			size_t crossings;
			size_t extrema = extrema_of(result.imfs[k], n, &crossings);

			assert_true(extrema <= crossings + 1 && crossings <= extrema + 1);
		}
		assert_true(extrema_of(result.residue, n, NULL) <= 2);
		assert_adds_up(&result, golden_walk);
		discard(&result);
	}
}

static void
assert_nothing_to_sift(const double *x, size_t n)
{
	cs_emd_options options = default_options();
	Decomposed result = decompose(&options, x, n);

	assert_int_equal(result.count, 0);
	assert_memory_equal(result.residue, x, n * sizeof(double));
	discard(&result);
}

static void
test_residue_alone(void **state)
{
	(void) state;
	assert_nothing_to_sift(golden_monotone, COUNT(golden_monotone));
	assert_nothing_to_sift((double[]){3, 3, 3, 3, 3, 3, 3}, 7);
	assert_nothing_to_sift((double[]){0, 0, 0, 0}, 4);
	assert_nothing_to_sift((double[]){7}, 1);
	assert_nothing_to_sift((double[]){7, -2}, 2);
	assert_nothing_to_sift((double[]){1, 5, 1, 5}, 4);
	assert_nothing_to_sift((double[]){1, 1, 5, 5, 2, 2, 2, 9}, 8);
}

/* A straight line whose steps are rounded: no IMF out of rounding. */
static void
test_rounding_is_no_imf(void **state)
{
	double x[1000];
	cs_emd_options options = default_options();
	Decomposed result;

	(void) state;
	for (int i = 0; i < 1000; i++)
		x[i] = 1.0 + ((i * 37) % 11 - 5) * 0x1p-52;
	result = decompose(&options, x, 1000);
	assert_int_equal(result.count, 0);
	assert_memory_equal(result.residue, x, sizeof(x));
	discard(&result);
}

/* 1,000 random series, irregular in level, size and kind, of lengths 4 to 20,000. */
static void
test_random_series_add_up(void **state)
{
	double *x = malloc(20000 * sizeof(double));
	cs_random random;
	int oscillating = 0;

	(void) state;
	cs_random_seed(&random, 11);
	for (int round = 0; round < 1000; round++)
	{
		double share = cs_random_uniform(&random);
		size_t n = round == 0 ? 20000 : (size_t) (4 * exp(share * share * log(5000.0)));
		double size = exp(4 * cs_random_normal(&random));
		double level = size * cs_random_normal(&random);
		double persistence = cs_random_uniform(&random);
		cs_emd_options options = default_options();
		Decomposed result;

		for (size_t i = 0; i < n; i++)
		{
			level =
				(round % 2 == 0 ? 1.0 : persistence) * level +
				size * cs_random_normal(&random) * (cs_random_uniform(&random) < 0.05 ? 10.0 : 1.0);
			x[i] = round % 7 == 0 ? size * floor(level / size) : level;
		}
		options.boundary = (cs_boundary) (round % 3);
		options.knots = round % 4 == 0 ? CS_KNOTS_PARABOLA : CS_KNOTS_SAMPLE;
		options.stop = round % 5 == 0 ? CS_STOP_SD : CS_STOP_S_NUMBER;
		result = decompose(&options, x, n);
		oscillating += result.count > 0;
		assert_adds_up(&result, x);
		assert_true(extrema_of(result.residue, n, NULL) < 3);
		discard(&result);
	}
	assert_true(oscillating >= 600 && oscillating <= 1000);
	free(x);
}

static void
noisy_sine(double *x, size_t n)
{
	cs_random random;

	cs_random_seed(&random, 2);
	for (size_t i = 0; i < n; i++)
		x[i] = sin(0.07 * (double) i) + 0.3 * cs_random_normal(&random);
}

/* Each option changes what it says. */
static void
test_options(void **state)
{
	double x[500];
	cs_emd_options options = default_options();
	Decomposed usual;
	Decomposed other;

	(void) state;
	noisy_sine(x, 500);
	usual = decompose(&options, x, 500);
	options.max_imfs = 2;
	other = decompose(&options, x, 500);
	assert_int_equal(other.count, 2);
	assert_memory_equal(other.imfs[1], usual.imfs[1], sizeof(x));
	assert_adds_up(&other, x);
	discard(&other);
	options.max_imfs = 0;
	other = decompose(&options, x, 500);
	assert_int_equal(other.count, 0);
	assert_memory_equal(other.residue, x, sizeof(x));
	discard(&other);
	options.max_imfs = 1;
	options.max_siftings = 1;
	other = decompose(&options, x, 500);
	assert_int_equal(other.passes, 1);
	discard(&other);
	options.max_siftings = 1000;
	options.s_number = 20;
	other = decompose(&options, x, 500);
	assert_true(other.passes >= 20 && other.passes <= 1000);
	discard(&other);
	options.stop = CS_STOP_SD;
	options.sd_threshold = 1e3;
	other = decompose(&options, x, 500);
	assert_int_equal(other.passes, 1);
	discard(&other);
	options.sd_threshold = 1e-6;
	other = decompose(&options, x, 500);
	assert_true(other.passes >= 5 && other.passes <= 1000);
	discard(&other);
	discard(&usual);
}

/* The decomposition of -x is the negative of that of x, and a factor of 2^k passes through. */
static void
test_symmetry(void **state)
{
	double x[500];
	double y[500];
	cs_emd_options options = default_options();
	Decomposed of_x;
	Decomposed of_y;

	(void) state;
	noisy_sine(x, 500);
	for (int i = 0; i < 500; i++)
		y[i] = -8.0 * x[i];
	of_x = decompose(&options, x, 500);
	of_y = decompose(&options, y, 500);
	assert_int_equal(of_x.count, of_y.count);
	for (int k = 0; k < of_x.count; k++)
		for (int i = 0; i < 500; i++)
			assert_true(of_y.imfs[k][i] == -8.0 * of_x.imfs[k][i]);
	discard(&of_x);
	discard(&of_y);
}

static void
test_errors(void **state)
{
	static double block[4096];
	double x[9] = {1, 2, 1, 3, 1, 2, 5, 1, 2};
	cs_workspace workspace;
	cs_emd emd;
	const double *imf;
	cs_emd_options options[8];

	(void) state;
	for (int k = 0; k < 8; k++)
		cs_emd_default_options(&options[k]);
	options[0].s_number = 0;
	options[1].sd_threshold = 0;
	options[2].sd_threshold = INFINITY;
	options[3].max_siftings = 0;
	options[4].max_imfs = -1;
	options[5].max_imfs = CS_EMD_MOST_IMFS + 1;
	options[7].rounding = -1;
	for (int k = 0; k < 8; k += k == 5 ? 2 : 1)
	{
		cs_workspace_initialize(&workspace, block, sizeof(block));
		assert_int_equal(cs_emd_initialize(&emd, &options[k], x, 9, &workspace), CS_OUT_OF_RANGE);
	}
	cs_workspace_initialize(&workspace, block, 200);
	assert_int_equal(cs_emd_initialize(&emd, &options[6], x, 9, &workspace), CS_NO_MEMORY);
	assert_int_equal(
		cs_emd_initialize(&emd, &options[6], x, CS_EXTREMA_MOST_VALUES + 1, &workspace),
		CS_SIZE_OVERFLOW);
	assert_true(cs_emd_workspace_size(CS_EXTREMA_MOST_VALUES + 1) == SIZE_MAX);
	memcpy(x, (double[]){1e308, -1e308, 1e308, -1e308, 1e308, -1.5e308, 1e308, 0, 0}, sizeof(x));
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_emd_initialize(&emd, &options[6], x, 9, &workspace), CS_OK);
	cs_status status = CS_OK;

	while (status == CS_OK && !emd.finished)
		status = cs_emd_next_imf(&emd, &imf);
	assert_int_equal(status, CS_NOT_FINITE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mirror_of_sine),
		cmocka_unit_test(test_two_tones),
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_units_and_reversal),
		cmocka_unit_test(test_rounding_at_the_end),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_residue_alone),
		cmocka_unit_test(test_rounding_is_no_imf),
		cmocka_unit_test(test_random_series_add_up),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_symmetry),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
