/*
 * graph_rank_relations.c
 *		graph_rank_relations: how strongly each kind of relation links entities in a fitted network,
 *		the linkage effect of paper 000 (Fig. 7).
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "utils/builtins.h"

#include "postgres/base/composite.h"
#include "postgres/network/graph_rank.h"

/* The tensor of one member called `name`. */
static const float *
member_tensor(const NetworkModel *fitted, int member, const char *name)
{
	const cs_sequence_options *options = &fitted->options.network;
	cs_parameter_view views[CS_MAX_VIEWS];
	cs_sequence_architecture architecture;
	int count;

	cs_sequence_options_architecture(options, fitted->features + 1, &architecture);
	count = cs_sequence_model_views(&architecture, views);
	for (int i = 0; i < count; i++)
		if (strcmp(views[i].name, name) == 0)
			return fitted->network.parameters + views[i].offset +
				   member * cs_sequence_parameter_count(options, fitted->features + 1);
	elog(ERROR, "a network with relations has no tensor %s", name);
}

/* graph_rank_relations(model): relation, weight, sd. */
PG_FUNCTION_INFO_V1(creditspread_graph_rank_relations);
Datum
creditspread_graph_rank_relations(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const NetworkModel *fitted =
		network_model_unpack(model_of_datum(PG_GETARG_DATUM(0), &graph_rank_model_kind));
	int members = fitted->options.network.ensemble;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int k = 0; k < fitted->options.kind_count; k++)
	{
		Datum values[3];
		bool nulls[3] = {false, false, members < 2};
		double mean = 0;
		double squares = 0;

		for (int m = 0; m < members; m++)
			mean += member_tensor(fitted, m, "relation.weight")[k] / members;
		for (int m = 0; m < members; m++)
			squares += pow(member_tensor(fitted, m, "relation.weight")[k] - mean, 2);
		values[0] = CStringGetTextDatum(fitted->options.kinds[k]);
		values[1] = finite_datum("graph_rank_relations", mean);
		values[2] = finite_datum("graph_rank_relations", sqrt(squares / Max(members - 1, 1)));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
