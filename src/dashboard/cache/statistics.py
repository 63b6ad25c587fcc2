"""Counts of a dataset, held once for all visitors: small answers, kept until it is read again."""

from pathlib import Path

import streamlit as st

from dashboard.cache import stored
from quintet.catalogue import overlap, query, statistics
from quintet.catalogue import tracks as catalogue
from quintet.catalogue.query import EVERYTHING, Filter, Query

MOST = 10_000  # words of a column that are counted apart


def counts(dataset: str, column: str, only: str = "") -> dict[str, int]:
    """How often each value of a column occurs, the most frequent first; `only` is a yes-column."""
    return _counts(dataset, column, only, stored.tracks_stamp(dataset))


@st.cache_resource(max_entries=64, show_spinner=False)
def _counts(dataset: str, column: str, only: str, stamp: str) -> dict[str, int]:
    return query.counts(_table(dataset), _where(only), column, MOST)


def cross(dataset: str, a: str, b: str, only: str = "") -> list[tuple[str, str, int]]:
    """(value of a, value of b, tracks with both); `only` is a yes-column."""
    return _cross(dataset, a, b, only, stored.tracks_stamp(dataset))


@st.cache_resource(max_entries=32, show_spinner=False)
def _cross(dataset: str, a: str, b: str, only: str, stamp: str) -> list[tuple[str, str, int]]:
    return query.cross(_table(dataset), _where(only), a, b)


def together(dataset: str, column: str, most: int) -> list[tuple[str, str, int]]:
    """(word, other word, tracks with both) of the most frequent words."""
    return _together(dataset, column, most, stored.tracks_stamp(dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _together(dataset: str, column: str, most: int, stamp: str) -> list[tuple[str, str, int]]:
    return query.together(_table(dataset), EVERYTHING, column, most)


def spread(dataset: str, column: str) -> statistics.Spread | None:
    """How a number column is spread; None where no track knows it."""
    return _spread(dataset, column, stored.tracks_stamp(dataset))


@st.cache_resource(max_entries=32, show_spinner=False)
def _spread(dataset: str, column: str, stamp: str) -> statistics.Spread | None:
    return statistics.spread(_path(dataset), column)


def under(dataset: str) -> dict[str, int]:
    """Tracks at each word of the dataset's tree or below it."""
    return _under(dataset, stored.tracks_stamp(dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _under(dataset: str, stamp: str) -> dict[str, int]:
    return statistics.under(_path(dataset), stored.facts(dataset).parents)


def artists(dataset: str) -> statistics.Artists:
    """Artists of the dataset."""
    return _artists(dataset, stored.tracks_stamp(dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _artists(dataset: str, stamp: str) -> statistics.Artists:
    return statistics.artists(_path(dataset))


def across(dataset: str, split: str) -> tuple[statistics.Across, ...]:
    """What valid and test share with train, by artists."""
    return _across(dataset, split, stored.tracks_stamp(dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _across(dataset: str, split: str, stamp: str) -> tuple[statistics.Across, ...]:
    return statistics.across(_path(dataset), split)


def shared_artists(a: str, b: str) -> overlap.SharedArtists:
    """Artists' names two datasets share."""
    return _shared_artists(a, b, f"{stored.tracks_stamp(a)} {stored.tracks_stamp(b)}")


@st.cache_resource(max_entries=16, show_spinner=False)
def _shared_artists(a: str, b: str, stamp: str) -> overlap.SharedArtists:
    return overlap.artists(_path(a), _path(b))


def _path(dataset: str) -> Path:
    return catalogue.path(dataset, stored.settings())


def _table(dataset: str) -> query.Table:
    return query.Table(_path(dataset), stored.facts(dataset))


def _where(only: str) -> Query:
    return Query(filters=(Filter(only, ("true",)),)) if only else EVERYTHING
