/*
 * wavelet.c
 *		The discrete wavelet transform in its polyphase form: series are split into even and odd
 *		samples, so that each coefficient is a sum over unit strides and blocks of them are computed
 *		without a branch.  Only the input of a block is continued past the ends of the series.
 *
 * A coefficient's terms are added in the same order in every block, so its bits do not depend on
 * where a computation begins.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/wavelet.h"

#include <stdint.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"

/* Coefficients of a block: its input and output stay in the first level of cache. */
#define BLOCK 512

#define BLOCK_ROOM (BLOCK + CS_WAVELET_MAX_TAPS)

int
cs_wavelet_highest_level(const cs_wavelet_filter *filter, size_t observations)
{
	size_t ratio = observations / (filter->length - 1);
	int level = 0;

	while (ratio >>= 1)
		level++;
	return level;
}

static size_t
next_length(const cs_wavelet_shape *shape, size_t length)
{
	if (shape->extension == CS_WAVELET_PERIODIZATION)
		return length / 2 + length % 2;
	return (length + shape->filter->length - 1) / 2;
}

cs_status
cs_wavelet_shape_initialize(cs_wavelet_shape *shape, const cs_wavelet_filter *filter,
							cs_wavelet_extension extension, int levels, size_t observations)
{
	if (levels < 1 || levels > CS_WAVELET_MAX_LEVEL)
		return CS_OUT_OF_RANGE;
	if (observations == 0)
		return CS_TOO_FEW;
	if (observations > SIZE_MAX / 64)
		return CS_SIZE_OVERFLOW;
	shape->filter = filter;
	shape->extension = extension;
	shape->levels = levels;
	shape->length[0] = observations;
	for (int level = 1; level <= levels; level++)
		shape->length[level] = next_length(shape, shape->length[level - 1]);
	memset(shape->analysis_first, 0, sizeof(shape->analysis_first));
	memset(shape->synthesis_first, 0, sizeof(shape->synthesis_first));
	return CS_OK;
}

void
cs_wavelet_shape_last(cs_wavelet_shape *shape, bool threshold)
{
	size_t taps = shape->filter->length;

	/* the last sample of a periodic series is a neighbour of the first */
	if (shape->extension == CS_WAVELET_PERIODIZATION)
		return;
	shape->synthesis_first[0] = shape->length[0] - 1;
	for (int level = 1; level <= shape->levels; level++)
		shape->synthesis_first[level] = shape->synthesis_first[level - 1] / 2;
	shape->analysis_first[shape->levels] = shape->synthesis_first[shape->levels];
	for (int level = shape->levels; level > 1; level--)
	{
		size_t inside = 2 * shape->analysis_first[level] + 2;
		size_t mirrored = 2 * shape->length[level - 1];
		size_t first = inside > taps ? inside - taps : 0;

		/* what lies past the end is a mirror image of what lies before it */
		mirrored -= mirrored < 2 * shape->length[level] ? mirrored : 2 * shape->length[level];
		shape->analysis_first[level - 1] = first < mirrored ? first : mirrored;
	}
	if (threshold)
		shape->analysis_first[1] = 0;
}

size_t
cs_wavelet_coefficient_count(const cs_wavelet_shape *shape)
{
	return cs_wavelet_detail_offset(shape, 1) + shape->length[1];
}

size_t
cs_wavelet_detail_offset(const cs_wavelet_shape *shape, int level)
{
	size_t offset = shape->length[shape->levels];

	for (int finer = shape->levels; finer > level; finer--)
		offset += shape->length[finer];
	return offset;
}

/* Short series grow from level to level, up to the number of taps. */
static size_t
longest_level(const cs_wavelet_shape *shape)
{
	return shape->length[1] > CS_WAVELET_MAX_TAPS ? shape->length[1] : CS_WAVELET_MAX_TAPS;
}

