/*
 * graph_rank_forecast.c
 *		graph_rank_forecast, a window function: the forecast made on each row, and its places among
 *		those of the entities of the same time; graph_rank_forecasts: those of all horizons.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "windowapi.h"

#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/horizon_forecasts.h"
#include "postgres/network/graph_rank.h"
#include "postgres/network/network_fit.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/notice.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"

#define WHAT "graph_rank_forecast"

enum
{
	ARGUMENT_MODEL,
	ARGUMENT_ENTITY,
	ARGUMENT_TIME,
	ARGUMENT_Y,
	ARGUMENT_FEATURES,
	ARGUMENT_GROUP,
	ARGUMENT_STEP
};

/* What a row of the partition gets. */
typedef struct RowForecast
{
	double forecast; /* NaN: the history is too short */
	double half_width;
	int32 place;
	int32 group_place; /* 0: no group */
} RowForecast;

/* The forecasts of one partition, made at its first row; all in the partition's own memory. */
typedef struct PartitionForecast
{
	RowForecast *rows; /* NULL until then */
	bool has_interval;
	TupleDesc descriptor;
} PartitionForecast;

/* y, the features, NaN = NULL, and the number of row `row` into values; returns its time. */
static TimePoint
read_row(FunctionCallInfo fcinfo, int64 row, const NetworkModel *fitted, double *values)
{
	WindowObject window = PG_WINDOW_OBJECT();
	bool isnull;
	Datum datum = partition_argument(window, ARGUMENT_TIME, row, &isnull);
	TimePoint time = time_value(fcinfo, ARGUMENT_TIME, datum, isnull);
	int count = 0;

	datum = partition_argument(window, ARGUMENT_Y, row, &isnull);
	values[0] = isnull ? NAN : finite_value(datum, isnull, "y", &time);
	datum = partition_argument(window, ARGUMENT_FEATURES, row, &isnull);
	if (!isnull)
	{
		const double *features = network_feature_values_or_nulls(
			DatumGetArrayTypeP(datum), &fitted->options, "", &time, &count);

		if (count == fitted->features)
			memcpy(values + 1, features, sizeof(double) * count);
	}
	if (count != fitted->features)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg(WHAT ": %d features at %s, the model was fitted with %d", count,
						time_text(time), fitted->features),
				 errhint("Give the features that the model was fitted with, in their order.")));
	values[1 + count] = row;
	return time;
}

/* The rows of the partition, sorted; the last value of each is its number there. */
static Panel
partition_panel(FunctionCallInfo fcinfo, const NetworkModel *fitted, Datum model)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int64 rows = WinGetPartitionRowCount(window);
	RowState *state = NULL;
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "graph rank row", ALLOCSET_SMALL_SIZES);
	MemoryContext whole = CurrentMemoryContext;
	int64 row = 0;
	Panel panel;

	do /* a partition has a row */
	{
		double values[SERIES_MAX_COLUMNS + 1];
		const char *group = NULL;
		const char *entity;
		TimePoint time;
		Datum datum;
		bool isnull;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(per_row);
		MemoryContextSwitchTo(per_row);
		check_partition_model(window, WHAT, ARGUMENT_MODEL, row, model);
		time = read_row(fcinfo, row, fitted, values);
		datum = partition_argument(window, ARGUMENT_GROUP, row, &isnull);
		if (!isnull)
			group = TextDatumGetCString(datum);
		datum = partition_argument(window, ARGUMENT_ENTITY, row, &isnull);
		entity = entity_value(fcinfo, ARGUMENT_ENTITY, datum, isnull);
		MemoryContextSwitchTo(whole);
		state = panel_state_add(WHAT, state, entity, group, time, values, fitted->features + 2);
	} while (++row < rows);
	MemoryContextDelete(per_row);
	panel = panel_state_sorted(state, WHAT, PANEL_BY_ENTITY_AND_GROUP);
	pfree(state);
	return panel;
}

