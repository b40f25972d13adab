/*
 * sample_bond_market.c
 *		Factors, bonds and quotes of the made-up bond market.
 */
#include "numeric/evaluation/sample_bond_market.h"

#include "numeric/base/poll.h"
#include "numeric/base/random.h"

#include <math.h>

/* Of the risk-free factors. */
static const double riskfree_mean[3] = {3.8, -1.2, -0.6};
static const double riskfree_persistence[3] = {0.96, 0.94, 0.9};
static const double riskfree_shock[3] = {0.18, 0.2, 0.3};

/* Of the spread factors: what a month keeps, the month before it, and the risk-free factors. */
static const double spread_persistence[3] = {0.66, 0.62, 0.6};
static const double spread_lag[3] = {0.31, 0.28, 0.2};
static const double spread_riskfree[3] = {-0.09, 0.04, 0.04};
static const double spread_shock[3] = {0.1, 0.12, 0.25};

#define VARIABLE_PERSISTENCE 0.5
#define VARIABLE_SHOCK 0.8660254037844386 /* variance 1 */

/* Standard deviations of quotes from the price by the curves. */
#define GOVERNMENT_ERROR 0.04
#define FIRM_ERROR 0.15

/* Months to maturity from which on the errors are those; shorter bonds have smaller ones. */
#define WHOLE_ERROR 24.0

/* Years of bonds in the order in which they are issued, and months from one issue to the next. */
static const int government_years[] = {2, 10, 3, 5, 20, 7};
static const int firm_years[] = {5, 3, 10, 7};
#define GOVERNMENT_ISSUES 3
#define FIRM_ISSUES 6

/* Months before the past that is kept, until the start no longer matters. */
#define BURN_IN 120

/* Nearly normal, without a function of the machine's library: mean 0, variance 1. */
static double
nearly_normal(cs_random *random)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += cs_random_uniform(random);
	return sum;
}

/* A stream of its own for each purpose. */
static cs_random
stream(uint64_t seed, uint64_t issuer, uint64_t purpose)
{
	cs_random random;

	cs_random_seed(&random, seed);
	cs_random_seed(&random, cs_random_bits(&random) ^ (issuer * 4 + purpose));
	return random;
}

static void
lay_out(cs_sample_bond_market *market, size_t months, cs_workspace *workspace)
{
	market->riskfree =
		cs_workspace_take(workspace, CS_SAMPLE_PAST + months, sizeof(cs_sample_factors));
	market->firm = cs_workspace_take(workspace, CS_SAMPLE_PAST + months, sizeof(cs_sample_factors));
}

size_t
cs_sample_bond_market_size(size_t months)
{
	cs_sample_bond_market market;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&market, months, &workspace);
	return cs_workspace_total(&workspace);
}

static void
step_variables(cs_random *random, double *variable)
{
	for (int v = 0; v < CS_SAMPLE_VARIABLES; v++)
		variable[v] = VARIABLE_PERSISTENCE * variable[v] + VARIABLE_SHOCK * nearly_normal(random);
}

static void
make_riskfree(cs_sample_bond_market *market)
{
	cs_random random = stream(market->seed, 0, 0);
	cs_sample_factors now = {{riskfree_mean[0], riskfree_mean[1], riskfree_mean[2]}, {0}};

	for (int64_t t = -BURN_IN; t < (int64_t) (CS_SAMPLE_PAST + market->months); t++)
	{
		for (int i = 0; i < 3; i++)
			now.factor[i] = riskfree_mean[i] +
							riskfree_persistence[i] * (now.factor[i] - riskfree_mean[i]) +
							riskfree_shock[i] * nearly_normal(&random);
		step_variables(&random, now.variable);
		if (t >= 0)
			market->riskfree[t] = now;
	}
}

static void
make_firm(cs_sample_bond_market *market, size_t issuer)
{
	cs_random random = stream(market->seed, issuer, 0);
	double mean[3];
	cs_sample_factors now = {0}, before;

	mean[0] = 2 + 2 * cs_random_uniform(&random);
	mean[1] = -0.2 * mean[0];
	mean[2] = 0.5 - cs_random_uniform(&random);
	for (int i = 0; i < 3; i++)
		now.factor[i] = mean[i];
	before = now;
	for (int64_t t = -BURN_IN; t < (int64_t) (CS_SAMPLE_PAST + market->months); t++)
	{
		cs_sample_factors next = now;

		for (int i = 0; i < 3; i++)
		{
			next.factor[i] = mean[i] + spread_persistence[i] * (now.factor[i] - mean[i]) +
							 spread_lag[i] * (before.factor[i] - mean[i]) +
							 spread_shock[i] * nearly_normal(&random);
			if (t >= 1)
				next.factor[i] +=
					spread_riskfree[i] * (market->riskfree[t - 1].factor[i] - riskfree_mean[i]);
		}
		step_variables(&random, next.variable);
		before = now;
		now = next;
		if (t >= 0)
			market->firm[t] = now;
	}
}

