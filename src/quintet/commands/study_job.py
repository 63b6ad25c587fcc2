"""Studies that take a while: a bar on stderr, a status file that a page reads, and a process of their own."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from quintet.errors import Busy, QuintetError
from quintet.evaluation.runs import Rules
from quintet.jobs import process, progress
from quintet.jobs.progress import Status
from quintet.settings import Settings

ProgressCallback = Callable[[int, int, int], None]  # done, of, failed


def path(study: str, dataset: str, settings: Settings) -> Path:
    """Where a study of a dataset ("fewshot") says how far it is."""
    return settings.cache / dataset / "measured" / f"{study}.json"


@contextmanager
def progress_bar(
    study: str, dataset: str, title: str, unit: str, settings: Settings
) -> Iterator[ProgressCallback]:
    """Counts with a bar and the study's status file; its last status says how it ended."""
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", desc=title, file=sys.stderr, delay=2) as bar:

        def update_bar(status: Status) -> None:
            bar.total = status.total
            bar.update(status.done - bar.n)

        meter = progress.ProgressWriter(title, path(study, dataset, settings), update_bar)
        meter.write("running")
        state, why = "stopped", ""
        try:
            yield meter.report
            state = "done"
        except QuintetError as error:
            state, why = "failed", str(error)
            raise
        finally:
            meter.write(state, why)


def start(study: str, dataset: str, rules: Rules, settings: Settings) -> None:
    """Starts `quintet STUDY DATASET` under these rules in its own process. Raises Busy while one runs."""
    status = path(study, dataset, settings)
    if (running := progress.read(status)) and running.state == "running":
        raise Busy(f"Another job does this for {dataset!r}. Wait for it or stop it, then start this again.")
    words = [study, dataset, "--protocol", rules.protocol, "--probe", rules.probe]
    process.start(words, f"quintet {study} {dataset}", status)


def read_status(study: str, dataset: str, settings: Settings) -> Status | None:
    """How far the last job is, "stopped" where its process is gone; None where none ever ran."""
    return progress.read(path(study, dataset, settings))


def stop(study: str, dataset: str, settings: Settings) -> None:
    """Ends a running job; what it finished is kept."""
    process.stop(path(study, dataset, settings))
