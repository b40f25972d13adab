/*
 * network_fit.c
 *		rnn_fit and transformer_fit, aggregates that train a network on one series or on a panel of
 *		them.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "postgres/base/arguments.h"
#include "postgres/base/blas_buffer.h"
#include "numeric/network/sequence_linear.h"
#include "postgres/base/on_error.h"
#include "postgres/state/panel_state.h"
#include "postgres/base/progress.h"
#include "postgres/network/network_fit.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

/* y and the features; `nulls` says whether those may be NULL, NaN then. */
static int
take_row(FunctionCallInfo fcinfo, const NetworkFamily *family, const char *what, int y_argument,
		 TimePoint time, const Jsonb *options, bool nulls, double *row)
{
	int argument = y_argument + 1;
	NetworkOptions named = {.feature_name_count = 0};
	const double *values;
	ArrayType *array;
	int features;

	row[0] =
		nulls && PG_ARGISNULL(y_argument) ? NAN : finite_argument(fcinfo, y_argument, "y", &time);
	if (PG_NARGS() <= argument || PG_ARGISNULL(argument))
		return 1;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	if (options != NULL && !network_features_sound(array))
		network_read_options(family, options, what, &named);
	values = nulls ? network_feature_values_or_nulls(array, &named, "", &time, &features)
				   : network_feature_values(array, &named, "", &time, &features);
	if (features >= SERIES_MAX_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %d features at %s, the limit is %d", what, features,
							   time_text(time), SERIES_MAX_COLUMNS - 1)));
	memcpy(row + 1, values, sizeof(double) * features);
	return features + 1;
}

int
network_row(FunctionCallInfo fcinfo, const NetworkFamily *family, const char *what, int y_argument,
			TimePoint time, const Jsonb *options, double *row)
{
	return take_row(fcinfo, family, what, y_argument, time, options, false, row);
}

int
network_fit_row(FunctionCallInfo fcinfo, const NetworkFamily *family, const char *what,
				int y_argument, TimePoint time, const Jsonb *options, double *row)
{
	return take_row(fcinfo, family, what, y_argument, time, options, !missing_is_error(options),
					row);
}

bool
network_row_refused(FunctionCallInfo fcinfo, int y_argument, const Jsonb *options)
{
	int argument = y_argument + 1;
	bool missing =
		PG_ARGISNULL(y_argument) || (PG_NARGS() > argument && !PG_ARGISNULL(argument) &&
									 array_contains_nulls(PG_GETARG_ARRAYTYPE_P(argument)));

	return missing && missing_is_error(options) && refused_gives_null(options);
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
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = options_argument(fcinfo, 4);
	double row[SERIES_MAX_COLUMNS];
	int columns;

	if (network_row_refused(fcinfo, 2, options))
		PG_RETURN_POINTER(series_state_refuse(fcinfo, family->fit, state, time, options));
	columns = network_fit_row(fcinfo, family, family->fit, 2, time, options, row);

	PG_RETURN_POINTER(series_state_append(fcinfo, family->fit, state, time, row, columns, options));
}

NETWORK_FUNCTION(transition, transition)

/*
 * transition(state, entity, time, y, features [, options])
 */
