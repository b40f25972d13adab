/*
 * test_classical.c
 *		ARIMA against densities of the whole vector, exponential smoothing and Theta against R;
 *		units, gaps, degenerate series, work between polls.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_math.h>

#include "numeric/base/log_product.h"
#include "numeric/base/random.h"
#include "numeric/state_space/classical.h"
#include "check_helper.h"
#include "classical_helper.h"
#include "golden/classical.h"
#include "poll_helper.h"

#define HORIZON 8
#define QUANTILE 1.6448536269514722 /* of the bounds of 90 % */

static const golden_classical_case *
series_of(const char *name)
{
	for (size_t i = 0; i < COUNT(golden_classical); i++)
		if (strcmp(golden_classical[i].name, name) == 0)
			return &golden_classical[i];
	fail_msg("no series %s", name);
	return NULL;
}

static cs_classical_options
chosen_arima(const golden_arima_case *c)
{
	return arima_options(c->orders, c->seasonal_orders, c->period, c->constant, 0);
}

/* The likelihood at given coefficients, and what the model says of the rows ahead. */
static void
arima_likelihoods(void **unused)
{
	(void) unused;
	for (size_t i = 0; i < COUNT(golden_arima); i++)
	{
		const golden_arima_case *c = &golden_arima[i];
		const golden_classical_case *s = series_of(c->series);
		cs_classical_model model = {.method = CS_CLASSICAL_ARIMA,
									.arima.order = chosen_arima(c).order};
		cs_arima_fit *fit = test_calloc(1, sizeof(cs_arima_fit));
		double mean[HORIZON], variance[HORIZON];
		size_t k = cs_arima_coefficients(&model.arima.order);
		cs_workspace workspace;
		void *block;
		size_t size;

		cs_workspace_count(&workspace);
		cs_arima_fit_lay_out(fit, &model.arima.order, (size_t) s->n, &workspace);
		size = cs_workspace_total(&workspace);
		block = test_malloc(size);
		cs_workspace_initialize(&workspace, block, size);
		cs_arima_fit_lay_out(fit, &model.arima.order, (size_t) s->n, &workspace);
		memcpy(model.arima.coefficients, c->coefficients,
			   sizeof(double) * (k - model.arima.order.constant));
		assert_int_equal(cs_arima_fit_evaluate(fit, s->y, &model.arima), CS_OK);
		assert_near(model.arima.log_likelihood, c->log_likelihood, 1e-9, 1);
		assert_near(model.arima.constant, c->mean, 1e-8, 1);
		assert_near(model.arima.variance * (double) (model.arima.observations - k) /
						(double) model.arima.observations,
					c->variance, 1e-9, 0);
		forecast_classical(&model, s->y, NULL, (size_t) s->n, HORIZON, mean, variance);
		for (size_t h = 0; h < HORIZON; h++)
		{
			assert_near(mean[h], c->ahead[h], 1e-9, 1);
			assert_near(variance[h], c->spread[h] * model.arima.variance, 1e-8, 0);
		}
		test_free(block);
		test_free(fit);
	}
}

static void
arima_maxima(void **unused)
{
	(void) unused;
	for (size_t i = 0; i < COUNT(golden_arima); i++)
	{
		const golden_arima_case *c = &golden_arima[i];
		const golden_classical_case *s = series_of(c->series);
		cs_classical_options options = chosen_arima(c);
		cs_classical_model model;

		assert_int_equal(fit_classical(&options, s->y, NULL, (size_t) s->n, &model), CS_OK);
		assert_true(model.arima.converged);
		assert_true(model.arima.log_likelihood > c->highest - 1e-5);
	}
}

static cs_ets_form
form_of(const golden_ets_case *c)
{
	return (cs_ets_form){.multiplicative_error = c->error == 1,
						 .trend = (cs_ets_trend) c->trend,
						 .season = (cs_ets_season) c->season,
						 .period = c->season == 0 ? 1 : c->period};
}

