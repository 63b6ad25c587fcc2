"""How a test opens a page at an address, by Streamlit's own test client, and the HTML it then shows."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

FAULT = "met an error that it does not know"
FRAME = Path(__file__).parents[2] / "pages" / "frame.py"


def at(page: str, /, **address: str | list[str]) -> AppTest:
    """A page of `pages/`, drawn as a link opens it; "_" in a word of the address is "-" there."""
    app = AppTest.from_file(str(FRAME), default_timeout=60)
    if page == "browse_datasets.py":  # its address is another word than its file, known once a page is drawn
        if "dataset" in address:
            app.query_params["dataset"] = address["dataset"]
        app.run()
    app.switch_page(page)
    for key, value in address.items():
        app.query_params[key.replace("_", "-")] = value
    app.run()
    assert not app.exception
    assert not faults(app)
    return app


def faults(app: AppTest) -> list[str]:
    """What the page's outermost door caught: errors that no part of it knows."""
    return [error.value for error in app.error if FAULT in error.value]


def html(app: AppTest) -> str:
    """All HTML of the page's own, sidebar apart."""
    return " ".join(element.proto.body for element in app.main.get("html"))
