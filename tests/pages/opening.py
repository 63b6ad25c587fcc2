"""How a test opens a page at an address, by Streamlit's own test client, and the HTML it then shows."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

FRAME = Path(__file__).parents[2] / "pages" / "frame.py"


def at(page: str, /, **address: str | list[str]) -> AppTest:
    """A page of `pages/`, drawn as a link opens it; "_" in a word of the address is "-" there."""
    app = AppTest.from_file(str(FRAME), default_timeout=60)
    app.switch_page(page)
    for key, value in address.items():
        app.query_params[key.replace("_", "-")] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """All HTML of the page's own, sidebar apart."""
    return " ".join(element.proto.body for element in app.main.get("html"))
