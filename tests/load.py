"""`make load`: twenty people upload at once while three turn pages, measured. Nothing here is a test.

The visitors speak Streamlit's websocket themselves, so the figures are the server's and not twenty browsers'.
Times are wall seconds on whatever else this machine does: the load average stands beside them.
"""
# ruff: noqa: T201 - it prints its table

import asyncio
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.sounds import FORMATS, frame_of  # noqa: E402
from tests.visitor import Visitor  # noqa: E402
from tests.watched import Server, serving  # noqa: E402

PEOPLE = 20
SECONDS = 30.0  # of each upload
READERS = 3
PAGES = ("", "map", "datasets", "benchmarks")  # "" is the first page, Overview
PAUSE = 2.0  # s between two pages of one reader
AFTERWARDS = 60  # s
# p95 of a page in s, peak in GB, and what may stay afterwards: clips and answers are held for a while
WANTED = {"page": 1.0, "memory": 3.0, "kept": 0.5}


@dataclass
class Told:
    """What happened to one of the twenty: seconds from the end of the upload, and what went wrong."""

    name: str
    first: float = float("nan")
    all: float = float("nan")
    sound: str = ""
    faults: list[str] = field(default_factory=list)


def mp3(path: Path, n: int) -> bytes:
    """A chord, a beat and noise of its own for each visitor: nothing of it is in any cache."""
    import av

    rate, noise = 44_100, np.random.default_rng(n)
    t = np.arange(round(SECONDS * rate)) / rate
    chord = sum(np.sin(2 * np.pi * pitch * t) for pitch in noise.uniform(80, 1200, size=4))
    beat = np.exp(-8 * (t % noise.uniform(0.3, 0.8)))
    wave = np.column_stack([0.1 * chord, 0.4 * beat * noise.standard_normal(len(t))]).astype(np.float32)
    codec, container, _, options = FORMATS["mp3"]
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="stereo", options=options)
        file.mux(stream.encode(frame_of(wave, rate)))
        file.mux(stream.encode(None))
    return path.read_bytes()


async def person(address: str, name: str, data: bytes, ready: asyncio.Barrier, wanted: int) -> Told:
    """Opens Classify, uploads when all are ready, waits for `wanted` answers, fetches the sound."""
    told, visitor = Told(name), Visitor(address)
    try:
        await visitor.open("classify")
        await ready.wait()
        await visitor.upload(name, data)
        start = time.perf_counter()
        await visitor.until(lambda: visitor.answers)
        told.first = time.perf_counter() - start
        await visitor.until(lambda: visitor.answers >= wanted)
        told.all = time.perf_counter() - start
        await visitor.until(lambda: visitor.sound)
        await visitor.hear()
        told.sound = visitor.sound
        await visitor.leave()
    except (OSError, TimeoutError) as error:
        told.faults.append(f"{type(error).__name__}: {error}")
    told.faults += visitor.faults
    return told


async def alone(address: str, data: bytes) -> tuple[int, float]:
    """How many answers one visitor gets, and after how many seconds, when nobody else is there."""
    visitor = Visitor(address)
    await visitor.open("classify")
    await asyncio.sleep(20)  # the nets load beside the first visitor
    before, start = visitor.runs, time.perf_counter()
    await visitor.upload("alone.mp3", data)
    await visitor.until(lambda: visitor.runs > before and visitor.answers)
    taken, found = time.perf_counter() - start, visitor.answers
    await visitor.leave()
    if visitor.faults:
        raise SystemExit(f"One visitor alone already fails: {visitor.faults}")
    return found, taken


async def reader(address: str, over: asyncio.Event, faults: list[str]) -> dict[str, list[float]]:
    """Turns pages until it is `over`; seconds of each turn by page."""
    visitor, taken = Visitor(address), {page: [] for page in PAGES}
    await visitor.open("")
    while not over.is_set():
        for page in PAGES[1:] + PAGES[:1]:
            taken[page].append(await visitor.turn_to(page))
            await asyncio.sleep(PAUSE)
    await visitor.leave()
    faults += visitor.faults
    return taken


