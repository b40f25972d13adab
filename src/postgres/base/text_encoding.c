/*
 * text_encoding.c
 *		Text inside of values, the same whatever the encoding of the database.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/namespace.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "postgres/base/text_encoding.h"

#define FIRST_SURROGATE 0xd800
#define FIRST_LOW_SURROGATE 0xdc00
#define LAST_SURROGATE 0xdfff
#define ESCAPE_LENGTH 6 /* \uXXXX */

static bool
is_ascii_text(const char *text, Size length)
{
	for (Size i = 0; i < length; i++)
		if (IS_HIGHBIT_SET(text[i]))
			return false;
	return true;
}

int
text_encoding(void)
{
	return GetDatabaseEncoding() == PG_SQL_ASCII ? PG_UTF8 : GetDatabaseEncoding();
}

bool
is_convertible(const char *text, int length)
{
	return GetDatabaseEncoding() != PG_SQL_ASCII || pg_verify_mbstr(PG_UTF8, text, length, true);
}

/* The text with its bytes beyond ASCII in hexadecimal: what is no text cannot be sent as one. */
static char *
printable(const char *text, int length)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < length; i++)
		if (IS_HIGHBIT_SET(text[i]))
			appendStringInfo(&out, "\\x%02x", (unsigned char) text[i]);
		else
			appendStringInfoChar(&out, text[i]);
	return out.data;
}

char *
text_to_utf8(const char *text, int length)
{
	char *converted;

	if (!is_convertible(text, length))
		ereport(ERROR, (errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
						errmsg("\"%s\" is not valid UTF-8", printable(text, length)),
						errhint("A database of encoding SQL_ASCII does not know the characters of "
								"its text; give it in ASCII or UTF-8.")));
	if (GetDatabaseEncoding() == PG_SQL_ASCII)
		return pnstrdup(text, length);
	converted = pg_server_to_any(text, length, PG_UTF8);
	return converted != text ? converted : pnstrdup(text, length);
}

char *
text_from_utf8(const char *text, int length)
{
	char *converted = pg_any_to_server(text, length, PG_UTF8);

	return converted != text ? converted : pnstrdup(text, length);
}

int
compare_as_utf8(const char *left, const char *right)
{
	char *a, *b;
	int result;

	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII ||
		(is_ascii_text(left, strlen(left)) && is_ascii_text(right, strlen(right))))
		return strcmp(left, right);
	a = text_to_utf8(left, strlen(left));
	b = text_to_utf8(right, strlen(right));
	result = strcmp(a, b);
	pfree(a);
	pfree(b);
	return result;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* JSON being written. */
typedef struct JsonWriter
{
	StringInfoData out;
	int encoding; /* of the text, and of the keys whose order counts */
	bool ascii;	  /* UTF-8, with escapes for what is not ASCII */
	bool failed;  /* a character that the encoding lacks */
} JsonWriter;

/* A copy in the encoding of the writer, ended by 0. */
static char *
written_text(JsonWriter *writer, const char *text, int length)
{
	Size size = (Size) length * MAX_CONVERSION_GROWTH + 1;
	Oid conversion;
	char *result;

	if (writer->ascii)
		return text_to_utf8(text, length);
	if (is_ascii_text(text, length) || text_encoding() == writer->encoding)
		return pnstrdup(text, length);
	conversion = FindDefaultConversionProc(text_encoding(), writer->encoding);
	if (!OidIsValid(conversion) || size > MaxAllocSize)
	{
		writer->failed = true;
		return pnstrdup("", 0);
	}
	result = palloc(size);
	if (pg_do_encoding_conversion_buf(conversion, text_encoding(), writer->encoding,
									  (unsigned char *) text, length, (unsigned char *) result,
									  size, true) != length)
		writer->failed = true;
	return result;
}

/* UTF-8 with escapes for what is not ASCII. */
static void
append_escaped(StringInfo out, const char *utf8)
{
	for (const char *c = utf8; *c != '\0'; c += pg_encoding_mblen(PG_UTF8, c))
	{
		pg_wchar character;

		if (!IS_HIGHBIT_SET(*c))
		{
			appendStringInfoChar(out, *c);
			continue;
		}
		character = utf8_to_unicode((const unsigned char *) c);
		if (character > 0xffff)
			appendStringInfo(out, "\\u%04x\\u%04x", FIRST_SURROGATE + ((character - 0x10000) >> 10),
							 FIRST_LOW_SURROGATE + ((character - 0x10000) & 0x3ff));
		else
			appendStringInfo(out, "\\u%04x", character);
	}
}

static void
append_quoted(JsonWriter *writer, const char *text, int length)
{
	char *written = written_text(writer, text, length);

	if (writer->ascii)
	{
		StringInfoData quoted;

		initStringInfo(&quoted);
		escape_json(&quoted, written);
		append_escaped(&writer->out, quoted.data);
		pfree(quoted.data);
	}
	else
		escape_json(&writer->out, written);
	pfree(written);
}

typedef struct Member
{
	const char *key; /* in the encoding of the writer */
	int length;
	JsonbValue name;
	JsonbValue value;
} Member;

/* The order of jsonb itself in a database of that encoding: shorter keys first. */
static int
compare_members(const void *left, const void *right)
{
	const Member *a = left;
	const Member *b = right;

	return a->length != b->length ? a->length - b->length : memcmp(a->key, b->key, a->length);
}

static void append_container(JsonWriter *writer, JsonbContainer *container);

