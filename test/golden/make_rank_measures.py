#!/usr/bin/python3
"""Measures of rankings by their definitions, with Python's rational numbers: rank_measures.h and rank_measures.sql.

Of each day the reciprocal of the place that the highest prediction has among the true values, the true value of the
highest prediction, and Spearman's correlation 1 - 6 sum d^2 / (n^3 - n); no values are equal.
"""
from fractions import Fraction

import numpy

from form import Set, draws

SIZES = [(12, 8), (20, 12)]  # days, series


def places(values):
    """1 for the highest."""
    order = sorted(values, reverse=True)
    assert len(set(order)) == len(order)
    return [order.index(v) + 1 for v in values]


golden = Set("rank_measures", "definitions in rational numbers.")
cases, rows, measures = [], [], []
for k, (days, n) in enumerate(SIZES):
    random = draws(80 + k)
    truth = numpy.round(random.normal(0, 0.02, (days, n)), 5)
    forecast = numpy.round(0.5 * truth + random.normal(0, 0.02, (days, n)), 5)
    reciprocal, longs, correlations = Fraction(0), Fraction(0), []
    for t in range(days):
        true, said = places(truth[t].tolist()), places(forecast[t].tolist())
        best = said.index(1)
        reciprocal += Fraction(1, true[best])
        longs += Fraction(truth[t, best])
        correlations.append(1 - Fraction(6 * sum((a - b) ** 2 for a, b in zip(true, said)), n ** 3 - n))
    mrr, longs = float(reciprocal / days), float(longs)
    cases.append([days, n, truth, forecast, [float(c) for c in correlations], mrr, longs])
    rows += [[k, t, f"e{i}", truth[t, i], forecast[t, i]] for t in range(days) for i in range(n)]
    measures.append([k, mrr, longs, float(sum(correlations) / days)])
golden.structs("golden_rank", [
    "size_t days", "size_t series", "const double *truth /* a row for each day */", "const double *pred",
    "const double *correlation", "double mrr", "double longs"], cases)
golden.table("golden_rank", "c int, t bigint, entity text, actual float8, forecast float8", rows)
golden.table("golden_rank_measure", "c int, mrr float8, longs float8, correlation float8", measures)
golden.write()
