/*
 * entity_search.c
 *		Searches a text for sorted entities.
 */
#include "numeric/text/entity_search.h"

#include <stdlib.h>

#include "numeric/base/poll.h"

/* What a step of a bisection costs in multiply-adds. */
#define STEP_COST 4

void
cs_entity_take(cs_entity *entity, const cs_normal_text *text, size_t number)
{
	size_t from = 0;
	size_t to = text->count;

	while (from < to && text->class[from] == CS_CHARACTER_SPACE)
		from++;
	while (to > from && text->class[to - 1] == CS_CHARACTER_SPACE)
		to--;
	entity->character = text->character + from;
	entity->length = to - from;
	entity->number = number;
	entity->free_from = 0;
}

static int
compare(const void *left, const void *right)
{
	const cs_entity *a = left;
	const cs_entity *b = right;
	size_t shorter = a->length < b->length ? a->length : b->length;

	for (size_t i = 0; i < shorter; i++)
		if (a->character[i] != b->character[i])
			return a->character[i] < b->character[i] ? -1 : 1;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

void
cs_entities_sort(cs_entity *entities, size_t count)
{
	qsort(entities, count, sizeof(cs_entity), compare);
}

/* The first of entities low to high - 1, which agree before `depth`, with at least `c` there. */
static size_t
first_with(const cs_entity *entities, size_t low, size_t high, size_t depth, uint32_t c)
{
	while (low < high)
	{
		size_t middle = low + (high - low) / 2;

		if (entities[middle].character[depth] < c)
			low = middle + 1;
		else
			high = middle;
		cs_work(STEP_COST);
	}
	return low;
}

/* Tells of the entities that begin at `start`. */
static void
search_at(const cs_normal_text *text, cs_entity *entities, size_t count, size_t start,
		  void (*found)(void *context, const cs_mention *mention), void *context)
{
	size_t low = 0;
	size_t high = count;

	for (size_t depth = 0; low < high && start + depth < text->count; depth++)
	{
		uint32_t c = text->character[start + depth];
		size_t stop = start + depth + 1;

		low = first_with(entities, low, high, depth, c);
		high = first_with(entities, low, high, depth, c + 1);
		/* those that end here come first */
		for (; low < high && entities[low].length == depth + 1; low++)
		{
			cs_work(STEP_COST);
			if (start < entities[low].free_from || !cs_normal_text_boundary(text, stop))
				continue;
			entities[low].free_from = stop;
			found(context, &(cs_mention){(uint32_t) entities[low].number, (uint32_t) start,
										 (uint32_t) stop});
		}
	}
}

void
cs_entity_search(const cs_normal_text *text, cs_entity *entities, size_t count,
				 void (*found)(void *context, const cs_mention *mention), void *context)
{
	while (count > 0 && entities[0].length == 0)
	{
		entities++;
		count--;
	}
	for (size_t start = 0; start < text->count; start++)
		if (text->class[start] != CS_CHARACTER_SPACE && cs_normal_text_boundary(text, start))
			search_at(text, entities, count, start, found, context);
}
