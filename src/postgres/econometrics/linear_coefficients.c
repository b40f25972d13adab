/*
 * linear_coefficients.c
 *		linear_coefficients: the terms of a linear_model and what they weigh.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "postgres/base/composite.h"
#include "postgres/econometrics/linear_model.h"

char *
linear_term_text(const LinearOptions *all, int features, const bool *flagged, size_t term)
{
	const cs_linear_options *options = &all->linear;
	size_t lags = (size_t) (features + 1) * options->lags;

	if (term < lags)
		return psprintf("L%zu.%s", term % options->lags + 1,
						linear_column_label(all, (int) (term / options->lags)));
	term -= lags;
	if (term < (size_t) options->mean_count)
		return psprintf("M%d.y", options->means[term]);
	term -= options->mean_count;
	for (int c = 1; c <= features; c++)
		if (flagged[c] && term-- == 0)
			return psprintf("missing.%s", linear_column_label(all, c));
	return linear_ahead_term_text(all, features, false, term);
}

char *
linear_ahead_term_text(const LinearOptions *all, int features, bool levels, size_t term)
{
	const bool *ahead = linear_known_columns(all, features, "model");

	for (int c = 1; ahead != NULL && c <= features; c++)
	{
		if (!ahead[c])
			continue;
		if (term < 2)
			return psprintf("%s.%s", term == 1 ? "mean" : (levels ? "target" : "change"),
							linear_column_label(all, c));
		term -= 2;
	}
	elog(ERROR, "no term %zu", term);
}

/* linear_coefficients(model): horizon, term, coefficient. */
PG_FUNCTION_INFO_V1(creditspread_linear_coefficients);
Datum
creditspread_linear_coefficients(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const LinearModel *model =
		linear_model_unpack(model_of_datum(PG_GETARG_DATUM(0), &linear_model_kind));

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int h = 0; h < model->options.linear.horizon_count; h++)
		for (size_t k = 0; k < model->terms; k++)
		{
			Datum values[3];
			bool nulls[3] = {false};

			CHECK_FOR_INTERRUPTS();
			values[0] = Int32GetDatum(model->options.linear.horizons[h]);
			values[1] = CStringGetTextDatum(
				linear_term_text(&model->options, model->features, model->flagged, k));
			values[2] = finite_datum("linear_coefficients", model->horizon[h].shrinkage *
																model->horizon[h].coefficients[k]);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	return (Datum) 0;
}
