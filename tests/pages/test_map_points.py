"""One point for the browser: its tooltip, its spectrogram, and a sentence for what is not there."""

import io

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import cache
from dashboard.cache import maps as drawn
from dashboard.cache import tooltips
from dashboard.routes.map_points import mel_route, png, point_route, prefix, written
from dashboard.views.map import colouring
from dashboard.views.map.colouring import LABEL, Wanted
from quintet.maps.stored_maps import MapConfig


@pytest.fixture
def client():
    with TestClient(Starlette(routes=[point_route(), mel_route()])) as found:
        yield found


def sheet(kind: str = LABEL) -> str:
    """The address of a sheet of the demo, coloured by `kind`."""
    sources = [one for one in cache.embedded("demo") if not one.backbone.spec.hand_made]
    held = drawn.joined("demo", sources, MapConfig())
    painted = colouring.painted(held, sources, Wanted(kind))
    made = tooltips.Sheet(held, tuple(sources), painted, kind == LABEL)
    return prefix(tooltips.keep(made, kind))


def test_a_point_has_all_a_tooltip_shows(demo, client):
    answer = client.get(f"{sheet()}/0")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    point = answer.json()
    track = cache.track("demo", point["id"])
    assert point["title"] == track.title
    assert point["note"] == track.columns["excerpt"]
    assert point["label"]["word"] == track.labels[0]
    assert point["url"].startswith("/api/audio/demo/")
    assert point["mel"].startswith("/api/mel/demo/")
    assert point["value"] == ""  # its class is said already
    said = {one["panel"]: one for one in point["answers"]}
    assert said.keys() == {one.key for one in cache.embedded("demo") if not one.backbone.spec.hand_made}
    for source in cache.embedded("demo"):
        if source.key in said:
            run = drawn.said(drawn.joined("demo", [source], MapConfig()), source)
            assert said[source.key]["word"] == run.classes[run.index[0]]
            assert said[source.key]["hollow"] == source.untrained


def test_a_point_says_the_number_behind_its_colour(demo, client):
    point = client.get(f"{sheet('column-tempo')}/3").json()
    assert point["value"] == str(cache.track("demo", point["id"]).columns["tempo"])


def test_a_point_says_the_word_behind_its_colour(demo, client):
    point = client.get(f"{sheet('column-style')}/3").json()
    assert point["value"] == cache.track("demo", point["id"]).columns["style"]


@pytest.mark.parametrize("row", ["84", "-1", "1.5", "x", "9" * 30, "٣", "0%20"])
def test_a_row_that_is_not_there_is_one_sentence(demo, client, row):
    answer = client.get(f"{sheet()}/{row}")
    assert answer.status_code == 404
    assert "0 to 83" in answer.text


def test_a_sheet_the_server_forgot_is_one_sentence(demo, client):
    answer = client.get(f"{prefix('0' * 24)}/0")
    assert (answer.status_code, answer.text) == (
        404, "The server does not hold this map any more. Reload the page.",
    )  # fmt: skip


def test_a_spectrogram_is_a_picture_with_its_low_bands_below():
    levels = np.zeros((96, 40), np.uint8)
    levels[0] = 200  # the lowest band
    image = np.asarray(Image.open(io.BytesIO(png(levels))))
    assert image.shape == (96, 40, 4)
    assert (image[-1, :, 3] == 200).all()
    assert (image[:-1, :, 3] == 0).all()


def test_the_spectrogram_of_a_track_comes_by_its_id(demo, client):
    point = client.get(f"{sheet()}/0").json()
    answer = client.get(point["mel"])
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size[1] == 96
    assert client.get("/api/mel/demo/nobody").status_code == 404
    assert client.get("/api/mel/nothing/nobody").status_code == 404


@pytest.mark.parametrize(
    ("number", "text"),
    [(150.0, "150"), (0.8349, "0.83"), (1.0, "1.00"), (-2.5, "\N{MINUS SIGN}2.50"), (float("nan"), "")],
)
def test_numbers_are_written_for_people(number, text):
    assert written(number) == text
