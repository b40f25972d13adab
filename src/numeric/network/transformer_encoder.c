/*
 * transformer_encoder.c
 *		An encoder layer: its linear maps around attention and norms, forward and backward.
 *
 * N batch, T steps, Q queries, D features, F features within the feed-forward half; "flat" rows are
 * those of all positions, N * T, "asking" rows those of all queries, N * Q.
 */
#include "numeric/network/transformer_encoder.h"

#include <cblas.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"
#include "numeric/network/layer_norm.h"
#include "numeric/network/product.h"
#include "numeric/network/rows_at_once.h"

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Rows of a slice of a product. */
static size_t
slice_rows(const cs_encoder_layer *layer, size_t left, double cost)
{
	size_t rows = cs_rows_at_once(left, cost);
	size_t fewest = least(left, (size_t) layer->shape.slice_rows);

	return rows > fewest ? rows : fewest;
}

static size_t
asking_rows(const cs_encoder_layer *layer)
{
	return (size_t) layer->batch * layer->shape.queries;
}

/* Rows of a matrix that may be part of a wider one. */
typedef struct row_block
{
	float *values;
	size_t stride;
} row_block;

typedef struct constant_rows
{
	const float *values;
	size_t stride;
} constant_rows;

/* A map by a weight (outputs, inputs) and a bias, or by some of their rows. */
typedef struct linear_map
{
	const float *weight, *bias;
	const float *turned; /* (inputs, outputs), `stride` from row to row; NULL: there is none */
	int stride;
	int inputs, outputs;
} linear_map;

/* Columns and rows of the four weights, and where each begins among the transposed. */
static linear_map
map_of(const cs_encoder_layer *layer, cs_encoder_tensor weight)
{
	int width = layer->shape.width;
	int hidden = layer->shape.feed_forward;
	size_t square = (size_t) width * width;
	linear_map map = {.weight = layer->parameter[weight],
					  .bias = layer->parameter[weight + 1],
					  .turned = layer->scratch.turned,
					  .inputs = width,
					  .outputs = width};
	size_t at = 0;

	if (weight == CS_ENCODER_IN_WEIGHT)
		map.outputs = 3 * width;
	else if (weight == CS_ENCODER_OUT_WEIGHT)
		at = 3 * square;
	else if (weight == CS_ENCODER_FEED_FORWARD1_WEIGHT)
	{
		at = 4 * square;
		map.outputs = hidden;
	}
	else
	{
		at = 4 * square + (size_t) width * hidden;
		map.inputs = hidden;
	}
	if (map.turned != NULL)
		map.turned += at;
	map.stride = map.outputs;
	return map;
}

/* Outputs `first` to `end` - 1 of a map. */
static linear_map
part_of(linear_map map, int first, int end)
{
	map.weight += (size_t) first * map.inputs;
	map.bias += first;
	if (map.turned != NULL)
		map.turned += first;
	map.outputs = end - first;
	return map;
}

static void
turn_weights(const cs_encoder_layer *layer)
{
	static const cs_encoder_tensor weights[] = {CS_ENCODER_IN_WEIGHT, CS_ENCODER_OUT_WEIGHT,
												CS_ENCODER_FEED_FORWARD1_WEIGHT,
												CS_ENCODER_FEED_FORWARD2_WEIGHT};

	for (size_t i = layer->apart_weight[0] != NULL; i < sizeof(weights) / sizeof(weights[0]); i++)
	{
		linear_map map = map_of(layer, weights[i]);

		cs_transpose(layer->scratch.turned + (map.turned - layer->scratch.turned), map.weight,
					 map.outputs, map.inputs);
		cs_work((size_t) map.outputs * map.inputs);
	}
}

/* output (rows, outputs) = input (rows, inputs) weight' + bias. */
static void
linear_forward(row_block output, constant_rows input, linear_map map, size_t rows)
{
	for (size_t n = 0; n < rows; n++)
		memcpy(output.values + n * output.stride, map.bias, (size_t) map.outputs * sizeof(float));
	if (map.turned != NULL)
		cs_product((cs_matrix){output.values, (int) output.stride}, 1.0f,
				   (cs_constant_matrix){input.values, (int) input.stride},
				   (cs_constant_matrix){map.turned, map.stride}, (int) rows, map.outputs,
				   map.inputs);
	else
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int) rows, map.outputs, map.inputs,
					1.0f, input.values, (int) input.stride, map.weight, map.inputs, 1.0f,
					output.values, (int) output.stride);
}

/*
 * weight_gradient += output_gradient' input;  input_gradient = `keep` times itself +
 * output_gradient weight.
 */
