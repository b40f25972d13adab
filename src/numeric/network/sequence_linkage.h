/*
 * sequence_linkage.h
 *		How strongly the entities of a time act on each other in a fitted network with relations:
 *		the normalized weights g_ij of relation_embedding.h, averaged over the ensemble's members.
 *		Initialize, then run, which polls.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_LINKAGE_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_LINKAGE_H

#include "numeric/network/sequence_predict.h"

/* One pair of entities. */
typedef struct cs_link
{
	int32_t target; /* nodes of the adjacency: the one acted on, */
	int32_t source; /* and the one that acts */
	uint64_t kinds; /* of their relation */
	double weight;
} cs_link;

typedef struct cs_sequence_linkage
{
	/* Results; complete once the work is finished */
	size_t count;
	cs_link *link; /* [count], in the order of the series of the target, then of the adjacency */

	/* Where the work stands; not for the caller */
	cs_sequence_predictor predictor;
} cs_sequence_linkage;

/* Bytes of workspace; SIZE_MAX on overflow. */
extern size_t cs_sequence_linkage_workspace_size(const cs_sequence_options *options,
												 const cs_sequence_data *data);

/*
 * Starts on the windows of time number `time`; entities without a window at that time take no part.
 * What the network and the data point to, and the workspace, must outlive the work; the struct must
 * stay in its place.  CS_OUT_OF_RANGE (options, data, time, a network without relations),
 * CS_SIZE_OVERFLOW, CS_NO_MEMORY.
 */
extern cs_status cs_sequence_linkage_initialize(cs_sequence_linkage *linkage,
												const cs_sequence_network *network,
												const cs_sequence_data *data, int32_t time,
												cs_workspace *workspace);

/* Fills the results.  CS_NOT_FINITE: a value is not finite, or a weight would not be. */
extern cs_status cs_sequence_linkage_run(cs_sequence_linkage *linkage);

#endif
