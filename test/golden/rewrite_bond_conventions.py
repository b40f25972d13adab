#!/usr/bin/python3
"""Writes reference values of bonds by all conventions into bond_conventions.sql beside this script.

    rewrite_bond_conventions.py DIRECTORY

DIRECTORY holds bonds_quantlib.csv (random bonds, QuantLib), of which every third is taken, and
bonds_published.csv (worked examples of vendors, debt offices and ISDA).
"""
import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MEASURES = ["yield", "simple_yield", "modified_duration", "macaulay_duration", "convexity", "dv01",
            "z_flat_cont", "z_flat_semi", "z_slope_cont", "z_slope_semi"]


def text(value):
    return "NULL" if value == "" else "'" + value.replace("'", "''") + "'"


def number(value):
    return value or "NULL"


def day_count(name):
    return text("30/360 BOND BASIS" if name == "30/360 BondBasis" else name)


def terms(row):
    return [number(row["frequency"]), text(row["issue"]), text(row["first_coupon"]),
            text(row["last_coupon"]), text(row["maturity"]), text(row["end_of_month"]),
            number(row["coupon"]), text(row["settlement"])]


def quantlib(row):
    by_day_count = row["even_coupons"] == "f" and not row["convention"].startswith("30")
    values = [text(row["id"]), day_count(row["convention"])] + terms(row)
    values += [text("day_count" if by_day_count else "equal"), number(row["dirty_price"]),
               number(row["accrued"])]
    return values + [number(row[m]) for m in MEASURES]


def published(row):
    values = [text(row["id"]), text(row["source"]), day_count(row["convention"])] + terms(row)
    values += [text(row["discounting"]), text(row["given"]), text("{" + row["printed"].replace("|", ",") + "}")]
    return values + [text(row[c]) for c in ("yield", "clean_price", "accrued", "dirty_price",
                                            "modified_duration", "macaulay_duration",
                                            "coupon_amount")]


def rows(file, make, step=1):
    with open(file, newline="") as lines:
        return ",\n".join("(" + ", ".join(make(row)) + ")" for row in list(csv.DictReader(lines))[::step])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    directory = Path(sys.argv[1])
    (HERE / "bond_conventions.sql").write_text(
        "-- Written by rewrite_bond_conventions.py from bonds_quantlib.csv and bonds_published.csv.\n" + """
CREATE TEMPORARY TABLE golden_bond (id text, day_count text, frequency int, issue date,
	first_coupon date, last_coupon date, maturity date, end_of_month boolean, coupon float8,
	settlement date, coupons text, dirty_price float8, accrued float8, """ +
        ", ".join(f"{m} float8" for m in MEASURES) + ");\nINSERT INTO golden_bond VALUES\n" +
        rows(directory / "bonds_quantlib.csv", quantlib, 3) + """;
-- what is given and what was printed, as text: comparisons are to the printed digits
CREATE TEMPORARY TABLE published_bond (id text, source text, day_count text, frequency int,
	issue date, first_coupon date, last_coupon date, maturity date, end_of_month boolean,
	coupon float8, settlement date, discounting text, given text, printed text[], yield text,
	clean_price text, accrued text, dirty_price text, modified_duration text,
	macaulay_duration text, coupon_amount text);
INSERT INTO published_bond VALUES
""" + rows(directory / "bonds_published.csv", published) + ";\n")


main()
