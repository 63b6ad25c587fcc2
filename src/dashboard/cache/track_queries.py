"""What a dataset's table answered, held once for all visitors: pages of rows, counts, a track's answers."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.cache import stored, track_tables
from quintet.catalogue import query
from quintet.catalogue.query import Query, Summary
from quintet.datasets.base import Track
from quintet.embeddings.models import Model, model_table_path
from quintet.errors import MissingData, MissingEmbeddings
from quintet.evaluation import probe, runs, stored_probes
from quintet.evaluation.labelled_embeddings import protocol
from quintet.storage import tables


@dataclass(frozen=True)
class Found:
    """A page of rows, and how many rows the query leaves in all."""

    tracks: tuple[Track, ...]
    total: int


def total(dataset: str, wanted: Query) -> int:
    """How many rows a query leaves. Raises MissingEmbeddings, UsageError."""
    return len(_matched(dataset, _stamp(dataset, wanted), query.unsorted(wanted)))


def found(dataset: str, wanted: Query, first: int, size: int) -> Found:
    """Rows `first` to `first + size` of what a query leaves. Raises MissingEmbeddings, UsageError."""
    stamp = _stamp(dataset, wanted)
    return _found(dataset, stamp, wanted, first, size)


@st.cache_resource(max_entries=128, show_spinner=False)
def _found(dataset: str, stamp: str, wanted: Query, first: int, size: int) -> Found:
    places = _matched(dataset, stamp, query.unsorted(wanted))
    rows = query.arranged(track_tables.asked(dataset), wanted, places, first, size)
    return Found(tuple(rows), len(places))


@st.cache_resource(max_entries=12, show_spinner=False)  # 4 MB each where a million rows match
def _matched(dataset: str, stamp: str, wanted: Query) -> np.ndarray:
    places = query.matched(track_tables.asked(dataset), wanted)
    places.setflags(write=False)
    return places


def summary(dataset: str) -> Summary:
    """How many rows there are, with audio, flagged, and which years and lengths. Raises MissingEmbeddings."""
    return _summary(dataset, _stamp(dataset, query.EVERYTHING))


@st.cache_resource(max_entries=16, show_spinner=False)
def _summary(dataset: str, stamp: str) -> Summary:
    return query.summary(track_tables.asked(dataset))


def frequent(dataset: str, column: str, most: int) -> dict[str, int]:
    """The most frequent values of a column in the whole dataset. Raises MissingEmbeddings, UsageError."""
    return _frequent(dataset, stored.tracks_stamp(dataset), column, most)


@st.cache_resource(max_entries=64, show_spinner=False)
def _frequent(dataset: str, stamp: str, column: str, most: int) -> dict[str, int]:
    return query.counts(track_tables.asked(dataset), query.EVERYTHING, column, most)


def _stamp(dataset: str, wanted: Query) -> str:
    """What changes when the answer may: the table, the embeddings asked about, and what an audit flagged."""
    heard = [stored.stamp_of(dataset, stored.source(dataset, key)) for key in wanted.heard]
    suspects = hash(track_tables.asked(dataset).suspects)
    return "|".join([stored.tracks_stamp(dataset), *heard, str(suspects)])


@dataclass(frozen=True)
class Told:
    """What a backbone's probe says of a track; `held_out` where the probe was fitted without its fold."""

    word: str
    share: float
    held_out: bool


def told(dataset: str, source: Model, track_id: str) -> Told | None:
    """What the stored probes say of a track; None where none was fitted or the backbone has not heard it."""
    try:
        rule = protocol(dataset, stored.settings())
    except MissingData:
        return None  # several classes may be right at once: no probe has one answer
    return _scored(dataset, source, rule.name, track_id) or _fitted(dataset, source, track_id)


def _scored(dataset: str, source: Model, rule: str, track_id: str) -> Told | None:
    try:
        run = stored.run(dataset, source, runs.Rules(rule))
    except MissingEmbeddings:
        return None
    if track_id not in run.ids:
        return None
    shares = run.probabilities[run.ids.index(track_id)]
    return Told(run.classes[int(shares.argmax())], float(shares.max()), held_out=True)


def _fitted(dataset: str, source: Model, track_id: str) -> Told | None:
    where = stored_probes.path(dataset, source, stored.settings())
    if not where.exists():
        return None  # fitting one is a job of its own, not a page's
    name = track_id.replace("'", "''")
    held = tables.open_table(model_table_path(dataset, source, stored.settings()))
    row = held.to_table(columns=["embedding"], filter=f"id = '{name}'")["embedding"].to_pylist()
    if not row:
        return None
    fitted = probe.load(where)
    shares = probe.probabilities(fitted, np.asarray(row, np.float32))[0]
    return Told(fitted.classes[int(shares.argmax())], float(shares.max()), held_out=False)