static void
linear_backward(row_block input_gradient, float keep, float *weight_gradient,
				constant_rows output_gradient, constant_rows input, const float *weight,
				size_t rows, int inputs, int outputs)
{
	cs_gradient_product((cs_matrix){weight_gradient, inputs},
						(cs_constant_matrix){output_gradient.values, (int) output_gradient.stride},
						(cs_constant_matrix){input.values, (int) input.stride}, outputs, inputs,
						(int) rows);
	cs_product((cs_matrix){input_gradient.values, (int) input_gradient.stride}, keep,
			   (cs_constant_matrix){output_gradient.values, (int) output_gradient.stride},
			   (cs_constant_matrix){weight, inputs}, (int) rows, inputs, outputs);
}

/* sums (width) += the sum of the rows. */
CS_TARGET_CLONES
static void
add_row_sums(float *sums, const float *values, size_t stride, size_t rows, int width)
{
	for (size_t n = 0; n < rows; n++)
		for (int j = 0; j < width; j++)
			sums[j] += values[n * stride + j];
}

/* The rectifier and dropout, in place. */
CS_TARGET_CLONES
static void
rectify(float *values, const cs_dropout *site, size_t place, size_t count)
{
	cs_dropout dropout = *site;

	if (dropout.threshold == 0)
	{
		for (size_t i = 0; i < count; i++)
			values[i] = values[i] > 0.0f ? values[i] : 0.0f;
		return;
	}
	CS_INDEPENDENT
	for (size_t i = 0; i < count; i++)
		values[i] = (values[i] > 0.0f ? values[i] : 0.0f) *
					cs_dropout_factor(dropout, (uint32_t) place + (uint32_t) i);
}

/* Where the value is not 0 it was neither rectified nor dropped; `sums` as in add_row_sums. */
CS_TARGET_CLONES
static void
rectify_backward(float *gradient, float *sums, const float *values, float scale, size_t rows,
				 int width)
{
	for (size_t n = 0; n < rows; n++)
	{
		float *row = gradient + n * width;
		const float *value = values + n * width;

		CS_INDEPENDENT
		for (int j = 0; j < width; j++)
		{
			row[j] = value[j] > 0.0f ? scale * row[j] : 0.0f;
			sums[j] += row[j];
		}
	}
}

/* The last position of window `row` in a (N, T, stride) tensor. */
static size_t
last_position(const cs_encoder_layer *layer, size_t window)
{
	return (window + 1) * (size_t) layer->shape.steps - 1;
}

/* Input rows of the asking rows from `row` on. */
static constant_rows
asking_input(const cs_encoder_layer *layer, size_t row)
{
	size_t width = (size_t) layer->shape.width;

	if (layer->shape.queries == layer->shape.steps)
		return (constant_rows){layer->input + row * width, width};
	return (constant_rows){layer->input + last_position(layer, row) * width,
						   layer->shape.steps * width};
}

static cs_attention
attention_of(const cs_encoder_layer *layer)
{
	const cs_encoder_shape *shape = &layer->shape;

	return (cs_attention){.steps = shape->steps,
						  .queries = shape->queries,
						  .heads = shape->heads,
						  .width = shape->width,
						  .projected = layer->projected,
						  .context = layer->context,
						  .weights = layer->weights,
						  .scratch = layer->scratch.attention,
						  .context_gradient = layer->scratch.context_gradient,
						  .projected_gradient = layer->scratch.projected_gradient,
						  .dropout = layer->dropout[CS_ENCODER_DROPS_WEIGHTS]};
}

/* Columns of `projected` that every position has: all, or keys and values. */
static int
common_from(const cs_encoder_layer *layer)
{
	return layer->shape.queries == layer->shape.steps ? 0 : layer->shape.width;
}

/* Queries, keys and values by maps that do not lie one behind the other. */
static void
project_apart(const cs_encoder_layer *layer, row_block to, constant_rows input, size_t rows)
{
	int width = layer->shape.width;

	for (int i = 0; i < CS_ENCODER_MAPS; i++, to.values += width)
		linear_forward(to, input,
					   (linear_map){.weight = layer->apart_weight[i],
									.bias = layer->apart_bias[i],
									.inputs = width,
									.outputs = width},
					   rows);
}

