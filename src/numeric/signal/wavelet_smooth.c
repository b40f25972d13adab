/*
 * wavelet_smooth.c
 *		Decomposition, threshold and reconstruction.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3", "no-trapping-math")
#endif

#include "numeric/signal/wavelet_smooth.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"
#include "numeric/base/vector_math_inline.h"
#include "numeric/signal/absolute_median.h"

/* The median of |z|, z standard normal. */
#define NORMAL_MEDIAN 0.6745

static size_t
kept_coefficients(const cs_wavelet_shape *shape, cs_wavelet_mode mode)
{
	if (mode != CS_WAVELET_APPROXIMATION)
		return cs_wavelet_coefficient_count(shape);
	return shape->length[shape->levels];
}

static void
lay_out(cs_wavelet_smoother *smoother, const cs_wavelet_shape *shape, cs_wavelet_mode mode,
		cs_workspace *workspace)
{
	smoother->coefficients =
		cs_workspace_take(workspace, kept_coefficients(shape, mode), sizeof(double));
	cs_wavelet_transform_initialize(&smoother->transform, shape, workspace);
}

size_t
cs_wavelet_smoother_size(const cs_wavelet_shape *shape, cs_wavelet_mode mode)
{
	cs_wavelet_smoother smoother;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&smoother, shape, mode, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_wavelet_smoother_initialize(cs_wavelet_smoother *smoother, const cs_wavelet_shape *shape,
							   cs_wavelet_mode mode, cs_workspace *workspace)
{
	smoother->shape = *shape;
	smoother->mode = mode;
	smoother->threshold = 0;
	lay_out(smoother, shape, mode, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	/* what last_only leaves out goes through the threshold too */
	memset(smoother->coefficients, 0, sizeof(double) * kept_coefficients(shape, mode));
	return CS_OK;
}

CS_TARGET_CLONES
static void
shrink(double *values, size_t count, double threshold)
{
	for (size_t i = 0; i < count; i++)
	{
		double rest = fabs(values[i]) - threshold;

		values[i] = copysign(rest > 0 ? rest : 0, values[i]);
	}
}

CS_TARGET_CLONES
static void
cut(double *values, size_t count, double threshold)
{
	for (size_t i = 0; i < count; i++)
		values[i] = fabs(values[i]) >= threshold ? values[i] : 0;
}

/* Estimates the threshold from the finest details, and applies it to all. */
static void
apply_threshold(cs_wavelet_smoother *smoother)
{
	const cs_wavelet_shape *shape = &smoother->shape;
	size_t n = cs_wavelet_coefficient_count(shape);
	double *finest = smoother->coefficients + cs_wavelet_detail_offset(shape, 1);
	double median = cs_absolute_median(finest, shape->length[1], smoother->transform.buffer);

	smoother->threshold = median / NORMAL_MEDIAN * sqrt(2 * log((double) shape->length[0]));
	for (size_t i = shape->length[shape->levels], end; i < n; i = end)
	{
		end = cs_block_end(i, n, 1);
		if (smoother->mode == CS_WAVELET_SOFT)
			shrink(smoother->coefficients + i, end - i, smoother->threshold);
		else
			cut(smoother->coefficients + i, end - i, smoother->threshold);
	}
}

cs_status
cs_wavelet_smooth(cs_wavelet_smoother *smoother, const double *x, size_t n, bool last_only,
				  double *output)
{
	cs_wavelet_shape *shape = &smoother->shape;
	bool threshold = smoother->mode != CS_WAVELET_APPROXIMATION;
	cs_status status =
		cs_wavelet_shape_initialize(shape, shape->filter, shape->extension, shape->levels, n);

	if (status != CS_OK)
		return status;
	if (last_only)
		cs_wavelet_shape_last(shape, threshold);
	cs_wavelet_decompose(&smoother->transform, shape, threshold, x, smoother->coefficients);
	if (threshold)
		apply_threshold(smoother);
	cs_wavelet_reconstruct(&smoother->transform, shape, threshold, smoother->coefficients, output);
	for (size_t i = last_only ? n - 1 : 0, end; i < n; i = end)
	{
		end = cs_block_end(i, n, 1);
		if (!cs_all_finite_double(output + i, end - i))
			return CS_NOT_FINITE;
	}
	return CS_OK;
}
