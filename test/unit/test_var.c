/*
 * test_var.c
 *		Vector autoregressions against statsmodels' values, against each other and the normal
 *		equations, and every error.
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
#include "numeric/econometrics/inference.h"
#include "numeric/econometrics/var.h"
#include "check_helper.h"
#include "golden/var.h"
#include "poll_helper.h"

#define K GOLDEN_VAR_VARIABLES
#define ROWS GOLDEN_VAR_ROWS
#define CASES COUNT(golden_var)
#define MOST_TERMS 32

typedef struct Fitted
{
	cs_var_fit fit;
	void *block;
	size_t term;
} Fitted;

static void
assert_all_close(size_t n, const double *values, const double *expected)
{
	for (size_t i = 0; i < n; i++)
		assert_near(values[i], expected[i], 1e-9, 1e-3);
}

/* The caller frees fitted->block. */
static cs_status
fit_rows(Fitted *fitted, const cs_var_design *design, const double *values, size_t rows)
{
	size_t size = cs_var_fit_size(design);
	cs_workspace workspace;
	cs_status status;

	*fitted = (Fitted){.term = SIZE_MAX, .block = malloc(size)};
	cs_workspace_initialize(&workspace, fitted->block, size);
	status = cs_var_fit_initialize(&fitted->fit, design, values, rows, &workspace);
	return status == CS_OK ? cs_var_fit_solve(&fitted->fit, design->order, &fitted->term) : status;
}

static void
agrees_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_var_design design = {K, 0, golden_var[c].order, 1, false};
		size_t terms = cs_var_terms(&design);
		double sigma[K * K], sigma_ml[K * K], moduli[MOST_TERMS];
		double path[(MOST_TERMS + 5) * K];
		cs_var_criteria criteria;
		Fitted fitted;

		assert_int_equal(fit_rows(&fitted, &design, golden_var_data, ROWS), CS_OK);
		assert_int_equal(cs_var_fit_result(&fitted.fit, sigma, sigma_ml, &criteria), CS_OK);
		assert_int_equal(fitted.fit.observations, golden_var[c].observations);
		assert_int_equal(terms, 1 + K * design.order);
		assert_all_close(terms * K, fitted.fit.coefficients, golden_var[c].coefficients);
		assert_all_close(terms * K, fitted.fit.standard_errors, golden_var[c].standard_errors);
		assert_all_close(K * K, sigma, golden_var[c].sigma);
		assert_all_close(K * K, sigma_ml, golden_var[c].sigma_ml);
		assert_near(criteria.aic, golden_var[c].aic, 1e-9, 1e-3);
		assert_near(criteria.bic, golden_var[c].bic, 1e-9, 1e-3);
		assert_near(criteria.hqic, golden_var[c].hqic, 1e-9, 1e-3);
		assert_near(criteria.log_likelihood, golden_var[c].log_likelihood, 1e-9, 1e-3);
		assert_int_equal(cs_var_root_moduli(&design, fitted.fit.coefficients, moduli), CS_OK);
		assert_all_close(K * design.order, moduli, golden_var[c].root_moduli);
		memcpy(path, golden_var_data + (ROWS - design.order) * K,
			   design.order * K * sizeof(double));
		assert_int_equal(cs_var_forecast(&design, fitted.fit.coefficients, NULL, 5, path), CS_OK);
		assert_all_close(5 * K, path + design.order * K, golden_var[c].forecast);
		free(fitted.block);
	}
}

