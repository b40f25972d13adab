/*
 * test_rank_network.c
 *		Whole networks over a cross-section, body, relations, dense layers and ranking loss: their
 *		gradient against central differences, on batches of times with absent entities.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "cross_section_helper.h"
#include "numeric/network/sequence_parts.h"

static helper_panel panel;

/* The loss of the batch at work, with the parameters as they are. */
static double
batch_loss(helper_panel_fit *helper)
{
	cs_sequence_fit *fit = &helper->fit;
	double sum = 0;

	cs_sequence_training_forward(&fit->pass, helper->parameters, fit->batch, &fit->random);
	cs_fit_add_loss(fit, &sum, fit->pass.output_gradient);
	return sum / (double) fit->time_batch.times;
}

/* Draws the parameters and brings the first batch in. */
static void
begin(helper_panel_fit *helper)
{
	cs_sequence_fit *fit = &helper->fit;
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(&fit->architecture, views);

	assert_int_equal(cs_fit_prepare(fit), CS_OK);
	cs_fit_order(fit);
	cs_random_seed(&fit->random, fit->options->seed);
	for (int view = 0; view < count; view++)
		cs_view_initialize(helper->parameters, views + view, &fit->random);
	cs_fit_gather_training(fit, 0);
}

/* The slope of the loss along `direction`, `step` long; NAN where two lengths disagree: a kink. */
static double
slope_along(helper_panel_fit *helper, size_t from, size_t count, const double *direction)
{
	float *values = helper->parameters + from;
	float *kept = malloc(count * sizeof(float));
	double slope[2];

	memcpy(kept, values, count * sizeof(float));
	for (int length = 0; length < 2; length++)
	{
		double step = length == 0 ? 4e-3 : 2e-3;
		double high;

		for (size_t i = 0; i < count; i++)
			values[i] = (float) (kept[i] + step * direction[i]);
		high = batch_loss(helper);
		for (size_t i = 0; i < count; i++)
			values[i] = (float) (kept[i] - step * direction[i]);
		slope[length] = (high - batch_loss(helper)) / (2 * step);
		memcpy(values, kept, count * sizeof(float));
	}
	free(kept);
	return fabs(slope[0] - slope[1]) > 1e-2 * fabs(slope[1]) + 2e-4 ? NAN : slope[1];
}

/*
 * Tensor by tensor: along its gradient, where the slope is the norm, and along random signs.  The
 * many kinks of a ranking loss make the slopes coarser.
 */
static void
assert_gradient(helper_panel_fit *helper, const float *gradient, int *compared, int *tried)
{
	double tolerance = helper->options.alpha > 0 ? 6e-2 : 1e-2;
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(&helper->fit.architecture, views);
	cs_random random;

	cs_random_seed(&random, 7);
	for (int view = 0; view < count && views[view].trained; view++)
	{
		size_t size = cs_view_count(views + view);
		const float *own = gradient + views[view].offset;
		double *direction = malloc(size * sizeof(double));
		double norm = 0;

		for (size_t i = 0; i < size; i++)
			norm += (double) own[i] * own[i];
		norm = sqrt(norm);
		for (int way = 0; way < 3; way++)
		{
			double expected = 0;
			double slope;

			for (size_t i = 0; i < size; i++)
			{
				direction[i] = (cs_random_below(&random, 2) == 0 ? 1 : -1) / sqrt((double) size);
				if (way == 0)
					direction[i] = norm > 0 ? own[i] / norm : 0;
				expected += direction[i] * own[i];
			}
			if (helper->options.frozen_body && views[view].offset < helper->fit.frozen_count)
			{
				assert_true(norm == 0);
				continue;
			}
			slope = slope_along(helper, views[view].offset, size, direction);
			*tried += 1;
			if (isnan(slope))
				continue;
			*compared += 1;
			if (!(fabs(slope - expected) <= tolerance * (fabs(expected) + 0.2 * norm) + 3e-4))
				fail_msg("%s: %g, expected %g", views[view].name, slope, expected);
		}
		free(direction);
	}
}

