/*
 * smoothing_spline.c
 *		Smoothing splines by Givens rotations of banded rows, some thousand points at a time.
 */
#include "numeric/signal/smoothing_spline.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define CHUNK 16384

/*
 * Logarithms of alpha, in units of the mean distance cubed.  Residuals are of the size of alpha
 * over the cube of a distance at one end, and those of the line at the other.
 */
#define LOG_INTERPOLATES (-46.0)
#define LOG_SCORE_LOWEST (-14.0)
#define LOG_LINE 28.0

size_t
cs_smoothing_spline_workspace_size(size_t n)
{
	cs_size total = {0};

	cs_size_add(&total, n, sizeof(double));			   /* value */
	cs_size_add(&total, n, sizeof(double));			   /* distance */
	cs_size_add(&total, n, sizeof(cs_spline_penalty)); /* penalty */
	cs_size_add(&total, n, sizeof(cs_spline_row));	   /* triangle */
	return cs_size_total(&total);
}

cs_status
cs_smoothing_spline_initialize(cs_smoothing_spline *spline, size_t n, const double *x,
							   const double *at, double bound, cs_workspace *workspace,
							   double *fitted, double *curvature)
{
	*spline = (cs_smoothing_spline){
		.n = n, .x = x, .at = at, .bound = bound, .fitted = fitted, .curvature = curvature};
	if (n < 1 || (isnan(bound) && n < CS_SMOOTHING_SPLINE_GCV_POINTS))
		return CS_TOO_FEW;
	if (bound < 0)
		return CS_OUT_OF_RANGE;
	spline->value = cs_workspace_take(workspace, n, sizeof(double));
	spline->distance = cs_workspace_take(workspace, n, sizeof(double));
	spline->penalty = cs_workspace_take(workspace, n, sizeof(cs_spline_penalty));
	spline->triangle = cs_workspace_take(workspace, n, sizeof(cs_spline_row));
	if (spline->triangle == NULL)
		return CS_NO_MEMORY;
	spline->gap = 1;
	if (at != NULL && n > 1)
	{
		spline->first = at[0];
		spline->gap = (at[n - 1] - at[0]) / (double) (n - 1);
	}
	spline->smallest_gap = 1;
	return isfinite(spline->gap) ? CS_OK : CS_NOT_FINITE;
}

bool
cs_smoothing_spline_finished(const cs_smoothing_spline *spline)
{
	return spline->phase == CS_SPLINE_FINISHED;
}

/* Place `i`, from 0 to n - 1, in units of the mean distance. */
static double
place(const cs_smoothing_spline *spline, size_t i)
{
	return spline->at == NULL ? (double) i : (spline->at[i] - spline->first) / spline->gap;
}

/* False when the places do not increase. */
static bool
scale(cs_smoothing_spline *spline, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
	{
		if (spline->at != NULL && i > 0 && !(spline->at[i] > spline->at[i - 1]))
			return false;
		spline->size = fmax(spline->size, fabs(spline->x[i]));
		spline->mean_x += spline->x[i] / (double) spline->n;
		spline->mean_place += place(spline, i) / (double) spline->n;
	}
	if (to == spline->n)
	{
		if (spline->size == 0)
			spline->size = 1;
		spline->mean_x /= spline->size;
	}
	return true;
}

static void
fit_line(cs_smoothing_spline *spline, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
	{
		double along = place(spline, i) - spline->mean_place;

		spline->cross += along * (spline->x[i] / spline->size - spline->mean_x);
		spline->spread += along * along;
	}
	if (to == spline->n)
		spline->slope = spline->spread > 0 ? spline->cross / spline->spread : 0;
}

