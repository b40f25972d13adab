#!/usr/bin/python3
"""Structural time series by maximum likelihood: statsmodels (UnobservedComponents), searched from several points, with
standard errors by the observed information; what its likelihood says of the variances of R's StructTS; and forecasts.
structural.h and structural.sql.  Debian packages python3-statsmodels and r-base-core.
"""
import json
import subprocess
import sys
import warnings

import numpy
from scipy.optimize import minimize
from statsmodels.tsa.statespace.structural import UnobservedComponents

from form import Set, draws

warnings.simplefilter("ignore")
HORIZON = 6
NAMES = ["sigma2.irregular", "sigma2.level", "sigma2.trend", "sigma2.seasonal", "sigma2.cycle", "frequency.cycle", "damping.cycle",
         "ar.L1"]
OTHER = {"sigma2.ar": "sigma2.level"}


def series(random, rows, level, slope, noise, season=(), cycle=0.0, period=20):
    """A walk with a slope that walks, a season, a cycle and noise."""
    y, at, drift, pair = [], 5.0, 0.0, complex(cycle, 0)
    season = numpy.array(season, float)
    for t in range(rows):
        drift += slope * random.normal()
        at += drift + level * random.normal()
        pair = 0.95 * pair * numpy.exp(-2j * numpy.pi / period) + complex(*random.normal(0, cycle / 3 if cycle else 0, 2))
        if len(season):
            season = season + 0.05 * random.normal(size=len(season))
            season -= season.mean()
        y.append(at + pair.real + (season[t % len(season)] if len(season) else 0) + noise * random.normal())
    return numpy.round(y, 3)


# name, arguments of kalman_options, those of statsmodels, rows of the cycle, features, R's type and frequency
CASES = [
    ("local_level", {}, {"level": "llevel"}, None, 0, "level", 1),
    ("ar1_plus_noise", {"model": "ar1_plus_noise"}, {"irregular": True, "autoregressive": 1}, None, 0, None, 1),
    ("local_linear_trend", {"model": "local_linear_trend"}, {"level": "lltrend"}, None, 0, "trend", 1),
    ("smooth_trend", {"model": "smooth_trend"}, {"level": "strend"}, None, 0, None, 1),
    ("dummy", {"seasonal": "dummy", "period": 4}, {"level": "llevel", "seasonal": 4}, None, 0, None, 1),
    ("basic_structural", {"model": "local_linear_trend", "seasonal": "dummy", "period": 12}, {"level": "lltrend", "seasonal": 12},
     None, 0, "BSM", 12),
    ("trigonometric", {"seasonal": "trigonometric", "period": 5},
     {"level": "llevel", "freq_seasonal": [{"period": 5, "harmonics": 2}]}, None, 0, None, 1),
    ("damped_cycle", {"cycle": "damped", "cycle_shortest": 6, "cycle_longest": 60},
     {"level": "llevel", "cycle": True, "stochastic_cycle": True, "damped_cycle": True}, (6, 60), 0, None, 1),
    ("stochastic_cycle", {"model": "smooth_trend", "cycle": "stochastic", "cycle_shortest": 6, "cycle_longest": 40},
     {"level": "strend", "cycle": True, "stochastic_cycle": True}, (6, 40), 0, None, 1),
    ("regression", {"seasonal": "dummy", "period": 4}, {"level": "llevel", "seasonal": 4}, None, 2, None, 1),
    ("regression_ar1", {"model": "ar1_plus_noise"}, {"irregular": True, "autoregressive": 1}, None, 1, None, 1),
]


def data(name, features):
    random = draws(sum(map(ord, name)))
    rows = 160
    x = numpy.round(random.normal(size=(rows, features)).cumsum(0) * 0.3 + random.normal(size=(rows, features)), 3)
    if name.endswith("ar1") or name.startswith("ar1"):
        state, y = 0.0, []
        for _ in range(rows):
            state = 0.85 * state + 0.5 * random.normal()
            y.append(state + 0.4 * random.normal())
        y = numpy.round(y, 3)
    else:
        y = {"local_level": lambda: series(random, rows, 0.3, 0, 0.6),
             "local_linear_trend": lambda: series(random, rows, 0.4, 0.1, 0.8),
             "smooth_trend": lambda: series(random, rows, 0, 0.1, 0.8),
             "dummy": lambda: series(random, rows, 0.3, 0, 0.5, [1, -1, 0.5, -0.5]),
             "regression": lambda: series(random, rows, 0.3, 0, 0.5, [1, -1, 0.5, -0.5]),
             "basic_structural": lambda: series(random, rows, 0.3, 0.05, 0.5, 2 * random.normal(size=12)),
             "trigonometric": lambda: series(random, rows, 0.3, 0, 0.5, [1, -1, 0.5, -0.5, 0]),
             "damped_cycle": lambda: series(random, rows, 0.1, 0, 0.4, cycle=1.5),
             "stochastic_cycle": lambda: series(random, rows, 0, 0.02, 0.4, cycle=1.5)}[name]()
    y = y + x @ numpy.array([0.8, -0.4][:features])
    y = numpy.round(y, 3)
    if name in ("smooth_trend", "dummy", "damped_cycle", "regression"):
        y[[40, 41, 42, 77, 120]] = numpy.nan
    return y, x


