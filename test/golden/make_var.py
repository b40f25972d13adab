#!/usr/bin/python3
"""Vector autoregressions by statsmodels: var.h and var.sql.  Debian package python3-statsmodels.

Terms: constant, lag 1 of each variable, lag 2, ...; one column for each equation.  Criteria of the orders 0 to
MAX_ORDER are those of the common sample, without its first MAX_ORDER rows.
"""
import numpy
from statsmodels.tsa.api import VAR

from form import Set, draws

ROWS, ORDERS, MAX_ORDER = 150, (1, 2, 4), 6
CONSTANT = [0.2, 0.0, -0.2]
LAG = [[0.52, 0.08, 0.0], [0.27, 0.48, 0.05], [0.15, 0.0, 0.31]]
NOISE = [[0.46, 0.0, 0.0], [0.02, 0.54, 0.0], [-0.04, 0.08, 0.5]]


def series():
    random, y = draws(3), numpy.zeros(3)
    rows = []
    for _ in range(ROWS):
        y = CONSTANT + numpy.array(LAG) @ y + numpy.array(NOISE) @ random.normal(size=3)
        rows.append(y)
    return numpy.round(rows, 4)


data = series()
golden = Set("var", "statsmodels.")
fits = []
for order in ORDERS:
    fit = VAR(data).fit(order, trend="c")
    assert fit.is_stable()
    fits.append([order, int(fit.nobs), fit.params, fit.stderr, fit.sigma_u, fit.sigma_u_mle,
                 sorted(numpy.abs(fit.roots)), fit.forecast(data[-order:], 5),
                 float(fit.aic), float(fit.bic), float(fit.hqic), float(fit.llf)])
chosen = VAR(data).select_order(MAX_ORDER, trend="c")
golden.c.append(f"#define GOLDEN_VAR_ROWS {ROWS}\n#define GOLDEN_VAR_VARIABLES 3\n#define GOLDEN_VAR_MAX_ORDER {MAX_ORDER}")
golden.constants("golden_var_data", data)
golden.structs("golden_var", [
    "size_t order", "size_t observations", "const double *coefficients", "const double *standard_errors",
    "const double *sigma", "const double *sigma_ml", "const double *root_moduli", "const double *forecast",
    "double aic", "double bic", "double hqic", "double log_likelihood"], fits)
for name in ("aic", "bic"):
    golden.constants(f"golden_order_{name}", [float(v) for v in chosen.ics[name]])
golden.c.append("static const size_t golden_order_chosen[] = {%d, %d, %d}; /* aic, bic, hqic */"
                % (chosen.aic, chosen.bic, chosen.hqic))
golden.table("golden_series", "t bigint, y float8[]", [[t + 1, y] for t, y in enumerate(data)])
golden.table("golden_var", "model_order int, observations bigint, coefficients float8[], standard_errors float8[],"
             " sigma float8[], sigma_ml float8[], root_moduli float8[], forecast float8[], aic float8, bic float8,"
             " hqic float8, log_likelihood float8", fits)
golden.write()
