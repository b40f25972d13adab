/*
 * sequence_data.h
 *		The rows that sequence models are trained on and forecast from.
 *
 * Rows of doubles, row-major rows x columns; column 0 is y, the others are features.  They may hold
 * several series one after the other, each sorted by time.
 *
 * A cross-section says which rows of different series belong to the same time, so that the network
 * can be given the windows of a time together: entities that act on each other, and whose order
 * counts.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_DATA_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/graph/relation_graph.h"

typedef struct cs_cross_section
{
	size_t times;				   /* distinct */
	const int32_t *time;		   /* [rows] 0 to times - 1, ascending within a series */
	const int32_t *entity;		   /* [series] its node in the adjacency, or -1: in no relation */
	const int32_t *group;		   /* [series]; NULL: none */
	const cs_adjacency *adjacency; /* NULL without relations */
} cs_cross_section;

typedef struct cs_sequence_data
{
	const double *values; /* (rows, columns) */
	size_t rows;
	size_t columns;
	const size_t *series_start; /* [series_count] first row of each; the first is 0 */
	size_t series_count;
	const size_t *place; /* [rows] of a row's time among all times, for linear forecasts; NULL: the
						  * row's number */
	const cs_cross_section *cross_section; /* NULL unless the options say so */
	const bool *known; /* [rows] whether y was observed, and not carried forward; NULL: all were.  A
						* fit leaves out windows whose last y or a target was not. */
} cs_sequence_data;

/* CS_OUT_OF_RANGE unless there are series and each ends where the next one begins. */
extern cs_status cs_sequence_data_check(const cs_sequence_data *data);

/* One after the last row of a series. */
extern size_t cs_sequence_series_end(const cs_sequence_data *data, size_t series);

/* The series that holds a row. */
extern size_t cs_sequence_series_of(const cs_sequence_data *data, size_t row);

#endif
