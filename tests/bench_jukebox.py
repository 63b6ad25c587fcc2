"""Jukebox 5B at its true size, measured once: memory, CPU time, and its share of plain matrix products.

Run by `make bench-jukebox`. It writes a file in the official format with random numbers (10.3 GB, of which
only the layers that are heard take room on the disk: 5.3 GB for 36) to --folder, hears one clip of 24 s in a
process of its own on one thread, and removes the file. --layers 3 takes minutes less and tells what 36 take.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections import OrderedDict
from math import prod
from pathlib import Path

import numpy as np

KEYS = Path(__file__).parent / "golden" / "jukebox" / "keys"
SECONDS = 24.1  # a little more than is heard
MATRICES = ((4800, 3600), (1200, 4800), (4800, 4800), (4800, 4800))  # (in, out) of a layer's dense layers
POSITIONS, ROWS = 8192, 1024
LIMIT = 2e9  # bytes of memory


class Storage:
    """Stands for a torch storage that is too large to be held."""

    def __init__(self, key: str, shape: list[int], dtype: str) -> None:
        self.key, self.shape, self.dtype = key, tuple(shape), np.dtype(dtype)


class Tensor:
    """Pickles as torch's tensors do."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def __reduce__(self) -> tuple:
        from torch._utils import _rebuild_tensor_v2

        shape = self.storage.shape
        strides = tuple(prod(shape[i + 1 :]) for i in range(len(shape)))
        return _rebuild_tensor_v2, (self.storage, 0, shape, strides, False, OrderedDict())


class Pickler(pickle.Pickler):
    """Writes storages as torch.save did before version 1.6: by key, their numbers behind the pickles."""

    def persistent_id(self, item: object) -> tuple | None:
        import torch

        if not isinstance(item, Storage):
            return None
        kind = torch.HalfStorage if item.dtype == np.float16 else torch.FloatStorage
        return "storage", kind, item.key, "cpu", prod(item.shape), None


def write(path: Path, keys: str, layers: int) -> None:
    """A file with the tensors of KEYS/`keys`.json; layers from `layers` on are holes."""
    table = json.loads((KEYS / f"{keys}.json").read_text(encoding="utf-8"))["keys"]
    storages = {name: Storage(f"{i:06d}", *entry) for i, (name, entry) in enumerate(table.items())}
    system = {
        "protocol_version": 1001,
        "little_endian": True,
        "type_sizes": {"short": 2, "int": 4, "long": 4},
    }
    whole = {"model": OrderedDict((name, Tensor(s)) for name, s in storages.items()), "step": 1}
    noise = np.random.default_rng(0).standard_normal(1 << 22).astype(np.float32) * np.float32(0.02)
    with path.open("wb") as file:
        for part in (0x1950A86A20F9469CFC6C, 1001, system, whole, [s.key for s in storages.values()]):
            Pickler(file, protocol=2).dump(part)
        for name, storage in storages.items():
            count = prod(storage.shape)
            file.write(count.to_bytes(8, "little"))
            if _is_hole(name, layers):
                file.seek(count * storage.dtype.itemsize, 1)
            else:
                _fill(file, count, noise.astype(storage.dtype) + storage.dtype.type("ln_" in name))
        file.truncate()


def _is_hole(name: str, layers: int) -> bool:
    parts = name.split(".")
    return name == "prior.x_out.weight" or ("_attn_mods" in parts and int(parts[3]) >= layers)


def _fill(file, count: int, noise: np.ndarray) -> None:
    for start in range(0, count, len(noise)):
        noise[: count - start].tofile(file)


