#!/usr/bin/python3
"""Models that start diffuse, and what their rows tell of the states, by mpmath: kalman_diffuse.h.  Debian package
python3-mpmath.

    make_kalman_diffuse.py [DIRECTORY [MODELS_OF_EACH_KIND [FIRST_SEED]]]

The reference is the plain covariance filter and smoother of any textbook with a start variance of
1e120, in 400 digits: what an infinite one would give is off by less than the last double.  Models
are trends with cycles of 3 to 2,000 rows, dynamic Nelson-Siegel curves, and random systems in
random units, some of them nearly or wholly unobservable; a fifth of the observations is missing.
"""
import math
import random
import sys

from mpmath import eigsy, mp, mpf

from form import Set

mp.dps = 400
DIFFUSE = mpf(10) ** 120
UNKNOWN = mpf(10) ** 60
ROWS = 9


def product(a, b):
    return [[sum((x * y for x, y in zip(row, column)), mpf(0)) for column in zip(*b)] for row in a]


def transposed(a):
    return [list(column) for column in zip(*a)]


def plus(a, b, sign=1):
    return [[x + sign * y for x, y in zip(p, q)] for p, q in zip(a, b)]


def exact(a):
    return [[mpf(x) for x in row] for row in a]


def diagonal(values):
    return [[v if i == j else 0.0 for j in range(len(values))] for i, v in enumerate(values)]


# ---- models: A, H, Q, R ------------------------------------------------------------------------

def trend_and_cycle(rng):
    angle = 2 * math.pi / math.exp(rng.uniform(math.log(3), math.log(2000)))
    damping = rng.choice([1, rng.uniform(0.9, 1)])
    c, s = damping * math.cos(angle), damping * math.sin(angle)
    a = [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, c, s], [0, 0, -s, c]]
    q = [rng.choice([0, 10 ** rng.uniform(-6, 0)]) for _ in range(3)]
    r = rng.choice([0, 10 ** rng.uniform(-4, 0)]) if any(q) else 1
    return a, [[1, 0, 1, 0]], diagonal([q[0], q[1], q[2], q[2]]), [[r]]


def nelson_siegel(rng):
    decay = rng.uniform(0.03, 1.5)
    grid = [1 / 12, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30]
    maturities = sorted(rng.sample(grid, rng.randint(2, 10)))
    h = []
    for t in maturities:
        slope = -math.expm1(-decay * t) / (decay * t)
        h.append([1, slope, slope - math.exp(-decay * t)])
    a = diagonal([rng.choice([1, rng.uniform(0.8, 1)]) for _ in range(3)])
    return (a, h, diagonal([10 ** rng.uniform(-4, 0) for _ in range(3)]),
            diagonal([rng.choice([1, 10 ** rng.uniform(-4, 0)]) for _ in h]))


def random_system(rng):
    n, m = rng.randint(2, 5), rng.randint(1, 4)
    a = [[rng.gauss(0, 0.7) if rng.random() < 0.8 else 0 for _ in range(n)] for _ in range(n)]
    h = [[rng.gauss(0, 1) for _ in range(n)] for _ in range(m)]
    if rng.random() < 0.4:  # the last state alone and never seen
        for i in range(n - 1):
            a[i][-1] = 0
        for row in h:
            row[-1] = 0
    if m > 1 and rng.random() < 0.5:  # nearly the same observation twice
        near = 10 ** rng.uniform(-7, -1)
        h[1] = [x * (1 + near * rng.gauss(0, 1)) for x in h[0]]
    factor = [[rng.gauss(0, 1) for _ in range(m)] for _ in range(m)]
    r = [[float(sum(x * y for x, y in zip(p, q))) for q in factor] for p in factor]
    q = [rng.choice([0, 10 ** rng.uniform(-3, 1)]) for _ in range(n)]
    unit = [10.0 ** rng.randint(-6, 6) for _ in range(n)]
    a = [[a[i][j] * unit[i] / unit[j] for j in range(n)] for i in range(n)]
    h = [[row[j] / unit[j] for j in range(n)] for row in h]
    return a, h, diagonal([v * u * u for v, u in zip(q, unit)]), r


KINDS = {"trend and cycle": trend_and_cycle, "Nelson-Siegel": nelson_siegel,
         "random": random_system}


# ---- the reference -----------------------------------------------------------------------------

def independent(h, r, y):
    """The elements that are present with R = L D L' taken out: (h, d, y)."""
    present = [i for i, v in enumerate(y) if v is not None]
    lower, elements = [], []
    for k, i in enumerate(present):
        row = []
        for j in range(k + 1):
            other = row if j == k else lower[j]
            value = r[i][present[j]] - sum(
                (row[l] * other[l] * elements[l][1] for l in range(j)), mpf(0))
            row.append(value if j == k else
                       value / elements[j][1] if elements[j][1] else mpf(0))
        hi, yi = list(h[i]), mpf(y[i])
        for j in range(k):
            hi = [x - row[j] * z for x, z in zip(hi, elements[j][0])]
            yi -= row[j] * elements[j][2]
        lower.append(row)
        elements.append((hi, row[k], yi))
    return elements