def highest(model):
    """The highest likelihood of several searches, and where; polished by the simplex."""
    best = None
    random = draws(7)
    start = model.start_params
    for k in range(6):
        at = numpy.array(start) * numpy.exp(random.normal(0, 1.5 if k else 0, len(start)) *
                                            [name.startswith("sigma2") for name in model.param_names])
        try:
            fitted = model.fit(at, disp=False, maxiter=500, method="lbfgs", cov_type="none")
        except Exception:
            continue
        if best is None or fitted.llf > best.llf:
            best = fitted
    x = model.untransform_params(best.params)
    for _ in range(3):
        x = minimize(lambda u: -model.loglike(u, transformed=False), x, method="Nelder-Mead",
                     options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 6000, "maxfev": 6000}).x
    return model.transform_params(x)


def deviations(model, params):
    """Standard errors by the negative second derivatives of the likelihood, by differences that Richardson's rule makes
    exact; None for a variance of 0, given which the others are.
    """
    inside = numpy.flatnonzero(numpy.abs(params) > 1e-6)

    def hessian(h):
        step = h * numpy.abs(params[inside])
        out = numpy.zeros((len(inside),) * 2)
        unit = numpy.eye(len(inside))

        def f(move):
            at = params.copy()
            at[inside] += move * step
            return model.loglike(at)
        centre = f(0 * step)
        for i in range(len(inside)):
            out[i, i] = (f(unit[i]) - 2 * centre + f(-unit[i])) / step[i] ** 2
            for j in range(i):
                out[i, j] = out[j, i] = (f(unit[i] + unit[j]) - f(unit[i] - unit[j]) - f(unit[j] - unit[i]) +
                                         f(-unit[i] - unit[j])) / (4 * step[i] * step[j])
        return out
    found = dict(zip(inside, numpy.sqrt(numpy.diag(numpy.linalg.inv((hessian(2e-2) - 4 * hessian(1e-2)) / 3)))))
    return [float(found[i]) if i in found else None for i in range(len(params))]


def in_r(y, kind, frequency):
    values = ",".join("NA" if v != v else repr(float(v)) for v in y)
    code = f"x <- ts(c({values}), frequency = {frequency})\ncat(StructTS(x, type = '{kind}')$coef, sep = '\\n')"
    printed = subprocess.run(["R", "--vanilla", "--no-echo"], input=code, capture_output=True, text=True, check=True)
    return [float(v) for v in printed.stdout.split()]


def components(y, x, bounds, arguments, exact, variance=1e7):
    model = UnobservedComponents(y, exog=x if x.size else None, cycle_period_bounds=bounds, use_exact_diffuse=exact, **arguments)
    if not exact:
        model.initialize_default(approximate_diffuse_variance=variance)
    model.ssm.tolerance = 0
    return model


cases, rows, parameters = [], [], []
for k, (name, options, arguments, bounds, features, kind, frequency) in enumerate(CASES):
    y, x = data(name, features)
    model = components(y, x, bounds, arguments, False)
    params = highest(model)
    # a cycle's frequency takes part in the density of an exact start, which is not counted
    other = model if bounds else components(y, x, bounds, arguments, True)
    fitted = model.smooth(params, cov_type="none")
    # to the limit of a variance without bound
    highest_likelihood = (10 * components(y, x, bounds, arguments, False, 1e8).loglike(params) - fitted.llf) / 9
    values, errors = [None] * (len(NAMES) + features), [None] * (len(NAMES) + features)
    for label, value, error in zip(model.param_names, params, deviations(other, params)):
        label = OTHER.get(label, label)
        label = "sigma2.seasonal" if label.startswith(("sigma2.freq", "sigma2.seasonal")) else label
        place = NAMES.index(label) if label in NAMES else len(NAMES) + int(label[6:]) - 1
        values[place], errors[place] = 0.0 if error is None else float(value), error
    r = None
    if kind:
        found = in_r(y, kind, frequency)
        order = {"level": [1, 0], "trend": [2, 0, 1], "BSM": [3, 0, 1, 2]}[kind]
        r = float(model.loglike(numpy.array([found[i] for i in order])))
    forecast = fitted.get_forecast(HORIZON, exog=numpy.repeat(x[-1:], HORIZON, 0) if features else None)
    mean, variance = forecast.predicted_mean.tolist(), forecast.var_pred_mean.tolist()
    print(name, highest_likelihood, r, values, errors, file=sys.stderr)
    cases.append([name, features, y, x.ravel() if features else [0.0], len(y), highest_likelihood, r, values, errors, mean, variance])
    rows += [[name, t + 1, y[t], x[t].tolist() if features else None] for t in range(len(y))]
    parameters.append([name, json.dumps(options), highest_likelihood, r, values, errors, mean, variance])
golden = Set("structural", "statsmodels, UnobservedComponents; R, StructTS.")
golden.structs("golden_structural", ["const char *name", "int features", "const double *y", "const double *x", "int n",
                                     "double log_likelihood", "double r_log_likelihood",
                                     "const double *values /* variances of noise, level, slope, season, cycle; frequency, damping, A, coefficients */",
                                     "const double *errors", "const double *ahead", "const double *spread"], cases)
golden.table("golden_structural_row", "name text, t bigint, y float8, x float8[]", rows)
golden.table("golden_structural", "name text, options jsonb, log_likelihood float8, r_log_likelihood float8, value float8[], error float8[], "
             "ahead float8[], spread float8[]", parameters)
golden.write()
