"""Functions run in a child process under limits of memory and time: what a stranger's file may cost at most.

A decoder or parser that eats memory, never ends or crashes takes its child with it and nobody else. Children
are kept and used again, since starting one takes longer than most calls; one that failed is thrown away.
"""

import atexit
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from quintet.errors import OutOfBounds, QuintetError

SPARE = 2  # idle children that are kept
CALLS = 200  # after so many a child is replaced, for memory that a library leaks


@dataclass(frozen=True)
class ResourceLimits:
    """What one call may take: bytes of memory beyond the child's own, and seconds."""

    memory_bytes: int = 2 << 30
    seconds: float = 120.0


class _Child:
    """One child process and the connection to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "quintet.bounded", str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),), env={**os.environ, **_ONE_THREAD},
            )  # fmt: skip
        self.connection = Connection(ours.detach())
        self.calls = 0

    def call(self, function: Callable[..., Any], arguments: tuple, limits: ResourceLimits) -> Any:
        self.calls += 1
        self.connection.send((function, arguments, limits.memory_bytes))
        if not self.connection.poll(limits.seconds):
            raise TimeoutError
        succeeded, result = self.connection.recv()
        if not succeeded:
            raise result
        return result

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()


# OpenBLAS reserves memory for each of its threads, which the limit would count.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


class _Pool:
    """Idle children; any number of threads may take one."""

    def __init__(self) -> None:
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def take(self) -> _Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.process.poll() is None:
                    return child
                child.end()
        return _Child()

    def give_back(self, child: _Child) -> None:
        with self._lock:
            if len(self._idle) < SPARE and child.calls < CALLS:
                self._idle.append(child)
                return
        child.end()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()


_pool = _Pool()
atexit.register(_pool.close)


def run(function: Callable[..., Any], *arguments: Any, limits: ResourceLimits = ResourceLimits()) -> Any:
    """`function(*arguments)` in a child. `function` is a module's own, and all travels between processes.

    Raises what the function raises, and OutOfBounds where the child ran out of memory or time or died.
    """
    child = _pool.take()
    try:
        result = child.call(function, arguments, limits)
    except QuintetError:
        _pool.give_back(child)
        raise
    except TimeoutError as error:
        child.end()
        raise OutOfBounds(f"took longer than {limits.seconds:g} s and was stopped") from error
    except MemoryError as error:
        child.end()
        raise OutOfBounds(f"needs more than {limits.memory_bytes / 2**30:.2g} GB of memory") from error
    except (EOFError, ConnectionError) as error:
        child.process.wait()
        code = child.process.returncode
        child.end()
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        raise OutOfBounds(f"ended the process that read it ({how})") from error
    except BaseException:
        child.end()
        raise
    _pool.give_back(child)
    return result


def warm(*modules: str) -> None:
    """Starts a child and imports these modules in it, so that the first call need not wait for that."""
    run(_import, modules)


def _import(modules: tuple[str, ...]) -> None:
    for name in modules:
        import_module(name)


def _serve(connection: Connection) -> None:
    """The child's loop: one call after another until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    while True:
        try:
            function, arguments, memory_bytes = connection.recv()
        except (EOFError, ConnectionError):
            return
        _limit(memory_bytes)
        try:
            answer = (True, function(*arguments))
        except Exception as error:  # noqa: BLE001, whatever it is goes to the caller
            answer = (False, _portable(error))
        _limit(None)
        connection.send(answer)


def _limit(memory_bytes: int | None) -> None:
    """Bounds the address space at what is in use now and `memory_bytes` more; None takes the bound away."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = hard
    if memory_bytes is not None:
        try:
            with open("/proc/self/statm", encoding="ascii") as pages:
                bound = int(pages.read().split()[0]) * resource.getpagesize() + memory_bytes
        except FileNotFoundError:  # macOS has no such file, and does not hold to the limit either
            return
    with suppress(ValueError, OSError):  # a stricter limit is in force already
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))


def _portable(error: Exception) -> Exception:
    """The error itself where it survives the way to another process, else one of the same words."""
    try:
        if type(pickle.loads(pickle.dumps(error))) is type(error):  # noqa: S301, our own bytes
            return error
    except Exception:  # noqa: BLE001, that it does not survive is the answer
        pass
    if isinstance(error, QuintetError):
        return QuintetError(str(error))
    return RuntimeError(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    # The functions that arrive name `quintet.bounded`; this file runs as __main__, so it hands over to that.
    import_module("quintet.bounded")._serve(Connection(int(sys.argv[1])))
