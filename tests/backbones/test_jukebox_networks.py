"""Jukebox's nets against the authors' own code, in float32, at the tolerances of its fixtures."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from quintet.backbones.jukebox import sizes, state_dict, vqvae
from quintet.backbones.jukebox.attention import attend
from quintet.backbones.jukebox.prior import Prior, time_bins
from quintet.backbones.jukebox.sizes import COLUMN, DENSE, LYRICS, LYRICS_1B, PREVIOUS, ROW, PriorSize, VqSize
from quintet.checkpoints import torch_index
from quintet.errors import BadWeights

GOLDEN = Path(__file__).parents[1] / "golden" / "jukebox"
PATTERNS = {"f0": DENSE, "f1": ROW, "f2": COLUMN, "f3": PREVIOUS, "f7": LYRICS}
KEYS = {  # file of keys -> the tensors that are needed, how many it has in all
    "vqvae": (state_dict.vq_shapes(VqSize()), 669),
    "prior_5b": (state_dict.prior_shapes(PriorSize(), 72), 872),
    "prior_1b_lyrics": (state_dict.prior_shapes(LYRICS_1B, 72), 872),
}


def golden(name: str) -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / f"{name}.npz"))


def config(name: str) -> dict:
    return json.loads((GOLDEN / f"{name}_config.json").read_text(encoding="utf-8"))


def fetch(weights: dict[str, np.ndarray], prefix: str):
    return lambda name, rows=None: torch.tensor(weights[prefix + name])[:rows]


def safetensors(path: Path) -> dict[str, np.ndarray]:
    """The format's whole definition: a length, a JSON table, the numbers."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    table = json.loads(data[8:start])
    found = {}
    for name, entry in table.items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            dtype = {"F16": "<f2", "F32": "<f4"}[entry["dtype"]]
            values = np.frombuffer(data[start + first : start + last], dtype)
            found[name] = values.reshape(entry["shape"])
    return found


@pytest.fixture(autouse=True)
def inference():
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # products this small only wait for one another
    with torch.inference_mode():
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tiny() -> dict[str, np.ndarray]:
    return golden("tiny5b_io")


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    return safetensors(GOLDEN / "tiny5b_weights.safetensors")


@pytest.fixture(scope="module")
def ears(weights) -> vqvae.Encoder:
    return vqvae.Encoder(sizes.vq(config("tiny5b")["vqvae"]), fetch(weights, "vqvae."))


@pytest.fixture(scope="module")
def prior(weights) -> Prior:
    size = sizes.prior(config("tiny5b")["prior"], PriorSize(), codes=64)
    return Prior(size, fetch(weights, "prior_level_2."))


def heard(prior: Prior, codes: np.ndarray) -> np.ndarray:
    """What every layer holds: (layers, T, W)."""
    last = prior.size.depth
    return np.stack([x.numpy().copy() for x in prior.layers(torch.tensor(codes).long(), last)])


def same_means(found: np.ndarray, expected: np.ndarray, tolerance: float = 3e-6) -> None:
    assert np.abs(found - expected).max() <= tolerance * np.abs(expected).max()


def test_the_official_file_holds_what_the_fixture_does(weights):
    for name, prefix in (("tiny_vqvae", "vqvae."), ("tiny_prior_level_2", "prior_level_2.")):
        index = torch_index.index(GOLDEN / f"{name}.pth.tar")
        held = {key.removeprefix(prefix): v for key, v in weights.items() if key.startswith(prefix)}
        assert held
        assert [k for k, v in held.items() if not np.array_equal(index.read(k), v)] == []


@pytest.mark.parametrize("name", KEYS)
def test_the_tensors_needed_are_in_the_official_file(name):
    shapes, count = KEYS[name]
    keys = json.loads((GOLDEN / "keys" / f"{name}.json").read_text(encoding="utf-8"))["keys"]
    assert len(keys) == count
    for key, shape in shapes.items():
        held = tuple(keys[key][0])
        assert held == shape or (shape[0] == 1 and held[1:] == shape[1:]), key


