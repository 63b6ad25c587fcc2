"""Calls in a child process: results and errors come back, and what breaks its limits costs only the child."""

import os
import signal
import time

import numpy as np
import pytest

from quintet import bounded
from quintet.bounded import ResourceLimits
from quintet.errors import BadAudio, OutOfBounds, QuintetError, UnknownName

SMALL = ResourceLimits(memory_bytes=1 << 28, seconds=60)


def double(x):
    return 2 * x


def allocate(n):
    return len(bytearray(n))


def fail(error):
    raise error


def unknown():
    raise UnknownName("probe", "x", ["knn"])


def process():
    return os.getpid()


def die():
    os.kill(os.getpid(), signal.SIGSEGV)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """Children find this file's functions under a name they can import."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")]))
    for name in ("double", "allocate", "fail", "unknown", "process", "die"):
        monkeypatch.setattr(globals()[name], "__module__", "tests.test_bounded")
    bounded._pool.close()
    yield
    bounded._pool.close()


def test_a_result_comes_back_from_another_process():
    wave = np.arange(5, dtype=np.float32)
    np.testing.assert_array_equal(bounded.run(double, wave), 2 * wave)
    assert bounded.run(process) != os.getpid()


def test_a_child_is_used_again():
    assert bounded.run(process) == bounded.run(process)


def test_an_error_of_ours_keeps_its_type_and_text():
    with pytest.raises(BadAudio, match="it is empty"):
        bounded.run(fail, BadAudio("it is empty"))


def test_an_error_that_cannot_travel_keeps_its_text():
    with pytest.raises(QuintetError, match="No probe named 'x'"):
        bounded.run(unknown)


def test_a_foreign_error_comes_back_as_itself():
    with pytest.raises(IndexError, match="7"):
        bounded.run(fail, IndexError("7"))


def test_more_memory_than_allowed_is_refused_and_the_next_call_is_answered():
    with pytest.raises(OutOfBounds, match=r"more than 0.25 GB"):
        bounded.run(allocate, 1 << 30, limits=SMALL)
    assert bounded.run(allocate, 1000, limits=SMALL) == 1000


def test_more_time_than_allowed_ends_the_child():
    with pytest.raises(OutOfBounds, match=r"longer than 0.2 s"):
        bounded.run(time.sleep, 60, limits=ResourceLimits(seconds=0.2))


def test_a_child_that_crashes_is_named_by_its_signal():
    with pytest.raises(OutOfBounds, match="SIGSEGV"):
        bounded.run(die)
