/*
 * tree_grow.c
 *		One tree, split by split.
 */
#include "numeric/tree/tree.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

/* A split of a node. */
typedef struct split
{
	double gain; /* 0: none */
	int32_t column;
	uint8_t bin;
	bool missing_left;
	float threshold;
} split;

size_t
cs_tree_most_nodes(const cs_tree_options *options, size_t rows)
{
	size_t leaves = rows / (size_t) options->min_rows;

	if (options->leaves > 0 && leaves > (size_t) options->leaves)
		leaves = (size_t) options->leaves;
	if (options->depth < 31 && leaves > (size_t) 1 << options->depth)
		leaves = (size_t) 1 << options->depth;
	return leaves < 1 ? 1 : 2 * leaves - 1;
}

/* Histograms that are kept at once. */
static int
slots_of(const cs_tree_options *options)
{
	if (options->forest)
		return 1;
	return (options->leaves > 0 ? options->leaves : options->depth) + 2;
}

void
cs_tree_grower_lay_out(cs_tree_grower *grower, const cs_tree_options *options,
					   const cs_tree_bins *bins, size_t rows, cs_workspace *workspace)
{
	size_t columns = bins->columns;

	*grower = (cs_tree_grower){.options = options,
							   .bins = bins,
							   .slots = slots_of(options),
							   .most_nodes = cs_tree_most_nodes(options, rows)};
	grower->node = cs_workspace_take(workspace, grower->most_nodes + 2, sizeof(cs_tree_node));
	grower->open = cs_workspace_take(workspace, grower->most_nodes + 2, sizeof(int32_t));
	grower->row = cs_workspace_take(workspace, rows, sizeof(uint32_t));
	grower->moved = cs_workspace_take(workspace, rows, sizeof(uint32_t));
	grower->packed = cs_workspace_take(workspace, rows, sizeof(int64_t));
	grower->scratch = cs_workspace_take(workspace, rows, sizeof(double));
	grower->start = cs_workspace_take(workspace, columns + 1, sizeof(size_t));
	grower->columns = cs_workspace_take(workspace, columns, sizeof(int32_t));
	grower->shuffled = cs_workspace_take(workspace, columns, sizeof(int32_t));
	grower->free_slot = cs_workspace_take(workspace, (size_t) grower->slots, sizeof(int));
	grower->histogram = cs_workspace_take(workspace, (size_t) grower->slots * columns,
										  (CS_TREE_BINS + 1) * sizeof(int64_t));
}

/* ---- histograms ---- */

/* Gradients in units of the largest, beside a count of one; false where all vanish. */
static bool
pack(cs_tree_grower *grower, const double *gradient)
{
	double largest = 0;
	int bits;

	grower->count_bits = 1;
	while (grower->count >> grower->count_bits > 0)
		grower->count_bits++;
	bits = 62 - 2 * grower->count_bits;
	bits = bits > 50 ? 50 : bits;
	for (size_t i = 0; i < grower->count; i++)
		largest = fmax(largest, fabs(gradient[grower->row[i]]));
	if (!(largest > 0))
		return false;
	for (size_t i = 0; i < grower->count;)
		for (size_t end = cs_block_end(i, grower->count, 4); i < end; i++)
		{
			size_t row = grower->row[i];
			double scaled = gradient[row] / largest * (double) ((int64_t) 1 << bits);

			grower->packed[row] = llrint(scaled) * ((int64_t) 1 << grower->count_bits) + 1;
		}
	grower->unit = largest / (double) ((int64_t) 1 << bits);
	return true;
}

static int64_t *
histogram_of(const cs_tree_grower *grower, int slot)
{
	return grower->histogram + (size_t) slot * grower->start[grower->bins->columns];
}

