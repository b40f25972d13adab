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
#include "numeric/network/rows_at_once.h"

/* What a gate's functions cost in multiply-adds. */
#define GATE_COST 40.0

/* In the order of cs_cell. */
const cs_cell_kind cs_cell_kinds[CS_CELL_COUNT] = {
	{"janet", 2, 0, 1, 0, cs_janet_forward, cs_janet_backward, NULL, NULL},
	{"lstm", 4, 1, 1, 2, cs_lstm_forward, cs_lstm_backward, NULL, NULL},
	{"gru", 3, 1, -1, 1, cs_gru_forward, cs_gru_backward, cs_gru_reset, cs_gru_reset_backward},
	{"elman", 1, -1, 0, 0, cs_elman_forward, cs_elman_backward, NULL, NULL},
};

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
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int) rows, width, inputs, 1.0f,
					layer->input + row * inputs, inputs, layer->input_weight, inputs, 0.0f,
					layer->gates + row * width, width);
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

	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, early, units, 1.0f, last_output,
				units, layer->recurrent_weight, units, 1.0f, gates, width);
	if (early == width)
		return;
	layer->kind->reset(gates, memory, last_output, layer->bias, rows, units);
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, units, units, 1.0f, memory, units,
				layer->recurrent_weight + (size_t) early * units, units, 1.0f, gates + early,
				width);
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

void
cs_recurrent_forward(const cs_recurrent_layer *layer)
{
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
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, units, units, 1.0f,
					gates + early, width, layer->recurrent_weight + (size_t) early * units, units,
					0.0f, carry, units);
		layer->kind->reset_backward(gates, last_gradient, carry, last_output, rows, units);
	}
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, units, early, 1.0f, gates, width,
				layer->recurrent_weight, units, 1.0f, last_gradient, units);
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

	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, early, units, rows, 1.0f, gates, width,
				layer->output + (at - layer->batch) * units, units, 1.0f,
				layer->recurrent_weight_gradient, units);
	if (early < width)
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, units, units, rows, 1.0f,
					gates + early, width, layer->memory + at * units, units, 1.0f,
					layer->recurrent_weight_gradient + (size_t) early * units, units);
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
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, inputs, (int) rows, 1.0f, gates,
					width, layer->input + row * inputs, inputs, 1.0f, layer->input_weight_gradient,
					inputs);
		if (rows > skip)
			recurrent_weight_gradients(layer, gates + skip * width, row + skip,
									   (int) (rows - skip));
		add_column_sums(layer->bias_gradient, gates, (int) rows, width);
		if (layer->input_gradient != NULL)
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) rows, inputs, width, 1.0f,
						gates, width, layer->input_weight, inputs, 0.0f,
						layer->input_gradient + row * inputs, inputs);
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
