/*
 * tree_bins.c
 *		Inputs in bins of about equal numbers of rows.
 */
#include "numeric/tree/tree.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"

#define RADIX 256

void
cs_tree_bins_lay_out(cs_tree_bins *bins, size_t rows, size_t columns, cs_workspace *workspace)
{
	*bins = (cs_tree_bins){.rows = rows, .columns = columns};
	bins->bin = cs_workspace_take(workspace, rows, columns);
	bins->cut = cs_workspace_take(workspace, columns, CS_TREE_BINS * sizeof(float));
	bins->low = cs_workspace_take(workspace, columns, CS_TREE_BINS * sizeof(float));
	bins->high = cs_workspace_take(workspace, columns, CS_TREE_BINS * sizeof(float));
	bins->bins = cs_workspace_take(workspace, columns, sizeof(uint16_t));
	for (int i = 0; i < 2; i++)
		bins->keys[i] = cs_workspace_take(workspace, rows, sizeof(uint32_t));
}

/* Unsigned integers in the order of floats, and back. */
static uint32_t
key_of(float value)
{
	uint32_t bits;

	value = value == 0 ? 0 : value; /* -0 is 0 */
	memcpy(&bits, &value, sizeof(bits));
	return bits >> 31 ? ~bits : bits | (uint32_t) 1 << 31;
}

static float
value_of(uint32_t key)
{
	uint32_t bits = key >> 31 ? key & ~((uint32_t) 1 << 31) : ~key;
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* Sorts keys[0], by bytes from the lowest on. */
static void
sort_keys(uint32_t *keys[2], size_t n)
{
	for (int shift = 0; shift < 32; shift += 8)
	{
		size_t place[RADIX] = {0};
		size_t sum = 0;
		uint32_t *swap;

		for (size_t i = 0; i < n; i++)
			place[keys[0][i] >> shift & (RADIX - 1)]++;
		for (size_t r = 0; r < RADIX; r++)
		{
			size_t count = place[r];

			place[r] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			keys[1][place[keys[0][i] >> shift & (RADIX - 1)]++] = keys[0][i];
		swap = keys[0];
		keys[0] = keys[1];
		keys[1] = swap;
		cs_work(2 * n);
	}
}

float
cs_tree_between(float low, float high)
{
	float middle = low / 2 + high / 2;

	return middle > low && middle <= high ? middle : high;
}

/* Cuts between sorted keys; returns how many. */
static size_t
cut_keys(const uint32_t *keys, size_t n, float *cut, float *low, float *high)
{
	size_t distinct = 0;
	size_t cuts = 0;
	size_t in_bin = 0;

	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || keys[i] != keys[i - 1];
	for (size_t i = 1; i < n && cuts < CS_TREE_BINS - 1; i++)
	{
		size_t left = n - i + in_bin + 1;

		in_bin++;
		if (keys[i] == keys[i - 1])
			continue;
		if (distinct > CS_TREE_BINS && in_bin * (CS_TREE_BINS - cuts) < left)
			continue;
		high[cuts] = value_of(keys[i - 1]);
		low[cuts + 1] = value_of(keys[i]);
		cut[cuts] = cs_tree_between(high[cuts], low[cuts + 1]);
		cuts++;
		in_bin = 0;
	}
	low[0] = n > 0 ? value_of(keys[0]) : 0;
	high[cuts] = n > 0 ? value_of(keys[n - 1]) : 0;
	return cuts;
}

/* How many of the cuts are not above a value. */
static size_t
cuts_up_to(const float *cut, size_t cuts, float value)
{
	size_t low = 0;

	while (cuts > 0)
	{
		size_t half = (cuts + 1) / 2;

		low = cut[low + half - 1] <= value ? low + half : low;
		cuts -= half;
	}
	return low;
}

void
cs_tree_bins_make(cs_tree_bins *bins, const float *x, const size_t *listed, size_t count)
{
	size_t columns = bins->columns;

	for (size_t c = 0; c < columns; c++)
	{
		float *cut = bins->cut + c * CS_TREE_BINS;
		size_t n = 0;
		size_t cuts;

		for (size_t i = 0; i < count; i++)
		{
			float value = x[listed[i] * columns + c];

			if (!isnan(value))
				bins->keys[0][n++] = key_of(value);
		}
		sort_keys(bins->keys, n);
		cuts = cut_keys(bins->keys[0], n, cut, bins->low + c * CS_TREE_BINS,
						bins->high + c * CS_TREE_BINS);
		bins->bins[c] = (uint16_t) (cuts + 1);
		for (size_t i = 0; i < bins->rows;)
			for (size_t end = cs_block_end(i, bins->rows, 8); i < end; i++)
			{
				float value = x[i * columns + c];

				bins->bin[i * columns + c] =
					isnan(value) ? 0 : (uint8_t) (1 + cuts_up_to(cut, cuts, value));
			}
	}
}
