/*
 * test_sample_bond_market.c
 *		The made-up bond market: factors that follow their dynamics, terms of bonds, quotes that are
 *		prices by the curves.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "numeric/evaluation/sample_bond_market.h"
#include "check_helper.h"
#include "poll_helper.h"

/* Its memory goes to *block. */
static cs_sample_bond_market
market_of(uint64_t seed, size_t firms, size_t months, void **block)
{
	cs_sample_bond_market market;
	size_t size = cs_sample_bond_market_size(months);
	cs_workspace workspace;

	*block = malloc(size);
	cs_workspace_initialize(&workspace, *block, size);
	assert_int_equal(cs_sample_bond_market_initialize(&market, seed, firms, months, &workspace),
					 CS_OK);
	return market;
}

/*
 * Mean and standard deviation of what one month leaves to be explained by the header's equations.
 */
static void
shocks(const cs_sample_bond_market *market, size_t issuer, int i, const double *coefficient,
	   double *mean, double *deviation, double *memory)
{
	double sum = 0, squares = 0, products = 0, before = 0;
	size_t n = market->months - 2;

	for (size_t t = 2; t < market->months; t++)
	{
		double shock = cs_sample_bond_factors(market, issuer, t)->factor[i] -
					   coefficient[0] * cs_sample_bond_factors(market, issuer, t - 1)->factor[i] -
					   coefficient[1] * cs_sample_bond_factors(market, issuer, t - 2)->factor[i] -
					   coefficient[2] * cs_sample_bond_factors(market, 0, t - 1)->factor[i];

		sum += shock;
		squares += shock * shock;
		products += shock * before;
		before = shock;
	}
	*mean = sum / (double) n;
	*deviation = sqrt(squares / (double) n - *mean * *mean);
	*memory = (products / (double) n - *mean * *mean) / (*deviation * *deviation);
}

static void
factors_follow_their_dynamics(void **state)
{
	/* what each factor keeps of the month before, of the one before that, of the risk-free one */
	const double riskfree[3][3] = {{0.96}, {0.94}, {0.9}};
	const double spread[3][3] = {{0.66, 0.31, -0.09}, {0.62, 0.28, 0.04}, {0.6, 0.2, 0.04}};
	const double center[] = {3.8, -1.2, -0.6};
	const double riskfree_shock[] = {0.18, 0.2, 0.3};
	const double spread_shock[] = {0.1, 0.12, 0.25};
	void *block;
	cs_sample_bond_market market = market_of(11, 3, 1200, &block);

	(void) state;
	for (size_t issuer = 0; issuer < 4; issuer++)
	{
		double constant[3];

		cs_sample_bond_market_take(&market, issuer);
		for (int i = 0; i < 3; i++)
		{
			double mean, deviation, memory;

			shocks(&market, issuer, i, issuer == 0 ? riskfree[i] : spread[i], &mean, &deviation,
				   &memory);
			assert_near(deviation, issuer == 0 ? riskfree_shock[i] : spread_shock[i], 0.07, 0);
			assert_true(fabs(memory) < 4 / sqrt(1198));
			/* the constant is m (1 - phi - psi) - gamma m_f */
			constant[i] =
				issuer == 0 ? mean / (1 - riskfree[i][0])
							: (mean + spread[i][2] * center[i]) / (1 - spread[i][0] - spread[i][1]);
			if (issuer == 0)
				assert_true(fabs(mean - center[i] * (1 - riskfree[i][0])) <
							4 * deviation / sqrt(1198));
		}
		if (issuer > 0)
			assert_true(constant[0] > 1.5 && constant[0] < 4.5 && fabs(constant[2]) < 0.7 &&
						fabs(constant[1] + 0.2 * constant[0]) < 0.3);
	}
	free(block);
}

static double
yield(const cs_sample_factors *factors, double maturity)
{
	double x = 0.7308 * maturity;
	double slope = (1 - exp(-x)) / x;

	return factors->factor[0] + factors->factor[1] * slope + factors->factor[2] * (slope - exp(-x));
}

