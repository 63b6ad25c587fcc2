"""Which tracks are byte for byte the same sound: equal sizes first, then a part of each file, then all."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pandas as pd

PART = 65_536  # bytes of a file's middle: many files of constant bit rate have equal sizes
UNREAD = "!"  # before the reason, where a digest would stand


def same(frame: pd.DataFrame) -> tuple[list[tuple[int, ...]], dict[str, str]]:
    """Row numbers of equal sound, two or more each; and id -> why its file could not be read.

    `frame` has the columns path, bytes, start, seconds and whole of all tracks, by row number. Excerpts are
    equal where their files and their places are.
    """
    there = frame[frame["path"].notna() & (frame["bytes"] > 0)]
    place = there[["start", "seconds"]].where(~there["whole"], 0.0).assign(bytes=there["bytes"])
    left = there.assign(key=place.groupby(["bytes", "start", "seconds"]).ngroup().astype(str))
    unreadable: dict[str, str] = {}
    for most in (PART, None):
        left = left[left["key"].duplicated(keep=False)]
        found = left["path"].map(_digests(left["path"], most)).astype(str)
        lost = found.str.startswith(UNREAD)
        unreadable |= dict(zip(left["id"][lost], found[lost].str.removeprefix(UNREAD), strict=True))
        left = left.assign(key=left["key"] + found)[~lost]
    return [tuple(rows.index) for _, rows in left.groupby("key") if len(rows) > 1], unreadable


def _digests(paths: pd.Series, most: int | None) -> dict[str, str]:
    once = list(dict.fromkeys(paths))
    with ThreadPoolExecutor() as pool:
        return dict(zip(once, pool.map(lambda path: _digest(Path(path), most), once), strict=True))


def _digest(path: Path, most: int | None) -> str:
    """sha256 of a file, or of the `most` bytes in its middle."""
    digest = sha256()
    try:
        with path.open("rb") as file:
            if most is not None:
                file.seek(max(0, path.stat().st_size - most) // 2)
                digest.update(file.read(most))
            else:
                while block := file.read(1 << 20):
                    digest.update(block)
    except OSError as error:
        return f"{UNREAD}{path.name!r} cannot be read: {error.strerror or error}."
    return digest.hexdigest()
