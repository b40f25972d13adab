/*
 * reflection.h
 *		What the options of the catalog's method reflection share with reflection_forecast.
 */
#ifndef CREDITSPREAD_POSTGRES_REFLECTION_H
#define CREDITSPREAD_POSTGRES_REFLECTION_H

/* Deviations that there must be before the first fit. */
#define REFLECTION_FIT_MINIMUM 20

#endif
