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
 *		entities that j acts on (the authors' code).
 */
#ifndef CREDITSPREAD_NUMERIC_RELATION_EMBEDDING_H
#define CREDITSPREAD_NUMERIC_RELATION_EMBEDDING_H

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

#endif
