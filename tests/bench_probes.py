"""Part of `make bench`: how long probes take on tables of real size, filled by chance. No test.

Give names of parts to run only these: gtzan, medium, tags, grid, full, pages. The full grid is told
by the setups that every search times before the rest; `whole` runs all of it.
"""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from quintet import settings  # noqa: E402
from quintet.datasets.base import Track  # noqa: E402
from quintet.embeddings import models  # noqa: E402
from quintet.evaluation import (  # noqa: E402
    benchmark,
    runs,
    tag_metrics,
)
from quintet.evaluation import hyperparameters as search  # noqa: E402
from quintet.jobs import pool  # noqa: E402
from quintet.stats.labels import Tags  # noqa: E402
from quintet.storage import tables as store  # noqa: E402
from tests.tables import put_tracks  # noqa: E402

DIMS = {"openjmla": 768, "musicnn": 1506, "vggish": 128, "clmr": 512, "jukebox": 4800}
GTZAN = {"train": 443, "valid": 197, "test": 290}
MEDIUM = {"train": 19_922, "valid": 2_505, "test": 2_573}
SHARES = np.array([5681, 5050, 1801, 1761, 1215, 1045, 945, 814, 495, 408, 306, 142, 94, 94, 58, 13])


def plant(dataset: str, sizes: dict[str, int], shares: np.ndarray, dims: dict[str, int]) -> list:
    """Tracks and one table for each backbone: classes that leave a trace in 60 directions, and noise."""
    here, lots = settings.load(), np.random.default_rng(0)
    split = np.repeat(list(sizes), list(sizes.values()))
    y = lots.choice(len(shares), size=len(split), p=shares / shares.sum())
    tracks = [
        Track(f"{n:06d}", None, f"Clip {n}", f"artist {n // 4}", (f"class {y[n]:02d}",), split=str(split[n]),
              group=f"artist {n // 4}", columns={"has_genre": True})
        for n in range(len(split))
    ]  # fmt: skip
    put_tracks(here, dataset, tracks)
    sources = []
    for key, dim in dims.items():
        source = models.resolve_model(key, here)
        turn = lots.normal(size=(60, dim)).astype(np.float32) / 6
        inner = lots.normal(size=(len(y), 60)) + 0.35 * lots.normal(size=(len(shares), 60))[y]
        X = inner.astype(np.float32) @ turn + lots.normal(size=(len(y), dim)).astype(np.float32)
        where = models.model_table_path(dataset, source, here)
        store.append_embeddings(where, source.fingerprint, [t.id for t in tracks], X)
        sources.append(source)
    return sources


def timed(what: str, work: Callable[[], object]) -> object:
    """Prints wall and CPU seconds of `work`, its processes included."""
    start, before = time.perf_counter(), os.times()
    found = work()
    after = os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    print(f"  {what}: {time.perf_counter() - start:.1f} s, {cpu:.1f} CPU s", flush=True)
    return found


def board(dataset: str, rules: runs.Rules, sources: list) -> None:
    """Runs, intervals and pairs of one protocol; called trained, since controls are compared with nothing."""
    here = settings.load()
    timed("probes", lambda: benchmark.make(dataset, sources, rules, here))
    made = [runs.get(dataset, source, rules, here) for source in sources]
    scores = timed("intervals", lambda: [runs.scores(run)["accuracy"] for run in made])
    trained = [replace(run, source=replace(run.source, state="custom")) for run in made]
    timed("pair tests", lambda: runs.compare(trained))
    for source, one in zip(sources, scores, strict=True):
        print(f"    {source.key}: {one.value:.1%} ({one.low:.1%} to {one.high:.1%})")


def gtzan() -> None:
    """930 clips, five backbones."""
    print("GTZAN-sized, 443/197/290, logistic, five backbones")
    board("gtzan", runs.Rules("gtzan-ff"), plant("gtzan", GTZAN, np.ones(10), DIMS))


def medium() -> None:
    """25,000 clips, five backbones."""
    print("FMA-medium-sized, 19,922/2,505/2,573, logistic, five backbones")
    board("fma", runs.Rules("fma-official"), plant("fma", MEDIUM, SHARES, DIMS))


def tags() -> None:
    """Intervals of 50 tags on 5,329 rows."""
    print("MagnaTagATune-sized answers, 5,329 x 50, 1,000 draws")
    lots = np.random.default_rng(0)
    truth = lots.random((5_329, 50)) < np.linspace(0.02, 0.2, 50)
    said = (lots.random(truth.shape) + truth / 2).astype(np.float32)
    known = Tags(truth, lots.integers(75, size=len(truth)).astype(str), tuple(f"tag {n}" for n in range(50)))
    timed("intervals of every tag, macro and micro", lambda: tag_metrics.scores(known, said, 0))


def grid() -> None:
    """The reduced grid for one backbone of 768 values."""
    print("GTZAN-sized, 443/197/290, one backbone of 768 values, reduced grid, 24 of 216")
    sources = plant("gtzan", GTZAN, np.ones(10), {"openjmla": 768})
    board("gtzan", runs.Rules("gtzan-ff", "mlp-reduced"), sources)


class Enough(Exception):
    """The search has told what it expects."""


def full(whole: bool = False) -> None:
    """The grid of 216 for one backbone of 768 values: what its first setups say of the rest, or all."""
    print("GTZAN-sized, 443/197/290, one backbone of 768 values, full grid of 216")
    sources, rules = plant("gtzan", GTZAN, np.ones(10), {"openjmla": 768}), runs.Rules("gtzan-ff", "mlp-full")

    def told(what: str, done: int, of: int) -> None:
        if what == search.EXPECTED:
            print(f"    expected: {done / 60:.0f} min for the other {of} on {pool.cores()} cores", flush=True)
            if not whole:
                raise Enough

    def make() -> None:
        with suppress(Enough):
            benchmark.make("gtzan", sources, rules, settings.load(), told)

    timed("all 216" if whole else "the setups timed first", make)


def pages() -> None:
    """Every view of Benchmarks over finished runs of five backbones, opened again: seconds of the script."""
    from streamlit.testing.v1 import AppTest

    print("Benchmarks page, five backbones on 930 clips, the second run of each view")
    logging.disable(logging.WARNING)  # Streamlit's, of a script without a browser
    os.environ["QUINTET_ROOT_GTZAN"] = os.environ["QUINTET_CACHE"]  # a dataset this machine knows
    here = settings.load()
    benchmark.make("gtzan", plant("gtzan", GTZAN, np.ones(10), DIMS), runs.Rules("gtzan-ff"), here)
    for view in ("leaderboard", "confusion", "compare", "class", "more", "report"):
        app = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=120)
        app.switch_page("benchmarks.py")
        app.query_params["dataset"], app.query_params["view"] = "gtzan", view
        app.run()
        assert not app.exception and any("q-title" in one.proto.body for one in app.main.get("html")), view
        timed(view, app.run)


def main() -> None:
    """Prints the parts that were named, or all."""
    parts = {"gtzan": gtzan, "medium": medium, "tags": tags, "grid": grid, "full": full, "pages": pages,
             "whole": lambda: full(whole=True)}  # fmt: skip
    for name in sys.argv[1:] or [one for one in parts if one != "whole"]:
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {"QUINTET_CACHE": f"{folder}/cache", "QUINTET_WEIGHTS": f"{folder}/none"}
            os.environ["QUINTET_CONFIG"] = f"{folder}/none.toml"
            parts[name]()


if __name__ == "__main__":
    main()
