/*
 * natural_spline.c
 *		The tridiagonal system of the second derivatives.  It is diagonally dominant, so elimination
 *		needs no pivoting; it runs from both ends to the middle, as two chains that do not wait for
 *		each other.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/natural_spline.h"

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"

/* Multiply-adds of a chord, of eliminating four rows and of substituting in four. */
#define CHORD_WORK 2
#define ELIMINATION_WORK 60
#define SUBSTITUTION_WORK 10

void
cs_natural_spline_lay_out(cs_natural_spline *spline, cs_workspace *workspace, size_t most)
{
	spline->count = 0;
	spline->x = cs_workspace_take(workspace, most, sizeof(double));
	spline->y = cs_workspace_take(workspace, most, sizeof(double));
	spline->curvature = cs_workspace_take(workspace, most, sizeof(double));
	spline->slope = cs_workspace_take(workspace, most, sizeof(double));
	spline->ratio = cs_workspace_take(workspace, most, sizeof(double));
}

/* Row i of the system, 0 < i < count - 1: its elements beside the diagonal and its right side. */
typedef struct row
{
	double left, right, value;
} row;

CS_TARGET_CLONES
static void
start(cs_natural_spline *spline)
{
	const double *restrict x = spline->x;
	const double *restrict y = spline->y;
	double *restrict slope = spline->slope;

	cs_work(spline->count * CHORD_WORK);
	for (size_t i = 0; i + 1 < spline->count; i++)
		slope[i] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
	spline->ratio[0] = spline->ratio[spline->count - 1] = 0.0;
	spline->curvature[0] = spline->curvature[spline->count - 1] = 0.0;
}

static inline row
row_of(const cs_natural_spline *spline, size_t i)
{
	row row = {.left = spline->x[i] - spline->x[i - 1],
			   .right = spline->x[i + 1] - spline->x[i],
			   .value = 6.0 * (spline->slope[i] - spline->slope[i - 1])};

	return row;
}

/* Frees row i of its left element, and row j of its right one. */
static inline void
eliminate(cs_natural_spline *spline, size_t i, size_t j)
{
	row a = row_of(spline, i);
	row b = row_of(spline, j);
	double pivot_a = 1.0 / (2.0 * (a.left + a.right) - a.left * spline->ratio[i - 1]);
	double pivot_b = 1.0 / (2.0 * (b.left + b.right) - b.right * spline->ratio[j + 1]);

	spline->ratio[i] = a.right * pivot_a;
	spline->curvature[i] = (a.value - a.left * spline->curvature[i - 1]) * pivot_a;
	spline->ratio[j] = b.left * pivot_b;
	spline->curvature[j] = (b.value - b.right * spline->curvature[j + 1]) * pivot_b;
}

/* The row or the two rows in the middle, where both eliminations meet. */
static void
solve_middle(cs_natural_spline *spline, size_t half)
{
	size_t i = half + 1;
	row a = row_of(spline, i);
	double diagonal = 2.0 * (a.left + a.right) - a.left * spline->ratio[i - 1];
	double value = a.value - a.left * spline->curvature[i - 1];

	if (spline->count - 2 > 2 * half + 1)
	{
		row b = row_of(spline, i + 1);
		double pivot = 1.0 / (2.0 * (b.left + b.right) - b.right * spline->ratio[i + 2]);
		double next = (b.value - b.right * spline->curvature[i + 2]) * pivot;

		spline->curvature[i] = (value - a.right * next) / (diagonal - a.right * b.left * pivot);
		spline->curvature[i + 1] = next - b.left * pivot * spline->curvature[i];
	}
	else
		spline->curvature[i] = (value - a.right * spline->curvature[i + 1]) /
							   (diagonal - a.right * spline->ratio[i + 1]);
}

static inline void
substitute(cs_natural_spline *spline, size_t i, size_t j)
{
	spline->curvature[i] -= spline->ratio[i] * spline->curvature[i + 1];
	spline->curvature[j] -= spline->ratio[j] * spline->curvature[j - 1];
}

/* Rows that are eliminated from each end; one or two are left. */
static size_t
half_of(const cs_natural_spline *spline)
{
	return spline->count < 3 ? 0 : (spline->count - 3) / 2;
}

void
cs_natural_spline_solve(cs_natural_spline *first, cs_natural_spline *second)
{
	size_t first_half = half_of(first);
	size_t second_half = half_of(second);
	size_t common = first_half < second_half ? first_half : second_half;

	start(first);
	start(second);
	for (size_t i = 1; i <= common;)
		for (size_t end = cs_block_end(i, common + 1, ELIMINATION_WORK); i < end; i++)
		{
			eliminate(first, i, first->count - 1 - i);
			eliminate(second, i, second->count - 1 - i);
		}
	for (size_t i = common + 1; i <= first_half; i++)
		eliminate(first, i, first->count - 1 - i);
	for (size_t i = common + 1; i <= second_half; i++)
		eliminate(second, i, second->count - 1 - i);
	if (first->count > 2)
		solve_middle(first, first_half);
	if (second->count > 2)
		solve_middle(second, second_half);
	for (size_t i = first_half; i > common; i--)
		substitute(first, i, first->count - 1 - i);
	for (size_t i = second_half; i > common; i--)
		substitute(second, i, second->count - 1 - i);
	for (size_t k = 0; k < common;)
		for (size_t end = cs_block_end(k, common, SUBSTITUTION_WORK); k < end; k++)
		{
			substitute(first, common - k, first->count - 1 - (common - k));
			substitute(second, common - k, second->count - 1 - (common - k));
		}
}
