/*
 * sequence_linkage.c
 *		A forecast of one time, whose weights are what is wanted.
 */
#include "numeric/network/sequence_linkage.h"

#include <string.h>

#include "numeric/base/vector_math.h"

/* What a linkage has beside its predictor; false when the workspace is too small. */
static bool
lay_out(cs_sequence_linkage *linkage, const cs_sequence_data *data, cs_workspace *workspace)
{
	const cs_adjacency *adjacency = data->cross_section->adjacency;
	size_t pairs = adjacency->starts[adjacency->entities];

	linkage->link = cs_workspace_take(workspace, pairs, sizeof(cs_link));
	linkage->predictor.weight_sum = cs_workspace_take(workspace, pairs, sizeof(double));
	return !workspace->failed;
}

size_t
cs_sequence_linkage_workspace_size(const cs_sequence_options *options, const cs_sequence_data *data)
{
	size_t predictor = cs_sequence_predict_workspace_size(options, data);
	cs_sequence_linkage linkage;
	cs_workspace workspace;

	if (predictor == SIZE_MAX || !options->cross_section || data->cross_section->adjacency == NULL)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	cs_workspace_take(&workspace, predictor, 1);
	lay_out(&linkage, data, &workspace);
	return cs_workspace_total(&workspace);
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
	if (!lay_out(linkage, data, workspace))
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