static Datum
panel_transition(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	char *entity = entity_argument(fcinfo, 1);
	TimePoint time = time_argument(fcinfo, 2);
	const Jsonb *options = options_argument(fcinfo, 5);
	double row[SERIES_MAX_COLUMNS];
	int columns;

	if (network_row_refused(fcinfo, 3, options))
		PG_RETURN_POINTER(panel_state_refuse(fcinfo, family->fit, state, time, options));
	columns = network_fit_row(fcinfo, family, family->fit, 3, time, options, row);

	PG_RETURN_POINTER(
		panel_state_append(fcinfo, family->fit, state, entity, NULL, time, row, columns, options));
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

/* What a training begins with, and how much of the whole work it is. */
typedef struct Beginning
{
	const float *start; /* all parameters; NULL: drawn */
	const float *body;	/* those of a network without relations, for its body; NULL: drawn */
	double done;		/* share of the work before it, */
	double share;		/* and its own */
} Beginning;

/*
 * Trains; parameters (ensemble, those of a member); NULL where that is wanted instead of an error.
 */
static cs_sequence_fit *
train(const NetworkRows *rows, const cs_sequence_options *network, const Beginning *beginning,
	  float *parameters, Progress *progress, int on_error)
{
	const char *what = progress->what;
	cs_sequence_data data = network_rows_data(rows);
	Size size = cs_sequence_fit_workspace_size(network, &data);
	cs_sequence_fit *fit = palloc(sizeof(cs_sequence_fit));
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, allocate_for_network(what, size), size);
	status = cs_sequence_fit_initialize(fit, network, &data, &workspace, parameters);
	if (gives_null(status, on_error))
		return NULL;
	check_status(status, what);
	if (beginning->start != NULL)
		cs_sequence_fit_warm_start(fit, beginning->start);
	if (beginning->body != NULL)
		cs_sequence_fit_start_body(fit, beginning->body);
	progress_enter(progress, beginning->done, beginning->share);
	status = cs_sequence_fit_run(fit);
	progress_leave(progress);
	if (gives_null(status, on_error))
		return NULL;
	report_status(status, fit, network, what);
	return fit;
}

/* Room for the parameters of all members, after the checks of its size. */
static float *
allocate_parameters(const NetworkRows *rows, const NetworkOptions *options,
					const cs_sequence_options *network, const char *what)
{
	cs_sequence_data data = network_rows_data(rows);
	Size count = cs_sequence_parameter_count(network, rows->columns);
	Size workspace_size = cs_sequence_fit_workspace_size(network, &data);

	if (count == SIZE_MAX || workspace_size == SIZE_MAX)
		check_memory(what, SIZE_MAX);
	count *= network->ensemble;
	check_parameter_count(options->family->model, count);
	check_memory(what, workspace_size + count * sizeof(float) + blas_buffer_size());
	return allocate_checked(what, count * sizeof(float));
}

/*
 * The parameters of the same network without relations, trained first; memory is given back.  NULL
 * as of train.
 */
static const float *
first_stage(const NetworkRows *rows, const NetworkOptions *options, Progress *progress)
{
	cs_sequence_options network = options->network;
	Beginning beginning = {.share = 0.5};
	MemoryContext stage =
		AllocSetContextCreate(CurrentMemoryContext, "first stage", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;
	float *parameters;
	bool trained;

	network.relation_form = CS_RELATION_NONE;
	parameters = allocate_parameters(rows, options, &network, progress->what);
	old = MemoryContextSwitchTo(stage);
	trained = train(rows, &network, &beginning, parameters, progress, options->on_error) != NULL;
	MemoryContextSwitchTo(old);
	MemoryContextDelete(stage);
	return trained ? parameters : NULL;
}

/* Linear forecasts know which rows of a panel are of the same time, and have a limit of terms. */
static void
prepare_linear(NetworkRows *rows, const cs_sequence_options *network, const char *what)
{
	cs_sequence_data data = network_rows_data(rows);

	if (cs_sequence_linear_terms(network, &data) == SIZE_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: option \"linear\" with %d features has more than %d terms",
							   what, rows->columns - 1, CS_LINEAR_MAX_TERMS),
						errhint("Give fewer features, or leave linear out.")));
	if (rows->times != NULL)
		rows->place = panel_places(rows->times, rows->count, what);
}