/* R's parameters give R's likelihood and forecasts, and ours are not worse. */
static void
ets_agrees(void **unused)
{
	(void) unused;
	for (size_t i = 0; i < COUNT(golden_ets); i++)
	{
		const golden_ets_case *c = &golden_ets[i];
		const golden_classical_case *s = series_of(c->series);
		cs_classical_model theirs = {
			.method = CS_CLASSICAL_ETS,
			.ets = {.form = form_of(c),
					.alpha = c->parameters[0],
					.beta = c->parameters[1],
					.gamma = c->parameters[2],
					.phi = c->parameters[3],
					.start = {.level = c->parameters[4], .trend = c->parameters[5]},
					.variance = c->variance}};
		cs_classical_options options = {.method = CS_CLASSICAL_ETS,
										.period = c->period,
										.ets_chosen = true,
										.form = form_of(c)};
		cs_classical_model ours;
		cs_ets_state state;
		double squares = 0, logs = 0, mean[HORIZON], variance[HORIZON];
		double n = s->n;

		for (int k = 0; k < c->period && c->season > 0; k++)
			theirs.ets.start.season[k] = c->seasons[k];
		state = theirs.ets.start;
		for (int t = 0; t < s->n; t++)
		{
			double expected = cs_ets_step(&theirs.ets, &state, s->y[t]);
			double error = (s->y[t] - expected) / (c->error == 1 ? expected : 1);

			squares += error * error;
			logs += c->error == 1 ? log(expected) : 0;
		}
		assert_near(-n / 2 * (log(2 * M_PI * squares / n) + 1) - logs, c->log_likelihood, 1e-10, 1);
		forecast_classical(&theirs, s->y, NULL, (size_t) s->n, HORIZON, mean, variance);
		for (size_t h = 0; h < HORIZON; h++)
		{
			assert_near(mean[h], c->ahead[h], 1e-9, 1);
			if (!isnan(c->upper[h]))
				assert_near(sqrt(variance[h]) * QUANTILE, c->upper[h] - c->ahead[h], 1e-8, 0);
		}
		assert_int_equal(fit_classical(&options, s->y, NULL, (size_t) s->n, &ours), CS_OK);
		assert_true(ours.ets.log_likelihood > c->log_likelihood - 1e-4);
	}
}

/* R smooths to where its search stops. */
static void
theta_agrees(void **unused)
{
	(void) unused;
	for (size_t i = 0; i < COUNT(golden_theta); i++)
	{
		const golden_theta_case *c = &golden_theta[i];
		const golden_classical_case *s = series_of(c->series);
		cs_classical_options options = {
			.method = CS_CLASSICAL_THETA, .period = c->period, .season = true};
		cs_classical_model model;
		double mean[HORIZON], variance[HORIZON];

		assert_int_equal(fit_classical(&options, s->y, NULL, (size_t) s->n, &model), CS_OK);
		assert_int_equal(model.theta.seasonal, c->period > 1);
		forecast_classical(&model, s->y, NULL, (size_t) s->n, HORIZON, mean, variance);
		for (size_t h = 0; h < HORIZON; h++)
		{
			double half = c->upper[h] - c->ahead[h];

			assert_near((mean[h] - c->ahead[h]) / half, 0, 0.003, 1);
			assert_near(sqrt(variance[h]) * QUANTILE, half, 0.003, 0);
		}
	}
}

/* The log-likelihood of y[n] by a model whose coefficients are set. */
static double
likelihood_of(cs_arima_model *model, const double *y, size_t n)
{
	cs_arima_fit *fit = test_calloc(1, sizeof(cs_arima_fit));
	cs_workspace workspace;
	void *block;
	size_t size;

	cs_workspace_count(&workspace);
	cs_arima_fit_lay_out(fit, &model->order, n, &workspace);
	size = cs_workspace_total(&workspace);
	block = test_malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_arima_fit_lay_out(fit, &model->order, n, &workspace);
	assert_int_equal(cs_arima_fit_evaluate(fit, y, model), CS_OK);
	test_free(block);
	test_free(fit);
	return model->log_likelihood;
}

/*
 * Over a gap of g rows an autoregression keeps phi^g and gains the variance (1 - phi^2g) / (1 -
 * phi^2), a walk with drift c moves by c g with the variance g: densities of what is there.
 */
