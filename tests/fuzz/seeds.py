"""Small whole files of every format that a reader here may be given, made on the spot: what is then damaged.

The same bytes at every call: FFmpeg is asked for bit-exact files, stored tables lie in tables.zip.
"""

import io
import json
import re
import shutil
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile

from tests.sounds import music

TABLES = Path(__file__).with_name("tables.zip")
GOLDEN = Path(__file__).parents[1] / "golden"
SECONDS = 0.6  # of sound: a little more than the shortest clip that is heard


@dataclass(frozen=True)
class Seed:
    """Files by their names, which one is given to the reader ("" for the folder), which may be damaged."""

    files: dict[str, bytes]
    given: str
    damaged: tuple[str, ...]


def one(name: str, data: bytes) -> Seed:
    """A seed of one file."""
    return Seed({name: data}, name, (name,))


# --- sound ---------------------------------------------------------------------------------------------

# ending -> (container, codec, rate, channels, encoder's options)
_ENCODED = {
    "mp3": ("mp3", "libmp3lame", 22_050, 1, {"b": "64k"}),
    "mp2": ("mp2", "mp2", 32_000, 1, {"b": "64k"}),
    "m4a": ("ipod", "aac", 22_050, 1, {}),
    "alac": ("ipod", "alac", 8_000, 1, {}),
    "mp4": ("mp4", "libmp3lame", 22_050, 1, {}),
    "mov": ("mov", "pcm_s16be", 8_000, 1, {}),
    "3gp": ("3gp", "libopencore_amrnb", 8_000, 1, {}),
    "amr": ("amr", "libopencore_amrnb", 8_000, 1, {}),
    "aac": ("adts", "aac", 22_050, 1, {}),
    "ac3": ("ac3", "ac3", 32_000, 2, {}),
    "eac3": ("eac3", "eac3", 32_000, 2, {}),
    "webm": ("webm", "libopus", 48_000, 1, {}),
    "mka": ("matroska", "vorbis", 22_050, 2, {"strict": "experimental"}),
    "mkv": ("matroska", "flac", 8_000, 2, {}),
    "avi": ("avi", "libmp3lame", 22_050, 1, {}),
    "aac.avi": ("avi", "aac", 22_050, 1, {}),
    "ts": ("mpegts", "aac", 22_050, 1, {}),
    "ac3.ts": ("mpegts", "ac3", 32_000, 2, {}),
    "mpg": ("mpeg", "mp2", 32_000, 1, {}),
    "wma": ("asf", "wmav2", 22_050, 1, {"b": "48k"}),
    "wmav1": ("asf", "wmav1", 22_050, 1, {"b": "48k"}),
    "wv": ("wv", "wavpack", 8_000, 1, {}),
    "tta": ("tta", "tta", 8_000, 1, {}),
    "flv": ("flv", "aac", 22_050, 1, {}),
    "nelly.flv": ("flv", "nellymoser", 22_050, 1, {}),
    "oga": ("ogg", "flac", 8_000, 1, {}),
    "ogg": ("ogg", "vorbis", 22_050, 2, {"strict": "experimental"}),
    "opus": ("ogg", "libopus", 48_000, 1, {}),
    "w64.adpcm": ("w64", "adpcm_ms", 8_000, 1, {}),
    "adpcm.wav": ("wav", "adpcm_ima_wav", 8_000, 1, {}),
    "mp3.wav": ("wav", "libmp3lame", 22_050, 1, {}),
    "aac.wav": ("wav", "aac", 22_050, 1, {}),
    "au.alaw": ("au", "pcm_alaw", 8_000, 1, {}),
    "51.m4a": ("ipod", "aac", 22_050, 6, {}),
    "51.ac3": ("ac3", "ac3", 32_000, 6, {}),
    "71.opus": ("ogg", "libopus", 48_000, 8, {}),
    "71.flac": ("flac", "flac", 8_000, 8, {}),
    "71.mka": ("matroska", "pcm_s16le", 8_000, 8, {}),
    "aiff.f32": ("aiff", "pcm_f32be", 8_000, 1, {}),
}

