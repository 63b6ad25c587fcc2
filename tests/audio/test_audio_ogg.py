"""Ogg: links joined in one file, pages lost, damaged, doubled or swapped, and headers that mislead."""

import io
from contextlib import suppress

import av
import numpy as np
import pytest

from quintet.audio import Limits, decode, decode_bytes, ogg
from quintet.audio.limits import Excerpt
from quintet.errors import BadAudio
from tests.audio.ogg_files import get, melody, patch, put, seal, split, steps, written
from tests.sounds import encode, frame_of

LIMITS = Limits()
CODECS = ("VORBIS", "OPUS")
MISSING = "Pages are missing or damaged near {} s; what they held is left out."


@pytest.fixture
def sound(tmp_path):
    """Decodes bytes as a file of this process."""

    def clip(data: bytes, *excerpt):
        (tmp_path / "a.ogg").write_bytes(data)
        return decode(tmp_path / "a.ogg", LIMITS, *excerpt)

    return clip


@pytest.fixture(params=CODECS, scope="module")
def song(request) -> bytes:
    return written(melody(12.0, 24_000), 24_000, request.param)


def by_time(pages: list[bytes]) -> list[int]:
    """Indices of the pages that hold sound and are neither the first such nor the last."""
    times = [get(page, "granule") for page in pages]
    return [i for i, time in enumerate(times) if time > 0][1:-1]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("count", [2, 3])
def test_links_joined_in_one_file_are_all_heard(sound, codec, count):
    links = [written(melody(3.0, 24_000, 200.0 * 2**n), 24_000, codec) for n in range(count)]
    clip = sound(b"".join(links))
    assert clip.seconds == pytest.approx(3.0 * count, abs=1e-3)
    assert clip.notices == ()
    assert steps(clip.samples, clip.rate) == [
        6 * n + second for n in range(count) for second in (0, 0, 1, 1, 2, 2)
    ]
    parts = np.concatenate([sound(link).samples for link in links])
    np.testing.assert_array_equal(clip.samples, parts)


def test_links_of_one_serial_number_are_two_links(sound):
    song = written(melody(2.0, 24_000), 24_000)
    assert steps(sound(song + song).samples, 24_000) == [0, 0, 1, 1] * 2


def test_stereo_opus_links_are_joined(sound):
    link = written(melody(2.0, 48_000, channels=2), 48_000, "OPUS")
    clip = sound(link + link)
    assert (clip.seconds, clip.channels, clip.notices) == (pytest.approx(4.0, abs=1e-3), 2, ())


@pytest.mark.parametrize("rates", [(44_100, 22_050), (24_000, 48_000)])
def test_links_of_other_rates_and_channels_are_heard_at_the_first_ones_rate_with_a_notice(sound, rates):
    data = b"".join(written(melody(3.0, rate, channels=n), rate) for n, rate in enumerate(rates, 1))
    clip = sound(data)
    assert (clip.rate, clip.seconds) == (rates[0], pytest.approx(6.0, abs=1e-3))
    assert steps(clip.samples, clip.rate) == [0, 0, 1, 1, 2, 2] * 2
    kinds = f"{rates[0]} Hz, mono and {rates[1]} Hz, stereo"
    assert clip.notices == (f"It is joined from 2 parts of {kinds}; all are used at {rates[0]} Hz.",)


@pytest.mark.parametrize("start", [0.0, 1.25, 3.0, 4.4321])
@pytest.mark.parametrize("rates", [(24_000, 24_000), (24_000, 44_100)])
def test_an_excerpt_of_joined_links_is_the_same_slice_of_the_whole(sound, rates, start):
    data = b"".join(written(melody(3.0, rate), rate) for rate in rates)
    whole, part = sound(data), sound(data, start, 1.5)
    first = round(start * whole.rate)
    np.testing.assert_allclose(
        part.samples, whole.samples[first : first + len(part.samples)], atol=1e-6, rtol=0
    )
    assert part.seconds == pytest.approx(min(1.5, 6.0 - start), abs=1e-3)


def test_joined_links_are_not_clipped(sound):
    loud = np.sign(melody(2.0, 24_000)) * 0.99
    link = written(loud, 24_000)
    assert sound(link).samples.max() > 1.05
    assert sound(link + link).samples.max() == sound(link).samples.max()


def test_a_link_that_cannot_be_decoded_is_left_out_with_a_notice(sound):
    song = written(melody(2.0, 24_000), 24_000)
    broken = [seal(split(song)[0]), *(put(page, serial=get(page, "serial")) for page in split(song)[2:])]
    clip = sound(song + b"".join(broken))
    assert clip.seconds == pytest.approx(2.0, abs=1e-3)
    assert "Part 2 of 2 cannot be decoded and is left out." in clip.notices


