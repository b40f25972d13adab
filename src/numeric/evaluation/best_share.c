/*
 * best_share.c
 *		The share that the greatest loss differences have in their sum.
 */
#include "numeric/evaluation/best_share.h"

#include <math.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

/* Keeps the `best` largest in descending order. */
static void
keep_largest(double *largest, size_t *kept, size_t best, double value)
{
	size_t place = *kept;

	if (*kept == best && value <= largest[best - 1])
		return;
	if (*kept == best)
		place = best - 1;
	else
		(*kept)++;
	for (; place > 0 && largest[place - 1] < value; place--)
		largest[place] = largest[place - 1];
	largest[place] = value;
}

cs_status
cs_best_share(const double *difference, size_t n, size_t best, double *share)
{
	double largest[CS_BEST_SHARE_MOST] = {0};
	size_t kept = 0;
	double size = 0;
	double sum = 0;
	double total = 0;
	double most = 0;

	if (best < 1 || best > CS_BEST_SHARE_MOST)
		return CS_OUT_OF_RANGE;
	if (n <= best)
		return CS_TOO_FEW;
	for (size_t i = 0; i < n; i++, cs_work(1))
		size = fmax(size, fabs(difference[i]));
	for (size_t i = 0; size > 0 && i < n; i++, cs_work(1))
	{
		sum += difference[i] / size;
		total += fabs(difference[i] / size);
	}
	if (fabs(sum) <= CS_PASSES_ROUNDING * total)
		return CS_CONSTANT;
	for (size_t i = 0; i < n; i++, cs_work(best))
		keep_largest(largest, &kept, best, sum > 0 ? difference[i] : -difference[i]);
	for (size_t k = 0; k < kept; k++)
		most += largest[k] / size;
	*share = most / fabs(sum);
	return CS_OK;
}
