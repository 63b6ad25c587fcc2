"""Search and filters of the Tracks view: those that make sense for the dataset, kept in the address."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Literal

import streamlit as st

from dashboard import cache
from dashboard.cache import track_queries
from dashboard.widgets import backbone_picker, url_state
from quintet import wording
from quintet.catalogue import query, track_lists
from quintet.catalogue.query import Filter, Query

FRONT = 2  # filters beside the search; the others wait behind a button
TAGS, VALUES = 300, 200  # most frequent ones offered
YES_NO = (query.YES, query.NO)
SEARCH, TAGGED, HEARD, KEPT = "search", "tags", "heard", "in"


@dataclass(frozen=True)
class Control:
    """One filter: its name in the address, what it is called, its values or its ends."""

    key: str
    title: str
    kind: Literal["one", "many", "range"]
    column: str
    values: tuple[str, ...] = ()
    ends: tuple[int, int] = (0, 0)
    says: str = ""

    @property
    def idle(self) -> object:
        """The value that filters nothing."""
        return {"one": "", "many": [], "range": self.ends}[self.kind]


def wanted(dataset: str) -> Query:
    """Draws search and filters; returns what they ask for, not sorted yet."""
    facts, controls = cache.facts(dataset), _offered(dataset)
    for control in controls:
        _seed(control)
    sought = url_state.seed(SEARCH, lambda said: said[0] if said else "")
    front, more = controls[:FRONT], controls[FRONT:]
    columns = st.columns([1.6, *[1.25] * len(front), *([1.2] if more else [])])
    with columns[0]:
        text = st.text_input(
            "Search", sought, key=SEARCH, placeholder=f"Search {cache.count(dataset):,} {facts.noun}",
            icon=":material/search:", label_visibility="collapsed", live=True,
            help=None, max_chars=200,
        )  # fmt: skip
    for column, control in zip(columns[1:], front, strict=False):
        with column:
            _draw(dataset, control, beside=True)
    if more:
        active = sum(_active(control) for control in more)
        with columns[-1], st.popover(
            f"More filters ({active})" if active else "More filters", key="more", width="stretch"
        ):  # fmt: skip
            for control in more:
                _draw(dataset, control)
    url_state.keep(SEARCH, [text] if text else [])
    for control in controls:
        url_state.keep(control.key, _words(control))
    if text or any(map(_active, controls)):
        keys = [SEARCH, *(control.key for control in controls)]
        st.button(
            "Clear search and filters", key="clear", type="tertiary", on_click=url_state.clear, args=(keys,)
        )
    return _query(dataset, text or "", controls)


def _offered(dataset: str) -> list[Control]:
    """The dataset's filters, the most used first."""
    facts, known = cache.facts(dataset), track_queries.summary(dataset)
    found = [Control(f"filter-{facts.label}", facts.label.capitalize(), "one", "labels", facts.classes)]
    for own in facts.columns:
        if own.filter:
            key = f"filter-{own.name}" if own.name != facts.label else f"filter-own-{own.name}"
            found.append(
                Control(
                    key, wording.heading(own.name), "one", own.name, _values(dataset, own.name), says=own.says
                )
            )
    found.append(Control("filter-split", "Split", "one", "split", _values(dataset, "split")))
    tags = tuple(track_queries.frequent(dataset, "tags", TAGS)) if TAGGED in known.told else ()
    linked = [word for word in st.query_params.get_all(TAGGED)[:20] if word not in tags]
    found.append(Control(TAGGED, "Tags, any of", "many", "tags", (*tags, *linked) if tags else ()))
    for key, title, ends in (("year", "Year", known.years), ("seconds", "Length in seconds", known.seconds)):
        low, high = (math.floor(ends[0]), math.ceil(ends[1])) if ends else (0, 0)
        found.append(Control(key, title, "range", key, ends=(low, high)))
    found.append(
        Control("audio", "With audio", "one", query.AUDIO, YES_NO if 0 < known.audio < known.rows else ())
    )
    found.append(Control("flagged", "Flagged", "one", query.FLAGGED, YES_NO if known.flagged else ()))
    keys = tuple(source.key for source in cache.embedded(dataset))
    found.append(Control(HEARD, "Heard by all of", "many", "", keys))
    kept = tuple(track_lists.names(track_lists.SELECTION, dataset, cache.settings()))
    found.append(Control(KEPT, "In selection", "one", "", kept))
    return [one for one in found if one.values or one.ends[0] < one.ends[1]]


