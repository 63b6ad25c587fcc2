"""Questions to a dataset's table of tracks that pages ask again and again, answered once a version of it."""

from functools import lru_cache

import streamlit as st

from dashboard.cache import audits, stored
from quintet.catalogue import query
from quintet.catalogue import tracks as catalogue
from quintet.datasets.base import Track
from quintet.embeddings import models

AUDIBLE = query.Filter(query.AUDIO, (query.YES,))


def asked(dataset: str) -> query.Table:
    """The dataset's table for questions: search, filters, counts. Raises MissingEmbeddings."""
    sources, here = stored.embedded(dataset), stored.settings()
    heard = {s.key: models.model_table_path(dataset, s, here) for s in sources}
    flagged = audits.suspects(dataset, sources, here)
    return query.Table(catalogue.path(dataset, here), stored.facts(dataset), heard, flagged)


def sounding(dataset: str) -> int:
    """How many tracks of the dataset have a sound file here. Raises MissingEmbeddings."""
    return _sounding(dataset, stored.tracks_stamp(dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _sounding(dataset: str, stamp: str) -> int:
    return query.count(_bare(dataset), query.Query(filters=(AUDIBLE,)))


def audible(dataset: str, most: int, text: str = "") -> list[Track]:
    """The first tracks with a sound file here, of those with these words. Raises MissingEmbeddings."""
    wanted = query.Query(text=text, filters=(AUDIBLE,))
    return list(_first(dataset, stored.tracks_stamp(dataset), wanted, most))


def one_a_class(dataset: str, most: int) -> list[Track]:
    """The first such track of each of the first classes; of a dataset without classes, the first ones."""
    stamp, found = stored.tracks_stamp(dataset), []
    for name in stored.facts(dataset).classes[:most]:
        wanted = query.Query(filters=(query.Filter("labels", (name,)), AUDIBLE))
        found += _first(dataset, stamp, wanted, 1)
    return found or audible(dataset, most)


@lru_cache(maxsize=64)  # the same few for everybody who opens Classify: 0.2 s of questions
def _first(dataset: str, stamp: str, wanted: query.Query, most: int) -> tuple[Track, ...]:
    return tuple(query.page(_bare(dataset), wanted, 0, most))


def _bare(dataset: str) -> query.Table:
    """The table for questions that ask neither what was heard nor what an audit flagged."""
    return query.Table(catalogue.path(dataset, stored.settings()), stored.facts(dataset))


def mix(dataset: str, track: Track) -> frozenset[str]:
    """Ids of the track and of its group, which are no neighbours of it."""
    group = _group(dataset, track.group, stored.tracks_stamp(dataset)) if track.group else frozenset()
    return group | {track.id}


@st.cache_resource(max_entries=64, show_spinner=False)
def _group(dataset: str, group: str, stamp: str) -> frozenset[str]:
    alike = query.Query(filters=(query.Filter("group", (group,)),))
    return frozenset(query.ids(_bare(dataset), alike))
