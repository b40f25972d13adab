/*
 * linear_ahead.c
 *		forecast_ahead of linear_model.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/base/forecast_ahead.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/econometrics/linear_model.h"

/* What forecasts of series of `rows` rows are made from. */
static cs_linear_inputs *
prepare(const LinearModel *model, const double *values, int64 series, int64 rows, void **block)
{
	size_t *start = allocate_checked(AHEAD_WHAT, sizeof(size_t) * series);
	cs_linear_inputs *inputs = palloc(sizeof(cs_linear_inputs));
	cs_linear_data data = linear_model_data(model, values, series * rows, start);
	cs_workspace workspace;
	Size size;

	for (int64 s = 0; s < series; s++)
		start[s] = s * rows;
	data.series_count = series;
	size = cs_linear_inputs_size(&model->options.linear, &data);
	*block = allocate_checked(AHEAD_WHAT, size);
	cs_workspace_initialize(&workspace, *block, size);
	check_status(cs_linear_inputs_initialize(inputs, &model->options.linear, &data, &workspace),
				 AHEAD_WHAT);
	return inputs;
}

/* The forecast of the row after `row` of the series from row `start`; NaN where there is none. */
static void
forecast_row(const AheadModel *ahead, const cs_linear_inputs *inputs, size_t start, size_t row,
			 double *terms, double *forecast, double *scale)
{
	const LinearModel *model = ahead->model;
	double volatility;

	*forecast = NAN;
	*scale = 0;
	if (!cs_linear_origin(inputs, start, row, terms, &volatility))
		return;
	*forecast = cs_linear_forecast(&model->horizon[ahead->horizon], model->terms, terms, volatility,
								   inputs->data.values[row * inputs->data.columns]);
	/* an overflow is not a forecast that is not there */
	if (isnan(*forecast))
		*forecast = INFINITY;
	*scale = cs_linear_interval_scale(inputs, start, row, 1);
}

static void
every_row(const AheadModel *ahead, const double *values, const bool *known, int64 rows,
		  double *forecast, double *scale)
{
	const LinearModel *model = ahead->model;
	double *terms = palloc(sizeof(double) * model->terms);
	void *block;
	cs_linear_inputs *inputs = prepare(model, values, 1, rows, &block);

	(void) known; /* what is missing is NaN */
	for (int64 i = 0; i < rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		forecast_row(ahead, inputs, 0, i, terms, &forecast[i], &scale[i]);
	}
	pfree(block);
}

static void
last_rows(const AheadModel *ahead, const double *values, const bool *known, int64 series,
		  int64 rows, double *forecast, double *scale)
{
	const LinearModel *model = ahead->model;
	double *terms = palloc(sizeof(double) * model->terms);
	void *block;
	cs_linear_inputs *inputs = prepare(model, values, series, rows, &block);

	(void) known; /* what is missing is NaN */
	for (int64 s = 0; s < series; s++)
	{
		CHECK_FOR_INTERRUPTS();
		forecast_row(ahead, inputs, s * rows, (s + 1) * rows - 1, terms, &forecast[s], &scale[s]);
	}
	pfree(block);
	pfree((void *) inputs->data.series_start);
	pfree(inputs);
	pfree(terms);
}

static void
read_linear(Datum stored, AheadModel *ahead)
{
	LinearModel *model = linear_model_unpack(model_of_datum(stored, &linear_model_kind));
	const cs_linear_options *options = &model->options.linear;
	const cs_linear_horizon *next = &model->horizon[0];

	if (options->horizons[0] != 1)
		report_no_next_row("linear_options");
	*ahead = (AheadModel){.model = model,
						  .features = model->features,
						  .drop = model->options.missing == MISSING_DROP,
						  .rows_needed = cs_linear_look_back(options, true),
						  .level = options->interval_level,
						  .half_width = next->has_interval ? next->upper / 2 - next->lower / 2 : -1,
						  .lower_bound = model->options.lower_bound,
						  .every_row = every_row,
						  .last_rows = last_rows};
}

PG_FUNCTION_INFO_V1(creditspread_linear_ahead);
Datum
creditspread_linear_ahead(PG_FUNCTION_ARGS)
{
	return forecast_ahead(fcinfo, read_linear);
}
