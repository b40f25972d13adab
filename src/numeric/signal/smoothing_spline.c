/*
 * smoothing_spline.c
 *		Smoothing splines by Givens rotations of banded rows: one, or those of the windows that end
 *		at each row, some of them side by side.
 */
#include "numeric/signal/smoothing_spline.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "numeric/base/poll.h"
#include "numeric/signal/smoothing_spline_search.h"
#include "numeric/signal/smoothing_spline_solve.h"

/* Multiply-adds of a point in a pass, whose divisions count as several. */
#define PASS_WORK 10

/* Windows above this are solved for one after the other: side by side they take much memory. */
#define MOST_SIDE_BY_SIDE ((size_t) 1 << 14)

/*
 * Logarithms of alpha, in units of the mean distance cubed.  Residuals are of the size of alpha
 * over the cube of a distance at one end, and those of the line at the other.
 */
#define LOG_INTERPOLATES (-46.0)
#define LOG_SCORE_LOWEST (-14.0)
#define LOG_LINE 28.0

/* A lane: values are in units of `size`, places in units of `gap`. */
typedef struct spline
{
	size_t n; /* 0 = idle */
	const double *x;
	const double *at;
	double bound;

	double size; /* largest |x| */
	double first, gap;
	double smallest_gap;
	double mean_x, mean_place;
	double slope;
	double line_squares; /* sum of squares about the line */
	double last_value;	 /* less the line */

	bool line; /* the answer */
	cs_spline_search search;
} spline;

static double *
point(double *array, const cs_spline_lanes *lanes, const spline *spline, int lane)
{
	return array + (lanes->points - spline->n) * (size_t) lanes->lanes + (size_t) lane;
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
			if (fabs(spline->x[i]) > spline->size)
				spline->size = fabs(spline->x[i]);
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

/* What the places give to the rows of the least squares problem. */
static void
set_places(spline *spline, cs_spline_lanes *lanes, int lane)
{
	size_t n = spline->n;
	size_t step = (size_t) lanes->lanes;
	double *distance = point(lanes->distance, lanes, spline, lane);
	double *rate = point(lanes->rate, lanes, spline, lane);
	double *inner = point(lanes->inner, lanes, spline, lane);
	double *weight = point(lanes->weight, lanes, spline, lane);
	double *next = point(lanes->next, lanes, spline, lane);
	double before = 1;
	double pull = 0;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, PASS_WORK); i < end; i++)
		{
			bool last = i + 1 == n;
			double after = last ? 0 : 1;
			double own = 0;

			if (spline->at != NULL && !last)
				after = (spline->at[i + 1] - spline->at[i]) / spline->gap;
			if (i > 0 && !last)
				own = (before + after) / 3 - before / 6 * pull;
			pull = i > 0 && i + 2 < n ? after / 6 / own : 0;
			if (!last && after < spline->smallest_gap)
				spline->smallest_gap = after;
			distance[i * step] = before = after;
			rate[i * step] = last ? 0 : 1 / after;
			inner[i * step] = i > 0 && !last;
			weight[i * step] = own;
			next[i * step] = pull;
		}
}

static void
set_values(spline *spline, cs_spline_lanes *lanes, int lane)
{
	double *value = point(lanes->value, lanes, spline, lane);

	for (size_t i = 0; i < spline->n;)
		for (size_t end = cs_block_end(i, spline->n, PASS_WORK); i < end; i++)
		{
			double along = place(spline, i) - spline->mean_place;
			double residual = spline->x[i] / spline->size - spline->mean_x - spline->slope * along;

			value[i * (size_t) lanes->lanes] = spline->last_value = residual;
			spline->line_squares += residual * residual;
		}
}

/* What the search minimizes, or makes zero. */
static double
search_value(const spline *spline, const cs_spline_lanes *lanes, int lane)
{
	double squares = log(fmax(lanes->squares[lane], DBL_MIN));
	double inner = (double) (spline->n - 2);
	double parameters = lanes->parameters[lane];

	if (!isnan(spline->bound))
		return squares - log(spline->bound);
	/* each sum is exact where it is small */
	return squares - 2 * log(parameters < inner / 2 ? inner - parameters : lanes->freedom[lane]);
}

