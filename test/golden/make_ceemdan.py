#!/usr/bin/python3
"""CEEMDAN as Torres, Colominas, Schlotthauer and Flandrin (ICASSP 2011) publish it, and EEMD with
pairs of noise, in numpy over the decomposition of make_emd.py: ceemdan.h.

The noise is that of the library: its generator (xoshiro256++ seeded by splitmix64, polar method) is
written here once more, from the papers, with Python's integers.

With E_k(.) the k-th IMF of a series and w_i the noise of trial i:
    IMF 1 = mean of E_1(x + s_0 w_i),         r_1 = x - IMF 1
    IMF k+1 = mean of E_1(r_k + s_k E_k(w_i)),    r_k+1 = r_k - IMF k+1
s makes the standard deviation of what is added `noise` times that of x or r_k.  Where the noise has
no k-th IMF nothing is added.  It ends when r_k has fewer than 3 extrema, or after log2 n IMFs.
"""
import math

import numpy as np

from form import Set
from make_emd import ROUNDING, emd, find_extrema, made_up_walk

MASK = 2 ** 64 - 1


class Random:
    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = seed
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(z ^ (z >> 31))

    def uniform(self):
        def turned(value, bits):
            return ((value << bits) | (value >> (64 - bits))) & MASK

        a, b, c, d = self.state
        result = (turned((a + d) & MASK, 23) + a) & MASK
        c, d, shifted = c ^ a, d ^ b, (b << 17) & MASK
        b, a = b ^ c, a ^ d
        self.state = [a, b, c ^ shifted, turned(d, 45)]
        return (result >> 11) / 2 ** 53

    def normal(self):
        while True:
            y, x = 2 * self.uniform() - 1, 2 * self.uniform() - 1
            square = x * x + y * y
            if 0 < square < 1:
                return x * math.sqrt(-2 * math.log(square) / square)


def scaled(values, size):
    return values * (size / np.std(values)) if np.std(values) > 0 else 0 * values


def first_imf(x, rounding, **options):
    imfs, _ = emd(x, max_imfs=1, rounding=rounding, **options)
    return imfs[0] if imfs else np.zeros(len(x))


def ceemdan(x, trials, noise, seed, **options):
    random = Random(seed)
    white = [np.array([random.normal() for _ in x]) for _ in range(trials)]
    modes = [emd(w, **options)[0] for w in white]
    rounding = ROUNDING * np.max(np.abs(x))
    imfs, rest = [], x
    while len(imfs) < int(math.log2(len(x))) and len(find_extrema(rest, rounding)) >= 3:
        k = len(imfs)
        size = noise * np.std(rest)
        added = [w if k == 0 else (m[k - 1] if k <= len(m) else np.zeros(len(x)))
                 for w, m in zip(white, modes)]
        imfs.append(np.mean([first_imf(rest + scaled(a, size), rounding, **options)
                             for a in added], axis=0))
        rest = rest - imfs[-1]
    return imfs, rest


def eemd(x, trials, noise, seed, **options):
    random = Random(seed)
    rounding = ROUNDING * np.max(np.abs(x))
    most = int(math.log2(len(x)))
    sums = np.zeros((most, len(x)))
    used = 0
    for trial in range(trials):
        if trial % 2 == 0:
            w = noise * np.std(x) * np.array([random.normal() for _ in x])
        imfs, _ = emd(x + w if trial % 2 == 0 else x - w, max_imfs=most, rounding=rounding, **options)
        sums[:len(imfs)] += imfs
        used = max(used, len(imfs))
    imfs = list(sums[:used] / trials)
    return imfs, x - np.sum(imfs, axis=0)


CASES = [  # method, factor on the series, trials, noise, seed, boundary
    ("ceemdan", 1, 6, 0.2, 1, "symmetric"), ("ceemdan", 100, 5, 0.3, 7, "symmetric"),
    ("ceemdan", 1, 6, 0.2, 2, "mirror"), ("ceemdan", 1, 6, 0.2, 3, "endpoint"),
    ("eemd", 1, 6, 0.2, 1, "symmetric"), ("eemd", 100, 5, 0.3, 7, "mirror")]


x = made_up_walk(150, 11)
golden = Set("ceemdan", "numpy and scipy.")
golden.constants("golden_ensemble_series", x)
rows = []
for method, factor, trials, noise, seed, boundary in CASES:
    imfs, rest = globals()[method](factor * x, trials, noise, seed, boundary=boundary)
    rows.append([f"CS_ENSEMBLE_{method.upper()}", factor, trials, noise, seed, f"CS_BOUNDARY_{boundary.upper()}",
                 len(imfs), np.array(imfs + [rest])[:, ::3]])
golden.structs("golden_ensembles", [
    "cs_ensemble_method method", "double factor /* on the series */", "int trials", "double noise", "uint64_t seed",
    "cs_boundary boundary", "int count /* IMFs */",
    "const double *values /* of each IMF and the residue, every third */"], rows, tag="golden_ensemble")
golden.write()
