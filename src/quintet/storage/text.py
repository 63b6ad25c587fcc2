"""Text files people have: their encoding told by their first bytes, and tables row by row.

UTF-8 is expected. UTF-16 and UTF-32, which Excel calls Unicode text, are read as well; what a person wrote in
the older Windows-1252 is read as that and said.
"""

import codecs
import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from quintet.errors import BadData

SkipCallback = Callable[[str, str], None]  # what was skipped or mended, an example of it
UNREADABLE = "letters that are not UTF-8, shown as \ufffd"
FOREIGN = "letters that are not UTF-8, read as Windows-1252"
SHORT = "row of another length, left out"
ANY = ",\t;"  # delimiters of a table that a person made
_NAMES = {",": "commas", "\t": "tabs", ";": "semicolons"}
_MARKS = (  # the longer first: UTF-32's begins as UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8-sig"),
)  # fmt: skip


@contextmanager
def opened(path: Path) -> Iterator[io.TextIOWrapper]:
    """The file as text, line ends as they are. Raises BadData for what cannot be opened or is no text."""
    try:
        with path.open("rb") as file:
            yield decoded(file, path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise BadData(f"{path} cannot be read: {reason}. Fetch it again, or correct its rights.") from error


def decoded(file: BinaryIO, path: Path) -> io.TextIOWrapper:
    """An open file as text; `path` only serves the message. Raises BadData for what is no text."""
    head = file.peek(4096)[:4096] if hasattr(file, "peek") else b""
    return io.TextIOWrapper(file, encoding=_encoding(head, path), errors="replace", newline="")


def records(path: Path, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(number of its last line, cells) of every record; a cell may hold line breaks. Raises BadData."""
    with opened(path) as file:
        yield from _records(file, delimiter, path)


def table(
    path: Path, delimiters: str, needs: tuple[str, ...], skip: SkipCallback, by_hand: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, row) of a table with one header line, parted by the first of `delimiters` that suits it.

    A row of another length is counted and left out; one that a person wrote `by_hand` is filled up or cut.
    Raises BadData for a header without the columns it `needs`, naming the delimiter it seems to have.
    """
    with _by_hand(path, skip) if by_hand else opened(path) as file:
        first = file.readline()
        delimiter = next((d for d in delimiters if _suits(first, d, needs)), delimiters[0])
        rows = _records(chain([first] if first else [], file), delimiter, path)
        _, header = next(rows, (0, []))
        header = [name.strip() for name in header]
        _check(path, header, delimiter, needs, by_hand)
        for line, cells in rows:
            if len(cells) != len(header) and by_hand and cells:
                cells = (cells + [""] * len(header))[: len(header)]
            if len(cells) != len(header):
                if cells:
                    skip(SHORT, f"{path.name} line {line}")
                continue
            if any("\ufffd" in cell for cell in cells):
                skip(UNREADABLE, f"{path.name} line {line}")
            yield line, dict(zip(header, cells, strict=True))


def parse_int(cell: str) -> int | None:
    """A number without a sign, as a table holds it; None for anything else: no "\u00b2", no 5,000 digits."""
    cell = cell.strip()
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) <= 15 else None


def parse_float(cell: str) -> float | None:
    """A finite number from 0 to 2^53, which both an integer and a number can hold; None for anything else."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if 0 <= value < 2**53 else None


def _encoding(head: bytes, path: Path) -> str:
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    if marked:
        return marked
    if b"\0" not in head:
        return "utf-8"
    even, odd = head[::2].count(0), head[1::2].count(0)  # of ASCII in UTF-16 every other byte is 0
    if max(even, odd) > len(head) // 4 and min(even, odd) < len(head) // 50 + 1:
        return "utf-16-le" if odd > even else "utf-16-be"
    raise BadData(
        f"{path} holds NUL bytes: that is no text. Expected a table as UTF-8 or UTF-16. "
        "Save it as CSV (UTF-8), or fetch it again."
    )


@contextmanager
def _by_hand(path: Path, skip: SkipCallback) -> Iterator[io.TextIOBase]:
    """A small file that a person wrote, as text: UTF-8 or UTF-16, else Windows-1252."""
    with opened(path) as file:
        text = file.read()
        if "\ufffd" in text and file.encoding.startswith("utf-8"):
            data = path.read_bytes()
            try:
                data.decode()
            except UnicodeDecodeError:
                text = data.decode("cp1252", "replace")
                skip(FOREIGN, path.name)
        yield io.StringIO(text, newline="")


def _records(lines: Iterable[str], delimiter: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.reader((line.replace("\0", "\ufffd") for line in lines), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise BadData(
            f"{path} line {reader.line_num} is no line of a table: {error}. Fetch it again."
        ) from error


def _suits(line: str, delimiter: str, needs: tuple[str, ...]) -> bool:
    header = {name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])}
    return header.issuperset(needs)


def _check(path: Path, header: list[str], delimiter: str, needs: tuple[str, ...], by_hand: bool) -> None:
    lacking = [name for name in needs if name not in header]
    if not lacking:
        return
    line = delimiter.join(header).replace('"', "")
    actual = next((d for d in _NAMES if d != delimiter and all(n in line.split(d) for n in needs)), None)
    hint = (
        f" It seems to be separated by {_NAMES[actual]}: {_NAMES[delimiter]} were expected." if actual else ""
    )
    raise BadData(
        f"{path} lacks the column {lacking[0]!r}; its first line is {line[:120]!r}.{hint} "
        f"Expected columns: {', '.join(needs)}. "
        + ("Write them in its first line." if by_hand else "Take the file as its authors published it.")
    )
