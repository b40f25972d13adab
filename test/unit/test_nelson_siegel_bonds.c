/*
 * test_nelson_siegel_bonds.c
 *		Curves from coupon bonds against scipy's values, and from the prices of known curves.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/term_structure/nelson_siegel_bonds.h"
#include "check_helper.h"
#include "golden/nelson_siegel_bonds.h"
#include "poll_helper.h"

#define CASES COUNT(golden_bonds)
#define LOWER 0.02436
#define UPPER 21.924
#define BONDS 12
#define YEARS 20

static const double ones[BONDS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* Bonds of one to twenty years with annual coupons, priced with a curve. */
typedef struct sample
{
	double price[BONDS], weight[BONDS];
	size_t first[BONDS + 1];
	double time[BONDS * (YEARS + 1)], amount[BONDS * (YEARS + 1)];
} sample;

static cs_status
fit(const cs_bond_set *set, double lower, double upper, cs_nelson_siegel_curve *curve)
{
	size_t size = cs_nelson_siegel_bonds_fit_size(set->first[set->bonds]);
	void *block = malloc(size);
	cs_workspace workspace;
	size_t different;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_nelson_siegel_bonds_fit(set, lower, upper, &workspace, &different, curve);
	free(block);
	return status;
}

static double
price_error(const cs_bond_set *set, size_t bond, const cs_nelson_siegel_curve *curve)
{
	double error = -set->price[bond];

	for (size_t k = set->first[bond]; k < set->first[bond + 1]; k++)
		error += set->amount[k] * cs_nelson_siegel_discount(curve, set->time[k]);
	return error;
}

static double
weighted_sum_of_squares(const cs_bond_set *set, const cs_nelson_siegel_curve *curve)
{
	double sum = 0;

	for (size_t i = 0; i < set->bonds; i++)
		sum += set->weight[i] * pow(price_error(set, i, curve), 2);
	return sum;
}

static cs_bond_set
sample_set(sample *s, size_t bonds, const cs_nelson_siegel_curve *curve, double error,
		   uint64_t seed)
{
	cs_random random;

	cs_random_seed(&random, seed);
	s->first[0] = 0;
	for (size_t i = 0; i < bonds; i++)
	{
		double last = 1 + (YEARS - 1) * ((double) i + cs_random_uniform(&random)) / (double) bonds;
		double coupon = 3 + 4 * cs_random_uniform(&random);
		size_t k = s->first[i];
		double time = last - floor(last);

		s->weight[i] = 0.5 + cs_random_uniform(&random);
		for (time += time == 0; time <= last + 1e-9; time++, k++)
		{
			s->time[k] = time;
			s->amount[k] = coupon + (time > last - 0.5 ? 100 : 0);
		}
		s->first[i + 1] = k;
		s->price[i] = 0;
		s->price[i] =
			price_error(&(cs_bond_set){bonds, s->price, s->weight, s->first, s->time, s->amount}, i,
						curve) +
			error * cs_random_normal(&random);
	}
	return (cs_bond_set){bonds, s->price, s->weight, s->first, s->time, s->amount};
}

/* Cash flows come discounted with the curve of the risk-free bonds. */
static void
fixed_decay_agrees_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		const double *riskfree = golden_bonds[c].riskfree;
		const cs_nelson_siegel_curve known = {.level = riskfree[0],
											  .slope = riskfree[1],
											  .curvature = riskfree[2],
											  .decay = golden_bonds[c].decay};
		double amount[200];
		cs_bond_set set = {golden_bonds[c].bonds, golden_bonds[c].price, ones,
						   golden_bonds[c].first, golden_bonds[c].time,	 amount};
		cs_nelson_siegel_curve curve;
		double sse;

		for (size_t k = 0; k < set.first[set.bonds]; k++)
			amount[k] = golden_bonds[c].amount[k] * cs_nelson_siegel_discount(&known, set.time[k]);
		assert_int_equal(fit(&set, golden_bonds[c].decay, golden_bonds[c].decay, &curve), CS_OK);
		assert_near(curve.level, golden_bonds[c].beta[0], 1e-6, 0);
		assert_near(curve.slope, golden_bonds[c].beta[1], 1e-6, 0);
		assert_near(curve.curvature, golden_bonds[c].beta[2], 1e-6, 0);
		sse = curve.rmse * curve.rmse * (double) set.bonds;
		assert_near(sse, golden_bonds[c].sse, 1e-9, 0);
		for (size_t i = 0; i < set.bonds; i++)
			assert_near(price_error(&set, i, &curve), golden_bonds[c].price_error[i], 1e-6, 1);
		assert_true(curve.decay == golden_bonds[c].decay);
		assert_int_equal(curve.observations, set.bonds);
		assert_true(isnan(curve.r_squared));
		assert_false(curve.decay_at_bound);
	}
}

