/*
 * envelope.c
 *		Knots of the envelopes, with those beyond the ends, and evaluation piece by piece.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/envelope.h"

#include <string.h>

#include "numeric/base/vector_math_inline.h"

#define LANES 4		/* values of a piece that are computed at once */
#define REFLECTED 2 /* extrema of a kind that are reflected at an end */

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
	double distance[2][REFLECTED + 1];
	double value[2][REFLECTED + 1];
} edge;

/* The extrema as seen from one end. */
typedef struct view
{
	const cs_extrema *extrema;
	const double *values;
	size_t n;
	bool right;
} view;

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

static double
distance_from_end(const view *view, size_t k)
{
	double position = 0.5 * (double) view->extrema->twice[index_from_end(view, k)];

	return view->right ? (double) (view->n - 1) - position : position;
}

static double
value_from_end(const view *view, size_t k)
{
	return view->values[view->extrema->twice[index_from_end(view, k)] / 2];
}

static void
add_knot(edge *edge, int kind, double distance, double value)
{
	size_t place = edge->count[kind]++;

	edge->distance[kind][place] = distance;
	edge->value[kind][place] = value;
}

/* Reflects, of each kind, the first REFLECTED extrema from number `first` on. */
static void
reflect(edge *edge, const view *view, size_t first, double axis)
{
	for (size_t k = first; k < first + 2 * REFLECTED && k < view->extrema->count; k++)
		add_knot(edge, kind_from_end(view, k), 2.0 * axis - distance_from_end(view, k),
				 value_from_end(view, k));
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
	int nearest = kind_from_end(view, 0);
	double next = value_from_end(view, 1);

	if (nearest == MAXIMUM ? end_value <= next : end_value >= next)
	{
		add_knot(&edge, 1 - nearest, 0.0, end_value);
		reflect(&edge, view, 0, 0.0);
		return edge;
	}
	reflect(&edge, view, 1, distance_from_end(view, 0));
	if (!reaches_end(&edge, MINIMUM) || !reaches_end(&edge, MAXIMUM))
	{
		edge.count[MINIMUM] = edge.count[MAXIMUM] = 0;
		reflect(&edge, view, 0, 0.0);
	}
	return edge;
}

static edge
make_edge(cs_boundary boundary, const view *view)
{
	double end_value = view->values[view->right ? view->n - 1 : 0];
	edge edge = {{0, 0}, {{0.0}}, {{0.0}}};

	if (boundary == CS_BOUNDARY_MIRROR)
		return mirror_edge(view, end_value);
	add_knot(&edge, MINIMUM, 0.0, end_value);
	add_knot(&edge, MAXIMUM, 0.0, end_value);
	return edge;
}

static void
place_knots(cs_natural_spline *spline, int kind, const edge *left, const edge *right,
			const cs_extrema *extrema, const double *values, size_t n)
{
	size_t count = 0;

	for (size_t k = left->count[kind]; k-- > 0;)
	{
		spline->x[count] = left->distance[kind][k];
		spline->y[count++] = left->value[kind][k];
	}
	for (size_t k = extrema->first_is_maximum == (kind == MAXIMUM) ? 0 : 1; k < extrema->count;
		 k += 2)
	{
		spline->x[count] = 0.5 * (double) extrema->twice[k];
		spline->y[count++] = values[extrema->twice[k] / 2];
	}
	for (size_t k = 0; k < right->count[kind]; k++)
	{
		spline->x[count] = (double) (n - 1) - right->distance[kind][k];
		spline->y[count++] = right->value[kind][k];
	}
	spline->count = count;
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
 * output = the spline or, to `subtract` it, values - (upper + spline) / 2.  Each piece is written
 * in whole vectors; what goes beyond it is overwritten by the next.
 */
CS_INLINE void
evaluate(const cs_natural_spline *spline, size_t n, bool subtract, const double *values,
		 const double *upper, double *output)
{
	const vector lanes = {0.0, 1.0, 2.0, 3.0};
	size_t from = 0;

	for (size_t i = 0; i + 1 < spline->count && from < n; i++)
	{
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
		from = to;
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
cs_envelope_add_size(cs_size *total, size_t n)
{
	size_t knots = n / 2 + 1 + 2 * (REFLECTED + 1);

	cs_natural_spline_add_size(total, knots);
	cs_natural_spline_add_size(total, knots);
	cs_size_add(total, n + CS_ENVELOPE_OVERRUN, sizeof(double));
}

bool
cs_envelope_take(cs_envelope *envelope, cs_workspace *workspace, size_t n)
{
	size_t knots = n / 2 + 1 + 2 * (REFLECTED + 1);

	if (!cs_natural_spline_take(&envelope->upper, workspace, knots) ||
		!cs_natural_spline_take(&envelope->lower, workspace, knots))
		return false;
	envelope->values = cs_workspace_take(workspace, n + CS_ENVELOPE_OVERRUN, sizeof(double));
	return envelope->values != NULL;
}

void
cs_envelope_subtract(cs_envelope *envelope, cs_boundary boundary, const cs_extrema *extrema,
					 const double *values, size_t n, double *output)
{
	const view from_left = {.extrema = extrema, .values = values, .n = n, .right = false};
	const view from_right = {.extrema = extrema, .values = values, .n = n, .right = true};
	const edge left = make_edge(boundary, &from_left);
	const edge right = make_edge(boundary, &from_right);

	place_knots(&envelope->upper, MAXIMUM, &left, &right, extrema, values, n);
	place_knots(&envelope->lower, MINIMUM, &left, &right, extrema, values, n);
	cs_natural_spline_solve(&envelope->upper, &envelope->lower);
	evaluate_upper(&envelope->upper, n, envelope->values);
	subtract_mean(&envelope->lower, n, values, envelope->values, output);
}
