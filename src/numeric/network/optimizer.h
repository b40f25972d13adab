/*
 * optimizer.h
 *		Adam (Kingma and Ba 2015) with L2 weight decay, and clipping by the norm of the gradient.
 *		Conventions are PyTorch's: decay is added to the gradient, epsilon stands outside of the
 *		root of the bias-corrected second moment.
 */
#ifndef CREDITSPREAD_NUMERIC_OPTIMIZER_H
#define CREDITSPREAD_NUMERIC_OPTIMIZER_H

#include <stddef.h>

typedef struct cs_adam
{
	double learning_rate;
	double beta1; /* decay of the first moment */
	double beta2; /* decay of the second moment */
	double epsilon;
	double weight_decay;
	float *first;  /* [count] first moment */
	float *second; /* [count] second moment */
	double power1; /* beta1 to the number of steps */
	double power2; /* beta2 to the number of steps */
} cs_adam;

/* The usual betas and epsilon, no decay.  Before the first step: cs_adam_clear. */
extern void cs_adam_initialize(cs_adam *adam, double learning_rate, float *first, float *second);

/* As if no step had been made. */
extern void cs_adam_restart(cs_adam *adam);

/* Clears both moments of parameters `from` to `from` + count - 1. */
extern void cs_adam_clear(cs_adam *adam, size_t from, size_t count);

/* Counts one step; then cs_adam_update is called once for every part of the parameters. */
extern void cs_adam_step(cs_adam *adam);

/* Moves parameters `from` to `from` + count - 1 along `scale` times their gradient. */
extern void cs_adam_update(const cs_adam *adam, float *parameters, const float *gradient,
						   double scale, size_t from, size_t count);

/* Sum of squares of gradient[0..count-1]. */
extern double cs_gradient_norm_square(const float *gradient, size_t count);

/*
 * The factor that brings a gradient of norm `norm` down to `clip_norm`:
 * min(1, clip_norm / (norm + 1e-6)); 1 when clip_norm is 0.
 */
extern double cs_gradient_clip_scale(double norm, double clip_norm);

#endif
