/*
 * compatibility.h
 *		What moved between the versions of the server; included after postgres.h.
 */
#ifndef CREDITSPREAD_POSTGRES_COMPATIBILITY_H
#define CREDITSPREAD_POSTGRES_COMPATIBILITY_H

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#endif
