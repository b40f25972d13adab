/*
 * hazard.c
 *		Survival curves from bond prices, by Levenberg-Marquardt steps on the logarithms of the
 *		hazard rates.
 */
#include "numeric/term_structure/hazard.h"

#include "numeric/base/poll.h"
#include "numeric/base/sort.h"
#include "numeric/term_structure/bond_measures.h"
#include "numeric/term_structure/levenberg_marquardt.h"

#include <math.h>
#include <string.h>

#define TOLERANCE 1e-20
#define POINT_WORK 60

/* A rate below this is none. */
#define LEAST_HAZARD 1e-7

#define RECOVERY_STEPS 40

/* Years of 0 .. time that lie in interval j. */
static double
time_in(const cs_hazard_curve *curve, size_t j, double time)
{
	double start = j == 0 ? 0 : curve->knot[j - 1];
	double end = j + 1 == curve->intervals ? INFINITY : curve->knot[j];

	return fmax(0, fmin(time, end) - start);
}

static double
hazard_until(const cs_hazard_curve *curve, double time)
{
	double sum = 0;

	for (size_t j = 0; j < curve->intervals; j++)
		sum += curve->hazard[j] * time_in(curve, j, time);
	return sum;
}

double
cs_hazard_survival(const cs_hazard_curve *curve, double time)
{
	return exp(-hazard_until(curve, time));
}

double
cs_hazard_default(const cs_hazard_curve *curve, double time)
{
	return -expm1(-hazard_until(curve, time));
}

static size_t
steps_between(double start, double end)
{
	double steps = ceil((end - start) / CS_HAZARD_STEP * (1 - 1e-12));

	return steps < 1 ? 1 : (size_t) steps;
}

size_t
cs_hazard_count(size_t n, const double *time)
{
	size_t count = 0;

	for (size_t k = 0; k < n; k++)
		count += steps_between(k == 0 ? 0 : time[k - 1], time[k]);
	return count;
}

double
cs_hazard_points(size_t n, const double *time, const double *amount, const cs_discount_curve *curve,
				 double *point, double *paid, double *lost)
{
	size_t count = 0;
	double first = 0;

	for (size_t k = 0; k < n; k++)
	{
		double start = k == 0 ? 0 : time[k - 1];
		size_t steps = steps_between(start, time[k]);

		for (size_t s = 1; s <= steps; s++)
		{
			double width = (time[k] - start) / (double) steps;
			double middle = cs_discount_curve_factor(curve, start + ((double) s - 0.5) * width);

			if (count == 0)
				first = middle;
			else
				lost[count - 1] += middle;
			point[count] = s == steps ? time[k] : start + (double) s * width;
			paid[count] = 0;
			lost[count++] = -middle;
		}
		paid[count - 1] = amount[k] * cs_discount_curve_factor(curve, time[k]);
	}
	cs_work(count * POINT_WORK);
	return first;
}

double
cs_hazard_price(const cs_hazard_set *set, size_t bond, const cs_hazard_curve *curve)
{
	double recovered = curve->recovery * set->face;
	double price = recovered * set->start[bond];

	for (size_t i = set->first[bond]; i < set->first[bond + 1]; i++)
		price +=
			(set->paid[i] + recovered * set->lost[i]) * cs_hazard_survival(curve, set->point[i]);
	return price;
}

/* Which of the hazards are searched for; the others are 0. */
typedef struct search
{
	const cs_hazard_set *set;
	cs_hazard_curve curve;
	size_t free[CS_HAZARD_INTERVALS];
	size_t count;
	double sse;
} search;

/* One pricing of all bonds at the trial point, handed on to the search. */
static void
evaluate(search *search, cs_lm *lm)
{
	const cs_hazard_set *set = search->set;
	cs_hazard_curve *curve = &search->curve;
	double recovered = curve->recovery * set->face;

	for (size_t j = 0; j < search->count; j++)
		curve->hazard[search->free[j]] = exp(fmin(lm->trial.point[j], 100));
	for (size_t bond = 0; bond < set->bonds; bond++)
	{
		double row[CS_LM_PARAMETERS] = {0};
		double residual = set->price[bond] - recovered * set->start[bond];

		for (size_t i = set->first[bond]; i < set->first[bond + 1]; i++)
		{
			double value = (set->paid[i] + recovered * set->lost[i]) *
						   cs_hazard_survival(curve, set->point[i]);

			residual -= value;
			for (size_t j = 0; j < search->count; j++)
				row[j] -= value * curve->hazard[search->free[j]] *
						  time_in(curve, search->free[j], set->point[i]);
		}
		cs_lm_add(lm, set->weight[bond], row, NULL, residual);
		cs_work((set->first[bond + 1] - set->first[bond]) * POINT_WORK);
	}
}

