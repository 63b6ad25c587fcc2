"""The probe: a small classifier on frozen embeddings; its probabilities are those shown and those stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np

from quintet.errors import BadData, QuintetError, StoreError, UnknownName
from quintet.evaluation import boosted_probe, knn_probe, logistic_probe
from quintet.evaluation.examples import Examples
from quintet.stats.labels import Labels, finite
from quintet.storage import atomic, npz

# A new probe is one module with fit(Examples, seed) -> arrays and probabilities(arrays, X) -> (n, C).
_KINDS: Mapping[str, ModuleType | SimpleNamespace] = {
    "logistic": logistic_probe,
    "knn": knn_probe,
    "xgboost-pca50": boosted_probe.of(50),
    "xgboost-pca60": boosted_probe.of(60),
}
NAMES = tuple(_KINDS)

BLOCK = 4096  # rows answered at a time, so that 100,000 of 4,800 values need no second copy in float64


@dataclass(frozen=True)
class Probe:
    """A fitted probe: its kind (one of NAMES), its classes in the order of the columns, and its arrays."""

    name: str
    classes: tuple[str, ...]
    arrays: Mapping[str, np.ndarray]


Fit = Callable[[np.ndarray, np.ndarray, np.ndarray, tuple[str, ...], int], Probe]


def fit(X: np.ndarray, y: np.ndarray, groups: np.ndarray, classes: tuple[str, ...], seed: int) -> Probe:
    """The logistic probe of embeddings X (n, d) float32, labels y (n,) str and groups (n,) str.

    Scaler, penalty and temperature come from these rows alone. Raises QuintetError for NaN or unknown labels.
    """
    return fitter("logistic")(X, y, groups, classes, seed)


def fitter(name: str) -> Fit:
    """The function like `fit` that makes the probe of that name. Raises UnknownName."""
    known(name)

    def fitted(
        X: np.ndarray, y: np.ndarray, groups: np.ndarray, classes: tuple[str, ...], seed: int
    ) -> Probe:
        return make(name, Examples(X, Labels(y, groups, tuple(classes))), seed)

    return fitted


def known(name: str) -> None:
    """Raises UnknownName where there is no probe of that name."""
    if name not in _KINDS:
        raise UnknownName("probe", name, list(NAMES))


def make(name: str, examples: Examples, seed: int) -> Probe:
    """The probe of that name fitted on the examples, its settings chosen on the others among them.

    Raises UnknownName, and QuintetError for NaN or lengths that differ.
    """
    known(name)
    for X, labels in ((examples.X, examples.known), (examples.other_X, examples.other)):
        if labels is None:
            continue
        finite(X)
        if len(X) != len(labels.groups):
            raise QuintetError(
                f"{len(X)} embeddings and {len(labels.groups)} labels were given; one label per embedding "
                "expected."
            )
    return Probe(name, tuple(examples.known.classes), _KINDS[name].fit(examples, seed))


def probabilities(probe: Probe, X: np.ndarray) -> np.ndarray:
    """Probability of each class: (n, d) float32 -> (n, C) float32, rows summing to 1 unless they are tags.

    A class the probe never met has probability 0. Raises QuintetError for NaN or another number of values.
    """
    finite(X)
    d = len(probe.arrays["mean"])
    if X.shape[1] != d:
        raise QuintetError(
            f"An embedding of {X.shape[1]} values was given to a probe trained on {d}. "
            "It belongs to another backbone or variant: train the probe again."
        )
    answer = _KINDS[probe.name].probabilities
    blocks = [answer(probe.arrays, X[at : at + BLOCK].astype(np.float64)) for at in range(0, len(X), BLOCK)]
    return np.concatenate(blocks).astype(np.float32)


def save(probe: Probe, path: Path) -> None:
    """Writes the probe as .npz in one step: others see the old file or the new one, never half of one."""
    facts = {"name": np.array(probe.name), "classes": np.array(probe.classes, dtype=str)}
    with atomic.replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **facts, **{f"array_{key}": value for key, value in probe.arrays.items()})


def load(path: Path) -> Probe:
    """The probe `save` wrote; nothing in the file is executed. Raises StoreError for what is no probe."""
    try:
        stored = npz.read(path, "a saved probe")
        arrays = {
            key.removeprefix("array_"): value for key, value in stored.items() if key.startswith("array_")
        }
        name, classes = str(stored["name"]), tuple(map(str, stored["classes"].tolist()))
    except (BadData, KeyError, TypeError) as error:
        raise StoreError(
            f"{path} is not a saved probe ({error}). Delete it; it is trained again when asked for."
        ) from error
    if name not in _KINDS:
        raise StoreError(
            f"{path} holds a probe of the kind {name!r}; known: {', '.join(NAMES)}. Delete it to train again."
        )
    return Probe(name, classes, arrays)
