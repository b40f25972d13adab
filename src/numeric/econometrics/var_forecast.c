/*
 * var_forecast.c
 *		Forecasts of a vector autoregression, their mean squared errors, and its stability.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>

#include "numeric/base/poll.h"
#include "numeric/econometrics/var.h"

/* Element (i, j) of A_lag, lag counted from 1. */
static double
lag_coefficient(const cs_var_design *design, const double *coefficients, size_t lag, size_t i,
				size_t j)
{
	return coefficients[(1 + (lag - 1) * design->variables + j) * design->variables + i];
}

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *) left;
	double b = *(const double *) right;

	return (a > b) - (a < b);
}

/* Fills the companion matrix, which is zero. */
static void
fill_companion(const cs_var_design *design, const double *coefficients, gsl_matrix *companion)
{
	size_t k = design->variables;

	for (size_t lag = 1; lag <= design->order; lag++)
		for (size_t i = 0; i < k; i++)
			for (size_t j = 0; j < k; j++)
				gsl_matrix_set(companion, i, (lag - 1) * k + j,
							   lag_coefficient(design, coefficients, lag, i, j));
	for (size_t i = k; i < k * design->order; i++)
		gsl_matrix_set(companion, i, i - k, 1);
}

cs_status
cs_var_root_moduli(const cs_var_design *design, const double *coefficients, double *moduli)
{
	size_t size = design->variables * design->order;
	gsl_matrix *companion;
	gsl_vector_complex *eigenvalues;
	gsl_eigen_nonsymm_workspace *work;
	cs_status status = CS_NO_MEMORY;

	if (cs_var_check_design(design) != CS_OK || design->horizon != 1)
		return CS_OUT_OF_RANGE;
	if (size == 0)
		return CS_OK;
	companion = gsl_matrix_calloc(size, size);
	eigenvalues = gsl_vector_complex_alloc(size);
	work = gsl_eigen_nonsymm_alloc(size);
	if (companion != NULL && eigenvalues != NULL && work != NULL)
	{
		fill_companion(design, coefficients, companion);
		gsl_eigen_nonsymm_params(0, 1, work);
		status = gsl_eigen_nonsymm(companion, eigenvalues, work) == GSL_SUCCESS ? CS_OK
																				: CS_NOT_CONVERGED;
	}
	for (size_t i = 0; status == CS_OK && i < size; i++)
		moduli[i] = 1 / gsl_complex_abs(gsl_vector_complex_get(eigenvalues, i));
	if (status == CS_OK)
		qsort(moduli, size, sizeof(double), compare_doubles);
	gsl_eigen_nonsymm_free(work);
	gsl_vector_complex_free(eigenvalues);
	gsl_matrix_free(companion);
	return status;
}

cs_status
cs_var_forecast(const cs_var_design *design, const double *coefficients, const double *x,
				size_t steps, double *path)
{
	size_t k = design->variables;
	const double *exogenous = coefficients + (1 + k * design->order) * k;

	if (steps > 1 && (design->exogenous > 0 || design->horizon > 1))
		return CS_OUT_OF_RANGE;
	for (size_t step = 0; step < steps; step++)
	{
		double *forecast = path + (design->order + step) * k;

		for (size_t i = 0; i < k; i++)
		{
			double sum = coefficients[i];

			for (size_t lag = 1; lag <= design->order; lag++)
				for (size_t j = 0; j < k; j++)
					sum += lag_coefficient(design, coefficients, lag, i, j) *
						   *(forecast - lag * k + j);
			for (size_t j = 0; j < design->exogenous; j++)
				sum += exogenous[j * k + i] * x[j];
			forecast[i] = sum;
		}
	}
	return CS_OK;
}

static void
lay_out(cs_var_errors *errors, const cs_var_design *design, cs_workspace *workspace)
{
	size_t square = design->variables * design->variables;

	errors->psi = cs_workspace_take(workspace, square * design->order, sizeof(double));
	errors->mse = cs_workspace_take(workspace, square, sizeof(double));
	errors->next = cs_workspace_take(workspace, square, sizeof(double));
	errors->product = cs_workspace_take(workspace, square, sizeof(double));
}

size_t
cs_var_errors_size(const cs_var_design *design)
{
	cs_workspace workspace;
	cs_var_errors errors;

	if (cs_var_check_design(design) != CS_OK)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	lay_out(&errors, design, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_var_errors_initialize(cs_var_errors *errors, const cs_var_design *design,
						 const double *coefficients, const double *sigma, cs_workspace *workspace)
{
	*errors = (cs_var_errors){.design = *design, .coefficients = coefficients, .sigma = sigma};
	lay_out(errors, design, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	memset(errors->mse, 0, design->variables * design->variables * sizeof(double));
	return CS_OK;
}

/* `next` = Psi of the step reached: I at first, then from the p before it. */
static void
next_psi(cs_var_errors *errors)
{
	const cs_var_design *design = &errors->design;
	size_t k = design->variables;

	memset(errors->next, 0, k * k * sizeof(double));
	for (size_t i = 0; errors->step == 0 && i < k; i++)
		errors->next[i * k + i] = 1;
	for (size_t lag = 1; lag <= design->order && lag <= errors->step; lag++)
	{
		const double *psi = errors->psi + (errors->step - lag) % design->order * k * k;

		for (size_t i = 0; i < k; i++, cs_work(k * k))
			for (size_t l = 0; l < k; l++)
			{
				double a = lag_coefficient(design, errors->coefficients, lag, i, l);

				for (size_t j = 0; j < k; j++)
					errors->next[i * k + j] += a * psi[l * k + j];
			}
	}
}

void
cs_var_errors_next(cs_var_errors *errors)
{
	size_t k = errors->design.variables;
	double *psi = errors->next;

	/* a direct forecast has one step, whose errors are the residuals */
	if (errors->design.horizon > 1)
	{
		memcpy(errors->mse, errors->sigma, k * k * sizeof(double));
		return;
	}
	next_psi(errors);
	for (size_t i = 0; i < k; i++, cs_work(k * k))
		for (size_t j = 0; j < k; j++)
		{
			double sum = 0;

			for (size_t l = 0; l < k; l++)
				sum += psi[i * k + l] * errors->sigma[l * k + j];
			errors->product[i * k + j] = sum;
		}
	for (size_t i = 0; i < k; i++, cs_work(k * k))
		for (size_t j = 0; j < k; j++)
			for (size_t l = 0; l < k; l++)
				errors->mse[i * k + j] += errors->product[i * k + l] * psi[j * k + l];
	if (errors->design.order > 0)
		memcpy(errors->psi + errors->step % errors->design.order * k * k, psi,
			   k * k * sizeof(double));
	errors->step++;
}
