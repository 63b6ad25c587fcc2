"""The real server on the prepared demo, its memory and its CPU watched from outside."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import ROOT, app, listening


@dataclass
class Server:
    """The process under load, and its memory and CPU as /proc tells them."""

    address: str
    pid: int
    memory: list[float] = field(default_factory=list)  # GB, every quarter of a second

    def resident(self) -> float:
        """GB in RAM, child processes included."""
        return sum(_resident(pid) for pid in _family(self.pid))

    def cpu(self) -> float:
        """CPU seconds used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime, stime


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The real server on the demo, prepared in `folder`, and its memory watched; its words go to log.txt."""
    environ = {"QUINTET_CACHE": str(folder / "cache"), "QUINTET_DATA": str(folder / "data"),
               "QUINTET_CONFIG": str(folder / "none.toml")}  # fmt: skip
    prepare = [sys.executable, "-m", "quintet.cli", "prepare", "demo"]
    subprocess.run(prepare, env={**os.environ, **environ}, cwd=ROOT, check=True, capture_output=True)
    with listening(app, folder / "log.txt", environ) as found:
        server, over = Server(found.address, found.pid), threading.Event()

        def watch() -> None:
            while not over.wait(0.25):
                server.memory.append(server.resident())

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield server
        finally:
            over.set()
            watching.join()


def _family(pid: int) -> Iterator[int]:
    """The process and all below it; a child hangs on the thread that started it."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # ended in between
            for child in listed.read_text().split():
                yield from _family(int(child))


def _resident(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0.0
    return next((int(line.split()[1]) / 1e6 for line in lines if line.startswith("VmRSS")), 0.0)
