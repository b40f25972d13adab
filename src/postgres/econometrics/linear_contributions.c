/*
 * linear_contributions.c
 *		linear_contributions, a window function: what each feature adds to a forecast.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "numeric/econometrics/linear_contributions.h"
#include "postgres/base/composite.h"
#include "postgres/base/contributions.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/econometrics/linear_model.h"

#define WHAT "linear_contributions"

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionContributions
{
	bool ready;
	LinearModel *model;
	LinearKept kept;
	cs_linear_inputs inputs;
	double *terms;
	TupleDesc descriptor;
} PartitionContributions;

static char *
column_label(const void *of, int column)
{
	return linear_column_label(&((const LinearModel *) of)->options, column);
}

static char *
term_label(const void *of, size_t term)
{
	const LinearModel *model = of;

	return linear_term_text(&model->options, model->features, model->flagged, term);
}

static void
start_partition(FunctionCallInfo fcinfo, WindowObject window, PartitionContributions *partition)
{
	static const size_t start = 0;
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));
	int64 rows = WinGetPartitionRowCount(window);
	Datum stored = contributions_model(window, WHAT);
	LinearModel *model = linear_model_unpack(model_of_datum(stored, &linear_model_kind));
	cs_linear_data data;
	cs_workspace workspace;
	Size size;

	partition->model = model;
	partition->kept = linear_kept_rows(
		&model->options, model->features,
		linear_partition_values(window, &model->options, model->features, rows, stored, WHAT), rows,
		WHAT);
	data = linear_model_data(model, partition->kept.values, partition->kept.count, &start);
	size = cs_linear_inputs_size(&model->options.linear, &data);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	check_status(
		cs_linear_inputs_initialize(&partition->inputs, &model->options.linear, &data, &workspace),
		WHAT);
	partition->terms = palloc(sizeof(double) * model->terms);
	partition->descriptor = result_descriptor(fcinfo);
	partition->ready = true;
	MemoryContextSwitchTo(old);
}

/* linear_contributions(model, y, features, step, terms) OVER (...) */
PG_FUNCTION_INFO_V1(creditspread_linear_contributions);
Datum
creditspread_linear_contributions(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionContributions *partition =
		WinGetPartitionLocalMemory(window, sizeof(PartitionContributions));
	const LinearModel *model;
	ContributionRequest request;
	ContributionLabels labels = {.column = column_label, .term = term_label};
	cs_contributions result;
	cs_workspace workspace;
	double volatility;
	const double *values;
	int64 row;
	int horizon;
	Size size;

	if (!partition->ready)
		start_partition(fcinfo, window, partition);
	model = partition->model;
	if (!contributions_wanted(window, &request))
		PG_RETURN_NULL();
	horizon = linear_horizon_of_step(&model->options, request.step, false, WHAT);
	row = partition->kept.place[WinGetCurrentPosition(window)];
	if (row < 0 || !cs_linear_origin(&partition->inputs, 0, row, partition->terms, &volatility))
		PG_RETURN_NULL();
	values = partition->kept.values + row * (model->features + 1);
	cs_workspace_count(&workspace);
	cs_contributions_lay_out(&result, model->terms, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, palloc(size), size);
	contributions_check(&result,
						cs_linear_contributions(&partition->inputs, &model->horizon[horizon],
												partition->terms, volatility, values[0], &workspace,
												&result),
						WHAT);
	labels.of = model;
	PG_RETURN_DATUM(contributions_datum(&result, &labels, &request, values, model->features + 1,
										model->options.lower_bound, WHAT, partition->descriptor));
}
