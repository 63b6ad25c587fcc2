"""Encodings kept by content: what was put comes back, a damaged file is none, the folder is bounded."""

import os
from dataclasses import replace

import numpy as np
import pytest

from quintet.backbones.base import Encoding
from quintet.embeddings import clip_cache, models
from quintet.embeddings.clip_cache import CachedEncoding
from quintet.errors import UsageError
from tests import slow_ear

DIGEST = "0123456789abcdef" * 2


@pytest.fixture
def found(here, monkeypatch) -> models.Model:
    slow_ear.install(monkeypatch.setattr)
    slow_ear.put_weights(here.weights)
    return models.resolve_model(slow_ear.NAME, here)


def made(seconds: float = 3.0, tags: bool = False) -> Encoding:
    rng, n = np.random.default_rng(1), round(seconds)
    frames = rng.standard_normal((n, 4)).astype(np.float32)
    times = np.stack([np.arange(n), np.arange(1, n + 1)], 1).astype(np.float32)
    return Encoding(frames, times, frames.mean(0), frames[:, :2] if tags else None, ("It is “short”.", ""))


@pytest.mark.parametrize("tags", [False, True])
def test_what_is_kept_comes_back_bit_for_bit(here, found, tags):
    put = made(tags=tags)
    clip_cache.put(found, DIGEST, CachedEncoding(put, 12.5), here)
    held = clip_cache.get_cached(found, DIGEST, here)
    assert held.seconds == 12.5
    assert held.encoding.notices == put.notices
    for name in ("frames", "times", "embedding", "tags"):
        np.testing.assert_array_equal(getattr(held.encoding, name), getattr(put, name))
    assert held.encoding.frames.dtype == np.float32
    assert clip_cache.get(found, DIGEST, here).notices == put.notices


def test_another_content_backbone_or_fingerprint_has_none(here, found):
    clip_cache.put(found, DIGEST, CachedEncoding(made(), 1.0), here)
    assert clip_cache.get(found, "f" * 32, here) is None
    assert clip_cache.get(replace(found, fingerprint="0" * 16), DIGEST, here) is None


@pytest.mark.parametrize("digest", ["", "0" * 31, "0" * 33, "A" * 32, "../" + "0" * 29, "0" * 31 + "\n"])
def test_a_digest_that_is_none_is_refused(here, found, digest):
    with pytest.raises(UsageError, match="32 hex digits were expected"):
        clip_cache.path(found, digest, here)


def damage(where, how: str) -> None:
    whole = where.read_bytes()
    middle = len(whole) // 3
    what = {
        "empty": b"",
        "cut short": whole[:middle],
        "text": b"not an archive",
        "a flipped byte": whole[:150] + bytes([whole[150] ^ 0xFF]) + whole[151:],
    }
    where.write_bytes(what[how])


@pytest.mark.parametrize("how", ["empty", "cut short", "text", "a flipped byte"])
def test_a_damaged_file_is_as_good_as_none_and_goes_with_a_word(here, found, caplog, how):
    where = clip_cache.put(found, DIGEST, CachedEncoding(made(), 1.0), here)
    damage(where, how)
    assert clip_cache.get(found, DIGEST, here) is None
    assert not where.exists()
    assert "is damaged" in caplog.text
    clip_cache.put(found, DIGEST, CachedEncoding(made(), 1.0), here)
    assert clip_cache.get(found, DIGEST, here) is not None


def test_a_file_whose_arrays_do_not_fit_is_damaged(here, found):
    where = clip_cache.put(
        found, DIGEST, CachedEncoding(replace(made(), embedding=np.zeros(5, np.float32)), 1.0), here
    )
    assert clip_cache.get(found, DIGEST, here) is None
    assert not where.exists()


def test_an_array_of_python_objects_is_never_unpickled(here, found):
    where = clip_cache.put(found, DIGEST, CachedEncoding(made(), 1.0), here)
    with where.open("wb") as file:
        np.savez(file, frames=np.array([{}], object), times=np.zeros((1, 2)), embedding=np.zeros(0))
    assert clip_cache.get(found, DIGEST, here) is None


def test_what_was_not_asked_for_the_longest_goes_first(here, found, monkeypatch):
    digests = [f"{n:032x}" for n in range(4)]
    for age, digest in enumerate(digests[:3]):
        where = clip_cache.put(found, digest, CachedEncoding(made(), 1.0), here)
        os.utime(where, (1_000 + age, 1_000 + age))
    monkeypatch.setattr(clip_cache, "LIMIT", 3 * where.stat().st_size)
    clip_cache.get(found, digests[0], here)
    clip_cache.put(found, digests[3], CachedEncoding(made(), 1.0), here)
    held = [digest for digest in digests if clip_cache.get(found, digest, here)]
    assert held == [digests[0], digests[2], digests[3]]


def test_the_newest_stays_even_where_it_alone_is_too_large(here, found, monkeypatch):
    monkeypatch.setattr(clip_cache, "LIMIT", 1)
    clip_cache.put(found, DIGEST, CachedEncoding(made(), 1.0), here)
    assert clip_cache.get(found, DIGEST, here) is not None


def test_nothing_half_written_is_left_behind(here, found, monkeypatch):
    monkeypatch.setattr(np, "savez", lambda file, **arrays: file.write(b"half") and 1 / 0)
    with pytest.raises(ZeroDivisionError):
        clip_cache.put(found, DIGEST, CachedEncoding(made(), 1.0), here)
    assert not list(clip_cache.folder(here).rglob("*.n*"))


def test_the_time_a_clip_may_take_is_told_from_the_last_one(here, found):
    assert clip_cache.expected_seconds(found, 10.0, here) is None
    clip_cache.put(found, DIGEST, CachedEncoding(made(2.0), 60.0), here)
    assert clip_cache.expected_seconds(found, 1.0, here) == pytest.approx(30.0)
    assert clip_cache.expected_seconds(found, 600.0, here) == pytest.approx(120.0)  # it hears 4 s at most
