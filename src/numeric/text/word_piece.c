/*
 * word_piece.c
 *		Words of a text, and their pieces.  What Unicode says of characters is libutf8proc's.
 */
#include "numeric/text/word_piece.h"

#include <string.h>

#include <utf8proc.h>

#include "numeric/base/poll.h"

/* What a character, and a search in the vocabulary, costs in multiply-adds. */
#define CHARACTER_COST 60
#define SEARCH_COST 20

/* Most code points that one decomposes into. */
#define MOST_PARTS 8

#define LONGEST_UTF8 4
#define REPLACEMENT_CHARACTER 0xfffd
#define CAPITAL_I_WITH_DOT 0x130
#define DOT_ABOVE 0x307

static const char inner_prefix[] = "##";
#define PREFIX_BYTES (sizeof(inner_prefix) - 1)

bool
cs_word_pieces_create(cs_word_pieces *pieces, size_t length, cs_workspace *workspace)
{
	pieces->count = 0;
	pieces->length = 0;
	pieces->capacity = length;
	pieces->token = cs_workspace_take(workspace, length, sizeof(cs_token));
	/* a character of 2 bytes or more has no more parts than bytes */
	pieces->word = cs_workspace_take(workspace, length, sizeof(cs_read_character));
	return !workspace->failed;
}

