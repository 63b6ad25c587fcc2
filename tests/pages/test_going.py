"""The button that begins a job: a press counts however far the page gets, and a refusal is said once."""

from pathlib import Path

from streamlit.testing.v1 import AppTest


def script(begun: str) -> None:
    from pathlib import Path

    import streamlit as st

    from dashboard.widgets import job_progress
    from quintet.errors import Busy

    def start() -> None:
        if Path(begun).exists():
            raise Busy("Another job runs: <b>wait</b>.")
        Path(begun).touch()

    if st.session_state.get("cut"):
        st.stop()
    job_progress.begin("Begin", start, "begin")


def opened(begun: Path) -> AppTest:
    return AppTest.from_function(script, args=(str(begun),), default_timeout=60).run()


def test_a_press_counts_where_the_page_ends_before_the_button(tmp_path):
    app = opened(tmp_path / "begun")
    app.session_state["cut"] = True
    app.button(key="begin").click().run()
    assert not app.button
    assert (tmp_path / "begun").exists()


def test_a_refusal_is_said_as_it_is_and_once(tmp_path):
    (tmp_path / "begun").touch()
    app = opened(tmp_path / "begun")
    app.button(key="begin").click().run()
    assert "Another job runs" in app.warning[0].value
    assert "<b>" not in app.warning[0].value.replace("\\<b>", "")
    assert not app.run().warning
