#!/usr/bin/python3
"""Curves that the data hardly determine, by numpy and scipy: curve_limits.h and curve_limits.sql.  Debian package
python3-scipy.

Condition and standard errors come from numpy's singular values and inverse of the loadings; the bounds of
a search from the rule of docs/nelson_siegel.md, written here a second time; the decay between them from
the lowest places of a fine grid and scipy's bounded search; bonds from scipy's least squares, the best of
many starts.
"""
import numpy
from scipy.optimize import least_squares, minimize_scalar

from form import Set, draws

HUMP = 1.7932821329007607
TREASURY = [1, 2, 3, 5, 7, 10, 20, 30]
LONG = [5, 6, 7, 8, 10, 12, 15, 20, 25, 30]
# maturities, yields (US Treasury, monthly means of September 1978, November 1979 and June 2007; then drawn)
YIELDS = [
    (TREASURY, [8.64, 8.57, 8.41, 8.43, 8.42, 8.42, 8.47, 8.47]),
    (TREASURY, [12.39, 11.81, 11.18, 10.93, 10.80, 10.65, 10.37, 10.30]),
    ([0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30], [4.74, 4.95, 4.96, 4.98, 5.00, 5.03, 5.05, 5.10, 5.29, 5.20]),
    (LONG, [4.2, 4.21, 4.25, 4.27, 4.31, 4.36, 4.4, 4.43, 4.47, 4.46]),
    ([1 / 365, 0.25, 0.5, 1, 2, 3, 5, 10], [5.4, 4.9, 4.8, 4.6, 4.4, 4.3, 4.35, 4.5]),
]
DECAYS = [0.7308, 2.0, 0.1]


def loadings(x):
    x = numpy.asarray(x, float)
    slope = -numpy.expm1(-x) / x
    return slope, slope - numpy.exp(-x)


def design(maturity, decay):
    slope, curvature = loadings(decay * numpy.asarray(maturity))
    return numpy.column_stack([numpy.ones_like(slope), slope, curvature])


def condition(matrix):
    return numpy.linalg.cond(matrix / numpy.linalg.norm(matrix, axis=0))


def solve(maturity, y, decay):
    matrix = design(maturity, decay)
    beta = numpy.linalg.lstsq(matrix, y, rcond=None)[0]
    return matrix, beta, numpy.sum((y - matrix @ beta) ** 2)


def bounds(maturity):
    first, second, last = maturity[0], maturity[1], maturity[-1]
    axis = numpy.linspace(numpy.log(HUMP / last), numpy.log(HUMP / max(first, second / 2)), 8)
    logs = numpy.array([numpy.log(condition(design(maturity, d))) for d in numpy.exp(axis)])
    limit = max(numpy.log(25), logs.min() + numpy.log(3))
    low = high = logs.argmin()
    while low > 0 and logs[low - 1] <= limit:
        low -= 1
    while high < 7 and logs[high + 1] <= limit:
        high += 1
    lower, upper = axis[low], axis[high]
    if low > 0:
        lower -= (axis[1] - axis[0]) * (limit - logs[low]) / (logs[low - 1] - logs[low])
    if high < 7:
        upper += (axis[1] - axis[0]) * (limit - logs[high]) / (logs[high + 1] - logs[high])
    return numpy.exp([lower, upper])


def estimate(maturity, y, lower, upper):
    def objective(log_decay):
        return solve(maturity, y, numpy.exp(log_decay))[2]

    axis = numpy.linspace(numpy.log(lower), numpy.log(upper), 400)
    values = [objective(a) for a in axis]
    k = int(numpy.argmin(values))
    if k in (0, len(axis) - 1):
        return numpy.exp(axis[k])
    return numpy.exp(minimize_scalar(objective, bounds=(axis[k - 1], axis[k + 1]), method="bounded",
                                     options={"xatol": 1e-11}).x)


def errors(matrix, sse, estimated):
    freedom = len(matrix) - 3 - estimated
    return numpy.sqrt(sse / freedom * numpy.diag(numpy.linalg.inv(matrix.T @ matrix)))


