"""Compare of the Datasets page: which classes and which artists another dataset has too."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from dashboard import cache
from dashboard.cache import statistics
from dashboard.views.datasets import sentences
from dashboard.widgets import html, track_rows
from dashboard.widgets.error_boundary import empty
from quintet.catalogue import overlap
from quintet.datasets.base import Facts
from quintet.palette import Pair
from quintet.wording import Headline

WITH = "with"  # in the address: ?with=NAME
_PEOPLE = "Names are compared without capitals, accents and punctuation; two people may share one."


def show(dataset: str) -> None:
    """The dataset in hand beside another: the most alike until one is chosen."""
    others = [name for name, *_ in cache.datasets() if name != dataset]
    if not others:
        empty(
            "Only one dataset is on this machine. With a second one this page shows which classes and "
            "artists they share. Run: quintet datasets add NAME --root DIR"
        )
        return
    other = _choose(dataset, others)
    a, b = _facts(dataset), _facts(other)
    found = overlap.classes(a.classes, b.classes)
    st.html(
        html.headline(Headline(sentences.overlap(a, b, found), "", sentences.spelling(found)), small=True)
    )
    left, right = st.columns(2, gap="small")
    with left:
        with st.container(border=True, key="card-shared"):
            st.html(_shared(dataset, other, found))
        _artists(dataset, other)
    with right:
        _only(dataset, other, found.only_a)
        _only(other, dataset, found.only_b)


def _choose(dataset: str, others: list[str]) -> str:
    classes = cache.facts(dataset).classes
    alike = [overlap.likeness(classes, cache.facts(name).classes) for name in others]
    nearest = alike.index(max(alike))
    asked = st.query_params.get(WITH)
    index = others.index(asked) if asked in others else nearest
    with st.container(width=320):
        name = st.selectbox(
            "Compare with", others, index, lambda name: f"With {_facts(name).title}",
            key=f"compare-{dataset}", label_visibility="collapsed",
        )  # fmt: skip
    if name != others[nearest]:
        st.query_params[WITH] = name
    else:
        st.query_params.pop(WITH, None)
    return name


def _facts(dataset: str) -> Facts:
    """The dataset's facts; its own name stands behind a title that several have."""
    facts = cache.facts(dataset)
    alike = [name for name, title, *_ in cache.datasets() if title == facts.title]
    return replace(facts, title=f"{facts.title} ({dataset})") if len(alike) > 1 else facts


def _shared(a: str, b: str, found: overlap.Overlap) -> str:
    """Every class in both: as each spells it, and its counts."""
    facts = _facts(a), _facts(b)
    pairs = track_rows.colours(a), track_rows.colours(b)
    counts = statistics.counts(a, "labels"), statistics.counts(b, "labels")
    head = "".join(f"<th>{escape(f.title)}</th><th class='n'>{escape(f.noun)}</th>" for f in facts)
    lines = "".join(
        f"<tr>{_names(one.a, pairs[0])}{_counts(one.a, counts[0])}{_names(one.b, pairs[1])}"
        f"{_counts(one.b, counts[1])}</tr>"
        for one in found.shared
    )
    if not lines:
        return html.section("In both") + html.note("No class means the same word in both.")
    return html.section("In both") + _table(head, lines)


def _only(mine: str, other: str, names: Sequence[str]) -> None:
    """Classes the other has not, and where its tags have the word after all."""
    facts, theirs = _facts(mine), _facts(other)
    tags = overlap.named(names, statistics.counts(other, "tags"))
    counts, pairs = statistics.counts(mine, "labels"), track_rows.colours(mine)
    with st.container(border=True, key=f"card-only-{mine}"):
        st.html(html.section(f"Only in {facts.title}: {len(names)}"))
        if not names:
            st.html(html.note(f"{theirs.title} has every {facts.label} of {facts.title}."))
            return
        more = (
            f"<th>{escape(theirs.title)}, as a tag</th><th class='n'>{escape(theirs.noun)}</th>"
            if tags
            else ""
        )
        head = f"<th>{escape(facts.label.capitalize())}</th><th class='n'>{escape(facts.noun)}</th>{more}"
        lines = "".join(
            f"<tr>{_names((name,), pairs)}{_counts((name,), counts)}{_tag(tags.get(name)) * bool(tags)}</tr>"
            for name in names
        )
        st.html(_table(head, lines))


def _artists(a: str, b: str) -> None:
    """Artists in both, where both name any."""
    facts = _facts(a), _facts(b)
    if not all(statistics.artists(name).names for name in (a, b)):
        nameless = next(
            f.title for f, name in zip(facts, (a, b), strict=True) if not statistics.artists(name).names
        )
        st.html(html.note(f"{nameless} names no artists, so none can be compared."))
        return
    found = statistics.shared_artists(a, b)
    with st.container(border=True, key="card-artists-shared"):
        st.html(html.section(sentences.shared_artists(*facts, found)))
        if not found.names:
            st.html(html.note(_PEOPLE))
            return
        head = "<th>Artist</th>" + "".join(
            f"<th class='n'>{escape(f'{f.title}, {f.noun}')}</th>" for f in facts
        )
        lines = "".join(
            f"<tr><td>{escape(name)}</td><td class='n'>{n:,}</td><td class='n'>{m:,}</td></tr>"
            for name, n, m in found.most
        )
        most = f"The {len(found.most)} most frequent. " if len(found.most) < found.names else ""
        st.html(_table(head, lines))
        st.html(html.note(most + _PEOPLE))


def _names(names: Sequence[str], pairs: dict[str, Pair]) -> str:
    return f"<td>{', '.join(html.answer(name, pairs[name]) for name in names)}</td>"


def _counts(names: Sequence[str], counts: dict[str, int]) -> str:
    return f"<td class='n'>{' + '.join(f'{counts.get(name, 0):,}' for name in names)}</td>"


def _tag(found: tuple[str, int] | None) -> str:
    return f"<td>{escape(found[0])}</td><td class='n'>{found[1]:,}</td>" if found else "<td></td><td></td>"


def _table(head: str, body: str) -> str:
    return (
        f'<div class="q-scroll"><table class="q-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
