"""Classes and artists of two datasets, matched by what they mean rather than by how they are spelt."""

import pytest

from quintet import registry
from quintet.catalogue import overlap, tracks
from quintet.datasets.base import Track
from tests.tables import put_tracks

# GTZAN's genres and FMA medium's root genres, from the papers.
TEN = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
SIXTEEN = (
    "Blues", "Classical", "Country", "Easy Listening", "Electronic", "Experimental", "Folk", "Hip-Hop",
    "Instrumental", "International", "Jazz", "Old-Time / Historic", "Pop", "Rock", "Soul-RnB", "Spoken",
)  # fmt: skip


def test_seven_of_the_ten_genres_are_among_the_sixteen():
    found = overlap.classes(TEN, SIXTEEN)
    words = [one.word for one in found.shared]
    assert words == ["blues", "classical", "country", "hip-hop", "jazz", "pop", "rock"]
    assert found.only_a == ("disco", "metal", "reggae")
    assert len(found.only_b) == 9


def test_the_overlap_is_the_same_from_either_side():
    forth, back = overlap.classes(TEN, SIXTEEN), overlap.classes(SIXTEEN, TEN)
    assert [(one.a, one.b) for one in forth.shared] == [(one.b, one.a) for one in back.shared]
    assert (forth.only_a, forth.only_b) == (back.only_b, back.only_a)


@pytest.mark.parametrize(("one", "other"), [
    ("hiphop", "Hip-Hop"), ("hip hop", "rap"), ("Rap", "Hip-Hop"), ("classic", "Classical"),
    ("reggae", "Reggae - Dub"), ("new age", "New Age"), ("Música", "musica"),
])  # fmt: skip
def test_spellings_of_one_class_meet(one, other):
    assert len(overlap.classes([one], [other]).shared) == 1


@pytest.mark.parametrize(("one", "other"), [
    ("pop", "pop/rock"), ("soul", "Soul-RnB"), ("metal", "heavy metal"), ("!!!", "???"),
])  # fmt: skip
def test_a_class_that_takes_in_more_is_another_one(one, other):
    assert not overlap.classes([one], [other]).shared


def test_two_classes_of_one_word_stand_together():
    found = overlap.classes(["classical", "classic", "rock"], ["Classical"])
    assert found.shared == (overlap.Shared("classical", ("classical", "classic"), ("Classical",)),)
    assert found.only_a == ("rock",)


def test_each_name_of_the_table_stands_for_one_word():
    lines = [
        line for line in overlap.NAMES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert len(lines) > 3
    assert len(overlap.words()) == len(lines) - 1  # the first names the columns


def test_likeness_orders_datasets_by_what_they_share():
    assert overlap.likeness(TEN, TEN) == 1
    assert overlap.likeness(TEN, SIXTEEN) == pytest.approx(7 / 19)
    assert overlap.likeness(TEN, ["calm"]) == 0
    assert overlap.likeness((), ()) == 0


def test_a_class_only_one_has_is_looked_for_among_the_others_tags():
    tags = {"Reggae - Dub": 143, "Metal": 265, "metal": 3, "Polka": 9}
    assert overlap.named(["disco", "metal", "reggae"], tags) == {
        "metal": ("Metal", 265),
        "reggae": ("Reggae - Dub", 143),
    }


def test_artists_meet_without_capitals_accents_and_punctuation(here):
    first, second, *_ = registry.names("datasets")
    for name, artists in (
        (first, ("Björk", "Björk", "Elm & Oak", "!!!", "")),
        (second, ("BJORK", "elm oak", "???", "")),
    ):
        put_tracks(here, name, [Track(str(n), None, "", a, ()) for n, a in enumerate(artists)])
    found = overlap.artists(tracks.path(first, here), tracks.path(second, here))
    assert found == overlap.SharedArtists(2, 3, 2, (("Björk", 2, 1), ("Elm & Oak", 1, 1)))


def test_no_artist_in_both_is_said_with_zeros(here):
    first, second, *_ = registry.names("datasets")
    for name in (first, second):
        put_tracks(here, name, [Track("1", None, "", name, ())])
    assert overlap.artists(tracks.path(first, here), tracks.path(second, here)) == overlap.SharedArtists(
        0, 0, 0, ()
    )
