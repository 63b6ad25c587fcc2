"""How quickly a dataset's table answers at 25,000 and 1,000,000 rows, in what memory.

Nothing here is a test. The tables are generated, shaped like the Million Song Dataset's metadata; each size
is measured in a process of its own, so that the peak of its memory is its own: python FILE [FOLDER].
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from quintet.catalogue import export, query, rows  # noqa: E402
from quintet.catalogue.query import Filter, Query  # noqa: E402
from quintet.datasets.base import Column, Facts, Track  # noqa: E402

SIZES = (25_000, 1_000_000)
BATCH = 100_000
RUNS = 5
PAGE = 17
FACTS = Facts(
    title="Generated", noun="tracks", label="genre", classes=tuple(f"genre {n}" for n in range(15)),
    about="", licence="", source="",
    columns=(
        Column("tempo", "number"), Column("loudness", "number"), Column("key", "integer", filter=True),
        Column("artist id"), Column("song id", shown=False), Column("hotness", "number"),
    ),
)  # fmt: skip
WORDS = ("amber", "bellow", "cinder", "delta", "ember", "harbour", "ivory", "jade", "kite", "lantern", "mist")


def tracks(first: int, n: int) -> list[Track]:
    """`n` tracks from number `first` on: always the same ones."""
    rng = random.Random(first)
    return [_track(number, rng) for number in range(first, first + n)]


def _track(number: int, rng: random.Random) -> Track:
    def name(least: int, most: int) -> str:
        return " ".join(rng.choice(WORDS) + str(rng.randrange(40)) for _ in range(rng.randint(least, most)))

    artist = int(45_000 * rng.random() ** 2)  # a few have very many tracks
    return Track(
        id=f"TR{number * 7_368_787 % 11_881_376:08X}{number:08X}", path=None, title=name(1, 5),
        artist=f"Artist {artist}", labels=(rng.choice(FACTS.classes),) if rng.random() < 0.3 else (),
        split=rng.choice(("train", "valid", "test")), seconds=round(rng.gammavariate(8, 31), 3),
        group=f"AR{artist}", album=name(1, 4), year=rng.randrange(1922, 2011) if rng.random() < 0.5 else 0,
        tags=tuple(f"tag {int(500 * rng.random() ** 3)}" for _ in range(rng.randrange(5))),
        columns={"tempo": rng.gauss(124, 35), "loudness": -rng.gammavariate(4, 2.5),
                 "key": rng.randrange(12), "artist id": f"AR{artist}", "song id": f"SO{number:016X}",
                 "hotness": rng.random()},
    )  # fmt: skip


def write(path: Path, n: int) -> None:
    """A table of `n` generated tracks, a batch in memory at a time, in one commit."""
    import lance

    def batches() -> Iterator:
        for first in range(0, n, BATCH):
            found = tracks(first, min(BATCH, n - first))
            yield rows.batch(found, [0] * len(found), first, FACTS)

    facts = {"facts": rows.as_text(FACTS), "format": "2"}
    lance.write_dataset(batches(), str(path), schema=rows.schema(FACTS).with_metadata(facts))


def questions(table: query.Table, n: int) -> dict:
    """What the page asks, by name."""
    year, genre = Filter("year", low=1980, high=1989), Filter("labels", ("genre 3",))
    tags, seconds = Filter("tags", ("tag 7", "tag 9")), Filter("seconds", low=100.0, high=200.0)
    asked = {
        "first page": Query(), "search of one word": Query("harbour"),
        "search of three words": Query("amber7 kite lantern"), "search for nothing": Query("zzzz"),
        "search and sort": Query("amber", sort="title"), "filter by class": Query(filters=(genre,)),
        "filter by year": Query(filters=(year,)), "filter by tags": Query(filters=(tags,)),
        "filter by duration": Query(filters=(seconds,)),
        "filter, search, sort": Query("mist", (year, seconds), sort="year", descending=True),
        "sort by title": Query(sort="title"), "sort by number": Query(sort="tempo", descending=True),
        "sort by tags": Query(sort="tags"),
    }  # fmt: skip
    made = {name: lambda q=q: query.page(table, q, 0, PAGE) for name, q in asked.items()}
    deep = n * 9 // 10
    return made | {
        "deep page": lambda: query.page(table, Query(), deep, PAGE),
        "deep page, sorted": lambda: query.page(table, Query(sort="title"), deep, PAGE),
        "deep page, by number": lambda: query.page(table, Query(sort="tempo"), n // 2, PAGE),
        "middle page, by artist": lambda: query.page(table, Query(sort="artist"), n // 2, PAGE),
        "counts of classes": lambda: query.counts(table, Query(), "labels"),
        "counts of tags": lambda: query.counts(table, Query(), "tags"),
        "which filters make sense": lambda: query.summary(table),
    }


def measure(path: Path, n: int) -> None:
    """Prints one line per question: median and slowest of RUNS after one that warms up, ms."""
    table = query.Table(path, FACTS)
    start = time.perf_counter()
    query.page(table, Query(), 0, PAGE)
    print(f"  {'the very first page':24} {(time.perf_counter() - start) * 1e3:7.0f}")
    for name, ask in questions(table, n).items():
        ask()
        taken = [_timed(ask) for _ in range(RUNS)]
        print(f"  {name:24} {median(taken) * 1e3:7.0f} {max(taken) * 1e3:7.0f}")
    print(f"  peak memory of the process: {_peak():,.0f} MB, before exports")
    for name, kind in (("CSV", export.CSV), ("parquet", export.PARQUET)):
        target = path.with_suffix(f".{name}")
        start = time.perf_counter()
        with target.open("wb") as file:
            export.write(table, Query(), kind, file)
        seconds = time.perf_counter() - start
        print(f"  {name} of all rows: {seconds:.1f} s, {target.stat().st_size / 1e6:.0f} MB")
        target.unlink()
    print(f"  peak memory of the process: {_peak():,.0f} MB, after them")


def _timed(ask) -> float:
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main(folder: Path) -> None:
    """Generates what is not there yet in `folder`, and measures it."""
    for n in SIZES:
        path = folder / f"{n}.lance"
        if not path.exists():
            start = time.perf_counter()
            write(path, n)
            print(f"{n:,} rows generated in {time.perf_counter() - start:.0f} s", flush=True)
        print(f"{n:,} rows{'':14} median slowest, ms", flush=True)
        subprocess.run([sys.executable, __file__, "--measure", str(path), str(n)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:]:
        main(Path(sys.argv[1]))  # where the tables are kept for the next time
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
