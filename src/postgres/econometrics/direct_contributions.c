/*
 * direct_contributions.c
 *		linear_contributions, boosted_trees_contributions, random_forest_contributions and
 *		svr_contributions, window functions: what each feature adds to a forecast.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "postgres/base/composite.h"
#include "postgres/base/contributions.h"
#include "postgres/econometrics/direct.h"

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionContributions
{
	bool ready;
	const DirectFamily *family;
	DirectModel *model;
	char *what;
	DirectKept kept;
	const void *prepared;
	TupleDesc descriptor;
} PartitionContributions;

static char *
column_label(const void *of, int column)
{
	return linear_column_label(((const PartitionContributions *) of)->model->options, column);
}

static char *
term_label(const void *of, size_t term)
{
	const PartitionContributions *partition = of;

	return partition->family->term_text(partition->model, term);
}

static void
start_partition(FunctionCallInfo fcinfo, const DirectFamily *family, WindowObject window,
				PartitionContributions *partition)
{
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));
	char *what = contributions_name(family->forecast);
	int64 rows = WinGetPartitionRowCount(window);
	Datum stored = partition_model(window, what, DIRECT_ARGUMENT_MODEL);

	partition->family = family;
	partition->what = what;
	partition->model = family->unpack(family, model_of_datum(stored, family->kind));
	partition->kept = direct_kept_rows(
		partition->model, direct_partition_values(window, partition->model, rows, stored, what),
		rows, what);
	partition->prepared = family->prepare(partition->model, &partition->kept.data, what);
	partition->descriptor = result_descriptor(fcinfo);
	partition->ready = true;
	MemoryContextSwitchTo(old);
}

/* contributions(model, y, features, step, terms) OVER (...) */
static Datum
contributions(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionContributions *partition =
		WinGetPartitionLocalMemory(window, sizeof(PartitionContributions));
	ContributionLabels labels = {.of = partition, .column = column_label, .term = term_label};
	const cs_linear_data *data = &partition->kept.data;
	ContributionRequest request;
	cs_contributions result;
	int64 place;
	int which;
	DirectRow row;

	if (!partition->ready)
		start_partition(fcinfo, family, window, partition);
	if (!contributions_wanted(window, &request))
		PG_RETURN_NULL();
	which = direct_horizon_of_step(partition->model->options, request.step, false, partition->what);
	place = partition->kept.place[WinGetCurrentPosition(window)];
	if (place < 0)
		PG_RETURN_NULL();
	row = (DirectRow){.start = 0, .end = data->rows, .row = (size_t) place};
	if (!family->explain_row(partition->model, partition->prepared, row, which, &result,
							 partition->what))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(contributions_datum(&result, &labels, &request,
										data->values + place * (int64) data->columns,
										(int) data->columns, partition->model->options->lower_bound,
										partition->what, partition->descriptor));
}
DIRECT_FUNCTION(contributions, contributions)
