/*
 * relation_state.h
 *		The state of aggregates over relations: rows of source, target and kind, and their options.
 *
 * It is a varlena type (creditspread_relations), so that parallel workers, partitions and remote
 * nodes can hand it on.  Rows are kept as they come.
 */
#ifndef CREDITSPREAD_POSTGRES_RELATION_STATE_H
#define CREDITSPREAD_POSTGRES_RELATION_STATE_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/compatibility.h"

typedef struct RelationState
{
	int32 vl_len_;		  /* varlena header; covers the whole capacity */
	uint8 version;		  /* RELATION_STATE_VERSION */
	uint8 padding[3];	  /* 0 */
	int32 options_length; /* bytes of the options, a jsonb; 0 = none */
	int32 unused;		  /* 0 */
	int64 count;		  /* rows */
	int64 used;			  /* bytes of the rows */
	/*
	 * Options, MAXALIGNed; then rows: int32 lengths of source, target and kind, the three texts
	 * without zeros, INTALIGNed.
	 */
	char data[];
} RelationState;

typedef enum RelationPart
{
	RELATION_SOURCE,
	RELATION_TARGET,
	RELATION_KIND,
	RELATION_PARTS
} RelationPart;

/* One row; the texts are not ended by zeros. */
typedef struct RelationRow
{
	const char *text[RELATION_PARTS];
	int32 length[RELATION_PARTS];
} RelationRow;

/*
 * The state with one more row; `state` is NULL for the first.  It grows by doubling and may return
 * a new block.  `what` names the function in messages; options that differ are error 22023.
 */
extern RelationState *relation_state_append(FunctionCallInfo fcinfo, const char *what,
											RelationState *state, const RelationRow *row,
											const Jsonb *options);

/* The row at byte `position`, which begins with 0; returns the position of the next. */
extern int64 relation_state_row(const RelationState *state, int64 position, RelationRow *row);

/* NULL = none */
extern const Jsonb *relation_state_options(const RelationState *state);

#endif