/* Takes the rows' numbers out of a panel's values. */
static int64 *
take_numbers(Panel *panel)
{
	int columns = panel->columns - 1;
	int64 *numbers = allocate_checked(WHAT, sizeof(int64) * panel->count);

	for (int64 i = 0; i < panel->count; i++)
	{
		numbers[i] = panel->values[i * panel->columns + columns];
		memmove(panel->values + i * columns, panel->values + i * panel->columns,
				sizeof(double) * columns);
		check_interrupts(i);
	}
	panel->columns = columns;
	return numbers;
}

/* A forecast on its way to its place. */
typedef struct Ranked
{
	int32 time;
	int32 group; /* -1: none */
	double forecast;
	int64 row;
} Ranked;

static inline int
compare_forecasts(const Ranked *a, const Ranked *b)
{
	return (a->forecast < b->forecast) - (a->forecast > b->forecast);
}

static inline int
compare_in_time(const Ranked *a, const Ranked *b)
{
	return a->time != b->time ? (a->time > b->time) - (a->time < b->time) : compare_forecasts(a, b);
}

static inline int
compare_in_group(const Ranked *a, const Ranked *b)
{
	if (a->time != b->time || a->group == b->group)
		return compare_in_time(a, b);
	return (a->group > b->group) - (a->group < b->group);
}

#define ST_SORT sort_in_time
#define ST_ELEMENT_TYPE Ranked
#define ST_COMPARE(a, b) compare_in_time(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_in_group
#define ST_ELEMENT_TYPE Ranked
#define ST_COMPARE(a, b) compare_in_group(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Places from the highest forecast down, 1 the first; equal forecasts share one. */
static void
place_forecasts(RowForecast *rows, Ranked *ranked, int64 count, bool within_groups)
{
	int64 first = 0;
	int64 place = 0;

	if (within_groups)
		sort_in_group(ranked, count);
	else
		sort_in_time(ranked, count);
	for (int64 i = 0; i < count; i++)
	{
		RowForecast *row = &rows[ranked[i].row];

		if (i == 0 || ranked[i].time != ranked[i - 1].time ||
			(within_groups && ranked[i].group != ranked[i - 1].group))
			first = place = i;
		if (ranked[i].forecast != ranked[place].forecast)
			place = i;
		if (!within_groups)
			row->place = place - first + 1;
		else if (ranked[i].group >= 0)
			row->group_place = place - first + 1;
		check_interrupts(i);
	}
}

/* Of `count` rows, none with a forecast. */
static RowForecast *
without_forecast(int64 count)
{
	RowForecast *result = allocate_checked(WHAT, sizeof(RowForecast) * count);

	for (int64 i = 0; i < count; i++)
		result[i] = (RowForecast){.forecast = NAN};
	return result;
}

