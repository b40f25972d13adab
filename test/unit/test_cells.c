/*
 * test_cells.c
 *		Recurrent layers, stacked, against PyTorch's outputs and gradients, tensor by tensor, and
 *		against central differences; large layers against small batches, and how often they poll.
 *
 * N batch, T steps, C features, H units, G gates.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/network/recurrent.h"
#include "poll_helper.h"
#include "check_helper.h"
#include "golden/networks.h"

#define CASES COUNT(golden_cells)

/* A layer with memory of its own. */
typedef struct test_layer
{
	cs_recurrent_layer layer;
	float *weights;	  /* input weight, recurrent weight, bias */
	float *gradients; /* the same */
	size_t parameters;
} test_layer;

static void
create_layer(test_layer *test, cs_cell cell, int inputs, int units, int steps, int batch)
{
	cs_recurrent_layer *layer = &test->layer;
	const cs_cell_kind *kind = cs_cell_kinds + cell;
	size_t width = (size_t) kind->gates * units;
	size_t flat = (size_t) steps * batch;

	memset(test, 0, sizeof(*test));
	test->parameters = width * (inputs + units + 1);
	test->weights = floats(test->parameters);
	test->gradients = floats(test->parameters);
	layer->kind = kind;
	layer->steps = steps;
	layer->batch = batch;
	layer->inputs = inputs;
	layer->units = units;
	layer->keeps = true;
	layer->input_weight = test->weights;
	layer->recurrent_weight = test->weights + width * inputs;
	layer->bias = test->weights + width * (inputs + units);
	layer->input_weight_gradient = test->gradients;
	layer->recurrent_weight_gradient = test->gradients + width * inputs;
	layer->bias_gradient = test->gradients + width * (inputs + units);
	layer->input = floats(flat * inputs);
	layer->gates = floats(flat * width);
	layer->memory = floats(flat * kind->memory * units);
	layer->output = floats(flat * units);
	layer->output_gradient = floats(flat * units);
	layer->input_gradient = floats(flat * inputs);
	layer->carry = floats((size_t) batch * units);
}

/* With weights and inputs by chance, and its outputs. */
static void
create_at_work(test_layer *test, cs_cell cell, int inputs, int units, int steps, int batch,
			   float weight, float input)
{
	create_layer(test, cell, inputs, units, steps, batch);
	randomize(test->weights, test->parameters, weight, 1);
	randomize(test->layer.input, (size_t) steps * batch * inputs, input, 2);
	cs_recurrent_forward(&test->layer);
}

static void
free_layer(test_layer *test)
{
	test_free(test->weights);
	test_free(test->gradients);
	test_free((float *) test->layer.input);
	test_free(test->layer.gates);
	test_free(test->layer.memory);
	test_free(test->layer.output);
	test_free(test->layer.output_gradient);
	test_free(test->layer.input_gradient);
	test_free(test->layer.carry);
}

static void
load_case(test_layer *tests, const golden_cell *golden)
{
	for (int l = 0; l < golden->layers; l++)
	{
		int inputs = l == 0 ? golden->inputs : golden->units;
		const golden_layer *values = golden->layer + l;
		size_t width = (size_t) cs_cell_kinds[golden->cell].gates * golden->units;

		create_layer(tests + l, golden->cell, inputs, golden->units, golden->steps, golden->batch);
		copy(tests[l].layer.input_weight, values->input_weight, width * inputs);
		copy(tests[l].layer.recurrent_weight, values->recurrent_weight, width * golden->units);
		copy(tests[l].layer.bias, values->bias, width);
	}
}

static void
check_gradients(const test_layer *tests, const golden_cell *golden)
{
	for (int l = 0; l < golden->layers; l++)
	{
		const cs_recurrent_layer *layer = &tests[l].layer;
		const golden_layer *values = golden->layer + l;
		size_t width = (size_t) layer->kind->gates * layer->units;

		assert_tensor("input weight", layer->input_weight_gradient, values->input_weight_gradient,
					  width * layer->inputs, 1e-5);
		assert_tensor("recurrent weight", layer->recurrent_weight_gradient,
					  values->recurrent_weight_gradient, width * layer->units, 1e-5);
		assert_tensor("bias", layer->bias_gradient, values->bias_gradient, width, 1e-5);
	}
	assert_tensor("input", tests[0].layer.input_gradient, golden->input_gradient,
				  (size_t) golden->steps * golden->batch * golden->inputs, 1e-5);
}

