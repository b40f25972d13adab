/*
 * vocabulary.c
 *		Pieces of words by their text: open addressing over FNV-1a hashes (Fowler, Noll and Vo).
 */
#include "numeric/text/vocabulary.h"

#include <string.h>

#include <utf8proc.h>

#include "numeric/base/poll.h"

/* What a line costs in multiply-adds. */
#define LINE_COST 100

/* The next line from `at` on, without its end; where the one after begins. */
static const char *
next_line(const char *at, const char *end, cs_piece *line)
{
	const char *stop = memchr(at, '\n', (size_t) (end - at));
	const char *next = stop == NULL ? end : stop + 1;

	if (stop == NULL)
		stop = end;
	if (stop > at && stop[-1] == '\r')
		stop--;
	line->text = at;
	line->length = (uint32_t) (stop - at);
	return next;
}

void
cs_vocabulary_count(cs_vocabulary *vocabulary, const char *text, size_t length)
{
	const char *end = text + length;
	cs_piece line;

	memset(vocabulary, 0, sizeof(*vocabulary));
	for (const char *at = text; at < end; at = next_line(at, end, &line))
	{
		vocabulary->count++;
		cs_work(LINE_COST);
	}
	/* at most half full */
	vocabulary->slots = 4;
	while (vocabulary->slots < 2 * vocabulary->count)
		vocabulary->slots *= 2;
}

bool
cs_vocabulary_create(cs_vocabulary *vocabulary, cs_workspace *workspace)
{
	vocabulary->piece = cs_workspace_take(workspace, vocabulary->count, sizeof(cs_piece));
	vocabulary->slot = cs_workspace_take(workspace, vocabulary->slots, sizeof(uint32_t));
	return !workspace->failed;
}

/* The slot of a piece, or the free one in which it would stand. */
static size_t
find_slot(const cs_vocabulary *vocabulary, uint32_t hash, const char *text, size_t length)
{
	size_t mask = vocabulary->slots - 1;
	size_t at = (hash ^ (hash >> 15)) & mask;

	while (vocabulary->slot[at] != 0)
	{
		const cs_piece *piece = vocabulary->piece + vocabulary->slot[at] - 1;

		if (piece->length == length && memcmp(piece->text, text, length) == 0)
			break;
		at = (at + 1) & mask;
	}
	return at;
}

bool
cs_vocabulary_find(const cs_vocabulary *vocabulary, uint32_t hash, const char *text, size_t length,
				   uint32_t *id)
{
	uint32_t found = vocabulary->slot[find_slot(vocabulary, hash, text, length)];

	*id = found - 1;
	return found != 0;
}

static cs_status
fail(cs_vocabulary *vocabulary, const char *fault, size_t line)
{
	vocabulary->fault = fault;
	vocabulary->fault_line = line;
	return CS_OUT_OF_RANGE;
}

static bool
is_utf8(const char *text, size_t length)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *) text;
	size_t at = 0;

	while (at < length)
	{
		utf8proc_int32_t c;
		utf8proc_ssize_t size = utf8proc_iterate(bytes + at, (utf8proc_ssize_t) (length - at), &c);

		if (size <= 0)
			return false;
		at += (size_t) size;
	}
	return true;
}

static bool
find_special(const cs_vocabulary *vocabulary, const char *text, uint32_t *id)
{
	size_t length = strlen(text);
	uint32_t hash = cs_piece_hash(CS_PIECE_HASH, text, length);

	return cs_vocabulary_find(vocabulary, hash, text, length, id);
}

cs_status
cs_vocabulary_read(cs_vocabulary *vocabulary, const char *text, size_t length)
{
	const char *at = text;

	memset(vocabulary->slot, 0, vocabulary->slots * sizeof(uint32_t));
	for (size_t i = 0; i < vocabulary->count; i++)
	{
		cs_piece *piece = vocabulary->piece + i;
		size_t slot;

		at = next_line(at, text + length, piece);
		if (!is_utf8(piece->text, piece->length))
			return fail(vocabulary, "a line that is not UTF-8", i + 1);
		slot = find_slot(vocabulary, cs_piece_hash(CS_PIECE_HASH, piece->text, piece->length),
						 piece->text, piece->length);
		if (vocabulary->slot[slot] != 0)
			return fail(vocabulary, "a line that stands twice", i + 1);
		vocabulary->slot[slot] = (uint32_t) i + 1;
		if (piece->length > vocabulary->longest)
			vocabulary->longest = piece->length;
		cs_work(LINE_COST + piece->length);
	}
	if (!find_special(vocabulary, "[UNK]", &vocabulary->unknown))
		return fail(vocabulary, "no line [UNK]", 0);
	if (!find_special(vocabulary, "[CLS]", &vocabulary->start))
		return fail(vocabulary, "no line [CLS]", 0);
	if (!find_special(vocabulary, "[SEP]", &vocabulary->stop))
		return fail(vocabulary, "no line [SEP]", 0);
	return CS_OK;
}