/* The first alpha to be solved for; or the line is the answer. */
static void
start_search(spline *spline)
{
	double narrow = 3 * log(spline->smallest_gap);
	double wide = 4 * log((double) spline->n);
	double lowest = LOG_INTERPOLATES + narrow;
	double highest = wide + LOG_LINE;

	spline->line = spline->line_squares <= spline->bound || spline->line_squares == 0;
	if (isnan(spline->bound))
		cs_spline_search_minimum(&spline->search, LOG_SCORE_LOWEST + narrow, wide);
	else
		cs_spline_search_root(&spline->search, lowest,
							  spline->bound == 0 || spline->n == 2 ? lowest : highest);
}

/*
 * Sets the spline of x[n] up in a lane, where one of no more points may have been; `placed` says
 * that it had as many at equal distances, as this one has.
 */
static cs_status
start(spline *spline, cs_spline_lanes *lanes, int lane, bool placed)
{
	size_t n = spline->n;

	spline->gap = spline->smallest_gap = 1;
	if (spline->at != NULL && n > 1)
	{
		spline->first = spline->at[0];
		spline->gap = (spline->at[n - 1] - spline->at[0]) / (double) (n - 1);
	}
	if (!isfinite(spline->gap))
		return CS_NOT_FINITE;
	if (!find_scale(spline))
		return CS_OUT_OF_RANGE;
	spline->bound = spline->bound / spline->size / spline->size;
	fit_line(spline);
	if (!placed)
		set_places(spline, lanes, lane);
	set_values(spline, lanes, lane);
	start_search(spline);
	lanes->alpha[lane] = exp(spline->search.at);
	return CS_OK;
}

/*
 * Takes the solution of a lane; *done with the answer, the line where a score is lowest at the end.
 */
static cs_status
take_solution(spline *spline, cs_spline_lanes *lanes, int lane, bool *done)
{
	double highest = spline->search.highest;

	if (!isfinite(lanes->squares[lane]) || !isfinite(lanes->freedom[lane]))
		return CS_NOT_FINITE;
	cs_spline_search_next(&spline->search, search_value(spline, lanes, lane));
	*done = spline->search.done;
	if (*done)
		spline->line = isnan(spline->bound) && spline->search.at == highest;
	else
		lanes->alpha[lane] = exp(spline->search.at);
	return CS_OK;
}

static void
set_result(const spline *spline, const cs_spline_lanes *lanes, double *fitted, double *curvature)
{
	const double *u = lanes->u;
	double over = spline->size / lanes->alpha[0];

	for (size_t i = 0; i < spline->n;)
		for (size_t end = cs_block_end(i, spline->n, PASS_WORK); i < end; i++)
		{
			double residual = spline->line ? lanes->value[i] : 0;

			if (!spline->line && i + 1 < spline->n)
				residual += (u[i + 1] - u[i]) * lanes->rate[i];
			if (!spline->line && i > 0)
				residual -= (u[i] - u[i - 1]) * lanes->rate[i - 1];
			fitted[i] = spline->x[i] - spline->size * residual;
			if (curvature != NULL)
				curvature[i] = spline->line ? 0 : over * u[i] / spline->gap / spline->gap;
		}
}

