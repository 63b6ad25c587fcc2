"""What every page shares: page settings, style sheet, wordmark, sidebar, and the one list of pages."""

import streamlit as st

from dashboard.components.players import Mark
from dashboard.widgets import html, sidebar, url_state
from dashboard.widgets.error_boundary import guard
from dashboard.widgets.style import ICON, style
from quintet import registry
from quintet.backbones import base

PAGES = {  # section -> file below pages/, title, icon; the first page is the one that opens
    "Explore": (
        ("overview", "Overview", "grid_view"),
        ("classify", "Classify", "graphic_eq"),
        ("map", "Map", "scatter_plot"),
        ("browse_datasets", "Datasets", "list"),
    ),
    "Compare": (("benchmarks", "Benchmarks", "bar_chart"), ("agreement", "Agreement", "hub")),
    "Setup": (("backbones", "Backbones", "layers"),),
}


def frame() -> None:
    """Draw what is around the page, then the page."""
    st.set_page_config(page_title="Quintet", page_icon=ICON, layout="wide", initial_sidebar_state=248)  # px
    theme = st.context.theme.type
    st.html(style(theme))
    st.logo(html.wordmark(signs(), dark=theme == "dark"), size="medium")
    page = st.navigation(
        {
            section: [
                st.Page(
                    f"{name}.py",
                    title=title,
                    icon=f":material/{icon}:",
                    url_path=title.lower(),
                    default=name == "overview",
                )
                for name, title, icon in entries
            ]
            for section, entries in PAGES.items()
        }
    )
    url_state.turn(page.url_path)
    with guard():
        sidebar.draw()
    page.run()


def signs() -> list[Mark]:
    """The wordmark's: one for every backbone there is, always solid."""
    specs = (base.resolve(name).spec for name in registry.names("backbones"))
    known = sorted((spec for spec in specs if not spec.hand_made), key=lambda spec: spec.place)
    return [Mark(spec.mark, spec.colours) for spec in known]


frame()
