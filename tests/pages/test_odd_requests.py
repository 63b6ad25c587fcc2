"""Requests and links nobody means well with: each gets an answer, none a server error."""

import random

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import cache
from dashboard.routes.app_routes import routes
from dashboard.widgets import url_state

DIGITS = [
    "0",
    "1",
    "9" * 5_000,
    "\u00b2",
    "\u0661",
    "-1",
    "1e3",
    "0x1",
    " 1",
    "+1",
    "",
    "\x00",
    "1" * 19,
    "1" * 20,
]


@pytest.fixture
def client(demo) -> TestClient:
    return TestClient(Starlette(routes=routes()), raise_server_exceptions=False)


@pytest.mark.parametrize("first", DIGITS)
@pytest.mark.parametrize("last", DIGITS)
def test_any_range_is_answered(client, first, last):
    name = cache.held().put(bytes(1_000), "audio/wav")
    asked = f"bytes={first}-{last}".encode()
    answer = client.get(f"/api/held/{name}", headers={b"range": asked})
    assert answer.status_code in (200, 206, 416)


def test_a_range_gives_its_bytes(client):
    name = cache.held().put(bytes(range(100)), "audio/wav")
    answer = client.get(f"/api/held/{name}", headers={"range": "bytes=10-19"})
    assert answer.content == bytes(range(10, 20))


def test_five_hundred_odd_addresses_are_answered(client):
    rng = random.Random(7)
    parts = [
        "demo",
        "..",
        "%2e%2e",
        "a" * 10_000,
        "\u202e",
        "%00",
        "\u00b2",
        "9" * 5_000,
        "%ff",
        "calm",
        "<b>",
        " ",
    ]
    for _ in range(500):
        kind = rng.choice(["audio", "held", "map", "mel", "nothing"])
        path = "/".join(rng.choice(parts) for _ in range(rng.randint(1, 4)))
        answer = client.get(f"/api/{kind}/{path}")
        assert answer.status_code < 500, (kind, path[:80], answer.status_code)


@pytest.mark.parametrize("word", [d for d in DIGITS if d not in ("0", "1")])
def test_a_number_that_is_none_is_the_default(word):
    assert url_state.number(word, 7) == 7


def test_a_number_of_a_link_is_read():
    assert url_state.number("12", 7) == 12
