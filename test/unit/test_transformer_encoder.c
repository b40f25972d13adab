/*
 * test_transformer_encoder.c
 *		Encoder layers, stacked, against PyTorch's outputs and gradients, tensor by tensor; the last
 *		position alone against all positions; attention and normalization against central
 *		differences; dropout.
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
#include "golden/transformer.h"

/* A layer of a training pass with memory of its own. */
typedef struct test_layer
{
	cs_encoder_layer layer;
	cs_encoder_scratch scratch;
	float *parameters;
	float *gradients;
	float *input;
	void *block;
	size_t flat; /* N T D */
	size_t asking;
} test_layer;

static float *
floats(size_t count)
{
	float *values = test_calloc(count + 1, sizeof(float));

	assert_non_null(values);
	return values;
}

static void
create_layer(test_layer *test, cs_encoder_shape shape, int batch)
{
	cs_encoder_layer *layer = &test->layer;
	size_t offset = 0;
	cs_size total = {0};
	cs_workspace workspace;

	memset(test, 0, sizeof(*test));
	layer->shape = shape;
	layer->batch = batch;
	layer->scratch = &test->scratch;
	test->parameters = floats(cs_encoder_parameter_count(&shape));
	test->gradients = floats(cs_encoder_parameter_count(&shape));
	for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
	{
		int rows;
		int columns;

		cs_encoder_tensor_shape(&shape, (cs_encoder_tensor) tensor, &rows, &columns);
		layer->parameter[tensor] = test->parameters + offset;
		layer->gradient[tensor] = test->gradients + offset;
		offset += (size_t) rows * columns;
	}
	assert_int_equal(offset, cs_encoder_parameter_count(&shape));
	for (int site = 0; site < CS_ENCODER_SITES; site++)
		layer->dropout[site] = cs_dropout_of(0, 0, 0);
	test->flat = (size_t) batch * shape.steps * shape.width;
	test->asking = (size_t) batch * shape.queries * shape.width;
	cs_encoder_layer_size(&total, &shape, batch, true);
	cs_encoder_scratch_size(&total, &shape, batch, true);
	test->block = test_malloc(cs_size_total(&total));
	memset(test->block, 0xff, cs_size_total(&total)); /* NaN: nothing may be read unwritten */
	cs_workspace_initialize(&workspace, test->block, cs_size_total(&total));
	assert_true(cs_encoder_layer_take(layer, batch, true, &workspace));
	assert_true(cs_encoder_scratch_take(&test->scratch, &shape, batch, true, &workspace));
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
copy(const float *to, const double *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		((float *) to)[i] = (float) from[i];
}

/* The largest difference is below `tolerance` of the tensor's largest value. */
static void
assert_tensor(const char *name, const float *values, const double *expected, size_t count,
			  double tolerance)
{
	double difference = 0;
	double largest = 0;

	for (size_t i = 0; i < count; i++)
	{
		if (isnan(values[i]))
			fail_msg("%s: value %zu is not a number", name, i);
		difference = fmax(difference, fabs(values[i] - expected[i]));
		largest = fmax(largest, fabs(expected[i]));
	}
	if (!(difference <= tolerance * largest))
		fail_msg("%s: off by %g of %g", name, difference, largest);
}

static void
run_forward(cs_encoder_layer *layer, double piece)
{
	double budget = piece;

	cs_encoder_forward_begin(layer);
	while (!cs_encoder_forward(layer, &budget))
		budget = piece;
}

static void
run_backward(cs_encoder_layer *layer, double piece)
{
	double budget = piece;

	cs_encoder_backward_begin(layer);
	while (!cs_encoder_backward(layer, &budget))
		budget = piece;
}

static void
load_golden(test_layer *tests, const golden_encoder *golden)
{
	cs_encoder_shape shape = {golden->steps, golden->steps, golden->width, golden->heads,
							  golden->feed_forward};

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
	(void) state;
	assert_int_equal(sizeof(golden_encoders) / sizeof(golden_encoders[0]), 1);
	for (int whole = 0; whole < 2; whole++)
	{
		const golden_encoder *golden = golden_encoders;
		double piece = whole == 1 ? 1e9 : 1e-9;
		int top = golden->layers - 1;
		test_layer tests[2];
		size_t bytes;

		load_golden(tests, golden);
		bytes = tests[0].flat * sizeof(float);
		copy(tests[0].input, golden->input, tests[0].flat);
		for (int l = 0; l <= top; l++)
		{
			if (l > 0)
				memcpy(tests[l].input, tests[l - 1].layer.output, bytes);
			run_forward(&tests[l].layer, piece);
		}
		assert_tensor("output", tests[top].layer.output, golden->output, tests[top].flat, 1e-5);
		copy(tests[top].layer.output_gradient, golden->loss_weight, tests[top].flat);
		for (int l = top; l >= 0; l--)
		{
			run_backward(&tests[l].layer, piece);
			check_gradients(tests + l, golden->gradient[l]);
			if (l > 0)
				memcpy(tests[l - 1].layer.output_gradient, tests[l].layer.input_gradient, bytes);
		}
		assert_tensor("input", tests[0].layer.input_gradient, golden->input_gradient, tests[0].flat,
					  1e-5);
		for (int l = 0; l <= top; l++)
			free_layer(tests + l);
	}
}

static void
test_positions(void **state)
{
	(void) state;
	assert_int_equal(sizeof(golden_positions) / sizeof(golden_positions[0]), 2);
	for (size_t c = 0; c < sizeof(golden_positions) / sizeof(golden_positions[0]); c++)
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

static void
randomize(const float *values, size_t count, uint64_t seed)
{
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < count; i++)
		((float *) values)[i] = cs_random_uniform_float(&random, -1, 1);
}

/* What a layer that computes the last position only gives is that position of a whole layer. */
static void
test_last_position(void **state)
{
	static const cs_encoder_shape shapes[] = {
		{5, 5, 12, 3, 7}, {21, 21, 40, 2, 24}, {1, 1, 6, 1, 4}};

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
		randomize(all.parameters, cs_encoder_parameter_count(&last), 1);
		randomize(all.input, all.flat, 2);
		memcpy(one.parameters, all.parameters, cs_encoder_parameter_count(&last) * sizeof(float));
		memcpy(one.input, all.input, all.flat * sizeof(float));
		run_forward(&all.layer, 1e9);
		run_forward(&one.layer, 1e9);
		for (int i = 0; i < BATCH * width; i++)
		{
			size_t at = ((size_t) (i / width + 1) * steps - 1) * width + i % width;

			expected[i] = all.layer.output[at];
			all.layer.output_gradient[at] = one.layer.output_gradient[i] = (float) (i % 7) - 3;
		}
		assert_tensor("output", one.layer.output, expected, (size_t) BATCH * width, 1e-5);
		run_backward(&all.layer, 1e9);
		run_backward(&one.layer, 1e9);
		gradients = test_malloc((cs_encoder_parameter_count(&last) + all.flat) * sizeof(double));
		for (size_t i = 0; i < cs_encoder_parameter_count(&last); i++)
			gradients[i] = all.gradients[i];
		assert_tensor("gradient", one.gradients, gradients, cs_encoder_parameter_count(&last),
					  1e-5);
		for (size_t i = 0; i < all.flat; i++)
			gradients[i] = all.layer.input_gradient[i];
		assert_tensor("input gradient", one.layer.input_gradient, gradients, all.flat, 1e-5);
		test_free(gradients);
		free_layer(&all);
		free_layer(&one);
	}
}

