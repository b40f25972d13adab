/*
 * test_cross_section.c
 *		Fits and forecasts of related entities: splits by time, absent entities, relations that
 *		help, two stages, linkage, bad data.
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

static helper_panel panel;
static helper_panel fewer;
static double forecast[PANEL_ROWS];
static double other[PANEL_ROWS];

static void
train(helper_panel_fit *helper, const cs_sequence_options *options, const cs_sequence_data *data)
{
	helper_panel_begin(helper, options, data);
	helper_panel_run(helper);
	assert_int_equal(helper->status, CS_OK);
}

/* Training windows know nothing of the first validation time's future, for any series. */
static void
test_split_by_time(void **state)
{
	cs_sequence_options options = helper_panel_options(CS_RELATION_NONE);
	helper_panel_fit helper;
	const cs_sequence_fit *fit = &helper.fit;
	int32_t first;
	int32_t origins = 0;

	(void) state;
	options.horizon_count = 2;
	options.horizons[1] = 4;
	options.epochs = 1;
	helper_panel_make(&panel, 0, 3);
	train(&helper, &options, &panel.data);
	first = fit->first_validation;
	/* origins from time 3 to 115 at most, of which a quarter, rounded up, is held out */
	for (int32_t t = 3; t <= PANEL_TIMES - 1 - 4; t++)
		origins++;
	assert_int_equal(fit->validation_times, (origins + 3) / 4);
	assert_int_equal(first, PANEL_TIMES - 4 - (origins + 3) / 4);
	for (size_t w = 0; w < fit->training_windows + fit->validation_windows; w++)
	{
		size_t origin = (size_t) fit->window[w];

		if (w > 0)
			assert_true(panel.time[fit->window[w - 1]] <= panel.time[origin]);
		if (w < fit->training_windows)
		{
			assert_true(panel.time[origin] < first);
			assert_true(panel.time[origin + 4] <= first);
		}
		else
			assert_true(panel.time[origin] >= first);
	}
	helper_panel_free(&helper);
}

static size_t
row_at(const helper_panel *from, int32_t entity, int32_t time)
{
	for (size_t s = 0; s < from->data.series_count; s++)
		for (size_t row = from->start[s]; row < cs_sequence_series_end(&from->data, s); row++)
			if (from->entity[s] == entity && from->time[row] == time)
				return row;
	return SIZE_MAX;
}

/* An entity that is absent: a forecast is what it is in a graph without the entity. */
static void
test_absent(void **state)
{
	(void) state;
	for (int form = CS_RELATION_EXPLICIT; form < CS_RELATION_FORM_COUNT; form++)
		for (int norm = 0; norm < CS_RELATION_NORM_COUNT; norm++)
		{
			cs_sequence_options options = helper_panel_options((cs_relation_form) form);
			helper_panel_fit helper;
			int equal = 0;
			int different = 0;

			options.relation_norm = (cs_relation_norm) norm;
			helper_panel_make(&panel, 0, 3);
			helper_panel_make(&fewer, 1u << 3, 3);
			train(&helper, &options, &panel.data);
			assert_int_equal(helper_panel_predict(&helper, &panel.data, forecast), CS_OK);
			assert_int_equal(helper_panel_predict(&helper, &fewer.data, other), CS_OK);
			for (int32_t t = 10; t < PANEL_TIMES; t++)
			{
				/* entity 4 is acted on by 3, which is there in the first half only */
				size_t row = row_at(&panel, 4, t);
				double apart = fabs(forecast[row] - other[row_at(&fewer, 4, t)]);

				assert_true(isfinite(forecast[row]));
				if (t > PANEL_TIMES / 2)
					equal += apart < 1e-6;
				else
					different += apart > 1e-6;
			}
			assert_int_equal(equal, PANEL_TIMES - PANEL_TIMES / 2 - 1);
			assert_true(different > PANEL_TIMES / 2 - 12);
			helper_panel_free(&helper);
		}
}

