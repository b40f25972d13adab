/*
 * best_share.h
 *		How much of the difference between two forecasts a few times make.
 */
#ifndef CREDITSPREAD_NUMERIC_BEST_SHARE_H
#define CREDITSPREAD_NUMERIC_BEST_SHARE_H

#include "numeric/base/status.h"

#include <stddef.h>

#define CS_BEST_SHARE_MOST 100

/*
 * Of loss differences[n] (first less second): the sum of the `best` (1 to CS_BEST_SHARE_MOST) that
 * speak most for the forecast with the smaller losses, over the sum of all.  Above 1 where the
 * others together speak against it.  CS_TOO_FEW for not more than `best` of them, CS_CONSTANT where
 * their sum is 0 to rounding.
 */
extern cs_status cs_best_share(const double *difference, size_t n, size_t best, double *share);

#endif
