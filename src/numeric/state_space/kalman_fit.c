/*
 * kalman_fit.c
 *		A grid, then Newton's method from its best points, over the concentrated likelihood.
 */
#include "numeric/state_space/kalman_fit.h"

#include <float.h>
#include <math.h>
#include <gsl/gsl_math.h>

#include "numeric/base/poll.h"

#define BLOCK_ROWS 20000 /* between two polls */
#define ROW_WORK 20		 /* multiply-adds, or what takes as long, of one row */
#define A_LIMIT 9.0		 /* |A| up to 1 - 3e-8 */
#define NEAR_UNIT 7.5	 /* |A| above 1 - 6e-7 counts as 1 */
#define B_LIMIT 25.0	 /* beyond, the ends */
#define DIFFERENCE 1e-4
#define LONGEST_STEP 3.0
#define SMALLEST_GAIN 1e-10 /* of the log-likelihood, that a step must promise */
#define CLOSE_GAIN 1e-6		/* where rounding may hide a gain */
#define END_TOLERANCE 1e-10 /* of the log-likelihood of an observation */
#define MAX_STEPS 60
#define MAX_HALVINGS 30
#define GRID_MAXIMA 3 /* points of the grid that are refined */
#define STEADY 1e-15
#define SAME 1e-14 /* relative difference of observations that do not vary */

/* What the likelihood is maximized over. */
typedef enum axis
{
	AXIS_A,
	AXIS_B
} axis;

static const double grid_a[] = {-0.9, -0.5, -0.1, 0.2,	 0.4,	0.6,
								0.8,  0.9,	0.96, 0.985, 0.995, 0.999};
static const double grid_b[] = {-12, -9, -6, -4, -2, 0, 2, 5};

#define LEVEL_COLUMNS 24 /* from -23 to 23 */
#define GRID_ROWS ((int) (sizeof(grid_a) / sizeof(grid_a[0])))
#define GRID_COLUMNS ((int) (sizeof(grid_b) / sizeof(grid_b[0])))

typedef struct grid
{
	int rows, columns;								  /* [A][b] */
	cs_kalman_point points[GRID_ROWS * GRID_COLUMNS]; /* more than LEVEL_COLUMNS */
} grid;

/* Points to be refined: the highest of the grid, best first, and the ends of b. */
typedef struct candidates
{
	int count;
	cs_kalman_point points[GRID_MAXIMA + 2];
} candidates;

/* The filter and its derivatives by A and b on their way through the series. */
typedef struct tangent
{
	double transition, process, observation; /* A, b, 1 - b */
	bool diffuse;
	bool steady;
	double state, variance; /* predicted */
	double d_state[2], d_variance[2];
	double gain, innovation_variance;
	double d_gain[2], d_innovation_variance[2];
	double sum_log, sum_squares; /* of ln F and of v^2 / F */
	double d_sum_log[2], d_sum_squares[2];
} tangent;

static bool
is_level(const cs_kalman_fit *fit)
{
	return fit->form == CS_KALMAN_LOCAL_LEVEL;
}

/* Whether the likelihood is to be maximized along an axis at this point. */
static bool
is_free(const cs_kalman_fit *fit, const cs_kalman_point *point, axis axis)
{
	if (axis == AXIS_B)
		return isfinite(point->at[AXIS_B]);
	return !is_level(fit) && point->at[AXIS_B] != -INFINITY;
}

static void
start(const cs_kalman_fit *fit, const double *at, tangent *t)
{
	double a = is_level(fit) ? 1 : tanh(at[AXIS_A]);
	double b = 1 / (1 + exp(-at[AXIS_B]));
	double stationary = 1 / ((1 - a) * (1 + a));

	*t = (tangent){.transition = a,
				   .process = b,
				   .observation = 1 / (1 + exp(at[AXIS_B])),
				   .diffuse = is_level(fit)};
	if (is_level(fit))
		return;
	t->variance = b * stationary;
	t->d_variance[AXIS_A] = 2 * a * b * stationary * stationary;
	t->d_variance[AXIS_B] = stationary;
}

