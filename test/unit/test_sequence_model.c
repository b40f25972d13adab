/*
 * test_sequence_model.c
 *		Layout and initialization of the parameters; whole passes against central differences;
 *		passes that only run forward.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "numeric/graph/relation_graph.h"
#include "numeric/network/sequence_model.h"
#include "sequence_helper.h"

#define BATCH 6

/* Each cell in recurrent layers alone, then with all that may stand around them. */
#define FORMS (2 * CS_CELL_COUNT)

/* Three layers, so that the alternating buffers come round. */
static cs_sequence_architecture
architecture_of(int form)
{
	cs_sequence_architecture architecture = {.cell = (cs_cell) (form % CS_CELL_COUNT),
											 .layers = 3,
											 .units = {5, 7, 4},
											 .steps = 4,
											 .inputs = 3,
											 .outputs = 2};

	if (form >= CS_CELL_COUNT)
	{
		architecture.attention = true;
		architecture.normalization = CS_NORMALIZATION_SWITCHABLE;
		architecture.dropout = 0.2;
		architecture.dense_layers = 2;
		architecture.dense[0] = 6;
		architecture.dense[1] = 3;
	}
	return architecture;
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
		cs_view_initialize(parameters, views + view, &random);
}

static void
create_model(test_model *model, int form, bool training)
{
	size_t total;
	cs_workspace workspace;

	model->architecture = architecture_of(form);
	model->count = cs_sequence_model_parameter_count(&model->architecture);
	model->parameters = test_calloc(model->count, sizeof(float));
	model->gradient = test_calloc(model->count, sizeof(float));
	total = helper_pass_size(&model->architecture, BATCH, training);
	model->block = test_malloc(total);
	memset(model->block, 0xff, total); /* NaN: nothing may be read unwritten */
	cs_workspace_initialize(&workspace, model->block, total);
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
run_forward(test_model *model, int batch)
{
	cs_sequence_forward(&model->pass, model->parameters, batch);
}

/* In training, with the same noise every time. */
static void
run_training(test_model *model, int batch)
{
	cs_random random;

	cs_random_seed(&random, 3);
	cs_sequence_training_forward(&model->pass, model->parameters, batch, &random);
}

static void
run_backward(test_model *model)
{
	cs_sequence_backward(&model->pass, model->gradient);
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

		assert_int_equal(cs_sequence_model_views(&architecture, views), 11);
		for (int v = 0; v < 11; v++)
		{
			assert_string_equal(views[v].name, names[v]);
			assert_int_equal(views[v].rank, strstr(names[v], "bias") != NULL ? 1 : 2);
		}
		assert_int_equal(views[3].shape[0], gates * 7);
		assert_int_equal(views[3].shape[1], 5);
		assert_int_equal(views[4].shape[1], 7);
		assert_int_equal(views[9].shape[0], 2);
		assert_int_equal(views[9].shape[1], 4);
	}
}

/* The views fill the block without gaps, what is trained first; running statistics last. */
static void
test_block(void **state)
{
	(void) state;
	for (int form = 0; form < FORMS; form++)
	{
		cs_sequence_architecture architecture = architecture_of(form);
		cs_parameter_view views[CS_MAX_VIEWS];
		int count = cs_sequence_model_views(&architecture, views);
		size_t offset = 0;
		size_t trained = 0;
		int running = 0;

		for (int v = 0; v < count; v++)
		{
			assert_int_equal(views[v].offset, offset);
			offset += cs_view_count(views + v);
			assert_int_equal(views[v].trained, strstr(views[v].name, "running") == NULL);
			trained = views[v].trained ? offset : trained;
			running += !views[v].trained;
			assert_true(views[v].trained == (running == 0));
			for (int other = 0; other < v; other++)
				assert_string_not_equal(views[v].name, views[other].name);
		}
		assert_int_equal(running, form < CS_CELL_COUNT ? 0 : 6);
		assert_int_equal(cs_sequence_model_parameter_count(&architecture), offset);
		assert_int_equal(cs_sequence_model_trained_count(&architecture), trained);
	}
}

/* What stands on what, and where the last step is taken. */
static void
test_layers(void **state)
{
	static const char *const names[] = {"attention",
										"layer1.normalization",
										"layer1",
										"layer1.dropout",
										"layer2.normalization",
										"layer2",
										"layer2.dropout",
										"layer3.normalization",
										"layer3",
										"layer3.dropout",
										"dense1",
										"dense2",
										"output"};
	cs_sequence_architecture architecture = architecture_of(CS_CELL_COUNT);
	cs_layer_list list;
	const cs_layer_shape *shapes = list.shape;

	(void) state;
	cs_sequence_layers(&architecture, false, &list);
	assert_int_equal(list.count, 10);
	cs_sequence_layers(&architecture, true, &list);
	assert_int_equal(list.count, 13);
	for (int l = 0; l < 13; l++)
	{
		assert_string_equal(shapes[l].name, names[l]);
		assert_int_equal(shapes[l].steps, l < 9 ? 4 : 1);
		assert_int_equal(shapes[l].inputs, l == 0 ? 3 : shapes[l - 1].outputs);
		assert_int_equal(shapes[l].relu, l == 10 || l == 11);
	}
	assert_int_equal(shapes[12].outputs, 2);
}

