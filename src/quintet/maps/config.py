"""How a map is made: its parameters, whether they make sense, and how they are said."""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from quintet.errors import UnknownName, UsageError
from quintet.maps import neighbour_graph

METHODS = ("umap", "pca", "tsne", "densmap")
ALIGNMENTS = ("none", "procrustes", "aligned")
TITLES = {"umap": "UMAP", "pca": "PCA", "tsne": "t-SNE", "densmap": "densMAP"}
USED = {  # the parameters a method reads, besides seed and alignment
    "umap": ("n_neighbors", "min_dist"),
    "densmap": ("n_neighbors", "min_dist"),
    "tsne": ("perplexity",),
    "pca": (),
}
LIMITS = {  # least, most, why
    "n_neighbors": (
        2,
        neighbour_graph.K + 1,
        f"the track itself and {neighbour_graph.K} neighbours are kept of each",
    ),
    "min_dist": (0, 1, "it is a share of the spread of the points, which is 1"),
    "perplexity": (1, 500, "it is about a number of neighbours"),
    "seed": (0, 2**32 - 1, "it starts a generator of 32 bits"),
}
TSNE_MOST = 200_000  # rows: beyond, t-SNE on one thread takes hours


@dataclass(frozen=True)
class MapConfig:
    """How a map is made; every parameter is stored with it.

    `align` is how the backbones' maps are brought together: none, procrustes (turned to the reference's), or
    aligned (laid out together by AlignedUMAP). `reference` is a backbone's key, "" the first trained one.
    """

    method: str = "umap"
    n_neighbors: int = 15
    min_dist: float = 0.1
    perplexity: float = 30.0
    seed: int = 42
    align: str = "procrustes"
    reference: str = ""


def check(config: MapConfig) -> MapConfig:
    """The recipe, where it can be carried out. Raises UnknownName, UsageError."""
    for kind, name, choices in (("method", config.method, METHODS), ("alignment", config.align, ALIGNMENTS)):
        if name not in choices:
            raise UnknownName(kind, name, list(choices))
    for name, (low, high, why) in LIMITS.items():
        value = getattr(config, name)
        if not low <= value <= high:  # so for NaN too
            raise UsageError(f"{name} is {value:g}; {low:,} to {high:,} expected: {why}.")
    for name in ("n_neighbors", "min_dist", "perplexity"):
        if name not in USED[config.method] and getattr(config, name) != getattr(MapConfig(), name):
            raise UsageError(
                f"{TITLES[config.method]} takes no {name}. Leave it out, or choose another method."
            )
    if config.align == "aligned" and config.method != "umap":
        raise UsageError(f"Only UMAP can be laid out together (aligned), not {TITLES[config.method]}.")
    if config.align == "none" and config.reference:
        raise UsageError("A reference was given, but the maps are not to be aligned. Leave one of them out.")
    return config


def is_standard(config: MapConfig) -> bool:
    """Whether nothing but the method differs from the standard recipe."""
    return config == replace(MapConfig(), method=config.method)


def digest(config: MapConfig) -> str:
    """8 hex digits of all the parameters."""
    return sha256(json.dumps(asdict(config), sort_keys=True).encode()).hexdigest()[:8]


def describe(config: MapConfig) -> str:
    """The recipe in one line, as it is printed under a map."""
    parts = [TITLES[config.method]]
    parts += [f"{name} {getattr(config, name):g}" for name in USED[config.method]]
    if config.method == "tsne":
        parts.append("at most (n - 1)/3, on 50 principal components")
    if config.align == "aligned":
        parts.append("all backbones laid out together (AlignedUMAP, on 50 principal components)")
    elif config.align == "none":
        parts.append("not aligned")
    if config.reference:
        parts.append(f"aligned to {config.reference}")
    return ", ".join([*parts, f"seed {config.seed}"])
