/*
 * relation_state.h
 *		The state of aggregates over relations (creditspread_relations): rows of source, target and
 *		kind, and their options.
 */
#ifndef CREDITSPREAD_POSTGRES_RELATION_STATE_H
#define CREDITSPREAD_POSTGRES_RELATION_STATE_H

#include "postgres/state/row_state.h"

/* The texts of a row; none is NULL or empty. */
typedef enum RelationPart
{
	RELATION_SOURCE,
	RELATION_TARGET,
	RELATION_KIND,
	RELATION_PARTS
} RelationPart;

extern const RowType relation_state_type;

#endif