static void
test_golden(void **state)
{
	(void) state;
	assert_int_equal(CASES, 2 * CS_CELL_COUNT);
	for (size_t c = 0; c < CASES; c++)
	{
		const golden_cell *golden = golden_cells + c;
		int top = golden->layers - 1;
		size_t flat = (size_t) golden->steps * golden->batch;
		test_layer tests[2];

		load_case(tests, golden);
		copy(tests[0].layer.input, golden->input, flat * golden->inputs);
		cs_recurrent_forward(&tests[0].layer);
		for (int l = 1; l <= top; l++)
		{
			memcpy((float *) tests[l].layer.input, tests[l - 1].layer.output,
				   flat * golden->units * sizeof(float));
			cs_recurrent_forward(&tests[l].layer);
		}
		assert_tensor("output", tests[top].layer.output, golden->output, flat * golden->units,
					  1e-5);
		copy(tests[top].layer.output_gradient, golden->loss_weight, flat * golden->units);
		for (int l = top; l >= 0; l--)
		{
			cs_recurrent_backward(&tests[l].layer);
			if (l > 0)
				memcpy(tests[l - 1].layer.output_gradient, tests[l].layer.input_gradient,
					   flat * golden->units * sizeof(float));
		}
		check_gradients(tests, golden);
		for (int l = 0; l <= top; l++)
			free_layer(tests + l);
	}
}

/* sum(loss weight * output), in double. */
static double
loss_of(test_layer *test, const float *loss_weight)
{
	size_t count = (size_t) test->layer.steps * test->layer.batch * test->layer.units;
	double loss = 0;

	cs_recurrent_forward(&test->layer);
	for (size_t i = 0; i < count; i++)
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
		assert_true(fabs((high - low) / (2 * step) - gradient[i]) <= 1e-3 * largest);
	}
}

static void
test_central_differences(void **state)
{
	enum
	{
		INPUTS = 3,
		UNITS = 5,
		STEPS = 4,
		BATCH = 3
	};

	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		size_t outputs = (size_t) STEPS * BATCH * UNITS;
		float loss_weight[STEPS * BATCH * UNITS];
		float input_gradient[STEPS * BATCH * INPUTS];
		test_layer test;

		create_at_work(&test, (cs_cell) cell, INPUTS, UNITS, STEPS, BATCH, 0.8f, 1.5f);
		randomize(loss_weight, outputs, 1.0f, 3);
		memcpy(test.layer.output_gradient, loss_weight, sizeof(loss_weight));
		cs_recurrent_backward(&test.layer);
		memcpy(input_gradient, test.layer.input_gradient, sizeof(input_gradient));
		check_differences(&test, test.weights, test.gradients, test.parameters, loss_weight);
		check_differences(&test, (float *) test.layer.input, input_gradient,
						  (size_t) STEPS * BATCH * INPUTS, loss_weight);
		free_layer(&test);
	}
}

static void
assert_floats(const char *name, const float *values, const float *expected, size_t count)
{
	double *exact = test_malloc(count * sizeof(double));

	for (size_t i = 0; i < count; i++)
		exact[i] = expected[i];
	assert_tensor(name, values, exact, count, 1e-5);
	test_free(exact);
}

/* Without a backward pass: the same outputs, in the room of one step and two memories. */
static void
test_nothing_kept(void **state)
{
	enum
	{
		INPUTS = 11,
		UNITS = 128,
		STEPS = 5,
		BATCH = 131
	};

	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		size_t outputs = (size_t) STEPS * BATCH * UNITS;
		size_t width = (size_t) cs_cell_kinds[cell].gates * UNITS;
		size_t memory = (size_t) cs_cell_kinds[cell].memory * UNITS;
		float *expected = floats(outputs);
		poll_count polls;
		test_layer test;

		create_at_work(&test, (cs_cell) cell, INPUTS, UNITS, STEPS, BATCH, 0.2f, 1.5f);
		memcpy(expected, test.layer.output, outputs * sizeof(float));
		test_free(test.layer.gates);
		test_free(test.layer.memory);
		test.layer.gates = floats(BATCH * width);
		test.layer.memory = floats(2 * BATCH * memory);
		test.layer.keeps = false;
		poll_count_start();
		cs_recurrent_forward(&test.layer);
		polls = poll_count_end();
		assert_polls(&polls, (double) STEPS * BATCH * (double) width * (INPUTS + UNITS), 4.2e7);
		assert_floats("output", test.layer.output, expected, outputs);
		test_free(expected);
		free_layer(&test);
	}
}

/* Gradients for the last step only: the same as with zeros before it. */
static void
test_last_step_only(void **state)
{
	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		test_layer tests[2];

		for (int i = 0; i < 2; i++)
		{
			float *gradient;

			create_at_work(tests + i, (cs_cell) cell, 3, 7, 6, 4, 0.8f, 1.5f);
			gradient = tests[i].layer.output_gradient;
			if (i == 1)
				randomize(gradient, (size_t) 5 * 4 * 7, 9.0f, 4); /* to be cleared */
			randomize(gradient + (size_t) 5 * 4 * 7, (size_t) 4 * 7, 1.0f, 3);
			tests[i].layer.last_step_only = i == 1;
			cs_recurrent_backward(&tests[i].layer);
		}
		assert_memory_equal(tests[0].gradients, tests[1].gradients,
							tests[0].parameters * sizeof(float));
		assert_memory_equal(tests[0].layer.input_gradient, tests[1].layer.input_gradient,
							(size_t) 6 * 4 * 3 * sizeof(float));
		free_layer(tests);
		free_layer(tests + 1);
	}
}

