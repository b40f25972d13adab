/*
 * test_nelson_siegel_huber.c
 *		Curves with Huber's loss against scipy's values, in any unit; where no error is large they
 *		are those of squares.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/term_structure/nelson_siegel_huber.h"
#include "check_helper.h"
#include "golden/nelson_siegel_huber.h"
#include "poll_helper.h"

#define CASES COUNT(golden_huber)
#define BONDS 20

/* The issuer whose shortest bond, years before the next, is far off, which curves are drawn to. */
#define is_drawn(c) (golden_huber[c].beta[1] > 100)

static bool converged; /* whether the last fit did */

static cs_bond_set
set_of(size_t c)
{
	return (cs_bond_set){golden_huber[c].bonds, golden_huber[c].price, golden_huber[c].weight,
						 golden_huber[c].first, golden_huber[c].time,  golden_huber[c].amount};
}

static cs_status
fit(const cs_bond_set *set, double threshold, double lower, double upper,
	cs_nelson_siegel_curve *curve)
{
	size_t size = cs_nelson_siegel_bonds_fit_size(set->first[set->bonds]);
	void *block = malloc(size);
	double weight[BONDS], deviation[BONDS];
	size_t index[BONDS], different;
	cs_huber huber = {threshold, weight, deviation, index, true};
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = threshold == 0
				 ? cs_nelson_siegel_bonds_fit(set, lower, upper, &workspace, &different, curve)
				 : cs_nelson_siegel_bonds_fit_huber(set, &huber, lower, upper, &workspace,
													&different, curve);
	free(block);
	converged = huber.converged;
	return status;
}

static double
loss(const cs_bond_set *set, double limit, const cs_nelson_siegel_curve *curve)
{
	double sum = 0;

	for (size_t i = 0; i < set->bonds; i++)
	{
		double error = sqrt(set->weight[i]) * fabs(cs_bond_price_error(set, i, curve));

		sum += error <= limit ? error * error : limit * (2 * error - limit);
	}
	return sum;
}

static void
curves_agree_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_bond_set set = set_of(c);
		const double *beta = golden_huber[c].beta;
		cs_nelson_siegel_curve curve;

		assert_int_equal(fit(&set, golden_huber[c].threshold, golden_huber[c].decay,
							 golden_huber[c].decay, &curve),
						 CS_OK);
		assert_near(curve.level, beta[0], 1e-6, 0);
		assert_near(curve.slope, beta[1], 1e-6, 0);
		assert_near(curve.curvature, beta[2], 1e-6, 0);
		assert_int_equal(curve.observations, set.bonds);
	}
}

/* Prices and amounts in other money, weights of another size: the same curve. */
static void
units_do_not_matter(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
		for (double unit = 1e-9; unit < 1e10; unit *= 1e6)
		{
			cs_bond_set set = set_of(c), other = set;
			double price[BONDS], weight[BONDS], amount[400];
			double decay = golden_huber[c].decay;
			cs_nelson_siegel_curve curve, again;

			for (size_t i = 0; i < set.bonds; i++)
			{
				price[i] = unit * set.price[i];
				weight[i] = 7 * set.weight[i];
			}
			for (size_t k = 0; k < set.first[set.bonds]; k++)
				amount[k] = unit * set.amount[k];
			other.price = price;
			other.weight = weight;
			other.amount = amount;
			assert_int_equal(fit(&set, 1.345, decay, decay, &curve), CS_OK);
			assert_int_equal(fit(&other, 1.345, decay, decay, &again), CS_OK);
			assert_near(again.level, curve.level, 1e-7, 0);
			assert_near(again.curvature, curve.curvature, 1e-7, 0);
			assert_near(again.rmse, unit * curve.rmse, 1e-7, 0);
			assert_near(again.quality.error[0], curve.quality.error[0], 1e-6, 0);
		}
}

/* Also to a bond that nothing else holds, which curves are drawn to. */
static void
fits_at_any_decay_converge(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_bond_set set = set_of(c);

		for (double decay = 0.2; decay < 2; decay *= 1.1)
		{
			cs_nelson_siegel_curve curve;

			assert_int_equal(fit(&set, 1.345, decay, decay, &curve), CS_OK);
			assert_true(isfinite(curve.rmse));
			assert_true(converged);
		}
	}
}

/* Bonds of a curve, up to a third of them at prices that have nothing to do with it. */
typedef struct wild_set
{
	cs_nelson_siegel_curve truth;
	double price[BONDS], weight[BONDS], time[BONDS * 17], amount[BONDS * 17];
	size_t first[BONDS + 1];
	cs_bond_set set;
} wild_set;

static double
uniform(cs_random *random, double low, double high)
{
	return low + (high - low) * cs_random_uniform(random);
}

