/*
 * array_literal.c
 *		The array forms of the functions that also read rows, for a literal without a type.
 *
 * '{1,2,1,3}' alone could be the array or a row's value; the parser asks for a text first, so a
 * form that takes texts where the others take arrays or numbers answers it, and reads them as
 * arrays.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Replaces the texts among the arguments at the positions given by the float8[] that they spell. */
static void
read_arrays(FunctionCallInfo fcinfo, const int *positions, int count)
{
	Oid input;
	Oid element;

	getTypeInputInfo(FLOAT8ARRAYOID, &input, &element);
	for (int i = 0; i < count; i++)
		if (!PG_ARGISNULL(positions[i]))
			fcinfo->args[positions[i]].value = OidInputFunctionCall(
				input, text_to_cstring(PG_GETARG_TEXT_PP(positions[i])), element, -1);
}

#define ARRAY_LITERAL(function, ...)                                                               \
	extern Datum function##_array(PG_FUNCTION_ARGS);                                               \
	PG_FUNCTION_INFO_V1(function##_literal);                                                       \
	Datum function##_literal(PG_FUNCTION_ARGS)                                                     \
	{                                                                                              \
		static const int positions[] = {__VA_ARGS__};                                              \
                                                                                                   \
		read_arrays(fcinfo, positions, lengthof(positions));                                       \
		return function##_array(fcinfo);                                                           \
	}                                                                                              \
	extern Datum function##_literal(PG_FUNCTION_ARGS)

ARRAY_LITERAL(creditspread_emd, 0);
ARRAY_LITERAL(creditspread_emd_lowpass, 0);
ARRAY_LITERAL(creditspread_eemd, 0);
ARRAY_LITERAL(creditspread_ceemdan, 0);
ARRAY_LITERAL(creditspread_wavelet_smooth, 0);
ARRAY_LITERAL(creditspread_smoothing_spline, 0, 3);
ARRAY_LITERAL(creditspread_stl_decompose, 0);
ARRAY_LITERAL(creditspread_kalman_filter, 0, 7);
ARRAY_LITERAL(creditspread_kalman_smooth, 0, 7);
ARRAY_LITERAL(creditspread_rolling_information_coefficient, 0, 1);
