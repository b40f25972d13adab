/*
 * recurrent.c
 *		The matrix products of a recurrent layer and the order in which they are done.
 *
 * N batch, T steps, C features, H units, G gates; "flat" rows are those of all steps, T * N.
 */
#include "numeric/network/recurrent.h"

#include <cblas.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"
#include "numeric/network/elman.h"
#include "numeric/network/gru.h"
#include "numeric/network/janet.h"
#include "numeric/network/lstm.h"
#include "numeric/network/product.h"
#include "numeric/network/rows_at_once.h"

/* What a gate's functions cost in multiply-adds. */
#define GATE_COST 40.0

/*
 * Windows that go through all steps together in a pass that keeps nothing, at most: what they touch
 * stays in the second cache.  Where weights are packed for each product, it is for more of them.
 */
#define SLICE 64
#define SLICE_OF_PACKED 256

/* In the order of cs_cell. */
const cs_cell_kind cs_cell_kinds[CS_CELL_COUNT] = {
	{"janet", 2, 0, 1, 0, cs_janet_forward, cs_janet_backward, NULL, NULL},
	{"lstm", 4, 1, 1, 2, cs_lstm_forward, cs_lstm_backward, NULL, NULL},
	{"gru", 3, 1, -1, 1, cs_gru_forward, cs_gru_backward, cs_gru_reset, cs_gru_reset_backward},
	{"elman", 1, -1, 0, 0, cs_elman_forward, cs_elman_backward, NULL, NULL},
};

/* The weights of each gate transposed, where there is room. */
static void
turn_weights(const cs_recurrent_layer *layer)
{
	int units = layer->units;
	int inputs = layer->inputs;
	float *to = layer->turned;

	for (int gate = 0; to != NULL && gate < layer->kind->gates; gate++)
		cs_transpose(to + (size_t) gate * inputs * units,
					 layer->input_weight + (size_t) gate * units * inputs, units, inputs);
	for (int gate = 0; to != NULL && gate < layer->kind->gates; gate++)
		cs_transpose(to + (size_t) layer->kind->gates * inputs * units +
						 (size_t) gate * units * units,
					 layer->recurrent_weight + (size_t) gate * units * units, units, units);
	if (to != NULL)
		cs_work(cs_recurrent_turned(layer->kind->gates, inputs, units));
}

/* Gates from `first` to `end` - 1 of some rows = `keep` times themselves + input weight'. */
static void
gate_products(const cs_recurrent_layer *layer, float *gates, int first, int end, float keep,
			  const float *input, const float *weight, int rows)
{
	int units = layer->units;
	int width = layer->kind->gates * units;
	bool recurrent = weight == layer->recurrent_weight;
	int inputs = recurrent ? units : layer->inputs;
	size_t size = (size_t) inputs * units;

	if (layer->turned == NULL)
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, (end - first) * units, inputs,
					1.0f, input, inputs, weight + (size_t) first * size, inputs, keep,
					gates + (size_t) first * units, width);
	for (int gate = first; layer->turned != NULL && gate < end; gate++)
		cs_product((cs_matrix){gates + (size_t) gate * units, width}, keep,
				   (cs_constant_matrix){input, inputs},
				   (cs_constant_matrix){layer->turned + (size_t) gate * size +
											(recurrent ? (size_t) width * layer->inputs : 0),
										units},
				   rows, units, inputs);
}

/* gates = input W' for all rows. */
static void
input_products(const cs_recurrent_layer *layer)
{
	int width = layer->kind->gates * layer->units;
	int inputs = layer->inputs;
	size_t flat = (size_t) layer->steps * layer->batch;
	double cost = width * (inputs + CS_TOUCH_COST);
	size_t rows;

	for (size_t row = 0; row < flat; row += rows)
	{
		rows = cs_rows_at_once(flat - row, cost);
		gate_products(layer, layer->gates + row * width, 0, layer->kind->gates, 0.0f,
					  layer->input + row * inputs, layer->input_weight, (int) rows);
		cs_work((size_t) ((double) rows * cost));
	}
}

/* The place of one row of one step among the flat rows, and that of the step before. */
typedef struct row_place
{
	size_t now;
	size_t last;
	bool first; /* step: there is none before */
} row_place;

static row_place
place_of(const cs_recurrent_layer *layer, int step, int row)
{
	size_t now = (size_t) step * layer->batch + row;

	return (row_place){now, step == 0 ? 0 : now - layer->batch, step == 0};
}