/* Adds rows to the histograms of all columns. */
static void
add_rows(const cs_tree_grower *grower, const uint32_t *rows, size_t count, int64_t *histogram)
{
	const cs_tree_bins *bins = grower->bins;
	const size_t *start = grower->start;
	size_t columns = bins->columns;

	for (size_t i = 0; i < count; i++)
	{
		const uint8_t *bin = bins->bin + rows[i] * columns;
		int64_t packed = grower->packed[rows[i]];

		for (size_t c = 0; c < columns; c++)
			histogram[start[c] + bin[c]] += packed;
	}
}

/* The same for those columns alone that are looked at. */
static void
add_rows_of_some(const cs_tree_grower *grower, const uint32_t *rows, size_t count,
				 int64_t *histogram)
{
	const cs_tree_bins *bins = grower->bins;

	for (size_t i = 0; i < count; i++)
	{
		const uint8_t *bin = bins->bin + rows[i] * bins->columns;
		int64_t packed = grower->packed[rows[i]];

		for (size_t k = 0; k < grower->looked_at; k++)
			histogram[grower->start[grower->columns[k]] + bin[grower->columns[k]]] += packed;
	}
}

static void
build_histogram(cs_tree_grower *grower, const cs_tree_node *node, int slot)
{
	int64_t *histogram = histogram_of(grower, slot);

	for (size_t k = 0; k < grower->looked_at; k++)
	{
		size_t c = (size_t) grower->columns[k];

		memset(histogram + grower->start[c], 0,
			   (grower->start[c + 1] - grower->start[c]) * sizeof(int64_t));
	}
	for (size_t i = 0; i < node->count;)
	{
		size_t from = i;

		i = cs_block_end(i, node->count, grower->looked_at);
		if (grower->looked_at == grower->bins->columns)
			add_rows(grower, grower->row + node->first + from, i - from, histogram);
		else
			add_rows_of_some(grower, grower->row + node->first + from, i - from, histogram);
	}
}

/* The histogram of a node less that of a child. */
static void
subtract_histogram(cs_tree_grower *grower, int slot, int less)
{
	int64_t *histogram = histogram_of(grower, slot);
	const int64_t *other = histogram_of(grower, less);

	for (size_t k = 0; k < grower->looked_at; k++)
		for (size_t i = grower->start[grower->columns[k]];
			 i < grower->start[grower->columns[k] + 1]; i++)
			histogram[i] -= other[i];
}

/* ---- the best split ---- */

/* What a side of a split is worth: the squared sum of its gradients over their number. */
static double
worth(const cs_tree_grower *grower, int64_t packed)
{
	int64_t count = packed & (((int64_t) 1 << grower->count_bits) - 1);
	int64_t gradients = (packed - count) / ((int64_t) 1 << grower->count_bits);
	double sum = (double) gradients * grower->unit;
	double size = fmax(fabs(sum) - grower->options->l1, 0);

	return size * size / ((double) count + grower->options->l2);
}

static void
try_split(const cs_tree_grower *grower, int64_t left, int64_t all, double whole,
		  const split *candidate, split *best)
{
	int64_t mask = ((int64_t) 1 << grower->count_bits) - 1;
	int64_t right = all - left;
	double both;
	double gain;

	if ((left & mask) < grower->options->min_rows || (right & mask) < grower->options->min_rows)
		return;
	both = worth(grower, left) + worth(grower, right);
	gain = both - whole;
	if (gain > best->gain && gain > CS_SAME_SQUARES * both)
	{
		*best = *candidate;
		best->gain = gain;
	}
}