def test_the_published_counts_of_values_are_met():
    assert state_dict.count(state_dict.vq_shapes(VqSize())) == 299_296
    layers = [state_dict.prior_shapes(PriorSize(), n) for n in (0, 36)]
    assert state_dict.count(layers[1]) - state_dict.count(layers[0]) == 2_489_659_200


def test_a_code_reaches_as_far_as_was_measured():
    assert VqSize().reach == 10_582
    assert VqSize().hop == 128


def test_the_encoder_equals_the_original(ears, tiny):
    values = ears.values(torch.tensor(tiny["waveform"])).numpy()
    np.testing.assert_allclose(values, tiny["enc2_out"], rtol=1e-4, atol=5e-4)  # of values up to 184


@pytest.mark.parametrize("tile", [200, 999, 8192])
def test_codes_equal_the_original_however_the_wave_is_cut_into_tiles(ears, tiny, tile, monkeypatch):
    monkeypatch.setattr(vqvae, "TILE", tile)
    np.testing.assert_array_equal(ears.codes(torch.tensor(tiny["waveform"])), tiny["codes_level2_full"])


@pytest.mark.parametrize(
    ("wave", "samples", "codes"),
    [("waveform2", None, "codes2"), ("waveform", 16_384, "codes_if_cut_at_16384"),
     ("waveform", 9_999, "short_codes")],
)  # fmt: skip
def test_codes_of_other_clips_equal_the_original(ears, tiny, wave, samples, codes):
    found = ears.codes(torch.tensor(tiny[wave][:samples]))
    np.testing.assert_array_equal(found[: len(tiny[codes])], tiny[codes])


def test_conditions_and_input_equal_the_original(prior, tiny):
    np.testing.assert_array_equal(prior.time(slice(None)), tiny["x_cond"])
    np.testing.assert_array_equal(prior.label(), tiny["y_cond"])
    np.testing.assert_array_equal(prior.start(torch.tensor(tiny["codes"]).long()), tiny["input_embedding"])


@pytest.mark.parametrize("name", ["", "short_"])
def test_every_layer_equals_the_original(prior, tiny, name):
    found = heard(prior, tiny[f"{name}codes"])
    np.testing.assert_allclose(found, tiny[f"{name}acts"], atol=2e-5, rtol=0)
    same_means(found.mean(1), tiny[f"{name}pooled"])


def test_the_second_clip_of_a_batch_equals_the_original(prior, tiny):
    same_means(heard(prior, tiny["codes2"]).mean(1), tiny["pooled2"])


def test_a_beginning_is_heard_as_it_is_in_the_whole(prior, tiny):
    whole, part = heard(prior, tiny["codes"]), heard(prior, tiny["codes"][:77])
    np.testing.assert_allclose(part, whole[:, :77], atol=2e-5, rtol=0)


def test_the_real_geometry_equals_the_original():
    expected, size = golden("ctx8192"), sizes.prior(config("ctx8192"), PriorSize(), codes=64)
    prior = Prior(size, fetch(expected, "w/"))
    found = heard(prior, expected["codes"])
    assert (size.tokens, size.row, found.shape) == (8192, 64, (3, 8192, 16))
    np.testing.assert_array_equal(prior.label(), expected["y_cond"])
    np.testing.assert_allclose(found[:, expected["sel"]], expected["acts_sel"], atol=2e-5, rtol=0)
    same_means(found.mean(1), expected["pooled"])


def test_the_real_steps_of_time_equal_the_original():
    expected = golden("cond5b_bins")
    total, absolute, relative = time_bins(PriorSize())
    assert total == expected["total"]
    np.testing.assert_array_equal(absolute, expected["absolute"])
    np.testing.assert_array_equal(relative, expected["relative"])


