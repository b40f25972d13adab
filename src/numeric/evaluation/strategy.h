/*
 * strategy.h
 *		What trading on a forecast would have earned: positions by a rule, gains, costs, and how
 *		sure the Sharpe ratio is.
 *
 * The forecast of row s was made `horizon` rows before, when y was y[s - h]: it foretells the
 * change m = forecast[s] - y[s - h].  Rules, in units held of a contract whose price is y:
 *
 *		proportional	m / unit
 *		sign			the sign of m
 *		capped			m / unit, but not beyond -cap and cap
 *		volatility		the sign of m times unit / v, v the mean of |change| known then, weights
 *						decay^age, times sqrt(pi / 2), the standard deviation of a normal change
 *						(Moskowitz, Ooi and Pedersen, J. Financial Economics 104, 2012: positions
 *						of equal risk)
 *
 * m that is not beyond `threshold`, or is rounding of the two, gives 0.  From row t - 1 to row t
 * the mean of the positions of the forecasts of rows t to t + h - 1 is held, the h newest that are
 * known at t - 1 (Jegadeesh and Titman, J. Finance 48, 1993).  A row then gains
 *
 *		x_t (y_t - y_{t-1}) + carry x_t - cost |x_t - x_{t-1}|
 *
 * where what is held after the last row is closed at its end, at the same cost.
 *
 * The standard error of the Sharpe ratio S = mean / sd is that of its influence function,
 * z - S / 2 (z^2 - 1) with z the standardized gain, by the long-run variance with Bartlett's
 * weights (Lo, Financial Analysts J. 58, 2002; without lags that of Mertens, which knows skewness
 * and kurtosis).
 */
#ifndef CREDITSPREAD_NUMERIC_STRATEGY_H
#define CREDITSPREAD_NUMERIC_STRATEGY_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stddef.h>
#include <stdint.h>

typedef enum cs_strategy_rule
{
	CS_STRATEGY_PROPORTIONAL = 0,
	CS_STRATEGY_SIGN = 1,
	CS_STRATEGY_CAPPED = 2,
	CS_STRATEGY_VOLATILITY = 3
} cs_strategy_rule;

/* Lags of the long-run variance by rule: 4 (n / 100)^(1/4), rounded down, at least horizon - 1. */
#define CS_STRATEGY_LAGS_BY_RULE SIZE_MAX

typedef struct cs_strategy_options
{
	cs_strategy_rule rule;
	double unit;
	double cap;
	double threshold;
	double decay;
	double cost;
	double carry;
	double periods_per_year;
	size_t horizon; /* at least 1 */
	size_t lags;
} cs_strategy_options;

/* A row as it comes. */
typedef struct cs_strategy_row
{
	double actual;
	double forecast; /* of this row; NaN = none */
} cs_strategy_row;

typedef struct cs_strategy_result
{
	size_t first; /* the rows of the curve: from the first that holds something for a forecast */
	size_t periods;
	double gross; /* sums */
	double carry;
	double cost;
	double total;
	double mean;			/* of a row's gain */
	double sd;				/* divisor periods - 1; NaN of one row */
	double sharpe;			/* of a year; NaN where the gains do not vary */
	double sharpe_error;	/* likewise */
	double drawdown;		/* largest fall of the sum, at least 0 */
	double turnover;		/* units traded in all */
	double mean_position;	/* of |x| */
	double break_even_cost; /* at which the total is 0; NaN without turnover */
	size_t lags;
} cs_strategy_result;

extern size_t cs_strategy_size(size_t n);

/*
 * The backtest of rows[n] in order of time.  position[n], gross[n] and net[n] have their values
 * from row `first` on, for `periods` rows: what was held up to the row, and the sums up to its end.
 * CS_TOO_FEW when no row later than `horizon` rows has a forecast, CS_OUT_OF_RANGE for options,
 * CS_NOT_FINITE when a position or a sum overflows.
 */
extern cs_status cs_strategy_backtest(const cs_strategy_row *rows, size_t n,
									  const cs_strategy_options *options, cs_workspace *workspace,
									  double *position, double *gross, double *net,
									  cs_strategy_result *result);

#endif
