#!/usr/bin/python3
"""ARIMA whose first d + m D values are not all there: statsmodels, SARIMAX with an exact diffuse start (python3-statsmodels).

statsmodels counts -log(2 pi) / 2 of each value that fixes the start, which the likelihood given the start does not.
"""
import warnings

import numpy
from statsmodels.tsa.statespace.sarimax import SARIMAX

from form import Set, draws

HORIZON = 5
ROWS = 60
FEATURES = 2

CASES = [  # missing rows, p d q, P D Q, period, constant, features
    ([t for t in range(ROWS) if t % 5 == 2], (0, 1, 1), (0, 1, 1), 4, False, 0),
    ([t for t in range(ROWS) if t % 2 == 1], (0, 2, 0), (0, 0, 0), 1, False, 0),
    ([t for t in range(ROWS) if t % 3 == 1], (1, 1, 0), (0, 0, 0), 1, True, 2),
    ([0, 1, 3, 4, 7, 30], (1, 0, 0), (0, 1, 0), 4, True, 2),
    ([1, 2, 3, 4, 20], (0, 1, 0), (0, 1, 1), 4, False, 0),
]


def data(random, case):
    missing, orders, seasonal, period, constant, features = case
    y = 50 + numpy.cumsum(random.normal(size=ROWS)) + 0.3 * random.normal(size=ROWS)
    if orders[1] == 2:
        y = numpy.cumsum(y - 50) + random.normal(size=ROWS)
    if period > 1:
        y += numpy.tile([3.0, -1.0, 0.5, -2.5], ROWS)[:ROWS]
    x = random.normal(size=(ROWS + HORIZON, FEATURES))
    y += features / 2 * x[:ROWS] @ [1.5, -0.7] + 0.2 * constant * numpy.arange(ROWS)
    y[missing] = numpy.nan
    return y, x


def fit(y, x, case):
    """Log-likelihood, constant, forecasts and their deviations behind all rows and behind the first whose start is told."""
    missing, orders, seasonal, period, constant, features = case
    lags = orders[1] + period * seasonal[1]
    columns = numpy.column_stack([numpy.arange(ROWS + HORIZON) + 1.0, x])[:, (0 if constant else 1):features + 1]

    def model(n):
        given = columns[:n] if columns.shape[1] else None
        return SARIMAX(y[:n], exog=given, order=orders, seasonal_order=(*seasonal, period if period > 1 else 0), use_exact_diffuse=True)

    whole = model(ROWS)
    best = None
    for start in (0.5, -0.5):
        first = numpy.nan_to_num(whole.start_params, nan=1.0)
        first[columns.shape[1]:-1] = start
        found = whole.fit(first, disp=0, method="bfgs", gtol=1e-7)
        found = whole.fit(found.params, disp=0, method="nm", xtol=1e-10, ftol=1e-12, maxiter=1000)
        if found.llf == found.llf and (best is None or found.llf > best.llf):
            best = found
    ahead = []
    told = next(n for n in range(lags, ROWS) if n - 1 not in missing and all_told(model(n + 1), best.params, n))
    for n in (ROWS, told):
        f = model(n).filter(best.params).get_forecast(HORIZON, exog=columns[n:n + HORIZON] if columns.shape[1] else None)
        ahead += [list(f.predicted_mean), list(f.se_mean)]
    likelihood = best.llf + lags / 2 * numpy.log(2 * numpy.pi)
    return [likelihood, float(best.params[0]) if constant else 0.0, told, *ahead]


def all_told(model, parameters, row):
    """Whether nothing of the state before a row is unknown."""
    unknown = model.filter(parameters).filter_results.predicted_diffuse_state_cov
    return unknown is not None and abs(unknown[:, :, row]).max() < 1e-8


warnings.simplefilter("ignore")
random = draws(83)
golden = Set("arima_start", "statsmodels SARIMAX, exact diffuse start.")
rows = []
for case in CASES:
    y, x = data(random, case)
    missing, orders, seasonal, period, constant, features = case
    rows.append([list(y), list(x.ravel()), list(orders), list(seasonal), period, constant, features, *fit(y, x, case)])
golden.structs("golden_arima_start", ["const double *y", "const double *x", "int orders[3]", "int seasonal_orders[3]", "int period",
                                      "bool constant", "int features", "double log_likelihood", "double mean", "int told",
                                      "const double *ahead", "const double *deviation", "const double *early", "const double *early_deviation"],
               rows)
golden.write()
