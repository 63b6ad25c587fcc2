"""Damaged files of every format are answered or refused in a sentence; the long run is `make fuzz`."""

import pytest

from tests.fuzz import campaign, targets, worker
from tests.fuzz.worker import Worker

COUNT = 80  # inputs of each target, its whole seeds first: 8,640 in all, some 80 s on one idle core


@pytest.fixture(scope="module")
def child():
    """One worker for all targets: its imports take longer than most of them."""
    made = Worker()
    yield made
    made.close()


def test_there_are_targets_of_every_kind():
    kinds = {name.partition(" ")[0] for name in targets.TARGETS}
    assert {"audio", "tags", "weights", "arrays", "runs", "dataset", "table", "lists", "kept"} <= kinds
    assert sum(name.startswith("audio ") for name in targets.TARGETS) > 50


@pytest.mark.parametrize("name", [name for name, target in targets.TARGETS.items() if target.whole])
def test_a_whole_file_is_accepted(child, name):
    whole = [child.read(campaign.mutant(name, n)) for n in range(len(campaign.seeds_of(name)))]
    assert worker.ACCEPTED in [outcome.kind for outcome in whole], whole


@pytest.mark.parametrize("name", targets.TARGETS)
def test_damaged_files_are_answered_or_refused_in_a_sentence(child, name):
    faults = []
    for number in range(COUNT):
        outcome = child.read(campaign.mutant(name, number))
        if outcome.kind in worker.BAD:
            again = f"python -m tests.fuzz --target '{name}' --seed {number}"
            faults.append(f"{outcome.kind}: {outcome.about}\n{again}\n{outcome.trace}")
    assert not faults, "\n".join([f"{len(faults)} of {COUNT}", *faults[:5]])
