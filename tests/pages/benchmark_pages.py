"""What the tests of the Benchmarks page share: opening it, its HTML, and the demo's board outside a page."""

import numpy as np
from streamlit.testing.v1 import AppTest

from dashboard import cache as cached
from dashboard.views.benchmarks.board import Board
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.evaluation import benchmark, labelled_embeddings
from quintet.evaluation.runs import Rules
from quintet.settings import Settings
from quintet.storage import tables
from tests.evaluation.test_benchmark import TAGGED, tagged
from tests.pages.opening import at


def opened(**address: str) -> AppTest:
    """The page at an address; an exception fails the test."""
    return at("benchmarks.py", **address)


def tag_runs(here: Settings, monkeypatch, more: tuple[str, ...] = ()) -> Model:
    """A dataset whose clips have several tags, scored by one backbone, and by those of `more`."""
    monkeypatch.setenv(f"QUINTET_ROOT_{TAGGED.upper()}", str(here.cache))
    source = tagged(here)
    benchmark.again(TAGGED, [source], Rules("mtat-all"), here)
    matrix = models.load_embeddings(TAGGED, source, here)
    for key in more:
        other = models.resolve_model(key, here)
        shaken = matrix.values + np.random.default_rng(1).normal(size=matrix.values.shape) * 3
        where = models.model_table_path(TAGGED, other, here)
        tables.append_embeddings(where, other.fingerprint, list(matrix.ids), shaken.astype(np.float32))
        benchmark.again(TAGGED, [other], Rules("mtat-all"), here)
    return source


def board(here: Settings, dataset: str = "demo") -> Board:
    """The board of everything scored under the first protocol."""
    rule = labelled_embeddings.benchmarked(dataset, here)
    rules = Rules(rule.name)
    keys = tuple(source.key for source in models.embedded_models(dataset, here))
    return Board(dataset, cached.facts(dataset), rule, rules, cached.study(dataset, keys, rules))
