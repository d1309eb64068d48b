#!/usr/bin/env python3
"""PageRank end to end, start-up and reading included: lac against SciPy. [ROUNDS] [FILE]"""

import sys

from common import DATA, ROOT, interleaved, script

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
path = sys.argv[2] if len(sys.argv) > 2 else str(DATA / "graph/notredame-www.mtx.gz")
ours, theirs = interleaved(
    [
        script("pagerank", G=path, max_iter=50, tol=0),
        [sys.executable, str(ROOT / "bench/pagerank_scipy.py"), path, "50"],
    ],
    rounds,
)
print(f"PageRank, 50 iterations, medians of {rounds}: lac {ours:.3f} s, SciPy {theirs:.3f} s, lac/SciPy {ours / theirs:.2f}")
