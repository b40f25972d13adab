/*
 * test_curve_limits.c
 *		Curves that the data hardly determine: condition, standard errors and the bounds of a search
 *		against numpy's and scipy's values, in any unit.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/term_structure/nelson_siegel_bonds.h"
#include "numeric/term_structure/svensson.h"
#include "check_helper.h"
#include "golden/curve_limits.h"

#define MOST 16

static cs_status
fit_fixed(size_t n, const double *maturity, const double *yield, double decay,
		  cs_nelson_siegel_curve *curve)
{
	cs_nelson_siegel_sums sums = {.decay = decay};
	cs_nelson_siegel_sums other = {.decay = decay};

	for (size_t i = 0; i < n; i++)
		assert_int_equal(
			cs_nelson_siegel_sums_add(i % 3 == 0 ? &other : &sums, maturity[i], yield[i]), CS_OK);
	assert_int_equal(cs_nelson_siegel_sums_combine(&sums, &other), CS_OK);
	return cs_nelson_siegel_sums_solve(&sums, curve);
}

static cs_status
fit(size_t n, const double *maturity, const double *yield, double lower, double upper,
	cs_nelson_siegel_curve *curve)
{
	size_t size = cs_nelson_siegel_fit_size(n);
	void *block = malloc(size);
	cs_workspace workspace;
	size_t different;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status =
		cs_nelson_siegel_fit(n, maturity, yield, NULL, lower, upper, &workspace, &different, curve);
	free(block);
	return status;
}

static cs_status
fit_svensson(size_t n, const double *maturity, const double *yield, const double *weight,
			 const cs_svensson_decays *decays, cs_svensson_curve *curve)
{
	size_t size = cs_svensson_fit_size(n);
	void *block = malloc(size);
	cs_workspace workspace;
	size_t different;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_svensson_fit(n, maturity, yield, weight, decays, &workspace, &different, curve);
	free(block);
	return status;
}

static cs_status
fit_bonds(const cs_bond_set *set, double lower, double upper, cs_nelson_siegel_curve *curve)
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

static void
check_curve(const cs_nelson_siegel_curve *curve, const double *factor, const double *error,
			double condition, double tolerance)
{
	const double found[3] = {curve->level, curve->slope, curve->curvature};
	double size = fmax(fabs(factor[0]), fmax(fabs(factor[1]), fabs(factor[2])));

	for (int i = 0; i < 3; i++)
	{
		assert_near(found[i], factor[i], tolerance, size);
		assert_near(curve->quality.error[i], error[i], 1e3 * tolerance, 0);
	}
	assert_near(curve->quality.condition, condition, tolerance, 0);
	assert_int_equal(curve->quality.determined, condition <= CS_CURVE_DETERMINED_UP_TO);
	assert_true(isnan(curve->quality.error[3]));
}

static void
quality_agrees_with_reference(void **state)
{
	size_t undetermined = 0;

	(void) state;
	for (size_t c = 0; c < COUNT(limits_given); c++)
	{
		cs_nelson_siegel_curve curve;
		double tolerance = 1e-13 * limits_given[c].condition * limits_given[c].condition + 1e-11;

		assert_int_equal(fit_fixed(limits_given[c].n, limits_given[c].maturity,
								   limits_given[c].yield, limits_given[c].decay, &curve),
						 CS_OK);
		check_curve(&curve, limits_given[c].factor, limits_given[c].error,
					limits_given[c].condition, tolerance);
		assert_true(curve.quality.shortest == limits_given[c].maturity[0] &&
					curve.quality.longest == limits_given[c].maturity[limits_given[c].n - 1]);
		undetermined += !curve.quality.determined;
		assert_int_equal(fit(limits_given[c].n, limits_given[c].maturity, limits_given[c].yield,
							 limits_given[c].decay, limits_given[c].decay, &curve),
						 CS_OK);
		check_curve(&curve, limits_given[c].factor, limits_given[c].error,
					limits_given[c].condition, tolerance);
	}
	assert_true(undetermined > 0 && undetermined < COUNT(limits_given));
}

static void
bounds_agree_with_reference(void **state)
{
	size_t at_bound = 0;

	(void) state;
	for (size_t c = 0; c < COUNT(limits_free); c++)
	{
		cs_nelson_siegel_curve curve;

		assert_int_equal(
			fit(limits_free[c].n, limits_free[c].maturity, limits_free[c].yield, NAN, NAN, &curve),
			CS_OK);
		assert_near(curve.decay, limits_free[c].decay, 1e-6, 0);
		check_curve(&curve, limits_free[c].factor, limits_free[c].error, limits_free[c].condition,
					1e-6);
		if (curve.decay_at_bound)
		{
			int side = curve.decay < 1.01 * limits_free[c].bound[0] ? 0 : 1;

			assert_near(curve.decay, limits_free[c].bound[side], 1e-9, 0);
		}
		at_bound += curve.decay_at_bound;
	}
	assert_true(at_bound > 0 && at_bound < COUNT(limits_free));
}

/* A decay that leaves the loadings no difference is an error, however it is fitted. */
static void
dependent_loadings_are_told(void **state)
{
	const double maturity[] = {5, 6, 7, 8, 10, 12, 15, 20, 25, 30};
	const double yield[] = {4.2, 4.21, 4.25, 4.27, 4.31, 4.36, 4.4, 4.43, 4.47, 4.46};
	const cs_svensson_decays decays = {.fixed = true, .decay = 5, .second_decay = 0.2};
	cs_nelson_siegel_curve curve;
	cs_svensson_curve svensson;

	(void) state;
	assert_int_equal(fit_fixed(10, maturity, yield, 5, &curve), CS_SINGULAR);
	assert_int_equal(fit(10, maturity, yield, 5, 5, &curve), CS_SINGULAR);
	assert_int_equal(fit(10, maturity, yield, 5, 20, &curve), CS_SINGULAR);
	assert_int_equal(fit_svensson(10, maturity, yield, NULL, &decays, &svensson), CS_SINGULAR);
	assert_int_equal(fit(10, maturity, yield, 0.2, NAN, &curve), CS_OK);
	assert_true(curve.decay >= 0.2);
	assert_int_equal(fit(10, maturity, yield, NAN, 0.05, &curve), CS_OK);
	assert_true(curve.decay <= 0.05);
}

