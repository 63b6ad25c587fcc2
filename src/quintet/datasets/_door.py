"""The door of every reader: whatever one raises is one sentence, and no text of a file deceives the eye."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from quintet.datasets.base import Facts, ReadReport, Track, Value
from quintet.errors import BadData, QuintetError
from quintet.names import display, is_plain, readable

Row = TypeVar("Row")
LONGEST = 200  # letters of a library's words


@contextmanager
def reading(root: Path, title: str, notes: ReadReport) -> Iterator[None]:
    """Work on a dataset's files below `root`: what is not our error becomes BadData with the file's name."""
    try:
        yield
    except QuintetError:
        raise
    except Exception as error:  # a reader and its libraries may raise anything over a user's file
        source_name = _source_name(error, root, notes)
        logging.getLogger(__name__).exception("%s", source_name)
        text = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}".rstrip(": ")
        raise BadData(
            f"{source_name} cannot be read as {title}: {display(readable(text), LONGEST)}. "
            "Expected the files as "
            "they were published. Fetch this one again, or correct its rights."
        ) from error


def reason(error: Exception) -> str:
    """What a library says of a file, which may quote the file: one short line that can be shown."""
    return display(readable(str(error)), LONGEST)


def guarded(rows: Iterable[Row], root: Path, title: str, notes: ReadReport) -> Iterator[Row]:
    """`rows` as they are asked for. Raises as `reading`; what the asker raises in between is its own."""
    with reading(root, title, notes):
        yield from rows


def presentable(track: Track) -> Track:
    """The track with every text as `names.display` writes it; id and path stay what they are on disk."""
    if is_plain("".join(_words(track))):  # nearly all: a million tracks pass here
        return track
    texts = {name: display(getattr(track, name)) for name in _TEXTS}
    lists = {name: _each(getattr(track, name)) for name in _LISTS}
    columns = {name: _value(value) for name, value in track.columns.items()}
    return replace(track, **texts, **lists, columns=columns)


def presentable_facts(facts: Facts) -> Facts:
    """The facts with classes, tags and title written as those of `presentable` tracks."""
    protocols = tuple(replace(p, classes=_each(p.classes)) for p in facts.protocols)
    return replace(
        facts, title=display(facts.title), classes=_each(facts.classes), protocols=protocols,
        parents=_tree(facts.parents),
    )  # fmt: skip


_TEXTS = ("title", "artist", "album", "group", "split")
_LISTS = ("labels", "tags", "flags")


def _words(track: Track) -> Iterator[str]:
    for name in _TEXTS:
        yield getattr(track, name)
    for name in _LISTS:
        yield from getattr(track, name)
    for value in track.columns.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value


def _source_name(error: Exception, root: Path, notes: ReadReport) -> str:
    """The file that was being read, as far as is known: one the system named, or the last line of a table."""
    filename = getattr(error, "filename", None)
    if isinstance(filename, str | bytes):
        return readable(
            str(Path(filename.decode(errors="replace") if isinstance(filename, bytes) else filename))
        )
    if notes.source is not None:
        return (
            f"{readable(str(notes.source))} line {notes.line}" if notes.line else readable(str(notes.source))
        )
    return readable(str(root))


def _each(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(display, words)))


def _value(value: Value) -> Value:
    if isinstance(value, str):
        return display(value)
    return _each(value) if isinstance(value, tuple) else value


def _tree(parents: Mapping[str, str]) -> dict[str, str]:
    return {display(tag): display(above) for tag, above in parents.items()}