cs_status
cs_wavelet_transform_initialize(cs_wavelet_transform *transform, const cs_wavelet_shape *shape,
								cs_workspace *workspace)
{
	transform->buffer[0] = cs_workspace_take(workspace, longest_level(shape), sizeof(double));
	transform->buffer[1] = cs_workspace_take(workspace, longest_level(shape), sizeof(double));
	transform->window = cs_workspace_take(workspace, 2 * BLOCK_ROOM, sizeof(double));
	transform->even = cs_workspace_take(workspace, BLOCK_ROOM, sizeof(double));
	transform->odd = cs_workspace_take(workspace, BLOCK_ROOM, sizeof(double));
	cs_wavelet_detail_taps(shape->filter, transform->detail_taps);
	return workspace->failed ? CS_NO_MEMORY : CS_OK;
}

size_t
cs_wavelet_transform_size(const cs_wavelet_shape *shape)
{
	cs_wavelet_transform transform;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	cs_wavelet_transform_initialize(&transform, shape, &workspace);
	return cs_workspace_total(&workspace);
}

/* By how many samples the pairs of a reconstruction begin before the series. */
static size_t
pair_shift(const cs_wavelet_shape *shape)
{
	size_t taps = shape->filter->length;

	return shape->extension == CS_WAVELET_SYMMETRIC ? taps - 2 : taps / 2 - 1;
}

/* The first pair of samples to be reconstructed from a level. */
static size_t
first_pair(const cs_wavelet_shape *shape, int level)
{
	return (shape->synthesis_first[level - 1] + pair_shift(shape)) / 2;
}

/* output[k] = sum over t of weight[t] * input[t][k], four terms at a time */
CS_TARGET_CLONES
static void
combine(double *restrict output, size_t count, size_t terms, const double *const *input,
		const double *weight)
{
	size_t t = 0;

	memset(output, 0, sizeof(double) * count);
	for (; t + 4 <= terms; t += 4)
	{
		const double *a = input[t], *b = input[t + 1], *c = input[t + 2], *d = input[t + 3];
		double p = weight[t], q = weight[t + 1], r = weight[t + 2], s = weight[t + 3];

		CS_INDEPENDENT
		for (size_t k = 0; k < count; k++)
			output[k] += (p * a[k] + q * b[k]) + (r * c[k] + s * d[k]);
	}
	for (; t < terms; t++)
	{
		const double *a = input[t];
		double p = weight[t];

		CS_INDEPENDENT
		for (size_t k = 0; k < count; k++)
			output[k] += p * a[k];
	}
}

CS_TARGET_CLONES
static void
split(double *restrict even, double *restrict odd, const double *restrict samples, size_t pairs)
{
	for (size_t i = 0; i < pairs; i++)
	{
		even[i] = samples[2 * i];
		odd[i] = samples[2 * i + 1];
	}
}

CS_TARGET_CLONES
static void
interleave(double *restrict samples, const double *restrict even, const double *restrict odd,
		   size_t pairs)
{
	for (size_t i = 0; i < pairs; i++)
	{
		samples[2 * i] = even[i];
		samples[2 * i + 1] = odd[i];
	}
}

/*
 * Elements [start, start + count) of x[n] continued past its ends: x in turn with its mirror image,
 * cut to `period` elements.  Within x these are x itself, else they are put into `window`.
 */
static const double *
continued(const double *x, size_t n, size_t period, ptrdiff_t start, size_t count, double *window)
{
	size_t i = 0;

	if (start >= 0 && (size_t) start + count <= n)
		return x + start;
	while (i < count)
	{
		ptrdiff_t at = (start + (ptrdiff_t) i) % (ptrdiff_t) period;
		size_t index = at < 0 ? (size_t) at + period : (size_t) at;

		if (index < n)
		{
			size_t run = n - index < count - i ? n - index : count - i;

			memcpy(window + i, x + index, sizeof(double) * run);
			i += run;
		}
		else
			window[i++] = x[2 * n - 1 - index];
	}
	return window;
}

/*
 * Coefficients next .. next + count - 1 of a level: approximations into `target`, details into
 * `details` unless that is NULL.
 */
