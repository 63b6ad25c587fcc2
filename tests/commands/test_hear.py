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

from quintet import audio, cli, collection, predict, registry
from quintet.commands import _locks, background, hearing
from quintet.commands.hearing import LOST, Job
from quintet.errors import Busy, StoreError
from quintet.extract import progress
from quintet.extract.progress import Status
from quintet.storage import atomic
from quintet.studies import encodings
from tests import slow_ear
from tests.sounds import write_wav

SOON = 120.0  # s: longer than anything here takes, so that a fault fails instead of hanging


@pytest.fixture
def found(here, monkeypatch) -> collection.Source:
    slow_ear.install(monkeypatch.setattr)
    slow_ear.put_weights(here.weights)
    return collection.source(slow_ear.NAME, here)


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
    for status in hearing.folder(here).glob("*/*.json"):
        hearing.stop(replace(made, digest=status.stem))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def state(job: Job) -> str:
    found = hearing.look(job)
    return found.state if found else ""


def hear(clip: Path, *more: str) -> int:
    return cli.main(["hear", str(clip), "--backbone", slow_ear.NAME, "--json", *more])


def test_a_trained_slow_backbone_without_a_gpu_takes_minutes(found, here):
    assert found.state == "official"
    assert predict.takes_minutes(found, replace(here, device="cpu"))
    assert not predict.takes_minutes(found, replace(here, device="cuda"))


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
    fresh = predict.encode(found, collection.encoder(found, "cpu"), audio.decode(where, audio.Limits()))
    held = encodings.get(found, told["digest"], here)
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
    assert not list(encodings.folder(here).rglob("*.npz"))


def test_a_digest_that_is_none_is_a_wrong_call(found, tmp_path, capsys):
    assert hear(write_wav(tmp_path / "a.wav"), "--digest", "../../etc") == 2


def test_a_clip_that_is_being_heard_is_not_heard_twice(job, tmp_path, capsys):
    where = write_wav(tmp_path / "a.wav")
    with hearing.holding(job):
        assert hear(where, "--digest", job.digest) == 1
    assert "is hearing this clip already" in json.loads(capsys.readouterr().out)["error"]


def test_a_job_is_seen_going_and_its_values_are_those_of_a_fresh_run(job, clip, hold, here):
    hearing.ask(job, clip)
    until(lambda: (s := hearing.look(job)).state == "running" and s.done == 2)
    seen = hearing.look(job)
    assert (seen.total, seen.what) == (slow_ear.LAYERS, "Slow ear is hearing a clip")
    assert os.getpriority(os.PRIO_PROCESS, seen.pid) - os.getpriority(os.PRIO_PROCESS, 0) == 10
    assert not job.clip.exists()  # decoded: the copy is gone while the net still hears
    hold.unlink()
    until(lambda: state(job) == "done")
    held = encodings.get(job.found, job.digest, here)
    fresh = predict.encode(job.found, collection.encoder(job.found, "cpu"), clip)
    np.testing.assert_array_equal(held.embedding, fresh.embedding)
    np.testing.assert_array_equal(held.frames, fresh.frames)


def test_only_its_owner_may_read_the_clip_that_waits(job, clip, here):
    job.status.parent.mkdir(parents=True)
    turn = _locks.take(hearing.folder(here) / "turn.lock")
    hearing.ask(job, clip)
    assert stat.S_IMODE(job.clip.stat().st_mode) == 0o600
    np.testing.assert_array_equal(audio.decode(job.clip, audio.Limits()).samples, clip.samples)
    hearing.stop(job)
    assert not job.clip.exists()
    os.close(turn)


def test_samples_beyond_full_scale_arrive_as_they_are(job, clip):
    loud = replace(clip, samples=clip.samples * 9)
    job.status.parent.mkdir(parents=True)
    hearing._write(loud, job.clip)
    np.testing.assert_array_equal(audio.decode(job.clip, audio.Limits()).samples, loud.samples)


def test_asking_twice_starts_one_process(job, clip, hold):
    hearing.ask(job, clip)
    until(lambda: state(job) == "running")
    pid = hearing.look(job).pid
    hearing.ask(job, clip)
    assert hearing.look(job).pid == pid
    assert not job.clip.exists() or hearing.look(job).done < 2


def test_a_stopped_job_is_gone_at_once_and_may_be_started_again(job, clip, hold, here):
    hearing.ask(job, clip)
    until(lambda: hearing.look(job).done == 2)
    pid = hearing.look(job).pid
    hearing.stop(job)
    assert not atomic.is_alive(pid)
    assert state(job) == "stopped"
    assert encodings.get(job.found, job.digest, here) is None
    hearing.ask(job, clip)
    assert state(job) in ("waiting", "running")
    hold.unlink()
    until(lambda: state(job) == "done")
    assert encodings.get(job.found, job.digest, here) is not None


