/*
 * bench_nelson_siegel.c
 *		Curves fitted per second: from the yields of 21 maturities with the decay estimated, and
 *		from the prices of 3 to 8 coupon bonds over a known curve (2160 fits: 30 issuers, 72
 *		months).  Median of 5.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numeric/base/random.h"
#include "numeric/term_structure/nelson_siegel_bonds.h"
#include "numeric/term_structure/svensson.h"
#include "stopwatch.h"

#define CURVES 2000
#define MATURITIES 21
#define FITS 2160
#define MAX_BONDS 8
#define MAX_CASHFLOWS (MAX_BONDS * 11)
#define REPEATS 5

static const double maturity[MATURITIES] = {
	1.0 / 12, 2.0 / 12, 0.25, 0.5, 0.75, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50};
static double yields[CURVES][MATURITIES];

typedef struct issue
{
	double price[MAX_BONDS], weight[MAX_BONDS];
	size_t first[MAX_BONDS + 1];
	double time[MAX_CASHFLOWS], amount[MAX_CASHFLOWS];
	size_t bonds;
} issue;

static issue issues[FITS];
static char block[1 << 16];

static void
make_yields(cs_random *random)
{
	for (int c = 0; c < CURVES; c++)
	{
		const cs_nelson_siegel_curve curve = {.level = 4 + 0.5 * cs_random_normal(random),
											  .slope = -2 + 0.8 * cs_random_normal(random),
											  .curvature = cs_random_normal(random),
											  .decay =
												  0.7308 * exp(0.2 * cs_random_normal(random))};

		for (int i = 0; i < MATURITIES; i++)
			yields[c][i] =
				cs_nelson_siegel_yield(&curve, maturity[i]) + 0.03 * cs_random_normal(random);
	}
}

static void
make_issue(cs_random *random, issue *issue)
{
	const cs_nelson_siegel_curve riskfree = {
		.level = 4, .slope = -2, .curvature = 0.5, .decay = 0.7308};
	const cs_nelson_siegel_curve spread = {.level = 1.5 + 0.5 * cs_random_normal(random),
										   .slope = -0.5 + 0.5 * cs_random_normal(random),
										   .curvature = 1 + 0.5 * cs_random_normal(random),
										   .decay = 0.7308};

	issue->bonds = 3 + cs_random_below(random, 6);
	for (size_t i = 0; i < issue->bonds; i++)
	{
		double last = 0.3 + 9.7 * cs_random_uniform(random);
		double coupon = 3 + 4 * cs_random_uniform(random);
		size_t k = issue->first[i];

		issue->weight[i] = 1;
		for (double time = last - floor(last); time <= last + 1e-9; time++)
		{
			issue->time[k] = time;
			issue->amount[k] = (coupon + (time > last - 0.5 ? 100 : 0)) *
							   cs_nelson_siegel_discount(&riskfree, time);
			issue->price[i] += issue->amount[k] * cs_nelson_siegel_discount(&spread, time);
			k++;
		}
		issue->price[i] *= 1 + 0.002 * cs_random_normal(random);
		issue->first[i + 1] = k;
	}
}

static double
fit_yields(void)
{
	double sum = 0;

	for (int c = 0; c < CURVES; c++)
	{
		cs_workspace workspace;
		cs_nelson_siegel_curve curve;
		size_t different;

		cs_workspace_initialize(&workspace, block, sizeof(block));
		if (cs_nelson_siegel_fit(MATURITIES, maturity, yields[c], NULL, NAN, NAN, &workspace,
								 &different, &curve) != CS_OK)
			exit(1);
		sum += curve.rmse * curve.rmse * MATURITIES;
	}
	return sum;
}

static double
fit_svensson(void)
{
	const cs_svensson_decays decays = {.lower = NAN, .upper = NAN, .ordered = true};
	double sum = 0;

	for (int c = 0; c < CURVES / 10; c++)
	{
		cs_workspace workspace;
		cs_svensson_curve curve;
		size_t different;

		cs_workspace_initialize(&workspace, block, sizeof(block));
		if (cs_svensson_fit(MATURITIES, maturity, yields[c], NULL, &decays, &workspace, &different,
							&curve) != CS_OK)
			exit(1);
		sum += curve.rmse * curve.rmse * MATURITIES;
	}
	return sum;
}

static double
fit_bonds(double lower, double upper)
{
	double sum = 0;

	for (int f = 0; f < FITS; f++)
	{
		const issue *i = &issues[f];
		const cs_bond_set set = {i->bonds, i->price, i->weight, i->first, i->time, i->amount};
		cs_workspace workspace;
		cs_nelson_siegel_curve curve;
		size_t different;

		if (lower < upper && i->bonds < 4)
			continue;
		cs_workspace_initialize(&workspace, block, sizeof(block));
		/* some prices do not determine a curve */
		if (cs_nelson_siegel_bonds_fit(&set, lower, upper, &workspace, &different, &curve) == CS_OK)
			sum += curve.rmse * curve.rmse * (double) i->bonds;
	}
	return sum;
}

static double
fit_bonds_fixed(void)
{
	return fit_bonds(0.7308, 0.7308);
}

static double
fit_bonds_free(void)
{
	return fit_bonds(0.1, 5);
}

static void
measure(const char *name, double (*work)(void), const char *peer)
{
	double seconds[REPEATS];

	work();
	for (int r = 0; r < REPEATS; r++)
	{
		double started = now();

		work();
		seconds[r] = now() - started;
	}
	printf("{\"name\": \"%s\", \"seconds\": %.6f, \"peer\": \"%s\"}\n", name,
		   median(seconds, REPEATS), peer);
}

int
main(void)
{
	cs_random random;

	cs_random_seed(&random, 1);
	make_yields(&random);
	for (int f = 0; f < FITS; f++)
		make_issue(&random, &issues[f]);
	measure("Nelson-Siegel, free decay, 2,000 curves of 21", fit_yields, "ns/free_least_squares");
	measure("Svensson, free decays, 200 curves of 21", fit_svensson, "none");
	measure("Nelson-Siegel from 3 to 8 bonds, fixed decay, 2,160 curves", fit_bonds_fixed,
			"ns/bond_price_fit_anajac");
	measure("Nelson-Siegel from 4 to 8 bonds, free decay, 1,800 curves", fit_bonds_free, "none");
	return 0;
}
