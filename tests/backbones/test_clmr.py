"""CLMR from the command line: every released form of its files gives its authors' numbers."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from quintet import cli
from quintet.backbones import _random_weights, base, clmr
from quintet.backbones.clmr import state_dict
from quintet.embeddings import models
from quintet.errors import BadWeights

pytestmark = pytest.mark.usefixtures("one_thread")
GOLDEN = Path(__file__).parents[1] / "golden"
RATE = 22_050
Tensors = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / "clmr" / "clmr.npz"))


@pytest.fixture(scope="module")
def drawn() -> Tensors:
    """An encoder's state dict as PyTorch would save it, without prefix."""
    counters = {f"sequential.{n}.1.num_batches_tracked": () for n in range(11)}
    return tensors(state_dict.shapes() | counters)


def tensors(shapes: dict[str, tuple[int, ...]], prefix: str = "") -> Tensors:
    drawn = _random_weights.state({prefix + name: shape for name, shape in shapes.items()})
    return {name.removeprefix(prefix): torch.from_numpy(values) for name, values in drawn.items()}


def head(kind: str) -> Tensors:
    return tensors(state_dict.head_shapes({"linear": 1, "mlp": 2}[kind]), f"{kind}.")


def prefixed(prefix: str, state: Tensors) -> Tensors:
    return {prefix + name: values for name, values in state.items()}


def plain(drawn: Tensors) -> Tensors:
    """Release 2.0."""
    projector = {"projector.0.weight": torch.zeros(512, 512), "projector.2.weight": torch.zeros(128, 512)}
    return prefixed("encoder.", drawn) | projector


def lightning(drawn: Tensors) -> dict:
    """Release 2.1: everything twice, inside a trainer's checkpoint."""
    projector = {f"model.projector.{n}.weight": torch.zeros(size, 512) for n, size in ((0, 512), (2, 64))}
    state = prefixed("encoder.", drawn) | prefixed("model.encoder.", drawn) | projector
    return {"epoch": 10_000, "global_step": 1, "pytorch-lightning_version": "1.2.4", "state_dict": state,
            "callbacks": {}, "optimizer_states": [{"state": {}}], "lr_schedulers": []}  # fmt: skip


def numbered(drawn: Tensors) -> Tensors:
    """Before 2.0: layers counted from 1."""
    renamed = {}
    for name, values in drawn.items():
        _, block, rest = name.split(".", 2)
        renamed[f"encoder.conv{int(block) + 1}.{rest}"] = values
    return renamed


FORMS = {"plain": plain, "lightning": lightning, "numbered": numbered}


@pytest.fixture
def encoder(drawn, tmp_path) -> Path:
    return saved(plain(drawn), tmp_path / "clmr_checkpoint_10000.pt")


def saved(held: dict, path: Path, **how: bool) -> Path:
    torch.save(held, path, **how)
    return path


