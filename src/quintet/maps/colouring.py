"""Values made into colours: one byte a track, and what each byte means in the legend."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quintet.maps.joined import read_only
from quintet.palette import CLASSES, DIVERGING, OTHERS, RAMP, Pair

NONE = 255  # the byte of a track that has no value: drawn faint, never hidden
STEPS = 254  # the last byte of a scale
MOST = 16  # values of a column with a colour of their own; the rest are one colour
ENDS = (2.0, 98.0)  # percentiles at which a scale begins and ends, so that one outlier does not flatten it
REST = "others"
YES = CLASSES[8]
NO = OTHERS
RIGHT, WRONG = DIVERGING[0], DIVERGING[2]  # blue and ochre: told apart by every kind of colour vision


@dataclass(frozen=True)
class PointColours:
    """Bytes (n,) for all maps or (maps, n), 255 for no value, and what they stand for.

    A scale has no `names`; `numbers` (n,) or (maps, n) are then its values before they became bytes, NaN for
    none, `low` and `high` its ends.
    """

    label: str
    values: np.ndarray
    names: tuple[str, ...] = ()
    colours: tuple[Pair, ...] = ()
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    about: str = ""
    none: str = "no value"
    numbers: np.ndarray | None = None

    @property
    def digest(self) -> str:
        """Changes with the bytes."""
        return hashlib.sha256(self.values.tobytes()).hexdigest()[:24]

    @property
    def size(self) -> int:
        """Bytes the arrays take."""
        return self.values.nbytes + (self.numbers.nbytes if self.numbers is not None else 0)


def classes(
    label: str, words: pa.Array, class_names: Sequence[str], colours: Sequence[Pair], about: str
) -> PointColours:
    """Words (n,) in the order of a list of classes; beyond 254 classes the most frequent are named."""
    if len(class_names) > STEPS:
        return frequent(label, words, about)
    index = pc.index_in(words, value_set=pa.array(list(class_names), pa.string())).fill_null(NONE)
    return PointColours(
        label, _bytes(index), tuple(class_names), tuple(colours), about=about, none=f"no {label.lower()}"
    )


def frequent(label: str, words: pa.Array, about: str) -> PointColours:
    """Words (n,) of which the most frequent 16 have a colour each, the rest one; "" and null are no value."""
    words = pc.if_else(pc.equal(words, ""), pa.scalar(None, pa.string()), words)
    counted = Counter({c["values"]: c["counts"] for c in pc.value_counts(words).to_pylist() if c["values"]})
    top_words = [word for word, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST]]
    index = pc.index_in(words, value_set=pa.array(top_words, pa.string()))
    rest = len(counted) > len(top_words)
    values = _bytes(pc.if_else(pc.is_null(words), NONE, pc.fill_null(index, len(top_words))))
    names, colours = tuple(top_words), tuple(CLASSES[: len(top_words)])
    if rest:
        names, colours = (*names, REST), (*colours, OTHERS)
        about = (
            f"{about} The {len(top_words)} most frequent of {len(counted):,}; the others share a colour."
        ).strip()
    return PointColours(label, values, names, colours, about=about)


def yes_no(label: str, mask: np.ndarray, names: tuple[str, str], about: str) -> PointColours:
    """A mask (n,): those that have it, and those that have not."""
    return PointColours(
        label, read_only(np.where(mask, 0, 1).astype(np.uint8)), names, (YES, NO), about=about
    )


def verdicts(label: str, right: np.ndarray, about: str) -> PointColours:
    """Right and wrong (maps, n): 1, 0, and -1 where nothing was said."""
    values = np.select([right == 1, right == 0], [0, 1], NONE).astype(np.uint8)
    return PointColours(
        label, read_only(values), ("right", "wrong"), (RIGHT, WRONG), about=about, none="not scored"
    )


def scale(
    label: str, numbers: np.ndarray, about: str, ends: tuple[float, float] | None = None
) -> PointColours:
    """Numbers (n,) or (maps, n), NaN for none, on a scale: the 2 and 98 % ends unless others are given.

    What lies beyond an end has the end's colour.
    """
    numbers = np.asarray(numbers, np.float32)
    finite = np.isfinite(numbers)
    low, high = ends or _ends(numbers[finite])
    width = high - low or 1.0
    with np.errstate(invalid="ignore"):
        share = np.clip((numbers - low) / width, 0, 1)
    values = np.where(finite, np.rint(np.nan_to_num(share) * STEPS), NONE).astype(np.uint8)
    if not ends and finite.any():
        about = f"{about} The scale's ends leave out the lowest and the highest 2 %.".strip()
    return PointColours(label, read_only(values), colours=RAMP, low=float(low), high=float(high), about=about,
                   numbers=read_only(np.where(finite, numbers, np.nan)))  # fmt: skip


def _ends(values: np.ndarray) -> tuple[float, float]:
    if not len(values):
        return 0.0, 1.0
    low, high = (float(end) for end in np.percentile(values, ENDS))
    return (low, high) if high > low else (float(values.min()), float(values.max()))


def _bytes(index: pa.Array) -> np.ndarray:
    if isinstance(index, pa.ChunkedArray):
        index = index.combine_chunks()
    return read_only(index.to_numpy(zero_copy_only=False).astype(np.uint8))
