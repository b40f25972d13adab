/*
 * loss.c
 *		The losses, output by output; the root of the batch's mean at the end.
 */
#include "numeric/network/loss.h"

#include <math.h>

/* Of one output: the loss, and in *slope its derivative. */
static double
loss_of(float error, cs_loss loss, float shape, float *slope)
{
	float sign = (float) ((error > 0) - (error < 0));
	float magnitude = fabsf(error);

	switch (loss)
	{
		case CS_LOSS_MSE:
		case CS_LOSS_RMSE:
			*slope = 2.0f * error;
			return (double) error * error;
		case CS_LOSS_MAE:
			*slope = sign;
			return magnitude;
		case CS_LOSS_HUBER:
			*slope = magnitude <= shape ? error : sign * shape;
			return magnitude <= shape ? 0.5 * error * error
									  : (double) shape * (magnitude - 0.5 * shape);
		case CS_LOSS_PINBALL:
			*slope = error > 0 ? 1.0f - shape : (error < 0 ? -shape : 0.0f);
			return (double) *slope * error;
	}
	*slope = 0;
	return 0;
}

double
cs_loss_sum(float *gradient, const float *output, const float *target, size_t count, cs_loss loss,
			double shape)
{
	float share = 1.0f / (float) count;
	double sum = 0;
	double root;

	for (size_t i = 0; i < count; i++)
	{
		float slope;

		sum += loss_of(output[i] - target[i], loss, (float) shape, &slope);
		if (gradient != NULL)
			gradient[i] = slope * share;
	}
	if (loss != CS_LOSS_RMSE)
		return sum;
	root = sqrt(sum / (double) count);
	if (gradient != NULL && root > 0)
		for (size_t i = 0; i < count; i++)
			gradient[i] *= (float) (0.5 / root);
	return root * (double) count;
}
