"""quintet weights get: from a server, a mirror or the user's disk into place, or not at all."""

import errno
import hashlib
import io
import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from quintet import cli
from quintet.backbones.base import WeightFile
from quintet.errors import NotFetched
from quintet.weights import wheel
from tests import ear
from tests.served import serving

WORD = b"ear" * 50_000
FREE, OWN = "MIT", "Noncommercial"


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with serving({"net.pth": WORD}) as found:
        yield found


def file(site, name: str = "ear/net.pth", content: bytes = WORD, licence: str = FREE, **facts) -> WeightFile:
    facts = {"url": site.url(Path(name).name)} | facts
    return WeightFile(name, hashlib.sha256(content).hexdigest(), len(content), licence, **facts)


def unknown(site, name: str = "ear/net.pth", **facts) -> WeightFile:
    return WeightFile(name, "", 0, FREE, **({"url": site.url(Path(name).name)} | facts))


def lying(here) -> list[str]:
    """What lies in the weights folder."""
    return sorted(str(p.relative_to(here.weights)) for p in here.weights.rglob("*") if p.is_file())


def get(capsys, *more: str) -> tuple[int, str, str]:
    status = cli.main(["weights", "get", "ear", *more])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_file_is_fetched_verified_and_moved_into_place(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site))
    status, out, err = get(capsys)
    assert status == 0
    assert "ear/net.pth" in out and "verified" in out
    assert err.startswith("Ear's weights, 150 kB. Licence: MIT.")
    assert lying(here) == ["ear/net.pth"]


def test_what_is_here_is_not_fetched_again(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site))
    get(capsys)
    assert get(capsys)[0] == 0
    assert len(site.asked) == 1


def test_wrong_bytes_leave_nothing_behind(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site, content=b"what was published"))
    status, _, err = get(capsys)
    assert status == 1
    assert hashlib.sha256(WORD).hexdigest() in err
    assert hashlib.sha256(b"what was published").hexdigest() in err
    assert "quintet weights get ear" in err
    assert lying(here) == []


def test_an_older_checksum_serves_where_no_better_one_is_published(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, unknown(site, md5=hashlib.md5(WORD).hexdigest()))
    assert "verified" in get(capsys)[1]
    ear.install(monkeypatch, unknown(site, "ear/two.pth", md5="0" * 32))
    site.files["two.pth"] = WORD
    assert "md5" in get(capsys)[2]


def test_a_cut_download_keeps_its_part_says_so_and_goes_on(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site))
    site.cuts = [98_304, 0]
    status, _, err = get(capsys)
    assert status == 1
    assert "The first 98.3 kB are kept, to go on from. Run: quintet weights get ear" in err
    assert lying(here) == ["ear/net.pth.part", "ear/net.pth.part.from"]
    assert get(capsys)[0] == 0
    assert site.asked[-1] == ("net.pth", "bytes=98304-")
    assert lying(here) == ["ear/net.pth"]


def test_a_missing_file_is_said_with_what_to_do(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site, "ear/gone.pth"))
    status, _, err = get(capsys)
    assert status == 1
    assert "answered 404" in err and "--from FILE" in err
    assert lying(here) == []


def test_a_checksum_unknown_upstream_is_held_from_the_first_download(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, unknown(site))
    assert "as first downloaded" in get(capsys)[1]
    assert json.loads((here.weights / "checksums.json").read_text()) == {
        "ear/net.pth": hashlib.sha256(WORD).hexdigest()
    }
    (here.weights / "ear" / "net.pth").unlink()
    site.files["net.pth"] = b"ear, but another"
    status, _, err = get(capsys)
    assert status == 1
    assert hashlib.sha256(WORD).hexdigest() in err
    assert hashlib.sha256(b"ear, but another").hexdigest() in err
    assert lying(here) == ["checksums.json"]


def test_what_has_no_known_checksum_must_be_that_net(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, unknown(site))
    site.files["net.pth"] = b"<html>Please log in</html>"
    status, _, err = get(capsys)
    assert status == 1
    assert "is no ear" in err
    assert lying(here) == []


def test_a_licence_that_is_not_free_is_said_and_must_be_accepted(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site, licence=OWN, licence_note="Not for sale."))
    status, _, err = get(capsys)
    assert status == 2
    assert "Licence: Noncommercial. Not for sale." in err
    assert "quintet weights get ear --accept-licence" in err
    assert site.asked == []
    assert get(capsys, "--accept-licence")[0] == 0


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 2), ("", 2)])
def test_on_a_terminal_the_licence_is_asked_for(here, site, monkeypatch, capsys, answer, status):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    ear.install(monkeypatch, file(site, licence=OWN))
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    found, _, err = get(capsys)
    assert found == status
    assert "Do you accept this licence? y/N" in err


