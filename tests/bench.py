"""`make bench`: speed and size of the whole app, measured and printed as a table. Nothing here is a test.

Times are wall seconds on a shared machine, so the speed of nets is given in audio seconds per CPU second.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from quintet import audio, settings  # noqa: E402
from quintet.embeddings import models  # noqa: E402
from tests.sounds import encode  # noqa: E402

RUNS = 5
# Audio seconds per CPU second that the nets' own arithmetic would allow at 99 GFLOP/s, one thread.
ALLOWED = {"musicnn": 105, "vggish": 55, "clmr": 77, "openjmla": 15}


def gemm() -> float:
    """This machine's fp32 matrix product on one thread, GFLOP/s, best of RUNS."""
    import torch

    torch.set_num_threads(1)
    a, b, best = torch.rand(1024, 1024), torch.rand(1024, 1024), 0.0
    for _ in range(RUNS):
        start = time.process_time()
        for _ in range(10):
            a @ b
        best = max(best, 10 * 2 * 1024**3 / (time.process_time() - start) / 1e9)
    return best


def per_cpu(work, seconds: float) -> float:
    """Audio seconds per CPU second of `work`, median of RUNS after one that warms it up."""
    work()
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return seconds / median(taken)


def backbones(folder: Path) -> None:
    """Each backbone, decode and resample included, on one thread."""
    path = encode(folder / "clip.mp3", "mp3", seconds=30.0)
    limits = audio.Limits()
    here = settings.load()
    rate_of_machine = gemm()
    print(f"  fp32 matrix product, one thread: {rate_of_machine:.0f} GFLOP/s")
    print(f"  decode 30 s mp3: {per_cpu(lambda: audio.decode(path, limits), 30):.0f} audio s per CPU s")
    for source in models.available_models(here):
        spec = source.backbone.spec
        encoder = models.encoder(source, "cpu")

        def hear(encoder=encoder, spec=spec) -> None:
            clip = audio.decode(path, limits)
            rate = spec.sample_rate or clip.rate
            encoder(audio.resample(clip.samples, clip.rate, rate), rate)

        reached = per_cpu(hear, 30)
        share = ""
        if source.key in ALLOWED:
            allowed = ALLOWED[source.key] * rate_of_machine / 99
            share = f", {reached / allowed:.0%} of what its arithmetic allows here"
        mark = " (untrained)" if source.untrained else ""
        print(f"  {source.key}{mark}: {reached:.0f} audio s per CPU s{share}")


def command(name: str, cache: Path, **more: str) -> float:
    """Wall seconds of one `quintet` command with its own cache."""
    start = time.perf_counter()
    environ = {**os.environ, "QUINTET_CACHE": str(cache), **more}
    call = [sys.executable, "-m", "quintet.cli", *name.split()]
    done = subprocess.run(call, env=environ, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - start


def set_up(folder: Path) -> Path:
    """First start without and with the shipped embeddings, and the second start."""
    empty, shipped = folder / "empty", folder / "cache"
    took = command("prepare demo", empty, QUINTET_SHIPPED=str(folder / "none"))
    print(f"  prepare the demo, nothing shipped: {took:.1f} s")
    print(f"  prepare the demo from the shipped embeddings: {command('prepare demo', shipped):.1f} s")
    print(f"  prepare it again: {command('prepare demo', shipped):.1f} s")
    return shipped


def pages(cache: Path, folder: Path) -> None:
    """Server start, page switches, a 30 s upload, memory, as a visitor with a browser meets them."""
    from playwright.sync_api import sync_playwright

    from tests.browsing import launched
    from tests.servers import app, listening

    start = time.perf_counter()
    with (
        listening(app, folder / "server.txt", {"QUINTET_CACHE": str(cache)}) as server,
        sync_playwright() as driver,
    ):
        browser = launched(driver)
        page = browser.new_page(viewport={"width": 1440, "height": 950}, base_url=server.address)
        page.goto("/")
        page.wait_for_selector(".q-say")
        print(f"  server start to a usable page: {time.perf_counter() - start:.1f} s")
        time.sleep(20)  # the nets load beside the first visitor
        walk(page, encode(folder / "upload.mp3", "mp3", seconds=30.0))
        browser.close()
        print(f"  server memory with everything loaded: {memory(server.pid):.2f} GB")


def walk(page, clip: Path) -> None:
    """Every page switch twice, the second counted; then an upload."""
    sights = {
        "Datasets": ".wave[data-ready=true]",
        "Map": ".q-root[data-ready=true]",
        "Backbones": ".q-facts",
        "Benchmarks": ".q-board",
        "Overview": ".q-maps",
        "Classify": "input[type=file]",
    }
    for counted in (False, True):
        for name, sight in sights.items():
            start = time.perf_counter()
            page.locator("[data-testid=stSidebarNav]").get_by_text(name, exact=True).click()
            page.wait_for_selector(sight, state="attached")
            if counted:
                print(f"  switch to {name}: {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    page.locator("input[type=file]").set_input_files(clip)
    page.wait_for_selector(".q-verdict")
    print(f"  a 30 s upload, from file chosen to answer shown: {time.perf_counter() - start:.2f} s")


def memory(pid: int) -> float:
    """Resident memory of a process, GB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1e6


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("Nets, one thread, decode and resample included")
        backbones(folder)
        print("Set-up")
        cache = set_up(folder)
        print("Pages, headless Chromium with software GL")
        pages(cache, folder)


if __name__ == "__main__":
    main()
