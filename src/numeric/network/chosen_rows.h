/*
 * chosen_rows.h
 *		Internal: a row and those rows of a dense matrix (., width) that are chosen by number.  No
 *		row is chosen twice.
 */
#ifndef CREDITSPREAD_NUMERIC_CHOSEN_ROWS_H
#define CREDITSPREAD_NUMERIC_CHOSEN_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* product[p] (+)= row' rows[chosen[p]] */
extern void cs_dot_rows(float *product, const float *row, const float *rows, const int32_t *chosen,
						size_t count, int width, bool add);

/* row += sum over p of factor[p] rows[chosen[p]] */
extern void cs_gather_rows(float *row, const float *factor, const float *rows,
						   const int32_t *chosen, size_t count, int width);

/* rows[chosen[p]] += factor[p] row */
extern void cs_scatter_rows(float *rows, const float *factor, const float *row,
							const int32_t *chosen, size_t count, int width);

#endif
