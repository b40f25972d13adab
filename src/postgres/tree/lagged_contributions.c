/*
 * lagged_contributions.c
 *		boosted_trees_contributions, random_forest_contributions and svr_contributions, window
 *		functions: what each feature adds to a forecast.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "numeric/tree/lagged_contributions.h"
#include "postgres/base/composite.h"
#include "postgres/base/contributions.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/tree/lagged_model.h"

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionContributions
{
	bool ready;
	LaggedModel *model;
	char *what;
	LinearKept kept;
	cs_lagged_inputs inputs;
	float *x; /* [terms] */
	TupleDesc descriptor;
} PartitionContributions;

static char *
column_label(const void *of, int column)
{
	return linear_column_label(&((const LaggedModel *) of)->options.base, column);
}

static char *
term_label(const void *of, size_t term)
{
	return lagged_term_text(of, term);
}

static void
start_partition(FunctionCallInfo fcinfo, const LaggedFamily *family, WindowObject window,
				PartitionContributions *partition)
{
	static const size_t start = 0;
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));
	char *what = contributions_name(family->forecast);
	int64 rows = WinGetPartitionRowCount(window);
	Datum stored = contributions_model(window, what);
	LaggedModel *model = lagged_model_unpack(family, model_of_datum(stored, family->kind));
	const LinearOptions *options = &model->options.base;
	cs_linear_data data;
	cs_workspace workspace;
	Size size;

	partition->what = what;
	partition->model = model;
	partition->kept = linear_kept_rows(
		options, model->features,
		linear_partition_values(window, options, model->features, rows, stored, what), rows, what);
	data = (cs_linear_data){.values = partition->kept.values,
							.rows = partition->kept.count,
							.columns = model->features + 1,
							.series_start = &start,
							.series_count = 1,
							.flagged = model->flagged};
	size = cs_lagged_inputs_size(&model->options.lagged, &data);
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(
		cs_lagged_inputs_initialize(&partition->inputs, &model->options.lagged, &data, &workspace),
		what);
	partition->x = palloc(sizeof(float) * model->terms);
	partition->descriptor = result_descriptor(fcinfo);
	partition->ready = true;
	MemoryContextSwitchTo(old);
}

/* Takes the forecast from row `row` of those kept apart; false where there is none. */
static bool
explain_row(PartitionContributions *partition, int64 row, int which, cs_contributions *result)
{
	const LaggedModel *model = partition->model;
	const LaggedHorizon *stored = &model->horizon[which];
	const cs_lagged_options *options = &model->options.lagged;
	const cs_lagged_horizon horizon = {.numbers = stored->numbers,
									   .count = stored->count,
									   .parts = stored->parts,
									   .shrinkage = stored->shrinkage};
	Size size = cs_lagged_contributions_size(options, stored->numbers, stored->parts, model->terms);
	cs_workspace workspace;
	double base;
	double unit;
	bool moves;

	if (row < 0 || isnan(partition->kept.values[row * (model->features + 1)]) ||
		row + 1 < (int64) cs_lagged_history(options))
		return false;
	moves = cs_lagged_origin(&partition->inputs, 0, row, &model->scale, &base, &unit);
	cs_lagged_standardize(&partition->inputs, &model->scale, partition->x);
	cs_workspace_initialize(&workspace, allocate_checked(partition->what, size), size);
	/* of a series that stands still nothing but y is forecast */
	contributions_check(result,
						cs_lagged_contributions(&partition->inputs, &horizon, partition->x, base,
												moves ? unit : 0, &workspace, result),
						partition->what);
	return true;
}

/* contributions(model, y, features, step, terms) OVER (...) */
static Datum
contributions(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionContributions *partition =
		WinGetPartitionLocalMemory(window, sizeof(PartitionContributions));
	ContributionLabels labels = {.column = column_label, .term = term_label};
	const LaggedModel *model;
	ContributionRequest request;
	cs_contributions result;
	int64 row;
	int horizon;

	if (!partition->ready)
		start_partition(fcinfo, family, window, partition);
	model = partition->model;
	if (!contributions_wanted(window, &request))
		PG_RETURN_NULL();
	horizon = linear_horizon_of_step(&model->options.base, request.step, false, partition->what);
	row = partition->kept.place[WinGetCurrentPosition(window)];
	if (!explain_row(partition, row, horizon, &result))
		PG_RETURN_NULL();
	labels.of = model;
	PG_RETURN_DATUM(contributions_datum(&result, &labels, &request,
										partition->kept.values + row * (model->features + 1),
										model->features + 1, model->options.base.lower_bound,
										partition->what, partition->descriptor));
}
LAGGED_FUNCTIONS(contributions, contributions)
