#!/usr/bin/env python3
"""One table from the benchmarks' lines of JSON, read from standard input: ours, the peer, their ratio
and the share of the limit.  Lines of ours have "peer", the name of a peer's line (of the same "n", if
they have one), or "peer_seconds"."""
import json
import sys

lines = []
for text in sys.stdin:
    try:
        lines.append(json.loads(text))
    except ValueError:
        continue
ours = [line for line in lines if "peer" in line]
timed = [line for line in lines if "peer" not in line and "seconds" in line]
peers = {line["name"]: line["seconds"] for line in timed}
peers_of_size = {(line["name"], line["n"]): line["seconds"] for line in timed if "n" in line}


def seconds(value):
    return "" if value is None else f"{value * 1e3:,.2f} ms" if value < 1 else f"{value:,.3f} s"


print("| work | ours | peer | peer's time | peer / ours | limit | share of the limit |")
print("|---|---|---|---|---|---|---|")
for line in ours:
    own = line["seconds"]
    peer = peers_of_size.get((line["peer"], line["n"])) if "n" in line else peers.get(line["peer"])
    peer = line.get("peer_seconds", peer)
    limit = line.get("limit")
    print("|", " | ".join([
        line["name"], seconds(own), line["peer"], seconds(peer) or "not run",
        f"{peer / own:.2f}" if peer else "", seconds(limit), f"{limit / own:.0%}" if limit else ""]), "|")
