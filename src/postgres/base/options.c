/*
 * options.c
 *		Options from jsonb by a table, and the JSON that goes into models.
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/numeric.h"

#include "postgres/base/options.h"
#include "postgres/base/shown_json.h"

static const char *
option_name(const OptionSpec *spec)
{
	const char *dot = strrchr(spec->member, '.');

	return dot == NULL ? spec->member : dot + 1;
}

static bool
has_option(const OptionTable *table, const OptionSpec *spec)
{
	return spec->defaults[table->family] != NULL &&
		   !(table->stored && (spec->type == OPTION_PRESET || spec->type == OPTION_FLAG ||
							   spec->type == OPTION_DOUBLE_LIST || spec->type == OPTION_MODEL));
}

/* The table's first row at or after `spec`, NULL behind the last; begins at table->specs. */
static const OptionSpec *
next_option(const OptionTable *table, const OptionSpec *spec)
{
	while (spec < table->specs + table->count && !has_option(table, spec))
		spec++;
	return spec < table->specs + table->count ? spec : NULL;
}

#define FOR_OPTIONS(spec, table)                                                                   \
	for (const OptionSpec *spec = next_option(table, (table)->specs); spec != NULL;                \
		 spec = next_option(table, spec + 1))

static const OptionSpec *
find_option(const OptionTable *table, const char *name, size_t length)
{
	FOR_OPTIONS(spec, table)
	{
		if (strlen(option_name(spec)) == length && memcmp(option_name(spec), name, length) == 0)
			return spec;
	}
	return NULL;
}

const OptionSpec *
option_spec(const OptionTable *table, const char *name)
{
	const OptionSpec *spec = find_option(table, name, strlen(name));

	Assert(spec != NULL);
	return spec;
}

static const char *
known_keys(const OptionTable *table)
{
	StringInfoData list;

	initStringInfo(&list);
	FOR_OPTIONS(spec, table)
	{
		appendStringInfo(&list, "%s%s", list.len == 0 ? "" : ", ", option_name(spec));
	}
	return list.data;
}

static const char *
known_choices(const char *const *choices)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; choices[i] != NULL; i++)
		appendStringInfo(&list, "%s%s", i == 0 ? "" : ", ", choices[i]);
	return list.data;
}

static void
report_value(const char *what, const OptionSpec *spec, const JsonbValue *value,
			 const char *expected)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: option \"%s\" is %s, must be %s", what, option_name(spec),
						   shown_json(value), expected)));
}

/* All digits of a whole number: it may have more than the 15 that are enough for others. */
static char *
bound_text(double bound, bool integer)
{
	return integer ? psprintf("%.0f", bound) : psprintf("%.15g", bound);
}

static double
number_in_range(const char *what, const OptionSpec *spec, const JsonbValue *whole,
				const JsonbValue *value, bool integer)
{
	bool array = spec->type == OPTION_INT_ARRAY || spec->type == OPTION_INT_LIST ||
				 spec->type == OPTION_DOUBLE_LIST;
	double number = NAN;

	if (value->type == jbvNumeric)
		number = DatumGetFloat8(
			DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));
	if (!(number >= spec->minimum && number <= spec->maximum) ||
		(integer && number != floor(number)))
		report_value(what, spec, whole,
					 psprintf("%s%s from %s to %s", array ? "an array of " : "",
							  integer ? (array ? "integers" : "an integer")
									  : (array ? "numbers" : "a number"),
							  bound_text(spec->minimum, integer),
							  bound_text(spec->maximum, integer)));
	return number;
}

/* The number of elements of an array of `of`, within its bounds. */
static int
checked_length(const char *what, const OptionSpec *spec, const JsonbValue *value, const char *of)
{
	int least = spec->type == OPTION_INT_ARRAY ? 1 : 0;
	int count;

	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data) ||
		JsonContainerIsScalar(value->val.binary.data))
		report_value(what, spec, value, psprintf("an array of %s", of));
	count = JsonContainerSize(value->val.binary.data);
	if (count < least || count > spec->capacity)
		report_value(what, spec, value,
					 psprintf("an array of %d to %d %s", least, spec->capacity, of));
	return count;
}

