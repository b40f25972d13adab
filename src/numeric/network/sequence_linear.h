/*
 * sequence_linear.h
 *		The rows of sequence models as robust linear forecasts take them.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_LINEAR_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_LINEAR_H

#include "numeric/network/sequence_data.h"
#include "numeric/network/sequence_options.h"

/* Without the columns that the body does not see; the values are for cs_linear_skip_fill. */
extern cs_linear_data cs_sequence_linear_data(const cs_sequence_options *options,
											  const cs_sequence_data *data);

/* Their terms, 0 without linear forecasts; SIZE_MAX where there are too many. */
extern size_t cs_sequence_linear_terms(const cs_sequence_options *options,
									   const cs_sequence_data *data);

#endif
