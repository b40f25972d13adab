#!/usr/bin/python3
"""Runs the scripts make_*.py, or those of the names given, into a directory of its own, and compares what they write
with the files beside it: the same text, whose numbers agree to 1e-6 of their size or 1e-12.

    check.py [NAME...]
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NUMBER = re.compile(r"(?<![\w.])-?\d+\.?\d*(?:e[-+]?\d+)?(?![\w.])")
PRINTS = {"wavelet_filters"}  # its table stands in src/numeric


def same(text, other):
    if NUMBER.sub("#", text) != NUMBER.sub("#", other):
        return False
    pairs = zip(map(float, NUMBER.findall(text)), map(float, NUMBER.findall(other)))
    return all(abs(a - b) <= max(1e-6 * max(abs(a), abs(b)), 1e-12) for a, b in pairs)


def main():
    names = sys.argv[1:] or [p.stem[5:] for p in sorted(HERE.glob("make_*.py")) if p.stem[5:] not in PRINTS]
    made, different = set(), []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, HERE / f"make_{name}.py", folder], check=True)
            for path in sorted(Path(folder).iterdir()):
                made.add(path.name)
                committed = HERE / path.name
                exact = committed.exists() and committed.read_text() == path.read_text()
                if not exact and not (committed.exists() and same(committed.read_text(), path.read_text())):
                    different.append(path.name)
                print(f"{path.name}: {'differs' if path.name in different else 'the same' if exact else 'to 1e-6'}")
    if not sys.argv[1:]:
        different += [p.name for p in HERE.glob("*.[hs]*") if p.suffix in (".h", ".sql") and p.name not in made]
    sys.exit("not as committed: " + " ".join(different) if different else 0)


main()
