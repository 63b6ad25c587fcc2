"""Tables on disk: Lance files below cache/<dataset>/, committed atomically, one per embedding fingerprint.

A killed writer loses only its open batch. A table carries its facts (fingerprint, dim, …) in its schema's
metadata, and an append whose facts differ is refused, so results never mix.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa

from quintet.errors import Busy, MissingEmbeddings, StoreError

_NONE: Mapping[str, str] = MappingProxyType({})


def embeddings_path(cache: Path, dataset: str, key: str, fingerprint: str) -> Path:
    """Where the embeddings of one backbone variant with one fingerprint lie."""
    return cache / dataset / "embeddings" / f"{key.replace(':', '--')}@{fingerprint}.lance"


def version(path: Path) -> int:
    """Number of the table's last commit, 0 where there is none: the visible part of every cache key."""
    commits = path / "_versions"
    return len(list(commits.iterdir())) if commits.is_dir() else 0


def open_table(path: Path):
    """The lance.LanceDataset at `path`: pyarrow's dataset interface, read where it lies."""
    import lance

    return lance.dataset(str(path))


def facts(path: Path) -> dict[str, str]:
    """What a table says of itself; read once a commit, for pages ask at every turn."""
    commits = path / "_versions"
    changed = commits.stat().st_mtime_ns if commits.is_dir() else 0
    return dict(_facts_at(path, version(path), changed))


def forget(path: Path, ids: list[str]) -> None:
    """Takes rows out of a table of embeddings or failures in one commit."""
    if ids:
        names = ", ".join("'" + one.replace("'", "''") + "'" for one in ids)
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
    return set(open_table(path).to_table(columns=["id"])["id"].to_pylist()) if path.exists() else set()


def failures(path: Path) -> dict[str, str]:
    """Id -> reason for what could not be embedded."""
    if not _failures(path).exists():
        return {}
    rows = open_table(_failures(path)).to_table().to_pydict()
    return dict(zip(rows["id"], rows["reason"], strict=True))


def read_embeddings(path: Path) -> tuple[list[str], np.ndarray]:
    """All ids and their matrix (n, dim) float32, read-only. Raises MissingEmbeddings for an absent table."""
    if not path.exists():
        raise MissingEmbeddings(
            f"No embeddings at {path.name}. Compute them: quintet embed {path.parents[1].name}"
        )
    table = open_table(path).to_table().combine_chunks()
    column = table["embedding"].combine_chunks()
    matrix = column.flatten().to_numpy(zero_copy_only=False).reshape(len(table), -1)  # (n, dim)
    matrix.setflags(write=False)
    return table["id"].to_pylist(), matrix


def write(path: Path, table: pa.Table, facts: dict[str, str]) -> None:
    """Replaces a whole table (maps, predictions) in one commit, with `facts` in its metadata."""
    import lance

    path.parent.mkdir(parents=True, exist_ok=True)
    mode = "overwrite" if path.exists() else "create"
    lance.write_dataset(table.replace_schema_metadata(facts), str(path), mode=mode)


def read(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """A whole table and its facts. Raises MissingEmbeddings for an absent one."""
    if not path.exists():
        raise MissingEmbeddings(f"{path.name} is not there yet. Run: quintet prepare {path.parents[1].name}")
    found = open_table(path)
    return found.to_table().to_pandas(), _facts(found)


@contextmanager
def writing(cache: Path, dataset: str) -> Iterator[None]:
    """Holds the dataset for one writing job. Raises Busy when another process has it."""
    path = cache / dataset / "job.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(
                f"Another job is writing {dataset!r}. Wait for it or stop it, then run this again."
            ) from error
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _append(path: Path, table: pa.Table, facts: dict[str, str]) -> None:
    import lance

    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        lance.write_dataset(table.replace_schema_metadata(facts), str(path), mode="create")
        return
    held = _facts(open_table(path))
    if held != facts:
        raise StoreError(
            f"{path.name} holds {held}; these rows are {facts}. Expected the same. Nothing was written."
        )
    lance.write_dataset(table.replace_schema_metadata(facts), str(path), mode="append")


@lru_cache(maxsize=256)
def _facts_at(path: Path, version: int, changed: int) -> dict[str, str]:
    return _facts(open_table(path))


def _facts(found) -> dict[str, str]:
    return {k.decode(): v.decode() for k, v in (found.schema.metadata or {}).items()}


def _failures(path: Path) -> Path:
    return path.with_suffix(".failed.lance")


def _rows(matrix: np.ndarray) -> pa.Array:
    flat = pa.array(np.ascontiguousarray(matrix, dtype=np.float32).reshape(-1))
    return pa.FixedSizeListArray.from_arrays(flat, matrix.shape[1])
