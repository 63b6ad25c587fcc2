"""Demo: three 10 s excerpts of each of the 28 generated mixes in the wheel immich-memories-music."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from quintet.datasets.base import Column, DatasetLocation, Facts, Protocol, ReadReport, ReadResult, Track
from quintet.errors import MissingData

WHEEL = "immich-memories-music==0.1.0"
EXCERPT = 10.0  # seconds

FACTS = Facts(
    title="Demo",
    noun="clips",
    label="mood",
    classes=("calm", "energetic", "happy", "nostalgic", "tender"),
    about="84 excerpts of 10 s from 28 mixes. A generative model, ACE-Step 1.5, made the music.",
    licence="MIT",
    source=f"PyPI wheel {WHEEL}",
    protocols=(
        Protocol(
            name="demo",
            fold="seed",
            group="mix",
            says="four folds, one generator seed left out at a time; scores pooled over folds",
        ),
    ),
    columns=(
        Column("excerpt"),
        Column("style", filter=True),
        Column("tempo", "integer", says="beats per minute, as the generator was told"),
        Column("key"),
        Column("seed", "integer", filter=True, says="seed of the generator; one is left out at a time"),
        Column("mix", shown=False),
    ),
    expects={"tracks": 84},
)

_LINE = re.compile(r"^\s+(\S+)\.opus\s+(\d+) bpm\s+(.+?)\s+seed (\d+)\s+\[(\w+)\]", re.MULTILINE)


def home() -> Path:
    """The folder of the wheel that holds `tracks/` and `LICENSE-MUSIC`. Raises MissingData."""
    try:
        files = distribution("immich-memories-music").files or []
    except PackageNotFoundError as error:
        raise MissingData(
            "The demo music is not installed. Expected the data wheel. Run: make data"
        ) from error
    notes = next((f for f in files if f.name == "LICENSE-MUSIC"), None)
    tracks = next((f for f in files if f.suffix == ".opus"), None)
    if notes is None or tracks is None:
        raise MissingData(f"The wheel {WHEEL} lacks its music or LICENSE-MUSIC. Install it again: make data")
    return Path(str(tracks.locate())).parents[2]


def read(location: DatasetLocation, notes: ReadReport) -> ReadResult:
    """84 tracks, sorted by id. Tempo, key and seed come from LICENSE-MUSIC. Raises MissingData."""
    root = location.root
    described = _described(root)
    files = sorted((root / "tracks").glob("*/*.opus"))
    if not files:
        raise MissingData(f"No demo music under {root}: expected tracks/<mood>/<mix>.opus. Run: make data")
    return ReadResult(FACTS, [track for path in files for track in _excerpts(path, described)])


def _described(root: Path) -> dict[str, tuple[int, str, int, str]]:
    """Mix -> (tempo in bpm, key, generator seed, style)."""
    candidates = [
        root / "LICENSE-MUSIC",
        *root.parent.glob("immich_memories_music-*.dist-info/**/LICENSE-MUSIC"),
    ]
    path = next((p for p in candidates if p.is_file()), None)
    if path is None:
        raise MissingData(
            f"No LICENSE-MUSIC beside the music in {root}: it holds tempo, key, seed. Run: make data"
        )
    entries = _LINE.findall(path.read_text(encoding="utf-8"))
    return {mix: (int(bpm), key, int(seed), style) for mix, bpm, key, seed, style in entries}


def _excerpts(path: Path, described: dict[str, tuple[int, str, int, str]]) -> list[Track]:
    import soundfile  # the header only: the excerpts' places depend on the mix's length

    mix, mood = path.stem, path.parent.name
    if mix not in described:
        raise MissingData(
            f"{path.name} is not in LICENSE-MUSIC, which names {len(described)} mixes. Run: make data"
        )
    tempo, key, seed, style = described[mix]
    length = soundfile.info(path).duration
    starts = (0.0, (length - EXCERPT) / 2, length - EXCERPT)
    return [
        Track(
            id=f"{mix}.{number}", path=path, title=f"{mood.capitalize()} {style} {seed}",
            artist="ACE-Step 1.5", labels=(mood,), split="", seconds=EXCERPT, start=start,
            whole=False, group=mix,
            columns={"excerpt": f"{number} of 3", "style": style, "tempo": tempo, "key": key,
                     "seed": seed, "mix": mix},
        )
        for number, start in enumerate(starts, start=1)
    ]  # fmt: skip