Model *
network_fit_rows(const NetworkRows *given, const NetworkOptions *options, const char *what)
{
	cs_sequence_options network = options->network;
	NetworkRows copy = *given;
	const NetworkRows *rows = &copy;
	Beginning beginning = {.share = 1};
	cs_sequence_fit *fit;
	float *parameters;
	Progress progress;

	network_check_feature_names(options, rows->columns - 1, what);
	network_check_start(options, rows->columns - 1, what);
	if (network.linear)
		prepare_linear(&copy, &network, what);
	progress_start(&progress, what);
	if (options->start != NULL)
		beginning.start = model_values(options->start);
	parameters = allocate_parameters(rows, options, &network, what);
	if (options->training == TRAINING_TWO_STAGE)
	{
		beginning =
			(Beginning){.body = first_stage(rows, options, &progress), .done = 0.5, .share = 0.5};
		if (beginning.body == NULL)
			return NULL;
		network.frozen_body = true;
	}
	fit = train(rows, &network, &beginning, parameters, &progress, options->on_error);
	if (fit == NULL)
		return NULL;
	return network_model_create(fit, options, rows, parameters);
}

Model *
network_fit_series(Series *series, const NetworkOptions *options, bool **known, const char *what)
{
	size_t start = 0;
	int64 least = cs_sequence_fit_minimum_rows(&options->network);
	NetworkRows rows;

	if (series->columns == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a state without values in its rows has no y", what)));
	network_settle_series(series, options, known, what);
	if (series->count < least && gives_null(CS_TOO_FEW, options->on_error))
		return NULL;
	if (series->count < least)
		report_too_few(what, least, series->count);
	rows = (NetworkRows){.count = series->count,
						 .columns = series->columns,
						 .values = series->values,
						 .known = *known,
						 .start = &start,
						 .series = 1};
	rows.first = series_time(series, 0);
	rows.last = series_time(series, series->count - 1);
	return network_fit_rows(&rows, options, what);
}

static Datum
fit_final(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	const RowState *state;
	NetworkOptions options;
	Series series;
	Model *model;
	bool *known;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	series = series_state_sorted(state, family->fit);
	network_read_options(family, series.options, family->fit, &options);
	model = network_fit_series(&series, &options, &known, family->fit);
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}

NETWORK_FUNCTION(fit_final, fit_final)

void
network_scale_series(NetworkOptions *options, int64 entities)
{
	options->network.local_rows = entities > 1 ? CS_LOCAL_ROWS : 0;
}

NetworkRows
network_panel_rows(const Panel *panel, const char *what)
{
	NetworkRows rows = {.count = panel->count,
						.columns = panel->columns,
						.values = panel->values,
						.times = panel->times,
						.entities = panel->entity_count,
						.series = panel->entity_count};
	int64 first = panel->count == 0 ? 0 : panel->times[0];
	int64 last = first;

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

bool
network_check_panel_length(const NetworkRows *rows, const NetworkOptions *options)
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
	if (windows < 2 && gives_null(CS_TOO_FEW, options->on_error))
		return false;
	if (windows < 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s needs at least " INT64_FORMAT " observations of one entity, the "
							   "longest of " INT64_FORMAT " has " INT64_FORMAT,
							   options->family->fit, least, rows->entities, longest),
						errhint("Give more rows.")));
	return true;
}

static Datum
panel_fit_final(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	Panel panel;
	NetworkOptions options;
	NetworkRows rows;
	Model *model;
	bool *known;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	panel = panel_state_sorted(row_state_argument(fcinfo, 0), family->fit, PANEL_BY_ENTITY);
	if (panel.count == 0)
		PG_RETURN_NULL();
	if (panel.columns == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a state without values in its rows has no y", family->fit)));
	network_read_options(family, panel.options, family->fit, &options);
	network_settle_panel(&panel, &options, &known, family->fit);
	network_scale_series(&options, panel.entity_count);
	rows = network_panel_rows(&panel, family->fit);
	rows.known = known;
	model = network_check_panel_length(&rows, &options)
				? network_fit_rows(&rows, &options, family->fit)
				: NULL;
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}

NETWORK_FUNCTION(panel_fit_final, panel_fit_final)