_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}

# ending -> (libsndfile's format, subtype, endianness)
_PLAIN = {
    "wav": ("WAV", "PCM_16", "FILE"),
    "24.wav": ("WAV", "PCM_24", "FILE"),
    "u8.wav": ("WAV", "PCM_U8", "FILE"),
    "float.wav": ("WAV", "FLOAT", "FILE"),
    "double.wav": ("WAV", "DOUBLE", "FILE"),
    "rifx.wav": ("WAV", "PCM_16", "BIG"),
    "ms.wav": ("WAV", "MS_ADPCM", "FILE"),
    "gsm.wav": ("WAV", "GSM610", "FILE"),
    "ex.wav": ("WAVEX", "PCM_24", "FILE"),
    "rf64": ("RF64", "PCM_16", "FILE"),
    "w64": ("W64", "PCM_16", "FILE"),
    "aiff": ("AIFF", "PCM_16", "FILE"),
    "aifc": ("AIFF", "FLOAT", "FILE"),
    "au": ("AU", "PCM_16", "FILE"),
    "float.au": ("AU", "FLOAT", "FILE"),
    "caf": ("CAF", "PCM_16", "FILE"),
    "alac.caf": ("CAF", "ALAC_16", "FILE"),
    "flac": ("FLAC", "PCM_16", "FILE"),
    "24.flac": ("FLAC", "PCM_24", "FILE"),
}


def sounds() -> dict[str, Callable[[], bytes]]:
    """Format -> how to make a small file of it."""
    made: dict[str, Callable[[], bytes]] = {name: lambda n=name: encoded(n) for name in _ENCODED}
    made |= {name: lambda n=name: plain(n) for name in _PLAIN}
    made |= {
        "noxing.mp3": lambda: encoded("mp3", write_xing="0"),
        "id3.mp3": lambda: _id3(version=4) + encoded("mp3"),
        "id3v23.mp3": lambda: _id3(version=3) + encoded("mp3"),
        "pressed.mp3": lambda: _pressed_id3() + encoded("mp3"),
        "ape.mp3": lambda: encoded("mp3") + _ape(),
        "chained.ogg": lambda: encoded("ogg") + encoded("ogg", serial_offset="7"),
        "chained.opus": lambda: encoded("opus") + encoded("opus", serial_offset="7"),
        "long.flac": lambda: _silence("FLAC", "PCM_16"),
        "long.caf": lambda: _silence("CAF", "ALAC_16"),
        "12.wav": lambda: _silence("WAVEX", "PCM_16", SECONDS, 12),
        "dsf": _dsf,
        "spdif.wav": _spdif,
        "two.mkv": _two_tracks,
        "film.mp4": _film,
    }
    return made


def encoded(name: str, **options: str) -> bytes:
    """A file of `_ENCODED`; `options` are the container's."""
    container, codec, rate, channels, encoder = _ENCODED[name]
    return _mux(container, [(codec, rate, channels, encoder)], **options)


def _mux(container: str, tracks: list[tuple[str, int, int, dict[str, str]]], **options: str) -> bytes:
    into = io.BytesIO()
    exact = {"fflags": "+bitexact", **options}
    with av.open(into, "w", format=container, options=exact) as file:
        streams = []
        for codec, rate, channels, encoder in tracks:
            layout = _LAYOUTS[channels]
            stream = file.add_stream(
                codec, rate=rate, layout=layout, options={**encoder, "flags": "+bitexact"}
            )
            streams.append((stream, _frame(music(SECONDS, rate, channels), rate)))
        for stream, frame in streams:
            file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
    return into.getvalue()


def _frame(wave: np.ndarray, rate: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="flt", layout=_LAYOUTS[wave.shape[1]])
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    return frame


