/*
 * trend_seasonal.c
 *		Normal equations whose columns without a penalty are eliminated first; coordinate descent
 *		for the bends (Friedman, Hastie and Tibshirani, J. Statistical Software 33, 2010).
 */
#include "numeric/econometrics/trend_seasonal.h"

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_math.h>

/* The path of penalties: so many, down to this share of the first. */
#define PATH_STEPS 30
#define PATH_END 1e-3

/* The path turns at each bend that comes or goes; each does so a few times at most. */
#define MOST_STEPS 50

typedef enum bend_state
{
	BEND_FREE,	   /* 0 */
	BEND_USED,	   /* in the path */
	BEND_EXPLAINED /* follows from those in use: no row tells it from them */
} bend_state;

typedef struct system
{
	size_t n;
	size_t free; /* columns without a penalty: 1, time, waves, holidays */
	size_t bends;
	size_t columns; /* free + bends */
	double *row;	/* [columns] */
	double *gram;	/* [columns][columns]; the free part becomes its Cholesky factor */
	double *right;	/* [columns] */
	double *solved; /* [bends + 1][free]: factor^-1 of the columns of the bends and of the right */
	double *schur;	/* [bends][bends] */
	double *target; /* [bends] */
	double *bend;	/* [bends] */
	double *pull;	/* [bends]: target less what the bends explain of it */
	double *direction; /* [bends]: of those in use, in their order */
	double *along;	   /* [bends] */
	double *triangle;  /* [bends][bends]: factor of those in use */
	size_t *used;	   /* [bends] */
	size_t used_count;
	size_t gone;		  /* the last that went; bends: none */
	unsigned char *state; /* [bends]: bend_state */
	double *best;		  /* [bends] */
	double squares;		  /* of y, without unit and about its mean */
	double rest;		  /* what the free columns leave of them */
} system;

static void
layout(system *s, size_t n, const cs_trend_seasonal_form *form, cs_workspace *workspace)
{
	s->n = n;
	s->free = 2 + 2 * form->waves + form->holidays;
	s->bends = form->bends;
	s->columns = s->free + s->bends;
	s->row = cs_workspace_take(workspace, s->columns, sizeof(double));
	s->gram = cs_workspace_take(workspace, s->columns, s->columns * sizeof(double));
	s->right = cs_workspace_take(workspace, s->columns, sizeof(double));
	s->solved = cs_workspace_take(workspace, s->bends + 1, s->free * sizeof(double));
	s->schur = cs_workspace_take(workspace, s->bends, s->bends * sizeof(double));
	s->target = cs_workspace_take(workspace, s->bends, sizeof(double));
	s->bend = cs_workspace_take(workspace, s->bends, sizeof(double));
	s->best = cs_workspace_take(workspace, s->bends, sizeof(double));
	s->pull = cs_workspace_take(workspace, s->bends, sizeof(double));
	s->direction = cs_workspace_take(workspace, s->bends, sizeof(double));
	s->along = cs_workspace_take(workspace, s->bends, sizeof(double));
	s->triangle = cs_workspace_take(workspace, s->bends, s->bends * sizeof(double));
	s->used = cs_workspace_take(workspace, s->bends, sizeof(size_t));
	s->state = cs_workspace_take(workspace, s->bends, 1);
}

size_t
cs_trend_seasonal_size(size_t n, const cs_trend_seasonal_form *form)
{
	cs_workspace workspace;
	system s;

	cs_workspace_count(&workspace);
	layout(&s, n, form, &workspace);
	return cs_workspace_total(&workspace);
}

/* The place of bend j as a share of the sample. */
static double
place(const cs_trend_seasonal_form *form, size_t j)
{
	return form->range * (double) (j + 1) / (double) (form->bends + 1);
}

