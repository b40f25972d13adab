#!/usr/bin/python3
"""Writes the reference values of smoothing splines and STL into small files beside this script: C headers
for the unit tests, SQL for pgTAP.

    rewrite_smoothing.py DIRECTORY

DIRECTORY holds spline.json (scipy, CubicSpline) and stl.json (statsmodels). More cases are made here,
from series drawn with a fixed seed: smoothing splines of given penalties by scipy's
make_smoothing_spline, whose sums of squared residuals are the bounds to give; cross-validation by the
eigenvectors of the roughness and a search to full precision, since scipy's search ends where the penalty
is the number of points; STL with other options by statsmodels.
"""
import json
import sys
from pathlib import Path

import numpy
from scipy.interpolate import make_smoothing_spline
from scipy.optimize import brentq
from statsmodels.tsa.seasonal import STL

HERE = Path(__file__).resolve().parent
OPTIONS = [
    # period, seasonal, trend, low_pass, degrees, inner and outer iterations
    (4, 13, 9, 7, (0, 1, 1), 3, 2),
    (5, 5, 61, 11, (1, 0, 0), 2, 1),
    (6, 61, 9, 7, (1, 1, 0), 1, 0),
]


def numbers(values):
    flat = [repr(float(v)) for v in values]
    return ",\n\t".join(", ".join(flat[i:i + 4]) for i in range(0, len(flat), 4))


def array(name, values):
    return f"static const double {name}[] = {{\n\t{numbers(values)}}};\n"


def sql_array(values):
    if values is None:
        return "NULL"
    return "'{" + ",".join(repr(float(v)) for v in values) + "}'"


def head(source, sql=False):
    first = f"Written by rewrite_smoothing.py from {source}."
    return f"-- {first}\n" if sql else f"/* {first} */\n"


def cross_validated(t, y):
    n, h = len(t), numpy.diff(t)
    q, r = numpy.zeros((n, n - 2)), numpy.zeros((n - 2, n - 2))
    for j in range(n - 2):
        q[j:j + 3, j] = 1 / h[j], -1 / h[j] - 1 / h[j + 1], 1 / h[j + 1]
        r[j, j] = (h[j] + h[j + 1]) / 3
        if j > 0:
            r[j, j - 1] = r[j - 1, j] = h[j] / 6
    rough, vectors = numpy.linalg.eigh(q @ numpy.linalg.solve(r, q.T))
    rough[:2] = 0
    z = vectors.T @ y

    def score(log_alpha):
        lost = numpy.exp(log_alpha) * rough / (1 + numpy.exp(log_alpha) * rough)
        return numpy.log(((lost * z) ** 2).sum()) - 2 * numpy.log(lost.sum())

    def slope(log_alpha):
        lost = numpy.exp(log_alpha) * rough / (1 + numpy.exp(log_alpha) * rough)
        change = lost * (1 - lost)
        return 2 * (lost * change * z**2).sum() / ((lost * z) ** 2).sum() - 2 * change.sum() / lost.sum()

    grid = numpy.linspace(numpy.log(1e-5 * h.min() ** 3), numpy.log(h.mean() ** 3 * n**4), 400)
    k = int(numpy.argmin([score(g) for g in grid]))
    assert 0 < k < 399, "on a bound"
    alpha = numpy.exp(brentq(slope, grid[k - 1], grid[k + 1], xtol=1e-14))
    return vectors @ (z / (1 + alpha * rough))


def smoothing_cases():
    random = numpy.random.default_rng(11)
    cases = []
    for n, even in ((40, True), (40, False)):
        t = numpy.arange(n) * 1.0 if even else numpy.cumsum(random.uniform(0.2, 3, n))
        y = 2 + numpy.sin(7 * t / t[-1]) + 0.2 * random.standard_normal(n)
        at = None if even else t
        for alpha in (0.3, 30.0, 3000.0):
            fitted = make_smoothing_spline(t, y, lam=alpha)(t)
            cases.append((at, y, float(((y - fitted) ** 2).sum()), fitted))
        cases.append((at, y, None, cross_validated(t, y)))
    return cases


