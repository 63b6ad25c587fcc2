"""Downloads over a bad line: cut, slow, gone, changed; always resumed or said, never half in place."""

import socket
from threading import Event

import pytest

from quintet.errors import NotFetched, UsageError
from quintet.weights import connection, download
from quintet.weights.connection import Timeouts
from tests.served import serving

CONTENT = bytes(range(256)) * 4000  # 1 MB
HERE = 10 * download.PIECE  # bytes that come before a cut
QUICK = Timeouts(connect=5.0, read=2.0)


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with serving({"net.pth": CONTENT}) as found:
        yield found


@pytest.fixture
def part(tmp_path):
    return tmp_path / "weights" / "net.pth.part"


def quiet(here: int, total: int) -> None:
    """No progress to show."""


def get(site, part, show=quiet, patience=QUICK):
    download.fetch(site.url("net.pth"), part, show, patience)


def test_a_file_arrives_whole_and_its_progress_is_told(site, part):
    told = []
    get(site, part, lambda here, total: told.append((here, total)))
    assert part.read_bytes() == CONTENT
    assert told[0] == (0, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [here for here, _ in told] == sorted(here for here, _ in told)


def test_a_cut_connection_is_taken_up_where_it_broke(site, part):
    site.cuts = [HERE, 2 * HERE]
    get(site, part)
    assert part.read_bytes() == CONTENT
    assert [asked for _, asked in site.asked] == ["", f"bytes={HERE}-", f"bytes={3 * HERE}-"]


def test_a_line_that_brings_nothing_more_is_given_up_and_what_came_is_kept(site, part):
    site.cuts = [HERE, 0]
    with pytest.raises(NotFetched, match=r"127\.0\.0\.1 .*The first 328 kB are kept"):
        get(site, part)
    assert part.read_bytes() == CONTENT[:HERE]
    get(site, part)
    assert part.read_bytes() == CONTENT
    assert site.asked[-1] == ("net.pth", f"bytes={HERE}-")


def test_progress_goes_on_from_what_was_kept(site, part):
    site.cuts = [HERE, 0]
    with pytest.raises(NotFetched):
        get(site, part)
    told = []
    get(site, part, lambda here, total: told.append((here, total)))
    assert told[0] == (HERE, len(CONTENT))


def test_a_file_that_changed_meanwhile_is_loaded_anew(site, part):
    site.cuts = [HERE, 0]
    with pytest.raises(NotFetched):
        get(site, part)
    site.files["net.pth"] = b"other" * 100_000
    get(site, part)
    assert part.read_bytes() == b"other" * 100_000


def test_a_shorter_file_than_what_is_kept_is_loaded_anew(site, part):
    site.cuts = [HERE, 0]
    with pytest.raises(NotFetched):
        get(site, part)
    site.files["net.pth"] = b"short"
    get(site, part)
    assert part.read_bytes() == b"short"


@pytest.mark.parametrize("lacking", ["ranges", "tags"])
def test_a_server_that_cannot_resume_sends_all_again(site, part, lacking):
    site.cuts = [HERE, 0]
    setattr(site, lacking, False)
    with pytest.raises(NotFetched):
        get(site, part)
    get(site, part)
    assert part.read_bytes() == CONTENT


def test_a_whole_part_is_not_loaded_twice(site, part):
    get(site, part)
    get(site, part)
    assert site.asked[-1] == ("net.pth", f"bytes={len(CONTENT)}-")
    assert part.read_bytes() == CONTENT


def test_a_server_that_falls_silent_is_given_up(site, part):
    site.stall = Event()
    with pytest.raises(NotFetched, match=r"sent nothing for 2\S* s\. The first .* are kept"):
        get(site, part)
    assert 0 < part.stat().st_size < len(CONTENT)


def test_a_file_that_is_not_there_is_said_with_its_address(site, part):
    with pytest.raises(NotFetched, match=r"answered 404 \(Not Found\) for http://127.*/other\.pth"):
        download.fetch(site.url("other.pth"), part, quiet, QUICK)
    assert not part.exists()


def test_no_server_is_said_at_once(part, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NotFetched, match=r"No connection to 127\.0\.0\.1: it refused"):
        download.fetch(f"http://127.0.0.1:{port}/net.pth", part, quiet, QUICK)
    assert not part.parent.exists()


def test_a_host_that_never_answers_costs_the_time_allowed_and_no_more(part, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    never = Event()

    def wait(*a):
        never.wait(5)
        raise TimeoutError

    monkeypatch.setattr(connection.socket, "create_connection", wait)
    with pytest.raises(NotFetched, match=r"no answer within 0\.1 s"):
        download.fetch("https://weights.example/net.pth", part, quiet, Timeouts(connect=0.1))
    never.set()


def test_an_unknown_name_is_said(part, monkeypatch):
    def unknown(*a):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(connection.socket, "create_connection", unknown)
    with pytest.raises(NotFetched, match=r"weights\.example: its name is not known here"):
        download.fetch("https://weights.example/net.pth", part, quiet, QUICK)


def test_a_full_disk_is_said_before_anything_is_loaded(site, part, monkeypatch):
    monkeypatch.setattr(download, "SPARE", 10**18)
    with pytest.raises(NotFetched, match=r"1\.0 MB are still to come and .* are free"):
        get(site, part)


@pytest.mark.parametrize("address", ["net.pth", "ftp://host/net.pth", "https://"])
def test_what_is_no_address_is_refused(part, address):
    with pytest.raises(UsageError, match="no address to download from"):
        download.fetch(address, part, quiet, QUICK)


@pytest.mark.parametrize(
    ("count", "said"),
    [(12, "12 bytes"), (4_948, "4.9 kB"), (345_464_832, "345 MB"), (10_288_727_721, "10.3 GB")],
)
def test_sizes_are_written_for_people(count, said):
    assert download.size(count) == said
