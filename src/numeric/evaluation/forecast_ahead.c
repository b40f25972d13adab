/*
 * forecast_ahead.c
 *		See forecast_ahead.h.
 */
#include "numeric/evaluation/forecast_ahead.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"
#include "numeric/base/vector_math.h"
#include "numeric/evaluation/balanced_draws.h"

/* What the selection from a value costs. */
#define SELECT_COST 50

/* Series 0 has no errors; the others are simulated. */
typedef struct state
{
	double *values;	   /* (1 + paths, rows, columns) */
	double *forecast;  /* [1 + paths] */
	double *scale;	   /* [1 + paths] */
	double *simulated; /* [paths] */
	int32_t *draw;	   /* [paths] */
	int32_t *work;	   /* [errors] */
} state;

static bool
lay_out(state *state, const cs_forecast_ahead *ahead, cs_workspace *workspace)
{
	size_t series = 1 + ahead->paths;
	size_t rows = ahead->rows + ahead->steps;

	if (rows > ahead->most_rows)
		rows = ahead->most_rows;
	state->values = cs_workspace_take(workspace, series, rows * ahead->columns * sizeof(double));
	state->forecast = cs_workspace_take(workspace, series, sizeof(double));
	state->scale = cs_workspace_take(workspace, series, sizeof(double));
	state->simulated = cs_workspace_take(workspace, ahead->paths, sizeof(double));
	state->draw = cs_workspace_take(workspace, ahead->paths, sizeof(int32_t));
	state->work = cs_workspace_take(workspace, ahead->errors, sizeof(int32_t));
	return !workspace->failed;
}

size_t
cs_forecast_ahead_workspace_size(const cs_forecast_ahead *ahead)
{
	state state;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&state, ahead, &workspace);
	return cs_workspace_total(&workspace);
}

/* Appends a row to each series, its forecast and the last features; they have `rows` rows. */
static void
append(const cs_forecast_ahead *ahead, const state *state, size_t rows)
{
	size_t columns = ahead->columns;
	size_t after = rows < ahead->most_rows ? rows + 1 : rows;
	size_t kept = (after - 1) * columns;

	/* from the last on, since series that grow move to the right */
	for (size_t s = 1 + ahead->paths; s-- > 0;)
	{
		double *to = state->values + s * after * columns;

		memmove(to, state->values + (s + 1) * rows * columns - kept, kept * sizeof(double));
		if (after > 1)
			memmove(to + kept, to + kept - columns, columns * sizeof(double));
		to[kept] = state->forecast[s];
		cs_work(kept + columns);
	}
}

/* The place-th smallest of the simulated values, place within 1 and their number. */
static double
simulated_quantile(state *state, size_t paths, double place)
{
	double rank = fmin(fmax(place, 1), (double) paths);

	cs_work(SELECT_COST * paths);
	return cs_select_rank(state->simulated, paths, (size_t) rank - 1);
}

/* Adds drawn errors to the forecasts of the simulated series; the bounds of the step. */
static void
simulate(const cs_forecast_ahead *ahead, state *state, size_t step, double *lower, double *upper)
{
	size_t paths = ahead->paths;
	double side = (1 - ahead->level) / 2 * (double) (paths + 1);

	cs_balanced_draws(state->draw, paths, ahead->errors, ahead->seed + step, state->work);
	for (size_t p = 0; p < paths; p++)
	{
		state->forecast[1 + p] += state->scale[1 + p] * ahead->error[state->draw[p]];
		state->simulated[p] = state->forecast[1 + p];
	}
	*lower = simulated_quantile(state, paths, floor(side * (1 + CS_WHOLE_PRODUCT)));
	*upper = simulated_quantile(state, paths,
								ceil(((double) (paths + 1) - side) * (1 - CS_WHOLE_PRODUCT)));
}

cs_status
cs_forecast_ahead_run(const cs_forecast_ahead *ahead, cs_workspace *workspace, double *forecast,
					  double *lower, double *upper)
{
	size_t series = 1 + ahead->paths;
	size_t rows = ahead->rows;
	state state;

	if (!lay_out(&state, ahead, workspace))
		return CS_NO_MEMORY;
	for (size_t s = 0; s < series; s++)
		memcpy(state.values + s * rows * ahead->columns, ahead->history,
			   rows * ahead->columns * sizeof(double));
	for (size_t step = 0; step < ahead->steps; step++)
	{
		cs_status status = ahead->next_row(ahead->context, state.values, series, rows,
										   state.forecast, state.scale);

		if (status != CS_OK)
			return status;
		forecast[step] = state.forecast[0];
		lower[step] = upper[step] = NAN;
		if (ahead->paths > 0)
			simulate(ahead, &state, step, lower + step, upper + step);
		if (!cs_all_finite_double(state.forecast, series))
			return CS_NOT_FINITE;
		append(ahead, &state, rows);
		rows = rows < ahead->most_rows ? rows + 1 : rows;
		cs_poll((double) step + 1, (double) ahead->steps);
	}
	return CS_OK;
}
