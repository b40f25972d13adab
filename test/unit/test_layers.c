/*
 * test_layers.c
 *		Self-attention, switchable normalization, Gaussian dropout and dense layers: against
 *		reference values tensor by tensor, against central differences; how often they poll.
 *
 * N batch, T steps, C inputs, K outputs.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/network/layer.h"
#include "numeric/network/rows_at_once.h"
#include "poll_helper.h"
#include "check_helper.h"
#include "golden/layers.h"

/* A layer with memory of its own, of exactly the sizes that it states. */
typedef struct test_layer
{
	cs_layer layer;
	float *input;
	float *parameters;
	float *state;
	size_t input_count;
	size_t output_count;
	size_t trained;
	size_t untrained;
} test_layer;

static float *
unwritten_floats(size_t count)
{
	float *values = test_malloc((count + 1) * sizeof(float));

	for (size_t i = 0; i < count; i++)
		values[i] = NAN; /* nothing may be read unwritten */
	return values;
}

static void
create_layer(test_layer *test, cs_layer_shape shape, int batch, bool training)
{
	cs_layer *layer = &test->layer;
	cs_layer_sizes sizes = shape.kind->sizes(&shape, (size_t) batch);
	cs_parameter_view views[8];
	cs_view_list list = {.views = views};

	memset(test, 0, sizeof(*test));
	if (shape.kind->views != NULL)
		shape.kind->views(&list, &shape);
	for (int view = 0; view < list.count; view++)
		*(views[view].trained ? &test->trained : &test->untrained) += cs_view_count(views + view);
	test->input_count = (size_t) shape.steps * batch * shape.inputs;
	test->output_count = (size_t) shape.steps * batch * shape.outputs;
	test->input = unwritten_floats(test->input_count);
	test->parameters = unwritten_floats(test->trained);
	test->state = unwritten_floats(test->untrained);
	layer->shape = shape;
	layer->batch = batch;
	layer->training = training;
	layer->input = test->input;
	layer->parameters = test->parameters;
	layer->state = layer->new_state = test->state;
	layer->buffer = layer->output = unwritten_floats(test->output_count);
	layer->kept = unwritten_floats(sizes.kept);
	layer->scratch = unwritten_floats(sizes.scratch);
	layer->gradient = unwritten_floats(test->trained);
	memset(layer->gradient, 0, test->trained * sizeof(float));
	layer->output_gradient = unwritten_floats(test->output_count);
	layer->input_gradient = unwritten_floats(test->input_count);
	layer->noise = 7;
}

static void
free_layer(test_layer *test)
{
	test_free(test->input);
	test_free(test->parameters);
	test_free(test->state);
	test_free(test->layer.buffer);
	test_free(test->layer.kept);
	test_free(test->layer.scratch);
	test_free(test->layer.gradient);
	test_free(test->layer.output_gradient);
	test_free(test->layer.input_gradient);
}

static void
run_forward(test_layer *test)
{
	test->layer.output = test->layer.buffer;
	test->layer.shape.kind->forward(&test->layer);
}

static void
run_backward(test_layer *test)
{
	test->layer.shape.kind->backward(&test->layer);
}

static void
randomize_layer(test_layer *test)
{
	randomize(test->input, test->input_count, 1.5f, 1);
	randomize(test->parameters, test->trained, 0.8f, 2);
	randomize(test->state, test->untrained, 0.5f, 3);
	for (size_t i = test->untrained / 2; i < test->untrained; i++)
		test->state[i] = fabsf(test->state[i]) + 0.1f; /* variances */
	randomize(test->layer.output_gradient, test->output_count, 1.0f, 4);
}

/* Forward and backward in training, every tensor of the layer by itself. */
static void
check_golden(test_layer *test, const cs_layer_kind *kind, const golden_layer_case *golden)
{
	cs_layer_shape shape = {.kind = kind,
							.name = "golden",
							.steps = golden->steps,
							.inputs = golden->channels,
							.outputs = golden->outputs};
	cs_parameter_view views[8];
	cs_view_list list = {.views = views};
	size_t offset = 0;

	create_layer(test, shape, golden->batch, true);
	copy(test->input, golden->input, test->input_count);
	copy(test->parameters, golden->parameters, test->trained);
	copy(test->layer.output_gradient, golden->loss_weight, test->output_count);
	memset(test->state, 0, test->untrained * sizeof(float));
	run_forward(test);
	assert_tensor("output", test->layer.output, golden->output, test->output_count, 1e-5);
	run_backward(test);
	assert_tensor("input gradient", test->layer.input_gradient, golden->input_gradient,
				  test->input_count, 1e-5);
	kind->views(&list, &shape);
	for (int view = 0; view < list.count && views[view].trained; view++)
	{
		assert_tensor(views[view].name, test->layer.gradient + offset, golden->gradient + offset,
					  cs_view_count(views + view), 1e-5);
		offset += cs_view_count(views + view);
	}
}

