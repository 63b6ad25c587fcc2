"""Quintet: compare music-audio backbones by ear, by eye and by number.

In Python: `quintet.classify("track.mp3")` gives every backbone's answer, as page and command do.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from quintet.prediction.classifier import Answer


def classify(path: str | Path, dataset: str = "", backbones: Sequence[str] = ()) -> "list[Answer]":
    """What each backbone says of a sound file, in a dataset's classes (the first one stored, unless named).

    `dataset` "A+B" answers in the classes that both have, "A:tags" in the tags of one that has classes too.
    `backbones` names some (NAME or NAME:VARIANT); without it all that heard the dataset. Each Answer holds
    probabilities (classes,) float32, over_time (T, classes) at times (T, 2) s, tags, nearest. Raises BadAudio
    for a file that cannot be heard, MissingEmbeddings with the command that is missing, UnknownName.
    """
    from quintet import settings
    from quintet.prediction import files as answers

    return answers.of_file(Path(path), dataset, tuple(backbones), settings.load())
