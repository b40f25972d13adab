/*
 * nelson_siegel_search.c
 *		The decay of a Nelson-Siegel curve by variable projection: a scan of the derivative of the
 *		profile sum of squares, and Brent's root finder (Brent, Algorithms for Minimization without
 *		Derivatives, 1973, ch. 4) in every interval where it turns from fall to rise.
 */
#include "numeric/term_structure/nelson_siegel.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/vector_math.h"

#include <float.h>
#include <math.h>

#define GRID_INTERVALS 32
#define SMALLEST_STEP (1.0 / 16) /* of a grid interval */
#define ROOT_TOLERANCE 1e-13	 /* of ln(decay) */
#define ROOT_STEPS 100
#define AT_BOUND 1e-9 /* of ln(decay) */

typedef struct evaluation
{
	double log_decay;
	double sse; /* INFINITY where the loadings are dependent */
	double derivative;
	double level;
	double slope;
	double curvature;
} evaluation;

/* The names of Brent's zeroin: b is the best point, a the one before, the root lies in (b, c). */
typedef struct root_search
{
	bool active;
	int steps;
	evaluation a, b, c;
	double last, before_last; /* lengths of the last steps */
} root_search;

struct cs_nelson_siegel_search
{
	size_t n;
	const double *maturity;
	double mean; /* of the yields */
	double total;
	double lower, upper; /* of the decay */
	double log_lower, log_upper;
	double *yield;	   /* [n] centred */
	double *slope;	   /* [n] F2 */
	double *curvature; /* [n] F3 */
	double *hump;	   /* [n] x exp(-x) */
	double *residual;  /* [n] */
	double width;	   /* of a grid interval */
	double step;	   /* of the scan */
	bool scanned;
	bool started;
	evaluation previous; /* last point of the scan */
	root_search root;
	bool found;
	bool at_bound;
	evaluation best;
};

size_t
cs_nelson_siegel_search_size(size_t n)
{
	cs_size size = {0};

	cs_size_add(&size, 1, sizeof(cs_nelson_siegel_search));
	for (int array = 0; array < 5; array++)
		cs_size_add(&size, n, sizeof(double));
	return cs_size_total(&size);
}

static cs_status
check_observations(size_t n, const double *maturity, const double *yield, size_t *different)
{
	*different = 0;
	for (size_t i = 0; i < n; i++)
	{
		if (!isfinite(maturity[i]) || !isfinite(yield[i]))
			return CS_NOT_FINITE;
		if (maturity[i] < 0 || (i > 0 && maturity[i] < maturity[i - 1]))
			return CS_OUT_OF_RANGE;
		if (i == 0 || maturity[i] > maturity[i - 1])
			(*different)++;
	}
	return *different < 4 ? CS_TOO_FEW : CS_OK;
}

cs_status
cs_nelson_siegel_search_initialize(size_t n, const double *maturity, const double *yield,
								   double lower, double upper, cs_workspace *workspace,
								   size_t *different, cs_nelson_siegel_search **result)
{
	cs_nelson_siegel_search *search;
	cs_status status = check_observations(n, maturity, yield, different);
	bool constant = true;

	if (status != CS_OK)
		return status;
	if (!(lower > 0 && lower < upper && upper <= DBL_MAX))
		return CS_OUT_OF_RANGE;
	search = cs_workspace_take(workspace, 1, sizeof(*search));
	if (search == NULL)
		return CS_NO_MEMORY;
	*search = (cs_nelson_siegel_search){.n = n, .maturity = maturity};
	search->yield = cs_workspace_take(workspace, n, sizeof(double));
	search->slope = cs_workspace_take(workspace, n, sizeof(double));
	search->curvature = cs_workspace_take(workspace, n, sizeof(double));
	search->hump = cs_workspace_take(workspace, n, sizeof(double));
	search->residual = cs_workspace_take(workspace, n, sizeof(double));
	if (search->residual == NULL)
		return CS_NO_MEMORY;

	search->lower = lower;
	search->upper = upper;
	search->log_lower = log(lower);
	search->log_upper = log(upper);
	search->width = (search->log_upper - search->log_lower) / GRID_INTERVALS;
	search->step = search->width;
	search->mean = cs_sum(n, yield) / (double) n;
	for (size_t i = 0; i < n; i++)
	{
		search->yield[i] = yield[i] - search->mean;
		constant = constant && yield[i] == yield[0];
	}
	search->total = cs_dot(n, search->yield, search->yield);
	*result = search;
	if (!isfinite(search->total))
		return CS_NOT_FINITE;
	return constant ? CS_CONSTANT : CS_OK;
}

