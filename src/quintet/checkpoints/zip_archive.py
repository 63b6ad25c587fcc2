"""Zips that anyone may have made: what they claim is checked before anything of them is unpacked."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MOST_MEMBERS = 100_000
CLAIMED = 16 << 30  # bytes of all members: more is no net read here
SMALL, RATIO = 64 << 20, 20  # bytes inflated in all: up to SMALL, or RATIO times the file's


@contextmanager
def opened(source: Path | BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The zip, its members checked against what it has. Raises ValueError for a bomb or a damaged list."""
    with zipfile.ZipFile(source) as archive:
        check(archive)
        yield archive


def check(archive: zipfile.ZipFile) -> None:
    """Raises ValueError where the members overlap, claim too much or inflate too far."""
    file = archive.fp
    if file is None:
        raise ValueError("the zip is closed")
    size = file.seek(0, 2)
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise ValueError(f"the zip has {len(members):,} members; at most {MOST_MEMBERS:,} are read")
    if sum(info.compress_size for info in members) > size:
        raise ValueError("the zip's members are larger than the zip, or lie one upon another")
    claimed = sum(info.file_size for info in members)
    inflated = sum(info.file_size for info in members if info.compress_type != zipfile.ZIP_STORED)
    bound = max(SMALL, RATIO * size)
    if claimed > CLAIMED or inflated > bound:
        raise ValueError(
            f"the zip of {size:,} bytes unpacks to {claimed:,}; at most {min(CLAIMED, bound):,} are read"
        )
    wrong = [i for i in members if i.compress_type == zipfile.ZIP_STORED and i.file_size != i.compress_size]
    if wrong:
        raise ValueError("the zip states two sizes of one member")
