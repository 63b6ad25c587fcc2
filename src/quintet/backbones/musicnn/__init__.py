"""musicnn: convolutions shaped like timbres and rhythms; the pools of its features over time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from quintet.backbones import _tag_names as _tags
from quintet.backbones.base import Encoder, Encoding, Spec, WeightFile
from quintet.errors import BadAudio, UsageError

RATE = 16_000
WINDOW = 47_616  # samples: 187 centred frames, 256 apart
REPOSITORY = "https://github.com/jordipons/musicnn/raw/master"
HOP = 47_872  # samples, 2.992 s: 187 frames
PUBLISHED = {  # variant -> sha256 of its .index, sha256 of its .data-00000-of-00001
    "MSD_musicnn": (
        "87f3e0f3550c8d3bafc840374003e5c8af5eeb5ecf6add61af09a7822d3282c8",
        "8579734ee6388f799ed0def4bbd0d1fdcbeaf213ef2a9dc860917bd76a303de6",
    ),
    "MTT_musicnn": (
        "da2d7bb670b2b31e9bc441bb1bd75eca31b5b061f963cc1f9630c1aff3238f57",
        "041f3935e981a65cea739842d30c188d3a7d2adf4410955c8668eb3de4a5acab",
    ),
    "MSD_musicnn_big": ("", ""),  # not in the wheel: held from the first download on
    "MSD_vgg": (
        "50e499238457558bba9f34f8b84d4afb8279afd43520cdf0a4fdf805a49c9ca3",
        "9683d756b8311146534f333502ebf4a2a78a3e320c54ab0411dff6186d8375fc",
    ),
    "MTT_vgg": (
        "4b0d3d2d02bbe0919c063c1fb74bfa9018ac3517e362d681b07444d4207a5f5f",
        "458f5c8bcecc086a3bba3dce83809df6da6e0a3560a59ddd84711bf3d5fd8303",
    ),
}
LAYERS = {  # net -> embedding, its size, values in the net, bytes of its two files, words for a musician
    "musicnn": (
        "mean and maximum over time of the front and middle layers (jukemir's recipe), averaged over patches",
        1506,
        792_079,
        (4_948, 9_465_596),
        "Listens in windows of 3 s with filters tall enough for a timbre and long enough for a rhythm.",
    ),
    "musicnn_big": (
        "mean and maximum over time of the front and middle layers (jukemir's recipe), averaged over patches",
        4194,
        7_993_819,
        (4_948, 95_817_164),
        "The same net with eight times the filters in its middle: what published benchmarks call musicnn.",
    ),
    "vgg": (
        "fifth pooling, flattened, averaged over patches",
        256,
        607_030,
        (2_994, 7_274_112),
        "Listens in windows of 3 s with small square filters, as nets for pictures do.",
    ),
}
TRAINED = {  # data set -> its name, its tags
    "MSD": ("Million Song Dataset (Last.fm tags)", _tags.MILLION_SONGS),
    "MTT": ("MagnaTagATune", _tags.MAGNATAGATUNE),
}


def _spec(variant: str) -> Spec:
    data, net = variant.split("_", 1)
    layer, dim, parameters, sizes, about = LAYERS[net]
    trained_on, tags = TRAINED[data]
    files = (f"musicnn/{variant}/.index", f"musicnn/{variant}/.data-00000-of-00001")
    return Spec(
        title="musicnn" if variant == "MSD_musicnn" else f"musicnn {variant}",
        sample_rate=RATE,
        dim=dim,
        window=WINDOW,
        hop=HOP,
        layer=layer,
        trained_on=(trained_on,),
        licence="ISC",
        source="arXiv:1909.06654; jordipons/musicnn@516acb2",
        mark="circle",
        place=2,
        colours=("#e0700f", "#ff9f45"),
        about=f"{about} It learnt to guess the 50 tags that listeners wrote most often.",
        weights=tuple(
            WeightFile(name, sha256, size, "ISC", **_where(name, net))
            for name, sha256, size in zip(files, PUBLISHED[variant], sizes, strict=True)
        ),
        tags=tags,
        parameters=parameters,
    )


def _where(name: str, net: str) -> dict[str, str]:
    """The wheel has every file but those of the big net, which lie in the authors' repository alone."""
    return {"url": f"{REPOSITORY}/{name}"} if net == "musicnn_big" else {"wheel": "musicnn==0.1.0"}


