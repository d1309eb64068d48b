#!/usr/bin/env python3
"""Start-up: the whole process of lac -e 'print(1)'. [ROUNDS]"""

import statistics
import sys

from common import need_lac, seconds

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
times = sorted(seconds([need_lac(), "-e", "print(1)"]) * 1e3 for _ in range(rounds))
print(f"start-up of {rounds} runs: median {statistics.median(times):.2f} ms, fastest {times[0]:.2f}, slowest {times[-1]:.2f}")
