"""What two datasets have in common: classes under one word however they are spelt, and artists by name."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quintet import datasets
from quintet.catalogue import rows
from quintet.catalogue.statistics import ask

NAMES = Path(datasets.__file__).with_name("data") / "shared_classes.csv"
# A name without capitals, accents and punctuation; a name of nothing else ("!!!") stays as it is.
_BARE = r"trim(regexp_replace(strip_accents(lower(name)), '[^\p{L}\p{N}]+', ' ', 'g'))"
_PLAIN = f"coalesce(nullif({_BARE}, ''), name)"


@dataclass(frozen=True)
class Shared:
    """A word both have, and the classes each calls it by: mostly one, sometimes two."""

    word: str
    a: tuple[str, ...]
    b: tuple[str, ...]


@dataclass(frozen=True)
class Overlap:
    """Classes of A and B: under one word in both, and those only one of them has; in A's order, then B's."""

    shared: tuple[Shared, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


@dataclass(frozen=True)
class SharedArtists:
    """Artists' names both datasets have: how many, the tracks they have in each, the most frequent."""

    names: int
    tracks_a: int
    tracks_b: int
    most: tuple[tuple[str, int, int], ...]  # name as A spells it, tracks in A, tracks in B


def words() -> dict[str, str]:
    """Names that mean a class another name is usual for: plain name -> word."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    found = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {plain(row["name"]): row["word"] for row in found}


def plain(name: str) -> str:
    """A class's name without capitals, accents, spaces and punctuation: "Hip-Hop" -> "hiphop"."""
    return re.sub(r"[\W_]+", "", rows.plain(name)) or name


def word(name: str, known: Mapping[str, str]) -> str:
    """What stands for the class whichever dataset names it; `known` is what `words` gives."""
    return plain(known.get(plain(name), name))


def classes(a: Sequence[str], b: Sequence[str]) -> Overlap:
    """The classes of two datasets beside each other."""
    known = words()
    of_a, of_b = _by_word(a, known), _by_word(b, known)
    shared = tuple(
        Shared(_shown(key, found, known), found, of_b[key]) for key, found in of_a.items() if key in of_b
    )
    return Overlap(
        shared,
        tuple(name for key, found in of_a.items() if key not in of_b for name in found),
        tuple(name for key, found in of_b.items() if key not in of_a for name in found),
    )


def likeness(a: Sequence[str], b: Sequence[str]) -> float:
    """Words both have, as a share of all words either has: 0 to 1."""
    known = words()
    first, second = ({word(name, known) for name in names} for names in (a, b))
    return len(first & second) / (len(first | second) or 1)


def named(wanted: Sequence[str], among: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Which `wanted` classes occur among a dataset's tags: class -> (tag, count), the most frequent tag."""
    known = words()
    tags: dict[str, tuple[str, int]] = {}
    for tag, n in among.items():
        key = word(tag, known)
        if n > tags.get(key, ("", 0))[1]:
            tags[key] = (tag, n)
    return {name: tags[word(name, known)] for name in wanted if word(name, known) in tags}


def artists(a: Path, b: Path, most: int = 15) -> SharedArtists:
    """Artists' names in both tables of tracks, compared without capitals, accents and punctuation."""
    sql = (
        f"WITH a AS ({_names('ta')}), b AS ({_names('tb')}), "
        "pairs AS (SELECT a.name, a.n, b.n AS m FROM a JOIN b USING (k)) "
        "SELECT *, count(*) OVER () AS names, (sum(n) OVER ())::BIGINT AS tracks_a, "
        f"(sum(m) OVER ())::BIGINT AS tracks_b FROM pairs ORDER BY n + m DESC, name LIMIT {int(most)}"
    )
    found = ask(sql, {"ta": a, "tb": b}).to_pylist()
    if not found:
        return SharedArtists(0, 0, 0, ())
    first = found[0]
    listed = tuple((row["name"], row["n"], row["m"]) for row in found)
    return SharedArtists(first["names"], first["tracks_a"], first["tracks_b"], listed)


def _names(table: str) -> str:
    """Plain name, its most frequent spelling, tracks. Spellings are counted first: they are far fewer."""
    spelt = f"SELECT artist AS name, count(*) AS n FROM {table} WHERE artist != '' GROUP BY artist"
    return f"SELECT {_PLAIN} AS k, arg_max(name, n) AS name, sum(n)::BIGINT AS n FROM ({spelt}) GROUP BY k"


def _by_word(names: Sequence[str], known: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        key = word(name, known)
        found[key] = (*found.get(key, ()), name)
    return found


def _shown(key: str, names: tuple[str, ...], known: Mapping[str, str]) -> str:
    """The usual word where the table has one, else A's own name in small letters."""
    usual = next((one for one in known.values() if plain(one) == key), None)
    return usual or names[0].lower()
