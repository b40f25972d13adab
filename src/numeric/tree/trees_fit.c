/*
 * trees_fit.c
 *		Trees one after the other, each fitted to what is left (gradient boosting), or side by side
 *		(random forest).
 */
#include "numeric/tree/tree.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"

size_t
cs_trees_most_numbers(const cs_tree_options *options, size_t rows)
{
	size_t nodes = cs_tree_most_nodes(options, rows);

	if (nodes > (SIZE_MAX >> 8) / CS_TREE_MAX_ROUNDS)
		return SIZE_MAX;
	return ((size_t) options->rounds + 1) * (1 + CS_TREE_NODE * nodes);
}

/* Whether trees may be taken back, so that what each gained must be known. */
static bool
may_stop(const cs_tree_options *options)
{
	return !options->forest && options->patience > 0;
}

void
cs_trees_fit_lay_out(cs_trees_fit *fit, const cs_tree_options *options, size_t rows, size_t columns,
					 size_t capacity, cs_workspace *workspace)
{
	size_t rounds = (size_t) options->rounds + 1;

	*fit = (cs_trees_fit){.options = options, .rows = rows, .capacity = capacity};
	cs_tree_bins_lay_out(&fit->bins, rows, columns, workspace);
	cs_tree_grower_lay_out(&fit->grower, options, &fit->bins, rows, workspace);
	fit->predicted = cs_workspace_take(workspace, rows, sizeof(double));
	fit->gradient = cs_workspace_take(workspace, rows, sizeof(double));
	fit->shuffled = cs_workspace_take(workspace, rows, sizeof(int32_t));
	fit->gain = cs_workspace_take(workspace, columns, sizeof(double));
	fit->tree_gain =
		cs_workspace_take(workspace, may_stop(options) ? rounds : 0, columns * sizeof(double));
	fit->end = cs_workspace_take(workspace, rounds + 1, sizeof(size_t));
	fit->numbers = cs_workspace_take(workspace, capacity, sizeof(float));
}

/* ---- losses ---- */

static double
loss_of(const cs_tree_options *options, double error)
{
	if (options->loss == CS_TREE_SQUARED)
		return error * error;
	if (options->loss == CS_TREE_ABSOLUTE)
		return fabs(error);
	return error > 0 ? options->quantile * error : (options->quantile - 1) * error;
}

/* The slope of the loss in the prediction, where the target is `error` above it. */
static double
slope_of(const cs_tree_options *options, double error)
{
	double share = options->loss == CS_TREE_QUANTILE ? options->quantile : 0.5;

	if (options->loss == CS_TREE_SQUARED)
		return -error;
	return error > 0 ? -share : (error < 0 ? 1 - share : 0);
}

/* The quantile of values[n] between the two nearest. */
static double
quantile_of(double *values, size_t n, double share)
{
	double place = share * (double) (n - 1);
	size_t rank = (size_t) place;
	double lower = cs_select_rank(values, n, rank);
	double upper = INFINITY;

	for (size_t i = rank + 1; i < n; i++)
		upper = fmin(upper, values[i]);
	return rank + 1 < n ? lower + (place - (double) rank) * (upper - lower) : lower;
}

/* ---- one round ---- */

/* The rows of a tree, into the grower's list. */
static void
draw_rows(cs_trees_fit *fit, const size_t *training, size_t count, cs_random *random)
{
	const cs_tree_options *options = fit->options;
	uint32_t *row = fit->grower.row;
	size_t kept = 0;

	if (options->forest)
		memset(fit->shuffled, 0, count * sizeof(int32_t));
	for (size_t i = 0; options->forest && i < count; i++)
		fit->shuffled[cs_random_below(random, count)]++;
	for (size_t i = 0; i < count; i++)
	{
		int32_t times = options->forest ? fit->shuffled[i] : 1;

		/* in order, each with the chance that leaves the right number in all */
		if (!options->forest && options->subsample < 1)
		{
			size_t wanted = (size_t) ceil(options->subsample * (double) count);

			times = cs_random_below(random, count - i) < wanted - kept;
		}
		for (; times > 0; times--)
			row[kept++] = (uint32_t) training[i];
	}
	cs_work(4 * count);
	fit->grower.count = kept;
}