/* The change follows the neighbours' innovations, which the entity's own rows do not tell. */
static void
test_relations_help(void **state)
{
	double rmse[CS_RELATION_FORM_COUNT];

	(void) state;
	helper_panel_make(&panel, 0, 3);
	for (int form = 0; form < CS_RELATION_FORM_COUNT; form++)
	{
		cs_sequence_options options = helper_panel_options((cs_relation_form) form);
		helper_panel_fit helper;

		options.epochs = 40;
		options.patience = 10;
		options.alpha = 0.1;
		options.dense_layers = 1;
		options.dense[0] = 8;
		train(&helper, &options, &panel.data);
		rmse[form] = helper.fit.validation_rmse / helper.fit.random_walk_rmse;
		helper_panel_free(&helper);
	}
	for (int form = CS_RELATION_EXPLICIT; form < CS_RELATION_FORM_COUNT; form++)
		assert_true(rmse[form] < 0.9 * rmse[CS_RELATION_NONE]);
}

static void
test_same_seed_same_bytes(void **state)
{
	cs_sequence_options options = helper_panel_options(CS_RELATION_EXPLICIT);
	helper_panel_fit first;
	helper_panel_fit second;

	(void) state;
	options.ensemble = 2;
	options.batch_size = 5;
	options.refit = true;
	options.patience = 1;
	options.similarity_features = 1;
	options.normalization = CS_NORMALIZATION_SWITCHABLE;
	options.dropout = 0.2;
	options.clip_norm = 1;
	helper_panel_make(&panel, 0, 3);
	train(&first, &options, &panel.data);
	train(&second, &options, &panel.data);
	assert_memory_equal(first.parameters, second.parameters, 2 * first.count * sizeof(float));
	assert_memory_not_equal(first.parameters, first.parameters + first.count,
							first.count * sizeof(float));
	helper_panel_free(&first);
	helper_panel_free(&second);
}

static const cs_parameter_view *
view_named(const cs_parameter_view *views, int count, const char *name)
{
	for (int view = 0; view < count; view++)
		if (strcmp(views[view].name, name) == 0)
			return views + view;
	return NULL;
}

/* The body of the first stage stays as it is, with its running statistics; the rest is trained. */
static void
test_two_stages(void **state)
{
	cs_sequence_options options = helper_panel_options(CS_RELATION_NONE);
	cs_sequence_architecture architecture;
	cs_parameter_view before[CS_MAX_VIEWS];
	cs_parameter_view after[CS_MAX_VIEWS];
	helper_panel_fit first;
	helper_panel_fit second;
	int body = 0;
	int count[2];

	(void) state;
	options.ensemble = 2;
	options.similarity_features = 1;
	options.normalization = CS_NORMALIZATION_SWITCHABLE;
	options.dropout = 0.1;
	helper_panel_make(&panel, 0, 3);
	train(&first, &options, &panel.data);
	cs_sequence_options_architecture(&options, PANEL_COLUMNS, &architecture);
	count[0] = cs_sequence_model_views(&architecture, before);
	options.relation_form = CS_RELATION_EXPLICIT;
	options.relation_kinds = PANEL_KINDS;
	options.frozen_body = true;
	cs_sequence_options_architecture(&options, PANEL_COLUMNS, &architecture);
	count[1] = cs_sequence_model_views(&architecture, after);
	helper_panel_begin(&second, &options, &panel.data);
	cs_sequence_fit_start_body(&second.fit, first.parameters);
	helper_panel_run(&second);
	assert_int_equal(second.status, CS_OK);
	for (int view = 0; view < count[1]; view++)
	{
		const cs_parameter_view *old = view_named(before, count[0], after[view].name);

		if (old == NULL || strncmp(old->name, "output", 6) == 0)
			continue;
		body++;
		for (size_t member = 0; member < 2; member++)
			assert_memory_equal(first.parameters + member * first.count + old->offset,
								second.parameters + member * second.count + after[view].offset,
								cs_view_count(old) * sizeof(float));
	}
	assert_int_equal(body, 9); /* 3 of the cell, 4 and 2 running of the normalization */
	assert_true(second.fit.member[0].training_loss < first.fit.member[0].training_loss);
	helper_panel_free(&first);
	helper_panel_free(&second);
}