static void
orders_on_the_common_sample(void **state)
{
	cs_var_design design = {K, 0, GOLDEN_VAR_MAX_ORDER, 1, false};
	size_t best[3] = {0};
	double lowest[3] = {INFINITY, INFINITY, INFINITY};
	Fitted fitted;

	(void) state;
	assert_int_equal(fit_rows(&fitted, &design, golden_var_data, ROWS), CS_OK);
	for (size_t order = 0; order <= GOLDEN_VAR_MAX_ORDER; order++)
	{
		cs_var_criteria criteria;
		double value[3];

		assert_int_equal(cs_var_fit_solve(&fitted.fit, order, &fitted.term), CS_OK);
		assert_int_equal(cs_var_fit_result(&fitted.fit, NULL, NULL, &criteria), CS_OK);
		assert_near(criteria.aic, golden_order_aic[order], 1e-9, 1e-3);
		assert_near(criteria.bic, golden_order_bic[order], 1e-9, 1e-3);
		value[0] = criteria.aic;
		value[1] = criteria.bic;
		value[2] = criteria.hqic;
		for (int i = 0; i < 3; i++)
			if (value[i] < lowest[i])
			{
				lowest[i] = value[i];
				best[i] = order;
			}
	}
	for (int i = 0; i < 3; i++)
		assert_int_equal(best[i], golden_order_chosen[i]);
	free(fitted.block);
}

/* A lower order is the fit of that order to the rows of the common sample. */
static void
a_lower_order_is_a_fit_of_its_own(void **state)
{
	cs_var_design large = {K, 0, 4, 1, false};
	cs_var_design small = {K, 0, 2, 1, false};
	Fitted one, other;

	(void) state;
	assert_int_equal(fit_rows(&one, &large, golden_var_data, ROWS), CS_OK);
	assert_int_equal(cs_var_fit_solve(&one.fit, 2, &one.term), CS_OK);
	assert_int_equal(fit_rows(&other, &small, golden_var_data + 2 * K, ROWS - 2), CS_OK);
	assert_all_close(cs_var_terms(&small) * K, one.fit.coefficients, other.fit.coefficients);
	assert_all_close(cs_var_terms(&small) * K, one.fit.standard_errors, other.fit.standard_errors);
	free(one.block);
	free(other.block);
}

/* Separate equations are the autoregressions of single variables. */
static void
separate_is_one_by_one(void **state)
{
	cs_var_design together = {K, 0, 3, 1, true};
	cs_var_design alone = {1, 0, 3, 1, false};
	double sigma[K * K];
	cs_var_criteria criteria;
	Fitted all;

	(void) state;
	assert_int_equal(cs_var_free_terms(&together), 4);
	assert_int_equal(fit_rows(&all, &together, golden_var_data, ROWS), CS_OK);
	assert_int_equal(cs_var_fit_result(&all.fit, sigma, NULL, &criteria), CS_OK);
	for (size_t k = 0; k < K; k++)
	{
		double series[ROWS], own_sigma;
		cs_var_criteria own;
		Fitted one;

		for (size_t t = 0; t < ROWS; t++)
			series[t] = golden_var_data[t * K + k];
		assert_int_equal(fit_rows(&one, &alone, series, ROWS), CS_OK);
		assert_int_equal(cs_var_fit_result(&one.fit, &own_sigma, NULL, &own), CS_OK);
		assert_near(sigma[k * K + k], own_sigma, 1e-9, 1e-3);
		assert_near(all.fit.coefficients[k], one.fit.coefficients[0], 1e-9, 1e-3);
		for (size_t term = 1; term < cs_var_terms(&together); term++)
		{
			size_t place = term * K + k;
			bool is_own = (term - 1) % K == k;
			size_t lag = 1 + (term - 1) / K;

			assert_int_equal(cs_var_has_term(&together, term, k), is_own);
			assert_near(all.fit.coefficients[place], is_own ? one.fit.coefficients[lag] : 0, 1e-9,
						1e-3);
			assert_near(all.fit.standard_errors[place], is_own ? one.fit.standard_errors[lag] : 0,
						1e-9, 1e-3);
		}
		free(one.block);
	}
	free(all.block);
}

/*
 * y1 and y2 on two own lags with x = y3, h rows ahead: the residuals are orthogonal to every term,
 * and their covariance is sigma.
 */
