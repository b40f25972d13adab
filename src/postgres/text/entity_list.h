/*
 * entity_list.h
 *		The entities that a function is asked about, read once for all texts, and where they occur
 *		in a text.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_ENTITY_LIST_H
#define CREDITSPREAD_POSTGRES_TEXT_ENTITY_LIST_H

#include "utils/array.h"

#include "postgres/text/encoder.h"

/* The arguments that stay the same from text to text, read once. */
typedef struct EntityList
{
	MemoryContext context; /* of all below */
	const char *what;
	const Jsonb *options_given; /* NULL = none */
	EncoderUse use;
	TextOptions options;
	const char *options_of; /* the encoder's name */
	ArrayType *given;
	Datum *name; /* [names] */
	int names;
	cs_entity *entity; /* [count], sorted */
	Size count;
} EntityList;

/*
 * The list of a call, which is *list, that of the last, where the arguments are; else it is made
 * under `parent`.  NULL among the entities is error 22004; files of the encoder that were replaced
 * since the last call are 55000.
 */
extern EntityList *entity_list(EntityList **list, MemoryContext parent, const TextEncoder *encoder,
							   ArrayType *entities, const Jsonb *options, const char *what);

typedef struct Mentions
{
	cs_mention *mention;
	Size count;
	Size room;
	const char *what;
} Mentions;

/* The mentions of sorted entities, palloc'd, by entity and then by place. */
extern Mentions find_mentions(cs_entity *entity, Size count, const cs_normal_text *text,
							  const char *what);

/* The mention after those of the same entity that begin at `from`. */
extern Size same_entity(const Mentions *mentions, Size from);

#endif
