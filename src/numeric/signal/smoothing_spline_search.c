/*
 * smoothing_spline_search.c
 *		False position with the weights of Anderson and Bjorck (BIT 13, 1973) for the root; a grid
 *		and Brent's parabolas (Algorithms for Minimization without Derivatives, 1973, ch. 5) for the
 *		minimum, until it is near enough for the quartic through five points, whose distances are
 *		large enough that rounding of the values, which hides a minimum from comparisons, hardly
 *		moves it.
 */
#include "numeric/signal/smoothing_spline_search.h"

#include <math.h>

#define FIRST_STEP 3.0
#define ROOT_TOLERANCE 1e-12 /* of the value */
#define PLACE_TOLERANCE 1e-13
#define ROOT_STEPS 100
#define GRID 2.302585092994046 /* one decade */
#define MINIMUM_STEPS 100
#define GOLDEN 0.3819660112501051

/* Distance of the five points; the quartic's minimum is the answer within so many of them, else
 * they move. */
#define REFINEMENT 0.02
#define NEAR 1.5
#define REFINEMENTS 5
#define QUARTIC_STEPS 8

enum
{
	STRIDE, /* of a root: steps of growing length until the sign changes */
	ROOT,
	SCAN, /* of a minimum: the grid */
	NARROW,
	CENTRE, /* the five points */
	AROUND,
	LAST /* the answer is solved for */
};

static void
ask(cs_spline_search *search, int stage, double at)
{
	search->steps = stage == search->stage ? search->steps + 1 : 0;
	search->stage = stage;
	search->at = at;
}

/* ---- the root ---- */

static double
clamp(const cs_spline_search *search, double at)
{
	return fmin(fmax(at, search->lowest), search->highest);
}

void
cs_spline_search_root(cs_spline_search *search, double lowest, double highest)
{
	*search = (cs_spline_search){.lowest = lowest,
								 .highest = highest,
								 .stage = STRIDE,
								 .step = FIRST_STEP,
								 .left = {.at = -INFINITY},
								 .right = {.at = INFINITY}};
	search->at = clamp(search, 0);
}

/* x and y stand around the root; z is the point that was dropped last. */
static double
next_root(const cs_spline_point *x, const cs_spline_point *y, const cs_spline_point *z)
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
stride(cs_spline_search *search, cs_spline_point next)
{
	*(next.value > 0 ? &search->right : &search->left) = next;
	if (next.value == 0 || next.at == (next.value > 0 ? search->lowest : search->highest))
	{
		search->done = true;
		return;
	}
	if (isinf(search->left.at) || isinf(search->right.at))
	{
		ask(search, STRIDE,
			clamp(search, next.value > 0 ? next.at - search->step : next.at + search->step));
		search->step *= 2;
		return;
	}
	search->best = search->left;
	search->second = search->third = search->right;
	ask(search, ROOT, next_root(&search->best, &search->second, &search->third));
}

static void
close_in(cs_spline_search *search, cs_spline_point next)
{
	bool same = (next.value > 0) == (search->best.value > 0);

	search->third = same ? search->best : search->second;
	if (!same)
		search->second = search->best;
	search->best = next;
	if (fabs(next.value) <= ROOT_TOLERANCE ||
		fabs(search->second.at - next.at) <= PLACE_TOLERANCE * fmax(1, fabs(next.at)) ||
		search->steps + 1 >= ROOT_STEPS)
		search->done = true;
	else
		ask(search, ROOT, next_root(&search->best, &search->second, &search->third));
}

/* ---- the minimum ---- */

void
cs_spline_search_minimum(cs_spline_search *search, double lowest, double highest)
{
	double range = highest - lowest;

	*search = (cs_spline_search){.at = lowest,
								 .lowest = lowest,
								 .highest = highest,
								 .stage = SCAN,
								 .step = range / ceil(range / GRID)};
}

/*
 * The next place: where the parabola through the three best points is lowest, or a golden section.
 * True when the parabola's is so near that the five points are as good.
 */
static bool
next_place(cs_spline_search *search, double *place)
{
	const cs_spline_point *x = &search->best;
	double middle = (search->left.at + search->right.at) / 2;
	double away = x->at < middle ? search->right.at - x->at : search->left.at - x->at;
	double r = (x->at - search->second.at) * (x->value - search->third.value);
	double q = (x->at - search->third.at) * (x->value - search->second.value);
	double p = (x->at - search->third.at) * q - (x->at - search->second.at) * r;
	double step = -p / (2 * (q - r));
	double length = search->length_before;

	search->length_before = search->length;
	if (!(fabs(step) < fabs(length) / 2 && x->at + step > search->left.at &&
		  x->at + step < search->right.at))
	{
		step = GOLDEN * away;
		search->length_before = away;
	}
	search->length = step;
	*place = x->at + step;
	return fabs(step) < REFINEMENT;
}

