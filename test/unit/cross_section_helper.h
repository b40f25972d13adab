/*
 * cross_section_helper.h
 *		A panel of related entities, with gaps, and whole fits and forecasts of it.
 */
#ifndef CREDITSPREAD_TEST_CROSS_SECTION_HELPER_H
#define CREDITSPREAD_TEST_CROSS_SECTION_HELPER_H

#include "numeric/network/sequence_fit.h"
#include "numeric/network/sequence_linkage.h"
#include "numeric/network/sequence_predict.h"

#define PANEL_SERIES 9
#define PANEL_TIMES 120
#define PANEL_COLUMNS 3 /* y, what others do next, an index */
#define PANEL_ROWS (PANEL_SERIES * PANEL_TIMES)
#define PANEL_KINDS 3

/*
 * Entity s is acted on by s - 1 (kind 0, and 2 for even s) and s + 2 (kind 1), around; entity 8
 * is in no relation.  The change of y follows the neighbours' last innovation x.  Entities 1 and 5
 * are absent at every seventh and eleventh time, entity 3 in the second half.
 */
typedef struct helper_panel
{
	cs_sequence_data data;
	cs_cross_section section;
	cs_adjacency adjacency;
	double values[PANEL_ROWS * PANEL_COLUMNS];
	int32_t time[PANEL_ROWS];
	size_t start[PANEL_SERIES];
	int32_t entity[PANEL_SERIES];
	int32_t group[PANEL_SERIES];
	size_t starts[PANEL_SERIES + 1];
	uint32_t neighbours[2 * PANEL_SERIES];
	uint64_t kinds[2 * PANEL_SERIES];
} helper_panel;

/* Without the series whose bit in `without` is set; they are gone from the graph, too. */
extern void helper_panel_make(helper_panel *panel, unsigned without, uint64_t seed);

/* A small network with the relations of the panel. */
extern cs_sequence_options helper_panel_options(cs_relation_form form);

/* A fit with its memory; free with helper_panel_free. */
typedef struct helper_panel_fit
{
	cs_sequence_options options;
	cs_sequence_fit fit;
	cs_status status;
	size_t count; /* floats of one member */
	float *parameters;
	void *block;
} helper_panel_fit;

extern void helper_panel_begin(helper_panel_fit *helper, const cs_sequence_options *options,
							   const cs_sequence_data *data);
extern void helper_panel_run(helper_panel_fit *helper);
extern void helper_panel_free(helper_panel_fit *helper);

/* The network that was fitted. */
extern cs_sequence_network helper_panel_network(const helper_panel_fit *helper);

/* Forecasts (rows, horizons) of a panel. */
extern cs_status helper_panel_predict(const helper_panel_fit *helper, const cs_sequence_data *data,
									  double *forecast);

#endif
