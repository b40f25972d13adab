/*
 * network_importance.c
 *		rnn_importance, transformer_importance and graph_rank_importance, aggregates: the
 *		permutation importance of a network's inputs, on one series or on a panel.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "numeric/network/sequence_importance.h"
#include "postgres/base/arguments.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/network/graph_rank.h"
#include "postgres/network/network_fit.h"
#include "postgres/network/network_state.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

typedef struct ImportanceOptions
{
	int step; /* 0: the model's first */
	int repeats;
	uint64 seed;
} ImportanceOptions;

static const OptionSpec importance_specs[] = {
#define OPTIONS_OF ImportanceOptions
#include "postgres/options/network_importance.def"
};
static const OptionTable importance_table = OPTION_TABLE(importance_specs, 0);

/*
 * transition(state, model, time, y, features [, options])
 */
static Datum
importance_transition(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 2);
	const Jsonb *arguments = constant_arguments(fcinfo, 1, family->importance, "model", 5);
	double row[SERIES_MAX_COLUMNS];
	int columns = network_row(fcinfo, family, family->importance, 3, time, NULL, row);

	PG_RETURN_POINTER(
		series_state_append(fcinfo, family->importance, state, time, row, columns, arguments));
}

NETWORK_FUNCTION(importance_transition, importance_transition)

/*
 * transition(state, model, entity, time, y, features [, options])
 */
static Datum
importance_panel_transition(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *arguments = constant_arguments(fcinfo, 1, family->importance, "model", 6);
	char *entity = entity_argument(fcinfo, 2);
	TimePoint time = time_argument(fcinfo, 3);
	double row[SERIES_MAX_COLUMNS];
	int columns = network_row(fcinfo, family, family->importance, 4, time, NULL, row);

	if (constant_arguments_seen(fcinfo, state))
		arguments = row_state_options(state);
	PG_RETURN_POINTER(panel_state_append(fcinfo, family->importance, state, entity, NULL, time, row,
										 columns, arguments));
}

MODEL_FUNCTION(importance_panel_transition, importance_panel_transition)

static NetworkModel *
model_argument(const NetworkFamily *family, const Jsonb *arguments)
{
	Jsonb *object = constant_argument(arguments, family->importance);
	char *text = JsonbToCString(NULL, &object->root, VARSIZE(object));

	const Model *model = (const Model *) DatumGetPointer(model_in(family->model, text));

	return family->cross_section ? graph_rank_unpack(model) : network_model_unpack(model);
}

/* The number of the horizon of `step` rows; 0 is the first. */
static int
horizon_of(const NetworkModel *fitted, int step)
{
	const cs_sequence_options *options = &fitted->options.network;
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < options->horizon_count; i++)
	{
		if (step == 0 || options->horizons[i] == step)
			return i;
		appendStringInfo(&known, "%s%d", i == 0 ? "" : ", ", options->horizons[i]);
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: step is %d, the model forecasts steps %s",
						   fitted->options.family->importance, step, known.data),
					errhint("Choose one of the model's steps.")));
}

/* The rows of the longest series. */
static int64
longest_series(const cs_sequence_data *data)
{
	size_t longest = 0;

	for (size_t s = 0; s < data->series_count; s++)
		longest = Max(longest, cs_sequence_series_end(data, s) - data->series_start[s]);
	return longest;
}

static cs_sequence_importance *
measure(const NetworkModel *fitted, const cs_sequence_data *data, const ImportanceOptions *options)
{
	const char *what = fitted->options.family->importance;
	int horizon = horizon_of(fitted, options->step);
	Size size = cs_sequence_importance_workspace_size(&fitted->network, data);
	cs_sequence_importance *importance = palloc(sizeof(cs_sequence_importance));
	cs_workspace workspace;
	cs_status status;
	Progress progress;

	cs_workspace_initialize(&workspace, allocate_for_network(what, size), size);
	status = cs_sequence_importance_initialize(importance, &fitted->network, data, horizon,
											   options->repeats, options->seed, &workspace);
	if (status == CS_TOO_FEW)
		report_too_few(what,
					   fitted->options.network.look_back +
						   fitted->options.network.horizons[horizon] +
						   (fitted->options.network.target == CS_TARGET_CHANGE ? 1 : 0),
					   longest_series(data));
	check_status(status, what);
	progress_start(&progress, what);
	progress_enter(&progress, 0, 1);
	status = cs_sequence_importance_run(importance);
	progress_leave(&progress);
	check_status(status, what);
	return importance;
}

