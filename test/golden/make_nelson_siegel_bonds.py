#!/usr/bin/python3
"""Spread curves fitted to the prices of bonds by scipy's least squares: nelson_siegel_bonds.h and
nelson_siegel_bonds.sql.  Debian package python3-scipy.

P = sum of c exp(-(riskfree(t) + spread(t)) t / 100), yearly coupons counted back from the last payment, rates in
percent, one decay for both curves; the spread curve has the least sum of squared price errors.
"""
import numpy
from scipy.optimize import least_squares

from form import Set, draws

DECAY = 0.7308
# risk-free level, slope, curvature; those of the spread; bonds; standard deviation of the price errors in percent
ISSUERS = [((3.1, -1.4, 0.1), (0.8, -0.4, 1.1), 5, 0.0002), ((3.0, -0.6, 0.9), (1.5, 0.2, 2.8), 6, 0.002),
           ((3.4, -1.3, 0.4), (1.2, -0.6, 3.3), 7, 0.004), ((3.0, -0.7, 0.6), (1.8, -0.3, 1.6), 5, 0.0001)]


def loadings(time):
    x = DECAY * time
    slope = -numpy.expm1(-x) / x
    return numpy.column_stack([numpy.ones_like(x), slope, slope - numpy.exp(-x)])


def price(riskfree, spread, time, amount):
    return float(numpy.sum(amount * numpy.exp(-(loadings(time) @ numpy.add(riskfree, spread)) * time / 100)))


def drawn(random, riskfree, spread, count, error):
    bonds = []
    for _ in range(count):
        last, coupon = round(random.uniform(1, 10), 3), round(random.uniform(3, 7), 2)
        time = numpy.round(numpy.arange(last % 1 or 1, last + 1e-6), 3)
        amount = numpy.full(len(time), coupon)
        amount[-1] = coupon + 100
        exact = price(riskfree, spread, time, amount)
        bonds.append((round(exact * (1 + error * random.normal()), 4), time, amount))
    return bonds


golden = Set("nelson_siegel_bonds", "scipy's least squares.")
cases, rows, curves = [], [], []
for k, (riskfree, spread, count, error) in enumerate(ISSUERS):
    bonds = drawn(draws(70 + k), riskfree, spread, count, error)

    def residual(factors):
        return numpy.array([price(riskfree, factors, t, c) - p for p, t, c in bonds])

    def slopes(factors):
        return numpy.array([-(c * t / 100 * numpy.exp(-(loadings(t) @ (riskfree + factors)) * t / 100)) @ loadings(t)
                            for _, t, c in bonds])

    found = least_squares(residual, spread, jac=slopes, method="lm", x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15)
    errors, sse = residual(found.x), 2 * found.cost
    first = numpy.cumsum([0] + [len(t) for _, t, _ in bonds])
    cases.append([count, [p for p, _, _ in bonds], first, numpy.concatenate([t for _, t, _ in bonds]),
                  numpy.concatenate([c for _, _, c in bonds]), errors, DECAY, riskfree, found.x, sse])
    rows += [[k, p, numpy.column_stack([t, c]), e] for (p, t, c), e in zip(bonds, errors)]
    curves.append([k, DECAY, *riskfree, *found.x, sse])
golden.structs("golden_bonds", [
    "size_t bonds", "const double *price", "const size_t *first", "const double *time", "const double *amount",
    "const double *price_error", "double decay", "double riskfree[3] /* level, slope, curvature in percent */",
    "double beta[3]", "double sse"], cases)
golden.table("golden_bond", "issuer int, dirty_price float8, cashflows float8[], price_error float8", rows)
golden.table("golden_spread_curve", "issuer int, decay float8, riskfree_level float8, riskfree_slope float8,"
             " riskfree_curvature float8, level float8, slope float8, curvature float8, sse float8", curves)
golden.write()
