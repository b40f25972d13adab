#!/usr/bin/python3
"""ARIMA: densities of the whole vector by its covariance matrix, and what it says of values ahead, in numpy; the highest of
them by searches of scipy.  Exponential smoothing and Theta: R, package forecast (r-base-core, r-cran-forecast): its
parameters, and their likelihoods and forecasts; bounds only where its formulas are right.
"""
import subprocess

import numpy
from scipy.optimize import minimize
from scipy.signal import lfilter

from form import Set, draws

HORIZON = 8


def polynomial(plain, seasonal, period, sign):
    """1 + sign (c_1 B + ...) times the same over seasons."""
    a = numpy.concatenate([[1], sign * numpy.asarray(plain, float)])
    b = numpy.zeros(len(seasonal) * period + 1)
    b[0] = 1
    for j, value in enumerate(seasonal, 1):
        b[j * period] = sign * value
    return numpy.convolve(a, b)


def autocovariances(phi, theta, count):
    """Of phi(B) w = theta(B) e, by many terms of its moving average."""
    impulse = lfilter(theta, phi, numpy.eye(1, 6000)[0])
    return numpy.array([impulse[:len(impulse) - k] @ impulse[k:] for k in range(count)])


def weights(d, seasonal_d, period):
    """y(t) = w(t) + sum of these times y(t - j)."""
    values = numpy.array([1.0])
    season = numpy.zeros(period + 1)
    season[0], season[-1] = 1, -1
    for _ in range(d):
        values = numpy.convolve(values, [1, -1])
    for _ in range(seasonal_d):
        values = numpy.convolve(values, season)
    return -values[1:]


def split(coefficients, counts):
    edges = numpy.cumsum(counts)[:-1]
    return numpy.split(numpy.asarray(coefficients, float), edges)


def arima(y, orders, seasonal, period, constant, coefficients, c=None):
    """Log-likelihood, constant, variance (of maximum likelihood), and means and variances ahead."""
    (p, d, q), (sp, sd, sq) = orders, seasonal
    ar, ma, sar, sma = split(coefficients, (p, q, sp, sq))
    lags = weights(d, sd, period)
    start = len(lags)
    n = len(y) + HORIZON
    gamma = autocovariances(polynomial(ar, sar, period, -1), polynomial(ma, sma, period, 1), n)
    # y behind the lags is linear in w: y = A w + B y_first
    a = numpy.zeros((n, n - start))
    b = numpy.eye(n, start)
    for t in range(start, n):
        a[t, t - start] = 1
        for j, weight in enumerate(lags, 1):
            a[t] += weight * a[t - j]
            b[t] += weight * b[t - j]
    covariance = a @ gamma[numpy.abs(numpy.subtract.outer(range(n - start), range(n - start)))] @ a.T
    x = numpy.arange(n) if start else numpy.ones(n)
    rest = lambda column: column - b @ column[:start]
    seen = [t for t in range(start, len(y)) if y[t] == y[t]]
    whole = numpy.concatenate([y, numpy.zeros(HORIZON)])
    v, u = rest(whole), rest(x.astype(float))
    factor = numpy.linalg.cholesky(covariance[numpy.ix_(seen, seen)])
    solve = lambda z: numpy.linalg.solve(factor, z)
    if constant and c is None:
        c = solve(v[seen]) @ solve(u[seen]) / (solve(u[seen]) @ solve(u[seen]))
    c = c if constant else 0
    error = solve(v[seen] - c * u[seen])
    m = len(seen)
    variance = error @ error / m
    likelihood = -m / 2 * (numpy.log(2 * numpy.pi * variance) + 1) - numpy.log(numpy.diag(factor)).sum()
    ahead = range(len(y), n)
    cross = solve(covariance[numpy.ix_(seen, ahead)])
    mean = c * x[len(y):] + b[len(y):] @ (y[:start] - c * x[:start]) + cross.T @ error
    spread = numpy.diag(covariance)[len(y):] - (cross ** 2).sum(0)
    return likelihood, c, variance, mean, spread


def from_partial(values):
    out = numpy.array([])
    for value in numpy.tanh(values):
        out = numpy.append(out - value * out[::-1], value)
    return out


def highest(y, orders, seasonal, period, constant):
    """The largest likelihood that searches from several points find."""
    counts = (orders[0], orders[2], seasonal[0], seasonal[2])

    def lower(x):
        parts = [sign * from_partial(part) for part, sign in zip(split(numpy.clip(x, -6, 6), counts), (1, -1, 1, -1))]
        return -arima(y, orders, seasonal, period, constant, numpy.concatenate(parts))[0]
    if sum(counts) == 0:
        return -lower(numpy.array([]))
    found = [minimize(lower, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000})
             for start in (numpy.zeros(sum(counts)), numpy.full(sum(counts), 0.7), numpy.full(sum(counts), -0.7))]
    return -min(f.fun for f in found)


def series():
    random = draws(22)
    noise = random.normal(size=72)
    season = numpy.tile(random.normal(size=4), 18)
    walk = numpy.cumsum(noise)
    return {
        "walk": 250 + 3 * walk,
        "noise": 5 + random.normal(size=60) + 0.6 * numpy.roll(noise[:60], 1),
        "seasonal": 40 + 0.2 * numpy.arange(72) + 4 * season + 0.8 * walk,
        "growing": (20 + 0.3 * numpy.arange(72)) * (1 + 0.2 * season) * numpy.exp(0.02 * noise),
    }


def gaps(y):
    y = numpy.array(y, float)
    y[[20, 21, 33, 50]] = numpy.nan
    return y


