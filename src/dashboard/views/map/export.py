"""A selection as a file to take along: the dataset's columns, and what each backbone's probe says of a track.

The word untrained stands in the name of every column that comes from random weights.
"""

import csv
import io
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard import cache
from dashboard.cache import maps
from dashboard.widgets import backbone_picker
from quintet.catalogue import export
from quintet.catalogue.query import Query
from quintet.embeddings.models import Model
from quintet.maps.joined import JoinedMaps

Columns = dict[str, list]


def file(held: JoinedMaps, sources: Sequence[Model], chosen: np.ndarray, kind: str) -> io.BytesIO:
    """The rows chosen (k,) as CSV, parquet or m3u8, in the dataset's order. Raises UsageError."""
    table = cache.asked(held.dataset)
    wanted = Query(ids=tuple(held.ids.take(pa.array(chosen)).to_pylist()))
    plain = io.BytesIO()
    export.write(table, wanted, kind, plain)
    plain.seek(0)
    if kind == export.PLAYLIST:
        return plain
    order = chosen[np.argsort(held.table_rows[chosen], kind="stable")]  # as the export has them
    added = answers(held, sources, order)
    return _csv(plain, added) if kind == export.CSV else _parquet(plain, added)


def answers(held: JoinedMaps, sources: Sequence[Model], order: np.ndarray) -> Columns:
    """A column of words and one of probabilities for each backbone that was scored, for these rows."""
    found: Columns = {}
    for source in sources:
        said = maps.said(held, source)
        if said is None:
            continue
        name, index = f"{backbone_picker.named(source)} says", said.index[order]
        found[name] = [said.classes[at] if at >= 0 else None for at in index]
        found[f"{name}, probability"] = [
            round(float(sure), 4) if at >= 0 else None
            for at, sure in zip(index, said.sure[order], strict=True)
        ]
    return found


def _csv(plain: io.BytesIO, added: Columns) -> io.BytesIO:
    lines = csv.reader(io.TextIOWrapper(plain, encoding="utf-8", newline=""))
    text = io.StringIO(newline="")
    write = csv.writer(text)
    write.writerow([*next(lines), *export.formula_safe_row(added)])
    for line, *more in zip(lines, *added.values(), strict=True):
        write.writerow([*line, *export.formula_safe_row(more)])
    return io.BytesIO(text.getvalue().encode())


def _parquet(plain: io.BytesIO, added: Columns) -> io.BytesIO:
    table, made = pq.read_table(plain), io.BytesIO()
    for name, values in added.items():
        kind = pa.float64() if name.endswith("probability") else pa.string()
        table = table.append_column(name, pa.array(values, kind))
    pq.write_table(table, made)
    made.seek(0)
    return made