/* Width of the gates whose recurrent product takes the last output as it is. */
static int
early_width(const cs_recurrent_layer *layer)
{
	int gates = layer->kind->gates;

	return (layer->kind->reset == NULL ? gates : gates - 1) * layer->units;
}

/* gates += last output U', for some rows of a step that has one before it. */
static void
recurrent_products(const cs_recurrent_layer *layer, float *gates, float *memory,
				   const float *last_output, int rows)
{
	int units = layer->units;
	int width = layer->kind->gates * units;
	int early = early_width(layer);

	gate_products(layer, gates, 0, early / units, 1.0f, last_output, layer->recurrent_weight, rows);
	if (early == width)
		return;
	layer->kind->reset(gates, memory, last_output, layer->bias, rows, units);
	gate_products(layer, gates, early / units, layer->kind->gates, 1.0f, memory,
				  layer->recurrent_weight, rows);
}

/* Multiply-adds of a step of a window. */
static double
forward_cost(const cs_recurrent_layer *layer)
{
	return layer->kind->gates * layer->units * ((double) layer->inputs + layer->units + GATE_COST);
}

/* The products, then the cell's kernel. */
static void
step_forward(const cs_recurrent_layer *layer, int step)
{
	int units = layer->units;
	int width = layer->kind->gates * units;
	int kept = layer->kind->memory * units;
	double cost = width * (units + GATE_COST);
	int rows;

	for (int row = 0; row < layer->batch; row += rows)
	{
		row_place at = place_of(layer, step, row);
		float *gates = layer->gates + at.now * width;
		float *memory = layer->memory + at.now * kept;
		const float *last_output = at.first ? NULL : layer->output + at.last * units;

		rows = (int) cs_rows_at_once((size_t) (layer->batch - row), cost);
		if (!at.first)
			recurrent_products(layer, gates, memory, last_output, rows);
		layer->kind->forward(layer->output + at.now * units, gates, memory, last_output,
							 at.first ? NULL : layer->memory + at.last * kept, layer->bias, rows,
							 units);
		cs_work((size_t) (rows * cost));
	}
}

/* All steps of the windows from `first` on; the memories of two steps take turns. */
static void
slice_forward(const cs_recurrent_layer *layer, int first, int windows)
{
	int units = layer->units;
	size_t kept = (size_t) windows * layer->kind->memory * units;
	const float *last_output = NULL;
	const float *last_memory = NULL;

	for (int step = 0; step < layer->steps; step++)
	{
		size_t row = (size_t) step * layer->batch + first;
		float *output = layer->output + row * units;
		float *memory = layer->memory + step % 2 * kept;

		gate_products(layer, layer->gates, 0, layer->kind->gates, 0.0f,
					  layer->input + row * layer->inputs, layer->input_weight, windows);
		if (step > 0)
			recurrent_products(layer, layer->gates, memory, last_output, windows);
		layer->kind->forward(output, layer->gates, memory, last_output, last_memory, layer->bias,
							 windows, units);
		last_output = output;
		last_memory = memory;
		cs_work((size_t) (windows * forward_cost(layer)));
	}
}

static void
forward_in_slices(const cs_recurrent_layer *layer)
{
	int most = layer->turned != NULL ? SLICE : SLICE_OF_PACKED;
	int windows;

	for (int first = 0; first < layer->batch; first += windows)
	{
		windows = (int) cs_rows_at_once((size_t) (layer->batch - first), forward_cost(layer));
		windows = windows < most ? windows : most;
		slice_forward(layer, first, windows);
	}
}

void
cs_recurrent_forward(const cs_recurrent_layer *layer)
{
	turn_weights(layer);
	if (!layer->keeps)
	{
		forward_in_slices(layer);
		return;
	}
	input_products(layer);
	for (int step = 0; step < layer->steps; step++)
		step_forward(layer, step);
}

/* last output gradient += sums' gradient U, for some rows of a step that has one before it. */
static void
recurrent_products_backward(const cs_recurrent_layer *layer, float *gates, float *last_gradient,
							float *carry, const float *last_output, int rows)
{
	int units = layer->units;
	int width = layer->kind->gates * units;
	int early = early_width(layer);

	if (early < width)
	{
		cs_product((cs_matrix){carry, units}, 0.0f, (cs_constant_matrix){gates + early, width},
				   (cs_constant_matrix){layer->recurrent_weight + (size_t) early * units, units},
				   rows, units, units);
		layer->kind->reset_backward(gates, last_gradient, carry, last_output, rows, units);
	}
	cs_product((cs_matrix){last_gradient, units}, 1.0f, (cs_constant_matrix){gates, width},
			   (cs_constant_matrix){layer->recurrent_weight, units}, rows, units, early);
}