static void
read_text_list(const char *what, const OptionSpec *spec, const JsonbValue *value, char *target)
{
	int count = checked_length(what, spec, value, "texts");
	char **elements = palloc(sizeof(char *) * Max(count, 1));

	for (int i = 0; i < count; i++)
	{
		JsonbValue *element = getIthJsonbValueFromContainer(value->val.binary.data, i);

		if (element->type != jbvString || element->val.string.len == 0)
			report_value(what, spec, value, "an array of texts, none of them empty");
		elements[i] = pnstrdup(element->val.string.val, element->val.string.len);
	}
	*(char ***) (target + spec->offset) = elements;
	*(int *) (target + spec->length_offset) = count;
}

static void
read_int_array(const char *what, const OptionSpec *spec, const JsonbValue *value, char *target)
{
	int *elements = (int *) (target + spec->offset);
	int count = checked_length(what, spec, value, "integers");

	for (int i = 0; i < count; i++)
		elements[i] = (int) number_in_range(
			what, spec, value, getIthJsonbValueFromContainer(value->val.binary.data, i), true);
	*(int *) (target + spec->length_offset) = count;
}

static void
read_double_list(const char *what, const OptionSpec *spec, const JsonbValue *value, char *target)
{
	double *elements = (double *) (target + spec->offset);
	int count = checked_length(what, spec, value, "numbers");

	for (int i = 0; i < count; i++)
		elements[i] = number_in_range(
			what, spec, value, getIthJsonbValueFromContainer(value->val.binary.data, i), false);
	*(int *) (target + spec->length_offset) = count;
}

static int
choice_number(const OptionSpec *spec, const char *choice, size_t length)
{
	for (int i = 0; spec->choices[i] != NULL; i++)
		if (strlen(spec->choices[i]) == length && memcmp(spec->choices[i], choice, length) == 0)
			return i;
	return -1;
}

int
option_choice(const OptionTable *table, const char *name, const char *choice)
{
	return choice_number(option_spec(table, name), choice, strlen(choice));
}

static void
read_choice(const char *what, const OptionSpec *spec, const JsonbValue *value, char *target)
{
	int number = -1;

	if (value->type == jbvString)
		number = choice_number(spec, value->val.string.val, value->val.string.len);
	if (number < 0)
		report_value(what, spec, value, psprintf("one of %s", known_choices(spec->choices)));
	*(int *) (target + spec->offset) = number;
}

static void
read_option(const char *what, const OptionSpec *spec, const JsonbValue *value, char *target)
{
	switch (spec->type)
	{
		case OPTION_INT:
			*(int *) (target + spec->offset) =
				(int) number_in_range(what, spec, value, value, true);
			break;
		case OPTION_SEED:
			*(uint64 *) (target + spec->offset) =
				(uint64) number_in_range(what, spec, value, value, true);
			break;
		case OPTION_DOUBLE:
			*(double *) (target + spec->offset) = number_in_range(what, spec, value, value, false);
			break;
		case OPTION_OPTIONAL:
			*(double *) (target + spec->offset) =
				value->type == jbvNull ? OPTION_NONE
									   : number_in_range(what, spec, value, value, false);
			break;
		case OPTION_CHOICE:
		case OPTION_PRESET:
			read_choice(what, spec, value, target);
			break;
		case OPTION_INT_ARRAY:
		case OPTION_INT_LIST:
			read_int_array(what, spec, value, target);
			break;
		case OPTION_DOUBLE_LIST:
			read_double_list(what, spec, value, target);
			break;
		case OPTION_BOOL:
		case OPTION_FLAG:
			if (value->type != jbvBool)
				report_value(what, spec, value, "true or false");
			*(bool *) (target + spec->offset) = value->val.boolean;
			break;
		case OPTION_TEXT:
			if (value->type != jbvString)
				report_value(what, spec, value, "a text");
			*(char **) (target + spec->offset) =
				pnstrdup(value->val.string.val, value->val.string.len);
			break;
		case OPTION_TEXT_LIST:
			read_text_list(what, spec, value, target);
			break;
		case OPTION_MODEL:
			if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
				report_value(what, spec, value, "an object");
			*(const Jsonb **) (target + spec->offset) = JsonbValueToJsonb((JsonbValue *) value);
			break;
	}
}

