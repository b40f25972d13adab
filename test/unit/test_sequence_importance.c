/*
 * test_sequence_importance.c
 *		Permutation importance finds what is planted, is what forecasts of permuted rows say, and
 *		refuses what it cannot do.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/network/sequence_importance.h"
#include "poll_helper.h"
#include "sequence_helper.h"

#define ROWS 400

static double values[ROWS * HELPER_COLUMNS];
static double forecast[ROWS * 2];

/* The work with its memory. */
typedef struct test_work
{
	cs_sequence_network network;
	cs_sequence_importance importance;
	void *block;
	cs_status status;
} test_work;

static void
begin(test_work *work, const helper_fit *helper, size_t rows, int horizon, int repeats,
	  uint64_t seed)
{
	static const size_t start = 0;
	const cs_sequence_fit *fit = &helper->fit;
	cs_sequence_data data = {.values = values,
							 .rows = rows,
							 .columns = HELPER_COLUMNS,
							 .series_start = &start,
							 .series_count = 1};
	cs_workspace workspace;
	size_t size;

	work->network = (cs_sequence_network){.options = &helper->options,
										  .columns = HELPER_COLUMNS,
										  .input_mean = fit->input_mean,
										  .input_sd = fit->input_sd,
										  .target_mean = fit->target_mean,
										  .target_sd = fit->target_sd,
										  .parameters = helper->parameters};
	size = cs_sequence_importance_workspace_size(&work->network, &data);
	work->block = test_malloc(size);
	cs_workspace_initialize(&workspace, work->block, size);
	work->status = cs_sequence_importance_initialize(&work->importance, &work->network, &data,
													 horizon, repeats, seed, &workspace);
}

static void
run(test_work *work)
{
	poll_count polls;

	if (work->status != CS_OK)
		return;
	poll_count_start();
	work->status = cs_sequence_importance_run(&work->importance);
	polls = poll_count_end();
	assert_true(polls.in_order);
	assert_true(work->status != CS_OK ||
				polls.reports == (size_t) (HELPER_COLUMNS * work->importance.repeats));
}

static double
error_of(int horizon_count, int horizon, int ahead)
{
	double sum = 0;
	int count = 0;

	for (int i = 0; i + ahead < ROWS; i++)
	{
		double made = forecast[i * horizon_count + horizon];

		if (made != made)
			continue;
		sum += fabs(values[(i + ahead) * HELPER_COLUMNS] - made);
		count++;
	}
	return sum / count;
}

static void
test_planted(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
		for (int horizon = 0; horizon < 2; horizon++)
		{
			cs_sequence_options options = helper_options();
			helper_fit helper;
			test_work work;
			double *importance;

			options.target = (cs_target) target;
			options.horizon_count = 2;
			options.horizons[1] = 3;
			helper_series(values, ROWS, options.target, 1);
			helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
			assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_OK);
			begin(&work, &helper, ROWS, horizon, 4, 1);
			run(&work);
			assert_int_equal(work.status, CS_OK);
			importance = work.importance.importance;
			assert_true(fabs(work.importance.error - error_of(2, horizon, horizon == 0 ? 1 : 3)) <
						1e-9);
			if (horizon == 0)
			{
				assert_true(importance[1] > 0.3); /* the driver */
				assert_true(importance[1] > 10 * fabs(importance[2]));
				assert_true(importance[1] > 3 * importance[0]);
				if (target == CS_TARGET_LEVEL)
					assert_true(importance[0] > 0.02); /* 0.3 of it is kept */
			}
			test_free(work.block);
			helper_free(&helper);
		}
}

/* One repeat, recomputed from forecasts of permuted rows. */
static void
test_recomputed(void **state)
{
	cs_sequence_options options = helper_options();
	static double kept[ROWS * HELPER_COLUMNS];
	int32_t order[ROWS];
	cs_random random;
	helper_fit helper;
	test_work work;

	(void) state;
	helper_series(values, ROWS, options.target, 2);
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	begin(&work, &helper, ROWS, 0, 1, 9);
	run(&work);
	memcpy(kept, values, sizeof(values));
	cs_random_seed(&random, 9);
	for (int column = 0; column < HELPER_COLUMNS; column++)
	{
		int skip = column == 0 ? 1 : 0;
		double sum = 0;
		int count = 0;

		for (int i = 0; i < ROWS; i++)
			order[i] = i;
		cs_random_shuffle(&random, order + skip, (size_t) (ROWS - skip));
		for (int i = 0; i < ROWS; i++)
		{
			const double *from = kept + order[i] * HELPER_COLUMNS + column;
			double *to = values + i * HELPER_COLUMNS + column;

			if (column > 0)
				*to = *from;
			else if (i > 0)
				*to = *(to - HELPER_COLUMNS) + (*from - *(from - HELPER_COLUMNS));
		}
		assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_OK);
		for (int i = 3; i + 1 < ROWS; i++, count++)
			sum += fabs(kept[(i + 1) * HELPER_COLUMNS] - forecast[i] + values[i * HELPER_COLUMNS] -
						kept[i * HELPER_COLUMNS]);
		assert_true(fabs(work.importance.importance[column] -
						 (sum / count - work.importance.error)) < 1e-9);
		memcpy(values, kept, sizeof(values));
	}
	test_free(work.block);
	helper_free(&helper);
}

