"""Memory: what a map needs grows with its collection, what is free is read from the machine."""

import pytest

from quintet.errors import QuintetError
from quintet.maps import memory


def test_a_million_rows_are_told_in_gigabytes_before():
    need = memory.needed(1_000_000, 768)
    assert (
        memory.describe_need(1_000_000, need) == f"1,000,000 tracks need about {need / 1e9:.1f} GB of memory."
    )
    assert need > 2 * 4 * 768 * 1_000_000  # twice the embeddings at least
    assert memory.describe_need(84, memory.needed(84, 768)) == ""


def test_a_machine_that_does_not_say_refuses_nothing(monkeypatch):
    monkeypatch.setattr(memory, "free", lambda: None)
    memory.require(1_000_000, 1e15)


def test_too_little_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "free", lambda: 4e9)
    memory.require(10, 3.9e9)
    with pytest.raises(QuintetError, match=r"needs about 9.0 GB of memory, and 4.0 GB are free"):
        memory.require(10, 9e9)


def test_as_many_maps_at_once_as_fit(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    monkeypatch.setattr(memory, "free", lambda: 10e9)
    assert memory.max_parallel([1e9] * 9) == 4
    assert memory.max_parallel([1e9, 6e9, 4e9, 2e9]) == 2
    assert memory.max_parallel([20e9, 1e9]) == 1


def test_this_machine_says_what_it_has():
    free = memory.free()
    assert free is None or free > 1e7
    assert memory.peak() > 1e7