/* The columns of a tree, or how many those of a split are. */
static void
draw_columns(cs_trees_fit *fit, cs_random *random)
{
	cs_tree_grower *grower = &fit->grower;
	size_t columns = fit->bins.columns;
	size_t wanted = (size_t) ceil(fit->options->columns * (double) columns - CS_ROUNDING);
	size_t kept = 0;

	grower->looked_at = wanted < 1 ? 1 : wanted;
	for (size_t c = 0; !fit->options->forest && c < columns && kept < grower->looked_at; c++)
		if (grower->looked_at == columns ||
			cs_random_below(random, columns - c) < grower->looked_at - kept)
			grower->columns[kept++] = (int32_t) c;
}

/* What a leaf adds to the prediction of its rows. */
static double
leaf_value(cs_trees_fit *fit, const cs_tree_node *leaf, const double *target)
{
	const cs_tree_options *options = fit->options;
	const uint32_t *row = fit->grower.row + leaf->first;
	double *scratch = fit->grower.scratch;
	double rows = (double) leaf->count;
	double sum = 0;

	cs_work(leaf->count);
	if (options->loss != CS_TREE_SQUARED)
	{
		for (size_t i = 0; i < leaf->count; i++)
			scratch[i] = target[row[i]] - fit->predicted[row[i]];
		return options->learning_rate * rows / (rows + options->l2) *
			   quantile_of(scratch, leaf->count,
						   options->loss == CS_TREE_ABSOLUTE ? 0.5 : options->quantile);
	}
	for (size_t i = 0; i < leaf->count; i++)
		sum -= fit->gradient[row[i]];
	if (options->forest)
		return sum / rows;
	return options->learning_rate * copysign(fmax(fabs(sum) - options->l1, 0), sum) /
		   (rows + options->l2);
}

/* Appends the grown tree to the model; false where it does not fit. */
static bool
keep_tree(cs_trees_fit *fit)
{
	const cs_tree_grower *grower = &fit->grower;
	double *gain =
		may_stop(fit->options) ? fit->tree_gain + fit->trees * fit->bins.columns : fit->gain;

	if (fit->capacity - fit->used < 1 + CS_TREE_NODE * (size_t) grower->node[0].size)
		return false;
	if (may_stop(fit->options))
		memset(gain, 0, fit->bins.columns * sizeof(double));
	/* splits that were taken back have no way to them from the root, but no column either */
	for (size_t i = 0; i < grower->nodes; i++)
		if (grower->node[i].column >= 0)
			gain[grower->node[i].column] += grower->node[i].gain;
	fit->used += cs_tree_write(grower, fit->numbers + fit->used);
	fit->end[++fit->trees] = fit->used;
	return true;
}

/* Sets the leaves' values and adds them to the predictions of the tree's rows. */
static void
set_leaves(cs_trees_fit *fit, const double *target)
{
	cs_tree_grower *grower = &fit->grower;

	for (size_t i = 0; i < grower->nodes; i++)
	{
		cs_tree_node *node = &grower->node[i];

		if (node->column >= 0)
			continue;
		node->value = leaf_value(fit, node, target);
		if (fit->options->forest)
			node->value /= fit->options->rounds;
	}
}

/* Adds the last tree to the predictions of listed rows. */
static void
add_tree(cs_trees_fit *fit, const float *x, const size_t *listed, size_t count)
{
	const float *tree = fit->numbers + fit->end[fit->trees - 1];

	for (size_t i = 0; i < count; i++)
		fit->predicted[listed[i]] += cs_trees_value(tree, 1, x + listed[i] * fit->bins.columns);
}

/* Adds it where its rows are all of the training rows: their leaves are known. */
static void
add_leaves(cs_trees_fit *fit)
{
	const cs_tree_grower *grower = &fit->grower;

	for (size_t n = 0; n < grower->nodes; n++)
	{
		const cs_tree_node *node = &grower->node[n];

		/* the rows of a node below one that was taken back are the latter's too */
		if (node->column >= 0 || node->size == 0)
			continue;
		for (size_t i = 0; i < node->count; i++)
			fit->predicted[grower->row[node->first + i]] += (double) (float) node->value;
	}
	cs_work(grower->count);
}

/* ---- all rounds ---- */

/* The first tree of a quantile's fit: one leaf, the quantile of all targets. */
static cs_status
start_quantile(cs_trees_fit *fit, const float *x, const double *target, const size_t *training,
			   size_t count)
{
	double *scratch = fit->grower.scratch;

	for (size_t i = 0; i < count; i++)
		scratch[i] = target[training[i]];
	fit->grower.node[0] =
		(cs_tree_node){.column = -1,
					   .size = 1,
					   .count = count,
					   .value = quantile_of(scratch, count, fit->options->quantile)};
	fit->grower.nodes = 1;
	if (!keep_tree(fit))
		return CS_SIZE_OVERFLOW;
	add_tree(fit, x, training, count);
	return CS_OK;
}

