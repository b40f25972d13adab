#!/usr/bin/python3
"""Writes the reference values of Nelson-Siegel curves, forecast accuracy and the Diebold-Mariano
test into small files beside this script: C headers for the unit tests, SQL for pgTAP.

    rewrite_statistics.py DIRECTORY

DIRECTORY holds nelson_siegel.json (scipy), metrics.json (numpy), dm_expected.csv and
dm_input_*.csv (R, package forecast).  Maturities are written in years, decays per year.
"""
import csv
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def number(value):
    return "NAN" if value is None else repr(float(value))


def numbers(values):
    lines = []
    for start in range(0, len(values), 4):
        lines.append(", ".join(number(v) for v in values[start:start + 4]))
    return ",\n\t".join(lines)


def write(name, text):
    (HERE / name).write_text(text)


def head(source, sql=False):
    first = f"Written by rewrite_statistics.py from {source}."
    return f"-- {first}\n" if sql else f"/* {first} */\n"


def nelson_siegel(folder):
    cases = json.loads((folder / "nelson_siegel.json").read_text())["cases"]
    arrays, rows, sql_points, sql_curves = [], [], [], []
    for k, case in enumerate(cases):
        scale = 12.0 if case["unit"] == "months" else 1.0
        maturity = [m / scale for m in case["maturity"]]
        loadings = [x for row in case["loadings"] for x in row[1:]]
        for name, values in (("maturity", maturity), ("yield", case["y"]),
                             ("loadings", loadings), ("fitted", case["fitted"])):
            arrays.append(f"static const double golden_{name}_{k}[] = {{\n\t{numbers(values)}}};\n")
        free = case.get("free")
        found = [free["lam"] * scale, *free["beta"], free["sse"]] if free else [None] * 5
        rows.append(
            f"\t{{{len(maturity)}, golden_maturity_{k}, golden_yield_{k}, golden_loadings_{k},"
            f" golden_fitted_{k},\n\t{number(case['lam'] * scale)},"
            f" {{{', '.join(number(b) for b in case['beta'])}}},\n\t{number(case['sse'])},"
            f" {number(case['r2'])}, {number(case['rmse'])},\n"
            f"\t{number(found[0])}, {{{', '.join(number(b) for b in found[1:4])}}},"
            f" {number(found[4])}}}")
        for m, y in zip(maturity, case["y"]):
            sql_points.append(f"({k}, {m!r}, {y!r})")
        values = [case["lam"] * scale, *case["beta"], case["rmse"], case["r2"], *found]
        sql_curves.append(f"({k}, {', '.join('NULL' if v is None else repr(v) for v in values)})")
    write("nelson_siegel.h", head("nelson_siegel.json") + "".join(arrays) + """
/* free_* are NAN where the decay was not estimated; loadings are pairs (F2, F3). */
static const struct
{
	size_t n;
	const double *maturity, *yield, *loadings, *fitted;
	double decay, beta[3], sse, r_squared, rmse;
	double free_decay, free_beta[3], free_sse;
} golden_nelson_siegel[] = {
""" + ",\n".join(rows) + "};\n")
    write("nelson_siegel.sql", head("nelson_siegel.json", True) + """
CREATE TEMPORARY TABLE golden_quote (curve int, maturity float8, yield float8);
INSERT INTO golden_quote VALUES
""" + ",\n".join(sql_points) + """;
CREATE TEMPORARY TABLE golden_curve (curve int, decay float8, level float8, slope float8,
	curvature float8, rmse float8, r_squared float8, free_decay float8, free_level float8,
	free_slope float8, free_curvature float8, free_sse float8);
INSERT INTO golden_curve VALUES
""" + ",\n".join(sql_curves) + ";\n")


