"""Made-up maps for test_map.py and the benchmark: clouds of points, their colours, what is said of each."""

from functools import cache

import numpy as np

from dashboard.components import linked_maps as canvas

WORDS = ("calm", "energetic", "happy", "nostalgic", "tender", "<b>bold</b> & co")
LENGTHS = (20, 30, 8)  # s of the sounds, in turn; the second's length is not told beforehand
OWN = 12  # s of the visitor's own clip


@cache
def kinds(n: int, classes: int) -> np.ndarray:
    """The class of each point (n,); a class has ever fewer, and the last row has none."""
    share = 1 / np.arange(2, classes + 2)
    found = np.random.default_rng(1).choice(classes, n, p=share / share.sum())
    found[-1] = canvas.NO_CLASS
    return found


@cache
def xy(n: int, panel: int, classes: int) -> np.ndarray:
    """One panel's places (n, 2): a cloud for each class, turned by the panel."""
    rng = np.random.default_rng(7)
    turn = np.arange(classes) * 2 * np.pi / classes + panel * 0.4
    centres = 0.62 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    found = centres[np.minimum(kinds(n, classes), classes - 1)] + rng.normal(0, 0.12, (n, 2))
    return np.clip(found, -1, 1).astype(np.float32)


LACKING = 1  # the panel that has not all points, where one is to lack some
EACH = 3  # every third of them


@cache
def heard(n: int, panel: int, classes: int, lacks: int) -> np.ndarray:
    """One panel's places (n, 2), NaN where it is to lack a point."""
    found = xy(n, panel, classes)
    if lacks and panel == LACKING:
        found = found.copy()
        found[::EACH] = np.nan
    return found


@cache
def places(n: int, panels: int, classes: int, lacks: int) -> bytes:
    """All panels as the browser is sent them."""
    return canvas.pack([heard(n, p, classes, lacks) for p in range(panels)])


@cache
def colours(kind: str, n: int, panels: int, classes: int) -> bytes:
    """Classes, a scale, or right and wrong on every panel apart, as the browser is sent them."""
    if kind == "scale":
        values = xy(n, 0, classes)[:, 0].astype(float)
        values[::10] = np.nan
        return canvas.pack_colours(canvas.scaled(values, -1, 1), panels)
    if kind == "right":
        right = np.stack([(np.arange(n) % (p + 2) == 0).astype(int) for p in range(panels)])
        return canvas.pack_colours(right, panels)
    return canvas.pack_colours(kinds(n, classes), panels)


def said(row: int) -> dict:
    """What is said of a point; of every seventh nothing is known but its title."""
    seconds = LENGTHS[row % 3]
    colours = ["#5b7c8a", "#8398b0"]
    answers = [
        {"panel": f"key-{p}", "word": WORDS[p % 5], "colours": colours, "hollow": p == 4} for p in range(5)
    ]
    return {
        "id": f"t{row}", "title": f"Track {row} <i>", "artist": f"Artist {row % 9}", "note": "2 of 3",
        "url": f"/hum/{seconds}" if row % 7 else "", "start": 0, "end": None if row % 3 == 1 else seconds,
        "mel": "/mel" if row % 2 == 0 else "",
        "label": {"word": WORDS[row % 5], "colours": colours}, "value": "", "answers": answers,
    }  # fmt: skip
