"""What the tests of the Benchmarks page share: opening it, its HTML, and the demo's board outside a page."""

import numpy as np
from streamlit.testing.v1 import AppTest

from pages.parts import cached
from pages.parts.benchmarks.board import Board
from quintet import collection, store
from quintet.collection import Source
from quintet.settings import Settings
from quintet.studies import scoring, table
from quintet.studies.runs import Rules
from tests.pages.opening import at
from tests.studies.test_scoring import TAGGED, tagged


def opened(**address: str) -> AppTest:
    """The page at an address; an exception fails the test."""
    return at("benchmarks.py", **address)


def tag_runs(here: Settings, monkeypatch, more: tuple[str, ...] = ()) -> Source:
    """A dataset whose clips have several tags, scored by one backbone, and by those of `more`."""
    monkeypatch.setenv(f"QUINTET_ROOT_{TAGGED.upper()}", str(here.cache))
    source = tagged(here)
    scoring.again(TAGGED, [source], Rules("mtat-all"), here)
    matrix = collection.matrix(TAGGED, source, here)
    for key in more:
        other = collection.source(key, here)
        shaken = matrix.values + np.random.default_rng(1).normal(size=matrix.values.shape) * 3
        where = collection.table(TAGGED, other, here)
        store.append_embeddings(where, other.fingerprint, list(matrix.ids), shaken.astype(np.float32))
        scoring.again(TAGGED, [other], Rules("mtat-all"), here)
    return source


def board(here: Settings, dataset: str = "demo") -> Board:
    """The board of everything scored under the first protocol."""
    rule = table.benchmarked(dataset, here)
    rules = Rules(rule.name)
    keys = tuple(source.key for source in collection.embedded(dataset, here))
    return Board(dataset, cached.facts(dataset), rule, rules, cached.study(dataset, keys, rules))