/* Queries, keys and values of all positions, or keys and values alone. */
static void
project(const cs_encoder_layer *layer)
{
	int width = layer->shape.width;
	int from = common_from(layer);
	size_t flat = (size_t) layer->batch * layer->shape.steps;
	double cost = (3.0 * width - from) * (width + CS_TOUCH_COST);
	size_t rows;

	for (size_t row = 0; row < flat; row += rows)
	{
		row_block to = {layer->projected + row * 3 * width + from, 3 * (size_t) width};
		constant_rows input = {layer->input + row * width, (size_t) width};

		rows = slice_rows(layer, flat - row, cost);
		if (layer->apart_weight[0] != NULL)
			project_apart(layer, to, input, rows);
		else
			linear_forward(to, input, part_of(map_of(layer, CS_ENCODER_IN_WEIGHT), from, 3 * width),
						   rows);
		cs_work((size_t) ((double) rows * cost));
	}
}

/* The queries of the last positions. */
static void
project_queries(const cs_encoder_layer *layer)
{
	int width = layer->shape.width;
	size_t windows = (size_t) layer->batch;
	double cost = width * (width + CS_TOUCH_COST);
	size_t stride = 3 * (size_t) width;
	size_t rows;

	for (size_t row = 0; row < windows; row += rows)
	{
		row_block to = {layer->projected + last_position(layer, row) * stride,
						layer->shape.steps * stride};

		rows = cs_rows_at_once(windows - row, cost);
		linear_forward(to, asking_input(layer, row),
					   part_of(map_of(layer, CS_ENCODER_IN_WEIGHT), 0, width), rows);
		cs_work((size_t) ((double) rows * cost));
	}
}

static void
attend(const cs_encoder_layer *layer)
{
	cs_attention attention = attention_of(layer);
	size_t cost = (size_t) cs_attention_cost(&attention);
	size_t units = (size_t) layer->batch * cs_attention_units(&attention);

	for (size_t unit = 0; unit < units; unit++)
	{
		cs_attention_forward(&attention, unit);
		cs_work(cost);
	}
}

/* Everything behind the attention, for some asking rows. */
static void
finish_positions(const cs_encoder_layer *layer, size_t row, size_t rows)
{
	const float *const *parameter = layer->parameter;
	int width = layer->shape.width;
	int hidden_width = layer->shape.feed_forward;
	size_t stride = (size_t) width;
	size_t at = row * stride;
	size_t hidden_at = row * hidden_width;
	float *hidden = layer->hidden == NULL ? layer->scratch.hidden : layer->hidden + hidden_at;
	constant_rows input = asking_input(layer, row);

	linear_forward((row_block){layer->normalized[0] + at, stride},
				   (constant_rows){layer->context + at, stride},
				   map_of(layer, CS_ENCODER_OUT_WEIGHT), rows);
	cs_residual_norm_forward(layer->middle + at, layer->normalized[0] + at,
							 layer->inverse_sd[0] + row, input.values, input.stride,
							 parameter[CS_ENCODER_NORM1_WEIGHT], parameter[CS_ENCODER_NORM1_BIAS],
							 layer->shape.norm_epsilon, layer->dropout + CS_ENCODER_DROPS_ATTENTION,
							 at, (int) rows, width);
	linear_forward((row_block){hidden, (size_t) hidden_width},
				   (constant_rows){layer->middle + at, stride},
				   map_of(layer, CS_ENCODER_FEED_FORWARD1_WEIGHT), rows);
	if (layer->shape.activation == CS_ACTIVATION_RELU)
		rectify(hidden, layer->dropout + CS_ENCODER_DROPS_HIDDEN, hidden_at, rows * hidden_width);
	else
	{
		if (layer->before != NULL)
			memcpy(layer->before + hidden_at, hidden, rows * hidden_width * sizeof(float));
		cs_activate(hidden, layer->shape.activation, rows * hidden_width);
	}
	linear_forward((row_block){layer->normalized[1] + at, stride},
				   (constant_rows){hidden, (size_t) hidden_width},
				   map_of(layer, CS_ENCODER_FEED_FORWARD2_WEIGHT), rows);
	cs_residual_norm_forward(layer->output + at, layer->normalized[1] + at,
							 layer->inverse_sd[1] + row, layer->middle + at, stride,
							 parameter[CS_ENCODER_NORM2_WEIGHT], parameter[CS_ENCODER_NORM2_BIAS],
							 layer->shape.norm_epsilon, layer->dropout + CS_ENCODER_DROPS_OUTPUT,
							 at, (int) rows, width);
}

static void
forward(const cs_encoder_layer *layer)
{
	double cost = cs_encoder_position_cost(&layer->shape);
	size_t rows;

	project(layer);
	if (common_from(layer) > 0)
		project_queries(layer);
	attend(layer);
	for (size_t row = 0; row < asking_rows(layer); row += rows)
	{
		rows = least(layer->scratch.rows, asking_rows(layer) - row);
		finish_positions(layer, row, rows);
		cs_work((size_t) ((double) rows * cost));
	}
}

