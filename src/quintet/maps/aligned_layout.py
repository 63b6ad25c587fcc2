"""Several backbones laid out at once: AlignedUMAP, which pulls a track's places in them together."""

import warnings
from itertools import pairwise

import numpy as np

from quintet.errors import QuintetError
from quintet.maps.projection import UmapParams
from quintet.stats.threads import one_thread

LEAST = 12  # rows of a backbone, and rows two neighbours in the chain share: its eigenvectors need some


def aligned(spaces: list[np.ndarray], ids: list[tuple[str, ...]], params: UmapParams) -> list[np.ndarray]:
    """AlignedUMAP (McInnes 2020) of spaces (n, d), one a backbone: as many layouts (n, 2) float32.

    Row i of a space is the track ids[i] of its list; tracks that a backbone shares with the next are the
    relations. On one thread: the same seed gives the same maps. Neighbours are sought here again, since
    AlignedUMAP takes no graph. Raises QuintetError for fewer than 2 spaces or 12 rows, alone or in common.
    """
    if len(spaces) < 2:
        raise QuintetError(
            "Only one backbone can be laid out, and aligned maps need two at least. Choose another alignment."
        )
    relations = [_common(a, b) for a, b in pairwise(ids)]
    fewest = min(map(len, [*ids, *relations]))
    if fewest < LEAST:
        raise QuintetError(
            f"Aligned maps need {LEAST} tracks that every two backbones hold; there are {fewest}. "
            "Choose another alignment."
        )
    with warnings.catch_warnings(), one_thread():
        for message in ("Tensorflow not installed", "n_jobs value", "n_neighbors is larger"):
            warnings.filterwarnings("ignore", message)
        from umap import AlignedUMAP

        model = AlignedUMAP(
            n_neighbors=min(params.n_neighbors, fewest - 1), min_dist=params.min_dist,
            random_state=params.seed,
            transform_seed=params.seed,
        )  # fmt: skip
        laid = model.fit(spaces, relations=relations).embeddings_
    return [np.asarray(Y, dtype=np.float32) for Y in laid]


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> dict[int, int]:
    """Row in a -> row in b of the tracks both hold."""
    index = {name: row for row, name in enumerate(b)}
    return {row: index[name] for row, name in enumerate(a) if name in index}