static void
test_refused(void **state)
{
	cs_sequence_options options = helper_options();
	const struct
	{
		size_t rows;
		int horizon;
		int repeats;
		cs_status status;
	} cases[] = {
		{ROWS, 1, 1, CS_OUT_OF_RANGE}, {ROWS, -1, 1, CS_OUT_OF_RANGE},
		{ROWS, 0, 0, CS_OUT_OF_RANGE}, {0, 0, 1, CS_TOO_FEW},
		{4, 0, 1, CS_TOO_FEW},		   {5, 0, 1, CS_OK},
	};
	static const size_t start = 0;
	cs_sequence_data data = {.values = values,
							 .rows = ROWS,
							 .columns = HELPER_COLUMNS,
							 .series_start = &start,
							 .series_count = 1};
	helper_fit helper;
	test_work work;
	cs_workspace workspace;

	(void) state;
	helper_series(values, ROWS, options.target, 2);
	options.epochs = 1;
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
	{
		begin(&work, &helper, cases[c].rows, cases[c].horizon, cases[c].repeats, 1);
		assert_int_equal(work.status, cases[c].status);
		run(&work);
		assert_int_equal(work.status, cases[c].status);
		test_free(work.block);
	}
	begin(&work, &helper, ROWS, 0, 1, 1);
	cs_workspace_initialize(&workspace, work.block, 1000);
	assert_int_equal(cs_sequence_importance_initialize(&work.importance, &work.network, &data, 0, 1,
													   1, &workspace),
					 CS_NO_MEMORY);
	data.rows = (size_t) INT32_MAX + 1;
	assert_int_equal(cs_sequence_importance_initialize(&work.importance, &work.network, &data, 0, 1,
													   1, &workspace),
					 CS_SIZE_OVERFLOW);
	data.rows = SIZE_MAX / 2;
	assert_int_equal(cs_sequence_importance_workspace_size(&work.network, &data), SIZE_MAX);
	values[7] = INFINITY;
	test_free(work.block);
	begin(&work, &helper, ROWS, 0, 1, 1);
	run(&work);
	assert_int_equal(work.status, CS_NOT_FINITE);
	test_free(work.block);
	helper_free(&helper);
}

/* Of two series the error is that of all rows, and each is permuted within itself. */
static void
test_panel(void **state)
{
	static const size_t starts[] = {0, 250};
	cs_sequence_options options = helper_options();
	cs_sequence_data data = {.values = values,
							 .rows = ROWS,
							 .columns = HELPER_COLUMNS,
							 .series_start = starts,
							 .series_count = 2};
	helper_fit helper;
	test_work work;
	cs_workspace workspace;
	double error;
	size_t size;

	(void) state;
	helper_series(values, 250, options.target, 2);
	helper_series(values + 250 * HELPER_COLUMNS, ROWS - 250, options.target, 3);
	for (int i = 250; i < ROWS; i++)
		values[i * HELPER_COLUMNS] += 1000; /* another level */
	helper_train(&helper, &options, values, 250, HELPER_COLUMNS);
	begin(&work, &helper, 250, 0, 3, 1);
	run(&work);
	assert_int_equal(work.status, CS_OK);
	error = work.importance.error * (double) work.importance.measured;
	test_free(work.block);
	size = cs_sequence_importance_workspace_size(&work.network, &data);
	work.block = test_malloc(size);
	cs_workspace_initialize(&workspace, work.block, size);
	work.status = cs_sequence_importance_initialize(&work.importance, &work.network, &data, 0, 3, 1,
													&workspace);
	run(&work);
	assert_int_equal(work.status, CS_OK);
	assert_int_equal(work.importance.measured, ROWS - 2 * 4);
	assert_true(work.importance.importance[1] > 0.3);
	assert_true(work.importance.importance[1] > 10 * fabs(work.importance.importance[2]));
	assert_true(fabs(work.importance.importance[0]) < 1);
	assert_int_equal(helper_predict(&helper, values + 250 * HELPER_COLUMNS, ROWS - 250, forecast),
					 CS_OK);
	for (int i = 3; i + 1 < ROWS - 250; i++)
		error += fabs(values[(250 + i + 1) * HELPER_COLUMNS] - forecast[i]);
	assert_true(fabs(work.importance.error - error / (ROWS - 8)) < 1e-9);
	test_free(work.block);
	helper_free(&helper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_planted), cmocka_unit_test(test_recomputed),
		cmocka_unit_test(test_panel), cmocka_unit_test(test_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
