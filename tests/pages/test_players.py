"""What the pages hand to the table of tracks and to the wave."""

import base64
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.players import Cell, Column, Lane, Mark, Row, Wave, table_data, wave_data
from quintet.errors import UsageError

CALM = ("#5b7c8a", "#8398b0")
CIRCLE = Mark("circle", ("#e0700f", "#ff9f45"))


def lane(**changes: object) -> Lane:
    facts = {
        "title": "musicnn",
        "mark": CIRCLE,
        "times": np.array([[0.0, 3.0], [3.0, 6.0]]),
        "index": np.array([0, 0]),
        "strength": np.array([0.5, 0.75]),
    }
    return Lane(**facts | changes)


def sound(**changes: object) -> Wave:
    facts = {
        "id": "a",
        "url": "/a",
        "seconds": 6.0,
        "peaks": np.array([0.1, 0.5]),
        "classes": (("calm", CALM),),
    }
    return Wave(**facts | changes)


def page() -> None:
    import streamlit as st

    from pages.parts import players

    rows = [
        players.Row(name, f"/api/audio/{name}", (f"Track <b>{name}</b>",)) for name in st.session_state.names
    ]
    st.text(players.table(rows, [players.Column("Track")], key="tracks", chosen="b"))
    players.wave(players.Wave("a", "/a", 1.0, players.np.zeros(4)), key="wave")


def run(names: str, chosen: str | None = None) -> AppTest:
    app = AppTest.from_function(page)
    app.session_state.names = names
    if chosen:
        app.session_state.tracks = {"chosen": chosen}
    app.run()
    assert not app.exception
    return app


def test_until_the_first_click_the_row_the_page_names_is_chosen():
    assert run("abc").text[0].value == "b"


def test_a_clicked_row_is_chosen():
    assert run("abc", chosen="c").text[0].value == "c"


def test_a_clicked_row_that_a_filter_hides_gives_way_to_the_one_the_page_names():
    assert run("ab", chosen="c").text[0].value == "b"


def test_markup_in_a_title_reaches_the_component_as_the_same_text():
    cells = table_data([Row("a", "/a", ("<b>Loud</b> & <img src=x>",))], [Column("Track")], None, False)[
        "rows"
    ][0]["cells"]
    assert cells == [{"text": "<b>Loud</b> & <img src=x>"}]


def test_a_cell_sends_only_what_is_set():
    row = Row("a", "/a", (Cell("calm", colours=CALM, hollow=True, badge="untrained"),), start=10.0, end=20.0)
    data = table_data([row], [Column("Mood", mark=CIRCLE)], "a", True)
    assert data["rows"] == [
        {
            "id": "a",
            "url": "/a",
            "start": 10.0,
            "end": 20.0,
            "cells": [{"text": "calm", "colours": CALM, "hollow": True, "badge": "untrained"}],
        }
    ]
    assert data["columns"][0]["mark"] == {"shape": "circle", "colours": CIRCLE.colours, "untrained": False}
    assert (data["chosen"], data["compact"]) == ("a", True)


def test_a_row_that_does_not_fit_its_columns_is_refused():
    with pytest.raises(UsageError, match=r"Row 'a' has 2 cells, the table 1 columns\."):
        table_data([Row("a", "/a", ("x", "y"))], [Column("Track")], None, False)


def test_peaks_are_never_negative_nor_nan():
    assert wave_data(sound(peaks=np.array([-0.25, np.nan, 0.123456], dtype=np.float32)))["peaks"] == [
        0.25,
        0.0,
        0.123,
    ]


def test_a_spectrogram_travels_as_its_bytes_row_by_row():
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    sent = wave_data(sound(image=image))["image"]
    assert (sent["bands"], sent["columns"]) == (2, 3)
    assert base64.b64decode(sent["pixels"]) == bytes(range(6))


def test_a_transposed_spectrogram_keeps_its_order():
    image = np.arange(6, dtype=np.uint8).reshape(3, 2).T
    assert base64.b64decode(wave_data(sound(image=image))["image"]["pixels"]) == bytes([0, 2, 4, 1, 3, 5])


@pytest.mark.parametrize("image", [np.zeros((2, 3)), np.zeros(4, dtype=np.uint8)], ids=["floats", "one row"])
def test_an_image_of_another_kind_is_refused(image):
    with pytest.raises(UsageError, match=r"uint8 \(bands, columns\) was expected"):
        wave_data(sound(image=image))


def test_a_lane_sends_times_classes_and_strengths_within_bounds():
    sent = wave_data(sound(lanes=(lane(strength=np.array([np.nan, 1.25])),)))["lanes"][0]
    assert sent["times"] == [[0.0, 3.0], [3.0, 6.0]]
    assert sent["index"] == [0, 0]
    assert sent["strength"] == [0.0, 1.0]


def test_a_lane_of_uneven_arrays_is_refused():
    with pytest.raises(UsageError, match=r"The lane of musicnn has times \(2, 2\).*were expected"):
        wave_data(sound(lanes=(lane(strength=np.zeros(3)),)))


def test_a_lane_that_names_a_class_there_is_not_is_refused():
    with pytest.raises(UsageError, match=r"names classes 0 to 1; 0 to 0 were expected"):
        wave_data(sound(lanes=(lane(index=np.array([0, 1])),)))


def test_a_lane_without_frames_is_no_error():
    empty = lane(times=np.zeros((0, 2)), index=np.zeros(0, int), strength=np.zeros(0))
    assert wave_data(sound(lanes=(empty,)))["lanes"][0]["index"] == []


def test_what_the_components_read_is_json():
    data = wave_data(
        sound(lanes=(lane(),), image=np.zeros((2, 2), np.uint8), label=Cell("calm", colours=CALM))
    )
    assert json.loads(json.dumps(data, allow_nan=False))["label"] == {"text": "calm", "colours": list(CALM)}
