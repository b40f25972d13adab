#!/usr/bin/python3
"""Boosted trees, random forests and support vectors beside XGBoost, scikit-learn (whose SVR is libsvm) and
ranger, those that are installed: the same rows and settings, ours and theirs in turn, processor seconds of
the fits on one thread.

    trees.py                generated rows, as bench_trees; lines of JSON, the medians of 3 fits, of many rows 1
    trees.py FOLDER         errors on the series of the CSV files in a folder: a table; means over fits to nine
                            tenths of the rows, drawn anew each time
"""
import csv
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
import numpy as np

OURS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/plain/bench_trees.exe")
work = tempfile.TemporaryDirectory()
TREES = dict(rounds=300, learning_rate=0.05, depth=4, min_rows=20, l2=1)
FOREST = dict(rounds=200, min_rows=5, columns=1 / 3)
VECTORS = dict(cost=1, epsilon=0.1, tolerance=1e-3)


def timed(work):
    started = time.process_time()
    model = work()
    return model, time.process_time() - started


class Problem:
    """Rows to fit and rows to test, in single precision as ours takes them."""

    def __init__(self, x, y, training):
        self.x = np.ascontiguousarray(x, np.float32)
        self.y = np.ascontiguousarray(y, float)
        self.training = training
        self.file = os.path.join(work.name, "problem")
        with open(self.file, "wb") as file:
            file.write(np.array([len(y), x.shape[1], training], np.int32).tobytes())
            file.write(self.x.tobytes() + self.y.tobytes())

    def part(self, seed):
        """With nine tenths of the rows to fit, the same for all programs."""
        random = np.random.default_rng(seed)
        kept = np.sort(random.permutation(self.training)[:self.training * 9 // 10])
        kept = np.concatenate([kept, np.arange(self.training, len(self.y))])
        return Problem(self.x[kept], self.y[kept], self.training * 9 // 10)

    def parts(self):
        n = self.training
        return self.x[:n], self.y[:n], self.x[n:], self.y[n:]

    def judged(self, fit, forecast):
        """Error of a model's forecasts, and the seconds of its fit."""
        x, y, test, actual = self.parts()
        model, seconds = timed(lambda: fit(x, y))
        error = forecast(model, test) - actual if len(actual) else np.zeros(1)
        return math.sqrt(np.mean(error ** 2)), seconds

    def ours(self, method, settings):
        line = json.loads(subprocess.run(
            [OURS, self.file, method] + [f"{k}={v}" for k, v in settings.items()],
            capture_output=True, check=True, text=True).stdout)
        return line["rmse"], line["seconds"]


def xgboost_fit(problem, s):
    import xgboost
    settings = dict(objective="reg:squarederror", tree_method="hist", max_bin=256, nthread=1, base_score=0.0, eta=s["learning_rate"],
                    max_depth=s["depth"], min_child_weight=s["min_rows"], reg_lambda=s["l2"])
    return problem.judged(lambda x, y: xgboost.train(settings, xgboost.DMatrix(x, y, nthread=1), s["rounds"]),
                          lambda model, x: model.predict(xgboost.DMatrix(x)))


def gradient_boosting_fit(problem, s):
    from sklearn.ensemble import HistGradientBoostingRegressor
    model = HistGradientBoostingRegressor(learning_rate=s["learning_rate"], max_iter=s["rounds"], max_leaf_nodes=None, max_depth=s["depth"],
                                          min_samples_leaf=s["min_rows"], l2_regularization=s["l2"], early_stopping=False)
    return problem.judged(model.fit, lambda model, x: model.predict(x))


def random_forest_fit(problem, s):
    from sklearn.ensemble import RandomForestRegressor
    model = RandomForestRegressor(s["rounds"], min_samples_leaf=s["min_rows"], max_features=s["columns"], random_state=s["seed"], n_jobs=1)
    return problem.judged(model.fit, lambda model, x: model.predict(x))


def svr_fit(problem, s):
    from sklearn.svm import SVR
    model = SVR(C=s["cost"], epsilon=s["epsilon"], gamma="auto", tol=s["tolerance"], cache_size=64)
    return problem.judged(model.fit, lambda model, x: model.predict(x))


RANGER = """
library(ranger)
a <- commandArgs(TRUE)
f <- file(a[1], "rb")
h <- readBin(f, "integer", 3, 4)
x <- matrix(readBin(f, "double", h[1] * h[2], 4), h[1], h[2], byrow = TRUE)
y <- readBin(f, "double", h[1], 8)
fit <- seq_len(h[3])
s <- proc.time()
m <- ranger(x = as.data.frame(x[fit, ]), y = y[fit], num.trees = as.integer(a[2]), min.node.size = 2 * as.integer(a[3]),
	mtry = ceiling(as.numeric(a[4]) * h[2] - 1e-9), num.threads = 1, seed = as.integer(a[5]), oob.error = FALSE, verbose = FALSE)
s <- sum((proc.time() - s)[1:2])
e <- if (h[3] < h[1]) sqrt(mean((predict(m, as.data.frame(x[-fit, , drop = FALSE]), num.threads = 1)$predictions - y[-fit])^2)) else 0
cat(sprintf('{"rmse": %.9g, "seconds": %.4f}', e, s))
"""


def ranger_fit(problem, s):
    script = os.path.join(work.name, "ranger.R")
    with open(script, "w") as file:
        file.write(RANGER)
    line = subprocess.run(["Rscript", script, problem.file, str(s["rounds"]), str(s["min_rows"]), str(s["columns"]), str(s["seed"])],
                          capture_output=True, text=True)
    if line.returncode != 0:
        raise ImportError(line.stderr)
    line = json.loads(line.stdout)
    return line["rmse"], line["seconds"]


PEERS = {"boosted": {"xgboost": xgboost_fit, "hist_gradient_boosting": gradient_boosting_fit},
         "forest": {"random_forest": random_forest_fit, "ranger": ranger_fit}, "svr": {"libsvm": svr_fit}}


def in_turn(whole, method, settings, repeats, parts):
    """Errors and seconds of ours and of the peers that are there, a list of each."""
    results = {}
    for repeat in range(repeats):
        turn = dict(settings, seed=repeat + 1)
        problem = whole.part(repeat) if parts else whole
        results.setdefault("ours", []).append(problem.ours(method, turn))
        for name, fit in PEERS[method].items():
            try:
                error = fit(problem, turn)
            except (ImportError, FileNotFoundError):
                continue
            results.setdefault(name, []).append(error)
    return results


def generated(rows):
    random = np.random.default_rng(1)
    x = random.standard_normal((rows, 30)).astype(np.float32)
    return Problem(x, x[:, 0] * x[:, 1] + abs(x[:, 2]) + np.sin(3 * x[:, 3]) + 0.5 * random.standard_normal(rows), rows)


def benchmark():
    for rows, what, method, settings in (
            (2500, "boosted trees, 200 rounds of depth 6", "boosted", dict(TREES, rounds=200, learning_rate=0.1, depth=6, min_rows=1)),
            (200000, "boosted trees, 200 rounds of depth 6", "boosted", dict(TREES, rounds=200, learning_rate=0.1, depth=6, min_rows=1)),
            (2500, "random forest, 200 trees", "forest", FOREST), (2500, "support vectors", "svr", VECTORS)):
        results = in_turn(generated(rows), method, settings, 3 if rows < 100000 else 1, False)
        own = statistics.median(seconds for _, seconds in results.pop("ours"))
        for name, result in results.items():
            print(json.dumps(dict(name=f"{what}, {rows} rows of 30", seconds=own, peer=name,
                                  peer_seconds=statistics.median(seconds for _, seconds in result))), flush=True)


# ---- series -----------------------------------------------------------------------------------------------

def columns_of(name, wanted):
    """Columns of a CSV file, the value before in place of one that is missing, from the first whole row on."""
    with open(name, newline="") as file:
        reader = csv.DictReader(file)
        table = np.array([[float(row[c]) if row[c] else np.nan for c in wanted] for row in reader])
    for i in range(1, len(table)):
        table[i] = np.where(np.isnan(table[i]), table[i - 1], table[i])
    return table[~np.isnan(table).any(axis=1)]


def problem_of(table, lags, levels):
    """The next change of the first column, from the last changes of all, or its next value from the last values."""
    values = table if levels else np.diff(table, axis=0)
    x = np.hstack([values[lags - 1 - k:len(values) - 1 - k] for k in range(lags)])
    y = values[lags:, 0]
    training = int(0.8 * len(y))
    x = (x - x[:training].mean(axis=0)) / x[:training].std(axis=0)
    return Problem(x, (y - y[:training].mean()) / y[:training].std(), training)


def data_sets(folder):
    path = lambda name: os.path.join(folder, name)
    daily = columns_of(path("us_daily_1996_2019.csv"), "oas_master oas_hy oas_bbb dgs10 vix sp500 wti".split())
    daily[:, 5:] = np.log(daily[:, 5:])
    yield "US spread, daily changes", problem_of(daily, 5, False)
    yield "Baa spread, monthly values", problem_of(columns_of(path("us_monthly_1953_2023.csv"), "baa aaa gs10 gs1 fedfunds".split()), 3, True)
    with open(path("oas_cross_section_daily_2003_2014.csv")) as file:
        names = next(csv.reader(file))[1:13]
    yield "ICE BofA spreads, daily changes", problem_of(columns_of(path("oas_cross_section_daily_2003_2014.csv"), names), 3, False)
    yield "Fama-Bliss yields, monthly values", problem_of(columns_of(path("diebold_li_fama_bliss_1970_2000.csv"), "m120 m60 m24 m12 m3".split()), 2, True)
    yield "corporate spot rates, monthly changes", problem_of(columns_of(path("us_hqm_corporate_spot_monthly_1984_2016.csv"), "10.0 5.0 2.0 1.0 30.0".split()), 2, False)


def compare(folder):
    print("| data | rows, terms | method | error | peer | its error | ours / peer | seconds, ours and peer |\n|---|---|---|---|---|---|---|---|")
    for name, problem in data_sets(folder):
        for method, settings in (("boosted", TREES), ("forest", FOREST), ("svr", VECTORS)):
            results = in_turn(problem, method, settings, 10 if problem.training < 1000 else 3, True)
            means = {who: (np.mean([e for e, _ in r]), statistics.median(s for _, s in r)) for who, r in results.items()}
            ours = means.pop("ours")
            for peer, theirs in means.items():
                print(f"| {name} | {problem.training}, {problem.x.shape[1]} | {method} | {ours[0]:.4f} | {peer} | {theirs[0]:.4f} "
                      f"| {ours[0] / theirs[0]:.4f} | {ours[1]:.2f}, {theirs[1]:.2f} |", flush=True)


if len(sys.argv) > 1:
    compare(sys.argv[1])
else:
    benchmark()
