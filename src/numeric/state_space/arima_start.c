/*
 * arima_start.c
 *		Values that are missing among the d + m D that start the differences: unknowns, which the
 *		rows after them tell by least squares over the errors of their predictions (de Jong, Annals
 *		of Statistics 19, 1991).  As soon as all are told, the filter goes on as if they had been
 *		states with that mean and covariance (de Jong and Chu-Chun-Lin, Journal of Time Series
 *		Analysis 15, 1994).
 */
#include "numeric/state_space/arima.h"

#include <math.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

void
cs_arima_unknown_lay_out(cs_arima_unknown *unknown, const cs_arima_order *order,
						 cs_workspace *workspace)
{
	size_t lags = cs_arima_lags(order);

	unknown->state = cs_workspace_take(workspace, lags * cs_arima_states(order), sizeof(double));
	unknown->row = cs_workspace_take(workspace, lags, sizeof(double));
	unknown->diagonal = cs_workspace_take(workspace, lags, sizeof(double));
	unknown->factor = cs_workspace_take(workspace, lags * lags, sizeof(double));
	unknown->rhs = cs_workspace_take(workspace, lags, sizeof(double));
}

void
cs_arima_unknown_start(cs_arima_unknown *unknown, size_t lags)
{
	unknown->count = 0;
	unknown->size = 0;
	memset(unknown->diagonal, 0, lags * sizeof(double));
	memset(unknown->factor, 0, lags * lags * sizeof(double));
	memset(unknown->rhs, 0, lags * sizeof(double));
}

bool
cs_arima_unknown_told(const double *diagonal, size_t count, double size)
{
	for (size_t j = 0; j < count; j++)
		if (!(diagonal[j] > CS_EXPLAINED_SQUARE * size))
			return false;
	return true;
}

/* The unknowns told become part of the state and of its covariance. */
static void
collapse(cs_arima_filter *filter)
{
	cs_arima_unknown *unknown = &filter->unknown;
	size_t all = filter->states + filter->lags;

	for (size_t j = 0; j < unknown->count; j++)
	{
		double *column = unknown->state + j * all;

		/* columns times the inverse of the triangle, whose rows lie behind each other */
		for (size_t i = 0; i < j; i++)
		{
			size_t row = i * unknown->count - i * (i + 1) / 2;

			for (size_t k = 0; k < all; k++)
				column[k] -= unknown->factor[row + j - i - 1] * unknown->state[i * all + k];
		}
		for (size_t k = 0; k < all; k++)
			filter->state[k] += unknown->rhs[j] * column[k];
		for (size_t i = 0; i < all; i++)
			for (size_t k = 0; k < all; k++)
				filter->covariance[i * all + k] += column[i] / unknown->diagonal[j] * column[k];
		cs_work(all * (all + j));
	}
	unknown->count = 0;
	filter->steady = false;
}

void
cs_arima_unknown_step(cs_arima_filter *filter, bool there, double error)
{
	cs_arima_unknown *unknown = &filter->unknown;
	size_t all = filter->states + filter->lags;

	for (size_t j = 0; j < unknown->count; j++)
		unknown->row[j] = -cs_arima_filter_follow(filter, true, there ? 0 : (double) NAN,
												  unknown->state + j * all);
	if (!there)
		return;
	for (size_t j = 0; j < unknown->count; j++)
		unknown->size += unknown->row[j] / filter->variance * unknown->row[j];
	cs_triangle_add_row(unknown->count, unknown->diagonal, unknown->factor, unknown->rhs,
						1 / filter->variance, unknown->row, &error);
	cs_work(unknown->count * unknown->count);
	if (cs_arima_unknown_told(unknown->diagonal, unknown->count, unknown->size))
		collapse(filter);
}
