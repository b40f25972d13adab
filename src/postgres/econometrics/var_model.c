/*
 * var_model.c
 *		The type var_model and its table of coefficients.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "numeric/econometrics/inference.h"
#include "postgres/base/composite.h"
#include "postgres/econometrics/var_model.h"

static bool
read_method(const Composite *composite)
{
	const char *name = composite_text(composite, VAR_METHOD);
	int method = option_choice(&var_table, "method", name);

	if (method >= 0)
		return method == 1;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("method of a var_model is \"%s\", must be var or ar", name),
					errhint("Use the value as the fit returned it.")));
}

VarModel
var_model_read(Datum datum)
{
	Composite composite = composite_read(datum, "var_model");
	VarModel model = {.design.separate = read_method(&composite)};
	cs_var_design *design = &model.design;
	int terms;

	design->order = composite_integer(&composite, VAR_LAGS, 0, CS_VAR_MAX_LAG_TERMS);
	design->horizon = composite_integer(&composite, VAR_HORIZON, 1, CS_MAX_HORIZON);
	design->variables = composite_integer(&composite, VAR_VARIABLES, 1, CS_VAR_MAX_LAG_TERMS);
	design->exogenous = composite_integer(&composite, VAR_EXOGENOUS, 0, CS_VAR_MAX_TERMS);
	if (cs_var_check_design(design) != CS_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a var_model of %zu variables, %zu lags and %zu exogenous terms is too "
						"large",
						design->variables, design->order, design->exogenous),
				 errhint("Use the value as the fit returned it.")));
	model.observations = composite_integer(&composite, VAR_OBSERVATIONS,
										   cs_var_free_terms(design) + 1, PG_INT64_MAX);
	terms = cs_var_terms(design);
	model.coefficients = composite_doubles(&composite, VAR_COEFFICIENTS, terms, design->variables);
	model.standard_errors =
		composite_doubles(&composite, VAR_STANDARD_ERRORS, terms, design->variables);
	model.sigma = composite_doubles(&composite, VAR_SIGMA, design->variables, design->variables);
	model.last_y = composite_doubles(&composite, VAR_LAST_Y, design->order, design->variables);
	model.last_exogenous = composite_doubles(&composite, VAR_LAST_EXOGENOUS, design->exogenous, 0);
	for (size_t i = 0; i < design->variables; i++)
		if (model.sigma[i * (design->variables + 1)] < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("a variance in sigma of a var_model is negative"),
							errhint("Use the value as the fit returned it.")));
	return model;
}

char *
var_term_text(const cs_var_design *design, size_t term)
{
	size_t lags = design->variables * design->order;

	if (term == 0)
		return pstrdup("constant");
	if (term > lags)
		return psprintf("x%zu", term - lags);
	return psprintf("L%zu.y%zu", 1 + (term - 1) / design->variables,
					1 + (term - 1) % design->variables);
}

/*
 * var_coefficients(model): equation, term, coefficient, standard_error, statistic, p_value
 */
PG_FUNCTION_INFO_V1(creditspread_var_coefficients);
Datum
creditspread_var_coefficients(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	VarModel model = var_model_read(PG_GETARG_DATUM(0));
	size_t variables = model.design.variables;
	size_t terms = cs_var_terms(&model.design);
	double freedom = (double) model.observations - cs_var_free_terms(&model.design);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (size_t i = 0; i < variables * terms; i++)
	{
		size_t equation = i / terms;
		size_t term = i % terms;
		double coefficient = model.coefficients[term * variables + equation];
		double error = model.standard_errors[term * variables + equation];
		Datum values[6];
		bool nulls[6] = {false};

		CHECK_FOR_INTERRUPTS();
		if (!cs_var_has_term(&model.design, term, equation))
			continue;
		values[0] = Int32GetDatum(equation + 1);
		values[1] = CStringGetTextDatum(var_term_text(&model.design, term));
		values[2] = finite_datum("var_coefficients", coefficient);
		values[3] = finite_datum("var_coefficients", error);
		nulls[4] = nulls[5] = !(error > 0);
		if (error > 0)
		{
			values[4] = finite_datum("var_coefficients", coefficient / error);
			values[5] =
				finite_datum("var_coefficients", cs_student_p_value(coefficient / error, freedom));
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* rows_needed(model): how many last rows the forecast of the last one takes */
PG_FUNCTION_INFO_V1(creditspread_var_rows_needed);
Datum
creditspread_var_rows_needed(PG_FUNCTION_ARGS)
{
	VarModel model = var_model_read(PG_GETARG_DATUM(0));

	PG_RETURN_INT32(Max((int32) model.design.order, 1));
}
