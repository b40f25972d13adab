/*
 * smoothing_spline.c
 *		Smoothing splines by Givens rotations of banded rows.
 */
#include "numeric/signal/smoothing_spline.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "numeric/base/poll.h"
#include "numeric/signal/smoothing_spline_search.h"

/* Multiply-adds of a point in a pass, whose divisions count as several. */
#define PASS_WORK 10
#define ROTATE_WORK 60
#define SUBSTITUTE_WORK 20

/*
 * Logarithms of alpha, in units of the mean distance cubed.  Residuals are of the size of alpha
 * over the cube of a distance at one end, and those of the line at the other.
 */
#define LOG_INTERPOLATES (-46.0)
#define LOG_SCORE_LOWEST (-14.0)
#define LOG_LINE 28.0

/* u'Ru is the sum of weight times the square of (u[k] + next u[k+1]). */
typedef struct penalty
{
	double weight, next;
} penalty;

/* Stands for diagonal times the square of (u[k] + next u[k+1] + second u[k+2] - rhs). */
typedef struct row
{
	double diagonal, next, second, rhs;
} row;

/* Values are in units of `size`, places in units of `gap`. */
typedef struct spline
{
	size_t n;
	const double *x;
	const double *at;
	double bound;

	double size; /* largest |x| */
	double first, gap;
	double smallest_gap;
	double mean_x, mean_place;
	double slope;
	double line_squares; /* sum of squares about the line */

	double *value;		/* [n] less the line */
	double *distance;	/* [n] to the next place, 1 at the last */
	penalty *penalties; /* [n] */
	row *triangle;		/* [n] of one alpha; after substitution rhs is u */

	double alpha;	   /* infinite for the line */
	double squares;	   /* sum of squared residuals */
	double parameters; /* trace of the influence matrix less 2 */
	double freedom;	   /* n less that trace */
} spline;

static void
lay_out(spline *spline, cs_workspace *workspace)
{
	spline->value = cs_workspace_take(workspace, spline->n, sizeof(double));
	spline->distance = cs_workspace_take(workspace, spline->n, sizeof(double));
	spline->penalties = cs_workspace_take(workspace, spline->n, sizeof(penalty));
	spline->triangle = cs_workspace_take(workspace, spline->n, sizeof(row));
}

size_t
cs_smoothing_spline_workspace_size(size_t n)
{
	spline spline = {.n = n};
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&spline, &workspace);
	return cs_workspace_total(&workspace);
}

/* Place `i`, from 0 to n - 1, in units of the mean distance. */
static double
place(const spline *spline, size_t i)
{
	return spline->at == NULL ? (double) i : (spline->at[i] - spline->first) / spline->gap;
}

/* Sizes and means; false when the places do not increase. */
static bool
find_scale(spline *spline)
{
	size_t n = spline->n;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, PASS_WORK); i < end; i++)
		{
			if (spline->at != NULL && i > 0 && !(spline->at[i] > spline->at[i - 1]))
				return false;
			spline->size = fmax(spline->size, fabs(spline->x[i]));
			spline->mean_x += spline->x[i] / (double) n;
			spline->mean_place += place(spline, i) / (double) n;
		}
	if (spline->size == 0)
		spline->size = 1;
	spline->mean_x /= spline->size;
	return true;
}

static void
fit_line(spline *spline)
{
	double cross = 0;
	double spread = 0;

	for (size_t i = 0; i < spline->n;)
		for (size_t end = cs_block_end(i, spline->n, PASS_WORK); i < end; i++)
		{
			double along = place(spline, i) - spline->mean_place;

			cross += along * (spline->x[i] / spline->size - spline->mean_x);
			spread += along * along;
		}
	spline->slope = spread > 0 ? cross / spread : 0;
}

/* The rows of the least squares problem, but for alpha. */
static void
set_rows(spline *spline)
{
	size_t n = spline->n;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, PASS_WORK); i < end; i++)
		{
			double along = place(spline, i) - spline->mean_place;
			double before = i == 0 ? 1 : spline->distance[i - 1];
			double after = 1;
			double value = spline->x[i] / spline->size - spline->mean_x - spline->slope * along;
			penalty *penalty = &spline->penalties[i];

			if (spline->at != NULL && i + 1 < n)
				after = (spline->at[i + 1] - spline->at[i]) / spline->gap;
			spline->value[i] = value;
			spline->line_squares += value * value;
			spline->distance[i] = after;
			spline->smallest_gap = fmin(spline->smallest_gap, after);
			penalty->weight = (before + after) / 3;
			if (i > 1)
				penalty->weight -= before / 6 * penalty[-1].next;
			penalty->next = after / 6 / penalty->weight;
		}
}

