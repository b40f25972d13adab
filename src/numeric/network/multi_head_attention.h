/*
 * multi_head_attention.h
 *		Scaled dot-product attention in several heads (Vaswani et al. 2017), between the linear maps
 *		that belong to the layer: weights = softmax(q k' / sqrt(D / A)), context = weights v.
 *		Dropout works on the weights.
 *
 * N batch, T steps, Q queries (the last Q positions ask; all T positions answer), D features, A
 * heads; Q' is Q rounded up to CS_ATTENTION_PAD.  The work is cut into units, each some queries of
 * one head of one window; any order gives the same numbers as long as the units of a head come in
 * order.
 */
#ifndef CREDITSPREAD_NUMERIC_MULTI_HEAD_ATTENTION_H
#define CREDITSPREAD_NUMERIC_MULTI_HEAD_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/network/dropout.h"

#define CS_ATTENTION_PAD 8

typedef struct cs_attention
{
	int steps;				/* T */
	int queries;			/* Q */
	int heads;				/* A, a divisor of D */
	int width;				/* D */
	const float *projected; /* (N, T, 3 D): queries, keys, values; queries only where they ask */
	float *context;			/* (N, Q, D) */
	float *weights;			/* (N, A, T, Q'), negative where dropped; NULL: not kept */
	float *scratch;			/* cs_attention_scratch floats */
	const float *context_gradient; /* (N, Q, D) */
	float *projected_gradient;	   /* as projected; overwritten */
	cs_dropout dropout;
} cs_attention;

/* Floats of `weights` for one window, and of `scratch`; SIZE_MAX on overflow. */
extern size_t cs_attention_weights(int steps, int queries, int heads);
extern size_t cs_attention_scratch(int steps, int queries, int heads, int width);

/* How far the places of the dropout of two windows are apart. */
extern size_t cs_attention_places(int steps, int queries, int heads);

/* Units of one window, and multiply-adds of one unit of the forward pass. */
extern int cs_attention_units(const cs_attention *attention);
extern double cs_attention_cost(const cs_attention *attention);

/* Unit `unit`, counted on from window to window. */
extern void cs_attention_forward(const cs_attention *attention, size_t unit);

/* The same backwards, about twice the work. */
extern void cs_attention_backward(const cs_attention *attention, size_t unit);

#endif
