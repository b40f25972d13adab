/*
 * network_contributions.c
 *		rnn_contributions and transformer_contributions, window functions: what each feature adds to
 *		a forecast.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "numeric/base/carry_forward.h"
#include "numeric/network/sequence_contributions.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/base/composite.h"
#include "postgres/base/contributions.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/network/network_model.h"

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionContributions
{
	bool ready;
	char *what;
	NetworkModel *fitted;
	double *given;	/* y and the features of its rows, NaN = missing, */
	double *values; /* and carried forward */
	bool *known;	/* whether y was there */
	int64 first;	/* row that has all of them */
	size_t start;	/* of the series from there */
	cs_sequence_contributions *of;
	TupleDesc descriptor;
} PartitionContributions;

static char *
column_label(const void *of, int column)
{
	const NetworkOptions *options = &((const PartitionContributions *) of)->fitted->options;

	if (column == 0)
		return pstrdup("y");
	if (column <= options->feature_name_count)
		return pstrdup(options->feature_names[column - 1]);
	return psprintf("features[%d]", column);
}

/* "L1.x" the newest row of the window, "M20.y" a deviation from a mean. */
static char *
term_label(const void *of, size_t term)
{
	const PartitionContributions *partition = of;
	const cs_sequence_contributions *work = partition->of;
	size_t lagged = (size_t) (partition->fitted->features + 1) * work->lags;

	if (term < lagged)
		return psprintf("L%zu.%s", term % work->lags + 1,
						column_label(of, (int) (term / work->lags)));
	return psprintf("M%d.y", work->linear_options.means[term - lagged]);
}

/* The series from the first row that has all values. */
static void
start_series(PartitionContributions *partition, int64 rows)
{
	NetworkModel *fitted = partition->fitted;
	int columns = fitted->features + 1;
	cs_sequence_data data = {.values = partition->values + partition->first * columns,
							 .known = partition->known + partition->first,
							 .rows = rows - partition->first,
							 .columns = columns,
							 .series_start = &partition->start,
							 .series_count = 1};
	Size size = cs_sequence_contributions_size(&fitted->options.network, &data);
	cs_workspace workspace;

	partition->of = palloc(sizeof(cs_sequence_contributions));
	cs_workspace_initialize(&workspace, allocate_for_network(partition->what, size), size);
	contributions_check(
		&partition->of->result,
		cs_sequence_contributions_initialize(partition->of, &fitted->network, &data, &workspace),
		partition->what);
}

static void
start_partition(FunctionCallInfo fcinfo, const NetworkFamily *family, WindowObject window,
				PartitionContributions *partition)
{
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));
	char *what = contributions_name(family->forecast);
	int64 rows = WinGetPartitionRowCount(window);
	Datum stored = partition_model(window, what, NETWORK_ARGUMENT_MODEL);
	NetworkModel *fitted = network_model_unpack(model_of_datum(stored, family->model));
	Size size = sizeof(double) * rows * (fitted->features + 1);

	partition->what = what;
	partition->fitted = fitted;
	partition->values = network_partition_values(window, fitted, rows, stored, what);
	partition->given = allocate_checked(what, size);
	memcpy(partition->given, partition->values, size);
	partition->known = allocate_checked(what, sizeof(bool) * rows);
	partition->first =
		cs_carry_forward(partition->values, rows, fitted->features + 1, 1, partition->known);
	if (partition->first < rows)
		start_series(partition, rows);
	partition->descriptor = result_descriptor(fcinfo);
	partition->ready = true;
	MemoryContextSwitchTo(old);
}

/* contributions(model, y, features, step, terms) OVER (...) */
static Datum
contributions(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionContributions *partition =
		WinGetPartitionLocalMemory(window, sizeof(PartitionContributions));
	ContributionLabels labels = {.of = partition, .column = column_label, .term = term_label};
	int64 row = WinGetCurrentPosition(window);
	ContributionRequest request;
	int columns;
	int horizon;

	if (!partition->ready)
		start_partition(fcinfo, family, window, partition);
	if (!contributions_wanted(window, &request))
		PG_RETURN_NULL();
	columns = partition->fitted->features + 1;
	horizon = network_horizon_of_step(partition->fitted, request.step, false, partition->what);
	if (partition->of == NULL || !partition->known[row] ||
		row - partition->first < (int64) cs_sequence_contributions_first(partition->of))
		PG_RETURN_NULL();
	contributions_check(
		&partition->of->result,
		cs_sequence_contributions_run(partition->of, row - partition->first, horizon),
		partition->what);
	PG_RETURN_DATUM(contributions_datum(&partition->of->result, &labels, &request,
										partition->given + row * columns, columns, -1,
										partition->what, partition->descriptor));
}
NETWORK_FUNCTION(contributions, contributions)