static void
quotes_are_prices_by_the_curves(void **state)
{
	void *block;
	cs_sample_bond_market market = market_of(4, 6, 90, &block);

	(void) state;
	for (size_t issuer = 0; issuer <= 6; issuer++)
	{
		double allowed = issuer == 0 ? 0.04 : 0.15;
		double squares = 0;
		int quotes = 0, in_error = 0;

		cs_sample_bond_market_take(&market, issuer);
		for (size_t b = 0; b < cs_sample_bonds(&market, issuer); b++)
		{
			cs_sample_bond bond = cs_sample_bond_of(&market, issuer, b);
			int period = 12 / bond.frequency;

			assert_true(bond.issued >= -CS_SAMPLE_PAST && bond.issued < 90);
			assert_int_equal(bond.frequency, issuer == 0 ? 2 : 1);
			assert_true(bond.coupon_rate * 8 == floor(bond.coupon_rate * 8));
			for (int month = bond.issued < 0 ? 0 : bond.issued;
				 month < bond.issued + 12 * bond.years && month < 90; month++)
			{
				const cs_sample_factors *riskfree =
					cs_sample_bond_factors(&market, 0, (size_t) month);
				const cs_sample_factors *own =
					cs_sample_bond_factors(&market, issuer, (size_t) month);
				int left = bond.issued + 12 * bond.years - month;
				double quote = cs_sample_bond_quote(&market, issuer, b, (size_t) month);
				double price = 0;
				int since = (month - bond.issued) % period;

				for (int m = period - since; m <= left; m += period)
					price += (bond.coupon_rate / bond.frequency + (m == left ? 100 : 0)) *
							 exp(-(yield(riskfree, m / 12.0) +
								   (issuer == 0 ? 0 : yield(own, m / 12.0))) *
								 m / 1200);
				price -= bond.coupon_rate / bond.frequency * since / period;
				assert_near(quote * 100, floor(quote * 100 + 0.5), 1e-12, 0);
				assert_true(fabs(quote - price) < 6.1 * allowed * fmin(1, left / 24.0) + 0.006);
				if (month == bond.issued)
					assert_true(fabs(yield(riskfree, bond.years) +
									 (issuer == 0 ? 0 : yield(own, bond.years)) -
									 bond.coupon_rate) <= 0.0625 + 1e-12);
				quotes++;
				if (left < 24)
					continue;
				squares += (quote - price) * (quote - price);
				in_error++;
			}
		}
		assert_true(quotes > 500);
		assert_near(sqrt(squares / in_error), allowed, 0.15, 0);
	}
	free(block);
}

/* Fewer firms or months are the first of more, in whatever order issuers are taken up. */
static void
smaller_markets_are_parts(void **state)
{
	void *block[3];
	cs_sample_bond_market small = market_of(9, 2, 30, &block[0]);
	cs_sample_bond_market large = market_of(9, 50, 100, &block[1]);
	cs_sample_bond_market other = market_of(10, 2, 30, &block[2]);

	(void) state;
	cs_sample_bond_market_take(&large, 40);
	for (size_t issuer = 3; issuer-- > 0;)
	{
		cs_sample_bond_market_take(&small, issuer);
		cs_sample_bond_market_take(&large, issuer);
		cs_sample_bond_market_take(&other, issuer);
		for (size_t t = 0; t < 30; t++)
		{
			const cs_sample_factors *one = cs_sample_bond_factors(&small, issuer, t);
			const cs_sample_factors *two = cs_sample_bond_factors(&large, issuer, t);

			assert_memory_equal(one, two, sizeof(*one));
			assert_true(one->factor[0] != cs_sample_bond_factors(&other, issuer, t)->factor[0]);
		}
		assert_true(cs_sample_bond_quote(&small, issuer, 14, 29) ==
					cs_sample_bond_quote(&large, issuer, 14, 29));
	}
	for (int i = 0; i < 3; i++)
		free(block[i]);
}

static void
sizes_are_bounded(void **state)
{
	cs_sample_bond_market market;
	cs_workspace workspace;
	char block[64];

	(void) state;
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_sample_bond_market_initialize(&market, 1, 1001, 10, &workspace),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_sample_bond_market_initialize(&market, 1, 1, 0, &workspace),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_sample_bond_market_initialize(&market, 1, 1, 1201, &workspace),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_sample_bond_market_initialize(&market, 1, 1, 10, &workspace), CS_NO_MEMORY);
}

static void
markets_poll(void **state)
{
	void *block;
	cs_sample_bond_market market = market_of(1, 20, 1200, &block);
	poll_count polls;

	(void) state;
	poll_count_start();
	for (size_t issuer = 0; issuer <= 20; issuer++)
		cs_sample_bond_market_take(&market, issuer);
	polls = poll_count_end();
	assert_polls(&polls, 21 * 1300 * 200.0, 0);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factors_follow_their_dynamics),
		cmocka_unit_test(quotes_are_prices_by_the_curves),
		cmocka_unit_test(smaller_markets_are_parts),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test(markets_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
