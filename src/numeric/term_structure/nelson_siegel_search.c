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

#define COLUMNS 2 /* beside the level */

typedef struct evaluation
{
	double sse; /* INFINITY where the loadings are dependent */
	double derivative;
	double factor[COLUMNS + 1]; /* level, slope, curvature */
	double triangle[(COLUMNS + 1) * (COLUMNS + 1)];
} evaluation;

struct cs_nelson_siegel_search
{
	cs_curve_data data;
	double lower, upper; /* of the decay; NAN = from the data */
	cs_decay_range range;
	double *column[COLUMNS + 1]; /* [n] F2, F3 and x exp(-x) */
	double *residual;			 /* [n] */
	cs_profile profile;
};

size_t
cs_nelson_siegel_search_size(size_t n)
{
	cs_size size = {0};

	cs_size_add(&size, 1, sizeof(cs_nelson_siegel_search));
	cs_curve_data_size_add(&size, n);
	for (int array = 0; array < COLUMNS + 2; array++)
		cs_size_add(&size, n, sizeof(double));
	return cs_size_total(&size);
}

static void
begin_search(cs_nelson_siegel_search *search)
{
	cs_decay_range_bounds(&search->range, &search->lower, &search->upper);
	cs_profile_initialize(&search->profile, log(search->lower), log(search->upper));
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
	if (lower <= 0 || upper <= 0 || lower > upper || isinf(lower) || isinf(upper))
		return CS_OUT_OF_RANGE;
	search = cs_workspace_take(workspace, 1, sizeof(*search));
	if (search == NULL)
		return CS_NO_MEMORY;
	*search = (cs_nelson_siegel_search){.data = data, .lower = lower, .upper = upper};
	for (int i = 0; i < COLUMNS + 1; i++)
		search->column[i] = cs_workspace_take(workspace, n, sizeof(double));
	search->residual = cs_workspace_take(workspace, n, sizeof(double));
	if (search->residual == NULL)
		return CS_NO_MEMORY;
	search->range.finished = !isnan(lower) && !isnan(upper);
	if (search->range.finished)
		begin_search(search);
	else
		cs_curve_data_range(&search->data, false, &search->range);
	if (given)
		search->profile.finished = search->profile.found = true;
	*result = search;
	return data.constant && !given ? CS_CONSTANT : CS_OK;
}

/* Least squares at one decay. */
static evaluation
evaluate(cs_nelson_siegel_search *search, double decay)
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

void
cs_nelson_siegel_search_step(cs_nelson_siegel_search *search)
{
	evaluation at;

	if (!search->range.finished)
	{
		cs_curve_data_range_step(&search->data, search->column, &search->range);
		if (search->range.finished)
			begin_search(search);
		return;
	}
	at = evaluate(search, exp(search->profile.at));
	cs_profile_step(&search->profile, at.sse, at.derivative, at.factor[2]);
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
	const cs_curve_data *data = &search->data;
	bool given = search->lower == search->upper;
	evaluation best;

	if (!search->profile.found)
		return CS_SINGULAR;
	best = evaluate(search, decay_of(search));
	if (isinf(best.sse))
		return CS_SINGULAR;
	*curve = (cs_nelson_siegel_curve){
		.level = best.factor[0],
		.slope = best.factor[1],
		.curvature = best.factor[2],
		.decay = decay_of(search),
		.rmse = sqrt(best.sse / data->weight),
		.r_squared = data->n > 3 && data->total > 0 ? 1 - best.sse / data->total : NAN,
		.observations = (int64_t) data->n,
		.decay_at_bound = search->profile.at_bound,
	};
	cs_curve_data_quality(data, COLUMNS, given ? 0 : 1, best.triangle, best.sse, &curve->quality);
	if (!isfinite(curve->level) || !isfinite(curve->slope) || !isfinite(curve->curvature) ||
		!isfinite(curve->rmse))
		return CS_NOT_FINITE;
	return CS_OK;
}
