#!/usr/bin/python3
"""Trends of straight pieces with seasons and holidays: the columns written out, the bends by feature-sign
search, the rest by least squares: python3-numpy.
"""
import math

import numpy

from form import Set, draws

ROWS = 260
RIDGE = 0.1


def data():
    random = draws(54)
    time = numpy.cumsum(random.randint(1, 4, size=ROWS)).astype(float) + 7000
    share = (time - time[0]) / (time[-1] - time[0])
    y = 3 + 2 * share - 5 * numpy.maximum(0, share - 0.35) + 4 * numpy.maximum(0, share - 0.6)
    y += 0.4 * numpy.sin(2 * numpy.pi * time / 91.3) + 0.2 * numpy.cos(2 * numpy.pi * time / 30)
    holiday = numpy.column_stack([numpy.arange(ROWS) % 40 == 7, numpy.arange(ROWS) % 53 == 11]).astype(float)
    y += holiday @ [0.8, -0.5] + 0.15 * random.normal(size=ROWS)
    return time, y, holiday


def columns(time, holiday, first, length, bends, bend_range, periods):
    share = (time - first) / length
    free = [numpy.ones_like(time), share]
    for p in periods:
        free += [numpy.cos(2 * numpy.pi * (time - first) / p), numpy.sin(2 * numpy.pi * (time - first) / p)]
    places = bend_range * numpy.arange(1, bends + 1) / (bends + 1)
    return numpy.column_stack(free + [holiday]), numpy.column_stack([numpy.maximum(0, share - c) for c in places]), places


def fit(time, y, holiday, bends, bend_range, penalty, periods):
    first, length = time[0], time[-1] - time[0]
    free, hinges, places = columns(time, holiday, first, length, bends, bend_range, periods)
    ridge = numpy.sqrt(RIDGE) * numpy.eye(free.shape[1])[2:]
    mean = y.mean()
    size = abs(y - mean).max()
    a = numpy.vstack([free, ridge])
    b = numpy.vstack([hinges, numpy.zeros((len(ridge), bends))])
    target = numpy.concatenate([(y - mean) / size, numpy.zeros(len(ridge))])
    q, _ = numpy.linalg.qr(a)
    b_left = b - q @ (q.T @ b)
    left = target - q @ (q.T @ target)
    gram, pull = b_left.T @ b_left, b_left.T @ left
    most = abs(pull).max()

    def solved(weight, start):
        """Feature-sign search (Lee, Battle, Raina and Ng 2007), whose end satisfies the conditions of the optimum."""
        x = start.copy()
        sign = numpy.sign(x)
        for _ in range(5000):
            gradient = pull - gram @ x
            used = sign != 0
            if (abs(gradient[used] - weight * sign[used]) < 1e-9 * most).all():
                worst = numpy.argmax(numpy.where(used, 0, abs(gradient)))
                if used.all() or abs(gradient[worst]) <= weight * (1 + 1e-12) + 1e-13 * most:
                    return x
                sign[worst] = numpy.sign(gradient[worst])
                used = sign != 0
            new = numpy.zeros(bends)
            new[used] = numpy.linalg.solve(gram[numpy.ix_(used, used)], pull[used] - weight * sign[used])

            def value(v):
                return v @ gram @ v / 2 - pull @ v + weight * abs(v).sum()
            candidates = [new]
            for k in numpy.flatnonzero(x * new < 0):
                at = x + x[k] / (x[k] - new[k]) * (new - x)
                at[k] = 0
                candidates.append(at)
            x = min(candidates, key=value)
            sign = numpy.sign(x)
        raise AssertionError("no optimum")

    bend = numpy.zeros(bends)
    if penalty < 0:
        best = math.inf
        for share in 10.0 ** (-3 * numpy.arange(30) / 29):
            bend = solved(share * most, bend)
            squares = ((left - b_left @ bend) ** 2).sum()
            criterion = len(y) * math.log(squares / len(y)) + math.log(len(y)) * (abs(bend) > 1e-9).sum()
            if criterion < best:
                best, chosen, taken = criterion, bend, share
        bend, penalty = chosen, taken
    else:
        bend = solved(penalty * most, bend)
    coefficients = numpy.linalg.lstsq(a, target - b @ bend, rcond=None)[0]
    rest = target - a @ coefficients - b @ bend
    fitted = mean + size * (free @ coefficients + hinges @ bend)
    return (mean + size * coefficients[0], size * coefficients[1] / length, size * bend / length, size * coefficients[2:], penalty,
            size * math.sqrt((rest[:len(y)] ** 2).sum() / len(y)), fitted)


time, y, holiday = data()
golden = Set("trend_seasonal", "numpy.")
cases = []
for bends, bend_range, penalty, periods in ((25, 0.8, 0.05, (91.3, 45.65, 30.0)), (10, 1.0, 0.3, (91.3,)), (12, 0.7, 1.0, (30.0, 91.3)),
                                             (25, 0.8, -1.0, (91.3, 30.0)), (8, 0.9, -1.0, (30.0,)), (15, 0.8, 0.01, (91.3,))):
    intercept, slope, bend, rest, taken, sd, fitted = fit(time, y, holiday, bends, bend_range, penalty, periods)
    cases.append([bends, bend_range, penalty, len(periods), list(periods), intercept, slope, bend, rest, taken, sd, fitted[::13]])
golden.structs("golden_row", ["double time", "double y", "unsigned char holiday[2]"],
               [[t, v, [int(h[0]), int(h[1])]] for t, v, h in zip(time, y, holiday)])
golden.structs("golden_fit", ["int bends", "double range", "double penalty", "int waves", "const double *periods", "double intercept",
                              "double slope", "const double *bend", "const double *rest /* waves, then holidays */", "double taken", "double sd",
                              "const double *fitted /* of every 13th row */"], cases)
golden.write()
