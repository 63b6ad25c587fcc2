"""Agreement by Streamlit's own test client: the demo, one backbone, nothing stored, parts of a set."""

import shutil

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views.agreement import board, matrix
from quintet import cli, settings
from quintet.embeddings import models
from quintet.similarity import stored_similarity
from quintet.storage import tables
from tests.pages.opening import at, html


@pytest.fixture
def measured(demo) -> settings.Settings:
    """The demo with everything measured."""
    assert cli.main(["agreement", "demo"]) == 0
    return demo


@pytest.fixture
def alone(measured, own) -> settings.Settings:
    """A copy of it to take things out of."""
    return own


def opened(**address: str) -> AppTest:
    return at("agreement.py", **address)


def keys(untrained: bool, here: settings.Settings) -> list[str]:
    return [s.key for s in models.embedded_models("demo", here) if s.untrained == untrained]


def test_the_sentence_names_trained_ones_only(measured):
    text = html(opened())
    claim = text[text.index("q-say verdict") : text.index("q-evidence")]
    titles = {s.key: s.backbone.spec.title for s in models.embedded_models("demo", measured)}
    assert "of a clip&#x27;s 10 nearest neighbours, on 84 clips." in claim
    assert all(titles[key] in claim for key in keys(False, measured))
    assert not any(titles[key] in claim for key in keys(True, measured))
    assert "Untrained controls are shown, not counted." in text
    assert "95 % interval" in text


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("cka", "a CKA of 0."),
        ("procrustes", "a Procrustes distance of"),
        ("correlation", "a rank correlation of"),
    ],
)
def test_the_address_says_which_measure(measured, measure, words):
    assert words in html(opened(measure=measure))


def test_the_address_says_which_pair(measured):
    a, b = keys(True, measured)[:2]
    titles = {s.key: s.backbone.spec.title for s in models.embedded_models("demo", measured)}
    text = html(opened(pair=stored_similarity.name(a, b)))
    assert f"Where {titles[a]} and {titles[b]} differ" in text


@pytest.mark.parametrize("address", [{"pair": "a~b"}, {"measure": "<b>"}, {"pair": "~", "track": "none"}])
def test_an_address_that_means_nothing_shows_the_page(measured, address):
    app = opened(**address)
    assert "Where musicnn and Hand-made 518 differ" in html(app)
    assert not app.error


def test_every_shape_has_its_card_and_every_control_its_word(measured):
    text = html(opened())
    for title in ("Neighbours of its own class", "Silhouette", "Hubness", "Dimensions, TwoNN"):
        assert text.count(title) >= 1
    controls = keys(True, measured)
    assert text.count('<span class="under">untrained</span>') == 6 * len(controls)


def test_the_switch_turns_everything_into_tables(measured):
    app = opened()
    assert len(app.dataframe) == 0
    app.toggle(key="agreement-tables").set_value(True).run()
    assert not app.exception
    pairs, shapes = (frame.value for frame in app.dataframe)
    assert len(pairs) == 15
    assert len(shapes) == 6
    assert (pairs["Untrained"] != "").sum() == 14
    assert (shapes["Untrained"] == "untrained").sum() == 4


def test_the_file_says_who_is_untrained(measured, tmp_path):
    app = opened()
    sources = {s.key: s for s in models.embedded_models("demo", measured)}
    found = stored_similarity.get("demo", list(sources.values()), measured)
    shown = board.Board("demo", models.facts("demo", measured), sources, found)
    path = tmp_path / "agreement.csv"
    path.write_bytes(matrix.csv(shown))
    table = pd.read_csv(path)
    assert len(table) == 15 + 6
    assert table["untrained"].notna().sum() == 14 + 4
    assert {"overlap", "overlap_low", "overlap_high", "overlap_chance", "hubness", "purity_chance"} <= set(
        table
    )
    assert not app.exception


def test_nothing_measured_says_the_command(alone):
    shutil.rmtree(alone.cache / "demo" / "agreement")
    app = opened()
    assert [line.value for line in app.code] == ["quintet agreement demo"]
    assert not app.error


def test_a_part_that_is_out_of_date_is_said_with_its_command(alone):
    source = next(s for s in models.embedded_models("demo", alone) if s.untrained)
    tables.delete_rows(models.model_table_path("demo", source, alone), [models.tracks("demo", alone)[0].id])
    app = opened()
    assert f"Five pairs and {source.backbone.spec.title} are not measured as they are now." in html(app)
    assert "quintet agreement demo" in [line.value for line in app.code]
    assert cli.main(["agreement", "demo"]) == 0
    text = html(opened(pair=stored_similarity.name(source.key, keys(False, alone)[0])))
    assert "83 clips both have heard." in text
    assert "has heard 84." in text


def test_one_backbone_alone_says_that_agreement_takes_two(alone):
    kept, *others = [s for s in models.embedded_models("demo", alone) if not s.untrained]
    gone = [*others, *(s for s in models.embedded_models("demo", alone) if s.untrained)]
    for source in gone:
        shutil.rmtree(models.model_table_path("demo", source, alone))
    app = opened()
    text = html(app)
    assert f"Only {kept.backbone.spec.title} is here." in text
    assert "Agreement takes two." in text
    assert "Hubness" in text
    assert "quintet embed demo" in [line.value for line in app.code]


def test_without_answers_the_disputed_clips_say_what_is_missing(alone):
    shutil.rmtree(alone.cache / "demo" / "predictions")
    app = opened()
    assert "two are needed to see where they part" in html(app)
    assert "quintet benchmark demo" in [line.value for line in app.code]
