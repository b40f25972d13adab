#!/usr/bin/python3
"""Writes trees.h beside this script: two data sets of 200 x 5 with the greedy trees of depth 2 on their first
150 rows (exhaustive search, as scikit-learn's), forecasts of XGBoost 1.7.4 (exact, where no near tie decides)
and of support vector regressions solved exactly.

    rewrite_trees.py DIRECTORY

DIRECTORY holds trees.json, whose notes say the conventions.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("smooth", "ties_outliers_constant")


def numbers(values, width=8):
    values = [repr(float(v)) for v in values]
    return ",\n\t".join(", ".join(values[i:i + width]) for i in range(0, len(values), width))


def array(name, values, kind="double"):
    return f"static const {kind} {name}[] = {{\n\t{numbers(values)}}};\n"


def leaf(tree, row):
    while "left" in tree:
        tree = tree["left"] if row[tree["feature"]] <= tree["threshold"] else tree["right"]
    return tree["mean"]


def main():
    cases = {c["name"]: c for c in json.loads((Path(sys.argv[1]) / "trees.json").read_text())["cases"]}
    out = ["/* Written by rewrite_trees.py from trees.json (XGBoost 1.7.4, scikit-learn 1.2.1, libsvm). */\n"]
    for which, name in enumerate(NAMES):
        case = cases[name]
        out.append(array(f"golden_trees_x{which}", [v for row in case["x"] for v in row], "float"))
        out.append(array(f"golden_trees_y{which}", case["y"]))
        for k, tree in enumerate(case["depth2"]):
            out.append(f"/* smallest leaf {tree['min_leaf']} */\n")
            out.append(array(f"golden_trees_depth2_{which}_{k}", [leaf(tree["greedy"], row) for row in case["x"]]))
        svr = case["svr"]
        for key in ("x_mean", "x_std"):
            out.append(array(f"golden_svr_{key}{which}", svr[key]))
        out.append(array(f"golden_svr_y_scale{which}", [svr["y_mean"], svr["y_std"]]))
        for k, fit in enumerate(svr["fits"]):
            out.append(f"/* cost {fit['C']}, epsilon {fit['epsilon']}, gamma {fit['gamma']} */\n")
            out.append(array(f"golden_svr_forecast{which}_{k}", fit["pred_test"]))
    boosted = []
    for which, name in enumerate(NAMES):
        for k, fit in enumerate(cases[name]["xgboost"]):
            for result in fit["results"]:
                if not result.get("binding") or result["rounds"] > 10:
                    continue
                label = f"golden_boosted{which}_{k}_{result['rounds']}"
                out.append(array(label, result["test_pred"]))
                p = fit["params"]
                boosted.append(f"{{{which}, {p['max_depth']}, {p['eta']!r}, {p['lambda']!r}, {p['gamma']!r}, "
                               f"{p['min_child_weight']}, {p['base_score']!r}, {result['rounds']}, {label}}}")
    out.append("static const struct\n{\n\tint data;\n\tint depth;\n\tdouble learning_rate;\n\tdouble l2;\n\tdouble min_gain;\n"
               "\tint min_rows;\n\tdouble base;\n\tint rounds;\n\tconst double *forecast;\n} golden_boosted[] = {\n\t"
               + ",\n\t".join(boosted) + "};\n")
    (HERE / "trees.h").write_text("\n".join(out))


main()
