"""Compressed sound that lies in the samples of a plain file: DTS and IEC 61937 (AC-3, …) are no waves.

Played as samples they are noise at full scale, with a sync word at every frame.
"""

import numpy as np

SPACING = 48  # 16-bit words between sync words at least: DTS frames have 96 bytes or more
REPEATS = 3  # sync words in one block; two would be chance in a year of music

_IEC = (0xF872, 0x4E1F)  # Pa, Pb of IEC 61937-1, followed by Pc, whose low 5 bits say what it is
_DATA = {
    1: "AC-3", 4: "MPEG", 5: "MPEG", 6: "MPEG", 7: "AAC", 8: "MPEG", 9: "MPEG", 10: "AAC", 11: "DTS",
    12: "DTS", 13: "DTS", 14: "ATRAC", 15: "ATRAC", 17: "DTS-HD", 19: "AAC", 20: "AAC", 21: "E-AC-3",
    22: "TrueHD",
}  # fmt: skip
# Sync words of a DTS core as 16-bit words: both byte orders, packed into 16 bits or 14 (ETSI TS 102 114); and
# what of the third word is always alike: a normal frame, whose count of samples short is 31.
_DTS = (
    (0x7FFE, 0x8001, 0xFC00, 0xFC00),
    (0xFE7F, 0x0180, 0x00FC, 0x00FC),
    (0x1FFF, 0xE800, 0xFFF0, 0x07F0),
    (0xFF1F, 0x00E8, 0xF0FF, 0xF007),
)


def name_in(block: np.ndarray) -> str | None:
    """What lies in float32 samples (n, channels) instead of a wave, None where they are one."""
    words = np.floor(np.clip(block, -1, 1 - 2**-15) * 32_768).astype(np.int16).view(np.uint16).ravel()
    for first, second, mask, value in _DTS:
        at = _pairs(words, first, second)
        if _repeats(at[words[at + 2] & mask == value]):
            return "DTS"
    at = _pairs(words, *_IEC)
    kinds = words[at + 2] & 0x1F
    is_known = np.isin(kinds, list(_DATA))
    if _repeats(at[is_known]):
        return " and ".join(sorted({_DATA[kind] for kind in kinds[is_known].tolist()})) + " (IEC 61937)"
    return None


def _pairs(words: np.ndarray, first: int, second: int) -> np.ndarray:
    at = np.flatnonzero(words[:-2] == first)
    return at[words[at + 1] == second]


def _repeats(at: np.ndarray) -> bool:
    """Whether sync words lie as regularly as frames do, whatever lies between them by chance."""
    distances, counts = np.unique(np.diff(at), return_counts=True)
    return bool((counts[distances >= SPACING] >= REPEATS - 1).any())
