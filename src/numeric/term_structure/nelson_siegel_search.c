/*
 * nelson_siegel_search.c
 *		The decay of a Nelson-Siegel curve by variable projection: the profile of the sum of squares
 *		along ln(decay), and its lowest minimum.
 */
#include "numeric/base/linear_algebra.h"
#include "numeric/term_structure/profile_minimum.h"
#include "numeric/term_structure/curve_data.h"
#include "numeric/term_structure/nelson_siegel.h"

#include <float.h>
#include <math.h>

#define COLUMNS 2 /* beside the level */

typedef struct evaluation
{
	double sse; /* INFINITY where the loadings are dependent */
	double derivative;
	double factor[COLUMNS + 1]; /* level, slope, curvature */
	double triangle[(COLUMNS + 1) * (COLUMNS + 1)];
} evaluation;

typedef struct search
{
	cs_curve_data data;
	double *column[COLUMNS + 1]; /* [n] F2, F3 and x exp(-x) */
	double *residual;			 /* [n] */
} search;

static void
lay_out(search *search, size_t n, cs_workspace *workspace)
{
	cs_curve_data_lay_out(&search->data, n, workspace);
	for (int i = 0; i < COLUMNS + 1; i++)
		search->column[i] = cs_workspace_take(workspace, n, sizeof(double));
	search->residual = cs_workspace_take(workspace, n, sizeof(double));
}

size_t
cs_nelson_siegel_fit_size(size_t n)
{
	search search;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&search, n, &workspace);
	return cs_workspace_total(&workspace);
}

/* Least squares at one decay. */
static evaluation
evaluate(search *search, double decay)
{
	evaluation result = {.sse = INFINITY};
	const cs_curve_data *data = &search->data;
	double *hump = search->column[COLUMNS];

	cs_curve_data_loadings(data, decay, search->column[0], search->column[1], hump);
	if (!cs_curve_data_orthogonalize(data, COLUMNS, search->column, result.triangle))
		return result;
	result.sse = cs_curve_data_solve(data, COLUMNS, search->column, result.triangle, result.factor,
									 search->residual);
	cs_curve_data_scale(data, hump);
	result.derivative = -2 * result.factor[2] * cs_dot(data->n, search->residual, hump);
	return result;
}

static cs_profile_value
profile(void *problem, double log_decay, bool exact)
{
	evaluation at = evaluate(problem, exp(log_decay));

	(void) exact;
	return (cs_profile_value){at.sse, at.derivative, at.factor[2]};
}

/* The best decay; on a bound it is that bound to the last bit.  False if there is none. */
static bool
find_decay(search *search, double lower, double upper, double *decay, bool *at_bound)
{
	cs_profile_minimum minimum;

	cs_curve_data_bounds(&search->data, false, search->column, &lower, &upper);
	minimum = cs_profile_search(profile, search, log(lower), log(upper));
	*at_bound = minimum.at_bound;
	if (minimum.at <= log(lower))
		*decay = lower;
	else
		*decay = minimum.at >= log(upper) ? upper : exp(minimum.at);
	return minimum.found;
}

/* The curve at one decay, which `estimated` counts as a parameter too. */
static cs_status
curve_at(search *search, double decay, bool estimated, cs_nelson_siegel_curve *curve)
{
	const cs_curve_data *data = &search->data;
	evaluation at = evaluate(search, decay);

	if (isinf(at.sse))
		return CS_SINGULAR;
	*curve = (cs_nelson_siegel_curve){
		.level = at.factor[0],
		.slope = at.factor[1],
		.curvature = at.factor[2],
		.decay = decay,
		.rmse = sqrt(at.sse / data->weight),
		.r_squared = data->n > 3 && data->total > 0 ? 1 - at.sse / data->total : NAN,
		.observations = (int64_t) data->n,
	};
	cs_curve_data_quality(data, COLUMNS, estimated, at.triangle, at.sse, &curve->quality);
	if (!isfinite(curve->level) || !isfinite(curve->slope) || !isfinite(curve->curvature) ||
		!isfinite(curve->rmse))
		return CS_NOT_FINITE;
	return CS_OK;
}

cs_status
cs_nelson_siegel_fit(size_t n, const double *maturity, const double *yield, const double *weight,
					 double lower, double upper, cs_workspace *workspace, size_t *different,
					 cs_nelson_siegel_curve *curve)
{
	bool estimated = lower != upper;
	bool at_bound = false;
	double decay = lower;
	search search;
	cs_status status;

	lay_out(&search, n, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status =
		cs_curve_data_fill(&search.data, maturity, yield, weight, estimated ? 4 : 3, different);
	if (status != CS_OK)
		return status;
	if (lower <= 0 || upper <= 0 || lower > upper || isinf(lower) || isinf(upper))
		return CS_OUT_OF_RANGE;
	if (estimated && search.data.constant)
		return CS_CONSTANT;
	if (estimated && !find_decay(&search, lower, upper, &decay, &at_bound))
		return CS_SINGULAR;
	status = curve_at(&search, decay, estimated, curve);
	curve->decay_at_bound = at_bound;
	return status;
}
