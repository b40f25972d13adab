#!/usr/bin/python3
"""An implementation of empirical mode decomposition in numpy and scipy that shares no line with the library's, what
it gives for some series, and properties that any decomposition must have: emd.h and emd.sql.  Debian package
python3-scipy.

Sifting, S-number and standard-deviation stops and the boundary rules are those of docs/emd.md.
Extrema are found by the plain definition: the series has to leave one by more than the tolerance,
2^-40 of the largest value of the series that is decomposed.
"""
import numpy as np
from scipy.interpolate import CubicSpline

from form import Set, draws

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


CASES = [  # series, boundary, knots, stop
    ("walk", "symmetric", "sample", "s_number"), ("walk", "symmetric", "parabola", "s_number"),
    ("walk", "symmetric", "sample", "sd"), ("walk", "mirror", "sample", "s_number"),
    ("walk", "endpoint", "sample", "s_number"), ("ticks", "symmetric", "sample", "s_number"),
    ("ticks", "symmetric", "parabola", "s_number"), ("ticks", "mirror", "sample", "sd"),
    ("ticks", "endpoint", "sample", "s_number")]
# rows; periods and sizes of the higher and the lower tone; trend, phases, constant; the correlations of the first two
# IMFs with the tones, without n / 8 at each end, are at least ...; the IMFs are from ... to ...
TONES = [(512, 8, 64, 1, 1, 0, 0.3, 1, 2, 0.99, 0.97, 2, 10), (1000, 10, 100, 1, 0.5, 0.002, 0.3, 1, 2, 0.99, 0.97, 2, 10),
         (2048, 16, 300, 0.4, 1, -0.001, 0.3, 1, 2, 0.99, 0.97, 2, 12)]


def decompositions(golden):
    walk = made_up_walk(230, 7)
    series = {"walk": walk, "ticks": np.round(walk * 4) / 4}
    rows = []
    for name, boundary, knots, stop in CASES:
        imfs, residue = emd(series[name], boundary=boundary, parabola=knots == "parabola", stop=stop)
        rows.append([series[name], f"CS_BOUNDARY_{boundary.upper()}", f"CS_KNOTS_{knots.upper()}",
                     f"CS_STOP_{stop.upper()}", len(imfs), np.array(imfs + [residue])[:, ::5]])
    golden.c.append(f"#define GOLDEN_IMFS_LENGTH {len(walk)}")
    golden.structs("golden_decompositions", [
        "const double *x", "cs_boundary boundary", "cs_knots knots", "cs_emd_stop stop", "int count /* IMFs */",
        "const double *values /* of each IMF and the residue, every fifth */"], rows, tag="golden_imfs")


def properties(golden):
    walk = np.round(1.5 + 0.03 * np.cumsum(draws(12).normal(size=400)), 5)
    monotone = np.round((np.arange(50) / 49) ** 2, 6)
    golden.structs("golden_two_tones", [
        "int n", "double period_high", "double period_low", "double size_high", "double size_low", "double trend",
        "double phase_high", "double phase_low", "double constant", "double correlation_high", "double correlation_low",
        "int fewest", "int most"], TONES, tag="golden_tones")
    golden.constants("golden_walk", walk)
    golden.constants("golden_monotone", monotone)
    golden.table("golden_tones", "id integer, n integer, period_high float8, period_low float8, size_high float8,"
                 " size_low float8, trend float8, phase_high float8, phase_low float8, constant float8,"
                 " correlation_high float8, correlation_low float8, fewest integer, most integer",
                 [[k, *tones] for k, tones in enumerate(TONES)])
    for name, values in (("golden_walk", walk), ("golden_monotone", monotone)):
        golden.table(name, "i bigint, x float8", [[i + 1, v] for i, v in enumerate(values)])


if __name__ == "__main__":
    reference = Set("emd", "numpy and scipy.")
    decompositions(reference)
    properties(reference)
    reference.write()