/* Columns `first` to `first` + count - 1 of the batch, of a tensor (T, N, width). */
static void
take_columns(const float *to, const float *from, int steps, int batch, int first, int count,
			 int width)
{
	for (int t = 0; t < steps; t++)
		memcpy((float *) to + (size_t) t * count * width,
			   from + ((size_t) t * batch + first) * width, (size_t) count * width * sizeof(float));
}

/* Of the products of both passes. */
static double
multiply_adds(cs_cell cell, int inputs, int units, int flat)
{
	return 3.0 * flat * cs_cell_kinds[cell].gates * units * (inputs + units);
}

/*
 * A layer so large that its products are cut: outputs must be those of small batches of the same
 * windows, and gradients their sums; it polls between.
 */
static void
test_large(void **state)
{
	enum
	{
		INPUTS = 200,
		UNITS = 256,
		STEPS = 3,
		BATCH = 512,
		PART = 128
	};

	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		size_t part_outputs = (size_t) STEPS * PART * UNITS;
		size_t part_inputs = (size_t) STEPS * PART * INPUTS;
		float *loss_weight = floats((size_t) STEPS * BATCH * UNITS);
		float *expected = floats(part_outputs);
		test_layer whole;
		test_layer part;
		poll_count polls;

		create_layer(&whole, (cs_cell) cell, INPUTS, UNITS, STEPS, BATCH);
		create_layer(&part, (cs_cell) cell, INPUTS, UNITS, STEPS, PART);
		randomize(whole.weights, whole.parameters, 0.1f, 1);
		memcpy(part.weights, whole.weights, whole.parameters * sizeof(float));
		randomize(whole.layer.input, (size_t) STEPS * BATCH * INPUTS, 1.5f, 2);
		randomize(loss_weight, (size_t) STEPS * BATCH * UNITS, 1.0f, 3);
		poll_count_start();
		cs_recurrent_forward(&whole.layer);
		memcpy(whole.layer.output_gradient, loss_weight,
			   (size_t) STEPS * BATCH * UNITS * sizeof(float));
		cs_recurrent_backward(&whole.layer);
		polls = poll_count_end();
		assert_polls(&polls, multiply_adds((cs_cell) cell, INPUTS, UNITS, STEPS * BATCH), 4.2e7);
		for (int first = 0; first < BATCH; first += PART)
		{
			take_columns(part.layer.input, whole.layer.input, STEPS, BATCH, first, PART, INPUTS);
			take_columns(expected, whole.layer.output, STEPS, BATCH, first, PART, UNITS);
			for (int keeps = 0; keeps < 2; keeps++)
			{
				part.layer.keeps = keeps == 1;
				cs_recurrent_forward(&part.layer);
				assert_floats("output", part.layer.output, expected, part_outputs);
			}
			take_columns(part.layer.output_gradient, loss_weight, STEPS, BATCH, first, PART, UNITS);
			cs_recurrent_backward(&part.layer);
			take_columns(expected, whole.layer.input_gradient, STEPS, BATCH, first, PART, INPUTS);
			assert_floats("input gradient", part.layer.input_gradient, expected, part_inputs);
		}
		assert_floats("gradients", part.gradients, whole.gradients, whole.parameters);
		free_layer(&whole);
		free_layer(&part);
		test_free(loss_weight);
		test_free(expected);
	}
}

/* Sums far outside of the gates' range saturate them; nothing overflows. */
static void
test_saturation(void **state)
{
	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		test_layer test;
		size_t count = (size_t) 3 * 2 * 4;

		create_at_work(&test, (cs_cell) cell, 2, 4, 3, 2, 1e4f, 1e4f);
		for (size_t i = 0; i < count; i++)
		{
			assert_true(fabsf(test.layer.output[i]) <= 1.0f);
			test.layer.output_gradient[i] = 1.0f;
		}
		cs_recurrent_backward(&test.layer);
		for (size_t i = 0; i < test.parameters; i++)
			assert_true(fabsf(test.gradients[i]) < 1e6f);
		free_layer(&test);
	}
}

/* A diverged training hands over infinities and NaN: the sanitized build watches what becomes of
 * them. */
static void
test_not_finite(void **state)
{
	static const uint32_t patterns[] = {0x7fc00000, 0xffc00000, 0x7f800000, 0xff800000, 0x7f7fffff};

	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
		for (size_t p = 0; p < COUNT(patterns); p++)
		{
			test_layer test;

			create_layer(&test, (cs_cell) cell, 2, 17, 2, 3);
			randomize(test.weights, test.parameters, 1.0f, 1);
			for (size_t i = 0; i < (size_t) 2 * 2 * 3; i++)
				memcpy((float *) test.layer.input + i, patterns + p, sizeof(float));
			cs_recurrent_forward(&test.layer);
			cs_recurrent_backward(&test.layer);
			free_layer(&test);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),		 cmocka_unit_test(test_central_differences),
		cmocka_unit_test(test_nothing_kept), cmocka_unit_test(test_last_step_only),
		cmocka_unit_test(test_large),		 cmocka_unit_test(test_saturation),
		cmocka_unit_test(test_not_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
