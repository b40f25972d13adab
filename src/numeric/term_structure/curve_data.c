/*
 * curve_data.c
 *		Yields of one curve, made ready for least squares at many decays.
 */
#include "numeric/term_structure/curve_data.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/vector_math.h"
#include "numeric/term_structure/nelson_siegel.h"

#include <math.h>

void
cs_curve_data_size_add(cs_size *size, size_t n)
{
	cs_size_add(size, n, sizeof(double));
	cs_size_add(size, n, sizeof(double));
}

static cs_status
check_observations(size_t n, const double *maturity, const double *yield, const double *weight,
				   size_t *different)
{
	*different = 0;
	for (size_t i = 0; i < n; i++)
	{
		if (!isfinite(maturity[i]) || !isfinite(yield[i]) ||
			(weight != NULL && !isfinite(weight[i])))
			return CS_NOT_FINITE;
		if (maturity[i] < 0 || (weight != NULL && weight[i] <= 0) ||
			(i > 0 && maturity[i] < maturity[i - 1]))
			return CS_OUT_OF_RANGE;
		if (i == 0 || maturity[i] > maturity[i - 1])
			(*different)++;
	}
	return CS_OK;
}

cs_status
cs_curve_data_initialize(cs_curve_data *data, size_t n, const double *maturity, const double *yield,
						 const double *weight, size_t needed, cs_workspace *workspace,
						 size_t *different)
{
	cs_status status = check_observations(n, maturity, yield, weight, different);

	if (status != CS_OK)
		return status;
	if (*different < needed)
		return CS_TOO_FEW;
	*data =
		(cs_curve_data){.n = n, .different = *different, .maturity = maturity, .constant = true};
	data->yield = cs_workspace_take(workspace, n, sizeof(double));
	data->root_weight = cs_workspace_take(workspace, n, sizeof(double));
	if (data->root_weight == NULL)
		return CS_NO_MEMORY;

	data->weight = weight == NULL ? (double) n : cs_sum(n, weight);
	data->mean = (weight == NULL ? cs_sum(n, yield) : cs_dot(n, weight, yield)) / data->weight;
	for (size_t i = 0; i < n; i++)
	{
		data->yield[i] = yield[i] - data->mean;
		data->constant = data->constant && yield[i] == yield[0];
		if (weight != NULL)
			data->root_weight[i] = sqrt(weight[i]);
	}
	if (weight == NULL)
		data->root_weight = NULL;
	cs_curve_data_scale(data, data->yield);
	data->total = cs_dot(n, data->yield, data->yield);
	return isfinite(data->total) ? CS_OK : CS_NOT_FINITE;
}

/* Maturities ascend, so small x come first; hump serves as scratch until it is filled. */
void
cs_curve_data_loadings(const cs_curve_data *data, double decay, double *slope, double *curvature,
					   double *hump)
{
	const double *maturity = data->maturity;
	size_t small = 0;

	for (; small < data->n && decay * maturity[small] < CS_NELSON_SIEGEL_SERIES_BELOW; small++)
	{
		double x = decay * maturity[small];

		cs_nelson_siegel_loadings(x, &slope[small], &curvature[small]);
		hump[small] = x * (slope[small] - curvature[small]);
	}
	for (size_t i = small; i < data->n; i++)
		hump[i] = -decay * maturity[i];
	cs_vector_exp_double(hump + small, hump + small, data->n - small);
	for (size_t i = small; i < data->n; i++)
	{
		double x = fmin(decay * maturity[i], 1e300); /* so that x exp(-x) is never inf * 0 */
		double decayed = hump[i];

		slope[i] = (1 - decayed) / x;
		curvature[i] = slope[i] - decayed;
		hump[i] = x * decayed;
	}
}

void
cs_curve_data_scale(const cs_curve_data *data, double *column)
{
	if (data->root_weight != NULL)
		for (size_t i = 0; i < data->n; i++)
			column[i] *= data->root_weight[i];
}

double
cs_curve_data_centre(const cs_curve_data *data, double *column)
{
	double mean;

	if (data->root_weight == NULL)
	{
		mean = cs_sum(data->n, column) / data->weight;
		for (size_t i = 0; i < data->n; i++)
			column[i] -= mean;
		return mean;
	}
	cs_curve_data_scale(data, column);
	mean = cs_dot(data->n, column, data->root_weight) / data->weight;
	for (size_t i = 0; i < data->n; i++)
		column[i] -= mean * data->root_weight[i];
	return mean;
}