def test_the_users_own_file_is_copied_when_it_is_that_nets(here, site, monkeypatch, capsys, tmp_path):
    ear.install(monkeypatch, file(site, licence=OWN))
    mine = tmp_path / "mine.bin"
    mine.write_bytes(b"ear of my own")
    status, out, _ = get(capsys, "--from", str(mine))
    assert status == 0
    assert "your own file" in out
    assert (here.weights / "ear" / "net.pth").read_bytes() == mine.read_bytes()
    assert site.asked == []


def test_the_published_file_taken_from_disk_counts_as_published(here, site, monkeypatch, capsys, tmp_path):
    ear.install(monkeypatch, file(site))
    (tmp_path / "net.pth").write_bytes(WORD)
    assert "verified" in get(capsys, "--from", str(tmp_path / "net.pth"))[1]


def test_another_nets_file_is_refused_and_nothing_is_kept(here, site, monkeypatch, capsys, tmp_path):
    ear.install(monkeypatch, file(site))
    other = tmp_path / "other.pth"
    other.write_bytes(b"nose")
    status, _, err = get(capsys, "--from", str(other))
    assert status == 1
    assert "is no ear" in err
    assert lying(here) == []
    assert other.exists()


def test_own_files_are_told_apart_by_name_and_both_are_needed(here, site, monkeypatch, capsys, tmp_path):
    ear.install(monkeypatch, file(site, "ear/left.pth"), file(site, "ear/right.pth"))
    left, right = tmp_path / "left.pth", tmp_path / "right.pth"
    left.write_bytes(b"ear, left")
    right.write_bytes(b"ear, right")
    status, _, err = get(capsys, "--from", str(right))
    assert status == 2
    assert "also needs ear/left.pth" in err
    assert get(capsys, "--from", str(right), str(left))[0] == 0
    assert (here.weights / "ear" / "left.pth").read_bytes() == b"ear, left"


def test_ones_own_file_is_not_overwritten_by_a_download(here, site, monkeypatch, capsys, tmp_path):
    ear.install(monkeypatch, file(site))
    (tmp_path / "mine").write_bytes(b"ear of my own")
    get(capsys, "--from", str(tmp_path / "mine"))
    status, _, err = get(capsys)
    assert status == 2
    assert "It is left as it is" in err
    assert site.asked == []


@pytest.mark.parametrize("way", ["from", "mirror", "mirrors"])
def test_another_address_serves_as_long_as_the_file_is_the_same(
    here, site, monkeypatch, capsys, tmp_path, way
):
    ear.install(monkeypatch, file(site, url="https://weights.example/net.pth"))
    site.files["ear/net.pth"] = WORD
    more = ["--from", site.url("ear/net.pth")] if way == "from" else []
    if way == "mirror":
        monkeypatch.setenv("QUINTET_MIRROR", site.address)
    if way == "mirrors":
        (tmp_path / "quintet.toml").write_text(f'[mirrors]\n"ear/net.pth" = "{site.url("ear/net.pth")}"\n')
    assert get(capsys, *more)[0] == 0
    assert lying(here) == ["ear/net.pth"]


def zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_members_of_one_zip_become_plain_files_loaded_once(here, site, monkeypatch, capsys):
    site.files["all.zip"] = zipped(
        {"all/net.pth": WORD, "all/head.pth": b"ear head", "__MACOSX/net.pth": b""}
    )
    url = site.url("all.zip")
    ear.install(
        monkeypatch,
        unknown(site, url=url, member="net.pth"),
        unknown(site, "ear/head.pth", url=url, member="head.pth", optional=True),
    )
    assert get(capsys)[0] == 0
    assert lying(here) == ["checksums.json", "ear/head.pth", "ear/net.pth"]
    assert len(site.asked) == 1


@pytest.mark.parametrize("name", ["../net.pth", "/net.pth", "a/../../net.pth"])
def test_a_path_out_of_the_zip_leads_nowhere(here, site, monkeypatch, capsys, name, tmp_path):
    site.files["all.zip"] = zipped({name: WORD})
    ear.install(monkeypatch, unknown(site, url=site.url("all.zip"), member="net.pth"))
    status, _, err = get(capsys)
    assert status == 1
    assert "is no zip that holds net.pth" in err
    assert not list(tmp_path.rglob("net.pth"))


def test_a_damaged_zip_leaves_nothing_behind(here, site, monkeypatch, capsys):
    whole = bytearray(zipped({"net.pth": bytes(range(256)) * 100}))
    whole[80] ^= 255
    site.files["all.zip"] = bytes(whole)
    ear.install(monkeypatch, unknown(site, url=site.url("all.zip"), member="net.pth"))
    status, _, err = get(capsys)
    assert status == 1
    assert "cannot be taken out of all.zip" in err
    assert lying(here) == []


def test_without_an_optional_file_the_rest_is_kept(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site), file(site, "ear/zz_head.pth", optional=True))
    status, _, err = get(capsys)
    assert status == 0
    assert "404" in err and "Ear hears without it." in err
    assert lying(here) == ["ear/net.pth"]