def test_the_second_waits_says_its_place_and_comes_next(job, clip, hold, here):
    second, third = replace(job, digest="b" * 32), replace(job, digest="c" * 32)
    hearing.ask(job, clip)
    until(lambda: hearing.look(job).done == 2)
    hearing.ask(second, clip)
    hearing.ask(third, clip)
    assert [state(one) for one in (second, third)] == ["waiting", "waiting"]
    assert [hearing.ahead(one) for one in (job, second, third)] == [0, 1, 2]
    hearing.stop(second)
    assert (state(second), hearing.ahead(third)) == ("stopped", 1)
    hold.unlink()
    until(lambda: state(third) == "done")
    assert state(job) == "done"
    assert encodings.get(job.found, second.digest, here) is None


def test_a_full_queue_says_so(job, clip, hold, monkeypatch):
    monkeypatch.setattr(hearing, "WAITING", 1)
    hearing.ask(job, clip)
    hearing.ask(replace(job, digest="b" * 32), clip)
    with pytest.raises(Busy, match="1 clips wait already"):
        hearing.ask(replace(job, digest="c" * 32), clip)
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
    hearing.ask(job, clip)
    until(lambda: state(job) == "failed")
    assert hearing.look(job).message == says
    until(lambda: not job.clip.exists())
    assert not list(encodings.folder(here).rglob("*.npz"))


def test_a_process_that_dies_before_it_can_say_so_leaves_its_last_line(job, clip, monkeypatch):
    code = "import sys; sys.stderr.write('one\\nquintet: weights are <odd>\\n\\n'); sys.exit(3)"
    monkeypatch.setattr(background, "COMMAND", (sys.executable, "-c", code))
    hearing.ask(job, clip)
    until(lambda: state(job) == "failed")
    assert hearing.look(job).message == "Weights are <odd>."


def test_a_process_that_cannot_be_started_is_a_failure(job, clip, monkeypatch):
    monkeypatch.setattr(background, "COMMAND", ("/no/such/program",))
    hearing.ask(job, clip)
    until(lambda: state(job) == "failed")
    assert hearing.look(job).message == "No process could be started: No such file or directory."


def test_damaged_weights_are_named(job, clip, here):
    slow_ear.put_weights(here.weights, b"an eye")
    job = replace(job, found=collection.source(slow_ear.NAME, here))
    hearing.ask(job, clip)
    until(lambda: state(job) == "failed")
    assert hearing.look(job).message == "net.pth is no <ear>. Run: quintet weights get slowear"


def test_a_full_disk_is_a_sentence_and_leaves_nothing(job, clip, monkeypatch):
    def full(*given: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hearing.soundfile, "write", full)
    with pytest.raises(StoreError, match="No space left on device"):
        hearing.ask(job, clip)
    assert state(job) == ""
    assert not job.clip.exists()


SERVER = """
import sys, time
from pathlib import Path
from tests import slow_ear
slow_ear.install(setattr)
from quintet import audio, collection, settings
from quintet.commands import hearing
here = settings.load()
clip = audio.decode(Path(sys.argv[1]), audio.Limits())
for digest in sys.argv[2:]:
    hearing.ask(hearing.Job(collection.source(slow_ear.NAME, here), digest, here), clip)
time.sleep(60)
"""


def test_after_a_restart_what_ran_goes_on_and_what_waited_is_lost(job, clip, hold, here, tmp_path):
    waits = replace(job, digest="b" * 32)
    command = [sys.executable, "-c", SERVER, str(tmp_path / "a.wav"), job.digest, waits.digest]
    server = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    until(lambda: state(waits) == "waiting" and (s := hearing.look(job)) is not None and s.done == 2)
    server.kill()
    server.wait()
    assert (state(job), state(waits)) == ("running", LOST)
    assert waits.clip.exists()
    hearing.sweep(here)
    assert not waits.clip.exists()
    hearing.ask(waits, clip)
    assert (state(waits), hearing.ahead(waits)) == ("waiting", 1)  # what the old server began comes first
    hold.unlink()
    until(lambda: state(job) == state(waits) == "done")


def test_a_running_status_whose_process_is_gone_is_lost_and_may_be_started_again(job, clip):
    progress.save(Status("Hearing", 2, 6, 0, 1.0, "running", os.getpid()), job.status)  # a number used again
    assert state(job) == LOST
    hearing.stop(job)
    assert state(job) == LOST
    hearing.ask(job, clip)
    until(lambda: state(job) == "done")


def test_a_damaged_status_file_is_as_good_as_none(job, clip):
    job.status.parent.mkdir(parents=True)
    job.status.write_bytes(b'{"what": "Hea')
    assert state(job) == ""
    hearing.ask(job, clip)
    until(lambda: state(job) == "done")


def test_what_is_left_of_old_jobs_is_swept(job, here):
    progress.save(Status("Hearing", 2, 6, 0, 1.0, "failed", 1, "Odd."), job.status)
    hearing.sweep(here)
    assert state(job) == "failed"
    os.utime(job.status, (1_000, 1_000))
    hearing.sweep(here)
    assert not list(job.status.parent.iterdir())
