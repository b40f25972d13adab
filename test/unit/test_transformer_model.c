/*
 * test_transformer_model.c
 *		Networks with a Transformer body: layout and initialization of the parameters; whole passes
 *		against central differences, and forward only; dropout.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/graph/relation_graph.h"
#include "numeric/network/sequence_model.h"
#include "sequence_helper.h"

#define BATCH 5
#define INPUTS 3
#define OUTPUTS 2
#define CASES 4

/* One step, one layer, heads of odd width, and all that an option can change. */
static cs_sequence_architecture
architecture_of(int number)
{
	static const cs_sequence_architecture cases[CASES] = {
		{.layers = 2,
		 .width = 6,
		 .heads = 2,
		 .feed_forward = 7,
		 .positions = true,
		 .dropout = 0.3,
		 .steps = 4},
		{.layers = 1,
		 .width = 8,
		 .heads = 1,
		 .feed_forward = 5,
		 .steps = 9,
		 .dense_layers = 1,
		 .dense = {4}},
		{.layers = 3, .width = 10, .heads = 1, .feed_forward = 4, .positions = true, .steps = 3},
		{.layers = 2, .width = 4, .heads = 2, .feed_forward = 6, .dropout = 0.2, .steps = 1},
	};
	cs_sequence_architecture architecture = cases[number];

	architecture.body = CS_BODY_TRANSFORMER;
	architecture.inputs = INPUTS;
	architecture.outputs = OUTPUTS;
	return architecture;
}