/* The cell's kernel, then the products. */
static void
step_backward(const cs_recurrent_layer *layer, int step)
{
	int units = layer->units;
	int width = layer->kind->gates * units;
	int kept = layer->kind->memory * units;
	double cost = width * (units + GATE_COST);
	int rows;

	for (int row = 0; row < layer->batch; row += rows)
	{
		row_place at = place_of(layer, step, row);
		float *gates = layer->gates + at.now * width;
		float *carry = layer->carry + (size_t) row * units;
		float *last_gradient = at.first ? NULL : layer->output_gradient + at.last * units;
		const float *last_output = at.first ? NULL : layer->output + at.last * units;
		size_t bytes;

		rows = (int) cs_rows_at_once((size_t) (layer->batch - row), cost);
		bytes = (size_t) rows * units * sizeof(float);
		if (step == layer->steps - 1)
			memset(carry, 0, bytes);
		if (layer->last_step_only && !at.first)
			memset(last_gradient, 0, bytes);
		layer->kind->backward(gates, last_gradient, carry, layer->output_gradient + at.now * units,
							  layer->memory + at.now * kept, last_output,
							  at.first ? NULL : layer->memory + at.last * kept, rows, units);
		if (!at.first)
			recurrent_products_backward(layer, gates, last_gradient, carry, last_output, rows);
		cs_work((size_t) (rows * cost));
	}
}

/* bias gradient += column sums of (rows, width). */
CS_TARGET_CLONES
static void
add_column_sums(float *sums, const float *values, int rows, int width)
{
	for (int n = 0; n < rows; n++)
		for (int j = 0; j < width; j++)
			sums[j] += values[(size_t) n * width + j];
}

/*
 * Gradient of the recurrent weight from `rows` flat rows at `at`, whose gates' gradient is `gates`;
 * none of them is of the first step.
 */
static void
recurrent_weight_gradients(const cs_recurrent_layer *layer, const float *gates, size_t at, int rows)
{
	int units = layer->units;
	int width = layer->kind->gates * units;
	int early = early_width(layer);

	cs_gradient_product((cs_matrix){layer->recurrent_weight_gradient, units},
						(cs_constant_matrix){gates, width},
						(cs_constant_matrix){layer->output + (at - layer->batch) * units, units},
						early, units, rows);
	if (early < width)
		cs_gradient_product(
			(cs_matrix){layer->recurrent_weight_gradient + (size_t) early * units, units},
			(cs_constant_matrix){gates + early, width},
			(cs_constant_matrix){layer->memory + at * units, units}, units, units, rows);
}

/* Gradients of weights, bias and input from the gradient of the sums of all rows. */
static void
weight_gradients(const cs_recurrent_layer *layer)
{
	int inputs = layer->inputs;
	int width = layer->kind->gates * layer->units;
	size_t flat = (size_t) layer->steps * layer->batch;
	size_t first_step = (size_t) layer->batch;
	double cost = (double) width * (2.0 * inputs + layer->units + 1);
	size_t rows;

	for (size_t row = 0; row < flat; row += rows)
	{
		const float *gates = layer->gates + row * width;
		size_t skip;

		rows = cs_rows_at_once(flat - row, cost);
		skip = row < first_step ? first_step - row : 0; /* the first step has no last output */
		cs_gradient_product(
			(cs_matrix){layer->input_weight_gradient, inputs}, (cs_constant_matrix){gates, width},
			(cs_constant_matrix){layer->input + row * inputs, inputs}, width, inputs, (int) rows);
		if (rows > skip)
			recurrent_weight_gradients(layer, gates + skip * width, row + skip,
									   (int) (rows - skip));
		add_column_sums(layer->bias_gradient, gates, (int) rows, width);
		if (layer->input_gradient != NULL)
			cs_product((cs_matrix){layer->input_gradient + row * inputs, inputs}, 0.0f,
					   (cs_constant_matrix){gates, width},
					   (cs_constant_matrix){layer->input_weight, inputs}, (int) rows, inputs,
					   width);
		cs_work((size_t) ((double) rows * cost));
	}
}

void
cs_recurrent_backward(const cs_recurrent_layer *layer)
{
	for (int step = layer->steps - 1; step >= 0; step--)
		step_backward(layer, step);
	weight_gradients(layer);
}
