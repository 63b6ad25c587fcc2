"""quintet map: graphs and maps, told as they are made; and the same as a job that a page starts."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from quintet.commands.prepare import select_embedded_models
from quintet.commands.result import CommandResult, untrained_suffix
from quintet.embeddings.models import Model
from quintet.errors import Busy, QuintetError
from quintet.jobs import process, progress
from quintet.jobs.progress import Status
from quintet.maps import make_maps, memory, stored_maps
from quintet.maps.stored_maps import MapConfig, MapsResult
from quintet.settings import Settings
from quintet.storage import locks

WHOLE = 100  # points of progress of a backbone
STEPS = {"neighbours": (0, 30), "map": (30, 70)}  # where each step begins, and its points
BAR = "{desc}: {percentage:3.0f} %|{bar}| {elapsed}"
DOING = {"neighbours": "Comparing all tracks", "map": "Drawing the map"}
OPTIONS = {  # option of the command -> field of the recipe
    "method": "method", "neighbors": "n_neighbors", "min_dist": "min_dist", "perplexity": "perplexity",
    "seed": "seed", "align": "align", "reference": "reference",
}  # fmt: skip


def map_(arguments: Namespace, settings: Settings) -> CommandResult:
    """Makes the graphs and maps that are missing or out of date; what cannot be laid out is refused."""
    options = {part: getattr(arguments, name, None) for name, part in OPTIONS.items()}
    config = stored_maps.check(replace(MapConfig(), **{k: v for k, v in options.items() if v is not None}))
    models = select_embedded_models(arguments, settings)
    memory_text = memory.describe_need(*make_maps.needed(arguments.dataset, models, config, settings))
    with _progress_bar(arguments.dataset, [s.key for s in models], memory_text, settings) as progress:
        outcome = make_maps.make(arguments.dataset, models, config, settings, progress)
    stand = [*outcome.created, *outcome.up_to_date]
    there = [*(s for s in models if s in stand), *(s for s in stand if s not in models)]
    rows = [_row(arguments.dataset, model, config, outcome, settings) for model in there]
    document = {"dataset": arguments.dataset, "recipe": asdict(config), "words": stored_maps.describe(config),
                "memory_needed": memory_text, "maps": rows, "refused": outcome.refused}  # fmt: skip
    reasons = [f"{key}: refused. {why}" for key, why in outcome.refused.items()]
    if not rows:
        return CommandResult(document, [], list(outcome.refused.values()))
    return CommandResult(document, [stored_maps.describe(config), *map(_line, rows), *reasons])


def status_path(dataset: str, settings: Settings) -> Path:
    """Where the job that makes maps of a dataset says how far it is."""
    return settings.cache / dataset / "projections" / "job.json"


def start(dataset: str, config: MapConfig, settings: Settings) -> None:
    """Starts `quintet map` with this recipe in a process of its own.

    Raises UsageError for a recipe that cannot be carried out, Busy while another job makes maps.
    """
    stored_maps.check(config)
    status = status_path(dataset, settings)
    running = read_status(dataset, settings)
    if (running and running.state == "running") or locks.is_held(locks.lock_path(status)):
        raise Busy(_busy(dataset))
    words = []
    for name, part in OPTIONS.items():
        if getattr(config, part) != getattr(MapConfig(), part):
            words += [f"--{name.replace('_', '-')}", str(getattr(config, part))]
    process.start(["map", dataset, *words], f"Maps of {dataset}: {stored_maps.describe(config)}", status)


def read_status(dataset: str, settings: Settings) -> Status | None:
    """How far the last job is, "stopped" where its process is gone; None where none ever ran."""
    return progress.read(status_path(dataset, settings))


def stop(dataset: str, settings: Settings) -> None:
    """Ends a running job and its processes; the maps it finished are kept."""
    process.stop(status_path(dataset, settings))


@contextmanager
def _progress_bar(
    dataset: str, keys: list[str], memory_text: str, settings: Settings
) -> Iterator[stored_maps.ProgressCallback]:
    """Keeps a bar and the status file of one run. Raises Busy while another makes maps of the dataset."""
    from tqdm import tqdm

    status = status_path(dataset, settings)
    status.parent.mkdir(parents=True, exist_ok=True)
    lock = locks.acquire(locks.lock_path(status))
    if lock is None:
        raise Busy(_busy(dataset))
    if memory_text:
        sys.stderr.write(memory_text + "\n")
    state, why = "stopped", ""
    with tqdm(total=WHOLE * len(keys), desc=f"Maps of {dataset}", file=sys.stderr, bar_format=BAR) as bar:
        reporter = _ProgressReporter(status, dataset, dict.fromkeys(keys, 0.0), memory_text, bar)
        try:
            yield reporter
            state = "done"
        except QuintetError as error:
            state, why = "failed", str(error)
            raise
        finally:
            reporter.end(state, why)
            os.close(lock)


class _ProgressReporter:
    """Turns the steps of every backbone into one share, for the status file and a bar on stderr."""

    def __init__(self, status: Path, dataset: str, shares: dict[str, float], memory_text: str, bar) -> None:
        self._shares, self._memory_text, self._bar, self._doing = shares, memory_text, bar, ""
        self._meter = progress.ProgressWriter(f"Maps of {dataset}", status, self._update)
        self._meter.write("running", memory_text)

    def __call__(self, doing: str, key: str, share: float) -> None:
        first, points = STEPS[doing]
        self._shares[key] = first + points * share
        self._doing = f"{DOING[doing]}: {key}."
        total = WHOLE * len(self._shares)
        self._meter.report(min(int(sum(self._shares.values())), total - 1), total, 0)

    def _update(self, status: Status) -> None:
        self._bar.total = status.total
        self._bar.update(status.done - self._bar.n)
        self._meter.write("running", f"{self._doing} {self._memory_text}".strip())

    def end(self, state: str, why: str) -> None:
        """Writes the last status."""
        total = WHOLE * len(self._shares)
        if state == "done":
            self._bar.update(total - self._bar.n)
            self._meter.report(total, total, 0)
        self._meter.write(state, why)


def _busy(dataset: str) -> str:
    return f"Another job makes maps of {dataset!r}. Wait for it or stop it, then run this again."


def _row(dataset: str, model: Model, config: MapConfig, outcome: MapsResult, settings: Settings) -> dict:
    stored_map = stored_maps.get(dataset, model, config, settings)
    return {
        "backbone": model.key, "untrained": model.untrained, "points": len(stored_map.ids),
        "measures": asdict(stored_map.measures), "turned_by": stored_map.turned,
        "seconds": round(stored_map.seconds, 1),
        "memory_mb": round(stored_map.memory / 1e6), "made": model in outcome.created,
    }  # fmt: skip


def _line(row: dict) -> str:
    return (
        f"{row['backbone']}{untrained_suffix(row)}: {row['points']:,} points, "
        f"{stored_maps.describe_quality(row['measures'])}"
    )
