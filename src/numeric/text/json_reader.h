/*
 * json_reader.h
 *		Reads JSON (RFC 8259) strictly, piece by piece, out of text that nobody vouches for, without
 *		memory of its own.
 *
 *		if (cs_json_enter(json, '{'))
 *			while (cs_json_key(json, &key))
 *				if (cs_json_text_is(&key, "name")) ... else cs_json_skip(json);
 *
 * After a fault all calls give nothing, json->fault says what it was and json->at where.
 */
#ifndef CREDITSPREAD_NUMERIC_JSON_READER_H
#define CREDITSPREAD_NUMERIC_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deepest nesting that is read. */
#define CS_JSON_DEPTH 32

typedef struct cs_json
{
	const char *start;
	const char *at;
	const char *end;
	const char *fault; /* a clause; NULL: none yet */
	int depth;
	bool first[CS_JSON_DEPTH];	/* of each open object or array: nothing has been read of it */
	bool object[CS_JSON_DEPTH]; /* and whether it is an object */
} cs_json;

/* A string between its quotes, escapes as they stand. */
typedef struct cs_json_text
{
	const char *at;
	size_t length;
} cs_json_text;

extern void cs_json_start(cs_json *json, const char *text, size_t length);

/* The first character of the value that follows, blanks skipped; 0 at the end. */
extern char cs_json_peek(cs_json *json);

/* Enters the object '{' or array '[' that follows; anything else is a fault. */
extern bool cs_json_enter(cs_json *json, char opening);

/* Whether the object, or array, goes on: leaves it where not. */
extern bool cs_json_key(cs_json *json, cs_json_text *key);
extern bool cs_json_element(cs_json *json);

/* The value that follows; another kind of value is a fault. */
extern bool cs_json_string(cs_json *json, cs_json_text *text);
extern bool cs_json_size(cs_json *json, uint64_t *value); /* an integer from 0 to 2^63 - 1 */
extern bool cs_json_number(cs_json *json, double *value);
extern bool cs_json_boolean(cs_json *json, bool *value);
extern void cs_json_skip(cs_json *json);

/* At the end of the text: anything but blanks is a fault. */
extern bool cs_json_finish(cs_json *json);

extern void cs_json_fail(cs_json *json, const char *fault);

/* Writes the characters that a text stands for, UTF-8, no longer than it; how many bytes. */
extern size_t cs_json_unescape(char *to, const cs_json_text *text);

/* Whether it stands for `ascii`. */
extern bool cs_json_text_is(const cs_json_text *text, const char *ascii);

#endif