def test_an_optional_file_that_does_not_fit_is_left_out(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, unknown(site), unknown(site, "ear/zz_head.pth", optional=True))
    site.files["zz_head.pth"] = b"nose"
    status, _, err = get(capsys)
    assert status == 0
    assert "is no ear" in err and "Ear hears without it." in err
    assert lying(here) == ["checksums.json", "ear/net.pth"]


def test_a_second_download_of_the_same_is_refused(here, site, monkeypatch, capsys):
    import fcntl

    ear.install(monkeypatch, file(site))
    lock = here.cache / "weights" / "ear.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "being fetched by another process" in get(capsys)[2]


def test_the_status_file_tells_how_it_ended(here, site, monkeypatch, capsys):
    from quintet.commands.weights import status
    from quintet.jobs import progress

    ear.install(monkeypatch, file(site))
    get(capsys)
    told = progress.read(status("ear", here))
    assert (told.state, told.done, told.total) == ("done", len(WORD), len(WORD))
    (here.weights / "ear" / "net.pth").unlink()
    site.files.clear()
    get(capsys)
    assert "404" in progress.read(status("ear", here)).message


def test_a_wheel_that_cannot_be_had_is_said(monkeypatch):
    from quintet.weights.connection import Timeouts

    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(NotFetched, match=r"pip could not install no-such-wheel-of-weights==1\.0: .*\."):
        wheel.install("no-such-wheel-of-weights==1.0", Timeouts(connect=1))


def test_another_file_of_ones_own_says_what_it_replaces(here, site, monkeypatch, capsys, tmp_path):
    ear.install(monkeypatch, file(site))
    first, second = tmp_path / "A.pt", tmp_path / "B.pt"
    first.write_bytes(b"ear of my own")
    second.write_bytes(b"ear of another")
    assert "replaces" not in get(capsys, "--from", str(first))[2]
    assert "replaces" not in get(capsys, "--from", str(first))[2]
    status, _, err = get(capsys, "--from", str(second))
    assert status == 0
    digest = hashlib.sha256(b"ear of my own").hexdigest()[:12]
    place = here.weights / "ear" / "net.pth"
    assert err == f"{second} replaces {place}: a file of your own, 13 bytes, SHA-256 {digest}….\n"


def test_a_refused_file_is_called_as_its_user_calls_it(here, site, monkeypatch, capsys, tmp_path):
    ear.install(monkeypatch, file(site))
    (tmp_path / "mine.bin").write_bytes(b"nose")
    status, _, err = get(capsys, "--from", str(tmp_path / "mine.bin"))
    assert (status, lying(here)) == (1, [])
    assert err.startswith("quintet: mine.bin is no ear")
    assert ".new" not in err


@pytest.mark.parametrize("what", ["a folder", "a device or pipe", "file name too long"])
def test_what_is_no_file_is_said_and_not_waited_for(here, site, monkeypatch, capsys, tmp_path, what):
    ear.install(monkeypatch, file(site))
    given = tmp_path / ("n" * 300 if "long" in what else "x")
    if what == "a folder":
        given.mkdir()
    elif "pipe" in what:
        os.mkfifo(given)
    status, _, err = get(capsys, "--from", str(given))
    assert status == 1
    assert what in err


def test_a_name_that_is_not_utf_8_is_shown(here, site, monkeypatch, capsys, tmp_path):
    ear.install(monkeypatch, file(site))
    given = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xffne.pt"))
    given.write_bytes(b"nose")
    status, _, err = get(capsys, "--from", str(given))
    assert status == 1
    assert "ne.pt" in err and err.isascii()


def test_what_a_killed_run_left_waiting_is_swept(here, site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site))
    (here.weights / "ear").mkdir(parents=True)
    (here.weights / "ear" / ".5f1e.new").write_bytes(b"ha")
    get(capsys)
    assert lying(here) == ["ear/net.pth"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_refuses_is_one_sentence_and_leaves_nothing(
    here, site, monkeypatch, capsys, tmp_path, number
):
    from quintet.weights import staging

    ear.install(monkeypatch, file(site))
    mine, place = tmp_path / "mine.bin", here.weights / "ear" / "net.pth"
    mine.write_bytes(b"ear of my own")
    get(capsys, "--from", str(mine))
    before = place.read_bytes()
    mine.write_bytes(b"ear of another")

    def refuse(given: Path, new: Path) -> None:
        new.write_bytes(b"ear of")
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(staging, "_copy", refuse)
    status, _, err = get(capsys, "--from", str(mine))
    assert status == 1
    assert f"cannot be copied to {place.parent}: {os.strerror(number)}. Nothing was changed." in err
    assert (lying(here), place.read_bytes()) == (["ear/net.pth"], before)
