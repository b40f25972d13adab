/*
 * normal_text.c
 *		Lower case, NFD and classes of characters, by libutf8proc.
 */
#include "numeric/text/normal_text.h"

#include <utf8proc.h>

#include "numeric/base/poll.h"

/* Most code points that one decomposes into (U+1F82 and the like have 4). */
#define MOST_PARTS 8

/* What a character costs in multiply-adds. */
#define CHARACTER_COST 30

bool
cs_normal_text_create(cs_normal_text *text, size_t length, cs_workspace *workspace)
{
	/* without marks no character has more parts than bytes */
	text->count = 0;
	text->capacity = length;
	text->character = cs_workspace_take(workspace, length, sizeof(uint32_t));
	text->origin = cs_workspace_take(workspace, length, sizeof(uint32_t));
	text->class = cs_workspace_take(workspace, length, sizeof(uint8_t));
	return !workspace->failed;
}

static bool
is_ideograph(uint32_t c)
{
	return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
		   (c >= 0xf900 && c <= 0xfaff) || (c >= 0x3040 && c <= 0x30ff && c != 0x30fb) ||
		   (c >= 0x31f0 && c <= 0x31ff) || (c >= 0x20000 && c <= 0x323af) || c == 0x3005 ||
		   c == 0x3007;
}

/* -1: no character of a text. */
static int
class_of(uint32_t c)
{
	if (c == '\t' || c == '\n' || c == '\r')
		return CS_CHARACTER_SPACE;
	if (is_ideograph(c))
		return CS_CHARACTER_IDEOGRAPH;
	switch (utf8proc_category((utf8proc_int32_t) c))
	{
		case UTF8PROC_CATEGORY_CC:
		case UTF8PROC_CATEGORY_CF:
		case UTF8PROC_CATEGORY_MN:
			return -1;
		case UTF8PROC_CATEGORY_ZS:
		case UTF8PROC_CATEGORY_ZL:
		case UTF8PROC_CATEGORY_ZP:
			return CS_CHARACTER_SPACE;
		case UTF8PROC_CATEGORY_LU:
		case UTF8PROC_CATEGORY_LL:
		case UTF8PROC_CATEGORY_LT:
		case UTF8PROC_CATEGORY_LM:
		case UTF8PROC_CATEGORY_LO:
		case UTF8PROC_CATEGORY_MC:
		case UTF8PROC_CATEGORY_ME:
		case UTF8PROC_CATEGORY_ND:
		case UTF8PROC_CATEGORY_NL:
		case UTF8PROC_CATEGORY_NO:
			return CS_CHARACTER_WORD;
		default:
			return CS_CHARACTER_PUNCTUATION;
	}
}

static bool
append(cs_normal_text *text, uint32_t c, int class, size_t origin)
{
	if (class < 0)
		return true;
	if (text->count == text->capacity)
		return false;
	text->character[text->count] = c;
	text->origin[text->count] = (uint32_t) origin;
	text->class[text->count] = (uint8_t) class;
	text->count++;
	return true;
}

static bool
append_parts(cs_normal_text *text, utf8proc_int32_t c, size_t origin)
{
	utf8proc_int32_t parts[MOST_PARTS];
	int last_class = UTF8PROC_BOUNDCLASS_START;
	utf8proc_ssize_t count = utf8proc_decompose_char(utf8proc_tolower(c), parts, MOST_PARTS,
													 UTF8PROC_DECOMPOSE, &last_class);

	for (utf8proc_ssize_t i = 0; i < count && i < MOST_PARTS; i++)
		if (!append(text, (uint32_t) parts[i], class_of((uint32_t) parts[i]), origin))
			return false;
	return true;
}

static int
ascii_class(unsigned char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return CS_CHARACTER_WORD;
	if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
		return CS_CHARACTER_SPACE;
	return c < ' ' || c == 0x7f ? -1 : CS_CHARACTER_PUNCTUATION;
}

cs_status
cs_normal_text_read(cs_normal_text *text, const char *source, size_t length)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *) source;
	size_t at = 0;

	text->count = 0;
	while (at < length)
	{
		utf8proc_int32_t c;
		utf8proc_ssize_t size = 1;
		bool room;

		if (bytes[at] < 0x80)
		{
			unsigned char lower =
				bytes[at] >= 'A' && bytes[at] <= 'Z' ? bytes[at] + ('a' - 'A') : bytes[at];

			room = append(text, lower, ascii_class(lower), at);
		}
		else
		{
			size = utf8proc_iterate(bytes + at, (utf8proc_ssize_t) (length - at), &c);
			if (size <= 0)
				return CS_OUT_OF_RANGE;
			room = append_parts(text, c, at);
		}
		if (!room)
			return CS_SIZE_OVERFLOW;
		at += (size_t) size;
		cs_work(CHARACTER_COST);
	}
	return CS_OK;
}

bool
cs_normal_text_boundary(const cs_normal_text *text, size_t at)
{
	return at == 0 || at >= text->count || text->class[at] != CS_CHARACTER_WORD ||
		   text->class[at - 1] != CS_CHARACTER_WORD;
}
