"""What the Agreement page shows of a dataset: backbones, what is measured of them, what the address says."""

from dataclasses import dataclass
from itertools import combinations

import streamlit as st

from dashboard import cache
from dashboard.widgets import sidebar, url_state
from quintet.datasets.base import Facts
from quintet.embeddings.models import Model
from quintet.similarity import stored_similarity as study
from quintet.similarity.pairs import Pair
from quintet.similarity.stored_similarity import PAIRED, Agreement, Measure

PAIR, MEASURE, TRACK = "pair", "measure", "track"  # in the address
FIRST = next(iter(PAIRED))  # the measure the page opens with


@dataclass(frozen=True)
class Board:
    """The ticked backbones by key, in the sidebar's order, and what is measured of them."""

    dataset: str
    facts: Facts
    sources: dict[str, Model]
    found: Agreement

    def title(self, key: str) -> str:
        """A backbone's name as people read it."""
        return self.sources[key].backbone.spec.title

    def untrained(self, *keys: str) -> list[str]:
        """The names of those among `keys` that are controls."""
        return [self.title(key) for key in keys if self.sources[key].untrained]

    def order(self, pair: Pair) -> tuple[str, str]:
        """The two of a pair in the sidebar's order."""
        places = list(self.sources)
        return tuple(sorted((pair.a, pair.b), key=places.index))

    @property
    def pairs(self) -> list[Pair]:
        """The measured pairs, in the order of the matrix."""
        found = (self.found.pair(a, b) for a, b in combinations(self.sources, 2))
        return [pair for pair in found if pair]

    @property
    def trained(self) -> list[Pair]:
        """Those of two trained backbones: a control takes part in no claim."""
        return [pair for pair in self.pairs if not self.untrained(pair.a, pair.b)]


def board(dataset: str) -> Board:
    """Raises MissingEmbeddings where nothing is measured, or no backbone has heard the dataset."""
    keys = [one.key for one in sidebar.backbones(hand_made=True)]
    sources = {key: cache.source(dataset, key) for key in keys}
    return Board(dataset, cache.facts(dataset), sources, cache.agreement(dataset, tuple(sources.values())))


def alike(pairs: list[Pair], measure: str) -> list[Pair]:
    """Pairs by a measure, the most alike first."""
    sign = -1 if PAIRED[measure].more else 1
    return sorted(pairs, key=lambda pair: sign * pair.measures[measure].value)


def measure() -> tuple[str, Measure]:
    """The measure in hand: a row of buttons, and in the address."""
    asked = url_state.seed(MEASURE, lambda said: said[0] if said and said[0] in PAIRED else FIRST)
    name = st.segmented_control(
        "Measure", list(PAIRED), default=asked, key=MEASURE, required=True, label_visibility="collapsed",
        format_func=lambda name: PAIRED[name].short,
    )  # fmt: skip
    url_state.put(MEASURE, "" if name == FIRST else name)
    return name, PAIRED[name]


def chosen(shown: Board) -> Pair | None:
    """The pair in hand: the address's or the last clicked, at first the trained two that are most alike."""
    named = {study.name(pair.a, pair.b): pair for pair in shown.pairs}
    start = next((study.name(one.a, one.b) for one in alike(shown.trained or shown.pairs, FIRST)), "")
    url_state.seed(PAIR, lambda said: said[0] if said else "")
    word = st.session_state[PAIR]
    url_state.put(PAIR, word if word in named else "")
    return named.get(word, named.get(start))


def choose(pair: Pair) -> None:
    """Takes a pair into hand: called between two runs."""
    st.session_state[PAIR] = study.name(pair.a, pair.b)
