/*
 * tree.h
 *		Regression trees grown on histograms of binned inputs, and what is made of them: gradient
 *		boosting (Friedman 2001; Chen and Guestrin 2016 for the penalized gain) and random forests
 *		(Breiman 2001).
 *
 * A split sends x < threshold to the left; missing values (NaN) go to the side that gains more.
 * Its gain is GL^2/(nL + l2) + GR^2/(nR + l2) - G^2/(n + l2), where G sums the gradients of n rows
 * and each |G| is taken less l1, at least 0.  Equal gains: the lower column, then the lower
 * threshold.
 *
 * Gradients are summed as integers beside the counts in one 64-bit word, in units of the largest of
 * them over 2^bits: sums do not depend on order and differences of histograms are exact.
 */
#ifndef CREDITSPREAD_NUMERIC_TREE_H
#define CREDITSPREAD_NUMERIC_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/random.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#define CS_TREE_MAX_DEPTH 32
#define CS_TREE_MAX_LEAVES 4096
#define CS_TREE_MAX_ROUNDS 10000

/* Bins of values of a column; one more, number 0, is for missing values. */
#define CS_TREE_BINS 255

typedef enum cs_tree_loss
{
	CS_TREE_SQUARED,
	CS_TREE_ABSOLUTE,
	CS_TREE_QUANTILE
} cs_tree_loss;

typedef struct cs_tree_options
{
	cs_tree_loss loss;
	double quantile; /* of CS_TREE_QUANTILE */
	int rounds;		 /* trees */
	double learning_rate;
	int depth;
	int leaves;	  /* 0: as many as the depth allows */
	int min_rows; /* of a leaf */
	double l1;
	double l2;
	double min_gain;  /* splits above leaves that gain less are taken back */
	double subsample; /* share of the rows that a tree is grown on, without replacement */
	double columns;	  /* share of the columns that a tree, of a forest each split, looks at */
	int patience;	  /* rounds without a better validation loss that end the fit; 0: none */
	bool forest;	  /* trees side by side on bootstrap samples; the forecast is their mean */
	uint64_t seed;
} cs_tree_options;

/* ---- bins ---- */

typedef struct cs_tree_bins
{
	size_t rows;
	size_t columns;
	uint8_t *bin;	/* [rows][columns], 0 = missing */
	float *cut;		/* [columns][CS_TREE_BINS]; bin b ends below cut[b - 1] */
	float *low;		/* [columns][CS_TREE_BINS] lowest value of bin b at b - 1, */
	float *high;	/* and highest */
	uint16_t *bins; /* [columns] of values */
	uint32_t *keys[2];
} cs_tree_bins;

extern void cs_tree_bins_lay_out(cs_tree_bins *bins, size_t rows, size_t columns,
								 cs_workspace *workspace);

/*
 * Cuts made from the listed rows of x[rows][columns] (NaN = missing), halfway between values where
 * there are few, else at quantiles; then the bins of all rows.
 */
extern void cs_tree_bins_make(cs_tree_bins *bins, const float *x, const size_t *listed,
							  size_t count);

/* ---- one tree ---- */

typedef struct cs_tree_node
{
	int32_t column; /* -1: a leaf */
	int32_t left;	/* its child for lower values; the other is the next */
	uint8_t bin;	/* the last that goes left */
	bool missing_left;
	float threshold; /* halfway to the lowest of the node's values that go right */
	int depth;
	size_t first; /* its rows in the grower's list */
	size_t count;
	double gain;
	double value;
	int slot;	  /* its histogram; -1: none */
	int32_t size; /* nodes from it on; 0: it was taken back */
} cs_tree_node;

typedef struct cs_tree_grower
{
	const cs_tree_options *options;
	const cs_tree_bins *bins;
	size_t most_nodes;
	cs_tree_node *node;
	size_t nodes;
	uint32_t *row; /* [count] rows of the tree, node by node */
	uint32_t *moved;
	size_t count;
	int64_t *packed; /* [rows] gradient and count */
	int count_bits;
	double unit;	   /* gradient of 1 in packed sums */
	size_t *start;	   /* [columns + 1] of a column in a histogram */
	int32_t *columns;  /* those that are looked at */
	int32_t *shuffled; /* [columns] */
	size_t looked_at;
	int64_t *histogram; /* [slots][start[columns]] */
	int *free_slot;
	int slots;
	int free_slots;
	int32_t *open; /* nodes to be split */
	size_t opened;
	double *scratch; /* [rows] */
} cs_tree_grower;

/* Most nodes of a tree on so many rows. */
extern size_t cs_tree_most_nodes(const cs_tree_options *options, size_t rows);

extern void cs_tree_grower_lay_out(cs_tree_grower *grower, const cs_tree_options *options,
								   const cs_tree_bins *bins, size_t rows, cs_workspace *workspace);

/*
 * Grows a tree on grower->row[count] to the gradients (by row), with the columns that are to be
 * looked at set; the random numbers choose those of a forest's splits.
 */
extern void cs_tree_grow(cs_tree_grower *grower, const double *gradient, cs_random *random);

/* ---- trees as numbers ---- */

/*
 * A tree is the number of its nodes and CS_TREE_NODE numbers for each, a node before those below
 * it, left ones first: column + 1, negative where missing values go right, the threshold, and how
 * many nodes later the right child stands; of a leaf 0, its value, its training rows.
 */
#define CS_TREE_NODE 3

/* A number that parts two neighbours: halfway, or the upper one. */
extern float cs_tree_between(float low, float high);

/* Writes a grown tree; the numbers that it takes. */
extern size_t cs_tree_write(const cs_tree_grower *grower, float *numbers);

/* The sum of the trees' values at x[columns]. */
extern double cs_trees_value(const float *numbers, size_t trees, const float *x);

/* Whether so many numbers are so many trees on so many columns, all finite. */
extern bool cs_trees_valid(const float *numbers, size_t count, size_t trees, size_t columns);

/* ---- boosting and forests ---- */

typedef struct cs_trees_fit
{
	const cs_tree_options *options;
	cs_tree_bins bins;
	cs_tree_grower grower;
	size_t rows;
	double *predicted; /* [rows] */
	double *gradient;
	int32_t *shuffled; /* [rows] */
	size_t capacity;   /* of numbers; */
	float *numbers;	   /* the trees, */
	size_t used;	   /* and how many numbers they take */
	size_t trees;
	double *gain;	   /* [columns] of all splits on a column */
	double *tree_gain; /* [rounds][columns], where trees may be taken back */
	size_t *end;	   /* [rounds + 1] numbers up to a tree */
} cs_trees_fit;

/* Numbers that all trees may take. */
extern size_t cs_trees_most_numbers(const cs_tree_options *options, size_t rows);

extern void cs_trees_fit_lay_out(cs_trees_fit *fit, const cs_tree_options *options, size_t rows,
								 size_t columns, size_t capacity, cs_workspace *workspace);

/*
 * Fits trees to target[rows] at the rows in training; with rows in validation and patience, as many
 * of them as have the lowest loss there.  predicted[] is then right at the validation rows.
 * CS_SIZE_OVERFLOW: the trees need more numbers than the capacity.
 */
extern cs_status cs_trees_fit_run(cs_trees_fit *fit, const float *x, const double *target,
								  const size_t *training, size_t training_count,
								  const size_t *validation, size_t validation_count);

#endif
