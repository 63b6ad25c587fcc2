"""quintet hear and the queue of slow backbones: one at a time, stopped, started again, never lost."""

import hashlib
import inspect
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quintet import audio, cli, registry
from quintet.embeddings import clip_cache, models
from quintet.errors import Busy, StoreError
from quintet.jobs import inference_queue, process, progress
from quintet.jobs.inference_queue import ORPHANED, Job
from quintet.jobs.progress import Status
from quintet.prediction import classifier
from quintet.storage import atomic, locks
from tests import slow_ear
from tests.sounds import write_wav

SOON = 120.0  # s: longer than anything here takes, so that a fault fails instead of hanging


@pytest.fixture
def found(here, monkeypatch) -> models.Model:
    slow_ear.install(monkeypatch.setattr)
    slow_ear.put_weights(here.weights)
    return models.resolve_model(slow_ear.NAME, here)


@pytest.fixture
def hold(tmp_path, monkeypatch) -> Path:
    """As long as this file is there, no clip gets beyond its second layer."""
    held = tmp_path / "hold"
    held.touch()
    monkeypatch.setenv("SLOW_EAR_HOLD", str(held))
    monkeypatch.setenv("SLOW_EAR_STEP", "0.6")  # s: a status is written at most twice a second
    return held


@pytest.fixture
def clip(tmp_path) -> audio.Clip:
    return audio.decode(write_wav(tmp_path / "a.wav"), audio.Limits())


@pytest.fixture
def job(found, here):
    made = Job(found, "a" * 32, here)
    yield made
    for status in inference_queue.folder(here).glob("*/*.json"):
        inference_queue.stop(replace(made, digest=status.stem))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def state(job: Job) -> str:
    found = inference_queue.status(job)
    return found.state if found else ""


def hear(clip: Path, *more: str) -> int:
    return cli.main(["hear", str(clip), "--backbone", slow_ear.NAME, "--json", *more])


def test_a_trained_slow_backbone_without_a_gpu_takes_minutes(found, here):
    assert found.state == "official"
    assert classifier.takes_minutes(found, replace(here, device="cpu"))
    assert not classifier.takes_minutes(found, replace(here, device="cuda"))


def test_every_slow_backbone_tells_how_far_it_is():
    slow = [n for n in registry.names("backbones") if registry.module("backbones", n).SPEC.slow]
    assert slow
    for name in slow:
        assert "report" in inspect.signature(registry.module("backbones", name).load).parameters


def test_the_command_hears_a_content_once_whatever_its_name(found, here, tmp_path, capsys):
    first = write_wav(tmp_path / "a.wav")
    assert hear(first) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["again"], told["untrained"], told["fingerprint"]) == (False, False, found.fingerprint)
    assert told["digest"] == hashlib.sha256(first.read_bytes()).hexdigest()[:32]
    second = tmp_path / "another <name>.wav"
    second.write_bytes(first.read_bytes())
    assert hear(second) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["again"], again["path"], again["took"]) == (True, told["path"], told["took"])
    assert first.exists()
    assert Path(told["path"]).exists()


def test_what_is_kept_is_what_a_fresh_run_gives(found, here, tmp_path, capsys):
    where = write_wav(tmp_path / "a.wav", seconds=6.0)
    assert hear(where) == 0
    told = json.loads(capsys.readouterr().out)
    fresh = classifier.encode(found, models.encoder(found, "cpu"), audio.decode(where, audio.Limits()))
    held = clip_cache.get(found, told["digest"], here)
    np.testing.assert_array_equal(held.frames, fresh.frames)
    np.testing.assert_array_equal(held.embedding, fresh.embedding)
    assert told["notices"] == list(fresh.notices) != []


def test_the_terminal_says_in_a_line_what_was_heard(found, tmp_path, capsys):
    where = str(write_wav(tmp_path / "a.wav"))
    assert cli.main(["hear", where, "--backbone", slow_ear.NAME]) == 0
    assert capsys.readouterr().out.startswith("Slow ear heard it in ")
    assert cli.main(["hear", where, "--backbone", slow_ear.NAME]) == 0
    assert capsys.readouterr().out.startswith("Slow ear had heard this before: ")


def test_without_weights_the_terminal_says_untrained(here, monkeypatch, tmp_path, capsys):
    slow_ear.install(monkeypatch.setattr)
    assert cli.main(["hear", str(write_wav(tmp_path / "a.wav")), "--backbone", slow_ear.NAME]) == 0
    assert "Slow ear (untrained) heard it" in capsys.readouterr().out


@pytest.mark.parametrize(("content", "says"), [(None, "There is no file"), (b"", "is empty")])
def test_a_file_that_cannot_be_heard_gets_its_sentence(found, here, tmp_path, capsys, content, says):
    where = tmp_path / "a.wav"
    if content is not None:
        where.write_bytes(content)
    assert hear(where) == 1
    assert says in json.loads(capsys.readouterr().out)["error"]
    assert not list(clip_cache.folder(here).rglob("*.npz"))