static void
exogenous_terms_and_horizon(void **state)
{
	(void) state;
	for (size_t h = 1; h <= 6; h += 5)
	{
		cs_var_design design = {2, 1, 2, h, false};
		size_t terms = cs_var_terms(&design);
		double product[MOST_TERMS] = {0}, square = 0, sigma[4], other = 0;
		cs_var_criteria criteria;
		Fitted fitted;

		assert_int_equal(terms, 6);
		assert_int_equal(cs_var_observations(&design, ROWS), ROWS - 1 - h);
		assert_int_equal(fit_rows(&fitted, &design, golden_var_data, ROWS), CS_OK);
		assert_int_equal(cs_var_fit_result(&fitted.fit, sigma, NULL, &criteria), CS_OK);
		for (size_t t = h + 1; t < ROWS; t++)
		{
			const double *origin = golden_var_data + (t - h) * K;
			double term[] = {1, origin[0], origin[1], origin[-3], origin[-2], origin[2]};
			double path[6] = {origin[-3], origin[-2], origin[0], origin[1]};
			double residual;

			assert_int_equal(cs_var_forecast(&design, fitted.fit.coefficients, origin + 2, 1, path),
							 CS_OK);
			residual = golden_var_data[t * K] - path[4];
			other += residual * (golden_var_data[t * K + 1] - path[5]);
			square += residual * residual;
			for (size_t i = 0; i < terms; i++)
				product[i] += term[i] * residual;
		}
		for (size_t i = 0; i < terms; i++)
			assert_near(product[i], 0, 1e-9, 1e-3 * 10);
		assert_near(sigma[0], square / (double) (fitted.fit.observations - terms), 1e-9, 1e-3);
		assert_near(sigma[1], other / (double) (fitted.fit.observations - terms), 1e-9, 1e-3);
		assert_int_equal(
			cs_var_forecast(&design, fitted.fit.coefficients, golden_var_data, 2, NULL),
			CS_OUT_OF_RANGE);
		free(fitted.block);
	}
}

/* A VAR(1) in y1, y2 with y3 as an exogenous term is two equations of the VAR(1) in all three. */
static void
exogenous_is_a_lag_of_another(void **state)
{
	cs_var_design part = {2, 1, 1, 1, false};
	Fitted fitted;

	(void) state;
	assert_int_equal(fit_rows(&fitted, &part, golden_var_data, ROWS), CS_OK);
	for (size_t term = 0; term < 4; term++)
		for (size_t k = 0; k < 2; k++)
		{
			assert_near(fitted.fit.coefficients[term * 2 + k],
						golden_var[0].coefficients[term * K + k], 1e-9, 1e-3);
			assert_near(fitted.fit.standard_errors[term * 2 + k],
						golden_var[0].standard_errors[term * K + k], 1e-9, 1e-3);
		}
	free(fitted.block);
}

/* Only a constant: the mean, and no lag to look back to. */
static void
order_zero(void **state)
{
	cs_var_design design = {1, 0, 0, 1, false};
	cs_var_design with_x = {1, 1, 0, 1, false};
	const double series[] = {1.25, 2.5, 4.125, 3, 0.5, 2.75};
	const double pairs[] = {3, 1, 5, 2, 8.5, 4, 9, 3, 7.5, 7, 15, 1};
	const double sum_squares = 41.640625 - 14.125 * 14.125 / 6;
	double sigma, moduli, path;
	cs_var_criteria criteria;
	Fitted fitted;

	(void) state;
	assert_int_equal(fit_rows(&fitted, &design, series, 6), CS_OK);
	assert_int_equal(cs_var_fit_result(&fitted.fit, &sigma, NULL, &criteria), CS_OK);
	assert_int_equal(fitted.fit.observations, 6);
	assert_near(fitted.fit.coefficients[0], 14.125 / 6, 1e-9, 1e-3);
	assert_near(sigma, sum_squares / 5, 1e-9, 1e-3);
	assert_near(fitted.fit.standard_errors[0], sqrt(sum_squares / 5 / 6), 1e-9, 1e-3);
	assert_int_equal(cs_var_root_moduli(&design, fitted.fit.coefficients, &moduli), CS_OK);
	assert_int_equal(cs_var_forecast(&design, fitted.fit.coefficients, NULL, 1, &path), CS_OK);
	assert_near(path, 14.125 / 6, 1e-9, 1e-3);
	free(fitted.block);

	/* mean x = 3.4, mean y = 9, Sxx = 21.2, Sxy = 32.5 */
	assert_int_equal(fit_rows(&fitted, &with_x, pairs, 6), CS_OK);
	assert_int_equal(fitted.fit.observations, 5);
	assert_near(fitted.fit.coefficients[1], 325. / 212, 1e-9, 1e-3);
	assert_near(fitted.fit.coefficients[0], 9 - 3.4 * 325 / 212, 1e-9, 1e-3);
	free(fitted.block);
}