def plain(name: str) -> bytes:
    """A file of `_PLAIN`: 8 kHz, so that few bytes are sound."""
    kind, subtype, endian = _PLAIN[name]
    into = io.BytesIO()
    soundfile.write(into, music(SECONDS, 8_000), 8_000, format=kind, subtype=subtype, endian=endian)
    return into.getvalue()


def _spdif() -> bytes:
    """AC-3 as IEC 61937 bursts within 16-bit stereo, as a recorder of a digital output writes it."""
    bursts = _mux("spdif", [("ac3", 48_000, 2, {})])
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(bursts), b"WAVE", b"fmt ", 16, 1, 2, 48_000,
                       192_000, 4, 16, b"data", len(bursts))  # fmt: skip
    return head + bursts


def _silence(kind: str, subtype: str, seconds: float = 60.0, channels: int = 1) -> bytes:
    """Few bytes that become many samples: what a mutant's rate or count makes of them must stay bounded."""
    into = io.BytesIO()
    soundfile.write(into, np.zeros((round(seconds * 8_000), channels)), 8_000, format=kind, subtype=subtype)
    return into.getvalue()


def _dsf() -> bytes:
    """A DSD stream file of one channel: one bit a sample, 2.8 MHz."""
    blocks = 52  # of 4096 bytes: 0.6 s
    data = b"\x69" * 4_096 * blocks  # DSD's silence
    head = struct.pack("<4sQQQ", b"DSD ", 28, 28 + 52 + 12 + len(data), 0)
    facts = (1, 0, 1, 1, 2_822_400, 1, 8 * len(data), 4_096, 0)
    head += struct.pack("<4sQ6IQII", b"fmt ", 52, *facts)
    return head + struct.pack("<4sQ", b"data", 12 + len(data)) + data


def _two_tracks() -> bytes:
    return _mux("matroska", [("flac", 8_000, 1, {}), ("libopus", 48_000, 1, {})])


def _film() -> bytes:
    into = io.BytesIO()
    with av.open(into, "w", format="mp4", options={"fflags": "+bitexact"}) as file:
        picture = file.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
        voice = file.add_stream("aac", rate=22_050, layout="mono")
        for _ in range(6):
            black = np.zeros((48, 32), np.uint8)
            file.mux(picture.encode(av.VideoFrame.from_ndarray(black, format="yuv420p")))
        file.mux(picture.encode(None))
        file.mux(voice.encode(_frame(music(SECONDS, 22_050), 22_050)))
        file.mux(voice.encode(None))
    return into.getvalue()


# --- tags ----------------------------------------------------------------------------------------------


def _id3(version: int) -> bytes:
    from mutagen.id3 import APIC, COMM, ID3, TALB, TCON, TDRC, TIT2, TPE1, TXXX

    into = io.BytesIO()
    tags = ID3()
    for frame in (
        TIT2(3, text=["Jóga"]), TPE1(1, text=["Björk", "Other"]), TALB(0, text=["Homogenic"]),
        TCON(3, text=["(17)Rock"]), TDRC(3, text=["1997-09-22"]), TXXX(3, desc="x", text=["y"]),
        COMM(3, lang="eng", desc="", text=["a comment"]),
        APIC(3, mime="image/png", type=3, data=b"\x89PNG" * 20),
    ):  # fmt: skip
        tags.add(frame)
    if version == 3:
        tags.update_to_v23()
    tags.save(into, v2_version=version)
    return into.getvalue()


