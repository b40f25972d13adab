#!/usr/bin/python3
"""Writes the properties that empirical mode decompositions must have, and reference values of
natural cubic splines, into small files beside this script: emd.h for the unit tests, emd.sql for
pgTAP.

    rewrite_emd.py DIRECTORY

DIRECTORY holds emd_properties.json and spline.json (scipy's CubicSpline).  The random walk is cut
to 400 steps, whose properties hold as those of the whole.  The correlations of the two tones are
those of the reference without the eighth of the series at each end.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STEPS = 400


def numbers(values, separator=",\n\t"):
    lines = []
    for start in range(0, len(values), 6):
        lines.append(", ".join(repr(float(v)) for v in values[start:start + 6]))
    return separator.join(lines)


def tones(cases):
    keys = ("n", "period_hi", "period_lo", "amp_hi", "amp_lo", "trend", "phase_hi", "phase_lo",
            "const")
    for case in cases:
        if case["kind"] == "two_tone":
            expect = case["expect"]
            yield [case[k] for k in keys] + [
                expect["imf1_corr_hi_at_least"], expect["imf2_corr_lo_at_least"],
                *expect["imfs_between"]]


def splines(cases):
    text, rows = [], []
    for case in cases:
        if case["bc"] != "natural":
            continue
        k = len(rows)
        for name, values in (("x", case["xk"]), ("y", case["yk"]), ("at", case["xq"]),
                             ("value", case["yq"]),
                             ("curvature", case["second_derivative_at_knots"])):
            text.append(f"static const double golden_spline_{name}_{k}[] = {{\n"
                        f"\t{numbers(values)}}};\n")
        names = ", ".join(f"golden_spline_{name}_{k}"
                          for name in ("x", "y", "at", "value", "curvature"))
        rows.append(f"\t{{{len(case['xk'])}, {len(case['xq'])}, {names}}}")
    return "".join(text), ",\n".join(rows)


def main(folder):
    properties = json.loads((folder / "emd_properties.json").read_text())["cases"]
    cases = json.loads((folder / "spline.json").read_text())["cases"]
    walk = next(c["x"] for c in properties if c["kind"] == "random_walk")[:STEPS]
    monotone = next(c["x"] for c in properties if c["kind"] == "monotone")
    arrays, rows = splines(cases)
    head = "Written by rewrite_emd.py from emd_properties.json and spline.json."
    tone_rows = list(tones(properties))
    (HERE / "emd.h").write_text(
        f"/* {head} */\n"
        "typedef struct golden_tones\n{\n"
        "\tint n;\n"
        "\tdouble period_high, period_low, size_high, size_low, trend, phase_high, phase_low, constant;\n"
        "\tdouble correlation_high, correlation_low; /* at least, without n / 8 at each end */\n"
        "\tint fewest, most;                         /* IMFs */\n"
        "} golden_tones;\n\n"
        "static const golden_tones golden_two_tones[] = {\n"
        + ",\n".join("\t{" + ", ".join(map(repr, row)) + "}" for row in tone_rows) + "};\n\n"
        f"static const double golden_walk[] = {{\n\t{numbers(walk)}}};\n\n"
        f"static const double golden_monotone[] = {{\n\t{numbers(monotone)}}};\n\n"
        "typedef struct golden_spline\n{\n"
        "\tint knots, values;\n"
        "\tconst double *x, *y, *at, *value, *curvature;\n} golden_spline;\n\n"
        + arrays + "\nstatic const golden_spline golden_splines[] = {\n" + rows + "};\n")
    (HERE / "emd.sql").write_text(
        f"-- {head}\n"
        "CREATE TEMPORARY TABLE golden_tones (id integer, n integer, period_high float8, period_low float8,\n"
        "\tsize_high float8, size_low float8, trend float8, phase_high float8, phase_low float8, constant float8,\n"
        "\tcorrelation_high float8, correlation_low float8, fewest integer, most integer);\n"
        "INSERT INTO golden_tones VALUES\n"
        + ",\n".join(f"({k}, " + ", ".join(map(repr, row)) + ")"
                     for k, row in enumerate(tone_rows)) + ";\n"
        "CREATE TEMPORARY TABLE golden_walk AS SELECT i, x FROM unnest(ARRAY[\n"
        f"{numbers(walk, chr(44) + chr(10))}]::float8[]) WITH ORDINALITY AS w (x, i);\n"
        "CREATE TEMPORARY TABLE golden_monotone AS SELECT i, x FROM unnest(ARRAY[\n"
        f"{numbers(monotone, chr(44) + chr(10))}]::float8[]) WITH ORDINALITY AS w (x, i);\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
