/*
 * network_ahead.c
 *		forecast_ahead of rnn_model and transformer_model.
 */
#include "postgres.h"

#include <math.h>

#include "postgres/base/blas_buffer.h"
#include "postgres/base/forecast_ahead.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/network/network_model.h"

/* The forecasts of a series that has fewer rows than one looks at: there is only its own. */
static void
every_row(const AheadModel *ahead, const double *values, const bool *known, int64 rows,
		  double *forecast, double *scale)
{
	const NetworkModel *fitted = ahead->model;
	int horizons = fitted->options.network.horizon_count;
	double *all = network_model_forecast(fitted, values, known, rows, AHEAD_WHAT);

	for (int64 i = 0; i < rows; i++)
	{
		forecast[i] = known == NULL || known[i] ? all[i * horizons + ahead->horizon] : NAN;
		scale[i] =
			cs_sequence_interval_scale(&fitted->options.network, values, fitted->features + 1, 0, i,
									   ahead->horizon, fitted->usual_change);
	}
	pfree(all);
}

/* Of all series in one pass; each has as many rows as a forecast looks at. */
static double *
ends(const NetworkModel *fitted, const double *values, const bool *known, int64 series, int64 rows)
{
	static const size_t start = 0;
	const cs_sequence_options *options = &fitted->options.network;
	cs_sequence_data data = {.values = values,
							 .known = known,
							 .rows = series * rows,
							 .columns = fitted->features + 1,
							 .series_start = &start,
							 .series_count = 1};
	Size size = cs_sequence_predict_workspace_size(options, &data);
	void *block = allocate_for_network(AHEAD_WHAT, size);
	double *forecast =
		allocate_checked(AHEAD_WHAT, sizeof(double) * data.rows * options->horizon_count);
	cs_sequence_predictor *predictor = palloc(sizeof(cs_sequence_predictor));
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	check_status(
		cs_sequence_predictor_initialize(predictor, &fitted->network, &data, &workspace, forecast),
		AHEAD_WHAT);
	cs_sequence_predictor_only_ends(predictor, rows);
	check_status(cs_sequence_predictor_run(predictor), AHEAD_WHAT);
	pfree(predictor);
	pfree(block);
	return forecast;
}

static void
last_rows(const AheadModel *ahead, const double *values, const bool *known, int64 series,
		  int64 rows, double *forecast, double *scale)
{
	const NetworkModel *fitted = ahead->model;
	const cs_sequence_options *options = &fitted->options.network;
	int horizons = options->horizon_count;
	int columns = fitted->features + 1;
	bool whole = rows >= (int64) cs_sequence_rows_needed(options, false);
	double *all = whole ? ends(fitted, values, known, series, rows) : NULL;

	for (int64 s = 0; s < series; s++)
	{
		const double *own = values + s * rows * columns;
		double *alone =
			whole ? all + s * rows * horizons
				  : network_model_forecast(fitted, own, known == NULL ? NULL : known + s * rows,
										   rows, AHEAD_WHAT);

		forecast[s] = alone[(rows - 1) * horizons + ahead->horizon];
		scale[s] = cs_sequence_interval_scale(options, own, columns, 0, rows - 1, ahead->horizon,
											  fitted->usual_change);
		if (!whole)
			pfree(alone);
	}
	if (whole)
		pfree(all);
}

static void
read_network(Datum model, const NetworkFamily *family, AheadModel *ahead)
{
	NetworkModel *fitted = network_model_unpack(model_of_datum(model, family->model));
	const cs_sequence_options *options = &fitted->options.network;

	if (options->horizons[0] != 1)
		report_no_next_row(family->options);
	*ahead = (AheadModel){.model = fitted,
						  .features = fitted->features,
						  .carry = true,
						  .rows_needed = cs_sequence_rows_needed(options, true),
						  .level = options->interval_level,
						  .half_width = fitted->has_interval ? fitted->interval_half_width[0] : -1,
						  .lower_bound = OPTION_NONE,
						  .every_row = every_row,
						  .last_rows = last_rows};
}

static void
read_rnn(Datum model, AheadModel *ahead)
{
	read_network(model, &rnn_family, ahead);
}

static void
read_transformer(Datum model, AheadModel *ahead)
{
	read_network(model, &transformer_family, ahead);
}

PG_FUNCTION_INFO_V1(creditspread_rnn_ahead);
Datum
creditspread_rnn_ahead(PG_FUNCTION_ARGS)
{
	return forecast_ahead(fcinfo, read_rnn);
}

PG_FUNCTION_INFO_V1(creditspread_transformer_ahead);
Datum
creditspread_transformer_ahead(PG_FUNCTION_ARGS)
{
	return forecast_ahead(fcinfo, read_transformer);
}