/* The best hazards among the free ones, from the start that they have. */
static cs_status
search_free(search *search)
{
	const cs_hazard_set *set = search->set;
	double start[CS_LM_PARAMETERS];
	double floor = 0;
	cs_lm lm;

	for (size_t bond = 0; bond < set->bonds; bond++)
		floor += set->weight[bond] * pow(1e-14 * set->price[bond], 2);
	if (!isfinite(floor))
		return CS_NOT_FINITE;
	for (size_t j = 0; j < search->count; j++)
		start[j] = log(search->curve.hazard[search->free[j]]);
	cs_lm_initialize(&lm, search->count, start, TOLERANCE, floor);
	while (!lm.finished)
	{
		evaluate(search, &lm);
		cs_lm_step(&lm);
	}
	if (!isfinite(lm.best.sse))
		return CS_NOT_FINITE;
	for (size_t j = 0; j < search->count; j++)
		search->curve.hazard[search->free[j]] = exp(fmin(lm.best.point[j], 100));
	search->sse = lm.best.sse;
	search->curve.converged = lm.converged;
	return CS_OK;
}

/* Hazards that fall below the least are 0, and the others are searched for again. */
static cs_status
search_hazards(search *search, double start)
{
	cs_hazard_curve *curve = &search->curve;

	search->count = curve->intervals;
	for (size_t j = 0; j < curve->intervals; j++)
	{
		search->free[j] = j;
		curve->hazard[j] = start;
	}
	curve->at_bound = false;
	for (;;)
	{
		cs_status status = search->count == 0 ? CS_OK : search_free(search);
		size_t left = 0;

		if (status != CS_OK)
			return status;
		curve->converged = curve->converged || search->count == 0;
		for (size_t j = 0; j < search->count; j++)
		{
			double *hazard = &curve->hazard[search->free[j]];

			if (*hazard >= LEAST_HAZARD)
			{
				curve->at_bound = curve->at_bound || *hazard > CS_HAZARD_MOST;
				*hazard = fmin(*hazard, CS_HAZARD_MOST);
				search->free[left++] = search->free[j];
			}
			else
				*hazard = 0;
		}
		if (left == search->count)
			break;
		curve->at_bound = true;
		search->count = left;
		for (size_t j = 0; j < left; j++)
			curve->hazard[search->free[j]] = start;
	}
	search->sse = 0;
	for (size_t bond = 0; bond < search->set->bonds; bond++)
		search->sse += search->set->weight[bond] *
					   pow(search->set->price[bond] - cs_hazard_price(search->set, bond, curve), 2);
	return isfinite(search->sse) ? CS_OK : CS_NOT_FINITE;
}

/* Where a search begins: one rate by which the bonds lose what they are cheaper than risk-free. */
static double
start_hazard(const cs_hazard_set *set, double recovery)
{
	double logs = 0, years = 0;

	for (size_t bond = 0; bond < set->bonds; bond++)
	{
		double riskfree = 0;
		double recovered = recovery * set->face;

		for (size_t i = set->first[bond]; i < set->first[bond + 1]; i++)
			riskfree += set->paid[i];
		logs += log(fmax((riskfree - recovered) /
							 fmax(set->price[bond] - recovered, 0.01 * set->price[bond]),
						 1.001));
		years += set->maturity[bond];
	}
	return fmin(fmax(logs / years, 1e-4), 10);
}

static cs_status
fit_given(search *search, double recovery)
{
	search->curve.recovery = recovery;
	return search_hazards(search, start_hazard(search->set, recovery));
}

