"""The map as a page mounts it: what goes to the browser, and what comes back as rows."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.linked_maps import Coloured, Marker, Near, Panel, Stroke, View, linked_maps
from quintet.errors import UsageError

CORNER = [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1]]


def page(sent: dict | None = None, options: dict | None = None) -> None:
    import numpy as np
    import streamlit as st

    from dashboard.components.linked_maps import Coloured, Panel, View, linked_maps

    xy = np.array([[-0.9, -0.9], [0.0, 0.0], [0.9, 0.9]], np.float32)
    panels = (
        Panel("a", "A", "circle", ("#000000", "#ffffff"), xy),
        Panel("b", "B", "plus", ("#000000", "#ffffff"), -xy),
    )
    coloured = Coloured("Mood", "/colours", ("calm",), (("#000000", "#ffffff"),))
    if sent is not None and "map" not in st.session_state:
        st.session_state["map"] = sent
    view = View("/places", 3, panels, coloured, "/said", can_grow=True, **(options or {}))
    event = linked_maps(view, key="map", grow=lambda panel, rows: rows - 1 if panel == "b" else rows)
    st.write(f"{event.rows.tolist()} {event.panel!r} {len(event.ops)}")
    st.write(f"{event.focus} {event.camera} {event.drawn}")


def shown(sent: dict | None = None, **options: object) -> list[str]:
    app = AppTest.from_function(page, default_timeout=60, kwargs={"sent": sent, "options": options}).run()
    assert not app.exception
    return [line.value for line in app.markdown]


def ops(*listed: dict, **more: object) -> dict:
    return {"selection": {"ops": list(listed), "turn": 1, **more}}


def stroke(panel: str = "a", mode: str = "new") -> dict:
    return {"kind": "stroke", "panel": panel, "polygon": CORNER, "mode": mode}


def test_without_an_operation_nothing_is_selected() -> None:
    assert shown() == ["[] '' 0", "-1 None True"]


def test_a_stroke_is_made_into_rows_on_the_panel_it_was_drawn_on() -> None:
    assert shown(ops(stroke("b")))[0] == "[0] 'b' 1"


def test_what_is_selected_is_turned_round_and_grows() -> None:
    assert shown(ops(stroke(), {"kind": "invert"}))[0] == "[0, 1] 'a' 2"
    assert shown(ops(stroke(), {"kind": "grow", "panel": "b"}))[0] == "[1, 2] 'a' 2"
    assert shown(ops(stroke(), {"kind": "grow", "panel": "gone"}))[0] == "[2] 'a' 1"


def test_an_address_selects_until_the_visitor_does() -> None:
    held = (Stroke("a", np.array(CORNER), "new"),)
    assert shown(ops=held)[0] == "[2] 'a' 1"
    assert shown(ops(), ops=held)[0] == "[] '' 0"


def test_a_search_lights_its_rows_and_what_was_drawn_before_waits() -> None:
    found = np.array([1])
    assert shown(ops(stroke()), found=found)[0] == "[1] '' 0"
    assert shown(found=found)[0] == "[1] '' 0"


def test_what_is_done_to_rows_a_search_found_ends_with_the_search_but_a_new_stroke_stays() -> None:
    assert shown(ops({"kind": "invert"}, found="another"))[0] == "[] '' 0"
    assert shown(ops({"kind": "invert"}, stroke(), found="another"))[0] == "[2] 'a' 1"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"focus": 2}, "2 None True"),
        ({"focus": 3}, "-1 None True"),
        ({"focus": True}, "-1 None True"),
        ({"focus": "2"}, "-1 None True"),
        ({"camera": [0.5, -0.25, 3]}, "-1 (0.5, -0.25, 3.0) True"),
        ({"camera": [0, 0, 1]}, "-1 None True"),
        ({"camera": [9, 0, 1e9]}, "-1 (2.0, 0.0, 400.0) True"),
        ({"camera": [0, float("nan"), 1]}, "-1 None True"),
        ({"camera": "here"}, "-1 None True"),
        ({"webgl": False}, "-1 None False"),
        ({"webgl": True}, "-1 None True"),
    ],
)
def test_what_the_browser_says_beside_is_taken_only_where_it_makes_sense(sent: dict, says: str) -> None:
    assert shown(sent)[1] == says


def view(**changes: object) -> View:
    panel = Panel("a", "A", "circle", ("#000000", "#ffffff"), np.zeros((3, 2), np.float32))
    facts = {
        "payload_url": "/p",
        "n": 3,
        "panels": (panel,),
        "coloured": Coloured("Mood", "/c"),
        "points_url": "/s",
    }
    return View(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"n": 4}, "'A' has 3 points; 4 were expected"),
        ({"coloured": Coloured("Mood", "/c", ("x",) * 255)}, "255 classes were given"),
        ({"marker": Marker("Mine", "/m", ((0, 0), None))}, "Places on 2 maps were given; 1 were expected"),
        ({"near": Near(0, ())}, "Places on 0 maps were given; 1 were expected"),
    ],
)
def test_what_does_not_belong_together_is_refused(changes: dict, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        linked_maps(view(**changes), key="map")