def accuracy(folder):
    cases = json.loads((folder / "metrics.json").read_text())["cases"]
    names = ("mae", "mape", "rmse", "rsr_sd_n1", "sdape_n")
    arrays, rows, measures, pairs = [], [], [], []
    for k, case in enumerate(cases):
        for name, key in (("actual", "y"), ("forecast", "f")):
            arrays.append(f"static const double golden_{name}_{k}[] = {{\n\t{numbers(case[key])}}};\n")
        rows.append(f"\t{{{len(case['y'])}, golden_actual_{k}, golden_forecast_{k},\n\t"
                    + ", ".join(number(case[name]) for name in names) + "}")
        measures.append(f"({k}, {', '.join(repr(case[name]) for name in names)})")
        pairs += [f"({k}, {y!r}, {f!r})" for y, f in zip(case["y"], case["f"])]
    write("accuracy.h", head("metrics.json") + "".join(arrays) + """
static const struct
{
	size_t n;
	const double *actual, *forecast;
	double mae, mape, rmse, rsr, sdape;
} golden_accuracy[] = {
""" + ",\n".join(rows) + "};\n")
    write("accuracy.sql", head("metrics.json", True) + """
CREATE TEMPORARY TABLE golden_forecast (sample int, actual float8, forecast float8);
INSERT INTO golden_forecast VALUES
""" + ",\n".join(pairs) + """;
CREATE TEMPORARY TABLE golden_accuracy (sample int, mae float8, mape float8, rmse float8,
	rsr float8, sdape float8);
INSERT INTO golden_accuracy VALUES
""" + ",\n".join(measures) + ";\n")


def dm_test(folder):
    sides = {"two.sided": ("CS_DM_TWO_SIDED", "two_sided"), "less": ("CS_DM_LESS", "less"),
             "greater": ("CS_DM_GREATER", "greater")}
    variances = {"acf": ("CS_DM_RECTANGULAR", "rectangular"), "bartlett": ("CS_DM_BARTLETT", "bartlett")}
    with open(folder / "dm_expected.csv", newline="") as file:
        expected = list(csv.DictReader(file))
    inputs = sorted({int(row["n"]) for row in expected})
    arrays, errors = [], []
    for n in inputs:
        with open(folder / f"dm_input_{n}.csv", newline="") as file:
            points = [(float(row["e1"]), float(row["e2"])) for row in csv.DictReader(file)]
        assert len(points) == n
        for index, name in enumerate(("e1", "e2")):
            arrays.append(f"static const double golden_{name}_{n}[] = {{\n"
                          f"\t{numbers([p[index] for p in points])}}};\n")
        errors += [f"({n}, {t + 1}, {p[0]!r}, {p[1]!r})" for t, p in enumerate(points)]
    rows, results = [], []
    for row in expected:
        side, variance = sides[row["alternative"]], variances[row["varestimator"]]
        # R answers a variance that is not positive with horizon 1, which is not followed.
        fallback = "fell back" in row["note"]
        statistic, p = float(row["statistic"]), float(row["p_value"])
        rows.append(f"\t{{golden_e1_{row['n']}, golden_e2_{row['n']}, {row['n']}, {row['h']},"
                    f" {row['power']},\n\t{side[0]}, {variance[0]}, {str(fallback).lower()},"
                    f" {statistic!r}, {p!r}}}")
        results.append(f"({row['n']}, {row['h']}, {row['power']}, '{side[1]}', '{variance[1]}',"
                       f" {str(fallback).lower()}, {statistic!r}, {p!r})")
    write("dm_test.h", head("dm_expected.csv and dm_input_*.csv") + "".join(arrays) + """
/* fallback: R met a variance that is not positive and took horizon 1 instead. */
static const struct
{
	const double *e1, *e2;
	size_t n, horizon;
	double power;
	cs_dm_alternative alternative;
	cs_dm_variance variance;
	bool fallback;
	double statistic, p_value;
} golden_dm[] = {
""" + ",\n".join(rows) + "};\n")
    write("dm_test.sql", head("dm_expected.csv and dm_input_*.csv", True) + """
CREATE TEMPORARY TABLE golden_error (n int, t bigint, e1 float8, e2 float8);
INSERT INTO golden_error VALUES
""" + ",\n".join(errors) + """;
CREATE TEMPORARY TABLE golden_dm (n int, horizon int, power float8, alternative text,
	variance text, fallback boolean, statistic float8, p_value float8);
INSERT INTO golden_dm VALUES
""" + ",\n".join(results) + ";\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    nelson_siegel(folder)
    accuracy(folder)
    dm_test(folder)


main()