/* MSE(s) by powers of the companion matrix of an AR(2): psi by its recursion, written out. */
static void
forecast_errors(void **state)
{
	cs_var_design scalar = {1, 0, 2, 1, false};
	cs_var_design direct = {1, 0, 2, 6, false};
	cs_var_design pair = {2, 0, 1, 1, false};
	const double ar[] = {0.3, 0.6, -0.25};
	const double sigma = 1.44;
	/* A = [0.5 0.2; -0.1 0.8], stored [term][equation] */
	const double matrix[] = {0, 0, 0.5, -0.1, 0.2, 0.8};
	const double covariance[] = {1, 0.3, 0.3, 2};
	double psi[6] = {1, 0.6}, sum = 0, block[64];
	cs_workspace workspace;
	cs_var_errors errors;

	(void) state;
	assert_true(cs_var_errors_size(&scalar) <= sizeof(block));
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_var_errors_initialize(&errors, &scalar, ar, &sigma, &workspace), CS_OK);
	for (int s = 0; s < 6; s++)
	{
		if (s >= 2)
			psi[s] = 0.6 * psi[s - 1] - 0.25 * psi[s - 2];
		sum += psi[s] * psi[s] * sigma;
		cs_var_errors_next(&errors);
		assert_near(errors.mse[0], sum, 1e-9, 1e-3);
	}
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_var_errors_initialize(&errors, &direct, ar, &sigma, &workspace), CS_OK);
	cs_var_errors_next(&errors);
	assert_true(errors.mse[0] == sigma);

	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_var_errors_initialize(&errors, &pair, matrix, covariance, &workspace),
					 CS_OK);
	cs_var_errors_next(&errors);
	assert_all_close(4, errors.mse, covariance);
	cs_var_errors_next(&errors);
	/* S + A S A' */
	assert_near(errors.mse[0], 1 + 0.25 + 2 * 0.1 * 0.3 + 0.04 * 2, 1e-9, 1e-3);
	assert_near(errors.mse[1], 0.3 + (-0.05 + 0.4 * 0.3 - 0.02 * 0.3 + 0.16 * 2), 1e-9, 1e-3);
	assert_near(errors.mse[3], 2 + 0.01 - 2 * 0.08 * 0.3 + 0.64 * 2, 1e-9, 1e-3);
	cs_workspace_initialize(&workspace, block, 128);
	assert_int_equal(cs_var_errors_initialize(&errors, &pair, matrix, covariance, &workspace),
					 CS_NO_MEMORY);
}

