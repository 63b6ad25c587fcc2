"""How a map is made: its parameters, whether they make sense, and how they are said."""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from quintet.errors import UnknownName, UsageError
from quintet.studies import graphs

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
    "n_neighbors": (2, graphs.K + 1, f"the track itself and {graphs.K} neighbours are kept of each"),
    "min_dist": (0, 1, "it is a share of the spread of the points, which is 1"),
    "perplexity": (1, 500, "it is about a number of neighbours"),
    "seed": (0, 2**32 - 1, "it starts a generator of 32 bits"),
}
TSNE_MOST = 200_000  # rows: beyond, t-SNE on one thread takes hours


@dataclass(frozen=True)
class Recipe:
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


def check(recipe: Recipe) -> Recipe:
    """The recipe, where it can be carried out. Raises UnknownName, UsageError."""
    for kind, name, known in (("method", recipe.method, METHODS), ("alignment", recipe.align, ALIGNMENTS)):
        if name not in known:
            raise UnknownName(kind, name, list(known))
    for name, (low, high, why) in LIMITS.items():
        value = getattr(recipe, name)
        if not low <= value <= high:  # so for NaN too
            raise UsageError(f"{name} is {value:g}; {low:,} to {high:,} expected: {why}.")
    for name in ("n_neighbors", "min_dist", "perplexity"):
        if name not in USED[recipe.method] and getattr(recipe, name) != getattr(Recipe(), name):
            raise UsageError(
                f"{TITLES[recipe.method]} takes no {name}. Leave it out, or choose another method."
            )
    if recipe.align == "aligned" and recipe.method != "umap":
        raise UsageError(f"Only UMAP can be laid out together (aligned), not {TITLES[recipe.method]}.")
    if recipe.align == "none" and recipe.reference:
        raise UsageError("A reference was given, but the maps are not to be aligned. Leave one of them out.")
    return recipe


def plain(recipe: Recipe) -> bool:
    """Whether nothing but the method differs from the standard recipe."""
    return recipe == replace(Recipe(), method=recipe.method)


def digest(recipe: Recipe) -> str:
    """8 hex digits of all the parameters."""
    return sha256(json.dumps(asdict(recipe), sort_keys=True).encode()).hexdigest()[:8]


def words(recipe: Recipe) -> str:
    """The recipe in one line, as it is printed under a map."""
    said = [TITLES[recipe.method]]
    said += [f"{name} {getattr(recipe, name):g}" for name in USED[recipe.method]]
    if recipe.method == "tsne":
        said.append("at most (n - 1)/3, on 50 principal components")
    if recipe.align == "aligned":
        said.append("all backbones laid out together (AlignedUMAP, on 50 principal components)")
    elif recipe.align == "none":
        said.append("not aligned")
    if recipe.reference:
        said.append(f"aligned to {recipe.reference}")
    return ", ".join([*said, f"seed {recipe.seed}"])
