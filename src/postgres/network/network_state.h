/*
 * network_state.h
 *		Arguments that stay the same from row to row (a model, a horizon, options) as the options of
 *		an aggregate's state, so that they travel with it to other workers and nodes.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_STATE_H
#define CREDITSPREAD_POSTGRES_NETWORK_STATE_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/base/compatibility.h"

/*
 * An object with the members "argument" (argument `argno`, of a type whose text is JSON: a model, a
 * graph, an integer) and "options" (argument `options_argno`, an object or NULL).  An SQL NULL
 * instead of the first is error 22004, called `name`, or a null where that is NULL.  The object is
 * made once and kept as long as the call's arguments are the same.
 */
extern const Jsonb *constant_arguments(FunctionCallInfo fcinfo, int argno, const char *what,
									   const char *name, int options_argno);

/*
 * Whether `state` is the aggregate's state that the last call had too, with the same object: its
 * options need not be compared again, row by row, with a large one.
 */
extern bool constant_arguments_seen(FunctionCallInfo fcinfo, const void *state);

/* The member "argument" of such an object, where that is one; error 22023 naming `what` else. */
extern Jsonb *constant_argument(const Jsonb *arguments, const char *what);

/* The member "options" of such an object, or NULL. */
extern const Jsonb *constant_options(const Jsonb *arguments);

#endif
