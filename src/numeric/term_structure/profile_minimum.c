/*
 * profile_minimum.c
 *		A scan of a derivative, and Brent's root finder in every interval where it turns from fall
 *		to rise.
 */
#include "numeric/term_structure/profile_minimum.h"

#include <float.h>
#include <math.h>

#define GRID_INTERVALS 32
#define FEWEST_INTERVALS 8
#define INTERVAL 0.21			 /* of a logarithm, where the bounds are not too far apart for it */
#define SMALLEST_STEP (1.0 / 16) /* of a grid interval */
#define ROOT_TOLERANCE 1e-13
#define ROOT_STEPS 100
#define AT_BOUND 1e-9

typedef struct point
{
	double at;
	cs_profile_value is;
} point;

typedef struct search
{
	cs_profile_evaluate evaluate;
	void *problem;
	double lower, upper;
	point best;
	bool found;
	bool at_bound;
} search;

static point
evaluate(const search *search, double at, bool exact)
{
	return (point){at, search->evaluate(search->problem, at, exact)};
}

static void
offer(search *search, const point *candidate, bool at_bound)
{
	if (search->found && !(candidate->is.value < search->best.is.value))
		return;
	search->best = *candidate;
	search->at_bound = at_bound;
	search->found = true;
}

/* As Brent's zeroin names them: b is the best place, a the one before, the root in (b, c). */
typedef struct bracket
{
	point a, b, c;
	double step, step_before;
} bracket;

/* The secant or inverse quadratic step from b, as numerator >= 0 and denominator. */
static void
interpolate(const bracket *root, double half, double *p, double *q)
{
	double at_a = root->a.is.derivative;
	double at_b = root->b.is.derivative;
	double at_c = root->c.is.derivative;
	double s = at_b / at_a;

	if (root->a.at == root->c.at)
	{
		*p = 2 * half * s;
		*q = 1 - s;
	}
	else
	{
		double t = at_a / at_c;
		double r = at_b / at_c;

		*p = s * (2 * half * t * (t - r) - (root->b.at - root->a.at) * (r - 1));
		*q = (t - 1) * (r - 1) * (s - 1);
	}
	if (*p > 0)
		*q = -*q;
	else
		*p = -*p;
}

/* The next step from b: interpolated where that is safe and converges, else half the interval. */
static double
next_step(bracket *root, double half, double tolerance)
{
	double p, q;

	if (fabs(root->step_before) >= tolerance &&
		fabs(root->a.is.derivative) > fabs(root->b.is.derivative))
	{
		interpolate(root, half, &p, &q);
		if (2 * p < fmin(3 * half * q - fabs(tolerance * q), fabs(root->step_before * q)))
		{
			root->step_before = root->step;
			root->step = p / q;
			return root->step;
		}
	}
	root->step = root->step_before = half;
	return half;
}

/* The root of the derivative, which changes its sign between two points. */
static point
find_root(const search *search, const point *left, const point *right)
{
	bracket root = {.a = *left, .b = *right, .c = *left};

	root.step = root.step_before = right->at - left->at;
	for (int steps = 0;; steps++)
	{
		double tolerance, half, step;

		if ((root.b.is.derivative >= 0) == (root.c.is.derivative >= 0))
		{
			root.c = root.a;
			root.step = root.step_before = root.b.at - root.a.at;
		}
		if (fabs(root.c.is.derivative) < fabs(root.b.is.derivative))
		{
			root.a = root.b;
			root.b = root.c;
			root.c = root.a;
		}
		tolerance = 2 * DBL_EPSILON * fabs(root.b.at) + ROOT_TOLERANCE / 2;
		half = (root.c.at - root.b.at) / 2;
		if (fabs(half) <= tolerance || root.b.is.derivative == 0 || steps == ROOT_STEPS)
			return root.b;
		step = next_step(&root, half, tolerance);
		root.a = root.b;
		if (fabs(step) <= tolerance)
			step = copysign(tolerance, half);
		root.b = evaluate(search, root.b.at + step, true);
	}
}

/*
 * Whether an interval is too long to tell how many minima it holds: where the factor of the
 * derivative changes its sign, minima may stand on both sides; and where both slopes have one sign,
 * the slope in the middle, taken from the cubic through both ends, must clearly have it too.
 */
static bool
may_hide_minimum(const point *left, const point *right)
{
	double at_left = left->is.derivative;
	double at_right = right->is.derivative;
	double mean = (right->is.value - left->is.value) / (right->at - left->at);
	double middle = (6 * mean - at_left - at_right) / 4;

	if (!isfinite(left->is.value) || !isfinite(right->is.value))
		return false;
	if ((left->is.factor < 0) != (right->is.factor < 0))
		return true;
	if ((at_left < 0) != (at_right < 0))
		return false;
	return (at_left < 0 ? -middle : middle) < fmin(fabs(at_left), fabs(at_right)) / 4;
}

/* Judges the interval between two neighbouring points; either may have no finite value. */
static void
judge_interval(search *search, const point *left, const point *right)
{
	bool known = isfinite(left->is.value);
	bool falls = known && left->is.derivative < 0; /* from the left on */

	if (!isfinite(right->is.value))
	{
		if (falls)
			offer(search, left, true);
	}
	else if (right->is.derivative >= 0 && falls)
	{
		point root = find_root(search, left, right);

		offer(search, &root,
			  root.at - search->lower < AT_BOUND || search->upper - root.at < AT_BOUND);
	}
	else if ((right->is.derivative >= 0 && !known) ||
			 (right->is.derivative < 0 && right->at == search->upper))
		offer(search, right, true);
}

/* What is indiscernible from a bound is the bound. */
static double
snapped(const search *search, double at)
{
	if (at - search->lower < AT_BOUND)
		return search->lower;
	return search->upper - at < AT_BOUND ? search->upper : at;
}

cs_profile_minimum
cs_profile_search(cs_profile_evaluate evaluator, void *problem, double lower, double upper)
{
	search search = {.evaluate = evaluator, .problem = problem, .lower = lower, .upper = upper};
	double intervals = fmax(ceil((upper - lower) / INTERVAL), FEWEST_INTERVALS);
	double width = (upper - lower) / fmin(intervals, GRID_INTERVALS);
	double step = width;
	point left = {.is.value = INFINITY};
	point right = evaluate(&search, lower, false);

	judge_interval(&search, &left, &right);
	for (left = right; left.at < upper;)
	{
		right = evaluate(&search, left.at + step < upper ? left.at + step : upper, false);
		if (step > SMALLEST_STEP * width && may_hide_minimum(&left, &right))
		{
			step /= 2;
			continue;
		}
		judge_interval(&search, &left, &right);
		left = right;
		step = fmin(2 * step, width);
	}
	return (cs_profile_minimum){
		.at = snapped(&search, search.best.at), .found = search.found, .at_bound = search.at_bound};
}
