"""Studies as jobs: how far they are, how they ended, and never two at once."""

import os

import pytest

from quintet.commands import background, measuring
from quintet.errors import Busy, QuintetError
from quintet.extract import progress
from quintet.studies.runs import Rules

STUDY, DATASET = "fewshot", "cellar"


def test_a_study_tells_how_far_it_is_and_that_it_is_done(here):
    with measuring.told(STUDY, DATASET, "Few clips", "fits", here) as told:
        assert measuring.look(STUDY, DATASET, here).state == "running"
        told(3, 3, 0)
    found = measuring.look(STUDY, DATASET, here)
    assert (found.state, found.done, found.total) == ("done", 3, 3)


def test_a_study_that_failed_says_why(here):
    with pytest.raises(QuintetError), measuring.told(STUDY, DATASET, "Few clips", "fits", here):
        raise QuintetError("No clip of it. Add one.")
    found = measuring.look(STUDY, DATASET, here)
    assert (found.state, found.message) == ("failed", "No clip of it. Add one.")


def test_a_study_that_was_interrupted_says_that_it_was_stopped(here):
    with pytest.raises(KeyboardInterrupt), measuring.told(STUDY, DATASET, "Few clips", "fits", here):
        raise KeyboardInterrupt
    assert measuring.look(STUDY, DATASET, here).state == "stopped"


def test_a_study_starts_under_the_rules_that_are_shown_and_never_twice(here, monkeypatch):
    started = []
    monkeypatch.setattr(background, "start", lambda words, what, status: started.append(words))
    rules = Rules("gtzan-ff", "knn")
    measuring.start(STUDY, DATASET, rules, here)
    assert started == [["fewshot", DATASET, "--protocol", "gtzan-ff", "--probe", "knn"]]
    status = progress.Status(
        "Few clips", 1, 9, 0, 1.0, "running", os.getpid(), begun=progress.begun(os.getpid())
    )
    progress.save(status, measuring.path(STUDY, DATASET, here))
    with pytest.raises(Busy, match="Another job does this for 'cellar'"):
        measuring.start(STUDY, DATASET, rules, here)
    assert len(started) == 1
