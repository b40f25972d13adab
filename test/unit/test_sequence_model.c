/*
 * test_sequence_model.c
 *		Layout and initialization of the parameters; whole passes against central differences,
 *		in pieces, and forward only.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "numeric/network/sequence_model.h"

#define BATCH 6

/* Three layers, so that the alternating buffers come round. */
static cs_sequence_architecture
architecture_of(int cell)
{
	return (cs_sequence_architecture){.cell = (cs_cell) cell,
									  .layers = 3,
									  .units = {5, 7, 4},
									  .steps = 4,
									  .inputs = 3,
									  .outputs = 2};
}

/* A model with all that a pass needs. */
typedef struct test_model
{
	cs_sequence_architecture architecture;
	cs_sequence_pass pass;
	void *block;
	size_t count;
	float *parameters;
	float *gradient;
} test_model;

static void
initialize(float *parameters, const cs_sequence_architecture *architecture, uint64_t seed)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(architecture, views);
	cs_random random;

	cs_random_seed(&random, seed);
	for (int view = 0; view < count; view++)
		cs_sequence_model_initialize_view(parameters, architecture, views, view, &random);
}

static void
create_model(test_model *model, int cell, bool training)
{
	cs_size total = {0};
	cs_workspace workspace;

	model->architecture = architecture_of(cell);
	model->count = cs_sequence_model_parameter_count(&model->architecture);
	model->parameters = test_calloc(model->count, sizeof(float));
	model->gradient = test_calloc(model->count, sizeof(float));
	cs_sequence_pass_size(&total, &model->architecture, BATCH, training);
	model->block = test_malloc(cs_size_total(&total));
	memset(model->block, 0xff, cs_size_total(&total)); /* NaN: nothing may be read unwritten */
	cs_workspace_initialize(&workspace, model->block, cs_size_total(&total));
	assert_true(
		cs_sequence_pass_create(&model->pass, &model->architecture, BATCH, training, &workspace));
	initialize(model->parameters, &model->architecture, 1);
}

static void
free_model(test_model *model)
{
	test_free(model->parameters);
	test_free(model->gradient);
	test_free(model->block);
}

static void
fill_input(cs_sequence_pass *pass, int batch, uint64_t seed)
{
	const cs_sequence_architecture *architecture = pass->architecture;
	cs_random random;

	cs_random_seed(&random, seed);
	for (int i = 0; i < architecture->steps * batch * architecture->inputs; i++)
		pass->input[i] = cs_random_uniform_float(&random, -2, 2);
}

static void
run_forward(test_model *model, int batch, double piece)
{
	double budget = piece;

	cs_sequence_forward_begin(&model->pass, model->parameters, batch);
	while (!cs_sequence_forward(&model->pass, &budget))
		budget = piece;
}

static void
run_backward(test_model *model, double piece)
{
	double budget = piece;

	cs_sequence_backward_begin(&model->pass, model->gradient);
	while (!cs_sequence_backward(&model->pass, &budget))
		budget = piece;
}

static void
test_views(void **state)
{
	static const char *const names[] = {"layer1.input_weight",
										"layer1.recurrent_weight",
										"layer1.bias",
										"layer2.input_weight",
										"layer2.recurrent_weight",
										"layer2.bias",
										"layer3.input_weight",
										"layer3.recurrent_weight",
										"layer3.bias",
										"output.weight",
										"output.bias"};

	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		cs_sequence_architecture architecture = architecture_of(cell);
		int gates = cs_cell_kinds[cell].gates;
		cs_parameter_view views[CS_MAX_VIEWS];
		size_t offset = 0;

		assert_int_equal(cs_sequence_model_views(&architecture, views), 11);
		for (int v = 0; v < 11; v++)
		{
			assert_string_equal(views[v].name, names[v]);
			assert_int_equal(views[v].offset, offset);
			offset += (size_t) views[v].shape[0] * views[v].shape[1];
			assert_int_equal(views[v].rank, strstr(names[v], "bias") != NULL ? 1 : 2);
		}
		assert_int_equal(views[3].shape[0], gates * 7);
		assert_int_equal(views[3].shape[1], 5);
		assert_int_equal(views[4].shape[1], 7);
		assert_int_equal(views[9].shape[0], 2);
		assert_int_equal(views[9].shape[1], 4);
		assert_int_equal(cs_sequence_model_parameter_count(&architecture), offset);
	}
}

static void
test_most_layers(void **state)
{
	cs_sequence_architecture architecture = {
		.cell = CS_CELL_LSTM, .layers = CS_MAX_LAYERS, .steps = 2, .inputs = 1, .outputs = 1};
	cs_parameter_view views[CS_MAX_VIEWS];

	(void) state;
	for (int layer = 0; layer < CS_MAX_LAYERS; layer++)
		architecture.units[layer] = CS_MAX_UNITS;
	assert_int_equal(cs_sequence_model_views(&architecture, views), CS_MAX_VIEWS);
}

static double
mean_of(const float *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double) count;
}

