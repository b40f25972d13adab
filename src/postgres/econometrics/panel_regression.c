/*
 * panel_regression.c
 *		panel_regression, an aggregate that regresses with entity fixed effects, and what its result
 *		is asked for.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/econometrics/inference.h"
#include "numeric/econometrics/panel_regression.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/state/panel_state.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

typedef enum Cluster
{
	CLUSTER_ENTITY,
	CLUSTER_TIME
} Cluster;

typedef struct PanelOptions
{
	int cluster;  /* a Cluster */
	int missing;  /* 1: a NULL is an error, in the transition function */
	int on_error; /* an OnError */
} PanelOptions;

static const OptionSpec panel_specs[] = {
#define OPTIONS_OF PanelOptions
#include "postgres/options/panel.def"
};
static const OptionTable panel_table = OPTION_TABLE(panel_specs, 0);

/* The columns of panel_regression_model, in order. */
typedef enum PanelModelColumn
{
	PANEL_ENTITIES,
	PANEL_EFFECTS,
	PANEL_COEFFICIENTS,
	PANEL_STANDARD_ERRORS,
	PANEL_INTERCEPT,
	PANEL_CLUSTER,
	PANEL_CLUSTERS,
	PANEL_OBSERVATIONS,
	PANEL_R_SQUARED_WITHIN,
	PANEL_R_SQUARED,
	PANEL_RESIDUAL_SD,
	PANEL_LOG_LIKELIHOOD,
	PANEL_BIC,
	PANEL_MODEL_COLUMNS
} PanelModelColumn;

/*
 * transition(state, entity, time, y, x [, options])
 */
PG_FUNCTION_INFO_V1(creditspread_panel_transition);
Datum
creditspread_panel_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	char *entity = entity_argument(fcinfo, 1);
	TimePoint time = time_argument(fcinfo, 2);
	double row[1 + CS_PANEL_MAX_REGRESSORS];
	const double *x;
	int regressors;
	const Jsonb *options = PG_NARGS() > 5 && !PG_ARGISNULL(5) ? PG_GETARG_JSONB_P(5) : NULL;

	if (PG_ARGISNULL(3) || PG_ARGISNULL(4) || array_contains_nulls(PG_GETARG_ARRAYTYPE_P(4)))
	{
		if (!missing_is_error(options))
			return row_state_unchanged(fcinfo, state);
		if (refused_gives_null(options))
			PG_RETURN_POINTER(panel_state_refuse(fcinfo, "panel_regression", state, time, options));
	}
	row[0] = finite_argument(fcinfo, 3, "y", &time);
	if (PG_ARGISNULL(4))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("x at %s is NULL", time_text(time)), errhint(LEAVE_ROWS_OUT)));
	x = float8_array_values(PG_GETARG_ARRAYTYPE_P(4), "x", &time, &regressors);
	if (regressors < 1 || regressors > CS_PANEL_MAX_REGRESSORS)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("panel_regression: x at %s has %d elements, must have 1 to %d",
							   time_text(time), regressors, CS_PANEL_MAX_REGRESSORS)));
	memcpy(row + 1, x, sizeof(double) * regressors);
	PG_RETURN_POINTER(panel_state_append(fcinfo, "panel_regression", state, entity, NULL, time, row,
										 regressors + 1, options));
}

static int
compare_times(const void *left, const void *right)
{
	int64 a = *(const int64 *) left;
	int64 b = *(const int64 *) right;

	return (a > b) - (a < b);
}

/* The number of each row's time among the different times; returns how many there are. */
static size_t
number_times(const Panel *panel, size_t *numbers)
{
	int64 *times = allocate_checked("panel_regression", sizeof(int64) * panel->count);
	size_t count = 0;

	memcpy(times, panel->times, sizeof(int64) * panel->count);
	qsort(times, panel->count, sizeof(int64), compare_times);
	for (int64 i = 0; i < panel->count; i++)
		if (i == 0 || times[i] != times[count - 1])
			times[count++] = times[i];
	for (int64 i = 0; i < panel->count; i++)
		numbers[i] =
			(int64 *) bsearch(&panel->times[i], times, count, sizeof(int64), compare_times) - times;
	pfree(times);
	return count;
}

static cs_panel_data
panel_data(const Panel *panel, int cluster)
{
	cs_panel_data data = {.rows = panel->count,
						  .regressors = panel->columns - 1,
						  .entities = panel->entity_count,
						  .clusters = panel->entity_count,
						  .values = panel->values,
						  .entities_of = panel->entities,
						  .clusters_of = panel->entities};

	if (cluster == CLUSTER_TIME)
	{
		size_t *numbers = allocate_checked("panel_regression", sizeof(size_t) * panel->count);

		data.clusters = number_times(panel, numbers);
		data.clusters_of = numbers;
	}
	return data;
}

