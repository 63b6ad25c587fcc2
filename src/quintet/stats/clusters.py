"""Clusters of a collection in one backbone's full space: k-means, seeded, on at most 50,000 rows."""

import numpy as np

from quintet.stats import neighbours

MOST = 50_000  # rows the centres are found on; beyond, the others join their nearest centre
FEWEST, LARGEST = 2, 20  # clusters
SEED = 0


def kmeans(values: np.ndarray, k: int) -> np.ndarray:
    """Cluster (n,) int32 of each row of float32 (n, dim), numbered from the largest cluster on.

    Columns are standardised and rows of length 1, the space of all neighbours here (spherical k-means by its
    common approximation). Fewer rows than clusters make as many clusters as there are rows.
    """
    from sklearn.cluster import MiniBatchKMeans

    units = neighbours.unit(neighbours.into(neighbours.space(values), values))
    n = len(units)
    drawn = units
    if n > MOST:
        drawn = units[np.sort(np.random.default_rng(SEED).choice(n, MOST, replace=False))]
    fitted = MiniBatchKMeans(min(k, n), random_state=SEED, n_init=3, batch_size=2_048).fit(drawn)
    found = np.concatenate([fitted.predict(part) for part in np.array_split(units, -(-n // MOST))])
    order = np.argsort(-np.bincount(found, minlength=fitted.n_clusters), kind="stable")
    number = np.empty(len(order), np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return number[found]