def _pressed_id3() -> bytes:
    """ID3v2.4 with a compressed title frame (its length stated), and one that inflates a thousandfold."""
    frames = b""
    for name, text in ((b"TIT2", b"\3A title"), (b"TXXX", b"\3x\0" + bytes(100_000))):
        packed = zlib.compress(text)
        body = _syncsafe(len(text)) + packed
        frames += name + _syncsafe(len(body)) + b"\0\x09" + body
    return b"ID3\4\0\0" + _syncsafe(len(frames)) + frames


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _ape() -> bytes:
    from mutagen.apev2 import APEv2

    into = io.BytesIO(bytes(64))
    tags = APEv2()
    tags["Title"], tags["Artist"], tags["Genre"] = "A title", ["One", "Two"], "Rock"
    tags.save(into)
    return into.getvalue()[64:]


def tagged() -> list[Seed]:
    """Files of every family of tags, with the tags people's files have."""
    import mutagen

    seeds = []
    for name in ("flac", "ogg", "opus", "oga", "m4a", "wma", "mp3", "wav", "aiff", "wv", "tta"):
        into = io.BytesIO(sounds()[name]())
        file = mutagen.File(into, easy=True)
        if file is not None:
            if file.tags is None:
                file.add_tags()
            for key, text in (("title", "Jóga"), ("artist", "Björk"), ("genre", "Rock"), ("date", "1997")):
                _tag(file, key, text)
            into.seek(0)
            file.save(into)
        seeds.append(one(f"song.{name}", into.getvalue()))
    for name in (
        "id3.mp3",
        "id3v23.mp3",
        "pressed.mp3",
        "ape.mp3",
        "chained.ogg",
        "aac",
        "ac3",
        "alac",
        "mp4",
    ):
        seeds.append(one(f"song.{name}", sounds()[name]()))
    return seeds


def _tag(file: object, key: str, text: str) -> None:
    from mutagen.id3 import ID3, TCON, TDRC, TIT2, TPE1

    frames = {"title": TIT2, "artist": TPE1, "genre": TCON, "date": TDRC}
    if isinstance(file.tags, ID3):  # WAV and AIFF have no easy names
        file.tags.add(frames[key](encoding=3, text=[text]))
    else:
        file[key] = text


# --- weights -------------------------------------------------------------------------------------------


def _saved(whole: object, zipped: bool = True) -> bytes:
    """As PyTorch writes it; the one storage of the old format is not named by its address in memory."""
    import torch

    into = io.BytesIO()
    torch.save(whole, into, _use_new_zipfile_serialization=zipped)
    if zipped:
        return into.getvalue()
    return re.sub(rb"X.\0\0\0\d{12,16}(?=[q\x94a])", b"X\x0c\0\0\0" + b"900000000000", into.getvalue())


def _small_clmr() -> dict:
    """Names and a few numbers of CLMR's, all out of one storage."""
    import torch

    numbers = torch.arange(60.0)
    state = {}
    for block in range(3):
        state[f"encoder.sequential.{block}.0.weight"] = numbers[12 * block : 12 * block + 12].view(4, 1, 3)
        state[f"encoder.sequential.{block}.1.running_mean"] = numbers[block : block + 4]
    state["encoder.sequential.10.0.weight"] = numbers[:12].view(2, 2, 3)
    state["tied"] = state["encoder.sequential.0.0.weight"]
    return state


def checkpoints() -> list[Seed]:
    """What PyTorch writes: the zip and the old format, bare and within a trainer's checkpoint."""
    from argparse import Namespace
    from collections import OrderedDict

    import torch

    state = _small_clmr()
    trainer = {"epoch": 3, "state_dict": state, "hyper_parameters": Namespace(lr=0.1, name="x"),
               "optimizer_states": [{"state": {0: {"step": 1}}}], "lr_schedulers": []}  # fmt: skip
    nested = {"model": OrderedDict(a=state["tied"], b={0: state["tied"][0]}), "hps": {"n": 2}}
    kinds = {
        str(dtype): torch.ones(3, dtype=dtype)
        for dtype in (torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.uint8, torch.bool)
    }
    seeds = [
        one(f"net.{'pt' if zipped else 'pth'}", _saved(whole, zipped))
        for whole in (state, trainer, nested) for zipped in (True, False)
    ]  # fmt: skip
    parameter = torch.nn.Parameter(torch.ones(3, 2))
    return [*seeds, one("net.pth.tar", _saved({"w": parameter}, zipped=False)), one("net.pt", _saved(kinds)),
            *_archives(state)]  # fmt: skip