static split
best_split(const cs_tree_grower *grower, int slot)
{
	int64_t mask = ((int64_t) 1 << grower->count_bits) - 1;
	split best = {.gain = 0};

	for (size_t k = 0; k < grower->looked_at; k++)
	{
		int32_t column = grower->columns[k];
		const int64_t *cell = histogram_of(grower, slot) + grower->start[column];
		int bins = grower->bins->bins[column];
		int64_t missing = cell[0];
		const float *low = grower->bins->low + column * CS_TREE_BINS;
		const float *high = grower->bins->high + column * CS_TREE_BINS;
		int64_t all = missing;
		int64_t left = 0;
		double whole;

		for (int b = 1; b <= bins; b++)
			all += cell[b];
		whole = worth(grower, all);
		while (bins > 0 && (cell[bins] & mask) == 0)
			bins--;
		for (int b = 1, next; b < bins || (b == bins && (missing & mask) > 0); b = next)
		{
			split candidate = {.column = column, .bin = (uint8_t) b};
			int64_t rest;

			for (next = b + 1; next < bins && (cell[next] & mask) == 0; next++)
				;
			if ((cell[b] & mask) == 0)
				continue;
			/* all values against those that are missing: above all of them */
			candidate.threshold = b == bins ? FLT_MAX : cs_tree_between(high[b - 1], low[next - 1]);
			left += cell[b];
			rest = all - left - missing;
			candidate.missing_left = (missing & mask) == 0 && (left & mask) >= (rest & mask);
			try_split(grower, left, all, whole, &candidate, &best);
			if ((missing & mask) == 0)
				continue;
			candidate.missing_left = true;
			try_split(grower, left + missing, all, whole, &candidate, &best);
		}
		cs_work((size_t) bins);
	}
	return best;
}

/* ---- nodes ---- */

static int
take_slot(cs_tree_grower *grower)
{
	return grower->free_slot[--grower->free_slots];
}

static void
give_slot(cs_tree_grower *grower, int slot)
{
	grower->free_slot[grower->free_slots++] = slot;
}

static bool
may_split(const cs_tree_grower *grower, const cs_tree_node *node)
{
	return node->depth < grower->options->depth &&
		   node->count >= 2 * (size_t) grower->options->min_rows;
}

/* The columns that a split of a forest looks at, in order. */
static void
choose_columns(cs_tree_grower *grower, cs_random *random)
{
	size_t columns = grower->bins->columns;

	for (size_t c = 0; c < columns; c++)
		grower->shuffled[c] = 0;
	for (size_t k = 0; k < grower->looked_at;)
	{
		size_t c = (size_t) cs_random_below(random, columns);

		k += grower->shuffled[c] == 0;
		grower->shuffled[c] = 1;
	}
	for (size_t c = 0, k = 0; c < columns; c++)
		if (grower->shuffled[c])
			grower->columns[k++] = (int32_t) c;
}

/* Finds the split of a node whose histogram is there, and opens the node where there is one. */
static void
find_split(cs_tree_grower *grower, int32_t number, int slot)
{
	cs_tree_node *node = &grower->node[number];
	split best = best_split(grower, slot);

	if (!(best.gain > 0))
	{
		give_slot(grower, slot);
		return;
	}
	node->column = best.column;
	node->bin = best.bin;
	node->missing_left = best.missing_left;
	node->threshold = best.threshold;
	node->gain = best.gain;
	node->slot = slot;
	if (grower->options->forest)
		give_slot(grower, slot);
	grower->open[grower->opened++] = number;
}

/* The open node to be split next: of limited trees that which gains most. */
static int32_t
take_open(cs_tree_grower *grower)
{
	size_t taken = grower->opened - 1;
	int32_t number;

	for (size_t i = 0; grower->options->leaves > 0 && i < grower->opened; i++)
		if (grower->node[grower->open[i]].gain > grower->node[grower->open[taken]].gain)
			taken = i;
	number = grower->open[taken];
	memmove(grower->open + taken, grower->open + taken + 1,
			(grower->opened - 1 - taken) * sizeof(int32_t));
	grower->opened--;
	return number;
}

static bool
goes_left(const cs_tree_grower *grower, const cs_tree_node *node, size_t row)
{
	uint8_t bin = grower->bins->bin[row * grower->bins->columns + (size_t) node->column];

	return bin == 0 ? node->missing_left : bin <= node->bin;
}