static void
test_initialization(void **state)
{
	static const int steps[] = {1, 2, 3, 5, 100};

	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
		for (int s = 0; s < 5; s++)
		{
			cs_sequence_architecture architecture = {.cell = (cs_cell) cell,
													 .layers = 1,
													 .units = {400},
													 .steps = steps[s],
													 .inputs = 3,
													 .outputs = 1};
			size_t count = cs_sequence_model_parameter_count(&architecture);
			float *parameters = test_malloc(count * sizeof(float));
			int gates = cs_cell_kinds[cell].gates;
			int forget = cs_cell_kinds[cell].forget_gate;
			float sign = (float) cs_cell_kinds[cell].forget_sign;
			float *bias = parameters + (size_t) gates * 400 * 403;
			float high = logf(steps[s] > 3 ? (float) steps[s] - 1 : 2.0f);

			initialize(parameters, &architecture, 5);
			for (int i = 0; i < gates * 400 * 403; i++)
				assert_true(fabsf(parameters[i]) <= 1.0f / 20);
			assert_true(fabs(mean_of(parameters, (size_t) gates * 400 * 403)) < 1e-3);
			for (int i = 0; i < gates * 400; i++)
				if (i / 400 == forget)
					assert_true(sign * bias[i] >= 0 && sign * bias[i] <= high);
				else
					assert_true(bias[i] == 0);
			/* E log U(1, m) = m log m / (m - 1) - 1 */
			if (forget >= 0)
				assert_true(fabs(sign * mean_of(bias + (size_t) forget * 400, 400) -
								 (high * exp(high) / (exp(high) - 1) - 1)) < 0.3 * high);
			test_free(parameters);
		}
}

/* Sum of weight times output, in double. */
static double
loss_of(test_model *model, const float *loss_weight)
{
	double loss = 0;

	run_forward(model, BATCH, 1e9);
	for (int i = 0; i < BATCH * model->architecture.outputs; i++)
		loss += (double) loss_weight[i] * model->pass.output[i];
	return loss;
}

static void
test_central_differences(void **state)
{
	const float step = 4e-3f;

	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		float loss_weight[BATCH * 2];
		double largest = 0;
		test_model model;

		create_model(&model, cell, true);
		fill_input(&model.pass, BATCH, 2);
		for (int i = 0; i < BATCH * 2; i++)
			loss_weight[i] = i % 3 == 0 ? 0.7f : -0.4f;
		run_forward(&model, BATCH, 1e9);
		memcpy(model.pass.output_gradient, loss_weight, sizeof(loss_weight));
		run_backward(&model, 1e9);
		for (size_t i = 0; i < model.count; i++)
			largest = fmax(largest, fabs(model.gradient[i]));
		for (size_t i = 0; i < model.count; i++)
		{
			float kept = model.parameters[i];
			double high;
			double low;

			model.parameters[i] = kept + step;
			high = loss_of(&model, loss_weight);
			model.parameters[i] = kept - step;
			low = loss_of(&model, loss_weight);
			model.parameters[i] = kept;
			assert_true(fabs((high - low) / (2 * step) - model.gradient[i]) <= 1e-3 * largest);
		}
		free_model(&model);
	}
}

/* Smallest pieces, largest pieces, forward only, and a batch below capacity: the same numbers. */
static void
test_same_in_pieces(void **state)
{
	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		test_model whole;
		test_model pieces;
		test_model forward;

		create_model(&whole, cell, true);
		create_model(&pieces, cell, true);
		create_model(&forward, cell, false);
		assert_null(forward.pass.output_gradient);
		for (int batch = BATCH; batch > 0; batch -= BATCH - 1)
		{
			size_t outputs = (size_t) batch * whole.architecture.outputs;

			fill_input(&whole.pass, batch, 2);
			fill_input(&pieces.pass, batch, 2);
			fill_input(&forward.pass, batch, 2);
			run_forward(&whole, batch, 1e9);
			run_forward(&pieces, batch, 1e-9);
			run_forward(&forward, batch, 1e9);
			assert_memory_equal(whole.pass.output, pieces.pass.output, outputs * sizeof(float));
			assert_memory_equal(whole.pass.output, forward.pass.output, outputs * sizeof(float));
			for (size_t i = 0; i < outputs; i++)
				whole.pass.output_gradient[i] = pieces.pass.output_gradient[i] = (float) i - 1;
			run_backward(&whole, 1e9);
			run_backward(&pieces, 1e-9);
			assert_memory_equal(whole.gradient, pieces.gradient, whole.count * sizeof(float));
		}
		free_model(&whole);
		free_model(&pieces);
		free_model(&forward);
	}
}

static void
test_sizes(void **state)
{
	cs_sequence_architecture architecture = architecture_of(CS_CELL_JANET);
	cs_sequence_architecture huge = architecture;
	cs_size total = {0};
	cs_workspace workspace;
	cs_sequence_pass pass;
	char *block;

	(void) state;
	for (int training = 0; training < 2; training++)
	{
		total = (cs_size){0};
		cs_sequence_pass_size(&total, &architecture, BATCH, training == 1);
		block = test_malloc(cs_size_total(&total));
		cs_workspace_initialize(&workspace, block, cs_size_total(&total) - 2 * CS_ALIGNMENT);
		assert_false(
			cs_sequence_pass_create(&pass, &architecture, BATCH, training == 1, &workspace));
		test_free(block);
	}
	huge.steps = 2000000000;
	huge.inputs = 2000000000;
	huge.units[0] = 2000000000;
	total = (cs_size){0};
	cs_sequence_pass_size(&total, &huge, 2000000000, true);
	assert_int_equal(cs_size_total(&total), SIZE_MAX);
	huge.units[1] = 2000000000;
	huge.cell = CS_CELL_LSTM;
	assert_int_equal(cs_sequence_model_parameter_count(&huge), SIZE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views),		   cmocka_unit_test(test_most_layers),
		cmocka_unit_test(test_initialization), cmocka_unit_test(test_central_differences),
		cmocka_unit_test(test_same_in_pieces), cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
