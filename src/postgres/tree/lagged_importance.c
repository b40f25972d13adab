/*
 * lagged_importance.c
 *		What the terms of models by trees and support vectors are worth.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "postgres/base/composite.h"
#include "postgres/tree/lagged_model.h"

char *
lagged_term_text(const LaggedModel *model, size_t term)
{
	size_t levels = (size_t) (model->features + 1) * model->options.base.linear.lags;

	if (model->options.lagged.inputs == CS_LAGGED_CHANGES)
		return linear_term_text(&model->options.base, model->features, model->flagged, term);
	if (term >= levels)
		return linear_ahead_term_text(&model->options.base, model->features, true, term - levels);
	return psprintf(
		"L%zu.%s", term % model->options.base.linear.lags + 1,
		linear_column_label(&model->options.base, (int) (term / model->options.base.linear.lags)));
}

/* importance(model): horizon, term, gain, shuffled. */
static Datum
importance(FunctionCallInfo fcinfo, const DirectFamily *family)
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
