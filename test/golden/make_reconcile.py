#!/usr/bin/python3
"""Minimum trace reconciliation by its formula, S (S'W^-1 S)^-1 S'W^-1 y, with numpy's inverses: reconcile.h and reconcile.sql.

The shrinkage of the correlations is summed over all pairs of series and all times as Schafer and Strimmer write it.
"""
import numpy

from form import Set, draws

HIERARCHIES = [
    [[1, 1], [1, 0], [0, 1]],
    [[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 1, 1, 1], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0],
     [0, 0, 0, 0, 1]],
    # grouped two ways, with a mean in place of a sum, and a difference
    [[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [0.25, 0.25, 0.25, 0.25], [1, 0, 0, -1], [1, 0, 0, 0],
     [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]]
TIMES = [40, 12, 25]


def reconciled(y, s, w):
    inverse = numpy.linalg.inv(w)
    return s @ numpy.linalg.inv(s.T @ inverse @ s) @ s.T @ inverse @ y


def shrunk(errors):
    times, n = errors.shape
    moments = errors.T @ errors / times
    size = numpy.sqrt(numpy.diag(moments))
    x = errors / size
    noise = correlations = 0.0
    for i in range(n):
        for j in range(n):
            if i != j:
                products = x[:, i] * x[:, j]
                noise += numpy.var(products) * times / (times * (times - 1))
                correlations += numpy.mean(products) ** 2
    share = min(1.0, max(0.0, noise / correlations))
    return share, share * numpy.diag(numpy.diag(moments)) + (1 - share) * moments


golden = Set("reconcile", "the formula, with numpy.")
cases = []
for k, (rows, times) in enumerate(zip(HIERARCHIES, TIMES)):
    random = draws(220 + k)
    s = numpy.array(rows, dtype=float)
    n, m = s.shape
    y = numpy.round(s @ random.normal(2, 1, m) + random.normal(0, 0.3, n), 4)
    errors = numpy.round(random.normal(0, 1, (times, m)) @ s.T * 0.2 + random.normal(0, 1, (times, n)) * numpy.linspace(0.1, 2, n), 4)
    variance = numpy.round(numpy.mean(errors ** 2, axis=0), 6)
    share, covariance = shrunk(errors)
    cases.append([n, m, times, y, s, variance, errors, reconciled(y, s, numpy.diag(numpy.abs(s).sum(axis=1))),
                  reconciled(y, s, numpy.diag(variance)), reconciled(y, s, covariance), share])
golden.structs("golden_reconcile", [
    "size_t n", "size_t m", "size_t times", "const double *forecast", "const double *summing /* [n][m] */", "const double *variance",
    "const double *error /* [times][n] */", "const double *structural", "const double *by_variance", "const double *by_errors",
    "double lambda"], cases)
golden.table("golden_reconcile", "c int, forecast float8[], summing float8[], variance float8[], error float8[], structural float8[], "
             "by_variance float8[], by_errors float8[]", [[k, *c[3:10]] for k, c in enumerate(cases)])
golden.write()
