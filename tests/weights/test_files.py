"""Where weights are looked for, and what is said of them."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from quintet import registry
from quintet.backbones.base import WeightFile
from quintet.errors import BadWeights, MissingWeights, UsageError
from quintet.settings import Settings
from quintet.weights import files


@dataclass(frozen=True)
class Net:
    """Stands for a spec."""

    title: str
    weights: tuple[WeightFile, ...]


def wanted(name: str, content: bytes, **facts) -> WeightFile:
    return WeightFile(name, hashlib.sha256(content).hexdigest(), len(content), "ISC", **facts)


@pytest.fixture
def folder(tmp_path) -> Settings:
    (tmp_path / "weights" / "net").mkdir(parents=True)
    return Settings(weights=tmp_path / "weights")


def put(settings: Settings, name: str, content: bytes) -> Path:
    path = settings.weights / name
    path.write_bytes(content)
    return path


@pytest.fixture
def genuine() -> Net:
    """A spec whose files come with a wheel, which is installed."""
    specs = (
        s
        for name in registry.names("backbones")
        for s in registry.module("backbones", name).VARIANTS.values()
    )
    return next(s for s in specs if s.weights and s.weights[0].wheel)


def test_a_file_in_the_weights_folder_is_official_when_its_checksum_is(folder):
    path = put(folder, "net/a.bin", b"right")
    found = files.locate(Net("Net", (wanted("net/a.bin", b"right"),)), folder)
    assert (found.paths, found.state) == ((path,), "official")


def test_another_file_in_the_weights_folder_is_custom(folder):
    put(folder, "net/a.bin", b"other")
    found = files.locate(Net("Net", (wanted("net/a.bin", b"right"),)), folder)
    assert found.state == "custom"
    assert found.sha256 == (hashlib.sha256(b"other").hexdigest(),)


def test_one_custom_file_of_two_makes_all_custom(folder):
    put(folder, "net/a", b"a")
    put(folder, "net/b", b"changed")
    assert files.locate(Net("Net", (wanted("net/a", b"a"), wanted("net/b", b"b"))), folder).state == "custom"


def test_given_files_come_first(folder, tmp_path):
    put(folder, "net/a", b"a")
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    found = files.locate(Net("Net", (wanted("net/a", b"a"),)), folder, (mine,))
    assert (found.paths, found.state) == ((mine,), "custom")


def test_the_official_file_given_by_hand_stays_official(folder, tmp_path):
    mine = tmp_path / "mine"
    mine.write_bytes(b"a")
    assert files.locate(Net("Net", (wanted("net/a", b"a"),)), folder, (mine,)).state == "official"


def test_the_wrong_number_of_given_files_is_refused_with_their_order(folder, tmp_path):
    net = Net("Net", (wanted("net/a", b"a"), wanted("net/b", b"b")))
    with pytest.raises(UsageError, match=r"Net was given 1 weights.*it reads 2: a, then b"):
        files.locate(net, folder, (tmp_path / "a",))


def test_a_given_file_that_does_not_exist_is_named(folder, tmp_path):
    with pytest.raises(MissingWeights, match=r"no weights file .*nowhere"):
        files.locate(Net("Net", (wanted("net/a", b"a"),)), folder, (tmp_path / "nowhere",))


def test_missing_weights_say_what_and_the_next_command(folder):
    net = Net("Net", (wanted("net/a", b"a", wheel="no-such-wheel==1.0"),))
    with pytest.raises(
        MissingWeights, match=r"Net has no weights here: net/a .*make data.*no-such-wheel==1.0"
    ):
        files.locate(net, folder)


def test_a_net_without_weights_needs_none(folder):
    assert files.locate(Net("Net", ()), folder) == files.Located((), "official", ())


def test_the_wheel_is_read_without_importing_it(folder, genuine):
    import sys

    found = files.locate(genuine, folder)
    assert found.state == "official"
    assert genuine.weights[0].wheel.partition("==")[0] not in sys.modules


def test_the_weights_folder_comes_before_the_wheel(folder, genuine):
    first = genuine.weights[0]
    (folder.weights / first.name).parent.mkdir(parents=True)
    path = put(folder, first.name, b"mine")
    assert files.locate(genuine, folder).paths[0] == path


def test_another_version_of_the_wheel_is_not_used(folder, genuine):
    old = replace(genuine.weights[0], wheel=genuine.weights[0].wheel + ".9")
    with pytest.raises(MissingWeights):
        files.locate(Net("Net", (old,)), folder)


def test_a_damaged_wheel_is_said_to_be_damaged(folder, genuine):
    changed = replace(genuine.weights[0], bytes=genuine.weights[0].bytes + 1)
    with pytest.raises(BadWeights, match=r"installation is damaged.*make data"):
        files.locate(Net("Net", (changed,)), folder)


def test_the_status_has_one_row_per_file_of_every_variant(folder):
    rows = files.status(folder)
    declared = [
        (f"{name}:{variant}", file.name)
        for name in registry.names("backbones")
        for variant, spec in registry.module("backbones", name).VARIANTS.items()
        for file in spec.weights
    ]
    assert declared
    assert [(row["backbone"], row["file"]) for row in rows] == declared
    assert all(row["state"] in ("official", "custom", "missing") for row in rows)
    assert all(bool(row["path"]) == (row["state"] != "missing") for row in rows)
