/*
 * state_of_economy.c
 *		Scores of each row within the rows up to it, and a trigger with a band.
 */
#include "numeric/signal/state_of_economy.h"

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#include <math.h>

/* The standard score of the last of n values, 0 where they differ by rounding. */
static double
level_score(const double *x, size_t n)
{
	double largest = 0;
	double mean = 0;
	double squares = 0;
	double sd;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, fabs(x[i]));
	if (largest == 0)
		return 0;
	/* as shares of the largest, whose differences do not overflow */
	for (size_t i = 0; i < n; i++)
		mean += x[i] / largest / (double) n;
	for (size_t i = 0; i < n; i++)
		squares += (x[i] / largest - mean) * (x[i] / largest - mean);
	sd = sqrt(squares / (double) n);
	return sd <= CS_CONSTANT_RANGE ? 0 : (x[n - 1] / largest - mean) / sd;
}

/* The last change over `rise` rows in root mean squares of all of them. */
static double
rise_score(const double *x, size_t n, size_t rise)
{
	double largest = 0;
	double squares = 0;
	double root;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, fabs(x[i]));
	for (size_t i = rise; i < n && largest > 0; i++)
	{
		double change = x[i] / largest - x[i - rise] / largest;

		squares += change * change;
	}
	root = sqrt(squares / (double) (n - rise));
	return root <= CS_CONSTANT_RANGE ? 0 : (x[n - 1] / largest - x[n - 1 - rise] / largest) / root;
}

cs_status
cs_state_of_economy(const double *x, size_t n, const cs_economy_options *options,
					cs_economy_state *state)
{
	bool worse = false;

	if (options->rise < 1 || options->window / 2 < options->rise ||
		!(options->enter >= options->leave))
		return CS_OUT_OF_RANGE;
	for (size_t t = 0; t < n; t++)
	{
		size_t seen = t + 1 < options->window ? t + 1 : options->window;

		if (!isfinite(x[t]))
			return CS_NOT_FINITE;
		state[t] = (cs_economy_state){NAN, NAN, false};
		if (seen < 2 * options->rise)
			continue;
		cs_work(6 * seen);
		state[t].level_score = level_score(x + t + 1 - seen, seen);
		state[t].rise_score = rise_score(x + t + 1 - seen, seen, options->rise);
		if (fmax(state[t].level_score, state[t].rise_score) > options->enter)
			worse = true;
		else if (fmax(state[t].level_score, state[t].rise_score) < options->leave)
			worse = false;
		state[t].worse = worse;
	}
	return CS_OK;
}