def test_tokens_that_outlast_the_track_end_with_it():
    size = replace(PriorSize(), rate=441, tokens=256)  # 74 s of tokens for a track of 62 s
    _, absolute, relative = time_bins(size)
    np.testing.assert_array_equal(relative, np.arange(256) // 2)  # 128 bins over the whole track
    assert absolute.max() == int(128 * (255 / 256 * 256 * 128 / 441) / 600)


def test_the_model_with_lyrics_equals_the_original():
    expected, size = golden("tiny1b"), sizes.prior(config("tiny1b"), LYRICS_1B, codes=64)
    prior = Prior(size, fetch(expected, "w/"))
    np.testing.assert_array_equal(prior.time(slice(None)), expected["x_cond"][size.lyrics :])
    assert not expected["x_cond"][: size.lyrics].any()
    found = heard(prior, expected["codes"])
    music = expected["acts_before_final_cond"][:, size.lyrics :]
    np.testing.assert_allclose(found[expected["layers"] - 1], music, atol=5e-5, rtol=0)
    same_means(found.mean(1), expected["pooled_music_part"], 1e-5)


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("item", [0, 1])
def test_each_kind_of_attention_equals_the_original(name, item):
    expected = golden("attention_patterns")
    weights = {part: torch.tensor(expected[f"{name}/{part}"])
               for part in ("c_attn.w", "c_attn.b", "c_proj.w", "c_proj.b")}  # fmt: skip
    qkv = torch.tensor(expected["x"][item]) @ weights["c_attn.w"] + weights["c_attn.b"]
    found = attend(PATTERNS[name], pattern_size(), *(x.unflatten(1, (2, -1)) for x in qkv.chunk(3, 1)))
    np.testing.assert_allclose(found, expected[f"{name}/before_c_proj"][item], atol=2e-6)
    out = found @ weights["c_proj.w"] + weights["c_proj.b"]
    np.testing.assert_allclose(out, expected[f"{name}/out"][item], atol=4e-6)


@pytest.mark.parametrize("name", PATTERNS)
def test_each_kind_of_attention_hears_what_the_original_does(name):
    alike, one_each = torch.zeros(48, 1, 4), torch.eye(48)[:, None]
    found = attend(PATTERNS[name], pattern_size(), alike, alike, one_each)  # (48, 48): the weight of each
    np.testing.assert_array_equal(found > 0, golden("attention_patterns")[f"{name}/attends"])


def pattern_size() -> PriorSize:
    return PriorSize(tokens=38, lyrics=10, blocks=6, width=32, heads=2)


def test_the_layers_attend_in_the_published_order():
    kinds = [PriorSize().attention(n) for n in range(36)]
    assert [kinds.count(kind) for kind in (ROW, COLUMN, PREVIOUS)] == [12, 12, 12]
    others = {n: LYRICS_1B.attention(n) for n in range(72)
              if LYRICS_1B.attention(n) in (LYRICS, DENSE)}  # fmt: skip
    assert others == {15: LYRICS, 31: LYRICS, 47: DENSE, 63: LYRICS}
    assert (LYRICS_1B.row, LYRICS_1B.heard_lyrics) == (102, 448)


def test_half_precision_stays_near(prior, tiny):
    found = heard(replace(prior, dtype=torch.float16), tiny["codes"]).mean(1)
    same_means(found, tiny["pooled"], 5e-3)


@pytest.mark.parametrize(
    ("hps", "said"),
    [({"prior_width": "wide"}, "prior_width = 'wide'"), ({"n_ctx": 0}, "n_ctx = 0"),
     ({"heads": True}, "heads = True"), ({"blocks": 7}, "do not fit together"),
     ({"attn_order": 12}, "another of Jukebox's models"),
     ({"use_tokens": True, "n_tokens": 64, "n_vocab": 79}, "another of Jukebox's models")],
)  # fmt: skip
def test_sizes_that_cannot_be_are_refused(hps, said):
    with pytest.raises(BadWeights, match=said):
        sizes.prior(hps, PriorSize(), codes=2048)


@pytest.mark.parametrize("hps", [{"downs_t": 3}, {"downs_t": (3, 2)}, {"hvqvae_multipliers": (1, 1, 0)}])
def test_sizes_of_the_vq_vae_that_cannot_be_are_refused(hps):
    with pytest.raises(BadWeights, match="The file says"):
        sizes.vq(hps)
