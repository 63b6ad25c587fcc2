"""FMA's folders as people have them: nested, packed, cut short, wrong; and their lists of checksums."""

import os
import zipfile
from pathlib import Path

import pytest

from quintet.datasets import fma
from quintet.datasets.base import DatasetLocation, ReadReport
from quintet.errors import BadData, MissingData
from tests.datasets.miniatures import fma as miniature
from tests.datasets.test_fma import read


@pytest.fixture
def few(tmp_path) -> DatasetLocation:
    return miniature.make(tmp_path)


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    """A folder with nothing but metadata: ten tracks."""
    root = tmp_path_factory.mktemp("fma")
    miniature.write_metadata(root / "fma_metadata", ((n, {"set.subset": "large"}) for n in range(2, 12)))
    return root


@pytest.mark.parametrize("root", [".", "fma_metadata", "fma_medium"])
def test_the_folder_of_both_or_either_of_them_will_do(few, root):
    facts, tracks, _ = read(DatasetLocation(few.root / root))
    assert (facts.title, len(tracks)) == ("FMA medium", 20)
    assert sum(t.path.is_file() for t in tracks) == 19


def test_folders_nested_in_themselves_are_found(few):
    for name in ("fma_metadata", "fma_medium"):
        outer = few.root / "outer" / name
        outer.mkdir(parents=True)
        (few.root / name).rename(outer / name)
    facts, tracks, _ = read(DatasetLocation(few.root / "outer"))
    assert facts.title == "FMA medium"
    assert sum(t.path.is_file() for t in tracks) == 19


def test_the_largest_size_is_meant_where_none_is_named(few):
    (few.root / "fma_large" / "000").mkdir(parents=True)
    facts, tracks, _ = read(few)
    assert (facts.title, len(tracks)) == ("FMA large", 24)


def test_small_is_heard_from_the_clips_of_medium(few):
    facts, tracks, _ = read(DatasetLocation(few.root, "small"))
    assert (facts.title, len(tracks)) == ("FMA small", 16)
    assert {t.path.parents[1].name for t in tracks} == {"fma_medium"}


def test_full_is_never_heard_from_clips(few):
    facts, tracks, _ = read(DatasetLocation(few.root, "full"))
    assert {t.path for t in tracks} == {None}
    assert facts.missing == ("fma_full/ beside fma_metadata/ would add the sound.",)


def test_a_clip_is_never_heard_from_a_whole_track(generated, tmp_path):
    (tmp_path / "fma_metadata").symlink_to(generated / "fma_metadata")
    (tmp_path / "fma_full" / "000").mkdir(parents=True)
    _, tracks, _ = read(DatasetLocation(tmp_path, "large"))
    assert {t.path for t in tracks} == {None}


def test_a_folder_that_must_not_be_read_is_named(few, monkeypatch):
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(MissingData, match=r"fma_medium cannot be read: Permission denied"):
        fma.read(few, ReadReport())


def test_metadata_alone_gives_every_row(generated):
    facts, tracks, _ = read(DatasetLocation(generated))
    assert (len(tracks), tracks[0].path) == (10, None)
    assert [sentence.split(" would ")[0] for sentence in facts.missing] == [
        "features.csv", "echonest.csv", "fma_full/ beside fma_metadata/",
    ]  # fmt: skip


def test_without_genres_csv_there_are_classes_but_no_tags(few):
    (few.root / "fma_metadata" / "genres.csv").unlink()
    facts, tracks, _ = read(few)
    assert (facts.parents, tracks[0].tags, tracks[0].labels) == ({}, (), ("Electronic",))
    assert any(sentence.startswith("genres.csv would add") for sentence in facts.missing)


@pytest.mark.parametrize("near", ["fma_medium/000", ".."])
def test_a_folder_near_the_right_one_gets_the_sentence_that_names_it(few, near):
    with pytest.raises(MissingData, match="It lies in") as error:
        fma.read(DatasetLocation(Path(os.path.normpath(few.root / near))), ReadReport())
    assert str(error.value).endswith(f"Run: quintet datasets add fma --root {few.root}")


def test_a_wrong_folder_hears_what_was_expected_and_what_is_there(tmp_path):
    (tmp_path / "songs").mkdir()
    with pytest.raises(MissingData, match=r"expected fma_metadata/tracks\.csv\. There is songs\."):
        fma.read(DatasetLocation(tmp_path), ReadReport())


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MissingData, match=r"No folder .*nowhere"):
        fma.read(DatasetLocation(tmp_path / "nowhere"), ReadReport())


def test_metadata_still_in_its_zip_is_to_be_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "fma_metadata.zip", "w") as archive:
        archive.writestr("fma_metadata/tracks.csv", "")
    with pytest.raises(MissingData, match=r"fma_metadata\.zip is there: unpack it first"):
        fma.read(DatasetLocation(tmp_path), ReadReport())


def test_a_half_downloaded_zip_is_to_be_fetched_again(tmp_path):
    (tmp_path / "fma_metadata.zip").write_bytes(b"PK\3\4" + bytes(1000))
    with pytest.raises(MissingData, match=r"no whole zip \(1,004 bytes\): fetch it again"):
        fma.read(DatasetLocation(tmp_path), ReadReport())


@pytest.mark.parametrize("size", ["small", ""])
@pytest.mark.parametrize(("whole", "says"), [(True, "unpack it first"), (False, "no whole zip")])
def test_audio_still_in_its_zip_is_said_where_the_sound_is_missing(generated, tmp_path, whole, says, size):
    (tmp_path / "fma_metadata").symlink_to(generated / "fma_metadata")
    archive = tmp_path / "fma_small.zip"
    if whole:
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("fma_small/000/000002.mp3", "")
    else:
        archive.write_bytes(b"PK\3\4 cut")
    facts, _, _ = read(DatasetLocation(tmp_path, size))
    assert says in facts.missing[-1]


def test_every_file_is_checked_against_the_list_that_came_with_it(few):
    folder = few.root / "fma_medium"
    (folder / "000" / "000002.mp3").unlink()
    (folder / "000" / "000004.mp3").write_bytes(b"changed")
    found = {c.path.name: c.status for c in fma.verify(few)}
    assert len(found) == 19
    assert {name: how for name, how in found.items() if how != "same"} == {
        "000002.mp3": "absent", "000004.mp3": "other",
    }  # fmt: skip


def test_without_a_list_there_is_nothing_to_check_against(generated):
    with pytest.raises(MissingData, match="No checksums in"):
        fma.verify(DatasetLocation(generated))


@pytest.mark.parametrize(
    "line",
    [
        "not a sum",
        f"{'0' * 40}  ../outside.mp3",
        f"{'0' * 40}  /etc/passwd",
        f"{'0' * 39}  000/000002.mp3",
        f"{'0' * 40}  \0.mp3",
    ],
)
def test_a_list_that_is_none_is_refused_at_its_line(few, line):
    with (few.root / "fma_medium" / "checksums").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(BadData, match="line 20 is no line of sha1sum"):
        list(fma.verify(few))