/* `text` as the SQL function's argument would be written. */
static void
set_default(const OptionSpec *spec, const char *text, char *target)
{
	char *member = target + spec->offset;
	int count = 0;

	switch (spec->type)
	{
		case OPTION_INT:
			*(int *) member = (int) strtol(text, NULL, 10);
			break;
		case OPTION_SEED:
			*(uint64 *) member = strtou64(text, NULL, 10);
			break;
		case OPTION_DOUBLE:
		case OPTION_OPTIONAL:
			*(double *) member = strtod(text, NULL);
			break;
		case OPTION_CHOICE:
			*(int *) member = choice_number(spec, text, strlen(text));
			Assert(*(int *) member >= 0);
			break;
		case OPTION_BOOL:
		case OPTION_FLAG:
			*(bool *) member = strcmp(text, "true") == 0;
			break;
		case OPTION_INT_ARRAY:
		case OPTION_INT_LIST:
			while (*text != '}' && text[1] != '}')
				((int *) member)[count++] = (int) strtol(text + 1, (char **) &text, 10);
			*(int *) (target + spec->length_offset) = count;
			break;
		case OPTION_DOUBLE_LIST:
			Assert(strcmp(text, "{}") == 0);
			*(int *) (target + spec->length_offset) = 0;
			break;
		case OPTION_TEXT_LIST:
			Assert(strcmp(text, "{}") == 0);
			*(char ***) member = NULL;
			*(int *) (target + spec->length_offset) = 0;
			break;
		case OPTION_PRESET:
		case OPTION_TEXT:
		case OPTION_MODEL:
			Assert(false);
			break;
	}
}

void
default_options(const OptionTable *table, void *target)
{
	FOR_OPTIONS(spec, table)
	{
		const char *text = spec->defaults[table->family];

		if (text[0] != '(')
			set_default(spec, text, target);
	}
}

void
change_options(const Jsonb *options, const char *what, const OptionTable *table, void *target)
{
	JsonbIterator *iterator;
	JsonbValue key;
	JsonbValue value;

	if (options == NULL)
		return;
	if (!JB_ROOT_IS_OBJECT(options))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the options must be a JSON object", what),
						errhint("The options are: %s.", known_keys(table))));
	iterator = JsonbIteratorInit((JsonbContainer *) &options->root);
	JsonbIteratorNext(&iterator, &value, true);
	while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY)
	{
		const OptionSpec *spec = find_option(table, key.val.string.val, key.val.string.len);

		JsonbIteratorNext(&iterator, &value, true);
		if (spec == NULL)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: unknown option %s", what,
								   shown_string(key.val.string.val, key.val.string.len)),
							errhint("The options are: %s.", known_keys(table))));
		read_option(what, spec, &value, target);
	}
}

void
read_options(const Jsonb *options, const char *what, const OptionTable *table, void *target)
{
	default_options(table, target);
	change_options(options, what, table, target);
}

void
check_all_options(const JsonbContainer *options, const char *what, const OptionTable *table)
{
	JsonbValue value;

	FOR_OPTIONS(spec, table)
	{
		if (!json_field(options, option_name(spec), &value))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"%s\" is missing", what, option_name(spec))));
	}
}

static void
append_option(StringInfo json, const OptionSpec *spec, const void *source)
{
	const char *member = (const char *) source + spec->offset;

	switch (spec->type)
	{
		case OPTION_INT:
			appendStringInfo(json, "%d", *(const int *) member);
			break;
		case OPTION_SEED:
			appendStringInfo(json, UINT64_FORMAT, *(const uint64 *) member);
			break;
		case OPTION_DOUBLE:
			append_json_double(json, *(const double *) member);
			break;
		case OPTION_OPTIONAL:
			append_json_double(json, *(const double *) member < 0 ? NAN : *(const double *) member);
			break;
		case OPTION_CHOICE:
			appendStringInfo(json, "\"%s\"", spec->choices[*(const int *) member]);
			break;
		case OPTION_BOOL:
		case OPTION_FLAG:
			appendStringInfoString(json, *(const bool *) member ? "true" : "false");
			break;
		case OPTION_TEXT:
			escape_json(json, *(char *const *) member);
			break;
		case OPTION_INT_ARRAY:
		case OPTION_INT_LIST:
		{
			int length = *(const int *) ((const char *) source + spec->length_offset);

			appendStringInfoChar(json, '[');
			for (int e = 0; e < length; e++)
				appendStringInfo(json, "%s%d", e == 0 ? "" : ", ", ((const int *) member)[e]);
			appendStringInfoChar(json, ']');
			break;
		}
		case OPTION_TEXT_LIST:
		{
			int length = *(const int *) ((const char *) source + spec->length_offset);

			appendStringInfoChar(json, '[');
			for (int e = 0; e < length; e++)
			{
				appendStringInfoString(json, e == 0 ? "" : ", ");
				escape_json(json, (*(char *const *const *) member)[e]);
			}
			appendStringInfoChar(json, ']');
			break;
		}
		case OPTION_DOUBLE_LIST:
		case OPTION_PRESET:
		case OPTION_MODEL:
			Assert(false);
			break;
	}
}

