/*
 * smoothing_spline_search.c
 *		False position with the weights of Anderson and Bjorck (BIT 13, 1973) for the root; a grid
 *		and Brent's parabolas (Algorithms for Minimization without Derivatives, 1973, ch. 5) for the
 *		minimum, and a Newton step on the quartic through five points, whose distances are large
 *		enough that rounding of the values, which hides a minimum from comparisons, hardly moves it.
 */
#include "numeric/signal/smoothing_spline_search.h"

#include <math.h>

#define FIRST_STEP 3.0
#define ROOT_TOLERANCE 1e-12 /* of the value */
#define PLACE_TOLERANCE 1e-13
#define ROOT_STEPS 100
#define GRID 2.302585092994046 /* one decade */
#define MINIMUM_TOLERANCE 1e-6
#define REFINEMENT 0.02
#define MINIMUM_STEPS 100
#define GOLDEN 0.3819660112501051

static double
clamp(const cs_spline_search *search, double at)
{
	return fmin(fmax(at, search->lowest), search->highest);
}

void
cs_spline_search_root(cs_spline_search *search, double lowest, double highest)
{
	*search = (cs_spline_search){.stage = CS_SPLINE_BRACKET, .lowest = lowest, .highest = highest};
	search->step = FIRST_STEP;
	search->left.at = -INFINITY;
	search->right.at = INFINITY;
	search->at = clamp(search, 0);
}

void
cs_spline_search_minimum(cs_spline_search *search, double lowest, double highest)
{
	*search = (cs_spline_search){.stage = CS_SPLINE_SCAN, .lowest = lowest, .highest = highest};
	search->step = (highest - lowest) / ceil((highest - lowest) / GRID);
	search->at = lowest;
}

static void
finish(cs_spline_search *search)
{
	search->stage = CS_SPLINE_DONE;
	search->finished = true;
}

/* best and second stand around the root; third is the point that was dropped last. */
static void
next_root(cs_spline_search *search)
{
	const cs_spline_point *x = &search->best;
	const cs_spline_point *y = &search->second;
	const cs_spline_point *z = &search->third;
	double width = y->at - x->at;
	double along = (x->at - y->at) / (z->at - y->at);
	double rise = (x->value - y->value) / (z->value - y->value);
	double share = 0.5;

	if (rise * rise < along && (1 - rise) * (1 - rise) < 1 - along)
		share = x->value / (y->value - x->value) * (z->value / (y->value - z->value)) +
				(z->at - x->at) / width * (x->value / (z->value - x->value)) *
					(y->value / (z->value - y->value));
	search->at = x->at + fmin(fmax(share, PLACE_TOLERANCE), 1 - PLACE_TOLERANCE) * width;
}

static void
bracket_step(cs_spline_search *search, const cs_spline_point *point)
{
	double end = point->value > 0 ? search->lowest : search->highest;

	if (point->value > 0)
		search->right = *point;
	else
		search->left = *point;
	if (point->at == end || point->value == 0)
		finish(search);
	else if (isfinite(search->left.at) && isfinite(search->right.at))
	{
		search->stage = CS_SPLINE_ROOT;
		search->best = search->left;
		search->second = search->third = search->right;
		next_root(search);
	}
	else
	{
		search->at = clamp(search, point->at + (point->value > 0 ? -search->step : search->step));
		search->step *= 2;
	}
}

static void
root_step(cs_spline_search *search, const cs_spline_point *point)
{
	bool same = (point->value > 0) == (search->best.value > 0);

	search->third = same ? search->best : search->second;
	if (!same)
		search->second = search->best;
	search->best = *point;
	if (fabs(point->value) <= ROOT_TOLERANCE || ++search->steps == ROOT_STEPS ||
		fabs(search->second.at - point->at) <= PLACE_TOLERANCE * fmax(1, fabs(point->at)))
		finish(search);
	else
		next_root(search);
}

/* Goes to the next point beside the minimum. */
static void
next_around(cs_spline_search *search)
{
	static const double places[] = {-2, -1, 1, 2};

	search->at = search->best.at + places[search->steps] * REFINEMENT;
}

static void
start_refinement(cs_spline_search *search)
{
	double room = fmin(search->best.at - search->lowest, search->highest - search->best.at);

	search->steps = 0;
	search->stage = room < 2 * REFINEMENT ? CS_SPLINE_LAST : CS_SPLINE_REFINE;
	search->at = search->best.at;
	if (search->stage == CS_SPLINE_REFINE)
		next_around(search);
}