/* Parts the rows of a node, which keep their order. */
static void
part_rows(cs_tree_grower *grower, cs_tree_node *node, cs_tree_node *left, cs_tree_node *right)
{
	uint32_t *row = grower->row + node->first;
	size_t kept = 0;
	size_t moved = 0;

	for (size_t i = 0; i < node->count;)
		for (size_t end = cs_block_end(i, node->count, 2); i < end; i++)
		{
			uint32_t number = row[i];
			bool lower = goes_left(grower, node, number);

			row[kept] = number;
			grower->moved[moved] = number;
			kept += lower;
			moved += !lower;
		}
	memcpy(row + kept, grower->moved, moved * sizeof(uint32_t));
	*left = (cs_tree_node){
		.column = -1, .depth = node->depth + 1, .first = node->first, .count = kept, .slot = -1};
	*right = (cs_tree_node){.column = -1,
							.depth = node->depth + 1,
							.first = node->first + kept,
							.count = moved,
							.slot = -1};
}

/* Splits an open node, and finds the splits of both children. */
static void
split_node(cs_tree_grower *grower, int32_t number, cs_random *random)
{
	cs_tree_node *node = &grower->node[number];
	int32_t smaller = (int32_t) grower->nodes;
	int32_t larger = smaller + 1;
	int slot;

	node->left = smaller;
	part_rows(grower, node, &grower->node[smaller], &grower->node[larger]);
	grower->nodes += 2;
	if (grower->options->forest)
	{
		for (int32_t child = smaller; child <= larger; child++)
			if (may_split(grower, &grower->node[child]))
			{
				choose_columns(grower, random);
				slot = take_slot(grower);
				build_histogram(grower, &grower->node[child], slot);
				find_split(grower, child, slot);
			}
		return;
	}
	if (grower->node[smaller].count > grower->node[larger].count)
	{
		smaller = larger;
		larger = node->left;
	}
	if (!may_split(grower, &grower->node[larger]))
	{
		give_slot(grower, node->slot);
		return;
	}
	slot = take_slot(grower);
	build_histogram(grower, &grower->node[smaller], slot);
	subtract_histogram(grower, node->slot, slot);
	if (may_split(grower, &grower->node[smaller]))
		find_split(grower, smaller, slot);
	else
		give_slot(grower, slot);
	find_split(grower, larger, node->slot);
}

/* Takes back splits above leaves that gain less than the least, and counts nodes below each, none
 * of those that are gone. */
static void
prune(cs_tree_grower *grower)
{
	for (size_t i = grower->nodes; i-- > 0;)
	{
		cs_tree_node *node = &grower->node[i];

		node->size = 1;
		if (node->column < 0)
			continue;
		if (node->gain < grower->options->min_gain && grower->node[node->left].column < 0 &&
			grower->node[node->left + 1].column < 0)
		{
			node->column = -1;
			grower->node[node->left].size = grower->node[node->left + 1].size = 0;
		}
		else
			node->size += grower->node[node->left].size + grower->node[node->left + 1].size;
	}
}

void
cs_tree_grow(cs_tree_grower *grower, const double *gradient, cs_random *random)
{
	const cs_tree_options *options = grower->options;
	size_t leaves = 1;

	grower->start[0] = 0;
	for (size_t c = 0; c < grower->bins->columns; c++)
		grower->start[c + 1] = grower->start[c] + grower->bins->bins[c] + 1;
	grower->free_slots = 0;
	for (int i = grower->slots; i-- > 0;)
		give_slot(grower, i);
	grower->nodes = 1;
	grower->opened = 0;
	grower->node[0] = (cs_tree_node){.column = -1, .count = grower->count, .slot = -1};
	if (may_split(grower, &grower->node[0]) && pack(grower, gradient))
	{
		int slot = take_slot(grower);

		if (options->forest)
			choose_columns(grower, random);
		build_histogram(grower, &grower->node[0], slot);
		find_split(grower, 0, slot);
	}
	for (; grower->opened > 0 && (options->leaves == 0 || leaves < (size_t) options->leaves);
		 leaves++)
		split_node(grower, take_open(grower), random);
	for (size_t i = 0; i < grower->opened; i++)
		grower->node[grower->open[i]].column = -1;
	prune(grower);
}
