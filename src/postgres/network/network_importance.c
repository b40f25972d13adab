/*
 * network_importance.c
 *		rnn_importance and transformer_importance, aggregates: the permutation importance of a
 *		network's inputs.
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

static NetworkModel *
model_argument(const NetworkFamily *family, const Jsonb *arguments)
{
	Jsonb *object = constant_argument(arguments, family->importance);
	char *text = JsonbToCString(NULL, &object->root, VARSIZE(object));

	return network_model_unpack((const Model *) DatumGetPointer(model_in(family->model, text)));
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

static cs_sequence_importance *
measure(const NetworkModel *fitted, const Series *series, const ImportanceOptions *options)
{
	const char *what = fitted->options.family->importance;
	int horizon = horizon_of(fitted, options->step);
	Size size = cs_sequence_importance_workspace_size(&fitted->network, series->count);
	cs_sequence_importance *importance = palloc(sizeof(cs_sequence_importance));
	cs_workspace workspace;
	cs_status status;
	Progress progress;

	cs_workspace_initialize(&workspace, allocate_for_network(what, size), size);
	status = cs_sequence_importance_initialize(importance, &fitted->network, series->values,
											   series->count, horizon, options->repeats,
											   options->seed, &workspace);
	if (status == CS_TOO_FEW)
		report_too_few(what,
					   fitted->options.network.look_back +
						   fitted->options.network.horizons[horizon] +
						   (fitted->options.network.target == CS_TARGET_CHANGE ? 1 : 0),
					   series->count);
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

static Datum
importance_final(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	const char *what = family->importance;
	const RowState *state;
	ImportanceOptions options = {.step = 0};
	Series series;
	NetworkModel *fitted;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	series = series_state_sorted(state, what);
	if (series.options == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the state is not one of %s", what, what)));
	fitted = model_argument(family, series.options);
	read_options(constant_options(series.options), what, &importance_table, &options);
	if (series.columns != fitted->features + 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: %d features, the model was fitted with %d", what,
							   series.columns - 1, fitted->features),
						errhint("Give the features that the model was fitted with.")));
	PG_RETURN_DATUM(
		importance_array(fcinfo, fitted, measure(fitted, &series, &options)->importance));
}

NETWORK_FUNCTION(importance_final, importance_final)
