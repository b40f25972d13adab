#!/usr/bin/python3
"""Backtests row by row in plain Python, their Sharpe ratios' errors with numpy's covariances; regressions of Mincer and
Zarnowitz by statsmodels, by a Fourier transform beyond one row ahead; correlations at lags by numpy: python3-numpy, python3-scipy,
python3-statsmodels.
"""
import math

import numpy
import scipy.stats
import statsmodels.api as sm

from form import Set, draws

ROWS = 130


def data():
    random = draws(19)
    actual = 1.5 + numpy.cumsum(random.normal(size=ROWS)) / 40
    forecast = numpy.concatenate([[math.nan], actual[:-1] + 0.3 * numpy.diff(actual) + random.normal(size=ROWS - 1) / 60])
    forecast[[17, 44, 45]] = math.nan
    return actual, forecast


def position(rule, unit, cap, threshold, decay, actual, forecast, s, horizon):
    if s >= len(actual) or s < horizon or math.isnan(forecast[s]):
        return 0.0
    change = forecast[s] - actual[s - horizon]
    if abs(change) <= threshold:
        return 0.0
    if rule == "sign":
        return math.copysign(1, change)
    if rule == "capped":
        return max(-cap, min(cap, change / unit))
    if rule == "volatility":
        changes = numpy.abs(numpy.diff(actual[:s - horizon + 1]))
        if len(changes) == 0:
            return 0.0
        weights = decay ** numpy.arange(len(changes))[::-1]
        return math.copysign(unit, change) / (math.sqrt(math.pi / 2) * (weights * changes).sum() / weights.sum())
    return change / unit


def sharpe_error(gains, lags, year):
    """Of a function of two moments, by the covariance of Newey and West and the gradient."""
    n = len(gains)
    moments = numpy.column_stack([gains, gains ** 2])
    moments = moments - moments.mean(0)
    covariance = moments.T @ moments / n
    for k in range(1, lags + 1):
        g = moments[k:].T @ moments[:-k] / n
        covariance += (1 - k / (lags + 1)) * (g + g.T)
    mean, square = gains.mean(), (gains ** 2).mean()
    variance = square - mean ** 2
    gradient = numpy.array([1 / math.sqrt(variance) + mean ** 2 / variance ** 1.5, -mean / (2 * variance ** 1.5)])
    return math.sqrt(gradient @ covariance @ gradient / n * year)


def backtest(actual, forecast, rule, unit, cap, threshold, decay, horizon, cost, carry, year, lags):
    known = [s for s in range(horizon, len(actual)) if not math.isnan(forecast[s])]
    first, last = known[0] - horizon + 1, known[-1]
    before = 0.0
    gains, gross, turnover, positions, path = [], 0.0, 0.0, [], [0.0]
    for t in range(first, last + 1):
        now = sum(position(rule, unit, cap, threshold, decay, actual, forecast, s, horizon) for s in range(t, t + horizon)) / horizon
        traded = abs(now - before) + (abs(now) if t == last else 0)
        gains.append(now * (actual[t] - actual[t - 1]) + carry * now - cost * traded)
        gross += now * (actual[t] - actual[t - 1])
        turnover += traded
        positions.append(now)
        path.append(path[-1] + gains[-1])
        before = now
    gains = numpy.array(gains)
    if lags < 0:
        lags = math.floor(4 * (len(gains) / 100) ** 0.25)
    lags = max(lags, horizon - 1)
    drawdown = max(max(path[:i + 1]) - v for i, v in enumerate(path))
    carried = carry * sum(positions)
    return [len(gains), gains.sum(), gross, carried, cost * turnover, gains.mean(), gains.std(ddof=1),
            gains.mean() / gains.std(ddof=1) * math.sqrt(year), sharpe_error(gains, lags, year), drawdown, turnover,
            numpy.mean(numpy.abs(positions)), (gross + carried) / turnover, lags, positions[20], path[21]]


