/*
 * kalman_fit.c
 *		A grid, then Newton's method from its best points, over the concentrated likelihood.
 */
#include "numeric/state_space/kalman_fit.h"

#include <float.h>
#include <math.h>

#define TWO_PI 6.283185307179586476925
#define BLOCK_ROWS 20000
#define AXIS_A 0
#define AXIS_B 1
#define A_LIMIT 9.0	  /* |A| up to 1 - 3e-8 */
#define NEAR_UNIT 7.5 /* |A| above 1 - 6e-7 counts as 1 */
#define B_LIMIT 25.0  /* beyond, the ends */
#define DIFFERENCE 1e-4
#define LONGEST_STEP 3.0
#define SMALLEST_GAIN 1e-10 /* of the log-likelihood, that a step must promise */
#define CLOSE_GAIN 1e-6		/* where rounding may hide a gain */
#define END_TOLERANCE 1e-10 /* of the log-likelihood of an observation */
#define MAX_STEPS 60
#define MAX_HALVINGS 30
#define GRID_MAXIMA (CS_KALMAN_CANDIDATES - 2)
#define STEADY 1e-15
#define SAME 1e-14 /* relative difference of observations that do not vary */

static const double grid_a[] = {-0.9, -0.5, -0.1, 0.2,	 0.4,	0.6,
								0.8,  0.9,	0.96, 0.985, 0.995, 0.999};
static const double grid_b[] = {-12, -9, -6, -4, -2, 0, 2, 5};

#define LEVEL_COLUMNS 24 /* from -23 to 23 */
#define GRID_ROWS ((int) (sizeof(grid_a) / sizeof(grid_a[0])))
#define GRID_COLUMNS ((int) (sizeof(grid_b) / sizeof(grid_b[0])))

static bool
is_level(const cs_kalman_fit *fit)
{
	return fit->form == CS_KALMAN_LOCAL_LEVEL;
}

/* Whether the likelihood is to be maximized along an axis at this point. */
static bool
is_free(const cs_kalman_fit *fit, const cs_kalman_point *point, int axis)
{
	if (axis == AXIS_B)
		return isfinite(point->at[AXIS_B]);
	return !is_level(fit) && point->at[AXIS_B] != -INFINITY;
}

