/*
 * time_batch.c
 *		Sorting windows by time, and listing which windows of a time act on which.
 */
#include "numeric/network/time_batch.h"

#include <string.h>

#include "numeric/base/poll.h"

/* What a relation that is looked up costs in multiply-adds. */
#define RELATION_COST 50

void
cs_time_list_lay(cs_time_list *list, const cs_sequence_data *data, cs_workspace *workspace)
{
	list->times = data->cross_section->times;
	list->first = cs_workspace_take(workspace, list->times + 1, sizeof(int32_t));
	list->origin = cs_workspace_take(workspace, data->rows, sizeof(int32_t));
}

void
cs_time_list_begin(cs_time_list *list)
{
	memset(list->first, 0, (list->times + 1) * sizeof(int32_t));
}

void
cs_time_list_count(cs_time_list *list, const int32_t *time, size_t first, size_t end)
{
	for (size_t row = first; row < end; row++)
		list->first[time[row] + 1]++;
}

void
cs_time_list_start(cs_time_list *list)
{
	for (size_t t = 0; t < list->times; t++)
		list->first[t + 1] += list->first[t];
}

/* Each first moves to the end of its list, which is the next first. */
void
cs_time_list_put(cs_time_list *list, const int32_t *time, size_t first, size_t end)
{
	for (size_t row = first; row < end; row++)
		list->origin[list->first[time[row]]++] = (int32_t) row;
}

void
cs_time_list_finish(cs_time_list *list)
{
	memmove(list->first + 1, list->first, list->times * sizeof(int32_t));
	list->first[0] = 0;
}

static bool
entities_sound(const cs_sequence_data *data)
{
	const cs_cross_section *section = data->cross_section;

	for (size_t s = 0; s < data->series_count; s++)
		if (section->entity[s] < -1 || section->entity[s] >= (int64_t) section->adjacency->entities)
			return false;
	return true;
}

static bool
kinds_sound(const cs_adjacency *adjacency, int kinds)
{
	uint64_t known = kinds == CS_RELATION_MAX_KINDS ? UINT64_MAX : ((uint64_t) 1 << kinds) - 1;
	uint64_t all = 0;

	for (size_t r = 0; r < adjacency->starts[adjacency->entities]; r++)
		all |= adjacency->kinds[r];
	return (all & ~known) == 0;
}

static bool
times_sound(const cs_cross_section *section, size_t start, size_t end)
{
	for (size_t row = start; row < end; row++)
		if (section->time[row] < 0 || (size_t) section->time[row] >= section->times ||
			(row > start && section->time[row] <= section->time[row - 1]))
			return false;
	return true;
}

bool
cs_cross_section_given(const cs_sequence_data *data)
{
	return data->cross_section != NULL && data->rows <= INT32_MAX;
}

cs_status
cs_cross_section_check(const cs_sequence_options *options, const cs_sequence_data *data)
{
	const cs_cross_section *section = data->cross_section;

	if (section == NULL || section->times < 1 || section->times >= INT32_MAX)
		return CS_OUT_OF_RANGE;
	if (options->alpha > 0 && options->ranking == CS_RANKING_SEPARATE && section->group == NULL)
		return CS_OUT_OF_RANGE;
	if (options->relation_form != CS_RELATION_NONE &&
		(section->adjacency == NULL || !entities_sound(data) ||
		 !kinds_sound(section->adjacency, options->relation_kinds)))
		return CS_OUT_OF_RANGE;
	for (size_t s = 0; s < data->series_count; s++)
		if (!times_sound(section, data->series_start[s], cs_sequence_series_end(data, s)))
			return CS_OUT_OF_RANGE;
	return CS_OK;
}

size_t
cs_time_batch_bound(const cs_sequence_data *data, size_t times)
{
	size_t windows;

	if (__builtin_mul_overflow(times, data->series_count, &windows) || windows > data->rows)
		return data->rows;
	return windows;
}

/* The sizes of a batch's arrays, in elements; SIZE_MAX on overflow. */
typedef struct batch_sizes
{
	size_t windows;
	size_t pairs;
	size_t nodes;
} batch_sizes;

static batch_sizes
measure(const cs_sequence_data *data, size_t times, cs_relation_form form)
{
	const cs_adjacency *adjacency = data->cross_section->adjacency;
	bool related = form != CS_RELATION_NONE && adjacency != NULL;
	batch_sizes sizes = {.nodes = related ? adjacency->entities : 0};

	sizes.windows = cs_time_batch_bound(data, times);
	if (related &&
		__builtin_mul_overflow(times, adjacency->starts[adjacency->entities], &sizes.pairs))
		sizes.pairs = SIZE_MAX;
	return sizes;
}

