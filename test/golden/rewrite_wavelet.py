#!/usr/bin/python3
"""Writes the reference values of wavelets into small files beside this script: a C header for the
unit test, SQL for pgTAP.

    rewrite_wavelet.py DIRECTORY

DIRECTORY holds wavelet.json and wavelet_taps.json (PyWavelets). Of the results of the longer cases
some values are kept for the unit test, and the shorter cases go into the SQL.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXTENSIONS = ("symmetric", "periodization")
MODES = (("approx_only", "approximation"), ("soft", "soft"), ("hard", "hard"))
SHORT = 150


def stride_of(case):
    return 1 if case["n"] <= 64 else 5 if case["n"] <= 255 else 10


def numbers(values):
    values = [repr(float(v)) for v in values]
    return ",\n\t".join(", ".join(values[i:i + 4]) for i in range(0, len(values), 4))


def sql_array(values):
    return "'{" + ",".join(repr(float(v)) for v in values) + "}'"


def flat(case):
    return [value for level in case["coeffs"] for value in level]


def write_c(cases, taps):
    arrays, rows, filters = [], [], []
    for k, case in enumerate(cases):
        stride = stride_of(case)
        values = [("x", case["x"]), ("coefficients", flat(case)[::stride])]
        values += [(mode, case[f"smooth_{source}"][::stride]) for source, mode in MODES]
        for name, array in values:
            arrays.append(f"static const double wavelet_{name}_{k}[] = {{\n\t{numbers(array)}}};\n")
        names = [f"wavelet_{name}_{k}" for name, _ in values]
        rows.append(f"\t{{\"{case['wavelet']}\", {EXTENSIONS.index(case['mode'])}, {case['level']},"
                    f" {case['max_level']}, {case['n']}, {len(flat(case))}, {stride},\n"
                    f"\t{case['universal_threshold']!r}, {names[0]}, {names[1]},\n"
                    f"\t{{{', '.join(names[2:])}}}}}")
    for tap in taps:
        filters.append(f"\t{{\"{tap['wavelet']}\", {tap['len']}, {{\n\t{numbers(tap['rec_lo'])}}},"
                       f" {{\n\t{numbers(tap['rec_hi'])}}}}}")
    (HERE / "wavelet.h").write_text(
        "/* Written by rewrite_wavelet.py from wavelet.json and wavelet_taps.json. */\n"
        + "".join(arrays) + """
/* Of coefficients and smoothed series every stride-th value. */
static const struct
{
	const char *wavelet;
	int extension, levels, highest_level;
	size_t n, count, stride;
	double threshold;
	const double *x, *coefficients, *smoothed[3]; /* approximation, soft, hard */
} golden_wavelet[] = {
""" + ",\n".join(rows) + """};

static const struct
{
	const char *wavelet;
	size_t length;
	double low[20], high[20];
} golden_taps[] = {
""" + ",\n".join(filters) + "};\n")


def write_sql(cases):
    rows = []
    for k, case in enumerate(cases):
        if case["n"] > SHORT:
            continue
        smoothed = ",\n".join(sql_array(case[f"smooth_{source}"]) for source, _ in MODES)
        rows.append(f"({k}, '{case['wavelet']}', '{case['mode']}', {case['level']},"
                    f" {case['max_level']}, '{{{','.join(map(str, case['sizes']))}}}',\n"
                    f"{sql_array(case['x'])},\n{sql_array(flat(case))},\n{smoothed})")
    (HERE / "wavelet.sql").write_text(
        "-- Written by rewrite_wavelet.py from wavelet.json.\n" + """
CREATE TEMPORARY TABLE golden_wavelet (sample int, wavelet text, extension text, level int,
	highest_level int, lengths int[], x float8[], coefficients float8[], approximation float8[],
	soft float8[], hard float8[]);
INSERT INTO golden_wavelet VALUES
""" + ",\n".join(rows) + ";\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    cases = [case for case in json.loads((folder / "wavelet.json").read_text())["cases"]
             if case["mode"] in EXTENSIONS]
    # sym2 and sym3 are db2 and db3
    taps = [tap for tap in json.loads((folder / "wavelet_taps.json").read_text())["cases"]
            if tap["wavelet"] not in ("sym2", "sym3")]
    write_c(cases, taps)
    write_sql(cases)


main()
