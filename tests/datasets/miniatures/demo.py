"""The demo brings itself: its wheel is the dataset."""

from pathlib import Path

from quintet.datasets import demo
from quintet.datasets.base import Place


def make(root: Path) -> Place:
    """The installed wheel; nothing is made below `root`."""
    return Place(demo.home())
