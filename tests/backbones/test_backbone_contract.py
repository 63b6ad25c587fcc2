"""What every backbone promises, whatever its net."""

import re

import numpy as np
import pytest

from quintet import registry
from quintet.backbones import base
from quintet.backbones.base import Encoder, Spec
from quintet.errors import BadAudio, BadWeights, UsageError
from quintet.settings import Settings
from quintet.weights import files

NAMES = registry.names("backbones")
MARKS = {"circle", "diamond", "square", "triangle-up", "triangle-down", "plus", "star"}
SECONDS = 7.3  # a length that is no multiple of anyone's window


def rate(spec: Spec) -> int:
    return spec.sample_rate or 44_100


def noise(spec: Spec, seconds: float) -> np.ndarray:
    samples = int(seconds * rate(spec))
    return np.random.default_rng(samples).standard_normal(samples).astype(np.float32) / 10


@pytest.fixture(scope="module", params=NAMES)
def backbone(request) -> base.Backbone:
    return base.resolve(request.param)


@pytest.fixture(scope="module")
def encode(backbone) -> Encoder:
    return base.load(backbone, files.locate(backbone.spec, Settings()).paths, "cpu")


@pytest.fixture(scope="module")
def found(backbone, encode) -> base.Encoding:
    return encode(noise(backbone.spec, SECONDS), rate(backbone.spec))


def test_there_are_backbones():
    assert len(NAMES) >= 2


def test_a_spec_is_complete(backbone):
    for spec in registry.module("backbones", backbone.name).VARIANTS.values():
        assert all((spec.title, spec.dim, spec.layer, spec.licence, spec.source, spec.about))
        assert spec.mark in MARKS
        assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in spec.colours)
        assert spec.hand_made or (
            spec.window and spec.hop and spec.parameters and spec.weights and spec.trained_on
        )
        assert len(set(spec.tags)) == len(spec.tags)


def test_the_default_variant_is_the_spec(backbone):
    module = registry.module("backbones", backbone.name)
    assert next(iter(module.VARIANTS.values())) is module.SPEC
    assert backbone.key == backbone.name


def test_weight_files_are_known_by_size_and_checksum(backbone):
    for spec in registry.module("backbones", backbone.name).VARIANTS.values():
        for file in spec.weights:
            assert re.fullmatch("[0-9a-f]{64}", file.sha256), file.name
            assert file.bytes > 0 and file.licence and (file.wheel or file.url)


def test_no_two_backbones_share_a_mark_or_a_colour():
    specs = [registry.module("backbones", name).SPEC for name in NAMES]
    assert len({s.mark for s in specs}) == len({s.colours for s in specs}) == len(specs)


def test_a_fingerprint_tells_variants_and_weights_apart(backbone):
    variants = registry.module("backbones", backbone.name).VARIANTS
    prints = {base.fingerprint(base.resolve(f"{backbone.name}:{v}"), ("a",)) for v in variants}
    assert len(prints) == len(variants)
    assert base.fingerprint(backbone, ("a",)) != base.fingerprint(backbone, ("b",))


def test_an_encoding_has_the_shapes_it_promises(backbone, found):
    frames = len(found.frames)
    assert frames > 0
    assert found.frames.shape == (frames, backbone.spec.dim)
    assert found.times.shape == (frames, 2)
    assert found.embedding.shape == (backbone.spec.dim,)
    assert {a.dtype for a in (found.frames, found.times, found.embedding)} == {np.dtype(np.float32)}


def test_tags_come_with_their_names(backbone, found):
    if not backbone.spec.tags:
        assert found.tags is None
        return
    assert found.tags.shape == (len(found.frames), len(backbone.spec.tags))
    assert found.tags.dtype == np.float32
    assert ((found.tags >= 0) & (found.tags <= 1)).all()


@pytest.mark.parametrize("seconds", [0.5, SECONDS])
def test_times_lie_in_order_inside_the_clip(backbone, encode, seconds):
    times = encode(noise(backbone.spec, seconds), rate(backbone.spec)).times
    assert times[0, 0] == 0
    assert (times[:, 0] < times[:, 1]).all()
    assert (np.diff(times[:, 0]) > 0).all()
    assert times.max() <= np.float32(seconds) + 1e-6


def test_silence_is_finite(backbone, encode):
    silent = encode(np.zeros(int(SECONDS * rate(backbone.spec)), np.float32), rate(backbone.spec))
    assert np.isfinite(silent.frames).all() and np.isfinite(silent.embedding).all()
    assert silent.tags is None or np.isfinite(silent.tags).all()


def test_a_clip_too_short_for_a_window_says_what_was_done(backbone, encode):
    notices = encode(noise(backbone.spec, 0.5), rate(backbone.spec)).notices
    assert notices
    assert "0.5 s" in notices[0]


def test_a_clip_longer_than_one_window_needs_no_notice(backbone, encode):
    window = max(backbone.spec.window / rate(backbone.spec), 2.0)
    assert encode(noise(backbone.spec, window), rate(backbone.spec)).notices == ()


def test_an_encoder_keeps_nothing_of_the_clip_before(backbone, encode, found):
    encode(noise(backbone.spec, 3.1), rate(backbone.spec))
    again = encode(noise(backbone.spec, SECONDS), rate(backbone.spec))
    np.testing.assert_array_equal(again.embedding, found.embedding)


def test_the_wave_is_left_as_it_was(backbone, encode):
    wave = noise(backbone.spec, 1.0)
    wave.setflags(write=False)
    kept = wave.copy()
    encode(wave, rate(backbone.spec))
    np.testing.assert_array_equal(wave, kept)


def test_a_wrong_rate_is_refused(backbone, encode):
    wrong = rate(backbone.spec) + 1 if backbone.spec.sample_rate else 0
    with pytest.raises(UsageError, match=f"{wrong} Hz"):
        encode(noise(backbone.spec, 1.0), wrong)


def test_a_wave_without_samples_is_refused(backbone, encode):
    with pytest.raises(BadAudio, match="0 samples"):
        encode(np.zeros(0, np.float32), rate(backbone.spec))


def test_files_of_something_else_are_refused(backbone, tmp_path):
    if not backbone.spec.weights:
        return
    path = tmp_path / "other"
    path.write_bytes(b"not weights " * 100)
    with pytest.raises(BadWeights, match="--weights FILE"):
        base.load(backbone, (path,) * len(backbone.spec.weights), "cpu")
