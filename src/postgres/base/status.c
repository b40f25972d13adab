/*
 * status.c
 *		The one place where a numeric status becomes an SQLSTATE, a message and a hint.
 */
#include "postgres.h"

#include "postgres/base/status.h"

static int
sqlstate_of(cs_status status)
{
	switch (status)
	{
		case CS_NO_MEMORY:
			return ERRCODE_OUT_OF_MEMORY;
		case CS_SIZE_OVERFLOW:
			return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		case CS_NOT_FINITE:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		case CS_SINGULAR:
		case CS_CONSTANT:
		case CS_NOT_CONVERGED:
		case CS_ZERO_VARIANCE:
			return ERRCODE_DATA_EXCEPTION;
		case CS_ZERO_DIVISOR:
			return ERRCODE_DIVISION_BY_ZERO;
		case CS_WRONG_PRODUCTS:
			return ERRCODE_SYSTEM_ERROR;
		default:
			return ERRCODE_INVALID_PARAMETER_VALUE;
	}
}

static const char *
hint_of(cs_status status)
{
	switch (status)
	{
		case CS_TOO_FEW:
			return "Give more rows.";
		case CS_SINGULAR:
			return "Give observations at more different points, or drop redundant columns.";
		case CS_CONSTANT:
		case CS_ZERO_VARIANCE:
			return "Leave series out that do not vary.";
		case CS_NOT_FINITE:
			return "Look for extreme values.";
		case CS_NOT_CONVERGED:
			return "Allow more iterations or scale the data.";
		case CS_ZERO_DIVISOR:
			return "Use a measure that does not divide by the actual value.";
		case CS_NO_MEMORY:
		case CS_SIZE_OVERFLOW:
			return "Use fewer rows or a smaller model.";
		case CS_WRONG_PRODUCTS:
			return "Set OPENBLAS_CORETYPE in the server's environment.";
		default:
			return "See the function's comment for the range of its arguments.";
	}
}

void
check_status(cs_status status, const char *what)
{
	if (status != CS_OK)
		ereport(ERROR,
				(errcode(sqlstate_of(status)), errmsg("%s: %s", what, cs_status_message(status)),
				 errhint("%s", hint_of(status))));
}

void
report_too_few(const char *what, int64 need, int64 have)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s needs at least %lld observations, has %lld", what, (long long) need,
						   (long long) have),
					errhint("%s", hint_of(CS_TOO_FEW))));
}
