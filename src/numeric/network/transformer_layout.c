/*
 * transformer_layout.c
 *		Shapes of an encoder layer's parameters, and the memory of its passes.
 *
 * N batch, T steps, Q queries, D features, F features within the feed-forward half.
 */
#include "numeric/network/transformer_encoder.h"

#include <string.h>

#include "numeric/network/layer.h"
#include "numeric/network/product.h"
#include "numeric/network/rows_at_once.h"

/* What a slice keeps stays in the second cache with its gradients and the weights: 256 kB. */
#define CACHED_FLOATS ((size_t) 1 << 16)

/* Positions behind the attention of a slice, at least: products of fewer rows are slower. */
#define FEWEST_ROWS 32

void
cs_encoder_tensor_shape(const cs_encoder_shape *shape, cs_encoder_tensor tensor, int *rows,
						int *columns)
{
	int width = shape->width;

	*rows = width;
	*columns = 1;
	switch (tensor)
	{
		case CS_ENCODER_IN_WEIGHT:
			*rows = 3 * width;
			*columns = width;
			break;
		case CS_ENCODER_IN_BIAS:
			*rows = 3 * width;
			break;
		case CS_ENCODER_OUT_WEIGHT:
			*columns = width;
			break;
		case CS_ENCODER_FEED_FORWARD1_WEIGHT:
			*rows = shape->feed_forward;
			*columns = width;
			break;
		case CS_ENCODER_FEED_FORWARD1_BIAS:
			*rows = shape->feed_forward;
			break;
		case CS_ENCODER_FEED_FORWARD2_WEIGHT:
			*columns = shape->feed_forward;
			break;
		default:
			break;
	}
}

double
cs_encoder_position_cost(const cs_encoder_shape *shape)
{
	return shape->width * (shape->width + 2.0 * shape->feed_forward) +
		   CS_TOUCH_COST * (2.0 * shape->width + shape->feed_forward);
}

int
cs_encoder_windows(const cs_encoder_shape *shape, int batch)
{
	/* input, queries, keys, values, context, middle, output, two normalized; weights; hidden */
	size_t row = 10 * (size_t) shape->width + (size_t) shape->feed_forward;
	size_t windows = CACHED_FLOATS / row / (size_t) shape->steps;
	size_t fewest = (FEWEST_ROWS + (size_t) shape->queries - 1) / (size_t) shape->queries;

	windows = windows > fewest ? windows : fewest;
	return windows < (size_t) batch ? (int) windows : batch;
}

static float *
take_matrix(cs_workspace *workspace, size_t rows, size_t columns)
{
	return cs_workspace_take(workspace, cs_saturated_product(rows, columns), sizeof(float));
}

void
cs_encoder_layer_lay(cs_encoder_layer *layer, int batch, bool training, cs_workspace *workspace)
{
	const cs_encoder_shape *shape = &layer->shape;
	size_t windows = (size_t) (training ? batch : cs_encoder_windows(shape, batch));
	size_t flat = windows * shape->steps;
	size_t asking = windows * shape->queries;
	size_t width = (size_t) shape->width;

	layer->projected = take_matrix(workspace, flat, 3 * width);
	layer->context = take_matrix(workspace, asking, width);
	layer->middle = take_matrix(workspace, asking, width);
	for (int i = 0; i < 2; i++)
	{
		layer->normalized[i] = take_matrix(workspace, asking, width);
		layer->inverse_sd[i] = take_matrix(workspace, asking, 1);
	}
	if (!training)
		return;
	layer->weights = take_matrix(workspace, (size_t) batch,
								 cs_attention_weights(shape->steps, shape->queries, shape->heads));
	layer->hidden = take_matrix(workspace, asking, (size_t) shape->feed_forward);
	if (shape->activation != CS_ACTIVATION_RELU)
		layer->before = take_matrix(workspace, asking, (size_t) shape->feed_forward);
}

void
cs_encoder_scratch_lay(cs_encoder_scratch *scratch, const cs_encoder_shape *shape, int batch,
					   bool training, cs_workspace *workspace)
{
	int windows = cs_encoder_windows(shape, batch);
	size_t flat = (size_t) windows * shape->steps;
	size_t width = (size_t) shape->width;
	size_t asking = (size_t) windows * shape->queries;
	size_t rows = cs_rows_at_once(asking, cs_encoder_position_cost(shape));
	size_t fewest = asking < (size_t) shape->slice_rows ? asking : (size_t) shape->slice_rows;
	size_t near;

	memset(scratch, 0, sizeof(*scratch));
	near = CACHED_FLOATS / (4 * width + (size_t) shape->feed_forward);
	rows = rows > near ? near : rows;
	rows = rows > fewest ? rows : fewest;
	rows = rows > 0 ? rows : 1;
	scratch->windows = windows;
	scratch->rows = rows;
	scratch->attention =
		take_matrix(workspace, 1,
					cs_attention_scratch(shape->steps, shape->queries, shape->heads, shape->width));
	scratch->hidden = take_matrix(workspace, rows, (size_t) shape->feed_forward);
	if (cs_product_is_cut() && shape->width <= CS_PRODUCT_COLUMNS &&
		shape->feed_forward <= CS_PRODUCT_COLUMNS)
		scratch->turned =
			take_matrix(workspace, width, 4 * width + 2 * (size_t) shape->feed_forward);
	if (!training)
		return;
	scratch->branch_gradient = take_matrix(workspace, rows, width);
	scratch->context_gradient = take_matrix(workspace, asking, width);
	scratch->projected_gradient = take_matrix(workspace, flat, 3 * width);
}

cs_encoder_layer
cs_encoder_slice(const cs_encoder_layer *layer, int first)
{
	const cs_encoder_shape *shape = &layer->shape;
	size_t width = (size_t) shape->width;
	size_t window = (size_t) first;
	size_t flat = window * shape->steps;
	size_t asking = window * shape->queries;
	size_t hidden = asking * shape->feed_forward;
	const size_t place[CS_ENCODER_SITES] = {
		[CS_ENCODER_DROPS_WEIGHTS] =
			window * cs_attention_places(shape->steps, shape->queries, shape->heads),
		[CS_ENCODER_DROPS_ATTENTION] = asking * width,
		[CS_ENCODER_DROPS_HIDDEN] = hidden,
		[CS_ENCODER_DROPS_OUTPUT] = asking * width};
	int left = layer->batch - first;
	cs_encoder_layer slice = *layer;

	slice.batch = left < layer->scratch.windows ? left : layer->scratch.windows;
	slice.input += flat * width;
	slice.output += asking * width;
	if (layer->weights == NULL)
		return slice;
	slice.projected += flat * 3 * width;
	slice.weights += window * cs_attention_weights(shape->steps, shape->queries, shape->heads);
	slice.context += asking * width;
	slice.middle += asking * width;
	for (int i = 0; i < 2; i++)
	{
		slice.normalized[i] += asking * width;
		slice.inverse_sd[i] += asking;
	}
	slice.hidden += hidden;
	if (layer->before != NULL)
		slice.before += hidden;
	for (int site = 0; site < CS_ENCODER_SITES; site++)
		slice.dropout[site] = cs_dropout_from(layer->dropout[site], place[site]);
	return slice;
}
