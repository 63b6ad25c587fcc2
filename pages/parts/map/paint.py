"""Values made into colours: one byte a track, and what each byte means in the legend."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pages.parts.map.joined import frozen
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
class Painted:
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
    label: str, words: pa.Array, known: Sequence[str], colours: Sequence[Pair], about: str
) -> Painted:
    """Words (n,) in the order of a list of classes; beyond 254 classes the most frequent are named."""
    if len(known) > STEPS:
        return frequent(label, words, about)
    index = pc.index_in(words, value_set=pa.array(list(known), pa.string())).fill_null(NONE)
    return Painted(
        label, _bytes(index), tuple(known), tuple(colours), about=about, none=f"no {label.lower()}"
    )


def frequent(label: str, words: pa.Array, about: str) -> Painted:
    """Words (n,) of which the most frequent 16 have a colour each, the rest one; "" and null are no value."""
    words = pc.if_else(pc.equal(words, ""), pa.scalar(None, pa.string()), words)
    counted = Counter({c["values"]: c["counts"] for c in pc.value_counts(words).to_pylist() if c["values"]})
    named = [word for word, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST]]
    index = pc.index_in(words, value_set=pa.array(named, pa.string()))
    rest = len(counted) > len(named)
    values = _bytes(pc.if_else(pc.is_null(words), NONE, pc.fill_null(index, len(named))))
    names, colours = tuple(named), tuple(CLASSES[: len(named)])
    if rest:
        names, colours = (*names, REST), (*colours, OTHERS)
        about = (
            f"{about} The {len(named)} most frequent of {len(counted):,}; the others share a colour.".strip()
        )
    return Painted(label, values, names, colours, about=about)


def yes_no(label: str, held: np.ndarray, names: tuple[str, str], about: str) -> Painted:
    """A mask (n,): those that have it, and those that have not."""
    return Painted(label, frozen(np.where(held, 0, 1).astype(np.uint8)), names, (YES, NO), about=about)


def verdicts(label: str, right: np.ndarray, about: str) -> Painted:
    """Right and wrong (maps, n): 1, 0, and -1 where nothing was said."""
    values = np.select([right == 1, right == 0], [0, 1], NONE).astype(np.uint8)
    return Painted(label, frozen(values), ("right", "wrong"), (RIGHT, WRONG), about=about, none="not scored")


def scale(label: str, numbers: np.ndarray, about: str, ends: tuple[float, float] | None = None) -> Painted:
    """Numbers (n,) or (maps, n), NaN for none, on a scale: the 2 and 98 % ends unless others are given.

    What lies beyond an end has the end's colour.
    """
    numbers = np.asarray(numbers, np.float32)
    known = np.isfinite(numbers)
    low, high = ends or _ends(numbers[known])
    width = high - low or 1.0
    with np.errstate(invalid="ignore"):
        share = np.clip((numbers - low) / width, 0, 1)
    values = np.where(known, np.rint(np.nan_to_num(share) * STEPS), NONE).astype(np.uint8)
    if not ends and known.any():
        about = f"{about} The scale's ends leave out the lowest and the highest 2 %.".strip()
    return Painted(label, frozen(values), colours=RAMP, low=float(low), high=float(high), about=about,
                   numbers=frozen(np.where(known, numbers, np.nan)))  # fmt: skip


def _ends(known: np.ndarray) -> tuple[float, float]:
    if not len(known):
        return 0.0, 1.0
    low, high = (float(end) for end in np.percentile(known, ENDS))
    return (low, high) if high > low else (float(known.min()), float(known.max()))


def _bytes(index: pa.Array) -> np.ndarray:
    if isinstance(index, pa.ChunkedArray):
        index = index.combine_chunks()
    return frozen(index.to_numpy(zero_copy_only=False).astype(np.uint8))