def mincer_zarnowitz(actual, forecast, form, horizon, lags):
    known = ~numpy.isnan(forecast)
    actual, forecast = actual[known], forecast[known]
    if form == "change":
        actual, forecast = actual[horizon:] - actual[:-horizon], forecast[horizon:] - actual[:-horizon]
    x = sm.add_constant(forecast)
    n = len(actual)
    if lags < 0 and horizon > 1:
        fit = sm.OLS(actual, x).fit()
        m = round((n / horizon) ** (2 / 3))
        f = numpy.fft.fft(x * fit.resid[:, None], axis=0)[1:m + 1]
        bread = numpy.linalg.inv(x.T @ x)
        covariance = bread @ (f.T @ f.conj()).real @ bread / m
        bias = fit.params - [0, 1]
        value = bias @ numpy.linalg.solve(covariance, bias) * (2 * m - 1) / (4 * m)
        return [*fit.params, *numpy.sqrt(numpy.diag(covariance)), fit.rsquared, value, scipy.stats.f.sf(value, 2, 2 * m - 1), 2 * m - 1, n]
    fit = sm.OLS(actual, x).fit(cov_type="HAC", cov_kwds={"maxlags": max(lags, 0), "use_correction": True}, use_t=True)
    joint = fit.f_test((numpy.eye(2), [0, 1]))
    return [*fit.params, *fit.bse, fit.rsquared, float(joint.fvalue), float(joint.pvalue), n - 2, n]


actual, forecast = data()
golden = Set("strategies", "plain Python, numpy and statsmodels.")
options = [
    # rule, unit, cap, threshold, decay, horizon, cost, carry, year, lags
    ("proportional", 0.01, 1, 0, 0.97, 1, 0, 0, 252, -1),
    ("proportional", 0.02, 1, 0.005, 0.97, 1, 0.001, 0.0001, 252, 0),
    ("sign", 0.01, 1, 0, 0.97, 1, 0.002, 0, 250, 7),
    ("capped", 0.01, 1.5, 0, 0.97, 1, 0.001, -0.0002, 252, -1),
    ("volatility", 0.01, 1, 0, 0.97, 1, 0, 0, 12, -1),
    ("volatility", 0.03, 1, 0.004, 0.9, 3, 0.001, 0, 252, -1),
    ("proportional", 0.01, 1, 0, 0.97, 5, 0.0005, 0, 252, 2),
    ("sign", 0.01, 1, 0.01, 0.97, 2, 0, 0.001, 252, 4),
]
backtests = []
for option in options:
    result = backtest(actual, forecast, *option)
    backtests.append([*option, *result])
lines = [[form, horizon, lags, *mincer_zarnowitz(actual, forecast, form, horizon, lags)]
         for form in ("level", "change") for horizon, lags in ((1, -1), (1, 4), (3, 2), (5, 11), (2, -1), (7, -1))]
both = numpy.column_stack([actual, numpy.where(numpy.isnan(forecast), actual, forecast)])
correlations = []
for changes in (False, True):
    values = numpy.diff(both, axis=0) if changes else both
    n = len(values)
    for lag in range(-4, 5):
        a = values[max(0, -lag):n - max(0, lag), 0]
        b = values[max(0, lag):n - max(0, -lag), 1]
        correlations.append([changes, lag, numpy.corrcoef(a, b)[0, 1], len(a)])
rows = [[t, a, f] for t, (a, f) in enumerate(zip(actual, forecast), 1)]
results = ("periods", "total", "gross", "carry_total", "cost_total", "mean", "sd", "sharpe", "sharpe_error", "drawdown", "turnover",
           "mean_position", "break_even", "used_lags", "position_21", "value_21")
named = ("unit", "cap", "threshold", "decay", "horizon", "cost", "carry", "periods_per_year", "lags")
whole = ("horizon", "lags", "periods", "used_lags")
golden.structs("golden_row", ["double actual", "double forecast"], [row[1:] for row in rows])
golden.structs("golden_strategy", ["const char *rule"] + [("int " if n in whole else "double ") + n for n in named + results], backtests)
golden.structs("golden_line", ["const char *form", "int horizon", "int lags", "double intercept", "double slope", "double intercept_error",
                               "double slope_error", "double r_squared", "double statistic", "double p_value", "int freedom", "int observations"], lines)
golden.structs("golden_correlation", ["bool changes", "int lag", "double correlation", "int observations"], correlations)
golden.table("golden_row", "t bigint, actual float8, forecast float8", rows)
golden.table("golden_strategy", "rule text, " + ", ".join(n + (" int" if n in whole else " float8") for n in named + results), backtests)
golden.table("golden_line", "form text, horizon int, lags int, intercept float8, slope float8, intercept_error float8, slope_error float8,"
             " r_squared float8, statistic float8, p_value float8, freedom int, observations int", lines)
golden.table("golden_correlation", "changes boolean, lag int, correlation float8, observations int", correlations)
golden.write()
