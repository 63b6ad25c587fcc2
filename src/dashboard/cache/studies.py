"""Studies that commands keep, read once for all visitors; a stamp of what lies on disk goes with each.

What is not there, or not true any more, is None: the page then says which command makes it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import streamlit as st

from dashboard.cache import stored
from quintet.embeddings.models import Model
from quintet.errors import QuintetError
from quintet.evaluation import (
    deformed_embeddings,
    fold_variance,
    layer_curve,
    robustness,
    runs,
    stored_ensemble,
    stored_fewshot,
)
from quintet.evaluation.fold_statistics import Spread
from quintet.evaluation.robustness import Robustness
from quintet.evaluation.runs import Rules
from quintet.evaluation.stored_ensemble import Ensemble
from quintet.settings import Settings

Found = TypeVar("Found")


def learning(dataset: str, found: Model, rules: Rules) -> stored_fewshot.Curve | None:
    """The few-shot curve of one backbone."""
    return _kept("fewshot", dataset, found, rules, stored_fewshot.path)


def layered(dataset: str, found: Model, rules: Rules) -> layer_curve.Curve | None:
    """The curve by layer of one backbone."""
    return _kept("layers", dataset, found, rules, layer_curve.document)


def deformed(dataset: str, found: Model, rules: Rules) -> Robustness | None:
    """The drops of one backbone over the clips heard under every deformation."""
    return _kept("robust", dataset, found, rules, robustness.document)


def _kept(study: str, dataset: str, found: Model, rules: Rules, place: Callable[..., Path]) -> object | None:
    """What `study` found, where the document at `place` is there."""
    where = place(dataset, found, rules, stored.settings())
    return _read(study, dataset, found.key, rules, _stamp(dataset, found, where)) if where.exists() else None


@st.cache_resource(max_entries=60, show_spinner=False)
def _read(study: str, dataset: str, key: str, rules: Rules, stamp: str) -> object | None:
    found, here = stored.source(dataset, key), stored.settings()
    return _there(lambda: READERS[study](dataset, found, rules, here))


def _drops(dataset: str, found: Model, rules: Rules, here: Settings) -> Robustness | None:
    n = deformed_embeddings.ready(dataset, found, rules, here)
    return robustness.get(dataset, found, rules, here, n) if n else None


READERS = {"fewshot": stored_fewshot.get, "layers": layer_curve.get, "robust": _drops}


def together(dataset: str, found: list[Model], rules: Rules) -> Ensemble | None:
    """What these backbones answer as one."""
    return stored_ensemble.kept(dataset, found, rules, stored.settings()) if len(found) > 1 else None


def folds(dataset: str, found: Model, rules: Rules, metric: str) -> Spread | None:
    """The score in every fold of a run; None of tags, or where the clips are others now."""
    where = runs.path(dataset, found, rules, stored.settings())
    return _folds(dataset, found.key, rules, metric, _stamp(dataset, found, where))


@st.cache_resource(max_entries=24, show_spinner=False)
def _folds(dataset: str, key: str, rules: Rules, metric: str, stamp: str) -> Spread | None:
    run = stored.run(dataset, stored.source(dataset, key), rules)
    return _there(lambda: fold_variance.over_folds(run, metric, stored.settings()))


def seeds(dataset: str, found: Model, rules: Rules, metric: str) -> Spread | None:
    """The score of every stored seed of these rules."""
    here = stored.settings()
    known = fold_variance.stored(dataset, found, rules, here)
    return _seeds(dataset, found.key, rules, metric, f"{known}|{stored.stamp_of(dataset, found)}")


@st.cache_resource(max_entries=24, show_spinner=False)
def _seeds(dataset: str, key: str, rules: Rules, metric: str, stamp: str) -> Spread | None:
    found = stored.source(dataset, key)
    return _there(lambda: fold_variance.over_seeds(dataset, found, rules, metric, stored.settings()))


def _there(read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except QuintetError:
        return None


def _stamp(dataset: str, found: Model, where: Path) -> str:
    changed = where.stat().st_mtime_ns if where.exists() else 0
    return "|".join([str(where), str(changed), stored.stamp_of(dataset, found), stored.tracks_stamp(dataset)])
