#!/usr/bin/env python3
"""The product chain of examples/chain.dml in the planned order and as written. [ROUNDS]"""

import sys

from common import interleaved, need_lac, script

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
start, planned, written = interleaved(
    [[need_lac(), "-e", "print(1)"], script("chain"), script("chain", ["--no-optimize"])], rounds
)
print(f"chain, medians of {rounds}: planned {planned:.3f} s, --no-optimize {written:.3f} s, of these start-up {start:.3f} s")
print(f"planned/as written, without start-up: {(planned - start) / (written - start):.3f}")
