"""The Map page by Streamlit's own test client: links, what is missing, collections of any shape."""

import re

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import linked_maps as canvas
from dashboard.views.map import config_labels, make_map, url_state
from quintet import settings
from quintet.catalogue import rows, tracks
from quintet.datasets.base import Facts, Track
from quintet.embeddings import models
from quintet.maps import memory, stored_maps
from quintet.maps.stored_maps import Map, MapConfig, MapQuality
from quintet.storage import tables
from tests.pages.opening import at, html

MANY = tuple(f"g{i}" for i in range(200))  # classes


def opened(**address: str) -> AppTest:
    return at("map.py", **address)


def small(n: int, classes: tuple[str, ...], heard: tuple[int, ...]) -> None:
    """A collection of `n` tracks in place of the demo; each backbone has heard as many as `heard` says."""
    here = settings.load()
    facts = Facts("Small", "tracks", "genre", classes, "", "", "")
    listed = [
        Track(f"t{i}", None, f"<b>Song</b> {i}", "", (classes[i % len(classes)],) if classes else ())
        for i in range(n)
    ]
    table = pa.Table.from_batches([rows.batch(listed, [0] * n, 0, facts)])
    tracks.write("demo", table, facts, here)
    draw = np.random.default_rng(0)
    nets = [one for one in models.available_models(here) if not one.backbone.spec.hand_made]
    for source, many in zip(nets, heard, strict=False):
        ids = [f"t{i}" for i in range(many)]
        values = draw.normal(size=(many, 8)).astype(np.float32)
        tables.append_embeddings(
            models.model_table_path("demo", source, here), source.fingerprint, ids, values
        )
        xy = draw.uniform(-1, 1, (many, 2)).astype(np.float32)
        stored_maps.save(
            "demo", source, Map(tuple(ids), xy, MapConfig(), MapQuality(1, 1, 1, many, many)), here
        )


def test_the_page_says_how_the_maps_were_made_and_what_the_measures_mean(demo):
    said = html(opened())
    assert "The same 84 clips" in said
    assert "UMAP, 15 neighbours, minimum distance 0.1, seed 42, turned by Procrustes" in said
    assert "Trustworthiness: near on the map means near in the full space" in said


def test_a_link_opens_its_search_and_chosen_track(demo):
    app = opened(find="nostalgic acoustic 411", track="nostalgic_acoustic_s411.2")
    said = html(app)
    assert not app.exception
    assert "3 clips selected" in said
    assert "Neighbours of Nostalgic acoustic 411" in said
    assert dict(app.query_params) == {"find": "nostalgic acoustic 411", "track": "nostalgic_acoustic_s411.2"}


def test_a_link_to_a_track_that_is_on_no_map_says_so(demo):
    app = opened(track="<i>nobody</i>")
    assert "which is on none of these maps" in html(app)
    assert "<i>nobody" not in html(app)
    assert not app.exception


def test_a_link_with_nonsense_everywhere_opens_the_usual_map(demo):
    app = opened(map="x", colour="y", camera="1,nan,z", sel="AQ==!", clusters="9999", linked="maybe")
    assert not app.exception
    assert not app.error
    assert "UMAP, 15 neighbours" in html(app)


def test_a_link_with_a_drawn_selection_lists_it(demo):
    box = np.array([(-2, -2), (2, -2), (2, 2), (-2, 2)])
    app = opened(sel=canvas.to_text((canvas.Stroke("musicnn", box, "new"),)))
    assert "84 clips selected" in html(app)
    assert "drawn on musicnn" in html(app)


def test_the_form_says_how_much_memory_a_map_needs_before_it_is_made(demo, monkeypatch):
    assert make_map.before("demo", MapConfig()) == ""  # too little to be worth a word
    monkeypatch.setattr(memory, "SAID", 0)
    assert make_map.before("demo", MapConfig()) == "84 tracks need about 0.6 GB of memory."


