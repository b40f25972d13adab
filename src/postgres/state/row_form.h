/*
 * row_form.h
 *		The binary form of the rows of a state, as short as exactness allows.
 *
 * First the form of each field of a row, then the rows, in as many bytes as their fields need:
 *
 *		time			the difference from the row before over a step that all have, less the least
 *		count of values	where the type counts them, less the least
 *		values			of a column, or all where they are counted: integers over a power of ten,
 *						less the least, if that is exact for each, or float4, or float8
 *		texts			the place in a list of those that differ, from 1; 0 = NULL
 *
 * Integers of the forms are varints: 7 bits a byte, the lowest first, with the sign in the lowest
 * bit; those of rows are unsigned, in network byte order.  Texts are in UTF-8.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_ROW_FORM_H
#define CREDITSPREAD_POSTGRES_STATE_ROW_FORM_H

#include "postgres/state/row_state.h"

/* Writes the rows of a state that has some. */
extern void row_form_send(const RowType *type, const RowState *state, StringInfo buffer);

/*
 * Reads `count` > 0 rows, the rest of a buffer, into a state of such a time, columns and options.
 * Error 22P03 or 08P01 where they are none.
 */
extern RowState *row_form_receive(const RowType *type, TimeType time_type, int columns,
								  const Jsonb *options, int64 count, StringInfo buffer);

#endif