/* Rotates elements[3] = value of this weight into three rows of the triangle. */
static inline void
rotate(row *active, double weight, double *elements, double value)
{
	for (int k = 0; k < 3 && weight > 0; k++)
	{
		row *pivot = &active[k];
		double element = elements[k];
		double total = pivot->diagonal + weight * element * element;
		double kept, taken, next, second;

		if (element == 0)
			continue;
		kept = pivot->diagonal / total;
		taken = weight * element / total;
		next = k < 2 ? elements[k + 1] : 0;
		second = k < 1 ? elements[k + 2] : 0;
		if (k < 2)
			elements[k + 1] = next - element * pivot->next;
		if (k < 1)
			elements[k + 2] = second - element * pivot->second;
		pivot->next = kept * pivot->next + taken * next;
		pivot->second = kept * pivot->second + taken * second;
		next = value - element * pivot->rhs;
		pivot->rhs = kept * pivot->rhs + taken * value;
		value = next;
		pivot->diagonal = total;
		weight *= kept;
	}
}

/*
 * Point i is the last whose residual contains u[i-1], so row i-1 of the triangle is complete after
 * it.  u has no elements at both ends.
 */
static void
rotate_points(spline *spline)
{
	row active[3] = {{0}};
	size_t n = spline->n;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, ROTATE_WORK); i < end; i++)
		{
			double before = i == 0 ? 0 : 1 / spline->distance[i - 1];
			double after = 1 / spline->distance[i];
			double elements[3] = {i > 1 ? before : 0, i > 0 && i + 1 < n ? -(before + after) : 0,
								  i + 2 < n ? after : 0};

			rotate(active, 1, elements, spline->value[i]);
			if (i > 1)
			{
				const penalty *penalty = &spline->penalties[i - 1];
				double smooth[3] = {1, i + 1 < n ? penalty->next : 0, 0};

				rotate(active, penalty->weight / spline->alpha, smooth, 0);
				spline->triangle[i - 1] = active[0];
			}
			active[0] = active[1];
			active[1] = active[2];
			active[2] = (row){0};
		}
}

/*
 * Adds to the trace what element k gives: bands[0], [1] and [2] become those of the inverse at (k,
 * k), (k, k+1) and (k+1, k+1).
 */
static inline void
add_trace(spline *spline, double *bands, size_t k, double before, double after, double beyond)
{
	const row *row = &spline->triangle[k];
	double p = 1 / before;
	double q = 1 / after;
	double s = 1 / beyond;
	double second = -row->next * bands[1] - row->second * bands[2];
	double first = -row->next * bands[0] - row->second * bands[1];
	double centre = 1 / row->diagonal - row->next * first - row->second * second;

	bands[2] = bands[0];
	bands[1] = first;
	bands[0] = centre;
	spline->parameters += ((before + after) * centre + after * first) / 3 / spline->alpha;
	spline->freedom += (p * p + (p + q) * (p + q) + q * q) * centre -
					   2 * q * (p + 2 * q + s) * first + 2 * q * s * second;
}

/*
 * Points last - 1 down to `first`: rhs is overwritten by u, the squared residuals are returned.
 * bands[3] go on from block to block.
 */
static double
substitute_block(spline *spline, size_t first, size_t last, double *bands)
{
	row *triangle = spline->triangle;
	const double *distance = spline->distance;
	size_t n = spline->n;
	double squares = 0;

	for (size_t k = last; k-- > first;)
	{
		double u = 0;
		double beyond = k + 1 < n ? triangle[k + 1].rhs : 0;
		double residual;

		if (k > 0 && k + 1 < n)
		{
			u = triangle[k].rhs - triangle[k].next * beyond;
			if (k + 2 < n)
				u -= triangle[k].second * triangle[k + 2].rhs;
			if (isnan(spline->bound))
				add_trace(spline, bands, k, distance[k - 1], distance[k], distance[k + 1]);
		}
		triangle[k].rhs = u;
		if (k + 1 < n)
		{
			residual = -(beyond - u) / distance[k];
			if (k + 2 < n)
				residual += (triangle[k + 2].rhs - beyond) / distance[k + 1];
			squares += residual * residual;
		}
		if (k == 0)
			squares += (beyond - u) * (beyond - u) / distance[0] / distance[0];
	}
	return squares;
}

