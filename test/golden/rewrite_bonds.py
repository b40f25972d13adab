#!/usr/bin/python3
"""Writes the reference values of curves fitted to coupon bonds into small files beside this script:
a C header for the unit test, SQL for pgTAP.

    rewrite_bonds.py DIRECTORY

DIRECTORY holds nelson_siegel_bonds.json (scipy), whose rates are fractions; they are written in
percent.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def numbers(values):
    values = [repr(float(v)) for v in values]
    return ",\n\t".join(", ".join(values[i:i + 4]) for i in range(0, len(values), 4))


def percent(values):
    return [100 * v for v in values]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    cases = json.loads((Path(sys.argv[1]) / "nelson_siegel_bonds.json").read_text())["cases"]
    arrays, rows, bonds, curves = [], [], [], []
    for k, case in enumerate(cases):
        first, time, amount = [0], [], []
        for i, bond in enumerate(case["bonds"]):
            time += bond["times"]
            amount += bond["cash"]
            first.append(len(time))
            flows = ", ".join(f"[{t!r}, {float(c)!r}]" for t, c in zip(bond["times"], bond["cash"]))
            bonds.append(f"({k}, {bond['price']!r}, ARRAY[{flows}], {case['price_error'][i]!r})")
        for name, values in (("price", [b["price"] for b in case["bonds"]]), ("time", time),
                             ("amount", amount), ("price_error", case["price_error"])):
            arrays.append(f"static const double bonds_{name}_{k}[] = {{\n\t{numbers(values)}}};\n")
        arrays.append(f"static const size_t bonds_first_{k}[] = {{{', '.join(map(str, first))}}};\n")
        riskfree, beta = percent(case["rf_beta"]), percent(case["beta"])
        rows.append(f"\t{{{len(case['bonds'])}, bonds_price_{k}, bonds_first_{k}, bonds_time_{k},"
                    f" bonds_amount_{k},\n\tbonds_price_error_{k}, {case['lam']!r},\n"
                    f"\t{{{numbers(riskfree)}}},\n\t{{{numbers(beta)}}}, {case['sse']!r}}}")
        curves.append(f"({k}, {case['lam']!r}, {', '.join(map(repr, riskfree + beta))},"
                      f" {case['sse']!r})")
    (HERE / "nelson_siegel_bonds.h").write_text(
        "/* Written by rewrite_bonds.py from nelson_siegel_bonds.json. */\n" + "".join(arrays) + """
/* Curves are level, slope and curvature in percent, at one decay. */
static const struct
{
	size_t bonds;
	const double *price;
	const size_t *first;
	const double *time, *amount, *price_error;
	double decay, riskfree[3], beta[3], sse;
} golden_bonds[] = {
""" + ",\n".join(rows) + "};\n")
    (HERE / "nelson_siegel_bonds.sql").write_text(
        "-- Written by rewrite_bonds.py from nelson_siegel_bonds.json.\n" + """
CREATE TEMPORARY TABLE golden_bond (issuer int, dirty_price float8, cashflows float8[],
	price_error float8);
INSERT INTO golden_bond VALUES
""" + ",\n".join(bonds) + """;
CREATE TEMPORARY TABLE golden_spread_curve (issuer int, decay float8, riskfree_level float8,
	riskfree_slope float8, riskfree_curvature float8, level float8, slope float8, curvature float8,
	sse float8);
INSERT INTO golden_spread_curve VALUES
""" + ",\n".join(curves) + ";\n")


main()