/* An attention with memory of its own; the loss is the sum of weight times context. */
typedef struct test_attention
{
	cs_attention attention;
	int batch;
	size_t flat;
	size_t asking;
	float *projected;
	float *loss_weight;
} test_attention;

static void
create_attention(test_attention *test, int steps, int queries, int heads, int width, int batch)
{
	cs_attention *attention = &test->attention;

	memset(test, 0, sizeof(*test));
	test->batch = batch;
	test->flat = (size_t) batch * steps * 3 * width;
	test->asking = (size_t) batch * queries * width;
	test->projected = floats(test->flat);
	test->loss_weight = floats(test->asking);
	randomize(test->projected, test->flat, 5);
	randomize(test->loss_weight, test->asking, 6);
	attention->steps = steps;
	attention->queries = queries;
	attention->heads = heads;
	attention->width = width;
	attention->projected = test->projected;
	attention->context = floats(test->asking);
	attention->weights = floats(batch * cs_attention_weights(steps, queries, heads));
	attention->scratch = floats(cs_attention_scratch(steps, queries, heads, width));
	attention->context_gradient = test->loss_weight;
	attention->projected_gradient = floats(test->flat);
	attention->dropout = cs_dropout_of(0, 0, 0);
}

static void
free_attention(test_attention *test)
{
	test_free(test->projected);
	test_free(test->loss_weight);
	test_free(test->attention.context);
	test_free(test->attention.weights);
	test_free(test->attention.scratch);
	test_free(test->attention.projected_gradient);
}

static double
attention_loss(const test_attention *test)
{
	const cs_attention *attention = &test->attention;
	double loss = 0;

	for (int unit = 0; unit < test->batch * cs_attention_units(attention); unit++)
		cs_attention_forward(attention, (size_t) unit);
	for (size_t i = 0; i < test->asking; i++)
		loss += (double) test->loss_weight[i] * attention->context[i];
	return loss;
}

