"""Every format, rate and channel count becomes the same kind of clip."""

import av
import numpy as np
import pytest
import soundfile
from scipy.signal import correlate

from quintet.audio import Limits, decode, decode_bytes, readers
from tests.sounds import FORMATS, encode, film, frame_of, music, write_wav

LIMITS = Limits()
LOSSLESS = ("wav", "flac")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_sounds_like_what_was_written_to_it(tmp_path, kind):
    clip = decode(encode(tmp_path / f"a.{kind}", kind), LIMITS)
    wave = music(3.0, FORMATS[kind][2], 2).mean(axis=1)
    assert (clip.rate, clip.channels, clip.notices) == (FORMATS[kind][2], 2, ())
    assert clip.seconds == pytest.approx(3.0, abs=0.08)  # encoders pad or drop part of a frame
    assert _likeness(clip.samples, wave[clip.rate : clip.rate + 4096]) > (
        0.9999 if kind in LOSSLESS else 0.97
    )


def _likeness(heard: np.ndarray, part: np.ndarray) -> float:
    """Largest normalised correlation of `part` with any place of `heard`: encoders shift in time."""
    products = correlate(heard, part, mode="valid", method="fft")
    energy = correlate(heard**2, np.ones_like(part), mode="valid", method="fft")
    return float((products / np.sqrt(energy * (part**2).sum())).max())


@pytest.mark.parametrize("kind", FORMATS)
def test_bytes_and_path_give_the_same_clip(tmp_path, kind):
    path = encode(tmp_path / f"a.{kind}", kind)
    from_path, from_bytes = decode(path, LIMITS), decode_bytes(path.read_bytes(), "upload", LIMITS)
    np.testing.assert_array_equal(from_path.samples, from_bytes.samples)
    assert (from_path.rate, from_path.notices) == (from_bytes.rate, from_bytes.notices)


@pytest.mark.parametrize("ending", ["mp3", "wav", "raw", "txt"])
@pytest.mark.parametrize("kind", ["wav", "m4a"])
def test_the_content_decides_not_the_ending_of_the_name(tmp_path, kind, ending):
    assert decode(encode(tmp_path / f"a.{ending}", kind), LIMITS).channels == 2


def test_a_clip_is_mono_float32_contiguous_and_read_only(tmp_path):
    samples = decode(write_wav(tmp_path / "a.wav", channels=2), LIMITS).samples
    assert (samples.dtype, samples.ndim) == (np.float32, 1)
    assert samples.flags.c_contiguous
    assert not samples.flags.writeable


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8])
@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000, 192_000])
def test_mono_is_the_mean_of_the_channels_at_any_rate(tmp_path, rate, channels):
    clip = decode(write_wav(tmp_path / "a.wav", 0.6, rate, channels), LIMITS)
    assert (clip.rate, clip.channels, clip.seconds) == (rate, channels, pytest.approx(0.6))
    np.testing.assert_allclose(clip.samples, music(0.6, rate, channels).mean(axis=1), atol=1 / 32_768)


@pytest.mark.parametrize(("kind", "channels"), [("m4a", 6), ("m4a", 8), ("webm", 8), ("flac", 8)])
def test_surround_sound_in_any_container_is_mixed_down(tmp_path, kind, channels):
    clip = decode(encode(tmp_path / "a", kind, channels=channels), LIMITS)
    assert clip.channels == channels
    assert np.abs(clip.samples).max() < 1


@pytest.mark.parametrize(
    ("subtype", "step"), [("PCM_U8", 1 / 128), ("PCM_16", 2**-15), ("PCM_24", 2**-23), ("PCM_32", 2**-24)]
)
def test_integers_are_scaled_to_one(tmp_path, subtype, step):
    wave = np.linspace(-1, 1 - step, 8000)
    soundfile.write(tmp_path / "a.wav", wave, 8000, subtype=subtype)
    heard = decode(tmp_path / "a.wav", LIMITS).samples
    np.testing.assert_allclose(heard, wave, atol=1.01 * step)
    assert heard.min() == -1


@pytest.mark.parametrize("depth", ["s16p", "s32p"])
def test_integers_inside_m4a_are_scaled_to_one(tmp_path, depth):
    path, wave = tmp_path / "a.m4a", np.linspace(-1, 0.999, 8000, dtype=np.float32)
    with av.open(str(path), "w", format="ipod") as file:
        stream = file.add_stream("alac", rate=8000, layout="mono", format=depth)
        file.mux(stream.encode(frame_of(wave[:, None], 8000)))
        file.mux(stream.encode(None))
    np.testing.assert_allclose(decode(path, LIMITS).samples, wave, atol=1 / 32_768)


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_floats_beyond_one_are_kept(tmp_path, subtype):
    wave = np.linspace(-3, 3, 8000).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", wave, 8000, subtype=subtype)
    np.testing.assert_array_equal(decode(tmp_path / "a.wav", LIMITS).samples, wave)


def test_a_constant_wave_stays_constant(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(8000, 0.5), 8000)
    clip = decode(tmp_path / "a.wav", LIMITS)
    assert (clip.samples == 0.5).all()
    assert clip.notices == ()


def test_a_film_gives_its_audio_track(tmp_path):
    clip = decode(film(tmp_path / "a.mp4"), LIMITS)
    assert (clip.rate, clip.notices) == (44_100, ())
    assert clip.seconds == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize("quiet", [0.0, 4.0])
def test_an_mp3_of_varying_bit_rate_without_a_length_is_heard_to_its_end(tmp_path, quiet):
    path, wave = tmp_path / "a.mp3", music(8.0, 44_100)
    wave[: round(quiet * 44_100)] = 0  # a guess from the first packets is then far off
    with av.open(str(path), "w", format="mp3", options={"write_xing": "0"}) as file:
        variable = {"flags": "+qscale", "global_quality": "472"}  # lame's V4, in FFmpeg's steps of 118
        stream = file.add_stream("libmp3lame", rate=44_100, layout="mono", options=variable)
        file.mux(stream.encode(frame_of(wave, 44_100)))
        file.mux(stream.encode(None))
    clip = decode(path, LIMITS)
    assert clip.seconds == pytest.approx(8.0, abs=0.08)
    assert clip.notices == ()


def test_raw_aac_as_broadcast_is_heard(tmp_path):
    path = tmp_path / "a.m4a"
    with (
        av.open(str(encode(tmp_path / "b.m4a", "m4a"))) as source,
        av.open(str(path), "w", format="adts") as file,
    ):
        stream = file.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = stream
                file.mux(packet)
    assert decode(path, LIMITS).seconds == pytest.approx(3.0, abs=0.08)


def test_a_stream_that_turns_from_mono_to_stereo_is_heard_in_both():
    frames = [
        av.AudioFrame.from_ndarray(np.full((channels, 1152), 0.25, np.float32), "fltp", layout)
        for channels, layout in [(1, "mono")] * 40 + [(2, "stereo")] * 3
    ]
    for frame in frames:
        frame.sample_rate = 44_100
    blocks = list(readers._av_blocks(frames[0], iter(frames[1:]), 0.0))
    assert [block.shape[1] for block in blocks] == [1, 1, 1, 2]
    assert sum(len(block) for block in blocks) == 43 * 1152
    assert all((block == 0.25).all() for block in blocks)
