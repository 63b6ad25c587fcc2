"""DTS and IEC 61937 in a plain file's samples are decoded, or refused as what they are; music never is."""

import numpy as np
import pytest
import soundfile

from quintet.audio import Limits, bitstreams, decode
from quintet.errors import BadAudio
from tests.audio.bitstream_files import RATE, compressed, dts, in_14_bits, swapped, wav
from tests.sounds import music

LIMITS = Limits()
PACKINGS = {
    "big endian": lambda data: data,
    "little endian": swapped,
    "14 bits": in_14_bits,
    "14 bits, big endian": lambda data: swapped(in_14_bits(data)),
}
IN_PLACE = r"'a' holds {} in place of samples, which would be heard as noise; a wave was expected\. Decode it"


def as_samples(data: bytes) -> np.ndarray:
    return np.frombuffer(data[: len(data) // 4 * 4], "<i2").reshape(-1, 2)


@pytest.mark.parametrize("packing", PACKINGS.values(), ids=PACKINGS)
def test_dts_in_samples_is_named_in_every_packing(packing):
    assert bitstreams.name_in(as_samples(packing(dts())) / np.float32(32_768)) == "DTS"


@pytest.mark.parametrize("codec", ["ac3", "eac3"])
def test_iec_61937_is_named_by_its_data_type(codec):
    block = as_samples(compressed(codec, "spdif", 448_000)) / np.float32(32_768)
    assert bitstreams.name_in(block) == {"ac3": "AC-3", "eac3": "E-AC-3"}[codec] + " (IEC 61937)"


def test_ac3_in_a_wav_is_decoded(tmp_path):
    (tmp_path / "a").write_bytes(wav(compressed("ac3", "spdif", 448_000)))
    clip = decode(tmp_path / "a", LIMITS)
    wave = music(2.0, RATE, 2).mean(axis=1)
    assert clip.seconds == pytest.approx(2.0, abs=0.05)
    assert np.std(clip.samples) == pytest.approx(np.std(wave), rel=0.02)
    assert clip.notices == ("It holds AC-3 (IEC 61937) in place of samples, which was decoded.",)


@pytest.mark.parametrize("data", [dts(), compressed("eac3", "spdif", 448_000)], ids=["DTS", "E-AC-3"])
@pytest.mark.parametrize("kind", [("WAV", "PCM_24"), ("AIFF", "PCM_16"), ("FLAC", "PCM_16")], ids=str)
def test_a_bitstream_that_cannot_be_decoded_is_refused_as_what_it_is(tmp_path, data, kind):
    soundfile.write(tmp_path / "a", as_samples(data), RATE, format=kind[0], subtype=kind[1])
    with pytest.raises(BadAudio, match=IN_PLACE.format(r"(DTS|E-AC-3 \(IEC 61937\))")):
        decode(tmp_path / "a", LIMITS)


def test_a_bitstream_behind_silence_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(wav(bytes(4 * 20 * RATE) + compressed("ac3", "spdif", 448_000)))
    with pytest.raises(BadAudio, match=IN_PLACE.format(r"AC-3 \(IEC 61937\)")):
        decode(tmp_path / "a", LIMITS)


@pytest.mark.parametrize("start", [0.0, 1.0])
def test_an_excerpt_of_a_bitstream_is_no_noise(tmp_path, start):
    (tmp_path / "a").write_bytes(wav(compressed("ac3", "spdif", 448_000)))
    whole, part = decode(tmp_path / "a", LIMITS), decode(tmp_path / "a", LIMITS, start, 0.8)
    first = round(start * RATE)
    np.testing.assert_allclose(part.samples, whole.samples[first : first + len(part.samples)], atol=1e-6)


def _waves() -> dict[str, np.ndarray]:
    t = np.arange(1 << 17)
    square = np.where(t % 200 < 100, 32_766, -32_767)
    return {
        "noise at full scale": np.random.default_rng(0).integers(-32_768, 32_768, (1 << 19, 2)),
        "a square wave": np.stack([square, -square], axis=1),
        "channels in opposition at full scale": np.stack(
            [np.full(1 << 17, 32_766), np.full(1 << 17, -32_767)], 1
        ),
        "a ramp over all values": np.stack([t % 65_536 - 32_768] * 2, axis=1),
        "sync words without frames": np.tile([[0x7FFE, -0x7FFF], [1, 2]], (1 << 15, 1)),
    }


@pytest.mark.parametrize("wave", _waves().values(), ids=_waves())
def test_waves_are_no_bitstream(wave):
    assert bitstreams.name_in((wave / 32_768).astype(np.float32)) is None
