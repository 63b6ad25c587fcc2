"""What files say of themselves: lengths of odd Oggs, tags that swell, headers that are only unusual."""

import tracemalloc
import zlib
from pathlib import Path

import mutagen
import pytest
import soundfile

from quintet.datasets import _id3
from tests.sounds import encode, music, write_wav

TOP = 2**64 - 1


def pages(data: bytes) -> list[bytes]:
    """The pages of an Ogg file."""
    found = []
    while data:
        table = data[27 : 27 + data[26]]
        end = 27 + data[26] + sum(table)
        found.append(data[:end])
        data = data[end:]
    return found


def moved(page: bytes, samples: int) -> bytes:
    """A page whose position is so many samples later; headers stay at 0. Its checksum is nobody's here."""
    position = int.from_bytes(page[6:14], "little")
    later = position + samples if 0 < position < TOP else position
    return page[:6] + later.to_bytes(8, "little") + page[14:]


def compressed(name: bytes, size: int) -> bytes:
    """An ID3v2.3 frame of `size` bytes of text, compressed."""
    packed = zlib.compress(b"\0" + b"A" * (size - 1), 9)
    body = size.to_bytes(4, "big") + packed
    return name + len(body).to_bytes(4, "big") + bytes([0, 0x80]) + body


def tagged(path: Path, frames: list[bytes]) -> Path:
    """An MP3 with these ID3v2.3 frames before its sound."""
    body = b"".join(frames)
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    sound = encode(path, "mp3", 0.5).read_bytes()
    path.write_bytes(b"ID3\x03\0\0" + size + body + sound)
    return path


@pytest.mark.parametrize("kind", ["ogg", "opus"])
def test_a_rip_that_begins_in_the_middle_of_its_stream_is_as_long_as_what_is_there(tmp_path, kind):
    path = encode(tmp_path / f"rip.{kind}", kind, 6.0)
    rate = 48_000 if kind == "opus" else 44_100
    path.write_bytes(b"".join(moved(page, 5 * 3600 * rate) for page in pages(path.read_bytes())))
    assert _id3.read(path).seconds == pytest.approx(6.0, abs=0.1)  # not 5 h


@pytest.mark.parametrize("kind", ["ogg", "opus"])
def test_a_chain_is_as_long_as_its_links_together(tmp_path, kind):
    links = [encode(tmp_path / f"{n}.{kind}", kind, float(n)) for n in (2, 3)]
    second = links[1].read_bytes()
    other = b"".join(p[:14] + b"abcd" + p[18:] for p in pages(second))  # a link has a number of its own
    path = tmp_path / f"chained.{kind}"
    path.write_bytes(links[0].read_bytes() + other)
    assert _id3.read(path).seconds == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize("kind", ["ogg", "opus"])
def test_a_plain_ogg_is_as_long_as_it_was_made(tmp_path, kind):
    said = _id3.read(encode(tmp_path / f"x.{kind}", kind, 4.0))
    assert (said.seconds, said.trouble) == (pytest.approx(4.0, abs=0.02), "")


def test_an_ogg_whose_pages_are_padded_is_not_damaged(tmp_path):
    path = encode(tmp_path / "padded.ogg", "ogg", 3.0)
    path.write_bytes(b"".join(page + bytes(-len(page) % 1024) for page in pages(path.read_bytes())))
    said = _id3.read(path)
    assert (said.trouble, said.seconds) == (_id3.UNKNOWN, pytest.approx(3.0, abs=0.02))


@pytest.mark.parametrize("name", [b"RF64", b"BW64"])
def test_a_large_wav_is_not_damaged(tmp_path, name):
    path = tmp_path / "x.wav"
    soundfile.write(path, music(1.0, 44_100), 44_100, format="RF64", subtype="PCM_16")
    path.write_bytes(name + path.read_bytes()[4:])
    assert _id3.read(path).trouble == _id3.UNKNOWN


def test_a_file_that_cannot_be_heard_is_damaged(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"RF64" + b"\xab" * 200)
    assert _id3.read(tmp_path / "x.wav").trouble in (_id3.DAMAGED, _id3.FOREIGN)


def test_the_length_of_a_kind_without_tags_is_known_where_its_header_says_it(tmp_path):
    path = tmp_path / "x.caf"
    soundfile.write(path, music(1.0, 44_100), 44_100, format="CAF", subtype="PCM_16")
    assert _id3.read(path).seconds == pytest.approx(1.0)


def test_a_compressed_frame_is_read(tmp_path):
    assert _id3.read(tagged(tmp_path / "x.mp3", [compressed(b"TIT2", 5)])).title == "AAAA"


def test_frames_that_swell_are_left_out_and_take_no_memory(tmp_path):
    frames = [
        compressed(b"TIT2", 50_000_000),
        *(compressed(b"TXX" + bytes([65 + n]), 900_000) for n in range(9)),
    ]
    path = tagged(tmp_path / "x.mp3", [*frames, b"TPE1\0\0\0\x04\0\0\0Bob"])
    tracemalloc.start()
    said = _id3.read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (said.artist, said.title) == ("Bob", "")
    assert peak < 20e6


@pytest.mark.parametrize(
    "error", [RuntimeError("odd"), MemoryError(), RecursionError(), UnicodeError("x"), OSError("y")]
)
def test_whatever_the_tag_reader_raises_the_file_is_kept(tmp_path, monkeypatch, error):
    def raises(*_, **__):
        raise error

    monkeypatch.setattr(mutagen, "File", raises)
    said = _id3.read(write_wav(tmp_path / "x.wav", 1.0))
    assert (said.trouble, said.seconds) == (_id3.UNKNOWN, pytest.approx(1.0))


def test_a_title_that_turns_the_text_around_is_cleaned_and_cut(tmp_path):
    path = encode(tmp_path / "x.flac", "flac", 0.5)
    file = mutagen.File(path, easy=True)
    file["title"], file["artist"] = "photo\u202egpj.exe", "x" * 10_000
    file.save()
    said = _id3.read(path)
    assert said.title == "photo gpj.exe"
    assert len(said.artist) == 500
