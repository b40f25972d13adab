/*
 * graph_rank.h
 *		What the functions of graph ranking share: the graph in options and models, and the rows of
 *		a panel as a cross-section.
 */
#ifndef CREDITSPREAD_POSTGRES_GRAPH_RANK_H
#define CREDITSPREAD_POSTGRES_GRAPH_RANK_H

#include "lib/stringinfo.h"

#include "postgres/network/network_model.h"
#include "postgres/state/panel_state.h"

/*
 * Gives the options the graph, or of its kinds those that they name; a NULL graph is error 22004
 * unless the options want no relations.
 */
extern void graph_rank_take_graph(NetworkOptions *options, const RelationGraph *graph,
								  const char *what);

/* A stored network, unpacked for its use; groups, which only training needs, are not asked for. */
extern NetworkModel *graph_rank_unpack(const Model *model);

/* The rows of a panel: series one after the other, and which of them belong together. */
typedef struct GraphRankRows
{
	NetworkRows network;
	cs_cross_section section;
	char **entities; /* [series] */
	int32 *group;	 /* [series], or NULL: none has one */
	int32 *time;	 /* [rows] */
	int64 *times;	 /* [section.times] */
	TimeType time_type;
} GraphRankRows;

/*
 * The rows of a panel sorted by entity; `graph` may be NULL.  An entity of two groups is error
 * 22023.
 */
extern GraphRankRows *graph_rank_rows(const Panel *panel, const RelationGraph *graph,
									  const char *what);

#endif
