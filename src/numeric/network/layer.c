/*
 * layer.c
 *		Views of parameters and sizes, as all layers need them.
 */
#include "numeric/network/layer.h"

#include <math.h>
#include <stdio.h>

#include "numeric/base/poll.h"

/* What the drawing of a parameter costs in multiply-adds. */
#define DRAW_COST 100

void
cs_view_add(cs_view_list *list, const cs_layer_shape *shape, const char *tensor, int rows,
			int columns, bool trained, cs_initial initial)
{
	cs_parameter_view *view = list->views + list->count++;

	snprintf(view->name, sizeof(view->name), "%s.%s", shape->name, tensor);
	view->rank = columns == 0 ? 1 : 2;
	view->shape[0] = rows;
	view->shape[1] = columns == 0 ? 1 : columns;
	view->offset = 0;
	view->trained = trained;
	view->initial = initial;
}

size_t
cs_view_count(const cs_parameter_view *view)
{
	return (size_t) view->shape[0] * (size_t) view->shape[1];
}

void
cs_view_initialize(float *parameters, const cs_parameter_view *view, cs_random *random)
{
	const cs_initial *initial = &view->initial;
	float *block = parameters + view->offset;
	size_t count = cs_view_count(view);

	for (size_t i = 0; i < count; i++)
	{
		block[i] = initial->spread > 0
					   ? cs_random_uniform_float(random, initial->constant - initial->spread,
												 initial->constant + initial->spread)
					   : initial->constant;
		cs_work(DRAW_COST);
	}
	for (int i = 0; i < initial->chrono_count; i++)
		block[initial->chrono_from + i] =
			(float) initial->chrono_sign *
			logf(cs_random_uniform_float(random, 1.0f, initial->chrono_high));
}

size_t
cs_saturated_product(size_t a, size_t b)
{
	size_t result;

	return __builtin_mul_overflow(a, b, &result) ? SIZE_MAX : result;
}

size_t
cs_saturated_sum(size_t a, size_t b)
{
	size_t result;

	return __builtin_add_overflow(a, b, &result) ? SIZE_MAX : result;
}