static void
known_curves_are_found_again(void **state)
{
	const cs_nelson_siegel_curve known[] = {
		{.level = 5, .slope = -2, .curvature = 1.5, .decay = 0.7308},
		{.level = 1.2, .slope = 0.8, .curvature = -3, .decay = 0.2},
		{.level = 9, .slope = 6, .curvature = 4, .decay = 1.7},
		{.level = -0.4, .slope = -0.3, .curvature = -1, .decay = 0.45},
	};

	(void) state;
	for (size_t c = 0; c < 4; c++)
	{
		sample s;
		cs_bond_set set = sample_set(&s, BONDS, &known[c], 0, c);
		cs_nelson_siegel_curve curve;

		assert_int_equal(fit(&set, LOWER, UPPER, &curve), CS_OK);
		assert_near(curve.decay, known[c].decay, 1e-6, 0);
		assert_near(curve.level, known[c].level, 1e-6, 0);
		assert_near(curve.slope, known[c].slope, 1e-6, 0);
		assert_near(curve.curvature, known[c].curvature, 1e-6, 0);
		assert_true(curve.rmse < 1e-10);
		assert_false(curve.decay_at_bound);
	}
}

/* With noise, no fixed decay of a dense grid and no neighbour of the point may be better. */
static void
estimated_decays_are_minima(void **state)
{
	const cs_nelson_siegel_curve known = {
		.level = 1.5, .slope = -0.5, .curvature = 1, .decay = 0.7308};

	(void) state;
	for (uint64_t seed = 0; seed < 20; seed++)
	{
		sample s;
		cs_bond_set set = sample_set(&s, 4 + seed % 9, &known, 0.3, seed);
		cs_nelson_siegel_curve curve, other;
		double best;

		assert_int_equal(fit(&set, 0.1, 5, &curve), CS_OK);
		best = weighted_sum_of_squares(&set, &curve);
		for (double decay = 0.1; decay < 5; decay *= 1.05)
		{
			assert_int_equal(fit(&set, decay, decay, &other), CS_OK);
			assert_true(weighted_sum_of_squares(&set, &other) >= best * (1 - 1e-12));
		}
		assert_int_equal(fit(&set, curve.decay, curve.decay, &other), CS_OK);
		assert_near(other.level, curve.level, 1e-9, 0);
		assert_near(other.rmse, curve.rmse, 1e-9, 0);
		for (int k = 0; k < 4; k++)
			for (double move = -1e-3; move < 2e-3; move += 2e-3)
			{
				double *parameter[] = {&other.level, &other.slope, &other.curvature, &other.decay};

				other = curve;
				*parameter[k] *= 1 + move;
				if (k < 3 || !curve.decay_at_bound)
					assert_true(weighted_sum_of_squares(&set, &other) > best);
			}
		assert_true(curve.decay_at_bound == (curve.decay == 0.1 || curve.decay == 5));
	}
}

static void
weights_decide(void **state)
{
	const cs_nelson_siegel_curve known = {.level = 3, .slope = -1, .curvature = 1, .decay = 0.7308};
	sample s;
	cs_bond_set set = sample_set(&s, 6, &known, 0.5, 3);
	cs_nelson_siegel_curve light, heavy;

	(void) state;
	s.weight[2] = 1e-6;
	assert_int_equal(fit(&set, 0.7308, 0.7308, &light), CS_OK);
	s.weight[2] = 1e6;
	assert_int_equal(fit(&set, 0.7308, 0.7308, &heavy), CS_OK);
	assert_true(fabs(price_error(&set, 2, &heavy)) < 1e-5);
	assert_true(fabs(price_error(&set, 2, &light)) > 1e-2);
}

static void
few_bonds_are_refused(void **state)
{
	const cs_nelson_siegel_curve known = {.level = 3, .decay = 0.7308};
	sample s;
	cs_bond_set set = sample_set(&s, 4, &known, 0.1, 1);
	cs_workspace workspace;
	cs_nelson_siegel_curve curve;
	size_t different;
	char block[64];

	(void) state;
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_nelson_siegel_bonds_fit(&set, 0.1, 5, &workspace, &different, &curve),
					 CS_NO_MEMORY);
	assert_int_equal(different, 4);
	set.bonds = 3;
	assert_int_equal(fit(&set, 0.7308, 0.7308, &curve), CS_OK);
	assert_true(curve.rmse < 1e-10);
	assert_int_equal(cs_nelson_siegel_bonds_fit(&set, 0.1, 5, &workspace, &different, &curve),
					 CS_TOO_FEW);
	assert_int_equal(different, 3);
	/* a fourth bond of the same last time tells nothing more about the decay */
	set.bonds = 4;
	s.time[s.first[4] - 1] = s.time[s.first[3] - 1];
	assert_int_equal(fit(&set, 0.1, 5, &curve), CS_TOO_FEW);
	set.bonds = 0;
	assert_int_equal(fit(&set, 1, 1, &curve), CS_TOO_FEW);
}

