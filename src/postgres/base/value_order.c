/*
 * value_order.c
 *		Order and hash of models, graphs and filter states, by their bytes.
 *
 * Equal bytes are what DISTINCT, GROUP BY, UNION and joins need: a value comes back from its text
 * and its binary form to the byte. The order has no other meaning. One set of functions serves all
 * these types.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "common/hashfn.h"
#include "fmgr.h"

#include "postgres/base/compatibility.h"

PG_FUNCTION_INFO_V1(creditspread_value_equal);
PG_FUNCTION_INFO_V1(creditspread_value_unequal);
PG_FUNCTION_INFO_V1(creditspread_value_less);
PG_FUNCTION_INFO_V1(creditspread_value_less_equal);
PG_FUNCTION_INFO_V1(creditspread_value_greater);
PG_FUNCTION_INFO_V1(creditspread_value_greater_equal);
PG_FUNCTION_INFO_V1(creditspread_value_compare);
PG_FUNCTION_INFO_V1(creditspread_value_hash);
PG_FUNCTION_INFO_V1(creditspread_value_hash_extended);

/* Values that an index or a sort compares are freed here, since those keep no memory context for
 * each comparison. */
static int
compare_values(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	Size length_a = VARSIZE_ANY_EXHDR(a);
	Size length_b = VARSIZE_ANY_EXHDR(b);
	int order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(length_a, length_b));

	if (order == 0)
		order = (length_a > length_b) - (length_a < length_b);
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return order;
}

/* Values of different sizes differ, which is seen without fetching them. */
static bool
equal_values(FunctionCallInfo fcinfo)
{
	return toast_raw_datum_size(PG_GETARG_DATUM(0)) == toast_raw_datum_size(PG_GETARG_DATUM(1)) &&
		   compare_values(fcinfo) == 0;
}

Datum
creditspread_value_equal(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(equal_values(fcinfo));
}

Datum
creditspread_value_unequal(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!equal_values(fcinfo));
}

Datum
creditspread_value_less(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_values(fcinfo) < 0);
}

Datum
creditspread_value_less_equal(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_values(fcinfo) <= 0);
}

Datum
creditspread_value_greater(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_values(fcinfo) > 0);
}

Datum
creditspread_value_greater_equal(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_values(fcinfo) >= 0);
}

Datum
creditspread_value_compare(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_values(fcinfo));
}

Datum
creditspread_value_hash(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	Datum hash =
		hash_any((const unsigned char *) VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value));

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

Datum
creditspread_value_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	Datum hash = hash_any_extended((const unsigned char *) VARDATA_ANY(value),
								   (int) VARSIZE_ANY_EXHDR(value), (uint64) PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(value, 0);
	return hash;
}
