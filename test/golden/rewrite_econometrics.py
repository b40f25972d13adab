#!/usr/bin/python3
"""Writes the reference values of vector autoregressions and principal components into small files
beside this script: C headers for the unit tests, SQL for pgTAP.

    rewrite_econometrics.py DIRECTORY

DIRECTORY holds var.json (statsmodels) and pca.json (scikit-learn).
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def numbers(values):
    flat = []
    for value in values:
        flat += value if isinstance(value, list) else [value]
    lines = []
    for start in range(0, len(flat), 4):
        lines.append(", ".join(repr(float(v)) for v in flat[start:start + 4]))
    return ",\n\t".join(lines)


def head(source, sql=False):
    first = f"Written by rewrite_econometrics.py from {source}."
    return f"-- {first}\n" if sql else f"/* {first} */\n"


def sql_array(values):
    return "'" + json.dumps(values).replace("[", "{").replace("]", "}").replace(" ", "") + "'"


def var(folder):
    cases = json.loads((folder / "var.json").read_text())["cases"]
    data = cases[0]["Y"]
    models = [case for case in cases if case["kind"] == "var"]
    order = next(case for case in cases if case["kind"] == "var_order")
    text = head("var.json")
    text += f"#define GOLDEN_VAR_ROWS {len(data)}\n#define GOLDEN_VAR_VARIABLES {len(data[0])}\n\n"
    text += f"static const double golden_var_data[] = {{\n\t{numbers(data)}}};\n"
    rows, sql_rows = [], []
    for k, case in enumerate(models):
        fields = ("params", "stderr", "sigma_u", "sigma_u_mle", "root_moduli", "forecast5")
        for field in fields:
            text += f"static const double golden_{field}_{k}[] = {{\n\t{numbers(case[field])}}};\n"
        arrays = ", ".join(f"golden_{field}_{k}" for field in fields)
        scalars = ", ".join(repr(case[name]) for name in ("aic", "bic", "hqic", "llf"))
        rows.append(f"\t{{{case['p']}, {case['nobs']}, {arrays},\n\t{scalars}}}")
        sql_rows.append(f"({case['p']}, {case['nobs']}, {scalars},\n"
                        + ",\n".join(sql_array(case[field]) for field in fields) + ")")
        assert case["is_stable"] is True
    text += """
/* Terms: constant, lag 1 of each variable, lag 2, ...; one column for each equation. */
static const struct
{
	size_t order, observations;
	const double *coefficients, *standard_errors, *sigma, *sigma_ml, *root_moduli, *forecast;
	double aic, bic, hqic, log_likelihood;
} golden_var[] = {
""" + ",\n".join(rows) + "};\n"
    best = ", ".join(str(order[f"{name}_p"]) for name in ("aic", "bic", "hqic"))
    text += f"""
/* Criteria of orders 0 to {order['maxlags']} on the common sample, and the orders chosen. */
#define GOLDEN_VAR_MAX_ORDER {order['maxlags']}
static const double golden_order_aic[] = {{
\t{numbers(order['aic'])}}};
static const double golden_order_bic[] = {{
\t{numbers(order['bic'])}}};
static const size_t golden_order_chosen[] = {{{best}}}; /* aic, bic, hqic */
"""
    (HERE / "var.h").write_text(text)
    points = ",\n".join(f"({t + 1}, {sql_array(row)})" for t, row in enumerate(data))
    (HERE / "var.sql").write_text(head("var.json", True) + f"""
CREATE TEMPORARY TABLE golden_series (t bigint, y float8[]);
INSERT INTO golden_series VALUES
{points};
CREATE TEMPORARY TABLE golden_var (model_order int, observations bigint, aic float8, bic float8,
	hqic float8, log_likelihood float8, coefficients float8[], standard_errors float8[],
	sigma float8[], sigma_ml float8[], root_moduli float8[], forecast float8[]);
INSERT INTO golden_var VALUES
""" + ",\n".join(sql_rows) + ";\n")


def principal_components(folder):
    cases = json.loads((folder / "pca.json").read_text())["cases"]
    text, rows, points, models = head("pca.json"), [], [], []
    fields = ("X", "mean", "components", "explained_variance", "ratio", "scores",
              "std_components", "std_explained_variance", "std_scores")
    for k, case in enumerate(cases):
        for field in fields:
            text += f"static const double golden_{field}_{k}[] = {{\n\t{numbers(case[field])}}};\n"
        arrays = ", ".join(f"golden_{field}_{k}" for field in fields)
        rows.append(f"\t{{{len(case['X'])}, {len(case['X'][0])},\n\t{arrays}}}")
        points += [f"({k}, {t + 1}, {sql_array(x)})" for t, x in enumerate(case["X"])]
        models.append(f"({k}, " + ",\n".join(sql_array(case[field]) for field in fields[1:]) + ")")
    text += """
/* Signs are arbitrary.  standardized_*: of the columns divided by their standard deviations. */
static const struct
{
	size_t rows, columns;
	const double *data, *mean, *components, *variance, *ratio, *scores;
	const double *standardized_components, *standardized_variance, *standardized_scores;
} golden_components[] = {
""" + ",\n".join(rows) + "};\n"
    (HERE / "principal_components.h").write_text(text)
    (HERE / "principal_components.sql").write_text(head("pca.json", True) + """
CREATE TEMPORARY TABLE golden_row (sample int, t int, x float8[]);
INSERT INTO golden_row VALUES
""" + ",\n".join(points) + """;
CREATE TEMPORARY TABLE golden_components (sample int, mean float8[], components float8[],
	variance float8[], ratio float8[], scores float8[], standardized_components float8[],
	standardized_variance float8[], standardized_scores float8[]);
INSERT INTO golden_components VALUES
""" + ",\n".join(models) + ";\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    var(folder)
    principal_components(folder)


main()