/* Fills the row of a time, `share` of the sample. */
static void
fill_row(const system *s, const cs_trend_seasonal_form *form, double elapsed, double share,
		 const unsigned char *holiday)
{
	double *row = s->row;

	*row++ = 1;
	*row++ = share;
	for (size_t k = 0; k < form->waves; k++)
	{
		double angle = 2 * M_PI * fmod(elapsed, form->periods[k]) / form->periods[k];

		*row++ = cos(angle);
		*row++ = sin(angle);
	}
	for (size_t h = 0; h < form->holidays; h++)
		*row++ = holiday[h];
	for (size_t j = 0; j < form->bends; j++)
		*row++ = fmax(0, share - place(form, j));
}

static void
accumulate(system *s, double value)
{
	for (size_t i = 0; i < s->columns; i++)
	{
		double x = s->row[i];

		if (x == 0)
			continue;
		s->right[i] += x * value;
		for (size_t j = 0; j <= i; j++)
			s->gram[i * s->columns + j] += x * s->row[j];
	}
	s->squares += value * value;
	cs_work(s->columns * (s->columns + 2) / 2);
}

/* Cholesky's factor of the free part, in its lower triangle. */
static cs_status
factor(system *s)
{
	for (size_t i = 0; i < s->free; i++)
	{
		double *a = s->gram + i * s->columns;

		for (size_t j = 0; j <= i; j++)
		{
			const double *b = s->gram + j * s->columns;
			double sum = a[j];

			for (size_t k = 0; k < j; k++)
				sum -= a[k] * b[k];
			if (j < i)
				a[j] = sum / b[j];
			else if (!(sum > CS_SAME_SQUARES * a[i]))
				return CS_SINGULAR;
			else
				a[i] = sqrt(sum);
		}
		cs_work(s->free * s->free / 2);
	}
	return CS_OK;
}

/* x = factor^-1 x. */
static void
forward(const system *s, double *x)
{
	for (size_t i = 0; i < s->free; i++)
	{
		for (size_t k = 0; k < i; k++)
			x[i] -= s->gram[i * s->columns + k] * x[k];
		x[i] /= s->gram[i * s->columns + i];
	}
	cs_work(s->free * s->free / 2);
}

/* Leaves the problem of the bends alone: schur, target and rest. */
static void
eliminate(system *s)
{
	double *right = s->solved + s->bends * s->free;

	memcpy(right, s->right, s->free * sizeof(double));
	forward(s, right);
	s->rest = s->squares;
	for (size_t i = 0; i < s->free; i++)
		s->rest -= right[i] * right[i];
	for (size_t j = 0; j < s->bends; j++)
	{
		double *own = s->solved + j * s->free;

		memcpy(own, s->gram + (s->free + j) * s->columns, s->free * sizeof(double));
		forward(s, own);
		s->target[j] = s->right[s->free + j];
		for (size_t i = 0; i < s->free; i++)
			s->target[j] -= own[i] * right[i];
		for (size_t l = 0; l <= j; l++)
		{
			const double *other = s->solved + l * s->free;
			double value = s->gram[(s->free + j) * s->columns + s->free + l];

			for (size_t i = 0; i < s->free; i++)
				value -= own[i] * other[i];
			s->schur[j * s->bends + l] = s->schur[l * s->bends + j] = value;
		}
		cs_work(s->free * (j + 1));
	}
}

/* Cholesky's factor of the bends that are in use; false where the last follows from the others. */
static bool
factor_used(system *s)
{
	size_t last = s->used_count - 1;
	double *own = s->triangle + last * s->bends;
	double sum = s->schur[s->used[last] * (s->bends + 1)];
	double whole = sum;

	for (size_t j = 0; j < last; j++)
	{
		const double *other = s->triangle + j * s->bends;

		own[j] = s->schur[s->used[last] * s->bends + s->used[j]];
		for (size_t k = 0; k < j; k++)
			own[j] -= own[k] * other[k];
		own[j] /= other[j];
		sum -= own[j] * own[j];
	}
	own[last] = sqrt(fmax(sum, 0));
	cs_work(last * last);
	return sum > CS_SAME_SQUARES * whole;
}

static void
use(system *s, size_t bend)
{
	s->used[s->used_count++] = bend;
	s->state[bend] = BEND_USED;
	if (factor_used(s))
		return;
	s->used_count--;
	s->state[bend] = BEND_EXPLAINED;
}

