#!/usr/bin/python3
"""Computes the scaling filters of orthogonal wavelets to 60 digits and prints them as the table of
src/numeric/signal/wavelet_filters.c (Debian package python3-mpmath).

    make_wavelet_filters.py | clang-format --assume-filename=a.c >src/numeric/signal/wavelet_taps.h

Daubechies filters (db) take all roots of the half-band polynomial inside of the unit circle;
symlets (sym) the choice of roots whose phase is nearest to linear; coiflets (coif) solve the
equations of orthogonality and of vanishing moments by Newton's method, started near the solution
that Daubechies tabulates (Ten Lectures on Wavelets, 1992, chapters 6 and 8).
"""
from itertools import product
from mpmath import mp, mpf, mpc, matrix, polyroots, binomial, sqrt, lu_solve, pi, expj, arg, fabs, re, im

mp.dps = 60


def root_groups(moments):
    """Roots z inside of the unit circle, one for each real root or conjugate pair."""
    coefficients = [binomial(moments - 1 + k, k) for k in reversed(range(moments))]
    groups = []
    for y in polyroots(coefficients, maxsteps=500, extraprec=500) if moments > 1 else []:
        if im(y) < -mpf(10) ** -40:
            continue
        b = 1 - 2 * y
        z = b - sqrt(b * b - 1)
        z = z if abs(z) < 1 else 1 / z
        groups.append(mpc(re(z), 0 if fabs(im(y)) < mpf(10) ** -40 else im(z)))
    return groups


def multiply(a, b):
    result = [mpf(0)] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] += x * y
    return result


def filter_of_roots(moments, roots):
    taps = [mpf(1)]
    for _ in range(moments):
        taps = multiply(taps, [mpf(1), mpf(1)])
    for z in roots:
        taps = multiply(taps, [mpf(1), -re(z)] if im(z) == 0 else [mpf(1), -2 * re(z), abs(z) ** 2])
    return [t * sqrt(2) / sum(taps) for t in taps]


def daubechies(moments):
    return filter_of_roots(moments, root_groups(moments))


def phase_distance(taps):
    """How far the phase of the filter is from a straight line: the sum of squares."""
    points, previous, turns, phase = 40, mpf(0), mpf(0), []
    for k in range(points):
        value = sum(t * expj(-n * pi * k / points) for n, t in enumerate(taps))
        angle = arg(value)
        turns += -2 * pi if angle - previous > pi else 2 * pi if angle - previous < -pi else 0
        previous = angle
        phase.append(angle + turns)
    slope = sum(k * p for k, p in enumerate(phase)) / sum(k * k for k in range(points))
    return sum((p - slope * k) ** 2 for k, p in enumerate(phase))


def symlet(moments):
    """A filter and its mirror image are equally near: of the two, the one that is in common use."""
    groups = root_groups(moments)
    choices = []
    for inside in product((True, False), repeat=len(groups)):
        taps = filter_of_roots(moments, [z if i else 1 / z for z, i in zip(groups, inside)])
        choices.append((phase_distance(taps), taps))
    best = min(choices, key=lambda choice: choice[0])[1]
    smaller_end_first = moments != 7
    return best if (abs(best[0]) < abs(best[-1])) == smaller_end_first else best[::-1]


COIFLET_STARTS = {
    1: "-.073 .338 .853 .385 -.073 -.016",
    2: ".016 -.041 -.067 .386 .813 .417 -.076 -.059 .024 .006 -.002 -.001",
    3: "-.004 .008 .023 -.066 -.061 .405 .794 .428 -.072 -.082 .035 .016 -.009 -.003 .001 .0005 -.0001 0",
}


def coiflet(order):
    taps = [mpf(t) for t in COIFLET_STARTS[order].split()]
    length, centre = 6 * order, 2 * order
    for _ in range(40):
        rows, errors = [], []

        def equation(row, value, target):
            rows.append(row)
            errors.append(target - value)

        for shift in range(0, length, 2):
            row = [(taps[n + shift] if n + shift < length else 0) + (taps[n - shift] if n >= shift else 0)
                   for n in range(length)]
            equation(row, sum(taps[n] * taps[n + shift] for n in range(length - shift)), int(shift == 0))
        for power in range(2 * order):
            scale = mpf(length) ** -power
            for alternate in (1, -1):
                row = [scale * mpf(n - centre) ** power * alternate ** n for n in range(length)]
                target = sqrt(2) if power == 0 and alternate == 1 else 0
                equation(row, sum(w * t for w, t in zip(row, taps)), target)
        change = lu_solve(matrix(rows), matrix(errors))
        taps = [t + c for t, c in zip(taps, change)]
        if max(abs(c) for c in change) < mpf(10) ** -50:
            return taps
    raise SystemExit(f"coif{order} does not converge")


def main():
    print("/* Written by test/golden/make_wavelet_filters.py: scaling filters of orthogonal wavelets. */")
    filters = [(f"db{n}", daubechies(n)) for n in range(1, 11)]
    filters += [(f"sym{n}", symlet(n)) for n in range(4, 9)]
    filters += [(f"coif{n}", coiflet(n)) for n in range(1, 4)]
    for name, taps in filters:
        for shift in range(0, len(taps), 2):
            error = sum(a * b for a, b in zip(taps, taps[shift:])) - (shift == 0)
            assert abs(error) < mpf(10) ** -30, name
        print(f"static const double {name}[] = {{" + ", ".join(repr(float(t)) for t in taps) + "};")


main()
