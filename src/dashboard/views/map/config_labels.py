"""A map's recipe in words: as the box of maps names it, and as the line under the maps says it."""

from dashboard import cache
from dashboard.widgets import backbone_picker
from quintet.errors import UnknownName
from quintet.maps.config import TITLES, USED, MapConfig

ALIGNED = {"procrustes": "aligned", "aligned": "drawn together", "none": "not aligned"}


def named(recipe: MapConfig) -> str:
    """ "UMAP, aligned" for the standard one; what differs from it stands in the name of another."""
    usual, parts = MapConfig(), [TITLES.get(recipe.method, recipe.method)]
    changed = {name for name in USED[recipe.method] if getattr(recipe, name) != getattr(usual, name)}
    parts += [words for name, words in _parameters(recipe).items() if name in changed]
    parts.append(ALIGNED.get(recipe.align, recipe.align))
    parts += [f"seed {recipe.seed}"] if recipe.seed != usual.seed else []
    return ", ".join(parts)


def told(dataset: str, recipe: MapConfig) -> str:
    """Everything a map was made with."""
    parts = [TITLES.get(recipe.method, recipe.method)]
    parts += [words for name, words in _parameters(recipe).items() if name in USED[recipe.method]]
    return ", ".join([*parts, f"seed {recipe.seed}", _aligned(dataset, recipe)])


def _parameters(recipe: MapConfig) -> dict[str, str]:
    return {
        "n_neighbors": f"{recipe.n_neighbors} neighbours",
        "min_dist": f"minimum distance {recipe.min_dist:g}",
        "perplexity": f"perplexity {recipe.perplexity:g}",
    }


def _aligned(dataset: str, recipe: MapConfig) -> str:
    if recipe.align == "none":
        return "each map as it fell"
    to = "the first trained backbone's"
    if recipe.reference:
        try:
            to = f"that of {backbone_picker.named(cache.source(dataset, recipe.reference))}"
        except UnknownName:
            to = f"that of {recipe.reference}"
    how = "all drawn together with" if recipe.align == "aligned" else "turned by Procrustes to lie like"
    return f"{how} {to}"
