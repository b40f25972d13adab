#!/usr/bin/python3
"""Kalman filter and smoother by statsmodels, and local levels fitted by statsmodels and by R's StructTS:
kalman.h and kalman.sql.  Debian packages python3-statsmodels and r-base-core.

The state of the first row is given as predicted for it, before its observation.
"""
import subprocess

import numpy
from scipy.optimize import minimize
from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother
from statsmodels.tsa.statespace.structural import UnobservedComponents

from form import Set, draws

# name, A, H, Q, R, start and its covariance, rows, kind of the series
TREND = [[1, 1], [0, 1]]
MODELS = [
    ("local_level_known", [[1]], [[1]], [[0.09]], 0.25, [0], [[1]], 60, "level"),
    ("local_level_wide", [[1]], [[1]], [[0.09]], 0.25, [0], [[1e3]], 60, "level"),
    ("local_level_missing", [[1]], [[1]], [[0.09]], 0.25, [0], [[10]], 60, "missing"),
    ("ar1_plus_noise", [[0.8]], [[1]], [[0.16]], 0.09, [0], [[0.16 / 0.36]], 45, "ar"),
    ("ar1_h_not_1", [[0.8]], [[1.7]], [[0.16]], 0.09, [0.2], [[0.5]], 45, "ar"),
    ("ar1_control", [[0.8]], [[1]], [[0.16]], 0.09, [-0.51], [[0.3]], 45, "control"),
    ("local_linear_trend", TREND, [[1, 0]], [[0.02, 0], [0, 0.0025]], 0.16, [0, 0], [[100, 0], [0, 100]], 50, "level"),
    ("two_state_coupled", [[0.9, 0.1], [-0.2, 0.7]], [[1, 0.5]], [[0.1, 0.02], [0.02, 0.05]], 0.2,
     [0.1, -0.1], [[1, 0.1], [0.1, 2]], 30, "level"),
]
SHORT = {"level": (1, 0.3, 0.5), "missing": (1, 0.3, 0.5), "ar": (0.8, 0.4, 0.3), "control": (0.8, 0.4, 0.3)}
LEVELS = [(300, 0.1, 0.3), (800, 0.12, 0.31)]  # rows, standard deviations of the steps and of the noise


def series(random, rows, persistence, step, noise):
    state, y = 0.0, []
    for _ in range(rows):
        state = persistence * state + step * random.normal()
        y.append(round(state + noise * random.normal(), 4))
    return numpy.array(y)


def smoothed(y, a, h, q, r, start, covariance, control):
    n = len(a)
    model = KalmanSmoother(k_endog=1, k_states=n, k_posdef=n)
    model.tolerance = 0  # variances are computed to the last row
    model.bind(y.copy())
    model["transition"], model["design"] = numpy.array(a, float), numpy.array(h, float)
    model["selection"], model["state_cov"] = numpy.eye(n), numpy.array(q, float)
    model["obs_cov"] = numpy.array([[r]])
    if control is not None:  # the intercept of a row moves the state of the next one
        model["state_intercept"] = numpy.vstack([control[1:], [[0.0] * n]]).T
    model.initialize_known(numpy.array(start, float), numpy.array(covariance, float))
    return model.smooth()


def rows_of(result, y):
    def each(values):
        return [values[..., t] for t in range(len(y))]

    seen = ~numpy.isnan(y)
    return {
        "predicted": each(result.predicted_state), "predicted_covariance": each(result.predicted_state_cov),
        "filtered": each(result.filtered_state), "covariance": each(result.filtered_state_cov),
        "innovation": [float(v) if s else None for v, s in zip(result.forecasts_error[0], seen)],
        "innovation_variance": [float(v) for v in result.forecasts_error_cov[0, 0]],
        "log_likelihoods": [float(v) for v in result.llf_obs],
        "smoothed": each(result.smoothed_state), "smoothed_covariance": each(result.smoothed_state_cov)}


