/*
 * chart_arguments.c
 *		The options of charts, and their arrays.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "postgres/chart/chart.h"
#include "postgres/base/settings.h"

static const OptionSpec chart_specs[] = {
#define OF(family, value) OF_##family(value)
#define OF_every(value)                                                                            \
	[CHART_BAR] = (value), [CHART_CURVE] = (value), [CHART_EMD] = (value),                         \
	[CHART_HEATMAP] = (value), [CHART_LINE] = (value), [CHART_SCATTER] = (value),
#define OF_curve(value) [CHART_CURVE] = (value),
#define OF_heatmap(value) [CHART_HEATMAP] = (value),
#define OF_line(value) [CHART_LINE] = (value),
#define OF_scatter(value) [CHART_SCATTER] = (value),
#define OPTIONS_OF ChartOptions
#include "postgres/options/chart.def"
};

ChartOptions
chart_read_options(const Jsonb *json, const char *what, ChartFamily family, int height)
{
	const OptionTable table = OPTION_TABLE(chart_specs, family);
	ChartOptions options = {.title = "", .x_label = "", .y_label = "", .height = height};

	read_options(json, what, &table, &options);
	return options;
}

double *
chart_matrix(ArrayType *array, const char *what, const char *name, int *rows, int *columns)
{
	Datum *elements;
	bool *nulls;
	int count;
	double *values;

	if (ARR_NDIM(array) != 2)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: %s has %d dimensions, must have 2", what, name, ARR_NDIM(array)),
				 errhint("Give a row of values for each series.")));
	*rows = ARR_DIMS(array)[0];
	*columns = ARR_DIMS(array)[1];
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements,
					  &nulls, &count);
	values = allocate_checked(what, sizeof(double) * count);
	for (int i = 0; i < count; i++)
	{
		values[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
		if (!nulls[i] && !isfinite(values[i]))
			check_finite(values[i],
						 psprintf("%s: %s[%d][%d]", what, name, i / *columns + 1, i % *columns + 1),
						 NULL);
	}
	return values;
}

char **
chart_names(ArrayType *array, const char *what, const char *name, int most, int *count)
{
	Datum *elements;
	bool *nulls;
	char **names;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: %s has %d dimensions, must have 1", what, name, ARR_NDIM(array))));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, count);
	if (*count < 1 || *count > most)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: %s has %d elements, must have 1 to %d", what, name, *count, most)));
	names = palloc(sizeof(char *) * *count);
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s: %s[%d] is NULL", what, name, i + 1),
							errhint("Give a text for each, if an empty one.")));
		names[i] = TextDatumGetCString(elements[i]);
	}
	return names;
}

/*
 * xml_escape(text)
 */
PG_FUNCTION_INFO_V1(creditspread_xml_escape);
Datum
creditspread_xml_escape(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(xml_escaped(text_to_cstring(PG_GETARG_TEXT_PP(0)))));
}
