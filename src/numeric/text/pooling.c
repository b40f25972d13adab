/*
 * pooling.c
 *		Means and largest elements of vectors, one vector at a time.
 */
#include "numeric/text/pooling.h"

#include <math.h>
#include <string.h>

int
cs_pooling_parts(cs_pooling pooling)
{
	return pooling == CS_POOLING_MEAN_MAX ? 2 : 1;
}

void
cs_pooling_add(float *pooled, cs_pooling pooling, const float *vector, size_t width, size_t index)
{
	float *largest = pooling == CS_POOLING_MAX ? pooled : pooled + width;

	if (index == 0)
		memset(pooled, 0, width * (size_t) cs_pooling_parts(pooling) * sizeof(float));
	for (size_t i = 0; pooling != CS_POOLING_MAX && i < width; i++)
		pooled[i] += vector[i];
	for (size_t i = 0; pooling != CS_POOLING_MEAN && i < width; i++)
		if (index == 0 || fabsf(vector[i]) > fabsf(largest[i]))
			largest[i] = vector[i];
}

void
cs_pooling_finish(float *pooled, cs_pooling pooling, size_t width, size_t count)
{
	for (size_t i = 0; pooling != CS_POOLING_MAX && i < width; i++)
		pooled[i] /= (float) count;
}
