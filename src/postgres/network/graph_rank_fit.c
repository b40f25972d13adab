/*
 * graph_rank_fit.c
 *		graph_rank_fit, an aggregate that trains a network on all entities of a panel together, who
 *		see each other along the relations of a graph (Feng et al., Temporal Relational Ranking for
 *		Stock Prediction, ACM TOIS 37, 2019; paper 000).
 *
 * Rows lie in a panel state; the graph and the options are the options of the state.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "postgres/base/arguments.h"
#include "postgres/network/graph_rank.h"
#include "postgres/network/network_fit.h"
#include "postgres/network/network_state.h"
#include "postgres/base/options.h"

#define WHAT "graph_rank_fit"

enum
{
	ARGUMENT_ENTITY = 1,
	ARGUMENT_TIME,
	ARGUMENT_Y,
	ARGUMENT_FEATURES,
	ARGUMENT_GROUP,
	ARGUMENT_GRAPH,
	ARGUMENT_OPTIONS
};

/* transition(state, entity, time, y, features, group, graph [, options]) */
PG_FUNCTION_INFO_V1(creditspread_graph_rank_transition);
Datum
creditspread_graph_rank_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	char *entity = entity_argument(fcinfo, ARGUMENT_ENTITY);
	TimePoint time = time_argument(fcinfo, ARGUMENT_TIME);
	const char *group =
		PG_ARGISNULL(ARGUMENT_GROUP) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(ARGUMENT_GROUP));
	const Jsonb *arguments =
		constant_arguments(fcinfo, ARGUMENT_GRAPH, WHAT, NULL, ARGUMENT_OPTIONS);
	const Jsonb *options = PG_NARGS() > ARGUMENT_OPTIONS && !PG_ARGISNULL(ARGUMENT_OPTIONS)
							   ? PG_GETARG_JSONB_P(ARGUMENT_OPTIONS)
							   : NULL;
	double row[SERIES_MAX_COLUMNS];
	int columns;

	if (network_row_refused(fcinfo, ARGUMENT_Y, options))
		PG_RETURN_POINTER(panel_state_refuse(fcinfo, WHAT, state, time, arguments));
	columns = network_fit_row(fcinfo, &graph_rank_family, WHAT, ARGUMENT_Y, time, options, row);
	if (constant_arguments_seen(fcinfo, state))
		arguments = row_state_options(state);
	PG_RETURN_POINTER(
		panel_state_append(fcinfo, WHAT, state, entity, group, time, row, columns, arguments));
}

static void
read_arguments(const Jsonb *arguments, NetworkOptions *options)
{
	const RelationGraph *graph = NULL;
	JsonbValue value;

	if (arguments == NULL || !json_field(&arguments->root, "argument", &value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": the state is not one of " WHAT)));
	network_read_options(&graph_rank_family, constant_options(arguments), WHAT, options);
	if (value.type != jbvNull)
		graph = relation_graph_from_json(constant_argument(arguments, WHAT));
	graph_rank_take_graph(options, graph, WHAT);
}

/* A warm start's relations are of the same kinds. */
static void
check_start_kinds(const NetworkOptions *options)
{
	const NetworkOptions *start;

	if (options->start == NULL)
		return;
	start = &network_model_unpack(options->start)->options;
	if (options->training == TRAINING_TWO_STAGE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"training\" is \"two_stage\" with a warm_start"),
						errhint("The first stage begins anew: choose training 'joint'.")));
	for (int k = 0; k < Min(options->kind_count, start->kind_count); k++)
		if (strcmp(options->kinds[k], start->kinds[k]) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg(WHAT ": the relations have the kind \"%s\" where those of warm_start "
								 "have \"%s\"",
							options->kinds[k], start->kinds[k]),
					 errhint("A warm start needs relations of the same kinds.")));
}

/* What the rows must have for the options. */
static void
check_rows(const GraphRankRows *rows, const NetworkOptions *options)
{
	bool known = options->graph == NULL;

	if (options->network.ranking == CS_RANKING_SEPARATE && rows->section.group == NULL)
	{
		size_t s = 0;

		while (rows->group[s] >= 0)
			s++;
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg(WHAT ": the group of entity \"%s\" is NULL with ranking "
									"\"separate\"",
							   rows->entities[s]),
						errhint("Give each entity a group, or choose ranking 'all'.")));
	}
	for (size_t s = 0; s < rows->network.series && !known; s++)
		known = rows->section.entity[s] >= 0;
	if (!known)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": none of the %zu entities of the rows is in the graph, the "
									"first is \"%s\"",
							   rows->network.series, rows->entities[0]),
						errhint("The graph must call the entities by the same names.")));
	if (options->network.similarity_features >= rows->network.columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"similarity_features\" is %d with %d features",
							   options->network.similarity_features, rows->network.columns - 1),
						errhint("They are the last ones of the features.")));
}

PG_FUNCTION_INFO_V1(creditspread_graph_rank_final);
Datum
creditspread_graph_rank_final(PG_FUNCTION_ARGS)
{
	Panel panel;
	NetworkOptions options;
	GraphRankRows *rows;
	Model *model;
	bool *known;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	panel = panel_state_sorted(row_state_argument(fcinfo, 0), WHAT, PANEL_BY_ENTITY_AND_GROUP);
	if (panel.count == 0)
		PG_RETURN_NULL();
	if (panel.columns == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": a state without values in its rows has no y")));
	read_arguments(panel.options, &options);
	check_start_kinds(&options);
	network_settle_panel(&panel, &options, &known, WHAT);
	if (panel.count == 0 && !network_check_panel_length(&(NetworkRows){0}, &options))
		PG_RETURN_NULL();
	rows = graph_rank_rows(&panel, options.graph, WHAT);
	rows->network.known = known;
	network_scale_series(&options, rows->network.entities);
	check_rows(rows, &options);
	model = network_check_panel_length(&rows->network, &options)
				? network_fit_rows(&rows->network, &options, WHAT)
				: NULL;
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}
