"""Sentences built from data: one function per headline, and how each kind of number is written.

The words are those of the field; an untrained control is never counted, only said to be there.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SETTLED = 0.05  # a difference is more than chance explains below this p


@dataclass(frozen=True)
class Headline:
    """A claim, the sentence that goes on from it (may be empty), and the line of evidence under both."""

    claim: str
    rest: str
    evidence: str


@dataclass(frozen=True)
class Answer:
    """What one backbone says of a clip. `title` is the backbone's, `says` a class."""

    title: str
    says: str
    untrained: bool = False


@dataclass(frozen=True)
class Gap:
    """How far `ahead` is from `behind`: difference and 95 % interval as fractions, p, and n of `noun`."""

    ahead: str
    behind: str
    difference: float
    low: float
    high: float
    p: float
    n: int
    noun: str
    correction: str = ""  # such as "after correction for ten comparisons"


def word(n: int) -> str:
    """A count as a word up to ten, in digits above."""
    return _WORDS[n] if 0 <= n < len(_WORDS) else f"{n:,}"


def count(n: int, noun: str) -> str:
    """ "84 clips", "1 clip": the noun is given in the plural."""
    return f"{n:,} {noun.removesuffix('s') if n == 1 else noun}"


def size(n: int) -> str:
    """1_230_811_404 -> "1.2 GB": bytes as disks are sold."""
    for step, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n >= step:
            return f"{n / step:.1f} {unit}"
    return f"{n} bytes"


def heading(column: str) -> str:
    """ "track_number" -> "Track number": a column's name as people read it."""
    return column.replace("_", " ").capitalize()


def percent(fraction: float) -> str:
    """A fraction as "69.0 %"."""
    return f"{fraction * 100:.1f} %".replace("-", MINUS)


def points(fraction: float) -> str:
    """A difference of two fractions in points, with a true minus: "9.5", "14"."""
    text = f"{fraction * 100:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text.replace("-", MINUS)


def signed(n: int) -> str:
    """A whole difference with its sign, a true minus where it is negative; zero has none."""
    return f"{n:+d}".replace("-", MINUS) if n else "0"


def clock(seconds: float, tenths: bool = True) -> str:
    """A place in a track: "0:13.7", or "0:13" without tenths."""
    tens = round(seconds * 10) if tenths else int(seconds) * 10
    minutes, rest = divmod(tens, 600)
    return f"{minutes}:{rest // 10:02d}" + (f".{rest % 10}" if tenths else "")


def left(seconds: float) -> str:
    """How long a job still takes: "4 min left", "20 s left", "2 h 10 min left"."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s left"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min left"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min left" if minutes else f"{hours} h left"


def rank_range(low: int, high: int) -> str:
    """Ranks that the data leave open: "1 to 3", or "2" where they settle one."""
    return str(low) if low == high else f"{low} to {high}"


def p_value(p: float) -> str:
    """ "p = 0.13", and "p < 0.001" below that."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def classify_headline(answers: Sequence[Answer]) -> Headline:
    """What the trained backbones say of one clip, and who hears something else."""
    trained = [a for a in answers if not a.untrained]
    evidence = _controls(len(answers) - len(trained))
    if not trained:
        return Headline("No trained backbone has answered.", "", evidence)
    if len(trained) == 1:
        return Headline(
            f"{trained[0].title} says {trained[0].says}.", "It is the only trained backbone here.", evidence
        )
    votes = Counter(a.says for a in trained)
    most, n = votes.most_common(1)[0]
    if n == len(trained):
        everyone = "Both" if n == 2 else f"All {word(n)}"
        return Headline(f"{everyone} trained backbones say {most}.", "", evidence)
    if list(votes.values()).count(n) > 1:  # nothing is said by more than anything else
        said = ", ".join(dict.fromkeys(a.says for a in trained))
        return Headline(f"{word(len(votes)).capitalize()} answers: {said}.", "", evidence)
    claim = f"{_capital(most)}, say {word(n)} of the {word(len(trained))} trained backbones."
    others = " ".join(f"{a.title} hears {a.says}." for a in trained if a.says != most)
    return Headline(claim, others, evidence)


def compare_headline(gap: Gap) -> Headline:
    """Who is ahead and whether that is settled; the evidence is always the interval and p."""
    on = f"on {count(gap.n, gap.noun)}"
    evidence = f"95 % interval {points(gap.low)} to {points(gap.high)} points, {p_value(gap.p)}"
    evidence = f"{evidence} {gap.correction}" if gap.correction else evidence
    if points(gap.difference) == "0":
        return Headline(f"{gap.ahead} and {gap.behind} score alike", f"{on}.", evidence)
    told = "more than chance explains" if gap.p < SETTLED else "too little to tell from chance"
    claim = f"{gap.ahead} is ahead of {gap.behind} by {points(gap.difference)} points,"
    return Headline(claim, f"{told} {on}.", evidence)


def overview_headline(n: int, noun: str, trained: int, untrained: int, ready: bool) -> Headline:
    """What is here: so many items, heard by so many backbones, and how many of those are trained."""
    total = trained + untrained
    if not total:
        return Headline(f"{count(n, noun)}, not heard yet.", "", "No backbone has embedded them.")
    claim = f"{count(n, noun)}, heard by {word(total)} backbone{'' if total == 1 else 's'}."
    rest = ""
    if untrained:
        rest = f"{word(trained).capitalize() if trained else 'None'} of them trained."
    state = (
        "Everything here is embedded and ready." if ready else f"Not every one of the {noun} is embedded yet."
    )
    return Headline(claim, rest, f"{state} {_running(untrained)}".strip())


def _controls(n: int) -> str:
    if not n:
        return ""
    control = "untrained control is" if n == 1 else f"{word(n)} untrained controls are"
    return f"The {control} shown, not counted."


def _running(n: int) -> str:
    if not n:
        return ""
    if n == 1:
        return "One backbone runs as an untrained control until its weights are on this machine."
    return (
        f"{word(n).capitalize()} backbones run as untrained controls until their weights are on this machine."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