size_t
cs_smoothing_spline_workspace_size(size_t n)
{
	cs_spline_lanes lanes;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	cs_spline_lanes_lay_out(&lanes, n, 1, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_smoothing_spline_fit(size_t n, const double *x, const double *at, double bound,
						cs_workspace *workspace, double *fitted, double *curvature)
{
	spline spline = {.n = n, .x = x, .at = at, .bound = bound};
	cs_spline_lanes lanes;
	cs_status status;
	bool done;

	if (n < 1 || (isnan(bound) && n < CS_SMOOTHING_SPLINE_GCV_POINTS))
		return CS_TOO_FEW;
	if (bound < 0)
		return CS_OUT_OF_RANGE;
	cs_spline_lanes_lay_out(&lanes, n, 1, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status = start(&spline, &lanes, 0, false);
	for (done = spline.line; status == CS_OK && !done;)
	{
		cs_spline_lanes_solve(&lanes, 0, isnan(bound));
		status = take_solution(&spline, &lanes, 0, &done);
	}
	if (status == CS_OK)
		set_result(&spline, &lanes, fitted, curvature);
	return status;
}

/* ---- windows ---- */

static int
lanes_of(size_t window)
{
	return window > MOST_SIDE_BY_SIDE ? 1 : CS_SPLINE_LANES;
}

size_t
cs_smoothing_spline_trailing_workspace_size(size_t window)
{
	cs_spline_lanes lanes;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	cs_spline_lanes_lay_out(&lanes, window, lanes_of(window), &workspace);
	return cs_workspace_total(&workspace);
}

/* The windows at work: each row is the end of one. */
typedef struct trailing
{
	size_t n, window, need;
	const double *x;
	const double *at;
	double bound;
	double *fitted;

	size_t next; /* row whose window is to be set up next */
	cs_spline_lanes lanes;
	spline splines[CS_SPLINE_LANES]; /* n = 0: idle */
	size_t rows[CS_SPLINE_LANES];
	size_t placed[CS_SPLINE_LANES]; /* points at equal distances there, 0 = none */
} trailing;

/* The last value of a window is known. */
static void
end_window(trailing *trailing, int lane)
{
	const cs_spline_lanes *lanes = &trailing->lanes;
	spline *spline = &trailing->splines[lane];
	double residual = spline->last_value;

	if (!spline->line)
	{
		residual = 0;
		if (spline->n > 1)
		{
			size_t before = (lanes->points - 2) * (size_t) lanes->lanes + (size_t) lane;

			residual -= (0 - lanes->u[before]) * lanes->rate[before];
		}
	}
	trailing->fitted[trailing->rows[lane]] = spline->x[spline->n - 1] - spline->size * residual;
	spline->n = 0;
}

/* Gives a lane the next window that is not a line. */
static cs_status
next_window(trailing *trailing, int lane)
{
	spline *spline = &trailing->splines[lane];

	while (spline->n == 0 && trailing->next < trailing->n)
	{
		size_t row = trailing->next++;
		size_t seen = row + 1 < trailing->window ? row + 1 : trailing->window;
		cs_status status;

		trailing->fitted[row] = NAN;
		if (seen < trailing->need)
			continue;
		*spline = (struct spline){.n = seen,
								  .x = trailing->x + row + 1 - seen,
								  .at = trailing->at == NULL ? NULL : trailing->at + row + 1 - seen,
								  .bound = trailing->bound};
		trailing->rows[lane] = row;
		status = start(spline, &trailing->lanes, lane, trailing->placed[lane] == seen);
		trailing->placed[lane] = trailing->at == NULL ? seen : 0;
		if (status != CS_OK)
			return status;
		if (spline->line)
			end_window(trailing, lane);
	}
	return CS_OK;
}

/* Solves for the alphas of all lanes, and gives new windows to those that are done. */
static cs_status
solve_windows(trailing *trailing)
{
	size_t longest = 0;

	for (int lane = 0; lane < trailing->lanes.lanes; lane++)
		longest = trailing->splines[lane].n > longest ? trailing->splines[lane].n : longest;
	cs_spline_lanes_solve(&trailing->lanes, trailing->lanes.points - longest,
						  isnan(trailing->bound));
	for (int lane = 0; lane < trailing->lanes.lanes; lane++)
	{
		bool done = false;
		cs_status status = CS_OK;

		if (trailing->splines[lane].n > 0)
			status = take_solution(&trailing->splines[lane], &trailing->lanes, lane, &done);
		if (done)
		{
			end_window(trailing, lane);
			status = next_window(trailing, lane);
		}
		if (status != CS_OK)
			return status;
	}
	return CS_OK;
}

static bool
is_at_work(const trailing *trailing)
{
	for (int lane = 0; lane < trailing->lanes.lanes; lane++)
		if (trailing->splines[lane].n > 0)
			return true;
	return false;
}

cs_status
cs_smoothing_spline_trailing(size_t n, const double *x, const double *at, size_t window,
							 double bound, cs_workspace *workspace, double *fitted)
{
	trailing trailing = {.n = n,
						 .window = window,
						 .need = isnan(bound) ? CS_SMOOTHING_SPLINE_GCV_POINTS : 1,
						 .x = x,
						 .at = at,
						 .bound = bound,
						 .fitted = fitted};
	cs_status status = CS_OK;

	if (window < trailing.need)
		return CS_TOO_FEW;
	if (bound < 0)
		return CS_OUT_OF_RANGE;
	cs_spline_lanes_lay_out(&trailing.lanes, window, lanes_of(window), workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	cs_spline_lanes_clear(&trailing.lanes);
	for (int lane = 0; lane < trailing.lanes.lanes && status == CS_OK; lane++)
		status = next_window(&trailing, lane);
	while (status == CS_OK && is_at_work(&trailing))
		status = solve_windows(&trailing);
	return status;
}
