"""The same recording under two ids: equal files, equal embeddings, embeddings nearer than two songs have.

Excerpts cut from one recording (no whole files, and of one group or file) are alike and no repeats.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from quintet.audit import detectors, identical_files
from quintet.audit.findings import EXACT, NEAR, Finding
from quintet.catalogue import tracks
from quintet.embeddings import models
from quintet.embeddings.models import Embeddings, Model
from quintet.settings import Settings
from quintet.wording import count

LIMIT = 100_000  # clips compared with all others; beyond, an index would be needed
AGREE = 2  # backbones that must find two clips too near, where as many have heard both

_COLUMNS = ["id", "path", "bytes", "start", "seconds", "whole", "group"]


@dataclass(frozen=True)
class Repeats:
    """Findings; `groups` of ids that are one recording; what they were measured by, and what was left out."""

    findings: tuple[Finding, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    by: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Views:
    """What B backbones say of m pairs (m, 2): cosine and distance (B, m), NaN where one heard not both.

    `usual` (B,): the cosine from which two clips are too near for it. Rows of a pair: the later one first.
    """

    sources: tuple[Model, ...]
    usual: np.ndarray
    pairs: np.ndarray
    cosine: np.ndarray
    distance: np.ndarray

    @property
    def equal(self) -> np.ndarray:
        """Pairs (m,) that all who heard them place at one spot."""
        heard = ~np.isnan(self.distance)
        return heard.any(axis=0) & ((self.distance < detectors.ALIKE) | ~heard).all(axis=0)

    @property
    def near(self) -> np.ndarray:
        """Pairs (m,) too near for AGREE backbones, or for the only one that heard them."""
        near = np.nan_to_num(self.cosine, nan=-2.0) >= self.usual[:, None]
        return self._named(near) >= np.minimum(AGREE, np.maximum(self._named(~np.isnan(self.cosine)), 1))

    def _named(self, true: np.ndarray) -> np.ndarray:
        """How many backbones, variants of one counted once."""
        names = [s.backbone.name for s in self.sources]
        rows = [true[[n == name for n in names]].any(axis=0) for name in dict.fromkeys(names)]
        return np.sum(rows, axis=0, dtype=int) if rows else np.zeros(true.shape[1], int)


def look(dataset: str, sources: list[Model], settings: Settings) -> Repeats:
    """All repeats of a dataset; `sources` are the trained backbones that heard it."""
    frame = tracks.columns(dataset, _COLUMNS, settings).to_pandas()
    frame["path"] = frame["path"].map(os.fsdecode, na_action="ignore")  # a name on disk may be no text
    same, unreadable = identical_files.same(frame)
    compared = sources if len(frame) <= LIMIT else []
    views = _views(frame, compared, lambda source: models.load_embeddings(dataset, source, settings))
    groups = joined([*same, *map(tuple, views.pairs[views.equal])])
    findings = [*_exact(groups, same, frame, views), *_nearly(groups, frame, views)]
    exact = [tuple(frame["id"].iloc[list(group)]) for group in groups]
    nearly = [(f.other, f.id) for f in findings if f.kind == NEAR]
    return Repeats(tuple(findings), (*exact, *nearly), _by(views), _left_out(len(frame), sources), unreadable)


def joined(groups: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Groups that share a row number made one, each sorted, in order of their first."""
    first: dict[int, int] = {}

    def of(row: int) -> int:
        while first.setdefault(row, row) != row:
            row = first[row]
        return row

    for group in groups:
        roots = [of(int(row)) for row in group]
        for root in roots:
            first[root] = min(roots)
    members: dict[int, list[int]] = {}
    for row in sorted(first):
        members.setdefault(of(row), []).append(row)
    return [tuple(rows) for _, rows in sorted(members.items())]


