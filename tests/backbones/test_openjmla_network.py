"""OpenJMLA's encoder against MMSelfSup's, small and at full size, with random weights that both drew."""

import json
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

from quintet.backbones.openjmla import network, state_dict

GOLDEN = Path(__file__).parents[1] / "golden" / "openjmla"
TOKENS = 2e-5  # given the same spectrogram; 8 heads instead of 12 differ by far more
CLIPS = ("clip_10s", "long_31s")
KERNEL = "patch_embed.projection.weight"


def golden(name: str) -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / f"{name}.npz"))


def spectrogram(clip: str) -> torch.Tensor:
    return torch.from_numpy(golden(f"fe_{clip}")["spec_ch0"])  # (1, 80, 2992)


def close(found: torch.Tensor, expected: np.ndarray, atol: float = TOKENS) -> None:
    np.testing.assert_allclose(found.numpy(), expected, rtol=0, atol=atol)


@pytest.fixture(scope="module")
def small() -> dict[str, torch.Tensor]:
    """The weights of the small net, which came with the numbers."""
    arrays = golden("vit_small_80x96")
    return {name.removeprefix("sd/"): torch.from_numpy(a) for name, a in arrays.items() if name[:3] == "sd/"}


@pytest.fixture(scope="module")
def drawn() -> dict[str, torch.Tensor]:
    return state_dict.random()


@pytest.fixture(scope="module", params=CLIPS)
def passed(request, drawn) -> tuple[str, list[torch.Tensor]]:
    """A clip's name, what enters the first block, what each block gives, and the tokens at the end."""
    net = network.Vit(drawn, state_dict.HEADS)
    with torch.inference_mode():
        steps = [net.embedded(spectrogram(request.param))]
        for block in net.blocks:
            steps.append(block(steps[-1]))
        return request.param, [*steps, net.norm(steps[-1])]


def test_patches_and_positions_equal_the_original_on_three_unlike_channels(small):
    """Ours sums the kernel over the channels, which were unlike here: so it gets one channel at a time."""
    arrays, total = golden("vit_small_80x96"), 0
    with torch.inference_mode():
        for channel in range(3):
            alone = torch.zeros_like(small[KERNEL])
            alone[:, channel] = small[KERNEL][:, channel]
            net = network.Vit(small | {KERNEL: alone}, 4)
            x = torch.from_numpy(arrays["input"][:, channel])
            nothing = net.embedded(torch.zeros_like(x))  # bias and positions, to be counted once
            total = total + net.embedded(x) - (nothing if channel else 0)
    close(total, arrays["embed_in"])


def test_every_block_of_the_small_net_equals_the_original(small):
    arrays, net = golden("vit_small_80x96"), network.Vit(small, 4)
    assert len(net.blocks) == 3
    with torch.inference_mode():
        x = torch.from_numpy(arrays["embed_in"])
        for number, block in enumerate(net.blocks):
            x = block(x)
            close(x, arrays[f"block{number}"])
        tokens = net.norm(x)
    close(tokens, arrays["tokens"])
    close(tokens[:, 0], arrays["cls"])
    close(tokens[:, 1:].mean(1), arrays["mean_patch"])
    close(tokens.mean(1), arrays["mean_all"])


def test_the_small_net_on_the_true_grid_equals_the_original():
    shapes = json.loads((GOLDEN / "vit_small_80x2992.keys.json").read_text())
    drawn = {n: torch.from_numpy(state_dict.draw(n, tuple(s))) for n, s in shapes.items()}
    expected = golden("vit_small_80x2992")
    with torch.inference_mode():
        tokens = network.Vit(drawn, 4)(spectrogram("clip_10s"))
    close(tokens, expected["tokens"])
    close(tokens[:, 0], expected["cls"])
    close(tokens[:, 1:].mean(1), expected["mean_patch"])


def test_the_random_weights_are_the_same_bits_everywhere(drawn):
    expected = json.loads((GOLDEN / "vit_full.weights_crc.json").read_text())
    assert len(expected) == 150
    shapes = {name: tuple(facts["shape"]) for name, facts in expected.items()}
    assert state_dict.shapes() == shapes
    found = {name: zlib.crc32(values.numpy().tobytes()) for name, values in drawn.items()}
    assert found == {name: facts["crc32"] for name, facts in expected.items()}


def test_every_block_at_full_size_equals_the_original(passed):
    clip, steps = passed
    expected = golden("vit_full_outputs")
    blocks = torch.cat(steps[:-1])  # (13, 936, 768)
    close(blocks[:, 1, :8], expected[f"{clip}/block_tok1_first8"])
    stats = torch.stack([blocks.mean((1, 2)), blocks.std((1, 2)), blocks.abs().amax((1, 2))], 1)
    close(stats, expected[f"{clip}/block_stats"])


def test_the_tokens_at_full_size_equal_the_original(passed):
    clip, (*_, tokens) = passed
    expected = golden("vit_full_outputs")
    close(tokens[:, expected["token_index"]], expected[f"{clip}/tokens_sel"])
    close(tokens[:, 0], expected[f"{clip}/cls"])
    close(tokens[:, 1:].mean(1), expected[f"{clip}/mean_patch"])
    close(tokens.mean(1), expected[f"{clip}/mean_all"])
    close(tokens[:, 1:].unflatten(1, (5, 187)).mean(2), expected[f"{clip}/freq_mean_over_time"])


def test_windows_together_give_what_each_gives_alone(small):
    net = network.Vit(small, 4)
    x = torch.from_numpy(golden("vit_small_80x96")["input"][:, 0])
    with torch.inference_mode():
        close(net(x), torch.cat([net(x[:1]), net(x[1:])]).numpy())
