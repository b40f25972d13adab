#!/usr/bin/python3
"""Rewrites the evaluator cases of graph_rank.json into rank_measures.h and rank_measures.sql beside this
script, with Spearman correlations by 1 - 6 sum d^2 / (n^3 - n): no values are equal.

    rewrite_rank_measures.py GOLDEN_DIRECTORY
"""
import json
import sys
from pathlib import Path


def spearman(a, b):
    def ranks(x):
        assert len(set(x)) == len(x)
        return [sorted(x).index(v) for v in x]

    n = len(a)
    return 1 - 6 * sum((i - j) ** 2 for i, j in zip(ranks(a), ranks(b))) / (n ** 3 - n)


def numbers(values):
    values = [repr(float(v)) for v in values]
    return ",\n\t".join(", ".join(values[i:i + 4]) for i in range(0, len(values), 4))


def main():
    source = json.loads((Path(sys.argv[1]) / "graph_rank.json").read_text())
    cases = [c for c in source["cases"] if c["kind"] == "evaluator"]
    arrays, table, rows, expected = [], [], [], []
    for k, case in enumerate(cases):
        days, series = case["days"], case["series"]
        by_day = {name: [[case[name][i][t] for i in range(series)] for t in range(days)]
                  for name in ("truth", "pred")}
        correlations = [spearman(a, f) for a, f in zip(by_day["truth"], by_day["pred"])]
        longs = case["btl"] - 1.0
        for name, values in by_day.items():
            flat = [v for day in values for v in day]
            arrays.append(f"static const double golden_{name}_{k}[] = {{\n\t{numbers(flat)}}};\n")
        arrays.append(f"static const double golden_correlation_{k}[] = {{\n\t{numbers(correlations)}}};\n")
        table.append(f"\t{{{days}, {series}, golden_truth_{k}, golden_pred_{k}, golden_correlation_{k}, "
                     f"{case['mrrt']!r}, {longs!r}}}")
        rows += [f"({k}, {t}, 'e{i}', {by_day['truth'][t][i]!r}, {by_day['pred'][t][i]!r})"
                 for t in range(days) for i in range(series)]
        expected.append(f"({k}, {case['mrrt']!r}, {longs!r}, {sum(correlations) / days!r})")
    here = Path(__file__).resolve().parent
    (here / "rank_measures.sql").write_text(
        "-- Written by rewrite_rank_measures.py from graph_rank.json.\n" + """
CREATE TEMPORARY TABLE golden_rank (c int, t bigint, entity text, actual float8, forecast float8);
INSERT INTO golden_rank VALUES
""" + ",\n".join(rows) + """;
CREATE TEMPORARY TABLE golden_rank_measure (c int, mrr float8, longs float8, correlation float8);
INSERT INTO golden_rank_measure VALUES
""" + ",\n".join(expected) + ";\n")
    (here / "rank_measures.h").write_text(
        "/* Written by rewrite_rank_measures.py from graph_rank.json. */\n" + "".join(arrays) + """
/* truth, pred: a row for each day; longs: sum of the true values of the highest predictions. */
static const struct
{
	size_t days, series;
	const double *truth, *pred, *correlation;
	double mrr, longs;
} golden_rank[] = {
""" + ",\n".join(table) + "};\n")


main()
