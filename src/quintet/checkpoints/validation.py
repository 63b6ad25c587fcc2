"""The one door of weights files: what any reader raises becomes one sentence about the user's own file.

Before a reader begins, the file is looked at: that it is a regular file, and by its first bytes none of what
people save or download in place of weights.
"""

import json
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from quintet.errors import BadWeights, OutOfBounds, QuintetError
from quintet.storage.paths import is_file, readable, shortened, trouble

Names = Mapping[Path, str]  # where a file lies for now -> what the user calls it
NEXT = "Get the file again, or name another with --weights FILE."
LONGEST_NAME, LONGEST = 80, 1200  # characters of one word out of a file, and of a whole sentence
HEAD = 4096  # bytes that are looked at
_P, _R = ParamSpec("_P"), TypeVar("_R")

_STARTS = (  # first bytes -> what the file is
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself: run git lfs pull where it is from"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it first"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras saves nets"),
    (b"\x93NUMPY", "one NumPy array (.npy)"),
    (b"GGUF", "a GGUF file"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"RIFF", "a RIFF file, such as WAV sound"),
    (b"fLaC", "sound (FLAC)"),
    (b"ID3", "sound (MP3)"),
    (b"OggS", "sound (Ogg)"),
    (b"\x7fELF", "a program"),
)  # fmt: skip
_TAR = (257, b"ustar")


@contextmanager
def reading(paths: tuple[Path, ...], expected: str, names: Names | None = None) -> Iterator[None]:
    """Whatever is raised within is BadWeights, naming these files as their user does, and nothing is warned.

    Other errors meant for people pass.
    """
    names = {path: (names or {}).get(path, str(path)) for path in paths}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch and pickletools warn of what a damaged file asks of them
            yield
    except BadWeights as error:
        words = _renamed(str(error), names)
        if words == str(error):
            raise
        raise BadWeights(words) from error
    except OutOfBounds as error:
        listed = ", ".join(shortened(Path(name)) for name in names.values())
        raise BadWeights(f"{listed} cannot be read as {expected}: reading it {error}. {NEXT}") from error
    except QuintetError:
        raise
    except Exception as error:
        if _of_the_machine(error):
            raise
        logging.getLogger(__name__).info("%s cannot be read", ", ".join(names.values()), exc_info=True)
        listed = ", ".join(shortened(Path(name)) for name in names.values())
        words = f"{listed} cannot be read as {expected}: it is damaged or something else ({_reason(error)}). "
        raise BadWeights(_renamed(words + NEXT, names)) from error


def reader(expected: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """A function of a path, or of several: its files pass the door, and its errors leave by it."""

    def decorate(read: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(read)
        def guarded(*arguments: _P.args, **more: _P.kwargs) -> _R:
            first = arguments[0]
            paths = (first,) if isinstance(first, Path) else tuple(first)  # type: ignore[arg-type]
            with reading(paths, expected):
                for number, path in enumerate(paths):
                    inspect(path, expected, bare=number > 0)
                return read(*arguments, **more)

        return guarded

    return decorate


def check_regular(path: Path, expected: str) -> None:
    """Raises BadWeights for a folder, a pipe, a device, and a name that leads nowhere."""
    if not is_file(path):
        reason = trouble(path) or ("it is a folder" if path.is_dir() else "it is a device or pipe, no file")
        raise BadWeights(f"{shortened(path)} cannot be read as {expected}: {reason}. {NEXT}")


def inspect(path: Path, expected: str, bare: bool = False) -> None:
    """Raises BadWeights for what is no regular file, and for a file that begins as something else.

    A `bare` file holds numbers alone, which may begin as anything but text.
    """
    check_regular(path, expected)
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
    if kind := _kind_of(head, size, bare):
        raise BadWeights(f"{readable(path.name)} cannot be read as {expected}: it is {kind}. {NEXT}")


def clean_text(text: str, longest: int = LONGEST) -> str:
    """Text out of a file, fit for a sentence: control characters escaped, long words and long texts cut."""
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: 4 * longest])
    text = re.sub(r"\S{321,}", lambda word: f"{word[0][:LONGEST_NAME]}…", text)
    return text if len(text) <= longest else f"{text[: longest - 200]}… {text[-190:]}"


