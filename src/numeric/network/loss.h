/*
 * loss.h
 *		Training losses: the mean over all outputs of a batch.
 */
#ifndef CREDITSPREAD_NUMERIC_LOSS_H
#define CREDITSPREAD_NUMERIC_LOSS_H

#include <stddef.h>

typedef enum cs_loss
{
	CS_LOSS_MSE, /* squared error */
	CS_LOSS_MAE	 /* absolute error */
} cs_loss;

#define CS_LOSS_COUNT 2

/*
 * Returns the sum of the losses of `count` outputs, and writes the gradient of their mean
 * (gradient may be NULL, or the array of the outputs).  The gradient of |e| at 0 is 0.
 */
extern double cs_loss_sum(float *gradient, const float *output, const float *target, size_t count,
						  cs_loss loss);

#endif
