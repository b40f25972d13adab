#!/usr/bin/python3
"""Regression with ARIMA errors: R, package forecast (r-base-core, r-cran-forecast): Arima(xreg=) by maximum likelihood,
and what auto.arima(xreg=) chooses.
"""
import subprocess

import numpy

from form import Set, draws

HORIZON = 6
ROWS = 60


def in_r(code):
    found = subprocess.run(["R", "--vanilla", "--no-echo"], input=code, capture_output=True, text=True, check=True).stdout
    return [float(v) for v in found.split()]


def data():
    """Features with the rows ahead, and series that depend on them."""
    random = draws(61)
    n = ROWS + HORIZON
    x = numpy.column_stack([numpy.cumsum(random.normal(size=n)), 100 + random.normal(size=n)])
    noise = random.normal(size=n)
    season = numpy.tile([3.0, -1.0, 0.5, -2.5], n)[:n]
    short = noise.copy()
    for t in range(1, n):
        short[t] += 0.6 * short[t - 1]
    y = {
        "short": 20 + 1.5 * x[:, 0] - 0.7 * x[:, 1] + short,
        "walk": 300 - 2 * x[:, 0] + 0.4 * x[:, 1] + 0.3 * numpy.arange(n) + numpy.cumsum(noise),
        "seasonal": 50 + 0.8 * x[:, 0] + 0.5 * x[:, 1] + season + numpy.cumsum(0.5 * noise),
    }
    y = {name: values[:ROWS] for name, values in y.items()}
    for name, values in list(y.items()):
        with_gaps = values.copy()
        with_gaps[[15, 16, 41]] = numpy.nan
        y[name + " with gaps"] = with_gaps
    gaps = x.copy()
    gaps[[30, 41], [0, 1]] = numpy.nan
    return x, gaps, y


CASES = [  # series, with gaps, p d q, P D Q, period, constant
    ("short", False, (1, 0, 0), (0, 0, 0), 1, True),
    ("short", False, (0, 0, 0), (0, 0, 0), 1, True),
    ("short", True, (1, 0, 1), (0, 0, 0), 1, True),
    ("walk", False, (0, 1, 1), (0, 0, 0), 1, False),
    ("walk", False, (1, 1, 0), (0, 0, 0), 1, True),
    ("walk", True, (0, 1, 1), (0, 0, 0), 1, True),
    ("seasonal", False, (1, 0, 0), (0, 1, 1), 4, True),
    ("seasonal", False, (0, 1, 1), (0, 1, 1), 4, False),
    ("seasonal", True, (0, 1, 0), (1, 0, 0), 4, False),
]


def vector(values):
    return "c(" + ",".join("NA" if v != v else repr(float(v)) for v in values) + ")"


def chosen(y, x, period):
    """d, D and the corrected information criterion."""
    found = in_r(f"""suppressMessages(library(forecast))
y <- ts({vector(y)}, frequency = {period})
x <- cbind(a = {vector(x[:, 0])}, b = {vector(x[:, 1])})[1:{ROWS}, ]
m <- auto.arima(y, xreg = x, approximation = FALSE)
cat(sprintf("%.17g ", c(m$arma[6:7], m$aicc)))
""")
    return [int(found[0]), int(found[1]), found[2]]


def fit(y, x, orders, seasonal, period, constant):
    """Log-likelihood, constant, coefficients, forecasts and their upper bounds of 90 %; the start is as good as unknown."""
    differences = orders[1] + seasonal[1]
    found = in_r(f"""suppressMessages(library(forecast))
y <- ts({vector(y)}, frequency = {period})
x <- cbind(a = {vector(x[:, 0])}, b = {vector(x[:, 1])})
old <- x[1:{ROWS}, ]; new <- x[{ROWS + 1}:{ROWS + HORIZON}, ]
m <- Arima(y, order = {vector(orders)}, seasonal = {vector(seasonal)}, xreg = old, include.mean = {str(constant and not differences).upper()},
  include.drift = {str(constant and differences > 0).upper()}, method = "ML", kappa = 1e9, optim.control = list(reltol = 1e-14, maxit = 1000))
f <- forecast(m, xreg = new, level = 90)
constant <- c(coef(m)[intersect(names(coef(m)), c("intercept", "drift"))], 0)[1]
cat(sprintf("%.17g ", c(m$loglik, constant, coef(m)["a"], coef(m)["b"], f$mean, f$upper)))
""")
    return [found[0], found[1], found[2:4], found[4:4 + HORIZON], found[4 + HORIZON:]]


x, gaps, series = data()
golden = Set("arima_regression", "R, package forecast.")
golden.structs("golden_regression_series", ["const char *name", "const double *y", "int n", "const double *x /* with the rows ahead */"],
               [[name, list(y), len(y), list((gaps if "gaps" in name else x).ravel())] for name, y in series.items()])
golden.table("golden_arima_regression_rows", "series text, t bigint, y float8, features float8[]",
             [[name, t, float(y[t - 1]) if t <= ROWS else None, [None if v != v else float(v) for v in (gaps if "gaps" in name else x)[t - 1]]]
              for name, y in series.items() for t in range(1, ROWS + HORIZON + 1)])
rows = []
for name, missing, *form in CASES:
    name += " with gaps" * missing
    rows.append([name, list(form[0]), list(form[1]), *form[2:], *fit(series[name], gaps if missing else x, *form)])
golden.structs("golden_arima_regression", ["const char *series", "int orders[3]", "int seasonal_orders[3]", "int period", "bool constant",
                                           "double log_likelihood", "double mean", "double regression[2]", "const double *ahead",
                                           "const double *upper"], rows)
golden.table("golden_arima_regression", "series text, orders int[], seasonal_orders int[], period int, fitted_constant bool, log_likelihood float8, "
             "constant float8, regression float8[], ahead float8[], upper float8[]", rows)
golden.structs("golden_regression_chosen", ["const char *series", "int period", "int differences", "int seasonal_differences", "double aicc"],
               [[name, period, *chosen(series[name], gaps if "gaps" in name else x, period)]
                for name, period in (("short", 1), ("walk", 1), ("seasonal", 4), ("short with gaps", 1), ("walk with gaps", 1))])
golden.write()
