"""What an audit can find: its kinds with their words, and one finding."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`title` names a list of them, `one` and `many` count them in a sentence, `short` heads the column."""

    title: str
    one: str
    many: str
    short: str
    pair: bool = False  # two clips make one finding
    suspect: bool = True  # the clip itself is at fault, so the filter "flagged" finds it


@dataclass(frozen=True)
class Finding:
    """A clip, the one it is compared with ("" for none), how much, that in few words, and as a sentence."""

    kind: str
    id: str
    other: str
    value: float
    short: str
    says: str
    scope: str = ""  # the protocols it concerns


EXACT, NEAR, LEAK, ARTIST = "exact", "near", "leak", "artist"
SILENT, CLIPPED, SHORT, UNREADABLE = "silent", "clipped", "short", "unreadable"
LABEL, FLAG = "label", "flag"

KINDS = {  # in the order of lists and sentences
    EXACT: Kind("Exact repeats", "exact repeat", "exact repeats", "Alike", pair=True),
    NEAR: Kind("Near repeats", "near repeat", "near repeats", "Cosine", pair=True),
    LEAK: Kind("Trained on and tested", "clip tested and trained on", "clips tested and trained on",
               "Protocol", pair=True, suspect=False),
    ARTIST: Kind("Artists on both sides", "test clip by an artist in train",
                 "test clips by an artist in train", "By the artist", pair=True, suspect=False),
    SILENT: Kind("Silent", "silent clip", "silent clips", "Without a sound"),
    CLIPPED: Kind("Clipped", "clipped clip", "clipped clips", "Cut off"),
    SHORT: Kind("Cut short", "clip cut short", "clips cut short", "Lasts"),
    UNREADABLE: Kind("Unreadable", "unreadable clip", "unreadable clips", "Found"),
    LABEL: Kind("Doubted labels", "label the probes doubt", "labels the probes doubt", "Heard as",
                suspect=False),
    FLAG: Kind("Flagged by the dataset", "clip flagged by the dataset", "clips flagged by the dataset",
               "Flag", suspect=False),
}  # fmt: skip