/* The blocks of ideographs, compatibility and supplement; neither kana nor Hangul. */
static bool
is_ideograph(uint32_t c)
{
	return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
		   (c >= 0x20000 && c <= 0x2a6df) || (c >= 0x2a700 && c <= 0x2b73f) ||
		   (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b820 && c <= 0x2ceaf) ||
		   (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

static bool
is_blank(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return c == ' ' || c == '\t' || c == '\n' || c == '\r';
	category = utf8proc_category((utf8proc_int32_t) c);
	return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
		   category == UTF8PROC_CATEGORY_ZP;
}

static bool
is_dropped(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
	category = utf8proc_category((utf8proc_int32_t) c);
	return c == REPLACEMENT_CHARACTER || category == UTF8PROC_CATEGORY_CC ||
		   category == UTF8PROC_CATEGORY_CF;
}

static bool
is_punctuation(uint32_t c)
{
	if (c < 0x80)
		return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
			   (c >= '{' && c <= '~');
	switch (utf8proc_category((utf8proc_int32_t) c))
	{
		case UTF8PROC_CATEGORY_PC:
		case UTF8PROC_CATEGORY_PD:
		case UTF8PROC_CATEGORY_PS:
		case UTF8PROC_CATEGORY_PE:
		case UTF8PROC_CATEGORY_PI:
		case UTF8PROC_CATEGORY_PF:
		case UTF8PROC_CATEGORY_PO:
			return true;
		default:
			return false;
	}
}

/* ---- pieces ---- */

static bool
append_token(cs_word_pieces *pieces, uint32_t id, const cs_read_character *first,
			 const cs_read_character *last)
{
	/* in canonical order they may have changed places */
	const cs_read_character *from = first->at <= last->at ? first : last;
	const cs_read_character *to = first->at <= last->at ? last : first;

	if (pieces->count == pieces->capacity)
		return false;
	pieces->token[pieces->count++] = (cs_token){.id = id,
												.start = from->at,
												.stop = to->at + 1,
												.start_byte = from->byte,
												.stop_byte = to->byte + to->size};
	return true;
}

/* A word as UTF-8, with room for the prefix before any of its characters. */
typedef struct spelling
{
	char bytes[PREFIX_BYTES + CS_WORD_PIECE_LONGEST * LONGEST_UTF8];
	size_t begin[CS_WORD_PIECE_LONGEST + 1]; /* byte of each character, then the end */
} spelling;

static void
spell(spelling *word, const cs_read_character *character, size_t length)
{
	size_t at = PREFIX_BYTES;

	for (size_t i = 0; i < length; i++)
	{
		word->begin[i] = at;
		at += (size_t) utf8proc_encode_char((utf8proc_int32_t) character[i].value,
											(utf8proc_uint8_t *) word->bytes + at);
	}
	word->begin[length] = at;
}

/* The longest piece at character `from` of `length`: its end and id; 0: there is none. */
static size_t
longest_piece(const cs_vocabulary *vocabulary, spelling *word, size_t from, size_t length,
			  uint32_t *id)
{
	uint32_t hash[CS_WORD_PIECE_LONGEST + 1]; /* of the piece that ends before the character */
	size_t start = word->begin[from] - (from > 0 ? PREFIX_BYTES : 0);
	size_t to = from;

	if (from > 0)
		memcpy(word->bytes + start, inner_prefix, PREFIX_BYTES);
	hash[from] = cs_piece_hash(CS_PIECE_HASH, word->bytes + start, word->begin[from] - start);
	while (to < length && word->begin[to + 1] - start <= vocabulary->longest)
	{
		hash[to + 1] = cs_piece_hash(hash[to], word->bytes + word->begin[to],
									 word->begin[to + 1] - word->begin[to]);
		to++;
	}
	for (; to > from; to--)
	{
		cs_work(SEARCH_COST);
		if (cs_vocabulary_find(vocabulary, hash[to], word->bytes + start, word->begin[to] - start,
							   id))
			return to;
	}
	return 0;
}

/* The pieces of a word, or the one that says that it is unknown. */
static bool
append_word(cs_word_pieces *pieces, const cs_vocabulary *vocabulary,
			const cs_read_character *character, size_t length)
{
	size_t before = pieces->count;
	size_t to;
	spelling word;

	if (length <= CS_WORD_PIECE_LONGEST)
		spell(&word, character, length);
	for (size_t from = 0; from < length; from = to)
	{
		uint32_t id = 0;

		to = length > CS_WORD_PIECE_LONGEST ? 0
											: longest_piece(vocabulary, &word, from, length, &id);
		if (to == 0)
		{
			pieces->count = before;
			return append_token(pieces, vocabulary->unknown, character, character + length - 1);
		}
		if (!append_token(pieces, id, character + from, character + to - 1))
			return false;
	}
	return true;
}

/* ---- words ---- */

/* Ends the word at hand: a sign is a word of its own. */
static bool
finish_word(cs_word_pieces *pieces, const cs_vocabulary *vocabulary)
{
	size_t length = pieces->length;
	size_t from = 0;

	pieces->length = pieces->run = 0;
	for (size_t i = 0; i <= length; i++)
	{
		bool sign = i < length && is_punctuation(pieces->word[i].value);

		if (i < length && !sign)
			continue;
		if (i > from && !append_word(pieces, vocabulary, pieces->word + from, i - from))
			return false;
		if (sign && !append_word(pieces, vocabulary, pieces->word + i, 1))
			return false;
		from = i + 1;
	}
	return true;
}

static bool
append_character(cs_word_pieces *pieces, uint32_t value, const cs_read_character *from)
{
	if (pieces->length == pieces->capacity)
		return false;
	pieces->word[pieces->length] = *from;
	pieces->word[pieces->length++].value = value;
	return true;
}

static int
combining_class(uint32_t value)
{
	return utf8proc_get_property((utf8proc_int32_t) value)->combining_class;
}

/*
 * Appends a part of a decomposed character unless it is an accent; combining ones that follow each
 * other stand by their class (a word with more of them than a word may have is unknown anyway).
 */
static bool
append_part(cs_word_pieces *pieces, uint32_t value, const cs_read_character *from)
{
	int class = combining_class(value);
	size_t place;

	if (utf8proc_category((utf8proc_int32_t) value) != UTF8PROC_CATEGORY_MN &&
		!append_character(pieces, value, from))
		return false;
	if (class == 0)
		pieces->run = pieces->length;
	place = pieces->length;
	if (place - pieces->run > CS_WORD_PIECE_LONGEST)
		return true;
	while (place > pieces->run + 1 && combining_class(pieces->word[place - 2].value) >
										  combining_class(pieces->word[place - 1].value))
	{
		cs_read_character swap = pieces->word[place - 1];

		pieces->word[place - 1] = pieces->word[place - 2];
		pieces->word[place - 2] = swap;
		place--;
	}
	return true;
}

/* The full lower case of a character: as many as two. */
static int
lower_case(uint32_t c, uint32_t lower[2])
{
	lower[0] = (uint32_t) utf8proc_tolower((utf8proc_int32_t) c);
	if (c != CAPITAL_I_WITH_DOT)
		return 1;
	lower[0] = 'i';
	lower[1] = DOT_ABOVE;
	return 2;
}

static bool
append_without_accents(cs_word_pieces *pieces, uint32_t c, const cs_read_character *from)
{
	utf8proc_int32_t parts[MOST_PARTS];
	int last_class = UTF8PROC_BOUNDCLASS_START;
	utf8proc_ssize_t count;

	if (c < 0x80)
	{
		if (!append_character(pieces, c, from))
			return false;
		pieces->run = pieces->length;
		return true;
	}
	count = utf8proc_decompose_char((utf8proc_int32_t) c, parts, MOST_PARTS, UTF8PROC_DECOMPOSE,
									&last_class);
	for (utf8proc_ssize_t i = 0; i < count && i < MOST_PARTS; i++)
		if (!append_part(pieces, (uint32_t) parts[i], from))
			return false;
	return true;
}

/* Takes up a character that is neither dropped nor blank. */
static bool
read_character(cs_word_pieces *pieces, const cs_word_piece_rules *rules,
			   const cs_read_character *from)
{
	uint32_t lower[2] = {from->value, 0};
	int count = rules->lower ? lower_case(from->value, lower) : 1;

	for (int i = 0; i < count; i++)
		if (!(rules->strip_accents ? append_without_accents(pieces, lower[i], from)
								   : append_character(pieces, lower[i], from)))
			return false;
	return true;
}

cs_status
cs_word_pieces_read(cs_word_pieces *pieces, const cs_vocabulary *vocabulary,
					const cs_word_piece_rules *rules, const char *source, size_t length)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *) source;
	cs_read_character at = {0};

	pieces->count = pieces->length = pieces->run = 0;
	for (; at.byte < length; at.byte += at.size, at.at++)
	{
		utf8proc_int32_t c;
		utf8proc_ssize_t size =
			utf8proc_iterate(bytes + at.byte, (utf8proc_ssize_t) (length - at.byte), &c);
		bool room = true;
		bool alone;

		if (size <= 0)
			return CS_OUT_OF_RANGE;
		at.value = (uint32_t) c;
		at.size = (uint32_t) size;
		cs_work(CHARACTER_COST);
		if (is_dropped(at.value))
			continue;
		alone = rules->part_ideographs && is_ideograph(at.value);
		if (alone || is_blank(at.value))
			room = finish_word(pieces, vocabulary);
		if (room && !is_blank(at.value))
			room = read_character(pieces, rules, &at);
		if (room && alone)
			room = finish_word(pieces, vocabulary);
		if (!room)
			return CS_SIZE_OVERFLOW;
	}
	return finish_word(pieces, vocabulary) ? CS_OK : CS_SIZE_OVERFLOW;
}