def test_a_link_whose_beginning_is_missing_is_left_out_with_a_notice(sound):
    first = written(melody(2.0, 24_000), 24_000)
    rest = [put(page, serial=77) for page in split(written(melody(2.0, 24_000), 24_000))[1:]]
    clip = sound(first + b"".join(rest))
    assert clip.seconds == pytest.approx(2.0, abs=1e-3)
    count = f"{len(rest)} pages are" if len(rest) > 1 else "1 page is"
    assert clip.notices == (f"{count} of a part whose beginning is missing; they are left out.",)


@pytest.mark.parametrize("fault", ["lost", "flipped", "header"])
def test_a_page_that_is_lost_or_damaged_is_left_out_once_and_said(sound, song, fault):
    pages = split(song)
    at = by_time(pages)[2]
    begins = get(pages[at - 1], "granule")
    lasts = get(pages[at], "granule") - begins
    clock = 48_000 if song[28:36] == b"OpusHead" else 24_000
    page = bytearray(pages[at])
    page[100 if fault == "flipped" else 1] ^= 0x40
    pages[at] = b"" if fault == "lost" else bytes(page)
    clip = sound(b"".join(pages))
    assert clip.seconds == pytest.approx(12.0 - lasts / clock, abs=0.06)
    assert clip.notices == (MISSING.format(f"{begins / clock:.1f}"),)
    order = steps(clip.samples, clip.rate)
    assert order == sorted(order)
    assert max(order.count(step) for step in order) <= 2


def test_two_lost_pages_are_two_places(sound, song):
    pages = split(song)
    for at in by_time(pages)[1:5:3]:
        pages[at] = b""
    notice = sound(b"".join(pages)).notices[0]
    assert notice.startswith("Pages are missing or damaged at 2 places, first near ")


def test_a_lost_page_outside_an_excerpt_is_not_said(sound, song):
    pages = split(song)
    pages[by_time(pages)[-2]] = b""
    assert sound(b"".join(pages)).notices != ()
    assert sound(b"".join(pages), 0.0, 3.0).notices == ()


def test_a_damaged_last_page_is_said(sound, song):
    pages = split(song)
    begins = get(pages[-2], "granule") / (48_000 if song[28:36] == b"OpusHead" else 24_000)
    clip = sound(b"".join([*pages[:-1], pages[-1][:60] + b"\x55" + pages[-1][61:]]))
    assert clip.seconds == pytest.approx(begins, abs=0.06)
    assert clip.notices == (MISSING.format(f"{begins:.1f}"),)


@pytest.mark.parametrize("which", [0, 1, 2, "middle", -1])
def test_a_page_that_is_there_twice_is_heard_once_and_said(sound, song, which):
    pages = split(song)
    at = len(pages) // 2 if which == "middle" else which % len(pages)
    clip = sound(b"".join([*pages[: at + 1], pages[at], *pages[at + 1 :]]))
    np.testing.assert_array_equal(clip.samples, sound(song).samples)
    assert clip.notices == ("1 page is there twice; what they hold is used once.",)


def test_pages_in_another_order_are_heard_in_the_order_of_their_numbers(sound, song):
    pages = split(song)
    at = by_time(pages)[1]
    pages[at], pages[at + 1] = pages[at + 1], pages[at]
    clip = sound(b"".join(pages))
    np.testing.assert_array_equal(clip.samples, sound(song).samples)
    assert clip.notices == ()


def test_pages_that_are_all_numbered_alike_are_heard_as_they_lie(sound, song):
    clip = sound(b"".join(put(page, number=0) for page in split(song)))
    assert clip.seconds == pytest.approx(12.0, abs=0.02)


@pytest.mark.parametrize("padding", [b"\0", b"junk"])
def test_padding_between_pages_is_no_sound_and_no_fault(sound, song, padding):
    padded = [page + (padding * 1024)[: -len(page) % 1024] for page in split(song)]
    clip = sound(b"".join(padded))
    np.testing.assert_array_equal(clip.samples, sound(song).samples)
    assert clip.notices == ()


@pytest.mark.parametrize("granule", [-1, 0, 1000])
def test_a_last_page_without_its_time_is_heard_to_its_end(sound, song, granule):
    pages = split(song)
    clip = sound(b"".join([*pages[:-1], put(pages[-1], granule=granule)]))
    assert clip.seconds == pytest.approx(12.0, abs=0.05)
    assert clip.notices == ()


def test_a_page_without_a_time_amid_others_costs_nothing(sound, song):
    pages = split(song)
    at = by_time(pages)[1]
    pages[at] = put(pages[at], granule=-1)
    clip = sound(b"".join(pages))
    assert (clip.seconds, clip.notices) == (pytest.approx(12.0, abs=0.05), ())