/* The three columns at one decay; maturities ascend, so small x come first. */
static void
fill_loadings(cs_nelson_siegel_search *search, double decay)
{
	const double *maturity = search->maturity;
	size_t small = 0;

	for (; small < search->n && decay * maturity[small] < CS_NELSON_SIEGEL_SERIES_BELOW; small++)
	{
		double x = decay * maturity[small];

		cs_nelson_siegel_loadings(x, &search->slope[small], &search->curvature[small]);
		search->hump[small] = x * (search->slope[small] - search->curvature[small]);
	}
	for (size_t i = small; i < search->n; i++)
		search->residual[i] = -decay * maturity[i];
	cs_vector_exp_double(search->residual + small, search->residual + small, search->n - small);
	for (size_t i = small; i < search->n; i++)
	{
		double x = fmin(decay * maturity[i], 1e300); /* so that x exp(-x) is never inf * 0 */
		double decayed = search->residual[i];

		search->slope[i] = (1 - decayed) / x;
		search->curvature[i] = search->slope[i] - decayed;
		search->hump[i] = x * decayed;
	}
}

/* result = column - constant - factor * other; result may be the column. */
static void
subtract(size_t n, double *result, const double *column, double constant, double factor,
		 const double *other)
{
	for (size_t i = 0; i < n; i++)
		result[i] = column[i] - constant - factor * other[i];
}

/* Least squares at one decay by modified Gram-Schmidt, the column of ones first. */
static evaluation
evaluate(cs_nelson_siegel_search *search, double log_decay)
{
	evaluation result = {.log_decay = log_decay, .sse = INFINITY};
	size_t n = search->n;
	double *f2 = search->slope;
	double *f3 = search->curvature;
	double *residual = search->residual;
	double smallest =
		CS_NELSON_SIEGEL_INDEPENDENT_ABOVE * CS_NELSON_SIEGEL_INDEPENDENT_ABOVE * (double) n;
	double mean2, mean3, square2, square3, overlap;

	fill_loadings(search, exp(log_decay));
	mean2 = cs_sum(n, f2) / (double) n;
	subtract(n, f2, f2, mean2, 0, f2);
	square2 = cs_dot(n, f2, f2);
	if (!(square2 > smallest))
		return result;
	mean3 = cs_sum(n, f3) / (double) n;
	overlap = cs_dot(n, f2, f3) / square2;
	subtract(n, f3, f3, mean3, overlap, f2);
	square3 = cs_dot(n, f3, f3);
	if (!(square3 > smallest))
		return result;

	result.slope = cs_dot(n, f2, search->yield) / square2;
	subtract(n, residual, search->yield, 0, result.slope, f2);
	result.curvature = cs_dot(n, f3, residual) / square3;
	subtract(n, residual, residual, 0, result.curvature, f3);
	result.slope -= overlap * result.curvature;
	result.level = search->mean - result.slope * mean2 - result.curvature * mean3;
	result.sse = cs_dot(n, residual, residual);
	result.derivative = -2 * result.curvature * cs_dot(n, residual, search->hump);
	return result;
}

static void
offer(cs_nelson_siegel_search *search, const evaluation *candidate, bool at_bound)
{
	if (search->found && !(candidate->sse < search->best.sse))
		return;
	search->best = *candidate;
	search->at_bound = at_bound;
	search->found = true;
}

static void
root_begin(root_search *root, const evaluation *left, const evaluation *right)
{
	*root = (root_search){.active = true, .a = *left, .b = *right, .c = *left};
	root->last = root->before_last = right->log_decay - left->log_decay;
}

/* The secant or inverse quadratic step from b, as numerator >= 0 and denominator. */
static void
interpolate(const root_search *root, double half, double *p, double *q)
{
	double at_a = root->a.derivative;
	double at_b = root->b.derivative;
	double at_c = root->c.derivative;
	double s = at_b / at_a;

	if (root->a.log_decay == root->c.log_decay)
	{
		*p = 2 * half * s;
		*q = 1 - s;
	}
	else
	{
		double t = at_a / at_c;
		double r = at_b / at_c;

		*p = s * (2 * half * t * (t - r) - (root->b.log_decay - root->a.log_decay) * (r - 1));
		*q = (t - 1) * (r - 1) * (s - 1);
	}
	if (*p > 0)
		*q = -*q;
	else
		*p = -*p;
}

/* The next step from b: interpolated where that is safe and converges, else half the interval. */
static double
root_step_length(root_search *root, double half, double tolerance)
{
	double p, q;

	if (fabs(root->before_last) >= tolerance && fabs(root->a.derivative) > fabs(root->b.derivative))
	{
		interpolate(root, half, &p, &q);
		if (2 * p < fmin(3 * half * q - fabs(tolerance * q), fabs(root->before_last * q)))
		{
			root->before_last = root->last;
			root->last = p / q;
			return root->last;
		}
	}
	root->last = root->before_last = half;
	return half;
}

