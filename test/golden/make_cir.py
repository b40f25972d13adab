#!/usr/bin/python3
"""The square-root process by scipy, and the modified Bessel function by mpmath: cir.h and cir.sql.  Debian packages
python3-scipy and python3-mpmath.

A likelihood is summed from scipy.stats.ncx2 in a, b and sigma; Nelder and Mead's method finds its maximum,
and the root of the gradient by differences of fourth order settles the last digits.
"""
import mpmath
import numpy
from scipy.optimize import minimize, root
from scipy.stats import ncx2

from form import Set, draws

# a, b, sigma, time step, start, number of values, decimals
SERIES = [
    (0.5, 0.25, 0.15, 1.0, 2.0, 80, 4),
    (1.2, 0.6, 0.3, 1 / 12, 1.5, 120, 4),
    (0.02, 0.4, 0.3, 1.0, 0.3, 60, 6),
    (0.05, -0.02, 0.1, 1.0, 1.0, 60, 4),
]
# a, b, sigma, time step, y, steps, level
FORECASTS = [
    (0.5, 0.25, 0.15, 1.0, 2.0, 1, 0.9),
    (0.5, 0.25, 0.15, 1.0, 0.4, 12, 0.5),
    (1.2, 0.6, 0.3, 1 / 12, 1.5, 1, 0.99),
    (0.02, 0.4, 0.3, 1.0, 0.3, 3, 0.9),
    (0.02, 0.4, 0.3, 1.0, 0.0, 2, 0.8),
    (0.05, -0.02, 0.1, 1.0, 1.0, 24, 0.9),
    (3.0, 0.9, 0.05, 1 / 250, 3.0, 1, 0.9),
    (3.0, 0.9, 0.005, 1 / 250, 3.0, 5, 0.999),
]
ORDERS = [-1, -0.75, 0, 0.3, 2.5, 11, 49.5, 50.5, 400, 30000]
ARGUMENTS = [1e-6, 0.3, 8, 29.5, 30.5, 120, 2600, 20000]


def transition(a, b, sigma, time):
    persistence = numpy.exp(-b * time)
    g = -numpy.expm1(-b * time) / b
    return persistence, g, sigma ** 2 * g / 4


def simulate(random, a, b, sigma, step, start, count, decimals):
    values = [start]
    for _ in range(count - 1):
        persistence, _, factor = transition(a, b, sigma, step)
        degrees, noncentrality = 4 * a / sigma ** 2, persistence * values[-1] / factor
        draw = random.noncentral_chisquare(degrees, noncentrality)
        values.append(max(round(float(draw * factor), decimals), 10.0 ** -decimals))
    return numpy.array(values)


def log_likelihood(parameters, y, step):
    a, b, sigma = parameters[0], parameters[1], numpy.exp(parameters[2])
    if a <= 0 or b == 0:
        return -numpy.inf
    persistence, _, factor = transition(a, b, sigma, step)
    density = ncx2.logpdf(y[1:] / factor, 4 * a / sigma ** 2, persistence * y[:-1] / factor)
    return float(numpy.sum(density - numpy.log(factor)))


def maximum(y, step, start):
    start = numpy.array([start[0], start[1], numpy.log(start[2])])
    for _ in range(4):
        found = minimize(lambda p: -log_likelihood(p, y, step), start, method="Nelder-Mead",
                         options={"xatol": 1e-11, "fatol": 1e-13, "maxiter": 5000, "maxfev": 5000})
        start = found.x
    units = 1e-3 * numpy.abs(start)

    def gradient(z):
        result = []
        for i in range(3):
            e = numpy.eye(3)[i]
            f = [log_likelihood(start + (z + k * e) * units, y, step) for k in (-2, -1, 1, 2)]
            result.append((f[0] - 8 * f[1] + 8 * f[2] - f[3]) / 12)
        return result

    solved = root(gradient, numpy.zeros(3), tol=1e-12)
    best = start + solved.x * units
    assert numpy.all(numpy.abs(solved.x) < 0.05), solved
    return best[0], best[1], float(numpy.exp(best[2])), log_likelihood(best, y, step)


def euler(y, step):
    start, end = y[:-1], y[1:]
    design = numpy.column_stack([numpy.full(len(start), step), -start * step])
    weight = 1 / numpy.sqrt(start * step)
    (a, b), *_ = numpy.linalg.lstsq(design * weight[:, None], (end - start) * weight, rcond=None)
    error = (end - start - (a - b * start) * step) * weight
    variance = numpy.mean(error ** 2)
    log = -0.5 * numpy.sum(numpy.log(2 * numpy.pi * variance * start * step) + error ** 2 / variance)
    return float(a), float(b), float(numpy.sqrt(variance)), float(log)


def forecast(a, b, sigma, step, y, steps, level):
    persistence, g, factor = transition(a, b, sigma, steps * step)
    degrees, noncentrality = 4 * a / sigma ** 2, persistence * y / factor
    mean = persistence * y + a * g
    variance = sigma ** 2 * g * (persistence * y + a * g / 2)
    bounds = [factor * ncx2.ppf(p, degrees, noncentrality) for p in ((1 - level) / 2, (1 + level) / 2)]
    return [float(v) for v in (mean, variance, *bounds)]


mpmath.mp.dps = 40
random = draws(2026)
golden = Set("cir", "scipy and mpmath.")
cases, points, fits = [], [], []
for k, series in enumerate(SERIES):
    y, step = simulate(random, *series), series[3]
    exact, approximate = maximum(y, step, series[:3]), euler(y, step)
    cases.append([len(y), y, step, exact, approximate])
    points += [[k, t + 1, v] for t, v in enumerate(y)]
    fits += [[k, "exact", step, *exact], [k, "euler", step, *approximate]]
golden.structs("golden_cir", [
    "size_t n", "const double *y", "double time_step", "double exact[4] /* a, b, sigma, log-likelihood */",
    "double euler[4]"], cases)
forecasts = [[*case, *forecast(*case)] for case in FORECASTS]
golden.matrix("golden_cir_forecast", forecasts, "a, b, sigma, time step, y, steps, level; mean, variance, lower, upper")
golden.matrix("golden_bessel", [[n, x, float(mpmath.log(mpmath.besseli(n, x, maxterms=10 ** 6)) - x)]
                                for n in ORDERS for x in ARGUMENTS], "order, x, ln(exp(-x) I_order(x))")
golden.table("golden_cir_y", "series int, t bigint, y float8", points)
golden.table("golden_cir", "series int, likelihood text, time_step float8, a float8, b float8, sigma float8,"
             " log_likelihood float8", fits)
golden.table("golden_cir_forecast", "a float8, b float8, sigma float8, time_step float8, y float8, steps int,"
             " level float8, mean float8, variance float8, lower float8, upper float8", forecasts)
golden.write()
