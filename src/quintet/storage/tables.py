"""Tables on disk: Lance files below cache/<dataset>/, committed atomically, one per embedding fingerprint.

A killed writer loses only its open batch. A table carries its facts (fingerprint, dim, …) in its schema's
metadata, and an append whose facts differ is refused, so results never mix.
"""

import errno
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa

from quintet import bounded
from quintet.errors import Busy, MissingEmbeddings, OutOfBounds, StoreError
from quintet.storage import atomic

_NONE: Mapping[str, str] = MappingProxyType({})
_LIMITS = bounded.ResourceLimits(memory_bytes=64 << 30, seconds=600.0)
# The locks this job holds, by their files: a step of a job may be a job of its own.
_HELD: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())
_KEPT_DAMAGED = 3  # unreadable versions of one table that stay beside it


_FAILED = ".failed.lance"


def embeddings_path(cache: Path, dataset: str, key: str, fingerprint: str) -> Path:
    """Where the embeddings of one backbone variant with one fingerprint lie."""
    return cache / dataset / "embeddings" / f"{key.replace(':', '--')}@{fingerprint}.lance"


def version(path: Path) -> int:
    """Number of the table's last commit, 0 where there is none: the visible part of every cache key."""
    commits = path / "_versions"
    return len(list(commits.iterdir())) if commits.is_dir() else 0


