/*
 * nelson_siegel_search.c
 *		The decay of a Nelson-Siegel curve by variable projection: the profile of the sum of squares
 *		along ln(decay), and its lowest minimum.
 */
#include "numeric/base/linear_algebra.h"
#include "numeric/base/profile_minimum.h"
#include "numeric/term_structure/curve_data.h"
#include "numeric/term_structure/nelson_siegel.h"

#include <float.h>
#include <math.h>

typedef struct evaluation
{
	double sse; /* INFINITY where the loadings are dependent */
	double derivative;
	double level;
	double slope;
	double curvature;
} evaluation;

struct cs_nelson_siegel_search
{
	cs_curve_data data;
	double lower, upper; /* of the decay */
	double *slope;		 /* [n] F2 */
	double *curvature;	 /* [n] F3 */
	double *hump;		 /* [n] x exp(-x) */
	double *residual;	 /* [n] */
	cs_profile profile;
};

size_t
cs_nelson_siegel_search_size(size_t n)
{
	cs_size size = {0};

	cs_size_add(&size, 1, sizeof(cs_nelson_siegel_search));
	cs_curve_data_size_add(&size, n);
	for (int array = 0; array < 4; array++)
		cs_size_add(&size, n, sizeof(double));
	return cs_size_total(&size);
}

cs_status
cs_nelson_siegel_search_initialize(size_t n, const double *maturity, const double *yield,
								   const double *weight, double lower, double upper,
								   cs_workspace *workspace, size_t *different,
								   cs_nelson_siegel_search **result)
{
	cs_nelson_siegel_search *search;
	cs_curve_data data;
	bool given = lower == upper;
	cs_status status = cs_curve_data_initialize(&data, n, maturity, yield, weight, given ? 3 : 4,
												workspace, different);

	if (status != CS_OK)
		return status;
	if (!(lower > 0 && lower <= upper && upper <= DBL_MAX))
		return CS_OUT_OF_RANGE;
	search = cs_workspace_take(workspace, 1, sizeof(*search));
	if (search == NULL)
		return CS_NO_MEMORY;
	*search = (cs_nelson_siegel_search){.data = data, .lower = lower, .upper = upper};
	search->slope = cs_workspace_take(workspace, n, sizeof(double));
	search->curvature = cs_workspace_take(workspace, n, sizeof(double));
	search->hump = cs_workspace_take(workspace, n, sizeof(double));
	search->residual = cs_workspace_take(workspace, n, sizeof(double));
	if (search->residual == NULL)
		return CS_NO_MEMORY;
	cs_profile_initialize(&search->profile, log(lower), log(upper));
	if (given)
		search->profile.finished = search->profile.found = true;
	*result = search;
	return data.constant && !given ? CS_CONSTANT : CS_OK;
}

/* result = column - factor * other; result may be the column. */
static void
subtract(size_t n, double *result, const double *column, double factor, const double *other)
{
	for (size_t i = 0; i < n; i++)
		result[i] = column[i] - factor * other[i];
}

/* Least squares at one decay by modified Gram-Schmidt, the column of ones first. */
static evaluation
evaluate(cs_nelson_siegel_search *search, double decay)
{
	evaluation result = {.sse = INFINITY};
	const cs_curve_data *data = &search->data;
	size_t n = data->n;
	double *f2 = search->slope;
	double *f3 = search->curvature;
	double *residual = search->residual;
	double smallest =
		CS_NELSON_SIEGEL_INDEPENDENT_ABOVE * CS_NELSON_SIEGEL_INDEPENDENT_ABOVE * data->weight;
	double mean2, mean3, square2, square3, overlap;

	cs_curve_data_loadings(data, decay, f2, f3, search->hump);
	mean2 = cs_curve_data_centre(data, f2);
	square2 = cs_dot(n, f2, f2);
	if (!(square2 > smallest))
		return result;
	mean3 = cs_curve_data_centre(data, f3);
	overlap = cs_dot(n, f2, f3) / square2;
	subtract(n, f3, f3, overlap, f2);
	square3 = cs_dot(n, f3, f3);
	if (!(square3 > smallest))
		return result;

	result.slope = cs_dot(n, f2, data->yield) / square2;
	subtract(n, residual, data->yield, result.slope, f2);
	result.curvature = cs_dot(n, f3, residual) / square3;
	subtract(n, residual, residual, result.curvature, f3);
	result.slope -= overlap * result.curvature;
	result.level = data->mean - result.slope * mean2 - result.curvature * mean3;
	result.sse = cs_dot(n, residual, residual);
	cs_curve_data_scale(data, search->hump);
	result.derivative = -2 * result.curvature * cs_dot(n, residual, search->hump);
	return result;
}

void
cs_nelson_siegel_search_step(cs_nelson_siegel_search *search)
{
	evaluation at = evaluate(search, exp(search->profile.at));

	cs_profile_step(&search->profile, at.sse, at.derivative, at.curvature);
}

bool
cs_nelson_siegel_search_finished(const cs_nelson_siegel_search *search)
{
	return search->profile.finished;
}

/* The decay; on a bound it is that bound to the last bit. */
static double
decay_of(const cs_nelson_siegel_search *search)
{
	if (search->profile.at <= search->profile.lower)
		return search->lower;
	return search->profile.at >= search->profile.upper ? search->upper : exp(search->profile.at);
}

cs_status
cs_nelson_siegel_search_curve(cs_nelson_siegel_search *search, cs_nelson_siegel_curve *curve)
{
	evaluation best;

	if (!search->profile.found)
		return CS_SINGULAR;
	best = evaluate(search, decay_of(search));
	if (isinf(best.sse))
		return CS_SINGULAR;
	*curve = (cs_nelson_siegel_curve){
		.level = best.level,
		.slope = best.slope,
		.curvature = best.curvature,
		.decay = decay_of(search),
		.rmse = sqrt(best.sse / search->data.weight),
		.r_squared =
			search->data.n > 3 && search->data.total > 0 ? 1 - best.sse / search->data.total : NAN,
		.observations = (int64_t) search->data.n,
		.decay_at_bound = search->profile.at_bound,
	};
	if (!isfinite(curve->level) || !isfinite(curve->slope) || !isfinite(curve->curvature) ||
		!isfinite(curve->rmse))
		return CS_NOT_FINITE;
	return CS_OK;
}