static void
request(cs_kalman_fit *fit, const double *at)
{
	cs_kalman_tangent *t = &fit->tangent;
	double a = is_level(fit) ? 1 : tanh(at[AXIS_A]);
	double b = 1 / (1 + exp(-at[AXIS_B]));
	double stationary = 1 / ((1 - a) * (1 + a));

	fit->point = (cs_kalman_point){.at = {at[0], at[1]}};
	*t = (cs_kalman_tangent){.transition = a,
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
update_gain(cs_kalman_tangent *t, int first)
{
	t->innovation_variance = t->variance + t->observation;
	t->gain = t->variance / t->innovation_variance;
	for (int j = first; j < 2; j++)
	{
		t->d_innovation_variance[j] = t->d_variance[j] - (j == AXIS_B);
		t->d_gain[j] =
			(t->d_variance[j] - t->gain * t->d_innovation_variance[j]) / t->innovation_variance;
	}
}

/* From the filtered variance to the predicted one of the next row. */
static inline void
predict_variance(cs_kalman_tangent *t, double filtered, const double *d_filtered, int first)
{
	double square = t->transition * t->transition;

	t->variance = square * filtered + t->process;
	for (int j = first; j < 2; j++)
		t->d_variance[j] = square * d_filtered[j] + (j == AXIS_B);
	if (first == AXIS_A)
		t->d_variance[AXIS_A] += 2 * t->transition * filtered;
}

static inline void
predict_state(cs_kalman_tangent *t, double filtered, const double *d_filtered, int first)
{
	t->state = t->transition * filtered;
	for (int j = first; j < 2; j++)
		t->d_state[j] = t->transition * d_filtered[j];
	if (first == AXIS_A)
		t->d_state[AXIS_A] += filtered;
}

/* The variances of the next row after an observed one; steady once they hardly change. */
static inline void
advance_variance(cs_kalman_tangent *t, int first)
{
	double before = t->variance;
	double d_before[2] = {t->d_variance[0], t->d_variance[1]};
	double d_filtered[2];
	bool steady;

	for (int j = first; j < 2; j++)
		d_filtered[j] = t->d_gain[j] * t->observation - (j == AXIS_B ? t->gain : 0);
	predict_variance(t, t->gain * t->observation, d_filtered, first);
	steady = fabs(t->variance - before) <= STEADY * before;
	for (int j = first; j < 2; j++)
		steady =
			steady && fabs(t->d_variance[j] - d_before[j]) <= STEADY * (fabs(d_before[j]) + before);
	t->steady = steady;
}

static inline void
observe(cs_kalman_tangent *t, double y, double *log_variance, int first)
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
	for (int j = first; j < 2; j++)
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
skip_missing(cs_kalman_tangent *t, int first)
{
	double d_state[2] = {t->d_state[0], t->d_state[1]};
	double d_variance[2] = {t->d_variance[0], t->d_variance[1]};

	predict_state(t, t->state, d_state, first);
	predict_variance(t, t->variance, d_variance, first);
	t->steady = false;
}

/* Rows up to `end`, with derivatives from axis `first` on. */
static inline void
advance(cs_kalman_tangent *tangent, const double *y, size_t end, int first)
{
	const double none[2] = {0, 0};
	cs_kalman_tangent t = *tangent;
	double log_variance = log(t.innovation_variance);

	for (; t.row < end; t.row++)
	{
		double value = y[t.row];

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
	*tangent = t;
}

/* The concentrated log-likelihood and its gradient from the sums. */
static cs_status
finish_point(cs_kalman_fit *fit)
{
	const cs_kalman_tangent *t = &fit->tangent;
	cs_kalman_point *point = &fit->point;
	double n = (double) fit->observed - (is_level(fit) ? 1 : 0);
	double slope[2] = {(1 - t->transition) * (1 + t->transition), t->process * t->observation};

	point->scale = t->sum_squares / n;
	point->value = -0.5 * (n * (log(TWO_PI * point->scale) + 1) + t->sum_log);
	if (!isfinite(point->value))
		return CS_NOT_FINITE;
	for (int j = 0; j < 2; j++)
		point->gradient[j] =
			is_free(fit, point, j)
				? -0.5 * slope[j] * (t->d_sum_squares[j] / point->scale + t->d_sum_log[j])
				: 0;
	return CS_OK;
}

static void
request_grid(cs_kalman_fit *fit)
{
	double at[2];

	if (is_level(fit))
	{
		at[AXIS_A] = 0;
		at[AXIS_B] = 2 * fit->grid_next - (LEVEL_COLUMNS - 1);
	}
	else
	{
		at[AXIS_A] = atanh(grid_a[fit->grid_next / GRID_COLUMNS]);
		at[AXIS_B] = grid_b[fit->grid_next % GRID_COLUMNS];
	}
	fit->stage = CS_KALMAN_FIT_GRID;
	request(fit, at);
}

static bool
is_grid_maximum(const cs_kalman_fit *fit, int row, int column)
{
	double value = fit->grid[row * fit->grid_columns + column].value;

	for (int i = row - 1; i <= row + 1; i++)
		for (int j = column - 1; j <= column + 1; j++)
			if (i >= 0 && i < fit->grid_rows && j >= 0 && j < fit->grid_columns &&
				fit->grid[i * fit->grid_columns + j].value > value)
				return false;
	return true;
}

/* Keeps the highest maxima of the grid, best first. */
static void
offer_candidate(cs_kalman_fit *fit, const cs_kalman_point *point)
{
	int place = fit->candidate_count;

	while (place > 0 && point->value > fit->candidates[place - 1].value)
		place--;
	if (place == GRID_MAXIMA)
		return;
	if (fit->candidate_count < GRID_MAXIMA)
		fit->candidate_count++;
	for (int i = fit->candidate_count - 1; i > place; i--)
		fit->candidates[i] = fit->candidates[i - 1];
	fit->candidates[place] = *point;
}

static void
choose_candidates(cs_kalman_fit *fit)
{
	const cs_kalman_point *last_column = &fit->grid[fit->grid_columns - 1];

	for (int i = 0; i < fit->grid_rows; i++)
		for (int j = 0; j < fit->grid_columns; j++)
			if (is_grid_maximum(fit, i, j))
				offer_candidate(fit, &fit->grid[i * fit->grid_columns + j]);
	for (int i = 1; i < fit->grid_rows; i++)
		if (fit->grid[(i + 1) * fit->grid_columns - 1].value > last_column->value)
			last_column = &fit->grid[(i + 1) * fit->grid_columns - 1];
	fit->candidates[fit->candidate_count++] =
		(cs_kalman_point){.at = {last_column->at[AXIS_A], INFINITY}};
	fit->candidates[fit->candidate_count++] = (cs_kalman_point){.at = {0, -INFINITY}};
}

static void
request_candidate(cs_kalman_fit *fit)
{
	fit->stage = CS_KALMAN_FIT_CANDIDATE;
	fit->candidate_steps = 0;
	request(fit, fit->candidates[fit->candidate].at);
}

/* The current point is as good as its candidate becomes. */
static void
end_candidate(cs_kalman_fit *fit, bool converged)
{
	bool end = !isfinite(fit->current.at[AXIS_B]);
	/* and what the last digits of the observations may make of their densities */
	double rounding = 4 * DBL_EPSILON * fit->size / sqrt(fit->current.scale);
	double tolerance = end ? (END_TOLERANCE + rounding) * (double) fit->observed : 0;

	if (fit->candidate == 0 || fit->current.value > fit->best.value - tolerance)
	{
		fit->best = fit->current;
		fit->converged = converged;
	}
	if (++fit->candidate < fit->candidate_count)
	{
		request_candidate(fit);
		return;
	}
	fit->stage = CS_KALMAN_FIT_FINISHED;
	fit->finished = true;
}

/* Asks for the gradient beside the current point, along the next free axis. */
static bool
request_curvature(cs_kalman_fit *fit, int axis)
{
	double at[2] = {fit->current.at[0], fit->current.at[1]};

	while (axis < 2 && !is_free(fit, &fit->current, axis))
		axis++;
	if (axis == 2)
		return false;
	fit->axis = axis;
	fit->stage = CS_KALMAN_FIT_CURVATURE;
	at[axis] += at[axis] > 0 ? -DIFFERENCE : DIFFERENCE;
	request(fit, at);
	return true;
}

/* Newton's step uphill; the curvature is lifted until it is that of a maximum. */
static void
newton_step(cs_kalman_fit *fit)
{
	const double *g = fit->current.gradient;
	double(*c)[2] = fit->curvature;
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

	fit->step[0] = (q * g[0] - cross * g[1]) / determinant;
	fit->step[1] = (p * g[1] - cross * g[0]) / determinant;
	length = hypot(fit->step[0], fit->step[1]);
	if (length > LONGEST_STEP)
		for (int j = 0; j < 2; j++)
			fit->step[j] *= LONGEST_STEP / length;
}

static double
clamped(double value, double limit)
{
	return fmin(fmax(value, -limit), limit);
}

static void
request_trial(cs_kalman_fit *fit)
{
	double at[2] = {clamped(fit->current.at[AXIS_A] + fit->step[AXIS_A], A_LIMIT),
					fit->current.at[AXIS_B]};

	if (is_free(fit, &fit->current, AXIS_B))
		at[AXIS_B] = clamped(at[AXIS_B] + fit->step[AXIS_B], B_LIMIT);
	fit->stage = CS_KALMAN_FIT_TRIAL;
	request(fit, at);
}

static double
promised_gain(const cs_kalman_fit *fit)
{
	return (fit->current.gradient[0] * fit->step[0] + fit->current.gradient[1] * fit->step[1]) / 2;
}

/* One more row of the matrix of second derivatives, with its sign changed. */
static void
take_curvature(cs_kalman_fit *fit)
{
	double distance = fit->point.at[fit->axis] - fit->current.at[fit->axis];

	for (int j = 0; j < 2; j++)
		fit->curvature[fit->axis][j] =
			is_free(fit, &fit->current, j)
				? (fit->current.gradient[j] - fit->point.gradient[j]) / distance
				: 0;
	if (request_curvature(fit, fit->axis + 1))
		return;
	for (int j = 0; j < 2; j++)
		if (!is_free(fit, &fit->current, j))
			fit->curvature[j][j] = fit->curvature[1 - j][1 - j];
	newton_step(fit);
	fit->iterations++;
	fit->candidate_steps++;
	fit->halvings = 0;
	fit->last = promised_gain(fit) < SMALLEST_GAIN;
	request_trial(fit);
}

static void
begin_step(cs_kalman_fit *fit)
{
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
			fit->curvature[i][j] = 0;
	if (!request_curvature(fit, 0))
		end_candidate(fit, true);
}

static void
take_trial(cs_kalman_fit *fit)
{
	if (fit->point.value > fit->current.value)
	{
		fit->current = fit->point;
		if (fit->last || fit->candidate_steps == MAX_STEPS)
			end_candidate(fit, fit->last);
		else
			begin_step(fit);
	}
	else if (fit->last || ++fit->halvings > MAX_HALVINGS)
		end_candidate(fit, promised_gain(fit) < CLOSE_GAIN);
	else
	{
		fit->step[0] /= 2;
		fit->step[1] /= 2;
		request_trial(fit);
	}
}

static void
take_grid(cs_kalman_fit *fit)
{
	fit->grid[fit->grid_next++] = fit->point;
	if (fit->grid_next < fit->grid_rows * fit->grid_columns)
	{
		request_grid(fit);
		return;
	}
	choose_candidates(fit);
	request_candidate(fit);
}

cs_status
cs_kalman_fit_initialize(cs_kalman_fit *fit, cs_kalman_form form, const double *y, size_t count)
{
	double lowest = INFINITY;
	double highest = -INFINITY;

	*fit = (cs_kalman_fit){.form = form, .y = y, .count = count};
	for (size_t i = 0; i < count; i++)
		if (!isnan(y[i]))
		{
			if (isinf(y[i]))
				return CS_NOT_FINITE;
			fit->observed++;
			lowest = fmin(lowest, y[i]);
			highest = fmax(highest, y[i]);
		}
	if (fit->observed < CS_KALMAN_MIN_OBSERVED)
		return CS_TOO_FEW;
	fit->size = fmax(fabs(lowest), fabs(highest));
	if (highest - lowest <= SAME * fit->size)
		return CS_CONSTANT;
	fit->grid_rows = is_level(fit) ? 1 : GRID_ROWS;
	fit->grid_columns = is_level(fit) ? LEVEL_COLUMNS : GRID_COLUMNS;
	request_grid(fit);
	return CS_OK;
}

cs_status
cs_kalman_fit_iterate(cs_kalman_fit *fit)
{
	size_t left = fit->count - fit->tangent.row;
	size_t end = fit->tangent.row + (left < BLOCK_ROWS ? left : BLOCK_ROWS);
	cs_status status;

	if (fit->finished)
		return CS_OK;
	if (is_level(fit))
		advance(&fit->tangent, fit->y, end, AXIS_B);
	else
		advance(&fit->tangent, fit->y, end, AXIS_A);
	if (end < fit->count)
		return CS_OK;
	status = finish_point(fit);
	if (status != CS_OK)
		return status;
	switch (fit->stage)
	{
		case CS_KALMAN_FIT_GRID:
			take_grid(fit);
			break;
		case CS_KALMAN_FIT_CANDIDATE:
			fit->current = fit->point;
			begin_step(fit);
			break;
		case CS_KALMAN_FIT_CURVATURE:
			take_curvature(fit);
			break;
		default:
			take_trial(fit);
			break;
	}
	return CS_OK;
}

double
cs_kalman_fit_progress(const cs_kalman_fit *fit)
{
	double grid = (double) fit->grid_next / (fit->grid_rows * fit->grid_columns);

	if (fit->finished)
		return 1;
	if (fit->candidate_count == 0)
		return grid / 2;
	return 0.5 + 0.5 * fit->candidate / fit->candidate_count;
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
	double noise = -0.5 * count * (log(TWO_PI * square) + 1);

	return fit->best.value - noise > log(count);
}

double
cs_kalman_stationary_variance(const cs_kalman_model *model)
{
	return model->process_variance / ((1 - model->transition) * (1 + model->transition));
}