/* Gives the rows of the partition what the forecasts of the rows in order say. */
static void
place_rows(const NetworkModel *fitted, const GraphRankRows *rows, const int64 *numbers,
		   const double *forecast, int horizon, RowForecast *result)
{
	int64 count = rows->network.count;
	int horizons = fitted->options.network.horizon_count;
	Ranked *ranked = allocate_checked(WHAT, sizeof(Ranked) * count);
	int64 known = 0;
	size_t series = 0;

	for (int64 i = 0; i < count; i++)
	{
		RowForecast *row = &result[numbers[i]];

		while (series + 1 < rows->network.series && (int64) rows->network.start[series + 1] <= i)
			series++;
		row->forecast = forecast[i * horizons + horizon];
		if (!isnan(row->forecast))
		{
			if (fitted->has_interval)
				row->half_width = network_interval_half_width(
					fitted, rows->network.values, rows->network.start[series], i, horizon);
			ranked[known++] =
				(Ranked){rows->time[i], rows->group[series], row->forecast, numbers[i]};
		}
		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	place_forecasts(result, ranked, known, false);
	place_forecasts(result, ranked, known, true);
	pfree(ranked);
}

/* Tells where relations do nothing, because those that they come from are in other partitions. */
static void
notice_neighbours(const GraphRankRows *rows)
{
	const cs_adjacency *adjacency = rows->section.adjacency;
	size_t series = rows->network.series;
	size_t related = 0;
	bool *present;

	if (adjacency == NULL)
		return;
	present = palloc0(sizeof(bool) * Max(adjacency->entities, 1));
	for (size_t s = 0; s < series; s++)
		if (rows->section.entity[s] >= 0)
			present[rows->section.entity[s]] = true;
	for (size_t node = 0; node < adjacency->entities; node++)
	{
		if (!present[node])
			continue;
		for (size_t r = adjacency->starts[node]; r < adjacency->starts[node + 1]; r++)
		{
			if (present[adjacency->neighbours[r]])
				return;
			related++;
		}
	}
	if (related > 0 && notice_due(NOTICE_GRAPH_RANK_ALONE))
		ereport(NOTICE,
				(errmsg(WHAT ": none of the %zu neighbours that the graph gives the %zu %s of a "
							 "partition is in it, so relations do nothing",
						related, series, series == 1 ? "entity" : "entities"),
				 errhint("Entities see each other within a partition: leave the entity out of "
						 "PARTITION BY.")));
	pfree(present);
}

/* The forecasts of a partition before they go to its rows. */
typedef struct Forecasted
{
	NetworkModel *fitted;
	int horizon;		 /* index of `step` among the model's horizons; not used for all */
	int64 count;		 /* rows of the partition */
	int64 *numbers;		 /* [rows] there */
	GraphRankRows *rows; /* those that have all values, carried forward; NULL: none */
	double *forecast;	 /* [rows][horizons] */
} Forecasted;

/* Forecasts are not made on rows whose y is missing. */
static void
leave_out_unknown(const Forecasted *all, const bool *known)
{
	int horizons = all->fitted->options.network.horizon_count;

	for (int64 i = 0; known != NULL && i < all->rows->network.count; i++)
	{
		for (int k = 0; !known[i] && k < horizons; k++)
			all->forecast[i * horizons + k] = NAN;
		check_interrupts(i);
	}
}

/* For one step, or all. */
static Forecasted
forecast_rows(FunctionCallInfo fcinfo, bool one_step)
{
	Datum model = partition_model(PG_WINDOW_OBJECT(), WHAT, ARGUMENT_MODEL);
	Forecasted result = {.fitted =
							 graph_rank_unpack(model_of_datum(model, &graph_rank_model_kind))};
	cs_sequence_data data;
	Panel panel;
	bool *known;

	if (one_step)
	{
		bool isnull;
		Datum step = partition_parameter(fcinfo, WHAT, ARGUMENT_STEP, "step", &isnull);

		result.horizon = network_horizon_of_step(result.fitted, step, isnull, WHAT);
	}
	panel = partition_panel(fcinfo, result.fitted, model);
	result.count = panel.count;
	network_settle_panel(&panel, &result.fitted->options, &known, WHAT);
	if (panel.count == 0)
		return result;
	result.numbers = take_numbers(&panel);
	result.rows = graph_rank_rows(&panel, result.fitted->options.graph, WHAT);
	result.rows->network.known = known;
	data = network_rows_data(&result.rows->network);
	result.forecast = network_model_forecast_data(result.fitted, &data, WHAT);
	leave_out_unknown(&result, known);
	notice_neighbours(result.rows);
	return result;
}

static void
forecast_partition(FunctionCallInfo fcinfo, PartitionForecast *result, MemoryContext context)
{
	MemoryContext work =
		AllocSetContextCreate(context, "graph_rank_forecast", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(work);
	Forecasted all = forecast_rows(fcinfo, true);

	result->has_interval = all.fitted->has_interval;
	MemoryContextSwitchTo(context);
	result->descriptor = result_descriptor(fcinfo);
	result->rows = without_forecast(all.count);
	if (all.rows != NULL)
		place_rows(all.fitted, all.rows, all.numbers, all.forecast, all.horizon, result->rows);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(work);
}

/*
 * graph_rank_forecast(model, entity, time, y, features, group, step) OVER (...): forecast, place,
 * group_place, lower, upper
 */
PG_FUNCTION_INFO_V1(creditspread_graph_rank_forecast);
Datum
creditspread_graph_rank_forecast(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	PartitionForecast *partition = partition_memory(window, sizeof(PartitionForecast), &context);
	const RowForecast *row;
	Datum columns[5];
	bool nulls[5] = {false};

	if (partition->rows == NULL)
		forecast_partition(fcinfo, partition, context);
	row = &partition->rows[WinGetCurrentPosition(window)];
	if (isnan(row->forecast))
		PG_RETURN_NULL();
	columns[0] = finite_datum(WHAT, row->forecast);
	columns[1] = Int32GetDatum(row->place);
	columns[2] = Int32GetDatum(row->group_place);
	columns[3] = finite_datum(WHAT, row->forecast - row->half_width);
	columns[4] = finite_datum(WHAT, row->forecast + row->half_width);
	nulls[2] = row->group_place == 0;
	nulls[3] = nulls[4] = !partition->has_interval;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls)));
}

