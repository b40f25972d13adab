/*
 * model_confidence_set.c
 *		Bootstrapped means of losses, and the elimination of models.
 */
#include "numeric/evaluation/model_confidence_set.h"

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct mcs_data
{
	size_t n;
	size_t models;
	size_t draws;
	size_t block_length;
	double rounding;   /* of means of losses */
	uint32_t *weights; /* [n]: how often a row was drawn */
	double *mean;	   /* [models] */
	double *drawn;	   /* [draws][models]: mean of a draw less the mean */
	double *centre;	   /* [draws]: mean of `drawn` over the models that are left */
	double *deviation; /* [models]: sd of d_i */
	double *pair;	   /* [models][models]: sd of d_ij */
	size_t *left;	   /* [models], the first `count` of them */
	size_t count;
} mcs_data;

static void
layout(mcs_data *data, size_t n, size_t models, const cs_mcs_options *options,
	   cs_workspace *workspace)
{
	*data = (mcs_data){
		.n = n, .models = models, .draws = options->draws, .block_length = options->block_length};
	data->weights = cs_workspace_take(workspace, n, sizeof(uint32_t));
	data->mean = cs_workspace_take(workspace, models, sizeof(double));
	data->drawn = cs_workspace_take(workspace, models, sizeof(double) * options->draws);
	data->centre = cs_workspace_take(workspace, options->draws, sizeof(double));
	data->deviation = cs_workspace_take(workspace, models, sizeof(double));
	data->pair = cs_workspace_take(workspace, models, sizeof(double) * models);
	data->left = cs_workspace_take(workspace, models, sizeof(size_t));
}

size_t
cs_mcs_size(size_t n, size_t models, const cs_mcs_options *options)
{
	cs_workspace workspace;
	mcs_data data;

	cs_workspace_count(&workspace);
	layout(&data, n, models, options, &workspace);
	return cs_workspace_total(&workspace);
}

size_t
cs_mcs_default_block(size_t n)
{
	return (size_t) ceil(cbrt((double) n) * (1 - CS_WHOLE_PRODUCT));
}

static void
draw_weights(mcs_data *data, cs_random *random)
{
	memset(data->weights, 0, data->n * sizeof(uint32_t));
	for (size_t drawn = 0; drawn < data->n;)
	{
		size_t row = cs_random_below(random, data->n);

		for (size_t i = 0; i < data->block_length && drawn < data->n; i++, drawn++)
		{
			data->weights[row]++;
			row = row + 1 == data->n ? 0 : row + 1;
		}
	}
}

static void
bootstrap(mcs_data *data, const double *losses, cs_random *random)
{
	for (size_t b = 0; b < data->draws; b++)
	{
		double *drawn = data->drawn + b * data->models;

		cs_poll((double) b, (double) data->draws);
		draw_weights(data, random);
		memset(drawn, 0, data->models * sizeof(double));
		for (size_t t = 0; t < data->n; t++)
		{
			cs_work(data->models + 2);
			if (data->weights[t] == 0)
				continue;
			for (size_t i = 0; i < data->models; i++)
				drawn[i] += data->weights[t] * (losses[t * data->models + i] - data->mean[i]);
		}
		for (size_t i = 0; i < data->models; i++)
			drawn[i] /= (double) data->n;
	}
}

static void
fill_pairs(mcs_data *data)
{
	for (size_t i = 0; i < data->models; i++)
		for (size_t j = 0; j < i; j++)
		{
			double sum = 0;

			for (size_t b = 0; b < data->draws; b++)
			{
				const double *drawn = data->drawn + b * data->models;

				sum += (drawn[i] - drawn[j]) * (drawn[i] - drawn[j]);
			}
			cs_work(2 * data->draws);
			data->pair[i * data->models + j] = data->pair[j * data->models + i] =
				sqrt(sum / (double) data->draws);
		}
}

/* Mean losses that differ though their difference does not vary cannot be compared. */
static bool
has_constant_difference(const mcs_data *data)
{
	for (size_t i = 0; i < data->models; i++)
		for (size_t j = 0; j < i; j++)
			if (data->pair[i * data->models + j] <= data->rounding &&
				fabs(data->mean[i] - data->mean[j]) > data->rounding)
				return true;
	return false;
}

/* 0 where both are rounding: models that are the same. */
static double
ratio(const mcs_data *data, double difference, double deviation)
{
	return deviation <= data->rounding ? 0 : difference / deviation;
}

/* By more than rounding: where few losses differ, the statistic of many draws is the same. */
static bool
exceeds(double value, double statistic)
{
	return value > statistic + CS_SAME_SQUARES * fabs(statistic);
}

