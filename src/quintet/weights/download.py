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

ProgressCallback = Callable[[int, int], None]  # bytes here, of (0: the server does not say)


def fetch(url: str, part: Path, progress: ProgressCallback, timeouts: connection.Timeouts) -> None:
    """Makes `part` the whole file behind `url`, going on from what it holds of the same file already.

    Raises NotFetched with the reason, UsageError for an address that is none. What came is kept in `part`;
    a whole `part` that was never taken away costs one question to the server.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise UsageError(f"{url!r} is no address to download from; expected https://… or a file.")
    connection.check_reachable(url, timeouts)
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotFetched(f"{part.parent} cannot be written: {error.strerror}.") from error
    while True:
        before = _partial_size(part)
        try:
            _pull(url, part, progress, timeouts)
        except connection.TransferInterrupted as interruption:
            if _partial_size(part) > before:
                continue
            kept_text = (
                f" The first {size(_partial_size(part))} are kept, to go on from."
                if _partial_size(part)
                else ""
            )
            raise NotFetched(f"{interruption}{kept_text}") from interruption
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


def _pull(url: str, part: Path, progress: ProgressCallback, timeouts: connection.Timeouts) -> None:
    """One request for what is missing. Raises Cut where the transfer ends early."""
    import requests

    start, tag = _resumable(url, part)
    headers = {"Accept-Encoding": "identity", "User-Agent": "quintet"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": tag}
    times = (timeouts.connect, timeouts.read)
    try:
        with requests.get(url, headers=headers, stream=True, timeout=times) as response:
            if response.status_code == 416 and start:  # nothing is left to send, or the file is shorter now
                if response.headers.get("Content-Range") == f"bytes */{start}":
                    return
                discard(part)
                return _pull(url, part, progress, timeouts)
            start, total = _check_response(response, url, start)
            _check_space(part, total - start)
            _write_note(response, url, part)
            _write(response, part, start, lambda received: progress(received, total))
    except requests.exceptions.RequestException as error:
        raise connection.describe_error(url, error, timeouts) from error
    except OSError as error:
        raise NotFetched(f"{part.parent} cannot be written: {error.strerror}.") from error
    if total and _partial_size(part) < total:
        raise connection.TransferInterrupted(f"{connection.host(url)} ended the transfer early.")


def _check_response(response: "Response", url: str, start: int) -> tuple[int, int]:
    """Where the body begins in the file, and the file's whole size (0: unknown). Raises NotFetched."""
    wrong = response.status_code == 206 and f"bytes {start}-" not in response.headers.get("Content-Range", "")
    if response.status_code not in (200, 206) or wrong:
        why = f"{response.status_code} ({response.reason})" if response.reason else f"{response.status_code}"
        raise NotFetched(f"{connection.host(url)} answered {why} for {url}.")
    length = int(response.headers.get("Content-Length") or 0)
    if response.status_code == 200:  # ranges are not supported, or the file changed: all of it comes
        return 0, length
    return start, start + length if length else 0


def _write(response: "Response", part: Path, start: int, progress: Callable[[int], None]) -> None:
    """Appends the body, or begins anew at 0."""
    received = start
    with part.open("ab" if start else "wb") as file:
        progress(received)
        for chunk in response.iter_content(PIECE):
            file.write(chunk)
            received += len(chunk)
            progress(received)


def _write_note(response: "Response", url: str, part: Path) -> None:
    """Notes what tells later whether a range fits what is here: the server's tag of this version."""
    strong = response.headers.get("ETag", "")
    tag = response.headers.get("Last-Modified", "") if strong.startswith("W/") or not strong else strong
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
    return _partial_size(part), tag


def _check_space(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if needed and free < needed + SPARE:
        raise NotFetched(
            f"{size(needed)} are still to come and {size(free)} are free in {part.parent}. "
            f"Make room, or name another folder: weights in quintet.toml."
        )


def _partial_size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".from")
