/*
 * shown_json.h
 *		JSON values in messages.
 */
#ifndef CREDITSPREAD_POSTGRES_SHOWN_JSON_H
#define CREDITSPREAD_POSTGRES_SHOWN_JSON_H

#include "postgres.h"

#include "utils/jsonb.h"

/* A string in quotes, as JSON writes it. */
extern char *shown_string(const char *text, int length);

/* A value; of a large array or object only that it is one. */
extern char *shown_json(const JsonbValue *value);

#endif
