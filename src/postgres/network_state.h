/*
 * network_state.h
 *		Arguments that stay the same from row to row (a model, a horizon, options) as the options of
 *		an aggregate's state, so that they travel with it to other workers and nodes.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_STATE_H
#define CREDITSPREAD_POSTGRES_NETWORK_STATE_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/model.h"

/*
 * An object with the members "argument" (argument `argno`, a model of `kind`, or an integer where
 * that is NULL; an SQL NULL is error 22004, called `name`) and "options" (argument `options_argno`,
 * an object or NULL).  It is made once and kept as long as the call's arguments are the same.
 */
extern const Jsonb *constant_arguments(FunctionCallInfo fcinfo, int argno, const ModelKind *kind,
									   const char *what, const char *name, int options_argno);

/* The member "options" of such an object, or NULL. */
extern const Jsonb *constant_options(const Jsonb *arguments);

#endif
