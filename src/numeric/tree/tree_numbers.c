/*
 * tree_numbers.c
 *		Trees as numbers: written, evaluated and checked.
 */
#include "numeric/tree/tree.h"

#include <math.h>

#include "numeric/base/poll.h"

size_t
cs_tree_write(const cs_tree_grower *grower, float *numbers)
{
	const cs_tree_node *pending[CS_TREE_MAX_DEPTH + 2];
	int waiting = 0;
	float *number = numbers;

	*number++ = (float) grower->node[0].size;
	pending[waiting++] = grower->node;
	while (waiting > 0)
	{
		const cs_tree_node *node = pending[--waiting];
		const cs_tree_node *left = node->column < 0 ? NULL : &grower->node[node->left];

		if (left == NULL)
		{
			*number++ = 0;
			*number++ = (float) node->value;
			*number++ = (float) node->count;
			continue;
		}
		*number++ = (float) (node->missing_left ? node->column + 1 : -(node->column + 1));
		*number++ = node->threshold;
		*number++ = (float) (left->size + 1);
		pending[waiting++] = left + 1;
		pending[waiting++] = left;
	}
	return (size_t) (number - numbers);
}

double
cs_trees_value(const float *numbers, size_t trees, const float *x)
{
	double sum = 0;

	for (size_t t = 0; t < trees; t++)
	{
		const float *node = numbers + 1;

		while (node[0] != 0)
		{
			float value = x[(size_t) fabsf(node[0]) - 1];
			bool left = isnan(value) ? node[0] > 0 : value < node[1];

			node += CS_TREE_NODE * (left ? 1 : (size_t) node[2]);
		}
		sum += (double) node[1];
		numbers += 1 + CS_TREE_NODE * (size_t) numbers[0];
	}
	cs_work(16 * trees);
	return sum;
}

/* Training rows that a leaf may tell, rounded as a float. */
#define MOST_ROWS 1e18

/* Whether a number is a whole one within bounds. */
static bool
whole(float number, double low, double high)
{
	return (double) number >= low && (double) number <= high && number == floorf(number);
}

/* Whether so many nodes are one tree, no deeper than trees may be. */
static bool
tree_valid(const float *node, size_t nodes, size_t columns)
{
	size_t end[CS_TREE_MAX_DEPTH + 1];
	int depth = 0;

	end[0] = nodes;
	for (size_t i = 0; i < nodes; i++, node += CS_TREE_NODE)
	{
		bool last = i + 1 == end[depth];

		if (!whole(fabsf(node[0]), 0, (double) columns) || !isfinite(node[1]))
			return false;
		if (node[0] != 0)
		{
			if (last || depth == CS_TREE_MAX_DEPTH ||
				!whole(node[2], 2, (double) (end[depth] - i) - 1))
				return false;
			end[depth + 1] = i + (size_t) node[2];
			depth++;
			continue;
		}
		if (!last || !whole(node[2], 1, MOST_ROWS))
			return false;
		while (depth > 0 && i + 1 == end[depth])
			depth--;
		if (depth == 0 && i + 1 == end[0])
			return i + 1 == nodes;
	}
	return false;
}

bool
cs_trees_valid(const float *numbers, size_t count, size_t trees, size_t columns)
{
	for (size_t t = 0; t < trees; t++)
	{
		size_t most = count == 0 ? 0 : (count - 1) / CS_TREE_NODE;
		size_t nodes;

		if (count == 0 || !whole(numbers[0], 1, (double) most))
			return false;
		nodes = (size_t) numbers[0];
		if (!tree_valid(numbers + 1, nodes, columns))
			return false;
		numbers += 1 + CS_TREE_NODE * nodes;
		count -= 1 + CS_TREE_NODE * nodes;
		cs_work(nodes);
	}
	return count == 0;
}
