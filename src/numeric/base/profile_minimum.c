/*
 * profile_minimum.c
 *		A scan of a derivative, and Brent's root finder in every interval where it turns from fall
 *		to rise.
 */
#include "numeric/base/profile_minimum.h"

#include <float.h>
#include <math.h>

#define GRID_INTERVALS 32
#define FEWEST_INTERVALS 8
#define INTERVAL 0.21			 /* of a logarithm, where the bounds are not too far apart for it */
#define SMALLEST_STEP (1.0 / 16) /* of a grid interval */
#define ROOT_TOLERANCE 1e-13
#define ROOT_STEPS 100
#define AT_BOUND 1e-9

void
cs_profile_initialize(cs_profile *profile, double lower, double upper)
{
	*profile = (cs_profile){.at = lower, .lower = lower, .upper = upper};
	profile->width = (upper - lower) /
					 fmin(fmax(ceil((upper - lower) / INTERVAL), FEWEST_INTERVALS), GRID_INTERVALS);
	profile->step = profile->width;
}

static void
offer(cs_profile *profile, const cs_profile_point *candidate, bool at_bound)
{
	if (profile->found && !(candidate->value < profile->best.value))
		return;
	profile->best = *candidate;
	profile->at_bound = at_bound;
	profile->found = true;
}

static void
root_begin(cs_profile *profile, const cs_profile_point *left, const cs_profile_point *right)
{
	profile->rooting = true;
	profile->root_steps = 0;
	profile->a = profile->c = *left;
	profile->b = *right;
	profile->root_step = profile->root_step_before = right->at - left->at;
}

/* The secant or inverse quadratic step from b, as numerator >= 0 and denominator. */
static void
interpolate(const cs_profile *profile, double half, double *p, double *q)
{
	double at_a = profile->a.derivative;
	double at_b = profile->b.derivative;
	double at_c = profile->c.derivative;
	double s = at_b / at_a;

	if (profile->a.at == profile->c.at)
	{
		*p = 2 * half * s;
		*q = 1 - s;
	}
	else
	{
		double t = at_a / at_c;
		double r = at_b / at_c;

		*p = s * (2 * half * t * (t - r) - (profile->b.at - profile->a.at) * (r - 1));
		*q = (t - 1) * (r - 1) * (s - 1);
	}
	if (*p > 0)
		*q = -*q;
	else
		*p = -*p;
}

/* The next step from b: interpolated where that is safe and converges, else half the interval. */
static double
root_step_length(cs_profile *profile, double half, double tolerance)
{
	double p, q;

	if (fabs(profile->root_step_before) >= tolerance &&
		fabs(profile->a.derivative) > fabs(profile->b.derivative))
	{
		interpolate(profile, half, &p, &q);
		if (2 * p < fmin(3 * half * q - fabs(tolerance * q), fabs(profile->root_step_before * q)))
		{
			profile->root_step_before = profile->root_step;
			profile->root_step = p / q;
			return profile->root_step;
		}
	}
	profile->root_step = profile->root_step_before = half;
	return half;
}

/* Sets the next point of zeroin; false once b is the root. */
static bool
root_next(cs_profile *profile)
{
	double tolerance;
	double half;
	double step;

	if ((profile->b.derivative >= 0) == (profile->c.derivative >= 0))
	{
		profile->c = profile->a;
		profile->root_step = profile->root_step_before = profile->b.at - profile->a.at;
	}
	if (fabs(profile->c.derivative) < fabs(profile->b.derivative))
	{
		profile->a = profile->b;
		profile->b = profile->c;
		profile->c = profile->a;
	}
	tolerance = 2 * DBL_EPSILON * fabs(profile->b.at) + ROOT_TOLERANCE / 2;
	half = (profile->c.at - profile->b.at) / 2;
	if (fabs(half) <= tolerance || profile->b.derivative == 0 || ++profile->root_steps > ROOT_STEPS)
		return false;

	step = root_step_length(profile, half, tolerance);
	profile->a = profile->b;
	if (fabs(step) <= tolerance)
		step = copysign(tolerance, half);
	profile->at = profile->b.at + step;
	return true;
}

/*
 * Whether an interval is too long to tell how many minima it holds: where the factor of the
 * derivative changes its sign, minima may stand on both sides; and where both slopes have one sign,
 * the slope in the middle, taken from the cubic through both ends, must clearly have it too.
 */
static bool
may_hide_minimum(const cs_profile_point *left, const cs_profile_point *right)
{
	double mean = (right->value - left->value) / (right->at - left->at);
	double middle = (6 * mean - left->derivative - right->derivative) / 4;
	double smaller = fmin(fabs(left->derivative), fabs(right->derivative));

	if ((left->factor < 0) != (right->factor < 0))
		return true;
	if ((left->derivative < 0) != (right->derivative < 0))
		return false;
	return (left->derivative < 0 ? -middle : middle) < smaller / 4;
}

/* Judges the interval between two neighbouring points; either may have no finite value. */
static void
scan_interval(cs_profile *profile, const cs_profile_point *left, const cs_profile_point *right)
{
	if (isinf(left->value) && isfinite(right->value) && right->derivative >= 0)
		offer(profile, right, true);
	else if (isfinite(left->value) && isinf(right->value) && left->derivative < 0)
		offer(profile, left, true);
	else if (isfinite(left->value) && isfinite(right->value) && left->derivative < 0 &&
			 right->derivative >= 0)
		root_begin(profile, left, right);
}

static void
scan_take(cs_profile *profile, const cs_profile_point *point)
{
	const cs_profile_point outside = {.value = INFINITY};

	if (!profile->started)
	{
		profile->started = true;
		scan_interval(profile, &outside, point);
		profile->previous = *point;
		return;
	}
	if (isfinite(profile->previous.value) && isfinite(point->value) &&
		profile->step > SMALLEST_STEP * profile->width &&
		may_hide_minimum(&profile->previous, point))
	{
		profile->step /= 2;
		return;
	}
	scan_interval(profile, &profile->previous, point);
	if (profile->last && isfinite(point->value) && point->derivative < 0)
		offer(profile, point, true);
	profile->scanned = profile->last;
	profile->previous = *point;
	profile->step = fmin(2 * profile->step, profile->width);
}

/* What is indiscernible from a bound is the bound. */
static double
snapped(const cs_profile *profile, double at)
{
	if (at - profile->lower < AT_BOUND)
		return profile->lower;
	return profile->upper - at < AT_BOUND ? profile->upper : at;
}

static void
scan_next(cs_profile *profile)
{
	profile->finished = profile->scanned;
	profile->last = profile->previous.at + profile->step >= profile->upper;
	if (profile->finished)
		profile->at = snapped(profile, profile->best.at);
	else
		profile->at = profile->last ? profile->upper : profile->previous.at + profile->step;
}

void
cs_profile_step(cs_profile *profile, double value, double derivative, double factor)
{
	cs_profile_point point = {profile->at, value, derivative, factor};

	if (profile->rooting)
		profile->b = point;
	else
		scan_take(profile, &point);
	if (profile->rooting && !root_next(profile))
	{
		offer(profile, &profile->b,
			  profile->b.at - profile->lower < AT_BOUND ||
				  profile->upper - profile->b.at < AT_BOUND);
		profile->rooting = false;
	}
	if (!profile->rooting)
		scan_next(profile);
}
