"""What every backbone promises: with its weights where they are here, else as the untrained control."""

import re
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from quintet import audio, registry
from quintet.backbones import base
from quintet.backbones.base import Encoder, Spec
from quintet.datasets.base import Track
from quintet.embeddings import models, plan, runner
from quintet.embeddings.models import Model
from quintet.errors import BadAudio, BadWeights, UsageError
from quintet.settings import Settings
from quintet.storage import tables

NAMES = registry.names("backbones")
MARKS = {"circle", "diamond", "square", "triangle-up", "triangle-down", "plus", "star"}
SECONDS = 7.3  # a length that is no multiple of anyone's window
SHORT = 0.5


def rate(spec: Spec) -> int:
    return spec.sample_rate or 44_100


def noise(spec: Spec, seconds: float) -> np.ndarray:
    samples = int(seconds * rate(spec))
    wave = np.random.default_rng(samples).standard_normal(samples).astype(np.float32) / 10
    wave.setflags(write=False)
    return wave


def control(backbone: base.Backbone) -> Model:
    return Model(base.control(backbone), "untrained", (), "control")


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """More would wait for one another, spinning, beside whatever else runs."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", params=NAMES)
def backbone(request) -> base.Backbone:
    return base.resolve(request.param)


@pytest.fixture(scope="module")
def source(backbone, tmp_path_factory) -> Model:
    """As it runs here; a slow one always as its control."""
    found = models.resolve_model(backbone.name, Settings(cache=tmp_path_factory.mktemp("cache")))
    return control(backbone) if backbone.spec.slow else found


@pytest.fixture(scope="module")
def spec(source) -> Spec:
    return source.backbone.spec


@pytest.fixture(scope="module")
def encode(source) -> Encoder:
    return models.encoder(source, "cpu")


@pytest.fixture(scope="module")
def found(spec, encode) -> base.Encoding:
    return encode(noise(spec, SECONDS), rate(spec))


@pytest.fixture(scope="module")
def short(spec, encode) -> base.Encoding:
    return encode(noise(spec, SHORT), rate(spec))


def test_there_are_backbones():
    assert len(NAMES) >= 6


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


def test_weight_files_have_a_source_a_licence_and_those_it_needs_stand_first(backbone):
    for spec in registry.module("backbones", backbone.name).VARIANTS.values():
        for file in spec.weights:
            assert re.fullmatch("[0-9a-f]{64}|", file.sha256), file.name
            assert file.bytes > 0 and file.licence and (file.wheel or file.url)
            assert file.name.startswith(f"{backbone.name}/")
        optional = [file.optional for file in spec.weights]
        assert optional == sorted(optional)
        assert not optional or not optional[0]


def test_no_two_backbones_share_a_mark_or_a_colour():
    specs = [registry.module("backbones", name).SPEC for name in NAMES]
    assert len({s.mark for s in specs}) == len({s.colours for s in specs}) == len(specs)


def test_a_fingerprint_tells_variants_weights_and_the_control_apart(backbone):
    variants = registry.module("backbones", backbone.name).VARIANTS
    prints = {base.fingerprint(base.resolve(f"{backbone.name}:{v}"), ("a",)) for v in variants}
    assert len(prints) == len(variants)
    assert base.fingerprint(backbone, ("a",)) != base.fingerprint(backbone, ("b",))
    if backbone.spec.weights:
        here = Settings(weights=Settings().weights / "none")
        controls = {models.resolve_model(f"{backbone.name}:{v}", here).fingerprint for v in variants}
        assert not controls & prints


def test_an_encoding_has_the_shapes_it_promises(spec, found):
    frames = len(found.frames)
    assert frames > 0
    assert found.frames.shape == (frames, spec.dim)
    assert found.times.shape == (frames, 2)
    assert found.embedding.shape == (spec.dim,)
    assert {a.dtype for a in (found.frames, found.times, found.embedding)} == {np.dtype(np.float32)}


def test_a_control_hears_as_its_spec_says(backbone, source):
    """Where trained weights are here, the control is not what the other tests run."""
    if source.untrained or not backbone.spec.weights:
        return
    other = control(backbone)
    made = models.encoder(other, "cpu")(noise(other.backbone.spec, 3.0), rate(other.backbone.spec))
    assert made.embedding.shape == (other.backbone.spec.dim,)
    assert np.isfinite(made.frames).all() and made.embedding.std() > 0


def test_tags_come_with_their_names(spec, found):
    if not spec.tags:
        assert found.tags is None
    elif found.tags is not None:  # a net's head may be a file of its own, which is not here
        assert found.tags.shape == (len(found.frames), len(spec.tags))
        assert found.tags.dtype == np.float32
        assert ((found.tags >= 0) & (found.tags <= 1)).all()


def test_times_start_at_0_rise_and_never_pass_the_end(found, short):
    for times, seconds in ((found.times, SECONDS), (short.times, SHORT)):
        assert times[0, 0] == 0
        assert (times[:, 0] < times[:, 1]).all()
        assert (np.diff(times[:, 0]) > 0).all()
        assert times.max() <= np.float32(seconds) + 1e-6


def test_what_was_not_heard_is_said(spec, encode):
    seconds = (spec.window + 0.7 * spec.hop) / rate(spec) if spec.window else SECONDS
    long = encode(noise(spec, seconds), rate(spec))
    assert long.notices or seconds - long.times.max() <= 0.1 + spec.hop / rate(spec) / 2


def test_a_clip_too_short_for_a_window_says_what_was_done(short):
    assert short.notices
    assert "0.5 s" in short.notices[0]


def test_a_clip_longer_than_one_window_needs_no_notice(spec, encode):
    window = max(spec.window / rate(spec), 2.0)
    assert encode(noise(spec, window), rate(spec)).notices == ()


@pytest.mark.parametrize("kind", ["silence", "clipping"])
def test_silence_and_clipping_are_finite(spec, encode, kind):
    wave = np.zeros(2 * rate(spec), np.float32)
    if kind == "clipping":
        wave = np.sign(noise(spec, 2.0))
    heard = encode(wave, rate(spec))
    assert np.isfinite(heard.frames).all() and np.isfinite(heard.embedding).all()
    assert heard.tags is None or np.isfinite(heard.tags).all()


def test_an_encoder_keeps_nothing_of_the_clip_before(spec, encode, found, short):
    again = encode(noise(spec, SECONDS), rate(spec))
    np.testing.assert_array_equal(again.embedding, found.embedding)
    np.testing.assert_array_equal(again.frames, found.frames)


def test_a_clip_in_a_batch_and_in_the_store_is_what_it_is_alone(
    spec, source, encode, found, short, tmp_path, monkeypatch
):
    here = Settings(cache=tmp_path / "cache")
    tracks = []
    for name, seconds in (("long", SECONDS), ("short", SHORT)):
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, noise(spec, seconds), rate(spec), subtype="FLOAT")
        tracks.append(Track(name, path, name, "", (), "", seconds))
    monkeypatch.setattr(models, "encoder", lambda source, device: encode)
    kept = replace(source, fingerprint="of-this-test")
    runner.run(plan.make("any", tracks, [kept], here), here, "cpu", lambda done, total, failed: None)
    ids, values = tables.read_embeddings(models.model_table_path("any", kept, here))
    assert sorted(ids) == ["long", "short"]
    for name, alone in (("long", found), ("short", short)):
        error = np.abs(values[ids.index(name)] - alone.embedding).max()
        assert error <= 1e-5 * max(1.0, np.abs(alone.embedding).max())


def test_the_same_sound_as_wav_flac_and_24_bit_is_one_wave_and_stereo_is_its_mean(spec, tmp_path):
    pcm = np.round(noise(spec, 3.0) * 2**14).astype(np.int16) * 2  # even, so that the mean below is whole
    left, right = pcm + 200, pcm - 200
    waves = []
    for name, sound, subtype in (
        ("a.wav", pcm, "PCM_16"),
        ("b.flac", pcm, "PCM_16"),
        ("c.wav", pcm, "PCM_24"),
        ("d.flac", pcm, "PCM_24"),
        ("e.wav", np.stack([left, right], 1), "PCM_16"),
    ):
        soundfile.write(tmp_path / name, sound, 44_100, subtype=subtype)
        clip = audio.decode(tmp_path / name, audio.Limits())
        waves.append(audio.resample(clip.samples, clip.rate, rate(spec)))
    for other in waves[1:]:
        np.testing.assert_array_equal(other, waves[0])


def test_a_wrong_rate_is_refused(spec, encode):
    wrong = rate(spec) + 1 if spec.sample_rate else 0
    with pytest.raises(UsageError, match=f"{wrong} Hz"):
        encode(noise(spec, 1.0), wrong)


def test_a_wave_without_samples_is_refused(spec, encode):
    with pytest.raises(BadAudio, match="0 samples"):
        encode(np.zeros(0, np.float32), rate(spec))


def test_files_of_something_else_are_refused(backbone, tmp_path):
    if not backbone.spec.weights:
        return
    path = tmp_path / "other"
    path.write_bytes(b"not weights " * 100)
    needed = [file for file in backbone.spec.weights if not file.optional]
    with pytest.raises(BadWeights, match="--weights FILE"):
        base.load(backbone, (path,) * len(needed), "cpu")


TELLING = {  # whose file -> names of tensors that only it has
    "CLMR": ("encoder.sequential.10.0.weight",),
    "VGGish": ("features.13.weight", "embeddings.4.weight"),
    "OpenJMLA": ("patch_embed.projection.weight", "layers.11.ln1.weight"),
    "Jukebox": ("prior.transformer._attn_mods.0.attn.c_attn.w",),
}


@pytest.mark.parametrize("owner", TELLING)
def test_another_backbones_file_is_refused_by_its_name(backbone, tmp_path, owner):
    import torch

    if not backbone.spec.weights or backbone.spec.title == owner:
        return
    path = tmp_path / "net.pth"
    torch.save({name: torch.zeros(2, 2) for name in TELLING[owner]}, path)
    needed = [file for file in backbone.spec.weights if not file.optional]
    with pytest.raises(BadWeights, match=rf"net\.pth is {owner}'s .*{backbone.spec.title}.*--weights FILE"):
        base.load(backbone, (path,) * len(needed), "cpu")
