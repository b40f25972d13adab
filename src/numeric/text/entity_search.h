/*
 * entity_search.h
 *		Where entities occur in a text, many entities at once: the entities sorted, each place of
 *		the text narrows the range of those that agree with it, character by character.
 *
 * A mention begins and ends at a boundary of words (cs_normal_text_boundary); mentions of different
 * entities may overlap, those of one may not.
 */
#ifndef CREDITSPREAD_NUMERIC_ENTITY_SEARCH_H
#define CREDITSPREAD_NUMERIC_ENTITY_SEARCH_H

#include "numeric/text/normal_text.h"

typedef struct cs_entity
{
	const uint32_t *character; /* [length], as cs_normal_text has them, without spaces around */
	size_t length;			   /* 0: it occurs nowhere */
	size_t number;			   /* as the caller counts entities */
	size_t free_from;		   /* of the search: where its last mention ended */
} cs_entity;

typedef struct cs_mention
{
	uint32_t entity; /* its number */
	uint32_t start;	 /* characters of the text */
	uint32_t stop;	 /* after the last */
} cs_mention;

/* Sets the characters to those of a text but for spaces at its ends. */
extern void cs_entity_take(cs_entity *entity, const cs_normal_text *text, size_t number);

/* By their characters, then by number. */
extern void cs_entities_sort(cs_entity *entities, size_t count);

/* Calls `found` for every mention, in order of their starts; `entities` are sorted. */
extern void cs_entity_search(const cs_normal_text *text, cs_entity *entities, size_t count,
							 void (*found)(void *context, const cs_mention *mention),
							 void *context);

#endif
