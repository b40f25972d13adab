/*
 * error_scale.h
 *		How large an error of a forecast h rows ahead is to be expected at a row: what conformal
 *		intervals measure errors in, so that they are narrow in calm days and wide in wild ones.
 *
 * With m(h) the mean of past |y(t) - y(t - h)|, weighted by 0.97^age over 200 rows or by 0.90^age
 * over 60, whichever is more,
 *
 *			scale = (m(1) m(h))^(p / 2), p = 1.1 - 0.1 / h
 *
 * with m(h) at least m(1), and m(1) sqrt(h) before there is one.  m(1) is quick to see that days
 * grow wild, m(h) knows how far they go.  The power above 1: in wild days changes follow each
 * other, so that errors over many rows grow faster than the changes before them.  Errors of several
 * series that stand together, each in its own unit, need p = 1.
 */
#ifndef CREDITSPREAD_NUMERIC_ERROR_SCALE_H
#define CREDITSPREAD_NUMERIC_ERROR_SCALE_H

#include <stdbool.h>
#include <stddef.h>

/* Rows over which changes are averaged. */
#define CS_SCALE_WINDOW 200

/*
 * The scale at row `row` of a series.  level[]: y carried forward, NaN before its first value;
 * known[]: whether y is there and has a value before it.  `several`: with p = 1.  0 where y has not
 * changed.
 */
extern double cs_error_scale(const double *level, const bool *known, size_t row, size_t horizon,
							 bool several);

/* The mean absolute change over one row, by 0.97^age: the volatility of linear.h. */
extern double cs_error_volatility(const double *level, const bool *known, size_t row);

/* How many last rows the scale looks at. */
extern size_t cs_error_scale_rows(size_t horizon);

#endif