/* Takes a bend out; those behind it are factored again. */
static void
leave(system *s, size_t position)
{
	size_t count = s->used_count;

	s->state[s->used[position]] = BEND_FREE;
	s->bend[s->used[position]] = 0;
	for (size_t i = position; i + 1 < count; i++)
	{
		s->used[i] = s->used[i + 1];
		s->used_count = i + 1;
		(void) factor_used(s);
	}
	s->used_count = count - 1;
}

/* How the bends in use move as the penalty falls by one, and the pull of all with them. */
static void
fill_direction(system *s)
{
	size_t count = s->used_count;

	for (size_t i = 0; i < count; i++)
	{
		s->direction[i] = s->pull[s->used[i]] < 0 ? -1 : 1;
		for (size_t k = 0; k < i; k++)
			s->direction[i] -= s->triangle[i * s->bends + k] * s->direction[k];
		s->direction[i] /= s->triangle[i * s->bends + i];
	}
	for (size_t i = count; i-- > 0;)
	{
		for (size_t k = i + 1; k < count; k++)
			s->direction[i] -= s->triangle[k * s->bends + i] * s->direction[k];
		s->direction[i] /= s->triangle[i * s->bends + i];
	}
	for (size_t j = 0; j < s->bends; j++)
	{
		s->along[j] = 0;
		for (size_t i = 0; i < count; i++)
			s->along[j] += s->schur[j * s->bends + s->used[i]] * s->direction[i];
	}
	cs_work(count * (count + s->bends));
}

/* What ends a stretch of the path: a bend comes in (`bend`), one goes (`position`), or neither. */
typedef struct event
{
	double step;
	size_t bend;
	size_t position;
} event;

static event
next_event(const system *s, double penalty, double end)
{
	event next = {penalty - end, s->bends, s->bends};

	for (size_t j = 0; j < s->bends; j++)
		for (int sign = -1; sign <= 1 && s->state[j] == BEND_FREE; sign += 2)
		{
			double closing = 1 - sign * s->along[j];
			double step = closing > CS_SAME_SQUARES
							  ? fmax(0, (penalty - sign * s->pull[j]) / closing)
							  : INFINITY;

			/* the one that has just gone is on the border still */
			if (step < next.step && !(j == s->gone && step <= CS_SAME_SQUARES * penalty))
				next = (event){step, j, s->bends};
		}
	for (size_t i = 0; i < s->used_count; i++)
	{
		double value = s->bend[s->used[i]];
		double step = value * s->direction[i] < 0 ? -value / s->direction[i] : INFINITY;

		if (step < next.step)
			next = (event){step, s->bends, i};
	}
	return next;
}

/*
 * Follows the path of the penalty down to `end` (Osborne, Presnell and Turlach, IMA J. Numerical
 * Analysis 20, 2000); returns false when it takes too many steps.
 */
static bool
follow(system *s, double *penalty, double end)
{
	for (size_t steps = 0; *penalty > end; steps++)
	{
		event next;

		if (steps > MOST_STEPS * (s->bends + 1))
			return false;
		fill_direction(s);
		next = next_event(s, *penalty, end);
		for (size_t i = 0; i < s->used_count; i++)
			s->bend[s->used[i]] += next.step * s->direction[i];
		for (size_t j = 0; j < s->bends; j++)
			s->pull[j] -= next.step * s->along[j];
		*penalty = next.bend == s->bends && next.position == s->bends ? end : *penalty - next.step;
		s->gone = s->bends;
		if (next.bend < s->bends)
			use(s, next.bend);
		else if (next.position < s->bends)
		{
			s->gone = s->used[next.position];
			leave(s, next.position);
		}
	}
	return true;
}

/* Sum of squares with the bends as they are, and how many are not 0. */
static double
left(const system *s, size_t *used)
{
	double squares = s->rest;

	*used = 0;
	for (size_t j = 0; j < s->bends; j++)
	{
		double sum = -2 * s->target[j];

		for (size_t l = 0; l < s->bends; l++)
			sum += s->schur[j * s->bends + l] * s->bend[l];
		squares += sum * s->bend[j];
		*used += s->bend[j] != 0;
	}
	return squares;
}

