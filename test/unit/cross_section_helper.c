/*
 * cross_section_helper.c
 *		See cross_section_helper.h.
 */
#include "cross_section_helper.h"

#include <stdlib.h>
#include <string.h>

static bool
is_absent(int series, int time)
{
	return (series == 1 && time % 7 == 3) || (series == 5 && time % 11 == 2) ||
		   (series == 3 && time > PANEL_TIMES / 2);
}

/* The relations between the series that are there, by target. */
static void
relate(helper_panel *panel, unsigned without)
{
	size_t count = 0;

	for (int i = 0; i < PANEL_SERIES; i++)
	{
		for (int j = 0; j < PANEL_SERIES; j++)
		{
			uint64_t kinds = 0;

			if (j == (i + 7) % 8)
				kinds |= i % 2 == 0 ? 5 : 1;
			if (j == (i + 2) % 8)
				kinds |= 2;
			if (i == 8 || j == 8 || kinds == 0 || (without >> i & 1) || (without >> j & 1))
				continue;
			panel->neighbours[count] = (uint32_t) j;
			panel->kinds[count++] = kinds;
		}
		panel->starts[i + 1] = count;
	}
}

void
helper_panel_make(helper_panel *panel, unsigned without, uint64_t seed)
{
	static double innovation[PANEL_TIMES + 1][PANEL_SERIES];
	cs_random random;
	size_t rows = 0;
	size_t series = 0;
	double index = 0;

	memset(panel, 0, sizeof(*panel));
	cs_random_seed(&random, seed);
	for (int t = 0; t <= PANEL_TIMES; t++)
		for (int s = 0; s < PANEL_SERIES; s++)
			innovation[t][s] = cs_random_normal(&random);
	relate(panel, without);
	for (int s = 0; s < PANEL_SERIES; s++)
	{
		double y = 3 + s;

		if (without >> s & 1)
			continue;
		panel->start[series] = rows;
		panel->group[series] = s % 3;
		panel->entity[series++] = s == 8 ? -1 : s;
		for (int t = 0; t < PANEL_TIMES; t++)
		{
			double *row = panel->values + rows * PANEL_COLUMNS;

			y += 0.1 * innovation[t][s] + (t == 0 ? 0 : 0.5 * innovation[t - 1][(s + 7) % 8]) +
				 (t == 0 ? 0 : -0.3 * innovation[t - 1][(s + 2) % 8]);
			index = 0.9 * index + innovation[t][0] / 3;
			if (is_absent(s, t))
				continue;
			row[0] = y;
			row[1] = innovation[t][s];
			row[2] = index;
			panel->time[rows++] = t;
		}
	}
	panel->adjacency = (cs_adjacency){PANEL_SERIES, panel->starts, panel->neighbours, panel->kinds};
	panel->section = (cs_cross_section){.times = PANEL_TIMES,
										.time = panel->time,
										.entity = panel->entity,
										.group = panel->group,
										.adjacency = &panel->adjacency};
	panel->data = (cs_sequence_data){.values = panel->values,
									 .rows = rows,
									 .columns = PANEL_COLUMNS,
									 .series_start = panel->start,
									 .series_count = series,
									 .cross_section = &panel->section};
}

cs_sequence_options
helper_panel_options(cs_relation_form form)
{
	return (cs_sequence_options){.cell = CS_CELL_LSTM,
								 .layers = 1,
								 .units = {6},
								 .look_back = 3,
								 .horizon_count = 1,
								 .horizons = {1},
								 .target = CS_TARGET_CHANGE,
								 .loss = CS_LOSS_MSE,
								 .learning_rate = 1e-2,
								 .batch_size = 1,
								 .epochs = 3,
								 .validation_fraction = 0.25,
								 .ensemble = 1,
								 .interval_level = 0.9,
								 .seed = 1,
								 .cross_section = true,
								 .relation_form = form,
								 .relation_kinds = form == CS_RELATION_NONE ? 0 : PANEL_KINDS,
								 .alpha = 0.3};
}

void
helper_panel_begin(helper_panel_fit *helper, const cs_sequence_options *options,
				   const cs_sequence_data *data)
{
	size_t size = cs_sequence_fit_workspace_size(options, data);
	cs_workspace workspace;

	helper->options = *options;
	helper->count = cs_sequence_parameter_count(options, data->columns);
	helper->parameters = malloc(helper->count * (size_t) options->ensemble * sizeof(float));
	helper->block = malloc(size);
	if (helper->parameters == NULL || helper->block == NULL)
		abort();
	cs_workspace_initialize(&workspace, helper->block, size);
	helper->status = cs_sequence_fit_initialize(&helper->fit, &helper->options, data, &workspace,
												helper->parameters);
}

void
helper_panel_run(helper_panel_fit *helper)
{
	if (helper->status == CS_OK)
		helper->status = cs_sequence_fit_run(&helper->fit);
}

void
helper_panel_free(helper_panel_fit *helper)
{
	free(helper->parameters);
	free(helper->block);
}

cs_sequence_network
helper_panel_network(const helper_panel_fit *helper)
{
	const cs_sequence_fit *fit = &helper->fit;

	return (cs_sequence_network){.options = &helper->options,
								 .columns = fit->source.columns,
								 .input_mean = fit->input_mean,
								 .input_sd = fit->input_sd,
								 .target_mean = fit->target_mean,
								 .target_sd = fit->target_sd,
								 .parameters = helper->parameters,
								 .usual_change = fit->usual_change};
}

cs_status
helper_panel_predict(const helper_panel_fit *helper, const cs_sequence_data *data, double *forecast)
{
	cs_sequence_network network = helper_panel_network(helper);
	size_t size = cs_sequence_predict_workspace_size(&helper->options, data);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_sequence_predictor predictor;
	cs_status status;

	if (block == NULL)
		abort();
	cs_workspace_initialize(&workspace, block, size);
	status = cs_sequence_predictor_initialize(&predictor, &network, data, &workspace, forecast);
	if (status == CS_OK)
		status = cs_sequence_predictor_run(&predictor);
	free(block);
	return status;
}
