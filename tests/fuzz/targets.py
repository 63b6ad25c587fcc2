"""Every door of Quintet that reads what others wrote: the one place that names the product's own code."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path

import numpy as np

from quintet import audio, settings
from quintet.audio import Limits
from quintet.catalogue import locations, query, rows, track_lists, tracks
from quintet.checkpoints import identify, torch_archive, torch_checkpoint, torch_index
from quintet.checkpoints import tensorflow as tf_bundle
from quintet.datasets import _id3
from quintet.datasets.base import DatasetLocation, ReadReport
from quintet.embeddings import models as collection
from quintet.errors import (
    BadAudio,
    BadData,
    BadWeights,
    EncodeError,
    MissingData,
    MissingEmbeddings,
    MissingWeights,
    QuintetError,
    StoreError,
    UnknownName,
    UsageError,
)
from quintet.evaluation import external_embeddings
from quintet.storage import json_files
from quintet.storage import tables as store
from quintet.weights import checksums as sums
from quintet.weights import staging
from tests.fuzz import seeds
from tests.fuzz.seeds import Seed
from tests.fuzz.worker import Wrong, finite

RATE = 16_000  # Hz that most nets hear
LIMITS = Limits(max_seconds=60.0)  # a mutant's header may state hours


@dataclass(frozen=True)
class Target:
    """A door: what it is given, how it is called, which refusals are right, whether they name a file."""

    name: str
    seeds: Callable[[], list[Seed]]
    run: Callable[[Path, int], object]
    refusals: tuple[type[QuintetError], ...]
    names: bool = True
    whole: bool = True  # a whole file is accepted: not where only a net of its true size would be


def hear(path: Path, number: int) -> None:
    """The whole file, an excerpt of it, or its bytes as an upload; then all a page makes of the wave."""
    if number % 3 == 0:
        clip = audio.decode_bytes(path.read_bytes(), path.name, LIMITS)
    elif number % 3 == 1:
        clip = audio.decode(path, LIMITS)
    else:
        limits = replace(LIMITS, min_seconds=0.05)
        clip = audio.decode(path, limits, start=(0.1, 0.3, 5.0)[number // 3 % 3], seconds=0.2)
    wave = clip.samples
    if wave.dtype != np.float32 or wave.ndim != 1 or clip.seconds > LIMITS.max_seconds + 1:
        raise Wrong(f"{wave.dtype} {wave.shape}, {clip.seconds:g} s")
    if not np.isfinite(wave).all():
        raise Wrong("samples that are not finite")
    bad = [notice for notice in clip.notices if not notice.isprintable()]
    if bad:
        raise Wrong(f"the notice {bad[0]!r}")
    lower = audio.resample(wave, clip.rate, RATE)
    finite(clip.rate, float(np.abs(lower).max(initial=0)))
    if not np.isfinite(lower).all():
        raise Wrong("resampled to what is not finite")
    audio.mel_image(wave, clip.rate, columns=60)
    audio.peaks(wave, 60)
    audio.as_wav(wave[: clip.rate], clip.rate)


def tags(path: Path, _: int) -> None:
    """A file's own tags: what cannot be read is said, never raised."""
    found = _id3.read(path)
    finite(found.seconds, found.bitrate)
    texts = (found.title, found.artist, found.album, found.trouble, *found.genres)
    if any("\0" in text or "\n" in text for text in texts):
        raise Wrong(f"a tag with a NUL or a line break: {texts!r}")
    "".join(texts).encode()


def read_dataset(name: str, root: Path, _: int, artists: str = "") -> None:
    """All tracks of a dataset as rows of its table, and the embeddings that come with it."""
    from quintet import registry

    module, notes = registry.module("datasets", name), ReadReport()
    place = DatasetLocation(root, artists=root / artists if artists else None)
    reading = module.read(place, notes)
    found = list(reading.tracks)
    batch = rows.batch(found, [0] * len(found), 0, reading.facts)
    "".join(text for kind in notes.examples.items() for text in (kind[0], *kind[1])).encode()
    rows.from_text(rows.as_text(reading.facts))
    finite(*(value for value in batch["seconds"].to_pylist()))
    for ready in getattr(module, "ready", lambda _: [])(place):
        for _ids, matrix in ready.rows():
            if not np.isfinite(matrix).all():
                raise Wrong(f"{ready.key} has values that are not finite")
    if name == "fma":
        list(module.verify(place))