static void
gaps_in_closed_form(void **unused)
{
	enum
	{
		N = 60
	};
	const double phi = 0.7;
	cs_arima_model regression = {.order = {.count = {1, 0, 0, 0}, .period = 1},
								 .coefficients = {phi}};
	cs_arima_model walk = {.order = {.differences = 1, .period = 1, .constant = true}};
	double y[N], expected[N] = {0};
	double squares = 0, logs = 0, before = NAN, drift, n = 0;
	int last = -1;

	(void) unused;
	for (int t = 0; t < N; t++)
		y[t] = t % 5 == 2 || t % 7 == 3 || (t > 30 && t < 36) ? NAN : 1e-6 * (sin(t * t) + 0.1 * t);
	for (int t = 0; t < N; t++)
	{
		double power = last < 0 ? 0 : pow(phi, t - last);
		double variance = (1 - power * power) / (1 - phi * phi);
		double error = y[t] - (last < 0 ? 0 : power * before);

		if (isnan(y[t]))
			continue;
		squares += error * error / variance;
		logs += log(variance);
		before = y[t];
		last = t;
		n++;
	}
	assert_near(likelihood_of(&regression, y, N),
				-n / 2 * (log(2 * M_PI * squares / n) + 1) - logs / 2, 1e-10, 1);

	/* far from zero, by steps that are small beside it */
	drift = (y[last] - y[0]) / last + 1;
	squares = logs = n = 0;
	for (int t = 0; t < N; t++)
		y[t] = 5000 + t + y[t];
	for (int t = 1, from = 0; t <= last; t++)
	{
		if (isnan(y[t]))
			continue;
		squares += pow(y[t] - y[from] - drift * (t - from), 2) / (t - from);
		logs += log(t - from);
		from = t;
		n++;
	}
	assert_near(likelihood_of(&walk, y, (size_t) last + 1),
				-n / 2 * (log(2 * M_PI * squares / n) + 1) - logs / 2, 1e-6, 1);
	assert_near(walk.constant, drift, 1e-12, 0);

	/* a mean of large values that vary little is that of the variation */
	for (int t = 0; t < N; t++)
		expected[t] = 1e-7 * sin(t * t);
	walk.order = (cs_arima_order){.count = {1, 0, 0, 0}, .period = 1, .constant = true};
	walk.coefficients[0] = phi;
	squares = likelihood_of(&walk, expected, N);
	for (int t = 0; t < N; t++)
		expected[t] += 8;
	assert_near(likelihood_of(&walk, expected, N), squares, 1e-6, 1);
}

/* What has settled is what a forecaster that has made no forecast before says. */
static void
variances_settle(void **unused)
{
	const golden_classical_case *s = series_of("seasonal");

	(void) unused;
	for (size_t k = 0; k < 3; k++)
	{
		const cs_classical_options options[] = {
			{.method = CS_CLASSICAL_ARIMA,
			 .arima_chosen = true,
			 .order = {.count = {1, 0, 0, 0}, .seasonal_differences = 1, .period = 4}},
			{.method = CS_CLASSICAL_ETS,
			 .ets_chosen = true,
			 .form = {false, CS_ETS_DAMPED_TREND, CS_ETS_ADDITIVE_SEASON, 4}},
			{.method = CS_CLASSICAL_THETA, .period = 4, .season = true}};
		cs_classical_forecaster *forecaster = test_calloc(1, sizeof(cs_classical_forecaster));
		cs_classical_model model;
		cs_workspace workspace;
		size_t n = (size_t) s->n;
		double *y = test_malloc(sizeof(double) * n);
		double made[HORIZON], variance[HORIZON], mean[HORIZON], fresh[HORIZON];
		size_t size;
		void *block;

		assert_int_equal(fit_classical(&options[k], s->y, NULL, n, &model), CS_OK);
		for (size_t t = 0; t < n; t++)
			y[t] = t == 50 || t < 2 ? NAN : s->y[t];
		cs_workspace_count(&workspace);
		cs_classical_forecaster_lay_out(forecaster, &model, &workspace);
		size = cs_workspace_total(&workspace);
		block = test_malloc(size);
		cs_workspace_initialize(&workspace, block, size);
		cs_classical_forecaster_lay_out(forecaster, &model, &workspace);
		assert_int_equal(cs_classical_start(forecaster), CS_OK);
		for (size_t t = 0; t < n; t++)
		{
			cs_classical_step(forecaster, y[t]);
			if (isnan(y[t]) || !cs_classical_ready(forecaster))
				continue;
			cs_classical_forecast(forecaster, HORIZON, made, variance);
			forecast_classical(&model, y, NULL, t + 1, HORIZON, mean, fresh);
			for (size_t h = 0; h < HORIZON; h++)
			{
				assert_near(made[h], mean[h], 1e-12, 1);
				assert_near(variance[h], fresh[h], 1e-12, 0);
			}
		}
		test_free(block);
		test_free(y);
		test_free(forecaster);
	}
}

