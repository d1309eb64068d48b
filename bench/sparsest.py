#!/usr/bin/env python3
"""SparsEst with every estimator on made-up and real matrices: tables of `lac sparsest --json` in Markdown. [SCALE]"""

import json
import math
import sys

from common import DATA, need_lac, run

scale = sys.argv[1:2] and ["--scale", sys.argv[1]]
document = json.loads(run([need_lac(), "sparsest", "--data", str(DATA), "--json", *scale]))
answers = {(row["case"], row["estimator"]): row for row in document["cases"]}
estimators = list(dict.fromkeys(row["estimator"] for row in document["cases"]))
cases = list(dict.fromkeys(row["case"] for row in document["cases"]))


def errors(chosen, estimator):
    """Of the cases where there is an answer; infinity is null in JSON."""
    rows = [answers[case, estimator] for case in chosen]
    return [math.inf if row["error"] is None else row["error"] for row in rows if "error" in row]


def number(x):
    return f"{x:.1e}" if math.isfinite(x) and x >= 1e5 else f"{x:.0f}" if x >= 10 else f"{x:.2f}"


def geomean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def summary(values):
    return f"{number(geomean(values))} ({number(max(values))})" if values else "-"


def row(name, cells):
    print("|", name, "|", " | ".join(cells), "|")


def table(title, names):
    row(title, names)
    print("|---" * (len(names) + 1) + "|")


def beginning(begin):
    return [case for case in cases if case.startswith(begin)]


table(f"relative error, scale {document['scale']}", [name.split("(")[0] for name in estimators])
for case in cases:
    if not case.startswith("B3.2"):
        row(case, [number(found[0]) if (found := errors([case], name)) else "-" for name in estimators])
row("B3.2, 15 parts: geomean (largest)", [summary(errors(beginning("B3.2"), name)) for name in estimators])
for group in ("B1", "B2", "B3"):
    row(f"**{group}: geomean (largest)**", [summary(errors(beginning(group), name)) for name in estimators])

print()
study = document["chains"]
table(f"{study['chains']} chains of {study['factors']}: true cost / cheapest", ["geomean", "largest", "ms a chain"])
for planner in study["planners"]:
    ratios = planner.get("ratios")
    cells = [f"{geomean(ratios):.3f}", f"{max(ratios):.3f}", f"{1e3 * planner['seconds']:.2f}"] if ratios else ["-"] * 3
    row(planner["estimator"], cells)

print()
points = document["time"]["points"]
sparsities = list(dict.fromkeys(point["sparsity"] for point in points))
table(f"ms to construct + estimate, n = {document['time']['n']}", [str(s) for s in sparsities])
for name in estimators:
    times = [point["seconds"] for point in points if point["estimator"] == name]
    row(name, [f"{1e3 * t['construction']:.3g} + {1e3 * t['estimation']:.3g}" for t in times])