static void
errors_need_residual_freedom(void **state)
{
	const double maturity[] = {1, 3, 5, 10};
	const double yield[] = {2, 2.5, 3, 3.1};
	cs_nelson_siegel_curve curve;

	(void) state;
	assert_int_equal(fit_fixed(3, maturity, yield, 0.7308, &curve), CS_OK);
	assert_true(isnan(curve.quality.error[0]) && isfinite(curve.quality.condition));
	assert_int_equal(fit_fixed(4, maturity, yield, 0.7308, &curve), CS_OK);
	assert_true(curve.quality.error[0] > 0);
	assert_int_equal(fit(4, maturity, yield, NAN, NAN, &curve), CS_OK);
	assert_true(isnan(curve.quality.error[2]));
}

/* Yields times k, maturities times m: factors times k, decays over m, the same condition. */
static void
units_do_not_matter(void **state)
{
	static const double unit[] = {1e-9, 1e-4, 0.01, 100, 10000, 1e9};
	const cs_svensson_decays decays = {.lower = NAN, .upper = NAN, .ordered = true};

	(void) state;
	for (size_t c = 0; c < COUNT(limits_free); c++)
		for (size_t u = 0; u < COUNT(unit); u++)
		{
			size_t n = limits_free[c].n;
			double k = unit[u];
			double m = u % 2 == 0 ? 12 : 1 / 7.0;
			double maturity[MOST], yield[MOST];
			cs_nelson_siegel_curve curve, scaled;
			cs_svensson_curve svensson, svensson_scaled;

			for (size_t i = 0; i < n; i++)
			{
				maturity[i] = m * limits_free[c].maturity[i];
				yield[i] = k * limits_free[c].yield[i];
			}
			assert_int_equal(
				fit(n, limits_free[c].maturity, limits_free[c].yield, NAN, NAN, &curve), CS_OK);
			assert_int_equal(fit(n, maturity, yield, NAN, NAN, &scaled), CS_OK);
			assert_near(m * scaled.decay, curve.decay, 1e-6, 0);
			assert_near(scaled.slope, k * curve.slope, 1e-6, k * curve.level);
			assert_near(scaled.quality.error[1], k * curve.quality.error[1], 1e-6, k * curve.level);
			assert_near(scaled.quality.condition, curve.quality.condition, 1e-6, 0);
			assert_int_equal(scaled.decay_at_bound, curve.decay_at_bound);
			assert_int_equal(fit_svensson(n, limits_free[c].maturity, limits_free[c].yield, NULL,
										  &decays, &svensson),
							 CS_OK);
			assert_int_equal(fit_svensson(n, maturity, yield, NULL, &decays, &svensson_scaled),
							 CS_OK);
			assert_near(svensson_scaled.rmse, k * svensson.rmse, 1e-6, 0);
			assert_near(m * svensson_scaled.decay, svensson.decay, 1e-4, 0);
			assert_near(svensson_scaled.second_curvature, k * svensson.second_curvature, 1e-4,
						k * svensson.level);
			assert_true(svensson.second_decay < svensson.decay);
		}
}