/* A model with all that a pass needs. */
typedef struct test_model
{
	cs_sequence_architecture architecture;
	cs_sequence_pass pass;
	cs_random random;
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
create_model(test_model *model, int number, bool training)
{
	size_t total;
	cs_workspace workspace;

	model->architecture = architecture_of(number);
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
	cs_random random;

	cs_random_seed(&random, seed);
	for (int i = 0; i < pass->architecture->steps * batch * INPUTS; i++)
		pass->input[i] = cs_random_uniform_float(&random, -2, 2);
}

/* With a seed other than 0 the pass drops values out. */
static void
run_forward(test_model *model, int batch, uint64_t seed)
{
	cs_random_seed(&model->random, seed);
	if (seed == 0)
		cs_sequence_forward(&model->pass, model->parameters, batch);
	else
		cs_sequence_training_forward(&model->pass, model->parameters, batch, &model->random);
}

static void
run_backward(test_model *model)
{
	cs_sequence_backward(&model->pass, model->gradient);
}

static void
test_views(void **state)
{
	static const char *const first[] = {"input.weight", "input.bias", "layer1.in_weight",
										"layer1.in_bias", "layer1.out_weight"};

	(void) state;
	for (int number = 0; number < CASES; number++)
	{
		cs_sequence_architecture architecture = architecture_of(number);
		int width = architecture.width;
		cs_parameter_view views[CS_MAX_VIEWS];
		int count = cs_sequence_model_views(&architecture, views);
		size_t offset = 0;

		assert_int_equal(count, 4 + 12 * architecture.layers + 2 * architecture.dense_layers);
		for (int v = 0; v < 5; v++)
			assert_string_equal(views[v].name, first[v]);
		assert_string_equal(views[count - 2].name, "output.weight");
		assert_string_equal(views[count - 1].name, "output.bias");
		for (int v = 0; v < count; v++)
		{
			assert_int_equal(views[v].offset, offset);
			offset += (size_t) views[v].shape[0] * views[v].shape[1];
			assert_int_equal(views[v].rank, strstr(views[v].name, "norm") != NULL ||
													strstr(views[v].name, "bias") != NULL
												? 1
												: 2);
		}
		assert_int_equal(views[0].shape[0], width);
		assert_int_equal(views[0].shape[1], INPUTS);
		assert_int_equal(views[2].shape[0], 3 * width);
		assert_int_equal(views[6].shape[0], architecture.feed_forward);
		assert_int_equal(views[8].shape[1], architecture.feed_forward);
		assert_int_equal(views[count - 2].shape[0], OUTPUTS);
		assert_int_equal(cs_sequence_model_parameter_count(&architecture), offset);
	}
}

static void
test_most_layers(void **state)
{
	cs_sequence_architecture architecture = {.body = CS_BODY_TRANSFORMER,
											 .layers = CS_MAX_LAYERS,
											 .width = CS_MAX_UNITS,
											 .heads = 1,
											 .feed_forward = CS_MAX_FEED_FORWARD,
											 .positions = true,
											 .dropout = 0.9,
											 .relation_form = CS_RELATION_EXPLICIT,
											 .relation_kinds = CS_RELATION_MAX_KINDS,
											 .side_inputs = 1,
											 .dense_layers = CS_MAX_DENSE,
											 .steps = 2,
											 .inputs = 1,
											 .outputs = 1};
	cs_parameter_view views[CS_MAX_VIEWS];

	(void) state;
	for (int layer = 0; layer < CS_MAX_DENSE; layer++)
		architecture.dense[layer] = CS_MAX_UNITS;
	assert_int_equal(cs_sequence_model_views(&architecture, views), CS_MAX_VIEWS);
}

static void
test_initialization(void **state)
{
	cs_sequence_architecture architecture = {.body = CS_BODY_TRANSFORMER,
											 .layers = 2,
											 .width = 40,
											 .heads = 4,
											 .feed_forward = 160,
											 .steps = 5,
											 .inputs = 9,
											 .outputs = 3};
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(&architecture, views);
	size_t parameters_count = cs_sequence_model_parameter_count(&architecture);
	float *parameters = test_malloc(parameters_count * sizeof(float));

	(void) state;
	initialize(parameters, &architecture, 5);
	for (int v = 0; v < count; v++)
	{
		const float *block = parameters + views[v].offset;
		const char *name = strchr(views[v].name, '.') + 1;
		int values = views[v].shape[0] * views[v].shape[1];
		const cs_parameter_view *weight = views[v].rank == 2 ? views + v : views + v - 1;
		double bound = 1 / sqrt(weight->shape[1]);
		double square = 0;

		if (strcmp(name, "in_weight") == 0)
			bound = sqrt(6.0 / (4 * 40));
		if (strncmp(name, "norm", 4) == 0 || strcmp(name, "in_bias") == 0 ||
			strcmp(name, "out_bias") == 0 || strcmp(views[v].name, "output.bias") == 0)
		{
			for (int i = 0; i < values; i++)
				assert_true(block[i] == (strstr(name, "weight") != NULL ? 1.0f : 0.0f));
			continue;
		}
		for (int i = 0; i < values; i++)
		{
			assert_true(fabs(block[i]) <= bound * 1.000001);
			square += (double) block[i] * block[i];
		}
		/* variance of a uniform variable: a third of the bound's square */
		assert_true(values < 40 || fabs(3 * square / values / (bound * bound) - 1) < 0.45);
		assert_true(values < 1000 || fabs(3 * square / values / (bound * bound) - 1) < 0.1);
	}
	test_free(parameters);
}

/* Sum of weight times output, in double. */
static double
loss_of(test_model *model, const float *loss_weight, uint64_t seed)
{
	double loss = 0;

	run_forward(model, BATCH, seed);
	for (int i = 0; i < BATCH * OUTPUTS; i++)
		loss += (double) loss_weight[i] * model->pass.output[i];
	return loss;
}

static void
check_differences(test_model *model, const float *loss_weight, uint64_t seed)
{
	const float step = 2e-3f;
	double error = 0;
	double size = 0;

	for (size_t i = 0; i < model->count; i++)
	{
		float kept = model->parameters[i];
		double difference;

		model->parameters[i] = kept + step;
		difference = loss_of(model, loss_weight, seed);
		model->parameters[i] = kept - step;
		difference -= loss_of(model, loss_weight, seed);
		model->parameters[i] = kept;
		difference /= 2 * step;
		error += (difference - model->gradient[i]) * (difference - model->gradient[i]);
		size += difference * difference;
	}
	assert_true(sqrt(error / size) < 3e-3);
}

/*
 * Norms and biases away from 1 and 0, and the rectifier's inputs well to either side of its kink.
 */
static void
move_parameters(test_model *model)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(&model->architecture, views);

	for (size_t i = 0; i < model->count; i++)
		model->parameters[i] += 0.1f * (float) ((int) (i % 7) - 3);
	for (int v = 0; v < count; v++)
		for (int i = 0; strstr(views[v].name, "feed_forward1_bias") && i < views[v].shape[0]; i++)
			model->parameters[views[v].offset + i] = i % 3 == 1 ? -4.0f : 4.0f;
}

