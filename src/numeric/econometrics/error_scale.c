/*
 * error_scale.c
 *		The size of error that the last changes of a series let expect.
 */
#include "numeric/econometrics/error_scale.h"

#include <math.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#define SLOW_DECAY 0.97
#define FAST_DECAY 0.90
#define FAST_WINDOW 60

/* The power of m(1) m(h) is half of MOST_POWER - (MOST_POWER - 1) / h. */
#define MOST_POWER 1.1

/*
 * The mean absolute change over `horizon` rows, 0 where there is none; *any: whether there is one.
 */
static double
mean_change(const double *level, const bool *known, size_t row, size_t horizon, double decay,
			size_t window, bool *any)
{
	double sum = 0;
	double total = 0;
	double weight = 1;

	for (size_t age = 0; age < window && age + horizon <= row; age++, weight *= decay)
	{
		size_t place = row - age;
		double before = level[place - horizon];
		double change = fabs(level[place] - before);

		if (!known[place] || isnan(before))
			continue;
		if (change > CS_PASSES_ROUNDING * fmax(fabs(level[place]), fabs(before)))
			sum += weight * change;
		total += weight;
	}
	cs_work(window);
	*any = total > 0;
	return *any ? sum / total : 0;
}

static double
greater_mean(const double *level, const bool *known, size_t row, size_t horizon, bool *any)
{
	double slow = mean_change(level, known, row, horizon, SLOW_DECAY, CS_SCALE_WINDOW, any);

	return fmax(slow, mean_change(level, known, row, horizon, FAST_DECAY, FAST_WINDOW, any));
}

double
cs_error_volatility(const double *level, const bool *known, size_t row)
{
	bool any;

	return mean_change(level, known, row, 1, SLOW_DECAY, CS_SCALE_WINDOW, &any);
}

double
cs_error_scale(const double *level, const bool *known, size_t row, size_t horizon, bool several)
{
	double power = several ? 1 : MOST_POWER - (MOST_POWER - 1) / (double) horizon;
	bool any;
	double change = greater_mean(level, known, row, 1, &any);
	double ahead;

	if (horizon == 1)
		return change;
	ahead = greater_mean(level, known, row, horizon, &any);
	ahead = any ? fmax(ahead, change) : change * sqrt((double) horizon);
	return pow(change, power / 2) * pow(ahead, power / 2);
}

size_t
cs_error_scale_rows(size_t horizon)
{
	return CS_SCALE_WINDOW + horizon;
}
