/*
 * structural_errors.c
 *		Standard errors of a structural model: the inverse of the observed information, which is
 *		that of differences of the likelihood for what moves the filter, and exact for coefficients.
 */
#include "numeric/state_space/structural.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>

#define DIFFERENCE 2e-3	  /* of a coordinate */
#define UNDETERMINED 1e-7 /* share of a parameter's information that the others must leave */

/* A point of coordinates, of which one or two are moved. */
typedef struct around
{
	cs_structural_fit *fit;
	size_t count;
	int parameters[CS_PARAMETERS];
	double at[CS_PARAMETERS];
	cs_status status;
} around;

/* The log-likelihood with the coordinates i and j moved by these shares of the difference. */
static double
likelihood(around *a, size_t i, double up, size_t j, double across)
{
	cs_structural_fit *fit = a->fit;
	cs_structural_filter *filter = &fit->filter;
	cs_status status;

	for (size_t k = 0; k < a->count; k++)
	{
		double move = (k == i ? up : 0) + (k == j ? across : 0);

		cs_structural_set(&filter->values, a->parameters[k],
						  cs_structural_from_coordinate(&fit->form, a->parameters[k],
														a->at[k] + move * DIFFERENCE));
	}
	status = cs_structural_filter_run(filter, true);
	if (status != CS_OK)
		a->status = status;
	return -0.5 * ((double) filter->count * log(2 * M_PI) + filter->sum_log + filter->sum_squares);
}

/* Second derivatives with their sign changed, of coordinates and of those with coefficients. */
static void
set_information(around *a, size_t all)
{
	cs_structural_fit *fit = a->fit;
	const cs_structural_filter *filter = &fit->filter;
	size_t features = fit->form.features;
	double *h = fit->hessian;
	double center = likelihood(a, 0, 0, 0, 0);
	const double square = DIFFERENCE * DIFFERENCE;

	for (size_t j = 0; j < features; j++)
		for (size_t k = 0; k < features; k++)
			h[(a->count + j) * all + a->count + k] = filter->information[j * features + k];
	for (size_t i = 0; i < a->count; i++)
	{
		double up = likelihood(a, i, 1, i, 0);
		double down;

		memcpy(fit->around, filter->score, features * sizeof(double));
		down = likelihood(a, i, -1, i, 0);
		h[i * all + i] = -(up - 2 * center + down) / square;
		for (size_t j = 0; j < features; j++)
			h[i * all + a->count + j] = h[(a->count + j) * all + i] =
				-(fit->around[j] - filter->score[j]) / (2 * DIFFERENCE);
		for (size_t j = 0; j < i; j++)
			h[i * all + j] = h[j * all + i] =
				-(likelihood(a, i, 1, j, 1) - likelihood(a, i, 1, j, -1) -
				  likelihood(a, i, -1, j, 1) + likelihood(a, i, -1, j, -1)) /
				(4 * square);
	}
}

/* The square of column j of the inverse of a factor, which is put above its diagonal. */
static double
inverse_square(double *h, size_t n, size_t count, size_t j)
{
	double *column = h + j * n;
	double first = 1 / h[j * n + j];
	double square = first * first;

	for (size_t i = j + 1; i < count; i++)
	{
		double value = -h[i * n + j] * first;

		for (size_t k = j + 1; k < i; k++)
			value -= h[i * n + k] * column[k];
		column[i] = value / h[i * n + i];
		square += column[i] * column[i];
	}
	return square;
}

/*
 * The diagonal of the inverse of a matrix, in its place, by Cholesky's factor of it scaled to a
 * diagonal of 1.  Rows that those before them explain are left out: NaN.
 */
static void
invert_diagonal(double *h, size_t n, double *diagonal, size_t *kept)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		diagonal[i] = h[i * n + i];
	/* row `count` of the factor takes the place of one that is not needed any more */
	for (size_t i = 0; i < n; i++)
	{
		double *row = h + count * n;
		double rest = 1;

		if (!(diagonal[i] > 0))
			continue;
		for (size_t j = 0; j < count; j++)
		{
			double sum = h[i * n + kept[j]] / sqrt(diagonal[i]) / sqrt(diagonal[kept[j]]);

			for (size_t k = 0; k < j; k++)
				sum -= row[k] * h[j * n + k];
			row[j] = sum / h[j * n + j];
			rest -= row[j] * row[j];
		}
		if (!(rest > UNDETERMINED))
			continue;
		row[count] = sqrt(rest);
		kept[count++] = i;
	}
	for (size_t i = 0, j = 0; i < n; i++)
		if (j < count && kept[j] == i)
			diagonal[i] = inverse_square(h, n, count, j++) / diagonal[i];
		else
			diagonal[i] = NAN;
}

/* How a parameter moves with its coordinate. */
static double
slope_of(const cs_structural_form *form, int parameter, double at)
{
	const double step = 1e-6;

	return (cs_structural_from_coordinate(form, parameter, at + step) -
			cs_structural_from_coordinate(form, parameter, at - step)) /
		   (2 * step);
}

/* The coordinates of what is not at a bound, and the filter's values, of scaled rows. */
static void
place(around *a)
{
	cs_structural_fit *fit = a->fit;
	cs_structural_values *values = &fit->filter.values;
	double square = fit->scale * fit->scale;

	*values = fit->values;
	for (int part = 0; part < CS_PARTS; part++)
		values->variance[part] /= square;
	for (int k = 0; k < CS_PARAMETERS; k++)
	{
		/* without noise of its own an autoregression says nothing of A */
		if (!cs_structural_has(&fit->form, k) || cs_structural_at_bound(fit, k) ||
			(k == CS_PARAMETER_TRANSITION && values->variance[CS_PART_LEVEL] == 0))
			continue;
		a->parameters[a->count] = k;
		a->at[a->count++] =
			cs_structural_to_coordinate(&fit->form, k, cs_structural_value(values, k));
	}
	for (size_t j = 0; j < fit->form.features; j++)
		fit->filter.coefficients[j] = fit->coefficients[j] * fit->feature_scale[j] / fit->scale;
}

cs_status
cs_structural_fit_errors(cs_structural_fit *fit)
{
	around a = {.fit = fit};
	size_t features = fit->form.features;
	double *diagonal = fit->diagonal;
	size_t all;

	for (size_t k = 0; k < CS_PARAMETERS + features; k++)
		fit->errors[k] = NAN;
	place(&a);
	all = a.count + features;
	set_information(&a, all);
	if (a.status != CS_OK)
		return a.status;
	invert_diagonal(fit->hessian, all, diagonal, fit->kept);
	for (size_t k = 0; k < a.count; k++)
	{
		int parameter = a.parameters[k];
		double unit = parameter < CS_PARTS ? fit->scale * fit->scale : 1;

		fit->errors[parameter] =
			unit * fabs(slope_of(&fit->form, parameter, a.at[k])) * sqrt(diagonal[k]);
	}
	for (size_t j = 0; j < features; j++)
		fit->errors[CS_PARAMETERS + j] =
			sqrt(diagonal[a.count + j]) * fit->scale / fit->feature_scale[j];
	return CS_OK;
}