static void
report_too_few_rows(const cs_panel_fit *fit, int cluster)
{
	if (fit->counts.rows < cs_panel_minimum_rows(fit))
		report_too_few(psprintf("panel_regression of %zu regressors on %zu entities of more than "
								"one row",
								fit->data.regressors, fit->counts.entities),
					   cs_panel_minimum_rows(fit), fit->counts.rows);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("panel_regression needs at least 2 clusters, has %zu", fit->counts.clusters),
			 cluster == CLUSTER_ENTITY
				 ? errhint("For a single entity use panel_options(cluster => 'time').")
				 : errhint("Give more times, or cluster by entity.")));
}

static void
report_fault(cs_status status, size_t regressor)
{
	if (status == CS_SINGULAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("panel_regression: within the entities, x[%zu] is constant or a linear "
						"combination of the regressors before it",
						regressor + 1),
				 errhint("Leave redundant regressors out.")));
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("panel_regression: y does not vary within the entities")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("panel_regression: the fit overflows"),
						errhint("Scale y and the regressors.")));
	check_status(status, "panel_regression");
}

/* false: NULL is wanted instead of an error. */
static bool
run_fit(cs_panel_fit *fit, const cs_panel_data *data, const PanelOptions *options)
{
	Size size = cs_panel_fit_size(data);
	cs_workspace workspace;
	cs_status status;
	Progress progress;
	size_t regressor = 0;

	cs_workspace_initialize(&workspace, allocate_checked("panel_regression", size), size);
	status = cs_panel_fit_initialize(fit, data, &workspace);
	if (gives_null(status, options->on_error))
		return false;
	if (status == CS_TOO_FEW)
		report_too_few_rows(fit, options->cluster);
	check_status(status, "panel_regression");
	progress_start(&progress, "panel_regression");
	progress_enter(&progress, 0, 1);
	status = cs_panel_fit_solve(fit, &regressor);
	progress_leave(&progress);
	if (gives_null(status, options->on_error))
		return false;
	report_fault(status, regressor);
	return true;
}

