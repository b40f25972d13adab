#!/usr/bin/python3
"""The estimate of Kraskov, Stoegbauer and Grassberger by all distances in numpy, with the noise of the library; without ties the
mutual_info_regression of sklearn agrees to 1e-9: python3-sklearn, python3-scipy.
"""
import numpy
from scipy.special import digamma
from sklearn.feature_selection import mutual_info_regression

from form import Set, draws
from xoshiro import Xoshiro


def pairs():
    random = draws(36)
    a, b = random.normal(size=(2, 160))
    ring = random.uniform(0, 2 * numpy.pi, 160)
    return {
        "gauss": (a, 0.8 * a + 0.6 * b),
        "independent": (a, b),
        "ring": (numpy.cos(ring) + 0.1 * a, numpy.sin(ring) + 0.1 * b),
        "ticks": (numpy.round(a, 1), numpy.round(0.8 * a + 0.6 * b, 1)),
        "same": (numpy.round(a), numpy.round(a)),
        "classes": (numpy.sign(a), b + numpy.sign(a)),
    }


def standardized(v, seed):
    random = Xoshiro(seed)
    noise = max(1e-8, 1e5 * 16 * 2.0 ** -52 * abs(v).max() / v.std())
    return (v - v.mean()) / v.std() + noise * numpy.array([random.uniform() for _ in v])


def estimate(x, y, k):
    x, y = standardized(x, 1), standardized(y, 2)
    dx, dy = (abs(v[:, None] - v[None, :]) for v in (x, y))
    both = numpy.maximum(dx, dy)
    n = len(x)
    distance = numpy.sort(both, axis=1)[:, [k]]
    return digamma(k) + digamma(n) - numpy.mean(digamma((dx < distance).sum(1)) + digamma((dy < distance).sum(1)))


rows = []
for name, (x, y) in pairs().items():
    for k in (1, 3, 10):
        value = estimate(x, y, k)
        if name in ("gauss", "independent", "ring"):
            theirs = mutual_info_regression(x[:, None], y, n_neighbors=k, random_state=0)[0]
            assert abs(max(value, 0) - theirs) < 1e-9, (name, k, value, theirs)
        rows.append([name, len(x), x, y, k, value])
golden = Set("mutual_information", "numpy, checked with scikit-learn.")
golden.structs("golden_information", ["const char *name", "int n", "const double *x", "const double *y", "int neighbours", "double information"], rows)
golden.table("golden_pair", "name text, t bigint, x float8, y float8",
             [[name, t, *v] for name, sides in pairs().items() for t, v in enumerate(zip(*sides), 1)])
golden.table("golden_information", "name text, neighbours int, information float8", [[row[0], row[4], row[5]] for row in rows])
golden.write()
