/*
 * on_error.c
 *		Which faults are of the data, and whether they give NULL.
 */
#include "postgres.h"

#include "postgres/base/on_error.h"
#include "postgres/base/options.h"

static bool
is_of_data(cs_status status)
{
	switch (status)
	{
		case CS_TOO_FEW:
		case CS_SINGULAR:
		case CS_CONSTANT:
		case CS_NOT_FINITE:
		case CS_NOT_CONVERGED:
		case CS_ZERO_DIVISOR:
		case CS_ZERO_VARIANCE:
			return true;
		default:
			return false;
	}
}

bool
gives_null(cs_status status, int on_error)
{
	return on_error == ON_ERROR_NULL && is_of_data(status);
}

/* Whether an option is that text. */
static bool
option_is(const Jsonb *options, const char *name, const char *text)
{
	JsonbValue value;

	return options != NULL && JB_ROOT_IS_OBJECT(options) &&
		   json_field(&options->root, name, &value) && value.type == jbvString &&
		   value.val.string.len == (int) strlen(text) &&
		   memcmp(value.val.string.val, text, value.val.string.len) == 0;
}

bool
refused_gives_null(const Jsonb *options)
{
	return option_is(options, "on_error", "null");
}

bool
missing_is_error(const Jsonb *options)
{
	return option_is(options, "missing", "error");
}
