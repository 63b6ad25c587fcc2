"""Jukebox as a backbone: the public path, short and long clips, layers, and files that are not its own."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from quintet import cli
from quintet.backbones import base, jukebox
from quintet.backbones.jukebox import networks
from quintet.checkpoints.torch_index import Index
from quintet.errors import BadAudio, BadWeights, UsageError

GOLDEN = Path(__file__).parents[1] / "golden" / "jukebox"
PATHS = (GOLDEN / "tiny_vqvae.pth.tar", GOLDEN / "tiny_prior_level_2.pth.tar")
RATE = jukebox.RATE


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # products this small only wait for one another
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tiny() -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / "tiny5b_io.npz"))


@pytest.fixture(scope="module")
def encode() -> base.Encoder:
    return jukebox.load(jukebox.SPEC, PATHS, "cpu")


@pytest.fixture(scope="module")
def control() -> base.Encoder:
    return jukebox.load_untrained(jukebox.SPEC, "cpu")


def noise(seconds: float) -> np.ndarray:
    samples = int(seconds * RATE)
    return np.random.default_rng(samples).standard_normal(samples).astype(np.float32) / 10


def same(found: np.ndarray, expected: np.ndarray) -> None:
    assert np.abs(found - expected).max() <= 3e-6 * np.abs(expected).max()


@pytest.mark.parametrize(
    ("samples", "name"), [(None, "pooled"), (9_999, "short_pooled")], ids=["clip", "short clip"]
)
def test_the_command_line_gives_the_originals_embedding(tiny, tmp_path, monkeypatch, samples, name):
    monkeypatch.setenv("QUINTET_MIN_SECONDS", "0.2")  # the fixtures last 0.41 and 0.23 s
    clip, out = tmp_path / "clip.wav", tmp_path / "x.npz"
    soundfile.write(clip, tiny["waveform"][:samples], RATE, subtype="FLOAT")
    done = cli.main(
        ["encode", str(clip), "--backbone", "jukebox", "--weights", *map(str, PATHS), "--out", str(out)]
    )
    assert done == 0
    same(np.load(out)["embedding"], tiny[name][-1])


def test_all_layers_come_from_one_pass(tiny):
    found = jukebox.curve(jukebox.SPEC, PATHS, "cpu")(tiny["waveform"], RATE)
    same(found, tiny["pooled"])


@pytest.mark.parametrize("layer", [1, 4])
def test_another_layer_can_be_asked_for(tiny, layer):
    spec = jukebox.at_layer(jukebox.SPEC, layer)
    found = jukebox.load(spec, PATHS, "cpu")(tiny["waveform"], RATE)
    same(found.embedding, tiny["pooled"][layer - 1])
    assert found.notices == ()
    backbone = base.resolve("jukebox")
    assert base.fingerprint(replace(backbone, spec=spec), ()) != base.fingerprint(backbone, ())


def test_it_tells_after_each_layer_how_far_it_is(encode, tiny):
    told = []
    net = base.load(base.resolve("jukebox"), PATHS, "cpu", lambda done, total: told.append((done, total)))
    assert told == []
    found = net(tiny["waveform"], RATE)
    assert told == [(done, 6) for done in range(7)]
    np.testing.assert_array_equal(found.embedding, encode(tiny["waveform"], RATE).embedding)


@pytest.mark.parametrize("layer", [0, 73])
def test_a_layer_that_does_not_exist_is_refused(layer):
    with pytest.raises(UsageError, match=f"no layer {layer}; expected one from 1 to 72"):
        jukebox.at_layer(jukebox.SPEC, layer)


def test_a_file_with_fewer_layers_gives_its_last_and_says_so(encode, tiny):
    said = encode(tiny["waveform"], RATE).notices
    assert said == ("This file has 6 layers; the last one stands in for layer 36 of 72.",)


def test_the_level_of_a_clip_does_not_matter(encode, tiny):
    quiet = encode(tiny["waveform"] / 8, RATE)
    np.testing.assert_array_equal(quiet.embedding, encode(tiny["waveform"], RATE).embedding)


def test_weights_are_read_when_they_are_needed_and_once_a_clip(tiny, monkeypatch):
    read, plain = Counter(), Index.read
    monkeypatch.setattr(
        Index, "read", lambda index, name, rows=None: read.update([name]) or plain(index, name, rows)
    )
    encode = jukebox.load(jukebox.at_layer(jukebox.SPEC, 2), PATHS, "cpu")
    assert not [name for name in read if name.startswith(("prior.", "y_emb."))]
    encode(tiny["waveform"], RATE)
    layers = {name.split(".")[3] for name in read if "_attn_mods" in name}
    assert layers == {"0", "1"}
    assert not [
        name for name in read if name.startswith(("encoders.0", "encoders.1", "decoders", "prior.x_out"))
    ]
    assert {count for name, count in read.items() if "_attn_mods" in name} == {1}


def test_half_precision_that_overflows_is_repeated_in_full(tiny):
    nets = networks.official("Jukebox", jukebox.PRIORS["5b"][0], 6, PATHS, "cpu")

    def loud(name: str, rows: int | None = None) -> torch.Tensor:
        values = nets.prior.fetch(name, rows)
        return values.float() * 1e5 if name.endswith("mlp.c_fc.b") else values

    full = replace(nets, prior=replace(nets.prior, fetch=loud))
    half = replace(full, prior=replace(full.prior, dtype=torch.float16))
    expected = full.hear(tiny["waveform"], [6])
    assert np.isfinite(expected).all()
    np.testing.assert_array_equal(half.hear(tiny["waveform"], [6]), expected)


def test_the_small_model_reads_a_file_of_its_own_kind(tmp_path, tiny):
    golden = dict(np.load(GOLDEN / "tiny1b.npz"))
    path = lyrics_file(tmp_path / "prior_level_2.pth.tar", golden)
    found = jukebox.load(jukebox.VARIANTS["1b"], (PATHS[0], path), "cpu")(tiny["waveform"], RATE)
    assert found.embedding.shape == (32,)
    assert np.isfinite(found.frames).all()


def test_one_model_does_not_read_the_others_file(tmp_path):
    path = lyrics_file(tmp_path / "prior_level_2.pth.tar", dict(np.load(GOLDEN / "tiny1b.npz")))
    with pytest.raises(BadWeights, match="another of Jukebox's models"):
        jukebox.load(jukebox.SPEC, (PATHS[0], path), "cpu")
    with pytest.raises(BadWeights, match="another of Jukebox's models"):
        jukebox.load(jukebox.VARIANTS["1b"], PATHS, "cpu")


def lyrics_file(path: Path, golden: dict[str, np.ndarray]) -> Path:
    """The 1B-like fixture in the official format, its sizes inside."""
    import json

    hps = json.loads((GOLDEN / "tiny1b_config.json").read_text(encoding="utf-8"))
    model = {key.removeprefix("w/"): torch.tensor(v) for key, v in golden.items() if key.startswith("w/")}
    torch.save({"hps": hps, "model": model}, path, _use_new_zipfile_serialization=False)
    return path


def test_files_in_the_wrong_order_are_told_apart():
    with pytest.raises(BadWeights, match=r"The file is a prior of Jukebox\. .*vqvae.pth.tar prior_level_2"):
        jukebox.load(jukebox.SPEC, PATHS[::-1], "cpu")


def test_a_file_without_sizes_must_have_the_official_ones(tmp_path):
    whole = torch.load(PATHS[1], weights_only=True)
    path = tmp_path / "prior_level_2.pth.tar"
    torch.save({"model": whole["model"], "step": 1}, path, _use_new_zipfile_serialization=False)
    with pytest.raises(BadWeights, match=r"'y_emb.*' is float32 \(7, 64\), expected .* \(1, 4800\)"):
        jukebox.load(jukebox.SPEC, (PATHS[0], path), "cpu")


@pytest.mark.parametrize(
    ("tensor", "said"),
    [("prime_prior.x_emb.weight", "the prior of Jukebox 5B-lyrics"),
     ("conditioner_blocks.0.x_emb.weight", "one of Jukebox's upsamplers"),
     ("fc.weight", "none of Jukebox's")],
)  # fmt: skip
def test_other_files_are_refused_by_name(tmp_path, tensor, said):
    path = tmp_path / "prior_level_2.pth.tar"
    torch.save({"model": {tensor: torch.zeros(2)}}, path, _use_new_zipfile_serialization=False)
    with pytest.raises(BadWeights, match=said):
        jukebox.load(jukebox.SPEC, (PATHS[0], path), "cpu")


def test_the_control_has_the_size_it_declares(control):
    spec = jukebox.untrained_spec(jukebox.SPEC)
    found = control(noise(3.2), RATE)
    assert (spec.dim, spec.layer.split(",")[0]) == (480, "layer 6 of 6")
    assert found.embedding.shape == (spec.dim,)
    assert found.frames.shape == (3, spec.dim)
    assert base.fingerprint(replace(base.resolve("jukebox"), spec=spec), ("a",)) != base.fingerprint(
        base.resolve("jukebox"), ("a",)
    )


def test_the_control_is_the_same_each_time_and_tells_clips_apart(control):
    again = jukebox.load_untrained(jukebox.untrained_spec(jukebox.SPEC), "cpu")
    first, second = control(noise(1.0), RATE).embedding, control(noise(1.1), RATE).embedding
    np.testing.assert_array_equal(again(noise(1.0), RATE).embedding, first)
    assert np.linalg.norm(first - second) > 1e-3 * np.linalg.norm(first)


def test_what_is_not_heard_is_said(encode):
    whole = noise(1.0)
    whole[0] = 1  # the peak is that of the whole clip, also where it is not heard
    found = encode(whole, RATE)
    assert found.notices[0] == "Jukebox hears the first 0.4 s; the rest of this track was not heard."
    assert found.times[-1, 1] == pytest.approx(128 * 128 / RATE)
    whole[127 * 128 + 10_582 + 1 :] = 0  # what no code depends on
    np.testing.assert_array_equal(encode(whole, RATE).embedding, found.embedding)


def test_the_official_window_is_what_the_published_recipe_hears():
    nets = networks.control("cpu")
    assert nets.reach == 1_059_031
    assert jukebox.SPEC.window / RATE == pytest.approx(23.78, abs=0.01)


def test_a_few_samples_are_refused(encode):
    with pytest.raises(BadAudio, match="127 samples"):
        encode(np.zeros(127, np.float32), RATE)