def read_checkpoint(door: Callable[[Path], object], path: Path, _: int) -> None:
    """A PyTorch file by one of its readers, or as a net's weights; and what its names say it is."""
    identify.names(path)
    door(path)


def _staged(path: Path) -> None:
    """A user's own file on its way into the weights folder, out of a zip where it is one."""
    from quintet.backbones import clmr

    file = clmr.SPEC.weights[0]
    here = _here(path.parent / "staged")
    staging.verify(replace(file, sha256="0" * 64), staging.import_file(file, path, here), here)


def _indexed(path: Path) -> None:
    index = torch_index.index(path)
    for name in index.places:
        index.read(name)


def load_net(key: str, *paths: Path) -> object:
    """A backbone with these weights, on the CPU."""
    from quintet.backbones import base

    backbone = base.resolve(key)
    needed = len(backbone.spec.weights)
    given = (paths * needed)[:needed] if len(paths) < needed and key != "clmr" else paths
    return base.load(backbone, given, "cpu")


def read_jukebox(path: Path, number: int) -> None:
    """Jukebox in small out of its two files, and what it then hears in a second of sound."""
    net = load_net("jukebox", path, path.with_name("tiny_prior_level_2.pth.tar"))
    encode = collection._guarded(net, "Jukebox")  # its numbers are read when they are needed
    if number % 4 == 0:
        wave = np.sin(np.arange(44_100) / 20).astype(np.float32)
        if not np.isfinite(encode(wave, 44_100).embedding).all():
            raise Wrong("an embedding that is not finite")


def read_tensorflow(path: Path, number: int) -> None:
    """TensorFlow's checkpoints: all tensors, or as a net's weights."""
    identify.names(path)
    if number % 3 == 0:
        load_net("vggish", path)
    elif number % 3 == 1:
        load_net("musicnn", path, path)
    else:
        tf_bundle.read((path,))


def read_pca(path: Path, _: int) -> None:
    """VGGish's PCA: the net beside it is too large to be made for each mutant."""
    from quintet.backbones import vggish
    from quintet.backbones.vggish import state_dict
    from quintet.checkpoints import state_dict_check

    identify.names(path)
    state_dict_check.fit(vggish._pca(path), state_dict.PCA, "VGGish with PCA")


def read_arrays(path: Path, _: int) -> None:
    """Anyone's arrays, as the benchmark takes them."""
    labelled = external_embeddings.load(path)
    if not np.isfinite(labelled.X).all():
        raise Wrong("values that are not finite")


def read_run(path: Path, _: int) -> None:
    """A stored run and its scores."""
    from quintet.evaluation import runs

    run = external_embeddings.read(path)
    _ = run.right, runs.confusion(run)


def read_document(path: Path, _: int) -> None:
    """A small result: what is damaged counts as not there."""
    if not isinstance(json_files.read(path), dict):
        raise Wrong("no dictionary")


def read_encoding(path: Path, _: int) -> None:
    """A kept encoding: what is damaged counts as not there."""
    from quintet.embeddings import clip_cache

    here = _here(path.parent)
    at = clip_cache.path(_source(), path.stem, here)
    at.parent.mkdir(parents=True)
    os.replace(path, at)
    clip_cache.expected_seconds(_source(), 3.0, here)
    clip_cache.get(_source(), path.stem, here)


def read_probe(path: Path, _: int) -> None:
    """A kept probe."""
    from quintet.evaluation import probe

    probe.load(path)


def read_status(path: Path, _: int) -> None:
    """How far a job is."""
    from quintet.jobs import progress

    status = progress.read(path)
    _ = status and (status.rate, status.seconds_left)


def read_speed(path: Path, _: int) -> None:
    """How fast a backbone was."""
    from quintet.embeddings import speed

    here = _here(path.parent)
    at = speed.path("gtzan", _source(), here)
    at.parent.mkdir(parents=True)
    os.replace(path, at)
    speed.get("gtzan", _source(), here)


def read_download(path: Path, _: int) -> None:
    """Whether what a download left behind can be gone on with."""
    from quintet.weights import download

    download._resumable("https://example.org/x.pt", path)


