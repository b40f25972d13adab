#!/usr/bin/python3
"""Spread curves fitted to the prices of bonds with Huber's loss, by scipy: nelson_siegel_huber.h and
nelson_siegel_huber.sql.  Debian package python3-scipy.

The definition of numeric/term_structure/nelson_siegel_huber.h: squares with weights by the distance of each z-spread
from the median one and by prices above that at the median one, the scale of what they leave, then the least loss at
that scale, the lowest of several starts.
Amounts are discounted with the risk-free curve already.
"""
import numpy
from scipy.optimize import brentq, least_squares

from form import Set, draws

DECAY, THRESHOLD, MAD = 0.7308, 1.345, 1.4826022185056018
# level, slope, curvature of the spread; bonds; standard deviation of the prices; prices that are far off
ISSUERS = [((0.8, -0.4, 1.1), 9, 0.2, {}), ((1.5, 0.2, 2.8), 12, 0.3, {0: 20.0}), ((1.2, -0.6, 3.3), 11, 0.1, {0: 20.0, 10: 130.0}),
           ((3.5, -2.5, 1.6), 15, 0.4, {7: 40.0, 3: 96.0}), ((2.1, 1.7, -1.3), 8, 0.15, {7: 20.0})]


def loadings(time):
    x = DECAY * time
    slope = -numpy.expm1(-x) / x
    return numpy.column_stack([numpy.ones_like(x), slope, slope - numpy.exp(-x)])


def drawn(random, factors, count, error, far_off):
    bonds = []
    for last in sorted(numpy.round(random.uniform(0.4, 14, count), 3)):
        coupon = round(random.uniform(2, 7), 2)
        time = numpy.round(numpy.arange(last % 1 or 1, last + 1e-6), 3)
        amount = numpy.full(len(time), coupon)
        amount[-1] = coupon + 100
        amount *= numpy.exp(-0.031 * time)
        exact = numpy.sum(amount * numpy.exp(-(loadings(time) @ factors) * time / 100))
        bonds.append([round(exact + error * random.normal(), 4), time, amount])
    for place, price in far_off.items():
        bonds[place][0] = price
    return bonds


def z_spread(price, time, amount):
    return brentq(lambda z: numpy.sum(amount * numpy.exp(-z * time)) - price, -3, 100, xtol=1e-15)


def duration(price, time, amount):
    value = amount * numpy.exp(-z_spread(price, time, amount) * time)
    return value @ time / value.sum()


def weighted(bonds, kind):
    if kind == "equal":
        return numpy.ones(len(bonds))
    durations = numpy.array([duration(*bond) for bond in bonds])
    return numpy.maximum(durations, numpy.median(durations) / 4) ** -2


def errors(bonds, factors):
    return numpy.array([p - numpy.sum(c * numpy.exp(-(loadings(t) @ factors) * t / 100)) for p, t, c in bonds])


def slopes(bonds, factors):
    return numpy.array([(c * t / 100 * numpy.exp(-(loadings(t) @ factors) * t / 100)) @ loadings(t) for _, t, c in bonds])


def least(bonds, weights, starts, **loss):
    roots = numpy.sqrt(weights)
    found = [least_squares(lambda b: roots * errors(bonds, b), start, jac=lambda b: roots[:, None] * slopes(bonds, b),
                           x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=10000, **loss) for start in starts]
    return min(found, key=lambda f: f.cost).x


def fitted(bonds, weights, truth):
    spreads = numpy.array([z_spread(*bond) for bond in bonds])
    distance = abs(spreads - numpy.median(spreads))
    excess = distance / (THRESHOLD * MAD * numpy.median(distance))
    usual = numpy.array([numpy.sum(c * numpy.exp(-numpy.median(spreads) * t)) / p for p, t, c in bonds])
    spared = numpy.where(excess > 1, numpy.minimum(usual, 1) / numpy.maximum(excess, 1), 1) ** 2
    first = least(bonds, weights * spared, (truth, numpy.zeros(3)))
    scale = MAD * numpy.median(abs(errors(bonds, first)) * numpy.sqrt(weights))
    limit = THRESHOLD * scale
    factors = least(bonds, weights, (truth, numpy.zeros(3), first), loss="huber", f_scale=limit)
    # scipy stops at what doubles tell of the loss: one more step of Newton, on the pieces that it ended in
    inside = numpy.sqrt(weights) * abs(errors(bonds, factors)) <= limit
    for _ in range(20):
        error, slope = errors(bonds, factors), slopes(bonds, factors)
        psi = numpy.where(inside, weights * error, limit * numpy.sqrt(weights) * numpy.sign(error))
        bend = sum(p * numpy.einsum("k,ki,kj->ij", c * (t / 100) ** 2 * numpy.exp(-(loadings(t) @ factors) * t / 100),
                                    loadings(t), loadings(t)) for p, (_, t, c) in zip(psi, bonds))
        factors = factors - numpy.linalg.solve((slope * (weights * inside)[:, None]).T @ slope - bend, slope.T @ psi)
        assert (inside == (numpy.sqrt(weights) * abs(errors(bonds, factors)) <= limit)).all()
    return factors, limit


golden = Set("nelson_siegel_huber", "scipy's least squares with the loss of Huber.")
cases, rows, curves = [], [], []
for k, (truth, count, error, far_off) in enumerate(ISSUERS):
    bonds = drawn(draws(90 + k), numpy.array(truth), count, error, far_off)
    first = numpy.cumsum([0] + [len(t) for _, t, _ in bonds])
    rows += [[k, p, numpy.column_stack([t, c])] for p, t, c in bonds]
    for kind in ("equal", "inverse_squared_duration"):
        weights = weighted(bonds, kind)
        factors, limit = fitted(bonds, weights, numpy.array(truth))
        cases.append([count, [p for p, _, _ in bonds], weights, first, numpy.concatenate([t for _, t, _ in bonds]),
                      numpy.concatenate([c for _, _, c in bonds]), DECAY, THRESHOLD, truth, factors, limit])
        curves.append([k, kind, DECAY, *factors])
golden.structs("golden_huber", [
    "size_t bonds", "const double *price", "const double *weight", "const size_t *first", "const double *time",
    "const double *amount", "double decay", "double threshold", "double truth[3] /* level, slope, curvature in percent */",
    "double beta[3]", "double limit /* of the errors, times the roots of the weights */"], cases)
golden.table("golden_huber_bond", "issuer int, dirty_price float8, cashflows float8[]", rows)
golden.table("golden_huber_curve", "issuer int, weights text, decay float8, level float8, slope float8, curvature float8", curves)
golden.write()
