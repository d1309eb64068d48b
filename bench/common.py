"""What the benchmarks share: where things are, readers, and timing of whole processes."""

import gzip
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("LAC_DATA", ROOT / "../shared/data")).resolve()
EXAMPLES = ROOT / "examples"


def lac():
    """The compiler under test: $LAC, else the release build of this repository."""
    path = Path(os.environ.get("LAC", ROOT / "target/release/lac"))
    return str(path) if path.exists() else None


def need_lac():
    return lac() or sys.exit("no lac: build it (cargo build --release) or set $LAC")


def script(name, options=(), **arguments):
    """The command line that runs an example with its named arguments."""
    named = [f"{key}={value}" for key, value in arguments.items()]
    return [need_lac(), *options, str(EXAMPLES / f"{name}.dml"), "-nvargs", *named]


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr.strip()}")
    return done.stdout


def seconds(command, **options):
    start = time.perf_counter()
    run(command, **options)
    return time.perf_counter() - start


def interleaved(commands, rounds):
    """Median seconds of each command; every round runs all of them, so that drift hits all alike."""
    times = [[] for _ in commands]
    for _ in range(rounds):
        for taken, command in zip(times, commands):
            taken.append(seconds(command))
    return [statistics.median(taken) for taken in times]


def read_mtx(path):
    import scipy.io

    return scipy.io.mmread(path, spmatrix=False).tocsr().astype(float)


def read_libsvm(path):
    """Features as CSR (indices from 1) and the labels."""
    import numpy as np
    import scipy.sparse

    labels, starts, columns, values = [], [0], [], []
    with gzip.open(path, "rt") as lines:
        for line in filter(str.strip, lines):
            label, *cells = line.split()
            labels.append(float(label))
            for cell in cells:
                column, value = cell.split(":")
                columns.append(int(column) - 1)
                values.append(float(value))
            starts.append(len(columns))
    shape = (len(labels), max(columns) + 1)
    return scipy.sparse.csr_array((values, columns, starts), shape=shape), np.array(labels)


def read_csv(path, header=False):
    import numpy as np

    return np.loadtxt(path, delimiter=",", ndmin=2, skiprows=int(header))
