/*
 * state_type.h
 *		The SQL types of aggregate states: their four functions, made of one that receives the
 *		binary form and one that sends it.  The text form is the binary form in base64 without
 *		padding (RFC 4648); the hexadecimal form of a bytea is read, too.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_STATE_TYPE_H
#define CREDITSPREAD_POSTGRES_STATE_STATE_TYPE_H

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "postgres/base/compatibility.h"

/* What a kind of states has in front of its own members. */
typedef struct StateType StateType;
struct StateType
{
	const char *name; /* of the SQL type */
	Datum (*receive)(const StateType *type, StringInfo buffer);
	void (*send)(const StateType *type, Datum state, StringInfo buffer);
};

extern Datum state_in(FunctionCallInfo fcinfo, const StateType *type);
extern Datum state_out(FunctionCallInfo fcinfo, const StateType *type);
extern Datum state_recv(FunctionCallInfo fcinfo, const StateType *type);
extern Datum state_send(FunctionCallInfo fcinfo, const StateType *type);

/* An SQL-callable C function NAME that is FUNCTION(fcinfo, ARGUMENT). */
#define STATE_FUNCTION(NAME, FUNCTION, ARGUMENT)                                                   \
	PG_FUNCTION_INFO_V1(NAME);                                                                     \
	Datum NAME(PG_FUNCTION_ARGS)                                                                   \
	{                                                                                              \
		return FUNCTION(fcinfo, ARGUMENT);                                                         \
	}

/* The four functions of an SQL type, creditspread_NAME_in and so on. */
#define STATE_TYPE_FUNCTIONS(NAME, TYPE)                                                           \
	STATE_FUNCTION(creditspread_##NAME##_in, state_in, TYPE)                                       \
	STATE_FUNCTION(creditspread_##NAME##_out, state_out, TYPE)                                     \
	STATE_FUNCTION(creditspread_##NAME##_recv, state_recv, TYPE)                                   \
	STATE_FUNCTION(creditspread_##NAME##_send, state_send, TYPE)

#endif
