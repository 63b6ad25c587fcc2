"""The map as a page mounts it: what goes to the browser, and what comes back as rows."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.components.map import Classes, Panel, Point, View, linked_maps
from quintet.errors import UsageError


def page(drawn: dict | None = None) -> None:
    import numpy as np
    import streamlit as st

    from pages.parts.components.map import Classes, Panel, Point, View, linked_maps

    xy = np.array([[-0.9, -0.9], [0.0, 0.0], [0.9, 0.9]], np.float32)
    panels = (
        Panel("a", "A", "circle", ("#000000", "#ffffff"), xy),
        Panel("b", "B", "plus", ("#000000", "#ffffff"), -xy),
    )
    points = tuple(Point(f"t{i}", f"<b>{i}</b>") for i in range(3))
    classes = Classes("Mood", ("calm",), (("#000000", "#ffffff"),))
    if drawn is not None and "map" not in st.session_state:
        st.session_state["map"] = {"selection": drawn}
    event = linked_maps(View("/api/map/0.bin", panels, classes, points), key="map")
    st.write(f"{event.rows.tolist()} {event.panel!r}")


def test_without_a_stroke_nothing_is_selected() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert app.markdown[0].value == "[] ''"


def test_a_stroke_is_made_into_rows_on_the_panel_it_was_drawn_on() -> None:
    corner = [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1]]
    drawn = {"strokes": [{"panel": "b", "polygon": corner, "mode": "new"}]}
    app = AppTest.from_function(page, kwargs={"drawn": drawn}).run()
    assert not app.exception
    assert app.markdown[0].value == "[0] 'b'"


def test_points_that_are_not_one_per_row_are_refused() -> None:
    panel = Panel("a", "A", "circle", ("#000000", "#ffffff"), np.zeros((3, 2), np.float32))
    view = View("/api/map/0.bin", (panel,), Classes("Mood", (), ()), (Point("t0", "0"),))
    with pytest.raises(UsageError, match="1 points were described; 3 were expected"):
        linked_maps(view, key="map")
