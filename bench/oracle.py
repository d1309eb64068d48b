#!/usr/bin/env python3
"""Checks the examples' results on real files against NumPy and SciPy.

Every oracle below is the same algorithm from the same start with the same stopping rule,
written independently. Iterations that amplify rounding (conjugate gradient) are run to
convergence on a problem regularized enough that the solution is determined to 1e-9.
`oracle.py` runs all cases, `oracle.py NAME...` those whose name contains a NAME. Without
a built lac it prints the oracles' key quantities only.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from common import DATA, lac, read_csv, read_libsvm, read_mtx, run, script

TOLERANCE = 1e-9


def pagerank(G, max_iter, alpha=0.85, tol=1e-6):
    weight = G.sum(axis=1)
    dangling = weight == 0
    share = np.divide(1, weight, out=np.zeros_like(weight), where=~dangling)
    links = G.T.tocsr()
    rank = np.full(len(weight), 1 / len(weight))
    for iteration in range(1, max_iter + 1):
        followed = links @ (share * rank) + rank[dangling].sum() / len(rank)
        updated = alpha * followed + (1 - alpha) / len(rank)
        change = np.abs(updated - rank).sum()
        rank = updated
        if change <= tol:
            break
    best = rank.argmax()
    return f"{iteration} iterations, node {best + 1} ranks {rank[best]:.12g}", {"out": rank}


def linreg(X, y, reg, max_iter, tol):
    n, m = X.shape
    X = with_intercept(X)
    rms = np.sqrt(squares(X).sum(axis=0) / n)
    scale = np.where(rms > 0, 1 / np.where(rms > 0, rms, 1), 1)
    ridge = np.append(np.full(m, reg * n), 0)
    b = np.zeros(m + 1)
    residual = scale * (X.T @ y)
    direction = residual.copy()
    norm2 = start = residual @ residual
    iteration = 0
    while norm2 > start * tol**2 and iteration < max_iter:
        q = scale * (X.T @ (X @ (scale * direction))) + ridge * direction
        step = norm2 / (direction @ q)
        b += step * direction
        residual -= step * q
        norm2, previous = residual @ residual, norm2
        direction = residual + norm2 / previous * direction
        iteration += 1
    b *= scale
    error = y - X @ b
    r2 = 1 - error @ error / ((y - y.mean()) ** 2).sum()
    return f"{iteration} iterations, mse {(error @ error) / n:.12g}, R2 {r2:.12g}", {"out": b}


def logistic(X, label, tol, reg=1.0, max_iter=30):
    n, m = X.shape
    X = with_intercept(X)
    y = np.where(label == label.max(), 1.0, -1.0)
    ridge = np.append(np.full(m, reg), 0)

    def objective(margin, w):
        return np.logaddexp(0, -margin).sum() + 0.5 * (ridge * w**2).sum()

    w = np.zeros(m + 1)
    margin = y * (X @ w)
    loss = objective(margin, w)
    start = None
    for iteration in range(max_iter):
        p = 1 / (1 + np.exp(-margin))
        gradient = X.T @ ((p - 1) * y) + ridge * w
        size = np.linalg.norm(gradient)
        start = start or size
        if size / start <= tol:
            break
        step = newton_step(X, p * (1 - p), ridge, gradient, min(0.1, size / start))
        slope, move = gradient @ step, y * (X @ step)
        stride = 1.0
        while (tried := objective(margin + stride * move, w + stride * step)) > (
            loss + 1e-4 * stride * slope + 1e-12 * loss
        ) and stride > 1e-10:
            stride /= 2
        w, margin, loss = w + stride * step, margin + stride * move, tried
    else:
        iteration = max_iter
    return f"{iteration} steps, loss {loss:.12g}, accuracy {(margin > 0).mean():.6f}", {"out": w}


def newton_step(X, curvature, ridge, gradient, accuracy):
    step = np.zeros_like(gradient)
    residual = -gradient
    direction = residual.copy()
    norm2 = residual @ residual
    goal = norm2 * accuracy**2
    for _ in range(200):
        if norm2 <= goal:
            break
        q = X.T @ (curvature * (X @ direction)) + ridge * direction
        stride = norm2 / (direction @ q)
        step += stride * direction
        residual -= stride * q
        norm2, previous = residual @ residual, norm2
        direction = residual + norm2 / previous * direction
    return step


def kmeans(X, k, max_iter=20, tol=1e-6):
    n = X.shape[0]
    first = X[np.arange(k) * (n // k)]
    centers = first.toarray() if sp.issparse(first) else first.copy()
    total = spread = squares(X).sum()
    for iteration in range(1, max_iter + 1):
        distance = -2 * (X @ centers.T) + (centers**2).sum(axis=1)
        nearest = distance.argmin(axis=1)
        assigned = sp.csr_array((np.ones(n), (np.arange(n), nearest)), shape=(n, k))
        previous, spread = spread, total + distance.min(axis=1).sum()
        size = assigned.sum(axis=0)[:, None]
        sums = assigned.T @ X
        sums = sums.toarray() if sp.issparse(sums) else sums
        centers = np.where(size > 0, sums / np.maximum(size, 1), centers)
        if (previous - spread) / previous <= tol:
            break
    text = f"{iteration} iterations, average squared distance {spread / n:.12g}"
    return text, {"out": centers, "clusters": nearest + 1.0}


def factorization(V, rank, max_iter, seed=1):
    W, H = start(V.shape[0], rank, 0, seed), start(rank, V.shape[1], 0, seed + 1)
    Vt, total = V.T.tocsr(), squares(V).sum()
    for _ in range(max_iter):
        H = H * (Vt @ W).T / (W.T @ W @ H + 1e-12)
        VHt = V @ H.T
        W = W * VHt / (W @ (H @ H.T) + 1e-12)
    loss = total - 2 * (VHt * W).sum() + ((W.T @ W) * (H @ H.T)).sum()
    return f"|V - W H| / |V| = {np.sqrt(loss / total):.12g}", {"W": W, "H": H}


def pca(X, k, scale=0, max_iter=100, tol=1e-10, seed=1):
    n, m = X.shape
    mean = X.sum(axis=0) / n
    variance = (squares(X).sum(axis=0) - n * mean**2) / (n - 1)
    s = np.ones(m)
    if scale:
        varies = variance > 1e-12 * mean**2
        s = np.where(varies, 1 / np.sqrt(np.where(varies, variance, 1)), 0)
    Q = orthonormal(start(m, k, -1, seed))
    found = np.zeros(k)
    for iteration in range(1, max_iter + 1):
        scaled = s[:, None] * Q
        R = s[:, None] * (X.T @ (X @ scaled - mean @ scaled)) / (n - 1)
        updated = (Q * R).sum(axis=0)
        change = np.abs((updated - found) / updated).max()
        found, Q = updated, orthonormal(R)
        if change <= tol:
            break
    text = f"{iteration} iterations, variances {found[0]:.12g} ... {found[-1]:.12g}"
    return text, {"out": Q, "variances": found}


def chain(X, every):
    items = X.shape[1]
    promoted = sp.diags_array((np.arange(1, items + 1) % every == 0).astype(float))
    score = X @ (X.T @ (X @ promoted))
    score.eliminate_zeros()
    return f"{score.nnz} scores, sum {score.sum():.12g}", {"out": score}


def with_intercept(X):
    ones = np.ones((X.shape[0], 1))
    return sp.hstack([X, ones], format="csr") if sp.issparse(X) else np.hstack([X, ones])


def squares(X):
    return X.power(2) if sp.issparse(X) else X**2


def orthonormal(A):
    """QR with the signs of Gram-Schmidt: a positive diagonal in R."""
    Q, R = np.linalg.qr(A)
    return Q * np.sign(np.diag(R))


def start(rows, cols, low, seed):
    """The random start of the script, which only lac itself can tell."""
    if not lac():
        return np.random.default_rng(seed).uniform(low, 1, (rows, cols))
    with tempfile.TemporaryDirectory() as folder:
        text = f'rand(rows={rows}, cols={cols}, min={low}, max=1, seed={seed})'
        run([lac(), "-e", f'write({text}, "{folder}/start.csv", format="csv")'])
        return read_csv(f"{folder}/start.csv")


def graph(name):
    return "G", f"graph/{name}.mtx.gz", lambda path: (read_mtx(path),)


def table(name):
    """Features and, as the last column, labels."""
    if name == "covtype10k":
        def split(path):
            cells = read_csv(path, header=True)
            return cells[:, :-1], cells[:, -1]
        return "data", "table/covtype10k.csv.gz", split
    return "data", f"libsvm/{name}.libsvm.gz", read_libsvm


MNIST = "X", "image/mnist-train.mtx.gz", lambda path: (read_mtx(path),)
COVTYPE = "X", "table/covtype10k.csv.gz", lambda path: (read_csv(path, header=True),)
BOOKS_V = "V", "ratings/amazon-book.mtx.gz", lambda path: (read_mtx(path),)
BOOKS_X = "X", *BOOKS_V[1:]

# example, (argument, file, reader), oracle, arguments common to both, files it writes
CASES = [
    *[("pagerank", graph(g), pagerank, dict(max_iter=50, tol=0), ["out"])
      for g in ("email-enron", "soc-slashdot0902", "notredame-www")],
    *[("linreg-cg", table(t), linreg, dict(reg=reg, max_iter=400, tol=1e-14), ["out"])
      for t, reg in (("a9a", 0.01), ("w8a", 0.01), ("news20.t", 1), ("covtype10k", 0.01))],
    *[("logistic-regression", table(t), logistic, dict(tol=1e-11), ["out"])
      for t in ("a9a", "w8a", "news20.t")],
    ("kmeans", MNIST, kmeans, dict(k=10), ["out", "clusters"]),
    ("kmeans", COVTYPE, kmeans, dict(k=7), ["out", "clusters"]),
    ("factorization", BOOKS_V, factorization, dict(rank=10, max_iter=20), ["W", "H"]),
    ("pca", MNIST, pca, dict(k=5, max_iter=40), ["out", "variances"]),
    ("pca", COVTYPE, pca, dict(k=5, scale=1, max_iter=60), ["out", "variances"]),
    ("chain", BOOKS_X, chain, dict(every=500), ["out"]),
]


def difference(ours, theirs):
    """Largest difference against the largest value."""
    if ours.shape != theirs.shape:
        return f"shape {ours.shape} instead of {theirs.shape}"
    return abs(ours - theirs).max() / abs(theirs).max()


def compare(example, argument, path, arguments, expected):
    """Runs the script; error of each file that it writes, and its seconds."""
    suffix = ".mtx" if example == "chain" else ".csv"
    with tempfile.TemporaryDirectory() as folder:
        written = {name: f"{folder}/{name}{suffix}" for name in expected}
        begin = time.perf_counter()
        run(script(example, **{argument: path}, **arguments, **written))
        taken = time.perf_counter() - begin
        errors = []
        for name, values in expected.items():
            ours = read_mtx(written[name]) if suffix == ".mtx" else read_csv(written[name])
            errors.append(difference(ours, values.reshape(len(values), -1) if values.ndim == 1 else values))
    return errors, taken


def main(wanted):
    failed = 0
    for example, (argument, file, reader), oracle, arguments, names in CASES:
        case = f"{example} {Path(file).name.split('.gz')[0]}"
        if wanted and not any(word in case for word in wanted):
            continue
        path = DATA / file
        data = reader(path)
        options = dict(arguments)
        begin = time.perf_counter()
        text, expected = oracle(*data, **options)
        own = time.perf_counter() - begin
        print(f"{case:42} {text}  (oracle {own:.2f} s)", flush=True)
        if not lac():
            continue
        try:
            errors, taken = compare(example, argument, path, arguments, {n: expected[n] for n in names})
        except (RuntimeError, OSError, ValueError) as problem:
            errors, taken = [str(problem)[:800]], 0.0
        good = all(not isinstance(e, str) and e <= TOLERANCE for e in errors)
        failed += not good
        shown = ", ".join(e if isinstance(e, str) else f"{e:.1e}" for e in errors)
        print(f"  {'equal' if good else 'DIFFERENT':10} relative error {shown}  (lac {taken:.2f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
