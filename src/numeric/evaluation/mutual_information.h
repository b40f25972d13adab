/*
 * mutual_information.h
 *		Mutual information in nats by distances to nearest neighbours: Kraskov, Stoegbauer and
 *		Grassberger (Physical Review E 69, 2004), their first estimate.
 *
 * Both variables are divided by their standard deviations.  With e_i the distance from point i to
 * its k-th neighbour, the larger of those in x and in y, and nx_i, ny_i the points nearer than that
 * in x and in y alone: psi(k) + psi(n) - mean(psi(nx_i + 1) + psi(ny_i + 1)).
 *
 * A noise far below all differences but those of rounding, the same in every call, is added to both
 * first, as the authors advise: else points that move in ticks lie on the edge of that distance,
 * and ties look like information.
 */
#ifndef CREDITSPREAD_NUMERIC_MUTUAL_INFORMATION_H
#define CREDITSPREAD_NUMERIC_MUTUAL_INFORMATION_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stddef.h>

/* Most neighbours. */
#define CS_MOST_NEIGHBOURS 100

/* One of the two variables. */
typedef struct cs_variable
{
	const double *values; /* every stride-th */
	size_t stride;
	double
		size; /* of what the values were computed from, whose rounding they have; 0 = their own */
} cs_variable;

extern size_t cs_mutual_information_size(size_t n);

/*
 * Of n pairs; below zero where chance makes it so.  CS_TOO_FEW unless n > neighbours, CS_CONSTANT
 * where x or y is, CS_OUT_OF_RANGE.
 */
extern cs_status cs_mutual_information(cs_variable x, cs_variable y, size_t n, size_t neighbours,
									   cs_workspace *workspace, double *information);

#endif
