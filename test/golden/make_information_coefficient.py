#!/usr/bin/python3
"""Makes the reference values of the information coefficient with pandas and scipy, into
information_coefficient.h and information_coefficient.sql beside this script, from a series drawn here with a
fixed seed: a feature with ties and a constant stretch, and y.

    make_information_coefficient.py
"""
from pathlib import Path

import numpy
import pandas
from scipy.stats import spearmanr

HERE = Path(__file__).resolve().parent
COUNT = 90
CASES = [(30, 1, "pearson"), (8, 1, "pearson"), (8, 1, "spearman"), (5, 0, "spearman"), (12, 7, "pearson")]


def rolling(feature, y, window, lag, method):
    moved = feature.shift(lag)
    if method == "pearson":
        values = moved.rolling(window).corr(y)
    else:
        values = pandas.Series(numpy.nan, index=y.index)
        for t in range(lag + window - 1, len(y)):
            part = slice(t - window + 1, t + 1)
            values[t] = numpy.nan if moved[part].nunique() == 1 else spearmanr(moved[part], y[part])[0]
    constant = [t >= lag + window - 1 and (moved[t - window + 1:t + 1].nunique() == 1) for t in range(len(y))]
    values[numpy.array(constant)] = numpy.nan
    return values, sum(constant)


def number(value, missing):
    return missing if numpy.isnan(value) else repr(float(value))


def main():
    random = numpy.random.default_rng(7)
    feature = numpy.round(numpy.cumsum(random.normal(size=COUNT)), 1)
    feature[40:53] = feature[40]
    y = pandas.Series(numpy.round(3 + 0.3 * numpy.roll(feature, 1) + random.normal(size=COUNT), 2))
    feature = pandas.Series(feature)
    arrays, rows, summary, values_sql = [], [], [], []
    for k, (window, lag, method) in enumerate(CASES):
        values, constant = rolling(feature, y, window, lag, method)
        found = values.dropna()
        mean, sd = float(found.mean()), float(found.std(ddof=1))
        arrays.append(f"static const double golden_ic_values_{k}[] = {{\n\t"
                      + ",\n\t".join(", ".join(number(v, "NAN") for v in values[i:i + 4])
                                     for i in range(0, COUNT, 4)) + "};\n")
        rows.append(f"\t{{{window}, {lag}, CS_CORRELATION_{method.upper()}, golden_ic_values_{k},\n\t{mean!r},"
                    f" {sd!r}, {len(found)}, {constant}}}")
        summary.append(f"({window}, {lag}, '{method}', {mean!r}, {sd!r}, {len(found)}, {constant})")
        values_sql += [f"({window}, {lag}, '{method}', {t + 1}, {number(v, 'NULL')})"
                       for t, v in enumerate(values)]
    pairs = [f"{float(a)!r}, {float(b)!r}" for a, b in zip(feature, y)]
    head = "Written by make_information_coefficient.py."
    (HERE / "information_coefficient.h").write_text(
        f"/* {head} */\n/* feature, y */\nstatic const double golden_ic_rows[] = {{\n\t" + ",\n\t".join(pairs) + "};\n"
        + "".join(arrays) + """
/* values: on each row; NAN where there is none */
static const struct
{
	size_t window, lag;
	cs_correlation correlation;
	const double *values;
	double mean, sd;
	size_t windows, constant;
} golden_ic[] = {
""" + ",\n".join(rows) + "};\n")
    (HERE / "information_coefficient.sql").write_text(f"-- {head}\n" + """
CREATE TEMPORARY TABLE golden_ic_row (t bigint, feature float8, y float8);
INSERT INTO golden_ic_row VALUES
""" + ",\n".join(f"({t + 1}, {p})" for t, p in enumerate(pairs)) + """;
CREATE TEMPORARY TABLE golden_ic (window_size int, lag int, correlation text, mean float8, standard_deviation float8,
	windows bigint, constant_windows bigint);
INSERT INTO golden_ic VALUES
""" + ",\n".join(summary) + """;
CREATE TEMPORARY TABLE golden_ic_value (window_size int, lag int, correlation text, t bigint, value float8);
INSERT INTO golden_ic_value VALUES
""" + ",\n".join(values_sql) + ";\n")


main()