def read_failures(path: Path, _: int) -> None:
    """Which downloads failed."""
    weights = import_module("quintet.commands.weights")
    failed = weights._failures(_here(path.parents[2])).get("clmr")
    if failed:
        _ = failed["when"] >= 0, f"{failed['why']}"


@cache
def _source() -> object:
    """A backbone that needs no weights."""
    from quintet.embeddings import models as collection

    return collection.resolve_model("librosa518", settings.load())


def _here(root: Path) -> settings.Settings:
    own = {f"QUINTET_{name}": str(root / name.lower()) for name in ("CACHE", "DATA", "WEIGHTS")}
    return settings.load(own | {"QUINTET_CONFIG": str(root / "none.toml")})


def read_known(path: Path, _: int) -> None:
    """Which datasets were added, and each of them."""
    here = _here(path.parents[1])
    for name in locations.known(here):
        entry = locations.get(name, here)
        _ = entry.module, str(entry.place.root)


def read_checksums(path: Path, _: int) -> None:
    """Checksums of first downloads."""
    here = _here(path.parents[1])
    for name in ("clmr/finetuner_checkpoint_200.pt", "x", "y"):
        if not isinstance(sums.recorded(name, here), str):
            raise Wrong("a checksum that is no text")


def read_configuration(path: Path, _: int) -> None:
    """quintet.toml, and what of it every command needs."""
    held = settings.load({"QUINTET_CONFIG": str(path)})
    finite(held.max_seconds, held.min_seconds, held.max_upload_mb, held.port)
    for value in (*held.roots.values(), *held.mirrors.values(), held.mirror, held.device, held.address):
        if not isinstance(value, str):
            raise Wrong(f"{value!r} is no text")


def read_list(path: Path, _: int) -> None:
    """A list of tracks."""
    found = track_lists.from_file(path)
    if not all(isinstance(text, str) for pair in found.items() for text in pair):
        raise Wrong("an id or a reason that is no text")
    track_lists.stamp(found)


def read_table(path: Path, _: int) -> None:
    """Stored embeddings with their failures, after what a job does first: damaged tables are moved aside."""
    store.heal(path.parent.parent, path.parent.name)
    store.version(path)
    store.facts(path)
    store.embedded(path)
    store.failures(path)
    ids, matrix = store.read_embeddings(path)
    if len(ids) != len(matrix):
        raise Wrong(f"{len(ids)} ids of {len(matrix)} rows")


def read_tracks(root: Path, _: int) -> None:
    """A dataset's stored tracks, as pages ask for them."""
    here = _here(root)
    store.heal(here.cache, "gtzan")
    tracks.stored(here)
    tracks.facts("gtzan", here)
    tracks.read("gtzan", here)


def read_range(path: Path, _: int) -> None:
    """A player's Range header."""
    from starlette.requests import Request

    from dashboard.runtime import byte_store

    header = path.read_bytes().replace(b"\r", b"").replace(b"\n", b"")
    scope = {
        "type": "http",
        "method": "GET",
        "headers": [(b"range", header)],
        "path": "/",
        "query_string": b"",
    }
    response = byte_store.ranged(Request(scope), bytes(1_000), "audio/wav")
    if response.status_code not in (200, 206, 400, 416):
        raise Wrong(f"status {response.status_code}")


@cache
def _searched() -> query.Table:
    """A small table of tracks, stored once for each process."""
    from quintet.datasets.base import Track
    from tests.tables import put_tracks

    here = _here(Path(os.environ["QUINTET_CACHE"]).parent / "searched")
    put_tracks(here, "gtzan", [Track(f"t{k}", None, f"Title {k}", "Björk", ("rock",)) for k in range(20)])
    return query.Table(tracks.path("gtzan", here), tracks.facts("gtzan", here))


def search(path: Path, number: int) -> None:
    """A search, its words, a filter's value and a column to sort by out of the same text."""
    text = path.read_bytes().decode("utf-8", "replace")
    filters = (query.Filter(text[:20], (text,)),) if number % 3 == 0 else (query.Filter("labels", (text,)),)
    asked = query.Query(text, filters if number % 2 else (), sort=text[:20] if number % 5 == 0 else "")
    query.page(_searched(), asked, 0, 10)


