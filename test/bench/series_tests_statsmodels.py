#!/usr/bin/python3
"""The peer of series_tests.sql: the tests of Debian's python3-statsmodels on the same series, and the model confidence set in
numpy, all draws at once. Prints processor seconds, the median of 5 runs."""
import json
import statistics
import time
import warnings

import numpy as np
from statsmodels.tsa.stattools import adfuller, grangercausalitytests, kpss

warnings.simplefilter("ignore")
t = np.arange(1, 5001)
walks = [np.cumsum(np.sin(t * t * 0.37 * g) + 0.3 * np.cos(t * 1.7)) for g in range(1, 21)]
causes = [np.cos(t * t * 0.11 * g) for g in range(1, 21)]


def granger():
    for y, x in zip(walks, causes):
        grangercausalitytests(np.column_stack([y, x]), [4], verbose=False)


def confidence_set(n=1000, models=10, draws=1000, block=10):
    rows = np.arange(1, n + 1)[:, None]
    k = np.arange(1, models + 1)
    actual = np.sin(rows * 0.01) + 0.1 * np.cos(rows * rows * 0.3)
    losses = (actual - np.sin((rows - k) * 0.01) - 0.1 * np.sin(rows * rows * 0.7 * k)) ** 2
    starts = np.random.default_rng(1).integers(0, n, (draws, -(-n // block)))
    index = ((starts[:, :, None] + np.arange(block)) % n).reshape(draws, -1)[:, :n]
    weights = np.array([np.bincount(i, minlength=n) for i in index]) / n
    drawn, mean, left = weights @ losses - losses.mean(0), losses.mean(0), list(range(models))
    while len(left) > 1:
        d, z = mean[left] - mean[left].mean(), drawn[:, left] - drawn[:, left].mean(1, keepdims=True)
        sd = np.sqrt((z * z).mean(0))
        (z / sd).max(1) > (d / sd).max()
        left.pop(int((d / sd).argmax()))


def measure(name, work):
    seconds = []
    for _ in range(5):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    print(json.dumps({"name": name, "seconds": statistics.median(seconds)}), flush=True)


measure("statsmodels, adfuller", lambda: [adfuller(y, autolag="AIC") for y in walks])
measure("statsmodels, kpss", lambda: [kpss(y, nlags="auto") for y in walks])
measure("statsmodels, grangercausalitytests", granger)
measure("numpy, the same bootstrap", confidence_set)