def open_table(path: Path):
    """The lance.LanceDataset at `path`: pyarrow's dataset interface, read where it lies.

    Raises StoreError where it does not open.
    """
    import lance

    with reading(path):
        return lance.dataset(str(path))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns whatever Lance raises of an unreadable table into a StoreError that names what mends it."""
    try:
        yield
    except (StoreError, MissingEmbeddings, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        logging.getLogger(__name__).info("%s cannot be read", path, exc_info=True)
        raise StoreError(_damaged(path)) from error


def exists(path: Path) -> bool:
    """Whether a table is there: its folder has a commit, and it opens."""
    commits = path / "_versions"
    if not commits.is_dir():
        return False
    try:
        _open_at(path, version(path), commits.stat().st_mtime_ns)
    except StoreError:
        return False
    return True


def check(path: Path) -> None:
    """Raises StoreError, with what mends it, where something lies at `path` that does not open."""
    if path.is_dir() and not exists(path):
        raise StoreError(_damaged(path))


def heal(cache: Path, dataset: str) -> list[Path]:
    """Moves aside every table of a dataset that cannot be read whole; returns where they lie now.

    For jobs that hold the dataset. A table is read in a child process, since a damaged one may end the
    process that reads it, and again only after it has changed.
    """
    tables = [path for path in sorted((cache / dataset).rglob("*.lance")) if path.is_dir()]
    record = cache / dataset / "checked.json"
    checked = _checked(record)
    stamps = {str(path.relative_to(cache / dataset)): _stamp(path) for path in tables}
    unknown = [path for path, (name, stamp) in zip(tables, stamps.items(), strict=True)
               if checked.get(name) != stamp]  # fmt: skip
    unreadable = _unreadable(unknown)
    aside = [set_aside(path) for path in unreadable]
    if unknown:
        removed = {str(path.relative_to(cache / dataset)) for path in unreadable}
        atomic.write_json(record, {name: stamp for name, stamp in stamps.items() if name not in removed})
    return aside


def set_aside(path: Path) -> Path:
    """Moves an unreadable table to a name beside it; of the older ones at most two stay."""
    older = sorted(
        path.parent.glob(f"{path.name}.damaged-*"), key=lambda table_path: table_path.stat().st_mtime_ns
    )
    for old_path in older[: max(0, len(older) + 1 - _KEPT_DAMAGED)]:
        shutil.rmtree(old_path, ignore_errors=True)
    numbers = [int(n) for old_path in older if (n := old_path.name.rpartition("-")[2]).isdecimal()]
    target = path.with_name(f"{path.name}.damaged-{max(numbers, default=0) + 1}")
    os.rename(path, target)
    logging.getLogger(__name__).warning(
        "%s was damaged and is computed again; what was left of it is kept as %s.", path.name, target
    )
    return target


def facts(path: Path) -> dict[str, str]:
    """What a table says of itself; read once a commit, for pages ask at every turn."""
    commits = path / "_versions"
    changed = commits.stat().st_mtime_ns if commits.is_dir() else 0
    return dict(_facts_at(path, version(path), changed))


def delete_rows(path: Path, ids: list[str]) -> None:
    """Takes rows out of a table of embeddings or failures in one commit."""
    if ids:
        names = ", ".join("'" + track_id.replace("'", "''") + "'" for track_id in ids)
        open_table(path).delete(f"id IN ({names})")


def append_embeddings(
    path: Path, fingerprint: str, ids: list[str], matrix: np.ndarray, more: Mapping[str, str] = _NONE
) -> None:
    """Adds rows (n, dim) float32 under `ids` in one commit; `more` is said of the table beside it.

    Raises StoreError when the facts differ from the table's.
    """
    if len(ids) != len(matrix):
        raise StoreError(
            f"{len(ids)} ids came with {len(matrix)} embeddings; expected one each. Nothing was written."
        )
    dim = matrix.shape[1]
    facts = {"fingerprint": fingerprint, "dim": str(dim), **more}
    _append(path, pa.table({"id": pa.array(ids, pa.string()), "embedding": _rows(matrix)}), facts)


def append_failures(path: Path, fingerprint: str, reasons: dict[str, str]) -> None:
    """Records why these ids could not be embedded, beside the table of those that could."""
    rows = {"id": list(reasons), "reason": list(reasons.values())}
    _append(_failures(path), pa.table(rows), {"fingerprint": fingerprint})


def embedded(path: Path) -> set[str]:
    """Ids the table holds."""
    if not exists(path):
        return set()
    with reading(path):
        return set(open_table(path).to_table(columns=["id"])["id"].to_pylist())


def failures(path: Path) -> dict[str, str]:
    """Id -> reason for what could not be embedded."""
    if not exists(_failures(path)):
        return {}
    with reading(_failures(path)):
        rows = open_table(_failures(path)).to_table().to_pydict()
        return dict(zip(rows["id"], rows["reason"], strict=True))


def read_embeddings(path: Path) -> tuple[list[str], np.ndarray]:
    """All ids and their matrix (n, dim) float32, read-only. Raises MissingEmbeddings for an absent table."""
    check(path)
    if not exists(path):
        raise MissingEmbeddings(
            f"No embeddings at {path.name}. Compute them: quintet embed {path.parents[1].name}"
        )
    with reading(path):
        table = open_table(path).to_table().combine_chunks()
        column = table["embedding"].combine_chunks()
        matrix = column.flatten().to_numpy(zero_copy_only=False).reshape(len(table), -1)  # (n, dim)
        ids = table["id"].to_pylist()
    if len(set(ids)) < len(ids):  # two jobs of an older version ran at once: the first row of an id counts
        first = np.sort(np.unique(np.array(ids), return_index=True)[1])
        ids, matrix = [ids[row] for row in first], matrix[first]
    matrix.setflags(write=False)
    return ids, matrix


def write(path: Path, table: pa.Table, facts: dict[str, str]) -> None:
    """Replaces a whole table (maps, predictions) in one commit, with `facts` in its metadata."""
    import lance

    if not exists(path):
        _create(path, table.replace_schema_metadata(facts))
        return
    lance.write_dataset(table.replace_schema_metadata(facts), str(path), mode="overwrite")


def read(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """A whole table and its facts. Raises MissingEmbeddings for an absent one."""
    check(path)
    if not exists(path):
        raise MissingEmbeddings(f"{path.name} is not there yet. Run: quintet prepare {path.parents[1].name}")
    with reading(path):
        table = open_table(path)
        return table.to_table().to_pandas(), _facts(table)


@contextmanager
def write_lock(cache: Path, dataset: str) -> Iterator[None]:
    """Holds the dataset for one writing job, its damaged tables moved aside; within itself it does nothing.

    What is planned is planned within it, so no other job can have done it meanwhile. Raises Busy when another
    process has it, StoreError where the cache cannot be written.
    """
    path = cache / dataset / "job.lock"
    if path in _HELD.get():
        yield
        return
    busy = f"Another job is writing {dataset!r}. Wait for it or stop it, then run this again."
    with atomic.exclusive(path, busy):
        token = _HELD.set(_HELD.get() | {path})
        try:
            _sweep(cache / dataset)
            heal(cache, dataset)
            yield
        finally:
            _HELD.reset(token)


def _sweep(folder: Path) -> None:
    """Removes what killed jobs left: tables that were never moved to their place, files half written."""
    for leftover in folder.rglob(".*"):
        name = leftover.name.removeprefix(".").partition(".")[0]
        if len(name) == 32 and set(name) <= set("0123456789abcdef"):
            shutil.rmtree(leftover, ignore_errors=True) if leftover.is_dir() else leftover.unlink(
                missing_ok=True
            )


def _append(path: Path, table: pa.Table, facts: dict[str, str]) -> None:
    import lance

    if not exists(path):
        _create(path, table.replace_schema_metadata(facts))
        return
    stored = _facts(open_table(path))
    if stored != facts:
        raise StoreError(
            f"{path.name} holds {stored}; these rows are {facts}. Expected the same. Nothing was written."
        )
    lance.write_dataset(table.replace_schema_metadata(facts), str(path), mode="append")


def _create(path: Path, table: pa.Table) -> None:
    """A table's first commit, written beside its place and moved there: a killed writer leaves no part."""
    import lance

    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid4().hex}.new")
    try:
        lance.write_dataset(table, str(temporary), mode="create")
        if path.exists() and not exists(path):
            set_aside(path)
        os.rename(temporary, path)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        raise Busy(
            f"Another job has written {path.name} at the same moment. Run this again: it goes on from there."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _damaged(path: Path) -> str:
    dataset = path.parent.name if path.name == "tracks.lance" else path.parents[1].name
    return f"The table {path.name} of {dataset!r} is damaged. Run: quintet prepare {dataset}"


def _checked(record: Path) -> dict[str, str]:
    try:
        document = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _stamp(path: Path) -> str:
    """What changes with any of the table's files: how many, their bytes, the time of the last."""
    facts = [file.stat() for file in path.rglob("*") if file.is_file()]
    newest = max((stat.st_mtime_ns for stat in facts), default=0)
    return f"{len(facts)} {sum(stat.st_size for stat in facts)} {newest}"


def _unreadable(paths: list[Path]) -> list[Path]:
    """Those of the tables that cannot be read whole; one that ends its child is found by itself."""
    if not paths:
        return []
    try:
        return bounded.run(_unreadable_here, paths, limits=_LIMITS)
    except OutOfBounds:
        if len(paths) == 1:
            return paths
    return [bad for path in paths for bad in _unreadable([path])]


def _unreadable_here(paths: list[Path]) -> list[Path]:
    bad = []
    for path in paths:
        try:
            with reading(path):
                table = open_table(path)
                for _ in table.to_batches():
                    pass
                if lacking := _columns(path) - {*table.schema.names}:
                    raise StoreError(f"{path.name} lacks {', '.join(sorted(lacking))}.")
        except StoreError:
            bad.append(path)
    return bad


def _columns(path: Path) -> set[str]:
    """What a table has to have at least, by where it lies."""
    if path.parent.name != "embeddings":
        return set()
    return {"id", "reason" if path.name.endswith(_FAILED) else "embedding"}


@lru_cache(maxsize=1024)
def _open_at(path: Path, version: int, changed: int) -> None:
    open_table(path)  # what it raises is not kept: it may be a passing fault


@lru_cache(maxsize=256)
def _facts_at(path: Path, version: int, changed: int) -> dict[str, str]:
    return _facts(open_table(path))


def _facts(dataset) -> dict[str, str]:
    return {k.decode(): v.decode() for k, v in (dataset.schema.metadata or {}).items()}


def _failures(path: Path) -> Path:
    return path.with_suffix(_FAILED)


def _rows(matrix: np.ndarray) -> pa.Array:
    flat = pa.array(np.ascontiguousarray(matrix, dtype=np.float32).reshape(-1))
    return pa.FixedSizeListArray.from_arrays(flat, matrix.shape[1])