/* A frozen body that is run once for each member gives what one run in every batch gives. */
static void
test_frozen_body_once(void **state)
{
	(void) state;
	for (int batch_size = 1; batch_size <= 4; batch_size += 3)
		for (int form = CS_RELATION_NONE; form < CS_RELATION_FORM_COUNT; form++)
		{
			cs_sequence_options options = helper_panel_options((cs_relation_form) form);
			helper_panel_fit once;
			helper_panel_fit always;

			options.frozen_body = true;
			options.batch_size = batch_size;
			options.ensemble = 2;
			options.patience = 1;
			options.refit = true;
			options.normalization = CS_NORMALIZATION_SWITCHABLE;
			options.dropout = 0.2;
			options.similarity_features = form <= CS_RELATION_EXPLICIT ? 1 : 0;
			helper_panel_make(&panel, 0, 3);
			train(&once, &options, &panel.data);
			helper_panel_begin(&always, &options, &panel.data);
			assert_non_null(always.fit.body_output);
			always.fit.body_output = NULL;
			helper_panel_run(&always);
			assert_int_equal(always.status, CS_OK);
			for (size_t i = 0; i < 2 * once.count; i++)
				assert_true(fabsf(once.parameters[i] - always.parameters[i]) <= 1e-3f);
			for (int member = 0; member < 2; member++)
				assert_true(fabs(once.fit.member[member].validation_loss -
								 always.fit.member[member].validation_loss) <=
							1e-4 * always.fit.member[member].validation_loss);
			helper_panel_free(&once);
			helper_panel_free(&always);
		}
}

/* What a frozen body gives is kept while it is small. */
static void
test_frozen_body_memory(void **state)
{
	cs_sequence_options options = helper_panel_options(CS_RELATION_EXPLICIT);
	cs_sequence_data data;

	(void) state;
	helper_panel_make(&panel, 0, 3);
	data = panel.data;
	data.rows = CS_MAX_BODY_OUTPUT / 8;
	for (int units = 8; units <= 16; units += 8)
	{
		size_t size[2];

		options.units[0] = units;
		for (int frozen = 0; frozen < 2; frozen++)
		{
			options.frozen_body = frozen == 1;
			size[frozen] = cs_sequence_fit_workspace_size(&options, &data);
		}
		assert_int_equal(size[1] - size[0], units == 8 ? CS_MAX_BODY_OUTPUT * sizeof(float) : 0);
	}
}

/* Weights of a time: those of the entities present, averaged over the members. */
static void
test_linkage(void **state)
{
	static cs_sequence_linkage linkage;
	cs_sequence_options options = helper_panel_options(CS_RELATION_IMPLICIT);
	helper_panel_fit helper;
	cs_sequence_network network;
	cs_workspace workspace;
	size_t size;
	void *block;

	(void) state;
	options.ensemble = 3;
	options.relation_norm = CS_RELATION_SOFTMAX;
	helper_panel_make(&panel, 0, 3);
	train(&helper, &options, &panel.data);
	network = helper_panel_network(&helper);
	size = cs_sequence_linkage_workspace_size(&options, &panel.data);
	block = malloc(size);
	for (int32_t time = 0; time < PANEL_TIMES; time += 17)
	{
		double sum[PANEL_SERIES] = {0};
		int present = 0;

		cs_workspace_initialize(&workspace, block, size);
		assert_int_equal(
			cs_sequence_linkage_initialize(&linkage, &network, &panel.data, time, &workspace),
			CS_OK);
		assert_int_equal(cs_sequence_linkage_run(&linkage), CS_OK);
		for (size_t l = 0; l < linkage.count; l++)
		{
			const cs_link *link = linkage.link + l;

			assert_true(row_at(&panel, link->target, time) != SIZE_MAX);
			assert_true(row_at(&panel, link->source, time) != SIZE_MAX);
			assert_true(link->source == (link->target + 7) % 8 ? link->kinds != 2
															   : link->kinds == 2);
			sum[link->target] += link->weight;
		}
		for (int s = 0; s < PANEL_SERIES; s++)
		{
			present += sum[s] != 0;
			assert_true(sum[s] == 0 || fabs(sum[s] - 1) < 1e-5);
		}
		assert_true(time == 0 ? present == 0 : present >= 6);
	}
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(
		cs_sequence_linkage_initialize(&linkage, &network, &panel.data, PANEL_TIMES, &workspace),
		CS_OUT_OF_RANGE);
	cs_workspace_initialize(&workspace, block, size - 4 * CS_ALIGNMENT);
	assert_int_equal(
		cs_sequence_linkage_initialize(&linkage, &network, &panel.data, 20, &workspace),
		CS_NO_MEMORY);
	free(block);
	helper_panel_free(&helper);
}

static cs_status
begin_status(const cs_sequence_options *options)
{
	helper_panel_fit helper;

	helper_panel_begin(&helper, options, &panel.data);
	helper_panel_free(&helper);
	return helper.status;
}

