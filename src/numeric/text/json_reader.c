/*
 * json_reader.c
 *		A strict reader of JSON.
 */
#include "numeric/text/json_reader.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "numeric/base/poll.h"

/* Longest number: what has more digits is not one that a file needs. */
#define LONGEST_NUMBER 64

/* What a character costs in multiply-adds. */
#define CHARACTER_COST 4

#define ESCAPE_DIGITS 4
#define FIRST_SURROGATE 0xd800
#define FIRST_LOW_SURROGATE 0xdc00
#define LAST_SURROGATE 0xdfff

void
cs_json_start(cs_json *json, const char *text, size_t length)
{
	memset(json, 0, sizeof(*json));
	json->start = json->at = text;
	json->end = text + length;
}

void
cs_json_fail(cs_json *json, const char *fault)
{
	if (json->fault == NULL)
		json->fault = fault;
}

char
cs_json_peek(cs_json *json)
{
	if (json->fault != NULL)
		return 0;
	while (json->at < json->end &&
		   (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r'))
	{
		json->at++;
		cs_work(1);
	}
	return json->at < json->end ? *json->at : 0;
}

static bool
take(cs_json *json, char c)
{
	if (cs_json_peek(json) != c || json->at == json->end)
		return false;
	json->at++;
	return true;
}

bool
cs_json_enter(cs_json *json, char opening)
{
	if (json->depth == CS_JSON_DEPTH)
		cs_json_fail(json, "objects and arrays are nested too deeply");
	else if (!take(json, opening))
		cs_json_fail(json, opening == '{' ? "no object where one must stand"
										  : "no array where one must stand");
	if (json->fault != NULL)
		return false;
	json->object[json->depth] = opening == '{';
	json->first[json->depth++] = true;
	return true;
}

/* Whether the innermost object or array goes on. */
static bool
goes_on(cs_json *json, char closing)
{
	bool first = json->first[json->depth - 1];

	if (take(json, closing))
	{
		json->depth--;
		return false;
	}
	if (!first && !take(json, ','))
		cs_json_fail(json, "neither a comma nor the end of an object or array");
	json->first[json->depth - 1] = false;
	return json->fault == NULL;
}

bool
cs_json_key(cs_json *json, cs_json_text *key)
{
	if (json->fault != NULL || !goes_on(json, '}') || !cs_json_string(json, key))
		return false;
	if (!take(json, ':'))
		cs_json_fail(json, "no colon behind a name");
	return json->fault == NULL;
}

bool
cs_json_element(cs_json *json)
{
	return json->fault == NULL && goes_on(json, ']');
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The code unit of \uXXXX; -1 where there is none. */
static int32_t
escaped_unit(const char *at, const char *end)
{
	int32_t unit = 0;

	if (end - at < 2 + ESCAPE_DIGITS || at[0] != '\\' || at[1] != 'u')
		return -1;
	for (int i = 2; i < 2 + ESCAPE_DIGITS; i++)
	{
		int digit = digit_of(at[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

/* The character that the escape at `at` stands for, and its length; -1: it stands for none. */
static int32_t
escaped_character(const char *at, const char *end, size_t *length)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	int32_t unit = escaped_unit(at, end);
	const char *found = end - at > 1 && at[1] != '\0' ? strchr(letters, at[1]) : NULL;

	*length = 2;
	if (found != NULL)
		return values[found - letters];
	*length = 2 + ESCAPE_DIGITS;
	if (unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE)
	{
		int32_t low = escaped_unit(at + *length, end);

		if (unit >= FIRST_LOW_SURROGATE || low < FIRST_LOW_SURROGATE || low > LAST_SURROGATE)
			return -1;
		*length *= 2;
		return 0x10000 + ((unit - FIRST_SURROGATE) << 10) + (low - FIRST_LOW_SURROGATE);
	}
	return unit;
}

/* Bytes of the character or escape at `at` of a string; 0: it is none. */
static size_t
character_length(const char *at, const char *end)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t size;
	size_t length;

	if (*at == '\\')
		return escaped_character(at, end, &length) < 0 ? 0 : length;
	if ((unsigned char) *at < ' ')
		return 0;
	if ((unsigned char) *at < 0x80)
		return 1;
	size = utf8proc_iterate((const utf8proc_uint8_t *) at, end - at, &c);
	return size > 0 ? (size_t) size : 0;
}

bool
cs_json_string(cs_json *json, cs_json_text *text)
{
	if (!take(json, '"'))
		cs_json_fail(json, "no string where one must stand");
	if (json->fault != NULL)
		return false;
	text->at = json->at;
	while (json->at < json->end && *json->at != '"')
	{
		size_t length = character_length(json->at, json->end);

		if (length == 0)
		{
			cs_json_fail(json, "a string with a character that cannot stand in one");
			return false;
		}
		json->at += length;
		cs_work(CHARACTER_COST);
	}
	text->length = (size_t) (json->at - text->at);
	if (!take(json, '"'))
		cs_json_fail(json, "a string without an end");
	return json->fault == NULL;
}

static const char *
digits_end(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* The end of the number at `at`; NULL: there is none. */
static const char *
number_end(const char *at, const char *end)
{
	const char *from;

	if (at < end && *at == '-')
		at++;
	from = at;
	at = digits_end(at, end);
	if (at == from || (*from == '0' && at - from > 1))
		return NULL;
	if (at < end && *at == '.')
	{
		from = at + 1;
		at = digits_end(from, end);
		if (at == from)
			return NULL;
	}
	if (at < end && (*at | 0x20) == 'e')
	{
		from = at + 1;
		if (from < end && (*from == '+' || *from == '-'))
			from++;
		at = digits_end(from, end);
		if (at == from)
			return NULL;
	}
	return at;
}

/* Takes a number as text ended by 0. */
static bool
take_number(cs_json *json, char *copy)
{
	const char *end;

	cs_json_peek(json);
	if (json->fault != NULL)
		return false;
	end = number_end(json->at, json->end);
	if (end == NULL || end - json->at >= LONGEST_NUMBER)
	{
		cs_json_fail(json, end == NULL ? "no number where one must stand" : "a number too long");
		return false;
	}
	memcpy(copy, json->at, (size_t) (end - json->at));
	copy[end - json->at] = '\0';
	json->at = end;
	return true;
}

bool
cs_json_size(cs_json *json, uint64_t *value)
{
	char copy[LONGEST_NUMBER];

	*value = 0;
	if (!take_number(json, copy))
		return false;
	for (const char *c = copy; *c != '\0'; c++)
	{
		if (*c < '0' || *c > '9' || *value > ((uint64_t) INT64_MAX - (uint64_t) (*c - '0')) / 10)
		{
			cs_json_fail(json, "a number that is no size");
			return false;
		}
		*value = *value * 10 + (uint64_t) (*c - '0');
	}
	return true;
}

bool
cs_json_number(cs_json *json, double *value)
{
	char copy[LONGEST_NUMBER];

	if (!take_number(json, copy))
		return false;
	*value = strtod(copy, NULL);
	if (!(*value >= -1e300 && *value <= 1e300))
		cs_json_fail(json, "a number out of range");
	return json->fault == NULL;
}

static bool
take_word(cs_json *json, const char *word)
{
	size_t length = strlen(word);

	cs_json_peek(json);
	if (json->fault != NULL || (size_t) (json->end - json->at) < length ||
		memcmp(json->at, word, length) != 0)
		return false;
	json->at += length;
	return true;
}

bool
cs_json_boolean(cs_json *json, bool *value)
{
	*value = take_word(json, "true");
	if (!*value && !take_word(json, "false"))
		cs_json_fail(json, "neither true nor false");
	return json->fault == NULL;
}

void
cs_json_skip(cs_json *json)
{
	int depth = json->depth;
	cs_json_text text;
	char copy[LONGEST_NUMBER];
	bool goes;

	do
	{
		char c = cs_json_peek(json);

		if (c == '{' || c == '[')
			cs_json_enter(json, c);
		else if (c == '"')
			cs_json_string(json, &text);
		else if (!take_word(json, "true") && !take_word(json, "false") && !take_word(json, "null"))
			take_number(json, copy);
		goes = false;
		/* leaves what ends here, up to the next value */
		while (json->fault == NULL && json->depth > depth && !goes)
			goes = json->object[json->depth - 1] ? cs_json_key(json, &text) : cs_json_element(json);
	} while (goes);
}

bool
cs_json_finish(cs_json *json)
{
	cs_json_peek(json);
	if (json->fault == NULL && json->at < json->end)
		cs_json_fail(json, "text behind the end");
	return json->fault == NULL;
}

size_t
cs_json_unescape(char *to, const cs_json_text *text)
{
	const char *at = text->at;
	const char *end = at + text->length;
	char *start = to;

	while (at < end)
	{
		size_t length;

		if (*at != '\\')
		{
			*to++ = *at++;
			continue;
		}
		to += utf8proc_encode_char(escaped_character(at, end, &length), (utf8proc_uint8_t *) to);
		at += length;
	}
	return (size_t) (to - start);
}

bool
cs_json_text_is(const cs_json_text *text, const char *ascii)
{
	const char *at = text->at;
	const char *end = at + text->length;

	while (at < end)
	{
		size_t length = 1;
		int32_t c = *at == '\\' ? escaped_character(at, end, &length) : (unsigned char) *at;

		if (*ascii == '\0' || c != (unsigned char) *ascii++)
			return false;
		at += length;
	}
	return *ascii == '\0';
}
