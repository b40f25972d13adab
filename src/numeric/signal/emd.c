/*
 * emd.c
 *		Sifting: a series less the mean of its envelopes, again and again.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/emd.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/vector_math.h"
#include "numeric/base/vector_math_inline.h"

void
cs_emd_default_options(cs_emd_options *options)
{
	*options = (cs_emd_options){.boundary = CS_BOUNDARY_SYMMETRIC,
								.knots = CS_KNOTS_SAMPLE,
								.stop = CS_STOP_S_NUMBER,
								.s_number = 4,
								.sd_threshold = 0.2,
								.max_siftings = 50,
								.max_imfs = CS_EMD_MOST_IMFS,
								.rounding = 0.0};
}

void
cs_emd_lay_out(cs_emd *emd, cs_workspace *workspace, size_t n)
{
	emd->n = n;
	emd->residue = cs_workspace_take(workspace, n, sizeof(double));
	emd->candidate = cs_workspace_take(workspace, n + CS_ENVELOPE_OVERRUN, sizeof(double));
	emd->next = cs_workspace_take(workspace, n + CS_ENVELOPE_OVERRUN, sizeof(double));
	emd->extrema.twice = cs_workspace_take(workspace, n, sizeof(uint32_t));
	cs_envelope_lay_out(&emd->envelope, workspace, n);
}

size_t
cs_emd_workspace_size(size_t n)
{
	cs_workspace workspace;
	cs_emd emd;

	if (n > CS_EXTREMA_MOST_VALUES)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	cs_emd_lay_out(&emd, &workspace, n);
	return cs_workspace_total(&workspace);
}

CS_TARGET_CLONES
static double
largest_magnitude(const double *values, size_t n)
{
	double lanes[8] = {0.0};
	double largest = 0.0;
	size_t i = 0;

	for (; i + 8 <= n; i += 8)
		for (size_t lane = 0; lane < 8; lane++)
		{
			double magnitude = fabs(values[i + lane]);

			lanes[lane] = magnitude > lanes[lane] ? magnitude : lanes[lane];
		}
	for (; i < n; i++)
		largest = fmax(largest, fabs(values[i]));
	for (size_t lane = 0; lane < 8; lane++)
		largest = fmax(largest, lanes[lane]);
	return largest;
}

CS_TARGET_CLONES
static void
subtract(double *restrict from, const double *restrict values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		from[i] -= values[i];
}

/* The squares of what the last pass took away, in proportion to those before it. */
static double
squared_change(const cs_emd *emd, const double *before, const double *after)
{
	double scale = 1.0 / emd->magnitude; /* no square may overflow */
	double change = 0.0;
	double total = 0.0;

	for (size_t i = 0; i < emd->n; i++)
	{
		double old = scale * before[i];
		double difference = old - scale * after[i];

		change += difference * difference;
		total += old * old;
	}
	return change / total;
}

static bool
valid_options(const cs_emd_options *options)
{
	return options->s_number >= 1 && options->sd_threshold > 0.0 &&
		   isfinite(options->sd_threshold) && options->max_siftings >= 1 &&
		   options->max_imfs >= 0 && options->max_imfs <= CS_EMD_MOST_IMFS &&
		   options->rounding >= 0.0;
}

/* Looks at the residue: whether it is to be sifted. */
static void
test_residue(cs_emd *emd)
{
	cs_extrema_find(&emd->extrema, emd->residue, emd->n);
	emd->finished = emd->extrema.count < 3 || emd->imfs == emd->options.max_imfs;
}

cs_status
cs_emd_start(cs_emd *emd, const cs_emd_options *options, const double *x)
{
	if (!valid_options(options))
		return CS_OUT_OF_RANGE;
	emd->options = *options;
	memcpy(emd->residue, x, emd->n * sizeof(double));
	emd->envelope.boundary = options->boundary;
	emd->envelope.knots = options->knots;
	emd->magnitude = largest_magnitude(x, emd->n);
	emd->rounding = fmax(options->rounding, CS_PASSES_ROUNDING * emd->magnitude);
	emd->extrema.tolerance = emd->rounding;
	emd->imfs = 0;
	test_residue(emd);
	return isfinite(emd->magnitude) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_emd_initialize(cs_emd *emd, const cs_emd_options *options, const double *x, size_t n,
				  cs_workspace *workspace)
{
	if (!valid_options(options))
		return CS_OUT_OF_RANGE;
	if (n > CS_EXTREMA_MOST_VALUES)
		return CS_SIZE_OVERFLOW;
	cs_emd_lay_out(emd, workspace, n);
	return workspace->failed ? CS_NO_MEMORY : cs_emd_start(emd, options, x);
}

/* `stable` counts the passes in a row that left extrema and zero crossings as they were. */
static bool
sifted_enough(const cs_emd *emd, const cs_extrema *before, int *stable)
{
	const cs_extrema *now = &emd->extrema;
	size_t more = now->count > now->zero_crossings ? now->count - now->zero_crossings
												   : now->zero_crossings - now->count;

	if (now->count < 3 || emd->siftings == emd->options.max_siftings)
		return true;
	if (emd->options.stop == CS_STOP_SD)
		return squared_change(emd, emd->next, emd->candidate) < emd->options.sd_threshold;
	if (more <= 1 && now->count == before->count && now->zero_crossings == before->zero_crossings)
		++*stable;
	else
		*stable = 0;
	return *stable == emd->options.s_number;
}

/* Takes the mean of the envelopes away, again and again: the residue becomes the candidate. */
static void
sift(cs_emd *emd)
{
	cs_extrema before;
	int stable = 0;

	memcpy(emd->candidate, emd->residue, emd->n * sizeof(double));
	emd->siftings = 0;
	do
	{
		double *sifted = emd->next;

		before = emd->extrema;
		cs_envelope_subtract(&emd->envelope, &emd->extrema, emd->candidate, emd->n, sifted);
		emd->next = emd->candidate;
		emd->candidate = sifted;
		emd->siftings++;
		cs_extrema_find(&emd->extrema, emd->candidate, emd->n);
		cs_work(emd->n);
	} while (!sifted_enough(emd, &before, &stable));
}

cs_status
cs_emd_next_imf(cs_emd *emd, const double **imf)
{
	*imf = NULL;
	if (emd->finished)
		return CS_OK;
	sift(emd);
	if (!cs_all_finite_double(emd->candidate, emd->n))
		return CS_NOT_FINITE;
	emd->finished = largest_magnitude(emd->candidate, emd->n) <= emd->rounding;
	if (emd->finished)
		return CS_OK;
	subtract(emd->residue, emd->candidate, emd->n);
	emd->imfs++;
	test_residue(emd);
	*imf = emd->candidate;
	return CS_OK;
}
