/*
 * optimizer.c
 *		Adam and gradient clipping.
 */
#include "numeric/network/optimizer.h"

#include <math.h>
#include <string.h>

#include "numeric/base/vector_math_inline.h"

void
cs_adam_initialize(cs_adam *adam, double learning_rate, float *first, float *second)
{
	*adam = (cs_adam){.learning_rate = learning_rate,
					  .beta1 = 0.9,
					  .beta2 = 0.999,
					  .epsilon = 1e-8,
					  .first = first,
					  .second = second};
	cs_adam_restart(adam);
}

void
cs_adam_restart(cs_adam *adam)
{
	adam->power1 = 1.0;
	adam->power2 = 1.0;
}

void
cs_adam_clear(cs_adam *adam, size_t from, size_t count)
{
	memset(adam->first + from, 0, count * sizeof(float));
	memset(adam->second + from, 0, count * sizeof(float));
}

void
cs_adam_step(cs_adam *adam)
{
	adam->power1 *= adam->beta1;
	adam->power2 *= adam->beta2;
}

CS_TARGET_CLONES
void
cs_adam_update(const cs_adam *adam, float *parameters, const float *gradient, double scale,
			   size_t from, size_t count)
{
	const float tiny = 1e-36f; /* keeps approximate roots away from denormals; far below epsilon */
	float beta1 = (float) adam->beta1;
	float beta2 = (float) adam->beta2;
	float rest1 = (float) (1.0 - adam->beta1);
	float rest2 = (float) (1.0 - adam->beta2);
	float rate = (float) (adam->learning_rate / (1.0 - adam->power1));
	float root = (float) (1.0 / sqrt(1.0 - adam->power2));
	float epsilon = (float) adam->epsilon;
	float decay = (float) adam->weight_decay;
	float factor = (float) scale;

	CS_INDEPENDENT
	for (size_t i = from; i < from + count; i++)
	{
		float slope = factor * gradient[i] + decay * parameters[i];
		float first = beta1 * adam->first[i] + rest1 * slope;
		float second = beta2 * adam->second[i] + rest2 * slope * slope;

		adam->first[i] = first;
		adam->second[i] = second;
		parameters[i] -= rate * first / (root * sqrtf(second + tiny) + epsilon);
	}
}

CS_TARGET_CLONES
double
cs_gradient_norm_square(const float *gradient, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (double) gradient[i] * gradient[i];
	return sum;
}

double
cs_gradient_clip_scale(double norm, double clip_norm)
{
	double scale = clip_norm / (norm + 1e-6);

	return clip_norm > 0 && scale < 1.0 ? scale : 1.0;
}