/* The models that are left against their mean: fills `centre` and `deviation`, returns the mean. */
static double
centre_models(mcs_data *data)
{
	double mean = 0;

	for (size_t k = 0; k < data->count; k++)
	{
		mean += data->mean[data->left[k]] / (double) data->count;
		data->deviation[data->left[k]] = 0;
	}
	for (size_t b = 0; b < data->draws; b++)
	{
		const double *drawn = data->drawn + b * data->models;

		data->centre[b] = 0;
		for (size_t k = 0; k < data->count; k++)
			data->centre[b] += drawn[data->left[k]] / (double) data->count;
		for (size_t k = 0; k < data->count; k++)
		{
			double difference = drawn[data->left[k]] - data->centre[b];

			data->deviation[data->left[k]] += difference * difference;
		}
		cs_work(2 * data->count);
	}
	for (size_t k = 0; k < data->count; k++)
		data->deviation[data->left[k]] =
			sqrt(data->deviation[data->left[k]] / (double) data->draws);
	return mean;
}

/*
 * The statistic of the models left, the place in `left` of the worst, and how many draws exceed it.
 */
static double
test_max(mcs_data *data, size_t *worst, size_t *exceeding)
{
	double mean = centre_models(data);
	double statistic = -INFINITY;

	for (size_t k = 0; k < data->count; k++)
	{
		size_t i = data->left[k];
		double t = ratio(data, data->mean[i] - mean, data->deviation[i]);

		if (k == 0 || exceeds(t, statistic))
		{
			statistic = t;
			*worst = k;
		}
	}
	*exceeding = 0;
	for (size_t b = 0; b < data->draws; b++)
	{
		double most = -INFINITY;

		for (size_t k = 0; k < data->count; k++)
		{
			size_t i = data->left[k];

			most = fmax(most, ratio(data, data->drawn[b * data->models + i] - data->centre[b],
									data->deviation[i]));
		}
		*exceeding += exceeds(most, statistic);
		cs_work(4 * data->count);
	}
	return statistic;
}

static double
range_of_draw(const mcs_data *data, const double *drawn)
{
	double most = 0;

	for (size_t k = 1; k < data->count; k++)
		for (size_t l = 0; l < k; l++)
		{
			size_t i = data->left[k];
			size_t j = data->left[l];

			most = fmax(most,
						fabs(ratio(data, drawn[i] - drawn[j], data->pair[i * data->models + j])));
		}
	return most;
}

static double
test_range(mcs_data *data, size_t *worst, size_t *exceeding)
{
	double statistic = -INFINITY;

	for (size_t k = 0; k < data->count; k++)
		for (size_t l = 0; l < data->count; l++)
		{
			size_t i = data->left[k];
			size_t j = data->left[l];
			double t = k == l ? 0
							  : ratio(data, data->mean[i] - data->mean[j],
									  data->pair[i * data->models + j]);

			if ((k == 0 && l == 0) || exceeds(t, statistic))
			{
				statistic = t;
				*worst = k;
			}
		}
	*exceeding = 0;
	for (size_t b = 0; b < data->draws; b++)
	{
		*exceeding += exceeds(range_of_draw(data, data->drawn + b * data->models), statistic);
		cs_work(4 * data->count * data->count);
	}
	return statistic;
}

static void
eliminate(mcs_data *data, cs_mcs_statistic statistic, cs_mcs_model *result)
{
	double p_value = 0;

	while (data->count > 1)
	{
		size_t worst = 0;
		size_t exceeding;
		double value = statistic == CS_MCS_MAX ? test_max(data, &worst, &exceeding)
											   : test_range(data, &worst, &exceeding);
		cs_mcs_model *model = &result[data->left[worst]];

		/* models that are the same */
		if (!(value > 0))
			exceeding = data->draws;
		p_value = fmax(p_value, (double) exceeding / (double) data->draws);
		model->statistic = value;
		model->p_value = p_value;
		model->place = data->count--;
		memmove(data->left + worst, data->left + worst + 1, (data->count - worst) * sizeof(size_t));
	}
	result[data->left[0]].statistic = 0;
	result[data->left[0]].p_value = 1;
	result[data->left[0]].place = 1;
}

cs_status
cs_model_confidence_set(const double *losses, size_t n, size_t models, double size,
						const cs_mcs_options *options, cs_random *random, cs_workspace *workspace,
						cs_mcs_model *result)
{
	mcs_data data;

	if (n < 2 || models < 2 || options->block_length >= n)
		return CS_TOO_FEW;
	if (options->draws == 0 || options->block_length == 0)
		return CS_OUT_OF_RANGE;
	layout(&data, n, models, options, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	memset(data.mean, 0, models * sizeof(double));
	for (size_t t = 0; t < n; t++)
	{
		for (size_t i = 0; i < models; i++)
			data.mean[i] += losses[t * models + i] / (double) n;
		cs_work(models);
	}
	data.count = models;
	for (size_t i = 0; i < models; i++)
	{
		if (!isfinite(data.mean[i] * data.mean[i]))
			return CS_NOT_FINITE;
		data.left[i] = i;
		result[i].mean_loss = data.mean[i];
		size = fmax(size, data.mean[i]);
	}
	data.rounding = CS_ROUNDING * size;
	bootstrap(&data, losses, random);
	fill_pairs(&data);
	if (has_constant_difference(&data))
		return CS_ZERO_VARIANCE;
	eliminate(&data, options->statistic, result);
	return CS_OK;
}
