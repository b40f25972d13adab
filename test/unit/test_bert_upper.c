/*
 * test_bert_upper.c
 *		The upper layers of encoders of BERT's kind and their gradients, against PyTorch and, with
 *		dropout, against differences; their copies; their work between polls.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/network/bert_upper.h"

#include "golden/bert_upper.h"
#include "check_helper.h"
#include "poll_helper.h"

#define WIDTH 8
#define HIDDEN 12
#define LAYERS 2
#define FEATURES (CS_BERT_FEATURE_PARTS * WIDTH)
#define MOST_STEPS 16

typedef struct test_upper
{
	cs_bert_upper upper;
	size_t count; /* of parameters */
	float *parameters;
	float *gradient;
	float *lower;
	bool chosen[MOST_STEPS];
	float slope[FEATURES];
	void *block;
} test_upper;

static cs_activation
activation_of(const char *name)
{
	return strcmp(name, "relu") == 0   ? CS_ACTIVATION_RELU
		   : strcmp(name, "gelu") == 0 ? CS_ACTIVATION_GELU
									   : CS_ACTIVATION_GELU_TANH;
}

static void
create(test_upper *test, const cs_bert_shape *shape, int steps, bool training)
{
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	cs_bert_upper_create(&test->upper, shape, LAYERS, steps, training, &workspace);
	test->block = test_calloc(1, cs_workspace_total(&workspace));
	cs_workspace_initialize(&workspace, test->block, cs_workspace_total(&workspace));
	assert_true(cs_bert_upper_create(&test->upper, shape, LAYERS, steps, training, &workspace));
}

static void
set_up(test_upper *test, const golden_bert_upper_case *golden, bool training)
{
	cs_bert_shape shape = {.width = WIDTH,
						   .layers = 3,
						   .heads = golden->heads,
						   .feed_forward = HIDDEN,
						   .activation = activation_of(golden->activation),
						   .norm_epsilon = golden->epsilon};

	test->count = LAYERS * cs_bert_layer_parameters(&shape);
	test->parameters = floats(test->count);
	test->gradient = floats(test->count);
	test->lower = floats((size_t) golden->steps * WIDTH);
	copy(test->parameters, golden->parameters, test->count);
	copy(test->lower, golden->lower, (size_t) golden->steps * WIDTH);
	copy(test->slope, golden->slope, FEATURES);
	for (int t = 0; t < golden->steps; t++)
		test->chosen[t] = golden->chosen[t] != 0;
	create(test, &shape, golden->steps, training);
}

static void
tear_down(test_upper *test)
{
	test_free(test->parameters);
	test_free(test->gradient);
	test_free(test->lower);
	test_free(test->block);
}

/* The features times their slopes. */
static double
loss_of(test_upper *test, const float *parameters, double dropout, uint64_t noise, float *features)
{
	double sum = 0;

	cs_bert_upper_forward(&test->upper, parameters, test->lower, dropout, noise);
	cs_bert_entity_features(features, test->upper.hidden, test->chosen, test->upper.steps, WIDTH);
	for (int c = 0; c < FEATURES; c++)
		sum += (double) test->slope[c] * features[c];
	return sum;
}

static void
add_gradient(test_upper *test)
{
	cs_bert_entity_features_backward(test->upper.slope, test->slope, test->upper.hidden,
									 test->chosen, test->upper.steps, WIDTH);
	cs_bert_upper_backward(&test->upper, test->gradient, test->parameters);
}

static void
test_golden(void **state)
{
	(void) state;
	for (size_t i = 0; i < COUNT(golden_bert_upper); i++)
		for (int training = 0; training < 2; training++)
		{
			const golden_bert_upper_case *golden = golden_bert_upper + i;
			test_upper test;
			float features[FEATURES];

			set_up(&test, golden, training == 1);
			loss_of(&test, test.parameters, 0.5, 0, features);
			assert_tensor("hidden", test.upper.hidden, golden->hidden,
						  (size_t) golden->steps * WIDTH, 1e-5);
			assert_tensor("features", features, golden->features, FEATURES, 1e-5);
			if (training == 1)
			{
				add_gradient(&test);
				assert_tensor("gradient", test.gradient, golden->gradient, test.count, 1e-5);
				/* what is added is as much again */
				loss_of(&test, test.parameters, 0, 7, features);
				add_gradient(&test);
				for (size_t p = 0; p < test.count; p++)
					test.gradient[p] /= 2;
				assert_tensor("sum", test.gradient, golden->gradient, test.count, 1e-5);
			}
			tear_down(&test);
		}
}

/* The derivative in a drawn direction, while the dropout drops the same values. */
static void
test_differences(void **state)
{
	(void) state;
	for (size_t i = 0; i < COUNT(golden_bert_upper); i++)
		for (uint64_t noise = 1; noise < 4; noise++)
		{
			const double step = 1e-3;
			test_upper test;
			float features[FEATURES];
			float *direction;
			float *moved;
			double slope = 0;
			double loss[2];

			set_up(&test, golden_bert_upper + i, true);
			direction = floats(test.count);
			moved = floats(test.count);
			loss_of(&test, test.parameters, 0.3, noise, features);
			add_gradient(&test);
			randomize(direction, test.count, 1, noise);
			for (int side = 0; side < 2; side++)
			{
				for (size_t p = 0; p < test.count; p++)
					moved[p] =
						test.parameters[p] + (float) ((side == 0 ? step : -step) * direction[p]);
				loss[side] = loss_of(&test, moved, 0.3, noise, features);
			}
			for (size_t p = 0; p < test.count; p++)
				slope += (double) test.gradient[p] * direction[p];
			assert_near((loss[0] - loss[1]) / (2 * step), slope, 5e-3, 1);
			test_free(direction);
			test_free(moved);
			tear_down(&test);
		}
}

