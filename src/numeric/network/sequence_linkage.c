/*
 * sequence_linkage.c
 *		A forecast of one time, whose weights are what is wanted.
 */
#include "numeric/network/sequence_linkage.h"

#include <string.h>

#include "numeric/base/vector_math.h"

size_t
cs_sequence_linkage_workspace_size(const cs_sequence_options *options, const cs_sequence_data *data)
{
	size_t predictor = cs_sequence_predict_workspace_size(options, data);
	cs_size total = {0};
	size_t pairs;

	if (predictor == SIZE_MAX || !options->cross_section || data->cross_section->adjacency == NULL)
		return SIZE_MAX;
	pairs = data->cross_section->adjacency->starts[data->cross_section->adjacency->entities];
	cs_size_add(&total, pairs, sizeof(cs_link));
	cs_size_add(&total, pairs, sizeof(double));
	cs_size_add(&total, predictor, 1);
	return cs_size_total(&total);
}

cs_status
cs_sequence_linkage_initialize(cs_sequence_linkage *linkage, const cs_sequence_network *network,
							   const cs_sequence_data *data, int32_t time, cs_workspace *workspace)
{
	cs_status status =
		cs_sequence_predictor_initialize(&linkage->predictor, network, data, workspace, NULL);
	const cs_adjacency *adjacency;
	size_t pairs;

	linkage->count = 0;
	if (status != CS_OK)
		return status;
	if (linkage->predictor.architecture.relation_form == CS_RELATION_NONE || time < 0 ||
		(size_t) time >= data->cross_section->times)
		return CS_OUT_OF_RANGE;
	adjacency = data->cross_section->adjacency;
	pairs = adjacency->starts[adjacency->entities];
	linkage->link = cs_workspace_take(workspace, pairs, sizeof(cs_link));
	linkage->predictor.weight_sum = cs_workspace_take(workspace, pairs, sizeof(double));
	if (linkage->link == NULL || linkage->predictor.weight_sum == NULL)
		return CS_NO_MEMORY;
	memset(linkage->predictor.weight_sum, 0, pairs * sizeof(double));
	linkage->predictor.only_time = time;
	return CS_OK;
}

/* The sums over the members become the result. */
static cs_status
list_links(cs_sequence_linkage *linkage)
{
	const cs_sequence_predictor *predictor = &linkage->predictor;
	const cs_time_batch *batch = &predictor->time_batch;
	const cs_relation_pairs *pairs = &batch->pairs;

	for (int n = 0; n < cs_time_batch_windows(batch); n++)
		for (size_t pair = pairs->start[n]; pair < pairs->start[n + 1]; pair++)
			linkage->link[pair] = (cs_link){
				.target = batch->node[n],
				.source = batch->node[pairs->source[pair]],
				.kinds = pairs->kinds[pair],
				.weight = predictor->weight_sum[pair] / predictor->source.options->ensemble,
			};
	linkage->count = batch->pair_count;
	return cs_all_finite_double(predictor->weight_sum, batch->pair_count) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_sequence_linkage_run(cs_sequence_linkage *linkage)
{
	cs_status status = cs_sequence_predictor_run(&linkage->predictor);

	return status == CS_OK ? list_links(linkage) : status;
}