def quote(name: object) -> str:
    """A name out of a file, as it is quoted in a sentence: at most some 80 letters of it."""
    if not isinstance(name, str | bytes | int | float | None):
        return f"a {type(name).__name__}"  # its text may be endless
    text = repr(name)
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…{text[0]}"


def _kind_of(head: bytes, size: int, bare: bool) -> str:
    """What the file is, of what people take for weights; empty for what may be weights."""
    if not size:
        return "empty"
    text = _text(head, size)
    if text:
        return text
    if bare:
        return ""
    if not any(head):
        return "nothing but zeros at its start, as a download that was cut leaves it"
    description = next((kind for start, kind in _STARTS if head.startswith(start)), "")
    if description:
        return description
    if head[_TAR[0] :].startswith(_TAR[1]):
        return "a tar archive: unpack it first"
    if head[4:8] == b"TFL3":
        return "a TensorFlow Lite net"
    length = int.from_bytes(head[:8], "little")
    if head[8:9] == b"{" and length:
        if length > size - 8:
            return f"a safetensors file that is cut short: its header has {length:,} bytes, the file {size:,}"
        return "a safetensors file, which no net here is published as"
    if head[:1] == b"\x08" and head[1] < 32 and (head[2:3] in (b"\x12", b"\x3a") or b"onnx" in head[:200]):
        return "an ONNX net"
    return ""


def _text(head: bytes, size: int) -> str:
    """What a text file is; empty for what is no text."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"\xff\xfe<\0", b"<")):
        lower = head.replace(b"\0", b"").lower()
        if any(mark in lower for mark in (b"<!doctype html", b"<html", b"<head", b"<title", b"<body")):
            drive = b"google drive" in lower or b"drive.google" in lower
            page = "a download page of Google Drive" if drive else "as a browser shows it"
            return f"an HTML page, {page}, not the file itself"
        if start.startswith((b"<?xml", b"<Error", b"<error")):
            code = re.search(rb"<Code>([\w .-]{1,60})</Code>", head)
            return (
                f"an XML document, such as a server's error answer{f' ({code[1].decode()})' if code else ''}"
            )
    if start.startswith(_STARTS[0][0]):
        return _STARTS[0][1]
    try:
        text = start.decode("utf-8") if len(head) == size else start[: start.rfind(b" ") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return ""
    if len(text) < 2 or not _printable(text):
        return ""
    if text[0] in "{[":
        return f"a JSON document{_answer(text)}"
    return f"a text that begins with {text.splitlines()[0][:60]!r}" if len(text) >= 8 else ""


def _printable(text: str) -> bool:
    return all(c.isprintable() or c in "\r\n\t" for c in text)


def _answer(text: str) -> str:
    """What a server's JSON says went wrong."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    for key in ("error", "message", "detail"):
        value = document.get(key) if isinstance(document, dict) else None
        if isinstance(value, dict):
            value = value.get("message")
        if isinstance(value, str):
            return f", a server's error answer ({clean_text(value)[:LONGEST_NAME]})"
    return ""


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "it asks for more memory than there is"
    return f"{type(error).__name__}: {clean_text(' '.join(str(error).split()), 300)}".removesuffix(": ")


def _of_the_machine(error: Exception) -> bool:
    """Whether the accelerator failed, not the file."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return bool(kinds & {"OutOfMemoryError", "AcceleratorError"})


def _renamed(words: str, names: Names) -> str:
    """A sentence with the user's names of the files, of which it has at least one."""
    for path, name in names.items():
        if name != str(path):
            words = words.replace(str(path), name).replace(path.name, Path(name).name)
    words = clean_text(words)
    own = [readable(Path(name).name) for name in names.values()]
    if any(name in words or name[:60] in words for name in own):
        return words
    return f"{', '.join(dict.fromkeys(n if len(n) <= 160 else n[:80] + '…' for n in own))}: {words}"
