#!/usr/bin/python3
"""Sums of numbers of very different sizes by math.fsum and by rational arithmetic: exact_sum.h."""
from fractions import Fraction
from math import fsum

import numpy

from form import Set, draws

# numbers, smallest and largest power of two, what they are near to
SAMPLES = [(40, 0, 1, 0), (60, -30, 30, 0), (60, -36, 36, 0), (60, -700, -640, 0), (60, 440, 500, 0), (40, -20, 0, 1e6),
           (40, -30, -29, 1), (1, 5, 6, 0), (50, 900, 960, 0)]


def centred_square(values):
    exact = [Fraction(v) for v in values]
    mean = sum(exact) / len(exact)
    return float(sum((x - mean) ** 2 for x in exact)) if abs(exact[0]) < 2 ** 500 else float("inf")


golden = Set("exact_sum", "math.fsum and rational arithmetic.")
cases = []
for k, (count, low, high, near) in enumerate(SAMPLES):
    random = draws(90 + k)
    values = numpy.ldexp(random.uniform(-1, 1, count), random.randint(low, high, count))
    values[count // 2:2 * (count // 2)] = values[:count // 2] * random.choice([1.0, -1.0, 1.0 + 2.0 ** -40], count // 2)
    values = (values + near).tolist()
    square = centred_square(values)
    cases.append([count, values, fsum(values), "INFINITY" if square == float("inf") else square])
golden.structs("golden_exact_sum", ["size_t n", "const double *values", "double sum", "double centred_square"], cases)
golden.write()