static void
test_golden_attention(void **state)
{
	(void) state;
	assert_int_equal(COUNT(golden_attentions), 2);
	for (size_t c = 0; c < COUNT(golden_attentions); c++)
	{
		test_layer test;

		check_golden(&test, &cs_self_attention_kind, golden_attentions + c);
		free_layer(&test);
	}
}

static void
test_golden_norm(void **state)
{
	(void) state;
	assert_int_equal(COUNT(golden_norms), 2);
	for (size_t c = 0; c < COUNT(golden_norms); c++)
	{
		const golden_layer_case *golden = golden_norms + c;
		test_layer test;

		check_golden(&test, &cs_switchable_norm_kind, golden);
		/* from 0, a tenth of the way to the batch's */
		for (size_t i = 0; i < test.untrained; i++)
			test.state[i] *= 10;
		assert_tensor("running", test.state, golden->moments, test.untrained, 1e-5);
		copy(test.state, golden->running, test.untrained);
		test.layer.training = false;
		run_forward(&test);
		assert_tensor("inference", test.layer.output, golden->inference_output, test.output_count,
					  1e-5);
		free_layer(&test);
	}
}

static const cs_layer_shape small_shapes[] = {
	{.kind = &cs_self_attention_kind, .name = "a", .steps = 4, .inputs = 3, .outputs = 5},
	{.kind = &cs_self_attention_kind, .name = "a", .steps = 1, .inputs = 2, .outputs = 2},
	{.kind = &cs_switchable_norm_kind, .name = "n", .steps = 4, .inputs = 5, .outputs = 5},
	{.kind = &cs_switchable_norm_kind, .name = "n", .steps = 3, .inputs = 1, .outputs = 1},
	{.kind = &cs_gaussian_dropout_kind,
	 .name = "g",
	 .steps = 4,
	 .inputs = 5,
	 .outputs = 5,
	 .rate = 0.3},
	{.kind = &cs_dense_kind, .name = "d", .steps = 1, .inputs = 5, .outputs = 4, .relu = true},
	{.kind = &cs_dense_kind, .name = "d", .steps = 3, .inputs = 2, .outputs = 3},
	{.kind = &cs_recurrent_kind,
	 .name = "r",
	 .steps = 3,
	 .inputs = 2,
	 .outputs = 3,
	 .cell = CS_CELL_GRU},
};

/* sum(loss weight * output), in double. */
static double
loss_of(test_layer *test, const float *loss_weight)
{
	double loss = 0;

	run_forward(test);
	for (size_t i = 0; i < test->output_count; i++)
		loss += (double) loss_weight[i] * test->layer.output[i];
	return loss;
}

static void
check_differences(test_layer *test, float *values, const float *gradient, size_t count,
				  const float *loss_weight)
{
	const float step = 4e-3f;
	double largest = 0;

	for (size_t i = 0; i < count; i++)
		largest = fmax(largest, fabs(gradient[i]));
	for (size_t i = 0; i < count; i++)
	{
		float kept = values[i];
		double high;
		double low;

		values[i] = kept + step;
		high = loss_of(test, loss_weight);
		values[i] = kept - step;
		low = loss_of(test, loss_weight);
		values[i] = kept;
		assert_true(fabs((high - low) / (2 * step) - gradient[i]) <= 2e-3 * largest);
	}
}

static void
test_central_differences(void **state)
{
	(void) state;
	for (size_t s = 0; s < COUNT(small_shapes); s++)
	{
		test_layer test;
		float *loss_weight;

		create_layer(&test, small_shapes[s], 3, true);
		randomize_layer(&test);
		loss_weight = unwritten_floats(test.output_count);
		memcpy(loss_weight, test.layer.output_gradient, test.output_count * sizeof(float));
		run_forward(&test);
		run_backward(&test);
		check_differences(&test, test.parameters, test.layer.gradient, test.trained, loss_weight);
		check_differences(&test, test.input, test.layer.input_gradient, test.input_count,
						  loss_weight);
		test_free(loss_weight);
		free_layer(&test);
	}
}

