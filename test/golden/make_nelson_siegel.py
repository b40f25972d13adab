#!/usr/bin/python3
"""Nelson-Siegel curves by numpy's least squares; decays by a fine grid and the root of the derivative of the profile
sum of squares: nelson_siegel.h and nelson_siegel.sql.  Debian package python3-scipy.
"""
import numpy
from scipy.optimize import brentq

from form import Set, draws

LOWER, UPPER = 0.02436, 21.924
MONTHLY = [m / 12 for m in (3, 6, 9, 12, 15, 18, 21, 24, 30, 36, 48, 60, 72, 84, 96, 108, 120)]
YEARS = [0.25, 0.5, 0.75, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 50]
TREASURY = [1 / 12, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 30]
# maturities, level, slope, curvature, decay; the three yields of the last ones leave no residual
CURVES = [
    (MONTHLY, 4.2, -2.0, 0.8, 0.9), (MONTHLY, 4.5, -1.1, 2.7, 0.75), (MONTHLY, 3.8, -2.7, 1.4, 0.8),
    (YEARS, 4.15, -1.9, 0.6, 0.73), (YEARS, 4.2, -1.8, 0.8, 0.9), (YEARS, 3.0, -3.2, 1.9, 1.0),
    (TREASURY, 3.4, -1.1, 1.0, 0.7), (TREASURY, 4.25, -2.5, 0.7, 0.75), (TREASURY, 3.4, -1.7, 2.3, 1.2),
    ([0.5, 1, 3], 3.5, -0.9, 3.3, 0.73), ([0.5, 1, 3], 3.1, -0.3, 4.7, 0.73), ([0.5, 1, 3], 3.3, -1.9, 0.9, 0.73),
]
DECAY = 0.7308


def design(maturity, decay):
    x = decay * numpy.asarray(maturity)
    slope = -numpy.expm1(-x) / x
    return numpy.column_stack([numpy.ones_like(x), slope, slope - numpy.exp(-x)])


def solve(maturity, y, decay):
    matrix = design(maturity, decay)
    beta = numpy.linalg.lstsq(matrix, y, rcond=None)[0]
    fitted = matrix @ beta
    return beta, fitted, float(numpy.sum((y - fitted) ** 2))


def derivative(maturity, y, log_decay):
    """Of the profile sum of squares by the logarithm of the decay: -2 e'(dF/dlog decay) b, by central differences of F."""
    decay, step = numpy.exp(log_decay), 1e-5
    beta, fitted, _ = solve(maturity, y, decay)
    change = (design(maturity, decay * numpy.exp(step)) - design(maturity, decay * numpy.exp(-step))) / (2 * step)
    return -2 * float((y - fitted) @ (change @ beta))


def estimate(maturity, y):
    axis = numpy.linspace(numpy.log(LOWER), numpy.log(UPPER), 2000)
    k = int(numpy.argmin([solve(maturity, y, numpy.exp(a))[2] for a in axis]))
    assert 0 < k < len(axis) - 1, "on a bound"
    return float(numpy.exp(brentq(lambda a: derivative(maturity, y, a), axis[k - 1], axis[k + 1], xtol=1e-14)))


golden = Set("nelson_siegel", "numpy's least squares.")
cases, quotes, curves = [], [], []
for k, (maturity, *factors, decay) in enumerate(CURVES):
    y = numpy.round(design(maturity, decay) @ factors + 0.02 * draws(50 + k).normal(size=len(maturity)), 4)
    beta, fitted, sse = solve(maturity, y, DECAY)
    rmse = (sse / len(y)) ** 0.5
    free, r_squared = [None, [None] * 3, None], None
    if len(y) > 3:
        r_squared = 1 - sse / float(numpy.sum((y - y.mean()) ** 2))
        found = estimate(maturity, y)
        free = [found, *[solve(maturity, y, found)[i] for i in (0, 2)]]
    loadings = design(maturity, DECAY)[:, 1:]
    cases.append([len(y), maturity, y, loadings, fitted, DECAY, beta, sse, r_squared, rmse, *free])
    quotes += [[k, m, v] for m, v in zip(maturity, y)]
    curves.append([k, DECAY, *beta, rmse, r_squared, free[0], *free[1], free[2]])
golden.structs("golden_nelson_siegel", [
    "size_t n", "const double *maturity", "const double *yield", "const double *loadings /* pairs (F2, F3) */",
    "const double *fitted", "double decay", "double beta[3]", "double sse", "double r_squared", "double rmse",
    "double free_decay /* NAN where the decay was not estimated */", "double free_beta[3]", "double free_sse"], cases)
golden.table("golden_quote", "curve int, maturity float8, yield float8", quotes)
golden.table("golden_curve", "curve int, decay float8, level float8, slope float8, curvature float8, rmse float8,"
             " r_squared float8, free_decay float8, free_level float8, free_slope float8, free_curvature float8,"
             " free_sse float8", curves)
golden.write()
