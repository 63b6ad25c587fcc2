"""Sentences of the Classify page: what a set says, how far answers agree, how long one waits."""

from collections import Counter
from collections.abc import Sequence

from quintet import wording
from quintet.prediction.classifier import Answer

NAMED = 3  # classes a set names; of a larger one it names two and counts the rest
SET = (
    "Of clips the probe never saw, {share} have their true class among these. Many classes: it is unsure. "
    "None: the clip is like no clip it was scored on (split conformal prediction)."
)
ALIKE = (
    "One minus the mean Jensen-Shannon divergence of every two trained backbones' probabilities, in bits: "
    "1 is the same probabilities, 0 nothing in common. Untrained controls do not count."
)


def may_be(answer: Answer) -> str:
    """The classes of the set in words; "" where there is none."""
    found, total = answer.members, len(answer.classes)
    if found is None:
        return ""
    if not found:
        return "none of these: it is like no clip of that kind"
    if len(found) == total:
        return f"any of the {wording.word(total)}"
    if len(found) > NAMED:
        return f"{', '.join(found[: NAMED - 1])} or {wording.word(len(found) - NAMED + 1)} more"
    return either(found)


def either(words: Sequence[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def both(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def both_or_none(words: Sequence[str]) -> str:
    """The same, "" for no word."""
    return both(words) if words else ""


def counted(found: Sequence[str]) -> str:
    """ "2 nostalgic, 1 calm", the most frequent first; "" where nothing has a class."""
    votes = Counter(word for word in found if word)
    return ", ".join(f"{n} {word}" for word, n in votes.most_common())


def promise(answer: Answer) -> str:
    """ "At 90 %"."""
    return f"At {answer.promise * 100:.0f} %"


def span(start: float, end: float) -> str:
    """ "0:06 to 0:12"; with tenths where both ends are in one second."""
    tenths = int(start) == int(end)
    return f"{wording.clock(start, tenths)} to {wording.clock(end, tenths)}"


def waits(title: str, seconds: float | None) -> str:
    """What a card says while its net has not begun."""
    if seconds is None or seconds < 1:
        return f"{title} is listening."
    return f"{title} is listening, about {_about(seconds)}."


def hearing(title: str, so_far: float, seconds: float | None) -> str:
    """What a card says while its net runs: how long it has, and how long it may take."""
    if seconds is None or so_far >= seconds:
        return f"{title} is listening, {_about(so_far)} so far."
    return f"{title} is listening, {_about(seconds - so_far)} left."


def _about(seconds: float) -> str:
    return wording.left(seconds).removesuffix(" left")


def queued(place: int) -> str:
    """Where a visitor stands while others are before them."""
    return f"Place {place} in the queue" + (": next." if place == 1 else ".")