/* The gain of an observed row and its derivatives. */
static inline void
update_gain(tangent *t, axis first)
{
	t->innovation_variance = t->variance + t->observation;
	t->gain = t->variance / t->innovation_variance;
	for (axis j = first; j <= AXIS_B; j++)
	{
		t->d_innovation_variance[j] = t->d_variance[j] - (j == AXIS_B);
		t->d_gain[j] =
			(t->d_variance[j] - t->gain * t->d_innovation_variance[j]) / t->innovation_variance;
	}
}

/* From the filtered variance to the predicted one of the next row. */
static inline void
predict_variance(tangent *t, double filtered, const double *d_filtered, axis first)
{
	double square = t->transition * t->transition;

	t->variance = square * filtered + t->process;
	for (axis j = first; j <= AXIS_B; j++)
		t->d_variance[j] = square * d_filtered[j] + (j == AXIS_B);
	if (first == AXIS_A)
		t->d_variance[AXIS_A] += 2 * t->transition * filtered;
}

static inline void
predict_state(tangent *t, double filtered, const double *d_filtered, axis first)
{
	t->state = t->transition * filtered;
	for (axis j = first; j <= AXIS_B; j++)
		t->d_state[j] = t->transition * d_filtered[j];
	if (first == AXIS_A)
		t->d_state[AXIS_A] += filtered;
}

/* The variances of the next row after an observed one; steady once they hardly change. */
static inline void
advance_variance(tangent *t, axis first)
{
	double before = t->variance;
	double d_before[2] = {t->d_variance[0], t->d_variance[1]};
	double d_filtered[2];
	bool steady;

	for (axis j = first; j <= AXIS_B; j++)
		d_filtered[j] = t->d_gain[j] * t->observation - (j == AXIS_B ? t->gain : 0);
	predict_variance(t, t->gain * t->observation, d_filtered, first);
	steady = fabs(t->variance - before) <= STEADY * before;
	for (axis j = first; j <= AXIS_B; j++)
		steady =
			steady && fabs(t->d_variance[j] - d_before[j]) <= STEADY * (fabs(d_before[j]) + before);
	t->steady = steady;
}

static inline void
observe(tangent *t, double y, double *log_variance, axis first)
{
	double innovation = y - t->state;
	double filtered;
	double d_filtered[2];
	double f;

	if (!t->steady)
	{
		update_gain(t, first);
		*log_variance = log(t->innovation_variance);
	}
	f = t->innovation_variance;
	t->sum_log += *log_variance;
	t->sum_squares += innovation * innovation / f;
	for (axis j = first; j <= AXIS_B; j++)
	{
		double relative = t->d_innovation_variance[j] / f;

		t->d_sum_log[j] += relative;
		t->d_sum_squares[j] -= innovation * (2 * t->d_state[j] + innovation * relative) / f;
		d_filtered[j] = t->d_state[j] * (1 - t->gain) + t->d_gain[j] * innovation;
	}
	filtered = t->state + t->gain * innovation;
	predict_state(t, filtered, d_filtered, first);
	if (!t->steady)
		advance_variance(t, first);
}

static inline void
skip_missing(tangent *t, axis first)
{
	double d_state[2] = {t->d_state[0], t->d_state[1]};
	double d_variance[2] = {t->d_variance[0], t->d_variance[1]};

	predict_state(t, t->state, d_state, first);
	predict_variance(t, t->variance, d_variance, first);
	t->steady = false;
}

/* All rows, with derivatives from axis `first` on. */
static inline void
advance(tangent *tangent_of_start, const double *y, size_t count, axis first)
{
	const double none[2] = {0, 0};
	tangent t = *tangent_of_start; /* in registers */
	double log_variance = 0;

	for (size_t row = 0; row < count;)
	{
		size_t rows = count - row < BLOCK_ROWS ? count - row : BLOCK_ROWS;

		for (size_t end = row + rows; row < end; row++)
		{
			double value = y[row];

			if (t.diffuse && !isnan(value))
			{
				const double d_filtered[2] = {0, -1};

				predict_state(&t, value, none, first);
				predict_variance(&t, t.observation, d_filtered, first);
				t.diffuse = false;
			}
			else if (!isnan(value))
				observe(&t, value, &log_variance, first);
			else if (!t.diffuse)
				skip_missing(&t, first);
		}
		cs_work(rows * ROW_WORK);
	}
	*tangent_of_start = t;
}