@pytest.mark.parametrize("rate", [0, 8_000, 16_000, 44_100, 4_000_000])
def test_opus_is_decoded_at_48_khz_whatever_its_header_says(sound, rate):
    pages = split(written(melody(3.0, 48_000, 6_000.0), 48_000, "OPUS"))
    assert get(pages[0], "granule") == 0
    clip = sound(b"".join([patch(pages[0], 12, rate.to_bytes(4, "little")), *pages[1:]]))
    assert (clip.rate, clip.seconds) == (48_000, pytest.approx(3.0, abs=1e-3))
    np.testing.assert_array_equal(clip.samples, sound(b"".join(pages)).samples)


@pytest.mark.parametrize("is_joined", [False, True])
def test_the_gain_in_an_opus_header_is_applied_and_its_pre_skip_left_out(sound, is_joined):
    pages = split(written(melody(3.0, 48_000), 48_000, "OPUS"))
    plain = sound(b"".join(pages))
    pages[0] = patch(pages[0], 16, round(6.0206 * 256).to_bytes(2, "little"))  # Q7.8 dB: twice as loud
    louder = sound(b"".join(pages) * (1 + is_joined)).samples[: len(plain.samples)]
    np.testing.assert_allclose(louder, 2 * plain.samples, atol=1e-3)
    part = melody(3.0, 48_000)[48_000:96_000, 0]
    shifts = [np.corrcoef(plain.samples[48_000 + n : 96_000 + n], part)[0, 1] for n in range(-5, 6)]
    assert np.argmax(shifts) == 5
    assert max(shifts) > 0.99


@pytest.mark.parametrize("codec", CODECS)
def test_a_recorded_broadcast_that_begins_after_hours_is_heard_without_a_notice(sound, codec):
    pages = split(written(melody(6.0, 24_000), 24_000, codec))
    hours = 5 * 3600 * 48_000
    late = [put(page, granule=hours + time) if (time := get(page, "granule")) > 0 else page for page in pages]
    clip = sound(b"".join(late))
    assert clip.seconds == pytest.approx(6.0, abs=0.05)
    assert clip.notices == ()
    assert sound(b"".join(late) + b"".join(pages)).seconds == pytest.approx(12.0, abs=0.05)


def test_two_tracks_side_by_side_are_said(sound):
    first = split(written(melody(2.0, 24_000), 24_000))
    second = [put(page, serial=9) for page in split(written(melody(2.0, 24_000, 800.0), 24_000))]
    both = [page for pair in zip(first, second, strict=True) for page in pair]
    clip = sound(b"".join(both))
    assert steps(clip.samples, clip.rate) == [0, 0, 1, 1]
    assert clip.notices == ("It has 2 audio tracks; the first is used.",)


def test_no_page_beyond_what_is_asked_for_is_read():
    song = written(melody(60.0, 24_000), 24_000)
    link = ogg.links(io.BytesIO(song), 3.0)[0]
    assert 5.0 <= link.seconds < 9.0
    assert ogg.links(io.BytesIO(song), 600.0)[0].seconds == pytest.approx(60.0, abs=0.1)


def test_flac_in_ogg_is_exact(sound, tmp_path):
    wave = melody(2.0, 24_000)
    with av.open(str(tmp_path / "b.ogg"), "w", format="ogg") as file:
        stream = file.add_stream("flac", rate=24_000, layout="mono")
        file.mux(stream.encode(frame_of(wave, 24_000)))
        file.mux(stream.encode(None))
    clip = sound((tmp_path / "b.ogg").read_bytes())
    np.testing.assert_allclose(clip.samples, wave[:, 0], atol=1 / 32_768)


def test_a_link_at_a_rate_of_no_music_is_refused(sound):
    pages = split(written(melody(2.0, 24_000), 24_000))
    slow = patch(pages[0], 12, (4_000).to_bytes(4, "little"))
    with pytest.raises(BadAudio, match=r"has a sample rate of 4000 Hz; 8000 to 384000 Hz are expected"):
        sound(b"".join([slow, *pages[1:]]))


def test_a_spoilt_ogg_of_two_links_is_heard_or_refused(song):
    data, lots = song + song, np.random.default_rng(11)
    for _ in range(12):
        spoilt = np.frombuffer(data, np.uint8).copy()
        spoilt[lots.integers(0, len(data), 8)] = lots.integers(0, 256, 8)
        with suppress(BadAudio):
            assert decode_bytes(spoilt.tobytes(), "a.ogg", LIMITS).seconds <= 25


@pytest.mark.parametrize("kind", ["ogg", "opus"])
def test_files_of_ffmpegs_muxer_are_regular(tmp_path, kind):
    with encode(tmp_path / "a", kind, 6.0).open("rb") as file:
        (link,) = ogg.links(file, Excerpt(LIMITS).max_seconds)
    assert link.is_regular
    assert link.seconds == pytest.approx(6.0, abs=0.05)
