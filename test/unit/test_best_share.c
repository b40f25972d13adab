/*
 * test_best_share.c
 *		The share of the greatest differences against sorting, and where there is none.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/evaluation/best_share.h"
#include "check_helper.h"

#define ROWS 1000

static void
test_against_sorting(void **state)
{
	static const double units[] = {1, -1, 1e-300, 1e300};
	double difference[ROWS];
	double sorted[ROWS];

	(void) state;
	for (size_t u = 0; u < COUNT(units); u++)
		for (size_t best = 1; best <= CS_BEST_SHARE_MOST; best = best * 3 + 1)
			for (size_t n = best + 1; n <= ROWS; n = n * 2 + 1)
			{
				cs_random random;
				double share;
				double sum = 0;
				double most = 0;

				cs_random_seed(&random, n);
				for (size_t i = 0; i < n; i++)
				{
					sorted[i] = (double) cs_random_below(&random, 50) / 10 - 2;
					difference[i] = sorted[i] * units[u];
					sum += sorted[i];
				}
				qsort(sorted, n, sizeof(double), compare_doubles);
				for (size_t k = 0; k < best; k++)
					most += sum > 0 ? sorted[n - 1 - k] : -sorted[k];
				if (fabs(sum) < 1e-9)
				{
					assert_int_equal(cs_best_share(difference, n, best, &share), CS_CONSTANT);
					continue;
				}
				assert_int_equal(cs_best_share(difference, n, best, &share), CS_OK);
				assert_near(share, most / fabs(sum), 1e-10, 1);
			}
}

static void
test_none(void **state)
{
	double zeros[20] = {0};
	double balanced[20] = {1, -1, 0.1, -0.1, 0.3, -0.3};
	double share = 7;

	(void) state;
	assert_int_equal(cs_best_share(zeros, 20, 10, &share), CS_CONSTANT);
	assert_int_equal(cs_best_share(balanced, 20, 10, &share), CS_CONSTANT);
	assert_int_equal(cs_best_share(zeros, 10, 10, &share), CS_TOO_FEW);
	assert_int_equal(cs_best_share(zeros, 0, 1, &share), CS_TOO_FEW);
	assert_int_equal(cs_best_share(zeros, 20, 0, &share), CS_OUT_OF_RANGE);
	assert_int_equal(cs_best_share(zeros, 20, CS_BEST_SHARE_MOST + 1, &share), CS_OUT_OF_RANGE);
	assert_true(share == 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_sorting),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
