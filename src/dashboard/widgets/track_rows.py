"""Tracks as rows that play: one way to write a track's title, class and place, on every page."""

from dashboard import cache
from dashboard.components.players import Cell, Column, Mark, Row
from dashboard.routes import audio
from quintet.datasets.base import Track
from quintet.embeddings.models import Model
from quintet.palette import Pair, class_colours


def colours(dataset: str) -> dict[str, Pair]:
    """Each class of the dataset with its colour."""
    return class_colours(cache.facts(dataset).classes)


def sign(found: Model) -> Mark:
    """The mark of a backbone as it runs here."""
    return Mark(found.backbone.spec.mark, found.backbone.spec.colours, found.untrained)


def label(track: Track, pairs: dict[str, Pair]) -> Cell:
    """A track's own class, or nothing where it has none."""
    return Cell(track.labels[0], colours=pairs.get(track.labels[0])) if track.labels else Cell("")


def said(word: str, pairs: dict[str, Pair], untrained: bool = False, right: bool = False) -> Cell:
    """What a backbone says: hollow and muted where it is untrained, strong where it is right."""
    return Cell(word, colours=pairs[word], hollow=untrained, muted=untrained, strong=right)


def place(track: Track) -> str:
    """Which part of a longer piece this is ("2 of 3"), where the dataset knows."""
    return str(track.columns.get("excerpt", ""))


def named(track: Track) -> str:
    """What a track is called: its title, else its id, and which part of a longer piece it is."""
    return ", ".join(filter(None, (track.title or track.id, place(track))))


def row(dataset: str, track: Track, cells: tuple[Cell | str, ...]) -> Row:
    """One row that plays the track."""
    return Row(id=track.id, url=audio.of_track(dataset, track), cells=cells)


def near(dataset: str, found: tuple[tuple[str, float], ...]) -> tuple[list[Row], list[Column]]:
    """The list of nearest tracks: title, class, similarity."""
    tracks, pairs = cache.some(dataset, [i for i, _ in found]), colours(dataset)
    listed = [
        row(dataset, tracks[i], (tracks[i].title, label(tracks[i], pairs), f"{alike:.2f}"))
        for i, alike in found
        if i in tracks
    ]
    return listed, [Column("Track"), Column("Class"), Column("Similarity", align="right")]


def alike(dataset: str, found: tuple[tuple[str, float], ...]) -> tuple[list[Row], list[Column]]:
    """The same list where there is little room: title and similarity."""
    tracks = cache.some(dataset, [i for i, _ in found])
    listed = [
        row(dataset, tracks[i], (tracks[i].title, f"{cosine:.2f}")) for i, cosine in found if i in tracks
    ]
    return listed, [Column("Track"), Column("Similarity", align="right")]
