/*
 * tree_contributions.c
 *		Shapley values of the inputs of trees, leaf by leaf.
 *
 * A leaf of value v whose path splits on columns j = 1 ... m is reached with all columns of S known
 * by the share v prod_{j in S} o_j prod_{j not in S} z_j of the rows: o_j is 1 where all splits on
 * j send x along the path, else 0, and z_j the product of the shares of rows that go along it.  Its
 * Shapley values are v (o_j - z_j) integral_0^1 prod_{i /= j} (z_i (1 - t) + o_i t) dt, a
 * polynomial of degree m - 1 < CS_TREE_MAX_DEPTH, for which the Gauss-Legendre rule is exact.
 */
#include "numeric/tree/tree_contributions.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "numeric/base/path_integral.h"
#include "numeric/base/poll.h"
#include "numeric/tree/tree.h"

_Static_assert(2 * CS_GAUSS_NODES >= CS_TREE_MAX_DEPTH, "the rule must be exact");

/* A column on the way to a leaf. */
typedef struct known_column
{
	size_t column;
	double share; /* z */
	double goes;  /* o */
} known_column;

/* A tree and the way to the node at work. */
typedef struct walk
{
	const float *node;
	const double *rows; /* of training, by node */
	const float *x;
	double *contribution;
	int depth;
	size_t split[CS_TREE_MAX_DEPTH];
	bool right[CS_TREE_MAX_DEPTH];
} walk;

size_t
cs_trees_largest(const float *numbers, size_t trees)
{
	size_t largest = 0;

	for (size_t t = 0; t < trees; t++)
	{
		size_t nodes = (size_t) numbers[0];

		largest = nodes > largest ? nodes : largest;
		numbers += 1 + CS_TREE_NODE * nodes;
		cs_work(1);
	}
	return largest;
}

/* The training rows of every node, from those of the leaves. */
static void
count_rows(const float *node, size_t nodes, double *rows)
{
	for (size_t i = nodes; i-- > 0;)
	{
		const float *number = node + CS_TREE_NODE * i;

		rows[i] = number[0] == 0 ? number[2] : rows[i + 1] + rows[i + (size_t) number[2]];
	}
}

/* The columns on the way to a leaf, each once; their number. */
static int
columns_of_path(const walk *at, size_t leaf, known_column *known)
{
	int count = 0;

	for (int depth = 0; depth < at->depth; depth++)
	{
		size_t split = at->split[depth];
		size_t next = depth + 1 < at->depth ? at->split[depth + 1] : leaf;
		const float *number = at->node + CS_TREE_NODE * split;
		size_t column = (size_t) fabsf(number[0]) - 1;
		float value = at->x[column];
		bool left = isnan(value) ? number[0] > 0 : value < number[1];
		int place = 0;

		while (place < count && known[place].column != column)
			place++;
		if (place == count)
			known[count++] = (known_column){column, 1, 1};
		known[place].share *= at->rows[next] / at->rows[split];
		if (left == at->right[depth])
			known[place].goes = 0;
	}
	return count;
}

/* What a leaf adds to the contributions; and to the base, which is returned. */
static double
add_leaf(const walk *at, size_t leaf)
{
	known_column known[CS_TREE_MAX_DEPTH];
	double product[CS_GAUSS_NODES];
	int count = columns_of_path(at, leaf, known);
	double base = at->node[CS_TREE_NODE * leaf + 1];

	for (int q = 0; q < CS_GAUSS_NODES; q++)
	{
		double t = cs_gauss_node[q];

		product[q] = base * cs_gauss_weight[q];
		for (int i = 0; i < count; i++)
			product[q] *= known[i].share * (1 - t) + known[i].goes * t;
	}
	for (int j = 0; j < count; j++)
	{
		double share = known[j].share;
		double goes = known[j].goes;
		double integral = 0;

		for (int q = 0; q < CS_GAUSS_NODES; q++)
			integral += product[q] / (share * (1 - cs_gauss_node[q]) + goes * cs_gauss_node[q]);
		at->contribution[known[j].column] += (goes - share) * integral;
	}
	for (int j = 0; j < count; j++)
		base *= known[j].share;
	cs_work((size_t) 3 * CS_GAUSS_NODES * (size_t) (count + 1));
	return base;
}

/* One tree: its nodes stand in the order of a walk that takes left ones first. */
static double
add_tree(walk *at, size_t nodes)
{
	double base = 0;

	at->depth = 0;
	for (size_t i = 0; i < nodes; i++)
	{
		if (at->node[CS_TREE_NODE * i] != 0)
		{
			at->right[at->depth] = false;
			at->split[at->depth++] = i;
			continue;
		}
		base += add_leaf(at, i);
		while (at->depth > 0 && at->right[at->depth - 1])
			at->depth--;
		if (at->depth > 0)
			at->right[at->depth - 1] = true;
	}
	return base;
}

double
cs_trees_contributions(const float *numbers, size_t trees, const float *x, double *rows,
					   double *contribution)
{
	walk at = {.rows = rows, .x = x, .contribution = contribution};
	double base = 0;

	for (size_t t = 0; t < trees; t++)
	{
		size_t nodes = (size_t) numbers[0];

		at.node = numbers + 1;
		count_rows(at.node, nodes, rows);
		base += add_tree(&at, nodes);
		numbers += 1 + CS_TREE_NODE * nodes;
		cs_work(nodes);
	}
	return base;
}
