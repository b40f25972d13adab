#!/usr/bin/python3
"""Robust linear forecasts: linear.h and linear.sql.  Debian packages python3-scipy and python3-statsmodels.

The formulas of src/numeric/econometrics/linear.h in numpy; the penalized Huber loss is minimized by scipy and Newton
steps at the deviation that its own residuals have, and without a ridge by statsmodels.
"""
import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize

from form import Set, draws

ROWS, LAGS, MEANS, HORIZONS, LEVEL = 150, 2, (5, 12), (1, 4), 0.8
WINDOW, DECAY, CLIP, CORNER, FOLDS = 200, 0.97, 4.0, 1.345, 5
RIDGES = (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
QUARTILE = 0.6744897501960817


def series():
    """y follows the changes of the first feature by a row; some values are missing."""
    random = draws(3)
    size = 1 + 0.8 * np.sin(np.arange(ROWS) / 17)
    first = np.cumsum(random.standard_t(4, ROWS) * size)
    second = np.cumsum(random.normal(size=ROWS)) * 30 + 400
    change = np.zeros(ROWS)
    for t in range(1, ROWS):
        lead = first[t - 1] - first[t - 2] if t > 1 else 0
        change[t] = 0.5 * lead + 0.2 * change[t - 1] + random.standard_t(3) * size[t]
    values = np.column_stack([3 + 0.05 * np.cumsum(change), first, second]).round(4)
    values[40, 0] = values[71, 0] = np.nan
    values[60:63, 1] = values[130, 1] = np.nan
    return values


def scale_of(column, t, horizon):
    """The scale of an error, see error_scale.h with p = 1."""
    def mean(h, decay, window):
        level = carried(column)
        ages = [a for a in range(min(window, t - h + 1)) if not np.isnan(column[t - a]) and t - a > 0]
        weight = np.array([decay ** a for a in ages])
        return (weight * [abs(level[t - a] - level[t - a - h]) for a in ages]).sum() / weight.sum()
    one, ahead = (max(mean(h, 0.97, 200), mean(h, 0.9, 60)) for h in (1, horizon))
    return np.sqrt(one * max(one, ahead))


def carried(column):
    result = column.copy()
    for t in range(1, len(result)):
        if np.isnan(result[t]):
            result[t] = result[t - 1]
    return result


def design(values, lags, means, flagged):
    """Terms of every row, y's volatility; rows without y or history are NaN."""
    rows, columns = values.shape
    level = np.column_stack([carried(values[:, c]) for c in range(columns)])
    volatility = np.full((rows, columns), np.nan)
    terms = np.full((rows, columns * lags + len(means) + len(flagged)), np.nan)
    for t in range(max(max(means, default=0), lags + 1) - 1, rows):
        if np.isnan(values[t, 0]):
            continue
        row = []
        for c in range(columns):
            ages = [a for a in range(min(t, WINDOW)) if not np.isnan(values[t - a, c])]
            weight = np.array([DECAY ** a for a in ages])
            size = np.array([abs(level[t - a, c] - level[t - a - 1, c]) for a in ages])
            volatility[t, c] = (weight * size).sum() / weight.sum()
            row += [(level[t - j, c] - level[t - j - 1, c]) / volatility[t, c] for j in range(lags)]
        row += [(level[t, 0] - level[t - k + 1:t + 1, 0].mean()) / volatility[t, 0] / np.sqrt(k) for k in means]
        terms[t] = np.append(np.clip(row, -CLIP, CLIP), [float(np.isnan(values[t, c])) for c in flagged])
    return terms, volatility[:, 0]


def deviation_of(residual):
    size = np.abs(residual)
    return max(np.median(size) / QUARTILE, size.mean() / 2)


def huber(residual, corner):
    size = np.abs(residual)
    return np.where(size <= corner, size ** 2 / 2, corner * (size - corner / 2))


def minimum(x, b, ridge):
    """Minimizes at the deviation that the residuals of the minimum have."""
    beta, deviation = np.zeros(x.shape[1]), deviation_of(b)
    for _ in range(500):
        corner = CORNER * deviation
        loss = lambda v: huber(b - x @ v, corner).mean() + ridge * v @ v / 2
        slope = lambda v: -x.T @ np.clip(b - x @ v, -corner, corner) / len(b) + ridge * v
        beta = minimize(loss, beta, jac=slope, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-12}).x
        for _ in range(30):  # Newton, to the last digits
            inner = np.abs(b - x @ beta) <= corner
            beta = beta - np.linalg.solve(x[inner].T @ x[inner] / len(b) + ridge * np.eye(len(beta)), slope(beta))
        if abs(deviation_of(b - x @ beta) - deviation) < 1e-13:
            return beta, deviation
        deviation = deviation_of(b - x @ beta)
    raise SystemExit("no fixed point")


