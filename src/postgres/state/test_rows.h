/*
 * test_rows.h
 *		The rows of tests and measures over time.  Those with a NULL are left out; data that cannot
 *		be tested are an error, or give NULL where the option on_error says so.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_TEST_ROWS_H
#define CREDITSPREAD_POSTGRES_STATE_TEST_ROWS_H

#include "postgres/base/on_error.h"
#include "postgres/base/status.h"
#include "postgres/state/series_state.h"

/* Most numbers of a row beside an array. */
#define TEST_MAX_NUMBERS 3

/* The arguments between time and options: numbers, then an array or none. */
typedef struct TestArguments
{
	const char *what;
	const char *names[TEST_MAX_NUMBERS + 1]; /* of the numbers, as messages say them, then NULL */
	const char *array;						 /* likewise; NULL = none */
} TestArguments;

/* transition(state, time, numbers, array [, options]) */
extern Datum test_transition(FunctionCallInfo fcinfo, const TestArguments *arguments);

#define TEST_TRANSITION(NAME, ...)                                                                 \
	PG_FUNCTION_INFO_V1(creditspread_##NAME##_transition);                                         \
	Datum creditspread_##NAME##_transition(PG_FUNCTION_ARGS)                                       \
	{                                                                                              \
		static const TestArguments arguments = {#NAME, __VA_ARGS__};                               \
                                                                                                   \
		return test_transition(fcinfo, &arguments);                                                \
	}

/* The sorted rows of a final function's state, columns within bounds; false when there are none. */
extern bool test_rows(FunctionCallInfo fcinfo, const char *what, int least, int most,
					  Series *series);

/*
 * False for CS_OK.  A status that the data are the reason of is an error with the number of rows
 * and their span, or true where on_error is ON_ERROR_NULL; others are errors.  `need` are the rows
 * that CS_TOO_FEW is short of, `about` the series or the part of the test that the message speaks
 * of.
 */
extern bool test_fault(const char *what, const Series *series, int on_error, cs_status status,
					   int64 need, const char *about);

#endif
