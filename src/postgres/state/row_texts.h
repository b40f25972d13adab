/*
 * row_texts.h
 *		The form of texts in rows: a list of those that differ, and the place of each in it.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_ROW_TEXTS_H
#define CREDITSPREAD_POSTGRES_STATE_ROW_TEXTS_H

#include "postgres/state/row_state.h"

/* The texts that differ: of the database in states, of the list when they are read. */
typedef struct TextForm
{
	const char **text;
	int32 *length;
	int64 count, room;
	uint32 *slots; /* of a hash table, `mask` + 1: places from 1 */
	uint32 mask;
	uint32 last;	/* the place of the row before */
	uint32 *places; /* of all rows */
	int width;
} TextForm;

/* The place of a row's text, from 1, which is added unless it is there; 0 for a length below 0. */
extern uint32 text_form_place(TextForm *form, const char *text, int32 length);

/* Bytes of a place. */
extern int text_form_width(const TextForm *form);

extern void text_form_send(StringInfo buffer, const TextForm *form);

/* Texts of at most so many rows. */
extern void text_form_receive(const RowType *type, StringInfo buffer, int64 rows, TextForm *form);

#endif
