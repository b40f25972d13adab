/*
 * classical_functions.c
 *		What SQL can do with models of ARIMA, exponential smoothing and Theta: input and output,
 *		facts.
 */
#include "postgres.h"

#include "postgres/state_space/classical_model.h"

static Datum
input(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return model_in(family->kind, PG_GETARG_CSTRING(0));
}
CLASSICAL_FUNCTIONS(model_in, input)

static Datum
output(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return model_out(family->kind, PG_GETARG_DATUM(0));
}
CLASSICAL_FUNCTIONS(model_out, output)

static Datum
receive(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return model_receive(family->kind, (StringInfo) PG_GETARG_POINTER(0));
}
CLASSICAL_FUNCTIONS(model_recv, receive)

static Datum
send_value(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return model_send(family->kind, PG_GETARG_DATUM(0));
}
CLASSICAL_FUNCTIONS(model_send, send_value)

static Datum
info(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return model_information(family->kind, PG_GETARG_DATUM(0));
}
CLASSICAL_FUNCTIONS(model_info, info)

static Datum
size(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	PG_RETURN_INT64(VARSIZE(model_of_datum(PG_GETARG_DATUM(0), family->kind)));
}
CLASSICAL_FUNCTIONS(model_size, size)
