"""Every error a person can meet, as one tree.

QuintetError
├── UsageError            the call itself is wrong: exit status 2
│   └── UnknownName       no dataset, backbone, probe … of that name
├── BadAudio              this file cannot be heard: empty, not audio, too short, NaN
├── MissingData           a dataset is not where it should be
├── BadData               a dataset's own file is damaged, cut short, or of another make
├── MissingEmbeddings     nothing has been computed yet for what was asked
├── MissingWeights        a net's weights are not on this machine
├── BadWeights            a weights file is damaged or belongs to something else
├── NotFetched            a download did not come through: no network, 404, cut, too slow
├── StoreError            what lies on disk does not fit what was asked
├── Busy                  another job holds what this one needs
└── OutOfBounds           reading a file took more memory or time than it may, or ended its process

A message says what happened with its value, what was expected, and what to run next.
"""

from difflib import get_close_matches


class QuintetError(Exception):
    """Base of all errors meant for a person; its text is one complete message."""


class UsageError(QuintetError):
    """The call itself is wrong."""


class UnknownName(UsageError):
    """No thing of that kind has that name."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        close = get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        super().__init__(f"No {kind} named {name!r}.{hint} Known: {', '.join(known) or 'none'}.")


class BadAudio(QuintetError):
    """This file cannot be heard."""


class MissingData(QuintetError):
    """A dataset is not where it should be."""


class BadData(QuintetError):
    """A dataset's own file is damaged, cut short, or of another make."""


class MissingEmbeddings(QuintetError):
    """Nothing has been computed yet for what was asked."""


class MissingWeights(QuintetError):
    """A net's weights are not on this machine."""


class BadWeights(QuintetError):
    """A weights file is damaged or belongs to something else."""


class NotFetched(QuintetError):
    """A download did not come through."""


class StoreError(QuintetError):
    """What lies on disk does not fit what was asked."""


class Busy(QuintetError):
    """Another job holds what this one needs."""


class OutOfBounds(QuintetError):
    """Reading a file took more memory or time than it may; the text is a reason that follows its name."""
