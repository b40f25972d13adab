/*
 * test_envelope.c
 *		Extrema, natural splines against scipy's values, and envelopes with their ends.
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
#include "numeric/signal/envelope.h"
#include "check_helper.h"
#include "golden/spline.h"

static size_t
extrema_of(const double *values, size_t n)
{
	cs_extrema extrema = {.twice = malloc((n + 1) * sizeof(uint32_t))};

	cs_extrema_find(&extrema, values, n);
	free(extrema.twice);
	return extrema.count;
}

/* ---- extrema ---- */

static void
assert_extrema_within(double tolerance, const double *values, size_t n, bool first_is_maximum,
					  size_t crossings, size_t count, const uint32_t *twice)
{
	uint32_t found[400];
	cs_extrema extrema = {.twice = found, .tolerance = tolerance};

	cs_extrema_find(&extrema, values, n);
	assert_int_equal(extrema.count, count);
	assert_int_equal(extrema.zero_crossings, crossings);
	if (count > 0)
	{
		assert_int_equal(extrema.first_is_maximum, first_is_maximum);
		assert_memory_equal(found, twice, count * sizeof(uint32_t));
	}
}

static void
assert_extrema(const double *values, size_t n, bool first_is_maximum, size_t crossings,
			   size_t count, const uint32_t *twice)
{
	assert_extrema_within(0.0, values, n, first_is_maximum, crossings, count, twice);
}

static void
test_extrema(void **state)
{
	(void) state;
	assert_extrema((double[]){1}, 1, false, 0, 0, NULL);
	assert_extrema((double[]){1, -2}, 2, false, 1, 0, NULL);
	assert_extrema((double[]){1, 2, 3}, 3, false, 0, 0, NULL);
	assert_extrema((double[]){1, 3, -2, 4, 3}, 5, true, 2, 3, (uint32_t[]){2, 4, 6});
	assert_extrema((double[]){5, 3, 4, 2}, 4, false, 0, 2, (uint32_t[]){2, 4});
	/* plateaus: at an end none, between two values of which it is the larger one, else none */
	assert_extrema((double[]){1, 1, 2, 2, 2, 1, 0, 0, 1, 1}, 10, true, 0, 2, (uint32_t[]){6, 13});
	assert_extrema((double[]){1, 2, 2, 3, 1}, 5, true, 0, 1, (uint32_t[]){6});
	assert_extrema((double[]){3, 3, 3}, 3, false, 0, 0, NULL);
	/* zeros: of a crossing, of a touch, at the ends */
	assert_extrema((double[]){1, 0, -1, 0, 0, 2}, 6, false, 2, 1, (uint32_t[]){4});
	assert_extrema((double[]){-1, 0, -1}, 3, true, 0, 1, (uint32_t[]){2});
	assert_extrema((double[]){0, 1, 0}, 3, true, 0, 1, (uint32_t[]){2});
	assert_extrema((double[]){0, 0}, 2, false, 0, 0, NULL);
}

/* What lies within the tolerance is a plateau, a value without sign, or no extremum at all. */
static void
test_extrema_within(void **state)
{
	double slow[200];

	(void) state;
	assert_extrema_within(0.1, (double[]){0, 1, 1.05, 0.98, 0}, 5, true, 0, 1, (uint32_t[]){4});
	assert_extrema_within(0.1, (double[]){0, 1, 0.95, 1, 0}, 5, true, 0, 1, (uint32_t[]){4});
	assert_extrema_within(0.1, (double[]){0, 0.08, 0.16, 0.24, 0.2, 0.5}, 6, false, 0, 0, NULL);
	assert_extrema_within(0.1, (double[]){3, 3.05, 2.98, 3.02}, 4, false, 0, 0, NULL);
	assert_extrema_within(0.1, (double[]){1, -0.05, 1, 0.05, -1, 0.1}, 6, false, 1, 3,
						  (uint32_t[]){2, 4, 8});
	assert_extrema_within(0.1, (double[]){-5e-17, 1, 2, 1, 5e-17}, 5, true, 0, 1, (uint32_t[]){4});
	/* steps within the tolerance add up: up to the 100th value, then down */
	for (int i = 0; i < 200; i++)
		slow[i] = 0.09 * (i < 100 ? i : 200 - i);
	assert_extrema_within(0.1, slow, 200, true, 0, 1, (uint32_t[]){200});
}

