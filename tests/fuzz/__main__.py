"""The long run: python -m tests.fuzz --count 50000. Exits 1 where anything was neither heard nor refused."""

import argparse
import os
import sys
import time
from pathlib import Path

from tests.fuzz import campaign, targets, worker


def main(words: list[str] | None = None) -> int:
    """Runs what the command line asks for."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--count", type=int, default=50_000, help="inputs over all targets")
    asked.add_argument("--first", type=int, default=0, help="number of the first input of each target")
    asked.add_argument("--target", action="append", help="one target, or all that begin so; may be repeated")
    asked.add_argument("--seed", type=int, help="repeat one input of one target")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--keep", type=Path, default=Path("artefacts/fuzz"), help="folder for what went wrong")
    given = asked.parse_args(words)
    names = [n for n in targets.TARGETS if not given.target or any(n.startswith(t) for t in given.target)]
    if not names:
        print(f"No target begins with {given.target}. Known: {', '.join(targets.TARGETS)}.")
        return 2
    if given.seed is not None:
        return _repeat(names[0], given.seed)
    start = time.monotonic()
    count = -(-given.count // len(names))
    tallies = campaign.run(names, count, given.workers, given.first, given.keep, _tell)
    print(campaign.table(tallies))
    print(f"{sum(t.inputs for t in tallies.values()):,} inputs in {time.monotonic() - start:.0f} s.")
    bad = sum(tally.bad for tally in tallies.values())
    if bad:
        print(f"{bad} faults; the files lie in {given.keep}.")
    return 1 if bad else 0


def _tell(name: str, number: int, outcome: worker.Outcome) -> None:
    if outcome.kind in worker.BAD:
        print(f"{outcome.kind:9} {name} --seed {number}: {outcome.about[:160]}", flush=True)


def _repeat(name: str, number: int) -> int:
    child = worker.Worker()
    try:
        outcome = child.read(campaign.mutant(name, number))
    finally:
        child.close()
    print(f"{outcome.kind}: {outcome.about}\n{outcome.trace}")
    return 1 if outcome.kind in worker.BAD else 0


if __name__ == "__main__":
    sys.exit(main())