static void
analyze_block(cs_wavelet_transform *transform, const cs_wavelet_shape *shape, int level,
			  size_t next, size_t count, const double *source, double *target, double *details)
{
	const cs_wavelet_filter *filter = shape->filter;
	size_t taps = filter->length;
	size_t n = shape->length[level - 1];
	const double *terms[CS_WAVELET_MAX_TAPS];

	source = continued(source, n, shape->extension == CS_WAVELET_SYMMETRIC ? 2 * n : n + n % 2,
					   2 * (ptrdiff_t) next - (ptrdiff_t) pair_shift(shape), 2 * count + taps - 2,
					   transform->window);
	split(transform->even, transform->odd, source, count + taps / 2 - 1);
	for (size_t m = 0; m < taps; m++)
		terms[m] = (m % 2 == 0 ? transform->even : transform->odd) + m / 2;
	combine(target + next, count, taps, terms, filter->taps);
	if (details != NULL)
		combine(details + next, count, taps, terms, transform->detail_taps);
	cs_work(2 * count * taps);
}

void
cs_wavelet_decompose(cs_wavelet_transform *transform, const cs_wavelet_shape *shape, bool details,
					 const double *x, double *coefficients)
{
	const double *source = x;

	for (int level = 1; level <= shape->levels; level++)
	{
		size_t end = shape->length[level];
		double *target = level == shape->levels ? coefficients : transform->buffer[level % 2];
		double *high = details ? coefficients + cs_wavelet_detail_offset(shape, level) : NULL;

		for (size_t next = shape->analysis_first[level]; next < end; next += BLOCK)
			analyze_block(transform, shape, level, next, end - next < BLOCK ? end - next : BLOCK,
						  source, target, high);
		source = target;
	}
}

/* Appends the terms of one parity of a filter: coefficients[taps/2 - 1] is that of the pair. */
static size_t
add_terms(const double **terms, double *weight, size_t used, const double *coefficients,
		  const double *taps, size_t length, size_t parity)
{
	for (size_t t = 0; t < length / 2; t++)
	{
		terms[used] = coefficients + length / 2 - 1 - t;
		weight[used++] = taps[2 * t + parity];
	}
	return used;
}

/*
 * Pairs next .. next + count - 1 of the samples below a level, into `output`; the approximations
 * are `low`, the details, if there are any, `high`.
 */
static void
synthesize_block(cs_wavelet_transform *transform, const cs_wavelet_shape *shape, int level,
				 size_t next, size_t count, const double *low, bool details, const double *high,
				 double *output)
{
	const cs_wavelet_filter *filter = shape->filter;
	size_t taps = filter->length;
	size_t shift = pair_shift(shape);
	size_t n = shape->length[level - 1];
	size_t length = shape->length[level];
	ptrdiff_t start = (ptrdiff_t) next - (ptrdiff_t) (taps / 2 - 1);
	double *phase[2] = {transform->even, transform->odd};
	size_t skip, at;

	low = continued(low, length, length, start, count + taps / 2 - 1, transform->window);
	if (details)
		high = continued(high, length, length, start, count + taps / 2 - 1,
						 transform->window + BLOCK_ROOM);
	for (size_t parity = 0; parity < 2; parity++)
	{
		const double *terms[CS_WAVELET_MAX_TAPS];
		double weight[CS_WAVELET_MAX_TAPS];
		size_t used = add_terms(terms, weight, 0, low, filter->taps, taps, parity);

		if (details)
			used = add_terms(terms, weight, used, high, transform->detail_taps, taps, parity);
		combine(phase[parity], count, used, terms, weight);
	}
	interleave(transform->window, transform->even, transform->odd, count);
	skip = 2 * next < shift ? 1 : 0;
	at = 2 * next + skip - shift;
	memcpy(output + at, transform->window + skip,
		   sizeof(double) * (2 * count - skip < n - at ? 2 * count - skip : n - at));
	cs_work(2 * count * taps);
}

void
cs_wavelet_reconstruct(cs_wavelet_transform *transform, const cs_wavelet_shape *shape, bool details,
					   const double *coefficients, double *x)
{
	const double *low = coefficients;

	for (int level = shape->levels; level > 0; level--)
	{
		size_t end = (shape->length[level - 1] - 1 + pair_shift(shape)) / 2 + 1;
		const double *high = coefficients + (details ? cs_wavelet_detail_offset(shape, level) : 0);
		double *output = level == 1 ? x : transform->buffer[(level - 1) % 2];

		for (size_t next = first_pair(shape, level); next < end; next += BLOCK)
			synthesize_block(transform, shape, level, next, end - next < BLOCK ? end - next : BLOCK,
							 low, details, high, output);
		low = output;
	}
}