void
cs_encoder_forward(const cs_encoder_layer *layer)
{
	if (layer->scratch.turned != NULL)
		turn_weights(layer);
	for (int first = 0; first < layer->batch; first += layer->scratch.windows)
	{
		cs_encoder_layer slice = cs_encoder_slice(layer, first);

		forward(&slice);
	}
}

/* The feed-forward half of some asking rows; output_gradient becomes that of `middle`. */
static void
feed_forward_backward(const cs_encoder_layer *layer, size_t row, size_t rows)
{
	const float *const *parameter = layer->parameter;
	float *const *gradient = layer->gradient;
	const cs_dropout *dropout = layer->dropout + CS_ENCODER_DROPS_OUTPUT;
	int width = layer->shape.width;
	int hidden_width = layer->shape.feed_forward;
	size_t at = row * width;
	const float *hidden = layer->hidden + row * hidden_width;
	float *stream = layer->output_gradient + at;
	float *branch = dropout->threshold == 0 ? stream : layer->scratch.branch_gradient;
	row_block hidden_gradient = {layer->scratch.hidden, (size_t) hidden_width};

	cs_residual_norm_backward(stream, branch, gradient[CS_ENCODER_NORM2_WEIGHT],
							  gradient[CS_ENCODER_NORM2_BIAS],
							  gradient[CS_ENCODER_FEED_FORWARD2_BIAS], layer->normalized[1] + at,
							  layer->inverse_sd[1] + row, parameter[CS_ENCODER_NORM2_WEIGHT],
							  dropout, at, (int) rows, width);
	linear_backward(hidden_gradient, 0.0f, gradient[CS_ENCODER_FEED_FORWARD2_WEIGHT],
					(constant_rows){branch, (size_t) width},
					(constant_rows){hidden, (size_t) hidden_width},
					parameter[CS_ENCODER_FEED_FORWARD2_WEIGHT], rows, hidden_width, width);
	if (layer->before == NULL)
		rectify_backward(hidden_gradient.values, gradient[CS_ENCODER_FEED_FORWARD1_BIAS], hidden,
						 layer->dropout[CS_ENCODER_DROPS_HIDDEN].scale, rows, hidden_width);
	else
	{
		cs_activate_backward(hidden_gradient.values, layer->before + row * hidden_width,
							 layer->shape.activation, rows * hidden_width);
		add_row_sums(gradient[CS_ENCODER_FEED_FORWARD1_BIAS], hidden_gradient.values,
					 (size_t) hidden_width, rows, hidden_width);
	}
	linear_backward((row_block){stream, (size_t) width}, 1.0f,
					gradient[CS_ENCODER_FEED_FORWARD1_WEIGHT],
					(constant_rows){hidden_gradient.values, (size_t) hidden_width},
					(constant_rows){layer->middle + at, (size_t) width},
					parameter[CS_ENCODER_FEED_FORWARD1_WEIGHT], rows, width, hidden_width);
}

/*
 * Everything behind the attention, backwards; leaves the context's gradient, and in
 * output_gradient what flows past the attention.
 */
static void
finish_positions_backward(const cs_encoder_layer *layer, size_t row, size_t rows)
{
	float *const *gradient = layer->gradient;
	const cs_dropout *dropout = layer->dropout + CS_ENCODER_DROPS_ATTENTION;
	int width = layer->shape.width;
	size_t stride = (size_t) width;
	size_t at = row * stride;
	float *stream = layer->output_gradient + at;
	float *branch = dropout->threshold == 0 ? stream : layer->scratch.branch_gradient;

	feed_forward_backward(layer, row, rows);
	cs_residual_norm_backward(
		stream, branch, gradient[CS_ENCODER_NORM1_WEIGHT], gradient[CS_ENCODER_NORM1_BIAS],
		gradient[CS_ENCODER_OUT_BIAS], layer->normalized[0] + at, layer->inverse_sd[0] + row,
		layer->parameter[CS_ENCODER_NORM1_WEIGHT], dropout, at, (int) rows, width);
	linear_backward((row_block){layer->scratch.context_gradient + at, stride}, 0.0f,
					gradient[CS_ENCODER_OUT_WEIGHT], (constant_rows){branch, stride},
					(constant_rows){layer->context + at, stride},
					layer->parameter[CS_ENCODER_OUT_WEIGHT], rows, width, width);
}

