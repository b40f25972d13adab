/*
 * feature_selection.c
 *		The aggregates mutual_information and select_features.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "numeric/base/sort.h"
#include "numeric/evaluation/mutual_information.h"
#include "numeric/evaluation/select_features.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/state/test_rows.h"

typedef struct InformationOptions
{
	int lag;
	int neighbours;
	int on_error;
} InformationOptions;

typedef struct SelectionOptions
{
	int horizon;
	int target;	 /* 0 = change */
	int measure; /* a cs_feature_measure */
	int neighbours;
	int shifts;
	double significance_level;
	int most;
	uint64 seed;
	int on_error;
} SelectionOptions;

static const OptionSpec information_specs[] = {
#define OPTIONS_OF InformationOptions
#include "postgres/options/mutual_information.def"
#undef OPTIONS_OF
};
static const OptionTable information_table = OPTION_TABLE(information_specs, 0);
static const OptionSpec selection_specs[] = {
#define OPTIONS_OF SelectionOptions
#include "postgres/options/select_features.def"
};
static const OptionTable selection_table = OPTION_TABLE(selection_specs, 0);

TEST_TRANSITION(mutual_information, {"the feature", "y"}, NULL)
TEST_TRANSITION(select_features, {"y"}, "features")

/* information, observations */
PG_FUNCTION_INFO_V1(creditspread_mutual_information_final);
Datum
creditspread_mutual_information_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "mutual_information";
	InformationOptions options;
	Series series;
	double information = 0;
	Progress progress;
	cs_status status = CS_TOO_FEW;
	Datum values[2];
	bool nulls[2] = {false};

	if (!test_rows(fcinfo, what, 2, 2, &series))
		PG_RETURN_NULL();
	read_options(series.options, what, &information_table, &options);
	if (series.count > options.lag)
	{
		int64 pairs = series.count - options.lag;
		Size size = cs_mutual_information_size(pairs);
		cs_workspace workspace;

		cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
		progress_start(&progress, what);
		progress_enter(&progress, 0, 1);
		status = cs_mutual_information((cs_variable){series.values, 2, 0},
									   (cs_variable){series.values + 2 * options.lag + 1, 2, 0},
									   pairs, options.neighbours, &workspace, &information);
		progress_leave(&progress);
	}
	if (test_fault(what, &series, options.on_error, status, options.lag + options.neighbours + 1,
				   "the feature or y"))
		PG_RETURN_NULL();
	values[0] = finite_datum(what, information);
	values[1] = Int64GetDatum(series.count);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

/* Which features are kept: significant, and among the `most` of the largest scores. */
static bool *
kept_features(const cs_feature_score *scores, int count, const SelectionOptions *options)
{
	bool *kept = palloc0(sizeof(bool) * count);
	double *keys = palloc(sizeof(double) * count);
	size_t *index = palloc(sizeof(size_t) * count);
	int left = options->most;

	for (int i = 0; i < count; i++)
		keys[i] = isnan(scores[i].score) ? 0 : -scores[i].score;
	cs_sort_index(index, keys, count);
	for (int i = 0; i < count && left > 0; i++)
		if (scores[index[i]].p_value <= options->significance_level)
		{
			kept[index[i]] = true;
			left--;
		}
	return kept;
}

/* The least p-value is one over the shifts and the data as they are. */
static void
check_shifts(const SelectionOptions *options)
{
	double least = 1.0 / (options->shifts + 1);

	if (least > options->significance_level)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("select_features: option \"significance_level\" is %g, but no p-value is "
						"below %g with option \"shifts\" %d",
						options->significance_level, least, options->shifts),
				 errhint("Give at least %.0f shifts.", ceil(1 / options->significance_level) - 1)));
}

/* rows of feature, score, p_value, kept, observations */
static Datum
rows_datum(FunctionCallInfo fcinfo, const Series *series, const cs_feature_score *scores,
		   const SelectionOptions *options)
{
	static const char *const what = "select_features";
	Oid element = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	TupleDesc descriptor = lookup_rowtype_tupdesc_copy(element, -1);
	int count = series->columns - 1;
	bool *kept = kept_features(scores, count, options);
	Datum *elements = palloc(sizeof(Datum) * count);

	for (int i = 0; i < count; i++)
	{
		Datum values[5];
		bool nulls[5] = {false};

		values[0] = Int32GetDatum(i + 1);
		values[1] = nullable_datum(what, scores[i].score, &nulls[1]);
		values[2] = nullable_datum(what, scores[i].p_value, &nulls[2]);
		values[3] = BoolGetDatum(kept[i]);
		values[4] = Int64GetDatum(series->count);
		elements[i] = HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
	}
	return PointerGetDatum(construct_array(elements, count, element, -1, false, TYPALIGN_DOUBLE));
}

PG_FUNCTION_INFO_V1(creditspread_select_features_final);
Datum
creditspread_select_features_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "select_features";
	SelectionOptions options;
	cs_selection_options kernel;
	Series series;
	cs_feature_score *scores;
	cs_status status = CS_TOO_FEW;

	if (!test_rows(fcinfo, what, 1, SERIES_MAX_COLUMNS, &series))
		PG_RETURN_NULL();
	if (series.columns < 2)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: no features in the rows", what)));
	read_options(series.options, what, &selection_table, &options);
	check_shifts(&options);
	kernel = (cs_selection_options){options.measure, options.target == 0, options.horizon,
									options.neighbours, options.shifts};
	scores = palloc(sizeof(cs_feature_score) * (series.columns - 1));
	if (series.count >= (int64) cs_selection_least(&kernel))
	{
		Size size = cs_selection_size(series.count, series.columns - 1, &kernel);
		cs_workspace workspace;
		cs_random random;
		Progress progress;

		cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
		cs_random_seed(&random, options.seed);
		progress_start(&progress, what);
		progress_enter(&progress, 0, 1);
		status = cs_select_features(series.values, series.count, series.columns - 1, &kernel,
									&random, &workspace, scores);
		progress_leave(&progress);
	}
	if (test_fault(psprintf("%s at horizon %d", what, options.horizon), &series, options.on_error,
				   status, (int64) cs_selection_least(&kernel),
				   status == CS_NOT_FINITE ? "y or a feature" : "the target"))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(rows_datum(fcinfo, &series, scores, &options));
}
