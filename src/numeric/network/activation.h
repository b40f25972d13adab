/*
 * activation.h
 *		Activations of a feed-forward half.  GELU is x times the normal distribution function
 *		(Hendrycks and Gimpel 2016), by Abramowitz and Stegun 1964, 7.1.26, to 2e-7 absolute, or its
 *		approximation x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
 */
#ifndef CREDITSPREAD_NUMERIC_ACTIVATION_H
#define CREDITSPREAD_NUMERIC_ACTIVATION_H

#include <stddef.h>

typedef enum cs_activation
{
	CS_ACTIVATION_RELU,
	CS_ACTIVATION_GELU,
	CS_ACTIVATION_GELU_TANH
} cs_activation;

/* gradient times the activation's derivative where it was given `before`, in place. */
extern void cs_activate_backward(float *gradient, const float *before, cs_activation activation,
								 size_t count);

/* In place. */
extern void cs_activate(float *values, cs_activation activation, size_t count);

/* tanh, in place. */
extern void cs_activate_tanh(float *values, size_t count);

#endif