/* Layers out of files are those that the whole encoder computes with. */
static void
test_copy(void **state)
{
	enum
	{
		steps = 6
	};
	cs_bert_shape shape = {.vocabulary = 5,
						   .width = WIDTH,
						   .layers = 3,
						   .heads = 2,
						   .feed_forward = HIDDEN,
						   .positions = steps,
						   .types = 1,
						   .activation = CS_ACTIVATION_GELU,
						   .norm_epsilon = 1e-12};
	static const uint32_t id[steps] = {1, 4, 0, 2, 2, 3};
	cs_bert_layer layers[3];
	float *values = floats(3 * 2000);
	cs_bert bert = {.shape = shape, .layer = layers};
	cs_workspace workspace;
	cs_bert_pass pass;
	test_upper test;
	void *block;
	float *lower = floats(steps * WIDTH);

	(void) state;
	randomize(values, 3 * 2000, 0.5F, 3);
	bert.token = (cs_stored_floats){.format = CS_FLOAT_32, .bytes = (unsigned char *) values};
	bert.position =
		(cs_stored_floats){.format = CS_FLOAT_32, .bytes = (unsigned char *) (values + 100)};
	bert.type =
		(cs_stored_floats){.format = CS_FLOAT_32, .bytes = (unsigned char *) (values + 200)};
	bert.norm_weight = values + 300;
	bert.norm_bias = values + 310;
	for (int l = 0; l < 3; l++)
		for (int tensor = 0; tensor < CS_BERT_TENSORS; tensor++)
			layers[l].tensor[tensor] = values + 1000 * l + 50 * tensor + 400;
	cs_workspace_count(&workspace);
	cs_bert_pass_create(&pass, &bert, steps, &workspace);
	block = test_calloc(1, cs_workspace_total(&workspace));
	cs_workspace_initialize(&workspace, block, cs_workspace_total(&workspace));
	assert_true(cs_bert_pass_create(&pass, &bert, steps, &workspace));
	assert_int_equal(CS_OK, cs_bert_forward_lower(&pass, id, 1));
	memcpy(lower, pass.hidden, steps * WIDTH * sizeof(float));
	assert_int_equal(CS_OK, cs_bert_forward(&pass, id));

	test.parameters = floats(LAYERS * cs_bert_layer_parameters(&shape));
	create(&test, &shape, steps, false);
	cs_bert_upper_copy(test.parameters, &bert, LAYERS);
	cs_bert_upper_forward(&test.upper, test.parameters, lower, 0, 0);
	for (int i = 0; i < steps * WIDTH; i++)
		assert_near(test.upper.hidden[i], pass.hidden[i], 1e-5, 1);
	test_free(test.parameters);
	test_free(test.block);
	test_free(values);
	test_free(lower);
	test_free(block);
}

static void
test_views(void **state)
{
	const cs_bert_shape shape = {.width = WIDTH, .layers = 12, .heads = 2, .feed_forward = HIDDEN};
	cs_parameter_view views[LAYERS * CS_ENCODER_TENSORS];
	size_t sum = 0;

	(void) state;
	assert_int_equal(COUNT(views), cs_bert_upper_views(&shape, LAYERS, views));
	for (size_t i = 0; i < COUNT(views); i++)
	{
		assert_int_equal(sum, views[i].offset);
		sum += cs_view_count(views + i);
	}
	assert_int_equal(LAYERS * cs_bert_layer_parameters(&shape), sum);
	assert_string_equal("layer11.in_weight", views[0].name);
	assert_string_equal("layer12.norm2_bias", views[COUNT(views) - 1].name);
	assert_int_equal(3 * WIDTH, views[0].shape[0]);
	assert_int_equal(WIDTH, views[0].shape[1]);
}

static void
test_polls(void **state)
{
	const cs_bert_shape shape = {.width = 256,
								 .layers = LAYERS,
								 .heads = 4,
								 .feed_forward = 1024,
								 .activation = CS_ACTIVATION_GELU,
								 .norm_epsilon = 1e-12};
	enum
	{
		steps = 200
	};
	double work = LAYERS * cs_bert_layer_parameters(&shape) * (double) steps;
	test_upper test;
	poll_count forward;
	poll_count backward;

	(void) state;
	test.count = LAYERS * cs_bert_layer_parameters(&shape);
	test.parameters = floats(test.count);
	test.gradient = floats(test.count);
	test.lower = floats(steps * 256);
	randomize(test.parameters, test.count, 0.05F, 1);
	randomize(test.lower, steps * 256, 1, 2);
	create(&test, &shape, steps, true);
	poll_count_start();
	cs_bert_upper_forward(&test.upper, test.parameters, test.lower, 0.1, 3);
	forward = poll_count_end();
	memset(test.upper.slope, 0, steps * 256 * sizeof(float));
	poll_count_start();
	cs_bert_upper_backward(&test.upper, test.gradient, test.parameters);
	backward = poll_count_end();
	/* a product takes 128 positions at a time at least */
	assert_polls(&forward, work, 128.0 * 4 * 256 * 1024);
	assert_polls(&backward, 2 * work, 128.0 * 4 * 256 * 1024);
	tear_down(&test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_differences),
		cmocka_unit_test(test_copy), cmocka_unit_test(test_views), cmocka_unit_test(test_polls)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
