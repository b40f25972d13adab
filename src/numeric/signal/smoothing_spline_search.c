/*
 * smoothing_spline_search.c
 *		False position with the weights of Anderson and Bjorck (BIT 13, 1973) for the root; a grid
 *		and Brent's parabolas (Algorithms for Minimization without Derivatives, 1973, ch. 5) for the
 *		minimum, and a Newton step on the quartic through five points, whose distances are large
 *		enough that rounding of the values, which hides a minimum from comparisons, hardly moves it.
 */
#include "numeric/signal/smoothing_spline_search.h"

#include <math.h>
#include <stdbool.h>

#define FIRST_STEP 3.0
#define ROOT_TOLERANCE 1e-12 /* of the value */
#define PLACE_TOLERANCE 1e-13
#define ROOT_STEPS 100
#define GRID 2.302585092994046 /* one decade */
#define MINIMUM_TOLERANCE 1e-6
#define REFINEMENT 0.02
#define MINIMUM_STEPS 100
#define GOLDEN 0.3819660112501051

typedef struct point
{
	double at, value;
} point;

typedef struct search
{
	cs_spline_solve solve;
	void *spline;
	double lowest, highest;
	cs_status status;
} search;

/* False, with the status set, when there is no value. */
static bool
evaluate(search *search, double at, point *point)
{
	point->at = at;
	search->status = search->solve(search->spline, at, &point->value);
	return search->status == CS_OK;
}

static double
clamp(const search *search, double at)
{
	return fmin(fmax(at, search->lowest), search->highest);
}

/* x and y stand around the root; z is the point that was dropped last. */
static double
next_root(const point *x, const point *y, const point *z)
{
	double width = y->at - x->at;
	double along = (x->at - y->at) / (z->at - y->at);
	double rise = (x->value - y->value) / (z->value - y->value);
	double share = 0.5;

	if (rise * rise < along && (1 - rise) * (1 - rise) < 1 - along)
		share = x->value / (y->value - x->value) * (z->value / (y->value - z->value)) +
				(z->at - x->at) / width * (x->value / (z->value - x->value)) *
					(y->value / (z->value - y->value));
	return x->at + fmin(fmax(share, PLACE_TOLERANCE), 1 - PLACE_TOLERANCE) * width;
}

static void
find_root(search *search, const point *left, const point *right)
{
	point best = *left;
	point second = *right;
	point third = *right;
	point next;

	for (int steps = 0; steps < ROOT_STEPS; steps++)
	{
		bool same;

		if (!evaluate(search, next_root(&best, &second, &third), &next))
			return;
		same = (next.value > 0) == (best.value > 0);
		third = same ? best : second;
		if (!same)
			second = best;
		best = next;
		if (fabs(best.value) <= ROOT_TOLERANCE ||
			fabs(second.at - best.at) <= PLACE_TOLERANCE * fmax(1, fabs(best.at)))
			return;
	}
}

cs_status
cs_spline_search_root(cs_spline_solve solve, void *spline, double lowest, double highest)
{
	search search = {.solve = solve, .spline = spline, .lowest = lowest, .highest = highest};
	point left = {.at = -INFINITY};
	point right = {.at = INFINITY};
	point next;
	double at = clamp(&search, 0);

	/* steps of growing length until the sign changes */
	for (double step = FIRST_STEP; isinf(left.at) || isinf(right.at); step *= 2)
	{
		if (!evaluate(&search, at, &next) || next.value == 0)
			return search.status;
		if (next.value > 0)
			right = next;
		else
			left = next;
		if (at == (next.value > 0 ? lowest : highest))
			return CS_OK;
		at = clamp(&search, next.value > 0 ? at - step : at + step);
	}
	find_root(&search, &left, &right);
	return search.status;
}

/* The lowest point of a grid and its neighbours, which are itself at the ends. */
static bool
scan(search *search, point *left, point *best, point *right)
{
	double range = search->highest - search->lowest;
	double step = range / ceil(range / GRID);
	double at = search->lowest;
	point before = {0};
	point next;

	for (int steps = 1;; steps++)
	{
		if (!evaluate(search, at, &next))
			return false;
		if (steps == 1 || next.value < best->value)
		{
			*best = *right = next;
			*left = steps == 1 ? next : before;
		}
		else if (right->at == best->at)
			*right = next;
		before = next;
		if (!(at < search->highest))
			return true;
		at = search->lowest + steps * step;
		if (!(at < search->highest - step / 2))
			at = search->highest;
	}
}