static void
test_attention_differences(void **state)
{
	static const int cases[][4] = {{5, 5, 3, 12}, {9, 9, 1, 10}, {21, 21, 2, 32}, {6, 1, 2, 16}};
	const float step = 1e-2f;

	(void) state;
	for (int c = 0; c < 4; c++)
		for (int drops = 0; drops < 2; drops++)
		{
			int steps = cases[c][0];
			int queries = cases[c][1];
			int width = cases[c][3];
			double largest = 0;
			test_attention test;

			create_attention(&test, steps, queries, cases[c][2], width, 2);
			if (drops == 1)
				test.attention.dropout = cs_dropout_of(0.3, 7, 1);
			attention_loss(&test);
			for (int unit = 0; unit < 2 * cs_attention_units(&test.attention); unit++)
				cs_attention_backward(&test.attention, (size_t) unit);
			for (size_t i = 0; i < test.flat; i++)
				largest = fmax(largest, fabs(test.attention.projected_gradient[i]));
			for (size_t i = 0; i < test.flat; i++)
			{
				int position = (int) (i / (3 * (size_t) width)) % steps;
				float kept = test.projected[i];
				double difference;

				if (i % (3 * (size_t) width) < (size_t) width && position < steps - queries)
					continue; /* a query that is not asked */
				test.projected[i] = kept + step;
				difference = attention_loss(&test);
				test.projected[i] = kept - step;
				difference -= attention_loss(&test);
				test.projected[i] = kept;
				assert_true(fabs(difference / (2 * step) - test.attention.projected_gradient[i]) <=
							2e-3 * largest);
			}
			free_attention(&test);
		}
}

/* A window so long that a head takes several units: against the definition, in double. */
static void
test_attention_units(void **state)
{
	enum
	{
		STEPS = 301,
		WIDTH = 610,
		ROW = 3 * WIDTH
	};
	double scores[STEPS];
	test_attention test;
	const float *projected;

	(void) state;
	create_attention(&test, STEPS, STEPS, 1, WIDTH, 1);
	projected = test.projected;
	assert_true(cs_attention_units(&test.attention) > 5);
	attention_loss(&test);
	for (int unit = 0; unit < cs_attention_units(&test.attention); unit++)
		cs_attention_backward(&test.attention, (size_t) unit);
	for (int t = 0; t < STEPS; t += 50)
	{
		double sum = 0;
		double dot = 0;
		double query_gradient = 0;

		for (int s = 0; s < STEPS; s++)
		{
			scores[s] = 0;
			for (int j = 0; j < WIDTH; j++)
				scores[s] += (double) projected[t * ROW + j] * projected[s * ROW + WIDTH + j];
			scores[s] = exp(scores[s] / sqrt(WIDTH));
			sum += scores[s];
		}
		for (int turn = 0; turn < 2; turn++)
			for (int s = 0; s < STEPS; s++)
			{
				double slope = 0;

				for (int j = 0; j < WIDTH; j++)
					slope += (double) test.loss_weight[t * WIDTH + j] *
							 projected[s * ROW + 2 * WIDTH + j];
				if (turn == 0)
					dot += scores[s] / sum * slope;
				else
					query_gradient += scores[s] / sum * (slope - dot) *
									  projected[s * ROW + WIDTH + 17] / sqrt(WIDTH);
			}
		assert_true(fabs(query_gradient - test.attention.projected_gradient[t * ROW + 17]) <=
					1e-5 * (1 + fabs(query_gradient)));
		for (int j = 0; j < WIDTH; j += 101)
		{
			double context = 0;

			for (int s = 0; s < STEPS; s++)
				context += scores[s] / sum * projected[s * ROW + 2 * WIDTH + j];
			assert_true(fabs(context - test.attention.context[t * WIDTH + j]) <= 1e-5);
		}
	}
	/* values: each weight's share of the loss, summed over all queries, so over all units */
	for (int j = 0; j < WIDTH; j += 101)
	{
		double all = 0;
		double expected = 0;

		for (int s = 0; s < STEPS; s++)
		{
			all += test.attention.projected_gradient[s * ROW + 2 * WIDTH + j];
			expected += test.loss_weight[s * WIDTH + j];
		}
		assert_true(fabs(all - expected) <= 1e-3);
	}
	free_attention(&test);
}

/* Scores beyond the range of exp: the largest takes all. */
static void
test_attention_range(void **state)
{
	test_attention test;

	(void) state;
	create_attention(&test, 3, 3, 1, 4, 1);
	for (int t = 0; t < 3; t++)
		for (int j = 0; j < 4; j++)
		{
			test.projected[t * 12 + j] = 1000;
			test.projected[t * 12 + 4 + j] = t == 1 ? -500 : -1000;
		}
	attention_loss(&test);
	for (int t = 0; t < 3; t++)
		for (int j = 0; j < 4; j++)
			assert_true(fabsf(test.attention.context[t * 4 + j] - test.projected[12 + 8 + j]) <=
						1e-6f);
	free_attention(&test);
}

