#!/usr/bin/python3
"""An implementation of empirical mode decomposition in numpy and scipy that shares no line with the
library's, and what it gives for some series: emd_imfs.h beside this script, for the unit tests.

    make_emd.py            writes emd_imfs.h

Sifting, S-number and standard-deviation stops and the boundary rules are those of docs/emd.md.
Extrema are found by the plain definition: the series has to leave one by more than the tolerance,
2^-40 of the largest value of the series that is decomposed.
"""
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline

HERE = Path(__file__).resolve().parent
ROUNDING = 2.0 ** -40


def find_extrema(h, tolerance):
    """Positions, sample of each, and +1 (maximum) or -1, in order."""
    found = []
    way, high, low = 0, 0, 0
    for i in range(1, len(h)):
        high = i if h[i] > h[high] else high
        low = i if h[i] < h[low] else low
        turned = way <= 0 and h[i] - h[low] > tolerance, way >= 0 and h[high] - h[i] > tolerance
        if turned[0] or turned[1]:
            at = low if turned[0] else high
            if way != 0:
                first = last = at
                while first > 0 and abs(h[first - 1] - h[at]) <= tolerance:
                    first -= 1
                while last + 1 < len(h) and abs(h[last + 1] - h[at]) <= tolerance:
                    last += 1
                found.append((first, last, -1 if turned[0] else 1))
            way = 1 if turned[0] else -1
            high = low = i
    return found


def count_crossings(h, tolerance):
    signs = np.sign(h[np.abs(h) > tolerance])
    return int(np.sum(signs[1:] != signs[:-1]))


def vertex(h, i):
    quadratic, linear, constant = np.polyfit([-1, 0, 1], h[i - 1:i + 2], 2)
    return constant - linear ** 2 / (4 * quadratic), i - linear / (2 * quadratic)