/* A batch of four times, in the second half of which entity 3 is absent. */
static void
check(const cs_sequence_options *options)
{
	helper_panel_fit helper;
	cs_sequence_fit *fit = &helper.fit;
	float *gradient;
	int compared = 0;
	int tried = 0;

	helper_panel_begin(&helper, options, &panel.data);
	memset(fit->gradient, 0, fit->trained_count * sizeof(float));
	assert_int_equal(helper.status, CS_OK);
	begin(&helper);
	assert_int_equal(fit->time_batch.times, options->batch_size);
	assert_true(fit->batch >= 7 * options->batch_size && fit->batch <= 9 * options->batch_size - 1);
	batch_loss(&helper);
	cs_sequence_backward(&fit->pass, fit->gradient);
	gradient = malloc(fit->trained_count * sizeof(float));
	memcpy(gradient, fit->gradient, fit->trained_count * sizeof(float));
	assert_gradient(&helper, gradient, &compared, &tried);
	assert_true(compared >= tried - tried / 4);
	free(gradient);
	helper_panel_free(&helper);
}

static cs_sequence_options
options_of(cs_relation_form form)
{
	cs_sequence_options options = helper_panel_options(form);

	options.batch_size = 4;
	options.horizon_count = 2;
	options.horizons[1] = 2;
	options.alpha = 0;
	helper_panel_make(&panel, 0, 3);
	return options;
}

static void
test_forms_and_norms(void **state)
{
	(void) state;
	for (int form = 0; form < CS_RELATION_FORM_COUNT; form++)
		for (int norm = 0; norm < CS_RELATION_NORM_COUNT; norm++)
			for (int frozen = 0; frozen < 2; frozen++)
			{
				cs_sequence_options options = options_of((cs_relation_form) form);

				options.relation_norm = (cs_relation_norm) norm;
				options.frozen_body = frozen == 1;
				check(&options);
			}
}

static void
test_similarity_body(void **state)
{
	(void) state;
	for (int frozen = 0; frozen < 2; frozen++)
		for (int norm = 0; norm < CS_RELATION_NORM_COUNT; norm++)
		{
			cs_sequence_options options = options_of(CS_RELATION_EXPLICIT);

			options.similarity_features = 1;
			options.relation_norm = (cs_relation_norm) norm;
			options.frozen_body = frozen == 1;
			check(&options);
		}
}

static void
test_ranking(void **state)
{
	(void) state;
	for (int ranking = 0; ranking < CS_RANKING_COUNT; ranking++)
		for (int form = 0; form < CS_RELATION_FORM_COUNT; form++)
		{
			cs_sequence_options options = options_of((cs_relation_form) form);

			options.ranking = (cs_ranking_pairs) ranking;
			options.alpha = 20;
			check(&options);
		}
}

/* Every kind of body, below each form of relation; twice with its like beside it. */
static void
test_bodies(void **state)
{
	(void) state;
	for (int body = 0; body < 6; body++)
		for (int form = 0; form <= CS_RELATION_FORM_COUNT; form++)
		{
			cs_sequence_options options = options_of(
				form < CS_RELATION_FORM_COUNT ? (cs_relation_form) form : CS_RELATION_EXPLICIT);

			options.similarity_features = form == CS_RELATION_FORM_COUNT ? 1 : 0;
			if (body < CS_CELL_COUNT)
				options.cell = (cs_cell) body;
			if (body == CS_CELL_COUNT)
			{
				options.attention = true;
				options.layers = 2;
				options.units[1] = 5;
				options.normalization = CS_NORMALIZATION_SWITCHABLE;
			}
			if (body == CS_CELL_COUNT + 1)
			{
				options.body = CS_BODY_TRANSFORMER;
				options.layers = 2;
				options.width = 6;
				options.heads = 2;
				options.feed_forward = 8;
				options.positions = true;
			}
			check(&options);
		}
}

/* Dropout below relations, in both bodies: training runs, and forecasts do not depend on it. */
static void
test_dropout(void **state)
{
	static double forecast[2][2 * PANEL_ROWS];
	cs_sequence_options options = options_of(CS_RELATION_EXPLICIT);
	helper_panel_fit helper;

	(void) state;
	options.dropout = 0.3;
	options.similarity_features = 1;
	helper_panel_begin(&helper, &options, &panel.data);
	helper_panel_run(&helper);
	assert_int_equal(helper.status, CS_OK);
	for (int i = 0; i < 2; i++)
	{
		helper.options.dropout = i == 0 ? 0.3 : 0;
		assert_int_equal(helper_panel_predict(&helper, &panel.data, forecast[i]), CS_OK);
	}
	assert_memory_equal(forecast[0], forecast[1], 2 * panel.data.rows * sizeof(double));
	helper_panel_free(&helper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_and_norms), cmocka_unit_test(test_similarity_body),
		cmocka_unit_test(test_ranking),			cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_dropout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