/* Blocks and the plain search agree, wherever ties or zeros make the plain one necessary. */
static void
test_extrema_blocks(void **state)
{
	cs_random random;
	double values[400];

	(void) state;
	cs_random_seed(&random, 3);
	for (int round = 0; round < 2000; round++)
	{
		size_t n = 3 + cs_random_below(&random, 390);
		double step = round % 4 == 0 ? 0.5 : 0.0; /* every fourth series has ties */
		uint32_t expected[400];
		size_t count = 0;
		size_t crossings = 0;
		bool first = false;

		for (size_t i = 0; i < n; i++)
		{
			values[i] = cs_random_normal(&random);
			if (step > 0.0)
				values[i] = step * (0.5 + floor(values[i] / step)) + (i % 2 == 0 ? 1e-3 : 0.0);
		}
		for (size_t i = 1; i < n; i++)
		{
			crossings += values[i] * values[i - 1] < 0.0;
			if (i + 1 < n && (values[i] - values[i - 1]) * (values[i + 1] - values[i]) < 0.0)
			{
				if (count == 0)
					first = values[i] > values[i - 1];
				expected[count++] = (uint32_t) (2 * i);
			}
		}
		assert_extrema(values, n, first, crossings, count, expected);
		values[n / 2] = values[n / 2 - 1]; /* a tie: one extremum fewer, or one at a half */
		assert_true(extrema_of(values, n) <= count + 1);
	}
}

/* ---- splines ---- */

static double
spline_at(const cs_natural_spline *spline, double x)
{
	size_t i = 0;
	cs_cubic piece;
	double t;

	while (i + 2 < spline->count && x > spline->x[i + 1])
		i++;
	piece = cs_natural_spline_piece(spline, i);
	t = x - piece.from;
	return piece.constant + t * (piece.linear + t * (piece.quadratic + t * piece.cubic));
}

static void
load_spline(cs_natural_spline *spline, const golden_natural_case *golden)
{
	spline->count = golden->points;
	memcpy(spline->x, golden->at, spline->count * sizeof(double));
	memcpy(spline->y, golden->x, spline->count * sizeof(double));
}

static void
test_natural_splines(void **state)
{
	static double block[1000];
	cs_workspace workspace;
	cs_natural_spline spline[2];

	(void) state;
	for (size_t a = 0; a < COUNT(golden_natural); a++)
		for (size_t b = 0; b < COUNT(golden_natural); b++)
		{
			const golden_natural_case *golden[2] = {&golden_natural[a], &golden_natural[b]};

			cs_workspace_initialize(&workspace, block, sizeof(block));
			for (int s = 0; s < 2; s++)
			{
				cs_natural_spline_lay_out(&spline[s], &workspace, 16);
				load_spline(&spline[s], golden[s]);
			}
			cs_natural_spline_solve(&spline[0], &spline[1]);
			for (int s = 0; s < 2; s++)
			{
				for (size_t i = 0; i < golden[s]->points; i++)
					assert_near(spline[s].curvature[i], golden[s]->curvature[i], 1e-12, 1);
				for (size_t i = 0; i < golden[s]->places; i++)
					assert_near(spline_at(&spline[s], golden[s]->place[i]), golden[s]->value[i],
								1e-12, 1);
			}
		}
	/* through two points: a line */
	cs_workspace_initialize(&workspace, block, sizeof(block));
	for (int s = 0; s < 2; s++)
	{
		cs_natural_spline_lay_out(&spline[s], &workspace, 2);
		spline[s].count = 2;
		memcpy(spline[s].x, (double[]){1, 3}, 2 * sizeof(double));
		memcpy(spline[s].y, (double[]){1, 2}, 2 * sizeof(double));
	}
	cs_natural_spline_solve(&spline[0], &spline[1]);
	assert_near(spline_at(&spline[0], 1.5), 1.25, 0, 1);
	cs_workspace_initialize(&workspace, block, 100);
	cs_natural_spline_lay_out(&spline[0], &workspace, 16);
	assert_true(workspace.failed);
}

/* ---- envelopes ---- */

