/*
 * carry_forward.h
 *		Missing values: the last known one stands until there is another.
 */
#ifndef CREDITSPREAD_NUMERIC_CARRY_FORWARD_H
#define CREDITSPREAD_NUMERIC_CARRY_FORWARD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Puts the value of the row before in the place of each NaN of values[rows][columns].  known[rows]
 * tells of which rows none of the first `first_columns` was NaN.  Returns the first row that has
 * all values now, `rows` where there is none; before it NaN are left.
 */
extern size_t cs_carry_forward(double *values, size_t rows, size_t columns, size_t first_columns,
							   bool *known);

#endif
