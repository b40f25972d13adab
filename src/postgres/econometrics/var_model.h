/*
 * var_model.h
 *		The composite type var_model, as var_fit makes it and the functions of a model read it.
 */
#ifndef CREDITSPREAD_POSTGRES_VAR_MODEL_H
#define CREDITSPREAD_POSTGRES_VAR_MODEL_H

#include "fmgr.h"

#include "numeric/base/forecast.h"
#include "numeric/econometrics/var.h"
#include "postgres/base/options.h"

/* The columns of var_model, in order. */
typedef enum VarModelColumn
{
	VAR_METHOD,
	VAR_LAGS,
	VAR_HORIZON,
	VAR_VARIABLES,
	VAR_EXOGENOUS,
	VAR_OBSERVATIONS,
	VAR_COEFFICIENTS,
	VAR_STANDARD_ERRORS,
	VAR_SIGMA,
	VAR_SIGMA_ML,
	VAR_AIC,
	VAR_BIC,
	VAR_HQIC,
	VAR_LOG_LIKELIHOOD,
	VAR_ROOT_MODULI,
	VAR_STABLE,
	VAR_LAST_Y,
	VAR_LAST_EXOGENOUS,
	VAR_COLUMNS
} VarModelColumn;

typedef struct VarModel
{
	cs_var_design design;
	int64 observations;
	const double *coefficients;	   /* [terms][variables] */
	const double *standard_errors; /* likewise */
	const double *sigma;		   /* [variables][variables] */
	const double *last_y;		   /* [order][variables], oldest first */
	const double *last_exogenous;  /* [exogenous] */
} VarModel;

/* Names of option "method", in the order false, true of cs_var_design.separate. */
extern const OptionTable var_table; /* var.c */

/* The model in a value of type var_model; an inconsistent one is an error. */
extern VarModel var_model_read(Datum datum);

/* A term as tables show it: "constant", "L1.y2", "x1". */
extern char *var_term_text(const cs_var_design *design, size_t term);

#endif
