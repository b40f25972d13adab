/*
 * status.h
 *		Turns a status of numeric/ into an error of the server.
 */
#ifndef CREDITSPREAD_POSTGRES_STATUS_H
#define CREDITSPREAD_POSTGRES_STATUS_H

#include "numeric/base/status.h"

/*
 * Nothing for CS_OK, else an ERROR "<what>: <clause>" with the SQLSTATE and hint of the status.
 * Callers that can give figures (need n, have m) raise their own error first.
 */
extern void check_status(cs_status status, const char *what);

/* ERROR 22023 "<what> needs at least <need> observations, has <have>". */
_Noreturn extern void report_too_few(const char *what, int64 need, int64 have);

#endif