_READERS = (BadData, MissingData)
_TABLES = (StoreError, MissingEmbeddings, BadData)


def _all() -> list[Target]:
    def sound(name: str) -> Target:
        make = seeds.sounds()[name]
        seed, whole = f"clip.{name}", name != "aac.wav"  # of AAC in a WAV FFmpeg reads the first frames alone
        return Target(f"audio {name}", lambda: [seeds.one(seed, make())], hear, (BadAudio,), whole=whole)

    def dataset(name: str, make: Callable[[], list[Seed]], title: str = "", **more: str) -> Target:
        return Target(f"dataset {title or name}", make, partial(read_dataset, name, **more), _READERS)

    weights = (BadWeights, MissingWeights)

    def checkpoint(name: str, door: Callable[[Path], object]) -> Target:
        named = door is not _staged  # its sentences name what the file should have been
        run, whole = partial(read_checkpoint, door), name in ("torch", "archive", "index")
        return Target(f"weights {name}", seeds.checkpoints, run, weights, named, whole)

    doors = {
        "torch": torch_checkpoint.read,
        "archive": torch_archive.read,
        "index": _indexed,
        "staged": _staged,
    }
    doors |= {key: partial(load_net, key) for key in ("clmr", "vggish", "openjmla")}
    strange = partial(read_checkpoint, partial(load_net, "clmr"))  # a format that no net here comes in
    loud = (*weights, EncodeError)  # numbers that are huge or none show in what the net makes
    return [
        *(sound(name) for name in seeds.sounds()),
        Target("tags", seeds.tagged, tags, ()),
        *(checkpoint(name, door) for name, door in doors.items()),
        Target("weights jukebox", seeds.jukebox, read_jukebox, loud, names=False),
        Target("weights tensorflow", seeds.tensorflow, read_tensorflow, weights),
        Target("weights safetensors", seeds.safetensors, strange, weights, whole=False),
        Target("weights pca", seeds.pca, read_pca, weights, names=False),
        Target("arrays", seeds.arrays, read_arrays, (BadData,)),
        Target("runs", seeds.runs, read_run, (BadData,)),
        Target("documents", seeds.documents, read_document, ()),
        Target(
            "datasets.json", seeds.known_datasets, read_known, (StoreError, UnknownName, MissingData), False
        ),
        Target("checksums.json", seeds.checksums, read_checksums, (UsageError, StoreError, BadData)),
        Target("quintet.toml", seeds.configuration, read_configuration, (UsageError,), names=False),
        Target("kept encodings", seeds.encodings, read_encoding, ()),
        Target("kept probes", seeds.probes, read_probe, (StoreError,)),
        Target("kept statuses", seeds.statuses, read_status, ()),
        Target("kept speeds", seeds.speeds, read_speed, (), names=False),
        Target("kept downloads", seeds.downloads, read_download, (), names=False),
        Target("kept failures", seeds.failures, read_failures, (), names=False),
        Target("lists", seeds.lists, read_list, _READERS),
        dataset("folder", seeds.folder),
        dataset("gtzan", seeds.gtzan, artists="artists.csv"),
        dataset("fma", seeds.fma),
        dataset("magnatagatune", seeds.magnatagatune),
        *(
            dataset("msd", lambda k=kind: seeds.msd()[k], f"msd {kind}")
            for kind in ("hdf5", "databases", "lists")
        ),
        Target("table embeddings", seeds.tables, read_table, _TABLES),
        Target("table tracks", seeds.track_tables, read_tracks, _TABLES, names=False),
        Target("range header", seeds.ranges, read_range, ()),
        Target("search", seeds.searches, search, (UsageError,), names=False),
    ]


TARGETS = {target.name: target for target in _all()}


def warm() -> None:
    """Imports what targets need, before memory is limited."""
    import h5py  # noqa: F401
    import lance  # noqa: F401
    import librosa  # noqa: F401
    import mutagen  # noqa: F401
    import torch

    import dashboard.runtime.byte_store  # noqa: F401
    from quintet import registry

    for kind in ("backbones", "datasets"):
        for name in registry.names(kind):
            registry.module(kind, name)
    torch.set_num_threads(1)
    _searched()
    query.page(_searched(), query.Query("x"), 0, 1)
