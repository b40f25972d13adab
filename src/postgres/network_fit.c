/*
 * network_fit.c
 *		rnn_fit and transformer_fit, aggregates that train a network on one series or on a panel of
 *		them.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/arguments.h"
#include "postgres/panel_state.h"
#include "postgres/progress.h"
#include "postgres/network_fit.h"
#include "postgres/settings.h"
#include "postgres/status.h"

int
network_row(FunctionCallInfo fcinfo, const NetworkFamily *family, const char *what, int y_argument,
			TimePoint time, const Jsonb *options, double *row)
{
	int argument = y_argument + 1;
	NetworkOptions named = {.feature_name_count = 0};
	const double *values;
	ArrayType *array;
	int features;

	row[0] = finite_argument(fcinfo, y_argument, "y", &time);
	if (PG_NARGS() <= argument || PG_ARGISNULL(argument))
		return 1;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	if (options != NULL && !network_features_sound(array))
		network_read_options(family, options, what, &named);
	values = network_feature_values(array, &named, "", &time, &features);
	if (features >= SERIES_MAX_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %d features at %s, the limit is %d", what, features,
							   time_text(time), SERIES_MAX_COLUMNS - 1)));
	memcpy(row + 1, values, sizeof(double) * features);
	return features + 1;
}

static const Jsonb *
options_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_NARGS() > argument && !PG_ARGISNULL(argument) ? PG_GETARG_JSONB_P(argument) : NULL;
}

/*
 * transition(state, time, y [, features [, options]])
 */
static Datum
transition(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	SeriesState *state = PG_ARGISNULL(0) ? NULL : (SeriesState *) PG_GETARG_VARLENA_P(0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = options_argument(fcinfo, 4);
	double row[SERIES_MAX_COLUMNS];
	int columns = network_row(fcinfo, family, family->fit, 2, time, options, row);

	PG_RETURN_POINTER(series_state_append(fcinfo, family->fit, state, time, row, columns, options));
}

NETWORK_FUNCTION(transition, transition)

/*
 * transition(state, entity, time, y, features [, options])
 */
static Datum
panel_transition(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	PanelState *state = PG_ARGISNULL(0) ? NULL : (PanelState *) PG_GETARG_VARLENA_P(0);
	char *entity = entity_argument(fcinfo, 1);
	TimePoint time = time_argument(fcinfo, 2);
	const Jsonb *options = options_argument(fcinfo, 5);
	double row[SERIES_MAX_COLUMNS];
	int columns = network_row(fcinfo, family, family->fit, 3, time, options, row);

	PG_RETURN_POINTER(
		panel_state_append(fcinfo, family->fit, state, entity, time, row, columns, options));
}

NETWORK_FUNCTION(panel_transition, panel_transition)

static void
report_status(cs_status status, const cs_sequence_fit *fit, const cs_sequence_options *options,
			  const char *what)
{
	if (status == CS_NOT_FINITE && cs_sequence_fit_diverged(fit))
		ereport(
			ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s: the training diverged at learning_rate %g", what, options->learning_rate),
			 errhint("Use a smaller learning_rate or clip_norm, and look for extreme values in "
					 "the data.")));
	check_status(status, what);
}

/* Trains until the fit is finished. */
static Model *
fit_rows(const NetworkRows *rows, const NetworkOptions *options, const char *what)
{
	const cs_sequence_options *network = &options->network;
	Size member_count = cs_sequence_parameter_count(network, rows->columns);
	cs_sequence_data data = {.values = rows->values,
							 .rows = rows->count,
							 .columns = rows->columns,
							 .series_start = rows->start,
							 .series_count = rows->series};
	Size workspace_size = cs_sequence_fit_workspace_size(network, &data);
	cs_sequence_fit *fit;
	cs_workspace workspace;
	float *parameters;
	Progress progress;

	network_check_feature_names(options, rows->columns - 1, what);
	network_check_start(options, rows->columns - 1, what);
	if (member_count == SIZE_MAX || workspace_size == SIZE_MAX)
		check_memory(what, SIZE_MAX);
	check_parameter_count(options->family->model, member_count * network->ensemble);
	check_memory(what, workspace_size + member_count * network->ensemble * sizeof(float));
	parameters = allocate_checked(what, member_count * network->ensemble * sizeof(float));
	cs_workspace_initialize(&workspace, allocate_checked(what, workspace_size), workspace_size);
	fit = palloc(sizeof(cs_sequence_fit));
	check_status(cs_sequence_fit_initialize(fit, network, &data, &workspace, parameters), what);
	if (options->start != NULL)
		cs_sequence_fit_warm_start(fit, model_values(options->start));
	progress_start(&progress, what);
	while (!cs_sequence_fit_finished(fit))
	{
		report_status(cs_sequence_fit_iterate(fit), fit, network, what);
		progress_step(&progress, cs_sequence_fit_progress(fit));
	}
	return network_model_create(fit, options, rows, parameters);
}

