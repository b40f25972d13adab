/*
 * graph_rank_options.c
 *		What is of graph-ranking networks alone among the options of a fit: presets, what
 *		contradicts each other, and the graph.
 *
 * The body below the relations is a recurrent network or a Transformer, each with options of its
 * own: two families, chosen by the option `body`.
 */
#include "postgres.h"

#include "postgres/network/graph_rank.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"

/* Paper 000's, but for relations and ranking. */
static const cs_sequence_options preset_defaults = {
	.cross_section = true,
	.relation_form = CS_RELATION_EXPLICIT,
	.relation_norm = CS_RELATION_DEGREE,
	.alpha = 0.1,
	.body = CS_BODY_RECURRENT,
	.cell = CS_CELL_LSTM,
	.layers = 1,
	.units = {64},
	.look_back = 4,
	.horizon_count = 1,
	.horizons = {1},
	.target = CS_TARGET_LEVEL,
	.loss = CS_LOSS_MSE,
	.huber_delta = OPTION_NONE,
	.quantile = OPTION_NONE,
	.momentum = OPTION_NONE,
	.learning_rate = 0.001,
	.batch_size = 1,
	.epochs = 50,
	.validation_fraction = 0.25,
	.patience = 10,
	.ensemble = 1,
	.interval_level = 0.9,
	.seed = 1,
};

enum
{
	PRESET_RANK_LSTM,
	PRESET_ALL,
	PRESET_SEPARATE
};

static void
take_preset(int preset, NetworkOptions *result)
{
	result->network = preset_defaults;
	if (preset == PRESET_RANK_LSTM)
		result->network.relation_form = CS_RELATION_NONE;
	else
		result->training = TRAINING_TWO_STAGE;
	if (preset == PRESET_SEPARATE)
		result->network.ranking = CS_RANKING_SEPARATE;
}

static const char *
form_name(const cs_sequence_options *network)
{
	return network_choice(&graph_rank_family, "relation_form", network->relation_form);
}

static void
describe_relations(StringInfo text, const cs_sequence_options *network)
{
	appendStringInfo(text, ", relation_form %s", form_name(network));
	if (network->relation_form != CS_RELATION_NONE)
		appendStringInfo(text, " of %d kinds, similarity_features %d", network->relation_kinds,
						 network->similarity_features);
}

static void
describe_recurrent(StringInfo text, const cs_sequence_options *network, int features)
{
	rnn_family.describe(text, network, features);
	describe_relations(text, network);
}

static void
describe_transformer(StringInfo text, const cs_sequence_options *network, int features)
{
	transformer_family.describe(text, network, features);
	describe_relations(text, network);
}

/* ---- the graph ------------------------------------------------------------------------------- */

/* The numbers that the graph's kinds have among those of the options, -1 for kinds left out. */
static void
number_kinds(const NetworkOptions *options, const RelationParts *parts, int *numbers,
			 const char *what)
{
	for (int k = 0; k < CS_RELATION_MAX_KINDS; k++)
		numbers[k] = options->kind_count == 0 ? k : -1;
	for (int i = 0; i < options->kind_count; i++)
	{
		int k = 0;

		while (k < parts->kinds && strcmp(parts->kind_names[k], options->kinds[i]) != 0)
			k++;
		if (k == parts->kinds)
		{
			StringInfoData known;

			initStringInfo(&known);
			for (k = 0; k < parts->kinds; k++)
				appendStringInfo(&known, "%s%s", k == 0 ? "" : ", ", parts->kind_names[k]);
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: option \"kinds\" has \"%s\", which is not a kind of the graph",
							what, options->kinds[i]),
					 errhint("The kinds are: %s.", known.data)));
		}
		if (numbers[k] >= 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: option \"kinds\" has \"%s\" twice", what, options->kinds[i])));
		numbers[k] = i;
	}
}

/* The graph with the kinds that the options name, which are all without such names. */
static const RelationGraph *
chosen_kinds(const RelationGraph *graph, const NetworkOptions *options, const char *what)
{
	RelationParts parts = relation_graph_parts(graph);
	const cs_relation *from = parts.relations;
	int64 pairs = parts.pairs;
	int numbers[CS_RELATION_MAX_KINDS];

	number_kinds(options, &parts, numbers, what);
	if (options->kind_count == 0)
		return graph;
	parts.relations = allocate_checked(what, sizeof(cs_relation) * Max(pairs, 1));
	parts.pairs = 0;
	for (int64 i = 0; i < pairs; i++)
	{
		cs_relation relation = {from[i].source, from[i].target, 0};

		for (int k = 0; k < parts.kinds; k++)
			if (numbers[k] >= 0 && (from[i].kinds >> k & 1) != 0)
				relation.kinds |= UINT64CONST(1) << numbers[k];
		if (relation.kinds != 0)
			parts.relations[parts.pairs++] = relation;
		check_interrupts(i);
	}
	parts.kinds = options->kind_count;
	parts.kind_names = palloc(sizeof(char *) * parts.kinds);
	memcpy(parts.kind_names, options->kinds, sizeof(char *) * parts.kinds);
	relation_parts_sort(&parts);
	return relation_graph_create(&parts);
}