static void
attend_backward(const cs_encoder_layer *layer)
{
	cs_attention attention = attention_of(layer);
	size_t cost = (size_t) (2 * cs_attention_cost(&attention));
	size_t units = (size_t) layer->batch * cs_attention_units(&attention);

	for (size_t unit = 0; unit < units; unit++)
	{
		cs_attention_backward(&attention, unit);
		cs_work(cost);
	}
}

/* Queries of the last positions: their weights, and the input's gradient there. */
static void
project_queries_backward(const cs_encoder_layer *layer)
{
	int width = layer->shape.width;
	size_t stride = (size_t) layer->shape.steps * width;
	size_t windows = (size_t) layer->batch;
	double cost = 2.0 * width * (width + CS_TOUCH_COST);
	size_t rows;

	for (size_t row = 0; row < windows; row += rows)
	{
		size_t last = last_position(layer, row) * width;
		constant_rows queries = {layer->scratch.projected_gradient + 3 * last, 3 * stride};
		row_block stream = {layer->output_gradient + row * width, (size_t) width};

		rows = cs_rows_at_once(windows - row, cost);
		add_row_sums(layer->gradient[CS_ENCODER_IN_BIAS], queries.values, queries.stride, rows,
					 width);
		linear_backward(stream, 1.0f, layer->gradient[CS_ENCODER_IN_WEIGHT], queries,
						asking_input(layer, row), layer->parameter[CS_ENCODER_IN_WEIGHT], rows,
						width, width);
		cs_work((size_t) ((double) rows * cost));
	}
}

/* Adds what the last positions gave to the input's gradient of rows `first` to `end` - 1. */
static void
add_last_positions(const cs_encoder_layer *layer, size_t first, size_t end)
{
	int width = layer->shape.width;

	for (size_t window = first / layer->shape.steps; last_position(layer, window) < end; window++)
	{
		float *to = layer->input_gradient + last_position(layer, window) * width;
		const float *from = layer->output_gradient + window * width;

		for (int j = 0; j < width; j++)
			to[j] += from[j];
	}
}

static void
project_backward(const cs_encoder_layer *layer)
{
	int width = layer->shape.width;
	int from = common_from(layer);
	int outputs = 3 * width - from;
	size_t flat = (size_t) layer->batch * layer->shape.steps;
	double cost = 2.0 * outputs * (width + CS_TOUCH_COST);
	size_t skip = (size_t) from * width;
	size_t rows;

	for (size_t row = 0; row < flat; row += rows)
	{
		size_t at = row * width;
		constant_rows projected = {layer->scratch.projected_gradient + 3 * at + from,
								   3 * (size_t) width};

		rows = cs_rows_at_once(flat - row, cost);
		add_row_sums(layer->gradient[CS_ENCODER_IN_BIAS] + from, projected.values, projected.stride,
					 rows, outputs);
		linear_backward((row_block){layer->input_gradient + at, (size_t) width},
						from == 0 ? 1.0f : 0.0f, layer->gradient[CS_ENCODER_IN_WEIGHT] + skip,
						projected, (constant_rows){layer->input + at, (size_t) width},
						layer->parameter[CS_ENCODER_IN_WEIGHT] + skip, rows, width, outputs);
		if (from > 0)
			add_last_positions(layer, row, row + rows);
		cs_work((size_t) ((double) rows * cost));
	}
}

static void
backward(const cs_encoder_layer *layer)
{
	double cost = 2 * cs_encoder_position_cost(&layer->shape);
	size_t fewest = (layer->scratch.rows + 1) / 2;
	size_t rows;

	for (size_t row = 0; row < asking_rows(layer); row += rows)
	{
		size_t most = least(layer->scratch.rows, asking_rows(layer) - row);

		rows = cs_rows_at_once(most, cost);
		rows = rows > fewest ? rows : least(fewest, most);
		finish_positions_backward(layer, row, rows);
		cs_work((size_t) ((double) rows * cost));
	}
	attend_backward(layer);
	if (common_from(layer) > 0)
		project_queries_backward(layer);
	project_backward(layer);
}

void
cs_encoder_backward(const cs_encoder_layer *layer)
{
	size_t width = (size_t) layer->shape.width;

	for (int first = 0; first < layer->batch; first += layer->scratch.windows)
	{
		cs_encoder_layer slice = cs_encoder_slice(layer, first);

		slice.output_gradient += (size_t) first * layer->shape.queries * width;
		slice.input_gradient += (size_t) first * layer->shape.steps * width;
		backward(&slice);
	}
}
