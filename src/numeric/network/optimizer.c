/*
 * optimizer.c
 *		Adam, RMSprop and gradient clipping.
 */
#include "numeric/network/optimizer.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "numeric/base/vector_math_inline.h"

/* Keeps approximate roots away from denormals; far below epsilon. */
#define TINY 1e-36f

void
cs_optimizer_initialize(cs_optimizer *optimizer, cs_optimizer_kind kind, double learning_rate,
						float *first, float *second)
{
	bool adam = kind == CS_OPTIMIZER_ADAM;

	*optimizer = (cs_optimizer){.kind = kind,
								.learning_rate = learning_rate,
								.beta1 = adam ? 0.9 : 0.0,
								.beta2 = adam ? 0.999 : 0.99,
								.epsilon = 1e-8,
								.first = first,
								.second = second};
	cs_optimizer_restart(optimizer);
}

void
cs_optimizer_restart(cs_optimizer *optimizer)
{
	optimizer->power1 = 1.0;
	optimizer->power2 = 1.0;
}

void
cs_optimizer_clear(cs_optimizer *optimizer, size_t from, size_t count)
{
	memset(optimizer->first + from, 0, count * sizeof(float));
	memset(optimizer->second + from, 0, count * sizeof(float));
}

void
cs_optimizer_step(cs_optimizer *optimizer)
{
	optimizer->power1 *= optimizer->beta1;
	optimizer->power2 *= optimizer->beta2;
}

CS_TARGET_CLONES
static void
update_adam(const cs_optimizer *adam, float *parameters, const float *gradient, double scale,
			size_t from, size_t count)
{
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
		parameters[i] -= rate * first / (root * sqrtf(second + TINY) + epsilon);
	}
}

CS_TARGET_CLONES
static void
update_rmsprop(const cs_optimizer *rmsprop, float *parameters, const float *gradient, double scale,
			   size_t from, size_t count)
{
	float momentum = (float) rmsprop->beta1;
	float alpha = (float) rmsprop->beta2;
	float rest = (float) (1.0 - rmsprop->beta2);
	float rate = (float) rmsprop->learning_rate;
	float epsilon = (float) rmsprop->epsilon;
	float decay = (float) rmsprop->weight_decay;
	float factor = (float) scale;

	CS_INDEPENDENT
	for (size_t i = from; i < from + count; i++)
	{
		float slope = factor * gradient[i] + decay * parameters[i];
		float second = alpha * rmsprop->second[i] + rest * slope * slope;
		float first = momentum * rmsprop->first[i] + slope / (sqrtf(second + TINY) + epsilon);

		rmsprop->first[i] = first;
		rmsprop->second[i] = second;
		parameters[i] -= rate * first;
	}
}

void
cs_optimizer_update(const cs_optimizer *optimizer, float *parameters, const float *gradient,
					double scale, size_t from, size_t count)
{
	if (optimizer->kind == CS_OPTIMIZER_ADAM)
		update_adam(optimizer, parameters, gradient, scale, from, count);
	else
		update_rmsprop(optimizer, parameters, gradient, scale, from, count);
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
