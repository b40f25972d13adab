/*
 * sequence_helper.c
 *		See sequence_helper.h.
 */
#include "sequence_helper.h"

#include <stdlib.h>

cs_sequence_options
helper_options(void)
{
	return (cs_sequence_options){.cell = CS_CELL_JANET,
								 .layers = 1,
								 .units = {8},
								 .look_back = 3,
								 .horizon_count = 1,
								 .horizons = {1},
								 .target = CS_TARGET_CHANGE,
								 .loss = CS_LOSS_MSE,
								 .learning_rate = 1e-2,
								 .batch_size = 32,
								 .epochs = 12,
								 .validation_fraction = 0.25,
								 .ensemble = 1,
								 .interval_level = 0.9,
								 .seed = 1};
}

size_t
helper_pass_size(const cs_sequence_architecture *architecture, int batch, bool training)
{
	cs_sequence_pass pass;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	cs_sequence_pass_create(&pass, architecture, batch, training, &workspace);
	return cs_workspace_total(&workspace);
}

void
helper_series(double *values, size_t rows, cs_target target, uint64_t seed)
{
	double y = 5;
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < rows; i++)
	{
		double *row = values + i * HELPER_COLUMNS;

		row[0] = y;
		row[1] = cs_random_normal(&random);
		row[2] = 100 + 30 * cs_random_normal(&random);
		y = (target == CS_TARGET_CHANGE ? 1.0 : 0.3) * y + 0.8 * row[1] +
			0.1 * cs_random_normal(&random);
	}
}

void
helper_begin(helper_fit *helper, const cs_sequence_options *options, const double *values,
			 size_t rows, size_t columns, const size_t *series_start, size_t series_count)
{
	cs_sequence_data data = {.values = values,
							 .rows = rows,
							 .columns = columns,
							 .series_start = series_start,
							 .series_count = series_count};
	size_t size = cs_sequence_fit_workspace_size(options, &data);
	cs_workspace workspace;

	helper->options = *options;
	helper->count = cs_sequence_parameter_count(options, columns);
	helper->parameters = malloc(helper->count * (size_t) options->ensemble * sizeof(float));
	helper->block = malloc(size);
	if (helper->parameters == NULL || helper->block == NULL)
		abort();
	cs_workspace_initialize(&workspace, helper->block, size);
	helper->status = cs_sequence_fit_initialize(&helper->fit, &helper->options, &data, &workspace,
												helper->parameters);
}

void
helper_run(helper_fit *helper)
{
	if (helper->status == CS_OK)
		helper->status = cs_sequence_fit_run(&helper->fit);
}

void
helper_train(helper_fit *helper, const cs_sequence_options *options, const double *values,
			 size_t rows, size_t columns)
{
	static const size_t start = 0;

	helper_begin(helper, options, values, rows, columns, &start, 1);
	helper_run(helper);
}

void
helper_free(helper_fit *helper)
{
	free(helper->parameters);
	free(helper->block);
}

cs_status
helper_predict(const helper_fit *helper, const double *values, size_t rows, double *forecast)
{
	return helper_quantiles(helper, NULL, values, rows, forecast, NULL);
}

cs_status
helper_quantiles(const helper_fit *helper, const double *correction, const double *values,
				 size_t rows, double *forecast, double *quantile)
{
	const cs_sequence_fit *fit = &helper->fit;
	cs_sequence_network network = {.options = &helper->options,
								   .columns = fit->source.columns,
								   .input_mean = fit->input_mean,
								   .input_sd = fit->input_sd,
								   .target_mean = fit->target_mean,
								   .target_sd = fit->target_sd,
								   .parameters = helper->parameters,
								   .linear = fit->linear,
								   .usual_change = fit->usual_change,
								   .quantile_correction = correction};
	static const size_t start = 0;
	cs_sequence_data data = {.values = values,
							 .rows = rows,
							 .columns = network.columns,
							 .series_start = &start,
							 .series_count = 1};
	size_t size = cs_sequence_predict_workspace_size(&helper->options, &data);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_sequence_predictor predictor;
	cs_status status;

	if (block == NULL)
		abort();
	cs_workspace_initialize(&workspace, block, size);
	status = cs_sequence_predictor_initialize(&predictor, &network, &data, &workspace, forecast);
	if (quantile != NULL)
		cs_sequence_predictor_want_quantiles(&predictor, quantile);
	if (status == CS_OK)
		status = cs_sequence_predictor_run(&predictor);
	free(block);
	return status;
}
