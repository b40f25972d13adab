/*
 * test_transformer_encoder.c
 *		Encoder layers, stacked, against PyTorch's outputs and gradients, tensor by tensor; the last
 *		position alone against all positions.
 *
 * N batch, T steps, Q queries, D features.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/network/layer_norm.h"
#include "numeric/network/position_encoding.h"
#include "numeric/network/transformer_encoder.h"
#include "check_helper.h"
#include "golden/transformer.h"

/* A layer of a training pass with memory of its own. */
typedef struct test_layer
{
	cs_encoder_layer layer;
	float *parameters;
	float *gradients;
	float *input;
	void *block;
	size_t flat; /* N T D */
	size_t asking;
} test_layer;

static size_t
parameter_count(const cs_encoder_shape *shape)
{
	size_t count = 0;

	for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
	{
		int rows;
		int columns;

		cs_encoder_tensor_shape(shape, (cs_encoder_tensor) tensor, &rows, &columns);
		count += (size_t) rows * columns;
	}
	return count;
}

static void
create_layer(test_layer *test, cs_encoder_shape shape, int batch)
{
	cs_encoder_layer *layer = &test->layer;
	size_t offset = 0;
	size_t total;
	cs_workspace workspace;

	memset(test, 0, sizeof(*test));
	layer->shape = shape;
	layer->batch = batch;
	test->parameters = floats(parameter_count(&shape));
	test->gradients = floats(parameter_count(&shape));
	for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
	{
		int rows;
		int columns;

		cs_encoder_tensor_shape(&shape, (cs_encoder_tensor) tensor, &rows, &columns);
		layer->parameter[tensor] = test->parameters + offset;
		layer->gradient[tensor] = test->gradients + offset;
		offset += (size_t) rows * columns;
	}
	assert_int_equal(offset, parameter_count(&shape));
	for (int site = 0; site < CS_ENCODER_SITES; site++)
		layer->dropout[site] = cs_dropout_of(0, 0, 0);
	test->flat = (size_t) batch * shape.steps * shape.width;
	test->asking = (size_t) batch * shape.queries * shape.width;
	cs_workspace_count(&workspace);
	cs_encoder_layer_lay(layer, batch, true, &workspace);
	cs_encoder_scratch_lay(&layer->scratch, &shape, batch, true, &workspace);
	total = cs_workspace_total(&workspace);
	test->block = test_malloc(total);
	memset(test->block, 0xff, total); /* NaN: nothing may be read unwritten */
	cs_workspace_initialize(&workspace, test->block, total);
	cs_encoder_layer_lay(layer, batch, true, &workspace);
	cs_encoder_scratch_lay(&layer->scratch, &shape, batch, true, &workspace);
	assert_false(workspace.failed);
	test->input = floats(test->flat);
	layer->input = test->input;
	layer->output = floats(test->asking);
	layer->output_gradient = floats(test->asking);
	layer->input_gradient =
		shape.queries == shape.steps ? layer->output_gradient : floats(test->flat);
}

static void
free_layer(test_layer *test)
{
	if (test->layer.input_gradient != test->layer.output_gradient)
		test_free(test->layer.input_gradient);
	test_free(test->layer.output_gradient);
	test_free(test->layer.output);
	test_free(test->input);
	test_free(test->block);
	test_free(test->gradients);
	test_free(test->parameters);
}

static void
load_golden(test_layer *tests, const golden_encoder *golden)
{
	cs_encoder_shape shape = {
		golden->steps,		  golden->steps,	  golden->width,		 golden->heads,
		golden->feed_forward, CS_ACTIVATION_RELU, CS_LAYER_NORM_EPSILON, 0};

	for (int l = 0; l < golden->layers; l++)
	{
		create_layer(tests + l, shape, golden->batch);
		for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
		{
			int rows;
			int columns;

			cs_encoder_tensor_shape(&shape, (cs_encoder_tensor) tensor, &rows, &columns);
			copy(tests[l].layer.parameter[tensor], golden->parameter[l][tensor],
				 (size_t) rows * columns);
		}
	}
}

static void
check_gradients(const test_layer *test, const double *const *expected)
{
	for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
	{
		static const char *const names[] = {"in weight",
											"in bias",
											"out weight",
											"out bias",
											"feed-forward 1 weight",
											"feed-forward 1 bias",
											"feed-forward 2 weight",
											"feed-forward 2 bias",
											"norm 1 weight",
											"norm 1 bias",
											"norm 2 weight",
											"norm 2 bias"};
		int rows;
		int columns;

		cs_encoder_tensor_shape(&test->layer.shape, (cs_encoder_tensor) tensor, &rows, &columns);
		assert_tensor(names[tensor], test->layer.gradient[tensor], expected[tensor],
					  (size_t) rows * columns, 1e-5);
	}
}

static void
test_golden(void **state)
{
	const golden_encoder *golden = golden_encoders;
	int top = golden->layers - 1;
	test_layer tests[2];
	size_t bytes;

	(void) state;
	assert_int_equal(sizeof(golden_encoders) / sizeof(golden_encoders[0]), 1);
	load_golden(tests, golden);
	bytes = tests[0].flat * sizeof(float);
	copy(tests[0].input, golden->input, tests[0].flat);
	for (int l = 0; l <= top; l++)
	{
		if (l > 0)
			memcpy(tests[l].input, tests[l - 1].layer.output, bytes);
		cs_encoder_forward(&tests[l].layer);
	}
	assert_tensor("output", tests[top].layer.output, golden->output, tests[top].flat, 1e-5);
	copy(tests[top].layer.output_gradient, golden->loss_weight, tests[top].flat);
	for (int l = top; l >= 0; l--)
	{
		cs_encoder_backward(&tests[l].layer);
		check_gradients(tests + l, golden->gradient[l]);
		if (l > 0)
			memcpy(tests[l - 1].layer.output_gradient, tests[l].layer.input_gradient, bytes);
	}
	assert_tensor("input", tests[0].layer.input_gradient, golden->input_gradient, tests[0].flat,
				  1e-5);
	for (int l = 0; l <= top; l++)
		free_layer(tests + l);
}

