#!/usr/bin/python3
"""Diebold-Mariano tests by R's package forecast, and by the periodogram (Coroneo and Iacone 2020) with numpy's fast
Fourier transform and scipy's t distribution: dm_test.h and dm_test.sql.  Debian packages r-cran-forecast and
python3-scipy.

R answers a variance that is not positive with horizon 1, which is not followed: `fallback` marks these cases.
"""
import subprocess

import numpy
from scipy.stats import t as student

from form import Set, draws

SIDES = {"two.sided": "two_sided", "less": "less", "greater": "greater"}
VARIANCES = {"acf": "rectangular", "bartlett": "bartlett"}
R = """
library(forecast)
e <- matrix(scan(file('stdin'), quiet = TRUE), ncol = 2, byrow = TRUE)
for (h in c(%s)) for (power in c(%s)) for (side in c(%s)) for (variance in c('acf', 'bartlett')) {
  said <- ''
  f <- withCallingHandlers(dm.test(e[, 1], e[, 2], alternative = side, h = h, power = power, varestimator = variance),
    warning = function(w) { said <<- 'fallback'; invokeRestart('muffleWarning') })
  cat(sprintf('%%d %%d %%s %%s %%.17g %%.17g %%s\\n', h, power, side, variance, f$statistic, f$p.value, said))
}
"""
# rows; horizons, powers and sides of the tests
CASES = [(20, "1, 3, 6", "1, 2", "'two.sided', 'less', 'greater'"), (60, "1, 3, 6", "1, 2", "'two.sided', 'less', 'greater'"),
         (366, "1, 3, 6", "1, 2", "'two.sided', 'less', 'greater'"), (12, "1, 2, 3, 4", "2", "'two.sided'")]


def errors(n):
    """Errors of 12 rows alternate, so that autocovariances are negative."""
    if n == 12:
        return numpy.column_stack([numpy.round(1.37 + 0.39 * (-1.0) ** numpy.arange(1, 13)
                                               + 0.01 * numpy.arange(12), 3), numpy.full(12, 1.378)])
    random = draws(7 if n == 20 else 90 + n)  # 7: the variance of horizon 6 is not positive
    first, second = random.normal(size=(2, n))
    for t in range(1, n):
        first[t] += 0.4 * first[t - 1]
        second[t] += 0.3 * second[t - 1]
    return numpy.round(numpy.column_stack([first, 0.9 * second + 0.3 * first]), 4)


def by_r(e, *arguments):
    told = subprocess.run(["Rscript", "-e", R % arguments], input=" ".join(map(repr, e.ravel().tolist())), text=True,
                          capture_output=True, check=True).stdout
    for line in told.splitlines():
        h, power, side, variance, statistic, p, *fallback = line.split()
        yield int(h), int(power), side, variance, bool(fallback), float(statistic), float(p)


def by_periodogram(difference, horizon):
    n = len(difference)
    m = max(1, min(round((n / horizon) ** (2 / 3)), 100, (n - 1) // 2))
    ordinates = numpy.abs(numpy.fft.fft(difference)) ** 2 / n
    statistic = difference.mean() / numpy.sqrt(ordinates[1:m + 1].mean() / n)
    return float(statistic), float(2 * student.sf(abs(statistic), 2 * m))


golden = Set("dm_test", "R's package forecast; the periodogram's with numpy and scipy.")
cases, points, tests, periodogram = [], [], [], []
for n, *arguments in CASES:
    e = errors(n)
    points += [[n, t + 1, *row] for t, row in enumerate(e)]
    for h, power, side, variance, *found in by_r(e, *arguments):
        cases.append([e[:, 0], e[:, 1], n, h, power, f"CS_DM_{SIDES[side].upper()}",
                      f"CS_DM_{VARIANCES[variance].upper()}", *found])
        tests.append([n, h, power, SIDES[side], VARIANCES[variance], *found])
    for h in (2, 3, 5, 11):
        for power in (1, 2):
            difference = abs(e[:, 0]) ** power - abs(e[:, 1]) ** power
            periodogram.append([n, h, power, *by_periodogram(difference, h)])
golden.structs("golden_dm", [
    "const double *e1", "const double *e2", "size_t n", "size_t horizon", "double power",
    "cs_dm_alternative alternative", "cs_dm_variance variance", "bool fallback", "double statistic",
    "double p_value"], cases)
golden.table("golden_error", "n int, t bigint, e1 float8, e2 float8", points)
golden.table("golden_dm", "n int, horizon int, power float8, alternative text, variance text, fallback boolean,"
             " statistic float8, p_value float8", tests)
golden.table("golden_periodogram", "n int, horizon int, power int, statistic float8, p_value float8", periodogram)
golden.write()
