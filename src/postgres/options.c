/*
 * options.c
 *		Options from jsonb by a table, and the JSON that goes into models.
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/numeric.h"

#include "postgres/options.h"

#define SEED_MAXIMUM 9007199254740991.0

static const char *
known_keys(const OptionSpec *specs, int spec_count)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < spec_count; i++)
		appendStringInfo(&list, "%s%s", i == 0 ? "" : ", ", specs[i].name);
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

/* A JSON value as messages show it. */
static char *
value_text(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			return "null";
		case jbvString:
			return psprintf("\"%s\"", pnstrdup(value->val.string.val, value->val.string.len));
		case jbvNumeric:
			return DatumGetCString(
				DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
		case jbvBool:
			return value->val.boolean ? "true" : "false";
		default:
			return value->val.binary.len > 60
					   ? "a JSON value"
					   : JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
	}
}

static void
report_value(const char *what, const OptionSpec *spec, const JsonbValue *value,
			 const char *expected)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: option \"%s\" is %s, must be %s", what, spec->name,
						   value_text(value), expected)));
}

static double
number_in_range(const char *what, const OptionSpec *spec, const JsonbValue *whole,
				const JsonbValue *value, bool integer)
{
	double minimum = spec->type == OPTION_SEED ? 0 : spec->minimum;
	double maximum = spec->type == OPTION_SEED ? SEED_MAXIMUM : spec->maximum;
	bool array = spec->type == OPTION_INT_ARRAY || spec->type == OPTION_INT_LIST;
	double number = NAN;

	if (value->type == jbvNumeric)
		number = DatumGetFloat8(
			DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));
	if (!(number >= minimum && number <= maximum) || (integer && number != floor(number)))
		report_value(what, spec, whole,
					 psprintf("%s%s from %.15g to %.15g", array ? "an array of " : "",
							  integer ? (array ? "integers" : "an integer") : "a number", minimum,
							  maximum));
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
read_choice(const char *what, const OptionSpec *spec, const JsonbValue *value, char *target)
{
	if (value->type == jbvString)
		for (int i = 0; spec->choices[i] != NULL; i++)
			if (strlen(spec->choices[i]) == (size_t) value->val.string.len &&
				memcmp(spec->choices[i], value->val.string.val, value->val.string.len) == 0)
			{
				*(int *) (target + spec->offset) = i;
				return;
			}
	report_value(what, spec, value, psprintf("one of %s", known_choices(spec->choices)));
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
			read_choice(what, spec, value, target);
			break;
		case OPTION_INT_ARRAY:
		case OPTION_INT_LIST:
			read_int_array(what, spec, value, target);
			break;
		case OPTION_BOOL:
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
		case OPTION_OBJECT:
			if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
				report_value(what, spec, value, "an object");
			*(const Jsonb **) (target + spec->offset) = JsonbValueToJsonb((JsonbValue *) value);
			break;
	}
}

void
read_options(const Jsonb *options, const char *what, const OptionSpec *specs, int spec_count,
			 void *target)
{
	JsonbIterator *iterator;
	JsonbValue key;
	JsonbValue value;

	if (options == NULL)
		return;
	if (!JB_ROOT_IS_OBJECT(options))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the options must be a JSON object", what),
						errhint("The options are: %s.", known_keys(specs, spec_count))));
	iterator = JsonbIteratorInit((JsonbContainer *) &options->root);
	JsonbIteratorNext(&iterator, &value, true);
	while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY)
	{
		const OptionSpec *spec = NULL;

		JsonbIteratorNext(&iterator, &value, true);
		for (int i = 0; i < spec_count && spec == NULL; i++)
			if (strlen(specs[i].name) == (size_t) key.val.string.len &&
				memcmp(specs[i].name, key.val.string.val, key.val.string.len) == 0)
				spec = &specs[i];
		if (spec == NULL)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: unknown option \"%s\"", what,
								   pnstrdup(key.val.string.val, key.val.string.len)),
							errhint("The options are: %s.", known_keys(specs, spec_count))));
		read_option(what, spec, &value, target);
	}
}

void
check_all_options(const JsonbContainer *options, const char *what, const OptionSpec *specs,
				  int spec_count)
{
	JsonbValue value;

	for (int i = 0; i < spec_count; i++)
		if (!json_field(options, specs[i].name, &value))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"%s\" is missing", what, specs[i].name)));
}

void
append_options(StringInfo json, const OptionSpec *specs, int spec_count, const void *source)
{
	appendStringInfoChar(json, '{');
	for (int i = 0; i < spec_count; i++)
	{
		const OptionSpec *spec = &specs[i];
		const char *member = (const char *) source + spec->offset;

		appendStringInfo(json, "%s\"%s\": ", i == 0 ? "" : ", ", spec->name);
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
				append_json_double(json,
								   *(const double *) member < 0 ? NAN : *(const double *) member);
				break;
			case OPTION_CHOICE:
				appendStringInfo(json, "\"%s\"", spec->choices[*(const int *) member]);
				break;
			case OPTION_BOOL:
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
			case OPTION_OBJECT:
				Assert(false);
				break;
		}
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