/* Sets the gradients of the training rows; the largest of them is returned. */
static double
set_gradients(cs_trees_fit *fit, const double *target, const size_t *training, size_t count)
{
	double largest = 0;

	for (size_t i = 0; i < count; i++)
	{
		size_t row = training[i];

		fit->gradient[row] = slope_of(fit->options, target[row] - fit->predicted[row]);
		largest = fmax(largest, fabs(fit->gradient[row]));
	}
	cs_work(4 * count);
	return largest;
}

static double
mean_loss(const cs_trees_fit *fit, const double *target, const size_t *listed, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += loss_of(fit->options, target[listed[i]] - fit->predicted[listed[i]]);
	return sum / (double) count;
}

/* Takes back the trees after the first `kept`, and adds up the gains of the others. */
static void
keep_trees(cs_trees_fit *fit, size_t kept)
{
	size_t columns = fit->bins.columns;

	fit->trees = kept;
	fit->used = fit->end[kept];
	if (!may_stop(fit->options))
		return;
	for (size_t t = 0; t < kept; t++)
		for (size_t c = 0; c < columns; c++)
			fit->gain[c] += fit->tree_gain[t * columns + c];
}

static cs_status
grow_tree(cs_trees_fit *fit, const float *x, const double *target, const size_t *training,
		  size_t count, cs_random *random)
{
	draw_rows(fit, training, count, random);
	draw_columns(fit, random);
	cs_tree_grow(&fit->grower, fit->gradient, random);
	set_leaves(fit, target);
	if (!keep_tree(fit))
		return CS_SIZE_OVERFLOW;
	if (fit->options->forest)
		return CS_OK;
	if (fit->options->subsample < 1)
		add_tree(fit, x, training, count);
	else
		add_leaves(fit);
	return CS_OK;
}

cs_status
cs_trees_fit_run(cs_trees_fit *fit, const float *x, const double *target, const size_t *training,
				 size_t training_count, const size_t *validation, size_t validation_count)
{
	const cs_tree_options *options = fit->options;
	bool watched = may_stop(options) && validation_count > 0;
	cs_status status = CS_OK;
	cs_random random;
	double size = 0;
	double best;
	size_t kept;

	cs_random_seed(&random, options->seed);
	cs_tree_bins_make(&fit->bins, x, training, training_count);
	fit->trees = fit->used = fit->end[0] = 0;
	memset(fit->gain, 0, fit->bins.columns * sizeof(double));
	memset(fit->predicted, 0, fit->rows * sizeof(double));
	for (size_t i = 0; i < training_count; i++)
		size = fmax(size, fabs(target[training[i]]));
	if (options->loss == CS_TREE_QUANTILE)
		status = start_quantile(fit, x, target, training, training_count);
	if (status == CS_OK && fit->trees > 0)
		add_tree(fit, x, validation, validation_count);
	kept = fit->trees;
	best = watched ? mean_loss(fit, target, validation, validation_count) : 0;
	for (size_t round = 0; status == CS_OK && round < (size_t) options->rounds; round++)
	{
		double loss;

		if (round == 0 || !options->forest)
			if (set_gradients(fit, target, training, training_count) <= CS_ROUNDING * size)
				break;
		status = grow_tree(fit, x, target, training, training_count, &random);
		if (status != CS_OK)
			break;
		add_tree(fit, x, validation, validation_count);
		loss = watched ? mean_loss(fit, target, validation, validation_count) : 0;
		if (!watched || loss < best)
		{
			best = loss;
			kept = fit->trees;
		}
		else if (fit->trees - kept >= (size_t) options->patience)
			break;
		cs_work_of(fit->bins.columns, (double) round, options->rounds);
	}
	if (status != CS_OK)
		return status;
	keep_trees(fit, watched ? kept : fit->trees);
	memset(fit->predicted, 0, fit->rows * sizeof(double));
	for (size_t i = 0; i < validation_count; i++)
		fit->predicted[validation[i]] =
			cs_trees_value(fit->numbers, fit->trees, x + validation[i] * fit->bins.columns);
	return CS_OK;
}