static void
test_statuses(void **state)
{
	cs_sequence_options options = helper_panel_options(CS_RELATION_EXPLICIT);
	cs_sequence_data data;

	(void) state;
	helper_panel_make(&panel, 0, 3);
	assert_int_equal(begin_status(&options), CS_OK);
	panel.time[5] = panel.time[4];
	assert_int_equal(begin_status(&options), CS_OUT_OF_RANGE);
	panel.time[5] = PANEL_TIMES;
	assert_int_equal(begin_status(&options), CS_OUT_OF_RANGE);
	helper_panel_make(&panel, 0, 3);
	panel.entity[2] = PANEL_SERIES;
	assert_int_equal(begin_status(&options), CS_OUT_OF_RANGE);
	helper_panel_make(&panel, 0, 3);
	panel.kinds[2] = 1 << PANEL_KINDS;
	assert_int_equal(begin_status(&options), CS_OUT_OF_RANGE);
	helper_panel_make(&panel, 0, 3);
	panel.section.adjacency = NULL;
	assert_int_equal(begin_status(&options), CS_OUT_OF_RANGE);
	options.relation_form = CS_RELATION_NONE;
	assert_int_equal(begin_status(&options), CS_OK);
	panel.section.group = NULL;
	assert_int_equal(begin_status(&options), CS_OK);
	options.ranking = CS_RANKING_SEPARATE;
	assert_int_equal(begin_status(&options), CS_OUT_OF_RANGE);
	options.alpha = 0;
	assert_int_equal(begin_status(&options), CS_OK);
	options.horizons[0] = PANEL_TIMES;
	assert_int_equal(begin_status(&options), CS_TOO_FEW);
	data = panel.data;
	data.cross_section = NULL;
	assert_int_equal(cs_sequence_fit_workspace_size(&options, &data), SIZE_MAX);
	assert_int_equal(cs_sequence_predict_workspace_size(&options, &data), SIZE_MAX);
	helper_panel_make(&panel, 0, 3);
	options = helper_panel_options(CS_RELATION_EXPLICIT);
	for (size_t bad = 0; bad < 2; bad++)
	{
		helper_panel_fit helper;

		panel.values[bad == 0 ? 7 : 4 * PANEL_COLUMNS] = NAN;
		helper_panel_begin(&helper, &options, &panel.data);
		helper_panel_run(&helper);
		assert_int_equal(helper.status, CS_NOT_FINITE);
		assert_false(cs_sequence_fit_diverged(&helper.fit));
		helper_panel_free(&helper);
		helper_panel_make(&panel, 0, 3);
	}
}

/* Any byte less than stated is told. */
static void
test_no_memory(void **state)
{
	static cs_sequence_fit fit;
	static cs_sequence_predictor predictor;
	cs_sequence_options options = helper_panel_options(CS_RELATION_EXPLICIT);
	helper_panel_fit helper;
	cs_sequence_network network;
	cs_workspace workspace;
	size_t size;
	void *block;

	(void) state;
	options.similarity_features = 1;
	helper_panel_make(&panel, 0, 3);
	helper_panel_begin(&helper, &options, &panel.data);
	network = helper_panel_network(&helper);
	size = cs_sequence_fit_workspace_size(&options, &panel.data);
	block = malloc(size);
	for (size_t less = 2 * CS_ALIGNMENT; less < size; less += 7 * CS_ALIGNMENT)
	{
		cs_workspace_initialize(&workspace, block, size - less);
		assert_int_equal(
			cs_sequence_fit_initialize(&fit, &options, &panel.data, &workspace, helper.parameters),
			CS_NO_MEMORY);
	}
	size = cs_sequence_predict_workspace_size(&options, &panel.data);
	for (size_t less = 2 * CS_ALIGNMENT; less < size; less += 7 * CS_ALIGNMENT)
	{
		cs_workspace_initialize(&workspace, block, size - less);
		assert_int_equal(cs_sequence_predictor_initialize(&predictor, &network, &panel.data,
														  &workspace, forecast),
						 CS_NO_MEMORY);
	}
	free(block);
	helper_panel_free(&helper);
}

