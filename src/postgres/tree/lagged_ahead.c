/*
 * lagged_ahead.c
 *		forecast_ahead of boosted_trees_model, random_forest_model and svr_model.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/base/forecast_ahead.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/tree/lagged_model.h"

/* What forecasts of series of `rows` rows are made from. */
typedef struct LaggedWork
{
	cs_lagged_inputs inputs;
	size_t *start; /* [series] */
	float *x;	   /* [terms] */
	void *block;
} LaggedWork;

static void
begin(LaggedWork *work, const LaggedModel *model, const double *values, int64 series, int64 rows)
{
	const cs_lagged_options *options = &model->options.lagged;
	cs_linear_data data = {.values = values,
						   .rows = series * rows,
						   .columns = model->features + 1,
						   .series_count = series,
						   .flagged = model->flagged};
	cs_workspace workspace;
	Size size;

	work->start = allocate_checked(AHEAD_WHAT, sizeof(size_t) * series);
	for (int64 s = 0; s < series; s++)
		work->start[s] = s * rows;
	data.series_start = work->start;
	work->x = palloc(sizeof(float) * model->terms);
	size = cs_lagged_inputs_size(options, &data);
	work->block = allocate_checked(AHEAD_WHAT, size);
	cs_workspace_initialize(&workspace, work->block, size);
	check_status(cs_lagged_inputs_initialize(&work->inputs, options, &data, &workspace),
				 AHEAD_WHAT);
}

static void
end(LaggedWork *work)
{
	pfree(work->start);
	pfree(work->x);
	pfree(work->block);
}

/* The forecast of the row after `row` of the series from row `start`; NaN where there is none. */
static void
forecast_row(const AheadModel *ahead, LaggedWork *work, size_t start, size_t row, double *forecast,
			 double *scale)
{
	const LaggedModel *model = ahead->model;
	const cs_lagged_inputs *inputs = &work->inputs;
	const LaggedHorizon *horizon = &model->horizon[ahead->horizon];
	double base;

	CHECK_FOR_INTERRUPTS();
	*forecast = NAN;
	if (cs_lagged_origin(inputs, start, row, &model->scale, &base, scale))
	{
		cs_lagged_standardize(inputs, &model->scale, work->x);
		*forecast = base + *scale * horizon->shrinkage *
							   cs_lagged_value(inputs->options, horizon->numbers, horizon->parts,
											   work->x, model->terms);
		/* an overflow is not a forecast that is not there */
		if (isnan(*forecast))
			*forecast = INFINITY;
		return;
	}
	/* of a series that stands still nothing but y is forecast */
	*scale = 0;
	if (row - start + 1 >= cs_lagged_history(inputs->options))
		*forecast = inputs->data.values[row * inputs->data.columns];
}

static void
every_row(const AheadModel *ahead, const double *values, const bool *known, int64 rows,
		  double *forecast, double *scale)
{
	LaggedWork work;

	(void) known; /* what is missing is NaN */
	begin(&work, ahead->model, values, 1, rows);
	for (int64 i = 0; i < rows; i++)
		forecast_row(ahead, &work, 0, i, &forecast[i], &scale[i]);
	end(&work);
}

static void
last_rows(const AheadModel *ahead, const double *values, const bool *known, int64 series,
		  int64 rows, double *forecast, double *scale)
{
	LaggedWork work;

	(void) known; /* what is missing is NaN */
	begin(&work, ahead->model, values, series, rows);
	for (int64 s = 0; s < series; s++)
		forecast_row(ahead, &work, s * rows, (s + 1) * rows - 1, &forecast[s], &scale[s]);
	end(&work);
}

static void
read_lagged(Datum stored, const LaggedFamily *family, const char *options, AheadModel *ahead)
{
	LaggedModel *model = lagged_model_unpack(family, model_of_datum(stored, family->kind));
	const LaggedHorizon *next = &model->horizon[0];

	if (model->options.base.linear.horizons[0] != 1)
		report_no_next_row(options);
	*ahead = (AheadModel){.model = model,
						  .features = model->features,
						  .drop = model->options.base.missing == MISSING_DROP,
						  .rows_needed = cs_lagged_look_back(&model->options.lagged),
						  .level = model->options.base.linear.interval_level,
						  .half_width = next->has_interval ? next->upper / 2 - next->lower / 2 : -1,
						  .lower_bound = model->options.base.lower_bound,
						  .every_row = every_row,
						  .last_rows = last_rows};
}

#define LAGGED_AHEAD(FAMILY)                                                                       \
	static void read_##FAMILY(Datum model, AheadModel *ahead)                                      \
	{                                                                                              \
		read_lagged(model, &FAMILY##_family, #FAMILY "_options", ahead);                           \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_##FAMILY##_ahead);                                            \
	Datum creditspread_##FAMILY##_ahead(PG_FUNCTION_ARGS)                                          \
	{                                                                                              \
		return forecast_ahead(fcinfo, read_##FAMILY);                                              \
	}

LAGGED_AHEAD(boosted_trees)
LAGGED_AHEAD(random_forest)
LAGGED_AHEAD(svr)