/* Without an input gradient the parameters' are the same. */
static void
test_lowest_layer(void **state)
{
	(void) state;
	for (size_t s = 0; s < COUNT(small_shapes); s++)
	{
		test_layer test;
		float *gradient;

		if (small_shapes[s].kind == &cs_gaussian_dropout_kind)
			continue; /* never the lowest */
		create_layer(&test, small_shapes[s], 3, true);
		randomize_layer(&test);
		gradient = unwritten_floats(test.trained);
		run_forward(&test);
		run_backward(&test);
		memcpy(gradient, test.layer.gradient, test.trained * sizeof(float));
		memset(test.layer.gradient, 0, test.trained * sizeof(float));
		randomize_layer(&test);
		test_free(test.layer.input_gradient);
		test.layer.input_gradient = NULL;
		run_forward(&test);
		run_backward(&test);
		assert_memory_equal(gradient, test.layer.gradient, test.trained * sizeof(float));
		test_free(gradient);
		test.layer.input_gradient = unwritten_floats(0);
		free_layer(&test);
	}
}

/* Layers large enough to poll. */
static const struct
{
	cs_layer_shape shape;
	int batch;
	double forward; /* multiply-adds, or what takes as long */
	double backward;
} polling_cases[] = {
	{{.kind = &cs_self_attention_kind, .name = "a", .steps = 700, .inputs = 60, .outputs = 60},
	 2,
	 1400.0 * (180 * 60 + 2 * 700 * 60),
	 1400.0 * (360 * 60 + 5 * 700 * 60)},
	{{.kind = &cs_self_attention_kind, .name = "a", .steps = 3, .inputs = 1200, .outputs = 1200},
	 20,
	 60.0 * 3600 * 1200,
	 60.0 * 7200 * 1200},
	{{.kind = &cs_switchable_norm_kind, .name = "n", .steps = 50, .inputs = 40, .outputs = 40},
	 3000,
	 16.0 * 3000 * 50 * 40,
	 32.0 * 3000 * 50 * 40},
	{{.kind = &cs_gaussian_dropout_kind,
	  .name = "g",
	  .steps = 50,
	  .inputs = 40,
	  .outputs = 40,
	  .rate = 0.2},
	 1000,
	 40.0 * 1000 * 50 * 40,
	 2.0 * 1000 * 50 * 40},
	{{.kind = &cs_dense_kind,
	  .name = "d",
	  .steps = 1,
	  .inputs = 1024,
	  .outputs = 512,
	  .relu = true},
	 300,
	 300.0 * 1024 * 512,
	 600.0 * 1024 * 512},
	{{.kind = &cs_transformer_input_kind, .name = "i", .steps = 10, .inputs = 200, .outputs = 512},
	 300,
	 3000.0 * 200 * 512,
	 3000.0 * 200 * 512},
};

/* They poll in both passes; what a slice of their rows has is the most between two polls. */
static void
test_polls(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(polling_cases); c++)
	{
		test_layer test;
		poll_count polls;

		create_layer(&test, polling_cases[c].shape, polling_cases[c].batch, true);
		randomize_layer(&test);
		poll_count_start();
		run_forward(&test);
		polls = poll_count_end();
		assert_polls(&polls, polling_cases[c].forward, 4.2e7);
		poll_count_start();
		run_backward(&test);
		polls = poll_count_end();
		assert_polls(&polls, polling_cases[c].backward, 4.2e7);
		assert_true(polls.polls > 1);
		free_layer(&test);
	}
}

/* Outside of training each window's output is its own, bit by bit, whatever stands beside it. */
static void
test_windows_apart(void **state)
{
	(void) state;
	for (size_t s = 0; s < COUNT(small_shapes); s++)
	{
		const cs_layer_shape *shape = small_shapes + s;
		test_layer many;
		test_layer one;

		create_layer(&many, *shape, 9, false);
		create_layer(&one, *shape, 1, false);
		randomize_layer(&many);
		randomize_layer(&one);
		run_forward(&many);
		for (int n = 0; n < 9; n++)
		{
			for (int t = 0; t < shape->steps; t++)
				memcpy(one.input + (size_t) t * shape->inputs,
					   many.input + ((size_t) t * 9 + n) * shape->inputs,
					   shape->inputs * sizeof(float));
			run_forward(&one);
			for (int t = 0; t < shape->steps; t++)
				for (int k = 0; k < shape->outputs; k++)
				{
					float expected = many.layer.output[((size_t) t * 9 + n) * shape->outputs + k];

					assert_true(fabsf(one.layer.output[(size_t) t * shape->outputs + k] -
									  expected) <= 1e-6f * fmaxf(1.0f, fabsf(expected)));
				}
		}
		free_layer(&many);
		free_layer(&one);
	}
}

enum
{
	DRAWS = 400000
};