/* Yields that differ by rounding alone have no decay to be estimated. */
static void
rounding_is_no_curve(void **state)
{
	const double maturity[] = {1, 2, 3, 5, 7, 10};
	double yield[6];
	cs_nelson_siegel_curve curve;

	(void) state;
	for (size_t i = 0; i < 6; i++)
		yield[i] = 0.1 * 41 * (1 + (i % 3 == 0 ? 1e-16 : 2e-16) * (double) i);
	assert_int_equal(fit(6, maturity, yield, NAN, NAN, &curve), CS_CONSTANT);
	yield[2] *= 1 + 1e-9;
	assert_int_equal(fit(6, maturity, yield, NAN, NAN, &curve), CS_OK);
	assert_near(curve.level, 4.1, 1e-6, 0);
	assert_near(curve.slope, 0, 1e-6, 4.1);
}

/* Shrunk factors solve the normal equations with the shrinkage on the diagonal. */
static void
shrinkage_solves_its_equations(void **state)
{
	static const double weight[] = {1, 2, 1, 3, 1, 1, 2, 1, 1, 4};
	const size_t c = 2;
	const size_t n = limits_free[c].n;
	const double *maturity = limits_free[c].maturity;
	const cs_svensson_decays decays = {
		.fixed = true, .decay = 0.9, .second_decay = 0.2, .shrinkage = 1e-3};
	cs_svensson_curve curve;
	double equation[4] = {0};
	double total = 0, squares = 0;

	(void) state;
	assert_int_equal(fit_svensson(n, maturity, limits_free[c].yield, weight, &decays, &curve),
					 CS_OK);
	for (size_t i = 0; i < n; i++)
	{
		double residual = limits_free[c].yield[i] - cs_svensson_yield(&curve, maturity[i]);
		double slope, curvature, unused, second;

		cs_nelson_siegel_loadings(0.9 * maturity[i], &slope, &curvature);
		cs_nelson_siegel_loadings(0.2 * maturity[i], &unused, &second);
		equation[0] += weight[i] * residual;
		equation[1] += weight[i] * residual * slope;
		equation[2] += weight[i] * residual * curvature;
		equation[3] += weight[i] * residual * second;
		squares += weight[i] * residual * residual;
		total += weight[i];
	}
	assert_near(equation[0], 0, 1e-10, 1);
	assert_near(equation[1], 1e-3 * total * curve.slope, 1e-10, 1);
	assert_near(equation[2], 1e-3 * total * curve.curvature, 1e-10, 1);
	assert_near(equation[3], 1e-3 * total * curve.second_curvature, 1e-10, 1);
	assert_near(curve.rmse, sqrt(squares / total), 1e-10, 0);
}