/* The five points around the best, of which it is one unless it is another place. */
static void
refine(cs_spline_search *search, double centre)
{
	double room = fmin(centre - search->lowest, search->highest - centre);

	if (room < 2 * REFINEMENT || search->refinements++ >= REFINEMENTS)
		ask(search, LAST, search->best.at);
	else if (centre != search->best.at)
		ask(search, CENTRE, centre);
	else
		ask(search, AROUND, centre - 2 * REFINEMENT);
}

static void
narrow(cs_spline_search *search)
{
	double place;

	if (search->steps < MINIMUM_STEPS && !next_place(search, &place))
	{
		ask(search, NARROW, place);
		return;
	}
	refine(search, search->best.at);
}

/* The lowest point of a grid and its neighbours, which are itself at the ends. */
static void
scan(cs_spline_search *search, cs_spline_point next)
{
	bool first = search->steps == 0;
	double at;

	if (first || next.value < search->best.value)
	{
		search->best = search->right = next;
		search->left = first ? next : search->before;
	}
	else if (search->right.at == search->best.at)
		search->right = next;
	search->before = next;
	if (next.at < search->highest)
	{
		at = search->lowest + (search->steps + 1) * search->step;
		ask(search, SCAN, at < search->highest - search->step / 2 ? at : search->highest);
		return;
	}
	if (search->left.at == search->best.at || search->right.at == search->best.at)
	{
		ask(search, LAST, search->best.at);
		return;
	}
	search->second = search->left.value < search->right.value ? search->left : search->right;
	search->third = search->left.value < search->right.value ? search->right : search->left;
	search->length = search->length_before = search->right.at - search->left.at;
	narrow(search);
}

static void
add_point(cs_spline_search *search, cs_spline_point next)
{
	cs_spline_point *x = &search->best;

	if (next.value <= x->value)
	{
		*(next.at < x->at ? &search->right : &search->left) = *x;
		search->third = search->second;
		search->second = *x;
		*x = next;
	}
	else
	{
		*(next.at < x->at ? &search->left : &search->right) = next;
		if (next.value <= search->second.value || search->second.at == x->at)
		{
			search->third = search->second;
			search->second = next;
		}
		else if (next.value <= search->third.value || search->third.at == search->second.at)
			search->third = next;
	}
	narrow(search);
}

/* The minimum of the quartic through five points at distances of one, from the middle one. */
static double
quartic_minimum(const double *v, double centre)
{
	double c1 = (v[0] - 8 * v[1] + 8 * v[2] - v[3]) / 12;
	double c2 = (16 * (v[1] + v[2]) - v[0] - v[3] - 30 * centre) / 24;
	double c3 = (v[3] - v[0] + 2 * (v[1] - v[2])) / 12;
	double c4 = (v[0] + v[3] - 4 * (v[1] + v[2]) + 6 * centre) / 24;
	double t = 0;

	for (int i = 0; i < QUARTIC_STEPS; i++)
	{
		double slope = c1 + t * (2 * c2 + t * (3 * c3 + t * 4 * c4));
		double curvature = 2 * c2 + t * (6 * c3 + t * 12 * c4);
		double step = curvature > 0 ? -slope / curvature : -copysign(NEAR, slope);

		t += fmin(fmax(step, -NEAR), NEAR);
	}
	return t;
}

static void
add_around(cs_spline_search *search, cs_spline_point next)
{
	static const double places[] = {-2, -1, 1, 2};
	double t;

	search->around[search->steps] = next.value;
	if (search->steps + 1 < 4)
	{
		ask(search, AROUND, search->best.at + places[search->steps + 1] * REFINEMENT);
		return;
	}
	t = quartic_minimum(search->around, search->best.value);
	if (fabs(t) <= NEAR)
		ask(search, LAST, search->best.at + t * REFINEMENT);
	else
		refine(search, search->best.at + fmin(fmax(t, -5), 5) * REFINEMENT);
}

void
cs_spline_search_next(cs_spline_search *search, double value)
{
	cs_spline_point next = {.at = search->at, .value = value};

	switch (search->stage)
	{
		case STRIDE:
			stride(search, next);
			break;
		case ROOT:
			close_in(search, next);
			break;
		case SCAN:
			scan(search, next);
			break;
		case NARROW:
			add_point(search, next);
			break;
		case CENTRE:
			search->best = next;
			refine(search, next.at);
			break;
		case AROUND:
			add_around(search, next);
			break;
		default:
			search->done = true;
	}
}