def reference(model, y):
    """For each row: filtered, its variances, smoothed, its variances, log-likelihood; condition."""
    a, h, q, r = (exact(part) for part in model)
    n = len(a)
    x, p = [mpf(0)] * n, diagonal([DIFFUSE] * n)
    rows, steps, condition = [], [], None
    power, gram = exact(diagonal([1] * n)), exact(diagonal([0] * n))
    for t, yt in enumerate(y):
        if t > 0:
            x = [sum((u * v for u, v in zip(row, x)), mpf(0)) for row in a]
            p = plus(product(product(a, p), transposed(a)), q)
        likelihood, taken = None, []
        for hi, d, yi in independent(h, r, yt):
            ph = [sum((u * v for u, v in zip(row, hi)), mpf(0)) for row in p]
            f = sum((u * v for u, v in zip(hi, ph)), mpf(0)) + d
            v = yi - sum((u * w for u, w in zip(hi, x)), mpf(0))
            if f < UNKNOWN * sum(u * u for u in hi):
                likelihood = (likelihood or 0) - (mp.log(2 * mp.pi * f) + v * v / f) / 2
            taken.append((hi, v, f, [u / f for u in ph]))
            x = [u + w * v / f for u, w in zip(x, ph)]
            p = [[p[i][j] - ph[i] * ph[j] / f for j in range(n)] for i in range(n)]
        steps.append((taken, x, p))
        for i, row in enumerate(product(h, power)):
            if yt[i] is not None:
                gram = plus(gram, [[u * v for v in row] for u in row])
        power = product(a, power)
        if condition is None and all(p[i][i] < UNKNOWN for i in range(n)):
            condition = condition_of(gram)
        rows.append([known(x, p), variances(p), None, None, likelihood])
    back, weight = [mpf(0)] * n, exact(diagonal([0] * n))
    for t in reversed(range(len(y))):
        taken, x, p = steps[t]
        s = [xi + sum((u * v for u, v in zip(row, back)), mpf(0)) for xi, row in zip(x, p)]
        v = plus(p, product(product(p, weight), p), -1)
        rows[t][2], rows[t][3] = known(s, v), variances(v)
        for hi, v, f, gain in reversed(taken):
            left = exact(diagonal([1] * n))
            left = plus(left, [[k * u for u in hi] for k in gain], -1)
            total = sum((k * u for k, u in zip(gain, back)), mpf(0))
            back = [b + u * (v / f - total) for b, u in zip(back, hi)]
            weight = plus(product(product(transposed(left), weight), left),
                          [[u * w / f for w in hi] for u in hi])
        back = [sum((u * b for u, b in zip(column, back)), mpf(0)) for column in zip(*a)]
        weight = product(product(transposed(a), weight), a)
    return rows, condition


def condition_of(gram):
    """Of the matrix X with X'X = gram, columns scaled to the same size; None: it is singular."""
    n = len(gram)
    if not all(gram[i][i] for i in range(n)):
        return None
    values = eigsy(mp.matrix([[gram[i][j] / mp.sqrt(gram[i][i] * gram[j][j]) for j in range(n)]
                              for i in range(n)]), eigvals_only=True)
    return mp.sqrt(max(values) / min(values)) if min(values) > mpf(10) ** -100 else None


def variances(p):
    return [p[i][i] if p[i][i] < UNKNOWN else None for i in range(len(p))]


def known(x, p):
    return [v if p[i][i] < UNKNOWN else None for i, v in enumerate(x)]


# ---- the file ----------------------------------------------------------------------------------

def flat(rows):
    return [x for row in rows for x in row]


def numbers(values):
    return [None if v is None else float(v) for v in values]


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    cases = []
    for kind, make in KINDS.items():
        for k in range(count):
            rng = random.Random(f"{kind} {seed + k}")
            model = make(rng)
            y = [[None if rng.random() < 0.2 else round(rng.gauss(3, 2), 3) for _ in model[1]]
                 for _ in range(ROWS)]
            rows, condition = reference(model, y)
            cases.append([f"{kind} {seed + k}", len(model[0]), len(model[1]),
                          None if condition is None else float(condition), numbers(flat(flat(model))), numbers(flat(y)),
                          numbers(flat(flat(row[:4]) + [row[4]] for row in rows))])
    golden = Set("kalman_diffuse", "mpmath, in 400 digits.")
    golden.c.append(f"#define DIFFUSE_ROWS {ROWS}")
    golden.structs("golden_diffuse", [
        "const char *name", "size_t states", "size_t observed",
        "double condition /* of what the rows tell of the first states, up to the row that knows all */",
        "const double *model /* A, H, Q, R */", "const double *y",
        "const double *rows /* each: filtered, variances, smoothed, variances (NAN: nothing is told), log-likelihood */"],
        cases)
    golden.write()


main()
