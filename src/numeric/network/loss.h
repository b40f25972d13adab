/*
 * loss.h
 *		Training losses: the mean over all outputs of a batch, or the root of that of the squares.
 *		Huber's is PyTorch's form, e^2/2 near zero; the pinball (quantile) loss is that of Koenker
 *		and Bassett (1978).
 */
#ifndef CREDITSPREAD_NUMERIC_LOSS_H
#define CREDITSPREAD_NUMERIC_LOSS_H

#include <stddef.h>

typedef enum cs_loss
{
	CS_LOSS_MSE,	/* e^2 */
	CS_LOSS_MAE,	/* |e| */
	CS_LOSS_HUBER,	/* e^2 / 2 up to |e| = delta, delta (|e| - delta / 2) beyond */
	CS_LOSS_RMSE,	/* the root of the mean of e^2 */
	CS_LOSS_PINBALL /* quantile * -e below the target, (1 - quantile) * e above */
} cs_loss;

#define CS_LOSS_COUNT 5

/*
 * The loss of `count` outputs, e = output - target, multiplied by `count`, so that sums over
 * batches divided by all their outputs are means; writes the gradient of the loss itself
 * (gradient may be NULL, or the array of the outputs).  The gradient is 0 where |e|, the root or
 * the pinball has a kink.  `shape` is delta, above 0, or the quantile, between 0 and 1; the other
 * losses have none.
 */
extern double cs_loss_sum(float *gradient, const float *output, const float *target, size_t count,
						  cs_loss loss, double shape);

#endif