/* Golden section on the recovery, below all prices. */
static cs_status
fit_recovery(search *search, double upper)
{
	const double golden = 0.6180339887498949;
	double low = 0, high = upper * (1 - 1e-6);
	struct search inner[2] = {*search, *search};
	double at[2] = {high - golden * (high - low), low + golden * (high - low)};
	cs_status status;

	for (int side = 0; side < 2; side++)
		if ((status = fit_given(&inner[side], at[side])) != CS_OK)
			return status;
	for (int step = 0; step < RECOVERY_STEPS; step++)
	{
		int better = inner[0].sse <= inner[1].sse ? 0 : 1;
		int other = 1 - better;

		if (better == 0)
			high = at[1];
		else
			low = at[0];
		inner[other] = inner[better];
		at[other] = at[better];
		at[better] = better == 0 ? high - golden * (high - low) : low + golden * (high - low);
		if ((status = fit_given(&inner[better], at[better])) != CS_OK)
			return status;
	}
	*search = inner[0].sse <= inner[1].sse ? inner[0] : inner[1];
	search->curve.at_bound = search->curve.at_bound || search->curve.recovery < 1e-4 * upper ||
							 search->curve.recovery > (1 - 1e-4) * upper;
	return CS_OK;
}

/* Intervals end at maturities that divide the bonds of different maturity evenly. */
static cs_status
place_knots(const cs_hazard_set *set, size_t intervals, size_t *index, size_t *different,
			cs_hazard_curve *curve)
{
	size_t count = 0;

	cs_sort_index(index, set->maturity, set->bonds);
	for (size_t i = 0; i < set->bonds; i++)
		if (i == 0 || set->maturity[index[i]] > set->maturity[index[count - 1]])
			index[count++] = index[i];
	*different = count;
	if (intervals == 0)
		intervals = count <= 2 ? 1 : count <= 5 ? 2 : 3;
	if (count < intervals)
		return CS_TOO_FEW;
	curve->intervals = intervals;
	for (size_t j = 0; j < intervals; j++)
		curve->knot[j] = set->maturity[index[(j + 1) * count / intervals - 1]];
	return CS_OK;
}

cs_status
cs_hazard_fit(const cs_hazard_set *set, size_t intervals, double recovery, double most_recovery,
			  size_t *index, size_t *different, cs_hazard_curve *curve)
{
	search search = {.set = set};
	double lowest = INFINITY; /* price, as a share of the face */
	double bound = INFINITY;  /* of the recovery: paid at the end it is worth a price */
	double squares = 0;
	cs_status status = place_knots(set, intervals, index, different, &search.curve);

	if (status != CS_OK)
		return status;
	for (size_t bond = 0; bond < set->bonds; bond++)
	{
		double least = fmin(set->start[bond], -set->lost[set->first[bond + 1] - 1]);

		lowest = fmin(lowest, set->price[bond] / set->face);
		bound = fmin(bound, set->price[bond] / (set->face * least));
	}
	if (!isnan(recovery) && recovery >= bound)
		return CS_OUT_OF_RANGE;
	if (isnan(recovery) && lowest <= most_recovery)
		status = fit_recovery(&search, fmin(bound, 1));
	else
		status = fit_given(&search, isnan(recovery) ? most_recovery : recovery);
	if (status != CS_OK)
		return status;
	*curve = search.curve;
	for (size_t bond = 0; bond < set->bonds; bond++)
		squares += pow(set->price[bond] - cs_hazard_price(set, bond, curve), 2);
	curve->rmse = sqrt(squares / (double) set->bonds);
	return isfinite(curve->rmse) ? CS_OK : CS_NOT_FINITE;
}

double
cs_hazard_spread(const cs_hazard_curve *hazard, const cs_discount_curve *curve, double maturity)
{
	size_t steps = steps_between(0, maturity);
	double width = maturity / (double) steps;
	double before = 1;
	double recovered = 0;

	if (maturity == 0)
		return 100 * (1 - hazard->recovery) * hazard->hazard[0];
	if (hazard->recovery == 0)
		return 100 * hazard_until(hazard, maturity) / maturity;
	for (size_t s = 1; s <= steps; s++)
	{
		double survival = cs_hazard_survival(hazard, (double) s * width);

		recovered +=
			cs_discount_curve_factor(curve, ((double) s - 0.5) * width) * (before - survival);
		before = survival;
	}
	cs_work(steps * POINT_WORK);
	return -100 / maturity *
		   log(before + hazard->recovery * recovered / cs_discount_curve_factor(curve, maturity));
}
