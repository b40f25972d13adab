#!/usr/bin/python3
"""Rebuilds us_monthly_yields.csv from the Debian package gretl-data.

    docs/data/us_monthly_yields.py [PACKAGE.deb]

Without an argument the package is downloaded (apt-get download) and unpacked; nothing is installed.
Its database fedstl holds the series one after another as little-endian float32 (missing: below -998);
the index has two lines for each: name and title, then frequency, first and last period, and length.
"""
import csv
import glob
import os
import struct
import subprocess
import sys
import tempfile

SERIES = ["gs1m", "gs3m", "gs6m", "gs1", "gs2", "gs3", "gs5", "gs7", "gs10", "gs20", "gs30", "aaa", "baa"]
FIRST_MONTH = (1953, 4)
MISSING_BELOW = -998.0


def unpack(package, folder):
    if package is None:
        subprocess.run(["apt-get", "-q", "download", "gretl-data"], cwd=folder, check=True, stdout=sys.stderr)
        package = glob.glob(os.path.join(folder, "gretl-data_*.deb"))[0]
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    return os.path.join(folder, "usr/share/gretl/db/fedstl")


def month_number(text):
    year, month = text.split(".")
    return int(year) * 12 + int(month) - 1


def read_series(path):
    """{name: {month number: value}} of the wanted monthly series; months count from year 0."""
    with open(path + ".idx", encoding="utf-8") as index:
        lines = [line.rstrip("\n") for line in index if not line.startswith("#")]
    with open(path + ".bin", "rb") as values:
        content = values.read()
    series, offset = {}, 0
    for head, facts in zip(lines[0::2], lines[1::2]):
        name = head.split()[0]
        frequency, first, _, _, _, _, length = facts.split()
        length = int(length)
        if name in SERIES:
            if frequency != "M":
                raise ValueError(f"{name} is not monthly: {facts}")
            numbers = struct.unpack_from(f"<{length}f", content, offset)
            start = month_number(first)
            series[name] = {start + i: x for i, x in enumerate(numbers) if x > MISSING_BELOW}
        offset += 4 * length
    if offset != len(content):
        raise ValueError(f"the index tells of {offset} bytes, the data has {len(content)}")
    return series


def main():
    with tempfile.TemporaryDirectory() as folder:
        series = read_series(unpack(os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None, folder))
    start = FIRST_MONTH[0] * 12 + FIRST_MONTH[1] - 1
    end = max(max(series[name]) for name in SERIES)
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "us_monthly_yields.csv")
    with open(target, "w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["month"] + SERIES)
        for month in range(start, end + 1):
            cells = (series[name].get(month) for name in SERIES)
            writer.writerow([f"{month // 12:04d}-{month % 12 + 1:02d}-01"]
                            + ["" if x is None else f"{x:.2f}" for x in cells])


if __name__ == "__main__":
    main()