def _views(frame: pd.DataFrame, sources: list[Model], read: Callable[[Model], Embeddings]) -> _Views:
    """Candidates are each clip and its nearest to each backbone; every backbone is asked about all.

    One matrix is held at a time: it is read again for the second question.
    """
    place = {track_id: row for row, track_id in enumerate(frame["id"])}
    apart, usual, found = _apart(frame) if sources else None, [], [np.empty((0, 2), np.intp)]
    for source in sources:
        matrix = read(source)
        at = np.array([place[i] for i in matrix.ids])
        who, cosine = detectors.nearest_other(detectors.directions(matrix.values), apart[at])
        usual.append(detectors.threshold(cosine))
        near = np.flatnonzero(cosine >= usual[-1])
        found.append(np.stack([at[near], at[who[near]]], axis=1))
    pairs = np.unique(np.sort(np.concatenate(found), axis=1)[:, ::-1], axis=0)
    cosine, distance = np.full((2, len(sources), len(pairs)), np.nan)
    for view, source in enumerate(sources if len(pairs) else ()):
        matrix = read(source)
        inner = np.full(len(frame), -1)
        inner[[place[i] for i in matrix.ids]] = np.arange(len(matrix.ids))
        both = np.flatnonzero((inner[pairs] >= 0).all(axis=1))
        cosine[view, both], distance[view, both] = detectors.closeness(matrix.values, inner[pairs[both]])
    return _Views(tuple(sources), np.array(usual), pairs, cosine, distance)


def _apart(frame: pd.DataFrame) -> np.ndarray:
    """A number (n,) that excerpts of one recording share, and that is a whole file's own."""
    own = pd.Series(frame.index.astype(str)).radd("row ")
    mate = frame["group"].where(frame["group"] != "", frame["path"].fillna(""))
    return pd.factorize(own.where(frame["whole"] | (mate == ""), "of " + mate))[0]


def _exact(groups: list, same: list, frame: pd.DataFrame, views: _Views) -> Iterator[Finding]:
    copy = {row: number for number, rows in enumerate(same) for row in rows}
    furthest = np.nanmax(views.distance, axis=0, initial=0.0)
    known = dict(zip(map(tuple, views.pairs), furthest, strict=True))
    titles = _and([s.backbone.spec.title for s in views.sources])
    for first, *others in groups:
        for row in others:
            short, says = "byte for byte", "The same sound, byte for byte."
            if first not in copy or copy.get(row) != copy[first]:
                short = "in sound"
                says = f"The files differ, the sound does not: to {titles} both lie at one spot."
            distance = float(known.get((row, first), 0.0))
            yield Finding(EXACT, frame["id"][row], frame["id"][first], distance, short, says)


def _nearly(groups: list, frame: pd.DataFrame, views: _Views) -> Iterator[Finding]:
    """Each pair once, exact repeats standing for one another; the likest first."""
    first = {row: group[0] for group in groups for row in group}
    told: set[tuple[int, ...]] = set()
    rows = np.flatnonzero(views.near & ~views.equal)
    least = np.where(views.cosine >= views.usual[:, None], views.cosine, np.inf).min(axis=0, initial=np.inf)
    for at in rows[np.argsort(-least[rows], kind="stable")]:
        b, a = sorted(first.get(row, row) for row in views.pairs[at].tolist())
        if a == b or (a, b) in told:
            continue
        told.add((a, b))
        says = f"Nearer than two songs are to {_agreed(views, at)}: perhaps one recording in two versions."
        yield Finding(NEAR, frame["id"][a], frame["id"][b], float(least[at]), f"{least[at]:.2f}", says)


def _agreed(views: _Views, at: int) -> str:
    told = zip(views.sources, views.cosine[:, at], views.usual, strict=True)
    return _and([f"{s.backbone.spec.title} ({cosine:.2f})" for s, cosine, usual in told if cosine >= usual])


def _by(views: _Views) -> dict[str, str]:
    found = {EXACT: "Files of equal size and sha256."}
    if views.sources:
        titles = [s.backbone.spec.title for s in views.sources]
        found[EXACT] += (
            f" Or embeddings less than {detectors.ALIKE:g} apart for {_and(titles)}, where two clips "
        )
        found[EXACT] += "picked at random have distance 1, in columns of equal spread."
        least = _and([f"{t} from {u:.2f} on" for t, u in zip(titles, views.usual, strict=True)])
        agree = " Two must agree." if len({s.backbone.name for s in views.sources}) >= AGREE else ""
        found[NEAR] = (
            f"Cosine in columns of equal spread: {least}, {detectors.SPREADS:g} robust deviations above "
        )
        found[NEAR] += f"what a clip's nearest usually has.{agree} Untrained controls take no part."
    return found


def _left_out(n: int, sources: list[Model]) -> dict[str, str]:
    if n > LIMIT:
        return {NEAR: f"Near repeats were not looked for: {count(n, 'tracks')}, the limit is {LIMIT:,}."}
    if not sources:
        return {NEAR: "Near repeats were not looked for: no trained backbone has heard this dataset."}
    return {}


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