/* The envelopes of a series at every sample, and the mean that is taken away. */
static void
assert_envelope(cs_boundary boundary, cs_knots knots, const double *x, size_t n)
{
	size_t size;
	void *block;
	uint32_t *twice = malloc(n * sizeof(uint32_t));
	double *values = calloc(n + CS_ENVELOPE_OVERRUN, sizeof(double));
	double *output = calloc(n + CS_ENVELOPE_OVERRUN, sizeof(double));
	cs_workspace workspace;
	cs_envelope envelope;
	cs_extrema extrema = {.twice = twice, .tolerance = 0.0};

	cs_workspace_count(&workspace);
	cs_envelope_lay_out(&envelope, &workspace, n);
	size = cs_workspace_total(&workspace);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_envelope_lay_out(&envelope, &workspace, n);
	assert_false(workspace.failed);
	memcpy(values, x, n * sizeof(double));
	cs_extrema_find(&extrema, values, n);
	assert_true(extrema.count >= 3);
	envelope.boundary = boundary;
	envelope.knots = knots;
	cs_envelope_subtract(&envelope, &extrema, values, n, output);
	for (int s = 0; s < 2; s++)
	{
		const cs_natural_spline *spline = s == 0 ? &envelope.upper : &envelope.lower;

		assert_true(spline->x[0] <= 0.0 && spline->x[spline->count - 1] >= (double) n - 1.0);
		for (size_t i = 1; i < spline->count; i++)
			assert_true(spline->x[i] > spline->x[i - 1]);
	}
	for (size_t i = 0; i < n; i++)
		assert_near(output[i],
					x[i] - 0.5 * (spline_at(&envelope.upper, (double) i) +
								  spline_at(&envelope.lower, (double) i)),
					1e-12, 1);
	for (size_t k = 0; k < extrema.count && knots == CS_KNOTS_SAMPLE; k++)
	{
		bool maximum = (k % 2 == 0) == extrema.first_is_maximum;

		assert_near(spline_at(maximum ? &envelope.upper : &envelope.lower, twice[k] / 2.0),
					x[twice[k] / 2], 1e-12, 1);
	}
	if (boundary == CS_BOUNDARY_ENDPOINT)
	{
		assert_near(output[0], 0.0, 1e-14, 1);
		assert_near(output[n - 1], 0.0, 1e-14, 1);
	}
	free(block);
	free(twice);
	free(values);
	free(output);
}

static void
test_envelopes(void **state)
{
	cs_random random;
	double x[120];

	(void) state;
	cs_random_seed(&random, 5);
	for (int round = 0; round < 3000; round++)
	{
		size_t n = 8 + cs_random_below(&random, 100);
		double level = 0.0;

		for (size_t i = 0; i < n; i++)
		{
			level = (round % 3 == 0 ? 1.0 : 0.5) * level + cs_random_normal(&random);
			x[i] = round % 5 == 0 ? floor(2.0 * level) : level;
		}
		if (extrema_of(x, n) < 3)
			continue;
		for (int variant = 0; variant < 6; variant++)
			assert_envelope((cs_boundary) (variant / 2), (cs_knots) (variant % 2), x, n);
	}
	/* an end far from the first extremum: the reflection at that extremum would not reach it */
	assert_envelope(CS_BOUNDARY_MIRROR, CS_KNOTS_SAMPLE,
					(double[]){0, 1, 2, 3, 4, 5, 6, 7, 6, 7, 6, 6.5, 6}, 13);
	/* an end beyond the next extremum */
	assert_envelope(CS_BOUNDARY_MIRROR, CS_KNOTS_SAMPLE, (double[]){-9, 1, 0, 1, 0, 1, 0, 9}, 8);
}

/* ---- ends ---- */

static void
assert_knots(const cs_natural_spline *spline, size_t count, const double *x, const double *y)
{
	assert_int_equal(spline->count, count);
	for (size_t i = 0; i < count; i++)
	{
		assert_near(spline->x[i], x[i], 1e-14, 1);
		assert_near(spline->y[i], y[i], 1e-14, 1);
	}
}

static void
make_envelope(cs_envelope *envelope, void *block, size_t size, cs_boundary boundary, cs_knots knots,
			  double tolerance, const double *x, size_t n)
{
	uint32_t twice[64];
	double values[64] = {0};
	double output[64];
	cs_workspace workspace;
	cs_extrema extrema = {.twice = twice, .tolerance = tolerance};

	cs_workspace_initialize(&workspace, block, size);
	cs_envelope_lay_out(envelope, &workspace, n);
	assert_false(workspace.failed);
	envelope->boundary = boundary;
	envelope->knots = knots;
	memcpy(values, x, n * sizeof(double));
	cs_extrema_find(&extrema, values, n);
	cs_envelope_subtract(envelope, &extrema, values, n, output);
}