/* The concentrated log-likelihood at a point, and its gradient. */
static cs_status
evaluate(const cs_kalman_fit *fit, const double *at, cs_kalman_point *point)
{
	double n = (double) fit->observed - (is_level(fit) ? 1 : 0);
	tangent t;

	start(fit, at, &t);
	if (is_level(fit))
		advance(&t, fit->y, fit->count, AXIS_B);
	else
		advance(&t, fit->y, fit->count, AXIS_A);
	*point = (cs_kalman_point){.at = {at[0], at[1]}, .scale = t.sum_squares / n};
	point->value = -0.5 * (n * (log(2 * M_PI * point->scale) + 1) + t.sum_log);
	if (!isfinite(point->value))
		return CS_NOT_FINITE;
	for (int j = 0; j < 2; j++)
	{
		double slope =
			j == AXIS_A ? (1 - t.transition) * (1 + t.transition) : t.process * t.observation;

		if (is_free(fit, point, j))
			point->gradient[j] =
				-0.5 * slope * (t.d_sum_squares[j] / point->scale + t.d_sum_log[j]);
	}
	return CS_OK;
}

static cs_status
scan(const cs_kalman_fit *fit, grid *grid)
{
	int points;

	grid->rows = is_level(fit) ? 1 : GRID_ROWS;
	grid->columns = is_level(fit) ? LEVEL_COLUMNS : GRID_COLUMNS;
	points = grid->rows * grid->columns;
	for (int k = 0; k < points; k++)
	{
		double level[2] = {0, 2 * k - (LEVEL_COLUMNS - 1)};
		double at[2] = {atanh(grid_a[k / GRID_COLUMNS % GRID_ROWS]), grid_b[k % GRID_COLUMNS]};
		cs_status status = evaluate(fit, is_level(fit) ? level : at, &grid->points[k]);

		if (status != CS_OK)
			return status;
		cs_poll(k + 1, 2 * points);
	}
	return CS_OK;
}

static bool
is_grid_maximum(const grid *grid, int row, int column)
{
	double value = grid->points[row * grid->columns + column].value;

	for (int i = row - 1; i <= row + 1; i++)
		for (int j = column - 1; j <= column + 1; j++)
			if (i >= 0 && i < grid->rows && j >= 0 && j < grid->columns &&
				grid->points[i * grid->columns + j].value > value)
				return false;
	return true;
}

/* Keeps the highest maxima of the grid, best first. */
static void
offer_candidate(candidates *candidates, const cs_kalman_point *point)
{
	int place = candidates->count;

	while (place > 0 && point->value > candidates->points[place - 1].value)
		place--;
	if (place == GRID_MAXIMA)
		return;
	if (candidates->count < GRID_MAXIMA)
		candidates->count++;
	for (int i = candidates->count - 1; i > place; i--)
		candidates->points[i] = candidates->points[i - 1];
	candidates->points[place] = *point;
}

static void
choose_candidates(const grid *grid, candidates *candidates)
{
	const cs_kalman_point *last_column = &grid->points[grid->columns - 1];

	candidates->count = 0;
	for (int i = 0; i < grid->rows; i++)
		for (int j = 0; j < grid->columns; j++)
			if (is_grid_maximum(grid, i, j))
				offer_candidate(candidates, &grid->points[i * grid->columns + j]);
	for (int i = 1; i < grid->rows; i++)
		if (grid->points[(i + 1) * grid->columns - 1].value > last_column->value)
			last_column = &grid->points[(i + 1) * grid->columns - 1];
	candidates->points[candidates->count++] =
		(cs_kalman_point){.at = {last_column->at[AXIS_A], INFINITY}};
	candidates->points[candidates->count++] = (cs_kalman_point){.at = {0, -INFINITY}};
}

