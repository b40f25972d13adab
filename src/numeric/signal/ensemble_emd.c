/*
 * ensemble_emd.c
 *		Trials with noise, one after the other, and their averages.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/ensemble_emd.h"

#include <math.h>
#include <string.h>

#include "numeric/base/moments.h"
#include "numeric/base/poll.h"

/* Multiply-adds of a value of noise, and of a pass over the series. */
#define NOISE_WORK 20
#define PASS_WORK 2

int
cs_ensemble_limit(const cs_ensemble_options *options, size_t n)
{
	int limit = 0;

	while (n >>= 1)
		limit++;
	return options->emd.max_imfs < limit ? options->emd.max_imfs : limit;
}

static size_t
noise_count(const cs_ensemble_options *options)
{
	return options->method == CS_ENSEMBLE_CEEMDAN ? (size_t) options->trials : 1;
}

static void
lay_out(cs_ensemble *ensemble, const cs_ensemble_options *options, size_t n,
		cs_workspace *workspace)
{
	ensemble->n = n;
	ensemble->limit = cs_ensemble_limit(options, n);
	ensemble->residue = cs_workspace_take(workspace, n, sizeof(double));
	ensemble->input = cs_workspace_take(workspace, n, sizeof(double));
	ensemble->noise = cs_workspace_take(workspace, noise_count(options), n * sizeof(double));
	ensemble->imfs = cs_workspace_take(workspace, (size_t) ensemble->limit, n * sizeof(double));
	cs_emd_lay_out(&ensemble->emd, workspace, n);
}

size_t
cs_ensemble_workspace_size(const cs_ensemble_options *options, size_t n)
{
	cs_workspace workspace;
	cs_ensemble ensemble;

	if (n > CS_EXTREMA_MOST_VALUES)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	lay_out(&ensemble, options, n, &workspace);
	return cs_workspace_total(&workspace);
}

static double
standard_deviation(const double *values, size_t n)
{
	cs_moments moments;

	cs_moments_initialize(&moments);
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, NOISE_WORK); i < end; i++)
			cs_moments_add(&moments, values[i]);
	return cs_moments_sd(&moments);
}

/* sum may be any of the others */
static void
combine(double *sum, const double *values, double factor, const double *others, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum[i] = values[i] + factor * others[i];
}

static void
add_multiple(double *restrict sum, const double *restrict values, double factor, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum[i] += factor * values[i];
}

static void
make_noise(cs_ensemble *ensemble, double *noise)
{
	for (size_t i = 0; i < ensemble->n;)
		for (size_t end = cs_block_end(i, ensemble->n, NOISE_WORK); i < end; i++)
			noise[i] = cs_random_normal(&ensemble->random);
}

/* Starts the decomposition of a series into at most so many IMFs. */
static cs_status
start_emd(cs_ensemble *ensemble, const double *series, int max_imfs, double rounding)
{
	cs_emd_options options = ensemble->options.emd;

	options.max_imfs = max_imfs;
	options.rounding = rounding;
	return cs_emd_start(&ensemble->emd, &options, series);
}

static void
add_imf(cs_ensemble *ensemble, int place, const double *imf)
{
	double *sum = ensemble->imfs + (size_t) place * ensemble->n;

	if (place < ensemble->started)
		add_multiple(sum, imf, 1.0, ensemble->n);
	else
	{
		memcpy(sum, imf, ensemble->n * sizeof(double));
		ensemble->started++;
	}
}

/*
 * Adds to the sums the first `most` IMFs of the residue with a multiple of `noise`, or without if
 * that is NULL.
 */
static cs_status
add_trial(cs_ensemble *ensemble, const double *noise, double factor, int most)
{
	size_t n = ensemble->n;
	const double *imf;
	cs_status status;

	if (noise == NULL)
		memcpy(ensemble->input, ensemble->residue, n * sizeof(double));
	else
		combine(ensemble->input, ensemble->residue, factor, noise, n);
	status = start_emd(ensemble, ensemble->input, most, ensemble->rounding);
	while (status == CS_OK && (status = cs_emd_next_imf(&ensemble->emd, &imf)) == CS_OK &&
		   imf != NULL)
		add_imf(ensemble, ensemble->count + ensemble->emd.imfs - 1, imf);
	return status;
}

/* The sum of the next IMF becomes its average, and is taken from the residue. */
static void
take_average(cs_ensemble *ensemble)
{
	double *imf = ensemble->imfs + (size_t) ensemble->count * ensemble->n;
	double trials = (double) ensemble->options.trials;

	for (size_t i = 0; i < ensemble->n; i++)
		imf[i] /= trials;
	add_multiple(ensemble->residue, imf, -1.0, ensemble->n);
	ensemble->count++;
	cs_work(ensemble->n * PASS_WORK);
}