def _archives(state: dict) -> Iterator[Seed]:
    """Several checkpoints in one zip, pressed; a tar of the oldest kind; a wheel-like zip."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("a/encoder.pt", "a/head.pt"):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            file.writestr(info, _saved({"0.weight": state["tied"]} if "head" in name else state))
    yield one("nets.zip", into.getvalue())
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as file:
        for name in ("storages", "tensors", "pickle"):
            content = _saved(state, zipped=False)[:300]
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    yield one("net.tar", into.getvalue())
    yield one(
        "page.html", b"<!doctype html><html><head><title>Sign in</title></head><body>No.</body></html>\n" * 9
    )


def jukebox() -> list[Seed]:
    """A VQ-VAE and a prior of Jukebox in small, in the authors' layout: each is damaged in turn."""
    folder = GOLDEN / "jukebox"
    files = {
        name: (folder / name).read_bytes() for name in ("tiny_vqvae.pth.tar", "tiny_prior_level_2.pth.tar")
    }
    return [Seed(files, "tiny_vqvae.pth.tar", (name,)) for name in files]


def tensorflow() -> list[Seed]:
    """TensorFlow's checkpoints: a V1 file, V2 bundles of one shard and of two, an index alone."""
    folder = GOLDEN / "tf_bundle"
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("v*")) if path.suffix != ".npz"}
    v2 = {name: data for name, data in files.items() if name.startswith("v2_one")}
    two = {name: data for name, data in files.items() if name.startswith("v2_two")}
    genuine = {"MTT_musicnn.genuine.index": (folder / "MTT_musicnn.genuine.index").read_bytes()}
    return [
        one("v1_slices", files["v1_slices"]),
        one("small_v1.ckpt", _v1()),
        Seed(v2, "v2_one_shard.index", tuple(v2)),
        Seed(two, "v2_two_shards.index", tuple(two)),
        Seed(genuine, "MTT_musicnn.genuine.index", tuple(genuine)),
    ]


def _v1() -> bytes:
    from tests.v1_checkpoint import write_v1

    with _folder() as folder:
        return write_v1(folder / "v1", {"vggish/fc2/weights": np.ones((3, 2)), "b": np.zeros(4)}).read_bytes()


def safetensors() -> list[Seed]:
    """A safetensors file in small, its header by hand."""
    head = {
        "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "b": {"dtype": "F16", "shape": [2], "data_offsets": [24, 28]},
        "__metadata__": {"format": "pt"},
    }
    text = json.dumps(head).encode()
    return [one("net.safetensors", struct.pack("<Q", len(text)) + text + bytes(28))]


def _npz(compressed: bool = False, **arrays: np.ndarray) -> bytes:
    into = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(into, **arrays)
    return into.getvalue()


def pca() -> list[Seed]:
    """VGGish's PCA, as .npz."""
    arrays = {"pca_eigen_vectors": np.eye(128, dtype=np.float32), "pca_means": np.zeros(128, np.float32)}
    return [one("vggish_pca_params.npz", _npz(**arrays)), one("vggish_pca_params.npz", _npz(True, **arrays))]


# --- arrays, runs, documents ---------------------------------------------------------------------------