def _values(dataset: str, column: str) -> tuple[str, ...]:
    found = track_queries.frequent(dataset, column, VALUES)
    return tuple(sorted(found, key=_by_number)) if len(found) > 1 else ()


def _by_number(value: str) -> tuple[float, str]:
    try:
        return float(value), value
    except ValueError:
        return math.inf, value


def _seed(control: Control) -> None:
    value = url_state.seed(control.key, partial(_read, control))
    valid = {
        "one": lambda: value == "" or value in control.values,
        "many": lambda: isinstance(value, list) and set(value) <= set(control.values),
        "range": lambda: control.ends[0] <= value[0] <= value[1] <= control.ends[1],
    }
    if not valid[control.kind]():  # the dataset was read again since
        st.session_state[control.key] = control.idle


def _read(control: Control, said: list[str]) -> object:
    """The value a link asks for; what it names and the dataset lacks is left out."""
    if control.kind == "range":
        low, _, high = (said[0] if said else "").partition("-")
        if url_state.number(low, -1) < 0 or url_state.number(high, -1) < 0:
            return control.ends
        low, high = (min(max(int(end), control.ends[0]), control.ends[1]) for end in (low, high))
        return (low, high) if low <= high else control.ends
    known = [word for word in said if word in control.values]
    return known if control.kind == "many" else (known[0] if known else "")


def _words(control: Control) -> list[str]:
    value = st.session_state[control.key]
    if value == control.idle:
        return []
    if control.kind == "range":
        return [f"{value[0]}-{value[1]}"]
    return [value] if control.kind == "one" else list(value)


def _active(control: Control) -> bool:
    return st.session_state[control.key] != control.idle


def _draw(dataset: str, control: Control, beside: bool = False) -> None:
    held = st.session_state[control.key]
    if control.kind == "range":
        st.slider(control.title, *control.ends, held, key=control.key, help=control.says or None)
    elif control.kind == "many":
        named = (
            {s.key: backbone_picker.named(s) for s in cache.embedded(dataset)} if control.key == HEARD else {}
        )
        st.multiselect(control.title, control.values, held, key=control.key, placeholder="any",
                       format_func=lambda value: named.get(value, value))  # fmt: skip
    else:
        lead = f"{control.title}: " if beside else ""
        words = ("", *control.values)
        st.selectbox(
            control.title, words, words.index(held), key=control.key,
            format_func=lambda value: f"{lead}{value or 'all'}",
            help=control.says if control.says and not beside else None,
            label_visibility="collapsed" if beside else "visible",
        )  # fmt: skip


def _query(dataset: str, text: str, controls: list[Control]) -> Query:
    values = {one.key: st.session_state[one.key] for one in controls if _active(one)}
    filters = []
    for one in controls:
        if one.key in values and one.column:
            value = values[one.key]
            if one.kind == "range":
                filters.append(Filter(one.column, low=value[0], high=value[1]))
            else:
                filters.append(Filter(one.column, (value,) if one.kind == "one" else tuple(value)))
    ids = None
    if KEPT in values:
        here = cache.settings()
        ids = tuple(
            sorted(
                track_lists.spelt(
                    track_lists.read(track_lists.SELECTION, dataset, values[KEPT], here), dataset, here
                )
            )
        )
    return Query(text, tuple(filters), tuple(values.get(HEARD, ())), ids)