static void
bad_bonds_are_refused(void **state)
{
	const cs_nelson_siegel_curve known = {.level = 3, .decay = 0.7308};
	sample s;
	cs_bond_set set = sample_set(&s, 6, &known, 0.1, 1);
	cs_nelson_siegel_curve curve;
	double *values[] = {s.price, s.weight, s.time, s.amount};
	size_t first;

	(void) state;
	for (int i = 0; i < 4; i++)
	{
		double kept = values[i][1];

		values[i][1] = NAN;
		assert_int_equal(fit(&set, 1, 1, &curve), CS_NOT_FINITE);
		values[i][1] = 0;
		assert_int_equal(fit(&set, 1, 1, &curve), CS_OUT_OF_RANGE);
		values[i][1] = kept;
	}
	first = s.first[2];
	s.first[2] = s.first[1];
	assert_int_equal(fit(&set, 1, 1, &curve), CS_OUT_OF_RANGE);
	s.first[2] = first;
	assert_int_equal(fit(&set, 0, 1, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit(&set, 2, 1, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit(&set, 1, INFINITY, &curve), CS_OUT_OF_RANGE);
	assert_int_equal(fit(&set, 1, 1, &curve), CS_OK);
	/* sums of squares that overflow */
	s.price[1] = 1e200;
	assert_int_equal(fit(&set, 1, 1, &curve), CS_NOT_FINITE);
	assert_int_equal(cs_nelson_siegel_bonds_fit_size(SIZE_MAX / 4), SIZE_MAX);
}

/* Bonds that are all due within a moment tell a level, but neither slope nor curvature. */
static void
level_alone_is_not_enough(void **state)
{
	const double price[] = {99, 98, 97, 96};
	const double time[] = {1, 1 + 1e-13, 1 + 2e-13, 1 + 3e-13};
	const double amount[] = {100, 100, 100, 100};
	const size_t first[] = {0, 1, 2, 3, 4};
	const cs_bond_set set = {4, price, ones, first, time, amount};
	cs_nelson_siegel_curve curve;

	(void) state;
	assert_int_equal(fit(&set, 0.7308, 0.7308, &curve), CS_SINGULAR);
	assert_int_not_equal(fit(&set, LOWER, UPPER, &curve), CS_OK);
}

static void
search_polls(void **state)
{
	enum
	{
		N = 200
	};
	const cs_nelson_siegel_curve known = {.level = 3, .slope = -1, .curvature = 1, .decay = 0.7308};
	double price[N], weight[N];
	size_t first[N + 1];
	double time[N * YEARS], amount[N * YEARS];
	cs_bond_set set = {N, price, weight, first, time, amount};
	cs_nelson_siegel_curve curve;
	poll_count polls;

	(void) state;
	first[0] = 0;
	for (size_t i = 0; i < N; i++)
	{
		size_t last = 1 + i % YEARS;

		first[i + 1] = first[i] + last;
		for (size_t k = 0; k < last; k++)
		{
			time[first[i] + k] = (double) k + (double) (1 + i) / N;
			amount[first[i] + k] = k + 1 == last ? 105 : 5;
		}
		weight[i] = 1;
		price[i] = 0;
		price[i] = price_error(&set, i, &known) + 0.1 * sin(1e3 * (double) i);
	}
	poll_count_start();
	assert_int_equal(fit(&set, LOWER, UPPER, &curve), CS_OK);
	polls = poll_count_end();
	/* some 50 decays, 7 steps at each, 50 for a cash flow at each step */
	assert_polls(&polls, 17500.0 * (double) first[N], 0);
	assert_int_equal(polls.reports, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_decay_agrees_with_reference),
		cmocka_unit_test(known_curves_are_found_again),
		cmocka_unit_test(estimated_decays_are_minima),
		cmocka_unit_test(weights_decide),
		cmocka_unit_test(few_bonds_are_refused),
		cmocka_unit_test(bad_bonds_are_refused),
		cmocka_unit_test(level_alone_is_not_enough),
		cmocka_unit_test(search_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
