/*
 * envelope.c
 *		Knots of the envelopes, with those beyond the ends, and evaluation piece by piece.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/envelope.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"

#define LANES 4 /* values of a piece that are computed at once */

/* Multiply-adds of a value of an envelope, and of placing a knot. */
#define VALUE_WORK 4
#define KNOT_WORK 4

/* Pieces that are evaluated before the work is told. */
#define PIECES 4096

/* Extrema of a kind that are reflected at an end. */
#define REFLECTED_SYMMETRIC 3
#define REFLECTED_MIRROR 2
#define MOST_BEYOND (REFLECTED_SYMMETRIC + 1) /* with the end sample */

typedef double vector __attribute__((vector_size(LANES * sizeof(double))));

enum
{
	MINIMUM,
	MAXIMUM
};

/* Knots at or beyond one end, nearest first; distances run from the end into the series. */
typedef struct edge
{
	size_t count[2];
	double distance[2][MOST_BEYOND];
	double value[2][MOST_BEYOND];
} edge;

typedef struct knot
{
	double x, y;
} knot;

/* The extrema as seen from one end. */
typedef struct view
{
	const cs_extrema *extrema;
	const double *values;
	size_t n;
	cs_knots knots;
	bool right;
} view;

/* The vertex of the parabola through values[i - 1], [i] and [i + 1]. */
static knot
vertex_at(const double *values, size_t i)
{
	double before = values[i] - values[i - 1];
	double after = values[i] - values[i + 1];
	double shift = 0.5 * (before - after) / (before + after);

	return (knot){(double) i + shift, values[i] + 0.25 * (before - after) * shift};
}

/* A plateau of two values has two parabolas; the middle of one of more has none, and stays. */
CS_INLINE knot
knot_at(const cs_extrema *extrema, const double *values, cs_knots knots, size_t k)
{
	size_t i = extrema->twice[k] / 2;
	size_t last = i + extrema->twice[k] % 2;
	knot knot = {0.5 * (double) extrema->twice[k], values[i]};

	if (knots == CS_KNOTS_SAMPLE || fabs(values[i] - values[i - 1]) <= extrema->tolerance ||
		fabs(values[last] - values[last + 1]) <= extrema->tolerance)
		return knot;
	if (last == i)
		return vertex_at(values, i);
	knot.y = 0.5 * (vertex_at(values, i).y + vertex_at(values, last).y);
	return knot;
}

static size_t
index_from_end(const view *view, size_t k)
{
	return view->right ? view->extrema->count - 1 - k : k;
}

static int
kind_from_end(const view *view, size_t k)
{
	return view->extrema->first_is_maximum == (index_from_end(view, k) % 2 == 0) ? MAXIMUM
																				 : MINIMUM;
}

/* x is the distance from the end. */
static knot
knot_from_end(const view *view, size_t k)
{
	knot knot = knot_at(view->extrema, view->values, view->knots, index_from_end(view, k));

	if (view->right)
		knot.x = (double) (view->n - 1) - knot.x;
	return knot;
}

static void
add_knot(edge *edge, int kind, double distance, double value)
{
	size_t place = edge->count[kind]++;

	edge->distance[kind][place] = distance;
	edge->value[kind][place] = value;
}

/* Reflects, of each kind, so many extrema from number `first` on. */
static void
reflect(edge *edge, const view *view, size_t first, size_t of_kind, double axis)
{
	for (size_t k = first; k < first + 2 * of_kind && k < view->extrema->count; k++)
	{
		knot knot = knot_from_end(view, k);

		add_knot(edge, kind_from_end(view, k), 2.0 * axis - knot.x, knot.y);
	}
}

/* Whether the end sample is an extremum of the second one's kind, as far as can be seen. */
static bool
beyond_second(const view *view, double end_value)
{
	double second = knot_from_end(view, 1).y;
	double tolerance = view->extrema->tolerance;

	return kind_from_end(view, 0) == MAXIMUM ? end_value <= second + tolerance
											 : end_value >= second - tolerance;
}

static edge
symmetric_edge(const view *view, double end_value)
{
	edge edge = {{0, 0}, {{0.0}}, {{0.0}}};

	if (beyond_second(view, end_value))
		add_knot(&edge, 1 - kind_from_end(view, 0), 0.0, end_value);
	reflect(&edge, view, 0, REFLECTED_SYMMETRIC, 0.0);
	return edge;
}

static bool
reaches_end(const edge *edge, int kind)
{
	return edge->distance[kind][edge->count[kind] - 1] <= 0.0;
}

static edge
mirror_edge(const view *view, double end_value)
{
	edge edge = {{0, 0}, {{0.0}}, {{0.0}}};

	if (beyond_second(view, end_value))
	{
		add_knot(&edge, 1 - kind_from_end(view, 0), 0.0, end_value);
		reflect(&edge, view, 0, REFLECTED_MIRROR, 0.0);
		return edge;
	}
	reflect(&edge, view, 1, REFLECTED_MIRROR, knot_from_end(view, 0).x);
	if (!reaches_end(&edge, MINIMUM) || !reaches_end(&edge, MAXIMUM))
	{
		edge.count[MINIMUM] = edge.count[MAXIMUM] = 0;
		reflect(&edge, view, 0, REFLECTED_MIRROR, 0.0);
	}
	return edge;
}

