"""Questions asked again and again: answered once, and anew when the dataset is read again."""

from dataclasses import replace

import pytest

from dashboard import cache
from quintet.catalogue import query
from quintet.datasets.base import Track
from tests.sounds import encode
from tests.tables import put_tracks

NAME = "gtzan"


@pytest.fixture
def tracks(here, tmp_path) -> list[Track]:
    """Two classes of two clips; the first clip has no sound, two of the rest are of one artist."""
    sound = encode(tmp_path / "clip.wav", "wav", seconds=1)
    return [
        Track("a", None, "First", "ann", ("blues",), group="ann"),
        Track("b", sound, "Second", "ann", ("blues",), group="ann"),
        Track("c", sound, "Third", "bob", ("disco",), group="bob"),
        Track("d", sound, "Fourth", "", ("disco",)),
    ]


def ids(found: list[Track]) -> list[str]:
    return [track.id for track in found]


def test_examples_are_one_that_sounds_of_each_class(here, tracks):
    put_tracks(here, NAME, tracks)
    assert ids(cache.one_a_class(NAME, 5)) == ["b", "c"]
    assert ids(cache.one_a_class(NAME, 1)) == ["b"]
    assert cache.sounding(NAME) == 3


def test_without_classes_examples_are_the_first_that_sound(here, tracks):
    put_tracks(here, NAME, [replace(track, labels=()) for track in tracks])
    assert ids(cache.one_a_class(NAME, 2)) == ["b", "c"]


def test_a_search_finds_only_what_sounds(here, tracks):
    put_tracks(here, NAME, tracks)
    assert ids(cache.audible(NAME, 6)) == ["b", "c", "d"]
    assert ids(cache.audible(NAME, 6, "ann")) == ["b"]
    assert ids(cache.audible(NAME, 6, "nobody")) == []


def test_a_group_is_no_neighbour_of_its_own(here, tracks):
    put_tracks(here, NAME, tracks)
    assert cache.mix(NAME, tracks[0]) == {"a", "b"}
    assert cache.mix(NAME, tracks[3]) == {"d"}


def test_what_is_read_again_is_asked_again(here, tracks, monkeypatch):
    put_tracks(here, NAME, tracks)
    asked, page = [], query.page
    monkeypatch.setattr(query, "page", lambda *said: asked.append(said) or page(*said))
    cache.one_a_class(NAME, 5)
    cache.one_a_class(NAME, 5)
    assert len(asked) == 2  # one a class, once
    assert cache.sounding(NAME) == 3
    put_tracks(here, NAME, tracks[:2])
    assert ids(cache.one_a_class(NAME, 5)) == ["b"]
    assert cache.sounding(NAME) == 1
