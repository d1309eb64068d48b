#!/usr/bin/env python3
"""Reading Matrix Market files: lac against scipy.io.mmread. [ROUNDS]

Seconds are those of a process that reads the file and sums it, less those of one that
does the same to the karate club (start-up and imports). Then the same files unpacked,
lac on one thread: MB of text a second.
"""

import gzip
import shutil
import sys
import tempfile
from pathlib import Path

from common import DATA, EXAMPLES, interleaved, need_lac

TINY = EXAMPLES / "data/karate.mtx"
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5


def ours(path, *options):
    return [need_lac(), *options, "-e", f'X = read("{path}"); print(sum(X))']


def theirs(path):
    return [sys.executable, "-c", f"import scipy.io; print(scipy.io.mmread({str(path)!r}).sum())"]


print(f"{'file':24} {'MB':>6} {'lac s':>7} {'SciPy s':>8} {'ratio':>6} {'1 thread MB/s':>14}   medians of {rounds}")
for packed in sorted(DATA.glob("*/*.mtx.gz")):
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / packed.stem
        with gzip.open(packed) as source, open(plain, "wb") as target:
            shutil.copyfileobj(source, target)
        size = plain.stat().st_size / 1e6
        commands = [ours(packed), ours(TINY), theirs(packed), theirs(TINY)]
        commands += [ours(plain, "--threads", "1"), ours(TINY, "--threads", "1")]
        lac, lac_start, scipy, scipy_start, single, single_start = interleaved(commands, rounds)
    lac, scipy, single = lac - lac_start, scipy - scipy_start, single - single_start
    print(f"{packed.name:24} {size:6.1f} {lac:7.3f} {scipy:8.3f} {lac / scipy:6.2f} {size / single:14.0f}", flush=True)
