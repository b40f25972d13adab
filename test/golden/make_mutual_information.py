#!/usr/bin/python3
"""Makes mutual_information.h and .sql beside this script: the estimate of Kraskov, Stoegbauer and Grassberger by all
distances in numpy, with the rule of Gao et al. where points coincide; without ties sklearn's mutual_info_regression agrees
to 1e-9, and long Gaussian samples come to -ln(1 - r^2) / 2.

    make_mutual_information.py
"""
import subprocess
from pathlib import Path

import numpy
from scipy.special import digamma
from sklearn.feature_selection import mutual_info_regression

HERE = Path(__file__).resolve().parent


def pairs():
    random = numpy.random.default_rng(36)
    a, b = random.standard_normal((2, 160))
    ring = random.uniform(0, 2 * numpy.pi, 160)
    return {
        "gauss": (a, 0.8 * a + 0.6 * b),
        "independent": (a, b),
        "ring": (numpy.cos(ring) + 0.1 * a, numpy.sin(ring) + 0.1 * b),
        "ticks": (numpy.round(a, 1), numpy.round(0.8 * a + 0.6 * b, 1)),
        "same": (numpy.round(a), numpy.round(a)),
        "classes": (numpy.sign(a), b + numpy.sign(a)),
    }


def estimate(x, y, k):
    x, y = ((v - v.mean()) / v.std() for v in (x, y))
    dx, dy = (abs(v[:, None] - v[None, :]) for v in (x, y))
    both = numpy.maximum(dx, dy)
    n = len(x)
    terms = []
    for i in range(n):
        distance = numpy.sort(numpy.delete(both[i], i))[k - 1]
        if distance < 1e-13:
            terms.append(digamma((both[i] < 1e-13).sum()) - digamma((dx[i] < 1e-13).sum()) - digamma((dy[i] < 1e-13).sum()))
        else:
            terms.append(digamma(k) - digamma((dx[i] < distance - 1e-13).sum()) - digamma((dy[i] < distance - 1e-13).sum()))
    return numpy.mean(terms) + digamma(n)


def main():
    rows = []
    for name, (x, y) in pairs().items():
        for k in (1, 3, 10):
            value = estimate(x, y, k)
            if name in ("gauss", "independent", "ring"):
                theirs = mutual_info_regression(x[:, None], y, n_neighbors=k, random_state=0)[0]
                assert abs(max(value, 0) - theirs) < 1e-9, (name, k, value, theirs)
            rows.append((name, k, float(value)))
    told = "Written by make_mutual_information.py."
    (HERE / "mutual_information.sql").write_text(
        f"-- {told}\n\nCREATE TEMPORARY TABLE golden_pair (name text, t bigint, x float8, y float8);\nINSERT INTO golden_pair VALUES\n"
        + ",\n".join(f"('{name}', {t}, {float(a)!r}, {float(b)!r})" for name, (x, y) in pairs().items() for t, (a, b) in enumerate(zip(x, y), 1))
        + ";\n\nCREATE TEMPORARY TABLE golden_information (name text, neighbours int, information float8);\nINSERT INTO golden_information VALUES\n"
        + ",\n".join(f"('{name}', {k}, {value!r})" for name, k, value in rows) + ";\n")
    c = [f"/* {told} */\n#define GOLDEN_PAIRS 160\n"]
    for name, sides in pairs().items():
        for side, values in zip("xy", sides):
            c.append(f"static const double golden_{name}_{side}[] = {{" + ", ".join(repr(float(v)) for v in values) + "};\n")
    c.append("static const struct\n{\n\tconst char *name;\n\tconst double *x, *y;\n\tint neighbours;\n\tdouble information;\n} golden_information[] = {\n"
             + ",\n".join(f'\t{{"{name}", golden_{name}_x, golden_{name}_y, {k}, {value!r}}}' for name, k, value in rows) + "};\n")
    (HERE / "mutual_information.h").write_text("".join(c))
    subprocess.run(["clang-format", "-i", HERE / "mutual_information.h"], check=True)


main()
