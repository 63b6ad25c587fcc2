"""What a sound file is by its name, and which files below a folder are some: the one list of endings.

The endings are those of the containers that the readers open; what a file holds is known when it is decoded.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Literal

ENDINGS = frozenset({
    ".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf",  # PCM
    ".flac", ".ape", ".wv", ".tta", ".tak", ".dsf",  # lossless
    ".mp3", ".mp2", ".mpa", ".mpga", ".aac", ".ac3", ".eac3", ".amr", ".mpc", ".mp+",
    ".ogg", ".oga", ".ogx", ".opus", ".spx",
    ".m4a", ".m4b", ".m4r", ".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3gpp", ".3g2",
    ".mka", ".mkv", ".webm", ".weba", ".wma", ".asf", ".wmv",
    ".avi", ".flv", ".f4v", ".ogv", ".mpg", ".mpeg", ".vob", ".ts", ".mts", ".m2ts",
})  # fmt: skip
HIDDEN = "hidden, left out"
EXAMPLES = ".mp3, .flac, .wav, .m4a"  # in a sentence that says what was expected

# Folders that archivers and systems leave behind, without a leading dot; their files are nobody's music.
_SYSTEM_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information", "@eadir"})

Kind = Literal["file", "directory", "link"]
SkipCallback = Callable[[str, str], None]  # why it is left out, its path below the folder


def is_sound_name(name: str) -> bool:
    """Whether a file of this name may be sound: an ending of the list, and not hidden (`._x.mp3`)."""
    return not is_hidden(name) and PurePath(name).suffix.lower() in ENDINGS


def is_hidden(name: str) -> bool:
    """Whether a file or folder is hidden or a system's own: a leading dot, __MACOSX, $RECYCLE.BIN."""
    return name.startswith(".") or name.lower() in _SYSTEM_FOLDERS


def sound_files(root: Path, skip: SkipCallback) -> Iterator[tuple[str, ...]]:
    """Parts of the path below `root` of every sound file; what is left out goes to `skip` with its reason.

    A folder is walked, whatever its name ends with. It is entered once, by its own name first: links to
    folders wait until all real ones were seen, so a loop ends and nothing counts twice.
    """
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[str, ...]] = [()]
    links: list[tuple[str, ...]] = []
    while waiting or links:
        parts = waiting.pop() if waiting else links.pop(0)
        for name, kind in _entries(root, parts, seen, skip):
            below = (*parts, name)
            if kind == "link":
                links.append(below)
            elif kind == "directory":
                waiting.append(below)
            elif is_sound_name(name):
                yield below
            else:
                skip("no sound file, left out", "/".join(below))


def _entries(
    root: Path, parts: tuple[str, ...], seen: set[tuple[int, int]], skip: SkipCallback
) -> list[tuple[str, Kind]]:
    """(name, "directory", "link" to one, or "file") of what lies in a folder; [] in one entered before."""
    path, name = root.joinpath(*parts), "/".join(parts) or "."
    try:
        facts = os.stat(path)
        if (facts.st_dev, facts.st_ino) in seen:
            skip("link to a folder read already, left out", name)
            return []
        seen.add((facts.st_dev, facts.st_ino))
        with os.scandir(path) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        if parts:  # the folder itself is the caller's: it says what lies there instead
            skip(f"folder that cannot be read: {error.strerror}", name)
        return []
    kinds = [(entry.name, *_kind(entry)) for entry in inside]
    for below, kind, reason in kinds:
        if kind is None:
            skip(reason, "/".join((*parts, below)))
    return [(below, kind) for below, kind, _ in kinds if kind is not None]


def _kind(entry: os.DirEntry[str]) -> tuple[Kind | None, str]:
    """What an entry is; None and the reason where it is left out."""
    if is_hidden(entry.name):
        return None, HIDDEN
    try:
        mode = entry.stat().st_mode
    except OSError as error:
        return None, "dead link, left out" if entry.is_symlink() else f"{error.strerror}, left out"
    if stat.S_ISDIR(mode):
        return "link" if entry.is_symlink() else "directory", ""
    return ("file", "") if stat.S_ISREG(mode) else (None, "neither file nor folder, left out")