static void
append_value(JsonWriter *writer, const JsonbValue *value)
{
	StringInfo out = &writer->out;

	switch (value->type)
	{
		case jbvNull:
			appendStringInfoString(out, "null");
			break;
		case jbvString:
			append_quoted(writer, value->val.string.val, value->val.string.len);
			break;
		case jbvNumeric:
			appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(
											numeric_out, NumericGetDatum(value->val.numeric))));
			break;
		case jbvBool:
			appendStringInfoString(out, value->val.boolean ? "true" : "false");
			break;
		default:
			append_container(writer, value->val.binary.data);
			break;
	}
}

static void
append_object(JsonWriter *writer, JsonbContainer *container)
{
	StringInfo out = &writer->out;
	int count = JsonContainerSize(container);
	Member *members = palloc(sizeof(Member) * Max(count, 1));
	JsonbIterator *iterator = JsonbIteratorInit(container);
	JsonbIteratorToken token;
	JsonbValue value;
	int i = 0;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			members[i].name = value;
			members[i].key = written_text(writer, value.val.string.val, value.val.string.len);
			members[i].length = strlen(members[i].key);
		}
		else if (token == WJB_VALUE)
			members[i++].value = value;
	}
	qsort(members, count, sizeof(Member), compare_members);
	appendStringInfoChar(out, '{');
	for (i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(out, ", ");
		append_value(writer, &members[i].name);
		appendStringInfoString(out, ": ");
		append_value(writer, &members[i].value);
	}
	appendStringInfoChar(out, '}');
	pfree(members);
}

static void
append_array(JsonWriter *writer, JsonbContainer *container)
{
	StringInfo out = &writer->out;
	JsonbIterator *iterator = JsonbIteratorInit(container);
	JsonbIteratorToken token;
	JsonbValue value;
	bool first = true;

	appendStringInfoChar(out, '[');
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		if (!first)
			appendStringInfoString(out, ", ");
		first = false;
		append_value(writer, &value);
	}
	appendStringInfoChar(out, ']');
}

static void
append_container(JsonWriter *writer, JsonbContainer *container)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (JsonContainerIsObject(container))
		append_object(writer, container);
	else
		append_array(writer, container);
}

char *
jsonb_in_encoding(const Jsonb *jsonb, int encoding)
{
	JsonWriter writer = {.encoding = encoding};

	initStringInfo(&writer.out);
	append_container(&writer, (JsonbContainer *) &jsonb->root);
	return writer.failed ? NULL : writer.out.data;
}

char *
jsonb_to_ascii(const Jsonb *jsonb)
{
	JsonWriter writer = {.encoding = PG_UTF8, .ascii = true};

	initStringInfo(&writer.out);
	append_container(&writer, (JsonbContainer *) &jsonb->root);
	return writer.out.data;
}

/* The code unit of an escape \uXXXX; -1 where there is none. */
static int
escaped_unit(const char *text)
{
	int unit = 0;

	if (text[0] != '\\' || text[1] != 'u')
		return -1;
	for (int i = 2; i < ESCAPE_LENGTH; i++)
	{
		if (!isxdigit((unsigned char) text[i]))
			return -1;
		unit = unit * 16 + (text[i] <= '9' ? text[i] - '0' : (text[i] | 0x20) - 'a' + 10);
	}
	return unit;
}

/* Appends the character of an escape and returns its length; 0 when it is to stay as it is. */
static int
append_character(StringInfo out, const char *text)
{
	int unit = escaped_unit(text);
	int length = ESCAPE_LENGTH;
	pg_wchar character = unit;
	unsigned char utf8[8] = {0};
	char *converted;

	if (unit < 0x80)
		return 0;
	if (unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE)
	{
		int low = escaped_unit(text + ESCAPE_LENGTH);

		if (unit >= FIRST_LOW_SURROGATE || low < FIRST_LOW_SURROGATE || low > LAST_SURROGATE)
			return 0;
		character = 0x10000 + ((unit - FIRST_SURROGATE) << 10) + (low - FIRST_LOW_SURROGATE);
		length += ESCAPE_LENGTH;
	}
	unicode_to_utf8(character, utf8);
	converted = text_from_utf8((char *) utf8, strlen((char *) utf8));
	appendStringInfoString(out, converted);
	pfree(converted);
	return length;
}

char *
json_from_ascii(char *text)
{
	char *at = strstr(text, "\\u");
	StringInfoData out;

	if (at == NULL)
		return text;
	at = strchr(text, '\\');
	initStringInfo(&out);
	appendBinaryStringInfo(&out, text, at - text);
	while (*at != '\0')
	{
		const char *next = strchr(at, '\\');
		int length;

		if (next == NULL)
		{
			appendStringInfoString(&out, at);
			break;
		}
		appendBinaryStringInfo(&out, at, next - at);
		length = append_character(&out, next);
		if (length == 0)
		{
			length = next[1] == '\0' ? 1 : 2;
			appendBinaryStringInfo(&out, next, length);
		}
		at = (char *) next + length;
	}
	return out.data;
}

/* ---- binary forms ---------------------------------------------------------------------------- */

void
send_utf8(StringInfo buffer, const char *text, int length)
{
	char *utf8 = text_to_utf8(text, length);
	int bytes = strlen(utf8);

	pq_sendint32(buffer, bytes);
	pq_sendbytes(buffer, utf8, bytes);
	pfree(utf8);
}

char *
receive_utf8(StringInfo buffer, int length, int *converted)
{
	char *text = text_from_utf8(pq_getmsgbytes(buffer, length), length);

	*converted = strlen(text);
	return text;
}

void
send_json(StringInfo buffer, const Jsonb *jsonb)
{
	char *text = jsonb_to_ascii(jsonb);

	send_utf8(buffer, text, strlen(text));
	pfree(text);
}

Jsonb *
receive_json(StringInfo buffer, int length)
{
	int converted;
	char *text = json_from_ascii(receive_utf8(buffer, length, &converted));

	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
}
