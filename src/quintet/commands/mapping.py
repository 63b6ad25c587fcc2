"""quintet map: graphs and maps, told as they are made; and the same as a job that a page starts."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from quintet.collection import Source
from quintet.commands import _locks, background
from quintet.commands.analyse import heard
from quintet.commands.done import Done, mark
from quintet.errors import Busy, QuintetError
from quintet.extract import progress
from quintet.extract.progress import Status
from quintet.settings import Settings
from quintet.studies import mapmaking, maps, memory
from quintet.studies.maps import Made, Recipe

WHOLE = 100  # points of progress of a backbone
STEPS = {"neighbours": (0, 30), "map": (30, 70)}  # where each step begins, and its points
BAR = "{desc}: {percentage:3.0f} %|{bar}| {elapsed}"
DOING = {"neighbours": "Comparing all tracks", "map": "Drawing the map"}
OPTIONS = {  # option of the command -> field of the recipe
    "method": "method", "neighbors": "n_neighbors", "min_dist": "min_dist", "perplexity": "perplexity",
    "seed": "seed", "align": "align", "reference": "reference",
}  # fmt: skip


def map_(arguments: Namespace, settings: Settings) -> Done:
    """Makes the graphs and maps that are missing or out of date; what cannot be laid out is refused."""
    given = {part: getattr(arguments, name, None) for name, part in OPTIONS.items()}
    recipe = maps.check(replace(Recipe(), **{k: v for k, v in given.items() if v is not None}))
    sources = heard(arguments, settings)
    said = memory.says(*mapmaking.needed(arguments.dataset, sources, recipe, settings))
    with _told(arguments.dataset, [s.key for s in sources], said, settings) as told:
        outcome = mapmaking.make(arguments.dataset, sources, recipe, settings, told)
    stand = [*outcome.made, *outcome.kept]
    there = [*(s for s in sources if s in stand), *(s for s in stand if s not in sources)]
    rows = [_row(arguments.dataset, found, recipe, outcome, settings) for found in there]
    document = {"dataset": arguments.dataset, "recipe": asdict(recipe), "words": maps.words(recipe),
                "memory_needed": said, "maps": rows, "refused": outcome.refused}  # fmt: skip
    reasons = [f"{key}: refused. {why}" for key, why in outcome.refused.items()]
    if not rows:
        return Done(document, [], list(outcome.refused.values()))
    return Done(document, [maps.words(recipe), *map(_line, rows), *reasons])


def status_path(dataset: str, settings: Settings) -> Path:
    """Where the job that makes maps of a dataset says how far it is."""
    return settings.cache / dataset / "projections" / "job.json"


def start(dataset: str, recipe: Recipe, settings: Settings) -> None:
    """Starts `quintet map` with this recipe in a process of its own.

    Raises UsageError for a recipe that cannot be carried out, Busy while another job makes maps.
    """
    maps.check(recipe)
    status = status_path(dataset, settings)
    running = look(dataset, settings)
    if (running and running.state == "running") or _locks.held(_locks.of(status)):
        raise Busy(_busy(dataset))
    words = []
    for name, part in OPTIONS.items():
        if getattr(recipe, part) != getattr(Recipe(), part):
            words += [f"--{name.replace('_', '-')}", str(getattr(recipe, part))]
    background.start(["map", dataset, *words], f"Maps of {dataset}: {maps.words(recipe)}", status)


def look(dataset: str, settings: Settings) -> Status | None:
    """How far the last job is, "stopped" where its process is gone; None where none ever ran."""
    return progress.read(status_path(dataset, settings))


def stop(dataset: str, settings: Settings) -> None:
    """Ends a running job and its processes; the maps it finished are kept."""
    background.stop(status_path(dataset, settings))


@contextmanager
def _told(dataset: str, keys: list[str], said: str, settings: Settings) -> Iterator[maps.Told]:
    """Keeps a bar and the status file of one run. Raises Busy while another makes maps of the dataset."""
    from tqdm import tqdm

    status = status_path(dataset, settings)
    status.parent.mkdir(parents=True, exist_ok=True)
    lock = _locks.take(_locks.of(status))
    if lock is None:
        raise Busy(_busy(dataset))
    if said:
        sys.stderr.write(said + "\n")
    state, why = "stopped", ""
    with tqdm(total=WHOLE * len(keys), desc=f"Maps of {dataset}", file=sys.stderr, bar_format=BAR) as bar:
        telling = _Telling(status, dataset, dict.fromkeys(keys, 0.0), said, bar)
        try:
            yield telling
            state = "done"
        except QuintetError as error:
            state, why = "failed", str(error)
            raise
        finally:
            telling.end(state, why)
            os.close(lock)


class _Telling:
    """Turns the steps of every backbone into one share, for the status file and a bar on stderr."""

    def __init__(self, status: Path, dataset: str, shares: dict[str, float], said: str, bar) -> None:
        self._shares, self._said, self._bar, self._doing = shares, said, bar, ""
        self._meter = progress.Meter(f"Maps of {dataset}", status, self._show)
        self._meter.write("running", said)

    def __call__(self, doing: str, key: str, share: float) -> None:
        first, points = STEPS[doing]
        self._shares[key] = first + points * share
        self._doing = f"{DOING[doing]}: {key}."
        total = WHOLE * len(self._shares)
        self._meter.report(min(int(sum(self._shares.values())), total - 1), total, 0)

    def _show(self, status: Status) -> None:
        self._bar.total = status.total
        self._bar.update(status.done - self._bar.n)
        self._meter.write("running", f"{self._doing} {self._said}".strip())

    def end(self, state: str, why: str) -> None:
        """Writes the last status."""
        total = WHOLE * len(self._shares)
        if state == "done":
            self._bar.update(total - self._bar.n)
            self._meter.report(total, total, 0)
        self._meter.write(state, why)


def _busy(dataset: str) -> str:
    return f"Another job makes maps of {dataset!r}. Wait for it or stop it, then run this again."


def _row(dataset: str, found: Source, recipe: Recipe, outcome: Made, settings: Settings) -> dict:
    drawn = maps.get(dataset, found, recipe, settings)
    return {
        "backbone": found.key, "untrained": found.untrained, "points": len(drawn.ids),
        "measures": asdict(drawn.measures), "turned_by": drawn.turned, "seconds": round(drawn.seconds, 1),
        "memory_mb": round(drawn.memory / 1e6), "made": found in outcome.made,
    }  # fmt: skip


def _line(row: dict) -> str:
    return f"{row['backbone']}{mark(row)}: {row['points']:,} points, {maps.measured(row['measures'])}"