static void
test_options(void **state)
{
	static const struct
	{
		const char *which;
		cs_sequence_options wrong;
	} cases[] = {
		{"relation_form", {.relation_form = CS_RELATION_FORM_COUNT}},
		{"relation_norm", {.relation_norm = CS_RELATION_NORM_COUNT}},
		{"relation_kinds", {.relation_form = CS_RELATION_EXPLICIT}},
		{"relation_kinds", {.relation_form = CS_RELATION_EXPLICIT, .relation_kinds = 65}},
		{"similarity_features",
		 {.relation_form = CS_RELATION_IMPLICIT, .relation_kinds = 1, .similarity_features = 1}},
		{"similarity_features", {.similarity_features = -1}},
		{"ranking", {.ranking = CS_RANKING_COUNT}},
		{"alpha", {.alpha = -1}},
		{"alpha", {.alpha = NAN}},
		{"alpha", {.alpha = 2 * CS_MAX_ALPHA}},
	};

	(void) state;
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
	{
		cs_sequence_options options = helper_panel_options(CS_RELATION_NONE);
		const char *which;

		options.relation_form = cases[c].wrong.relation_form;
		options.relation_norm = cases[c].wrong.relation_norm;
		options.relation_kinds = cases[c].wrong.relation_kinds;
		options.similarity_features = cases[c].wrong.similarity_features;
		options.ranking = cases[c].wrong.ranking;
		options.alpha = cases[c].wrong.alpha;
		assert_int_equal(cs_sequence_options_check(&options, &which), CS_OUT_OF_RANGE);
		assert_string_equal(which, cases[c].which);
		options.cross_section = false;
		assert_int_equal(cs_sequence_options_check(&options, NULL), CS_OK);
	}
}

/* Every series in a unit of its own, a power of 2: its forecasts scale by it, to the bit. */
static void
test_units(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
	{
		cs_sequence_options options = helper_panel_options(CS_RELATION_IMPLICIT);
		helper_panel_fit helper;

		options.target = (cs_target) target;
		options.local_rows = 50;
		options.alpha = 0; /* entities are ranked in the common unit */
		helper_panel_make(&panel, 0, 3);
		train(&helper, &options, &panel.data);
		assert_int_equal(helper_panel_predict(&helper, &panel.data, forecast), CS_OK);
		helper_panel_free(&helper);
		for (size_t row = 0; row < panel.data.rows; row++)
			panel.values[row * PANEL_COLUMNS] =
				ldexp(panel.values[row * PANEL_COLUMNS],
					  7 * (int) cs_sequence_series_of(&panel.data, row) - 30);
		train(&helper, &options, &panel.data);
		assert_int_equal(helper_panel_predict(&helper, &panel.data, other), CS_OK);
		helper_panel_free(&helper);
		for (size_t row = 0; row < panel.data.rows; row++)
		{
			double in_unit =
				ldexp(forecast[row], 7 * (int) cs_sequence_series_of(&panel.data, row) - 30);

			assert_true(isnan(forecast[row]) ? isnan(other[row]) : in_unit == other[row]);
		}
	}
}

/* All in another unit: the order of the entities counts as before. */
static void
test_unit_of_ranking(void **state)
{
	cs_sequence_options options = helper_panel_options(CS_RELATION_NONE);
	helper_panel_fit helper;

	(void) state;
	options.local_rows = 50;
	helper_panel_make(&panel, 0, 3);
	train(&helper, &options, &panel.data);
	assert_int_equal(helper_panel_predict(&helper, &panel.data, forecast), CS_OK);
	helper_panel_free(&helper);
	for (size_t row = 0; row < panel.data.rows; row++)
		panel.values[row * PANEL_COLUMNS] = ldexp(panel.values[row * PANEL_COLUMNS], -30);
	train(&helper, &options, &panel.data);
	assert_int_equal(helper_panel_predict(&helper, &panel.data, other), CS_OK);
	for (size_t row = 0; row < panel.data.rows; row++)
		assert_true(isnan(forecast[row]) || ldexp(forecast[row], -30) == other[row]);
	helper_panel_free(&helper);
	options.local_rows = 1;
	helper_panel_begin(&helper, &options, &panel.data);
	assert_int_equal(helper.status, CS_OUT_OF_RANGE);
	helper_panel_free(&helper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_unit_of_ranking),
		cmocka_unit_test(test_split_by_time),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_relations_help),
		cmocka_unit_test(test_same_seed_same_bytes),
		cmocka_unit_test(test_two_stages),
		cmocka_unit_test(test_linkage),
		cmocka_unit_test(test_frozen_body_once),
		cmocka_unit_test(test_frozen_body_memory),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
