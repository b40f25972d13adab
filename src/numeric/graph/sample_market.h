/*
 * sample_market.h
 *		A made-up bond market whose spreads spill over along known relations: 36 industries in 10
 *		sectors, for trying out methods that should find those relations.
 *
 * Spread s (percentage points), stock index p, on business day t, for industry i:
 *		s_i(t) = s_i(t-1) + 0.02 (m_i - s_i(t-1)) + M(t) + e_i(t)
 *			+ sum_j b_ij (s_j(t-1) - s_j(t-2)) / d_i
 *		p_i(t) = p_i(t-1) (1 + 0.0003 - 0.2 (M(t) + e_i(t)) + 0.008 z)
 * with a market shock M of standard deviation 0.01, own shocks e_i of 0.02 to 0.04, mean spreads
 * m_i of 1.6 to 3.6.  d_i is the number of the neighbours that act on i, and b_ij the sum of the
 * strengths of the relations by which j acts on i.
 *
 * Only sums, products and divisions are used, so every machine makes the same figures.
 */
#ifndef CREDITSPREAD_NUMERIC_SAMPLE_MARKET_H
#define CREDITSPREAD_NUMERIC_SAMPLE_MARKET_H

#include "numeric/base/random.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/graph/relation_graph.h"

#define CS_SAMPLE_INDUSTRIES 36
#define CS_SAMPLE_SECTORS 10

/* The kinds of relations, in order of their names. */
typedef enum cs_sample_kind
{
	CS_SAMPLE_DOWNSTREAM, /* the source is downstream of the target */
	CS_SAMPLE_INDIRECT_DOWNSTREAM,
	CS_SAMPLE_INDIRECT_UPSTREAM,
	CS_SAMPLE_SAME_SECTOR,
	CS_SAMPLE_UPSTREAM, /* the source is upstream of the target */
	CS_SAMPLE_KINDS
} cs_sample_kind;

extern const char *const cs_sample_kind_names[CS_SAMPLE_KINDS];
extern const double cs_sample_strengths[CS_SAMPLE_KINDS];

extern const char *cs_sample_industry(size_t industry);
extern const char *cs_sample_sector(size_t industry);

#define CS_SAMPLE_MAX_PAIRS (CS_SAMPLE_INDUSTRIES * (CS_SAMPLE_INDUSTRIES - 1))

/* The direct relations, in the order of a cs_relation_graph; returns their number of pairs. */
extern size_t cs_sample_relations(cs_relation relations[CS_SAMPLE_MAX_PAIRS]);

typedef struct cs_sample_market
{
	cs_random random;
	double spread[CS_SAMPLE_INDUSTRIES];
	double stock[CS_SAMPLE_INDUSTRIES];
	double mean[CS_SAMPLE_INDUSTRIES];
	double volatility[CS_SAMPLE_INDUSTRIES];
	double change[CS_SAMPLE_INDUSTRIES]; /* of the spread, from the day before */
	double effect[CS_SAMPLE_INDUSTRIES][CS_SAMPLE_INDUSTRIES]; /* b_ij / d_i */
} cs_sample_market;

extern size_t cs_sample_market_size(void);

/* Before the first day; the workspace is not needed any more after the call. */
extern cs_status cs_sample_market_initialize(cs_sample_market *market, uint64_t seed,
											 cs_workspace *workspace);

/* Goes on to the next day: spread and stock are then that day's. */
extern void cs_sample_market_step(cs_sample_market *market);

#endif
