"""Tracks for tests, stored as a dataset's own reading would store them."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from quintet.catalogue import locations, rows, tracks
from quintet.datasets.base import Column, Track
from quintet.settings import Settings


def put_tracks(settings: Settings, dataset: str, found: Sequence[Track]) -> None:
    """Stores tracks under a known dataset's name; its classes and columns are those the tracks have."""
    kinds = {str: "text", int: "integer", float: "number", bool: "yes", tuple: "many"}
    own = {name: kinds[type(value)] for t in found for name, value in t.columns.items()}
    facts = replace(
        locations.module(dataset, settings).FACTS,
        classes=tuple(dict.fromkeys(label for t in found for label in t.labels)),
        columns=tuple(Column(name, kind) for name, kind in own.items()),
    )
    sizes = [t.path.stat().st_size if t.path and t.path.is_file() else 0 for t in found]
    table = pa.Table.from_batches([rows.batch(found, sizes, 0, facts)])
    tracks.write(dataset, table, facts, settings)