static void
test_central_differences(void **state)
{
	(void) state;
	for (int number = 0; number < CASES; number++)
		for (uint64_t seed = 0; seed < 2; seed++)
		{
			float loss_weight[BATCH * OUTPUTS];
			test_model model;

			create_model(&model, number, true);
			move_parameters(&model);
			fill_input(&model.pass, BATCH, 2);
			for (int i = 0; i < BATCH * OUTPUTS; i++)
				loss_weight[i] = i % 3 == 0 ? 0.7f : -0.4f;
			run_forward(&model, BATCH, seed);
			memcpy(model.pass.output_gradient, loss_weight, sizeof(loss_weight));
			run_backward(&model);
			check_differences(&model, loss_weight, seed);
			free_model(&model);
		}
}

/* Forward only, and with a batch below capacity: the same numbers. */
static void
test_same_forward(void **state)
{
	(void) state;
	for (int number = 0; number < CASES; number++)
	{
		test_model whole;
		test_model forward;

		create_model(&whole, number, true);
		create_model(&forward, number, false);
		assert_null(forward.pass.output_gradient);
		for (int batch = BATCH; batch > 0; batch -= BATCH - 1)
		{
			size_t outputs = (size_t) batch * OUTPUTS;

			fill_input(&whole.pass, batch, 2);
			fill_input(&forward.pass, batch, 2);
			run_forward(&whole, batch, 0);
			run_forward(&forward, batch, 0);
			assert_memory_equal(whole.pass.output, forward.pass.output, outputs * sizeof(float));
		}
		free_model(&whole);
		free_model(&forward);
	}
}

/* Dropout changes the output in training, by another seed in another way. */
static void
test_dropout(void **state)
{
	float output[4][BATCH * OUTPUTS];
	test_model model;

	(void) state;
	create_model(&model, 0, true);
	fill_input(&model.pass, BATCH, 2);
	for (uint64_t seed = 0; seed < 4; seed++)
	{
		run_forward(&model, BATCH, seed % 3);
		memcpy(output[seed], model.pass.output, sizeof(output[0]));
	}
	assert_memory_equal(output[0], output[3], sizeof(output[0]));
	assert_memory_not_equal(output[0], output[1], sizeof(output[0]));
	assert_memory_not_equal(output[0], output[2], sizeof(output[0]));
	assert_memory_not_equal(output[1], output[2], sizeof(output[0]));
	free_model(&model);
}

static void
test_sizes(void **state)
{
	cs_sequence_architecture huge = architecture_of(0);
	size_t total;
	cs_workspace workspace;
	cs_sequence_pass pass;

	(void) state;
	for (int number = 0; number < CASES; number++)
		for (int training = 0; training < 2; training++)
		{
			cs_sequence_architecture architecture = architecture_of(number);
			char *block;

			total = helper_pass_size(&architecture, BATCH, training == 1);
			block = test_malloc(total);
			cs_workspace_initialize(&workspace, block, total - 2 * CS_ALIGNMENT);
			assert_false(
				cs_sequence_pass_create(&pass, &architecture, BATCH, training == 1, &workspace));
			test_free(block);
		}
	huge.steps = 2000000000;
	huge.inputs = 2000000000;
	total = helper_pass_size(&huge, 2000000000, true);
	assert_int_equal(total, SIZE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views),		   cmocka_unit_test(test_most_layers),
		cmocka_unit_test(test_initialization), cmocka_unit_test(test_central_differences),
		cmocka_unit_test(test_same_forward),   cmocka_unit_test(test_dropout),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
