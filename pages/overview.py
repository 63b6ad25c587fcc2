"""Overview: what is here, three things to do with it, and what is missing with the command that mends it."""

import streamlit as st

from dashboard import cache
from dashboard.views.overview import summary
from dashboard.widgets import html, sidebar, tables
from dashboard.widgets.error_boundary import guard
from quintet import wording

JOBS = (
    ("classify", "first", "graphic_eq", "Classify a track", "What each backbone hears, side by side"),
    ("map", "map", "scatter_plot", "Explore the map", "How each backbone arranges the clips"),
    ("benchmarks", "score", "bar_chart", "Read the benchmark", "Who is ahead, and whether that is settled"),
)


def page() -> None:
    """Headline, jobs, maps, backbones, datasets, what is missing."""
    dataset = sidebar.dataset()
    facts, heard = cache.facts(dataset), summary.heard(dataset)
    counted = [row for row in heard if not row.source.backbone.spec.hand_made]
    untrained = sum(row.source.untrained for row in counted)
    sentence = wording.overview_headline(
        cache.count(dataset), facts.noun, len(counted) - untrained, untrained,
        all(row.done == row.total for row in heard),
    )  # fmt: skip
    st.html(html.headline(sentence))
    for column, job in zip(st.columns(3), JOBS, strict=True):
        with column:
            _job(*job)
    maps = summary.mini_maps(dataset)
    if maps:
        legend = html.legend(summary.colours(dataset))
        st.html(html.section(f"The same {facts.noun}, as each backbone arranges them", legend))
        st.html(tables.mini_maps(maps))
    missing = summary.missing(dataset)
    left, right = st.columns([2, 1], gap="large") if missing else (st.container(), None)
    with left:
        st.html(html.section("Backbones"))
        st.html(tables.embedded(summary.embedded(heard), f"{facts.title} {facts.noun}"))
        st.html(html.section("Datasets"))
        st.html(tables.datasets(summary.datasets()))
    if right:
        with right:
            _missing(missing)


def _job(name: str, key: str, icon: str, title: str, about: str) -> None:
    with st.container(border=True, key=f"job-{key}"):
        st.page_link(
            f"{name}.py", label=f"**{title}**\n\n{about}", icon=f":material/{icon}:", width="stretch"
        )


def _missing(rows: list[summary.Missing]) -> None:
    st.html(html.section("What is missing"))
    with st.container(border=True, key="card-missing"):
        for row in rows:
            st.html(row.head + html.note(row.says))
            st.code(row.command, language="bash")


with guard():
    page()