void
cs_time_batch_lay(cs_time_batch *batch, const cs_sequence_data *data, size_t times,
				  cs_relation_form form, bool training, cs_workspace *workspace)
{
	batch_sizes sizes = measure(data, times, form);
	cs_relation_pairs *pairs = &batch->pairs;

	memset(batch, 0, sizeof(*batch));
	batch->data = data;
	batch->start = cs_workspace_take(workspace, times + 1, sizeof(int32_t));
	batch->origin = cs_workspace_take(workspace, sizes.windows, sizeof(int32_t));
	batch->node = cs_workspace_take(workspace, sizes.windows, sizeof(int32_t));
	batch->group = cs_workspace_take(workspace, sizes.windows, sizeof(int32_t));
	if (form == CS_RELATION_NONE)
		return;
	batch->present = cs_workspace_take(workspace, sizes.nodes, sizeof(int32_t));
	pairs->start = cs_workspace_take(workspace, sizes.windows + 1, sizeof(size_t));
	pairs->acts_on = cs_workspace_take(workspace, sizes.windows, sizeof(int32_t));
	pairs->source = cs_workspace_take(workspace, sizes.pairs, sizeof(int32_t));
	pairs->kinds = cs_workspace_take(workspace, sizes.pairs, sizeof(uint64_t));
	pairs->strength = cs_workspace_take(workspace, sizes.pairs, sizeof(float));
	if (form == CS_RELATION_EXPLICIT)
		pairs->similarity = cs_workspace_take(workspace, sizes.pairs, sizeof(float));
	if (training)
		pairs->slope = cs_workspace_take(workspace, sizes.pairs, sizeof(float));
	pairs->weight = cs_workspace_take(workspace, sizes.pairs, sizeof(float));
	for (size_t node = 0; batch->present != NULL && node < sizes.nodes; node++)
		batch->present[node] = -1;
}

void
cs_time_batch_clear(cs_time_batch *batch)
{
	batch->times = 0;
	batch->start[0] = 0;
	batch->pair_count = 0;
}

int
cs_time_batch_windows(const cs_time_batch *batch)
{
	return batch->start[batch->times];
}

void
cs_time_batch_add(cs_time_batch *batch, const int32_t *origin, int count)
{
	const cs_cross_section *section = batch->data->cross_section;
	int first = cs_time_batch_windows(batch);

	for (int n = 0; n < count; n++)
	{
		size_t series = cs_sequence_series_of(batch->data, (size_t) origin[n]);

		batch->origin[first + n] = origin[n];
		batch->node[first + n] = batch->present == NULL ? -1 : section->entity[series];
		batch->group[first + n] = section->group == NULL ? 0 : section->group[series];
	}
	batch->start[++batch->times] = first + count;
}

/* Notes, or forgets, where the entities of a time are in the batch. */
static void
note_present(cs_time_batch *batch, int time, bool forget)
{
	for (int n = batch->start[time]; n < batch->start[time + 1]; n++)
		if (batch->node[n] >= 0)
			batch->present[batch->node[n]] = forget ? -1 : n;
}

/* Lists the windows that act on `window`; returns how many relations were looked up. */
static size_t
relate_window(cs_time_batch *batch, int window)
{
	const cs_adjacency *adjacency = batch->data->cross_section->adjacency;
	cs_relation_pairs *pairs = &batch->pairs;
	int32_t node = batch->node[window];
	size_t first = node < 0 ? 0 : adjacency->starts[node];
	size_t end = node < 0 ? 0 : adjacency->starts[node + 1];

	for (size_t r = first; r < end; r++)
	{
		int32_t source = batch->present[adjacency->neighbours[r]];

		if (source < 0)
			continue;
		pairs->source[batch->pair_count] = source;
		pairs->kinds[batch->pair_count++] = adjacency->kinds[r];
		pairs->acts_on[source]++;
	}
	pairs->start[window + 1] = batch->pair_count;
	return end - first;
}

void
cs_time_batch_relate(cs_time_batch *batch)
{
	cs_relation_pairs *pairs = &batch->pairs;

	for (int time = 0; batch->present != NULL && time < batch->times; time++)
	{
		int start = batch->start[time];
		int end = batch->start[time + 1];

		pairs->start[start] = batch->pair_count;
		memset(pairs->acts_on + start, 0, (size_t) (end - start) * sizeof(int32_t));
		note_present(batch, time, false);
		for (int window = start; window < end; window++)
			cs_work(RELATION_COST * (1 + relate_window(batch, window)));
		note_present(batch, time, true);
	}
}
