/*
 * recurrent.c
 *		The matrix products of a recurrent layer and the order in which they are done.
 *
 * N batch, T steps, C features, H units, G gates; "flat" rows are those of all steps, T * N.
 */
#include "numeric/network/recurrent.h"

#include <cblas.h>
#include <string.h>

#include "numeric/base/vector_math_inline.h"
#include "numeric/network/elman.h"
#include "numeric/network/gru.h"
#include "numeric/network/janet.h"
#include "numeric/network/lstm.h"

/* Multiply-adds in one piece of work, at most, unless a single row has more. */
#define PIECE 4e7

/* What a gate's functions, and a float brought into fresh memory, cost in multiply-adds. */
#define GATE_COST 40.0
#define TOUCH_COST 30.0

/* Reading the weights, which every product does, costs as much as this many rows. */
#define WEIGHT_ROWS 8

enum
{
	INPUT_PRODUCTS,
	STEPS,
	WEIGHTS
};

/* In the order of cs_cell. */
const cs_cell_kind cs_cell_kinds[CS_CELL_COUNT] = {
	{"janet", 2, 0, 1, 0, cs_janet_forward, cs_janet_backward, NULL, NULL},
	{"lstm", 4, 1, 1, 2, cs_lstm_forward, cs_lstm_backward, NULL, NULL},
	{"gru", 3, 1, -1, 1, cs_gru_forward, cs_gru_backward, cs_gru_reset, cs_gru_reset_backward},
	{"elman", 1, -1, 0, 0, cs_elman_forward, cs_elman_backward, NULL, NULL},
};

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

/* How many of `rows` rows from layer->row on make up one piece at `cost` each. */
static int
piece_rows(const cs_recurrent_layer *layer, int rows, double cost)
{
	int most = PIECE / cost < rows ? (int) (PIECE / cost) : rows;

	return smaller(most > 1 ? most : 1, rows - layer->row);
}

void
cs_recurrent_forward_begin(cs_recurrent_layer *layer)
{
	layer->phase = INPUT_PRODUCTS;
	layer->step = 0;
	layer->row = 0;
}