ARIMA = [  # series, with gaps, p d q, P D Q, period, constant, coefficients
    ("walk", False, (1, 1, 1), (0, 0, 0), 1, True, [0.4, -0.3]),
    ("walk", True, (0, 1, 2), (0, 0, 0), 1, False, [0.5, 0.3]),
    ("noise", False, (2, 0, 1), (0, 0, 0), 1, True, [0.5, -0.3, 0.6]),
    ("noise", True, (1, 0, 0), (0, 0, 0), 1, True, [0.7]),
    ("walk", True, (1, 2, 1), (0, 0, 0), 1, False, [0.2, -0.8]),
    ("seasonal", False, (0, 1, 1), (0, 1, 1), 4, False, [-0.4, -0.6]),
    ("seasonal", True, (1, 0, 0), (1, 1, 0), 4, True, [0.6, -0.3]),
    ("noise", False, (0, 0, 0), (0, 0, 0), 1, True, []),
]
ETS = [("walk", "ANN", 1), ("walk", "AAN", 1), ("walk", "AAdN", 1), ("growing", "MAN", 1), ("growing", "MNN", 1),
       ("seasonal", "ANA", 4), ("seasonal", "AAA", 4), ("seasonal", "MNA", 4), ("growing", "MNM", 4), ("growing", "MAM", 4)]
SESSION = subprocess.Popen(["R", "--vanilla", "--no-echo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                           stderr=subprocess.DEVNULL)


def in_r(x, period, code):
    values = ",\n".join(map(repr, map(float, x)))
    print(f"x <- ts(c({values}), frequency = {period})\n{code}\ncat('\\nend\\n')", file=SESSION.stdin, flush=True)
    return [float(v) for line in iter(SESSION.stdout.readline, "end\n") for v in line.split()]


def smoothing(name, form, period, y):
    damped = "d" in form
    code = (f"m <- ets(x, '{form.replace('d', '')}', damped = {str(damped).upper()}); p <- m$par; g <- function(n) if (n %in% names(p)) p[n] else 0;"
            f"f <- forecast(m, {HORIZON}, level = 90); s <- m$initstate; cat(sprintf('%.17g ', c(g('alpha'), g('beta'), g('gamma'), g('phi'),"
            "m$loglik, m$sigma2, f$mean, f$upper, s)))")
    found = in_r(y, period, code)
    alpha, beta, gamma, phi, loglik, sigma2 = found[:6]
    mean, upper, state = found[6:6 + HORIZON], found[6 + HORIZON:6 + 2 * HORIZON], found[6 + 2 * HORIZON:]
    trend = "A" in form[1:-1]
    season = state[1 + trend:][::-1] if form[-1] != "N" else []
    n = len(y)
    # R's likelihood lacks constants; its bounds of additive seasons are wrong from a season ahead on
    whole = loglik - n / 2 * (numpy.log(2 * numpy.pi / n) + 1)
    right = period - 1 if form[-1] == "A" and form[1:-1] == "N" else HORIZON
    upper = [u if h < right else None for h, u in enumerate(upper)]
    kinds = int(form[0] == "M"), ["N", "A", "Ad"].index(form[1:-1]), "NAM".index(form[-1])
    return [name, *kinds, period, [alpha, beta, gamma, phi if damped else float(trend), state[0], state[1] if trend else 0.0],
            season or [0.0], whole, sigma2, mean, upper]


def theta(name, period, y):
    found = in_r(y, period, f"f <- thetaf(x, {HORIZON}, level = 90); cat(sprintf('%.17g ', c(f$mean, f$upper)))")
    return [name, period, found[:HORIZON], found[HORIZON:]]


print("suppressMessages(library(forecast))", file=SESSION.stdin)
data = series()
data.update({name + " with gaps": gaps(y) for name, y in list(data.items())})
golden = Set("classical", "numpy and scipy; R, package forecast.")
golden.structs("golden_classical", ["const char *name", "const double *y", "int n"], [[name, y, len(y)] for name, y in data.items()])
golden.table("golden_classical", "series text, t bigint, y float8",
             [[name, t, v] for name, y in data.items() for t, v in enumerate(y, 1)])
rows = []
for name, missing, orders, seasonal, period, constant, coefficients in ARIMA:
    y = data[name + " with gaps" if missing else name]
    found = arima(y, orders, seasonal, period, constant, coefficients)
    rows.append([name + " with gaps" * missing, list(orders), list(seasonal), period, constant, coefficients or [0.0], *found,
                 highest(y, orders, seasonal, period, constant)])
golden.structs("golden_arima", ["const char *series", "int orders[3]", "int seasonal_orders[3]", "int period", "bool constant",
                                "const double *coefficients", "double log_likelihood", "double mean", "double variance",
                                "const double *ahead", "const double *spread", "double highest"], rows)
golden.table("golden_arima", "series text, orders int[], seasonal_orders int[], period int, constant bool, highest float8",
             [[*row[:5], row[-1]] for row in rows])
golden.structs("golden_ets", ["const char *series", "int error", "int trend", "int season", "int period",
                              "double parameters[6] /* alpha, beta, gamma, phi, level, slope */", "const double *seasons", "double log_likelihood",
                              "double variance", "const double *ahead", "const double *upper"],
               [smoothing(name, form, period, data[name]) for name, form, period in ETS])
rows = [theta(name, period, data[name]) for name, period in (("walk", 1), ("noise", 1), ("seasonal", 4), ("growing", 4))]
golden.structs("golden_theta", ["const char *series", "int period", "const double *ahead", "const double *upper"], rows)
golden.table("golden_theta", "series text, period int, ahead float8[], upper float8[]", rows)
golden.write()