def test_without_a_map_the_page_gives_the_command(isolated):
    small(4, ("rock", "pop"), (4,))
    for held in (settings.load().cache / "demo" / "projections").iterdir():
        held.rename(held.with_suffix(".gone"))
    app = opened()
    assert "has no map of" in html(app)
    assert "quintet map demo" in [line.value for line in app.code]


def test_a_backbone_with_part_of_the_tracks_is_said_and_the_common_ones_are_shown(isolated):
    small(12, ("rock", "pop"), (12, 7))
    said = html(opened())
    assert "The same 7 tracks" in said
    assert re.search(r"Not every backbone has all tracks: .* 12\b.* 7\b|: .* 7\b.* 12\b", said)
    assert "Shown are the 7 that all of them have." in said


def test_every_track_is_shown_on_the_maps_that_have_it(isolated):
    small(12, ("rock", "pop"), (12, 7))
    app = opened(every="1", track="t9")
    assert not app.exception
    said = html(app)
    assert "The same 12 tracks" in said
    assert "Shown are all 12, each on the maps that have it." in said
    box = next(one for one in app.checkbox if one.label == "Every track")
    assert box.value
    assert "The same 7 tracks" in html(box.uncheck().run())


def test_where_all_have_the_same_tracks_nobody_is_asked(isolated):
    small(12, ("rock", "pop"), (12, 12))
    assert "Every track" not in [one.label for one in opened().checkbox]


@pytest.mark.parametrize(
    ("n", "classes"),
    [(1, ("rock",)), (3, ("rock", "pop")), (9, ("rock",)), (9, ()), (300, MANY)],
    ids=["one track", "three tracks", "one class", "no classes", "two hundred classes"],
)  # fmt: skip
def test_a_collection_of_any_shape_opens(isolated, n, classes):
    small(n, classes, (n,))
    box = np.array([(-2, -2), (2, -2), (2, 2), (-2, 2)])
    here = settings.load()
    key = next(s for s in models.embedded_models("demo", here)).key
    for link in ({}, {"track": "t0"}, {"sel": canvas.to_text((canvas.Stroke(key, box, "new"),))}):
        app = opened(**link)
        assert not app.exception
        assert not app.error
        assert f"The same {n} track" in html(app)
        assert "<b>Song" not in html(app)
    assert f"{n} track" in html(app)


def test_a_selection_of_nothing_says_so(demo):
    corner = np.array([(1.5, 1.5), (1.6, 1.5), (1.6, 1.6)])
    said = html(opened(sel=canvas.to_text((canvas.Stroke("musicnn", corner, "new"),))))
    assert "What was drawn encloses none of the clips." in said


@pytest.mark.parametrize(
    ("recipe", "word", "name"),
    [
        (MapConfig(), "", "UMAP, aligned"),
        (MapConfig(seed=7), "umap-s7-n15-d0.1-procrustes", "UMAP, aligned, seed 7"),
        (MapConfig("densmap", 30, 0.5), "densmap-s42-n30-d0.5-procrustes",
         "densMAP, 30 neighbours, minimum distance 0.5, aligned"),
        (MapConfig("tsne", perplexity=5.0, align="none"), "tsne-s42-p5-none",
         "t-SNE, perplexity 5, not aligned"),
    ],
)  # fmt: skip
def test_a_recipe_has_one_word_and_a_name(recipe, word, name):
    assert url_state.of_recipe(recipe) == word
    assert config_labels.named(recipe) == name


def test_a_camera_goes_through_the_address_and_nonsense_is_none():
    assert url_state.camera(url_state.of_camera((0.25, -0.5, 4.0))) == (0.25, -0.5, 4.0)
    assert url_state.of_camera(None) == ""
    for text in ("", "1,2", "a,b,c", "nan,0,1", "1,2,inf", "1,2,3,4"):
        assert url_state.camera(text) is None
