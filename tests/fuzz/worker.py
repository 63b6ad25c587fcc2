"""A process that reads mutants one by one under limits, and says of each what became of it.

The parent sends files, the worker lays them into a folder of their own and gives them to the target. A reader
that never returns is stopped by a limit of processor time, or by the parent; one that ends the process is
seen by the parent, which starts another worker.
"""

import faulthandler
import math
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import threading
import traceback
import warnings
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

MEMORY = 2 << 30  # bytes of address space beside what the imports take
MOST = 768 << 20  # bytes a small file may take at most: the longest clip at the highest rate fits
FILE = 1 << 30  # bytes of a file that is written
SECONDS = 20.0  # of processor time for one input
PATIENCE = 180.0  # s on the clock, on a machine that does much else

# What may become of an input. Those in BAD are faults of the product.
ACCEPTED, REFUSED = "accepted", "refused"
FOREIGN, SENTENCE, WRONG = "foreign", "sentence", "wrong"
WARNED, HEAVY, HANG, CRASH = "warned", "heavy", "hang", "crash"
BAD = (FOREIGN, SENTENCE, WRONG, WARNED, HEAVY, HANG, CRASH)

_OURS = re.compile(r"\btmp[a-z0-9_]{8}\b|\.[0-9a-f]{32}\b|Traceback|/dev/shm")


class OverTime(BaseException):
    """More than SECONDS of processor time: no `except Exception` in a reader may swallow it."""


class Wrong(Exception):
    """A reader accepted an input and gave what it must not: NaN, another length, an absurd rate."""


@dataclass(frozen=True)
class Input:
    """One mutant: its files by name, which of them is given to the reader ("" for their folder)."""

    target: str
    number: int
    files: dict[str, bytes]
    given: str


@dataclass(frozen=True)
class Outcome:
    """What became of an input: one of the words above, a line about it, and its most memory in bytes."""

    kind: str
    about: str = ""
    trace: str = ""
    peak: int = 0
    noise: int = 0  # bytes a C library wrote to stderr


class Worker:
    """One child process, started again whenever it ends."""

    def __init__(self, targets: str = "tests.fuzz.targets", seconds: float = SECONDS) -> None:
        self._targets, self._seconds = targets, seconds
        self._context = multiprocessing.get_context("spawn")
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=_fast()))
        self._process, self._pipe = None, None

    def read(self, case: Input) -> Outcome:
        """What becomes of one input; a worker that dies on it has crashed."""
        if self._process is None:
            self._start()
        self._pipe.send(case)
        outcome = self._answer()
        if outcome.kind in (HANG, CRASH):
            self.stop()
        return outcome

    def stop(self) -> None:
        """Ends the process; the next input starts another one."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = None

    def close(self) -> None:
        """Ends the process and removes its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        given = (theirs, self._folder, self._targets, self._seconds)
        self._process = self._context.Process(target=_serve, args=given)
        self._process.start()
        theirs.close()
        self._pipe.recv()  # its imports are done

    def _answer(self) -> Outcome:
        if not self._pipe.poll(PATIENCE):
            return Outcome(HANG, f"no answer within {PATIENCE:g} s", self._said())
        try:
            return self._pipe.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            return Outcome(CRASH, f"the process ended with {self._process.exitcode}", self._said())

    def _said(self) -> str:
        with suppress(OSError):
            return (self._folder / "stderr").read_text(errors="replace")[:4_000]
        return ""


