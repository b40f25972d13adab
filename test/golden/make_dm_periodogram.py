#!/usr/bin/python3
"""Makes dm_periodogram.sql beside this script: Diebold-Mariano tests whose variance is the
mean of the first ordinates of the periodogram (Coroneo and Iacone 2020), from numpy's fast Fourier transform and
scipy's t distribution, for the errors in dm_test.sql.

    make_dm_periodogram.py
"""
import re
from pathlib import Path

import numpy
from scipy.stats import t as student

HERE = Path(__file__).resolve().parent


def errors():
    series = {}
    text = (HERE / "dm_test.sql").read_text().split("CREATE TEMPORARY TABLE golden_dm")[0]
    for n, first, second in re.findall(r"^\((\d+), \d+, ([^,]+), ([^)]+)\)", text, re.M):
        series.setdefault(int(n), []).append((float(first), float(second)))
    return {n: numpy.array(rows) for n, rows in series.items()}


def test(difference, horizon):
    n = len(difference)
    m = max(1, min(round((n / horizon) ** (2 / 3)), 100, (n - 1) // 2))
    ordinates = numpy.abs(numpy.fft.fft(difference)) ** 2 / n
    statistic = difference.mean() / numpy.sqrt(ordinates[1:m + 1].mean() / n)
    return statistic, 2 * student.sf(abs(statistic), 2 * m)


def main():
    rows = []
    for n, error in errors().items():
        for horizon in (2, 3, 5, 11):
            for power in (1, 2):
                difference = abs(error[:, 0]) ** power - abs(error[:, 1]) ** power
                rows.append((n, horizon, power, *(float(v) for v in test(difference, horizon))))
    told = "Written by make_dm_periodogram.py."
    (HERE / "dm_periodogram.sql").write_text(
        f"-- {told}\n\nCREATE TEMPORARY TABLE golden_periodogram (n int, horizon int, power int, statistic float8,"
        " p_value float8);\nINSERT INTO golden_periodogram VALUES\n"
        + ",\n".join("({}, {}, {}, {!r}, {!r})".format(*row) for row in rows) + ";\n")


main()
