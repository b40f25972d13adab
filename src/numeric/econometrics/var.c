/*
 * var.c
 *		Least squares for vector autoregressions: one triangle for the data, small triangles for the
 *		equations.
 */
#include "numeric/econometrics/var.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <gsl/gsl_math.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

/* Residuals are linearly dependent when one keeps less than this share of its variance. */
#define DEPENDENT_RESIDUAL 1e-13

size_t
cs_var_terms(const cs_var_design *design)
{
	size_t terms;

	if (__builtin_mul_overflow(design->variables, design->order, &terms) ||
		__builtin_add_overflow(terms, design->exogenous, &terms) ||
		__builtin_add_overflow(terms, (size_t) 1, &terms))
		return SIZE_MAX;
	return terms;
}

size_t
cs_var_free_terms(const cs_var_design *design)
{
	return design->separate ? 1 + design->order + design->exogenous : cs_var_terms(design);
}

bool
cs_var_has_term(const cs_var_design *design, size_t term, size_t equation)
{
	size_t lags = design->variables * design->order;

	return !design->separate || term == 0 || term > lags ||
		   (term - 1) % design->variables == equation;
}

/* The first row that can be explained. */
static size_t
first_row(const cs_var_design *design)
{
	size_t needed = design->order > 0 || design->exogenous == 0 ? design->order : 1;

	return needed + design->horizon - 1;
}

size_t
cs_var_observations(const cs_var_design *design, size_t rows)
{
	return rows > first_row(design) ? rows - first_row(design) : 0;
}

size_t
cs_var_minimum_rows(const cs_var_design *design)
{
	return first_row(design) + cs_var_free_terms(design) +
		   (design->separate ? 1 : design->variables);
}

cs_status
cs_var_check_design(const cs_var_design *design)
{
	if (design->variables < 1 || design->horizon < 1 || design->variables > CS_VAR_MAX_LAG_TERMS ||
		design->order > CS_VAR_MAX_LAG_TERMS ||
		design->variables * design->order > CS_VAR_MAX_LAG_TERMS ||
		cs_var_terms(design) > CS_VAR_MAX_TERMS)
		return CS_OUT_OF_RANGE;
	return CS_OK;
}

static void
lay_out(cs_var_fit *fit, cs_workspace *workspace)
{
	size_t columns = fit->columns;
	size_t variables = fit->design.variables;
	size_t terms = columns - variables;

	fit->diagonal = cs_workspace_take(workspace, columns, sizeof(double));
	fit->factor = cs_workspace_take(workspace, columns * (columns - 1) / 2, sizeof(double));
	fit->zero = cs_workspace_take(workspace, columns, sizeof(double));
	fit->row = cs_workspace_take(workspace, columns, sizeof(double));
	fit->own_diagonal = cs_workspace_take(workspace, terms, sizeof(double));
	fit->own_factor = cs_workspace_take(workspace, terms * (terms - 1) / 2, sizeof(double));
	fit->own_rhs = cs_workspace_take(workspace, terms, sizeof(double));
	fit->solution = cs_workspace_take(workspace, terms, sizeof(double));
	fit->coefficients = cs_workspace_take(workspace, terms * variables, sizeof(double));
	fit->standard_errors = cs_workspace_take(workspace, terms * variables, sizeof(double));
	fit->residuals = cs_workspace_take(workspace, variables * columns, sizeof(double));
	fit->covariance = cs_workspace_take(workspace, variables * variables, sizeof(double));
	fit->scratch = cs_workspace_take(workspace, variables * variables, sizeof(double));
}

static void
set_design(cs_var_fit *fit, const cs_var_design *design)
{
	*fit = (cs_var_fit){
		.design = *design, .tried = *design, .columns = cs_var_terms(design) + design->variables};
}

size_t
cs_var_fit_size(const cs_var_design *design)
{
	cs_workspace workspace;
	cs_var_fit fit;

	if (cs_var_check_design(design) != CS_OK)
		return SIZE_MAX;
	set_design(&fit, design);
	cs_workspace_count(&workspace);
	lay_out(&fit, &workspace);
	return cs_workspace_total(&workspace);
}

/* Adds the observation y(t + h) = target[K], whose terms end h rows before it. */
static void
add_observation(cs_var_fit *fit, const double *target)
{
	const cs_var_design *design = &fit->design;
	size_t width = design->variables + design->exogenous;
	const double *origin = target - design->horizon * width;
	double *row = fit->row;
	double nothing = 0;

	*row++ = 1;
	for (size_t lag = 0; lag < design->order; lag++, row += design->variables)
		memcpy(row, origin - lag * width, design->variables * sizeof(double));
	if (design->exogenous > 0)
		memcpy(row, origin + design->variables, design->exogenous * sizeof(double));
	memcpy(row + design->exogenous, target, design->variables * sizeof(double));
	cs_triangle_add_row(fit->columns, fit->diagonal, fit->factor, fit->zero, 1, fit->row, &nothing);
}

