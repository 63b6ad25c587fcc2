"""Spreads, trees and artists, counted on small tables whose answers are known by hand."""

import pytest

from quintet.catalogue import statistics, tracks
from quintet.datasets.base import Track
from quintet.errors import UsageError
from tests.tables import put_tracks

NAME = "demo"


def table(here, found: list[dict]):
    put_tracks(here, NAME, [
        Track(**{"id": str(n), "path": None, "title": "", "artist": "", "labels": ()} | values)
        for n, values in enumerate(found)
    ])  # fmt: skip
    return tracks.path(NAME, here)


def test_a_spread_counts_every_known_value_once(here):
    path = table(here, [{"seconds": s} for s in (0.0, 10.0, 10.4, 29.9, 30.0, 31.2)])
    found = statistics.spread(path, "seconds")
    assert (found.known, found.low, found.median, found.high) == (5, 10.0, 29.9, 31.2)
    assert sum(n for *_, n in found.steps) == 5
    assert [step for step in found.steps if step[2]] == [(10, 11, 2), (29, 30, 1), (30, 31, 1), (31, 32, 1)]
    assert not found.below
    assert not found.above


def test_steps_join_without_a_gap(here):
    steps = statistics.spread(table(here, [{"seconds": s / 7} for s in range(1, 400)]), "seconds").steps
    assert [high for _, high, _ in steps[:-1]] == [low for low, *_ in steps[1:]]
    assert len(steps) <= 33


def test_one_absurd_length_does_not_flatten_the_rest(here):
    found = statistics.spread(
        table(here, [{"seconds": 20 + n % 20} for n in range(999)] + [{"seconds": 9e5}]), "seconds"
    )
    assert found.high == 9e5
    assert found.steps[-1][1] <= 60
    assert found.above
    assert sum(n for *_, n in found.steps) == 1000


def test_years_have_no_step_below_one(here):
    found = statistics.spread(table(here, [{"year": year} for year in (1999, 1999, 2000, 0)]), "year")
    assert found.steps == ((1999, 2000, 2), (2000, 2001, 1))


def test_a_column_nobody_fills_has_no_spread(here):
    assert statistics.spread(table(here, [{}, {}]), "year") is None


def test_a_column_that_is_not_there_is_refused(here):
    with pytest.raises(UsageError, match="no column 'speed'"):
        statistics.spread(table(here, [{}]), "speed")


TREE = {"Rock": "", "Punk": "Rock", "Hardcore": "Punk", "Folk": "", "Polka": "Folk"}


def test_a_track_counts_once_above_all_its_words(here):
    path = table(
        here, [{"tags": ("Punk", "Hardcore")}, {"tags": ("Hardcore",)}, {"tags": ("Rock", "Folk")}, {}]
    )
    assert statistics.under(path, TREE) == {"Rock": 3, "Punk": 2, "Hardcore": 2, "Folk": 1, "Polka": 0}


def test_a_tree_that_bites_its_tail_still_ends(here):
    path = table(here, [{"tags": ("A",)}])
    assert statistics.under(path, {"A": "B", "B": "A"}) == {"A": 1, "B": 1}


def test_artists_are_counted_as_they_are_spelt(here):
    path = table(here, [{"artist": a} for a in ("Ada", "Ada", "ada", "", "O'\"Neil")])
    found = statistics.artists(path)
    assert (found.tracks, found.names, found.once) == (4, 3, 2)
    assert found.most[0] == ("Ada", 2)


def test_without_artists_there_are_none(here):
    assert statistics.artists(table(here, [{}])) == statistics.Artists(0, 0, 0, ())


def test_artists_of_the_test_part_are_looked_for_in_train(here):
    named = [
        ("Ada", "train"),
        ("Ada", "test"),
        ("Ada", "test"),
        ("Bo", "test"),
        ("Cy", "valid"),
        ("", "test"),
    ]
    path = table(here, [{"artist": artist, "split": part} for artist, part in named])
    assert statistics.across(path) == (
        statistics.Across("test", tracks=3, known_tracks=2, artists=2, known_artists=1),
        statistics.Across("valid", tracks=1, known_tracks=0, artists=1, known_artists=0),
    )


def test_without_artists_in_train_nothing_is_claimed(here):
    assert statistics.across(table(here, [{"split": "train"}, {"artist": "Ada", "split": "test"}])) == ()