static void
check_options(const NetworkOptions *options, const char *what)
{
	const cs_sequence_options *network = &options->network;

	if (network->relation_form == CS_RELATION_NONE &&
		(options->kind_count > 0 || options->training == TRAINING_TWO_STAGE))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"%s\" is given with relation_form \"none\"", what,
							   options->kind_count > 0 ? "kinds" : "training"),
						errhint("Leave it out, or choose another relation_form.")));
	if (network->relation_form == CS_RELATION_NONE && network->relation_norm != CS_RELATION_DEGREE)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s: option \"relation_norm\" is \"%s\" with relation_form \"none\"", what,
					network_choice(&graph_rank_family, "relation_norm", network->relation_norm)),
			 errhint("Leave it out, or choose another relation_form.")));
	if (network->similarity_features > 0 && network->relation_form != CS_RELATION_EXPLICIT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"similarity_features\" is %d with relation_form \"%s\"",
							   what, network->similarity_features, form_name(network)),
						errhint("Only explicit relations are weighted by similarity.")));
	if (network->similarity_features > 0 && options->training == TRAINING_TWO_STAGE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"similarity_features\" is %d with training "
							   "\"two_stage\"",
							   what, network->similarity_features),
						errhint("The first stage does not train a second body: choose training "
								"'joint'.")));
}

void
graph_rank_take_graph(NetworkOptions *options, const RelationGraph *graph, const char *what)
{
	if (graph == NULL && options->network.relation_form != CS_RELATION_NONE)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: the graph is NULL with relation_form \"%s\"", what,
							   form_name(&options->network)),
						errhint("Give a relation_graph, or relation_form 'none'.")));
	options->graph = NULL;
	options->network.relation_kinds = 0;
	if (options->network.relation_form != CS_RELATION_NONE)
	{
		RelationParts parts;

		options->graph = chosen_kinds(graph, options, what);
		parts = relation_graph_parts(options->graph);
		options->kinds = parts.kind_names;
		options->kind_count = options->network.relation_kinds = parts.kinds;
	}
}

/*
 * A model has the graph with the kinds it uses, which its options name; without relations there is
 * none.
 */
static void
read_graph(const JsonbContainer *header, NetworkOptions *options)
{
	const char *what = options->family->model->name;
	const RelationGraph *graph = NULL;
	int kind_count = options->kind_count;
	JsonbValue value;

	json_field(header, "graph", &value);
	if (value.type != jbvNull)
	{
		value = json_child_object(header, "graph", what);
		graph = relation_graph_from_json(JsonbValueToJsonb(&value));
	}
	if ((graph == NULL) != (options->network.relation_form == CS_RELATION_NONE) ||
		(graph != NULL && kind_count != graph->kinds))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: \"graph\" has %d kinds with relation_form \"%s\" and %d "
							   "\"kinds\"",
							   what, graph == NULL ? 0 : graph->kinds, form_name(&options->network),
							   kind_count)));
	graph_rank_take_graph(options, graph, what);
}

static void
append_graph(StringInfo json, const NetworkOptions *options)
{
	appendStringInfoString(json, ", \"graph\": ");
	if (options->graph == NULL)
		appendStringInfoString(json, "null");
	else
		relation_graph_append_json(json, options->graph);
}

/* ---- the families ---------------------------------------------------------------------------- */

static const NetworkFamily *choose_body(const Jsonb *options);

const NetworkFamily graph_rank_family = {.model = &graph_rank_model_kind,
										 .fit = "graph_rank_fit",
										 .forecast = "graph_rank_forecast",
										 .importance = "graph_rank_importance",
										 .options = "graph_rank_options",
										 .option_family = OPTIONS_GRAPH_RANK_RECURRENT,
										 .body = CS_BODY_RECURRENT,
										 .cross_section = true,
										 .take_preset = take_preset,
										 .choose = choose_body,
										 .describe = describe_recurrent,
										 .check_options = check_options,
										 .header_key = "graph",
										 .read_header = read_graph,
										 .append_header = append_graph};

static const NetworkFamily transformer_body_family = {.model = &graph_rank_model_kind,
													  .fit = "graph_rank_fit",
													  .forecast = "graph_rank_forecast",
													  .importance = "graph_rank_importance",
													  .options = "graph_rank_options",
													  .option_family =
														  OPTIONS_GRAPH_RANK_TRANSFORMER,
													  .body = CS_BODY_TRANSFORMER,
													  .cross_section = true,
													  .choose = choose_body,
													  .describe = describe_transformer,
													  .check_options = check_options,
													  .header_key = "graph",
													  .read_header = read_graph,
													  .append_header = append_graph};

/* Whether options say, themselves or by their warm start, that the body is a Transformer. */
static bool
wants_transformer(const JsonbContainer *options)
{
	static const char *const path[] = {"warm_start", "header", "options"};
	JsonbValue value;

	if (!JsonContainerIsObject(options))
		return false;
	if (json_field(options, "body", &value))
		return value.type == jbvString &&
			   strcmp(pnstrdup(value.val.string.val, value.val.string.len),
					  network_choice(&graph_rank_family, "body", CS_BODY_TRANSFORMER)) == 0;
	for (int i = 0; i < (int) lengthof(path); i++)
	{
		if (!json_field(options, path[i], &value) || value.type != jbvBinary ||
			!JsonContainerIsObject(value.val.binary.data))
			return false;
		options = value.val.binary.data;
	}
	return wants_transformer(options);
}

static const NetworkFamily *
choose_body(const Jsonb *options)
{
	return options != NULL && wants_transformer(&options->root) ? &transformer_body_family
																: &graph_rank_family;
}

NetworkModel *
graph_rank_unpack(const Model *model)
{
	NetworkModel *fitted = network_model_unpack(model);

	fitted->options.network.ranking = CS_RANKING_ALL;
	return fitted;
}
