#!/usr/bin/python3
"""The test of Giacomini and White in numpy (at horizon 1 as m R^2 of a regression of ones on the moments, beyond as the Wald
form), and model confidence sets over the draws of the library's own generator, xoshiro256++, with rows picked one by one:
python3-numpy, python3-scipy.
"""
import numpy
from scipy.stats import chi2

from form import Set, draws
from xoshiro import Xoshiro

ROWS = 110
FORECASTS = 5


def data():
    random = draws(34)
    actual = numpy.cumsum(random.normal(size=ROWS)) / 5 + 3
    scale = numpy.array([0.3, 0.32, 0.3, 0.5, 0.36])
    shared = random.normal(size=ROWS)
    noise = random.normal(size=(ROWS, FORECASTS)) * 0.8 + 0.6 * shared[:, None]
    persistent = numpy.convolve(random.normal(size=ROWS + 4), numpy.ones(5) / 3, "valid")
    forecasts = actual[:, None] + scale * noise
    forecasts[:, 1] += 0.2 * persistent
    return actual, forecasts


def losses_of(actual, forecasts, loss):
    error = forecasts - actual[:, None]
    return error ** 2 if loss == "squared" else abs(error)


def wald(d, horizon, conditional):
    z = numpy.column_stack([numpy.ones(len(d) - horizon), d[:-horizon]]) * d[horizon:, None] if conditional else d[:, None]
    m, q = z.shape
    if horizon == 1:
        ones = numpy.ones(m)
        fit, *_ = numpy.linalg.lstsq(z, ones, rcond=None)
        statistic = m - ((ones - z @ fit) ** 2).sum()
    else:
        w = z.T @ z / m
        for k in range(1, horizon):
            g = z[k:].T @ z[:-k] / m
            w += (1 - k / horizon) * (g + g.T)
        statistic = m * z.mean(0) @ numpy.linalg.solve(w, z.mean(0))
    if conditional:
        slope, level = numpy.polyfit(d[:-horizon], d[horizon:], 1)
    return statistic, chi2.sf(statistic, q), d.mean(), level + slope * d[-1] if conditional else d.mean()


def confidence_set(losses, statistic, samples, block, seed):
    """mean loss, statistic, p-value and place of each."""
    n, models = losses.shape
    random = Xoshiro(seed)
    means = losses.mean(0)
    drawn = numpy.zeros((samples, models))
    for b in range(samples):
        rows = []
        while len(rows) < n:
            start = random.below(n)
            rows += [(start + i) % n for i in range(block)]
        drawn[b] = losses[rows[:n]].mean(0) - means
    left = list(range(models))
    result = {}
    p = 0
    while len(left) > 1:
        if statistic == "max":
            centred = drawn[:, left] - drawn[:, left].mean(1, keepdims=True)
            deviation = numpy.sqrt((centred ** 2).mean(0))
            t = (means[left] - means[left].mean()) / deviation
            reference = (centred / deviation).max(1)
        else:
            pairs = drawn[:, left][:, :, None] - drawn[:, left][:, None, :]
            deviation = numpy.sqrt((pairs ** 2).mean(0)) + numpy.eye(len(left))
            t = ((means[left][:, None] - means[left][None, :]) / deviation).max(1)
            reference = abs(pairs / deviation).max((1, 2))
        p = max(p, (reference > t.max()).mean())
        result[left.pop(int(t.argmax()))] = (t.max(), p, len(left))
    result[left[0]] = (0.0, 1.0, 1)
    return [(means[i], *result[i]) for i in range(models)]


actual, forecasts = data()
golden = Set("forecast_tests", "numpy and scipy.")
rows = [[t, a, f] for t, (a, f) in enumerate(zip(actual, forecasts), 1)]
gw = []
for loss in ("squared", "absolute"):
    losses = losses_of(actual, forecasts, loss)
    for second in (1, 3):
        for horizon in (1, 2, 5):
            for hypothesis in ("conditional", "unconditional"):
                gw.append([loss, second + 1, horizon, hypothesis,
                           *wald(losses[:, 0] - losses[:, second], horizon, hypothesis == "conditional")])
mcs = []
for loss in ("squared", "absolute"):
    for statistic in ("max", "range"):
        for block, seed in ((5, 1), (2, 77)):
            found = confidence_set(losses_of(actual, forecasts, loss), statistic, 400, block, seed)
            mcs += [[loss, statistic, block, seed, i, *row] for i, row in enumerate(found, 1)]
golden.structs("golden_forecast", ["double actual", f"double forecasts[{FORECASTS}]"], [row[1:] for row in rows])
golden.structs("golden_gw", ["const char *loss", "int second", "int horizon", "const char *hypothesis", "double statistic", "double p_value",
                             "double mean", "double next"], gw)
golden.structs("golden_mcs", ["const char *loss", "const char *statistic", "int block_length", "int seed", "int forecast",
                              "double mean_loss", "double value", "double p_value", "int place"], mcs)
golden.table("golden_forecast", "t bigint, actual float8, f float8[]", rows)
golden.table("golden_gw", "loss text, second int, horizon int, hypothesis text, statistic float8, p_value float8, mean float8, next float8", gw)
golden.table("golden_mcs", "loss text, statistic text, block_length int, seed bigint, forecast int, mean_loss float8, value float8,"
             " p_value float8, place int", mcs)
golden.write()
