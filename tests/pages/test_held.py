"""Bytes in memory: named by content, bounded, served whole or by range; and the routes that play tracks."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.routes.audio import of_track, track_route
from dashboard.runtime.byte_store import Held, address, held_route
from quintet.embeddings import models


@pytest.fixture
def held() -> Held:
    return Held(100)


@pytest.fixture
def client(held):
    with TestClient(Starlette(routes=[held_route(lambda: held)])) as found:
        yield found


def test_bytes_are_named_by_their_content(held):
    assert held.put(b"a", "audio/wav") == held.put(b"a", "audio/wav") != held.put(b"b", "audio/wav")


def test_what_was_unused_for_longest_goes_first_and_the_newest_never(held):
    old, used = held.put(b"o" * 40, "x/x"), held.put(b"u" * 40, "x/x")
    held.get(old)
    new = held.put(b"n" * 200, "x/x")
    assert held.get(used) is None
    assert held.get(old) is None
    assert held.get(new) is not None


def test_bytes_come_whole_and_are_kept_by_the_browser(client, held):
    answer = client.get(address(held.put(b"0123456789", "audio/wav")))
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "audio/wav"


@pytest.mark.parametrize(
    ("asked", "status", "body", "says"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=99-", 416, b"", "bytes */10"),
        ("bytes=4-2", 416, b"", "bytes */10"),
        ("bytes=x", 416, b"", "bytes */10"),
    ],
)
def test_ranges_are_answered(client, held, asked, status, body, says):
    answer = client.get(address(held.put(b"0123456789", "audio/wav")), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers["content-range"] == says


def test_what_is_gone_says_what_to_do(client):
    answer = client.get(address("0" * 32))
    assert answer.status_code == 404
    assert "Reload the page" in answer.text


def test_an_excerpt_of_the_demo_plays_by_ranges(demo):
    track = models.tracks("demo", demo)[1]
    with TestClient(Starlette(routes=[track_route()])) as client:
        answer = client.get(of_track("demo", track), headers={"Range": "bytes=0-99"})
        assert answer.status_code == 206
        assert answer.content[:4] == b"RIFF"
        size = int(answer.headers["content-range"].rpartition("/")[2])
        assert size == 44 + 2 * 10 * 48_000  # 16-bit mono, 10 s


def test_an_unknown_track_or_dataset_is_a_404_with_a_sentence(demo):
    with TestClient(Starlette(routes=[track_route()])) as client:
        assert "No sound for 'nothing'" in client.get("/api/audio/demo/nothing").text
        assert "No dataset named" in client.get("/api/audio/nowhere/nothing").text
        assert client.get("/api/audio/demo/..%2F..%2Fetc").status_code == 404