static void
logarithms_of_products(void **unused)
{
	static const double factors[] = {1e-300, 1e300, 1e-99, 3, 1e99, 0.5, 1e-200, 1e-200};
	cs_log_product sum = {.product = 1};
	double expected = 0;

	(void) unused;
	for (size_t i = 0; i < 8 * 100; i++)
	{
		cs_log_product_add(&sum, factors[i % 8]);
		expected += log(factors[i % 8]);
	}
	assert_near(cs_log_product_sum(&sum), expected, 1e-12, 0);
}

static cs_classical_options
automatic(cs_classical_method method, int period)
{
	cs_classical_options options = {.method = method, .period = period, .season = true};

	options.arima = (cs_arima_limits){
		.most = {3, 3, period > 1, period > 1}, .period = period, .constant = true};
	options.ets = (cs_ets_limits){.period = period, .error = -1, .trend = -1, .season = -1};
	return options;
}

/* f(k x) = k f(x), and the same choice; the k are not powers of 2. */
static void
any_unit(void **unused)
{
	static const double units[] = {1e-9, 1e9};

	(void) unused;
	for (size_t i = 0; i < 8; i++)
		for (cs_classical_method method = CS_CLASSICAL_ARIMA; method <= CS_CLASSICAL_THETA;
			 method++)
			for (size_t u = 0; u < COUNT(units); u++)
			{
				const golden_classical_case *s = &golden_classical[i];
				cs_classical_options options =
					automatic(method, strncmp(s->name, "seasonal", 8) == 0 ? 4 : 1);
				size_t n = (size_t) s->n;
				double *y = test_malloc(sizeof(double) * n);
				cs_classical_model one, other;
				double mean[2][HORIZON], variance[2][HORIZON];

				for (size_t t = 0; t < n; t++)
					y[t] = s->y[t] * units[u];
				assert_int_equal(fit_classical(&options, s->y, NULL, n, &one), CS_OK);
				assert_int_equal(fit_classical(&options, y, NULL, n, &other), CS_OK);
				assert_memory_equal(&one.arima.order, &other.arima.order, sizeof(one.arima.order));
				forecast_classical(&one, s->y, NULL, n, HORIZON, mean[0], variance[0]);
				forecast_classical(&other, y, NULL, n, HORIZON, mean[1], variance[1]);
				for (size_t h = 0; h < HORIZON; h++)
				{
					double size = sqrt(variance[0][h]);

					assert_near(mean[1][h] / units[u], mean[0][h], 1e-3, size);
					assert_near(sqrt(variance[1][h]) / units[u], size, 1e-3, 0);
				}
				test_free(y);
			}
}

