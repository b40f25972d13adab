/*
 * linear_skip.c
 *		Linear forecasts from all rows of other models' data.
 */
#include "numeric/econometrics/linear_skip.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"

cs_linear_options
cs_linear_skip_options(const int *horizons, int horizon_count)
{
	cs_linear_options options = {.lags = 5,
								 .horizon_count = horizon_count,
								 .means = {5, 20},
								 .mean_count = 2,
								 .ridge = -1,
								 .shrink = true,
								 .interval_level = 0.9};

	memcpy(options.horizons, horizons, (size_t) horizon_count * sizeof(int));
	return options;
}

cs_status
cs_linear_skip_lay(cs_linear_skip_rows *rows, const cs_linear_options *options,
				   const cs_linear_data *data, bool fits, cs_workspace *workspace)
{
	size_t terms = cs_linear_terms(options, data);

	*rows = (cs_linear_skip_rows){.options = options, .data = *data};
	if (terms == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	rows->values = cs_workspace_take(workspace, data->rows, data->columns * sizeof(double));
	rows->x = cs_workspace_take(workspace, terms, sizeof(double));
	rows->block_size =
		fits ? cs_linear_fit_size(options, data) : cs_linear_inputs_size(options, data);
	rows->block = cs_workspace_take(workspace, rows->block_size, 1);
	rows->data.values = rows->values;
	return workspace->failed ? CS_NO_MEMORY : CS_OK;
}

void
cs_linear_skip_fill(cs_linear_skip_rows *rows, const double *values, size_t stride,
					const bool *known)
{
	const cs_linear_data *data = &rows->data;
	size_t columns = data->columns;

	for (size_t row = 0; row < data->rows;)
		for (size_t end = cs_block_end(row, data->rows, columns); row < end; row++)
		{
			memcpy(rows->values + row * columns, values + row * stride, columns * sizeof(double));
			if (known != NULL && !known[row])
				rows->values[row * columns] = NAN;
		}
	for (size_t s = 0; s < data->series_count; s++)
		if (data->series_start[s] < data->rows)
			rows->values[data->series_start[s] * columns] = values[data->series_start[s] * stride];
}

void
cs_linear_skip_hide(cs_linear_skip_rows *rows, size_t first, size_t end)
{
	for (size_t row = first; row < end;)
		for (size_t stop = cs_block_end(row, end, 1); row < stop; row++)
			rows->values[row * rows->data.columns] = NAN;
}

cs_status
cs_linear_skip_fit(cs_linear_skip_rows *rows, double *coefficients)
{
	size_t terms = cs_linear_terms(rows->options, &rows->data);
	cs_workspace workspace;
	cs_status status;
	size_t which;

	cs_workspace_initialize(&workspace, rows->block, rows->block_size);
	status = cs_linear_fit_initialize(&rows->fit, rows->options, &rows->data, &workspace);
	rows->fit.inner = true;
	if (status == CS_OK)
		status = cs_linear_fit_run(&rows->fit, &which);
	for (int h = 0; status == CS_OK && h < rows->options->horizon_count; h++)
		for (size_t k = 0; k < terms; k++)
			coefficients[(size_t) h * terms + k] =
				rows->fit.horizon[h].shrinkage * rows->fit.horizon[h].coefficients[k];
	return status;
}

/* The forecasts from a row of the series that starts at row `start`. */
static void
forecast_row(cs_linear_skip_rows *rows, const double *coefficients, size_t start, size_t row,
			 double *base)
{
	size_t terms = rows->inputs.terms;
	double volatility = 0;
	bool origin = cs_linear_origin(&rows->inputs, start, row, rows->x, &volatility);

	for (int h = 0; h < rows->options->horizon_count; h++)
	{
		base[h] = rows->inputs.level[row];
		if (origin)
			base[h] += volatility * cs_dot(terms, rows->x, coefficients + (size_t) h * terms);
	}
	cs_work(terms * (size_t) rows->options->horizon_count);
}

cs_status
cs_linear_skip_forecast(cs_linear_skip_rows *rows, const double *coefficients, double *base)
{
	const cs_linear_data *data = &rows->data;
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, rows->block, rows->block_size);
	status = cs_linear_inputs_initialize(&rows->inputs, rows->options, data, &workspace);
	for (size_t s = 0; status == CS_OK && s < data->series_count; s++)
	{
		size_t end = s + 1 < data->series_count ? data->series_start[s + 1] : data->rows;

		for (size_t row = data->series_start[s]; row < end; row++)
			forecast_row(rows, coefficients, data->series_start[s], row,
						 base + row * (size_t) rows->options->horizon_count);
	}
	return status;
}
