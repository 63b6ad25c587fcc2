"""What is true of the Free Music Archive dataset: its sizes, classes, counts, columns and broken clips."""

from collections.abc import Mapping
from types import MappingProxyType

from quintet.datasets.base import Column, Facts, Protocol
from quintet.datasets.fma import kaggle as kaggle

SIZES = ("small", "medium", "large", "full")  # each holds the one before; large and full hold the same tracks
CLIP = 30.0  # seconds, cut from the middle of the track; full has whole tracks

# Train, valid, test per class; mdeff/fma, branch outputs, analysis.ipynb 1.1.
_MEDIUM = {
    "Blues": (58, 8, 8), "Classical": (495, 62, 62), "Country": (142, 18, 18), "Easy Listening": (13, 2, 6),
    "Electronic": (5050, 632, 632), "Experimental": (1801, 225, 225), "Folk": (1215, 152, 152),
    "Hip-Hop": (1761, 220, 220), "Instrumental": (1045, 131, 174), "International": (814, 102, 102),
    "Jazz": (306, 39, 39), "Old-Time / Historic": (408, 51, 51), "Pop": (945, 122, 119),
    "Rock": (5681, 711, 711), "Soul-RnB": (94, 18, 42), "Spoken": (94, 12, 12),
}  # fmt: skip
_IN_SMALL = ("Electronic", "Experimental", "Folk", "Hip-Hop", "Instrumental", "International", "Pop", "Rock")
_PER_CLASS = MappingProxyType({
    "small": dict.fromkeys(_IN_SMALL, (800, 100, 100)),
    "medium": _MEDIUM,
    "large": {},
    "full": {},
})  # fmt: skip
_LARGE = (84_353, 10_958, 11_263)  # the whole table; arXiv:1612.01840, section Splits

# Clips whose cut began behind the end of the music; seconds that are left. mdeff/fma, issues 4, 8 and 44, and
# the list of excerpts shorter than 30 s in its wiki.
SHORT = MappingProxyType({
    "1486": 0.0, "5574": 0.0, "65753": 0.0, "80391": 0.0, "98558": 0.0, "98559": 0.0, "98560": 0.0,
    "98565": 1.6, "98566": 6.2, "98567": 0.5, "98568": 6.6, "98569": 1.5, "98571": 0.0, "99134": 0.0,
    "105247": 0.0, "108924": 27.4, "108925": 0.0, "126981": 0.0, "127336": 0.0, "133297": 0.0, "143992": 0.0,
})  # fmt: skip
# The same tracks in full: seconds as tracks.csv states them, and as the sound has them; the same wiki.
MISSTATED = MappingProxyType({
    "1486": (90, 14.39), "5574": (563, 30.46), "65753": (242, 9.74), "80391": (600, 67.84),
    "98558": (216, 87.67), "98559": (193, 58.8), "98560": (341, 86.13), "98565": (158, 65.31),
    "98566": (148, 63.63), "98567": (191, 79.39), "98568": (249, 114.55), "98569": (184, 77.37),
    "98571": (139, 50.81), "99134": (308, 33.25), "105247": (123, 18.91), "108924": (187, 105.38),
    "108925": (151, 7.44), "126981": (216, 17.45), "127336": (275, 13.27), "133297": (600, 113.58),
    "143992": (211, 26.23),
})  # fmt: skip
QUIET = frozenset({"107535", "110736", "119979", "130169"})  # a third party's report, of the clips

COLUMNS = (
    Column(
        "subset",
        filter=True,
        says="the smallest size it is in; small lies within medium, medium within large",
    ),
    Column("full length", "number", says="seconds of the whole track as the archive has it; some are wrong"),
    Column("listens", "integer", says="times heard on the archive's site when the metadata was collected"),
    Column("favorites", "integer", says="listeners of the site who kept it"),
    Column("interest", "integer", says="the site's own figure for interest in it"),
    Column("bit_rate", "integer", shown=False, says="bits per second of the whole track's MP3"),
    Column("language", filter=True, says="two-letter code of the language, where the artist gave it"),
    Column(
        "terms", filter=True, says="conditions of the licence, read from its name; other: read the licence"
    ),
    Column("license", says="the licence as the artist chose it, in the archive's words"),
    Column("has_genre", "yes", shown=False, says="the archive knows one root genre of it"),
)


def facts(
    size: str, parents: Mapping[str, str], missing: tuple[str, ...], more: tuple[Protocol, ...] = ()
) -> Facts:
    """The facts of one size; "" for what holds of all of them. `more` are protocols beside the authors'."""
    return Facts(
        title=f"FMA {size}".strip(),
        noun="tracks" if size == "full" else "clips",
        label="genre",
        classes=_IN_SMALL if size == "small" else tuple(_MEDIUM),
        about=_about(size),
        licence="metadata CC BY 4.0; each track under the licence its artist chose",
        source="arXiv:1612.01840; mdeff/fma",
        protocols=(_protocol(size), *more),
        columns=(*COLUMNS, *kaggle.COLUMNS) if more else COLUMNS,
        parents=dict(parents),
        expects=_expects(size),
        missing=missing,
    )


def known_faults(track: str, size: str) -> tuple[str, ...]:
    """What is known to be wrong with a track's audio in that size."""
    if size == "full":
        if track not in MISSTATED:
            return ()
        stated, real = MISSTATED[track]
        return (f"{real:g} s long, not the {stated} s stated",)
    remaining = SHORT.get(track)
    if remaining is not None:
        return (f"cut short: {remaining:g} s of {CLIP:g}",) if remaining else ("no audio in the clip",)
    return ("reported as nearly silent",) if track in QUIET else ()


def _about(size: str) -> str:
    descriptions = {
        "": "Creative Commons music with the genres its artists gave it, in four sizes.",
        "small": "8,000 clips of 30 s, 1,000 of each of 8 root genres.",
        "medium": "25,000 clips of 30 s, each with one of 16 root genres, very unevenly.",
        "large": "106,574 clips of 30 s. Just under half have one root genre.",
        "full": "106,574 whole tracks. Just under half have one root genre.",
    }
    return f"{descriptions[size]} From the Free Music Archive."


def _protocol(size: str) -> Protocol:
    return Protocol(
        name="fma-official",
        split="split",
        group="group",
        only="" if size in ("small", "medium") else "has_genre",
        says="the authors' split, 80/10/10 of every genre; no artist is in two parts",
    )


def _expects(size: str) -> dict[str, int]:
    if not size:
        return {}
    per_class = _PER_CLASS[size]
    parts = tuple(map(sum, zip(*per_class.values(), strict=True))) if per_class else _LARGE
    splits = dict(zip(("split train", "split valid", "split test"), parts, strict=True))
    return {"tracks": sum(parts)} | splits | {f"class {name}": sum(n) for name, n in per_class.items()}
