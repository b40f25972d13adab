/*
 * shown_json.c
 *		JSON values in messages: on one line, and no more than their beginning.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "postgres/base/shown_json.h"

#define SHOWN 60 /* bytes of a value */

/* The beginning of a text that is longer than messages show. */
static char *
shortened(const char *text, int length)
{
	int shown = pg_mbcliplen(text, length, SHOWN);

	return psprintf("%s%s", pnstrdup(text, shown), shown < length ? "..." : "");
}

char *
shown_string(const char *text, int length)
{
	StringInfoData escaped;

	initStringInfo(&escaped);
	escape_json(&escaped, shortened(text, length));
	return escaped.data;
}

char *
shown_json(const JsonbValue *value)
{
	char *digits;

	switch (value->type)
	{
		case jbvNull:
			return "null";
		case jbvString:
			return shown_string(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			digits = DatumGetCString(
				DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
			return shortened(digits, (int) strlen(digits));
		case jbvBool:
			return value->val.boolean ? "true" : "false";
		default:
			return value->val.binary.len > SHOWN
					   ? "a JSON value"
					   : JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
	}
}