static Datum
names_datum(char **names, int count)
{
	Datum *elements = palloc(sizeof(Datum) * count);

	for (int i = 0; i < count; i++)
		elements[i] = CStringGetTextDatum(names[i]);
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(creditspread_panel_regression_final);
Datum
creditspread_panel_regression_final(PG_FUNCTION_ARGS)
{
	Panel panel;
	PanelOptions options;
	cs_panel_data data;
	cs_panel_fit fit;
	cs_panel_result result;
	Datum values[PANEL_MODEL_COLUMNS] = {0};
	bool nulls[PANEL_MODEL_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	panel = panel_state_sorted(row_state_argument(fcinfo, 0), "panel_regression", PANEL_BY_ENTITY);
	panel_check_values(&panel, "panel_regression");
	read_options(panel.options, "panel_regression", &panel_table, &options);
	if (panel.count == 0)
		PG_RETURN_NULL();
	check_row_columns("panel_regression", panel.columns, 2, 1 + CS_PANEL_MAX_REGRESSORS);
	data = panel_data(&panel, options.cluster);
	if (!run_fit(&fit, &data, &options))
		PG_RETURN_NULL();
	cs_panel_fit_result(&fit, &result);
	values[PANEL_ENTITIES] = names_datum(panel.names, panel.entity_count);
	values[PANEL_EFFECTS] = doubles_datum("panel_regression", fit.effects, panel.entity_count, 0);
	values[PANEL_COEFFICIENTS] =
		doubles_datum("panel_regression", fit.coefficients, data.regressors, 0);
	values[PANEL_STANDARD_ERRORS] =
		doubles_datum("panel_regression", fit.standard_errors, data.regressors, 0);
	values[PANEL_INTERCEPT] = finite_datum("panel_regression", result.intercept);
	values[PANEL_CLUSTER] =
		CStringGetTextDatum(option_spec(&panel_table, "cluster")->choices[options.cluster]);
	values[PANEL_CLUSTERS] = Int64GetDatum(result.clusters);
	values[PANEL_OBSERVATIONS] = Int64GetDatum(result.observations);
	values[PANEL_R_SQUARED_WITHIN] = finite_datum("panel_regression", result.r_squared_within);
	values[PANEL_R_SQUARED] = finite_datum("panel_regression", result.r_squared);
	values[PANEL_RESIDUAL_SD] = finite_datum("panel_regression", result.residual_sd);
	values[PANEL_BIC] = nullable_datum("panel_regression", result.bic, &nulls[PANEL_BIC]);
	nulls[PANEL_LOG_LIKELIHOOD] = nulls[PANEL_BIC];
	if (!nulls[PANEL_BIC])
		values[PANEL_LOG_LIKELIHOOD] = finite_datum("panel_regression", result.log_likelihood);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

/*
 * panel_coefficients(model): term, coefficient, standard_error, statistic, p_value
 */
PG_FUNCTION_INFO_V1(creditspread_panel_coefficients);
Datum
creditspread_panel_coefficients(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Composite model = composite_read(PG_GETARG_DATUM(0), "panel_regression_model");
	int count = composite_length(&model, PANEL_COEFFICIENTS, 1, CS_PANEL_MAX_REGRESSORS);
	const double *coefficients = composite_doubles(&model, PANEL_COEFFICIENTS, count, 0);
	const double *errors = composite_doubles(&model, PANEL_STANDARD_ERRORS, count, 0);
	double freedom = composite_integer(&model, PANEL_CLUSTERS, 2, PG_INT64_MAX) - 1;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int i = 0; i < count; i++)
	{
		double statistic = coefficients[i] / errors[i];
		Datum values[5];
		bool nulls[5] = {false};

		values[0] = CStringGetTextDatum(psprintf("x%d", i + 1));
		values[1] = finite_datum("panel_coefficients", coefficients[i]);
		values[2] = finite_datum("panel_coefficients", errors[i]);
		nulls[3] = nulls[4] = !(errors[i] > 0);
		if (errors[i] > 0)
		{
			values[3] = finite_datum("panel_coefficients", statistic);
			values[4] = finite_datum("panel_coefficients", cs_student_p_value(statistic, freedom));
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* The model of a call of panel_predict, read again only when the argument has changed. */
typedef struct PredictCache
{
	MemoryContext context;
	HeapTupleHeader model;
	int regressors;
	int entities;
	const double *coefficients;
	const double *effects;
	char **names; /* ascending by strcmp */
} PredictCache;

static void
fill_cache(PredictCache *cache, HeapTupleHeader model)
{
	MemoryContext old = MemoryContextSwitchTo(cache->context);
	Composite composite;

	cache->model = NULL;
	MemoryContextReset(cache->context);
	model = memcpy(palloc(VARSIZE(model)), model, VARSIZE(model));
	composite = composite_read(HeapTupleHeaderGetDatum(model), "panel_regression_model");
	cache->regressors =
		composite_length(&composite, PANEL_COEFFICIENTS, 1, CS_PANEL_MAX_REGRESSORS);
	cache->coefficients = composite_doubles(&composite, PANEL_COEFFICIENTS, cache->regressors, 0);
	cache->names = composite_texts(&composite, PANEL_ENTITIES, &cache->entities);
	cache->effects = composite_doubles(&composite, PANEL_EFFECTS, cache->entities, 0);
	for (int i = 1; i < cache->entities; i++)
		if (strcmp(cache->names[i - 1], cache->names[i]) >= 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("entities of a panel_regression_model are not in ascending order"),
					 errhint("Use the value as the fit returned it.")));
	cache->model = model;
	MemoryContextSwitchTo(old);
}

static const PredictCache *
cached_model(FunctionCallInfo fcinfo)
{
	PredictCache *cache = fcinfo->flinfo->fn_extra;
	HeapTupleHeader model = PG_GETARG_HEAPTUPLEHEADER(0);

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(PredictCache));
		cache->context =
			AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "panel_predict", ALLOCSET_DEFAULT_SIZES);
		fcinfo->flinfo->fn_extra = cache;
	}
	if (cache->model == NULL || VARSIZE(cache->model) != VARSIZE(model) ||
		memcmp(cache->model, model, VARSIZE(model)) != 0)
		fill_cache(cache, model);
	return cache;
}

static int
compare_names(const void *key, const void *element)
{
	return strcmp(key, *(char *const *) element);
}

/*
 * panel_predict(model, entity, x): effect + coefficients x; NULL for an entity that the model does
 * not know.
 */
PG_FUNCTION_INFO_V1(creditspread_panel_predict);
Datum
creditspread_panel_predict(PG_FUNCTION_ARGS)
{
	const PredictCache *cache = cached_model(fcinfo);
	char *entity = entity_argument(fcinfo, 1);
	int count;
	const double *x = float8_array_values(PG_GETARG_ARRAYTYPE_P(2), "x", NULL, &count);
	char **name = bsearch(entity, cache->names, cache->entities, sizeof(char *), compare_names);
	double value;

	if (count != cache->regressors)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("panel_predict: x has %d elements, the model has %d regressors",
							   count, cache->regressors)));
	if (name == NULL)
		PG_RETURN_NULL();
	value = cache->effects[name - cache->names] + cs_dot(count, cache->coefficients, x);
	if (!isfinite(value))
		check_finite(value, "panel_predict: the value", NULL);
	PG_RETURN_FLOAT8(value);
}
