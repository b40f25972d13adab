/*
 * tree_contributions.h
 *		Shapley values of the inputs of trees (Lundberg, Erion and Lee, Consistent Individualized
 *		Feature Attribution for Tree Ensembles, 2018).
 *
 * The value of a set S of columns is what the trees give where only those are known: at a split on
 * another column both sides are taken, each by the share of the node's training rows that went
 * there.  The base is the value of no column at all, the mean over the training rows.
 */
#ifndef CREDITSPREAD_NUMERIC_TREE_CONTRIBUTIONS_H
#define CREDITSPREAD_NUMERIC_TREE_CONTRIBUTIONS_H

#include <stddef.h>

/* Nodes of the largest of the trees. */
extern size_t cs_trees_largest(const float *numbers, size_t trees);

/*
 * Adds the Shapley values at x[columns] to contribution[columns] and returns the base; rows[] is
 * scratch, of cs_trees_largest.
 */
extern double cs_trees_contributions(const float *numbers, size_t trees, const float *x,
									 double *rows, double *contribution);

#endif