def arrays() -> list[Seed]:
    """What `benchmark --arrays` is given: matrices with words, numbers, bytes for labels, groups and ids."""
    rng = np.random.default_rng(3)
    n = 24
    X = rng.normal(size=(n, 6)).astype(np.float32)
    y = np.array(["rock", "jazz", "blues"])[np.arange(n) % 3]
    split = np.array(["train", "train", "valid", "test"])[np.arange(n) // 3 % 4]
    return [
        one("mine.npz", _npz(X=X, y=y, split=split)),
        one("mine.npz", _npz(True, X=X, y=y, split=split)),
        one("mine.npz", _npz(X=X.astype(np.float64), y=np.arange(n) % 3, split=split.astype("S"),
                             group=np.arange(n) // 2, ids=np.array([f"é{k}" for k in range(n)]))),
        one("mine.npz", _npz(X=(X * 9).astype(np.int16), y=y.astype("S"), split=split)),
        one("mine.npz", _npz(X=np.asfortranarray(X), y=y, split=split)),
    ]  # fmt: skip


def runs() -> list[Seed]:
    """A run as `benchmark --arrays … --out` writes it."""
    from dataclasses import asdict

    from quintet.evaluation.runs import Rules

    said = {
        "format": "quintet run 1", "name": "mine", "fingerprint": "0" * 16, "dim": 6, "dataset": "arrays x",
        "rules": asdict(Rules("arrays")), "folds": [], "notes": [], "shared_groups": 0, "chosen": [],
    }  # fmt: skip
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet(np.ones(3), 8)
    content = _npz(
        said=np.array(json.dumps(said)), ids=np.array([f"c{k}" for k in range(8)]),
        y=np.array(["a", "b", "c", "a", "b", "c", "a", "b"]), group=np.full(8, ""),
        probabilities=probabilities, classes=np.array(["a", "b", "c"]),
    )  # fmt: skip
    return [one("run.npz", content)]


def documents() -> list[Seed]:
    """Small results in JSON."""
    whole = {
        "fingerprint": "abc",
        "scores": {"accuracy": [0.5, 0.4, 0.6]},
        "ids": ["a", "é"],
        "n": 12,
        "x": None,
    }
    return [one("x.json", json.dumps(whole, indent=1).encode())]


def encodings() -> list[Seed]:
    """What a backbone made of an upload, as it is kept."""
    rng = np.random.default_rng(3)
    held = {
        "frames": rng.normal(size=(3, 8)).astype(np.float32),
        "times": np.array([[0, 1], [1, 2], [2, 3]], np.float32),
        "embedding": rng.normal(size=8).astype(np.float32),
        "notices": np.array(["A notice."]),
        "seconds": np.float64(0.5),
    }
    tags = {"tags": rng.random((3, 4)).astype(np.float32)}
    return [one(f"{'0' * 32}.npz", _npz(**held)), one(f"{'0' * 32}.npz", _npz(**held, **tags))]


def probes() -> list[Seed]:
    """A trained probe, as it is kept."""
    from quintet.evaluation import probe

    rng = np.random.default_rng(3)
    y = np.array(["a", "b", "c"])[np.arange(30) % 3]
    X = rng.normal(size=(30, 4)).astype(np.float32) + (np.arange(30) % 3)[:, None]
    with _folder() as folder:
        probe.save(probe.fit(X, y, np.arange(30).astype(str), ("a", "b", "c"), 0), folder / "probe.npz")
        return [one("probe.npz", (folder / "probe.npz").read_bytes())]


def statuses() -> list[Seed]:
    """How far a job is, as it writes it."""
    status = {
        "what": "gtzan", "done": 3, "total": 10, "failed": 0, "seconds": 1.5, "state": "running", "pid": 1,
        "message": "", "asked": 1_700_000_000.0,
    }  # fmt: skip
    return [one("job.json", json.dumps(status).encode())]


def speeds() -> list[Seed]:
    """How fast a backbone was, as it is kept."""
    held = {"seconds": 1.0, "audio_per_cpu": 20.0, "clip_seconds": 30.0}
    return [one("speed.json", json.dumps(held, indent=1).encode())]


def downloads() -> list[Seed]:
    """What a download that was cut short left behind: what came, and a note of where it came from."""
    note = {"url": "https://example.org/x.pt", "tag": '"abc"'}
    files = {"x.pt.part": b"half of it", "x.pt.part.from": json.dumps(note).encode()}
    return [Seed(files, "x.pt.part", ("x.pt.part.from",))]


def failures() -> list[Seed]:
    """Which downloads failed, as it is remembered for a day."""
    held = {"clmr": {"when": 1_700_000_000.0, "why": "no network"}}
    return [one("cache/weights/tried.json", json.dumps(held, indent=1).encode())]


def known_datasets() -> list[Seed]:
    """datasets.json: what was added on a machine."""
    entry = {"reader": "folder", "root": "/music", "variant": "", "artists": ""}
    held = {"mine": entry, "gtzan": {**entry, "reader": "gtzan", "artists": "/a.csv"}}
    return [one("data/datasets.json", json.dumps(held, indent=1).encode())]


def checksums() -> list[Seed]:
    """checksums.json: what weights had at their first download."""
    held = {"clmr/finetuner_checkpoint_200.pt": "ab" * 32, "x": "cd" * 32}
    return [one("weights/checksums.json", json.dumps(held, indent=1).encode())]


def configuration() -> list[Seed]:
    """quintet.toml."""
    text = """# where things lie
cache = "/tmp/none/cache"
device = "auto"
max_seconds = 600.0
min_seconds = 0.5
max_upload_mb = 200
port = 8501
mirror = "https://example.org/weights"
[mirrors]
"clmr/clmr_checkpoint_10000.pt" = "https://example.org/x.pt"
[roots]
gtzan = "~/gtzan"
"""
    return [one("quintet.toml", text.encode())]


# --- datasets ------------------------------------------------------------------------------------------


def lists() -> list[Seed]:
    """Lists of tracks: exclusions and selections."""
    text = 'id,reason\njazz.00054,"unreadable, in the copy"\nblues.00001,\n"Chanson française/1.wav",repeat\n'
    return [one("left-out.csv", text.encode()), one("left-out.csv", b"\xef\xbb\xbf" + text.encode())]


def folder() -> list[Seed]:
    """A person's folder of music: two tagged files and what else may lie there."""
    seeds = []
    for name in ("flac", "m4a", "ogg", "wma", "id3.mp3", "wav"):
        song = f"Rock/one.{name}"
        files = {song: sounds()[name](), "Jazz/two.wav": plain("wav"), "Jazz/cover.jpg": b"a picture"}
        seeds.append(Seed(files, "", (song,)))
    return seeds


def _made(make: Callable[[Path], object], keep: Callable[[str], bool]) -> dict[str, bytes]:
    with _folder() as folder:
        root = folder / "root"
        root.mkdir()
        make(root)
        files = sorted(path for path in root.rglob("*") if path.is_file())
        return {str(path.relative_to(root)): path.read_bytes() for path in files if keep(str(path))}


def gtzan() -> list[Seed]:
    """GTZAN in small with a user's table of artists."""
    wav = plain("wav")[:2_000]
    files = {f"genres/{g}/{g}.0000{n}.wav": wav for g in ("blues", "jazz", "rock") for n in (0, 1)}
    artists = "clip,artist\nblues.00000.wav,B. B. King\nblues.00001.wav,Björk\njazz/jazz.00000.au,<Miles>\n"
    return [Seed({**files, "artists.csv": artists.encode()}, "", ("artists.csv",))]


def fma() -> list[Seed]:
    """FMA's metadata in small: tracks, genres, features, Echo Nest's, and a list of checksums."""
    from tests.datasets.miniatures import fma as miniature

    def write(root: Path) -> None:
        ids = list(range(2, 8))
        known = [
            (n, {"set.subset": ("small", "medium", "large")[n % 3], "track.title": f"Track {n}"}) for n in ids
        ]
        miniature.write_metadata(root / "fma_metadata", known)
        miniature.write_features(root / "fma_metadata", ids)
        genres = root / "fma_metadata" / "genres.csv"
        genres.write_bytes(b"".join(genres.read_bytes().splitlines(keepends=True)[:30]))
        (root / "fma_metadata" / "checksums").write_text(f"{'0' * 40}  tracks.csv\n{'1' * 40}  genres.csv\n")

    files = _made(write, lambda _: True)
    named = {Path(name).name: name for name in files}
    tables = (named["tracks.csv"], named["genres.csv"])
    return [
        Seed(files, "", tables),
        Seed(files, "", (*tables, named["features.csv"], named["echonest.csv"], named["checksums"])),
    ]


def magnatagatune() -> list[Seed]:
    """MagnaTagATune's two tables in small."""
    from tests.datasets.miniatures import magnatagatune as miniature

    rows = miniature.clips()[::3]
    files = _made(lambda root: miniature.tables(root, rows), lambda _: True)
    return [Seed(files, "", tuple(files))]


def msd() -> dict[str, list[Seed]]:
    """The Million Song Dataset in small: each kind of its files alone, by the kind."""
    from tests.datasets.miniatures import msd as miniature

    def seed(make: Callable[[Path], object], *more: Callable[[Path], object]) -> Seed:
        files = _made(lambda root: [step(root) for step in (make, *more)], lambda _: True)
        return Seed(files, "", tuple(files))

    first = miniature.ids()[0]
    track = f"A/B/C/{first}.h5"
    return {
        "hdf5": [
            seed(lambda root: miniature.hdf5(root / "msd_summary_file.h5", [0, 1, 2], with_arrays=False)),
            seed(lambda root: miniature.hdf5(root / track, [0])),
            seed(lambda root: miniature.hdf5(root / "aggregate.h5", [0, 1])),
        ],
        "databases": [
            seed(lambda root: miniature.metadata(root / "track_metadata.db"),
                 lambda root: miniature.terms(root / "artist_term.db"),
                 lambda root: miniature.lastfm(root / "lastfm_tags.db")),
            seed(lambda root: miniature.metadata(root / "subset_track_metadata.db", subset=True)),
        ],
        "lists": [
            seed(lambda root: miniature.unique(root / "unique_tracks.txt"), miniature.lists,
                 lambda root: miniature.tagtraum(root / "msd_tagtraum_cd1.cls", minority=True),
                 lambda root: miniature.tagtraum(root / "msd_tagtraum_cd2c.cls")),
        ],
    }  # fmt: skip


# --- stored tables -------------------------------------------------------------------------------------


def tables() -> list[Seed]:
    """A Lance table of embeddings, of two commits, with the table of its failures."""
    return [_stored("embeddings/", "x.lance")]


def track_tables() -> list[Seed]:
    """The stored tracks of a dataset, as a page opens them."""
    return [_stored("tracks/", "")]


def _stored(folder: str, given: str) -> Seed:
    """Out of tables.zip: Lance names its files at random, so tables made anew would be other ones each time.

    Made by `python -m tests.fuzz.tables`; again, where Quintet stores tables another way.
    """
    with zipfile.ZipFile(TABLES) as file:
        names = [name for name in file.namelist() if name.startswith(folder)]
        files = {name.removeprefix(folder): file.read(name) for name in names}
    return Seed(files, given, tuple(name for name in files if ".lance/" in name))


# --- what comes over the network -----------------------------------------------------------------------


def ranges() -> list[Seed]:
    """Range headers of players."""
    texts = ("bytes=0-", "bytes=0-1", "bytes=100-199", "bytes=-5", "bytes=0-0,5-9", "bytes=999999-")
    return [one("header", text.encode()) for text in texts]


def searches() -> list[Seed]:
    """What a person types into a search, and a link may hold."""
    texts = ("björk jazz", 'a "quoted" %_ word', "rock' OR 1=1 --", "title:x -y", "\\ * ? [a]")
    return [one("text", text.encode()) for text in texts]


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="seeds-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