/* One step of zeroin; false once b is the root. */
static bool
root_step(cs_nelson_siegel_search *search, root_search *root)
{
	double tolerance;
	double half;
	double step;

	if ((root->b.derivative >= 0) == (root->c.derivative >= 0))
	{
		root->c = root->a;
		root->last = root->before_last = root->b.log_decay - root->a.log_decay;
	}
	if (fabs(root->c.derivative) < fabs(root->b.derivative))
	{
		root->a = root->b;
		root->b = root->c;
		root->c = root->a;
	}
	tolerance = 2 * DBL_EPSILON * fabs(root->b.log_decay) + ROOT_TOLERANCE / 2;
	half = (root->c.log_decay - root->b.log_decay) / 2;
	if (fabs(half) <= tolerance || root->b.derivative == 0 || ++root->steps > ROOT_STEPS)
		return false;

	step = root_step_length(root, half, tolerance);
	root->a = root->b;
	if (fabs(step) <= tolerance)
		step = copysign(tolerance, half);
	root->b = evaluate(search, root->b.log_decay + step);
	return true;
}

/*
 * Whether an interval is too long to tell how many minima it holds.  The derivative has the
 * curvature as a factor, so that minima stand close to each other on both sides of a root of the
 * curvature; and where both slopes have one sign, the slope in the middle, taken from the cubic
 * through both ends, must clearly have it too.
 */
static bool
may_hide_minimum(const evaluation *left, const evaluation *right)
{
	double mean = (right->sse - left->sse) / (right->log_decay - left->log_decay);
	double middle = (6 * mean - left->derivative - right->derivative) / 4;
	double smaller = fmin(fabs(left->derivative), fabs(right->derivative));

	if ((left->curvature < 0) != (right->curvature < 0))
		return true;
	if ((left->derivative < 0) != (right->derivative < 0))
		return false;
	return (left->derivative < 0 ? -middle : middle) < smaller / 4;
}

/* Judges the interval between two neighbouring points; either may have dependent loadings. */
static void
scan_interval(cs_nelson_siegel_search *search, const evaluation *left, const evaluation *right)
{
	if (isinf(left->sse) && isfinite(right->sse) && right->derivative >= 0)
		offer(search, right, true);
	else if (isfinite(left->sse) && isinf(right->sse) && left->derivative < 0)
		offer(search, left, true);
	else if (isfinite(left->sse) && isfinite(right->sse) && left->derivative < 0 &&
			 right->derivative >= 0)
		root_begin(&search->root, left, right);
}

static void
scan_step(cs_nelson_siegel_search *search)
{
	const evaluation outside = {.sse = INFINITY};
	bool last = search->previous.log_decay + search->step >= search->log_upper;
	evaluation point;

	if (!search->started)
	{
		search->previous = evaluate(search, search->log_lower);
		search->started = true;
		scan_interval(search, &outside, &search->previous);
		return;
	}
	point = evaluate(search, last ? search->log_upper : search->previous.log_decay + search->step);
	if (isfinite(search->previous.sse) && isfinite(point.sse) &&
		search->step > SMALLEST_STEP * search->width && may_hide_minimum(&search->previous, &point))
	{
		search->step /= 2;
		return;
	}
	scan_interval(search, &search->previous, &point);
	if (last && point.derivative < 0)
		offer(search, &point, true);
	search->scanned = last;
	search->previous = point;
	search->step = fmin(2 * search->step, search->width);
}

void
cs_nelson_siegel_search_step(cs_nelson_siegel_search *search)
{
	const evaluation *root = &search->root.b;

	if (!search->root.active)
		scan_step(search);
	else if (!root_step(search, &search->root))
	{
		offer(search, root,
			  root->log_decay - search->log_lower < AT_BOUND ||
				  search->log_upper - root->log_decay < AT_BOUND);
		search->root.active = false;
	}
}

bool
cs_nelson_siegel_search_finished(const cs_nelson_siegel_search *search)
{
	return search->scanned && !search->root.active;
}

/* The decay; on a bound it is that bound to the last bit. */
static double
decay_of(const cs_nelson_siegel_search *search, double log_decay)
{
	if (log_decay - search->log_lower < AT_BOUND)
		return search->lower;
	if (search->log_upper - log_decay < AT_BOUND)
		return search->upper;
	return exp(log_decay);
}

cs_status
cs_nelson_siegel_search_curve(const cs_nelson_siegel_search *search, cs_nelson_siegel_curve *curve)
{
	const evaluation *best = &search->best;

	if (!search->found)
		return CS_SINGULAR;
	*curve = (cs_nelson_siegel_curve){
		.level = best->level,
		.slope = best->slope,
		.curvature = best->curvature,
		.decay = decay_of(search, best->log_decay),
		.rmse = sqrt(best->sse / (double) search->n),
		.r_squared = 1 - best->sse / search->total,
		.observations = (int64_t) search->n,
		.decay_at_bound = search->at_bound,
	};
	if (!isfinite(curve->level) || !isfinite(curve->slope) || !isfinite(curve->curvature) ||
		!isfinite(curve->rmse))
		return CS_NOT_FINITE;
	return CS_OK;
}
