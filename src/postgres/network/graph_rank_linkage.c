/*
 * graph_rank_linkage.c
 *		graph_rank_linkage, an aggregate: how strongly entities act on each other at the last time
 *		of its rows, as a fitted network has it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "numeric/network/sequence_linkage.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/base/composite.h"
#include "postgres/network/graph_rank.h"
#include "postgres/network/network_fit.h"
#include "postgres/network/network_state.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/options.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "graph_rank_linkage"

/* transition(state, model, entity, time, y, features) */
PG_FUNCTION_INFO_V1(creditspread_graph_rank_linkage_transition);
Datum
creditspread_graph_rank_linkage_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *arguments = constant_arguments(fcinfo, 1, WHAT, "model", PG_NARGS());
	char *entity = entity_argument(fcinfo, 2);
	TimePoint time = time_argument(fcinfo, 3);
	double row[SERIES_MAX_COLUMNS];
	int columns = network_row(fcinfo, &graph_rank_family, WHAT, 4, time, NULL, row);

	if (constant_arguments_seen(fcinfo, state))
		arguments = row_state_options(state);
	PG_RETURN_POINTER(
		panel_state_append(fcinfo, WHAT, state, entity, NULL, time, row, columns, arguments));
}

static NetworkModel *
model_argument(const Jsonb *arguments)
{
	JsonbValue value;
	Jsonb *object;
	char *text;

	if (arguments == NULL || !json_field(&arguments->root, "argument", &value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": the state is not one of " WHAT)));
	object = constant_argument(arguments, WHAT);
	text = JsonbToCString(NULL, &object->root, VARSIZE(object));
	return graph_rank_unpack(
		(const Model *) DatumGetPointer(model_in(&graph_rank_model_kind, text)));
}

static cs_sequence_linkage *
measure(const NetworkModel *fitted, const GraphRankRows *rows)
{
	cs_sequence_data data = network_rows_data(&rows->network);
	Size size = cs_sequence_linkage_workspace_size(&fitted->options.network, &data);
	cs_sequence_linkage *linkage = palloc(sizeof(cs_sequence_linkage));
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, allocate_for_network(WHAT, size), size);
	check_status(cs_sequence_linkage_initialize(linkage, &fitted->network, &data,
												rows->section.times - 1, &workspace),
				 WHAT);
	check_status(cs_sequence_linkage_run(linkage), WHAT);
	return linkage;
}

/* The names of a set of kinds, a text[]. */
static Datum
kind_names(const NetworkOptions *options, uint64 kinds)
{
	Datum names[CS_RELATION_MAX_KINDS];
	int count = 0;

	for (int k = 0; k < options->kind_count; k++)
		if ((kinds >> k & 1) != 0)
			names[count++] = CStringGetTextDatum(options->kinds[k]);
	return PointerGetDatum(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* An array of (target, source, kinds, weight). */
static Datum
links_array(FunctionCallInfo fcinfo, const NetworkModel *fitted, const cs_sequence_linkage *linkage)
{
	RelationParts parts = relation_graph_parts(fitted->options.graph);
	Datum *rows = allocate_checked(WHAT, sizeof(Datum) * Max(linkage->count, 1));
	TupleDesc descriptor;
	Oid array_type;
	Oid type;

	get_call_result_type(fcinfo, &array_type, NULL);
	type = get_element_type(array_type);
	descriptor = lookup_rowtype_tupdesc_copy(type, -1);
	for (size_t i = 0; i < linkage->count; i++)
	{
		const cs_link *link = &linkage->link[i];
		bool nulls[4] = {false};
		Datum columns[4];

		columns[0] = CStringGetTextDatum(parts.entity_names[link->target]);
		columns[1] = CStringGetTextDatum(parts.entity_names[link->source]);
		columns[2] = kind_names(&fitted->options, link->kinds);
		columns[3] = finite_datum(WHAT, link->weight);
		rows[i] = HeapTupleGetDatum(heap_form_tuple(descriptor, columns, nulls));
		check_interrupts_slow(i);
	}
	return PointerGetDatum(construct_array(rows, linkage->count, type, -1, false, TYPALIGN_DOUBLE));
}

PG_FUNCTION_INFO_V1(creditspread_graph_rank_linkage_final);
Datum
creditspread_graph_rank_linkage_final(PG_FUNCTION_ARGS)
{
	Panel panel;
	NetworkModel *fitted;
	GraphRankRows *rows;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	panel = panel_state_sorted(row_state_argument(fcinfo, 0), WHAT, PANEL_BY_ENTITY_AND_GROUP);
	if (panel.count == 0)
		PG_RETURN_NULL();
	fitted = model_argument(panel.options);
	if (panel.columns != fitted->features + 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(WHAT ": %d features, the model was fitted with %d",
							   panel.columns - 1, fitted->features),
						errhint("Give the features that the model was fitted with.")));
	if (fitted->options.graph == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": the model was fitted with relation_form \"none\""),
						errhint("Fit one with relations.")));
	rows = graph_rank_rows(&panel, fitted->options.graph, WHAT);
	PG_RETURN_DATUM(links_array(fcinfo, fitted, measure(fitted, rows)));
}
