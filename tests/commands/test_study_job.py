"""Studies as jobs: how far they are, how they ended, and never two at once."""

import os

import pytest

from quintet.commands import study_job
from quintet.errors import Busy, QuintetError
from quintet.evaluation.runs import Rules
from quintet.jobs import process, progress

STUDY, DATASET = "fewshot", "cellar"


def test_a_study_tells_how_far_it_is_and_that_it_is_done(here):
    with study_job.progress_bar(STUDY, DATASET, "Few clips", "fits", here) as told:
        assert study_job.read_status(STUDY, DATASET, here).state == "running"
        told(3, 3, 0)
    found = study_job.read_status(STUDY, DATASET, here)
    assert (found.state, found.done, found.total) == ("done", 3, 3)


def test_a_study_that_failed_says_why(here):
    with pytest.raises(QuintetError), study_job.progress_bar(STUDY, DATASET, "Few clips", "fits", here):
        raise QuintetError("No clip of it. Add one.")
    found = study_job.read_status(STUDY, DATASET, here)
    assert (found.state, found.message) == ("failed", "No clip of it. Add one.")


def test_a_study_that_was_interrupted_says_that_it_was_stopped(here):
    with pytest.raises(KeyboardInterrupt), study_job.progress_bar(STUDY, DATASET, "Few clips", "fits", here):
        raise KeyboardInterrupt
    assert study_job.read_status(STUDY, DATASET, here).state == "stopped"


def test_a_study_starts_under_the_rules_that_are_shown_and_never_twice(here, monkeypatch):
    started = []
    monkeypatch.setattr(process, "start", lambda words, what, status: started.append(words))
    rules = Rules("gtzan-ff", "knn")
    study_job.start(STUDY, DATASET, rules, here)
    assert started == [["fewshot", DATASET, "--protocol", "gtzan-ff", "--probe", "knn"]]
    status = progress.Status(
        "Few clips", 1, 9, 0, 1.0, "running", os.getpid(), begun=progress.start_ticks(os.getpid())
    )
    progress.save(status, study_job.path(STUDY, DATASET, here))
    with pytest.raises(Busy, match="Another job does this for 'cellar'"):
        study_job.start(STUDY, DATASET, rules, here)
    assert len(started) == 1
