#!/usr/bin/python3
"""Scores of intervals and quantiles by their definitions, in rational numbers: interval_accuracy.h and interval_accuracy.sql.

The continuous ranked probability score is that of a sample, mean |x - y| - mean |x - x'| / 2, where the quantiles stand at
levels (2 k - 1) / (2 K), and the weighted pinball loss of Gneiting and Ranjan elsewhere.
"""
from fractions import Fraction

import numpy

from form import Set, draws

ROWS, QUANTILES = 60, 9
LEVEL = 0.8  # of the interval


def pinball(y, q, p):
    return max(p * (y - q), (p - 1) * (y - q))


def sample_crps(y, sample):
    n = len(sample)
    return sum(abs(x - y) for x in sample) / n - sum(abs(a - b) for a in sample for b in sample) / (2 * n * n)


def weighted_crps(y, quantiles, levels):
    middle = [0] + [(a + b) / 2 for a, b in zip(levels, levels[1:])] + [1]
    return sum(2 * (middle[k + 1] - middle[k]) * pinball(y, q, p) for k, (q, p) in enumerate(zip(quantiles, levels)))


def interval_score(y, lower, upper, low, high):
    return upper - lower + max(lower - y, 0) / low + max(y - upper, 0) / (1 - high)


def measures(actual, quantiles, levels, crps):
    n = len(actual)
    low, high = levels[0], levels[-1]
    rows = list(zip(actual, quantiles))
    below = sum(y < q[0] for y, q in rows)
    above = sum(y > q[-1] for y, q in rows)
    return [float(v) for v in [
        high - low, Fraction(n - below - above, n), Fraction(below, n), Fraction(above, n),
        sum(q[-1] - q[0] for _, q in rows) / n, sum(interval_score(y, q[0], q[-1], low, high) for y, q in rows) / n,
        sum(pinball(y, x, p) for y, q in rows for x, p in zip(q, levels)) / (n * len(levels)),
        sum(crps(y, q, levels) for y, q in rows) / n]]


random = draws(41)
actual = numpy.round(100 + numpy.cumsum(random.normal(size=ROWS)), 3)
forecast = numpy.round(actual + random.normal(size=ROWS), 3)
half = numpy.round(0.4 + 1.2 * random.uniform(size=(ROWS, 2)), 3)
spread = numpy.sort(numpy.round(random.normal(size=(ROWS, QUANTILES)), 3), axis=1)
lower, upper = numpy.round(forecast - half[:, 0], 3), numpy.round(forecast + half[:, 1], 3)
quantiles = numpy.round(forecast[:, None] + spread, 3)


def exact(values):
    return [[Fraction(v) for v in row] if isinstance(row, list) else Fraction(row) for row in values.tolist()]


y = exact(actual)
level = Fraction(LEVEL)
interval = measures(y, [list(q) for q in zip(exact(lower), exact(forecast), exact(upper))],
                    [(1 - level) / 2, Fraction(1, 2), (1 + level) / 2], weighted_crps)
sample = measures(y, exact(quantiles), [Fraction(2 * k + 1, 2 * QUANTILES) for k in range(QUANTILES)],
                  lambda y, q, levels: sample_crps(y, q))
golden = Set("interval_accuracy", "definitions in rational numbers.")
names = ["level", "coverage", "below", "above", "width", "interval_score", "pinball", "crps"]
golden.structs("golden_interval", ["double actual", "double forecast", "double lower", "double upper",
                                   "const double *quantiles"],
               [[actual[i], forecast[i], lower[i], upper[i], quantiles[i]] for i in range(ROWS)])
golden.structs("golden_interval_measures", ["double " + name for name in names], [interval, sample])
golden.table("golden_interval", "actual float8, forecast float8, lower float8, upper float8, quantiles float8[]",
             [[actual[i], forecast[i], lower[i], upper[i], quantiles[i]] for i in range(ROWS)])
golden.table("golden_interval_measures", "form int, " + ", ".join(name + " float8" for name in names),
             [[1, *interval], [2, *sample]])
golden.write()
