/*
 * model_confidence_set.c
 *		The aggregate model_confidence_set.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "numeric/evaluation/dm_test.h"
#include "numeric/evaluation/model_confidence_set.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/evaluation/loss_power.h"
#include "postgres/state/test_rows.h"

/* block_length as it is when the option is not given. */
#define BLOCK_BY_RULE (-1)

/* Work grows with the cube of their number. */
#define MOST_FORECASTS 200

typedef struct McsOptions
{
	int loss; /* a cs_dm_loss */
	double power;
	int statistic; /* a cs_mcs_statistic */
	double significance_level;
	int draws;
	int block_length;
	uint64 seed;
	int on_error;
} McsOptions;

static const OptionSpec mcs_specs[] = {
#define OPTIONS_OF McsOptions
#include "postgres/options/model_confidence_set.def"
};
static const OptionTable mcs_table = OPTION_TABLE(mcs_specs, 0);

TEST_TRANSITION(model_confidence_set, {"actual"}, "forecasts")

/* losses[count][forecasts] over the rows themselves: each row is read before it is written. */
static cs_status
fill_losses(const Series *series, const McsOptions *options, double *size)
{
	int forecasts = series->columns - 1;

	*size = 0;
	for (int64 i = 0; i < series->count; i++)
	{
		const double *row = series->values + i * series->columns;
		double actual = row[0];

		for (int f = 0; f < forecasts; f++)
		{
			double forecast = row[1 + f];
			cs_status status = cs_dm_loss_value(options->loss, options->power, actual, forecast,
												&series->values[i * forecasts + f]);

			if (status != CS_OK)
				return status;
			*size = fmax(
				*size, cs_dm_loss_size(options->loss, options->power, actual, forecast, forecast));
		}
	}
	return CS_OK;
}

static cs_status
run(const Series *series, const McsOptions *options, double size, cs_mcs_model *models)
{
	static const char *const what = "model_confidence_set";
	cs_mcs_options kernel = {options->statistic, options->draws, options->block_length};
	Size bytes = cs_mcs_size(series->count, series->columns - 1, &kernel);
	cs_workspace workspace;
	cs_random random;
	Progress progress;
	cs_status status;

	cs_workspace_initialize(&workspace, allocate_checked(what, bytes), bytes);
	cs_random_seed(&random, options->seed);
	progress_start(&progress, what);
	progress_enter(&progress, 0, 1);
	status = cs_model_confidence_set(series->values, series->count, series->columns - 1, size,
									 &kernel, &random, &workspace, models);
	progress_leave(&progress);
	return status;
}

/* rows of forecast, mean_loss, statistic, p_value, included, place, observations */
static Datum
rows_datum(FunctionCallInfo fcinfo, const Series *series, const McsOptions *options,
		   const cs_mcs_model *models)
{
	static const char *const what = "model_confidence_set";
	Oid element = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	TupleDesc descriptor = lookup_rowtype_tupdesc_copy(element, -1);
	int count = series->columns - 1;
	Datum *elements = palloc(sizeof(Datum) * count);

	for (int i = 0; i < count; i++)
	{
		Datum values[7];
		bool nulls[7] = {false};

		values[0] = Int32GetDatum(i + 1);
		values[1] = finite_datum(what, models[i].mean_loss);
		values[2] = finite_datum(what, models[i].statistic);
		values[3] = finite_datum(what, models[i].p_value);
		values[4] = BoolGetDatum(models[i].p_value >= options->significance_level);
		values[5] = Int32GetDatum((int32) models[i].place);
		values[6] = Int64GetDatum(series->count);
		elements[i] = HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
	}
	return PointerGetDatum(construct_array(elements, count, element, -1, false, TYPALIGN_DOUBLE));
}

PG_FUNCTION_INFO_V1(creditspread_model_confidence_set_final);
Datum
creditspread_model_confidence_set_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "model_confidence_set";
	McsOptions options = {.power = NAN, .block_length = BLOCK_BY_RULE};
	Series series;
	cs_mcs_model *models;
	double size;
	cs_status status;

	if (!test_rows(fcinfo, what, 1, SERIES_MAX_COLUMNS, &series))
		PG_RETURN_NULL();
	if (series.columns < 3 || series.columns > MOST_FORECASTS + 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: %d forecasts, must be from 2 to %d", what, series.columns - 1,
							   MOST_FORECASTS)));
	read_options(series.options, what, &mcs_table, &options);
	check_loss_power(what, &mcs_table, options.loss, options.power);
	if (options.block_length == BLOCK_BY_RULE)
		options.block_length = (int) cs_mcs_default_block(series.count);
	status = fill_losses(&series, &options, &size);
	if (test_fault(what, &series, options.on_error, status, 0,
				   status == CS_ZERO_DIVISOR ? "actual" : "a loss"))
		PG_RETURN_NULL();
	models = palloc(sizeof(cs_mcs_model) * (series.columns - 1));
	status = run(&series, &options, size, models);
	if (test_fault(psprintf("%s with blocks of %d", what, options.block_length), &series,
				   options.on_error, status, Max(2, options.block_length + 1),
				   "the loss difference of two forecasts"))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(rows_datum(fcinfo, &series, &options, models));
}
