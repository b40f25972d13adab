/*
 * row_texts.c
 *		The texts of rows, each once.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/memutils.h"

#include "postgres/base/interrupts.h"
#include "postgres/base/text_encoding.h"
#include "postgres/state/row_numbers.h"
#include "postgres/state/row_texts.h"

static inline bool
is_text(const TextForm *form, uint32 place, const char *text, int32 length)
{
	return form->length[place - 1] == length && memcmp(form->text[place - 1], text, length) == 0;
}

/* Where a text is in the hash table, or would be. */
static uint32 *
slot_of(const TextForm *form, const char *text, int32 length)
{
	uint32 at = hash_bytes((const unsigned char *) text, length) & form->mask;

	while (form->slots[at] != 0 && !is_text(form, form->slots[at], text, length))
		at = (at + 1) & form->mask;
	return &form->slots[at];
}

/* Room for another text; half of the slots stay free. */
static void
grow_list(TextForm *form)
{
	if (form->count < form->room)
		return;
	form->room = Max(16, 2 * form->room);
	form->mask = 2 * form->room - 1;
	if (form->slots == NULL)
	{
		form->text = palloc(sizeof(char *) * form->room);
		form->length = palloc(sizeof(int32) * form->room);
	}
	else
	{
		form->text = repalloc_huge(form->text, sizeof(char *) * form->room);
		form->length = repalloc_huge(form->length, sizeof(int32) * form->room);
		pfree(form->slots);
	}
	form->slots = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint32) * 2 * form->room,
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int64 i = 0; i < form->count; i++)
		*slot_of(form, form->text[i], form->length[i]) = (uint32) i + 1;
}

/* The place of a row's text: most often that of the row before, or the next one. */
uint32
text_form_place(TextForm *form, const char *text, int32 length)
{
	uint32 next = form->last < form->count ? form->last + 1 : 1;
	uint32 *slot;

	if (length < 0)
		return 0;
	if (form->count > 0 && form->last > 0 && is_text(form, form->last, text, length))
		return form->last;
	if (form->count > 0 && is_text(form, next, text, length))
		return form->last = next;
	grow_list(form);
	slot = slot_of(form, text, length);
	if (*slot == 0)
	{
		form->text[form->count] = text;
		form->length[form->count] = length;
		*slot = (uint32) ++form->count;
	}
	return form->last = *slot;
}

int
text_form_width(const TextForm *form)
{
	return Max(1, width_of_integer((uint64) form->count));
}

void
text_form_send(StringInfo buffer, const TextForm *form)
{
	send_varint(buffer, form->count);
	for (int64 i = 0; i < form->count; i++)
	{
		send_utf8(buffer, form->text[i], form->length[i]);
		check_interrupts_slow(i);
	}
}

void
text_form_receive(const RowType *type, StringInfo buffer, int64 rows, TextForm *form)
{
	form->count = receive_varint(type, buffer);
	if (form->count < 0 || form->count > rows ||
		form->count > (buffer->len - buffer->cursor) / (int64) sizeof(int32))
		report_row_form(type);
	form->text = palloc(sizeof(char *) * Max(1, form->count));
	form->length = palloc(sizeof(int32) * Max(1, form->count));
	for (int64 i = 0; i < form->count; i++)
	{
		int length = pq_getmsgint(buffer, sizeof(int32));
		int converted;

		if (length < 0 || length > buffer->len - buffer->cursor)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("a name of %d bytes does not fit a %s", length, type->type.name)));
		form->text[i] = receive_utf8(buffer, length, &converted);
		form->length[i] = converted;
		check_interrupts_slow(i);
	}
	form->width = text_form_width(form);
}
