#!/usr/bin/python3
"""statsmodels (ADF, KPSS, Ljung-Box, Jarque-Bera, Granger), each value checked against R's urca, tseries, lmtest and stats
where these have it, and the Phillips-Perron statistics of Hamilton 17.6 in numpy, which tseries has to 1e-2 and urca up
to its own form: python3-statsmodels, r-cran-urca, r-cran-tseries, r-cran-lmtest.
"""
import subprocess
import warnings

import numpy
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.stattools import jarque_bera
from statsmodels.tsa.adfvalues import mackinnonp
from statsmodels.tsa.stattools import adfuller, grangercausalitytests, kpss

from form import Set, draws

TRENDS = ["n", "c", "ct", "ctt"]  # in the order of cs_trend
warnings.simplefilter("ignore")


def series():
    random = draws(19)
    noise = random.normal(size=150)
    walk = 3 + 0.1 * numpy.cumsum(random.normal(size=120))
    ar = numpy.zeros(150)
    for t in range(1, 150):
        ar[t] = 0.6 * ar[t - 1] + noise[t]
    return {
        "autoregression": 250 + 40 * ar,
        "walk": walk,
        "ticks": numpy.round(walk, 1),
        "trend": 0.02 * numpy.arange(90) + 0.3 * random.standard_t(3, 90),
        "short": random.normal(size=24) ** 3,
    }