/* An array of (feature, importance), y first. */
static Datum
importance_array(FunctionCallInfo fcinfo, const NetworkModel *fitted, const double *importance)
{
	Oid array_type;
	Oid type;
	TupleDesc descriptor;
	int count = fitted->features + 1;
	Datum *rows = palloc(sizeof(Datum) * count);

	get_call_result_type(fcinfo, &array_type, NULL);
	type = get_element_type(array_type);
	descriptor = lookup_rowtype_tupdesc_copy(type, -1);
	for (int i = 0; i < count; i++)
	{
		const NetworkOptions *options = &fitted->options;
		bool nulls[2] = {false};
		Datum columns[2];

		if (i == 0)
			columns[0] = CStringGetTextDatum("y");
		else
			columns[0] = CStringGetTextDatum(i <= options->feature_name_count
												 ? options->feature_names[i - 1]
												 : network_feature_label(options, i - 1));
		columns[1] = finite_datum(options->family->importance, importance[i]);
		rows[i] = HeapTupleGetDatum(heap_form_tuple(descriptor, columns, nulls));
	}
	return PointerGetDatum(construct_array(rows, count, type, -1, false, TYPALIGN_DOUBLE));
}

/* What the state's model says of data of so many columns: its inputs' importance. */
static Datum
importance_of(FunctionCallInfo fcinfo, const NetworkModel *fitted, const cs_sequence_data *data,
			  const Jsonb *arguments)
{
	const char *what = fitted->options.family->importance;
	ImportanceOptions options = {.step = 0};

	read_options(constant_options(arguments), what, &importance_table, &options);
	return importance_array(fcinfo, fitted, measure(fitted, data, &options)->importance);
}

/* The model of a state, which rows of so many columns fit. */
static NetworkModel *
state_model(const NetworkFamily *family, const Jsonb *arguments, int columns)
{
	const char *what = family->importance;
	NetworkModel *fitted;
	JsonbValue value;

	if (arguments == NULL || !json_field(&arguments->root, "argument", &value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the state is not one of %s", what, what)));
	fitted = model_argument(family, arguments);
	if (columns != fitted->features + 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: %d features, the model was fitted with %d", what, columns - 1,
							   fitted->features),
						errhint("Give the features that the model was fitted with.")));
	return fitted;
}

static Datum
importance_final(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	static const size_t start = 0;
	const RowState *state;
	cs_sequence_data data;
	Series series;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	series = series_state_sorted(state, family->importance);
	data = (cs_sequence_data){.values = series.values,
							  .rows = series.count,
							  .columns = series.columns,
							  .series_start = &start,
							  .series_count = 1};
	PG_RETURN_DATUM(importance_of(fcinfo, state_model(family, series.options, series.columns),
								  &data, series.options));
}

NETWORK_FUNCTION(importance_final, importance_final)

static Datum
importance_panel_final(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	const char *what = family->importance;
	cs_sequence_data data;
	NetworkModel *fitted;
	Panel panel;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	panel = panel_state_sorted(row_state_argument(fcinfo, 0), what, PANEL_BY_ENTITY_AND_GROUP);
	panel_check_values(&panel, what);
	if (panel.count == 0)
		PG_RETURN_NULL();
	fitted = state_model(family, panel.options, panel.columns);
	if (family->cross_section)
		data = network_rows_data(&graph_rank_rows(&panel, fitted->options.graph, what)->network);
	else
	{
		NetworkRows rows = network_panel_rows(&panel, what);

		data = network_rows_data(&rows);
	}
	PG_RETURN_DATUM(importance_of(fcinfo, fitted, &data, panel.options));
}

MODEL_FUNCTION(importance_panel_final, importance_panel_final)
