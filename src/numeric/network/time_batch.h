/*
 * time_batch.h
 *		Windows of a cross-section by their time, and batches of whole times: windows of one time
 *		stand together, and those that act on each other are listed.
 */
#ifndef CREDITSPREAD_NUMERIC_TIME_BATCH_H
#define CREDITSPREAD_NUMERIC_TIME_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/network/sequence_data.h"
#include "numeric/network/sequence_options.h"

/* Origins by time: those of time t are origin[first[t]] to origin[first[t + 1] - 1], by series. */
typedef struct cs_time_list
{
	size_t times;
	int32_t *first;	 /* [times + 1] */
	int32_t *origin; /* [rows] */
} cs_time_list;

extern void cs_time_list_lay(cs_time_list *list, const cs_sequence_data *data,
							 cs_workspace *workspace);

/*
 * Counting sort: begin; count all ranges of rows; start; put the same ranges, in order; finish.
 * `time` is that of the rows.
 */
extern void cs_time_list_begin(cs_time_list *list);
extern void cs_time_list_count(cs_time_list *list, const int32_t *time, size_t first, size_t end);
extern void cs_time_list_start(cs_time_list *list);
extern void cs_time_list_put(cs_time_list *list, const int32_t *time, size_t first, size_t end);
extern void cs_time_list_finish(cs_time_list *list);

/*
 * CS_OUT_OF_RANGE unless the data have a cross-section with sound times and entities, with
 * relations of known kinds if the options want relations, and with groups if they want groups.
 */
extern cs_status cs_cross_section_check(const cs_sequence_options *options,
										const cs_sequence_data *data);

/* Whole times, one after the other. */
typedef struct cs_time_batch
{
	const cs_sequence_data *data;
	int times;
	int32_t *start;	 /* [times + 1] the first window of each */
	int32_t *origin; /* [windows] */
	int32_t *node;	 /* [windows] the node of its entity; -1: none */
	int32_t *group;	 /* [windows] 0 without groups */
	cs_relation_pairs pairs;
	size_t pair_count; /* listed so far */

	int32_t *present; /* [nodes] its window in the time at work; -1: none */
} cs_time_batch;

/* Whether there is one, of so many rows as can be counted. */
extern bool cs_cross_section_given(const cs_sequence_data *data);

/* The most windows of `times` times. */
extern size_t cs_time_batch_bound(const cs_sequence_data *data, size_t times);

/*
 * Room for `times` times, each with a window of every series; pairs only if the form has them.  The
 * data must outlive the batch.
 */
extern void cs_time_batch_lay(cs_time_batch *batch, const cs_sequence_data *data, size_t times,
							  cs_relation_form form, bool training, cs_workspace *workspace);

/* Makes the batch empty; adds the windows of one time. */
extern void cs_time_batch_clear(cs_time_batch *batch);
extern void cs_time_batch_add(cs_time_batch *batch, const int32_t *origin, int count);

/* Windows in the batch. */
extern int cs_time_batch_windows(const cs_time_batch *batch);

/* Lists the pairs, if there are relations, once all times are added. */
extern void cs_time_batch_relate(cs_time_batch *batch);

#endif
