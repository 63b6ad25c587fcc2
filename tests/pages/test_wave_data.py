"""What the pages hand to the wave, and what they hear back from it."""

import base64
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.players import Cell, Lane, Mark, Wave, wave_data, within
from quintet.errors import UsageError

CALM = ("#5b7c8a", "#8398b0")
CIRCLE = Mark("circle", ("#e0700f", "#ff9f45"))


def page() -> None:
    import numpy as np
    import streamlit as st

    from dashboard.components import players

    sound = players.Wave("a", "/a", 6.0, np.zeros(4), trim=True, limit=4.0, part=st.session_state.part,
                         span=players.Span(0.0, 1.0, ""))  # fmt: skip
    st.text(players.wave(sound, key="wave"))
    st.text(players.trimmed(sound, key="wave"))


def answers(said: dict, part: tuple[float, float] | None = None) -> list[str]:
    """The span and the part a page is told; `said` is what the browser said, `part` what the page names."""
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state.part = part
    app.session_state.wave = said
    app.run()
    assert not app.exception
    return [text.value for text in app.text]


def span_after(said: dict) -> str:
    return answers({"span": said} if said else {})[0]


def part_after(said: dict) -> str:
    return answers({"trim": said})[1]


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


def unpacked(sent: dict) -> tuple[list, list, list, list]:
    """Starts, ends, strengths and classes, read as the browser does."""
    data, n = base64.b64decode(sent["frames"]), sent["count"]
    assert len(data) == 12 * n
    parts = ("<f4", 0), ("<f4", 4 * n), ("<u2", 8 * n), ("<u2", 10 * n)
    return tuple(np.frombuffer(data, kind, n, offset).tolist() for kind, offset in parts)


def test_a_lane_sends_times_classes_and_strengths_within_bounds():
    sent = wave_data(sound(lanes=(lane(strength=np.array([np.nan, 1.25])),)))["lanes"][0]
    assert unpacked(sent) == ([0.0, 3.0], [3.0, 6.0], [0, 65_535], [0, 0])
    assert (sent["title"], sent["key"]) == ("musicnn", "musicnn")


def test_frames_are_sent_in_order_and_end_where_the_next_begins():
    late_first = lane(times=np.array([[2.0, 5.0], [0.0, 3.0]]), strength=np.array([0.0, 1.0]))
    assert unpacked(wave_data(sound(lanes=(late_first,)))["lanes"][0])[:3] == (
        [0.0, 2.0],
        [2.0, 5.0],
        [65_535, 0],
    )


def test_a_lane_of_uneven_arrays_is_refused():
    with pytest.raises(UsageError, match=r"The lane of musicnn has times \(2, 2\).*were expected"):
        wave_data(sound(lanes=(lane(strength=np.zeros(3)),)))


def test_a_lane_that_names_a_class_there_is_not_is_refused():
    with pytest.raises(UsageError, match=r"names classes 0 to 1; 0 to 0 were expected"):
        wave_data(sound(lanes=(lane(index=np.array([0, 1])),)))


def test_a_lane_without_frames_is_no_error():
    empty = lane(times=np.zeros((0, 2)), index=np.zeros(0, int), strength=np.zeros(0))
    sent = wave_data(sound(lanes=(empty,)))["lanes"][0]
    assert (sent["count"], sent["frames"]) == (0, "")


def test_what_the_components_read_is_json():
    data = wave_data(
        sound(lanes=(lane(),), image=np.zeros((2, 2), np.uint8), label=Cell("calm", colours=CALM))
    )
    assert json.loads(json.dumps(data, allow_nan=False))["label"] == {"text": "calm", "colours": list(CALM)}


def test_what_the_page_names_is_chosen_until_the_first_click():
    assert span_after({}) == "Span(start=0.0, end=1.0, lane='')"


def test_a_chosen_segment_comes_back_within_the_sound():
    said = {"id": "a", "start": 3.0, "end": 6.5, "lane": ""}
    assert span_after(said) == "Span(start=3.0, end=6.0, lane='')"


@pytest.mark.parametrize(
    "said",
    [
        {"id": "a", "start": None, "end": None, "lane": None},
        {"id": "a", "start": 3.0, "end": 3.0, "lane": ""},
        {"id": "a", "start": "<b>", "end": float("nan"), "lane": ""},
        {"id": "a", "start": 1.0, "end": 2.0, "lane": "gone"},
    ],
    ids=["cleared", "empty", "no numbers", "a lane there is not"],
)
def test_a_choice_that_makes_no_sense_is_none(said):
    assert span_after(said) == "None"


def test_a_choice_in_another_sound_is_forgotten():
    said = {"id": "b", "start": 3.0, "end": 6.0, "lane": ""}
    assert span_after(said) == "Span(start=0.0, end=1.0, lane='')"


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"id": "b", "start": 1.0, "end": 2.0}, "(0.0, 4.0)"),
        ({"id": "a", "start": 1.0, "end": 2.0}, "(1.0, 2.0)"),
        ({"id": "a", "start": 1.0, "end": 9.0}, "(1.0, 5.0)"),
        ({"id": "a", "start": 5.9, "end": 6.0}, "(5.5, 6.0)"),
        ({"id": "a", "start": None, "end": 2.0}, "(0.0, 4.0)"),
    ],
    ids=["another sound", "moved", "past the limit", "too short", "no number"],
)
def test_the_part_between_the_handles_keeps_its_bounds(said, part):
    assert part_after(said) == part


def test_the_handles_stand_where_the_page_puts_them_until_one_is_moved():
    assert answers({}, part=(2.0, 3.0))[1] == "(2.0, 3.0)"


TIMES = np.array([[0.0, 3.0], [2.0, 5.0], [4.0, 6.0]])  # drawn as 0 to 2, 2 to 4, 4 to 6
VALUES = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])


@pytest.mark.parametrize(
    ("start", "end", "mean"),
    [(0.0, 2.0, (1.0, 0.0)), (1.0, 4.0, (1 / 3, 2 / 3)), (np.float32(2.0001), 4.0001, (0.0, 1.0))],
    ids=["one frame", "half of one and another", "rounding lets no neighbour in"],
)
def test_what_is_heard_in_a_span_is_the_mean_of_its_frames_as_drawn(start, end, mean):
    assert within(TIMES, VALUES, start, end) == pytest.approx(mean)


def test_beyond_the_last_frame_nothing_is_heard():
    assert within(TIMES, VALUES, 7.0, 9.0) is None
