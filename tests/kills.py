"""Kills commands at every point where they write, and at random: the same command again ends whole.

Run as a script (`make kills`) it does so `--count` times at least and prints what came of it. A child runs
one command with the functions that write (rename, replace, fsync, Lance's writer, files opened for writing)
counted; at the chosen count it ends itself by SIGKILL, or raises what a full or read-only disk raises.
"""

import argparse
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
DATASET = "small"
DISK = {"full disk": errno.ENOSPC, "read-only disk": errno.EROFS}

# The child: argv is how to fail, at which point, and the command's own words.
CHILD = """
import builtins, io, os, pathlib, signal, sys
how, at, words = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
count, home = 0, os.environ["KILLS_HOME"]

def point(path):
    global count
    if not str(path).startswith(home):
        return
    count += 1
    if count == at:
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        code = {"full disk": 28, "read-only disk": 30}[how]
        raise OSError(code, os.strerror(code), str(path))

def wrapped(module, name, path_of):
    whole = getattr(module, name)
    def call(*args, **more):
        point(path_of(args))
        result = whole(*args, **more)
        if how == "kill":
            point(path_of(args))
        return result
    setattr(module, name, call)

wrapped(os, "replace", lambda a: a[1])
wrapped(os, "rename", lambda a: a[1])
opened = io.open
def open_(file, mode="r", *args, **more):
    if any(letter in mode for letter in "wax+") and isinstance(file, (str, os.PathLike)):
        point(os.fspath(file))
    return opened(file, mode, *args, **more)
io.open = builtins.open = open_
import lance
wrapped(lance, "write_dataset", lambda a: a[1])
from quintet import cli
status = cli.main(words)
sys.stderr.write(f"\\npoints {count}\\n")
sys.exit(status)
"""


class Machine:
    """A folder with a cache, a data folder and a small dataset of tones of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {
            **os.environ, "KILLS_HOME": str(home), "QUINTET_CACHE": str(home / "cache"),
            "QUINTET_DATA": str(home / "data"), "QUINTET_WEIGHTS": str(home / "weights"),
            "QUINTET_CONFIG": str(home / "none.toml"), "PYTHONWARNINGS": "ignore", "TQDM_DISABLE": "1",
        }  # fmt: skip

    def run(self, words: list[str], how: str = "kill", at: int = 0, seconds: float | None = None):
        """(exit status, stderr); negative after a signal. With `seconds` it is killed after so long."""
        command = [sys.executable, "-c", CHILD, how, str(at), *words]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip
        try:
            _, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, err = process.communicate()
        return process.returncode, err.decode(errors="replace")


def music(folder: Path) -> Path:
    """Six short tones in two classes, and a checkpoint in the shapes of CLMR's encoder."""
    import torch

    from quintet.backbones import _random_weights
    from quintet.backbones.clmr import state_dict
    from tests.sounds import write_wav

    for number in range(6):
        path = folder / "ab"[number % 2] / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, 0.6 + 0.1 * number)
    state = _random_weights.state(state_dict.shapes())
    torch.save(
        {name: torch.from_numpy(values) for name, values in state.items()}, folder.with_name("clmr.pt")
    )
    return folder


def commands(sound: Path) -> dict[str, tuple[list[list[str]], list[str]]]:
    """Name -> (commands to run before, the command that is killed)."""
    checkpoint = str(sound.with_name("clmr.pt"))
    add = ["datasets", "add", DATASET, "--root", str(sound), "--reader", "folder"]
    embed = ["embed", DATASET, "--backbone", "musicnn"]
    return {
        "datasets add": ([], add),
        "embed": ([add], embed),
        "prepare": ([add, embed], ["prepare", DATASET, "--backbone", "musicnn"]),
        "benchmark": ([add, embed], ["benchmark", DATASET, "--backbone", "musicnn"]),
        "weights get": ([], ["weights", "get", "clmr", "--from", checkpoint, "--accept-licence"]),
    }