static void
test_positions(void **state)
{
	(void) state;
	assert_int_equal(sizeof(golden_positions) / sizeof(golden_positions[0]), 2);
	for (size_t c = 0; c < COUNT(golden_positions); c++)
	{
		const golden_position *golden = golden_positions + c;
		float encoding[64];

		for (int t = golden->first; t < golden->end; t++)
		{
			for (int j = 0; j < golden->width; j++)
				encoding[j] = 2.0f;
			cs_position_encoding_add(encoding, t, golden->width);
			for (int j = 0; j < golden->width; j++)
				encoding[j] -= 2.0f;
			assert_tensor("encoding", encoding,
						  golden->encoding + (size_t) (t - golden->first) * golden->width,
						  (size_t) golden->width, 1e-6);
		}
	}
}

/* What a layer that computes the last position only gives is that position of a whole layer. */
static void
test_last_position(void **state)
{
	static const cs_encoder_shape shapes[] = {
		{5, 5, 12, 3, 7, CS_ACTIVATION_RELU, CS_LAYER_NORM_EPSILON, 0},
		{21, 21, 40, 2, 24, CS_ACTIVATION_RELU, CS_LAYER_NORM_EPSILON, 0},
		{1, 1, 6, 1, 4, CS_ACTIVATION_RELU, CS_LAYER_NORM_EPSILON, 0}};

	(void) state;
	for (int s = 0; s < 3; s++)
	{
		enum
		{
			BATCH = 3
		};
		cs_encoder_shape last = shapes[s];
		int steps = last.steps;
		int width = last.width;
		double expected[BATCH * 40];
		test_layer all;
		test_layer one;
		double *gradients;

		last.queries = 1;
		create_layer(&all, shapes[s], BATCH);
		create_layer(&one, last, BATCH);
		randomize(all.parameters, parameter_count(&last), 1, 1);
		randomize(all.input, all.flat, 1, 2);
		memcpy(one.parameters, all.parameters, parameter_count(&last) * sizeof(float));
		memcpy(one.input, all.input, all.flat * sizeof(float));
		cs_encoder_forward(&all.layer);
		cs_encoder_forward(&one.layer);
		for (int i = 0; i < BATCH * width; i++)
		{
			size_t at = ((size_t) (i / width + 1) * steps - 1) * width + i % width;

			expected[i] = all.layer.output[at];
			all.layer.output_gradient[at] = one.layer.output_gradient[i] = (float) (i % 7) - 3;
		}
		assert_tensor("output", one.layer.output, expected, (size_t) BATCH * width, 1e-5);
		cs_encoder_backward(&all.layer);
		cs_encoder_backward(&one.layer);
		gradients = test_malloc((parameter_count(&last) + all.flat) * sizeof(double));
		for (size_t i = 0; i < parameter_count(&last); i++)
			gradients[i] = all.gradients[i];
		assert_tensor("gradient", one.gradients, gradients, parameter_count(&last), 1e-5);
		for (size_t i = 0; i < all.flat; i++)
			gradients[i] = all.layer.input_gradient[i];
		assert_tensor("input gradient", one.layer.input_gradient, gradients, all.flat, 1e-5);
		test_free(gradients);
		free_layer(&all);
		free_layer(&one);
	}
}

/* However many windows a layer works on at a time, outputs, what is dropped and gradients are the
 * same. */
static void
test_slices(void **state)
{
	(void) state;
	for (int queries = 1; queries <= 9; queries += 8)
	{
		cs_encoder_shape shape = {9, queries, 16, 2, 24, CS_ACTIVATION_RELU, CS_LAYER_NORM_EPSILON,
								  0};
		double *expected[3] = {NULL, NULL, NULL};

		for (int windows = 5; windows > 0; windows -= 2)
		{
			test_layer test;

			create_layer(&test, shape, 5);
			assert_int_equal(test.layer.scratch.windows, 5);
			test.layer.scratch.windows = windows;
			for (int site = 0; site < CS_ENCODER_SITES; site++)
				test.layer.dropout[site] = cs_dropout_of(0.3, 8, (uint64_t) site);
			randomize(test.parameters, parameter_count(&shape), 1, 1);
			randomize(test.input, test.flat, 1, 2);
			randomize(test.layer.output_gradient, test.asking, 1, 3);
			cs_encoder_forward(&test.layer);
			cs_encoder_backward(&test.layer);

			const float *values[] = {test.layer.output, test.gradients, test.layer.input_gradient};
			const size_t counts[] = {test.asking, parameter_count(&shape), test.flat};

			for (int i = 0; i < 3; i++)
			{
				if (windows < 5)
					assert_tensor("slices", values[i], expected[i], counts[i], 1e-5);
				else
				{
					expected[i] = test_malloc(counts[i] * sizeof(double));
					for (size_t j = 0; j < counts[i]; j++)
						expected[i][j] = values[i][j];
				}
			}
			free_layer(&test);
		}
		for (int i = 0; i < 3; i++)
			test_free(expected[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_last_position),
		cmocka_unit_test(test_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