def hear(folder: Path, layers: int) -> dict[str, float]:
    """One clip in this process: CPU seconds of the parts, and the most memory it ever held."""
    import torch

    from quintet.backbones import jukebox

    torch.set_num_threads(1)
    paths = (folder / "vqvae.pth.tar", folder / "prior_level_2.pth.tar")
    wave = np.random.default_rng(1).standard_normal(int(SECONDS * 44_100)).astype(np.float32) / 10
    started = time.process_time()
    first, all_of_them = (jukebox.load(jukebox.at_layer(jukebox.SPEC, n), paths, "cpu") for n in (1, layers))
    loaded = time.process_time()
    first(wave, 44_100)
    one, wall = time.process_time(), time.perf_counter()
    found = all_of_them(wave, 44_100)
    heard, wall = time.process_time(), time.perf_counter() - wall
    assert found.embedding.shape == (4800,)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {
        "load": (loaded - started) / 2,
        "one": one - loaded,
        "clip": heard - one,
        "wall": wall,
        "ears": ears(paths[0], wave),
        "memory": memory,
    }


def ears(path: Path, wave: np.ndarray) -> float:
    """CPU seconds of the VQ-VAE's encoder for what is heard of the wave."""
    import torch

    from quintet.backbones.jukebox.sizes import VqSize
    from quintet.backbones.jukebox.vqvae import Encoder
    from quintet.checkpoints import torch_index

    index = torch_index.index(path)
    encoder = Encoder(VqSize(), lambda name: torch.from_numpy(index.read(name)))
    with torch.inference_mode():
        started = time.process_time()
        encoder.codes(torch.tensor(wave[:1_059_031]))
        return time.process_time() - started


def products() -> float:
    """CPU seconds that the matrix products of one layer take by themselves."""
    import torch

    torch.set_num_threads(1)
    best = 0.0
    for channels, out in MATRICES:
        left, right, bias = torch.randn(ROWS, channels), torch.randn(channels, out), torch.randn(out)
        times = []
        for _ in range(4):
            started = time.process_time()
            torch.addmm(bias, left, right)
            times.append(time.process_time() - started)
        best += float(np.median(times[1:])) * POSITIONS / ROWS
    return best


def report(layers: int, measured: dict[str, float], layer: float) -> list[str]:
    """The table. `layer`: CPU seconds of one layer's products."""
    flops = 2 * POSITIONS * sum(a * b for a, b in MATRICES)
    each = (measured["clip"] - measured["one"]) / (layers - 1)
    fixed = measured["one"] - measured["ears"] - each
    return [
        f"Jukebox 5B, {layers} layers, one clip of {SECONDS} s, one thread",
        f"matrix products alone        {flops / layer / 1e9:8.1f} GFLOP/s, {layer:.2f} CPU s a layer",
        f"VQ encode                    {measured['ears']:8.2f} CPU s",
        f"prior, a layer               {each:8.2f} CPU s, {each / layer:.3f} times its products",
        f"its input                    {fixed:8.2f} CPU s",
        f"whole clip                   {measured['clip']:8.1f} CPU s, {measured['wall']:.1f} s",
        f"whole clip with 36 layers    {measured['clip'] + (36 - layers) * each:8.1f} CPU s",
        f"load                         {measured['load']:8.2f} CPU s",
        f"peak memory                  {measured['memory'] / 1e9:8.2f} GB (limit {LIMIT / 1e9:.0f})",
    ]


def main() -> int:
    """Writes, hears, reports; exit status 1 where it takes more memory than is allowed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=36, choices=range(2, 73), metavar="2..72")
    parser.add_argument("--folder", type=Path, default=None, help="where the file is written (default: /tmp)")
    parser.add_argument("--hear", type=Path, help=argparse.SUPPRESS)  # the process of its own
    arguments = parser.parse_args()
    if arguments.hear:
        sys.stdout.write(json.dumps(hear(arguments.hear, arguments.layers)))
        return 0
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        write(Path(name) / "vqvae.pth.tar", "vqvae", arguments.layers)
        write(Path(name) / "prior_level_2.pth.tar", "prior_5b", arguments.layers)
        before = products()
        command = [sys.executable, __file__, "--hear", name, "--layers", str(arguments.layers)]
        measured = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    sys.stdout.write("\n".join(report(arguments.layers, measured, (before + products()) / 2)) + "\n")
    return int(measured["memory"] > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
