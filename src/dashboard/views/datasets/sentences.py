"""Sentences of Counts and Compare: each is the answer of one figure, built from its numbers."""

from collections.abc import Mapping, Sequence

from quintet.catalogue.overlap import Overlap, SharedArtists
from quintet.catalogue.statistics import Across, Artists, Spread
from quintet.datasets.base import Facts
from quintet.wording import count, percent, word

PARTS = {"train": "to train", "valid": "to choose", "test": "to test"}  # what each part is for


def classes(found: Mapping[str, int], n: int, facts: Facts) -> str:
    """Which classes are large and which are small."""
    label = facts.label
    if len(set(found.values())) == 1:
        return f"Each of {len(found)} {label}s has {count(next(iter(found.values())), facts.noun)}."
    high, low = max(found.values()), min(found.values())
    most = [name for name in found if found[name] == high]
    least = [name for name in found if found[name] == low]
    of = f"{high:,} of {count(n, facts.noun)} ({percent(high / n)})"
    if len(most) == 1:
        first = f"{_capital(most[0])} is the most frequent {label}, on {of}"
    else:
        first = f"{_capital(_listed(most, label))} are the most frequent, each on {of}"
    return f"{first}; {_listed(least, label)} {'has' if len(least) == 1 else 'have'} {low:,}, the fewest."


def without(labelled: int, n: int, facts: Facts) -> str:
    """How many have no class; "" where all have one."""
    return f"{count(n - labelled, facts.noun)} without a {facts.label}." if labelled < n else ""


def split(sizes: Mapping[str, int], n: int, facts: Facts) -> str:
    """How many of `n` train, choose and test, or how large the folds are."""
    known = [part for part in PARTS if sizes.get(part)]
    if known:
        first, *rest = (f"{sizes[part]:,} {PARTS[part]}" for part in known)
        first = first.replace(" ", f" {facts.noun} ", 1)
        out = n - sum(sizes.values())
        return f"{', '.join((first, *rest))}{f'; {out:,} take no part' if out else ''}."
    low, high = min(sizes.values()), max(sizes.values())
    size = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{_capital(word(len(sizes)))} folds of {size} {facts.noun}."


def tags(found: Mapping[str, int], n: int, facts: Facts) -> str:
    """How many different tags, and the most frequent."""
    first = next(iter(found))
    if len(found) == 1:
        return f"One tag, {first}, on {found[first]:,} of {count(n, facts.noun)}."
    kind = "other" if facts.many else "different"  # where the classes are tags too
    most = f"{found[first]:,} of {count(n, facts.noun)}"
    return f"{len(found):,} {kind} tags; {first} is the most frequent, on {most}."


def together(pairs: Sequence[tuple[str, str, int]], noun: str) -> str:
    """The two words that occur together most often."""
    a, b, n = max(pairs, key=lambda pair: pair[2])
    return f"{_capital(a)} and {b} go together most often, on {count(n, noun)}."


def tree(found: Mapping[str, int], parents: Mapping[str, str], facts: Facts) -> str:
    """How many words of the tree occur, below how many roots, and the largest root."""
    roots = [name for name in found if not parents.get(name)]
    used, first = sum(n > 0 for n in found.values()), max(roots, key=found.__getitem__)
    return (
        f"{used} of the tree's {len(found)} {facts.label}s occur, below {len(roots)} roots; "
        f"{first} holds the most, {count(found[first], facts.noun)}."
    )


def artists(found: Artists, facts: Facts) -> str:
    """How many artists there are and how many have only one."""
    most, n = found.most[0]
    single = facts.noun.removesuffix("s")
    once = f"{found.once:,}" if found.once else "none"
    return f"{found.names:,} artists, {once} with one {single}; {most} has {n:,}."


def across(found: Sequence[Across], facts: Facts) -> str:
    """How many test tracks are by an artist of train; "" where the split is not known."""
    test = next((one for one in found if one.part == "test"), None)
    if test is None:
        return ""
    if not test.known_tracks:
        return f"No artist of the test {facts.noun} is in train, going by their names."
    return (
        f"{percent(test.known_tracks / test.tracks)} of test {facts.noun} share an artist with train "
        f"({test.known_artists:,} of {test.artists:,} artists)."
    )


def seconds(found: Spread, n: int, facts: Facts) -> str:
    """The middle length and the ends."""
    unknown = f"; of {count(n - found.known, facts.noun)} it is not known" if found.known < n else ""
    ends = f"from {length(found.low)} to {length(found.high)}"
    return f"Half of the {facts.noun} last {length(found.median)} or less, {ends}{unknown}."


def years(found: Spread, n: int, facts: Facts) -> str:
    """The middle year, the ends, and how many know theirs."""
    known = "All" if found.known == n else f"{found.known:,} of"
    ends = f"{found.low:.0f} to {found.high:.0f}"
    return f"{known} {count(n, facts.noun)} have a year: {ends}, the middle one {found.median:.0f}."


def length(seconds: float) -> str:
    """Seconds as people say them: "29.9 s", "4:05"."""
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def ends(found: Spread, key: str) -> str:
    """What the outermost bars hold beyond their own step; "" where they hold no more."""
    write = length if key == "seconds" else "{:.0f}".format
    first = f"The first bar holds all below {write(found.steps[0][1])}." if found.below else ""
    last = f"The last bar holds all from {write(found.steps[-1][0])} on." if found.above else ""
    return " ".join(filter(None, (first, last)))


def overlap(a: Facts, b: Facts, found: Overlap) -> str:
    """ "7 of GTZAN's 10 genres are also among FMA medium's 16." """
    n = sum(len(one.a) for one in found.shared)
    kind = f" {b.label}s" if a.label != b.label else ""
    theirs = f"among {b.title}'s {len(b.classes)}{kind}"
    if not n:
        return f"None of {a.title}'s {len(a.classes)} {a.label}s is {theirs}."
    if n == len(a.classes):
        return f"All {n} {a.label}s of {a.title} are also {theirs}."
    return f"{n} of {a.title}'s {len(a.classes)} {a.label}s {'is' if n == 1 else 'are'} also {theirs}."


def spelling(found: Overlap) -> str:
    """An example of two spellings of one class; "" where both spell alike."""
    apart = ((x, y) for one in found.shared for x in one.a for y in one.b if x.casefold() != y.casefold())
    first = next(apart, None)
    return f"Spelling does not count: {first[0]} and {first[1]} are taken for one class." if first else ""


def shared_artists(a: Facts, b: Facts, found: SharedArtists) -> str:
    """How many artists' names are in both."""
    if not found.names:
        return "No artist's name is in both."
    names = "One artist's name is" if found.names == 1 else f"{found.names:,} artists' names are"
    return (
        f"{names} in both, with {count(found.tracks_a, a.noun)} in {a.title} "
        f"and {found.tracks_b:,} in {b.title}."
    )


def _listed(names: Sequence[str], label: str) -> str:
    """ "calm and happy"; "four moods" where there are more than three."""
    if len(names) > 3:
        return f"{word(len(names))} {label}s"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
