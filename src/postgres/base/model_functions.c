/*
 * model_functions.c
 *		What SQL does with the value of every model type: input and output, facts, size.
 */
#include "postgres.h"

#include "postgres/base/model.h"

#define TYPE_FUNCTION(TYPE, NAME, RESULT)                                                          \
	PG_FUNCTION_INFO_V1(creditspread_##TYPE##_model_##NAME);                                       \
	Datum creditspread_##TYPE##_model_##NAME(PG_FUNCTION_ARGS)                                     \
	{                                                                                              \
		const ModelKind *kind = &TYPE##_model_kind;                                                \
                                                                                                   \
		return RESULT;                                                                             \
	}

#define TYPE_FUNCTIONS(TYPE)                                                                       \
	TYPE_FUNCTION(TYPE, in, model_in(kind, PG_GETARG_CSTRING(0)))                                  \
	TYPE_FUNCTION(TYPE, out, model_out(kind, PG_GETARG_DATUM(0)))                                  \
	TYPE_FUNCTION(TYPE, recv, model_receive(kind, (StringInfo) PG_GETARG_POINTER(0)))              \
	TYPE_FUNCTION(TYPE, send, model_send(kind, PG_GETARG_DATUM(0)))                                \
	TYPE_FUNCTION(TYPE, info, model_information(kind, PG_GETARG_DATUM(0)))                         \
	TYPE_FUNCTION(TYPE, size, Int64GetDatum(VARSIZE(model_of_datum(PG_GETARG_DATUM(0), kind))))

MODEL_TYPES(TYPE_FUNCTIONS)