def issuer(random, bonds, noise):
    """Bonds with yearly coupons off a curve, prices with errors."""
    level, slope, curvature = 5.5 + 0.5 * random.normal(), -2.5 + 0.5 * random.normal(), 1 + 0.5 * random.normal()
    result = []
    for _ in range(bonds):
        last = 0.3 + 9.7 * random.uniform()
        coupon = 3 + 4 * random.uniform()
        time = numpy.arange(last - numpy.floor(last), last + 1e-9)
        amount = numpy.full(len(time), coupon)
        amount[-1] += 100
        f2, f3 = loadings(0.7308 * time)
        price = numpy.sum(amount * numpy.exp(-(level + slope * f2 + curvature * f3) * time / 100))
        result.append((price * (1 + noise * random.normal()), time, amount))
    return result


def price_sse(bonds, decay):
    def residual(beta):
        result = []
        for price, time, amount in bonds:
            f2, f3 = loadings(decay * time)
            rate = numpy.clip((beta[0] + beta[1] * f2 + beta[2] * f3) * time / 100, -50, 700)
            result.append(price - numpy.sum(amount * numpy.exp(-rate)))
        return numpy.array(result)

    best = numpy.inf
    for slope in (0, 10, -10, 50, -50, 300, -300, 3000, -3000, 30000, -30000):
        for level in (0, 5):
            found = least_squares(residual, [level, slope, -slope], x_scale="jac", method="lm", xtol=1e-15,
                                  ftol=1e-15, gtol=1e-15, max_nfev=20000)
            best = min(best, 2 * found.cost)
    return best


golden = Set("curve_limits", "numpy and scipy.")
given, free, quotes, sql_given, sql_free = [], [], [], [], []
for k, (maturity, y) in enumerate(YIELDS):
    y = numpy.array(y)
    quotes += [[k, *row] for row in zip(maturity, y)]
    for decay in DECAYS:
        matrix, beta, sse = solve(maturity, y, decay)
        if condition(matrix) > 1e8:
            continue
        values = [beta, errors(matrix, sse, 0), condition(matrix)]
        given.append([len(y), maturity, y, decay, *values])
        sql_given.append([k, decay, *values[0], *values[1], values[2]])
    bound = bounds(maturity)
    decay = estimate(maturity, y, *bound)
    matrix, beta, sse = solve(maturity, y, decay)
    values = [beta, errors(matrix, sse, 1), condition(matrix)]
    free.append([len(y), maturity, y, bound, decay, *values])
    sql_free.append([k, *bound, decay, *values[0], *values[1], values[2]])
random = draws(3)
bond_sets = []
for k in range(12):
    bonds = issuer(random, 3 + k % 6, (0.0005, 0.002, 0.01)[k % 3])
    decay = (7, 10, 15, 21)[k % 4]
    sse = price_sse(bonds, decay)
    prices, times, amounts = zip(*bonds)
    bond_sets.append([len(bonds), prices, numpy.cumsum([0, *map(len, times)]), numpy.concatenate(times),
                      numpy.concatenate(amounts), decay, sse])
golden.structs("limits_given", [
    "size_t n", "const double *maturity", "const double *yield", "double decay", "double factor[3]", "double error[3]",
    "double condition"], given, told="Level, slope and curvature and their standard errors at a given decay.")
golden.structs("limits_free", [
    "size_t n", "const double *maturity", "const double *yield", "double bound[2]", "double decay", "double factor[3]",
    "double error[3]", "double condition"], free,
    told="The same with the decay estimated between bounds that come from the maturities.")
golden.structs("limits_bonds", [
    "size_t bonds", "const double *price", "const size_t *first", "const double *time", "const double *amount",
    "double decay", "double sse"], bond_sets, told="The least sum of squared price errors at a high decay.")
golden.table("limit_quote", "curve int, maturity float8, yield float8", quotes)
golden.table("limit_given", "curve int, decay float8, level float8, slope float8, curvature float8, level_error float8,"
             " slope_error float8, curvature_error float8, condition float8", sql_given)
golden.table("limit_free", "curve int, lower float8, upper float8, decay float8, level float8, slope float8,"
             " curvature float8, level_error float8, slope_error float8, curvature_error float8, condition float8", sql_free)
golden.write()
