/*
 * lagged_functions.c
 *		What SQL can do with models by trees and support vectors: input and output, facts,
 *		importance.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "postgres/base/composite.h"
#include "postgres/tree/lagged_model.h"

static Datum
input(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	return model_in(family->kind, PG_GETARG_CSTRING(0));
}
LAGGED_FUNCTIONS(model_in, input)

static Datum
output(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	return model_out(family->kind, PG_GETARG_DATUM(0));
}
LAGGED_FUNCTIONS(model_out, output)

static Datum
receive(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	return model_receive(family->kind, (StringInfo) PG_GETARG_POINTER(0));
}
LAGGED_FUNCTIONS(model_recv, receive)

static Datum
send_value(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	return model_send(family->kind, PG_GETARG_DATUM(0));
}
LAGGED_FUNCTIONS(model_send, send_value)

static Datum
info(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	return model_information(family->kind, PG_GETARG_DATUM(0));
}
LAGGED_FUNCTIONS(model_info, info)

static Datum
size(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	PG_RETURN_INT64(VARSIZE(model_of_datum(PG_GETARG_DATUM(0), family->kind)));
}
LAGGED_FUNCTIONS(model_size, size)

/* rows_needed(model): rows that a forecast looks at. */
static Datum
rows_needed(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	const LaggedModel *model =
		lagged_model_unpack(family, model_of_datum(PG_GETARG_DATUM(0), family->kind));

	PG_RETURN_INT32((int32) cs_lagged_look_back(&model->options.lagged));
}
LAGGED_FUNCTIONS(rows, rows_needed)

char *
lagged_term_text(const LaggedModel *model, size_t term)
{
	if (model->options.lagged.inputs == CS_LAGGED_CHANGES)
		return linear_term_text(&model->options.base, model->features, model->flagged, term);
	return psprintf(
		"L%zu.%s", term % model->options.base.linear.lags + 1,
		linear_column_label(&model->options.base, (int) (term / model->options.base.linear.lags)));
}

/* importance(model): horizon, term, gain, shuffled. */
static Datum
importance(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const LaggedModel *model =
		lagged_model_unpack(family, model_of_datum(PG_GETARG_DATUM(0), family->kind));

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int h = 0; h < model->options.base.linear.horizon_count; h++)
		for (size_t k = 0; k < model->terms; k++)
		{
			const LaggedHorizon *horizon = &model->horizon[h];
			Datum values[4] = {0};
			bool nulls[4] = {false, false, !horizon->has_gain, !horizon->has_shuffled};

			CHECK_FOR_INTERRUPTS();
			values[0] = Int32GetDatum(model->options.base.linear.horizons[h]);
			values[1] = CStringGetTextDatum(lagged_term_text(model, k));
			values[2] = Float8GetDatum(horizon->has_gain ? horizon->gain[k] : 0);
			values[3] = Float8GetDatum(horizon->has_shuffled ? horizon->shuffled[k] : 0);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	return (Datum) 0;
}
LAGGED_FUNCTIONS(importance, importance)

/* FAMILY_check_options(options): the errors that the fit has of them, without rows */
static Datum
check_options(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	LaggedOptions options;

	lagged_read_options(family, PG_GETARG_JSONB_P(0), family->fit, &options);
	PG_RETURN_VOID();
}
LAGGED_FUNCTIONS(check_options, check_options)
