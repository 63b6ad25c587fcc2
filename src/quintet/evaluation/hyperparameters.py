"""Searching a grid of setups: each that is finished is kept, so that a search goes on where it stopped."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from quintet.evaluation import mlp_probe
from quintet.evaluation.cross_validation import Trial
from quintet.jobs import pool
from quintet.stats.labels import Labels, Tags

NAMES = tuple(mlp_probe.GRIDS)
Told = Callable[[str, int, int], None]  # what is done, pieces done, of
EXPECTED = "seconds expected"  # told once before a search: how long, and of how many setups
SAMPLE = 4  # setups a core that are timed before the rest, spread over the whole grid; they are kept as well


@dataclass(frozen=True)
class Piece:
    """One fold: where its table X lies (.npy), what is known of its rows, and how it is answered.

    `choice` is the number of the setup in the grid; -1 where the probe chooses for itself.
    """

    X: Path
    known: Labels | Tags
    trial: Trial
    seed: int
    probe: str
    choice: int = -1


def setups(probe: str) -> tuple[mlp_probe.Setup, ...]:
    """What the grid of that name tries."""
    return mlp_probe.GRIDS[probe].setups


def says(probe: str) -> str:
    """What to call the grid wherever a result of it is shown; "" for a probe without one."""
    return mlp_probe.GRIDS[probe].says if probe in NAMES else ""


def path(part: Path) -> Path:
    """Where the finished setups of the fold kept at `part` lie, one a line."""
    return part.with_suffix(".jsonl")


def search(pieces: list[tuple[Path, Piece]], at_once: int, told: Told) -> list[tuple[Path, Piece]]:
    """The same folds with the setup chosen that answers the rows held out best; of equal ones the first."""
    every = [
        (part, replace(piece, choice=n)) for part, piece in pieces for n in range(len(setups(piece.probe)))
    ]
    held = {part: finished(part) for part, _ in pieces}
    todo = [(part, piece) for part, piece in every if piece.choice not in held[part]]
    done = len(every) - len(todo)
    told("setups", done, len(every))
    first = sample(len(todo), SAMPLE * at_once)
    for part in (first, [n for n in range(len(todo)) if n not in set(first)]):
        seconds = []
        for place, line in pool.parallel_map(tried, [todo[n][1] for n in part], at_once):
            _append(path(todo[part[place]][0]), line)
            seconds.append(line["seconds"])
            done += 1
            told("setups", done, len(every))
        if part is first and done < len(every):
            told(EXPECTED, expected(seconds, len(every) - done, at_once), len(every) - done)
    return [(part, replace(piece, choice=best(finished(part)))) for part, piece in pieces]


def sample(n: int, k: int) -> list[int]:
    """At most k of n places, spread evenly: neighbours in a grid take alike long."""
    return sorted({round(at) for at in np.linspace(0, n - 1, min(n, k))}) if n else []


def expected(seconds: list[float], left: int, at_once: int) -> int:
    """Seconds that `left` setups take where so many run at once, by the CPU seconds of those that ran."""
    return round(float(np.mean(seconds)) * left / at_once)


def tried(piece: Piece) -> dict:
    """One setup's number, its score on the rows held out, its steps, and the CPU seconds they took."""
    start = time.process_time()
    _, score, steps = _fit(piece)
    return {"setup": piece.choice, "score": score, "steps": steps, "seconds": time.process_time() - start}


def answers(piece: Piece) -> np.ndarray:
    """Probabilities (m, C) float32 of the fold's tested rows by the chosen setup, trained again."""
    arrays, _, _ = _fit(piece)
    X = np.load(piece.X, mmap_mode="r")[piece.trial.test]
    return mlp_probe.probabilities(arrays, X).astype(np.float32)


def finished(part: Path) -> dict[int, dict]:
    """What is kept of a fold's setups, by number; a line that was cut short counts as not there."""
    found = {}
    if path(part).exists():
        for line in path(part).read_text(encoding="utf-8").splitlines():
            try:
                said = json.loads(line)
                found[said["setup"]] = said
            except (ValueError, KeyError, TypeError):  # the computer stopped within the line
                continue
    return found


def best(held: dict[int, dict]) -> int:
    """The number of the setup with the highest score, of equal ones the lowest."""
    return min(held, key=lambda n: (-held[n]["score"], n))


def chosen(parts: list[Path], probe: str) -> list[dict]:
    """For each fold the setup that was taken, by name, with its score and how long the whole search took."""
    if probe not in NAMES:
        return []
    told = []
    for part in parts:
        held = finished(part)
        number = best(held)
        seconds = sum(line["seconds"] for line in held.values())
        setup = mlp_probe.told(setups(probe)[number])
        told.append({**setup, "score": held[number]["score"], "steps": held[number]["steps"],
                     "tried": len(held), "cpu_seconds": round(seconds, 1)})  # fmt: skip
    return told


def _fit(piece: Piece) -> tuple[dict[str, np.ndarray], float, int]:
    examples = piece.trial.examples(np.load(piece.X, mmap_mode="r"), piece.known)
    own = sha256(f"{piece.seed} {piece.probe} {piece.choice}".encode()).digest()
    return mlp_probe.fit(setups(piece.probe)[piece.choice], examples, int.from_bytes(own[:4], "big"))


def _append(where: Path, line: dict) -> None:
    where.parent.mkdir(parents=True, exist_ok=True)
    with where.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
