"""Known datasets: added by name, told by the settings, or bringing themselves."""

import json

import pytest

from quintet import registry, settings
from quintet.catalogue import locations
from quintet.errors import MissingData, StoreError, UnknownName, UsageError

READERS = registry.names("datasets")
OTHERS = [name for name in READERS if not hasattr(registry.module("datasets", name), "home")]
VARIANTS = [
    (f"{name}_{variant}", name, variant)
    for name in READERS
    for variant in getattr(registry.module("datasets", name), "VARIANTS", ())
]


def test_there_are_readers_to_look_at():
    assert len(READERS) > 4
    assert OTHERS
    assert VARIANTS


@pytest.mark.parametrize("name", OTHERS)
def test_a_reader_nobody_gave_a_folder_says_how_to(here, name):
    with pytest.raises(MissingData, match=rf"Run: quintet datasets add {name} --root DIR"):
        locations.get(name, here)


@pytest.mark.parametrize(("name", "reader", "variant"), VARIANTS)
def test_a_part_with_a_name_of_its_own_is_read_by_its_reader(tmp_path, name, reader, variant):
    found = locations.entry(name, tmp_path)
    assert (found.reader, found.place.variant) == (reader, variant)


def test_what_was_added_is_found_again(here, tmp_path):
    locations.keep(locations.entry("mine", tmp_path, OTHERS[0], tmp_path / "a.csv"), here)
    found = locations.get("mine", here)
    assert (found.reader, found.place.root, found.place.artists) == (OTHERS[0], tmp_path, tmp_path / "a.csv")
    assert "mine" in locations.known(here)


def test_the_settings_have_the_last_word_on_a_folder(here, tmp_path, monkeypatch):
    locations.keep(locations.entry(OTHERS[0], tmp_path), here)
    monkeypatch.setenv(f"QUINTET_ROOT_{OTHERS[0].upper()}", "/elsewhere")
    assert str(locations.get(OTHERS[0], settings.load()).place.root) == "/elsewhere"


def test_a_folder_in_the_settings_under_an_unknown_name_asks_for_its_reader(monkeypatch):
    monkeypatch.setenv("QUINTET_ROOT_CELLAR", "/cellar")
    with pytest.raises(MissingData, match="not who reads it"):
        locations.get("cellar", settings.load())


@pytest.mark.parametrize("name", ["../x", "A", "", "a b", "-a", "a" * 65, "a/b"])
def test_a_name_that_could_leave_its_folder_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="is no name for a dataset"):
        locations.entry(name, tmp_path, OTHERS[0])


def test_a_name_without_a_reader_lists_the_readers(tmp_path):
    with pytest.raises(UnknownName, match="No reader named 'cellar'"):
        locations.entry("cellar", tmp_path)


def test_an_unknown_dataset_gets_the_nearest_name(here):
    with pytest.raises(UnknownName, match=f"Did you mean '{OTHERS[0]}'"):
        locations.get(OTHERS[0] + "n", here)


def test_a_damaged_list_of_datasets_is_named(here):
    here.data.mkdir(parents=True)
    (here.data / "datasets.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"datasets\.json is not valid JSON"):
        locations.known(here)


def test_the_list_is_readable_by_people(here, tmp_path):
    locations.keep(locations.entry("mine", tmp_path, OTHERS[0]), here)
    held = json.loads((here.data / "datasets.json").read_text(encoding="utf-8"))
    assert held["mine"]["root"] == str(tmp_path)