cs_status
cs_sample_bond_market_initialize(cs_sample_bond_market *market, uint64_t seed, size_t firms,
								 size_t months, cs_workspace *workspace)
{
	if (firms > CS_SAMPLE_MAX_FIRMS || months < 1 || months > CS_SAMPLE_MAX_MONTHS)
		return CS_OUT_OF_RANGE;
	*market = (cs_sample_bond_market){.firms = firms, .months = months, .seed = seed};
	lay_out(market, months, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	make_riskfree(market);
	return CS_OK;
}

void
cs_sample_bond_market_take(cs_sample_bond_market *market, size_t issuer)
{
	if (issuer > 0)
		make_firm(market, issuer);
	cs_work((CS_SAMPLE_PAST + market->months + BURN_IN) * 200);
}

const cs_sample_factors *
cs_sample_bond_factors(const cs_sample_bond_market *market, size_t issuer, size_t month)
{
	return (issuer == 0 ? market->riskfree : market->firm) + CS_SAMPLE_PAST + month;
}

size_t
cs_sample_bonds(const cs_sample_bond_market *market, size_t issuer)
{
	return (CS_SAMPLE_PAST + market->months - 1) / (issuer == 0 ? GOVERNMENT_ISSUES : FIRM_ISSUES) +
		   1;
}

static double
curve_yield(const cs_sample_factors *factors, double maturity)
{
	cs_nelson_siegel_curve curve = {.level = factors->factor[0],
									.slope = factors->factor[1],
									.curvature = factors->factor[2],
									.decay = CS_SAMPLE_DECAY};

	return cs_nelson_siegel_yield(&curve, maturity);
}

/* The yield of an issuer `kept` months after the first that is kept. */
static double
issuer_yield(const cs_sample_bond_market *market, size_t issuer, size_t kept, double maturity)
{
	double yield = curve_yield(&market->riskfree[kept], maturity);

	return issuer == 0 ? yield : yield + curve_yield(&market->firm[kept], maturity);
}

/* Coupons are eighths of a percent, near what would have made the price 100 at issue. */
cs_sample_bond
cs_sample_bond_of(const cs_sample_bond_market *market, size_t issuer, size_t number)
{
	size_t kept = number * (issuer == 0 ? GOVERNMENT_ISSUES : FIRM_ISSUES);
	cs_sample_bond bond = {.issued = (int) kept - CS_SAMPLE_PAST,
						   .years = issuer == 0 ? government_years[number % 6]
												: firm_years[(number + issuer) % 4],
						   .frequency = issuer == 0 ? 2 : 1};

	bond.coupon_rate = floor(issuer_yield(market, issuer, kept, bond.years) * 8 + 0.5) / 8;
	bond.coupon_rate = fmax(bond.coupon_rate, 0.125);
	return bond;
}

/* The dirty price by the curves less what has accrued, both counted in months, and an error. */
double
cs_sample_bond_quote(const cs_sample_bond_market *market, size_t issuer, size_t number,
					 size_t month)
{
	cs_sample_bond bond = cs_sample_bond_of(market, issuer, number);
	size_t kept = CS_SAMPLE_PAST + month;
	cs_random random = stream(market->seed, issuer, 1 + 4 * (number * 10000 + month) * 1009);
	int period = 12 / bond.frequency;
	int left = bond.issued + 12 * bond.years - (int) month;
	int first = (left - 1) % period + 1;
	double coupon = bond.coupon_rate / bond.frequency;
	double price = -coupon * (period - first) / period;

	for (int m = first; m <= left; m += period)
		price += (coupon + (m == left ? 100 : 0)) *
				 exp(-issuer_yield(market, issuer, kept, m / 12.0) * m / 1200);
	price += (issuer == 0 ? GOVERNMENT_ERROR : FIRM_ERROR) * fmin(1, left / WHOLE_ERROR) *
			 nearly_normal(&random);
	cs_work((size_t) left * 10);
	return floor(price * 100 + 0.5) / 100;
}