Model *
network_fit_series(const Series *series, const NetworkOptions *options, const char *what)
{
	size_t start = 0;
	NetworkRows rows = {.count = series->count,
						.columns = series->columns,
						.values = series->values,
						.start = &start,
						.series = 1};
	int64 least = cs_sequence_fit_minimum_rows(&options->network);

	if (series->columns == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a state without values in its rows has no y", what)));
	if (series->count < least)
		report_too_few(what, least, series->count);
	rows.first = series_time(series, 0);
	rows.last = series_time(series, series->count - 1);
	return fit_rows(&rows, options, what);
}

static Datum
fit_final(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	const SeriesState *state;
	NetworkOptions options;
	Series series;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (const SeriesState *) PG_GETARG_VARLENA_P(0);
	if (state->count == 0)
		PG_RETURN_NULL();
	series = series_state_sorted(state, family->fit);
	network_read_options(family, series.options, family->fit, &options);
	PG_RETURN_POINTER(network_fit_series(&series, &options, family->fit));
}

NETWORK_FUNCTION(fit_final, fit_final)

/* Where each entity's rows begin, and the times between which all lie. */
static NetworkRows
panel_rows(const Panel *panel, const char *what)
{
	NetworkRows rows = {.count = panel->count,
						.columns = panel->columns,
						.values = panel->values,
						.entities = panel->entity_count,
						.series = panel->entity_count};
	int64 first = panel->times[0];
	int64 last = panel->times[0];

	rows.start = allocate_checked(what, sizeof(size_t) * panel->entity_count);
	for (int64 i = 0; i < panel->count; i++)
	{
		if (i == 0 || panel->entities[i] != panel->entities[i - 1])
			rows.start[panel->entities[i]] = i;
		first = Min(first, panel->times[i]);
		last = Max(last, panel->times[i]);
	}
	rows.first = (TimePoint){panel->time_type, first};
	rows.last = (TimePoint){panel->time_type, last};
	return rows;
}

/* Error unless the entities together have the windows that a fit needs. */
static void
check_panel_length(const NetworkRows *rows, const NetworkOptions *options)
{
	int64 least = cs_sequence_fit_minimum_rows(&options->network);
	int64 longest = 0;
	int64 windows = 0;

	for (size_t s = 0; s < rows->series; s++)
	{
		int64 end = s + 1 < rows->series ? (int64) rows->start[s + 1] : rows->count;
		cs_sequence_split split;

		cs_sequence_split_series(&split, &options->network, rows->start[s], end);
		windows += split.training_end - split.first_origin;
		longest = Max(longest, end - (int64) rows->start[s]);
	}
	if (windows < 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s needs at least " INT64_FORMAT " observations of one entity, the "
							   "longest of " INT64_FORMAT " has " INT64_FORMAT,
							   options->family->fit, least, rows->entities, longest),
						errhint("Give more rows.")));
}

static Datum
panel_fit_final(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	Panel panel;
	NetworkOptions options;
	NetworkRows rows;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	panel = panel_state_sorted((const PanelState *) PG_GETARG_VARLENA_P(0), family->fit);
	if (panel.count == 0)
		PG_RETURN_NULL();
	if (panel.columns == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a state without values in its rows has no y", family->fit)));
	network_read_options(family, panel.options, family->fit, &options);
	rows = panel_rows(&panel, family->fit);
	check_panel_length(&rows, &options);
	PG_RETURN_POINTER(fit_rows(&rows, &options, family->fit));
}

NETWORK_FUNCTION(panel_fit_final, panel_fit_final)
