"""How much memory a map needs, and how much this machine has left."""

import os
import resource
import sys
from pathlib import Path

from quintet.errors import QuintetError
from quintet.maps import neighbour_graph

FLOAT = 4  # bytes of a value
PROCESS = 0.6e9  # bytes of a process that has umap and its compiled code loaded
A_TRACK, A_NEIGHBOUR = 3_000, 100  # bytes of a track in search and layout, for itself and each neighbour kept
GB = 1e9
SAID = 1.0 * GB  # what needs less is not worth a word


def needed(n: int, d: int) -> float:
    """Bytes that a map of n tracks with d values needs at its peak.

    The embeddings lie in memory twice while they are read, and once more as rows of length 1 where all pairs
    are compared.
    """
    times = 3 if n <= neighbour_graph.EXACT else 2
    own = A_TRACK + A_NEIGHBOUR * (neighbour_graph.K if n <= neighbour_graph.MANY else neighbour_graph.FEW)
    return PROCESS + n * (d * (FLOAT * times + 1) + own)


def free() -> float | None:
    """Bytes this machine can still give; None where it does not say."""
    return _read_kernel_figure("/proc/meminfo", "MemAvailable")


def _read_kernel_figure(path: str, name: str) -> float | None:
    """A figure in kB out of a file of the kernel, in bytes."""
    try:
        lines = Path(path).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024.0 for line in lines if line.startswith(f"{name}:")), None)


def describe_need(n: int, need: float) -> str:
    """What is said before the work; "" for a small need."""
    return f"{n:,} tracks need about {need / GB:.1f} GB of memory." if need >= SAID else ""


def require(n: int, need: float) -> None:
    """Raises QuintetError where this machine has less memory left than is needed."""
    free_bytes = free()
    if free_bytes is not None and free_bytes < need:
        raise QuintetError(
            f"A map of {n:,} tracks needs about {need / GB:.1f} GB of memory, and "
            f"{free_bytes / GB:.1f} GB are "
            "free. Close other programs, or make it on a larger machine."
        )


def max_parallel(needs: list[float]) -> int:
    """How many of the maps that need so many bytes each can be drawn at once: 1 to the cores there are."""
    free_bytes, max_workers = free(), os.cpu_count() or 1
    if free_bytes is None:
        return max_workers
    largest = sorted(needs, reverse=True)
    return next((n for n in range(max_workers, 1, -1) if sum(largest[:n]) <= free_bytes), 1)


def peak() -> int:
    """Bytes this process held at most so far."""
    peak_bytes = _read_kernel_figure(
        "/proc/self/status", "VmHWM"
    )  # what getrusage says, a process has from who started it
    if peak_bytes is None:
        peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
            1 if sys.platform == "darwin" else 1024
        )
    return int(peak_bytes)
