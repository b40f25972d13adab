/*
 * ensemble_emd.c
 *		One sifting pass, one piece of noise or one average in each step.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/ensemble_emd.h"

#include <math.h>
#include <string.h>

#include "numeric/base/moments.h"

#define NOISE_PIECE 65536 /* values that are made in a step */

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

size_t
cs_ensemble_workspace_size(const cs_ensemble_options *options, size_t n)
{
	size_t rows = (size_t) cs_ensemble_limit(options, n) + noise_count(options) + 2;
	cs_size total = {0, n > CS_EXTREMA_MOST_VALUES};

	if (!total.overflow)
	{
		cs_size_add(&total, rows * n, sizeof(double));
		cs_size_add(&total, 4, CS_ALIGNMENT);
		cs_emd_add_size(&total, n);
	}
	return cs_size_total(&total);
}

static double
standard_deviation(const double *values, size_t n)
{
	cs_moments moments;

	cs_moments_initialize(&moments);
	for (size_t i = 0; i < n; i++)
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

cs_status
cs_ensemble_initialize(cs_ensemble *ensemble, const cs_ensemble_options *options, const double *x,
					   size_t n, cs_workspace *workspace)
{
	if (options->trials < 1 || !(options->noise >= 0.0) || !isfinite(options->noise))
		return CS_OUT_OF_RANGE;
	ensemble->options = *options;
	ensemble->n = n;
	ensemble->limit = cs_ensemble_limit(options, n);
	ensemble->residue = cs_workspace_take(workspace, n, sizeof(double));
	ensemble->input = cs_workspace_take(workspace, n, sizeof(double));
	ensemble->noise = cs_workspace_take(workspace, noise_count(options) * n, sizeof(double));
	ensemble->imfs = cs_workspace_take(workspace, (size_t) ensemble->limit * n, sizeof(double));
	if (ensemble->imfs == NULL)
		return CS_NO_MEMORY;
	memcpy(ensemble->residue, x, n * sizeof(double));
	ensemble->rest = *workspace;
	ensemble->started = ensemble->count = 0;
	ensemble->trial = 0;
	ensemble->made = 0;
	ensemble->task = CS_TASK_NOISE;
	ensemble->deviation = standard_deviation(x, n);
	cs_random_seed(&ensemble->random, options->seed);
	/* tells of wrong options, and whether there is an IMF at all */
	cs_status status = cs_emd_initialize(&ensemble->emd, &options->emd, x, n, workspace);

	ensemble->rounding = ensemble->emd.rounding;
	ensemble->finished = status == CS_OK && ensemble->emd.finished;
	return isfinite(ensemble->deviation) ? status : CS_NOT_FINITE;
}

static double *
trial_noise(cs_ensemble *ensemble)
{
	return ensemble->noise +
		   (ensemble->options.method == CS_ENSEMBLE_CEEMDAN ? (size_t) ensemble->trial : 0) *
			   ensemble->n;
}

/* Starts the decomposition of a series into at most so many IMFs. */
static cs_status
start_emd(cs_ensemble *ensemble, const double *series, int max_imfs, double rounding)
{
	cs_emd_options options = ensemble->options.emd;
	cs_workspace workspace = ensemble->rest;

	options.max_imfs = max_imfs;
	options.rounding = rounding;
	return cs_emd_initialize(&ensemble->emd, &options, series, ensemble->n, &workspace);
}

/* Starts the decomposition of the residue with a multiple of `noise`, or without if NULL. */
static cs_status
start_signal(cs_ensemble *ensemble, const double *noise, double factor)
{
	bool one = ensemble->options.method == CS_ENSEMBLE_CEEMDAN;

	ensemble->task = CS_TASK_SIGNAL;
	if (noise == NULL)
		memcpy(ensemble->input, ensemble->residue, ensemble->n * sizeof(double));
	else
		combine(ensemble->input, ensemble->residue, factor, noise, ensemble->n);
	return start_emd(ensemble, ensemble->input, one ? 1 : ensemble->limit, ensemble->rounding);
}

/* CEEMDAN scales the noise, an IMF of white noise, by its own standard deviation. */
static cs_status
start_signal_with_mode(cs_ensemble *ensemble, const double *mode)
{
	double deviation = standard_deviation(mode, ensemble->n);
	double size = ensemble->options.noise * ensemble->deviation;

	return deviation > 0.0 ? start_signal(ensemble, mode, size / deviation)
						   : start_signal(ensemble, NULL, 0.0);
}

static cs_status
make_noise(cs_ensemble *ensemble)
{
	double *noise = trial_noise(ensemble);
	bool mirrored = ensemble->options.method == CS_ENSEMBLE_EEMD && ensemble->trial % 2 == 1;
	size_t end =
		ensemble->n - ensemble->made < NOISE_PIECE ? ensemble->n : ensemble->made + NOISE_PIECE;

	if (!mirrored && ensemble->made < ensemble->n)
	{
		for (; ensemble->made < end; ensemble->made++)
			noise[ensemble->made] = cs_random_normal(&ensemble->random);
		return CS_OK;
	}
	ensemble->made = 0;
	if (ensemble->options.method == CS_ENSEMBLE_CEEMDAN)
		return start_signal_with_mode(ensemble, noise);
	return start_signal(ensemble, noise,
						(mirrored ? -1.0 : 1.0) * ensemble->options.noise * ensemble->deviation);
}

/* One pass over the noise of a trial, which loses its next IMF to the series. */
static cs_status
sift_noise(cs_ensemble *ensemble)
{
	cs_emd *emd = &ensemble->emd;
	cs_status status = emd->finished ? CS_OK : cs_emd_iterate(emd);

	if (status != CS_OK || !emd->finished)
		return status;
	if (!emd->imf_ready)
		return start_signal(ensemble, NULL, 0.0);
	memcpy(trial_noise(ensemble), emd->residue, ensemble->n * sizeof(double));
	memcpy(ensemble->input, emd->candidate, ensemble->n * sizeof(double));
	return start_signal_with_mode(ensemble, ensemble->input);
}

/* The next trial, or after the last one the averages. */
static cs_status
next_trial(cs_ensemble *ensemble)
{
	if (++ensemble->trial == ensemble->options.trials)
	{
		ensemble->task = CS_TASK_AVERAGE;
		ensemble->finished = ensemble->started == ensemble->count;
		return CS_OK;
	}
	if (ensemble->options.method == CS_ENSEMBLE_EEMD || ensemble->count == 0)
	{
		ensemble->task = CS_TASK_NOISE;
		return CS_OK;
	}
	ensemble->task = CS_TASK_MODE;
	return start_emd(ensemble, trial_noise(ensemble), 1, 0.0);
}

static void
add_imf(cs_ensemble *ensemble, int place)
{
	double *sum = ensemble->imfs + (size_t) place * ensemble->n;

	if (place < ensemble->started)
		add_multiple(sum, ensemble->emd.candidate, 1.0, ensemble->n);
	else
	{
		memcpy(sum, ensemble->emd.candidate, ensemble->n * sizeof(double));
		ensemble->started++;
	}
}

static cs_status
sift_signal(cs_ensemble *ensemble)
{
	cs_emd *emd = &ensemble->emd;
	cs_status status = emd->finished ? CS_OK : cs_emd_iterate(emd);

	if (status != CS_OK)
		return status;
	if (emd->imf_ready)
		add_imf(ensemble, ensemble->count + emd->imfs - 1);
	return emd->finished ? next_trial(ensemble) : CS_OK;
}

/* CEEMDAN goes on with the residue while it has 3 extrema. */
static cs_status
next_imf(cs_ensemble *ensemble)
{
	cs_status status = start_emd(ensemble, ensemble->residue, 1, ensemble->rounding);

	ensemble->finished = ensemble->count == ensemble->limit || ensemble->emd.finished;
	if (status != CS_OK || ensemble->finished)
		return status;
	ensemble->deviation = standard_deviation(ensemble->residue, ensemble->n);
	ensemble->trial = 0;
	ensemble->task = CS_TASK_MODE;
	return start_emd(ensemble, trial_noise(ensemble), 1, 0.0);
}

static cs_status
average(cs_ensemble *ensemble)
{
	double *imf = ensemble->imfs + (size_t) ensemble->count * ensemble->n;
	double trials = (double) ensemble->options.trials;

	for (size_t i = 0; i < ensemble->n; i++)
		imf[i] /= trials;
	add_multiple(ensemble->residue, imf, -1.0, ensemble->n);
	ensemble->count++;
	if (ensemble->options.method == CS_ENSEMBLE_CEEMDAN)
		return next_imf(ensemble);
	ensemble->finished = ensemble->count == ensemble->started;
	return CS_OK;
}

cs_status
cs_ensemble_iterate(cs_ensemble *ensemble)
{
	switch (ensemble->task)
	{
		case CS_TASK_NOISE:
			return make_noise(ensemble);
		case CS_TASK_MODE:
			return sift_noise(ensemble);
		case CS_TASK_SIGNAL:
			return sift_signal(ensemble);
		case CS_TASK_AVERAGE:
		default:
			return average(ensemble);
	}
}

double
cs_ensemble_progress(const cs_ensemble *ensemble)
{
	double trials = (double) ensemble->trial / (double) ensemble->options.trials;

	if (ensemble->options.method == CS_ENSEMBLE_EEMD)
		return trials;
	return fmin(1.0, ((double) ensemble->count + trials) / (double) ensemble->limit);
}
