#!/usr/bin/python3
"""Information coefficients by pandas and scipy: information_coefficient.h and information_coefficient.sql.  Debian
packages python3-pandas and python3-scipy.  The feature has ties and a constant stretch.
"""
import numpy
import pandas
from scipy.stats import spearmanr

from form import Set, draws

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


random = draws(7)
feature = numpy.round(numpy.cumsum(random.normal(size=COUNT)), 1)
feature[40:53] = feature[40]
y = pandas.Series(numpy.round(3 + 0.3 * numpy.roll(feature, 1) + random.normal(size=COUNT), 2))
feature = pandas.Series(feature)
golden = Set("information_coefficient", "pandas and scipy.")
cases, summaries, rows = [], [], []
for window, lag, method in CASES:
    values, constant = rolling(feature, y, window, lag, method)
    found = values.dropna()
    summary = [float(found.mean()), float(found.std(ddof=1)), len(found), constant]
    cases.append([window, lag, f"CS_CORRELATION_{method.upper()}", values.to_numpy(), *summary])
    summaries.append([window, lag, method, *summary])
    rows += [[window, lag, method, t + 1, float(v)] for t, v in enumerate(values)]
pairs = numpy.column_stack([feature, y])
golden.c.append("/* feature, y */")
golden.constants("golden_ic_rows", pairs)
golden.structs("golden_ic", [
    "size_t window", "size_t lag", "cs_correlation correlation",
    "const double *values /* on each row; NAN where there is none */", "double mean", "double sd", "size_t windows",
    "size_t constant"], cases)
golden.table("golden_ic_row", "t bigint, feature float8, y float8", [[t + 1, *row] for t, row in enumerate(pairs)])
golden.table("golden_ic", "window_size int, lag int, correlation text, mean float8, standard_deviation float8,"
             " windows bigint, constant_windows bigint", summaries)
golden.table("golden_ic_value", "window_size int, lag int, correlation text, t bigint, value float8", rows)
golden.write()