def test_a_digest_that_is_none_is_a_wrong_call(found, tmp_path, capsys):
    assert hear(write_wav(tmp_path / "a.wav"), "--digest", "../../etc") == 2


def test_a_clip_that_is_being_heard_is_not_heard_twice(job, tmp_path, capsys):
    where = write_wav(tmp_path / "a.wav")
    with inference_queue.hold(job):
        assert hear(where, "--digest", job.digest) == 1
    assert "is hearing this clip already" in json.loads(capsys.readouterr().out)["error"]


def test_a_job_is_seen_going_and_its_values_are_those_of_a_fresh_run(job, clip, hold, here):
    inference_queue.enqueue(job, clip)
    until(lambda: (s := inference_queue.status(job)).state == "running" and s.done == 2)
    seen = inference_queue.status(job)
    assert (seen.total, seen.what) == (slow_ear.LAYERS, "Slow ear is hearing a clip")
    assert os.getpriority(os.PRIO_PROCESS, seen.pid) - os.getpriority(os.PRIO_PROCESS, 0) == 10
    assert not job.clip.exists()  # decoded: the copy is gone while the net still hears
    hold.unlink()
    until(lambda: state(job) == "done")
    held = clip_cache.get(job.model, job.digest, here)
    fresh = classifier.encode(job.model, models.encoder(job.model, "cpu"), clip)
    np.testing.assert_array_equal(held.embedding, fresh.embedding)
    np.testing.assert_array_equal(held.frames, fresh.frames)


def test_only_its_owner_may_read_the_clip_that_waits(job, clip, here):
    job.status.parent.mkdir(parents=True)
    turn = locks.acquire(inference_queue.folder(here) / "turn.lock")
    inference_queue.enqueue(job, clip)
    assert stat.S_IMODE(job.clip.stat().st_mode) == 0o600
    np.testing.assert_array_equal(audio.decode(job.clip, audio.Limits()).samples, clip.samples)
    inference_queue.stop(job)
    assert not job.clip.exists()
    os.close(turn)


def test_samples_beyond_full_scale_arrive_as_they_are(job, clip):
    loud = replace(clip, samples=clip.samples * 9)
    job.status.parent.mkdir(parents=True)
    inference_queue._write(loud, job.clip)
    np.testing.assert_array_equal(audio.decode(job.clip, audio.Limits()).samples, loud.samples)


def test_asking_twice_starts_one_process(job, clip, hold):
    inference_queue.enqueue(job, clip)
    until(lambda: state(job) == "running")
    pid = inference_queue.status(job).pid
    inference_queue.enqueue(job, clip)
    assert inference_queue.status(job).pid == pid
    assert not job.clip.exists() or inference_queue.status(job).done < 2


def test_a_stopped_job_is_gone_at_once_and_may_be_started_again(job, clip, hold, here):
    inference_queue.enqueue(job, clip)
    until(lambda: inference_queue.status(job).done == 2)
    pid = inference_queue.status(job).pid
    inference_queue.stop(job)
    assert not atomic.is_alive(pid)
    assert state(job) == "stopped"
    assert clip_cache.get(job.model, job.digest, here) is None
    inference_queue.enqueue(job, clip)
    assert state(job) in ("waiting", "running")
    hold.unlink()
    until(lambda: state(job) == "done")
    assert clip_cache.get(job.model, job.digest, here) is not None


def test_the_second_waits_says_its_place_and_comes_next(job, clip, hold, here):
    second, third = replace(job, digest="b" * 32), replace(job, digest="c" * 32)
    inference_queue.enqueue(job, clip)
    until(lambda: inference_queue.status(job).done == 2)
    inference_queue.enqueue(second, clip)
    inference_queue.enqueue(third, clip)
    assert [state(one) for one in (second, third)] == ["waiting", "waiting"]
    assert [inference_queue.position(one) for one in (job, second, third)] == [0, 1, 2]
    inference_queue.stop(second)
    assert (state(second), inference_queue.position(third)) == ("stopped", 1)
    hold.unlink()
    until(lambda: state(third) == "done")
    assert state(job) == "done"
    assert clip_cache.get(job.model, second.digest, here) is None