void
append_options(StringInfo json, const OptionTable *table, const void *source)
{
	const char *separator = "{";

	Assert(table->stored);
	FOR_OPTIONS(spec, table)
	{
		appendStringInfo(json, "%s\"%s\": ", separator, option_name(spec));
		append_option(json, spec, source);
		separator = ", ";
	}
	appendStringInfoChar(json, '}');
}
void
append_json_double(StringInfo json, double value)
{
	char text[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isfinite(value))
	{
		/* not float8out, which extra_float_digits changes */
		double_to_shortest_decimal_buf(value, text);
		appendStringInfoString(json, text);
	}
	else
		appendStringInfoString(json, "null");
}

void
append_json_doubles(StringInfo json, const double *values, int count)
{
	appendStringInfoChar(json, '[');
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(json, ", ");
		append_json_double(json, values[i]);
	}
	appendStringInfoChar(json, ']');
}

void
append_json_time(StringInfo json, TimePoint time)
{
	static const Oid types[] = {InvalidOid, DATEOID, TIMESTAMPOID, TIMESTAMPTZOID};
	int utc = 0;
	char text[MAXDATELEN + 1];

	if (time.type == TIME_BIGINT)
		appendStringInfo(json, INT64_FORMAT, time.value);
	else
		appendStringInfo(json, "\"%s\"",
						 JsonEncodeDateTime(text, time_datum(time), types[time.type],
											time.type == TIME_TIMESTAMPTZ ? &utc : NULL));
}

bool
json_field(const JsonbContainer *object, const char *key, JsonbValue *value)
{
	return JsonContainerIsObject(object) &&
		   getKeyJsonValueFromContainer((JsonbContainer *) object, key, strlen(key), value) != NULL;
}

static void
report_field(const char *what, const char *key, const char *expected)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: \"%s\" must be %s", what, key, expected)));
}

static double
finite_number(const JsonbValue *value, const char *key, const char *what)
{
	double number = NAN;

	if (value->type == jbvNumeric)
		number = DatumGetFloat8(
			DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));
	if (!isfinite(number))
		report_field(what, key, "a finite number");
	return number;
}

double
json_double(const JsonbContainer *object, const char *key, const char *what)
{
	JsonbValue value;

	if (!json_field(object, key, &value))
		report_field(what, key, "present");
	return finite_number(&value, key, what);
}

void
json_doubles(const JsonbContainer *object, const char *key, const char *what, double *values,
			 int count)
{
	JsonbValue array;

	if (!json_field(object, key, &array) || array.type != jbvBinary ||
		!JsonContainerIsArray(array.val.binary.data) ||
		JsonContainerSize(array.val.binary.data) != (uint32) count)
		report_field(what, key, psprintf("an array of %d numbers", count));
	for (int i = 0; i < count; i++)
		values[i] =
			finite_number(getIthJsonbValueFromContainer(array.val.binary.data, i), key, what);
}

char *
json_text(const JsonbContainer *object, const char *key, const char *what)
{
	JsonbValue value;

	if (!json_field(object, key, &value) || value.type != jbvString)
		report_field(what, key, "a text");
	return pnstrdup(value.val.string.val, value.val.string.len);
}

JsonbValue
json_child_object(const JsonbContainer *object, const char *key, const char *what)
{
	JsonbValue value;

	if (!json_field(object, key, &value) || value.type != jbvBinary ||
		!JsonContainerIsObject(value.val.binary.data))
		report_field(what, key, "an object");
	return value;
}
