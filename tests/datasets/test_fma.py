"""FMA: sizes within sizes, the official split and class counts."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from quintet.datasets import fma
from quintet.datasets.base import DatasetLocation, ReadReport
from tests.datasets.miniatures import fma as miniature

# Train, valid, test of fma_medium; mdeff/fma, branch outputs, analysis.ipynb 1.1.
COUNTS = {
    "Blues": (58, 8, 8), "Classical": (495, 62, 62), "Country": (142, 18, 18), "Easy Listening": (13, 2, 6),
    "Electronic": (5050, 632, 632), "Experimental": (1801, 225, 225), "Folk": (1215, 152, 152),
    "Hip-Hop": (1761, 220, 220), "Instrumental": (1045, 131, 174), "International": (814, 102, 102),
    "Jazz": (306, 39, 39), "Old-Time / Historic": (408, 51, 51), "Pop": (945, 122, 119),
    "Rock": (5681, 711, 711), "Soul-RnB": (94, 18, 42), "Spoken": (94, 12, 12),
}  # fmt: skip
IN_SMALL = dict.fromkeys(miniature.SMALL, (800, 100, 100))
SPLITS = ("training", "validation", "test")
LARGE = 200  # rows of the generated table that only large and full have


def rows_of_medium() -> Iterator[tuple[int, dict[str, str]]]:
    """17,000 rows "medium", 8,000 "small" and some "large", every row with an artist of its split alone."""
    number = 1
    for genre, sizes in COUNTS.items():
        for split, size, small in zip(SPLITS, sizes, IN_SMALL.get(genre, (0, 0, 0)), strict=True):
            for n in range(size):
                number += 1
                yield number, {
                    "set.split": split, "set.subset": "small" if n < small else "medium",
                    "track.genre_top": genre, "artist.id": f"{split}{number // 3}",
                }  # fmt: skip
    for n in range(LARGE):
        genre = "Rock" if n % 2 else ""
        yield number + 1 + n, {"set.split": "training", "set.subset": "large", "track.genre_top": genre}


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    """A folder with a tracks.csv of all 25,000 rows of medium and some of large."""
    root = tmp_path_factory.mktemp("fma")
    miniature.write_metadata(root / "fma_metadata", rows_of_medium())
    return root


@pytest.fixture
def few(tmp_path) -> DatasetLocation:
    return miniature.make(tmp_path)


def read(place: DatasetLocation) -> tuple:
    """(facts, tracks, notes)."""
    notes = ReadReport()
    reading = fma.read(place, notes)
    return reading.facts, list(reading.tracks), notes


def table(tmp_path: Path, *rows: tuple[int, dict[str, str]]) -> DatasetLocation:
    miniature.write_metadata(tmp_path / "fma_metadata", rows)
    return DatasetLocation(tmp_path)


def test_the_generated_table_has_the_real_proportions():
    subsets = Counter(row["set.subset"] for _, row in rows_of_medium())
    assert subsets == {"medium": 17_000, "small": 8_000, "large": LARGE}
    assert len(miniature.COLUMNS) == 52


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("small", {"train": 6_400, "valid": 800, "test": 800}),
        ("medium", {"train": 19_922, "valid": 2_505, "test": 2_573}),
        ("large", {"train": 19_922 + LARGE, "valid": 2_505, "test": 2_573}),
        ("full", {"train": 19_922 + LARGE, "valid": 2_505, "test": 2_573}),
    ],
)
def test_a_size_holds_the_smaller_ones_and_their_split(generated, size, expected):
    _, tracks, notes = read(DatasetLocation(generated, size))
    assert Counter(t.split for t in tracks) == expected
    assert notes.counts == {}


@pytest.mark.parametrize(("size", "counts"), [("small", IN_SMALL), ("medium", COUNTS)])
def test_every_genre_has_its_published_counts(generated, size, counts):
    _, tracks, _ = read(DatasetLocation(generated, size))
    found = Counter((t.labels, t.split) for t in tracks)
    parts = [(genre, split) for genre in counts for split in ("train", "valid", "test")]
    assert {(g, s): found[(g,), s] for g, s in parts} == dict(
        zip(parts, sum(counts.values(), ()), strict=True)
    )
    assert found.total() == sum(map(sum, counts.values()))


@pytest.mark.parametrize("size", ["small", "medium"])
def test_the_generated_table_is_all_that_is_expected(generated, size):
    facts, tracks, _ = read(DatasetLocation(generated, size))
    found = Counter(f"class {t.labels[0]}" for t in tracks) + Counter(f"split {t.split}" for t in tracks)
    assert found | Counter(tracks=len(tracks)) == facts.expects


def test_large_and_full_expect_the_published_split():
    expected = {"tracks": 106_574, "split train": 84_353, "split valid": 10_958, "split test": 11_263}
    assert fma.facts("large", {}, ()).expects == expected == fma.facts("full", {}, ()).expects


@pytest.mark.parametrize(("size", "n"), [("small", 8), ("medium", 16), ("large", 16), ("full", 16)])
def test_classes_are_root_genres_in_alphabetical_order(generated, size, n):
    facts, tracks, _ = read(DatasetLocation(generated, size))
    assert len(facts.classes) == n
    assert list(facts.classes) == sorted(facts.classes)
    assert {label for t in tracks for label in t.labels} == set(facts.classes)


def test_tracks_without_a_root_genre_take_no_part_in_the_protocol_of_large(generated):
    facts, tracks, _ = read(DatasetLocation(generated, "large"))
    assert facts.protocols[0].only == "has_genre"
    assert Counter(t.columns["has_genre"] for t in tracks) == {True: 25_000 + LARGE // 2, False: LARGE // 2}
    assert all(t.columns["has_genre"] == bool(t.labels) for t in tracks)


def test_the_official_protocol_keeps_artists_apart(generated):
    facts, tracks, _ = read(DatasetLocation(generated, "medium"))
    protocol = facts.protocols[0]
    assert (protocol.name, protocol.split, protocol.group) == ("fma-official", "split", "group")
    sides = {t.group: t.split for t in tracks}
    assert len(sides) > 1_000
    assert all(sides[t.group] == t.split for t in tracks)


def test_the_tree_has_163_genres_and_16_roots(few):
    facts, _, _ = read(few)
    assert len(facts.parents) == 163
    assert sorted(title for title, above in facts.parents.items() if not above) == list(facts.classes)
    assert (facts.parents["Rap"], facts.parents["Skweee"]) == ("Hip-Hop", "Dubstep")


def test_a_row_becomes_a_track_with_all_that_is_known(tmp_path):
    (tmp_path / "fma_full" / "000").mkdir(parents=True)
    _, (track,), notes = read(table(tmp_path, (2, {})))
    assert track.path == tmp_path / "fma_full/000/000002.mp3"
    assert (track.id, track.title, track.artist, track.album) == (
        "2",
        "Food",
        "Björk & Söhne",
        'A Way, Of "Life"',
    )
    assert (track.labels, track.tags) == (("Hip-Hop",), ("Hip-Hop", "Rap"))
    assert (track.split, track.group, track.year, track.seconds) == ("train", "1", 2009, 168.0)
    assert track.columns == {
        "subset": "small", "full length": 168.0, "language": "en", "terms": "CC BY-NC-SA",
        "license": "Attribution-NonCommercial-ShareAlike 3.0 International", "has_genre": True,
        "listens": 1293, "favorites": 2, "interest": 4656, "bit_rate": 256_000,
    }  # fmt: skip
    assert notes.counts == {}


def test_what_a_row_does_not_say_is_unknown(tmp_path):
    (tmp_path / "fma_small" / "000").mkdir(parents=True)
    gone = ("track.title", "track.license", "track.listens", "track.duration", "album.date_released",
            "track.date_recorded", "track.language_code")  # fmt: skip
    _, (track,), _ = read(table(tmp_path, (2, dict.fromkeys(gone, ""))))
    assert (track.title, track.year, track.seconds) == ("000002", 0, 30.0)
    assert track.columns.keys() == {"subset", "has_genre", "favorites", "interest", "bit_rate"}


def test_the_year_of_recording_stands_in_for_the_album_s(tmp_path):
    _, (track,), _ = read(table(tmp_path, (2, {"album.date_released": ""})))
    assert track.year == 2008


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("Attribution-Noncommercial-Share Alike 3.0 United States", "CC BY-NC-SA"),
        ("Attribution-NonCommercial-NoDerivatives (aka Music Sharing) 3.0 International", "CC BY-NC-ND"),
        ("Attribution-Noncommercial-No Derivative Works 3.0 United States", "CC BY-NC-ND"),
        ("Attribution-ShareAlike", "CC BY-SA"),
        ("Creative Commons Attribution", "CC BY"),
        ("CC0 1.0 Universal", "CC0"),
        ("Public Domain Mark 1.0", "public domain"),
        ("FMA-Limited: Download Only", "other"),
    ],
)
def test_a_licence_s_conditions_are_read_from_its_name(licence, expected):
    assert fma.conditions(licence) == expected


@pytest.mark.parametrize(
    ("size", "faults"),
    [
        ("medium", {"1486": "no audio in the clip", "98565": "cut short: 1.6 s of 30",
                    "107535": "reported as nearly silent"}),
        ("full", {"1486": "14.39 s long, not the 90 s stated",
                  "98565": "65.31 s long, not the 158 s stated"}),
    ],
)  # fmt: skip
def test_known_faults_are_flagged_in_the_sizes_they_concern(few, size, faults):
    _, tracks, _ = read(DatasetLocation(few.root, size))
    assert {t.id: t.flags[0] for t in tracks if t.flags} == faults


def test_every_clip_known_to_be_short_is_known_in_full_length_too():
    short = {n for n in range(156_000) if "30" in "".join(fma.known_faults(str(n), "large"))}
    empty = {n for n in range(156_000) if fma.known_faults(str(n), "large") == ("no audio in the clip",)}
    assert short == {98565, 98566, 98567, 98568, 98569, 108924}
    assert len(empty) == 15
    assert short | empty == {n for n in range(156_000) if fma.known_faults(str(n), "full")}


def in_notebook(few: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Genres of 1,100 tracks, one of `few`, 1,200 of International, and 30 that only name a genre."""
    sizes = {"Rock": 1_100, "Jazz": 1_100, "Blues": few, "International": 1_200}
    number = 1
    for genre, n in sizes.items():
        for at in range(n):
            number += 1
            yield number, {"track.genre_top": genre, "artist.id": str(at // 2), "set.subset": "medium"}
    for _ in range(30):
        number += 1
        yield number, {"track.genre_top": "", "track.genres": "[31, 12]", "set.subset": "medium"}


def test_the_notebooks_tracks_and_split_are_those_scikit_learn_draws(tmp_path):
    from sklearn.model_selection import train_test_split

    miniature.write_metadata(tmp_path / "fma_metadata", in_notebook(999))
    genres = "genre_id,#tracks,parent,title,top_level\n12,9,0,Rock,12\n31,3,12,Metal,12\n"
    (tmp_path / "fma_metadata" / "genres.csv").write_text(genres)
    facts, tracks, _ = read(DatasetLocation(tmp_path, "medium"))
    official, notebook = facts.protocols
    assert (official.name, notebook.name) == ("fma-official", "fma-kaggle")
    assert notebook.classes == ("Jazz", "Rock")
    assert "artists are on both sides" in notebook.says
    kept = [t for t in tracks if "kaggle_genre" in t.columns]
    assert Counter(t.columns["kaggle_genre"] for t in kept) == {"Rock": 1_130, "Jazz": 1_100}
    _, tested = train_test_split([t.id for t in kept], test_size=0.3, random_state=123)
    assert {t.id for t in kept if t.columns["kaggle_split"] == "test"} == set(tested)


def test_a_thousand_tracks_are_enough_for_the_notebook(tmp_path):
    place = table(tmp_path, *in_notebook(1_000))
    assert read(DatasetLocation(place.root, "medium"))[0].protocols[1].classes == ("Blues", "Jazz", "Rock")
    assert len(read(DatasetLocation(place.root, "small"))[0].protocols) == 1