/* The lowest points of a bracket, in the order of their values. */
typedef struct valley
{
	point left, right;
	point best, second, third;
	double length, length_before; /* of the last two steps */
} valley;

/* Where the parabola through the three best points is lowest, or a golden section. */
static double
next_place(valley *valley, double middle)
{
	const point *x = &valley->best;
	double away = x->at < middle ? valley->right.at - x->at : valley->left.at - x->at;
	double r = (x->at - valley->second.at) * (x->value - valley->third.value);
	double q = (x->at - valley->third.at) * (x->value - valley->second.value);
	double p = (x->at - valley->third.at) * q - (x->at - valley->second.at) * r;
	double step = -p / (2 * (q - r));
	double length = valley->length_before;

	valley->length_before = valley->length;
	if (!(fabs(step) < fabs(length) / 2 && x->at + step > valley->left.at &&
		  x->at + step < valley->right.at))
	{
		step = GOLDEN * away;
		valley->length_before = away;
	}
	if (fabs(step) < MINIMUM_TOLERANCE)
		step = copysign(MINIMUM_TOLERANCE, middle - x->at);
	valley->length = step;
	return x->at + step;
}

static void
add_point(valley *valley, const point *next)
{
	point *x = &valley->best;

	if (next->value <= x->value)
	{
		*(next->at < x->at ? &valley->right : &valley->left) = *x;
		valley->third = valley->second;
		valley->second = *x;
		*x = *next;
		return;
	}
	*(next->at < x->at ? &valley->left : &valley->right) = *next;
	if (next->value <= valley->second.value || valley->second.at == x->at)
	{
		valley->third = valley->second;
		valley->second = *next;
	}
	else if (next->value <= valley->third.value || valley->third.at == valley->second.at)
		valley->third = *next;
}

/* Narrows the bracket around the lowest point. */
static bool
narrow(search *search, valley *valley)
{
	bool left_lower = valley->left.value < valley->right.value;
	point next;

	valley->second = left_lower ? valley->left : valley->right;
	valley->third = left_lower ? valley->right : valley->left;
	valley->length = valley->length_before = valley->right.at - valley->left.at;
	for (int steps = 1; steps < MINIMUM_STEPS; steps++)
	{
		double middle = (valley->left.at + valley->right.at) / 2;

		if (fabs(valley->best.at - middle) + (valley->right.at - valley->left.at) / 2 <=
			2 * MINIMUM_TOLERANCE)
			return true;
		if (!evaluate(search, next_place(valley, middle), &next))
			return false;
		add_point(valley, &next);
	}
	return true;
}

/* The minimum by values at some distance around the best place. */
static bool
refine(search *search, const point *best, double *at)
{
	static const double places[] = {-2, -1, 1, 2};
	double room = fmin(best->at - search->lowest, search->highest - best->at);
	double v[4];
	double slope, curvature;

	*at = best->at;
	if (room < 2 * REFINEMENT)
		return true;
	for (int i = 0; i < 4; i++)
	{
		point next;

		if (!evaluate(search, best->at + places[i] * REFINEMENT, &next))
			return false;
		v[i] = next.value;
	}
	slope = v[0] - 8 * v[1] + 8 * v[2] - v[3];
	curvature = 16 * (v[1] + v[2]) - v[0] - v[3] - 30 * best->value;
	if (fabs(slope) < curvature)
		*at -= slope / curvature * REFINEMENT;
	return true;
}

cs_status
cs_spline_search_minimum(cs_spline_solve solve, void *spline, double lowest, double highest,
						 double *answer)
{
	search search = {.solve = solve, .spline = spline, .lowest = lowest, .highest = highest};
	valley valley = {0};
	point last;

	if (!scan(&search, &valley.left, &valley.best, &valley.right))
		return search.status;
	*answer = valley.best.at;
	if (valley.left.at != *answer && valley.right.at != *answer &&
		!(narrow(&search, &valley) && refine(&search, &valley.best, answer)))
		return search.status;
	evaluate(&search, *answer, &last);
	return search.status;
}