static void
root_moduli(void **state)
{
	cs_var_design design = {1, 0, 2, 1, false};
	cs_var_design direct = {1, 0, 2, 3, false};
	/* 1 - 1.5 z + 0.5 z^2 = (1 - z)(1 - 0.5 z); 1 + 0.25 z^2 */
	const double unit_root[] = {0, 1.5, -0.5};
	const double complex_roots[] = {0, 0, -0.25};
	const double short_memory[] = {0, 0.5, 0};
	double moduli[2];

	(void) state;
	assert_int_equal(cs_var_root_moduli(&design, unit_root, moduli), CS_OK);
	assert_near(moduli[0], 1, 1e-9, 1e-3 * 1e3);
	assert_near(moduli[1], 2, 1e-9, 1e-3 * 1e3);
	assert_int_equal(cs_var_root_moduli(&design, complex_roots, moduli), CS_OK);
	assert_near(moduli[0], 2, 1e-9, 1e-3 * 1e3);
	assert_near(moduli[1], 2, 1e-9, 1e-3 * 1e3);
	assert_int_equal(cs_var_root_moduli(&design, short_memory, moduli), CS_OK);
	assert_near(moduli[0], 2, 1e-9, 1e-3 * 1e3);
	assert_true(isinf(moduli[1]));
	assert_int_equal(cs_var_root_moduli(&direct, unit_root, moduli), CS_OUT_OF_RANGE);
}

static void
designs_out_of_range(void **state)
{
	static const cs_var_design wrong[] = {{0, 0, 1, 1, false},
										  {2, 0, 1, 0, false},
										  {2, 0, 65, 1, false},
										  {129, 0, 0, 1, false},
										  {1, 0, 129, 1, true},
										  {2, 300, 1, 1, false},
										  {2, 1, SIZE_MAX / 2 + 1, 1, false}};
	char nothing;
	cs_workspace workspace;
	cs_var_fit fit;

	(void) state;
	cs_workspace_initialize(&workspace, &nothing, 1);
	for (size_t i = 0; i < COUNT(wrong); i++)
	{
		assert_int_equal(cs_var_check_design(&wrong[i]), CS_OUT_OF_RANGE);
		assert_true(cs_var_fit_size(&wrong[i]) == SIZE_MAX);
		assert_true(cs_var_errors_size(&wrong[i]) == SIZE_MAX);
		assert_int_equal(cs_var_fit_initialize(&fit, &wrong[i], golden_var_data, ROWS, &workspace),
						 CS_OUT_OF_RANGE);
		assert_int_equal(cs_var_root_moduli(&wrong[i], golden_var_data, NULL), CS_OUT_OF_RANGE);
	}
	assert_true(cs_var_terms(&(cs_var_design){2, SIZE_MAX, 1, 1, false}) == SIZE_MAX);
}

static void
faults_in_the_data(void **state)
{
	cs_var_design design = {2, 0, 1, 1, false};
	double data[20 * 2];
	cs_var_criteria criteria;
	Fitted fitted;

	(void) state;
	/* 5 observations for 3 terms and 2 variables are enough, 4 are not */
	assert_int_equal(fit_rows(&fitted, &design, golden_var_data + 12, 5), CS_TOO_FEW);
	free(fitted.block);
	assert_int_equal(fit_rows(&fitted, &design, golden_var_data + 12, 6), CS_OK);
	free(fitted.block);

	/* the second variable is twice the first, less one */
	for (size_t t = 0; t < 20; t++)
	{
		data[t * 2] = 1e6 + golden_var_data[t * K + 9];
		data[t * 2 + 1] = 2 * data[t * 2] - 1;
	}
	assert_int_equal(fit_rows(&fitted, &design, data, 20), CS_SINGULAR);
	assert_int_equal(fitted.term, 2);
	free(fitted.block);
	design.order = 0;
	assert_int_equal(fit_rows(&fitted, &design, data, 20), CS_OK);
	assert_int_equal(cs_var_fit_result(&fitted.fit, NULL, NULL, &criteria), CS_ZERO_VARIANCE);
	free(fitted.block);

	/* a constant variable */
	for (size_t t = 0; t < 20; t++)
		data[t * 2 + 1] = 7.3;
	design.order = 1;
	assert_int_equal(fit_rows(&fitted, &design, data, 20), CS_SINGULAR);
	assert_int_equal(fitted.term, 2);
	free(fitted.block);
	design.order = 0;
	assert_int_equal(fit_rows(&fitted, &design, data, 20), CS_ZERO_VARIANCE);
	assert_int_equal(fitted.term, 1);
	free(fitted.block);

	/* overflow */
	design.order = 1;
	for (size_t t = 0; t < 20; t++)
		data[t * 2 + 1] = golden_var_data[t * K + 10];
	data[7] = -1e200;
	assert_int_equal(fit_rows(&fitted, &design, data, 20), CS_NOT_FINITE);
	free(fitted.block);
	data[39] = data[7];
	data[7] = 1;
	assert_int_equal(fit_rows(&fitted, &design, data, 20), CS_NOT_FINITE);
	free(fitted.block);
}