cs_status
cs_var_fit_initialize(cs_var_fit *fit, const cs_var_design *design, const double *values,
					  size_t rows, cs_workspace *workspace)
{
	size_t width = design->variables + design->exogenous;

	if (cs_var_check_design(design) != CS_OK)
		return CS_OUT_OF_RANGE;
	if (rows < cs_var_minimum_rows(design))
		return CS_TOO_FEW;
	set_design(fit, design);
	fit->observations = cs_var_observations(design, rows);
	lay_out(fit, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	memset(fit->diagonal, 0, fit->columns * sizeof(double));
	memset(fit->factor, 0, fit->columns * (fit->columns - 1) / 2 * sizeof(double));
	memset(fit->zero, 0, fit->columns * sizeof(double));
	for (size_t row = first_row(design); row < rows; row++)
	{
		add_observation(fit, values + row * width);
		cs_work_of(fit->columns * fit->columns, (double) row, (double) rows);
	}
	return CS_OK;
}

/* Column of the triangle that holds term `term` of the order tried. */
static size_t
column_of_term(const cs_var_fit *fit, size_t term)
{
	size_t lags = fit->tried.variables * fit->tried.order;

	return term <= lags ? term : term - lags + fit->design.variables * fit->design.order;
}

/* Element (i, j) of the triangle's unit factor. */
static double
element(const cs_var_fit *fit, size_t i, size_t j)
{
	if (j <= i)
		return i == j;
	return fit->factor[i * fit->columns - i * (i + 1) / 2 + j - i - 1];
}

/* Sum of squares of a column of the data. */
static double
column_square(const cs_var_fit *fit, size_t column)
{
	double sum = 0;

	for (size_t i = 0; i <= column; i++)
	{
		double u = element(fit, i, column);

		sum += fit->diagonal[i] * u * u;
	}
	return sum;
}

/* Rotates the triangle's rows, restricted to the terms of one equation, into the equation's own. */
static size_t
build_equation(cs_var_fit *fit, size_t equation)
{
	size_t terms = cs_var_terms(&fit->tried);
	size_t count = cs_var_free_terms(&fit->tried);
	size_t target = fit->columns - fit->design.variables + equation;

	memset(fit->own_diagonal, 0, count * sizeof(double));
	memset(fit->own_factor, 0, count * (count - 1) / 2 * sizeof(double));
	memset(fit->own_rhs, 0, count * sizeof(double));
	for (size_t i = 0; i <= target; i++)
	{
		double value = element(fit, i, target);
		size_t used = 0;

		if (fit->diagonal[i] == 0)
			continue;
		for (size_t term = 0; term < terms; term++)
			if (cs_var_has_term(&fit->tried, term, equation))
				fit->row[used++] = element(fit, i, column_of_term(fit, term));
		cs_triangle_add_row(count, fit->own_diagonal, fit->own_factor, fit->own_rhs,
							fit->diagonal[i], fit->row, &value);
		cs_work(count * count);
	}
	return count;
}

/* Element `index` of the diagonal of the inverse of the equation's cross products. */
static double
inverse_diagonal(const cs_var_fit *fit, size_t count, size_t index)
{
	double *v = fit->row;
	double sum = 0;

	for (size_t i = index; i < count; i++)
	{
		v[i] = i == index;
		for (size_t l = index; l < i; l++)
			v[i] -= v[l] * fit->own_factor[l * count - l * (l + 1) / 2 + i - l - 1];
		sum += v[i] * v[i] / fit->own_diagonal[i];
	}
	cs_work((count - index) * (count - index) / 2);
	return sum;
}

/* The residuals of one equation as a vector in the triangle's coordinates; returns their square. */
static double
find_residuals(cs_var_fit *fit, size_t equation)
{
	size_t terms = cs_var_terms(&fit->tried);
	size_t target = fit->columns - fit->design.variables + equation;
	double *residual = fit->residuals + equation * fit->columns;
	double square = 0;

	for (size_t i = 0; i < fit->columns; i++)
	{
		double value = element(fit, i, target);

		for (size_t term = 0; term < terms; term++)
			value -= element(fit, i, column_of_term(fit, term)) *
					 fit->coefficients[term * fit->design.variables + equation];
		residual[i] = value * sqrt(fit->diagonal[i]);
		square += residual[i] * residual[i];
	}
	cs_work(fit->columns * terms);
	return square;
}

/* Whether the terms of an equation are finite and independent. */
static cs_status
check_terms(const cs_var_fit *fit, size_t equation, size_t *fault)
{
	size_t used = 0;

	for (size_t term = 0; term < cs_var_terms(&fit->tried); term++)
	{
		double square;

		if (!cs_var_has_term(&fit->tried, term, equation))
			continue;
		square = column_square(fit, column_of_term(fit, term));
		if (!isfinite(square))
			return CS_NOT_FINITE;
		*fault = term;
		if (!(fit->own_diagonal[used++] > CS_EXPLAINED_SQUARE * square))
			return CS_SINGULAR;
	}
	return CS_OK;
}

static cs_status
solve_equation(cs_var_fit *fit, size_t equation, size_t *fault)
{
	size_t variables = fit->design.variables;
	size_t terms = cs_var_terms(&fit->tried);
	size_t target = fit->columns - variables + equation;
	size_t count = build_equation(fit, equation);
	size_t used = 0;
	double square;
	double variance;
	cs_status status;

	if (!isfinite(column_square(fit, target)))
		return CS_NOT_FINITE;
	status = check_terms(fit, equation, fault);
	if (status != CS_OK)
		return status;
	cs_triangle_solve(count, fit->own_factor, fit->own_rhs, fit->solution);
	used = 0;
	for (size_t term = 0; term < terms; term++)
		fit->coefficients[term * variables + equation] =
			cs_var_has_term(&fit->tried, term, equation) ? fit->solution[used++] : 0;
	square = find_residuals(fit, equation);
	if (!isfinite(square))
		return CS_NOT_FINITE;
	if (square <= CS_EXPLAINED_SQUARE * column_square(fit, target))
	{
		*fault = equation;
		return CS_ZERO_VARIANCE;
	}
	variance = square / (double) (fit->observations - count);
	used = 0;
	for (size_t term = 0; term < terms; term++)
		fit->standard_errors[term * variables + equation] =
			cs_var_has_term(&fit->tried, term, equation)
				? sqrt(variance * inverse_diagonal(fit, count, used++))
				: 0;
	return CS_OK;
}

cs_status
cs_var_fit_solve(cs_var_fit *fit, size_t order, size_t *term)
{
	cs_status status = CS_OK;

	fit->tried.order = order;
	for (size_t equation = 0; equation < fit->design.variables && status == CS_OK; equation++)
		status = solve_equation(fit, equation, term);
	return status;
}

/* ln of the determinant of a covariance matrix, by elimination in a copy; NaN when singular. */
static double
log_determinant(size_t n, const double *matrix, double *copy)
{
	double sum = 0;

	memcpy(copy, matrix, n * n * sizeof(double));
	for (size_t i = 0; i < n; i++)
	{
		double pivot = copy[i * n + i];

		if (!(pivot > DEPENDENT_RESIDUAL * matrix[i * n + i]))
			return NAN;
		sum += log(pivot);
		for (size_t j = i + 1; j < n; j++)
		{
			double ratio = copy[j * n + i] / pivot;

			for (size_t k = i + 1; k < n; k++)
				copy[j * n + k] -= ratio * copy[i * n + k];
		}
	}
	return sum;
}

cs_status
cs_var_fit_result(cs_var_fit *fit, double *sigma, double *sigma_ml, cs_var_criteria *criteria)
{
	size_t n = fit->design.variables;
	size_t count = cs_var_free_terms(&fit->tried);
	double observations = (double) fit->observations;
	double share = (double) (n * count) / observations;
	double log_det;

	for (size_t i = 0; i < n; i++, cs_work(i * fit->columns))
		for (size_t j = 0; j <= i; j++)
			fit->covariance[i * n + j] = fit->covariance[j * n + i] =
				cs_dot(fit->columns, fit->residuals + i * fit->columns,
					   fit->residuals + j * fit->columns) /
				observations;
	log_det = log_determinant(n, fit->covariance, fit->scratch);
	if (isnan(log_det))
		return CS_ZERO_VARIANCE;
	criteria->aic = log_det + 2 * share;
	criteria->bic = log_det + log(observations) * share;
	criteria->hqic = log_det + 2 * log(log(observations)) * share;
	criteria->log_likelihood = -observations / 2 * ((double) n * (log(2 * M_PI) + 1) + log_det);
	for (size_t i = 0; i < n * n; i++)
	{
		if (sigma_ml != NULL)
			sigma_ml[i] = fit->covariance[i];
		if (sigma != NULL)
			sigma[i] = fit->covariance[i] * observations / (double) (fit->observations - count);
	}
	return CS_OK;
}
