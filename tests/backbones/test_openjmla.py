"""OpenJMLA from a sound file to its embedding, as its users call it, against the authors' numbers."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from quintet import cli
from quintet.backbones import base, openjmla
from quintet.backbones.base import Encoder
from quintet.backbones.openjmla import state_dict
from quintet.errors import BadAudio

GOLDEN = Path(__file__).parents[1] / "golden" / "openjmla"
TOLERANCE = 1e-4  # of embeddings, end to end
RATE = 16_000


def pcm(clip: str) -> np.ndarray:
    return np.load(GOLDEN / f"fe_{clip}.npz")["wav_int16"]


def expected(name: str) -> np.ndarray:
    return np.load(GOLDEN / "vit_full_outputs.npz")[name][0]


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    """The official file's form with the random weights that the numbers were made with; 345 MB, not kept."""
    path = tmp_path_factory.mktemp("openjmla") / "epoch_20.pth"
    torch.save({"state_dict": state_dict.random(), "author": "MMSelfSup"}, path)
    yield path
    path.unlink()


@pytest.fixture
def encoded(weights, tmp_path) -> Callable[[str], dict[str, np.ndarray]]:
    """What `quintet encode` writes of a clip."""

    def encode(clip: str) -> dict[str, np.ndarray]:
        soundfile.write(tmp_path / "clip.wav", pcm(clip), RATE, subtype="PCM_16")
        out = tmp_path / "out.npz"
        call = ["encode", str(tmp_path / "clip.wav"), "--backbone", "openjmla", "--weights", str(weights)]
        assert cli.main([*call, "--out", str(out)]) == 0
        return dict(np.load(out))

    return encode


@pytest.fixture
def stand_in(monkeypatch) -> Encoder:
    """The adapter around a net that takes no time: a token is its step in the window, plus 1000 a window."""
    from quintet.backbones.openjmla import network as nets

    windows = count()

    def forward(self: nets.Vit, spectrograms: torch.Tensor) -> torch.Tensor:
        steps = torch.arange(-1, 935).remainder(187) + 1000 * next(windows)
        return steps.float()[None, :, None].expand(1, -1, 768)

    monkeypatch.setattr(nets.Vit, "forward", forward)
    tensors = {name: torch.zeros(1).expand(shape) for name, shape in state_dict.shapes().items()}
    return openjmla.encoder(openjmla.SPEC, tensors, "cpu")


def noise(samples: int) -> np.ndarray:
    return np.random.default_rng(samples).standard_normal(samples).astype(np.float32) / 10


def test_encode_gives_the_mean_of_the_patch_tokens(encoded):
    found = encoded("clip_10s")
    np.testing.assert_allclose(found["embedding"], expected("clip_10s/mean_patch"), rtol=0, atol=TOLERANCE)
    assert found["frames"].shape == (63, 768)


def test_encode_hears_a_long_clip_in_windows(encoded):
    found = encoded("long_31s")
    first = found["frames"][:187].mean(0)  # the first window, all that the original hears
    np.testing.assert_allclose(first, expected("long_31s/mean_patch"), rtol=0, atol=TOLERANCE)
    assert found["frames"].shape == (187 + 7, 768)
    assert not np.allclose(found["embedding"], first, atol=TOLERANCE)


def test_the_control_gives_the_class_token_on_request():
    encode = base.load_untrained(base.resolve("openjmla:cls"), "cpu")
    found = encode(pcm("clip_10s").astype(np.float32) / 32768, RATE)
    np.testing.assert_allclose(found.embedding, expected("clip_10s/cls"), rtol=0, atol=TOLERANCE)


def test_windows_count_by_the_frames_they_have_of_the_clip(stand_in):
    found = stand_in(noise((2992 + 1000 - 1) * 160), RATE)
    np.testing.assert_array_equal(found.frames[:187, 0], np.arange(187))
    assert len(found.frames) == 187 + 63
    assert found.embedding == pytest.approx(np.full(768, 93 + 1000 * 1000 / 3992))


@pytest.mark.parametrize("seconds", [0.5, 1.3, 7.3, 10.0, 14.95, 29.8, 29.91])
def test_of_a_tiled_clip_the_steps_of_its_middle_copy_are_kept(stand_in, seconds):
    found = stand_in(noise(int(seconds * RATE)), RATE)
    steps, (starts, ends) = found.frames[:, 0], found.times.T
    np.testing.assert_array_equal(np.diff(steps), 1)
    assert starts[0] == 0
    assert ends[-1] == pytest.approx(seconds, abs=1e-3)
    np.testing.assert_allclose(starts[1:], ends[:-1], atol=1e-6)
    np.testing.assert_allclose(np.diff(starts[1:]), 0.16, atol=1e-5)
    assert abs(len(steps) * 0.16 - seconds) <= 0.17


def test_times_go_on_from_window_to_window(stand_in):
    starts, ends = stand_in(noise(65 * RATE), RATE).times.T
    assert starts[187] == pytest.approx(29.92)
    assert starts[374] == pytest.approx(59.84)
    np.testing.assert_allclose(starts[1:], ends[:-1], atol=1e-5)
    assert ends[-1] == 65


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (10.0, "OpenJMLA needs 29.9 s; these 10.0 s were repeated to fill them."),
        (30.6, "OpenJMLA hears windows of 29.9 s; the last 0.7 s were not heard."),
    ],
)
def test_what_was_repeated_or_not_heard_is_said(stand_in, seconds, said):
    assert stand_in(noise(int(seconds * RATE)), RATE).notices == (said,)


@pytest.mark.parametrize("seconds", [29.9, 29.92, 30.0, 31.0, 45.0])
def test_a_clip_heard_as_it_is_needs_no_notice(stand_in, seconds):
    assert stand_in(noise(int(seconds * RATE)), RATE).notices == ()


def test_a_clip_too_short_for_one_spectrum_is_refused(stand_in):
    assert len(stand_in(noise(201), RATE).frames) == 1
    with pytest.raises(BadAudio, match="200 samples, and OpenJMLA needs 201"):
        stand_in(noise(200), RATE)