/* What the rows of a partition get of all horizons, made at its first row. */
typedef struct PartitionForecasts
{
	double *forecast;	/* [rows][horizons], NaN = no history; NULL until then */
	double *half_width; /* likewise; NULL = no intervals */
	int count;
	int horizons[CS_MAX_HORIZONS];
	TupleDesc descriptor;
} PartitionForecasts;

/* From the order of the panel into that of the partition. */
static void
put_rows(const Forecasted *all, PartitionForecasts *result)
{
	const NetworkRows *rows = &all->rows->network;
	size_t series = 0;

	for (int64 i = 0; i < rows->count; i++)
	{
		const double *from = all->forecast + i * result->count;
		int64 to = all->numbers[i] * result->count;

		while (series + 1 < rows->series && (int64) rows->start[series + 1] <= i)
			series++;
		memcpy(result->forecast + to, from, sizeof(double) * result->count);
		for (int k = 0; result->half_width != NULL && !isnan(from[0]) && k < result->count; k++)
			result->half_width[to + k] =
				network_interval_half_width(all->fitted, rows->values, rows->start[series], i, k);
		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
}

static void
forecasts_partition(FunctionCallInfo fcinfo, PartitionForecasts *result, MemoryContext context)
{
	MemoryContext work =
		AllocSetContextCreate(context, "graph_rank_forecasts", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(work);
	Forecasted all = forecast_rows(fcinfo, false);
	const cs_sequence_options *options = &all.fitted->options.network;
	Size values = all.count * options->horizon_count;

	MemoryContextSwitchTo(context);
	result->count = options->horizon_count;
	memcpy(result->horizons, options->horizons, sizeof(int) * result->count);
	result->descriptor = result_descriptor(fcinfo);
	result->half_width =
		all.fitted->has_interval ? allocate_checked(WHAT, sizeof(double) * values) : NULL;
	result->forecast = allocate_checked(WHAT, sizeof(double) * values);
	for (Size i = 0; i < values; i++)
		result->forecast[i] = NAN;
	if (all.rows != NULL)
		put_rows(&all, result);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(work);
}

/*
 * graph_rank_forecasts(model, entity, time, y, features, group) OVER (...): horizon, forecast,
 * lower, upper, arrays
 */
PG_FUNCTION_INFO_V1(creditspread_graph_rank_forecasts);
Datum
creditspread_graph_rank_forecasts(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	PartitionForecasts *partition = partition_memory(window, sizeof(PartitionForecasts), &context);
	HorizonForecasts all;
	int64 first;

	if (partition->forecast == NULL)
		forecasts_partition(fcinfo, partition, context);
	first = WinGetCurrentPosition(window) * partition->count;
	if (isnan(partition->forecast[first]))
		PG_RETURN_NULL();
	all = (HorizonForecasts){
		.count = partition->count,
		.horizons = partition->horizons,
		.forecast = partition->forecast + first,
		.half_width = partition->half_width == NULL ? NULL : partition->half_width + first};
	PG_RETURN_DATUM(horizon_forecasts_datum(WHAT, partition->descriptor, &all));
}
