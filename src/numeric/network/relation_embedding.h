/*
 * relation_embedding.h
 *		The relational embedding of Feng et al. (Temporal Relational Ranking for Stock Prediction,
 *		ACM TOIS 37, 2019), as paper 000 uses it: what the neighbours of an entity say about it,
 *
 *		ebar_i = sum_j g_ij e_j,
 *
 *		j over the entities that act on i.  Of the kinds of relation a_ij, the embeddings and a
 *		second embedding q (optional), with phi(x) = max(x, 0.2 x):
 *
 *		explicit	s_ij = phi(w'a_ij + b) (e_i'e_j + q_i'q_j)
 *		implicit	s_ij = phi(u'e_i + v'e_j + w'a_ij + b)
 *		additive	s_ij = phi(u'e_i) + phi(v'e_j) + phi(w'a_ij + b), as the authors' code has it
 *
 *		and g_ij is s_ij normalized: divided by the number of neighbours of i, or of entities that
 *		j acts on (the paper's d_j), or the softmax of s over the neighbours of i, or over the
 *		entities that j acts on (the authors' code).  Without neighbours ebar_i is 0.
 *
 * N windows (one for each entity present, of one time or several), E pairs of them, K kinds of
 * relation, H units of an embedding, Q of the second one.
 */
#ifndef CREDITSPREAD_NUMERIC_RELATION_EMBEDDING_H
#define CREDITSPREAD_NUMERIC_RELATION_EMBEDDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cs_relation_form
{
	CS_RELATION_NONE, /* no relations */
	CS_RELATION_EXPLICIT,
	CS_RELATION_IMPLICIT,
	CS_RELATION_ADDITIVE
} cs_relation_form;

#define CS_RELATION_FORM_COUNT 4

typedef enum cs_relation_norm
{
	CS_RELATION_DEGREE,
	CS_RELATION_SOURCE_DEGREE,
	CS_RELATION_SOFTMAX,
	CS_RELATION_COLUMN_SOFTMAX
} cs_relation_norm;

#define CS_RELATION_NORM_COUNT 4

/* Which windows of a batch act on which, and how strongly: those that act on window i are
 * source[start[i]] to source[start[i + 1] - 1]. */
typedef struct cs_relation_pairs
{
	size_t *start;	   /* [N + 1] */
	int32_t *acts_on;  /* [N] how many windows each one acts on */
	int32_t *source;   /* [E] none twice for a window */
	uint64_t *kinds;   /* [E] bit k is a_ijk */
	float *strength;   /* [E] what phi is applied to: of the kinds, implicit: of the whole sum; the
						* backward pass may leave something else there */
	float *similarity; /* [E] of explicit relations; else NULL */
	float *weight;	   /* [E] g_ij, once a forward pass is complete */
	float *slope;	   /* [E] for the backward pass */
} cs_relation_pairs;

/* Floats of `kept` for each window. */
#define CS_RELATION_KEPT 6

/* One embedding at work. */
typedef struct cs_relation_embedding
{
	cs_relation_form form; /* not CS_RELATION_NONE */
	cs_relation_norm norm;
	int windows;	/* N */
	int kinds;		/* K */
	int units;		/* H */
	int side_units; /* Q, 0: no second embedding */
	cs_relation_pairs *pairs;
	const float *parameters;	  /* w [K], b [1], implicit and additive: u [H], v [H] */
	const float *input;			  /* (N, H), e */
	const float *side_input;	  /* (N, Q), q */
	float *output;				  /* (N, 2H), [e_i; ebar_i] */
	float *gradient;			  /* as the parameters; added to */
	const float *output_gradient; /* (N, 2H) */
	float *input_gradient;		  /* (N, H), overwritten; NULL: not wanted */
	float *side_gradient;		  /* (N, Q), overwritten; NULL: not wanted */
	float *kept;				  /* (CS_RELATION_KEPT, N), from the forward to the backward pass */
} cs_relation_embedding;

/* Both poll. */
extern void cs_relation_embedding_forward(const cs_relation_embedding *embedding);
extern void cs_relation_embedding_backward(const cs_relation_embedding *embedding);

#endif
