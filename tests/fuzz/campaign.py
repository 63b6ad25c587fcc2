"""Mutants of every target through workers, counted; what went wrong is kept so that it can be repeated."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue

from tests.fuzz import mutate, targets, worker
from tests.fuzz.seeds import Seed
from tests.fuzz.worker import Input, Outcome, Worker

CHUNK = 100  # inputs of one target that one worker takes at a time


@dataclass
class Tally:
    """What became of one target's inputs."""

    kinds: Counter = field(default_factory=Counter)
    peak: int = 0  # bytes above what the imports take
    noisy: int = 0  # inputs on which a library wrote to stderr
    faults: list[tuple[int, Outcome]] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        """How many were tried."""
        return self.kinds.total()

    @property
    def bad(self) -> int:
        """How many were faults of the product."""
        return sum(self.kinds[kind] for kind in worker.BAD)


@cache
def seeds_of(target: str) -> list[Seed]:
    """What is damaged for a target, made once. Raises ValueError where there is nothing."""
    found = targets.TARGETS[target].seeds()
    if not found or not all(seed.damaged for seed in found):
        raise ValueError(f"{target} has no seed to damage")
    return found


_LOCK = threading.Lock()


def mutant(target: str, number: int) -> Input:
    """Input `number` of a target; number 0 up to the count of seeds are the seeds themselves, undamaged."""
    with _LOCK:
        seeds = seeds_of(target)
    if number < len(seeds):
        return Input(target, number, seeds[number].files, seeds[number].given)
    rng = random.Random(f"{target}/{number}")
    seed, other = rng.choice(seeds), rng.choice(seeds)
    name = rng.choice(seed.damaged)
    data = mutate.mutate(rng, seed.files[name], other.files[rng.choice(other.damaged)])
    return Input(target, number, {**seed.files, name: data}, seed.given)


def run(
    names: Iterable[str],
    count: int,
    workers: int = 1,
    first: int = 0,
    keep: Path | None = None,
    progress: Callable[[str, int, Outcome], None] = lambda name, number, outcome: None,
) -> dict[str, Tally]:
    """Inputs `first` to `first + count` of each target; faults are written below `keep`."""
    names = list(names)
    work: SimpleQueue[tuple[str, int, int]] = SimpleQueue()
    for name in names:
        for start in range(first, first + count, CHUNK):
            work.put((name, start, min(start + CHUNK, first + count)))
    tallies = {name: Tally() for name in names}

    def one_worker(_: int) -> None:
        child = Worker()
        try:
            while True:
                name, start, stop = work.get_nowait()
                for number in range(start, stop):
                    outcome = child.read(mutant(name, number))
                    _count(tallies[name], name, number, outcome, keep)
                    progress(name, number, outcome)
        except Empty:
            return
        finally:
            child.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one_worker, range(workers)))
    return tallies


def _count(tally: Tally, name: str, number: int, outcome: Outcome, keep: Path | None) -> None:
    with _LOCK:
        tally.kinds[outcome.kind] += 1
        tally.peak = max(tally.peak, outcome.peak)
        tally.noisy += outcome.noise > 0
        if outcome.kind not in worker.BAD:
            return
        tally.faults.append((number, outcome))
    if keep is not None:
        _write(keep, name, number, outcome)


def _write(keep: Path, name: str, number: int, outcome: Outcome) -> None:
    case = mutant(name, number)
    folder = keep / outcome.kind / f"{name.replace(' ', '-')}-{number}"
    for path, data in case.files.items():
        at = folder / "files" / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(data)
    facts = {
        "target": name,
        "seed": number,
        "given": case.given,
        "kind": outcome.kind,
        "about": outcome.about,
    }
    (folder / "fault.json").write_text(json.dumps(facts, indent=1))
    (folder / "trace.txt").write_text(outcome.trace)


def table(tallies: dict[str, Tally]) -> str:
    """A line for each target and one for all."""
    heads = ("inputs", worker.ACCEPTED, worker.REFUSED, *worker.BAD, "noisy", "MB")
    lines = [f"{'target':22}" + "".join(f"{head:>10}" for head in heads)]
    total = Tally()
    for name, tally in tallies.items():
        total.kinds += tally.kinds
        total.peak, total.noisy = max(total.peak, tally.peak), total.noisy + tally.noisy
        lines.append(_line(name, tally))
    return "\n".join([*lines, _line(f"{len(tallies)} targets", total)])


def _line(name: str, tally: Tally) -> str:
    kinds = [tally.kinds[kind] for kind in (worker.ACCEPTED, worker.REFUSED, *worker.BAD)]
    numbers = (tally.inputs, *kinds, tally.noisy, tally.peak >> 20)
    return f"{name:22}" + "".join(f"{number:10,}" for number in numbers)