/* The rows of the least squares problem, but for alpha. */
static void
set_rows(cs_smoothing_spline *spline, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
	{
		double along = place(spline, i) - spline->mean_place;
		double before = i == 0 ? 1 : spline->distance[i - 1];
		double after = 1;
		double value = spline->x[i] / spline->size - spline->mean_x - spline->slope * along;
		cs_spline_penalty *penalty = &spline->penalty[i];

		if (spline->at != NULL && i + 1 < spline->n)
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

/* Where the alpha is sought. */
static void
start_search(cs_smoothing_spline *spline)
{
	double narrow = 3 * log(spline->smallest_gap);
	double wide = 4 * log((double) spline->n);

	spline->bound = spline->bound / spline->size / spline->size;
	spline->alpha = INFINITY;
	spline->phase = CS_SPLINE_RESULT;
	if (spline->line_squares <= spline->bound || spline->line_squares == 0)
		return;
	if (isnan(spline->bound))
		cs_spline_search_minimum(&spline->search, LOG_SCORE_LOWEST + narrow, wide);
	else if (spline->bound == 0 || spline->n == 2)
		cs_spline_search_root(&spline->search, LOG_INTERPOLATES + narrow,
							  LOG_INTERPOLATES + narrow);
	else
		cs_spline_search_root(&spline->search, LOG_INTERPOLATES + narrow, wide + LOG_LINE);
	spline->alpha = exp(spline->search.at);
	spline->phase = CS_SPLINE_ROTATE;
}

/* Rotates row[3] = value of this weight into three rows of the triangle. */
static inline void
rotate(cs_spline_row *active, double weight, double *row, double value)
{
	for (int k = 0; k < 3 && weight > 0; k++)
	{
		cs_spline_row *pivot = &active[k];
		double element = row[k];
		double total = pivot->diagonal + weight * element * element;
		double kept, taken, next, second;

		if (element == 0)
			continue;
		kept = pivot->diagonal / total;
		taken = weight * element / total;
		next = k < 2 ? row[k + 1] : 0;
		second = k < 1 ? row[k + 2] : 0;
		if (k < 2)
			row[k + 1] = next - element * pivot->next;
		if (k < 1)
			row[k + 2] = second - element * pivot->second;
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
rotate_points(cs_smoothing_spline *spline, size_t from, size_t to)
{
	cs_spline_row active[3];
	size_t n = spline->n;

	memcpy(active, spline->active, sizeof(active));
	for (size_t i = from; i < to; i++)
	{
		double before = i == 0 ? 0 : 1 / spline->distance[i - 1];
		double after = 1 / spline->distance[i];
		double row[3] = {i > 1 ? before : 0, i > 0 && i + 1 < n ? -(before + after) : 0,
						 i + 2 < n ? after : 0};

		rotate(active, 1, row, spline->value[i]);
		if (i > 1)
		{
			const cs_spline_penalty *penalty = &spline->penalty[i - 1];
			double smooth[3] = {1, i + 1 < n ? penalty->next : 0, 0};

			rotate(active, penalty->weight / spline->alpha, smooth, 0);
			spline->triangle[i - 1] = active[0];
		}
		active[0] = active[1];
		active[1] = active[2];
		active[2] = (cs_spline_row){0};
	}
	memcpy(spline->active, active, sizeof(active));
}

/*
 * Adds to the trace what element k gives: bands[0], [1] and [2] become those of the inverse at (k,
 * k), (k, k+1) and (k+1, k+1).
 */
static inline void
add_trace(cs_smoothing_spline *spline, size_t k, double before, double after, double beyond)
{
	const cs_spline_row *row = &spline->triangle[k];
	double *bands = spline->bands;
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

/* From the last point to the first; `from` and `to` count from there.  rhs is overwritten by u. */
static void
substitute(cs_smoothing_spline *spline, size_t from, size_t to)
{
	cs_spline_row *triangle = spline->triangle;
	const double *distance = spline->distance;
	size_t n = spline->n;
	double squares = 0;

	for (size_t k = n - 1 - from; k + to >= n; k--)
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
				add_trace(spline, k, distance[k - 1], distance[k], distance[k + 1]);
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
		{
			squares += (beyond - u) * (beyond - u) / distance[0] / distance[0];
			break;
		}
	}
	spline->squares += squares;
}

/* What the search minimizes, or makes zero. */
static double
search_value(const cs_smoothing_spline *spline)
{
	double squares = log(fmax(spline->squares, DBL_MIN));
	double inner = (double) (spline->n - 2);

	if (!isnan(spline->bound))
		return squares - log(spline->bound);
	/* each sum is exact where it is small */
	return squares -
		   2 * log(spline->parameters < inner / 2 ? inner - spline->parameters : spline->freedom);
}

static void
set_result(cs_smoothing_spline *spline, size_t from, size_t to)
{
	const cs_spline_row *row = spline->triangle;
	bool line = isinf(spline->alpha);

	for (size_t i = from; i < to; i++)
	{
		double residual = line ? spline->value[i] : 0;

		if (!line && i > 0)
			residual -= (row[i].rhs - row[i - 1].rhs) / spline->distance[i - 1];
		if (!line && i + 1 < spline->n)
			residual += (row[i + 1].rhs - row[i].rhs) / spline->distance[i];
		spline->fitted[i] = spline->x[i] - spline->size * residual;
		if (spline->curvature != NULL)
			spline->curvature[i] =
				line ? 0 : spline->size * (row[i].rhs / spline->alpha) / spline->gap / spline->gap;
	}
}

/* The next alpha, or the result. */
static cs_status
take_alpha(cs_smoothing_spline *spline)
{
	cs_spline_search *search = &spline->search;

	if (!isfinite(spline->squares) || !isfinite(spline->freedom))
		return CS_NOT_FINITE;
	cs_spline_search_step(search, search_value(spline));
	spline->phase = search->finished ? CS_SPLINE_RESULT : CS_SPLINE_ROTATE;
	spline->alpha = exp(search->at);
	if (search->finished && isnan(spline->bound) && search->at == search->highest)
		spline->alpha = INFINITY;
	return CS_OK;
}

static cs_status
end_phase(cs_smoothing_spline *spline)
{
	spline->next = 0;
	switch (spline->phase)
	{
		case CS_SPLINE_ROWS:
			start_search(spline);
			break;
		case CS_SPLINE_ROTATE:
			memset(spline->active, 0, sizeof(spline->active));
			memset(spline->bands, 0, sizeof(spline->bands));
			spline->squares = spline->parameters = spline->freedom = 0;
			spline->phase = CS_SPLINE_SUBSTITUTE;
			break;
		case CS_SPLINE_SUBSTITUTE:
			return take_alpha(spline);
		default:
			spline->phase++;
	}
	return CS_OK;
}

cs_status
cs_smoothing_spline_iterate(cs_smoothing_spline *spline)
{
	size_t from = spline->next;
	size_t to = spline->n - from > CHUNK ? from + CHUNK : spline->n;

	switch (spline->phase)
	{
		case CS_SPLINE_SCALE:
			if (!scale(spline, from, to))
				return CS_OUT_OF_RANGE;
			break;
		case CS_SPLINE_LINE:
			fit_line(spline, from, to);
			break;
		case CS_SPLINE_ROWS:
			set_rows(spline, from, to);
			break;
		case CS_SPLINE_ROTATE:
			rotate_points(spline, from, to);
			break;
		case CS_SPLINE_SUBSTITUTE:
			substitute(spline, from, to);
			break;
		case CS_SPLINE_RESULT:
			set_result(spline, from, to);
			break;
		case CS_SPLINE_FINISHED:
			return CS_OK;
	}
	spline->next = to;
	return to == spline->n ? end_phase(spline) : CS_OK;
}
