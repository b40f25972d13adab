/*
 * carry_forward.c
 *		The last known value in the place of those that are missing.
 */
#include "numeric/base/carry_forward.h"

#include <math.h>

#include "numeric/base/poll.h"

size_t
cs_carry_forward(double *values, size_t rows, size_t columns, size_t first_columns, bool *known)
{
	size_t complete = rows;

	for (size_t r = 0; r < rows; r++)
	{
		double *row = values + r * columns;
		bool whole = true;

		known[r] = true;
		for (size_t c = 0; c < columns; c++)
		{
			if (!isnan(row[c]))
				continue;
			if (c < first_columns)
				known[r] = false;
			if (r > 0)
				row[c] = values[(r - 1) * columns + c];
			whole = whole && !isnan(row[c]);
		}
		if (whole && complete == rows)
			complete = r;
		cs_work(columns);
	}
	return complete;
}
