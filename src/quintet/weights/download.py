"""One file over HTTP: into a .part, resumed where it was cut, until it is whole.

fetch ── reach     is there a way to the host at all, within a few seconds
      └─ pull      ask for what is missing, append it
         ├─ cut short with something gained: pull again
         └─ cut short with nothing gained: the .part stays, and the error says so
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from quintet.errors import NotFetched, UsageError
from quintet.storage import atomic
from quintet.weights import connection

if TYPE_CHECKING:
    from requests import Response

PIECE = 1 << 15  # bytes read at a time: what a cut connection loses at most
SPARE = 200_000_000  # bytes that stay free on the disk

Show = Callable[[int, int], None]  # bytes here, of (0: the server does not say)


def fetch(url: str, part: Path, show: Show, patience: connection.Patience) -> None:
    """Makes `part` the whole file behind `url`, going on from what it holds of the same file already.

    Raises NotFetched with the reason, UsageError for an address that is none. What came is kept in `part`;
    a whole `part` that was never taken away costs one question to the server.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise UsageError(f"{url!r} is no address to download from; expected https://… or a file.")
    connection.reach(url, patience)
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotFetched(f"{part.parent} cannot be written: {error.strerror}.") from error
    while True:
        before = _held(part)
        try:
            _pull(url, part, show, patience)
        except connection.Cut as cut:
            if _held(part) > before:
                continue
            kept = f" The first {size(_held(part))} are kept, to go on from." if _held(part) else ""
            raise NotFetched(f"{cut}{kept}") from cut
        return


def size(count: int) -> str:
    """Bytes for people: "346 MB", "4.9 kB"."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit:
            return f"{count / unit:.{1 if count < 100 * unit else 0}f} {name}"
    return f"{count} bytes"


def discard(part: Path) -> None:
    """Removes a partial download with what is noted of it."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _pull(url: str, part: Path, show: Show, patience: connection.Patience) -> None:
    """One request for what is missing. Raises Cut where the transfer ends early."""
    import requests

    start, tag = _resumable(url, part)
    headers = {"Accept-Encoding": "identity", "User-Agent": "quintet"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": tag}
    times = (patience.connect, patience.silence)
    try:
        with requests.get(url, headers=headers, stream=True, timeout=times) as answer:
            if answer.status_code == 416 and start:  # nothing is left to send, or the file is shorter now
                if answer.headers.get("Content-Range") == f"bytes */{start}":
                    return
                discard(part)
                return _pull(url, part, show, patience)
            start, total = _begin(answer, url, start)
            _room(part, total - start)
            _keep(answer, url, part)
            _write(answer, part, start, lambda here: show(here, total))
    except requests.exceptions.RequestException as error:
        raise connection.said(url, error, patience) from error
    except OSError as error:
        raise NotFetched(f"{part.parent} cannot be written: {error.strerror}.") from error
    if total and _held(part) < total:
        raise connection.Cut(f"{connection.host(url)} ended the transfer early.")


def _begin(answer: "Response", url: str, start: int) -> tuple[int, int]:
    """Where the body begins in the file, and the file's whole size (0: unknown). Raises NotFetched."""
    wrong = answer.status_code == 206 and f"bytes {start}-" not in answer.headers.get("Content-Range", "")
    if answer.status_code not in (200, 206) or wrong:
        why = f"{answer.status_code} ({answer.reason})" if answer.reason else f"{answer.status_code}"
        raise NotFetched(f"{connection.host(url)} answered {why} for {url}.")
    length = int(answer.headers.get("Content-Length") or 0)
    if answer.status_code == 200:  # ranges are not supported, or the file changed: all of it comes
        return 0, length
    return start, start + length if length else 0


def _write(answer: "Response", part: Path, start: int, show: Callable[[int], None]) -> None:
    """Appends the body, or begins anew at 0."""
    here = start
    with part.open("ab" if start else "wb") as file:
        show(here)
        for piece in answer.iter_content(PIECE):
            file.write(piece)
            here += len(piece)
            show(here)


def _keep(answer: "Response", url: str, part: Path) -> None:
    """Notes what tells later whether a range fits what is here: the server's tag of this version."""
    strong = answer.headers.get("ETag", "")
    tag = answer.headers.get("Last-Modified", "") if strong.startswith("W/") or not strong else strong
    atomic.write_json(_note(part), {"url": url, "tag": tag})


def _resumable(url: str, part: Path) -> tuple[int, str]:
    """How much of the same file is here already, and the server's word for "the same"; 0 where unsure."""
    if not part.is_file() or not _note(part).is_file():
        return 0, ""
    try:
        note = json.loads(_note(part).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # cut short or damaged: as if there were none
        return 0, ""
    tag = note.get("tag") if isinstance(note, dict) and note.get("url") == url else None
    if not isinstance(tag, str) or not tag or not tag.isprintable():
        return 0, ""
    return _held(part), tag


def _room(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if needed and free < needed + SPARE:
        raise NotFetched(
            f"{size(needed)} are still to come and {size(free)} are free in {part.parent}. "
            f"Make room, or name another folder: weights in quintet.toml."
        )


def _held(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".from")