static edge
make_edge(cs_boundary boundary, const view *view)
{
	double end_value = view->values[view->right ? view->n - 1 : 0];
	edge edge = {{0, 0}, {{0.0}}, {{0.0}}};

	if (boundary == CS_BOUNDARY_SYMMETRIC)
		return symmetric_edge(view, end_value);
	if (boundary == CS_BOUNDARY_MIRROR)
		return mirror_edge(view, end_value);
	add_knot(&edge, MINIMUM, 0.0, end_value);
	add_knot(&edge, MAXIMUM, 0.0, end_value);
	return edge;
}

/* The knots at the extrema of a kind, from number `count` on; inlined for each sort of knots. */
CS_INLINE size_t
place_extrema(cs_natural_spline *spline, int kind, const view *view, cs_knots knots, size_t count)
{
	const cs_extrema *extrema = view->extrema;

	for (size_t k = extrema->first_is_maximum == (kind == MAXIMUM) ? 0 : 1; k < extrema->count;
		 k += 2)
	{
		knot knot = knot_at(extrema, view->values, knots, k);

		spline->x[count] = knot.x;
		spline->y[count++] = knot.y;
	}
	return count;
}

static void
place_knots(cs_natural_spline *spline, int kind, const edge *left, const edge *right,
			const view *view)
{
	size_t count = 0;

	for (size_t k = left->count[kind]; k-- > 0;)
	{
		spline->x[count] = left->distance[kind][k];
		spline->y[count++] = left->value[kind][k];
	}
	count = view->knots == CS_KNOTS_SAMPLE
				? place_extrema(spline, kind, view, CS_KNOTS_SAMPLE, count)
				: place_extrema(spline, kind, view, CS_KNOTS_PARABOLA, count);
	for (size_t k = 0; k < right->count[kind]; k++)
	{
		spline->x[count] = (double) (view->n - 1) - right->distance[kind][k];
		spline->y[count++] = right->value[kind][k];
	}
	spline->count = count;
	cs_work(count * KNOT_WORK);
}

/* Of the samples, the first at or after x, at most n. */
static size_t
first_sample(double x, size_t n)
{
	size_t below;

	if (x <= 0.0)
		return 0;
	if (x >= (double) n)
		return n;
	below = (size_t) x;
	return below + (x > (double) below);
}

/*
 * output = piece `i` of the spline from sample `from` on or, to `subtract` it, values - (upper +
 * spline) / 2.  It is written in whole vectors; what goes beyond it is overwritten by the next.
 * Returns the first sample of the next piece.
 */
CS_INLINE size_t
evaluate_piece(const cs_natural_spline *spline, size_t i, size_t from, size_t n, bool subtract,
			   const double *values, const double *upper, double *output)
{
	const vector lanes = {0.0, 1.0, 2.0, 3.0};
	size_t to = i + 2 == spline->count ? n : first_sample(spline->x[i + 1], n);
	const cs_cubic piece = cs_natural_spline_piece(spline, i);

	for (size_t j = from; j < to; j += LANES)
	{
		vector t = ((double) (int64_t) j - piece.from) + lanes;
		vector result =
			((piece.cubic * t + piece.quadratic) * t + piece.linear) * t + piece.constant;

		if (subtract)
		{
			vector value;
			vector above;

			memcpy(&value, values + j, sizeof(value));
			memcpy(&above, upper + j, sizeof(above));
			result = value - 0.5 * (above + result);
		}
		memcpy(output + j, &result, sizeof(result));
	}
	return to;
}

CS_INLINE void
evaluate(const cs_natural_spline *spline, size_t n, bool subtract, const double *values,
		 const double *upper, double *output)
{
	size_t pieces = spline->count - 1;
	size_t from = 0;

	for (size_t i = 0; i < pieces && from < n;)
	{
		size_t end = pieces - i < PIECES ? pieces : i + PIECES;
		size_t first = from;

		for (; i < end && from < n; i++)
			from = evaluate_piece(spline, i, from, n, subtract, values, upper, output);
		cs_work((from - first) * VALUE_WORK);
	}
}

CS_TARGET_CLONES
static void
evaluate_upper(const cs_natural_spline *spline, size_t n, double *output)
{
	evaluate(spline, n, false, NULL, NULL, output);
}

CS_TARGET_CLONES
static void
subtract_mean(const cs_natural_spline *lower, size_t n, const double *values, const double *upper,
			  double *output)
{
	evaluate(lower, n, true, values, upper, output);
}

void
cs_envelope_lay_out(cs_envelope *envelope, cs_workspace *workspace, size_t n)
{
	size_t knots = n / 2 + 1 + 2 * MOST_BEYOND;

	cs_natural_spline_lay_out(&envelope->upper, workspace, knots);
	cs_natural_spline_lay_out(&envelope->lower, workspace, knots);
	envelope->values = cs_workspace_take(workspace, n + CS_ENVELOPE_OVERRUN, sizeof(double));
}

void
cs_envelope_subtract(cs_envelope *envelope, const cs_extrema *extrema, const double *values,
					 size_t n, double *output)
{
	const view from_left = {extrema, values, n, envelope->knots, false};
	const view from_right = {extrema, values, n, envelope->knots, true};
	const edge left = make_edge(envelope->boundary, &from_left);
	const edge right = make_edge(envelope->boundary, &from_right);

	place_knots(&envelope->upper, MAXIMUM, &left, &right, &from_left);
	place_knots(&envelope->lower, MINIMUM, &left, &right, &from_left);
	cs_natural_spline_solve(&envelope->upper, &envelope->lower);
	evaluate_upper(&envelope->upper, n, envelope->values);
	subtract_mean(&envelope->lower, n, values, envelope->values, output);
}