/* gates = input W' for some flat rows. */
static void
input_products(cs_recurrent_layer *layer, double *budget)
{
	int width = layer->kind->gates * layer->units;
	int flat = layer->steps * layer->batch;
	double cost = width * (layer->inputs + TOUCH_COST);
	int rows = piece_rows(layer, flat, cost);
	size_t at = (size_t) layer->row;

	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, width, layer->inputs, 1.0f,
				layer->input + at * layer->inputs, layer->inputs, layer->input_weight,
				layer->inputs, 0.0f, layer->gates + at * width, width);
	*budget -= (rows + WEIGHT_ROWS) * cost;
	layer->row += rows;
	if (layer->row == flat)
	{
		layer->phase = STEPS;
		layer->row = 0;
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
place_of(const cs_recurrent_layer *layer)
{
	size_t now = (size_t) layer->step * layer->batch + layer->row;

	return (row_place){now, layer->step == 0 ? 0 : now - layer->batch, layer->step == 0};
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

/* The products, then the cell's kernel, for some rows of a step. */
static void
step_forward(cs_recurrent_layer *layer, double *budget)
{
	int units = layer->units;
	int width = layer->kind->gates * units;
	int kept = layer->kind->memory * units;
	double cost = width * (units + GATE_COST);
	int rows = piece_rows(layer, layer->batch, cost);
	row_place at = place_of(layer);
	float *gates = layer->gates + at.now * width;
	float *memory = layer->memory + at.now * kept;
	const float *last_output = at.first ? NULL : layer->output + at.last * units;

	if (!at.first)
		recurrent_products(layer, gates, memory, last_output, rows);
	layer->kind->forward(layer->output + at.now * units, gates, memory, last_output,
						 at.first ? NULL : layer->memory + at.last * kept, layer->bias, rows,
						 units);
	*budget -= (rows + WEIGHT_ROWS) * cost;
	layer->row += rows;
	if (layer->row == layer->batch)
	{
		layer->step++;
		layer->row = 0;
	}
}

bool
cs_recurrent_forward(cs_recurrent_layer *layer, double *budget)
{
	while (layer->step < layer->steps)
	{
		if (*budget <= 0)
			return false;
		if (layer->phase == INPUT_PRODUCTS)
			input_products(layer, budget);
		else
			step_forward(layer, budget);
	}
	return true;
}

void
cs_recurrent_backward_begin(cs_recurrent_layer *layer)
{
	layer->phase = STEPS;
	layer->step = layer->steps - 1;
	layer->row = 0;
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

/* The cell's kernel, then the products, for some rows of a step. */
static void
step_backward(cs_recurrent_layer *layer, double *budget)
{
	int units = layer->units;
	int width = layer->kind->gates * units;
	int kept = layer->kind->memory * units;
	double cost = width * (units + GATE_COST);
	int rows = piece_rows(layer, layer->batch, cost);
	row_place at = place_of(layer);
	float *gates = layer->gates + at.now * width;
	float *carry = layer->carry + (size_t) layer->row * units;
	float *last_gradient = at.first ? NULL : layer->output_gradient + at.last * units;
	size_t bytes = (size_t) rows * units * sizeof(float);

	if (layer->step == layer->steps - 1)
		memset(carry, 0, bytes);
	if (layer->last_step_only && !at.first)
		memset(last_gradient, 0, bytes);
	layer->kind->backward(gates, last_gradient, carry, layer->output_gradient + at.now * units,
						  layer->memory + at.now * kept,
						  at.first ? NULL : layer->output + at.last * units,
						  at.first ? NULL : layer->memory + at.last * kept, rows, units);
	if (!at.first)
		recurrent_products_backward(layer, gates, last_gradient, carry,
									layer->output + at.last * units, rows);
	*budget -= (rows + WEIGHT_ROWS) * cost;
	layer->row += rows;
	if (layer->row < layer->batch)
		return;
	layer->row = 0;
	if (layer->step-- == 0)
		layer->phase = WEIGHTS;
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
recurrent_weight_gradients(cs_recurrent_layer *layer, const float *gates, size_t at, int rows)
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

/* Gradients of weights, bias and input from the gradient of the sums of some flat rows. */
static void
weight_gradients(cs_recurrent_layer *layer, double *budget)
{
	int units = layer->units;
	int inputs = layer->inputs;
	int width = layer->kind->gates * units;
	int flat = layer->steps * layer->batch;
	double cost = (double) width * (2.0 * inputs + units + 1);
	int rows = piece_rows(layer, flat, cost);
	int skip = layer->row < layer->batch ? smaller(layer->batch - layer->row, rows) : 0;
	size_t at = (size_t) layer->row;
	const float *gates = layer->gates + at * width;

	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, inputs, rows, 1.0f, gates, width,
				layer->input + at * inputs, inputs, 1.0f, layer->input_weight_gradient, inputs);
	if (rows > skip) /* the first step has no last output */
		recurrent_weight_gradients(layer, gates + (size_t) skip * width, at + skip, rows - skip);
	add_column_sums(layer->bias_gradient, gates, rows, width);
	if (layer->input_gradient != NULL)
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, inputs, width, 1.0f, gates,
					width, layer->input_weight, inputs, 0.0f, layer->input_gradient + at * inputs,
					inputs);
	*budget -= (rows + WEIGHT_ROWS) * cost;
	layer->row += rows;
}

bool
cs_recurrent_backward(cs_recurrent_layer *layer, double *budget)
{
	while (layer->phase == STEPS || layer->row < layer->steps * layer->batch)
	{
		if (*budget <= 0)
			return false;
		if (layer->phase == STEPS)
			step_backward(layer, budget);
		else
			weight_gradients(layer, budget);
	}
	return true;
}
