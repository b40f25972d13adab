/*
 * wavelet_smooth.c
 *		Decomposition, threshold and reconstruction in steps.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3", "no-trapping-math")
#endif

#include "numeric/signal/wavelet_smooth.h"

#include <math.h>
#include <string.h>

#include "numeric/base/vector_math.h"
#include "numeric/base/vector_math_inline.h"

/* Elements looked at in a step beside the transform. */
#define STEP 8192

/* The median of |z|, z standard normal. */
#define NORMAL_MEDIAN 0.6745

enum
{
	STAGE_DECOMPOSE,
	STAGE_MEDIAN,
	STAGE_THRESHOLD,
	STAGE_RECONSTRUCT,
	STAGE_CHECK,
	STAGE_FINISHED
};

static size_t
kept_coefficients(const cs_wavelet_shape *shape, cs_wavelet_mode mode)
{
	if (mode != CS_WAVELET_APPROXIMATION)
		return cs_wavelet_coefficient_count(shape);
	return shape->length[shape->levels];
}

size_t
cs_wavelet_smoother_size(const cs_wavelet_shape *shape, cs_wavelet_mode mode)
{
	cs_size total = {0};

	cs_size_add(&total, kept_coefficients(shape, mode), sizeof(double));
	cs_size_add(&total, cs_wavelet_transform_size(shape), 1);
	return cs_size_total(&total);
}

cs_status
cs_wavelet_smoother_initialize(cs_wavelet_smoother *smoother, const cs_wavelet_shape *shape,
							   cs_wavelet_mode mode, cs_workspace *workspace)
{
	size_t count = kept_coefficients(shape, mode);

	smoother->shape = *shape;
	smoother->mode = mode;
	smoother->stage = STAGE_FINISHED;
	smoother->coefficients = cs_workspace_take(workspace, count, sizeof(double));
	if (smoother->coefficients == NULL)
		return CS_NO_MEMORY;
	/* what last_only leaves out goes through the threshold too */
	memset(smoother->coefficients, 0, sizeof(double) * count);
	return cs_wavelet_transform_initialize(&smoother->transform, shape, workspace);
}

cs_status
cs_wavelet_smoother_start(cs_wavelet_smoother *smoother, const double *x, size_t n, bool last_only,
						  double *output)
{
	bool threshold = smoother->mode != CS_WAVELET_APPROXIMATION;
	cs_status status =
		cs_wavelet_shape_initialize(&smoother->shape, smoother->shape.filter,
									smoother->shape.extension, smoother->shape.levels, n);

	if (status != CS_OK)
		return status;
	if (last_only)
		cs_wavelet_shape_last(&smoother->shape, threshold);
	smoother->output = output;
	smoother->first_output = last_only ? n - 1 : 0;
	smoother->stage = STAGE_DECOMPOSE;
	cs_wavelet_decompose(&smoother->transform, &smoother->shape, threshold, x,
						 smoother->coefficients);
	return CS_OK;
}

bool
cs_wavelet_smoother_finished(const cs_wavelet_smoother *smoother)
{
	return smoother->stage == STAGE_FINISHED;
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

static void
begin_reconstruction(cs_wavelet_smoother *smoother)
{
	cs_wavelet_reconstruct(&smoother->transform, &smoother->shape,
						   smoother->mode != CS_WAVELET_APPROXIMATION, smoother->coefficients,
						   smoother->output);
	smoother->stage = STAGE_RECONSTRUCT;
}

static void
decompose(cs_wavelet_smoother *smoother)
{
	const cs_wavelet_shape *shape = &smoother->shape;

	cs_wavelet_transform_step(&smoother->transform);
	if (!cs_wavelet_transform_finished(&smoother->transform))
		return;
	if (smoother->mode == CS_WAVELET_APPROXIMATION)
	{
		begin_reconstruction(smoother);
		return;
	}
	cs_absolute_median_initialize(&smoother->median,
								  smoother->coefficients + cs_wavelet_detail_offset(shape, 1),
								  shape->length[1], smoother->transform.buffer);
	smoother->stage = STAGE_MEDIAN;
}

static void
estimate_threshold(cs_wavelet_smoother *smoother)
{
	cs_absolute_median_step(&smoother->median);
	if (!smoother->median.finished)
		return;
	smoother->threshold =
		smoother->median.median / NORMAL_MEDIAN * sqrt(2 * log((double) smoother->shape.length[0]));
	smoother->position = smoother->shape.length[smoother->shape.levels];
	smoother->stage = STAGE_THRESHOLD;
}

/* Elements from smoother->position on that a step looks at. */
static size_t
step_count(const cs_wavelet_smoother *smoother, size_t end)
{
	size_t left = end - smoother->position;

	return left < STEP ? left : STEP;
}

static void
apply_threshold(cs_wavelet_smoother *smoother)
{
	size_t end = cs_wavelet_coefficient_count(&smoother->shape);
	size_t count = step_count(smoother, end);

	if (smoother->mode == CS_WAVELET_SOFT)
		shrink(smoother->coefficients + smoother->position, count, smoother->threshold);
	else
		cut(smoother->coefficients + smoother->position, count, smoother->threshold);
	smoother->position += count;
	if (smoother->position == end)
		begin_reconstruction(smoother);
}

static void
reconstruct(cs_wavelet_smoother *smoother)
{
	cs_wavelet_transform_step(&smoother->transform);
	if (!cs_wavelet_transform_finished(&smoother->transform))
		return;
	smoother->position = smoother->first_output;
	smoother->stage = STAGE_CHECK;
}

static cs_status
check(cs_wavelet_smoother *smoother)
{
	size_t count = step_count(smoother, smoother->shape.length[0]);

	if (!cs_all_finite_double(smoother->output + smoother->position, count))
		return CS_NOT_FINITE;
	smoother->position += count;
	if (smoother->position == smoother->shape.length[0])
		smoother->stage = STAGE_FINISHED;
	return CS_OK;
}

cs_status
cs_wavelet_smoother_step(cs_wavelet_smoother *smoother)
{
	switch (smoother->stage)
	{
		case STAGE_DECOMPOSE:
			decompose(smoother);
			break;
		case STAGE_MEDIAN:
			estimate_threshold(smoother);
			break;
		case STAGE_THRESHOLD:
			apply_threshold(smoother);
			break;
		case STAGE_RECONSTRUCT:
			reconstruct(smoother);
			break;
		case STAGE_CHECK:
			return check(smoother);
		default:
			break;
	}
	return CS_OK;
}
