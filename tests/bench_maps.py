"""Neighbour graphs, maps and measures of large collections: seconds, and memory at its peak.

Nothing here is a test. Rows are generated: clouds of points around 40 centres, other ones for each backbone.
Each collection is measured in a process of its own: python FILE, or python FILE ROWS VALUES [VALUES ...].
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from quintet.embeddings import models  # noqa: E402
from quintet.maps import make_maps, memory, neighbour_graph, stored_maps  # noqa: E402
from quintet.settings import Settings  # noqa: E402
from tests.heard import BATCH, DATASET, put_embeddings, put_names  # noqa: E402

COLLECTIONS = ((25_000, (768, 1506, 128, 512, 480)),)  # by hand also: 200000 768, or 1000000 50 (PCA-reduced)
CENTRES = 40


def fill(settings: Settings, n: int, dims: tuple[int, ...]) -> None:
    """A dataset of n tracks that as many backbones as there are dims have heard."""
    ids = put_names(settings, n)
    of = np.random.default_rng(99).integers(CENTRES, size=n)  # the same tracks are together in all
    for number, dim in enumerate(dims):
        rng = np.random.default_rng(number)
        centres = 2 * rng.normal(size=(CENTRES, dim)).astype(np.float32)
        for at in range(0, n, BATCH):
            some = slice(at, at + BATCH)
            X = centres[of[some]] + rng.normal(size=(len(ids[some]), dim)).astype(np.float32)
            put_embeddings(settings, f"{dim} values", ids[some], X)


def measure(n: int, dims: tuple[int, ...]) -> None:
    """Prints a line per step and backbone."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(cache=Path(folder), data=Path(folder))
        fill(settings, n, dims)
        sources = models.published_models(DATASET, settings)
        said = memory.describe_need(*make_maps.needed(DATASET, sources, stored_maps.MapConfig(), settings))
        print(f"{n:,} tracks, {len(sources)} backbones. {said}", flush=True)
        whole = time.perf_counter()
        for found in sources:
            begun, cpu = time.perf_counter(), time.process_time()
            neighbour_graph.make_one(DATASET, found, settings)
            took, used = time.perf_counter() - begun, time.process_time() - cpu
            print(f"  neighbours, {found.backbone.spec.title}: {took:.0f} s, CPU {used:.0f} s", flush=True)
        print(f"  peak memory with neighbours: {memory.peak() / 1e9:.1f} GB", flush=True)
        draw(sources, settings)
        print(f"  in all: {time.perf_counter() - whole:.0f} s", flush=True)


def draw(sources: list[models.Model], settings: Settings) -> None:
    """Makes the maps and prints what each took."""
    begun, recipe = time.perf_counter(), stored_maps.MapConfig()
    refused = make_maps.make(DATASET, sources, recipe, settings).refused
    for found in sources:
        if found.key in refused:
            print(f"  {refused[found.key]}")
            continue
        held = stored_maps.get(DATASET, found, recipe, settings)
        print(f"  map, {found.backbone.spec.title}: {held.seconds:.0f} s, {held.memory / 1e9:.1f} GB")
        print(f"    {stored_maps.describe_quality(vars(held.measures))}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = time.perf_counter() - begun
    print(f"  all maps: {took:.0f} s, CPU of the workers {used.ru_utime + used.ru_stime:.0f} s", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(int(sys.argv[1]), tuple(map(int, sys.argv[2:])))
    else:
        for rows, values in COLLECTIONS:
            subprocess.run([sys.executable, __file__, str(rows), *map(str, values)], check=True)