enum
{
	NORM_ROWS = 3,
	NORM_WIDTH = 13,
	NORM_SIZE = NORM_ROWS * NORM_WIDTH
};

/* Residual (with a stride of twice the width), branch, weight, bias. */
typedef struct norm_input
{
	float residual[2 * NORM_SIZE];
	float branch[NORM_SIZE];
	float weight[NORM_WIDTH];
	float bias[NORM_WIDTH];
} norm_input;

static double
norm_loss(const norm_input *input, const cs_dropout *dropout, float *normalized, float *inverse_sd,
		  float *output)
{
	double loss = 0;

	memcpy(normalized, input->branch, sizeof(input->branch));
	cs_residual_norm_forward(output, normalized, inverse_sd, input->residual,
							 2 * (size_t) NORM_WIDTH, input->weight, input->bias, dropout, 40,
							 NORM_ROWS, NORM_WIDTH);
	for (int i = 0; i < NORM_SIZE; i++)
		loss += (i % 5 - 1.7) * output[i];
	return loss;
}

static void
test_norm_differences(void **state)
{
	(void) state;
	for (int drops = 0; drops < 2; drops++)
	{
		cs_dropout dropout = cs_dropout_of(0.4 * drops, 3, 2);
		norm_input input;
		norm_input slope = {.weight = {0}};
		float *values = (float *) &input;
		const float *slopes = (const float *) &slope;
		float normalized[NORM_SIZE];
		float inverse_sd[NORM_ROWS];
		float output[NORM_SIZE];
		float gradient[NORM_SIZE];
		float branch_sum[NORM_WIDTH] = {0};

		randomize(values, sizeof(input) / sizeof(float), 9);
		norm_loss(&input, &dropout, normalized, inverse_sd, output);
		for (int i = 0; i < NORM_SIZE; i++)
			gradient[i] = (float) (i % 5 - 1.7);
		cs_residual_norm_backward(gradient, slope.branch, slope.weight, slope.bias, branch_sum,
								  normalized, inverse_sd, input.weight, &dropout, 40, NORM_ROWS,
								  NORM_WIDTH);
		for (int i = 0; i < NORM_SIZE; i++)
			slope.residual[i / NORM_WIDTH * 2 * NORM_WIDTH + i % NORM_WIDTH] = gradient[i];
		for (size_t i = 0; i < sizeof(input) / sizeof(float); i++)
		{
			float kept = values[i];
			double difference;

			values[i] = kept + 1e-2f;
			difference = norm_loss(&input, &dropout, normalized, inverse_sd, output);
			values[i] = kept - 1e-2f;
			difference -= norm_loss(&input, &dropout, normalized, inverse_sd, output);
			values[i] = kept;
			assert_true(fabs(difference / 2e-2 - slopes[i]) <= 2e-3);
		}
		for (int j = 0; j < NORM_WIDTH; j++)
		{
			for (int n = 0; n < NORM_ROWS; n++)
				branch_sum[j] -= slope.branch[n * NORM_WIDTH + j];
			assert_true(fabsf(branch_sum[j]) <= 1e-5f);
		}
	}
}

static void
test_dropout(void **state)
{
	enum
	{
		COUNT = 100000
	};

	(void) state;
	for (int rate = 0; rate < 10; rate += 3)
	{
		cs_dropout dropout[2] = {cs_dropout_of(rate / 10.0, 11, 0),
								 cs_dropout_of(rate / 10.0, 11, 1)};
		double share = 1 - rate / 10.0;
		int kept = 0;
		int pairs = 0;
		int both = 0;

		assert_true(fabs(dropout->scale - 1 / share) <= 1e-6);
		for (uint32_t i = 0; i < COUNT; i++)
		{
			bool keeps = cs_dropout_keeps(dropout[0], i);

			kept += keeps;
			pairs += keeps && cs_dropout_keeps(dropout[0], i + 1);
			both += keeps && cs_dropout_keeps(dropout[1], i);
		}
		assert_true(fabs((double) kept / COUNT - share) < 0.006);
		assert_true(fabs((double) pairs / COUNT - share * share) < 0.008);
		assert_true(fabs((double) both / COUNT - share * share) < 0.008);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),			 cmocka_unit_test(test_positions),
		cmocka_unit_test(test_last_position),	 cmocka_unit_test(test_attention_differences),
		cmocka_unit_test(test_attention_units),	 cmocka_unit_test(test_attention_range),
		cmocka_unit_test(test_norm_differences), cmocka_unit_test(test_dropout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
