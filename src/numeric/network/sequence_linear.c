/*
 * sequence_linear.c
 *		The linear forecasts that a network starts from.
 */
#include "numeric/network/sequence_linear.h"

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"
#include "numeric/network/sequence_parts.h"

cs_linear_data
cs_sequence_linear_data(const cs_sequence_options *options, const cs_sequence_data *data)
{
	return (cs_linear_data){.rows = data->rows,
							.columns = data->columns - (size_t) cs_sequence_side_columns(options),
							.series_start = data->series_start,
							.series_count = data->series_count,
							.place = data->place};
}

size_t
cs_sequence_linear_terms(const cs_sequence_options *options, const cs_sequence_data *data)
{
	cs_linear_options linear;
	cs_linear_data rows;

	if (!options->linear)
		return 0;
	linear = cs_linear_skip_options(options->horizons, options->horizon_count);
	rows = cs_sequence_linear_data(options, data);
	return cs_linear_terms(&linear, &rows);
}

cs_status
cs_fit_lay_linear(cs_sequence_fit *fit, cs_workspace *workspace)
{
	const cs_sequence_options *options = fit->options;
	cs_linear_data data = cs_sequence_linear_data(options, &fit->data);
	size_t horizons = (size_t) options->horizon_count;

	fit->linear_options = cs_linear_skip_options(options->horizons, options->horizon_count);
	fit->linear = cs_workspace_take(
		workspace, cs_sequence_linear_terms(options, &fit->data) * horizons, sizeof(double));
	fit->base =
		cs_workspace_take(workspace, cs_saturated_product(data.rows, horizons), sizeof(double));
	return cs_linear_skip_lay(&fit->linear_rows, &fit->linear_options, &data, true, workspace);
}

/* Whether the rows hold numbers: what is not would be a missing value here. */
static bool
all_finite(const cs_sequence_data *data)
{
	for (size_t row = 0; row < data->rows;)
	{
		size_t end = cs_block_end(row, data->rows, data->columns);

		if (!cs_all_finite_double(data->values + row * data->columns, (end - row) * data->columns))
			return false;
		row = end;
	}
	return true;
}

/* Takes what is not known when training ends from a series. */
static void
hide_later(cs_sequence_fit *fit, size_t series)
{
	size_t end = cs_sequence_series_end(&fit->data, series);
	cs_sequence_split split;
	size_t known;

	cs_fit_split(fit, series, &split);
	known = cs_sequence_known_end(&split);
	if (fit->options->cross_section)
		for (known = end; known > fit->data.series_start[series] &&
						  fit->data.cross_section->time[known - 1] > fit->first_validation;)
			known--;
	cs_linear_skip_hide(&fit->linear_rows, known, end);
}

cs_status
cs_fit_linear(cs_sequence_fit *fit, bool all)
{
	const cs_sequence_data *data = &fit->data;
	cs_linear_skip_rows *rows = &fit->linear_rows;
	cs_status status;

	if (!all_finite(data))
		return CS_NOT_FINITE;
	cs_linear_skip_fill(rows, data->values, data->columns, data->known);
	for (size_t s = 0; !all && s < data->series_count; s++)
		hide_later(fit, s);
	status = cs_linear_skip_fit(rows, fit->linear);
	if (status != CS_OK || all)
		return status;
	cs_linear_skip_fill(rows, data->values, data->columns, data->known);
	return cs_linear_skip_forecast(rows, fit->linear, fit->base);
}
