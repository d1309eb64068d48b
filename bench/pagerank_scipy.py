"""The peer of pagerank.py: examples/pagerank.dml as one would write it with SciPy."""

import sys

import numpy as np
import scipy.io

G = scipy.io.mmread(sys.argv[1], spmatrix=False).tocsr().astype(float)
iterations, alpha = int(sys.argv[2]), 0.85

n = G.shape[0]
weight = G.sum(axis=1)
dangling = weight == 0
share = (1 - dangling) / (weight + dangling)
links = G.T  # CSC of the links: SciPy multiplies it as it is
rank = np.full(n, 1 / n)
for iteration in range(iterations):
    followed = links @ (share * rank) + rank[dangling].sum() / n
    updated = alpha * followed + (1 - alpha) / n
    print(f"iteration {iteration + 1:3}: ranks changed by {np.abs(updated - rank).sum():.8f}")
    rank = updated
for place, node in enumerate(np.argsort(-rank)[:10]):
    print(f"{place + 1:3}. node {node + 1:6}  {rank[node]:.6f}")