def knots_of(h, extrema, tolerance, parabola):
    """(position, value, kind) of each extremum."""
    for first, last, kind in extrema:
        position, value = (first + last) / 2, h[(first + last) // 2]
        if parabola and last == first:
            value, position = vertex(h, first)
        elif parabola and last == first + 1:
            value = (vertex(h, first)[0] + vertex(h, last)[0]) / 2
        yield position, value, kind


def beyond(knots, end, tolerance):
    """Knots (distance from the end, value, kind), nearest first: is the end an extremum?"""
    second = knots[1][1]
    return end <= second + tolerance if knots[0][2] > 0 else end >= second - tolerance


def reflected(knots, axis, of_kind):
    return [(2 * axis - d, value, kind) for d, value, kind in knots[:2 * of_kind]]


def edge(knots, end, boundary, tolerance):
    """What is added at one end; distances run inwards."""
    if boundary == "endpoint":
        return [(0.0, end, 1), (0.0, end, -1)]
    outside = beyond(knots, end, tolerance)
    at_end = [(0.0, end, -knots[0][2])] if outside else []
    if boundary == "symmetric":
        return at_end + reflected(knots, 0.0, 3)
    if not outside:
        beyond_first = reflected(knots[1:], knots[0][0], 2)
        furthest = [min((d for d, _, k in beyond_first if k == kind), default=1) for kind in (1, -1)]
        if max(furthest) <= 0:
            return beyond_first
    return at_end + reflected(knots, 0.0, 2)


def envelope_mean(h, extrema, boundary, parabola, tolerance):
    last = len(h) - 1
    inner = list(knots_of(h, extrema, tolerance, parabola))
    left = edge(inner, h[0], boundary, tolerance)
    right = edge([(last - x, v, k) for x, v, k in reversed(inner)], h[-1], boundary, tolerance)
    everything = left + inner + [(last - d, v, k) for d, v, k in right]
    grid = np.arange(len(h))
    mean = np.zeros(len(h))
    for kind in (1, -1):
        x, y = zip(*sorted((x, v) for x, v, k in everything if k == kind))
        if len(x) == 2:
            mean += y[0] + (y[1] - y[0]) / (x[1] - x[0]) * (grid - x[0])
        else:
            mean += CubicSpline(x, y, bc_type="natural")(grid)
    return mean / 2


def sift(r, rounding, boundary="symmetric", parabola=False, stop="s_number", s_number=4,
         sd_threshold=0.2, max_siftings=50):
    h, extrema = r, find_extrema(r, rounding)
    crossings, stable = count_crossings(r, rounding), 0
    for _ in range(max_siftings):
        before, counts = h, (len(extrema), crossings)
        h = h - envelope_mean(h, extrema, boundary, parabola, rounding)
        extrema, crossings = find_extrema(h, rounding), count_crossings(h, rounding)
        if len(extrema) < 3:
            break
        if stop == "sd" and np.sum((before - h) ** 2) < sd_threshold * np.sum(before ** 2):
            break
        same = (len(extrema), crossings) == counts and abs(len(extrema) - crossings) <= 1
        stable = stable + 1 if same else 0
        if stop == "s_number" and stable == s_number:
            break
    return h


def emd(x, max_imfs=64, rounding=0.0, **options):
    x = np.asarray(x, float)
    rounding = max(rounding, ROUNDING * np.max(np.abs(x)))
    imfs, r = [], x
    while len(imfs) < max_imfs and len(find_extrema(r, rounding)) >= 3:
        imf = sift(r, rounding, **options)
        if np.max(np.abs(imf)) <= rounding:
            break
        imfs.append(imf)
        r = r - imf
    return imfs, r


def made_up_walk(n, seed):
    """A walk with two cycles, from the linear congruential generator of the C standard's example."""
    state, level, x = seed, 2.0, []
    for i in range(n):
        total = 0
        for _ in range(12):
            state = (1103515245 * state + 12345) % 2 ** 31
            total += state / 2 ** 31
        level += 0.05 * (total - 6)
        x.append(level + 0.2 * np.sin(0.9 * i) + 0.3 * np.sin(0.11 * i))
    return np.array(x)


def numbers(values, form="%.13g"):
    lines = [", ".join(form % v for v in values[k:k + 7]) for k in range(0, len(values), 7)]
    return "\n\t" + ",\n\t".join(lines)


CASES = [  # series, boundary, knots, stop
    ("walk", "symmetric", "sample", "s_number"), ("walk", "symmetric", "parabola", "s_number"),
    ("walk", "symmetric", "sample", "sd"), ("walk", "mirror", "sample", "s_number"),
    ("walk", "endpoint", "sample", "s_number"), ("ticks", "symmetric", "sample", "s_number"),
    ("ticks", "symmetric", "parabola", "s_number"), ("ticks", "mirror", "sample", "sd"),
    ("ticks", "endpoint", "sample", "s_number")]


def write_imfs():
    walk = made_up_walk(230, 7)
    series = {"walk": walk, "ticks": np.round(walk * 4) / 4}
    text = ["/* Written by make_emd.py: every fifth value of IMFs and residue, from numpy and scipy. */\n"]
    for name, x in series.items():
        text.append(f"static const double golden_imfs_of_{name}[] = {{{numbers(x, '%.17g')}}};\n")
    rows = []
    for k, (name, boundary, knots, stop) in enumerate(CASES):
        imfs, residue = emd(series[name], boundary=boundary, parabola=knots == "parabola", stop=stop)
        values = np.array(imfs + [residue])[:, ::5].ravel()
        text.append(f"static const double golden_imfs_{k}[] = {{{numbers(values)}}};\n")
        rows.append(f"\t{{golden_imfs_of_{name}, CS_BOUNDARY_{boundary.upper()}, "
                    f"CS_KNOTS_{knots.upper()}, CS_STOP_{stop.upper()}, {len(imfs)}, golden_imfs_{k}}}")
    text.append("#define GOLDEN_IMFS_LENGTH %d\n\n"
                "typedef struct golden_imfs\n{\n\tconst double *x;\n\tcs_boundary boundary;\n"
                "\tcs_knots knots;\n\tcs_emd_stop stop;\n\tint count; /* IMFs */\n"
                "\tconst double *values; /* of each IMF and the residue, every fifth */\n"
                "} golden_imfs;\n\n"
                "static const golden_imfs golden_decompositions[] = {\n%s};\n"
                % (len(walk), ",\n".join(rows)))
    (HERE / "emd_imfs.h").write_text("\n".join(text))


if __name__ == "__main__":
    write_imfs()