/* Bends by the penalty, or of the best of the path; *share is the penalty's of the first. */
static cs_status
choose(system *s, const cs_trend_seasonal_form *form, double *share)
{
	double first = 0;
	double noise = CS_PASSES_ROUNDING * s->squares;
	double best = INFINITY;
	double penalty;
	size_t strongest = 0;

	*share = 1;
	memset(s->bend, 0, s->bends * sizeof(double));
	memset(s->best, 0, s->bends * sizeof(double));
	memset(s->state, BEND_FREE, s->bends);
	memcpy(s->pull, s->target, s->bends * sizeof(double));
	s->used_count = 0;
	s->gone = s->bends;
	for (size_t j = 0; j < s->bends; j++)
		if (fabs(s->target[j]) > first)
		{
			first = fabs(s->target[j]);
			strongest = j;
		}
	/* nothing is left to bend for */
	if (!(s->rest > noise) || !(first > 0))
		return CS_OK;
	use(s, strongest);
	penalty = first;
	for (int step = 0; step < PATH_STEPS; step++)
	{
		double now =
			form->penalty >= 0 ? form->penalty : pow(PATH_END, (double) step / (PATH_STEPS - 1));
		size_t used;
		double squares, criterion;

		if (!follow(s, &penalty, now * first))
			return CS_NOT_CONVERGED;
		squares = left(s, &used);
		criterion = log(fmax(squares, noise) / (double) s->n) * (double) s->n +
					log((double) s->n) * (double) used;
		if (criterion < best)
		{
			best = criterion;
			*share = now;
			memcpy(s->best, s->bend, s->bends * sizeof(double));
		}
		if (form->penalty >= 0 || !(squares > noise))
			break;
	}
	return CS_OK;
}

/* The free columns' coefficients into right[free], the bends in best. */
static void
solve(system *s)
{
	double *x = s->solved + s->bends * s->free;

	for (size_t j = 0; j < s->bends; j++)
		for (size_t i = 0; i < s->free; i++)
			x[i] -= s->best[j] * s->solved[j * s->free + i];
	for (size_t i = s->free; i-- > 0;)
	{
		for (size_t k = i + 1; k < s->free; k++)
			x[i] -= s->gram[k * s->columns + i] * x[k];
		x[i] /= s->gram[i * s->columns + i];
	}
	memcpy(s->right, x, s->free * sizeof(double));
	cs_work(s->free * (s->free + s->bends));
}

/* The mean and the largest distance from it, over one pass each; CS_NOT_FINITE, CS_CONSTANT. */
static cs_status
scale(const double *y, size_t n, double *mean, double *size)
{
	double largest = 0;

	*mean = *size = 0;
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
		{
			if (!isfinite(y[i]))
				return CS_NOT_FINITE;
			*mean += y[i] / (double) n;
			largest = fmax(largest, fabs(y[i]));
		}
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
			*size = fmax(*size, fabs(y[i] - *mean));
	if (!isfinite(*size))
		return CS_NOT_FINITE;
	return *size > CS_CONSTANT_RANGE * largest ? CS_OK : CS_CONSTANT;
}

/* The fit in the units of time and y. */
static cs_status
fill_fit(const system *s, const cs_trend_seasonal_form *form, double length, double mean,
		 double size, double first_time, cs_trend_seasonal_fit *fit)
{
	const double *x = s->right;

	fit->intercept = mean + size * x[0];
	fit->slope = size * x[1] / length;
	for (size_t k = 0; k < 2 * form->waves; k++)
		fit->wave[k] = size * x[2 + k];
	for (size_t h = 0; h < form->holidays; h++)
		fit->effect[h] = size * x[2 + 2 * form->waves + h];
	for (size_t j = 0; j < form->bends; j++)
	{
		fit->place[j] = first_time + place(form, j) * length;
		fit->bend[j] = size * s->best[j] / length;
	}
	return isfinite(fit->intercept) && isfinite(fit->slope) ? CS_OK : CS_NOT_FINITE;
}

