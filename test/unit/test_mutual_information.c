/*
 * test_mutual_information.c
 *		The estimate against all distances in numpy, in other units, with ties, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "golden/mutual_information.h"
#include "numeric/evaluation/mutual_information.h"
#include "check_helper.h"
#include "poll_helper.h"

#define LONGEST 200

static cs_status
information_of(const double *x, const double *y, size_t n, size_t neighbours, double *information)
{
	size_t size = cs_mutual_information_size(n);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_mutual_information((cs_variable){x, 1, 0}, (cs_variable){y, 1, 0}, n, neighbours,
								   &workspace, information);
	free(block);
	return status;
}

static void
agrees_in_any_unit(void **state)
{
	static const double units[] = {1, 1e-9, 3e-7, 0.1, 100, 1e9, 7};

	(void) state;
	for (size_t c = 0; c < COUNT(golden_information); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			double x[LONGEST], y[LONGEST];
			size_t n = (size_t) golden_information[c].n;
			double one, other;
			bool ties = strchr("tsc", golden_information[c].name[0]) != NULL;

			for (size_t i = 0; i < n; i++)
			{
				x[i] = units[u] * golden_information[c].x[i];
				y[i] = units[(u + 2) % COUNT(units)] * golden_information[c].y[i];
			}
			assert_int_equal(information_of(x, y, n, golden_information[c].neighbours, &one),
							 CS_OK);
			if (!(fabs(one - golden_information[c].information) <= 1e-9))
				fail_msg("%s: %.17g is not %.17g in unit %g", golden_information[c].name, one,
						 golden_information[c].information, units[u]);
			assert_int_equal(information_of(y, x, n, golden_information[c].neighbours, &other),
							 CS_OK);
			/* noise settles ties, otherwise for x than for y */
			assert_true(fabs(one - other) <= (ties ? 0.1 : 1e-12));
		}
}

static void
degenerate_input_says_so(void **state)
{
	double x[20], y[20];
	double information;

	(void) state;
	for (int i = 0; i < 20; i++)
	{
		x[i] = sin(i);
		y[i] = 0.3 + (i % 2) * 5e-17;
	}
	assert_int_equal(information_of(x, y, 20, 3, &information), CS_CONSTANT);
	assert_int_equal(information_of(y, x, 20, 3, &information), CS_CONSTANT);
	assert_int_equal(information_of(x, x, 3, 3, &information), CS_TOO_FEW);
	assert_int_equal(information_of(x, x, 20, 0, &information), CS_OUT_OF_RANGE);
	assert_int_equal(information_of(x, x, 20, CS_MOST_NEIGHBOURS + 1, &information),
					 CS_OUT_OF_RANGE);
	x[3] = NAN;
	assert_int_equal(information_of(x, x, 20, 3, &information), CS_NOT_FINITE);
}

static void
polls(void **state)
{
	const size_t n = 20000;
	double *x = malloc(sizeof(double) * n);
	double *y = malloc(sizeof(double) * n);
	double information;
	poll_count count;

	(void) state;
	for (size_t i = 0; i < n; i++)
	{
		x[i] = sin((double) i * (double) i * 0.001);
		y[i] = cos((double) i * 0.7);
	}
	poll_count_start();
	assert_int_equal(information_of(x, y, n, 3, &information), CS_OK);
	count = poll_count_end();
	/* a candidate looks at k places at most; about sqrt(n k) of them to a point */
	assert_polls(&count, (double) n * (256 + 4 * 2 * sqrt(3.0 * (double) n)), 0);
	free(x);
	free(y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_in_any_unit),
		cmocka_unit_test(degenerate_input_says_so),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
