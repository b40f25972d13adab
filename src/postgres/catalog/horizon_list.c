/*
 * horizon_list.c
 *		The type creditspread.horizon_list: how many rows ahead is forecast, as 5, '{1,5}' or
 *		ARRAY[1,5] are given.
 *
 * A value is an integer[] of one dimension: sorted, none twice, each from 1 to 10000.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "postgres/base/arguments.h"
#include "postgres/econometrics/var_model.h"

/* The furthest horizon of any method. */
#define MAX_HORIZON CS_MAX_HORIZON

#define LIST_HINT "Give one number of rows ahead, such as 5, or several, such as '{1,5,20}'."

static int
compare_integers(const void *a, const void *b)
{
	int32 x = *(const int32 *) a;
	int32 y = *(const int32 *) b;

	return (x > y) - (x < y);
}

/* The value of `count` horizons, which are sorted in place; error 22023 where they are none. */
static Datum
list_of(int32 *horizons, int count)
{
	Datum *elements = palloc(sizeof(Datum) * Max(count, 1));

	if (count == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("horizons is empty"),
						errhint(LIST_HINT)));
	qsort(horizons, count, sizeof(int32), compare_integers);
	for (int i = 0; i < count; i++)
	{
		if (horizons[i] < 1 || horizons[i] > MAX_HORIZON)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("horizons has %d, must be from 1 to %d", horizons[i], MAX_HORIZON)));
		if (i > 0 && horizons[i] == horizons[i - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("horizons has %d twice", horizons[i])));
		elements[i] = Int32GetDatum(horizons[i]);
	}
	return PointerGetDatum(
		construct_array(elements, count, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}

static void
report_text(const char *text)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					errmsg("horizons is \"%s\", must be a number of rows or a list of them",
						   strlen(text) > 60
							   ? psprintf("%.*s...", pg_mbcliplen(text, strlen(text), 57), text)
							   : text),
					errhint(LIST_HINT)));
}

static const char *
skip_space(const char *at)
{
	while (isspace((unsigned char) *at))
		at++;
	return at;
}

/* A number of the text, which `*at` then stands behind; too large ones stay too large. */
static int32
read_number(const char *text, const char **at)
{
	int64 number = 0;
	bool negative = **at == '-';

	if (**at == '-' || **at == '+')
		(*at)++;
	if (!isdigit((unsigned char) **at))
		report_text(text);
	for (; isdigit((unsigned char) **at); (*at)++)
		number = Min(number * 10 + (**at - '0'), PG_INT32_MAX);
	return (int32) (negative ? -number : number);
}

PG_FUNCTION_INFO_V1(creditspread_horizon_list_in);
Datum
creditspread_horizon_list_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	const char *at = skip_space(text);
	bool braces = *at == '{';
	int32 *horizons = palloc(sizeof(int32) * (strlen(text) + 1));
	int count = 0;

	if (braces)
		at = skip_space(at + 1);
	while (!(braces && count == 0 && *at == '}'))
	{
		horizons[count++] = read_number(text, &at);
		at = skip_space(at);
		if (!braces || *at != ',')
			break;
		at = skip_space(at + 1);
	}
	if (braces && *at++ != '}')
		report_text(text);
	if (*skip_space(at) != '\0')
		report_text(text);
	PG_RETURN_DATUM(list_of(horizons, count));
}

/* The elements of a value, which are never NULL. */
static const int32 *
list_elements(ArrayType *list, int *count)
{
	*count = ArrayGetNItems(ARR_NDIM(list), ARR_DIMS(list));
	return (const int32 *) ARR_DATA_PTR(list);
}

PG_FUNCTION_INFO_V1(creditspread_horizon_list_out);
Datum
creditspread_horizon_list_out(PG_FUNCTION_ARGS)
{
	int count;
	const int32 *horizons = list_elements(PG_GETARG_ARRAYTYPE_P(0), &count);
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < count; i++)
		appendStringInfo(&text, "%c%d", i == 0 ? '{' : ',', horizons[i]);
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}

PG_FUNCTION_INFO_V1(creditspread_horizon_list_recv);
Datum
creditspread_horizon_list_recv(PG_FUNCTION_ARGS)
{
	StringInfo buffer = (StringInfo) PG_GETARG_POINTER(0);
	int32 count = pq_getmsgint(buffer, 4);
	int32 *horizons;

	if (count < 0 || (int64) count * (int64) sizeof(int32) != buffer->len - buffer->cursor)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("horizon_list: %d horizons in a message with %d bytes left", count,
							   buffer->len - buffer->cursor)));
	horizons = palloc(sizeof(int32) * Max(count, 1));
	for (int i = 0; i < count; i++)
		horizons[i] = pq_getmsgint(buffer, 4);
	PG_RETURN_DATUM(list_of(horizons, count));
}

PG_FUNCTION_INFO_V1(creditspread_horizon_list_send);
Datum
creditspread_horizon_list_send(PG_FUNCTION_ARGS)
{
	int count;
	const int32 *horizons = list_elements(PG_GETARG_ARRAYTYPE_P(0), &count);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendint32(&buffer, count);
	for (int i = 0; i < count; i++)
		pq_sendint32(&buffer, horizons[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

static Datum
list_of_array(ArrayType *array)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("horizons has %d dimensions, must have 1", ARR_NDIM(array)),
						errhint(LIST_HINT)));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("an element of horizons is NULL"), errhint(LIST_HINT)));
	return list_of((int32 *) ARR_DATA_PTR(array), ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)));
}

/* horizons_of(integer or integer[]) */
PG_FUNCTION_INFO_V1(creditspread_horizons_of);
Datum
creditspread_horizons_of(PG_FUNCTION_ARGS)
{
	int32 horizon;

	if (argument_type(fcinfo, 0) == INT4ARRAYOID)
		PG_RETURN_DATUM(list_of_array(PG_GETARG_ARRAYTYPE_P_COPY(0)));
	horizon = PG_GETARG_INT32(0);
	PG_RETURN_DATUM(list_of(&horizon, 1));
}

/* horizon_array(horizons): the same bytes, which are those of an integer[] */
PG_FUNCTION_INFO_V1(creditspread_horizon_array);
Datum
creditspread_horizon_array(PG_FUNCTION_ARGS)
{
	PG_RETURN_ARRAYTYPE_P(PG_GETARG_ARRAYTYPE_P(0));
}
