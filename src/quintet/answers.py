"""Files through all backbones: what the command line and Python ask, the nets loaded once for many files."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from quintet import audio, collection, predict
from quintet.backbones.base import Encoder
from quintet.catalogue import places, tracks
from quintet.collection import Source
from quintet.errors import BadAudio, MissingEmbeddings
from quintet.predict import Answer, Judge
from quintet.settings import Settings
from quintet.studies import encodings


@dataclass(frozen=True)
class Said:
    """One file: its length and what was noticed, every answer; or why it could not be heard."""

    path: Path
    seconds: float = 0.0
    notices: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    error: str = ""


def of_file(path: Path, dataset: str, keys: Sequence[str], settings: Settings) -> list[Answer]:
    """Every backbone's answer to one file. Raises BadAudio, MissingEmbeddings, UnknownName."""
    (said,) = of_files([path], dataset, columns(dataset, keys, settings), settings, 1)
    if said.error:
        raise BadAudio(said.error)
    return list(said.answers)


def of_files(
    paths: Sequence[Path], dataset: str, sources: Sequence[Source], settings: Settings, jobs: int
) -> Iterator[Said]:
    """Answers file by file in the order given, `jobs` files at once; a file that cannot be heard says why."""
    name = dataset or first(settings)
    device = predict.device(settings)
    ears = [(predict.judge(name, found, settings), collection.encoder(found, device)) for found in sources]
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        yield from pool.map(lambda path: _hear(path, ears, settings), paths)


def columns(dataset: str, keys: Sequence[str], settings: Settings) -> list[Source]:
    """The backbones named, or all nets that heard the dataset. Raises MissingEmbeddings, UnknownName."""
    name = dataset or first(settings)
    if keys:
        return [collection.source(key, settings) for key in keys]
    collection.facts(name, settings)
    ready = [s for s in collection.embedded(name, settings) if not s.backbone.spec.hand_made]
    if not ready:
        raise MissingEmbeddings(f"No backbone has heard {name!r} yet. Run: quintet prepare {name}")
    return ready


def first(settings: Settings) -> str:
    """The first dataset that is stored. Raises MissingEmbeddings where none is."""
    stored = tracks.stored(settings)
    if not stored:
        known = places.known(settings)[0]
        raise MissingEmbeddings(f"No dataset has been read on this machine yet. Run: quintet prepare {known}")
    return stored[0]


def _hear(path: Path, ears: list[tuple[Judge, Encoder]], settings: Settings) -> Said:
    try:
        clip = audio.decode(path, audio.Limits(settings.max_seconds, settings.min_seconds))
    except BadAudio as error:
        return Said(path, error=str(error))
    digest = sha256(path.read_bytes()).hexdigest()[:32]
    found = [predict.answer(judge, _values(judge.source, net, clip, digest, settings)) for judge, net in ears]
    return Said(path, clip.seconds, clip.notices, tuple(found))


def _values(found: Source, net: Encoder, clip: audio.Clip, digest: str, settings: Settings) -> predict.Heard:
    """What a net makes of a clip; a slow one keeps it by content, here and on the pages."""
    if not found.backbone.spec.slow:
        return predict.hear(found, net, clip)
    kept = encodings.kept(found, digest, settings)
    if kept:
        return predict.Heard(kept.encoding, kept.seconds)
    made = predict.hear(found, net, clip)
    encodings.put(found, digest, encodings.Kept(made.encoding, made.seconds), settings)
    return made