VARIANTS = {variant: _spec(variant) for variant in PUBLISHED}
SPEC = VARIANTS["MSD_musicnn"]


def load(spec: Spec, paths: tuple[Path, ...], device: str) -> Encoder:
    """The net of that variant with the checkpoint at `paths` (.index, .data). Raises BadWeights."""
    from quintet.backbones.musicnn import state_dict as musicnn_tensors
    from quintet.checkpoints import tensorflow as tf_bundle

    net = _net(spec)
    tensors = tf_bundle.read(paths, musicnn_tensors.shapes(net).__contains__)
    musicnn_tensors.check(tensors, net, spec.title)
    return _encoder(net, tensors, device)


def load_untrained(spec: Spec, device: str) -> Encoder:
    """The net of that variant with the random weights of its recipe: a control."""
    from quintet.backbones.musicnn import state_dict as musicnn_tensors

    return _encoder(_net(spec), musicnn_tensors.drawn(_net(spec)), device)


def _net(spec: Spec) -> str:
    return next(name for name, facts in LAYERS.items() if facts[1] == spec.dim)


def _encoder(net: str, tensors: dict[str, np.ndarray], device: str) -> Encoder:
    import torch

    from quintet.backbones.musicnn import network as musicnn

    build = musicnn.Vgg if net == "vgg" else musicnn.Musicnn
    model = build({name: torch.from_numpy(values) for name, values in tensors.items()}).to(device).eval()

    def encode(wave: np.ndarray, rate: int) -> Encoding:
        _refuse(wave, rate)
        notices = tuple(_notices(len(wave)))
        heard = wave if len(wave) >= WINDOW else np.resize(wave, WINDOW)  # repeated, as in training
        frames, tags = _run(model, heard, device)
        return Encoding(frames, _times(len(frames), len(wave)), frames.mean(0), tags, notices)

    return encode


def _run(model: object, wave: np.ndarray, device: str) -> tuple[np.ndarray, np.ndarray]:
    """Every patch through the net: what it holds (T, dim) and its tags (T, 50)."""
    import torch

    from quintet.backbones.musicnn import frontend as musicnn_input

    rows, tags = [], []
    with torch.inference_mode():
        for batch in musicnn_input.batches(wave, model.BATCH):
            out = model(batch.to(device))
            rows.append(out.embedding.cpu().numpy())
            tags.append(out.logits.sigmoid().cpu().numpy())
    return np.concatenate(rows), np.concatenate(tags)


def _refuse(wave: np.ndarray, rate: int) -> None:
    if rate != RATE:
        raise UsageError(
            f"musicnn was given a wave at {rate} Hz; it hears {RATE} Hz. Resample first: audio.resample."
        )
    if not len(wave):
        raise BadAudio("There is no sound in it: 0 samples. Choose a file of at least half a second.")


def _notices(samples: int) -> Iterator[str]:
    if samples < WINDOW:
        yield f"musicnn needs {WINDOW / RATE:.1f} s; these {samples / RATE:.1f} s were repeated to fill them."
        return
    rest = samples - (1 + samples // 256) // 187 * HOP
    if rest > HOP / 2:
        yield f"musicnn hears windows of {HOP / RATE:.1f} s; the last {rest / RATE:.1f} s were not heard."


def _times(patches: int, samples: int) -> np.ndarray:
    """(T, 2) s: where each patch begins and ends, never past the clip's end."""
    starts = np.arange(patches) * HOP / RATE
    return np.stack([starts, np.minimum(starts + HOP / RATE, samples / RATE)], 1).astype(np.float32)
