/*
 * optimizer.h
 *		Adam (Kingma and Ba 2015) and RMSprop (Hinton's lecture 6e, 2012) with momentum, both with
 *		L2 weight decay, and clipping by the norm of the gradient.  Conventions are PyTorch's: decay
 *		is added to the gradient; epsilon stands outside of the root; RMSprop divides by the root
 *		first and gathers the momentum of the quotients, v = momentum v + g / (root + epsilon).
 */
#ifndef CREDITSPREAD_NUMERIC_OPTIMIZER_H
#define CREDITSPREAD_NUMERIC_OPTIMIZER_H

#include <stddef.h>

typedef enum cs_optimizer_kind
{
	CS_OPTIMIZER_ADAM,
	CS_OPTIMIZER_RMSPROP
} cs_optimizer_kind;

#define CS_OPTIMIZER_COUNT 2

typedef struct cs_optimizer
{
	cs_optimizer_kind kind;
	double learning_rate;
	double beta1; /* decay of the first moment: RMSprop's momentum */
	double beta2; /* decay of the second moment: RMSprop's alpha */
	double epsilon;
	double weight_decay;
	float *first;  /* [count] first moment: RMSprop's v */
	float *second; /* [count] second moment */
	double power1; /* beta1 to the number of steps, for Adam's bias correction */
	double power2; /* beta2 to the number of steps */
} cs_optimizer;

/*
 * No decay, epsilon 1e-8; Adam with betas 0.9 and 0.999, RMSprop with momentum 0 and alpha 0.99.
 * Before the first step: cs_optimizer_clear.
 */
extern void cs_optimizer_initialize(cs_optimizer *optimizer, cs_optimizer_kind kind,
									double learning_rate, float *first, float *second);

/* As if no step had been made. */
extern void cs_optimizer_restart(cs_optimizer *optimizer);

/* Clears both moments of parameters `from` to `from` + count - 1. */
extern void cs_optimizer_clear(cs_optimizer *optimizer, size_t from, size_t count);

/* Counts one step; then cs_optimizer_update is called once for every part of the parameters. */
extern void cs_optimizer_step(cs_optimizer *optimizer);

/* Moves parameters `from` to `from` + count - 1 along `scale` times their gradient. */
extern void cs_optimizer_update(const cs_optimizer *optimizer, float *parameters,
								const float *gradient, double scale, size_t from, size_t count);

/* Sum of squares of gradient[0..count-1]. */
extern double cs_gradient_norm_square(const float *gradient, size_t count);

/*
 * The factor that brings a gradient of norm `norm` down to `clip_norm`:
 * min(1, clip_norm / (norm + 1e-6)); 1 when clip_norm is 0.
 */
extern double cs_gradient_clip_scale(double norm, double clip_norm);

#endif