static void
refine_step(cs_spline_search *search, const cs_spline_point *point)
{
	const double *v = search->around;
	double slope, curvature;

	search->around[search->steps++] = point->value;
	if (search->steps < 4)
	{
		next_around(search);
		return;
	}
	slope = v[0] - 8 * v[1] + 8 * v[2] - v[3];
	curvature = 16 * (v[1] + v[2]) - v[0] - v[3] - 30 * search->best.value;
	search->at = search->best.at;
	if (fabs(slope) < curvature)
		search->at -= slope / curvature * REFINEMENT;
	search->stage = CS_SPLINE_LAST;
}

/* Where the parabola through the three best points is lowest, or a golden section. */
static void
next_minimum(cs_spline_search *search)
{
	const cs_spline_point *x = &search->best;
	double middle = (search->left.at + search->right.at) / 2;
	double away = x->at < middle ? search->right.at - x->at : search->left.at - x->at;
	double r = (x->at - search->second.at) * (x->value - search->third.value);
	double q = (x->at - search->third.at) * (x->value - search->second.value);
	double p = (x->at - search->third.at) * q - (x->at - search->second.at) * r;
	double step = -p / (2 * (q - r));
	double length = search->length_before;

	if (fabs(x->at - middle) + (search->right.at - search->left.at) / 2 <= 2 * MINIMUM_TOLERANCE ||
		++search->steps == MINIMUM_STEPS)
	{
		start_refinement(search);
		return;
	}
	search->length_before = search->length;
	if (!(fabs(step) < fabs(length) / 2 && x->at + step > search->left.at &&
		  x->at + step < search->right.at))
	{
		step = GOLDEN * away;
		search->length_before = away;
	}
	if (fabs(step) < MINIMUM_TOLERANCE)
		step = copysign(MINIMUM_TOLERANCE, middle - x->at);
	search->length = step;
	search->at = x->at + step;
}

static void
minimum_step(cs_spline_search *search, const cs_spline_point *point)
{
	cs_spline_point *x = &search->best;

	if (point->value <= x->value)
	{
		*(point->at < x->at ? &search->right : &search->left) = *x;
		search->third = search->second;
		search->second = *x;
		*x = *point;
	}
	else
	{
		*(point->at < x->at ? &search->left : &search->right) = *point;
		if (point->value <= search->second.value || search->second.at == x->at)
		{
			search->third = search->second;
			search->second = *point;
		}
		else if (point->value <= search->third.value || search->third.at == search->second.at)
			search->third = *point;
	}
	next_minimum(search);
}

/* search->third is the point before, search->second what follows the lowest. */
static void
scan_step(cs_spline_search *search, const cs_spline_point *point)
{
	bool first = search->steps++ == 0;

	if (first || point->value < search->best.value)
	{
		search->best = *point;
		search->left = first ? *point : search->third;
		search->right = *point;
	}
	else if (search->right.at == search->best.at)
		search->right = *point;
	search->third = *point;
	if (point->at < search->highest)
	{
		double at = search->lowest + search->steps * search->step;

		search->at = at < search->highest - search->step / 2 ? at : search->highest;
		return;
	}
	search->steps = 0;
	search->stage = CS_SPLINE_LAST;
	search->at = search->best.at;
	if (search->left.at == search->best.at || search->right.at == search->best.at)
		return;
	search->stage = CS_SPLINE_MINIMUM;
	search->second = search->left.value < search->right.value ? search->left : search->right;
	search->third = search->left.value < search->right.value ? search->right : search->left;
	search->length = search->length_before = search->right.at - search->left.at;
	next_minimum(search);
}

void
cs_spline_search_step(cs_spline_search *search, double value)
{
	cs_spline_point point = {search->at, value};

	switch (search->stage)
	{
		case CS_SPLINE_BRACKET:
			bracket_step(search, &point);
			break;
		case CS_SPLINE_ROOT:
			root_step(search, &point);
			break;
		case CS_SPLINE_SCAN:
			scan_step(search, &point);
			break;
		case CS_SPLINE_MINIMUM:
			minimum_step(search, &point);
			break;
		case CS_SPLINE_REFINE:
			refine_step(search, &point);
			break;
		case CS_SPLINE_LAST:
			finish(search);
			break;
		case CS_SPLINE_DONE:
			break;
	}
}
