"""How far answers to one clip agree: in all, two by two, and over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

Lane = tuple[np.ndarray, np.ndarray]  # times (T, 2) s, class (T,) int


@dataclass(frozen=True)
class Piece:
    """A stretch of the clip, in seconds, in which nobody's answer changes."""

    start: float
    end: float
    answers: tuple[int, ...]  # the class of each lane

    @property
    def different(self) -> int:
        """How many different answers there are."""
        return len(set(self.answers))


def divergence(said: np.ndarray) -> float:
    """Mean Jensen-Shannon divergence of every two rows of (k, C), in bits: 0 alike, 1 nothing in common.

    Lin, "Divergence measures based on the Shannon entropy", IEEE Trans. Inf. Theory 37 (1991). 0 for one row.
    """
    pairs = list(combinations(said.astype(np.float64), 2))
    return float(np.mean([_between(a, b) for a, b in pairs])) if pairs else 0.0


def apart(said: np.ndarray) -> float:
    """The share of rows (k, C) whose likeliest class is not the most frequent one: 0 where all say the same.

    0 for no row.
    """
    if not len(said):
        return 0.0
    votes = np.bincount(said.argmax(axis=1))
    return float(1 - votes.max() / len(said))


def pieces(lanes: Sequence[Lane], seconds: float) -> list[Piece]:
    """The clip cut wherever a lane changes its answer. Where frames overlap the later one speaks."""
    lanes = [(times, index) for times, index in lanes if len(index)]
    if not lanes or seconds <= 0:
        return []
    edges = np.unique(np.concatenate([[0.0], *(times[:, 0] for times, _ in lanes)]))
    edges = np.append(edges[(edges >= 0) & (edges < seconds)], seconds)
    found: list[Piece] = []
    answers = np.stack([_at(times, index, (edges[:-1] + edges[1:]) / 2) for times, index in lanes], axis=1)
    for start, end, row in zip(edges[:-1], edges[1:], answers, strict=True):
        said = tuple(int(one) for one in row)
        if found and found[-1].answers == said:
            found[-1] = Piece(found[-1].start, float(end), said)
        else:
            found.append(Piece(float(start), float(end), said))
    return found


def same(found: Sequence[Piece], i: int, j: int) -> float:
    """The share of the time in which lanes i and j say the same, 0 to 1. 0 for no piece."""
    total = sum(piece.end - piece.start for piece in found)
    alike = sum(piece.end - piece.start for piece in found if piece.answers[i] == piece.answers[j])
    return alike / total if total else 0.0


def parting(found: Sequence[Piece]) -> list[tuple[float, float, int]]:
    """(start, end, different answers) of each stretch in which not all say the same, in order of time."""
    merged: list[tuple[float, float, int]] = []
    for piece in found:
        if merged and merged[-1][1] == piece.start and merged[-1][2] == piece.different:
            merged[-1] = (merged[-1][0], piece.end, piece.different)
        else:
            merged.append((piece.start, piece.end, piece.different))
    return [one for one in merged if one[2] > 1]


def most_apart(found: Sequence[Piece]) -> tuple[float, float] | None:
    """The longest stretch among those with the most different answers; None where all agree throughout."""
    parted = parting(found)
    if not parted:
        return None
    start, end, _ = max(parted, key=lambda one: (one[2], one[1] - one[0]))
    return start, end


def _at(times: np.ndarray, index: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """The answer at each moment: of the last frame that has begun."""
    rows = np.searchsorted(times[:, 0], moments, side="right") - 1
    return index[np.maximum(rows, 0)]


def _between(a: np.ndarray, b: np.ndarray) -> float:
    middle = (a + b) / 2
    return max(0.0, _entropy(middle) - (_entropy(a) + _entropy(b)) / 2)


def _entropy(p: np.ndarray) -> float:
    known = p[p > 0]
    return float(-(known * np.log2(known)).sum())