def fold_weights(x, b, ridge):
    """The cross products of the eighth reweighting, as every fold takes them."""
    beta = np.zeros(x.shape[1])
    for _ in range(8):
        residual = b - x @ beta
        corner = CORNER * deviation_of(residual)
        w = np.array([1 if abs(r) <= corner else corner / abs(r) for r in residual])
        gram, moment = x.T @ np.diag(w) @ x, x.T @ (w * b)
        beta = np.linalg.inv(gram + ridge * len(b) * np.eye(len(gram))) @ moment
    return gram, moment


def fit(values, terms, volatility, horizon):
    rows = [t for t in range(ROWS - horizon) if not np.isnan(terms[t]).any() and not np.isnan(values[t + horizon, 0])]
    x = terms[rows]
    b = (values[[t + horizon for t in rows], 0] - values[rows, 0]) / volatility[rows]
    n = len(rows)
    edges = [n // 3 + (n - n // 3) * f // FOLDS for f in range(FOLDS + 1)]
    outside = np.full((len(RIDGES), n), np.nan)
    for first, end in zip(edges, edges[1:]):
        known = [i for i in range(first) if rows[i] + horizon <= rows[first]]
        gram, moment = fold_weights(x[known], b[known], 0.1)
        for r, ridge in enumerate(RIDGES):
            outside[r, first:end] = x[first:end] @ np.linalg.inv(gram + ridge * len(known) * np.eye(len(gram))) @ moment
    tested = slice(n // 3, n)
    best = int(np.argmin([((b[tested] - outside[r, tested]) ** 2).mean() for r in range(len(RIDGES))]))
    forecast, target = outside[best, tested], b[tested]
    slope = forecast @ target / (forecast @ forecast)
    part = np.array(rows)[tested] // horizon
    moments = forecast * (target - slope * forecast)
    noise = sum(moments[part == p].sum() ** 2 for p in set(part))
    shrinkage = min(1, max(0, slope * max(0, 1 - noise / (forecast @ target) ** 2)))
    scale = np.array([scale_of(values[:, 0], t, horizon) for t in np.array(rows)[tested]])
    error = np.sort((target - shrinkage * forecast) * volatility[rows][tested] / scale)
    m = len(error) / horizon
    rank = int(np.ceil(len(error) * (m + 1) / m * (1 + LEVEL) / 2))
    beta, deviation = minimum(x, b, RIDGES[best])
    plain = sm.RLM(b, x, M=sm.robust.norms.HuberT(CORNER)).fit(maxiter=500, tol=1e-13)
    unit = volatility[rows][tested]
    return {"origins": n, "ridge": RIDGES[best], "shrinkage": shrinkage, "deviation": deviation,
            "lower": min(0, error[-rank]), "upper": max(0, error[rank - 1]),
            "rmse": np.sqrt((((target - shrinkage * forecast) * unit) ** 2).mean()),
            "random_walk_rmse": np.sqrt(((target * unit) ** 2).mean()),
            "forecast": values[-1, 0] + shrinkage * volatility[-1] * (terms[-1] @ beta),
            "volatility": volatility[-1], "scale": scale_of(values[:, 0], ROWS - 1, horizon), "coefficients": beta, "plain": plain.params, "plain_deviation": plain.scale}


values = series()
terms, volatility = design(values, LAGS, MEANS, [1])
fits = [fit(values, terms, volatility, h) for h in HORIZONS]
golden = Set("linear", "numpy, scipy, statsmodels.")
count = terms.shape[1]
names = [k for k in fits[0] if k not in ("origins", "coefficients", "plain")]
golden.c.append(f"#define GOLDEN_LINEAR_ROWS {ROWS}\n#define GOLDEN_LINEAR_COLUMNS 3\n"
                f"#define GOLDEN_LINEAR_TERMS {count}\n#define GOLDEN_LINEAR_LEVEL {LEVEL}")
golden.constants("golden_linear_values", values)
golden.constants("golden_linear_last_terms", terms[-1])
golden.structs("golden_linear", ["int horizon", "size_t origins"] + [f"double {k}" for k in names]
               + [f"double coefficients[{count}]", f"double plain[{count}]"],
               [[h, f["origins"], *[float(f[k]) for k in names], f["coefficients"], f["plain"]]
                for h, f in zip(HORIZONS, fits)])
golden.table("golden_linear", "t bigint, y float8, features float8[]",
             [[t, float(v[0]), v[1:]] for t, v in enumerate(values, 1)])
golden.table("golden_linear_fit", "horizon int, " + ", ".join(f"{k} float8" for k in names) + ", coefficients float8[]",
             [[h, *[float(f[k]) for k in names], f["coefficients"]] for h, f in zip(HORIZONS, fits)])
golden.write()
