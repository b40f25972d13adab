/*
 * contributions.h
 *		What each input of a model adds to one of its forecasts: forecast = base + sum of
 *		contributions.
 *
 * A term is what a model sees, such as a lag of a column; its contribution is that of the column.
 */
#ifndef CREDITSPREAD_NUMERIC_CONTRIBUTIONS_H
#define CREDITSPREAD_NUMERIC_CONTRIBUTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

/* To which base and contributions add up, relative to the largest of them and the forecast. */
#define CS_CONTRIBUTIONS_TOLERANCE 1e-6

typedef struct cs_contributions
{
	double base;
	double forecast;
	size_t terms;
	double *contribution; /* [terms] */
	double *value;		  /* [terms] as the model sees them; NaN = missing */
	int32_t *column;	  /* [terms] whose they are */
} cs_contributions;

extern void cs_contributions_lay_out(cs_contributions *contributions, size_t terms,
									 cs_workspace *workspace);

/*
 * CS_NOT_FINITE: a number overflows; CS_NOT_CONVERGED: they do not add up.  The rest, which is
 * rounding, is shared out by size.
 */
extern cs_status cs_contributions_finish(cs_contributions *contributions);

/* sum[columns] of the terms of each column. */
extern void cs_contributions_by_column(const cs_contributions *contributions, size_t columns,
									   double *sum);

#endif