def filters(golden):
    cases, models, rows = [], [], []
    for k, (name, a, h, q, r, start, covariance, count, kind) in enumerate(MODELS):
        random = draws(20)
        y = series(random, count, *SHORT[kind])
        if kind == "missing":
            y[[4, 5, 20, 47]] = numpy.nan
        control = numpy.round(random.normal(0, 0.4, (count, 1)), 4) if kind == "control" else None
        if control is not None:
            control[0] = 0
        result = smoothed(y, a, h, q, r, start, covariance, control)
        values = rows_of(result, y)
        total = float(numpy.sum(result.llf_obs))
        cases.append([name, count, len(a), r, total, control, y, a, h, q, start, covariance, *values.values()])
        models.append([k, name, len(a), r, total, a, h, q, start, covariance])
        rows += [[k, t + 1, y[t], values["predicted"][t], values["predicted_covariance"][t], values["filtered"][t],
                  values["covariance"][t], values["smoothed"][t], values["smoothed_covariance"][t],
                  values["log_likelihoods"][t], None if control is None else control[t]] for t in range(count)]
    golden.structs("golden_kalman", [
        "const char *name", "size_t rows", "size_t states", "double r", "double log_likelihood",
        "const double *control", "const double *y", "const double *a", "const double *h /* one row */",
        "const double *q", "const double *x", "const double *p", "const double *predicted",
        "const double *predicted_covariance", "const double *filtered", "const double *covariance",
        "const double *innovation", "const double *innovation_variance", "const double *log_likelihoods",
        "const double *smoothed", "const double *smoothed_covariance"], cases)
    golden.table("golden_model", "id int, name text, states int, r float8, log_likelihood float8, a float8[],"
                 " h float8[], q float8[], x float8[], p float8[]", models)
    golden.table("golden_row", "id int, t int, y float8, predicted float8[], predicted_variance float8[],"
                 " filtered float8[], variance float8[], smoothed float8[], smoothed_variance float8[],"
                 " log_likelihood float8, control float8[]", rows)


def level_by_statsmodels(y):
    """Of the approximate diffuse start the first row's likelihood is left out."""
    model = UnobservedComponents(y, "llevel")
    model.loglikelihood_burn = 1
    found = model.fit(disp=False, start_params=[0.1, 0.01])

    def lost(logs):
        return -model.loglike(numpy.exp(logs), transformed=True)

    best = minimize(lost, numpy.log(found.params), method="Nelder-Mead",
                    options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 2000})
    observation, process = numpy.exp(best.x)
    return float(process), float(observation), float(-best.fun)


def level_by_r(y):
    code = ("y <- scan(file('stdin'), quiet = TRUE); f <- StructTS(ts(y), 'level',"
            " optim.control = list(factr = 10, pgtol = 0)); cat(sprintf('%.17g', f$coef))")
    told = subprocess.run(["Rscript", "-e", code], input=" ".join(map(repr, y.tolist())), text=True,
                          capture_output=True, check=True).stdout
    return [float(v) for v in told.split()]


def fits(golden):
    cases, estimates, rows = [], [], []
    for k, (count, step, noise) in enumerate(LEVELS):
        y = series(draws(30 + k), count, 1, step, noise)
        found = [*level_by_statsmodels(y), *level_by_r(y)]
        cases.append([count, y, *found])
        estimates.append([k, *found])
        rows += [[k, t + 1, v] for t, v in enumerate(y)]
    golden.structs("golden_level", [
        "size_t rows", "const double *y", "double process", "double observation", "double log_likelihood",
        "double r_process", "double r_observation"], cases, told="Local levels: statsmodels' and R's estimates.")
    golden.table("golden_fit", "id int, process float8, observation float8, log_likelihood float8,"
                 " r_process float8, r_observation float8", estimates)
    golden.table("golden_level", "id int, t bigint, y float8", rows)


golden = Set("kalman", "statsmodels, and StructTS of R.")
filters(golden)
fits(golden)
golden.write()