/* Mean, variance, skewness and kurtosis of the noise; tails; nothing between neighbours. */
static void
test_noise(void **state)
{
	cs_layer_shape shape = {.kind = &cs_gaussian_dropout_kind,
							.name = "g",
							.steps = 1,
							.inputs = DRAWS,
							.outputs = DRAWS,
							.rate = 0.2};
	double moment[5] = {0};
	double neighbours = 0;
	int tail = 0;
	test_layer test;

	(void) state;
	create_layer(&test, shape, 1, true);
	for (int i = 0; i < DRAWS; i++)
		test.input[i] = 2;
	run_forward(&test);
	for (int i = 0; i < DRAWS; i++)
	{
		double z = (test.layer.output[i] / 2 - 1) / 0.5; /* sqrt(0.2 / 0.8) */

		for (int p = 1; p <= 4; p++)
			moment[p] += pow(z, p) / DRAWS;
		if (i > 0)
			neighbours += z * (test.layer.output[i - 1] / 2 - 1) / 0.5 / DRAWS;
		tail += fabs(z) > 3;
		assert_true(fabs(z) < 5.5);
	}
	/* five standard errors */
	assert_true(fabs(moment[1]) < 5 * sqrt(1.0 / DRAWS));
	assert_true(fabs(moment[2] - 1) < 5 * sqrt(2.0 / DRAWS));
	assert_true(fabs(moment[3]) < 5 * sqrt(15.0 / DRAWS));
	assert_true(fabs(moment[4] - 3) < 5 * sqrt(96.0 / DRAWS));
	assert_true(fabs(neighbours) < 5 * sqrt(1.0 / DRAWS));
	assert_true(fabs(tail - 0.0026998 * DRAWS) < 5 * sqrt(0.0026998 * DRAWS));
	free_layer(&test);
}

/* The same key gives the same noise, another key other noise; without training there is none. */
static void
test_noise_keys(void **state)
{
	cs_layer_shape shape = {.kind = &cs_gaussian_dropout_kind,
							.name = "g",
							.steps = 3,
							.inputs = 50,
							.outputs = 50,
							.rate = 0.5};
	test_layer a;
	test_layer b;

	(void) state;
	create_layer(&a, shape, 4, true);
	create_layer(&b, shape, 4, true);
	randomize_layer(&a);
	randomize_layer(&b);
	run_forward(&a);
	run_forward(&b);
	assert_memory_equal(a.layer.output, b.layer.output, a.output_count * sizeof(float));
	b.layer.noise++;
	run_forward(&b);
	assert_memory_not_equal(a.layer.output, b.layer.output, a.output_count * sizeof(float));
	b.layer.training = false;
	run_forward(&b);
	assert_memory_equal(b.layer.output, b.input, b.output_count * sizeof(float));
	free_layer(&a);
	free_layer(&b);
}

/* Constant and far-off channels give finite outputs and gradients. */
static void
test_norm_extremes(void **state)
{
	cs_layer_shape shape = {
		.kind = &cs_switchable_norm_kind, .name = "n", .steps = 5, .inputs = 3, .outputs = 3};
	test_layer test;

	(void) state;
	for (int form = 0; form < 2; form++)
	{
		create_layer(&test, shape, 4, true);
		randomize_layer(&test);
		for (size_t i = 0; i < test.input_count; i++)
			test.input[i] = form == 0 ? 3.0f : 1e6f * test.input[i];
		run_forward(&test);
		run_backward(&test);
		for (size_t i = 0; i < test.output_count; i++)
			assert_true(fabsf(test.layer.output[i]) < 100);
		for (size_t i = 0; i < test.input_count; i++)
			assert_true(fabsf(test.layer.input_gradient[i]) < 1e6f);
		free_layer(&test);
	}
}

static void
test_sizes(void **state)
{
	cs_layer_shape shape = small_shapes[0];

	(void) state;
	assert_int_equal(cs_saturated_product(SIZE_MAX / 2, 3), SIZE_MAX);
	assert_int_equal(cs_saturated_sum(SIZE_MAX, 1), SIZE_MAX);
	assert_int_equal(cs_saturated_sum(3, 4), 7);
	assert_int_equal(cs_rows_at_once(10, 1e9), 1);
	assert_int_equal(cs_rows_at_once(10, 1), 10);
	assert_int_equal(cs_rows_at_once(10, CS_SLICE_WORK / 3), 3);
	for (size_t s = 0; s < 5; s++)
	{
		shape = small_shapes[s];
		assert_int_equal(shape.kind->sizes(&shape, SIZE_MAX / 2).kept, SIZE_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_attention),
		cmocka_unit_test(test_golden_norm),
		cmocka_unit_test(test_central_differences),
		cmocka_unit_test(test_lowest_layer),
		cmocka_unit_test(test_polls),
		cmocka_unit_test(test_windows_apart),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_noise_keys),
		cmocka_unit_test(test_norm_extremes),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