/* u, its residuals and the trace, from the triangle. */
static void
substitute(spline *spline)
{
	double bands[3] = {0}; /* of the inverse of the triangle's square */
	size_t first;

	spline->squares = spline->parameters = spline->freedom = 0;
	for (size_t last = spline->n; last > 0; last = first)
	{
		first = last > CS_POLL_BLOCK ? last - CS_POLL_BLOCK : 0;
		spline->squares += substitute_block(spline, first, last, bands);
		cs_work((last - first) * SUBSTITUTE_WORK);
	}
}

/* What the search minimizes, or makes zero. */
static double
search_value(const spline *spline)
{
	double squares = log(fmax(spline->squares, DBL_MIN));
	double inner = (double) (spline->n - 2);

	if (!isnan(spline->bound))
		return squares - log(spline->bound);
	/* each sum is exact where it is small */
	return squares -
		   2 * log(spline->parameters < inner / 2 ? inner - spline->parameters : spline->freedom);
}

/* Solves for alpha, of which `at` is the logarithm. */
static cs_status
solve(void *context, double at, double *value)
{
	spline *spline = context;

	spline->alpha = exp(at);
	rotate_points(spline);
	substitute(spline);
	if (!isfinite(spline->squares) || !isfinite(spline->freedom))
		return CS_NOT_FINITE;
	*value = search_value(spline);
	return CS_OK;
}

/* The alpha, and the triangle that belongs to it. */
static cs_status
find_alpha(spline *spline)
{
	double narrow = 3 * log(spline->smallest_gap);
	double wide = 4 * log((double) spline->n);
	double lowest = LOG_INTERPOLATES + narrow;
	double highest = wide + LOG_LINE;
	cs_status status;
	double at;

	spline->alpha = INFINITY;
	if (spline->line_squares <= spline->bound || spline->line_squares == 0)
		return CS_OK;
	if (!isnan(spline->bound))
		return cs_spline_search_root(solve, spline, lowest,
									 spline->bound == 0 || spline->n == 2 ? lowest : highest);
	status = cs_spline_search_minimum(solve, spline, LOG_SCORE_LOWEST + narrow, wide, &at);
	if (status == CS_OK && at == wide)
		spline->alpha = INFINITY;
	return status;
}

static void
set_result(const spline *spline, double *fitted, double *curvature)
{
	const row *row = spline->triangle;
	bool line = isinf(spline->alpha);

	for (size_t i = 0; i < spline->n;)
		for (size_t end = cs_block_end(i, spline->n, PASS_WORK); i < end; i++)
		{
			double residual = line ? spline->value[i] : 0;

			if (!line && i > 0)
				residual -= (row[i].rhs - row[i - 1].rhs) / spline->distance[i - 1];
			if (!line && i + 1 < spline->n)
				residual += (row[i + 1].rhs - row[i].rhs) / spline->distance[i];
			fitted[i] = spline->x[i] - spline->size * residual;
			if (curvature != NULL)
				curvature[i] =
					line ? 0
						 : spline->size * (row[i].rhs / spline->alpha) / spline->gap / spline->gap;
		}
}

cs_status
cs_smoothing_spline_fit(size_t n, const double *x, const double *at, double bound,
						cs_workspace *workspace, double *fitted, double *curvature)
{
	spline spline = {.n = n, .x = x, .at = at, .bound = bound, .gap = 1, .smallest_gap = 1};
	cs_status status;

	if (n < 1 || (isnan(bound) && n < CS_SMOOTHING_SPLINE_GCV_POINTS))
		return CS_TOO_FEW;
	if (bound < 0)
		return CS_OUT_OF_RANGE;
	lay_out(&spline, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	if (at != NULL && n > 1)
	{
		spline.first = at[0];
		spline.gap = (at[n - 1] - at[0]) / (double) (n - 1);
	}
	if (!isfinite(spline.gap))
		return CS_NOT_FINITE;
	if (!find_scale(&spline))
		return CS_OUT_OF_RANGE;
	spline.bound = bound / spline.size / spline.size;
	fit_line(&spline);
	set_rows(&spline);
	status = find_alpha(&spline);
	if (status == CS_OK)
		set_result(&spline, fitted, curvature);
	return status;
}
