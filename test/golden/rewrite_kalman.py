#!/usr/bin/python3
"""Writes the reference values of the Kalman filter into small files beside this script: a C header
for the unit tests, SQL for pgTAP.

    rewrite_kalman.py DIRECTORY

DIRECTORY holds kalman.json and kalman_ml.json (statsmodels) and structts_level.csv (R's StructTS).
"""
import csv
import json
import math
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIELDS = ("predicted_state", "predicted_cov", "filtered_state", "filtered_cov", "innovation",
          "innovation_var", "llf_obs", "smoothed_state", "smoothed_cov")


def flat(values):
    if not isinstance(values, list):
        return [values]
    return [x for value in values for x in flat(value)]


def number(value):
    return "NAN" if value is None or math.isnan(value) else repr(float(value))


def table(name, values):
    texts = [number(v) for v in flat(values)]
    lines = [", ".join(texts[start:start + 4]) for start in range(0, len(texts), 4)]
    return f"static const double golden_{name}[] = {{\n\t" + ",\n\t".join(lines) + "};\n"


def sql_array(values):
    return "'" + json.dumps(values).replace("[", "{").replace("]", "}").replace(" ", "") + "'"


def filters(folder):
    cases = json.loads((folder / "kalman.json").read_text())["cases"]
    text, rows, sql_models, sql_rows = "", [], [], []
    for k, case in enumerate(cases):
        n = len(case["A"])
        # the control of row t+1 stands on row t there
        control = case["Bu"] and [[0.0] * n] + case["Bu"][:-1]
        tables = {"y": case["y"], "a": case["A"], "h": case["H"], "q": case["Q"],
                  "x": case["a1_predicted"], "p": case["P1_predicted"]}
        for name, values in tables.items():
            text += table(f"{name}_{k}", values)
        for name in FIELDS:
            text += table(f"{name}_{k}", case[name])
        text += table(f"control_{k}", control) if control else ""
        names = ", ".join(f"golden_{name}_{k}" for name in (*tables, *FIELDS))
        rows.append(f'\t{{"{case["name"]}", {len(case["y"])}, {n}, {case["R"]!r}, '
                    f'{case["loglik"]!r},\n\t{f"golden_control_{k}" if control else "NULL"}, {names}}}')
        sql_models.append(f"({k}, '{case['name']}', {n}, {case['R']!r}, {case['loglik']!r}, "
                          + ", ".join(sql_array(case[name]) for name in
                                      ("A", "H", "Q", "a1_predicted", "P1_predicted")) + ")")
        for t, y in enumerate(case["y"]):
            values = [sql_array(case[name][t]) for name in
                      ("predicted_state", "predicted_cov", "filtered_state", "filtered_cov",
                       "smoothed_state", "smoothed_cov")]
            values += [repr(case["llf_obs"][t]), sql_array(control[t]) if control else "NULL"]
            sql_rows.append(f"({k}, {t + 1}, {'NULL' if y is None else repr(y)}, "
                            + ", ".join(values) + ")")
    text += """
/* The start is that of the first row before its observation; H is one row. */
static const struct
{
	const char *name;
	size_t rows, states;
	double r, log_likelihood;
	const double *control, *y, *a, *h, *q, *x, *p;
	const double *predicted, *predicted_covariance, *filtered, *covariance, *innovation;
	const double *innovation_variance, *log_likelihoods, *smoothed, *smoothed_covariance;
} golden_kalman[] = {
""" + ",\n".join(rows) + "};\n"
    sql = """
CREATE TEMPORARY TABLE golden_model (id int, name text, states int, r float8, log_likelihood float8,
	a float8[], h float8[], q float8[], x float8[], p float8[]);
INSERT INTO golden_model VALUES
""" + ",\n".join(sql_models) + """;
CREATE TEMPORARY TABLE golden_row (id int, t int, y float8, predicted float8[],
	predicted_variance float8[], filtered float8[], variance float8[], smoothed float8[],
	smoothed_variance float8[], log_likelihood float8, control float8[]);
INSERT INTO golden_row VALUES
""" + ",\n".join(sql_rows) + ";\n"
    return text, sql


def fits(folder):
    cases = json.loads((folder / "kalman_ml.json").read_text())["cases"]
    with open(folder / "structts_level.csv", newline="") as file:
        r_fits = {int(row["n"]): row for row in csv.DictReader(file)}
    text, rows, points, sql_fits = "", [], [], []
    for k, case in enumerate(cases):
        n = len(case["y"])
        values = [case["sigma2_level"], case["sigma2_obs"], case["loglik_burn1"],
                  float(r_fits[n]["var_level"]), float(r_fits[n]["var_epsilon"])]
        numbers = ", ".join(repr(v) for v in values)
        text += table(f"level_{k}", case["y"])
        rows.append(f"\t{{{n}, golden_level_{k}, {numbers}}}")
        sql_fits.append(f"({k}, {numbers})")
        points += [f"({k}, {t + 1}, {y!r})" for t, y in enumerate(case["y"])]
    text += """
/* Local levels: statsmodels' and R's estimates. */
static const struct
{
	size_t rows;
	const double *y;
	double process, observation, log_likelihood, r_process, r_observation;
} golden_level[] = {
""" + ",\n".join(rows) + "};\n"
    sql = """
CREATE TEMPORARY TABLE golden_fit (id int, process float8, observation float8, log_likelihood float8,
	r_process float8, r_observation float8);
INSERT INTO golden_fit VALUES
""" + ",\n".join(sql_fits) + """;
CREATE TEMPORARY TABLE golden_level (id int, t bigint, y float8);
INSERT INTO golden_level VALUES
""" + ",\n".join(points) + ";\n"
    return text, sql


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    source = "Written by rewrite_kalman.py from kalman.json, kalman_ml.json and structts_level.csv."
    text, sql = zip(filters(folder), fits(folder))
    (HERE / "kalman.h").write_text(f"/* {source} */\n" + "".join(text))
    (HERE / "kalman.sql").write_text(f"-- {source}\n" + "".join(sql))


main()
