/*
 * relation_state.c
 *		The state of aggregates over relations: rows of three texts.
 */
#include "postgres.h"

#include "postgres/graph/relation_state.h"

static void
check_row(const Row *row)
{
	for (int part = 0; part < RELATION_PARTS; part++)
		if (row->length[part] < 1)
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("a name in a creditspread_relations is empty")));
}

const RowType relation_state_type = {.type = ROW_STATE_TYPE("creditspread_relations"),
									 .texts = RELATION_PARTS,
									 .may_untimed = true,
									 .check = check_row};

ROW_STATE_FUNCTIONS(relations, &relation_state_type)
