#!/usr/bin/python3
"""Svensson curves by scipy: svensson.h and svensson.sql.  Debian package python3-scipy.

Each sum of squares is minimized from the lowest places of a fine grid of both decays, on either side
of each other, by Nelder and Mead's method and then by least squares in all six parameters.
"""
import numpy
from scipy.optimize import least_squares, minimize

from form import Set, draws

LOWER, UPPER, RATIO = 0.02436, 21.924, 1.5
MATURITIES = {
    "treasury": [1 / 12, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30],
    "monthly": [0.25 * k for k in range(1, 41)],
    "long": [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50],
}
# level, slope, curvature, second curvature, decay, second decay, standard deviation of the error
CURVES = [
    ("long", (4.2, -2.1, -1.6, 3.8, 0.9, 0.11), 0.01),
    ("monthly", (5.1, -1.2, 4.5, -3.0, 2.1, 0.4), 0.004),
    ("treasury", (3.3, 1.1, -4.0, 5.2, 0.3, 1.4), 0.02),
    ("long", (2.4, -2.9, 2.2, -4.4, 0.15, 0.8), 0.02),
]


def loadings(maturity, decay):
    x = numpy.asarray(maturity) * decay
    slope = -numpy.expm1(-x) / x
    return slope, slope - numpy.exp(-x)


def design(maturity, decay, second):
    f2, f3 = loadings(maturity, decay)
    return numpy.column_stack([numpy.ones_like(f2), f2, f3, loadings(maturity, second)[1]])


def solve(maturity, y, weight, logs):
    root = numpy.sqrt(weight)
    matrix = design(maturity, *numpy.exp(logs)) * root[:, None]
    beta = numpy.linalg.lstsq(matrix, y * root, rcond=None)[0]
    residual = y * root - matrix @ beta
    return beta, residual @ residual


def allowed(logs):
    low, high = numpy.log([LOWER, UPPER])
    return (low <= min(logs) and max(logs) <= high and
            abs(logs[0] - logs[1]) >= numpy.log(RATIO))


def estimate(maturity, y, weight):
    def objective(logs):
        return solve(maturity, y, weight, logs)[1] if allowed(logs) else numpy.inf

    def residual(p):
        matrix = design(maturity, *numpy.exp(p[4:]))
        return (matrix @ p[:4] - y) * numpy.sqrt(weight)

    axis = numpy.linspace(*numpy.log([LOWER, UPPER]), 70)
    places = sorted((objective((a, b)), a, b) for a in axis for b in axis)
    best = None
    for _, a, b in [p for p in places if numpy.isfinite(p[0])][:400:8]:
        found = minimize(objective, (a, b), method="Nelder-Mead",
                         options={"xatol": 1e-7, "fatol": 1e-16, "maxiter": 4000})
        if best is None or found.fun < best.fun:
            best = found
    logs = best.x
    assert allowed(logs + 1e-3) and allowed(logs - 1e-3), "on a bound"
    beta, _ = solve(maturity, y, weight, logs)
    scale = numpy.concatenate([numpy.abs(beta), [1, 1]])
    found = least_squares(lambda p: residual(p * scale), numpy.concatenate([beta, logs]) / scale,
                          xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=20000)
    logs = (found.x * scale)[4:]
    beta, sse = solve(maturity, y, weight, logs)
    return numpy.exp(logs), beta, sse


random = draws(7)
golden = Set("svensson", "scipy.")
cases, quotes, curves = [], [], []
for k, (name, (b0, b1, b2, b3, d1, d2), error) in enumerate(CURVES):
    maturity = numpy.array(MATURITIES[name])
    y = design(maturity, d1, d2) @ [b0, b1, b2, b3] + error * random.normal(size=len(maturity))
    y = numpy.round(y, 4)
    weight = numpy.ones_like(y) if k % 2 == 0 else 1 / numpy.maximum(maturity, 0.5)
    fixed, fixed_sse = solve(maturity, y, weight, numpy.log([0.7308, 0.12]))
    decays, beta, sse = estimate(maturity, y, weight)
    cases.append([len(y), maturity, y, weight, fixed, fixed_sse, decays, beta, sse])
    quotes += [[k, *row] for row in zip(maturity, y, weight)]
    curves.append([k, len(y), weight.sum(), *fixed, fixed_sse, *decays, *beta, sse])
golden.structs("golden_svensson", [
    "size_t n", "const double *maturity", "const double *yield", "const double *weight",
    "double fixed_beta[4] /* at the decays 0.7308 and 0.12 */", "double fixed_sse",
    "double decay[2] /* estimated, as all from here */", "double beta[4]", "double sse"], cases)
golden.table("golden_quote", "curve int, maturity float8, yield float8, weight float8", quotes)
golden.table("golden_curve", "curve int, observations int, weight float8, fixed_level float8, fixed_slope float8,"
             " fixed_curvature float8, fixed_second_curvature float8, fixed_sse float8, decay float8,"
             " second_decay float8, level float8, slope float8, curvature float8, second_curvature float8, sse float8",
             curves)
golden.write()