static cs_status
check(const double *time, size_t n, const cs_trend_seasonal_form *form)
{
	if (!(form->range > 0 && form->range <= 1) ||
		!(form->penalty == CS_TREND_SEASONAL_CHOOSE || form->penalty >= 0))
		return CS_OUT_OF_RANGE;
	for (size_t k = 0; k < form->waves; k++)
		if (!(form->periods[k] > 0 && isfinite(form->periods[k])))
			return CS_OUT_OF_RANGE;
	if (n < 2 + 2 * form->waves + form->holidays + CS_TREND_SEASONAL_SPARE)
		return CS_TOO_FEW;
	return time[n - 1] > time[0] && isfinite(time[n - 1] - time[0]) ? CS_OK : CS_TOO_FEW;
}

cs_status
cs_trend_seasonal_fit_rows(const double *time, const double *y, const unsigned char *holiday,
						   size_t n, const cs_trend_seasonal_form *form, cs_workspace *workspace,
						   cs_trend_seasonal_fit *fit)
{
	system s = {0};
	cs_status status = check(time, n, form);
	double mean, size, length, squares;
	size_t used;

	if (status == CS_OK)
		status = scale(y, n, &mean, &size);
	if (status != CS_OK)
		return status;
	layout(&s, n, form, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	memset(s.gram, 0, s.columns * s.columns * sizeof(double));
	memset(s.right, 0, s.columns * sizeof(double));
	length = time[n - 1] - time[0];
	for (size_t t = 0; t < n; t++)
	{
		fill_row(&s, form, time[t] - time[0], (time[t] - time[0]) / length,
				 form->holidays > 0 ? holiday + t * form->holidays : NULL);
		accumulate(&s, (y[t] - mean) / size);
	}
	for (size_t i = 2; i < s.free; i++)
		s.gram[i * s.columns + i] += CS_TREND_SEASONAL_RIDGE;
	status = factor(&s);
	if (status != CS_OK)
		return status;
	eliminate(&s);
	status = choose(&s, form, &fit->penalty);
	if (status != CS_OK)
		return status;
	memcpy(s.bend, s.best, s.bends * sizeof(double));
	squares = left(&s, &used);
	solve(&s);
	for (size_t i = 2; i < s.free; i++)
		squares -= CS_TREND_SEASONAL_RIDGE * s.right[i] * s.right[i];
	squares = fmax(0, squares);
	fit->residual_sd = size * sqrt(squares / (double) n);
	fit->r_squared = 1 - squares / s.squares;
	return fill_fit(&s, form, length, mean, size, time[0], fit);
}

double
cs_trend_seasonal_trend(const cs_trend_seasonal_fit *fit, size_t bends, double first_time,
						double time)
{
	double value = fit->intercept + fit->slope * (time - first_time);

	for (size_t j = 0; j < bends; j++)
		value += fit->bend[j] * fmax(0, time - fit->place[j]);
	return value;
}

double
cs_trend_seasonal_season(const cs_trend_seasonal_fit *fit, const double *periods, size_t waves,
						 double first_time, double time)
{
	double value = 0;

	for (size_t k = 0; k < waves; k++)
	{
		double angle = 2 * M_PI * fmod(time - first_time, periods[k]) / periods[k];

		value += fit->wave[2 * k] * cos(angle) + fit->wave[2 * k + 1] * sin(angle);
	}
	return value;
}

double
cs_trend_seasonal_sd(const cs_trend_seasonal_fit *fit, size_t bends, double range, double length,
					 double ahead)
{
	double mean = 0;
	double rate = (double) bends / (range * length);
	double trend;

	for (size_t j = 0; j < bends; j++)
		mean += fabs(fit->bend[j]) / (double) bends;
	/* a bend of variance 2 mean^2 at u before the end moves the value by u times it */
	trend = ahead > 0 && bends > 0 ? mean * ahead * sqrt(2 * rate * ahead / 3) : 0;
	return hypot(fit->residual_sd, trend);
}