static void
degenerate(void **unused)
{
	double constant[40], line[40], tiny[3] = {1, 3, 2}, gaps[40];

	(void) unused;
	for (int t = 0; t < 40; t++)
	{
		constant[t] = 7;
		line[t] = 1e6 + 0.1 * t;
		gaps[t] = t % 2 == 0 ? sin(t * t) : NAN;
	}
	for (cs_classical_method method = CS_CLASSICAL_ARIMA; method <= CS_CLASSICAL_THETA; method++)
	{
		cs_classical_options options = automatic(method, 1);
		cs_classical_model model;

		assert_int_equal(fit_classical(&options, constant, NULL, 40, &model), CS_CONSTANT);
		assert_int_equal(fit_classical(&options, tiny, NULL, 1, &model), CS_TOO_FEW);
		assert_int_equal(fit_classical(&options, gaps, NULL, 39, &model), CS_OK);
	}
	{
		const golden_arima_case differences = {.orders = {0, 1, 1}, .period = 1, .constant = true};
		cs_classical_options options = chosen_arima(&differences);
		cs_classical_model model;

		assert_int_equal(fit_classical(&options, line, NULL, 40, &model), CS_CONSTANT);
		assert_int_equal(fit_classical(&options, tiny, NULL, 3, &model), CS_TOO_FEW);
		assert_int_equal(fit_classical(&options, gaps, NULL, 39, &model), CS_OK);
		options.order.differences = 2;
		options.order.constant = false;
		assert_int_equal(fit_classical(&options, gaps, NULL, 39, &model), CS_OK);
		assert_int_equal(model.arima.observations, 20 - 2);
		options.order.period = 0;
		assert_int_equal(fit_classical(&options, line, NULL, 40, &model), CS_OUT_OF_RANGE);
	}
	{
		cs_classical_options options = {.method = CS_CLASSICAL_ETS,
										.ets_chosen = true,
										.form = {.multiplicative_error = true, .period = 1}};
		cs_classical_model model;

		assert_int_equal(
			fit_classical(&options, (double[]){1, 2, 1, 3, 0, 2, 1, 2}, NULL, 8, &model),
			CS_OUT_OF_RANGE);
	}
}

/* Models that no fit makes. */
static void
impossible(void **unused)
{
	const cs_arima_model explosive = {.order = {.count = {1, 0, 1, 0}, .period = 4},
									  .coefficients = {0.5, 1.5}};
	cs_classical_model model = {.method = CS_CLASSICAL_ARIMA, .arima = explosive};
	cs_classical_forecaster *forecaster = test_calloc(1, sizeof(cs_classical_forecaster));
	const cs_arima_order seasons = {.seasonal_differences = 1, .period = 1};
	const cs_arima_order many = {.count = {11, 0, 0, 0}, .period = 1};
	cs_workspace workspace;
	size_t size;
	void *block;

	(void) unused;
	cs_workspace_count(&workspace);
	cs_classical_forecaster_lay_out(forecaster, &model, &workspace);
	size = cs_workspace_total(&workspace);
	block = test_malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_classical_forecaster_lay_out(forecaster, &model, &workspace);
	assert_int_equal(cs_classical_start(forecaster), CS_OUT_OF_RANGE);
	test_free(block);
	test_free(forecaster);
	assert_false(cs_arima_is_stationary(&explosive));
	model.arima.coefficients[1] = -0.9;
	assert_true(cs_arima_is_stationary(&model.arima));
	assert_int_equal(cs_arima_check(&seasons), CS_OUT_OF_RANGE);
	assert_int_equal(cs_arima_check(&many), CS_OUT_OF_RANGE);
}

/* Long series, long seasons: no step between two polls is long. */
static void
polls(void **unused)
{
	enum
	{
		LONG = 40000
	};
	double *y = test_malloc(sizeof(double) * LONG);
	cs_random random;
	cs_classical_model model;

	(void) unused;
	cs_random_seed(&random, 3);
	y[0] = 100;
	for (size_t t = 1; t < LONG; t++)
		y[t] = y[t - 1] + cs_random_normal(&random);
	for (cs_classical_method method = CS_CLASSICAL_ARIMA; method <= CS_CLASSICAL_THETA; method++)
	{
		cs_classical_options options = automatic(method, 1);
		poll_count count;

		options.arima.most[0] = options.arima.most[1] = 1;
		options.ets = (cs_ets_limits){.period = 1, .error = 0, .trend = -1, .season = 0};
		poll_count_start();
		assert_int_equal(fit_classical(&options, y, NULL, LONG, &model), CS_OK);
		count = poll_count_end();
		assert_true(count.polls > 10);
		assert_true(count.most <= 2000000);
	}
	test_free(y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arima_likelihoods),
		cmocka_unit_test(arima_maxima),
		cmocka_unit_test(ets_agrees),
		cmocka_unit_test(theta_agrees),
		cmocka_unit_test(gaps_in_closed_form),
		cmocka_unit_test(variances_settle),
		cmocka_unit_test(logarithms_of_products),
		cmocka_unit_test(any_unit),
		cmocka_unit_test(degenerate),
		cmocka_unit_test(impossible),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
