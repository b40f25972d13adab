/*
 * loss.c
 *		Squared and absolute error.
 */
#include "numeric/network/loss.h"

#include <math.h>

double
cs_loss_sum(float *gradient, const float *output, const float *target, size_t count, cs_loss loss)
{
	float share = 1.0f / (float) count;
	double sum = 0;

	for (size_t i = 0; i < count; i++)
	{
		float error = output[i] - target[i];
		float slope = 0;

		switch (loss)
		{
			case CS_LOSS_MSE:
				sum += (double) error * error;
				slope = 2.0f * error;
				break;
			case CS_LOSS_MAE:
				sum += fabsf(error);
				slope = (float) ((error > 0) - (error < 0));
				break;
		}
		if (gradient != NULL)
			gradient[i] = slope * share;
	}
	return sum;
}
