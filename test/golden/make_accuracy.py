#!/usr/bin/python3
"""Measures of accuracy by their formulas, in rational arithmetic and numpy's statistics: accuracy.h and accuracy.sql.

MAPE and SDAPE are fractions; RSR divides by the standard deviation with n - 1, SDAPE's own divides by n.
"""
from fractions import Fraction
from math import sqrt

import numpy

from form import Set, draws

SAMPLES = [(50, 97.5, 0.9, 1.0), (250, 90.0, 1.1, 1.1)]  # rows, first value, size of the steps and of the errors


def measures(actual, forecast):
    pairs = [(Fraction(a), Fraction(f)) for a, f in zip(actual.tolist(), forecast.tolist())]
    error = [f - a for a, f in pairs]
    mae = sum(map(abs, error)) / len(error)
    rmse = sqrt(sum(e * e for e in error) / len(error))
    ratio = [abs(e / a) for e, (a, _) in zip(error, pairs)]
    return [float(mae), float(sum(ratio) / len(ratio)), rmse, rmse / float(numpy.std(actual, ddof=1)),
            float(numpy.std([float(r) for r in ratio]))]


golden = Set("accuracy", "formulas in rational numbers.")
cases, pairs = [], []
for k, (count, first, step, error) in enumerate(SAMPLES):
    random = draws(17 + k)
    actual = numpy.round(first + numpy.cumsum(step * random.normal(size=count)), 3)
    forecast = numpy.round(actual + error * random.normal(size=count), 3)
    cases.append([count, actual, forecast, *measures(actual, forecast)])
    pairs += [[k, a, f] for a, f in zip(actual, forecast)]
golden.structs("golden_accuracy", [
    "size_t n", "const double *actual", "const double *forecast", "double mae", "double mape", "double rmse",
    "double rsr", "double sdape"], cases)
golden.table("golden_forecast", "sample int, actual float8, forecast float8", pairs)
golden.table("golden_accuracy", "sample int, mae float8, mape float8, rmse float8, rsr float8, sdape float8",
             [[k, *case[3:]] for k, case in enumerate(cases)])
golden.write()