def zipped(path: Path, *members: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/clmr/._clmr.pt", b"not weights")
        archive.writestr("clmr/readme.txt", "hello")
        for member in members:
            archive.write(member, f"clmr/{member.name}")
    return path


def wave(clip: str) -> np.ndarray:
    return np.load(GOLDEN / "inputs" / "inputs.npz")[f"{clip}_{RATE}"]


def heard(tmp_path: Path, clip: str, *weights: Path) -> dict[str, np.ndarray]:
    """What the command line writes."""
    sound, out = tmp_path / f"{clip}.wav", tmp_path / "out.npz"
    soundfile.write(sound, wave(clip), RATE, subtype="PCM_16")
    given = ["--weights", *map(str, weights)]
    assert cli.main(["encode", str(sound), "--backbone", "clmr", *given, "--out", str(out)]) == 0
    return dict(np.load(out))


def close(found: np.ndarray, golden: np.ndarray) -> None:
    np.testing.assert_allclose(found, golden, rtol=0, atol=1e-5)


@pytest.mark.parametrize("clip", ["synth", "vibeace"])
def test_a_clip_equals_the_original(tmp_path, encoder, expected, clip):
    found = heard(tmp_path, clip, encoder)
    close(found["frames"], expected[f"{clip}_embedding"])
    close(found["embedding"], expected[f"{clip}_embedding_mean"])
    np.testing.assert_allclose(found["times"], np.arange(4)[:, None] * 2.678 + [0, 2.678], atol=1e-3)
    assert "tags" not in found
    assert "untrained" not in found


@pytest.mark.parametrize("old", [False, True], ids=["zip format", "format before PyTorch 1.6"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_encoder_is_read(tmp_path, drawn, expected, form, old):
    path = saved(FORMS[form](drawn), tmp_path / "encoder.ckpt", _use_new_zipfile_serialization=not old)
    close(heard(tmp_path, "vibeace", path)["embedding"], expected["vibeace_embedding_mean"])


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_tags_equal_the_original(tmp_path, encoder, expected, kind):
    found = heard(tmp_path, "vibeace", encoder, saved(head(kind), tmp_path / "head.pt"))
    close(found["tags"].mean(0), expected[f"vibeace_{kind}_track_prob"])
    assert tuple(found["tag_names"]) == clmr.SPEC.tags


def test_a_lightning_head_that_repeats_the_encoder_is_read(tmp_path, encoder, drawn, expected):
    wrong = {name: torch.zeros_like(values) for name, values in drawn.items()}
    held = {"state_dict": prefixed("model.", head("mlp")) | prefixed("encoder.", wrong)}
    found = heard(tmp_path, "vibeace", saved(held, tmp_path / "mlp_epoch=34-step=2589.ckpt"), encoder)
    close(found["embedding"], expected["vibeace_embedding_mean"])
    close(found["tags"].mean(0), expected["vibeace_mlp_track_prob"])


def test_encoder_and_head_are_told_apart_in_any_order(tmp_path, encoder, here):
    mine = saved(head("linear"), tmp_path / "head.pt")
    orders = (encoder, mine), (mine, encoder), (encoder,)
    one, other, alone = (models.resolve_model("clmr", here, given) for given in orders)
    assert one.paths == other.paths == (encoder, mine)
    assert one.fingerprint == other.fingerprint == alone.fingerprint  # the head changes no embedding


def test_a_zip_of_both_is_read(tmp_path, drawn, expected):
    both = zipped(tmp_path / "clmr_magnatagatune_mlp.zip",
                  saved(head("mlp"), tmp_path / "mlp.ckpt"),
                  saved({"state": {0: {"exp_avg": torch.zeros(3)}}}, tmp_path / "clmr_optim.pt"),
                  saved(lightning(drawn), tmp_path / "clmr.ckpt"))  # fmt: skip
    found = heard(tmp_path, "vibeace", both)
    close(found["embedding"], expected["vibeace_embedding_mean"])
    close(found["tags"].mean(0), expected["vibeace_mlp_track_prob"])


def test_zips_of_each_are_read(tmp_path, encoder, expected):
    mine = zipped(tmp_path / "finetuner_checkpoint_200.zip", saved(head("linear"), tmp_path / "head.pt"))
    found = heard(tmp_path, "vibeace", mine, zipped(tmp_path / "clmr_checkpoint_10000.zip", encoder))
    close(found["tags"].mean(0), expected["vibeace_linear_track_prob"])


def test_one_full_segment_is_kept_and_less_than_two_is_one(encoder):
    encode = base.load(base.resolve("clmr"), (encoder,), "cpu")
    samples = wave("vibeace").astype(np.float32) / 32768
    one, most = encode(samples[:59_049], RATE), encode(samples[:118_097], RATE)
    np.testing.assert_array_equal(one.frames, most.frames)
    assert not one.notices
    assert most.notices == ("CLMR hears windows of 2.7 s; the last 2.7 s were not heard.",)
    assert len(encode(samples[:118_098], RATE).frames) == 2


def test_a_short_clip_is_repeated_to_one_segment(encoder):
    encode = base.load(base.resolve("clmr"), (encoder,), "cpu")
    samples = wave("vibeace")[:20_000].astype(np.float32) / 32768
    short, long = encode(samples, RATE), encode(np.resize(samples, 59_049), RATE)
    np.testing.assert_array_equal(short.frames, long.frames)
    assert short.notices == ("CLMR needs 2.7 s; these 0.9 s were repeated to fill them.",)
    assert short.times.tolist() == [[0, np.float32(20_000 / RATE)]]


def test_the_control_hears_with_the_recipes_weights(expected):
    found = base.load_untrained(base.resolve("clmr"), "cpu")(wave("synth").astype(np.float32) / 32768, RATE)
    close(found.embedding, expected["synth_embedding_mean"])
    close(found.tags.mean(0), expected["synth_linear_track_prob"])


def refused(*paths: Path) -> str:
    with pytest.raises(BadWeights) as caught:
        base.load(base.resolve("clmr"), paths, "cpu")
    return str(caught.value)


def test_a_file_that_needs_lightning_is_refused_with_the_way_out(tmp_path, drawn, monkeypatch):
    import sys
    from types import ModuleType

    module = ModuleType("pytorch_lightning")
    module.ModelCheckpoint = type("ModelCheckpoint", (), {"__module__": "pytorch_lightning"})
    monkeypatch.setitem(sys.modules, "pytorch_lightning", module)
    path = saved(lightning(drawn) | {"callbacks": {module.ModelCheckpoint: {}}}, tmp_path / "clmr.ckpt")
    said = refused(path)
    assert "pytorch_lightning.ModelCheckpoint" in said
    assert "never done" in said
    assert "quintet weights get clmr" in said


def test_a_head_alone_is_refused(tmp_path):
    said = refused(saved(head("linear"), tmp_path / "head.pt"))
    assert said.startswith("There is no encoder of CLMR in head.pt, only a tag head.")


def test_a_zip_without_a_checkpoint_is_refused(tmp_path):
    assert "zip without a checkpoint" in refused(zipped(tmp_path / "some.zip"))


def test_a_damaged_zip_is_refused(tmp_path, encoder):
    path = zipped(tmp_path / "some.zip", encoder)
    path.write_bytes(path.read_bytes().replace(b"\x00" * 64, b"\x01" * 64, 1))
    assert "--weights FILE" in refused(path)


def test_a_zip_made_to_fill_the_disk_is_refused(tmp_path, encoder, monkeypatch):
    monkeypatch.setattr("quintet.checkpoints.torch_archive.LARGEST", 1_000_000)
    assert "at most 1,000,000 are read" in refused(zipped(tmp_path / "some.zip", encoder))


def test_an_encoder_of_another_width_is_refused(tmp_path, drawn):
    other = drawn | {"sequential.4.0.weight": torch.zeros(128, 256, 3)}
    assert "expected float32 (256, 256, 3)" in refused(saved(plain(other), tmp_path / "encoder.pt"))


def test_weights_that_are_no_numbers_are_refused(tmp_path, drawn):
    other = drawn | {"sequential.4.1.bias": torch.full((256,), torch.nan)}
    assert "damaged: 'sequential.4.1.bias'" in refused(saved(plain(other), tmp_path / "encoder.pt"))


def test_an_incomplete_encoder_is_refused(tmp_path, drawn):
    other = {name: values for name, values in drawn.items() if name != "sequential.3.0.bias"}
    assert "'sequential.3.0.bias' (256,) is missing" in refused(saved(plain(other), tmp_path / "encoder.pt"))


def test_another_nets_file_is_refused_by_name(tmp_path):
    path = tmp_path / "net.pth"
    saved({"features.13.weight": torch.zeros(1), "embeddings.4.weight": torch.zeros(1)}, path)
    said = "net.pth is VGGish's net, torchvggish's file; weights of CLMR were expected."
    assert refused(path).startswith(said)
