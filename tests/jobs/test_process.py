"""A command in a process of its own: its status file tells the truth, also when it dies."""

import subprocess
import sys
import time

from quintet.jobs import process as background
from quintet.jobs import progress
from quintet.jobs.progress import Status


def test_a_started_command_is_running_at_once_and_stopped_when_it_is_gone(tmp_path):
    status = tmp_path / "weights" / "job.json"
    background.start(["--help"], "Getting help", status)
    assert progress.read(status).what == "Getting help"
    for _ in range(200):
        if progress.read(status).state == "stopped":
            break
        time.sleep(0.05)
    assert progress.read(status).state == "stopped"
    assert "usage: quintet" in status.with_suffix(".log").read_text()


def test_stop_ends_the_process(tmp_path):
    status = tmp_path / "job.json"
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    progress.save(
        Status("Getting", 1, 2, 0, 1.0, "running", process.pid, begun=progress.start_ticks(process.pid)),
        status,
    )
    background.stop(status)
    assert process.wait(10) == -15
    background.stop(status)


def test_nothing_is_stopped_where_nothing_runs(tmp_path):
    background.stop(tmp_path / "job.json")


def test_stop_leaves_alone_a_process_that_only_has_the_same_number(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    status = tmp_path / "job.json"
    for begun in (0, progress.start_ticks(other.pid) - 1):
        progress.save(progress.Status("Job", 0, 0, 0, 0.0, "running", other.pid, begun=begun), status)
        assert progress.read(status).state == "stopped"
        background.stop(status)
    assert other.poll() is None
    other.communicate(b"\n")
    assert other.returncode == 0
