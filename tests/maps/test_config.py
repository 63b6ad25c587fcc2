"""Recipes of maps: what makes no sense is refused in a sentence, what is done is said in a line."""

from dataclasses import replace

import pytest

from quintet.errors import UnknownName, UsageError
from quintet.maps import config
from quintet.maps.config import METHODS, MapConfig


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_carried_out_and_is_said(method):
    recipe = config.check(MapConfig(method=method))
    assert config.describe(recipe).endswith("seed 42")
    assert config.is_standard(recipe)


@pytest.mark.parametrize(("change", "says"), [
    ({"n_neighbors": 1}, "n_neighbors is 1; 2 to 51 expected"),
    ({"n_neighbors": 99}, "n_neighbors is 99; 2 to 51 expected"),
    ({"min_dist": -0.5}, "min_dist is -0.5; 0 to 1 expected"),
    ({"min_dist": float("nan")}, "min_dist is nan"),
    ({"method": "tsne", "perplexity": 0.0}, "perplexity is 0; 1 to 500 expected"),
    ({"seed": -1}, "seed is -1"),
    ({"perplexity": 5.0}, "UMAP takes no perplexity"),
    ({"method": "pca", "n_neighbors": 5}, "PCA takes no n_neighbors"),
    ({"method": "tsne", "min_dist": 0.5}, "t-SNE takes no min_dist"),
    ({"method": "densmap", "align": "aligned"}, "Only UMAP can be laid out together"),
    ({"align": "none", "reference": "ear"}, "A reference was given, but the maps are not to be aligned"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(change, says):
    with pytest.raises(UsageError, match=says):
        config.check(replace(MapConfig(), **change))


@pytest.mark.parametrize(("change", "says"), [
    ({"method": "umpa"}, "No method named 'umpa'. Did you mean 'umap'"),
    ({"align": "procrust"}, "No alignment named 'procrust'. Did you mean 'procrustes'"),
])  # fmt: skip
def test_what_is_not_known_is_refused_with_what_is(change, says):
    with pytest.raises(UnknownName, match=says):
        config.check(replace(MapConfig(), **change))


def test_the_line_names_the_parameters_that_were_used():
    assert config.describe(MapConfig()) == "UMAP, n_neighbors 15, min_dist 0.1, seed 42"
    said = config.describe(MapConfig(method="tsne", perplexity=5.0, align="none", seed=3))
    assert said == ("t-SNE, perplexity 5, at most (n - 1)/3, on 50 principal components, not aligned, seed 3")
    assert "aligned to ear" in config.describe(MapConfig(reference="ear"))
    assert "AlignedUMAP" in config.describe(MapConfig(align="aligned"))


def test_recipes_that_differ_have_other_digests():
    others = [
        MapConfig(),
        MapConfig(seed=1),
        MapConfig(min_dist=0.2),
        MapConfig(reference="ear"),
        MapConfig(align="none"),
    ]
    assert len({config.digest(one) for one in others}) == len(others)
