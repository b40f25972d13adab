/*
 * unit_root_distribution.h
 *		The distributions that tests of a unit root and of stationarity refer to, from published
 *		tables.
 */
#ifndef CREDITSPREAD_NUMERIC_UNIT_ROOT_DISTRIBUTION_H
#define CREDITSPREAD_NUMERIC_UNIT_ROOT_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>

/* The terms beside the lagged value; later ones include the earlier. */
typedef enum cs_trend
{
	CS_TREND_NONE = 0,
	CS_TREND_CONSTANT = 1,
	CS_TREND_LINEAR = 2,
	CS_TREND_QUADRATIC = 3
} cs_trend;

/* Critical values at 1, 5 and 10 per cent. */
#define CS_CRITICAL_LEVELS 3

/* A p-value; clipped when the table ends before the statistic. */
typedef struct cs_table_p_value
{
	double p_value;
	bool clipped;
} cs_table_p_value;

/*
 * Of the t statistic of a unit root: response surfaces of MacKinnon (J. Business & Economic
 * Statistics 12, 1994), for one series; statistics beyond them count as their ends.
 */
extern cs_table_p_value cs_dickey_fuller_p_value(cs_trend trend, double statistic);

/* Its critical values for `n` rows of the regression (MacKinnon, Queen's University 1227, 2010). */
extern void cs_dickey_fuller_critical_values(cs_trend trend, size_t n,
											 double critical[CS_CRITICAL_LEVELS]);

/*
 * Of n (rho - 1), none to linear: Fuller (Introduction to Statistical Time Series, 1976, table
 * 8.5.1), interpolated in n and in the statistic; from .01 to .99.
 */
extern cs_table_p_value cs_normalized_bias_p_value(cs_trend trend, size_t n, double statistic);

/* Of the test of stationarity, constant or linear: Kwiatkowski et al., table 1; .01 to .1. */
extern cs_table_p_value cs_kpss_p_value(cs_trend trend, double statistic);
extern void cs_kpss_critical_values(cs_trend trend, double critical[CS_CRITICAL_LEVELS]);

#endif