/* Second derivatives with their sign changed, from the gradient beside a point along each axis. */
static cs_status
find_curvature(const cs_kalman_fit *fit, const cs_kalman_point *current, double curvature[2][2])
{
	for (int i = 0; i < 2; i++)
	{
		double at[2] = {current->at[0], current->at[1]};
		cs_kalman_point beside;
		cs_status status;

		curvature[i][0] = curvature[i][1] = 0;
		if (!is_free(fit, current, i))
			continue;
		at[i] += at[i] > 0 ? -DIFFERENCE : DIFFERENCE;
		status = evaluate(fit, at, &beside);
		if (status != CS_OK)
			return status;
		for (int j = 0; j < 2; j++)
			if (is_free(fit, current, j))
				curvature[i][j] =
					(current->gradient[j] - beside.gradient[j]) / (at[i] - current->at[i]);
	}
	for (int j = 0; j < 2; j++)
		if (!is_free(fit, current, j))
			curvature[j][j] = curvature[1 - j][1 - j];
	return CS_OK;
}

/* Newton's step uphill; the curvature is lifted until it is that of a maximum. */
static void
newton_step(const double *g, double c[2][2], double *step)
{
	double cross = (c[0][1] + c[1][0]) / 2;
	double half = (c[0][0] - c[1][1]) / 2;
	double smallest = (c[0][0] + c[1][1]) / 2 - hypot(half, cross);
	double largest = (c[0][0] + c[1][1]) / 2 + hypot(half, cross);
	double least = 1e-9 * fmax(fabs(largest), fabs(smallest)) + 1e-12;
	double lift = smallest < least ? least - 1.5 * fmin(smallest, 0) : 0;
	double p = c[0][0] + lift;
	double q = c[1][1] + lift;
	double determinant = p * q - cross * cross;
	double length;

	step[0] = (q * g[0] - cross * g[1]) / determinant;
	step[1] = (p * g[1] - cross * g[0]) / determinant;
	length = hypot(step[0], step[1]);
	if (length > LONGEST_STEP)
		for (int j = 0; j < 2; j++)
			step[j] *= LONGEST_STEP / length;
}

static double
clamped(double value, double limit)
{
	return fmin(fmax(value, -limit), limit);
}

static double
promised_gain(const cs_kalman_point *current, const double *step)
{
	return (current->gradient[0] * step[0] + current->gradient[1] * step[1]) / 2;
}

/* Halves the step, `halvings` times at most, until it leads higher: *higher, and to there. */
static cs_status
climb(const cs_kalman_fit *fit, cs_kalman_point *current, double *step, int halvings, bool *higher)
{
	for (*higher = false;; halvings--)
	{
		double at[2] = {clamped(current->at[AXIS_A] + step[AXIS_A], A_LIMIT), current->at[AXIS_B]};
		cs_kalman_point trial;
		cs_status status;

		if (is_free(fit, current, AXIS_B))
			at[AXIS_B] = clamped(at[AXIS_B] + step[AXIS_B], B_LIMIT);
		status = evaluate(fit, at, &trial);
		if (status != CS_OK)
			return status;
		if (trial.value > current->value)
		{
			*current = trial;
			*higher = true;
			return CS_OK;
		}
		if (halvings == 0)
			return CS_OK;
		step[0] /= 2;
		step[1] /= 2;
	}
}

/* Newton's method from a point, which becomes a maximum, unless *converged says that it did not. */
static cs_status
refine(cs_kalman_fit *fit, cs_kalman_point *current, bool *converged)
{
	cs_status status = evaluate(fit, current->at, current);

	*converged = !is_free(fit, current, AXIS_A) && !is_free(fit, current, AXIS_B);
	for (int steps = 1; status == CS_OK && !*converged; steps++)
	{
		double curvature[2][2];
		double step[2];
		bool higher, last;

		status = find_curvature(fit, current, curvature);
		if (status != CS_OK)
			return status;
		newton_step(current->gradient, curvature, step);
		fit->iterations++;
		last = promised_gain(current, step) < SMALLEST_GAIN;
		status = climb(fit, current, step, last ? 0 : MAX_HALVINGS, &higher);
		*converged = higher ? last : promised_gain(current, step) < CLOSE_GAIN;
		if (!higher || steps == MAX_STEPS)
			break;
	}
	return status;
}