SESSION = subprocess.Popen(["R", "--vanilla", "--no-echo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                           stderr=subprocess.DEVNULL)


def in_r(x, code):
    """What the code prints of x."""
    # lines of a pipe have a limit
    values = ",\n".join(map(repr, map(float, x)))
    print(f"x <- c({values})\n{code}\ncat('\\nend\\n')", file=SESSION.stdin, flush=True)
    return [float(v) for line in iter(SESSION.stdout.readline, "end\n") for v in line.split()]


def same(ours, theirs, tolerance=1e-8):
    assert numpy.allclose(ours, theirs, rtol=tolerance, atol=1e-12), (ours, theirs)


def adf(name, x):
    for trend, regression in enumerate(TRENDS):
        for lags in (0, 1, 4, None):
            for selection, rule in enumerate(["AIC", "BIC", "t-stat", None]):
                if (lags in (0, 1) or lags is None and rule is None) and rule is not None:
                    continue
                if lags is None and rule is None:
                    continue
                found = adfuller(x, maxlag=lags, regression=regression, autolag=rule)
                yield (name, trend, -1 if lags is None else lags, selection, found[2], found[0], found[1],
                       [found[4][level] for level in ("1%", "5%", "10%")])
                if rule is None and trend < 3:
                    kind = ["none", "drift", "trend"][trend]
                    same([found[0]], in_r(x, f"cat(sprintf('%.17g', ur.df(x, '{kind}', {lags})@teststat[1]))"))


def stationarity(name, x):
    for trend, regression in ((1, "c"), (2, "ct")):
        for lags in (0, 3, "auto"):
            found = kpss(x, regression, lags)
            yield name, trend, -1 if lags == "auto" else lags, found[2], found[0], found[1]
            kind = ["mu", "tau"][trend - 1]
            same([found[0]], in_r(x, f"cat(sprintf('%.17g', ur.kpss(x, '{kind}', use.lag = {found[2]})@teststat))"))


def phillips_perron(name, x):
    n = len(x) - 1
    for trend in range(3):
        for lags in (0, int(4 * (n / 100) ** 0.25), 9):
            if lags >= n:
                continue
            time = numpy.arange(1, n + 1) - n / 2
            terms = numpy.column_stack([x[:-1], *[numpy.ones(n), time][:trend]])
            root, *_ = numpy.linalg.lstsq(terms, x[1:], rcond=None)
            u = x[1:] - terms @ root
            s2 = u @ u / (n - terms.shape[1])
            error = numpy.sqrt(s2 * numpy.linalg.inv(terms.T @ terms)[0, 0])
            g = [u[j:] @ u[:n - j] / n for j in range(lags + 1)]
            l2 = g[0] + 2 * sum((1 - j / (lags + 1)) * g[j] for j in range(1, lags + 1))
            alpha = n * (root[0] - 1) - n * n * error ** 2 / s2 * (l2 - g[0]) / 2
            tau = numpy.sqrt(g[0] / l2) * (root[0] - 1) / error - (l2 - g[0]) / 2 / numpy.sqrt(l2) * n * error / numpy.sqrt(s2)
            # tseries clips its p-value and takes these lags by its own rule only
            p_alpha = None
            if trend == 2 and lags == int(4 * (n / 100) ** 0.25):
                theirs = in_r(x, "for (type in c('Z(alpha)', 'Z(t_alpha)')) {p <- suppressWarnings(pp.test(x, type = type));"
                              "cat(sprintf('%.17g %.17g ', p$statistic, p$p.value))}")
                same([alpha, tau], theirs[::2], 1e-2)
                p_alpha = theirs[1]
            yield name, trend, lags, tau, mackinnonp(tau, TRENDS[trend]), alpha, p_alpha


def residuals(name, x):
    for lags, fitted in ((1, 0), (5, 0), (5, 2), (12, 0)):
        found = acorr_ljungbox(x, lags=[lags], model_df=fitted)
        yield name, lags, fitted, float(found["lb_stat"].iloc[0]), float(found["lb_pvalue"].iloc[0])
        same([float(found["lb_stat"].iloc[0]), float(found["lb_pvalue"].iloc[0])], in_r(
            x, f"b <- Box.test(x, {lags}, 'Ljung', {fitted}); cat(sprintf('%.17g %.17g', b$statistic, b$p.value))"))


def normality(name, x):
    found = jarque_bera(x)
    yield name, *map(float, (found[0], found[1], found[2], found[3]))
    same(found[:2], in_r(x, "b <- jarque.bera.test(x); cat(sprintf('%.17g %.17g', b$statistic, b$p.value))"))


def granger(y, cause, data):
    n = min(len(data[y]), len(data[cause]))
    a, b = data[y][:n], data[cause][:n]
    for lags in (1, 2, 5):
        found = grangercausalitytests(numpy.column_stack([a, b]), [lags], verbose=False)[lags][0]["ssr_ftest"]
        yield y, cause, n, lags, float(found[0]), float(found[1]), int(found[2])
        same(found[:2], in_r(numpy.concatenate([a, b]), f"n <- {n}; g <- grangertest(x[(n + 1):(2 * n)], x[1:n], {lags});"
                             "cat(sprintf('%.17g %.17g', g$F[2], g$`Pr(>F)`[2]))"))


print("suppressMessages({library(urca); library(tseries); library(lmtest)})", file=SESSION.stdin)
data = series()
golden = Set("series_tests", "statsmodels, checked with R.")
golden.structs("golden_series", ["const char *name", "const double *y", "int n"], [[name, x, len(x)] for name, x in data.items()])
golden.table("golden_series", "series text, t bigint, y float8",
             [[name, t, v] for name, x in data.items() for t, v in enumerate(x, 1)])
for test, members, columns, rows in (
        ("adf", ["const char *series", "int trend", "int lags", "int selection", "int used", "double statistic", "double p_value",
                 "double critical[3]"],
         "series text, trend int, lags int, selection int, used int, statistic float8, p_value float8, critical float8[]",
         [row for name, x in data.items() for row in adf(name, x)]),
        ("kpss", ["const char *series", "int trend", "int lags", "int used", "double statistic", "double p_value"],
         "series text, trend int, lags int, used int, statistic float8, p_value float8",
         [row for name, x in data.items() for row in stationarity(name, x)]),
        ("phillips_perron", ["const char *series", "int trend", "int lags", "double tau", "double tau_p", "double alpha",
                             "double alpha_p /* where known */"],
         "series text, trend int, lags int, tau float8, tau_p float8, alpha float8, alpha_p float8",
         [row for name, x in data.items() for row in phillips_perron(name, x)]),
        ("ljung_box", ["const char *series", "int lags", "int fitted", "double statistic", "double p_value"],
         "series text, lags int, fitted int, statistic float8, p_value float8",
         [row for name, x in data.items() for row in residuals(name, x)]),
        ("jarque_bera", ["const char *series", "double statistic", "double p_value", "double skewness", "double kurtosis"],
         "series text, statistic float8, p_value float8, skewness float8, kurtosis float8",
         [row for name, x in data.items() for row in normality(name, x)]),
        ("granger", ["const char *y", "const char *cause", "int n", "int lags", "double statistic", "double p_value", "int freedom"],
         "y text, cause text, n int, lags int, statistic float8, p_value float8, freedom int",
         [row for pair in (("walk", "autoregression"), ("autoregression", "trend"), ("ticks", "trend"))
          for row in granger(*pair, data)])):
    golden.structs(f"golden_{test}", members, rows)
    golden.table(f"golden_{test}", columns, rows)
golden.write()