static void
test_most_layers(void **state)
{
	cs_sequence_architecture architecture = {.attention = true,
											 .cell = CS_CELL_LSTM,
											 .layers = CS_MAX_LAYERS,
											 .normalization = CS_NORMALIZATION_SWITCHABLE,
											 .dropout = 0.1,
											 .relation_form = CS_RELATION_EXPLICIT,
											 .relation_kinds = CS_RELATION_MAX_KINDS,
											 .side_inputs = 1,
											 .dense_layers = CS_MAX_DENSE,
											 .steps = 2,
											 .inputs = 1,
											 .outputs = 1};
	cs_parameter_view views[CS_MAX_VIEWS];
	cs_layer_list list;
	int count;

	(void) state;
	for (int layer = 0; layer < CS_MAX_LAYERS; layer++)
		architecture.units[layer] = CS_MAX_UNITS;
	for (int layer = 0; layer < CS_MAX_DENSE; layer++)
		architecture.dense[layer] = CS_MAX_UNITS;
	count = cs_sequence_model_views(&architecture, views);
	assert_true(count >= 1 && count <= CS_MAX_VIEWS);
	cs_sequence_layers(&architecture, true, &list);
	assert_int_equal(list.count, CS_MAX_NETWORK_LAYERS);
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

	run_training(model, BATCH);
	for (int i = 0; i < BATCH * model->architecture.outputs; i++)
		loss += (double) loss_weight[i] * model->pass.output[i];
	return loss;
}

/* Biases so far from 0 that no unit of a dense layer comes near the kink of max(0, .). */
static void
keep_from_kinks(test_model *model)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(&model->architecture, views);

	for (int v = 0; v < count; v++)
		for (int j = 0;
			 strncmp(views[v].name, "dense", 5) == 0 && views[v].rank == 1 && j < views[v].shape[0];
			 j++)
			model->parameters[views[v].offset + j] = j % 3 == 2 ? -20.0f : 10.0f;
}

static void
test_central_differences(void **state)
{
	const float step = 4e-3f;

	(void) state;
	for (int form = 0; form < FORMS; form++)
	{
		float loss_weight[BATCH * 2];
		double largest = 0;
		size_t trained;
		test_model model;

		create_model(&model, form, true);
		trained = cs_sequence_model_trained_count(&model.architecture);
		keep_from_kinks(&model);
		fill_input(&model.pass, BATCH, 2);
		for (int i = 0; i < BATCH * 2; i++)
			loss_weight[i] = i % 3 == 0 ? 0.7f : -0.4f;
		run_training(&model, BATCH);
		memcpy(model.pass.output_gradient, loss_weight, sizeof(loss_weight));
		run_backward(&model);
		for (size_t i = 0; i < trained; i++)
			largest = fmax(largest, fabs(model.gradient[i]));
		for (size_t i = 0; i < trained; i++)
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

/* A pass that can only run forward gives the numbers of one that can train. */
static void
test_same_forward(void **state)
{
	(void) state;
	for (int form = 0; form < FORMS; form++)
	{
		test_model whole;
		test_model forward;

		create_model(&whole, form, true);
		create_model(&forward, form, false);
		assert_null(forward.pass.output_gradient);
		for (int batch = BATCH; batch > 0; batch -= BATCH - 1)
		{
			size_t outputs = (size_t) batch * whole.architecture.outputs;

			fill_input(&whole.pass, batch, 2);
			run_training(&whole, batch);
			for (size_t i = 0; i < outputs; i++)
				whole.pass.output_gradient[i] = (float) i - 1;
			run_backward(&whole);
			memcpy(forward.parameters, whole.parameters, whole.count * sizeof(float));
			fill_input(&forward.pass, batch, 2);
			run_forward(&whole, batch);
			run_forward(&forward, batch);
			assert_memory_equal(whole.pass.output, forward.pass.output, outputs * sizeof(float));
		}
		free_model(&whole);
		free_model(&forward);
	}
}

/* Outside of training nothing is drawn and no statistic moves. */
static void
test_inference(void **state)
{
	test_model model;
	float *parameters;
	float output[BATCH * 2];

	(void) state;
	create_model(&model, CS_CELL_COUNT, true);
	parameters = test_malloc(model.count * sizeof(float));
	fill_input(&model.pass, BATCH, 2);
	run_training(&model, BATCH);
	memcpy(parameters, model.parameters, model.count * sizeof(float));
	run_forward(&model, BATCH);
	memcpy(output, model.pass.output, sizeof(output));
	run_forward(&model, BATCH);
	assert_memory_equal(output, model.pass.output, sizeof(output));
	assert_memory_equal(parameters, model.parameters, model.count * sizeof(float));
	run_training(&model, BATCH);
	assert_memory_not_equal(output, model.pass.output, sizeof(output));
	assert_memory_not_equal(parameters, model.parameters, model.count * sizeof(float));
	test_free(parameters);
	free_model(&model);
}

static void
test_sizes(void **state)
{
	cs_sequence_architecture architecture = architecture_of(CS_CELL_COUNT);
	cs_sequence_architecture huge = architecture;
	size_t total;
	cs_workspace workspace;
	cs_sequence_pass pass;
	char *block;

	(void) state;
	for (int training = 0; training < 2; training++)
	{
		total = helper_pass_size(&architecture, BATCH, training == 1);
		block = test_malloc(total);
		cs_workspace_initialize(&workspace, block, total - 2 * CS_ALIGNMENT);
		assert_false(
			cs_sequence_pass_create(&pass, &architecture, BATCH, training == 1, &workspace));
		test_free(block);
	}
	huge.steps = 2000000000;
	huge.inputs = 2000000000;
	huge.units[0] = 2000000000;
	total = helper_pass_size(&huge, 2000000000, true);
	assert_int_equal(total, SIZE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_inference),
		cmocka_unit_test(test_most_layers),
		cmocka_unit_test(test_initialization),
		cmocka_unit_test(test_central_differences),
		cmocka_unit_test(test_same_forward),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