def spline(folder):
    text, rows, sql_rows = head("spline.json"), [], []
    natural = [c for c in json.loads((folder / "spline.json").read_text())["cases"] if c["bc"] == "natural"]
    fields = ("xk", "yk", "xq", "yq", "second_derivative_at_knots")
    for k, case in enumerate(natural):
        names = [f"golden_natural_{field[:6]}_{k}" for field in fields]
        text += "".join(array(name, case[field]) for name, field in zip(names, fields))
        rows.append(f"\t{{{len(case['xk'])}, {len(case['xq'])}, {', '.join(names)}}}")
    text += """
/* Natural cubic splines through points: their values at other places, and curvatures at the points. */
static const struct
{
	size_t points, places;
	const double *at, *x, *place, *value, *curvature;
} golden_natural[] = {
""" + ",\n".join(rows) + "};\n\n"
    rows = []
    for k, (at, y, bound, fitted) in enumerate(smoothing_cases()):
        first = k - k % 4
        if k == first:
            text += array(f"golden_smooth_x_{k}", y)
            text += "" if at is None else array(f"golden_smooth_at_{k}", at)
        text += array(f"golden_smooth_fitted_{k}", fitted)
        place = "NULL" if at is None else f"golden_smooth_at_{first}"
        rows.append(f"\t{{{len(y)}, {'NAN' if bound is None else repr(bound)}, {place}, "
                    f"golden_smooth_x_{first}, golden_smooth_fitted_{k}}}")
        sql_rows.append(f"({k}, {'NULL' if bound is None else repr(bound)},\n{sql_array(at)},\n{sql_array(y)},\n{sql_array(fitted)})")
    text += """
/* Smoothing splines; bound NAN = generalized cross-validation, at NULL = equal distances. */
static const struct
{
	size_t points;
	double bound;
	const double *at, *x, *fitted;
} golden_smooth[] = {
""" + ",\n".join(rows) + "};\n"
    (HERE / "spline.h").write_text(text)
    (HERE / "spline.sql").write_text(head("series drawn there, with scipy", True) + """
CREATE TEMPORARY TABLE golden_smooth (sample int, bound float8, at float8[], x float8[], fitted float8[]);
INSERT INTO golden_smooth VALUES
""" + ",\n".join(sql_rows) + ";\n")


def stl_cases(folder):
    cases = []
    for case in json.loads((folder / "stl.json").read_text())["cases"]:
        c = case["config"]
        options = [c[name] for name in ("period", "seasonal", "trend", "low_pass", "seasonal_deg",
                                        "trend_deg", "low_pass_deg")]
        options += [2, 15] if case["robust"] else [5, 0]
        cases.append((case["x"], options, case["trend"], case["seasonal"], case["resid"], case["weights"]))
    random = numpy.random.default_rng(5)
    for period, seasonal, trend, low_pass, degrees, inner, outer in OPTIONS:
        n = 7 * period + 3
        t = numpy.arange(n)
        x = 3 * numpy.sin(2 * numpy.pi * t / period) + 0.001 * t**2 + 0.4 * random.standard_normal(n)
        x[n // 3] += 4
        fit = STL(x, period=period, seasonal=seasonal, trend=trend, low_pass=low_pass,
                  seasonal_deg=degrees[0], trend_deg=degrees[1], low_pass_deg=degrees[2],
                  robust=outer > 0).fit(inner_iter=inner, outer_iter=outer)
        cases.append((x, [period, seasonal, trend, low_pass, *degrees, inner, outer],
                      fit.trend, fit.seasonal, fit.resid, fit.weights))
    return cases


def stl(folder):
    text, rows, sql_rows = head("stl.json"), [], []
    names = ("x", "trend", "seasonal", "remainder", "weight")
    for k, (x, options, *parts) in enumerate(stl_cases(folder)):
        for name, values in zip(names, [x, *parts]):
            text += array(f"golden_stl_{name}_{k}", values)
        arrays = ", ".join(f"golden_stl_{name}_{k}" for name in names)
        rows.append(f"\t{{{len(x)}, {{{', '.join(map(str, options))}}},\n\t{arrays}}}")
        sql_rows.append(f"({k}, {', '.join(map(str, options))},\n" + ",\n".join(sql_array(v) for v in [x, *parts]) + ")")
    text += """
/* Options: period; windows: seasonal, trend, low pass; their degrees; inner and outer iterations. */
static const struct
{
	size_t points;
	cs_stl_options options;
	const double *x, *trend, *seasonal, *remainder, *weight;
} golden_stl[] = {
""" + ",\n".join(rows) + "};\n"
    (HERE / "stl.h").write_text(text)
    (HERE / "stl.sql").write_text(head("stl.json", True) + """
CREATE TEMPORARY TABLE golden_stl (sample int, period int, seasonal_window int, trend_window int,
	low_pass int, seasonal_degree int, trend_degree int, low_pass_degree int, inner_iterations int,
	outer_iterations int, x float8[], trend float8[], seasonal float8[], remainder float8[], weight float8[]);
INSERT INTO golden_stl VALUES
""" + ",\n".join(sql_rows) + ";\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    spline(folder)
    stl(folder)


main()
