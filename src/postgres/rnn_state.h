/*
 * rnn_state.h
 *		Arguments that stay the same from row to row (a model, a horizon, options) as the options of
 *		an aggregate's state, so that they travel with it to other workers and nodes.
 */
#ifndef CREDITSPREAD_POSTGRES_RNN_STATE_H
#define CREDITSPREAD_POSTGRES_RNN_STATE_H

#include "fmgr.h"
#include "utils/jsonb.h"

/*
 * An object with the members "argument" (argument `argno`, an rnn_model or else an integer; NULL is
 * error 22004, called `name`) and "options" (argument `options_argno`, an object or NULL).  It is
 * made once and kept as long as the call's arguments are the same.
 */
extern const Jsonb *constant_arguments(FunctionCallInfo fcinfo, int argno, bool is_model,
									   const char *what, const char *name, int options_argno);

/* The member "options" of such an object, or NULL. */
extern const Jsonb *constant_options(const Jsonb *arguments);

#endif