/* Maxima at 2, 6 and 10 of 3, 5 and 4; minima at 4 and 8 of -1 and -2. */
static void
test_symmetric_ends(void **state)
{
	static double block[400];
	double x[13] = {0, 1, 3, 1, -1, 2, 5, 2, -2, 1, 4, 2, 1};
	cs_envelope envelope;

	(void) state;
	make_envelope(&envelope, block, sizeof(block), CS_BOUNDARY_SYMMETRIC, CS_KNOTS_SAMPLE, 0.0, x,
				  13);
	/* neither end lies beyond the minimum next to it: no knots at the ends */
	assert_knots(&envelope.upper, 9, (double[]){-10, -6, -2, 2, 6, 10, 14, 18, 22},
				 (double[]){4, 5, 3, 3, 5, 4, 4, 5, 3});
	assert_knots(&envelope.lower, 6, (double[]){-8, -4, 4, 8, 16, 20},
				 (double[]){-2, -1, -1, -2, -2, -1});
	/* at the minimum to within rounding, and below it: a knot of the lower envelope alone */
	x[0] = -1 + 1e-13;
	x[12] = -2.5;
	make_envelope(&envelope, block, sizeof(block), CS_BOUNDARY_SYMMETRIC, CS_KNOTS_SAMPLE, 1e-12, x,
				  13);
	assert_int_equal(envelope.upper.count, 9);
	assert_knots(&envelope.lower, 8, (double[]){-8, -4, 0, 4, 8, 12, 16, 20},
				 (double[]){-2, -1, -1 + 1e-13, -1, -2, -2.5, -2, -1});
}

/* Of many extrema the three nearest of each kind are reflected. */
static void
test_symmetric_count(void **state)
{
	static double block[400];
	double x[20];
	cs_envelope envelope;

	(void) state;
	for (int i = 0; i < 20; i++)
		x[i] = i % 2 == 0 ? 0.1 * i : 5.0 + 0.01 * i;
	make_envelope(&envelope, block, sizeof(block), CS_BOUNDARY_SYMMETRIC, CS_KNOTS_SAMPLE, 0.0, x,
				  20);
	/* x[0] lies below the first minimum, x[19] above the last maximum */
	assert_int_equal(envelope.lower.count, 3 + 1 + 9 + 3);
	assert_int_equal(envelope.upper.count, 3 + 9 + 1 + 3);
	assert_near(envelope.lower.x[0], -6.0, 0, 1);
	assert_near(envelope.lower.x[3], 0.0, 0, 1);
	assert_near(envelope.upper.x[0], -5.0, 0, 1);
	assert_near(envelope.upper.x[12], 19.0, 0, 1);
}

/* Vertices of parabolas; plateaus of two and of three values, alike from both sides. */
static void
test_parabola(void **state)
{
	static double block[400];
	const double x[12] = {0, 2, 3, 1, 0, 0, 4, 6, 6, 6, 5, 5.5};
	cs_envelope envelope;

	(void) state;
	make_envelope(&envelope, block, sizeof(block), CS_BOUNDARY_ENDPOINT, CS_KNOTS_PARABOLA, 0.0, x,
				  12);
	/* through (1, 2), (2, 3), (3, 1): the vertex at 2 - 1/6; the plateau of three stays */
	assert_knots(&envelope.upper, 4, (double[]){0, 2 - 1.0 / 6, 8, 11},
				 (double[]){0, 3 + 1.0 / 24, 6, 5.5});
	/* the parabolas of the two zeros reach down by 1/8 and by 4/8 */
	assert_knots(&envelope.lower, 4, (double[]){0, 4.5, 10 + 1.0 / 6, 11},
				 (double[]){0, -0.3125, 5 - 1.0 / 48, 5.5});
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extrema),			cmocka_unit_test(test_extrema_within),
		cmocka_unit_test(test_extrema_blocks),	cmocka_unit_test(test_natural_splines),
		cmocka_unit_test(test_envelopes),		cmocka_unit_test(test_symmetric_ends),
		cmocka_unit_test(test_symmetric_count), cmocka_unit_test(test_parabola),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