static cs_status
run_eemd(cs_ensemble *ensemble)
{
	double size = ensemble->options.noise * ensemble->deviation;
	int trials = ensemble->options.trials;

	for (int trial = 0; trial < trials; trial++)
	{
		bool mirrored = trial % 2 == 1;
		cs_status status;

		cs_poll(trial, trials);
		if (!mirrored)
			make_noise(ensemble, ensemble->noise);
		status = add_trial(ensemble, ensemble->noise, mirrored ? -size : size, ensemble->limit);
		if (status != CS_OK)
			return status;
	}
	while (ensemble->count < ensemble->started)
		take_average(ensemble);
	return CS_OK;
}

/*
 * The noise of a trial loses its next IMF, which goes into ensemble->input; *mode is that, or NULL
 * when there is none left.
 */
static cs_status
next_mode(cs_ensemble *ensemble, double *noise, const double **mode)
{
	const double *imf = NULL;
	cs_status status = start_emd(ensemble, noise, 1, 0.0);

	*mode = NULL;
	if (status == CS_OK)
		status = cs_emd_next_imf(&ensemble->emd, &imf);
	if (status != CS_OK || imf == NULL)
		return status;
	memcpy(noise, ensemble->emd.residue, ensemble->n * sizeof(double));
	memcpy(ensemble->input, imf, ensemble->n * sizeof(double));
	*mode = ensemble->input;
	return CS_OK;
}

/* A trial of CEEMDAN: noise at first, then its IMFs, each scaled by its own standard deviation. */
static cs_status
run_trial(cs_ensemble *ensemble, double *noise)
{
	const double *mode = noise;
	cs_status status = CS_OK;
	double deviation = 0.0;

	if (ensemble->count == 0)
		make_noise(ensemble, noise);
	else
		status = next_mode(ensemble, noise, &mode);
	if (status != CS_OK)
		return status;
	if (mode != NULL)
		deviation = standard_deviation(mode, ensemble->n);
	if (!(deviation > 0.0))
		return add_trial(ensemble, NULL, 0.0, 1);
	return add_trial(ensemble, mode, ensemble->options.noise * ensemble->deviation / deviation, 1);
}

/* Goes on with the residue while it has 3 extrema. */
static cs_status
run_ceemdan(cs_ensemble *ensemble)
{
	int trials = ensemble->options.trials;
	cs_status status = CS_OK;

	while (status == CS_OK && ensemble->count < ensemble->limit && !ensemble->emd.finished)
	{
		for (int trial = 0; trial < trials && status == CS_OK; trial++)
		{
			cs_poll((double) ensemble->count * trials + trial, (double) ensemble->limit * trials);
			status = run_trial(ensemble, ensemble->noise + (size_t) trial * ensemble->n);
		}
		if (status != CS_OK || ensemble->started == ensemble->count)
			break;
		take_average(ensemble);
		ensemble->deviation = standard_deviation(ensemble->residue, ensemble->n);
		status = start_emd(ensemble, ensemble->residue, 1, ensemble->rounding);
	}
	return status;
}

cs_status
cs_ensemble_decompose(cs_ensemble *ensemble, const cs_ensemble_options *options, const double *x,
					  size_t n, cs_workspace *workspace)
{
	cs_status status;

	if (options->trials < 1 || !(options->noise >= 0.0) || !isfinite(options->noise))
		return CS_OUT_OF_RANGE;
	if (n > CS_EXTREMA_MOST_VALUES)
		return CS_SIZE_OVERFLOW;
	ensemble->options = *options;
	lay_out(ensemble, options, n, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	memcpy(ensemble->residue, x, n * sizeof(double));
	ensemble->started = ensemble->count = 0;
	ensemble->deviation = standard_deviation(x, n);
	cs_random_seed(&ensemble->random, options->seed);
	/* tells of wrong options, and whether there is an IMF at all */
	status = cs_emd_start(&ensemble->emd, &options->emd, x);
	ensemble->rounding = ensemble->emd.rounding;
	if (!isfinite(ensemble->deviation))
		return CS_NOT_FINITE;
	if (status != CS_OK || ensemble->emd.finished)
		return status;
	return options->method == CS_ENSEMBLE_EEMD ? run_eemd(ensemble) : run_ceemdan(ensemble);
}
