/*
 * rank_measures.h
 *		How well forecasts order the entities of one time: reciprocal rank, Spearman correlation,
 *		and a portfolio of the highest against the lowest.
 *
 * Equal forecasts have no order between them; each measure takes its mean over all orders of such
 * ties (McSherry and Najork, Computing Information Retrieval Performance Measures Efficiently in
 * the Presence of Tied Scores, ECIR 2008), so that a constant forecast earns what chance earns.
 */
#ifndef CREDITSPREAD_NUMERIC_RANK_MEASURES_H
#define CREDITSPREAD_NUMERIC_RANK_MEASURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

/* Most entities of one time: what one call then takes is a few milliseconds. */
#define CS_RANK_MAX_ENTITIES 100000

/* Room to rank the entities of one time. */
typedef struct cs_ranking
{
	size_t capacity;
	size_t *order;	 /* [capacity] */
	int64_t *actual; /* [capacity] */
	int64_t *forecast;
} cs_ranking;

extern size_t cs_ranking_size(size_t capacity);
extern cs_status cs_ranking_initialize(cs_ranking *ranking, size_t capacity,
									   cs_workspace *workspace);

/*
 * 1 / (place that the forecasts, from the highest down, give to the entity with the highest actual
 * value), averaged over ties of the forecasts and over entities that share the highest actual
 * value.  1 <= n <= capacity, values finite.
 */
extern double cs_reciprocal_rank(cs_ranking *ranking, const double *actual, const double *forecast,
								 size_t n);

/*
 * Spearman's correlation of actual and forecast values, ties at their mean rank.  CS_TOO_FEW for
 * n < 2, CS_CONSTANT when all actual or all forecast values are equal.
 */
extern cs_status cs_rank_correlation(cs_ranking *ranking, const double *actual,
									 const double *forecast, size_t n, double *correlation);

/* What is held of an entity: above 0 long, below 0 short; 1 in all on each side of a group. */
typedef struct cs_rank_position
{
	size_t entity;
	double weight;
} cs_rank_position;

/*
 * Portfolios of the highest against the lowest: at each time and in each group, long
 * the entity with the highest forecast and short the one with the lowest.  Per time: groups one
 * after the other by cs_rank_backtest_group, then cs_rank_backtest_close.
 */
typedef struct cs_rank_backtest
{
	size_t capacity; /* most entities of one time */
	size_t *order;	 /* [capacity] */
	cs_rank_position *now;
	cs_rank_position *before;
	size_t now_count;
	size_t before_count;
	size_t groups_now;
	size_t groups_before;
	size_t times; /* closed with at least one group */
	double longs; /* sums so far, over times and groups */
	double shorts;
	double medians;
	double turnovers;
	double peak;
	double drawdown; /* largest so far, at least 0 */
} cs_rank_backtest;

extern size_t cs_rank_backtest_size(size_t capacity);
extern cs_status cs_rank_backtest_initialize(cs_rank_backtest *backtest, size_t capacity,
											 cs_workspace *workspace);

/*
 * Adds a group of the time: the sums grow by the actual value of the entity with the highest
 * forecast, by that of the lowest, and by the median of the actual values; ties of the forecasts
 * share a position.  entities[n] ascend, also from group to group.  A group of a single entity
 * has no order and is left out.  All groups of a time together have at most `capacity` entities.
 */
extern void cs_rank_backtest_group(cs_rank_backtest *backtest, const size_t *entities,
								   const double *actual, const double *forecast, size_t n);

/*
 * Ends the time.  *traded says whether it had a group of two entities.  *turnover is the share of
 * the positions that were exchanged since the time before, from 0 to 1; NaN for the first time.
 * CS_NOT_FINITE when a sum overflows.
 */
extern cs_status cs_rank_backtest_close(cs_rank_backtest *backtest, bool *traded, double *turnover);

#endif