static void
bonds_at_high_decays(void **state)
{
	static const double ones[] = {1, 1, 1, 1, 1, 1, 1, 1};

	(void) state;
	for (size_t c = 0; c < COUNT(limits_bonds); c++)
	{
		const cs_bond_set set = {
			limits_bonds[c].bonds, limits_bonds[c].price, ones,
			limits_bonds[c].first, limits_bonds[c].time,  limits_bonds[c].amount};
		cs_nelson_siegel_curve curve;
		cs_status status = fit_bonds(&set, limits_bonds[c].decay, limits_bonds[c].decay, &curve);

		if (status == CS_SINGULAR)
			continue;
		assert_int_equal(status, CS_OK);
		if (curve.rmse * curve.rmse * (double) set.bonds > limits_bonds[c].sse * (1 + 1e-6) + 1e-12)
			fail_msg("%zu: %.17g is above %.17g", c, curve.rmse * curve.rmse * (double) set.bonds,
					 limits_bonds[c].sse);
	}
}

static void
weights_of_short_bonds_are_capped(void **state)
{
	double duration[] = {1 / 365.0, 4, 2, 6, 1, 5, 8};
	size_t scratch[7];

	(void) state;
	cs_bond_duration_weights(7, duration, scratch);
	assert_near(duration[0], 1, 1e-15, 0);
	assert_near(duration[2], 0.25, 1e-15, 1);
	assert_near(duration[4], 1, 1e-15, 0);
	assert_near(duration[6], 1 / 64.0, 1e-15, 1);
}

/* Seven sane bonds and one that matures tomorrow, a cent off. */
static void
one_bond_does_not_make_a_curve(void **state)
{
	double price[8], weight[8], time[8], amount[8];
	size_t first[9], scratch[8];
	cs_bond_set set = {8, price, weight, first, time, amount};
	cs_nelson_siegel_curve curve;

	(void) state;
	for (size_t i = 0; i < 8; i++)
	{
		time[i] = i == 7 ? 1 / 365.25 : 1.0 + (double) i * 1.3;
		amount[i] = 100;
		price[i] = 100 * exp(-time[i] * (3 + 0.1 * (double) i) / 100) - (i == 7 ? 0.1 : 0);
		weight[i] = time[i];
		first[i] = i;
	}
	first[8] = 8;
	cs_bond_duration_weights(8, weight, scratch);
	assert_int_equal(fit_bonds(&set, NAN, NAN, &curve), CS_OK);
	assert_true(fabs(curve.slope) < 5 && fabs(curve.level) < 6 && curve.quality.determined);
	assert_int_equal(fit_bonds(&set, 0.7308, 0.7308, &curve), CS_OK);
	assert_true(fabs(curve.slope) < 5 && fabs(curve.level) < 6 && curve.quality.determined);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quality_agrees_with_reference),
		cmocka_unit_test(bounds_agree_with_reference),
		cmocka_unit_test(dependent_loadings_are_told),
		cmocka_unit_test(errors_need_residual_freedom),
		cmocka_unit_test(units_do_not_matter),
		cmocka_unit_test(rounding_is_no_curve),
		cmocka_unit_test(shrinkage_solves_its_equations),
		cmocka_unit_test(bonds_at_high_decays),
		cmocka_unit_test(weights_of_short_bonds_are_capped),
		cmocka_unit_test(one_bond_does_not_make_a_curve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
