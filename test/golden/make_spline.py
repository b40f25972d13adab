#!/usr/bin/python3
"""Natural cubic splines and smoothing splines by scipy: spline.h and spline.sql.  Debian package python3-scipy.

Smoothing splines of given penalties are make_smoothing_spline's, and their sums of squared residuals the bounds to
give; cross-validation is by the eigenvectors of the roughness and a search to full precision, since scipy's search
ends where the penalty is the number of points.
"""
import numpy
from scipy.interpolate import CubicSpline, make_smoothing_spline
from scipy.optimize import brentq

from form import Set, draws


def cross_validated(t, y):
    n, h = len(t), numpy.diff(t)
    q, r = numpy.zeros((n, n - 2)), numpy.zeros((n - 2, n - 2))
    for j in range(n - 2):
        q[j:j + 3, j] = 1 / h[j], -1 / h[j] - 1 / h[j + 1], 1 / h[j + 1]
        r[j, j] = (h[j] + h[j + 1]) / 3
        if j > 0:
            r[j, j - 1] = r[j - 1, j] = h[j] / 6
    rough, vectors = numpy.linalg.eigh(q @ numpy.linalg.solve(r, q.T))
    rough[:2] = 0
    z = vectors.T @ y

    def lost(log_alpha):
        return numpy.exp(log_alpha) * rough / (1 + numpy.exp(log_alpha) * rough)

    def score(log_alpha):
        return numpy.log(((lost(log_alpha) * z) ** 2).sum()) - 2 * numpy.log(lost(log_alpha).sum())

    def slope(log_alpha):
        share = lost(log_alpha)
        change = share * (1 - share)
        return 2 * (share * change * z**2).sum() / ((share * z) ** 2).sum() - 2 * change.sum() / share.sum()

    grid = numpy.linspace(numpy.log(1e-5 * h.min() ** 3), numpy.log(h.mean() ** 3 * n**4), 400)
    k = int(numpy.argmin([score(g) for g in grid]))
    assert 0 < k < 399, "on a bound"
    alpha = numpy.exp(brentq(slope, grid[k - 1], grid[k + 1], xtol=1e-14))
    return vectors @ (z / (1 + alpha * rough))


def natural_cases(random):
    for n in (3, 4, 7, 12):
        at = numpy.round(numpy.cumsum(random.uniform(0.5, 3, n)), 3)
        x = numpy.round(random.normal(size=n), 3)
        spline = CubicSpline(at, x, bc_type="natural")
        place = numpy.round(numpy.linspace(at[0], at[-1], 4 * n), 3).clip(at[0], at[-1])
        yield [n, len(place), at, x, place, spline(place), spline(at, 2)]


def smoothing_cases(random):
    n = 40
    for even in (True, False):
        t = numpy.arange(n) * 1.0 if even else numpy.round(numpy.cumsum(random.uniform(0.2, 3, n)), 3)
        y = numpy.round(2 + numpy.sin(7 * t / t[-1]) + 0.2 * random.normal(size=n), 4)
        at = None if even else t
        for alpha in (0.3, 30.0, 3000.0):
            fitted = make_smoothing_spline(t, y, lam=alpha)(t)
            yield [n, float(((y - fitted) ** 2).sum()), at, y, fitted]
        yield [n, None, at, y, cross_validated(t, y)]


golden = Set("spline", "scipy.")
golden.structs("golden_natural", [
    "size_t points", "size_t places", "const double *at", "const double *x", "const double *place",
    "const double *value", "const double *curvature /* at the points */"], natural_cases(draws(8)))
cases = list(smoothing_cases(draws(11)))
golden.structs("golden_smooth", [
    "size_t points", "double bound /* NAN: generalized cross-validation */", "const double *at /* NULL: equal distances */",
    "const double *x", "const double *fitted"], cases)
golden.table("golden_smooth", "sample int, bound float8, at float8[], x float8[], fitted float8[]",
             [[k, *case[1:]] for k, case in enumerate(cases)])
golden.write()
