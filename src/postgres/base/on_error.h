/*
 * on_error.h
 *		What fits and tests do with data that they cannot use: an error, or NULL where the option
 *		"on_error" wants that.  Nothing is caught: a fault that is not of the data (a cancel,
 *		memory, a damaged value, a wrong option) never becomes NULL.
 */
#ifndef CREDITSPREAD_POSTGRES_ON_ERROR_H
#define CREDITSPREAD_POSTGRES_ON_ERROR_H

#include "utils/jsonb.h"

#include "numeric/base/status.h"

/* The choices of the option, in order. */
typedef enum OnError
{
	ON_ERROR_ERROR,
	ON_ERROR_NULL
} OnError;

/*
 * Whether the status is a fault of data (too few rows, no variation, a degenerate fit, an overflow,
 * no convergence) that is to give NULL.  Where it is not, the caller reports it.
 */
extern bool gives_null(cs_status status, int on_error);

/*
 * The same for a row that a transition function refuses: whether the options that came with it want
 * NULL.  They are read in the final function, which knows them.
 */
extern bool refused_gives_null(const Jsonb *options);

/*
 * Of functions whose rows stand for themselves: whether option "missing" says that a NULL is an
 * error; else its row is left out.
 */
extern bool missing_is_error(const Jsonb *options);

#endif
