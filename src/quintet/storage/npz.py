"""Arrays out of an .npz that anyone may have made: nothing is executed, and it takes no more than it says.

An archive's directory and each array's header are checked before anything is allocated: a few hundred bytes
can claim terabytes.
"""

import logging
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np

from quintet.errors import BadData

MAX_BYTES = 8 << 30  # of all arrays together
_LONGEST_REASON = 200  # characters of a library's words that are shown


def read(path: Path, expected: str) -> dict[str, np.ndarray]:
    """Array name -> array. Raises BadData, which names the file, what is wrong and what was `expected`."""
    try:
        with warnings.catch_warnings():  # numpy warns of headers by Python 2, which it reads all the same
            warnings.simplefilter("ignore")
            return _read(path, expected)
    except BadData:
        raise
    except FileNotFoundError as error:
        raise BadData(f"{path} is not there. Expected an .npz with {expected}.") from error
    except IsADirectoryError as error:
        raise BadData(f"{path} is a folder. Expected an .npz with {expected}.") from error
    except MemoryError as error:
        raise BadData(f"{path} needs more memory than there is. Expected an .npz with {expected}.") from error
    except Exception as error:
        logging.getLogger(__name__).info("%s cannot be read", path, exc_info=True)
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_REASON]
        raise BadData(f"{path} is damaged ({reason}). Expected an .npz with {expected}.") from error


def _read(path: Path, expected: str) -> dict[str, np.ndarray]:
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise BadData(f"{path} is a device or pipe, no file. Expected an .npz with {expected}.")
    with path.open("rb") as file:
        start = file.read(6)
    if start == b"\x93NUMPY":
        raise BadData(f"{path} holds one array alone (.npy). Expected an .npz with {expected}.")
    if not start.startswith(b"PK"):
        raise BadData(f"{path} is no .npz, by its first bytes. Expected one with {expected}.")
    arrays: dict[str, np.ndarray] = {}
    with zipfile.ZipFile(path) as archive:
        total = sum(member.file_size for member in archive.infolist())
        if total > MAX_BYTES:
            raise BadData(f"{path} claims {total / 2**30:,.0f} GB of arrays; at most "
                          f"{MAX_BYTES >> 30} GB are read. Expected an .npz with {expected}.")  # fmt: skip
        for member in archive.infolist():
            if not member.filename.endswith(".npy"):
                raise BadData(
                    f"{path} holds {member.filename[:80]!r}, which is no array. "
                    f"Expected an .npz with {expected}."
                )
            arrays[member.filename.removesuffix(".npy")] = _array(path, archive, member)
    return arrays


def _array(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """One member, its header checked against its size first. Raises BadData, and whatever numpy raises."""
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        header = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = header(file)
        size = file.tell()
    if dtype.hasobject:
        raise BadData(
            f"{path} holds Python objects in {member.filename!r}, which are never opened: they may run as a "
            "program. Save plain arrays: numpy.array(labels, dtype=str)."
        )
    size += dtype.itemsize * int(np.prod([int(n) for n in shape], dtype=object))
    if size != member.file_size:
        raise BadData(
            f"{path} is damaged: {member.filename!r} states {dtype} of shape {shape}, {size:,} bytes in all, "
            f"and has {member.file_size:,}. Expected the bytes it states; save it again."
        )
    with archive.open(member) as file:
        array = np.lib.format.read_array(file, allow_pickle=False)
    if array.dtype.kind == "U" and array.nbytes and not _is_text(array):
        raise BadData(
            f"{path} is damaged: {member.filename!r} holds numbers that are no letters. "
            "Expected text; save it again."
        )
    return array


def _is_text(array: np.ndarray) -> bool:
    """Whether every code of an array of text is a letter's: Python ends where one is not."""
    codes = np.ascontiguousarray(array).view(np.dtype(np.uint32).newbyteorder(array.dtype.byteorder))
    return bool(((codes <= sys.maxunicode) & ((codes < 0xD800) | (codes > 0xDFFF))).all())
