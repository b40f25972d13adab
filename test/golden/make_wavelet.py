#!/usr/bin/python3
"""Wavelet decompositions and smoothed series by PyWavelets, whose filters stand here too: wavelet.h and wavelet.sql.
Debian package python3-pywt.

The noise is the median of the |details| of level 1 over 0.6745, the threshold noise * sqrt(2 ln n) on every level; hard
thresholds keep what is as large as the threshold.  The long cases are not in the SQL, and of their results every
`stride`-th value is kept.
"""
import warnings

import numpy
import pywt

from form import Pointers, Set, draws

warnings.filterwarnings("ignore", "Level value of")  # more levels than PyWavelets calls useful are meant
EXTENSIONS = ("symmetric", "periodization")
CASES = [  # wavelet, rows, extension, levels
    ("db4", 100, "symmetric", 3), ("db4", 255, "symmetric", 5), ("db4", 1000, "symmetric", 6),
    ("db4", 1000, "periodization", 6), ("db4", 255, "periodization", 4), ("db1", 64, "symmetric", 6),
    ("db2", 129, "symmetric", 4), ("sym5", 200, "symmetric", 4), ("coif2", 150, "periodization", 3),
    ("db4", 100, "symmetric", 6), ("db4", 128, "periodization", 4), ("db4", 9, "symmetric", 1),
]
LONGEST_IN_SQL = 150
# sym2 and sym3 are db2 and db3
FILTERS = [*(f"db{n}" for n in range(1, 11)), *(f"sym{n}" for n in range(4, 9)), *(f"coif{n}" for n in range(1, 4))]


def smoothed(x, wavelet, extension, levels):
    coefficients = pywt.wavedec(x, wavelet, extension, levels)
    threshold = numpy.median(numpy.abs(coefficients[-1])) / 0.6745 * numpy.sqrt(2 * numpy.log(len(x)))

    def back(detail):
        return pywt.waverec([coefficients[0], *map(detail, coefficients[1:])], wavelet, extension)[:len(x)]

    series = [back(numpy.zeros_like), back(lambda d: pywt.threshold(d, threshold, "soft")),
              back(lambda d: pywt.threshold(d, threshold, "hard"))]
    return coefficients, float(threshold), series


golden = Set("wavelet", "PyWavelets.")
cases, rows = [], []
for k, (wavelet, n, extension, levels) in enumerate(CASES):
    random = draws(40 + k)
    x = numpy.round(1.5 + 0.02 * numpy.cumsum(random.normal(size=n)) + 0.1 * random.normal(size=n), 4)
    coefficients, threshold, series = smoothed(x, wavelet, extension, levels)
    highest = pywt.dwt_max_level(n, wavelet)
    flat = numpy.concatenate(coefficients)
    stride = 1 if n <= 64 else 5 if n <= 255 else 10
    cases.append([wavelet, EXTENSIONS.index(extension), levels, highest, n, len(flat), stride, threshold, x,
                  flat[::stride], Pointers(s[::stride] for s in series)])
    if n <= LONGEST_IN_SQL:
        rows.append([k, wavelet, extension, levels, highest, [len(c) for c in coefficients], x, flat, *series])
golden.structs("golden_wavelet", [
    "const char *wavelet", "int extension", "int levels", "int highest_level", "size_t n", "size_t count",
    "size_t stride", "double threshold", "const double *x", "const double *coefficients",
    "const double *smoothed[3] /* approximation, soft, hard */"], cases)
golden.structs("golden_taps", ["const char *wavelet", "size_t length", "const double *low", "const double *high"],
               [[name, len(pywt.Wavelet(name).rec_lo), pywt.Wavelet(name).rec_lo, pywt.Wavelet(name).rec_hi]
                for name in FILTERS])
golden.table("golden_wavelet", "sample int, wavelet text, extension text, level int, highest_level int, lengths int[],"
             " x float8[], coefficients float8[], approximation float8[], soft float8[], hard float8[]", rows)
golden.write()