def _fast() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _serve(pipe: Connection, folder: Path, module: str, seconds: float) -> None:
    errors = os.open(folder / "stderr", os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    faulthandler.enable()
    for name in ("CACHE", "DATA", "WEIGHTS"):
        os.environ[f"QUINTET_{name}"] = str(folder / name.lower())
    os.environ["QUINTET_CONFIG"] = str(folder / "none.toml")
    targets = import_module(module)  # with what it imports, before the limits
    targets.warm()
    _limit()
    base = _memory("VmRSS")
    pipe.send("ready")
    while True:
        try:
            case: Input = pipe.recv()
        except EOFError:  # the parent has gone
            os._exit(0)
        os.ftruncate(errors, 0)
        outcome = _one(case, folder / "input" / str(case.number), targets.TARGETS[case.target], seconds)
        outcome = _weighed(outcome, case, _memory("VmHWM") - base)
        pipe.send(replace(outcome, noise=os.fstat(errors).st_size))


def _limit() -> None:
    if size := _memory("VmSize"):  # macOS neither says it nor holds to a limit
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, _over_time)
    threading.excepthook = lambda _: None  # a thread of the reader's is answered for by the reader


def _over_time(_number: int, _frame: object) -> None:
    raise OverTime


def _one(case: Input, folder: Path, target: "Target", seconds: float) -> Outcome:
    for name, data in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    _forget_peak()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outcome = _tried(target, folder, case, seconds)
    shutil.rmtree(folder, ignore_errors=True)
    if outcome.kind in (ACCEPTED, REFUSED) and caught:
        first = caught[0]
        about = f"{first.category.__name__}: {first.message} ({first.filename}:{first.lineno})"
        return Outcome(WARNED, about)
    return outcome


def _weighed(outcome: Outcome, case: Input, peak: int) -> Outcome:
    """The same with its most memory; more than a small file may take is a fault."""
    if outcome.kind in (ACCEPTED, REFUSED) and peak > MOST:
        about = f"{peak >> 20} MB for {sum(map(len, case.files.values())):,} bytes"
        return Outcome(HEAVY, about, peak=peak)
    return replace(outcome, peak=peak)


def _tried(target: "Target", folder: Path, case: Input, seconds: float) -> Outcome:
    from quintet.errors import QuintetError

    given = folder / case.given if case.given else folder
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        target.run(given, case.number)
        outcome = Outcome(ACCEPTED)
    except OverTime:
        outcome = Outcome(HANG, f"more than {seconds:g} s of processor time", _trace())
    except Wrong as error:
        outcome = Outcome(WRONG, str(error), _trace())
    except QuintetError as error:
        outcome = _judged(error, target, given, case, str(folder.parents[1]))
    except BaseException as error:  # noqa: BLE001 - whatever leaves a reader is what is looked for
        outcome = Outcome(FOREIGN, f"{type(error).__name__}: {error}"[:300], _trace())
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return outcome


def _judged(error: Exception, target: "Target", given: Path, case: Input, ours: str) -> Outcome:
    """A refusal is one line of text that names the user's file and none of ours."""
    text = str(error)
    files = [given.name, *(Path(name).name for name in case.files)] if target.names else []
    names = [name.removesuffix(".lance") for name in files]  # beside a table lies that of its failures
    bad = [f"U+{ord(letter):04X}" for letter in text if not letter.isprintable()]
    if not isinstance(error, target.refusals):
        said = f"it is a {type(error).__name__}"
    elif bad:
        said = f"it holds {bad[0]}"
    elif len(text) > 2_000:
        said = f"it has {len(text):,} letters"
    elif names and not any(name in text for name in names):
        said = "it names no file of the user's"
    elif match := _OURS.search(text.replace(ours, "")):
        said = f"it holds {match[0]!r}"
    elif not text.strip():
        said = "it is empty"
    else:
        return Outcome(REFUSED, text)
    return Outcome(SENTENCE, f"{said}: {text[:300]!r}", _trace())


def finite(*values: float) -> None:
    """Raises Wrong for a number that is none."""
    for value in values:
        if not math.isfinite(value):
            raise Wrong(f"{value} was answered")


def _trace() -> str:
    return "".join(traceback.format_exception(*sys.exc_info()))[:4_000]


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _memory(field: str) -> int:
    """A field of /proc/self/status, in bytes; 0 where there is none such."""
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    match = re.search(rf"{field}:\s+(\d+) kB", text)
    return int(match[1]) << 10 if match else 0
