#!/usr/bin/python3
"""Writes hazard.sql beside this script: prices of coupon bonds of issuers with known hazard rates.

The integral over the time of default is Gauss-Legendre quadrature between the kinks, with nothing
but the standard library; the extension's steps of a month agree to 1e-6 of the price.
"""
import sys
from math import exp
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODES = ((0.0, 0.8888888888888888), (0.7745966692414834, 0.5555555555555556),
         (-0.7745966692414834, 0.5555555555555556))

# name, risk-free (level, slope, curvature, decay), knots, hazards, recovery
ISSUERS = (
    ("good", (3.5, -1.5, 0.8, 0.7308), (3, 7, 20), (0.004, 0.009, 0.013), 0.4),
    ("poor", (3.5, -1.5, 0.8, 0.7308), (3, 7, 20), (0.12, 0.05, 0.03), 0.4),
    ("near default", (5.0, 1.0, -2.0, 0.5), (3, 7, 20), (0.9, 0.4, 0.2), 0.1),
)
BONDS = ((1.3, 5.0, 2), (2.0, 4.5, 1), (3.0, 6.0, 2), (4.6, 0.0, 1), (5.5, 7.25, 2), (7.0, 3.0, 1),
         (10.2, 6.5, 2), (15.7, 5.5, 1), (20.0, 6.0, 2))


def riskfree(curve, t):
    level, slope, curvature, decay = curve
    x = decay * t
    f2 = (1 - exp(-x)) / x if x > 1e-9 else 1 - x / 2
    return exp(-(level + slope * f2 + curvature * (f2 - exp(-x))) * t / 100)


def survival(knots, hazards, t):
    total, before = 0.0, 0.0
    for j, hazard in enumerate(hazards):
        end = knots[j] if j + 1 < len(knots) else 1e9
        total += hazard * max(0.0, min(t, end) - before)
        before = end
    return exp(-total)


def rate(knots, hazards, t):
    for j, knot in enumerate(knots):
        if t < knot:
            return hazards[j]
    return hazards[-1]


def flows(maturity, coupon, frequency):
    times, t = [], maturity
    while t > 1e-9:
        times.append(t)
        t -= 1 / frequency
    times = sorted(times) if coupon > 0 else [maturity]
    return [(t, coupon / frequency + (100 if t == maturity else 0)) for t in times]


def price(issuer, bond):
    _, curve, knots, hazards, recovery = issuer
    value = sum(a * riskfree(curve, t) * survival(knots, hazards, t) for t, a in bond)
    end = bond[-1][0]
    kinks = sorted({0.0, end} | {k for k in knots if k < end})
    for low, high in zip(kinks, kinks[1:]):
        steps = 400
        width = (high - low) / steps
        for s in range(steps):
            middle = low + (s + 0.5) * width
            for node, weight in NODES:
                u = middle + node * width / 2
                value += (recovery * 100 * riskfree(curve, u) * survival(knots, hazards, u) *
                          rate(knots, hazards, u) * weight * width / 2)
    return value


def main():
    rows, issuers = [], []
    for issuer in ISSUERS:
        name, curve, knots, hazards, recovery = issuer
        issuers.append(f"('{name}', nelson_siegel_curve{curve}, ARRAY{list(map(float, knots))}, "
                       f"ARRAY{[100 * h for h in hazards]}, {recovery})")
        for terms in BONDS:
            bond = flows(*terms)
            array = ", ".join(f"[{t!r}, {a!r}]" for t, a in bond)
            rows.append(f"('{name}', {price(issuer, bond)!r}, ARRAY[{array}]::float8[])")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    (folder / "hazard.sql").write_text(
        "-- Written by make_hazard.py.\n"
        "CREATE TEMPORARY TABLE golden_issuer (issuer text, riskfree nelson_siegel_curve, "
        "knots float8[], hazards float8[], recovery float8);\nINSERT INTO golden_issuer VALUES\n" +
        ",\n".join(issuers) +
        ";\nCREATE TEMPORARY TABLE golden_issuer_bond (issuer text, dirty_price float8, "
        "cashflows float8[]);\nINSERT INTO golden_issuer_bond VALUES\n" + ",\n".join(rows) + ";\n")


main()
