/*
 * state_text.h
 *		The text form of aggregate states: their binary form as bytea prints it.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_TEXT_H
#define CREDITSPREAD_POSTGRES_STATE_TEXT_H

#include "lib/stringinfo.h"

#include "postgres/compatibility.h"

/* The binary form, what a send function returned, in hexadecimal, palloc'd. */
extern char *state_text(Datum binary);

/* The binary form of such a text, as a receive function takes it. */
extern void state_text_read(Datum text, StringInfo binary);

#endif
