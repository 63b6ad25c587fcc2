"""What the pages hand to the table of tracks."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.players import Cell, Column, Mark, Row, table_data
from quintet.errors import UsageError

CALM = ("#5b7c8a", "#8398b0")
CIRCLE = Mark("circle", ("#e0700f", "#ff9f45"))


def page() -> None:
    import streamlit as st

    from dashboard.components import players

    rows = [
        players.Row(name, f"/api/audio/{name}", (f"Track <b>{name}</b>",)) for name in st.session_state.names
    ]
    st.text(players.table(rows, [players.Column("Track")], key="tracks", chosen="b"))


def run(names: str, chosen: str | None = None) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
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
