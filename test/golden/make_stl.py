#!/usr/bin/python3
"""Decompositions into trend, season and remainder by statsmodels: stl.h and stl.sql.  Debian package
python3-statsmodels.
"""
import numpy
from statsmodels.tsa.seasonal import STL

from form import Set, draws

# rows; period; windows: seasonal, trend, low pass; their degrees; inner and outer iterations
CASES = [
    (96, 12, 7, 23, 13, 1, 1, 1, 5, 0), (96, 12, 7, 23, 13, 1, 1, 1, 2, 15),
    (70, 7, 7, 15, 9, 1, 1, 1, 5, 0), (70, 7, 7, 15, 9, 1, 1, 1, 2, 15),
    (31, 4, 13, 9, 7, 0, 1, 1, 3, 2), (38, 5, 5, 61, 11, 1, 0, 0, 2, 1), (45, 6, 61, 9, 7, 1, 1, 0, 1, 0),
]

golden = Set("stl", "statsmodels.")
rows = []
for n, period, seasonal, trend, low_pass, *degrees, inner, outer in CASES:
    t, random = numpy.arange(n), draws(period)
    x = 3 * numpy.sin(2 * numpy.pi * t / period) + 0.001 * t**2 + 0.4 * random.normal(size=n)
    x[n // 3] += 4
    x = numpy.round(x, 3)
    fit = STL(x, period=period, seasonal=seasonal, trend=trend, low_pass=low_pass, seasonal_deg=degrees[0],
              trend_deg=degrees[1], low_pass_deg=degrees[2], robust=outer > 0).fit(inner_iter=inner, outer_iter=outer)
    rows.append([x, fit.trend, fit.seasonal, fit.resid, fit.weights])
golden.structs("golden_stl", [
    "size_t points", "cs_stl_options options", "const double *x", "const double *trend", "const double *seasonal",
    "const double *remainder", "const double *weight"],
    [[case[0], list(case[1:]), *row] for case, row in zip(CASES, rows)])
golden.table("golden_stl", "sample int, period int, seasonal_window int, trend_window int, low_pass int,"
             " seasonal_degree int, trend_degree int, low_pass_degree int, inner_iterations int, outer_iterations int,"
             " x float8[], trend float8[], seasonal float8[], remainder float8[], weight float8[]",
             [[k, *case[1:], *row] for k, (case, row) in enumerate(zip(CASES, rows))])
golden.write()