def contents(machine: Machine) -> dict[str, object]:
    """What a machine holds: every table's rows by id, the weights, the datasets; times and paths left out."""
    from quintet.storage import tables

    held: dict[str, object] = {}
    cache = machine.home / "cache"
    for path in sorted(cache.rglob("*.lance")):
        if not path.is_dir():
            continue  # a table's own files end so, too
        name = str(path.relative_to(cache))
        table = tables.open_table(path).to_table()
        ids = table["id"].to_pylist()
        assert len(set(ids)) == len(ids), f"{name} holds an id twice"
        held[name] = dict(zip(ids, table.drop_columns(["id"]).to_pylist(), strict=True))
    weights = machine.home / "weights"
    held["weights"] = {path.name: path.stat().st_size for path in weights.rglob("*") if path.is_file()}
    datasets = machine.home / "data" / "datasets.json"
    held["datasets"] = sorted(json.loads(datasets.read_text())) if datasets.exists() else []
    left = [path.name for path in cache.rglob(".*") if path.is_file() and not path.name.endswith(".lock")]
    assert not left, f"left behind: {left}"
    return held


def same(a: object, b: object) -> bool:
    """Equal, numbers up to rounding of another run."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list) and a and isinstance(a[0], float):
        return np.allclose(a, b, rtol=1e-4, atol=1e-5)
    if isinstance(a, float) and isinstance(b, float):
        return bool(np.isclose(a, b, rtol=1e-4, atol=1e-5, equal_nan=True))
    return a == b


class Case:
    """One command on a prepared machine, with what it makes when nobody kills it."""

    def __init__(self, name: str, home: Path, sound: Path) -> None:
        before, self.words = commands(sound)[name]
        self.name, self.start = name, home / "start"
        machine = Machine(self.start)
        self.start.mkdir(parents=True)
        for words in before:
            status, err = machine.run(words)
            assert status == 0, err
        whole = self.copy(home / "whole")
        status, err = whole.run(self.words)
        assert status == 0, err
        self.points = int(err.rpartition("points ")[2])
        self.expected = contents(whole)

    def copy(self, home: Path) -> Machine:
        shutil.copytree(self.start, home)
        return Machine(home)

    def try_(self, home: Path, how: str, at: int, seconds: float | None = None) -> str:
        """Disturbs the command once, then runs it again; "" where all is whole, else what is not."""
        machine = self.copy(home)
        try:
            status, err = machine.run(self.words, how, at, seconds)
            if how in DISK and "Traceback" in err:
                return f"{how} at {at}: a traceback"
            status, err = machine.run(self.words)
            if status != 0:
                return f"{how} at {at}: again ended with {status}: {err.strip().splitlines()[-5:]}"
            try:
                if not same(contents(machine), self.expected):
                    return f"{how} at {at}: other contents"
            except AssertionError as error:
                return f"{how} at {at}: {error}"
            return ""
        finally:
            shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--count", type=int, default=200, help="kills in all, at least")
    options.add_argument("--only", default="")
    given = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="quintet-kills-"))
    sound, counts, bad = music(home / "music"), Counter(), []
    names = [given.only] if given.only else list(commands(sound))
    rng = random.Random(0)
    for name in names:
        case = Case(name, home / name.replace(" ", "-"), sound)
        tries: list[tuple[str, int, float | None]] = [("kill", at, None) for at in range(1, case.points + 1)]
        tries += [(how, at, None) for how in DISK for at in range(1, case.points + 1, 3)]
        left = max(5, given.count // len(names) - case.points)
        tries += [("kill", 0, rng.uniform(0.3, 6.0)) for _ in range(left)]
        begun = time.monotonic()
        for number, (how, at, seconds) in enumerate(tries):
            kind = how if seconds is None else "kill at random"
            counts[name, kind] += 1
            if what := case.try_(home / f"try{number}", how, at, seconds):
                bad.append(f"{name}: {what}")
                print("  FAULT", bad[-1], flush=True)
        row = ", ".join(f"{kind} {counts[name, kind]}" for kind in ("kill", "kill at random", *DISK))
        print(f"{name}: {case.points} write points; {row}; {time.monotonic() - begun:.0f} s", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    kills = sum(n for (_, kind), n in counts.items() if kind.startswith("kill"))
    print(f"{kills} kills, {sum(counts.values()) - kills} refusals of the disk, {len(bad)} faults")
    return bool(bad)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
