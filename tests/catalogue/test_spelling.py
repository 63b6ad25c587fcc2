"""Names in Unicode's two spellings are one: classes of a folder, ids on lists, names of lists."""

import unicodedata
from pathlib import Path

import pytest

from quintet.catalogue import ingest, locations, track_lists, tracks
from quintet.datasets.base import DatasetLocation, ReadReport
from quintet.settings import Settings
from tests.sounds import write_wav

WORD = "Chanson française"
SPELLINGS = {form: unicodedata.normalize(form, WORD) for form in ("NFC", "NFD")}


@pytest.fixture
def music(tmp_path) -> Path:
    """One class in two spellings, three clips each, and another."""
    for name in (*SPELLINGS.values(), "Rock"):
        (tmp_path / "music" / name).mkdir(parents=True)
        for n in range(3):
            write_wav(tmp_path / "music" / name / f"{n}.wav", 0.6)
    return tmp_path / "music"


@pytest.fixture
def kept(music, here) -> Settings:
    """The folder as the dataset x."""
    entry = locations.entry("x", music, "folder")
    locations.keep(entry, here)
    ingest.read(entry, here)
    return here


def test_a_class_in_two_spellings_is_one(music, kept):
    report = ingest.read(locations.get("x", kept), kept)
    assert report.facts.classes == (SPELLINGS["NFC"], "Rock")
    assert {k: n for k, n in report.counts.items() if k.startswith("class")} == {
        f"class {SPELLINGS['NFC']}": 6, "class Rock": 3,
    }  # fmt: skip


def test_a_folder_of_one_class_in_two_spellings_has_no_protocol(music, here):
    from quintet.datasets import folder

    for path in (music / "Rock").iterdir():
        path.unlink()
    assert folder.read(DatasetLocation(music), ReadReport()).facts.protocols == ()


def test_ids_stay_what_they_are_on_disk(kept):
    ids = {track.id for track in tracks.read("x", kept)}
    assert {f"{SPELLINGS['NFC']}/0.wav", f"{SPELLINGS['NFD']}/0.wav"} < ids


@pytest.mark.parametrize("form", SPELLINGS)
def test_a_list_names_a_track_in_either_spelling(kept, form):
    found = track_lists.spelt([f"{SPELLINGS[form]}/1.wav"], "x", kept)
    assert found == {f"{name}/1.wav" for name in SPELLINGS.values()}


@pytest.mark.parametrize("form", SPELLINGS)
def test_a_list_is_found_by_its_name_in_either_spelling(kept, form):
    track_lists.save(track_lists.EXCLUSION, "x", SPELLINGS[form], {"a": ""}, kept)
    for name in SPELLINGS.values():
        assert track_lists.read(track_lists.EXCLUSION, "x", name, kept) == {"a": ""}
    assert len(track_lists.names(track_lists.EXCLUSION, "x", kept)) == 1
