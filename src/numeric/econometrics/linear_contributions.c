/*
 * linear_contributions.c
 *		Robust linear forecasts taken apart.
 */
#include "numeric/econometrics/linear_contributions.h"

#include "numeric/base/poll.h"

size_t
cs_linear_ahead_column(const cs_linear_data *data, size_t term)
{
	for (size_t column = 1; data->ahead != NULL && column < data->columns; column++)
	{
		if (!data->ahead[column])
			continue;
		if (term < 2)
			return column;
		term -= 2;
	}
	return 0;
}

size_t
cs_linear_term_column(const cs_linear_options *options, const cs_linear_data *data, size_t term)
{
	size_t lags = data->columns * (size_t) options->lags;

	if (term < lags)
		return term / (size_t) options->lags;
	term -= lags;
	if (term < (size_t) options->mean_count)
		return 0;
	term -= (size_t) options->mean_count;
	for (size_t column = 1; data->flagged != NULL && column < data->columns; column++)
		if (data->flagged[column] && term-- == 0)
			return column;
	return cs_linear_ahead_column(data, term);
}

cs_status
cs_linear_contributions(const cs_linear_inputs *inputs, const cs_linear_horizon *horizon,
						const double *x, double volatility, double y, cs_workspace *workspace,
						cs_contributions *result)
{
	cs_contributions_lay_out(result, inputs->terms, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	result->base = y;
	result->forecast = cs_linear_forecast(horizon, inputs->terms, x, volatility, y);
	for (size_t k = 0; k < inputs->terms; k++)
	{
		result->contribution[k] =
			horizon->shrinkage * volatility * (x[k] * horizon->coefficients[k]);
		result->value[k] = x[k];
		result->column[k] = (int32_t) cs_linear_term_column(inputs->options, &inputs->data, k);
	}
	cs_work(4 * inputs->terms);
	return cs_contributions_finish(result);
}
