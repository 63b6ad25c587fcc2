"""Checksums: read once per content, and held where upstream publishes none."""

import hashlib
import os

import pytest

from quintet.errors import MissingWeights, UsageError
from quintet.settings import Settings
from quintet.weights import checksums


@pytest.fixture
def here(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setattr(checksums, "SMALL", 3)
    return Settings(cache=tmp_path / "cache", weights=tmp_path / "weights")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.pth"
    path.write_bytes(b"many values")
    return path


def test_a_large_file_is_read_once(here, file, monkeypatch):
    expected = hashlib.sha256(b"many values").hexdigest()
    assert checksums.cached(file, here) == expected
    monkeypatch.setattr(checksums, "compute", None)
    assert checksums.cached(file, here) == expected


def test_a_changed_file_is_read_again(here, file):
    checksums.cached(file, here)
    file.write_bytes(b"more values")
    os.utime(file, ns=(1, 1))
    assert checksums.cached(file, here) == hashlib.sha256(b"more values").hexdigest()


def test_each_kind_of_checksum_is_kept(here, file):
    for _ in range(2):
        assert checksums.cached(file, here, "md5") == hashlib.md5(b"many values").hexdigest()
        assert checksums.cached(file, here) == hashlib.sha256(b"many values").hexdigest()


def test_a_file_that_is_gone_is_said(here, file):
    file.unlink()
    with pytest.raises(MissingWeights, match=r"net\.pth cannot be read: No such file"):
        checksums.cached(file, here)


def test_what_is_recorded_is_held(here):
    assert checksums.recorded("a", here) == ""
    checksums.record("a", "1", here)
    checksums.record("b", "2", here)
    assert (checksums.recorded("a", here), checksums.recorded("b", here)) == ("1", "2")


def test_a_broken_ledger_is_named(here):
    here.weights.mkdir()
    checksums.ledger(here).write_text("{")
    with pytest.raises(UsageError, match=r"checksums\.json is not valid JSON"):
        checksums.recorded("a", here)
