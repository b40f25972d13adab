/*
 * forecast.h
 *		Bounds that forecasts of all methods share.
 */
#ifndef CREDITSPREAD_NUMERIC_FORECAST_H
#define CREDITSPREAD_NUMERIC_FORECAST_H

/* Rows ahead: forty years of trading days. */
#define CS_MAX_HORIZON 10000

/* Levels of forecast intervals: outside of them an interval says nothing that can be checked. */
#define CS_MIN_LEVEL 0.01
#define CS_MAX_LEVEL 0.999

#endif
