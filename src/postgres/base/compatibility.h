/*
 * compatibility.h
 *		What moved between the versions of the server; included after postgres.h.
 */
#ifndef CREDITSPREAD_POSTGRES_COMPATIBILITY_H
#define CREDITSPREAD_POSTGRES_COMPATIBILITY_H

#if defined(PG_VERSION_NUM) && PG_VERSION_NUM < 150000
#error "creditspread needs PostgreSQL 15 or newer"
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#else
#define pgstat_get_local_beentry_by_index pgstat_fetch_stat_local_beentry
#endif

#endif
