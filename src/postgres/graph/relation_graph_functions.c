/*
 * relation_graph_functions.c
 *		What a relation_graph is asked for: its entities, relations and counts, and a copy with the
 *		entities exchanged at random.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "numeric/base/random.h"
#include "postgres/graph/relation_graph.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"

/* relation_graph_edges(graph): source, target, kind. */
PG_FUNCTION_INFO_V1(creditspread_relation_graph_edges);
Datum
creditspread_relation_graph_edges(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	RelationParts parts = relation_graph_parts(relation_graph_of_datum(PG_GETARG_DATUM(0)));
	Datum *entities = palloc(sizeof(Datum) * parts.entities);
	Datum *kinds = palloc(sizeof(Datum) * parts.kinds);

	for (int i = 0; i < parts.entities; i++)
		entities[i] = CStringGetTextDatum(parts.entity_names[i]);
	for (int k = 0; k < parts.kinds; k++)
		kinds[k] = CStringGetTextDatum(parts.kind_names[k]);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int64 i = 0; i < parts.pairs; i++)
	{
		const cs_relation *relation = &parts.relations[i];

		for (int k = 0; k < parts.kinds; k++)
			if ((relation->kinds >> k & 1) != 0)
			{
				Datum values[3] = {entities[relation->source], entities[relation->target],
								   kinds[k]};
				bool nulls[3] = {false};

				tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
			}
		CHECK_FOR_INTERRUPTS();
	}
	return (Datum) 0;
}

/* relation_graph_entities(graph): text[], in order. */
PG_FUNCTION_INFO_V1(creditspread_relation_graph_entities);
Datum
creditspread_relation_graph_entities(PG_FUNCTION_ARGS)
{
	RelationParts parts = relation_graph_parts(relation_graph_of_datum(PG_GETARG_DATUM(0)));
	Datum *entities = palloc(sizeof(Datum) * parts.entities);

	for (int i = 0; i < parts.entities; i++)
		entities[i] = CStringGetTextDatum(parts.entity_names[i]);
	PG_RETURN_ARRAYTYPE_P(
		construct_array(entities, parts.entities, TEXTOID, -1, false, TYPALIGN_INT));
}

/* relation_graph_info(graph): counts as jsonb. */
PG_FUNCTION_INFO_V1(creditspread_relation_graph_info);
Datum
creditspread_relation_graph_info(PG_FUNCTION_ARGS)
{
	const RelationGraph *graph = relation_graph_of_datum(PG_GETARG_DATUM(0));
	RelationParts parts = relation_graph_parts(graph);
	int64 counts[CS_RELATION_MAX_KINDS] = {0};
	StringInfoData json;

	for (int64 i = 0; i < parts.pairs; i++)
	{
		for (int k = 0; k < parts.kinds; k++)
			counts[k] += parts.relations[i].kinds >> k & 1;
		check_interrupts(i);
	}
	initStringInfo(&json);
	appendStringInfo(&json, "{\"bytes\": %zu, \"entities\": %d, \"pairs\": %lld, \"kinds\": [",
					 (Size) VARSIZE(graph), parts.entities, (long long) parts.pairs);
	for (int k = 0; k < parts.kinds; k++)
	{
		appendStringInfoString(&json, k == 0 ? "" : ", ");
		escape_json(&json, parts.kind_names[k]);
	}
	appendStringInfoString(&json, "], \"relations\": {");
	for (int k = 0; k < parts.kinds; k++)
	{
		appendStringInfoString(&json, k == 0 ? "" : ", ");
		escape_json(&json, parts.kind_names[k]);
		appendStringInfo(&json, ": %lld", (long long) counts[k]);
	}
	appendStringInfoString(&json, "}}");
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}

/* relation_graph_shuffle(graph, seed): the same relations between exchanged entities. */
PG_FUNCTION_INFO_V1(creditspread_relation_graph_shuffle);
Datum
creditspread_relation_graph_shuffle(PG_FUNCTION_ARGS)
{
	RelationParts parts = relation_graph_parts(relation_graph_of_datum(PG_GETARG_DATUM(0)));
	int64 seed = PG_GETARG_INT64(1);
	int32 *places = palloc(sizeof(int32) * parts.entities);
	cs_relation *relations;
	cs_random random;

	if (seed < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("relation_graph_shuffle: seed is %lld, must be at least 0",
							   (long long) seed)));
	for (int i = 0; i < parts.entities; i++)
		places[i] = i;
	cs_random_seed(&random, seed);
	cs_random_shuffle(&random, places, parts.entities);
	relations = allocate_checked("relation_graph_shuffle", sizeof(cs_relation) * parts.pairs);
	for (int64 i = 0; i < parts.pairs; i++)
	{
		const cs_relation *relation = &parts.relations[i];

		relations[i] =
			(cs_relation){places[relation->source], places[relation->target], relation->kinds};
		check_interrupts(i);
	}
	parts.relations = relations;
	relation_parts_sort(&parts);
	PG_RETURN_POINTER(relation_graph_create(&parts));
}
