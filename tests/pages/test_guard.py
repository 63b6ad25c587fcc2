"""A page's outermost door: what no part of it knows is one sentence, and its traceback is kept."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.opening import FAULT, faults


def page():
    import builtins

    import streamlit as st

    from dashboard.widgets.error_boundary import guard

    with guard():
        raise getattr(builtins, st.session_state["error"])("seven")


@pytest.mark.parametrize("error", ["IndexError", "ZeroDivisionError", "MemoryError", "OSError"])
def test_whatever_a_page_raises_is_a_sentence_and_its_traceback_is_kept(here, error):
    app = AppTest.from_function(page)
    app.session_state["error"] = error
    app.run()
    assert not app.exception
    assert len(faults(app)) == 1
    assert FAULT in faults(app)[0]
    assert f"{error}: seven" in (here.data / "errors.log").read_text()