def test_a_full_queue_says_so(job, clip, hold, monkeypatch):
    monkeypatch.setattr(inference_queue, "WAITING", 1)
    inference_queue.enqueue(job, clip)
    inference_queue.enqueue(replace(job, digest="b" * 32), clip)
    with pytest.raises(Busy, match="1 clips wait already"):
        inference_queue.enqueue(replace(job, digest="c" * 32), clip)
    assert state(replace(job, digest="c" * 32)) == ""


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ("memory", "Memory ran out. Close what else runs, or hear it on a machine with more of it."),
        ("killed", "The system ended it, most likely because memory ran out."),
        (
            "fault",
            "Slow ear failed on this clip (ValueError: the third layer is <b>odd</b>); finite values were "
            "expected. The clip is left out. Choose another, or export this one again.",
        ),
    ],
)
def test_a_job_that_fails_says_why_and_leaves_nothing(job, clip, here, monkeypatch, ends, says):
    monkeypatch.setenv("SLOW_EAR_ENDS", ends)
    inference_queue.enqueue(job, clip)
    until(lambda: state(job) == "failed")
    assert inference_queue.status(job).message == says
    until(lambda: not job.clip.exists())
    assert not list(clip_cache.folder(here).rglob("*.npz"))


def test_a_process_that_dies_before_it_can_say_so_leaves_its_last_line(job, clip, monkeypatch):
    code = "import sys; sys.stderr.write('one\\nquintet: weights are <odd>\\n\\n'); sys.exit(3)"
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", code))
    inference_queue.enqueue(job, clip)
    until(lambda: state(job) == "failed")
    assert inference_queue.status(job).message == "Weights are <odd>."


def test_a_process_that_cannot_be_started_is_a_failure(job, clip, monkeypatch):
    monkeypatch.setattr(process, "COMMAND", ("/no/such/program",))
    inference_queue.enqueue(job, clip)
    until(lambda: state(job) == "failed")
    assert inference_queue.status(job).message == "No process could be started: No such file or directory."


def test_damaged_weights_are_named(job, clip, here):
    slow_ear.put_weights(here.weights, b"an eye")
    job = replace(job, model=models.resolve_model(slow_ear.NAME, here))
    inference_queue.enqueue(job, clip)
    until(lambda: state(job) == "failed")
    assert inference_queue.status(job).message == "net.pth is no <ear>. Run: quintet weights get slowear"


def test_a_full_disk_is_a_sentence_and_leaves_nothing(job, clip, monkeypatch):
    def full(*given: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(inference_queue.soundfile, "write", full)
    with pytest.raises(StoreError, match="No space left on device"):
        inference_queue.enqueue(job, clip)
    assert state(job) == ""
    assert not job.clip.exists()


SERVER = """
import sys, time
from pathlib import Path
from tests import slow_ear
slow_ear.install(setattr)
from quintet import audio, settings
from quintet.embeddings import models
from quintet.jobs import inference_queue as queue
here = settings.load()
clip = audio.decode(Path(sys.argv[1]), audio.Limits())
for digest in sys.argv[2:]:
    queue.enqueue(queue.Job(models.resolve_model(slow_ear.NAME, here), digest, here), clip)
time.sleep(60)
"""


def test_after_a_restart_what_ran_goes_on_and_what_waited_is_lost(job, clip, hold, here, tmp_path):
    waits = replace(job, digest="b" * 32)
    command = [sys.executable, "-c", SERVER, str(tmp_path / "a.wav"), job.digest, waits.digest]
    server = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    until(
        lambda: state(waits) == "waiting" and (s := inference_queue.status(job)) is not None and s.done == 2
    )
    server.kill()
    server.wait()
    assert (state(job), state(waits)) == ("running", ORPHANED)
    assert waits.clip.exists()
    inference_queue.cleanup(here)
    assert not waits.clip.exists()
    inference_queue.enqueue(waits, clip)
    assert (state(waits), inference_queue.position(waits)) == (
        "waiting",
        1,
    )  # what the old server began comes first
    hold.unlink()
    until(lambda: state(job) == state(waits) == "done")


def test_a_running_status_whose_process_is_gone_is_lost_and_may_be_started_again(job, clip):
    progress.save(Status("Hearing", 2, 6, 0, 1.0, "running", os.getpid()), job.status)  # a number used again
    assert state(job) == ORPHANED
    inference_queue.stop(job)
    assert state(job) == ORPHANED
    inference_queue.enqueue(job, clip)
    until(lambda: state(job) == "done")


def test_a_damaged_status_file_is_as_good_as_none(job, clip):
    job.status.parent.mkdir(parents=True)
    job.status.write_bytes(b'{"what": "Hea')
    assert state(job) == ""
    inference_queue.enqueue(job, clip)
    until(lambda: state(job) == "done")


def test_what_is_left_of_old_jobs_is_swept(job, here):
    progress.save(Status("Hearing", 2, 6, 0, 1.0, "failed", 1, "Odd."), job.status)
    inference_queue.cleanup(here)
    assert state(job) == "failed"
    os.utime(job.status, (1_000, 1_000))
    inference_queue.cleanup(here)
    assert not list(job.status.parent.iterdir())
