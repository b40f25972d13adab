/*
 * state_text.h
 *		The text form of aggregate states, which is their binary form as bytea prints it, and the
 *		functions of their SQL types.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_TEXT_H
#define CREDITSPREAD_POSTGRES_STATE_TEXT_H

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"

#include "postgres/compatibility.h"

/* The binary form, what a send function returned, in hexadecimal, palloc'd. */
extern char *state_text(Datum binary);

/* The binary form of such a text, as a receive function takes it. */
extern void state_text_read(Datum text, StringInfo binary);

/*
 * Defines the SQL-callable C functions creditspread_NAME_recv, _send, _in and _out of the state
 * STATE, a varlena, by RECEIVE(buffer), which returns one, and SEND(buffer, state).
 */
#define STATE_TYPE_FUNCTIONS(NAME, STATE, RECEIVE, SEND)                                           \
	PG_FUNCTION_INFO_V1(creditspread_##NAME##_recv);                                               \
	Datum creditspread_##NAME##_recv(PG_FUNCTION_ARGS)                                             \
	{                                                                                              \
		PG_RETURN_POINTER(RECEIVE((StringInfo) PG_GETARG_POINTER(0)));                             \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_##NAME##_send);                                               \
	Datum creditspread_##NAME##_send(PG_FUNCTION_ARGS)                                             \
	{                                                                                              \
		StringInfoData buffer;                                                                     \
                                                                                                   \
		pq_begintypsend(&buffer);                                                                  \
		SEND(&buffer, (const STATE *) PG_GETARG_VARLENA_P(0));                                     \
		PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));                                                 \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_##NAME##_in);                                                 \
	Datum creditspread_##NAME##_in(PG_FUNCTION_ARGS)                                               \
	{                                                                                              \
		StringInfoData buffer;                                                                     \
                                                                                                   \
		state_text_read(PG_GETARG_DATUM(0), &buffer);                                              \
		PG_RETURN_POINTER(RECEIVE(&buffer));                                                       \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_##NAME##_out);                                                \
	Datum creditspread_##NAME##_out(PG_FUNCTION_ARGS)                                              \
	{                                                                                              \
		PG_RETURN_CSTRING(                                                                         \
			state_text(DirectFunctionCall1(creditspread_##NAME##_send, PG_GETARG_DATUM(0))));      \
	}

#endif