async def reading(address: str, beside, faults: list[str]) -> tuple[object, dict[str, list[float]]]:
    """What `beside` gives, and the page turns of all readers while it ran."""
    over = asyncio.Event()
    readers = [asyncio.create_task(reader(address, over, faults)) for _ in range(READERS)]
    done = await beside
    over.set()
    turns = await asyncio.gather(*readers)
    return done, {page: [s for one in turns for s in one[page]] for page in PAGES}


def line(name: str, seconds: list[float]) -> None:
    """Least, median, most."""
    print(
        f"  {name}: {min(seconds):.1f} / {median(seconds):.1f} / {max(seconds):.1f} s (least, median, most)"
    )


def pages(name: str, turns: dict[str, list[float]]) -> float:
    """Prints how long page turns took; their p95."""
    seconds = [s for page in PAGES for s in turns[page]]
    p50, p95 = np.percentile(seconds, [50, 95])
    by_page = ", ".join(f"{page or 'overview'} {np.percentile(turns[page], 95):.2f}" for page in PAGES)
    print(f"  {name}: p50 {p50:.2f} s, p95 {p95:.2f} s of {len(seconds)} turns (p95 of {by_page})")
    return p95


async def crowd(server: Server, clips: list[bytes], wanted: int) -> list[Told]:
    """All twenty at once; the last two give their files one name."""
    ready = asyncio.Barrier(len(clips))
    names = [f"track {n}.mp3" for n in range(len(clips))]
    names[-1] = names[-2]
    people = (person(server.address, *given, ready, wanted) for given in zip(names, clips, strict=True))
    return await asyncio.gather(*people)


async def scenario(server: Server, clips: list[bytes]) -> bool:
    """Quiet first, then the crowd, then quiet again. Whether all that was wanted was reached."""
    faults: list[str] = []
    wanted, taken = await alone(server.address, clips.pop())
    print(f"  one visitor alone: {wanted} answers after {taken:.1f} s")
    cpu = server.cpu()
    _, quiet = await reading(server.address, asyncio.sleep(10), faults)
    pages("pages, nobody uploading", quiet)
    each = (server.cpu() - cpu) / sum(map(len, quiet.values()))
    print(f"  a page costs {each:.2f} s of the server's CPU")
    before, cpu, start = server.resident(), server.cpu(), time.perf_counter()
    server.memory.clear()
    people, turns = await reading(server.address, crowd(server, clips, wanted), faults)
    used, wall = server.cpu() - cpu, time.perf_counter() - start
    failed = [f"{told.name}: {fault}" for told in people for fault in told.faults] + faults
    sounds = [told.sound for told in people if told.sound]
    if len(set(sounds)) != len(sounds):
        failed.append("two visitors were given the same sound")
    print(f"  failures: {len(failed)}", *failed, sep="\n    ")
    line("first answer", [told.first for told in people])
    line(f"all {wanted} answers", [told.all for told in people])
    p95 = pages("pages meanwhile", turns)
    print(f"  {len(clips) * SECONDS:.0f} s of audio in {wall:.0f} s with {used:.0f} s of the server's CPU: "
          f"{len(clips) * SECONDS / used:.1f} audio s per CPU s through {wanted} backbones")  # fmt: skip
    peak = max(server.memory)
    await asyncio.sleep(AFTERWARDS)
    after = server.resident()
    print(f"  server memory: {before:.2f} GB before, {peak:.2f} at most, {after:.2f} {AFTERWARDS} s after")
    fell = after < peak and after - before <= WANTED["kept"]
    return not failed and p95 <= WANTED["page"] and peak < WANTED["memory"] and fell


def main() -> None:
    """Prints the figures; exit code 1 where one was missed. A folder given keeps the prepared demo."""
    print(f"{PEOPLE} people upload {SECONDS:.0f} s each at once, {READERS} turn pages; "
          f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = [mp3(folder / "clip.mp3", n) for n in range(PEOPLE + 1)]
        with serving(Path(sys.argv[1]) if sys.argv[1:] else folder) as server:
            reached = asyncio.run(scenario(server, clips))
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(f"  the visitors themselves took {own.ru_utime + own.ru_stime:.0f} s of CPU, clips included")
    if not reached:
        raise SystemExit(f"Wanted: no failure, p95 ≤ {WANTED['page']} s, memory < {WANTED['memory']} GB, "
                         f"and at most {WANTED['kept']} GB more afterwards than before.")  # fmt: skip


if __name__ == "__main__":
    main()