static void
draw_wild(wild_set *wild, uint64_t seed)
{
	cs_random random;
	size_t bonds, far, count = 0;
	double error;

	cs_random_seed(&random, seed);
	bonds = 5 + cs_random_below(&random, BONDS - 5);
	error = pow(10, uniform(&random, -2, 0));
	wild->truth = (cs_nelson_siegel_curve){.level = uniform(&random, 1, 5),
										   .slope = uniform(&random, -3, 1),
										   .curvature = uniform(&random, -3, 3),
										   .decay = uniform(&random, 0.3, 1.3)};
	wild->first[0] = 0;
	for (size_t i = 0; i < bonds; i++)
	{
		double last = uniform(&random, 0.3, 15);
		double coupon = uniform(&random, 2, 8);

		wild->price[i] = error * cs_random_normal(&random);
		wild->weight[i] = 1;
		for (double time = last - floor(last); time < last + 0.5; time++)
		{
			wild->time[count] = time;
			wild->amount[count] = coupon + (time > last - 0.5 ? 100 : 0);
			wild->price[i] += wild->amount[count++] * cs_nelson_siegel_discount(&wild->truth, time);
		}
		wild->first[i + 1] = count;
	}
	far = 1 + cs_random_below(&random, bonds / 3);
	for (size_t k = 0; k < far; k++)
		wild->price[cs_random_below(&random, bonds)] = uniform(&random, 10, 140);
	wild->set =
		(cs_bond_set){bonds, wild->price, wild->weight, wild->first, wild->time, wild->amount};
}

/* The valleys of such sets have a kink for each bond: the search needs some hundred steps in one of
 * a hundred, and ends. */
static void
wild_sets_converge(void **state)
{
	(void) state;
	for (uint64_t seed = 1; seed <= 1000; seed++)
	{
		wild_set wild;
		cs_nelson_siegel_curve curve;

		draw_wild(&wild, seed);
		assert_int_equal(fit(&wild.set, 1.345, wild.truth.decay, wild.truth.decay, &curve), CS_OK);
		assert_true(converged);
	}
}

/* No decay of a grid has a smaller loss at the same limit. */
static void
estimated_decays_are_minima(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_bond_set set = set_of(c);
		double weight[BONDS];
		cs_bond_loss huber = {golden_huber[c].limit, weight};
		size_t size = cs_nelson_siegel_bonds_fit_size(set.first[set.bonds]), different;
		void *block = malloc(size);
		cs_nelson_siegel_curve curve, other;
		cs_workspace workspace;
		double best;

		if (is_drawn(c))
		{
			free(block);
			continue;
		}
		for (size_t i = 0; i < set.bonds; i++)
			weight[i] = set.weight[i];
		cs_workspace_initialize(&workspace, block, size);
		assert_int_equal(
			cs_nelson_siegel_bonds_fit_loss(&set, &huber, 0.2, 2, &workspace, &different, &curve),
			CS_OK);
		best = loss(&set, huber.limit, &curve);
		for (double decay = 0.2; decay < 2; decay *= 1.1)
		{
			cs_workspace_initialize(&workspace, block, size);
			assert_int_equal(cs_nelson_siegel_bonds_fit_loss(&set, &huber, decay, decay, &workspace,
															 &different, &other),
							 CS_OK);
			assert_true(loss(&set, huber.limit, &other) >= best * (1 - 1e-9));
		}
		free(block);
	}
}

static void
small_errors_are_squared(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_bond_set set = set_of(c);
		double decay = golden_huber[c].decay;
		cs_nelson_siegel_curve curve, squares;

		assert_int_equal(fit(&set, 1e6, decay, decay, &curve), CS_OK);
		assert_int_equal(fit(&set, 0, decay, decay, &squares), CS_OK);
		assert_near(curve.level, squares.level, 1e-9, 0);
		assert_near(curve.slope, squares.slope, 1e-9, 0);
		assert_near(curve.quality.error[0], squares.quality.error[0], 1e-6, 0);
	}
}

static void
bad_bonds_are_refused(void **state)
{
	cs_bond_set set = set_of(0);
	double price[BONDS];
	cs_nelson_siegel_curve curve;

	(void) state;
	for (size_t i = 0; i < set.bonds; i++)
		price[i] = set.price[i];
	set.price = price;
	price[1] = NAN;
	assert_int_equal(fit(&set, 1.345, 1, 1, &curve), CS_NOT_FINITE);
	price[1] = -1;
	assert_int_equal(fit(&set, 1.345, 1, 1, &curve), CS_OUT_OF_RANGE);
	price[1] = 100;
	set.bonds = 2;
	assert_int_equal(fit(&set, 1.345, 1, 1, &curve), CS_TOO_FEW);
}

static void
fits_poll(void **state)
{
	poll_count polls;
	double cashflows = 0;

	(void) state;
	poll_count_start();
	for (size_t c = 0; c < CASES; c++)
	{
		cs_bond_set set = set_of(c);
		cs_nelson_siegel_curve curve;

		cashflows += (double) set.first[set.bonds];
		assert_int_equal(fit(&set, 1.345, 0.2, 2, &curve), CS_OK);
	}
	polls = poll_count_end();
	/* some 30 decays or more, each by 10 steps, once for squares and once for the loss */
	assert_polls(&polls, 2 * 30 * 10 * 40.0 * cashflows, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curves_agree_with_reference), cmocka_unit_test(units_do_not_matter),
		cmocka_unit_test(fits_at_any_decay_converge),  cmocka_unit_test(wild_sets_converge),
		cmocka_unit_test(estimated_decays_are_minima), cmocka_unit_test(small_errors_are_squared),
		cmocka_unit_test(bad_bonds_are_refused),	   cmocka_unit_test(fits_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