static cs_status
check_series(cs_kalman_fit *fit, double size)
{
	double lowest = INFINITY;
	double highest = -INFINITY;

	for (size_t i = 0; i < fit->count; i++)
		if (!isnan(fit->y[i]))
		{
			if (isinf(fit->y[i]))
				return CS_NOT_FINITE;
			fit->observed++;
			lowest = fmin(lowest, fit->y[i]);
			highest = fmax(highest, fit->y[i]);
		}
	if (fit->observed < CS_KALMAN_MIN_OBSERVED)
		return CS_TOO_FEW;
	fit->size = fmax(size, fmax(fabs(lowest), fabs(highest)));
	return highest - lowest <= SAME * fit->size ? CS_CONSTANT : CS_OK;
}

/* Takes a maximum if it is the best; an end is, where it is as likely but for rounding. */
static void
offer_maximum(cs_kalman_fit *fit, const cs_kalman_point *maximum, bool converged, bool first)
{
	bool end = !isfinite(maximum->at[AXIS_B]);
	/* and what the last digits of the observations may make of their densities */
	double rounding = 4 * DBL_EPSILON * fit->size / sqrt(maximum->scale);
	double tolerance = end ? (END_TOLERANCE + rounding) * (double) fit->observed : 0;

	if (!first && !(maximum->value > fit->best.value - tolerance))
		return;
	fit->best = *maximum;
	fit->converged = converged;
}

cs_status
cs_kalman_fit_solve(cs_kalman_fit *fit, cs_kalman_form form, const double *y, size_t count,
					double size)
{
	grid grid;
	candidates candidates;
	cs_status status;

	*fit = (cs_kalman_fit){.form = form, .y = y, .count = count};
	status = check_series(fit, size);
	if (status == CS_OK)
		status = scan(fit, &grid);
	if (status != CS_OK)
		return status;
	choose_candidates(&grid, &candidates);
	for (int i = 0; i < candidates.count; i++)
	{
		bool converged;

		status = refine(fit, &candidates.points[i], &converged);
		if (status != CS_OK)
			return status;
		offer_maximum(fit, &candidates.points[i], converged, i == 0);
		cs_poll(candidates.count + i + 1, 2 * candidates.count);
	}
	return CS_OK;
}

cs_kalman_model
cs_kalman_fit_model(const cs_kalman_fit *fit)
{
	const double *at = fit->best.at;

	return (cs_kalman_model){.transition = is_level(fit) ? 1 : tanh(at[AXIS_A]),
							 .observation = 1,
							 .process_variance = fit->best.scale / (1 + exp(-at[AXIS_B])),
							 .observation_variance = fit->best.scale / (1 + exp(at[AXIS_B]))};
}

const char *
cs_kalman_fit_bound(const cs_kalman_fit *fit)
{
	const double *at = fit->best.at;

	if (!isfinite(at[AXIS_B]))
		return at[AXIS_B] < 0 ? "process_variance" : "observation_variance";
	return !is_level(fit) && fabs(at[AXIS_A]) > NEAR_UNIT ? "transition" : NULL;
}

/* The mean square of the observations whose density the fit has counted; *count of them. */
static double
counted_square(const cs_kalman_fit *fit, double *count)
{
	size_t i = 0;
	double sum = 0;

	*count = 0;
	while (is_level(fit) && i < fit->count && isnan(fit->y[i]))
		i++;
	for (i += is_level(fit); i < fit->count; i++)
		if (!isnan(fit->y[i]))
		{
			sum += fit->y[i] * fit->y[i];
			++*count;
		}
	return sum / *count;
}

cs_kalman_model
cs_kalman_fit_noise(const cs_kalman_fit *fit)
{
	double count;

	return (cs_kalman_model){.observation = 1, .observation_variance = counted_square(fit, &count)};
}

bool
cs_kalman_fit_beats_noise(const cs_kalman_fit *fit)
{
	double count;
	double square = counted_square(fit, &count);
	double noise = -0.5 * count * (log(2 * M_PI * square) + 1);

	return fit->best.value - noise > log(count);
}

double
cs_kalman_stationary_variance(const cs_kalman_model *model)
{
	return model->process_variance / ((1 - model->transition) * (1 + model->transition));
}