static void
workspace_too_small(void **state)
{
	cs_var_design design = {K, 0, 2, 1, false};
	size_t size = cs_var_fit_size(&design);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_var_fit fit;

	(void) state;
	cs_workspace_initialize(&workspace, block, size - 128);
	assert_int_equal(cs_var_fit_initialize(&fit, &design, golden_var_data, ROWS, &workspace),
					 CS_NO_MEMORY);
	free(block);
}

/* The largest design, and many rows of a small one. */
static void
polls_between_rows_and_equations(void **state)
{
	const cs_var_design designs[] = {{64, 63, 2, 1, false}, {2, 0, 4, 1, false}};
	const size_t rows[] = {1000, 200000};
	double *values = malloc(rows[1] * 2 * sizeof(double));
	cs_random random;

	(void) state;
	cs_random_seed(&random, 5);
	for (size_t i = 0; i < rows[1] * 2; i++)
		values[i] = cs_random_normal(&random);
	for (int i = 0; i < 2; i++)
	{
		double columns = (double) (cs_var_terms(&designs[i]) + designs[i].variables);
		double terms = (double) cs_var_terms(&designs[i]);
		double equations = (double) designs[i].variables;
		poll_count polls;
		Fitted fitted;

		poll_count_start();
		assert_int_equal(fit_rows(&fitted, &designs[i], values, rows[i]), CS_OK);
		polls = poll_count_end();
		/* each row into the triangle, the triangle into each equation's, and its inverse */
		assert_polls(&polls,
					 columns * columns * (double) rows[i] +
						 equations * (columns * terms * terms + terms * terms * terms / 6),
					 0);
		assert_true(polls.reports > 10);
		free(fitted.block);
	}
	free(values);
}

/* Tabulated quantiles: t(5) 2.015 leaves 10 % outside, N(0,1) 1.6449 likewise. */
static void
reference_distributions(void **state)
{
	(void) state;
	assert_true(fabs(cs_student_p_value(-2.0150483733330233, 5) - 0.1) < 1e-12);
	assert_true(isnan(cs_student_p_value(NAN, 5)) && isnan(cs_student_p_value(1, 0)));
	assert_near(cs_normal_half_width(0.9), 1.6448536269514722, 1e-9, 1e-3);
	assert_near(cs_normal_half_width(0.95), 1.959963984540054, 1e-9, 1e-3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_reference),
									   cmocka_unit_test(orders_on_the_common_sample),
									   cmocka_unit_test(a_lower_order_is_a_fit_of_its_own),
									   cmocka_unit_test(separate_is_one_by_one),
									   cmocka_unit_test(exogenous_terms_and_horizon),
									   cmocka_unit_test(exogenous_is_a_lag_of_another),
									   cmocka_unit_test(order_zero),
									   cmocka_unit_test(forecast_errors),
									   cmocka_unit_test(root_moduli),
									   cmocka_unit_test(designs_out_of_range),
									   cmocka_unit_test(faults_in_the_data),
									   cmocka_unit_test(workspace_too_small),
									   cmocka_unit_test(polls_between_rows_and_equations),
									   cmocka_unit_test(reference_distributions)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
