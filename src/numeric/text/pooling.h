/*
 * pooling.h
 *		One vector for many: the mean of each element over them, or the element of the largest size,
 *		or both one after the other (mean-max pooling, 001's Algorithm 1).
 */
#ifndef CREDITSPREAD_NUMERIC_POOLING_H
#define CREDITSPREAD_NUMERIC_POOLING_H

#include <stddef.h>

typedef enum cs_pooling
{
	CS_POOLING_MEAN,
	CS_POOLING_MAX,
	CS_POOLING_MEAN_MAX
} cs_pooling;

/* Parts that the pooled vector has: 1, or 2 of mean and max. */
extern int cs_pooling_parts(cs_pooling pooling);

/* `pooled` (parts, W) takes up vector number `index` (from 0) of `width` W. */
extern void cs_pooling_add(float *pooled, cs_pooling pooling, const float *vector, size_t width,
						   size_t index);

/* After the last of `count` vectors. */
extern void cs_pooling_finish(float *pooled, cs_pooling pooling, size_t width, size_t count);

#endif
